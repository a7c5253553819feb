"""What each theory pays a member, and the one recovery that is left when the same harm is counted once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from damages.model import judgment, recovery, statutory, subscription
from damages.model.arithmetic import ratio, total, when

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


def theory_lines(case: Any, given: Any, lines: Any) -> None:
    """For each theory: USD per entitled member, the share entitled, and USD per member of the class."""
    for name, theory in case.theories.items():
        award = (
            _statutory(name, theory, case, given, lines)
            if theory.measure == "statutory"
            else _loss(name, theory, given, lines)
        )
        if theory.multiplier:
            times = given[theory.multiplier.times or f"{name}_multiplier"]
            award = award * (when(given[theory.multiplier.when], times, 1.0) if theory.multiplier.when else times)
        lines[f"{name}_usd_per_entitled"] = award
    shares = {name: _share(name, theory, given) for name, theory in case.theories.items()}
    for name, theory in case.theories.items():
        if getattr(theory, "adds", None):
            damages = [shares[other] for other, one in case.theories.items() if one.measure != "restitution"]
            shares[name] = recovery.beyond_damages(shares[name], damages, given[theory.adds])
    for name in case.theories:
        lines[f"{name}_entitled_share"] = shares[name]
        lines[f"{name}_usd_per_member"] = lines[f"{name}_usd_per_entitled"] * lines[f"{name}_entitled_share"]


def _share(name: str, theory: Any, given: Any) -> Any:
    """Share of members whom a theory reaches: 0 when it is not pleaded or a question it needs is answered no."""
    share = when(given[f"{name}_pleaded"] == "yes", 1.0, 0.0)
    for question in theory.needs:
        share = share * given[question]
    gate = getattr(theory, "gate", None)
    if gate:
        proven = given[gate.proven] if gate.proven else 1.0
        share = share * statutory.entitled_share(given[gate.required], proven, given[gate.share])
    if theory.groups is not None:
        share = share * given[f"{name}_groups"]
    if theory.limitation:
        share = share * given[f"{name}_timely_share"]
    return share


def _loss(name: str, theory: Any, given: Any, lines: Any) -> Any:
    """USD per entitled member under a theory that measures a loss or a gain, after the contract's cap."""
    loss = lines[f"{name}_loss_usd_per_member"]
    cap = getattr(theory, "cap", None)
    if cap is None:
        return loss
    limit = when(given[cap.arm] == "fees_paid", lines[f"{name}_fees_usd_per_member"], given[cap.usd])
    binds = given[cap.binds] * (1.0 - given[cap.unless]) if cap.unless else given[cap.binds]
    return subscription.within_cap(loss, binds, limit)


def _statutory(name: str, theory: Any, case: Any, given: Any, lines: Any) -> Any:
    """USD per entitled member under a statute. A contract's cap does not touch it, so the whole loss counts."""
    provision = case.provisions[name]
    actual = lines[f"{theory.actual}_loss_usd_per_member"] if theory.actual else 0.0
    if provision.actual_times:
        actual = actual * given[f"{name}_actual_times"]
    profits = ratio(given[theory.profits], lines["class_members_total"]) if theory.profits else 0.0
    award = statutory.AWARDS[provision.kind](actual, profits, _sum(name, theory, provision, given, lines))
    return statutory.with_profits(award, profits) if provision.profits_on_top else award


def _sum(name: str, theory: Any, provision: Any, given: Any, lines: Any) -> Any:
    """The statute's sum for one member: the version in force, the finding that changes it, days and units."""
    if provision.kind == "actual_only":
        return 0.0
    usd = given[f"{name}_statutory_usd"]
    if theory.enhanced:
        usd = when(given[theory.enhanced], given[f"{name}_enhanced_usd"], usd)
    if theory.class_cap and not provision.class_cap.member_minimum:
        named = given[theory.class_cap.named_plaintiffs] if theory.class_cap.named_plaintiffs else 0.0
        awarded = given[theory.class_cap.awarded] if theory.class_cap.awarded else 1.0
        return ratio(class_cap(name, theory, given) * awarded + usd * named, lines["class_members_total"])
    if theory.days:
        usd = statutory.sum_or_per_day(usd, given[f"{name}_usd_per_day"], given[theory.days])
    if theory.units:
        units = given[theory.units.per_member]
        if theory.units.counted_by:
            units = when(given[theory.units.counted_by] == "person", 1.0, units)
        usd = statutory.sum_for_units(usd, units)
    if provision.unit == "action":
        usd = ratio(usd, lines["class_members_total"])
    return usd


def class_cap(name: str, theory: Any, given: Any) -> Any:
    """The statute's cap on what a class can get. USD."""
    terms = theory.class_cap
    return judgment.class_cap(given[f"{name}_class_cap_usd"], given[f"{name}_class_cap_share"], given[terms.net_worth])


def recovery_lines(case: Any, lines: Any) -> None:
    """One recovery per item of harm, then the class total, each credited to the theory that pays it."""
    items: dict[str, list[str]] = {}
    for name, theory in case.theories.items():
        items.setdefault(theory.item_of_harm, []).append(name)
    for names in items.values():
        parts = recovery.credited(
            [(lines[f"{name}_usd_per_entitled"], lines[f"{name}_entitled_share"]) for name in names]
        )
        for name, part in zip(names, parts, strict=True):
            lines[f"{name}_credited_usd_per_member"] = part
    lines["recovery_usd_per_member"] = sum(lines[f"{name}_credited_usd_per_member"] for name in case.theories)
    for name in case.theories:
        lines[f"{name}_award_usd"] = total(lines["class_members"] * lines[f"{name}_credited_usd_per_member"])
    lines["class_award_usd"] = sum(lines[f"{name}_award_usd"] for name in case.theories)
