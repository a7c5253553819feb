"""What each theory gives a member: whom it reaches, what compensates them, and what a statute gives beyond that.

A theory's award has two parts. The compensation is what the member lost (and the profits that a statute counts with
it). The excess is the rest: what a statutory sum or a multiple gives beyond it, which a class cap and review for due
process can take (`damages.model.totals`); the compensation they leave alone.

Members are thought of as ordered, and every theory as reaching those up to a share: whoever can recover under the
narrower theory can recover under the wider one too.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from damages.model import judgment, statutory, subscription
from damages.model.arithmetic import lesser_of, ratio, total, when, when_each

SORTS = ("with_loss", "without_loss")  # members of a statutory theory whose actual damages do not reach them all


class Remedy(NamedTuple):
    """What a theory gives one sort of its members.

    Attributes
    ----------
    theory : its name
    share : of the members, those up to here are entitled to it; (n_draws, n_groups) or broadcasting to it
    award : USD for a member who is entitled; likewise
    compensation : what of it compensates; likewise
    sort : which of the theory's members get it, as a word in the names of lines
    """

    theory: str
    share: Any
    award: Any
    compensation: Any
    sort: str = "per_entitled"

    def with_excess(self, left: Any) -> Any:
        """The award when a share of its excess over compensation is left. USD for a member who is entitled."""
        return self.compensation + (self.award - self.compensation) * left


def theory_lines(case: Any, given: Any, lines: Any) -> list[Remedy]:
    """For each theory: the share entitled, USD per entitled member and USD per member of the class; and its remedies."""
    remedies = []
    for name, theory in case.theories.items():
        lines[f"{name}_entitled_share"] = _share(name, theory, case, given, lines)
        statute = theory.measure == "statutory"
        sorts = _under_a_statute(name, theory, case, given, lines) if statute else [_loss(name, theory, given, lines)]
        remedies += _written(name, sorts, lines)
    return remedies


def _written(name: str, sorts: list[Remedy], lines: Any) -> list[Remedy]:
    """Writes the lines of a theory's remedies; where there are two sorts of members, each has its line."""
    words = SORTS if len(sorts) > 1 else (sorts[0].sort,)
    each, up_to, written = 0.0, 0.0, []
    for word, remedy in zip(words, sorts, strict=True):
        lines[f"{name}_usd_{word}"] = remedy.award
        lines[f"{name}_compensation_usd_{word}"] = remedy.compensation
        award, compensation = lines[f"{name}_usd_{word}"], lines[f"{name}_compensation_usd_{word}"]
        written.append(Remedy(name, remedy.share, award, compensation, word))
        each = each + award * (remedy.share - up_to) if len(sorts) > 1 else award * remedy.share
        up_to = remedy.share
    lines[f"{name}_usd_per_member"] = each
    lines[f"{name}_claim_usd"] = total(lines["class_members"] * lines[f"{name}_usd_per_member"])
    if len(sorts) > 1:  # an average of those whom the loss reaches and the others
        lines[f"{name}_usd_per_entitled"] = ratio(lines[f"{name}_usd_per_member"], up_to)
    return written


# --- Whom a theory reaches ------------------------------------------------------------------------


def reach(name: str, theory: Any, given: Any) -> Any:
    """Share of members whom a theory's harm reaches, before any question, limitation and gate."""
    reached = 1.0
    for step in theory.limit:
        reached = reached * given[step]
    return reached * given[f"{name}_groups"] if theory.groups is not None else reached


def reaches_all(theory: Any) -> bool:
    """Whether nothing narrows a theory."""
    return not theory.limit and theory.groups is None


def stands(name: str, theory: Any, given: Any) -> Any:
    """1 where a theory is pleaded and all it needs is answered for the class, else 0."""
    standing = when(given[f"{name}_pleaded"] == "yes", 1.0, 0.0)
    for question in theory.needs:
        standing = standing * given[question]
    return standing


def _share(name: str, theory: Any, case: Any, given: Any, lines: Any) -> Any:
    """Share of members entitled: 0 when the theory is not pleaded or a question it needs is answered no."""
    share = stands(name, theory, given)
    if not reaches_all(theory):
        share = share * reach(name, theory, given)
    if theory.limitation:
        share = share * given[f"{name}_timely_share"]
    return _through_gate(theory, share, case, given, lines) if getattr(theory, "gate", None) else share


