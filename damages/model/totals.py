"""Class total → caps → due process → punitive → offsets → interest → judgment → fund → claimants, in this order."""

from __future__ import annotations

from typing import Any

from damages.model import awards, interest, judgment, payout
from damages.model.arithmetic import lesser_of, ratio, total
from damages.model.charges import CHARGES

NO_LIMIT = 1e15  # USD: where a case sets no cap


def judgment_lines(case: Any, given: Any, lines: Any) -> None:
    """From the class award to the judgment, and its interest until it is paid."""
    terms = case.judgment
    parts = _after_caps(case, given, lines)
    parts = _after_due_process(case, parts, given, lines)
    running = lines["award_after_due_process_usd"]
    if terms.punitive:
        lines["punitive_usd"] = _punitive(terms.punitive, parts, given, lines)
        running = running + lines["punitive_usd"]
    if terms.offsets:
        lines["offsets_usd"] = sum(given[name] for name in terms.offsets)
        lines["award_after_offsets_usd"] = judgment.after_offsets(running, lines["offsets_usd"])
        running = lines["award_after_offsets_usd"]
    if terms.interest:
        lines["prejudgment_interest_usd"] = _principal(terms.interest, lines) * _factor(case, terms.interest, given)
        running = running + lines["prejudgment_interest_usd"]
    lines["judgment_usd"] = running
    if terms.post_judgment:
        factor = interest.post_judgment(
            given[terms.post_judgment.rate], given["post_judgment_years"], given["post_judgment_days"]
        )
        lines["post_judgment_interest_usd"] = lines["judgment_usd"] * factor


def _after_caps(case: Any, given: Any, lines: Any) -> dict[str, Any]:
    """Each theory's award under its statute's class cap."""
    parts = {}
    for name, theory in case.theories.items():
        award = lines[f"{name}_award_usd"]
        capped = theory.measure == "statutory" and theory.class_cap and case.provisions[name].class_cap.member_minimum
        parts[name] = judgment.within_class_cap(award, awards.class_cap(name, theory, given)) if capped else award
    lines["award_after_caps_usd"] = sum(parts.values())
    return parts


def _after_due_process(case: Any, parts: dict[str, Any], given: Any, lines: Any) -> dict[str, Any]:
    """Each theory's award after what review for due process leaves of the statutory part together."""
    cut = case.judgment.due_process
    if not cut:
        lines["award_after_due_process_usd"] = lines["award_after_caps_usd"]
        return parts
    chosen = cut.theories or [name for name, theory in case.theories.items() if theory.measure == "statutory"]
    lines["statutory_award_usd"] = sum(parts[name] for name in chosen)
    measures = []
    if cut.share:
        measures.append(lines["statutory_award_usd"] * given[cut.share])
    if cut.usd_per_member:
        measures.append(total(lines["class_members"] * given[cut.usd_per_member]))
    if cut.times_actual:
        measures.append(
            given[cut.times_actual] * total(lines["class_members"] * lines[f"{cut.actual}_loss_usd_per_member"])
        )
    above = given[cut.above] if cut.above else 0.0
    lines["statutory_after_due_process_usd"] = judgment.after_due_process(
        lines["statutory_award_usd"], above, *measures
    )
    kept = [parts[name] for name in parts if name not in chosen]
    lines["award_after_due_process_usd"] = sum(kept, lines["statutory_after_due_process_usd"])
    left = ratio(lines["statutory_after_due_process_usd"], lines["statutory_award_usd"])
    return {name: part * left if name in chosen else part for name, part in parts.items()}


def _punitive(terms: Any, parts: dict[str, Any], given: Any, lines: Any) -> Any:
    """Punitive damages on what compensates under the theories named."""
    compensatory = sum(parts[name] for name in terms.theories)
    wanted = (
        total(lines["class_members"] * given[terms.usd_per_member])
        if terms.usd_per_member
        else compensatory * given[terms.ratio]
    )
    most = given[terms.most_ratio] if terms.most_ratio else 9.0
    award = judgment.punitive(compensatory, wanted, most)
    return award * given[terms.when] if terms.when else award


def _principal(terms: Any, lines: Any) -> Any:
    """What prejudgment interest is owed on: what is recovered under the theories named, or their whole loss."""
    kind = "credited_usd_per_member" if terms.base == "awarded" else "usd_per_member"
    return sum(total(lines["class_members"] * lines[f"{name}_{kind}"]) for name in terms.theories)


