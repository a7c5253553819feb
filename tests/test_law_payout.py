"""How a judgment is paid: to the members it awards something to, nobody more than the award; fees, notice, residue."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from build import MADE_UP, lines, number, question, small, theory
from conftest import CASES

import damages
from damages.engine.paths import base_values, lines_by_path

DATE = datetime.date


def judged(inputs=None, settlement=None, people=1_000, theories=None, **judgment):
    """1,000 members × $1,000 under the Stored Communications Act, and how it is paid."""
    return {
        "people": people,
        "theories": theories or {"t": theory("statutory", statute="sca")},
        "inputs": inputs or {},
        "judgment": judgment,
        "settlement": settlement or {},
    }


CLAIMED = {"rate": number("share", 0.03), "fee": number("share", 0.25), "share": number("share", 0.1)}


# --- Nobody above the award -----------------------------------------------------------------------


@pytest.mark.parametrize(("residue", "each", "left"), [("cy_pres", 75, 72_750), ("claimants", 100, 72_000)])
def test_a_claimant_is_never_paid_more_than_the_award(tmp_path, residue, each, left):
    """$1,000 for each of 1,000, of which due process leaves a tenth: 100,000; a fee of 25,000; 3%, 30 people, claim.

    Shared among the 30, the net 75,000 would give $2,500 each under a statute of $1,000. Each member bears the fee in
    proportion: $75, so 2,250 are paid and 72,750 are left over. Where the residue goes to those who claim, they get
    their whole award of $100 and not a dollar more: 3,000 paid, 72,000 left over.
    """
    payout = {"claims_rate": "rate", "residue": residue}
    parts = judged(CLAIMED, {"fee_share": "fee"}, payout=payout, due_process={"share": "share"})
    found = lines(tmp_path, **parts)
    assert (found["fund_usd"], found["net_fund_usd"]) == (pytest.approx(100_000), pytest.approx(75_000))
    assert found["claimants"] == pytest.approx(30)
    assert found["usd_per_claimant"] == pytest.approx(each)
    assert found["residue_usd"] == pytest.approx(left)
    assert found["paid_to_class_usd"] + found["residue_usd"] == pytest.approx(75_000)


def test_with_no_word_on_payment_a_judgment_reaches_everyone_it_awards_something(tmp_path):
    """1,000 members, $1,000 each, nothing taken: everyone is paid without a claim."""
    found = lines(tmp_path, **judged())
    assert (found["members_awarded"], found["paid_without_claim"], found["claims"]) == (1_000, 1_000, 0)
    assert (found["usd_per_claimant"], found["residue_usd"]) == (1_000, 0)


def test_members_in_the_records_are_paid_and_the_others_may_claim(tmp_path):
    """As in *Krakauer*, 60% are known and paid without a claim; of the other 400 a quarter claim: 600 + 100 of 1,000.

    Each gets the award of $1,000; the 300 who do not come forward leave 300,000, which returns to the defendant.
    """
    inputs = {"known": number("share", 0.6), "rate": number("share", 0.25)}
    found = lines(
        tmp_path, **judged(inputs, payout={"automatic": "known", "claims_rate": "rate", "residue": "reversion"})
    )
    assert (found["paid_without_claim"], found["claims"]) == (pytest.approx(600), pytest.approx(100))
    assert (found["usd_per_claimant"], found["residue_usd"]) == (pytest.approx(1_000), pytest.approx(300_000))
    assert found["defendant_pays_usd"] == pytest.approx(700_000)


def test_only_members_who_are_paid_from_records_are_paid_where_nobody_may_claim(tmp_path):
    """60% are known, and no claims are taken: 600 × $1,000, 400,000 left over."""
    found = lines(tmp_path, **judged({"known": number("share", 0.6)}, payout={"automatic": "known"}))
    assert (found["claimants"], found["residue_usd"]) == (pytest.approx(600), pytest.approx(400_000))


def test_a_judgment_is_paid_to_the_members_it_awards_something_and_to_no_others(tmp_path):
    """The statute's gate lets 300 of 1,000 through; they share 300,000 between them, $1,000 each, and not 1,000 members $300."""
    gated = theory("statutory", statute="sca", gate={"required": "required", "share": "harmed"})
    inputs = {"harmed": number("share", 0.3), "required": question(1)}
    found = lines(tmp_path, **judged(inputs, theories={"t": gated}))
    assert (found["members_awarded"], found["usd_per_claimant"]) == (pytest.approx(300), pytest.approx(1_000))


def test_interest_after_judgment_is_part_of_what_is_owed(tmp_path):
    """1,000,000 and a year at 4%: $1,040 to each, who is owed it."""
    after = {"rate": "rate", "start": DATE(2025, 7, 1), "end": DATE(2026, 7, 1), "source": MADE_UP}
    found = lines(tmp_path, **judged({"rate": number("per_year", 0.04)}, post_judgment=after))
    assert (found["fund_usd"], found["usd_per_claimant"]) == (pytest.approx(1_040_000), pytest.approx(1_040))


