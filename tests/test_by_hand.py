"""The order of application by hand: small cases whose arithmetic a lawyer can follow, under both models."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
import second_model
import yaml
from build import MADE_UP, apart, content, number, question, theory
from conftest import ROOT

import damages
from damages.engine.paths import base_values, lines_by_path

STATUTES = yaml.safe_load((ROOT / "params" / "statutes.yaml").read_text(encoding="utf-8"))
FILED, VALUED = datetime.date(2023, 1, 1), datetime.date(2024, 12, 31)


def second(case, answers):
    return second_model.judgment(case, STATUTES, second_model.plain(case, **DERIVED), answers)


def library(case, answers):
    read = damages.load(apart(case))
    [found] = lines_by_path(read, base_values(read), [{name: float(answer) for name, answer in answers.items()}])
    return {line: float(np.ravel(figure)[0]) for line, figure in found.items()}


DERIVED = {"half_timely_share": 0.5}  # what a case need not say, for the second model


@pytest.fixture(params=[second, library], ids=["second", "library"])
def lines(request):
    """The lines of a case in one of the two models: 100 members unless it says otherwise, every answer yes."""

    def found(theories, inputs=None, answers=None, people=100, **parts):
        case = content(people=people, theories=theories, inputs=inputs, **parts)
        asked = {name: True for name, given in case["inputs"].items() if given["role"] == "question"}
        made = request.param(case, asked | (answers or {}))
        return {line: next(iter(x.values())) if isinstance(x, dict) else x for line, x in made.items()}

    return found


def sca(**more):
    """$1,000 a person, and no less than actual damages with profits."""
    return theory("statutory", statute="sca", **more)


def lost(usd, item="harm", **more):
    """A theory under which all members together lost this much, and the input that says so."""
    return theory("lump_sum", usd="lost_usd", item=item, **more), {"lost_usd": number("usd", usd)}


def test_a_floor_replaces_a_smaller_loss(lines):
    """$3,000 among 100 members is $30 each; the floor is $1,000: 100 × $1,000 = $100,000, and nothing is added."""
    contract, inputs = lost(3_000)
    found = lines({"sca": sca(actual="contract"), "contract": contract}, inputs)
    assert found["sca_award_usd"] == pytest.approx(100_000)
    assert found["contract_award_usd"] == 0.0
    assert found["judgment_usd"] == pytest.approx(100_000)


def test_due_process_cuts_only_what_exceeds_compensation(lines):
    """$300 of each $1,000 is the loss. A tenth of the other $700 is left: 300 + 70 = $370 a member, $37,000."""
    contract, inputs = lost(30_000)
    found = lines(
        {"sca": sca(actual="contract"), "contract": contract},
        inputs | {"tenth": number("share", 0.1)},
        judgment={"due_process": {"share": "tenth"}},
    )
    assert found["statutory_award_usd"] == pytest.approx(100_000)
    assert found["award_after_due_process_usd"] == pytest.approx(37_000)


def test_what_the_statute_displaced_comes_back_after_the_cut(lines):
    """The statute alone leaves 5% of $1,000, $50 a member. A contract that is worth $219 pays instead: $21,900."""
    contract, inputs = lost(21_900)
    found = lines(
        {"sca": sca(), "contract": contract},
        inputs | {"left": number("share", 0.05)},
        judgment={"due_process": {"share": "left"}},
    )
    assert found["sca_award_usd"] == pytest.approx(100_000)
    assert found["sca_after_due_process_usd"] == 0.0
    assert found["contract_after_due_process_usd"] == found["judgment_usd"] == pytest.approx(21_900)


def test_a_cut_that_is_not_asked_for_leaves_the_whole(lines):
    """Answered no, all 100 × $1,000; answered yes, a quarter of it."""
    for asked, usd in ((False, 100_000), (True, 25_000)):
        found = lines(
            {"sca": sca()},
            {"cut": question(0.5, favours="no"), "left": number("share", 0.25)},
            {"cut": asked},
            judgment={"due_process": {"asked": "cut", "share": "left"}},
        )
        assert found["judgment_usd"] == pytest.approx(usd)


def test_the_threshold_is_no_cliff(lines):
    """A tenth of $100,000 is $10,000, but no award is cut below the threshold of $40,000: $40,000 is left."""
    found = lines(
        {"sca": sca()},
        {"left": number("share", 0.1), "threshold": number("usd", 40_000)},
        judgment={"due_process": {"share": "left", "above": "threshold"}},
    )
    assert found["judgment_usd"] == pytest.approx(40_000)


def test_the_least_of_the_limits_counts(lines):
    """$200 a member is $20,000; three times a loss of $3,000 is $9,000; half of $97,000 more than the loss is more."""
    contract, inputs = lost(3_000)
    found = lines(
        {"sca": sca(actual="contract"), "contract": contract},
        inputs | {"half": number("share", 0.5), "each": number("usd_per_member", 200), "three": number("times", 3)},
        judgment={
            "due_process": {"share": "half", "usd_per_member": "each", "times_actual": "three", "actual": "contract"}
        },
    )
    assert found["statutory_after_due_process_usd"] == pytest.approx(9_000)


def test_a_gate_narrows_to_whom_the_loss_reaches(lines):
    """Where actual damages are required, only the 40 whom the overpayment reaches get $1,000; else all 100 do."""
    contract, inputs = lost(2_000, limit=["reach"])
    inputs |= {"reach": number("share", 0.4), "required": question(0.5, favours="no")}
    theories = {"sca": sca(actual="contract", gate={"required": "required", "share": "reach"}), "contract": contract}
    assert lines(theories, inputs)["judgment_usd"] == pytest.approx(40_000)
    assert lines(theories, inputs, {"required": False})["judgment_usd"] == pytest.approx(100_000)


def test_profits_open_the_gate(lines):
    """The same, but the violator made $500 a member: who gets profits recovers something, so all 100 get the floor."""
    contract, inputs = lost(2_000, limit=["reach"])
    inputs |= {
        "reach": number("share", 0.4),
        "required": question(0.5, favours="no"),
        "gain": number("usd", 50_000),
    }
    gate = {"required": "required", "share": "reach"}
    found = lines({"sca": sca(actual="contract", profits="gain", gate=gate), "contract": contract}, inputs)
    assert found["judgment_usd"] == pytest.approx(100_000)


def test_no_loss_opens_no_gate(lines):
    """The loss is required and not proven: nobody gets the statutory sum, and the contract needs the proof too."""
    contract, inputs = lost(2_000, needs=["proven"])
    inputs |= {"required": question(0.5, favours="no"), "proven": question(0.5)}
    gate = {"required": "required", "proven": "proven", "share": "reach"}
    theories = {"sca": sca(actual="contract", gate=gate), "contract": contract}
    assert lines(theories, inputs, {"proven": False})["judgment_usd"] == 0.0
    assert lines(theories, inputs)["judgment_usd"] == pytest.approx(100_000)


def test_two_sorts_of_members_under_one_statute(lines):
    """40 members lost $2,500 each and get that; the 60 others get the floor: 40 × 2,500 + 60 × 1,000 = $160,000.

    Compensation is 40 × $2,500. Cut to nothing beyond it, $100,000 is left.
    """
    contract, inputs = lost(250_000, limit=["reach"])
    inputs |= {"reach": number("share", 0.4)}
    theories = {"sca": sca(actual="contract"), "contract": contract}
    found = lines(theories, inputs)
    assert found["sca_award_usd"] == pytest.approx(160_000)
    assert found["sca_usd_per_entitled"] == pytest.approx(1_600)
    cut = lines(theories, inputs | {"none": number("share", 0.0)}, judgment={"due_process": {"share": "none"}})
    assert cut["judgment_usd"] == pytest.approx(100_000)


def test_a_theory_of_its_own_reach_leaves_the_others_alone(lines):
    """The statute reaches half the class at $1,000, restitution all of it at $80: 50 × 1,000 + 50 × 80 = $54,000."""
    restitution = theory("restitution", price="price", months="months", share_lost="lost")
    found = lines(
        {"sca": sca(limit=["half"]), "ucl": restitution},
        {
            "half": number("share", 0.5),
            "price": number("usd_per_month", 20),
            "months": number("months", 10),
            "lost": number("share", 0.4),
        },
    )
    assert found["judgment_usd"] == pytest.approx(54_000)
    assert found["ucl_award_usd"] == pytest.approx(50 * 80)


def test_a_class_cap_limits_the_excess_alone(lines):
    """RESPA: each lost $100 and may get $2,000 more, 1,000 members. 1% of a net worth of $50 million is $500,000.

    Losses 1,000 × 100 = $100,000, and of the $2 million beyond them $500,000: $600,000.
    """
    loan, inputs = lost(100_000, item="loan")
    respa = theory("statutory", "loan", statute="respa", actual="loan", class_cap={"net_worth": "worth"})
    inputs |= {"worth": number("usd", 50_000_000), "respa_statutory_usd": number("usd_per_member", 2_000)}
    found = lines({"respa": respa, "loan": loan}, inputs, people=1_000)
    assert found["class_award_usd"] == pytest.approx(600_000)


def test_a_member_elects_by_what_a_remedy_is_worth_with_punitive_damages(lines):
    """A statute pays the loss of $600 and as much again as punitive damages, $1,200 in all: better than $1,000."""
    loss, inputs = lost(60_000)
    found = lines(
        {"sca": sca(), "cdafa": theory("statutory", statute="cdafa", actual="loss"), "loss": loss},
        inputs | {"one": number("times", 1)},
        judgment={"punitive": {"theories": ["cdafa"], "ratio": "one"}},
    )
    assert found["class_award_usd"] == found["cdafa_award_usd"] == pytest.approx(60_000)
    assert found["punitive_usd"] == pytest.approx(60_000)
    assert found["judgment_usd"] == pytest.approx(120_000)


def test_a_sum_of_punitive_damages_is_limited_by_the_ratio(lines):
    """$900 a member is asked, but at most twice an award of $300: 100 × (300 + 600) = $90,000."""
    loss, inputs = lost(30_000)
    found = lines(
        {"cdafa": theory("statutory", statute="cdafa", actual="loss"), "loss": loss},
        inputs | {"each": number("usd_per_member", 900), "two": number("times", 2)},
        judgment={"punitive": {"theories": ["cdafa"], "usd_per_member": "each", "most_ratio": "two"}},
    )
    assert found["judgment_usd"] == pytest.approx(90_000)


def test_interest_from_filing_to_the_day_of_valuation(lines):
    """10% simple on $100,000 for 730 days is $20,000. On the whole loss of $50,000, displaced or not, 5% is $5,000."""
    contract, inputs = lost(50_000)
    rates = {"tenth": number("per_year", 0.10), "twentieth": number("per_year", 0.05)}
    blocks = [
        {"rate": "tenth", "start": "filed", "theories": ["sca"], "source": MADE_UP},
        {"rate": "twentieth", "start": "filed", "theories": ["contract"], "base": "loss", "source": MADE_UP},
    ]
    found = lines(
        {"sca": sca(), "contract": contract},
        inputs | rates,
        filed=FILED,
        valued_on=VALUED,
        judgment={"interest": blocks},
    )
    assert (VALUED - FILED).days == 730
    assert found["prejudgment_interest_usd"] == pytest.approx(100_000 * 0.10 * 2 + 50_000 * 0.05 * 2)
    assert found["judgment_usd"] == pytest.approx(125_000)


def test_offsets_come_off_award_and_punitive_damages_before_interest(lines):
    """$100,000 less $30,000 already paid is $70,000; a year's 10% on the award of $100,000 is $10,000: $80,000."""
    block = {"rate": "tenth", "start": datetime.date(2024, 1, 1), "end": VALUED, "theories": ["sca"], "source": MADE_UP}
    found = lines(
        {"sca": sca()},
        {"tenth": number("per_year", 0.10), "paid": number("usd", 30_000)},
        judgment={"offsets": ["paid"], "interest": [block]},
    )
    assert (VALUED - datetime.date(2024, 1, 1)).days == 365
    assert found["judgment_usd"] == pytest.approx(80_000)


