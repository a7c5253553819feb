"""The whole chain in one function: people → award per member → class total → judgment → payout.

``given`` maps every input to a number, an array or a workbook cell, every question to 1 or 0, and
every choice to its word. ``lines`` receives each named figure and gives it back: a dict for
numbers and arrays, a sheet for a workbook. Figures are worked out only here and read everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from damages.model import class_size, judgment, payout, recovery, statutory, subscription
from damages.model.arithmetic import ratio, total, when

Given = Mapping[str, Any]
Lines = MutableMapping[str, Any]


def estimate(case: Any, given: Given, lines: Lines) -> Lines:
    """Every line of a case, in order, under one set of inputs and one set of answers.

    Parameters
    ----------
    case : the case's structure (`damages.case.schema.Case`); none of its numbers are read
    given : name → value; (n_draws, n_groups) or broadcasting to it
    lines : where the lines go; returned
    """
    before_answers(case, given, lines)
    return after_answers(case, given, lines)


def before_answers(case: Any, given: Given, lines: Lines) -> Lines:
    """The lines that no question changes: who is in the class, and what each theory's loss is."""
    class_lines(case.class_size, given, lines)
    lines["pleaded_usd"] = total(lines["pleaded_members"] * given[case.pleaded.usd_per_member])
    for name, theory in case.theories.items():
        if theory.measure != "statutory":
            loss_lines(name, theory, case, given, lines)
    return lines


def after_answers(case: Any, given: Given, lines: Lines) -> Lines:
    """The lines that follow from the answers: what each theory pays, the judgment and its payout."""
    theory_lines(case, given, lines)
    recovery_lines(case, lines)
    judgment_lines(case, given, lines)
    payout_lines(case.settlement, given, lines)
    return lines


def class_lines(size: Any, given: Given, lines: Lines) -> None:
    """People on one day → everyone in the period → the class as pleaded → those who can recover."""
    people = given[size.people] * given[size.mix] if size.mix else given[size.people]
    lines["people_at_end"] = people
    if size.turnover:
        churn, growth, months = given[size.turnover.churn], given[size.turnover.growth], given["class_period_months"]
        lines["people_at_start"] = class_size.stock_at_start(lines["people_at_end"], growth, months)
        lines["subscriber_months"] = class_size.subscriber_months(lines["people_at_start"], growth, months)
        lines["people_in_period"] = class_size.unique_people(
            lines["people_at_start"], churn, growth, lines["subscriber_months"]
        )
        lines["months_per_member"] = ratio(lines["subscriber_months"], lines["people_in_period"])
    last = "people_in_period" if size.turnover else "people_at_end"
    for step in size.define:
        lines[f"after_{step}"] = class_size.narrowed(lines[last], given[step])
        last = f"after_{step}"
    lines["pleaded_members"] = lines[last]
    for step in size.limit:
        lines[f"after_{step}"] = class_size.narrowed(lines[last], given[step])
        last = f"after_{step}"
    lines["class_members"] = lines[last]
    lines["class_members_total"] = total(lines["class_members"])


def loss_lines(name: str, theory: Any, case: Any, given: Given, lines: Lines) -> None:
    """USD per member that a theory measures, before any cap and any question."""
    loss = f"{name}_loss_usd_per_member"
    if theory.measure == "lump_sum":
        lines[loss] = ratio(given[theory.usd], _members_of(case, theory.usd, lines))
    elif theory.measure == "per_unit":
        lines[loss] = ratio(given[theory.units] * given[theory.rate], _members_of(case, theory.units, lines))
    elif theory.measure == "profits":
        lines[loss] = ratio(given[theory.usd], lines["class_members_total"])
    else:
        months = given[theory.months] if theory.months else lines["months_per_member"]
        lines[f"{name}_fees_usd_per_member"] = subscription.fees_paid(given[theory.price], months)
        lines[loss] = subscription.value_lost(lines[f"{name}_fees_usd_per_member"], given[theory.share_lost])


def _members_of(case: Any, name: str, lines: Lines) -> Any:
    """Whom a sum is shared among: each group when it differs by group, else the whole class."""
    return lines["class_members"] if case.differs_by_group(name) else lines["class_members_total"]


