"""What is taken out of a fund before the class gets the rest: a function for each charge, in the order in which they are taken.

The fee comes first when it comes out of the fund. Each of the others is paid as far as what is left reaches
(`damages.model.payout.paid_from`), so every dollar of the fund has one place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from damages.model import payout

Charge = Callable[[Any, Any, Any], Any]  # (settlement terms, of, lines) → USD; `of` gives an input's value, 0 for none
CHARGES: dict[str, Charge] = {}  # line → what is charged


def charge(line: str) -> Callable[[Charge], Charge]:
    """Marks the function that works out a charge, under the name of its line (`damages.case.lines`)."""

    def register(wanted: Charge) -> Charge:
        CHARGES[line] = wanted
        return wanted

    return register


def taken_from_fund() -> list[str]:
    """The lines that are taken from a fund, in order: the fee, then the charges. A fee that the defendant pays on top is not."""
    return ["attorney_fee_usd", *CHARGES]


@charge("litigation_costs_usd")
def litigation_costs(terms: Any, of: Any, lines: Any) -> Any:
    """What plaintiffs' counsel advanced. USD."""
    return of(terms.costs)


@charge("service_awards_usd")
def service_awards(terms: Any, of: Any, lines: Any) -> Any:
    """A sum for each named plaintiff. USD."""
    return of(terms.service_award) * of(terms.named_plaintiffs, 1.0)


@charge("administration_usd")
def administration(terms: Any, of: Any, lines: Any) -> Any:
    """Notice to everyone in the class as pleaded, and the handling of every claim. USD."""
    cost = terms.administration
    if not cost:
        return 0.0
    return payout.administration(
        of(cost.fixed), of(cost.per_notice), of(cost.per_claim), lines["people_notified"], lines["claims"]
    )