PAYOUT = {"known": number("share", 0.6), "rate": number("share", 0.25), "fee": number("share", 0.3)}


def test_a_judgment_pays_from_records_and_on_claims(lines):
    """60 of 100 are paid from records and a quarter of the other 40 claim: 70 paid. $100,000 less 30% is $70,000.

    Each of the 100 bears the fee: $700. 70 × 700 = $49,000 is paid and $21,000 left over, back to the defendant.
    """
    found = lines(
        {"sca": sca()},
        PAYOUT,
        judgment={"payout": {"automatic": "known", "claims_rate": "rate", "residue": "reversion"}},
        settlement={"fee_share": "fee"},
    )
    assert (found["members_awarded"], found["claimants"]) == pytest.approx((100, 70))
    assert found["usd_per_claimant"] == pytest.approx(700)
    assert found["paid_to_class_usd"] == pytest.approx(49_000)
    assert found["residue_usd"] == pytest.approx(21_000)
    assert found["defendant_pays_usd"] == pytest.approx(79_000)


def test_nobody_is_paid_more_than_the_award(lines):
    """The residue goes to those paid. $70,000 among 70 is $1,000, just the award; among 20 it would be $3,500: $1,000."""
    claims = {"claims_rate": "rate", "residue": "claimants"}
    found = lines(
        {"sca": sca()},
        {k: PAYOUT[k] for k in ("rate", "fee")},
        judgment={"payout": claims},
        settlement={"fee_share": "fee"},
    )
    assert found["claimants"] == pytest.approx(25)
    assert found["usd_per_claimant"] == pytest.approx(1_000)
    assert found["residue_usd"] == pytest.approx(45_000)


