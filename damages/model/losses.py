"""What a member lost by each theory that measures a loss or a gain: one function a measure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from damages.model import subscription
from damages.model.arithmetic import ratio, when

Loss = Callable[[str, Any, Any, Any, Any], Any]  # (theory's name, theory, case, given, lines) → USD per member
LOSSES: dict[str, Loss] = {}  # measure → what a member lost by it; a statute's sum needs no loss


def measures(*names: str) -> Callable[[Loss], Loss]:
    """Marks the function that works out the loss of a measure (`measure:` of a theory)."""

    def register(loss: Loss) -> Loss:
        LOSSES.update(dict.fromkeys(names, loss))
        return loss

    return register


def loss_lines(case: Any, given: Any, lines: Any) -> None:
    """USD per member that each theory measures, before any cap, multiplier and question."""
    for name, theory in case.theories.items():
        if theory.measure != "statutory":
            lines[f"{name}_loss_usd_per_member"] = LOSSES[theory.measure](name, theory, case, given, lines)


@measures("lump_sum")
def lump_sum(name: str, theory: Any, case: Any, given: Any, lines: Any) -> Any:
    """A sum shared by the members of the class, or of each group."""
    return ratio(given[theory.usd], _members_of(case, theory.usd, lines))


@measures("per_unit")
def per_unit(name: str, theory: Any, case: Any, given: Any, lines: Any) -> Any:
    """A rate for each unit counted, shared likewise."""
    return ratio(given[theory.units] * given[theory.rate], _members_of(case, theory.units, lines))


@measures("profits")
def profits(name: str, theory: Any, case: Any, given: Any, lines: Any) -> Any:
    """The violator's profits, shared by the whole class."""
    return ratio(given[theory.usd], lines["class_members_total"])


@measures("subscription_value", "restitution")
def subscription_value(name: str, theory: Any, case: Any, given: Any, lines: Any) -> Any:
    """What was lost of the fees: by the one method named, or by several side by side of which one is used."""
    lines[f"{name}_fees_usd_per_member"] = _fees(theory, given, lines)
    fees = lines[f"{name}_fees_usd_per_member"]
    if not theory.lost:
        return _less_refunds(theory, subscription.value_lost(fees, given[theory.share_lost]), given)
    for key, method in theory.lost.items():
        lines[f"{name}_by_{key}_usd_per_member"] = _less_refunds(theory, _by_method(method, theory, fees, given), given)
    keys = list(theory.lost)
    chosen = lines[f"{name}_by_{keys[0]}_usd_per_member"]
    for key in keys[1:]:
        chosen = when(given[theory.use] == key, lines[f"{name}_by_{key}_usd_per_member"], chosen)
    return chosen


def _fees(theory: Any, given: Any, lines: Any) -> Any:
    """What a member paid: the price after any annual discount × the months that cost something, with or without tax."""
    months = given[theory.months] if theory.months else lines["months_per_member"]
    if theory.free_months:
        months = subscription.paid_months(months, given[theory.free_months])
    fees = subscription.fees_paid(_price(theory, given), months)
    return (
        subscription.with_tax(fees, given[theory.tax.rate], given[theory.tax.counted] == "yes") if theory.tax else fees
    )


def _price(theory: Any, given: Any) -> Any:
    if not theory.billing:
        return given[theory.price]
    return subscription.net_price(
        given[theory.price], given[theory.billing.annual_share], given[theory.billing.discount]
    )


def _by_method(method: Any, theory: Any, fees: Any, given: Any) -> Any:
    if method.usd_per_member:
        return given[method.usd_per_member]
    if method.whole:
        return fees
    if method.share:
        return subscription.value_lost(fees, given[method.share])
    if method.comparator:  # two prices on the list, so that a discount for paying by the year falls on both
        return subscription.value_lost(
            fees, subscription.price_difference(given[theory.price], given[method.comparator])
        )
    return subscription.value_lost(
        fees, subscription.worth_of_price(_price(theory, given), given[method.usd_per_month])
    )


def _less_refunds(theory: Any, loss: Any, given: Any) -> Any:
    return subscription.after_refunds(loss, given[theory.refunds]) if theory.refunds else loss


def _members_of(case: Any, name: str, lines: Any) -> Any:
    """Whom a sum is shared among: each group when it differs by group, else the whole class."""
    return lines["class_members"] if case.differs_by_group(name) else lines["class_members_total"]
