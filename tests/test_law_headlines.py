"""The four headlines, worked by hand: expected is a mean, and expected ≤ exposure ≤ full recovery."""

from __future__ import annotations

import pytest
from build import choice, number, question, small, theory

import damages
from damages.engine.headlines import HEADLINES
from damages.engine.paths import base_values

SKEWED = {"triangular": {"low": 0, "likely": 30, "high": 300}}  # most likely 30, mean (0 + 30 + 300) ÷ 3 = 110


def test_expected_is_a_mean_and_not_the_figure_at_the_most_likely_values(tmp_path):
    """1,000 members, a loss of $0 to $300 with $30 most likely, so $110 on average; units 1 to 10, 1 most likely, 4 on average.

    Won with chance 0.5: expected 0.5 × 1,000 × 110 × 4 = 220,000. At the most likely values it would be
    0.5 × 1,000 × 30 × 1 = 15,000: skewed ranges, multiplied through, leave a fifteenth.
    """
    parts = {
        "theories": {"t": theory("per_unit", units="units", rate="each", needs=["won"])},
        "inputs": {
            "units": number("count", {"triangular": {"low": 1_000, "likely": 1_000, "high": 10_000}}),
            "each": number("usd_per_member", SKEWED),
            "won": question(0.5),
        },
    }
    estimate = damages.estimate(small(tmp_path, **parts))
    assert {name: base_values(estimate.case)[name] for name in ("units", "each")} == pytest.approx(
        {"units": 4_000, "each": 110}
    )
    assert estimate.at_base["expected_usd"] == pytest.approx(220_000)
    assert estimate.expected_usd == pytest.approx(220_000, rel=1e-3)
    assert estimate.exposure_usd == pytest.approx(440_000, rel=1e-3)


def test_where_the_model_bends_the_headline_is_still_the_mean(tmp_path):
    """A loss from $0 to $200 under a contract's cap of $100 that binds, 1,000 members.

    Half the time the loss is above and 100 is paid; else it is below and 50 is paid on average: 75,000. At the mean
    loss of $100 the cap cuts nothing: 100,000, which is a figure at base values and no expected value.
    """
    cap = {"binds": "binds", "arm": "arm", "usd": "cap"}
    parts = {
        "theories": {
            "t": theory("subscription_value", price="price", months="one", share_lost="all", cap=cap),
        },
        "inputs": {
            "price": number("usd_per_month", {"uniform": [0, 200]}),
            "one": number("months", 1),
            "all": number("share", 1),
            "cap": number("usd_per_member", 100),
            "arm": choice("fixed_sum", "fees_paid", "fixed_sum"),
            "binds": question(1),
        },
    }
    estimate = damages.estimate(small(tmp_path, **parts))
    assert estimate.at_base["expected_usd"] == pytest.approx(100_000)
    assert estimate.expected_usd == pytest.approx(75_000, rel=1e-4)


FOUR = {
    "theories": {
        "statute": theory("statutory", statute="fcra", needs=["liable", "willful"]),
        "contract": theory("per_unit", units="people", rate="each", needs=["breach"]),
    },
    "pleaded": {"usd_per_member": "sum"},
    "inputs": {
        "sum": number("usd_per_member", 2_000),
        "each": number("usd_per_member", 15),
        "liable": question(0.5),
        "willful": question(0.4),
        "breach": question(0.5),
        "is_cut": question(0.5),
        "share": number("share", 0.2),
    },
    "judgment": {"due_process": {"asked": "is_cut", "share": "share"}},
}


def test_four_headlines_of_one_case(tmp_path):
    """1,000 members; pleaded $2,000 each. FCRA gives $100 to $1,000, 550 on average; the contract $15, for the same harm.

    Pleaded: 2,000,000. Full recovery: the top and no cut, 1,000,000. Exposure: liability won, the cut open (half to a
    fifth): 0.5 × 550,000 + 0.5 × 110,000 = 330,000. Expected: the statute stands with 0.5 × 0.4 = 0.2, else the
    contract with 0.5: 0.2 × 330,000 + 0.8 × 0.5 × 15,000 = 66,000 + 6,000 = 72,000.
    """
    estimate = damages.estimate(small(tmp_path, **FOUR))
    found = {name: getattr(estimate, name) for name in HEADLINES}
    by_hand = {
        "pleaded_usd": 2_000_000,
        "full_recovery_usd": 1_000_000,
        "exposure_usd": 330_000,
        "expected_usd": 72_000,
    }
    assert found == pytest.approx(by_hand, rel=1e-5)
    assert estimate.lines["statute_full_recovery_usd"] == pytest.approx(1_000_000)
    assert estimate.lines["contract_full_recovery_usd"] == pytest.approx(15_000)  # the claim alone


def test_exposure_answers_liability_and_leaves_remedies_their_chances(tmp_path):
    """Liability and willfulness are won, since the theory asks them; the cut and punitive damages keep their chances.

    VPPA: 1,000 × $2,500 × 2 if willful = 5,000,000; cut to a tenth with chance 0.5, 2,750,000 on average; with chance
    0.2 as much again in punitive damages: 2,750,000 × 1.2 = 3,300,000.
    """
    doubled = {"when": "willful", "times": "two"}
    parts = {
        "theories": {"t": theory("statutory", statute="vppa", multiplier=doubled, needs=["liable"])},
        "inputs": {
            "liable": question(0.1),
            "willful": question(0.1),
            "is_cut": question(0.5),
            "malice": question(0.2),
            "share": number("share", 0.1),
            "two": number("times", 2),
            "ratio": number("times", 1),
        },
        "judgment": {
            "due_process": {"asked": "is_cut", "share": "share"},
            "punitive": {"when": "malice", "ratio": "ratio", "theories": ["t"]},
        },
    }
    assert damages.estimate(small(tmp_path, **parts)).exposure_usd == pytest.approx(3_300_000)


def test_a_liability_question_is_decided_and_not_conditioned_upon(tmp_path):
    """Disclosure makes a cut less likely (0.2 against 0.8). Won, disclosure is a fact: 0.8 × 1,000,000 + 0.2 × 100,000 = 820,000."""
    parts = {
        "theories": {"t": theory("statutory", statute="sca", needs=["disclosed"])},
        "inputs": {
            "disclosed": question(0.5),
            "is_cut": question({"given": "disclosed", "yes": 0.2, "no": 0.8}),
            "share": number("share", 0.1),
        },
        "judgment": {"due_process": {"asked": "is_cut", "share": "share"}},
    }
    estimate = damages.estimate(small(tmp_path, **parts))
    assert estimate.exposure_usd == pytest.approx(820_000)
    assert estimate.expected_usd == pytest.approx(410_000)
