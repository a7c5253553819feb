"""A statute's sum for one member: how it meets actual damages, and who is entitled to it.

Each kind of statute is one function of the member's actual damages, the violator's profits that
fall on that member, and the statute's sum. Ranges are drawn before they come here; class caps and
what a court leaves of the total come after (`damages.model.judgment`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from damages.model.arithmetic import greater_of


def floor_award(actual_usd: Any, profits_usd: Any, sum_usd: Any) -> Any:
    """Award to one member under a statute whose sum is a floor.

    The floor replaces what is smaller; it is never added (18 U.S.C. § 2707(c)).

    Parameters
    ----------
    actual_usd, profits_usd : (n_draws, n_groups), USD per member
    sum_usd : (n_draws, 1), USD per member

    Returns
    -------
    (n_draws, n_groups), USD per member: max(actual + profits, sum)

    >>> float(floor_award(30.0, 0.0, 1_000.0)), float(floor_award(900.0, 400.0, 1_000.0))
    (1000.0, 1300.0)
    """
    return greater_of(actual_usd + profits_usd, sum_usd)


def greater_of_award(actual_usd: Any, profits_usd: Any, sum_usd: Any) -> Any:
    """The greater of actual damages and the sum; profits do not count.

    >>> float(greater_of_award(30.0, 5_000.0, 500.0))
    500.0
    """
    return greater_of(actual_usd, sum_usd)


def additive_award(actual_usd: Any, profits_usd: Any, sum_usd: Any) -> Any:
    """The sum on top of actual damages.

    >>> float(additive_award(30.0, 0.0, 1_000.0))
    1030.0
    """
    return actual_usd + sum_usd


def instead_of_award(actual_usd: Any, profits_usd: Any, sum_usd: Any) -> Any:
    """The sum in place of actual damages and profits, as the claimant elects: so the better of the two.

    >>> float(instead_of_award(100.0, 50.0, 750.0))
    750.0
    """
    return greater_of(actual_usd + profits_usd, sum_usd)


def actual_award(actual_usd: Any, profits_usd: Any, sum_usd: Any) -> Any:
    """Actual damages alone: the statute fixes no sum.

    >>> float(actual_award(30.0, 0.0, 0.0))
    30.0
    """
    return actual_usd


AWARDS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "floor": floor_award,
    "greater_of": greater_of_award,
    "additive": additive_award,
    "instead_of": instead_of_award,
    "actual_only": actual_award,
}


COUNTS_PROFITS = ("floor", "instead_of")  # kinds in which profits are part of what compensates


def with_profits(award_usd: Any, profits_usd: Any) -> Any:
    """An award with the violator's profits on top, where the statute says so (Cal. Civ. Code § 3344).

    >>> float(with_profits(750.0, 40.0))
    790.0
    """
    return award_usd + profits_usd


def sum_for_units(sum_usd: Any, units: Any) -> Any:
    """A sum for each unit counted: violations, works, devices, receipts. USD per member.

    >>> float(sum_for_units(500.0, 14.0))
    7000.0
    """
    return sum_usd * units


def sum_or_per_day(sum_usd: Any, per_day_usd: Any, days: Any) -> Any:
    """The greater of a sum and so much for each day of violation. USD per member.

    >>> float(sum_or_per_day(10_000.0, 100.0, 30.0)), float(sum_or_per_day(10_000.0, 100.0, 120.0))
    (10000.0, 12000.0)
    """
    return greater_of(sum_usd, per_day_usd * days)