def _through_gate(theory: Any, share: Any, case: Any, given: Any, lines: Any) -> Any:
    """Those who have what opens the statutory sum: actual damages, proven for the class, or profits of the violator."""
    gate = theory.gate
    proven = given[gate.proven] if gate.proven else 1.0
    if gate.share == "reach":
        other = case.theories[theory.actual]
        harmed = when_each(lines[f"{theory.actual}_loss_usd_per_member"] > 0, reach(theory.actual, other, given), 0.0)
        narrowed = lesser_of(share, when(proven, harmed, 0.0))
    else:
        narrowed = share * (proven * given[gate.share])
    if theory.profits:
        narrowed = when_each(given[theory.profits] > 0, share, narrowed)
    return when(given[gate.required], narrowed, share)


# --- What it gives --------------------------------------------------------------------------------


def _loss(name: str, theory: Any, given: Any, lines: Any) -> Remedy:
    """A theory that measures a loss or a gain: the loss after the contract's cap; a multiple of it is excess."""
    loss, cap = lines[f"{name}_loss_usd_per_member"], getattr(theory, "cap", None)
    if cap:
        limit = when(given[cap.arm] == "fees_paid", lines[f"{name}_fees_usd_per_member"], given[cap.usd])
        binds = given[cap.binds] * (1.0 - given[cap.unless]) if cap.unless else given[cap.binds]
        loss = subscription.within_cap(loss, binds, limit)
    award = _multiplied(name, theory, loss, given)
    return Remedy(name, lines[f"{name}_entitled_share"], award, loss)


def _multiplied(name: str, theory: Any, award: Any, given: Any) -> Any:
    if not theory.multiplier:
        return award
    times = given[theory.multiplier.times or f"{name}_multiplier"]
    return award * (when(given[theory.multiplier.when], times, 1.0) if theory.multiplier.when else times)


def _under_a_statute(name: str, theory: Any, case: Any, given: Any, lines: Any) -> list[Remedy]:
    """A statute's remedies, under its class cap: for members whom the loss reaches, then for the others, where there are any."""
    share = lines[f"{name}_entitled_share"]
    if not theory.actual:
        sorts = [_statutory(name, theory, case, share, 0.0, given, lines)]
    else:
        loss = lines[f"{theory.actual}_loss_usd_per_member"]
        if theory.gate and theory.gate.proven:
            loss = when(given[theory.gate.proven], loss, 0.0)
        other = case.theories[theory.actual]
        harmed = share if reaches_all(other) else lesser_of(share, reach(theory.actual, other, given))
        sorts = [_statutory(name, theory, case, harmed, loss, given, lines)]
        if not reaches_all(other):
            sorts.append(_statutory(name, theory, case, share, 0.0, given, lines))
    if theory.class_cap and case.provisions[name].class_cap.member_minimum:
        sorts = _under_class_cap(sorts, class_cap(name, theory, given), lines)
    return sorts


def _statutory(name: str, theory: Any, case: Any, share: Any, actual: Any, given: Any, lines: Any) -> Remedy:
    """What a statute gives a member with these actual damages. A contract's cap does not touch it."""
    provision = case.provisions[name]
    times = given[f"{name}_actual_times"] if provision.actual_times else 1.0
    profits = ratio(given[theory.profits], lines["class_members_total"]) if theory.profits else 0.0
    award = statutory.AWARDS[provision.kind](actual * times, profits, _sum(name, theory, provision, given, lines))
    if provision.profits_on_top:
        award = statutory.with_profits(award, profits)
    award = _multiplied(name, theory, award, given)
    counted = provision.kind in statutory.COUNTS_PROFITS or provision.profits_on_top
    compensation = actual + profits if counted and theory.profits else actual
    known = theory.actual or theory.profits
    return Remedy(name, share, award, lesser_of(compensation, award) if known else 0.0)


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


def _under_class_cap(sorts: list[Remedy], cap_usd: Any, lines: Any) -> list[Remedy]:
    """The same remedies where the excess of all who are entitled, together, is more than the cap: each cut alike."""
    beyond, up_to = 0.0, 0.0
    for remedy in sorts:
        beyond = beyond + total(lines["class_members"] * (remedy.award - remedy.compensation) * (remedy.share - up_to))
        up_to = remedy.share
    left = ratio(judgment.within_class_cap(beyond, cap_usd), beyond)
    return [remedy._replace(award=remedy.with_excess(left)) for remedy in sorts]
