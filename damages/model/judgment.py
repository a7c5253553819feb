"""What the law does to awards on the way to a judgment: caps, review for due process, punitive damages, offsets."""

from __future__ import annotations

from typing import Any

from damages.model.arithmetic import greater_of, lesser_of, ratio


def class_cap(cap_usd: Any, share_of_net_worth: Any, net_worth_usd: Any) -> Any:
    """The most a class can get where a statute caps it: the lesser of a sum and a share of net worth. USD.

    >>> float(class_cap(500_000.0, 0.01, 30_000_000.0)), float(class_cap(500_000.0, 0.01, 80_000_000.0))
    (300000.0, 500000.0)
    """
    return lesser_of(cap_usd, share_of_net_worth * net_worth_usd)


def within_class_cap(award_usd: Any, cap_usd: Any) -> Any:
    """A class award under its cap. (n_draws, 1), USD."""
    return lesser_of(award_usd, cap_usd)


def share_left(award_usd: Any, compensation_usd: Any, above_usd: Any, *measures_usd: Any) -> Any:
    """Share of what a statute gives beyond compensation that is left after review for due process. (n_draws, 1).

    An aggregate award gravely disproportionate to the violation can be cut (Wakefield v. ViSalus, 51 F.4th 1109
    (9th Cir. 2022)). The review is of statutory damages beyond compensation, so what compensates stays. Courts have
    measured what is left as a share, as a sum for each member or call, and as a multiple of the actual harm; of several
    measures given the smallest holds. A cut never adds.

    Parameters
    ----------
    award_usd, compensation_usd : (n_draws, 1), USD; the statutory award of the class, and what of it compensates
    above_usd : (n_draws, 1), USD; an award is never cut below this sum
    measures_usd : (n_draws, 1), USD; what of the whole award is left under each measure

    >>> float(share_left(925_220_000.0, 0.0, 0.0, 92_522_000.0))
    0.1
    >>> float(share_left(1_000.0, 200.0, 0.0, 40.0)), float(share_left(1_000.0, 0.0, 700.0, 40.0))
    (0.0, 0.7)
    """
    left = lesser_of(award_usd, greater_of(lesser_of(*measures_usd), compensation_usd, above_usd))
    return ratio(left - compensation_usd, award_usd - compensation_usd)


def punitive(compensatory_usd: Any, wanted_usd: Any, most_ratio: Any) -> Any:
    """Punitive damages, at most so many times the award that they are measured by. USD, for a member or a class.

    Few awards beyond a single-digit ratio satisfy due process, and more than four times is close
    to the line (State Farm v. Campbell, 538 U.S. 408 (2003)); the reader of a case warns.

    >>> float(punitive(984.22, 6_353.08, 4.0))
    3936.88
    """
    return lesser_of(wanted_usd, most_ratio * compensatory_usd)


def after_offsets(award_usd: Any, offsets_usd: Any) -> Any:
    """An award less what others have paid, never below zero. Any multiplier came before. (n_draws, 1), USD.

    >>> float(after_offsets(3.0 * 400.0, 100.0)), float(after_offsets(50.0, 100.0))
    (1100.0, 0.0)
    """
    return greater_of(award_usd - offsets_usd, 0.0)