def test_nothing_is_paid_where_nothing_is_adjudged(tmp_path):
    """The theory falls: nobody is awarded or paid anything, and no residue or fee is left."""
    parts = judged(
        {**CLAIMED, "won": question(0)},
        {"fee_share": "fee"},
        theories={"t": theory("statutory", statute="sca", needs=["won"])},
    )
    del parts["inputs"]["share"], parts["inputs"]["rate"]
    found = lines(tmp_path, **parts)
    for name in (
        "members_awarded",
        "claimants",
        "usd_per_claimant",
        "residue_usd",
        "attorney_fee_usd",
        "defendant_pays_usd",
    ):
        assert found[name] == 0


# --- Two ways of paying, never mixed --------------------------------------------------------------


@pytest.mark.parametrize(
    "settlement",
    [{"claims_rate": "rate"}, {"claimants": "number"}, {"distribution": {"second": True, "cashed": "rate"}}],
)
def test_claims_on_a_settlement_are_refused_where_no_fund_is_named(tmp_path, settlement):
    """A claims rate belongs to a settlement; a judgment is paid by its own block."""
    inputs = {"rate": number("share", 0.03)} if "claimants" not in settlement else {"number": number("people", 30)}
    key = next(iter(settlement))
    says = rf"settlement\.{key}: says how a settlement is paid, and there is no `fund`.*how the judgment is paid"
    with pytest.raises(damages.CaseError, match=says):
        small(tmp_path, **judged(inputs, settlement))


def test_a_payout_of_the_judgment_is_refused_beside_a_settlement(tmp_path):
    inputs = {"rate": number("share", 0.03), "fund": number("usd", 5_000)}
    with pytest.raises(damages.CaseError, match=r"judgment\.payout: .* the case is settled for a fund: leave one out"):
        small(tmp_path, **judged(inputs, {"fund": "fund"}, payout={"claims_rate": "rate"}))


# --- Notice and fees ------------------------------------------------------------------------------


def test_notice_goes_to_every_member_and_not_only_to_those_with_standing(tmp_path):
    """1,000 members as pleaded, 400 with standing. Notice to all: 1,000 × $0.50 + 400 claims × $3 + 5,000 = 6,700."""
    inputs = {
        "standing": number("share", 0.4),
        "fixed": number("usd", 5_000),
        "notice": number("usd_per_member", 0.5),
        "claim": number("usd_per_member", 3),
        "all": number("share", 1),
    }
    costs = {"administration": {"fixed": "fixed", "per_notice": "notice", "per_claim": "claim"}}
    parts = judged(inputs, costs, payout={"claims_rate": "all"})
    parts["class_size"] = {"people": "people", "limit": ["standing"]}
    found = lines(tmp_path, **parts)
    assert (found["people_notified"], found["members_awarded"]) == (1_000, 400)
    assert found["administration_usd"] == pytest.approx(6_700)


def test_a_fee_out_of_the_fund_and_a_fee_on_top_can_stand_together(tmp_path):
    """As in *Braun v. Wal-Mart*: of 1,000,000 a quarter out of the fund, and 100,000 that the defendant pays on top.

    The class keeps 750,000, counsel get 350,000, the defendant pays 1,100,000: no dollar is charged twice. The fee is
    checked against the lodestar as a whole: 350,000 ÷ (200 hours × $500) = 3.5.
    """
    inputs = {
        "fee": number("share", 0.25),
        "shifted": number("usd", 100_000),
        "hours": number("count", 200),
        "rate": number("usd_per_unit", 500),
    }
    terms = {"fee_share": "fee", "shifted_fee": "shifted", "lodestar": {"hours": "hours", "usd_per_hour": "rate"}}
    found = lines(tmp_path, **judged(inputs, terms))
    assert (found["attorney_fee_usd"], found["shifted_fee_usd"]) == (250_000, 100_000)
    assert (found["net_fund_usd"], found["defendant_pays_usd"]) == (750_000, 1_100_000)
    assert found["lodestar_multiple"] == pytest.approx(3.5)


def test_no_fee_is_shifted_where_the_class_wins_nothing(tmp_path):
    """Won with chance 0.4: the defendant pays 0.4 × (1,000,000 + 100,000)."""
    won = {"t": theory("statutory", statute="sca", needs=["won"])}
    inputs = {"shifted": number("usd", 100_000), "won": question(0.4)}
    estimate = damages.estimate(small(tmp_path, **judged(inputs, {"shifted_fee": "shifted"}, theories=won)))
    assert estimate.expected["shifted_fee_usd"] == pytest.approx(40_000)
    assert estimate.expected["defendant_pays_usd"] == pytest.approx(440_000)


def test_all_money_of_the_judgment_is_accounted_for():
    """In the case with every rule, what the defendant pays is what the parties get, on every path."""
    case = damages.load(CASES / "rules.yaml")
    answers = [path.answers for path in damages.estimate(case).paths[:12]]
    for found in lines_by_path(case, base_values(case), answers):
        got = sum(float(np.sum(found[name])) for name in damages.case.lines.parties(case))
        assert float(np.sum(found["defendant_pays_usd"])) == pytest.approx(got)