def theory_lines(case: Any, given: Given, lines: Lines) -> None:
    """For each theory: USD per entitled member, the share entitled, and USD per member of the class."""
    for name, theory in case.theories.items():
        if theory.measure != "statutory":
            lines[f"{name}_usd_per_entitled"] = _capped_loss(name, theory, given, lines)
    for name, theory in case.theories.items():
        share = _alive(name, theory, given)
        if theory.measure == "statutory":
            lines[f"{name}_usd_per_entitled"] = _statutory(name, theory, case, given, lines)
            if theory.gate:
                proven = given[theory.gate.proven] if theory.gate.proven else 1.0
                share = share * statutory.entitled_share(given[theory.gate.required], proven, given[theory.gate.share])
        if theory.groups is not None:
            share = share * given[f"{name}_groups"]
        lines[f"{name}_entitled_share"] = share
        lines[f"{name}_usd_per_member"] = lines[f"{name}_usd_per_entitled"] * lines[f"{name}_entitled_share"]


def _alive(name: str, theory: Any, given: Given) -> Any:
    """1 when the theory is pleaded and every question it needs is answered yes, else 0."""
    alive = when(given[f"{name}_pleaded"] == "yes", 1.0, 0.0)
    for question in theory.needs:
        alive = alive * given[question]
    return alive


def _capped_loss(name: str, theory: Any, given: Given, lines: Lines) -> Any:
    """USD per entitled member under a theory that measures a loss or a gain, after the contract's cap."""
    loss = lines[f"{name}_loss_usd_per_member"]
    if getattr(theory, "cap", None) is None:
        return loss
    limit = when(given[theory.cap.arm] == "fees_paid", lines[f"{name}_fees_usd_per_member"], given[theory.cap.usd])
    return subscription.within_cap(loss, given[theory.cap.binds], limit)


def _statutory(name: str, theory: Any, case: Any, given: Given, lines: Lines) -> Any:
    """USD per entitled member under a statute. The contract's cap does not touch it, so the whole loss counts."""
    actual = lines[f"{theory.actual}_loss_usd_per_member"] if theory.actual else 0.0
    profits = ratio(given[theory.profits], lines["class_members_total"]) if theory.profits else 0.0
    return statutory.AWARDS[case.statutes[theory.statute].kind](actual, profits, given[f"{name}_statutory_usd"])


def recovery_lines(case: Any, lines: Lines) -> None:
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


def judgment_lines(case: Any, given: Given, lines: Lines) -> None:
    """Class total → due process → prejudgment interest → judgment."""
    awards = {name: lines[f"{name}_award_usd"] for name in case.theories}
    cut = case.judgment.due_process
    if cut:
        chosen = cut.theories or [name for name, theory in case.theories.items() if theory.measure == "statutory"]
        reviewed = sum(awards[name] for name in chosen)
        kept = sum((awards[name] for name in awards if name not in chosen), 0.0)
        above = given[cut.above] if cut.above else 0.0
        lines["statutory_award_usd"] = reviewed
        left = judgment.after_due_process(lines["statutory_award_usd"], given[cut.share], above)
        lines["award_after_due_process_usd"] = left + kept
    else:
        lines["award_after_due_process_usd"] = lines["class_award_usd"]
    interest = case.judgment.interest
    if interest:
        kind = "credited_usd_per_member" if interest.base == "awarded" else "usd_per_member"
        principal = sum(total(lines["class_members"] * lines[f"{name}_{kind}"]) for name in interest.theories)
        lines["prejudgment_interest_usd"] = judgment.simple_interest(
            principal, given[interest.rate], given["interest_years"]
        )
        lines["judgment_usd"] = lines["award_after_due_process_usd"] + lines["prejudgment_interest_usd"]
    else:
        lines["judgment_usd"] = lines["award_after_due_process_usd"]


def payout_lines(terms: Any, given: Given, lines: Lines) -> None:
    """Fund → fee, costs, administration, service awards → net fund → claimant and defendant."""
    lines["fund_usd"] = given[terms.fund] if terms.fund else lines["judgment_usd"]
    fund, members = lines["fund_usd"], lines["class_members_total"]
    lines["attorney_fee_usd"] = payout.common_fund_fee(fund, given[terms.fee_share])
    lines["litigation_costs_usd"] = payout.paid_from(fund, given[terms.costs])
    lines["service_awards_usd"] = payout.paid_from(fund, given[terms.service_award] * given[terms.named_plaintiffs])
    lines["claimants"] = payout.claimants(members, given[terms.claims_rate], fund)
    cost = terms.administration
    lines["administration_usd"] = payout.administration(
        given[cost.fixed], given[cost.per_notice], given[cost.per_claim], members, lines["claimants"], fund
    )
    lines["net_fund_usd"] = payout.net_fund(
        fund,
        lines["attorney_fee_usd"],
        lines["litigation_costs_usd"],
        lines["service_awards_usd"],
        lines["administration_usd"],
    )
    lines["usd_per_claimant"] = payout.per_claimant(lines["net_fund_usd"], lines["claimants"])
    lines["defendant_pays_usd"] = fund