def test_notice_goes_to_all_and_a_settlement_to_those_who_claim(lines):
    """200 are pleaded and 100 can recover. Notice 200 × $1, the fund $20,000, 10 of 100 claim: $1,980 each."""
    found = lines(
        {"sca": sca()},
        {
            "standing": number("share", 0.5),
            "fund": number("usd", 20_000),
            "fixed": number("usd", 0),
            "stamp": number("usd_per_member", 1),
            "rate": number("share", 0.1),
        },
        people=200,
        class_size={"people": "people", "limit": ["standing"]},
        settlement={"fund": "fund", "claims_rate": "rate", "administration": {"fixed": "fixed", "per_notice": "stamp"}},
    )
    assert found["people_notified"] == pytest.approx(200)
    assert found["administration_usd"] == pytest.approx(200)
    assert found["claimants"] == pytest.approx(10)
    assert found["usd_per_claimant"] == pytest.approx(1_980)


def test_relief_needs_a_theory_that_stands(lines):
    """Deletion costs $5,000 where it is ordered; nothing is ordered against a defendant who is not liable."""
    relief = {"deletion": {"label": "Deletion", "needs": ["ordered"], "cost": "deletion", "source": MADE_UP}}
    inputs = {"liable": question(0.5), "ordered": question(0.5), "deletion": number("usd", 5_000)}
    for liable, usd in ((True, 105_000), (False, 0)):
        found = lines({"sca": sca(needs=["liable"])}, inputs, {"liable": liable}, relief=relief)
        assert found["defendant_pays_usd"] == pytest.approx(usd)


