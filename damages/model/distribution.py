"""From what the defendant owes to what each person gets: a judgment is paid to those awarded, a settlement to those who claim."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from damages.model import payout
from damages.model.arithmetic import greater_of, lesser_of, ratio, total, when_each
from damages.model.charges import CHARGES
from damages.model.remedies import stands
from damages.model.totals import Taken

NO_LIMIT = 1e15  # USD: where a case sets no cap


def payout_lines(case: Any, given: Any, lines: Any, taken: Sequence[Taken]) -> None:
    """Fund → fee and charges → net fund → claimants, residue and defendant."""
    terms = case.settlement
    settled = terms.fund is not None

    def of(name: str | None, otherwise: float = 0.0) -> Any:
        return given[name] if name else otherwise

    owed = (
        lines["judgment_usd"] + lines["post_judgment_interest_usd"]
        if case.judgment.post_judgment
        else lines["judgment_usd"]
    )
    lines["fund_usd"] = given[terms.fund] if settled else owed
    _people_paid(case, given, lines, taken)
    left = lines["fund_usd"] - _fees(terms, given, lines)
    for name, wanted in CHARGES.items():
        lines[name] = payout.paid_from(left, wanted(terms, of, lines))
        left = left - lines[name]
    lines["net_fund_usd"] = left
    if settled:
        _settlement(terms.distribution, given, lines)
    else:
        _judgment(case.judgment.payout, lines)
    _defendant(case, given, lines)


# --- Who is paid ----------------------------------------------------------------------------------


def _people_paid(case: Any, given: Any, lines: Any, taken: Sequence[Taken]) -> None:
    """Members paid from records, claims, and both; and all who must be told."""
    lines["people_notified"] = total(lines["pleaded_members"])
    fund = lines["fund_usd"]
    if case.settlement.fund:
        terms = case.settlement
        automatic = given[terms.distribution.automatic] if terms.distribution.automatic else 0.0
        lines["paid_without_claim"] = payout.paid_without_claim(lines["class_members_total"], automatic, fund)
        lines["claims"] = _claims(terms, automatic, lines["class_members_total"], fund, given)
    else:
        automatic, rate = _of_judgment(case.judgment.payout, given)
        lines["members_awarded"] = _awarded(lines, taken) * (fund > 0)
        lines["paid_without_claim"] = payout.paid_without_claim(lines["members_awarded"], automatic, fund)
        lines["claims"] = payout.claims(lines["members_awarded"], automatic, rate, fund)
    lines["claimants"] = lines["paid_without_claim"] + lines["claims"]


def _of_judgment(terms: Any, given: Any) -> tuple[Any, Any]:
    """Share paid without a claim, and claims rate of the others; everyone is paid where a case says nothing of it."""
    rate = given[terms.claims_rate] if terms.claims_rate else 0.0
    if terms.automatic:
        return given[terms.automatic], rate
    return (0.0 if terms.claims_rate else 1.0), rate


def _awarded(lines: Any, taken: Sequence[Taken]) -> Any:
    """Members to whom the judgment awards something: all whom any theory reaches, entitlement being nested. People."""
    reached = [when_each(one.award > 0, one.remedy.share, 0.0) for one in taken]
    return total(lines["class_members"] * greater_of(*reached))


def _claims(terms: Any, automatic: Any, members: Any, fund: Any, given: Any) -> Any:
    """Claims filed on a settlement: a known number, a rate, or rates by the way of notice. Everyone else is taken to be paid."""
    if terms.claimants:
        return given[terms.claimants] * (fund > 0)
    if terms.channels:
        rate = sum(given[channel.share] * given[channel.claims_rate] for channel in terms.channels.values())
    else:
        rate = given[terms.claims_rate] if terms.claims_rate else 1.0
    return payout.claims(members, automatic, rate, fund)


# --- Who gets what --------------------------------------------------------------------------------


def _fees(terms: Any, given: Any, lines: Any) -> Any:
    """What the attorneys' fee takes out of the fund; a shifted fee comes on top. Never both of the same dollars."""
    fund = lines["fund_usd"]
    share = given[terms.fee_share] if terms.fee_share else 0.0
    lines["attorney_fee_usd"] = payout.common_fund_fee(fund, share)
    if terms.shifted_fee:
        lines["shifted_fee_usd"] = given[terms.shifted_fee] * (fund > 0)
    if terms.lodestar:
        fee = lines["attorney_fee_usd"] + lines["shifted_fee_usd"] if terms.shifted_fee else lines["attorney_fee_usd"]
        lines["lodestar_usd"] = given[terms.lodestar.hours] * given[terms.lodestar.usd_per_hour]
        lines["lodestar_multiple"] = ratio(fee, lines["lodestar_usd"])
    return lines["attorney_fee_usd"]


def _judgment(terms: Any, lines: Any) -> None:
    """Each member awarded bears the fee and the charges in proportion; nobody gets more than the award to them."""
    net, awarded, paid = lines["net_fund_usd"], lines["members_awarded"], lines["claimants"]
    lines["usd_per_claimant"] = (
        lesser_of(ratio(net, paid), ratio(lines["fund_usd"], awarded))
        if terms.residue == "claimants"
        else ratio(net, awarded)
    )
    lines["paid_to_class_usd"] = lines["usd_per_claimant"] * paid
    lines["residue_usd"] = payout.residue(net, lines["paid_to_class_usd"])


def _settlement(terms: Any, given: Any, lines: Any) -> None:
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


def _defendant(case: Any, given: Any, lines: Any) -> None:
    """What the defendant pays in all: the fund, a fee on top of it and relief, less what comes back."""
    pays = lines["fund_usd"]
    if case.settlement.shifted_fee:
        pays = pays + lines["shifted_fee_usd"]
    if case.residue == "reversion":
        pays = pays - lines["residue_usd"]
    if case.relief:
        lines["relief_cost_usd"] = sum(_relief(case, item, given) for item in case.relief.values())
        pays = pays + lines["relief_cost_usd"]
    lines["defendant_pays_usd"] = pays


def _relief(case: Any, item: Any, given: Any) -> Any:
    """What relief that is not money costs the defendant, when it is granted: a theory must stand for it."""
    cost = given[item.cost] if item.cost else 0.0
    for question in item.needs:
        cost = cost * given[question]
    return cost * greater_of(*(stands(name, case.theories[name], given) for name in item.theories or case.theories))