def _factor(case: Any, terms: Any, given: Any) -> Any:
    """Interest on one dollar, from a date or from each month's payment."""
    rate, years = given[terms.rate], given["interest_years"]
    if terms.start != "as_paid":
        return interest.simple(rate, years) if terms.kind == "simple" else interest.compound(rate, years)
    growth = given[case.class_size.turnover.growth] if case.class_size.turnover else 0.0
    accrued = interest.simple_as_paid if terms.kind == "simple" else interest.compound_as_paid
    return accrued(rate, years, growth, given["class_period_months"])


def payout_lines(case: Any, given: Any, lines: Any) -> None:
    """Fund → fee and charges → net fund → claimants, residue and defendant."""
    terms = case.settlement

    def of(name: str | None, otherwise: float = 0.0) -> Any:
        return given[name] if name else otherwise

    owed = (
        lines["judgment_usd"] + lines["post_judgment_interest_usd"]
        if case.judgment.post_judgment
        else lines["judgment_usd"]
    )
    lines["fund_usd"] = given[terms.fund] if terms.fund else owed
    fund, members = lines["fund_usd"], lines["class_members_total"]
    shifted = of(terms.shifted_fee) * (fund > 0)
    lines["attorney_fee_usd"] = shifted if terms.shifted_fee else payout.common_fund_fee(fund, of(terms.fee_share))
    if terms.lodestar:
        lines["lodestar_usd"] = given[terms.lodestar.hours] * given[terms.lodestar.usd_per_hour]
        lines["lodestar_multiple"] = ratio(lines["attorney_fee_usd"], lines["lodestar_usd"])
    left = fund if terms.shifted_fee else fund - lines["attorney_fee_usd"]
    automatic = of(terms.distribution.automatic)
    lines["paid_without_claim"] = payout.paid_without_claim(members, automatic, fund)
    lines["claims"] = _claims(terms, automatic, members, fund, given)
    lines["claimants"] = lines["paid_without_claim"] + lines["claims"]
    for name, wanted in CHARGES.items():
        lines[name] = payout.paid_from(left, wanted(terms, of, lines))
        left = left - lines[name]
    lines["net_fund_usd"] = left
    _distribution(terms.distribution, given, lines)
    pays = fund + shifted if terms.shifted_fee else fund
    if terms.distribution.residue == "reversion":
        pays = pays - lines["residue_usd"]
    if case.relief:
        lines["relief_cost_usd"] = sum(_relief(item, given) for item in case.relief.values())
        pays = pays + lines["relief_cost_usd"]
    lines["defendant_pays_usd"] = pays


def _claims(terms: Any, automatic: Any, members: Any, fund: Any, given: Any) -> Any:
    """Claims filed: a known number, a rate, or rates by the way of notice. Everyone else is taken to be paid."""
    if terms.claimants:
        return given[terms.claimants] * (fund > 0)
    if terms.channels:
        rate = sum(given[channel.share] * given[channel.claims_rate] for channel in terms.channels.values())
    else:
        rate = given[terms.claims_rate] if terms.claims_rate else 1.0
    return payout.claims(members, automatic, rate, fund)


def _distribution(terms: Any, given: Any, lines: Any) -> None:
    """Checks, a second distribution, and where the rest goes."""
    net, recipients = lines["net_fund_usd"], lines["claimants"]
    most = given[terms.most] if terms.most else NO_LIMIT
    per_claim = given[terms.per_claim] if terms.kind == "claims_made" else NO_LIMIT
    sent = payout.cheque(net, recipients, per_claim, most, given[terms.least_cheque] if terms.least_cheque else 0.0)
    cashed = recipients * given[terms.cashed] if terms.cashed else recipients
    if terms.second:
        sent = sent + payout.second_share(net, sent * cashed, cashed, sent, lesser_of(per_claim, most))
    lines["usd_per_claimant"] = sent
    lines["paid_to_class_usd"] = lines["usd_per_claimant"] * cashed
    lines["residue_usd"] = payout.residue(net, lines["paid_to_class_usd"])


def _relief(item: Any, given: Any) -> Any:
    """What relief that is not money costs the defendant, when it is granted."""
    cost = given[item.cost] if item.cost else 0.0
    for question in item.needs:
        cost = cost * given[question]
    return cost