def test_the_four_readings():
    """FCRA gives $100 to $1,000, $550 on average. Liability 40%, a cut to a tenth 50% where it is liable.

    Full recovery 100 × 1,000. Exposure 100 × 550 × (0.5 + 0.5 × 0.1) = 30,250. Expected 0.4 of that.
    """
    case = content(
        people=100,
        theories={"fcra": theory("statutory", statute="fcra", needs=["liable"])},
        inputs={
            "liable": question(0.4),
            "cut": question({"given": "liable", "yes": 0.5, "no": 0.9}, favours="no"),
            "tenth": number("share", 0.1),
        },
        judgment={"due_process": {"asked": "cut", "share": "tenth"}},
    )
    value = second_model.plain(case, fcra_statutory_usd=550.0)
    assert second_model.full_recovery(case, STATUTES, value)["full_recovery_usd"] == pytest.approx(100_000)
    assert second_model.exposure(case, STATUTES, value) == pytest.approx(30_250)
    assert second_model.expected(case, STATUTES, value) == pytest.approx(12_100)
    headlines = damages.estimate(damages.load(apart(case))).headlines
    assert headlines["full_recovery_usd"] == pytest.approx(100_000)
    assert headlines["exposure_usd"] == pytest.approx(30_250)
    assert headlines["expected_usd"] == pytest.approx(12_100)
