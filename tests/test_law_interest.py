"""Interest before and after judgment, worked by hand: blocks, days, what it runs on."""

from __future__ import annotations

import datetime

import pytest
from build import MADE_UP, PERIOD, lines, number, question, small, theory
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import damages
from damages.case.derived import plus_years, whole_years
from damages.model import interest

DATE = datetime.date
YEAR = {"filed": DATE(2025, 1, 1), "valued_on": DATE(2026, 7, 1)}  # 365 + 181 = 546 days


def block(**terms):
    return {"rate": "rate", "theories": ["t"], "source": MADE_UP, **terms}


def interest_case(*blocks, **parts):
    """$1,000,000 on a contract and as much on a statute for another harm, at 10% a year."""
    return {
        "theories": {"t": theory("lump_sum", usd="usd"), "floor": theory("statutory", "two", statute="sca")},
        "inputs": {"usd": number("usd", 1_000_000), "rate": number("per_year", 0.10), **parts.pop("inputs", {})},
        "class_period": PERIOD,
        "judgment": {"interest": list(blocks), **parts.pop("judgment", {})},
        **parts,
    }


# --- From when ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "usd"),
    [
        ({"start": "filed"}, 1_000_000 * 0.10 * 546 / 365),
        ({"start": "filed", "kind": "compound"}, 1_000_000 * (1.10 ** (546 / 365) - 1)),
        ({"start": "filed", "end": DATE(2026, 1, 1)}, 100_000),
        ({"start": DATE(2024, 1, 1), "end": DATE(2025, 12, 31)}, 200_000),  # 366 + 364 = 730 days
        ({"start": "midpoint"}, 1_000_000 * 0.10 * (DATE(2026, 7, 1) - DATE(2024, 1, 1)).days / 365),
    ],
)
def test_interest_runs_from_filing_to_the_day_of_valuation_unless_the_case_says_otherwise(tmp_path, terms, usd):
    """Filed on 1 January 2025, valued on 1 July 2026: 365 + 181 days. None on the statutory floor, which no block names."""
    found = lines(tmp_path, **interest_case(block(**terms), **YEAR))
    assert found["prejudgment_interest_usd"] == pytest.approx(usd, rel=1e-12)
    assert found["judgment_usd"] == pytest.approx(2_000_000 + usd)


def test_interest_from_the_payments_is_more_than_from_filing(tmp_path):
    """Paid on average at the middle of 2023–2024, a year before the filing of 1 January 2025: the plaintiff's view, a tenth more."""
    paid, filed = (
        lines(tmp_path, **interest_case(block(start=start), **YEAR))["prejudgment_interest_usd"]
        for start in ("as_paid", "filed")
    )
    assert paid - filed == pytest.approx(1_000_000 * 0.10 * (1 + 0.5 / 12), rel=0.01)


def test_as_paid_against_the_midpoint(tmp_path):
    """Paid in advance, the 24 months accrue on average from month 11.5 and not from month 12: half a month more."""
    paid, middle = (
        lines(tmp_path, **interest_case(block(start=start), **YEAR))["prejudgment_interest_usd"]
        for start in ("as_paid", "midpoint")
    )
    assert paid - middle == pytest.approx(1_000_000 * 0.10 * 0.5 / 12, rel=0.03)


@pytest.mark.parametrize(
    ("terms", "parts", "says"),
    [
        (
            {"start": "filed"},
            {"valued_on": DATE(2026, 7, 1)},
            r"judgment\.interest\.0\.start: is the filing, but the case has no `filed:`",
        ),
        (
            {"start": "filed"},
            {"filed": DATE(2025, 1, 1)},
            r"judgment\.interest\.0: has no `end`, and the case no `valued_on`",
        ),
        ({"start": "filed", "end": DATE(2024, 6, 1)}, YEAR, "2024-06-01 lies before the start, 2025-01-01"),
        ({"start": "as_paid", "end": DATE(2024, 6, 1)}, YEAR, "lies before the end of the class period, 2024-12-31"),
    ],
)
def test_a_block_without_its_days_says_which_are_missing(tmp_path, terms, parts, says):
    with pytest.raises(damages.CaseError, match=says):
        small(tmp_path, **interest_case(block(**terms), **parts))


# --- On what --------------------------------------------------------------------------------------


def test_each_block_has_its_rate_its_days_and_its_theories(tmp_path):
    """10% on the contract for 2025 and 7% on the statute's sum for two years: 100,000 + 140,000."""
    blocks = (
        block(start=DATE(2025, 1, 1), end=DATE(2026, 1, 1)),
        block(start=DATE(2025, 1, 1), end=DATE(2027, 1, 1), rate="seven", theories=["floor"]),
    )
    found = lines(tmp_path, **interest_case(*blocks, inputs={"seven": number("per_year", 0.07)}))
    assert found["prejudgment_interest_usd"] == pytest.approx(240_000)


def test_interest_on_an_award_runs_on_what_due_process_leaves_of_it(tmp_path):
    """A tenth of the statute's 1,000,000 is left; a year at 10% on that: 10,000."""
    one_year = block(start=DATE(2025, 1, 1), end=DATE(2026, 1, 1), theories=["floor"])
    cut = {"share": number("share", 0.1)}
    parts = interest_case(one_year, inputs=cut, judgment={"due_process": {"share": "share"}})
    assert lines(tmp_path, **parts)["prejudgment_interest_usd"] == pytest.approx(10_000)


@pytest.mark.parametrize(("base", "usd"), [("awarded", 0), ("loss", 100_000)])
def test_interest_on_a_loss_is_owed_although_another_remedy_is_elected(tmp_path, base, usd):
    """The contract's $1,000 each is the same harm as the wiretap sum of $10,000, which every member takes.

    A year at 10% on what is recovered under the contract is nothing; on its whole loss it is 100,000.
    """
    parts = interest_case(block(start=DATE(2025, 1, 1), end=DATE(2026, 1, 1), base=base))
    parts["theories"]["floor"] = theory("statutory", statute="wiretap")
    found = lines(tmp_path, **parts)
    assert (found["t_award_usd"], found["floor_award_usd"]) == (0, 10_000_000)
    assert found["prejudgment_interest_usd"] == pytest.approx(usd)


def test_interest_is_part_of_what_a_member_elects_by(tmp_path):
    """A contract's $950 with a year at 10% is 1,045, more than the statute's bare $1,000: 1,045,000 and not 1,000,000."""
    parts = interest_case(block(start=DATE(2025, 1, 1), end=DATE(2026, 1, 1)), inputs={"usd": number("usd", 950_000)})
    parts["theories"]["floor"] = theory("statutory", statute="sca")
    found = lines(tmp_path, **parts)
    assert (found["t_award_usd"], found["floor_award_usd"]) == (950_000, 0)
    assert found["judgment_usd"] == pytest.approx(1_045_000)


def test_no_interest_on_a_claim_that_falls(tmp_path):
    """On its whole loss too, interest is owed under a theory that stands: with chance 0.4, 100,000."""
    parts = interest_case(
        block(start=DATE(2025, 1, 1), end=DATE(2026, 1, 1), base="loss"), inputs={"won": question(0.4)}
    )
    parts["theories"]["t"]["needs"] = ["won"]
    estimate = damages.estimate(small(tmp_path, **parts))
    assert estimate.expected["prejudgment_interest_usd"] == pytest.approx(40_000)


# --- The arithmetic -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["simple", "compound"])
@pytest.mark.parametrize("growth", [0.0, 0.02, -0.01])
def test_each_months_payment_accrues_from_its_month(kind, growth):
    """24 payments, month by month in a loop."""
    rate, years, months = 0.10, 3.5, 24
    grown = [
        (rate * (years - i / 12)) if kind == "simple" else ((1 + rate) ** (years - i / 12) - 1) for i in range(months)
    ]
    weights = [(1 + growth) ** i for i in range(months)]
    by_hand = sum(w * g for w, g in zip(weights, grown, strict=True)) / sum(weights)
    accrued = interest.simple_as_paid if kind == "simple" else interest.compound_as_paid
    assert float(accrued(rate, years, growth, float(months))) == pytest.approx(by_hand, rel=1e-12)


@given(st.floats(-0.02, 0.05), st.floats(2, 60))
def test_the_average_payment_lies_inside_the_period(growth, months):
    month = float(interest.mean_payment_month(growth, months))
    assert -1e-9 <= month <= months - 1 + 1e-9


def test_near_zero_growth_is_smooth():
    near = [float(interest.mean_payment_month(growth, 36.0)) for growth in (-2e-6, -5e-7, 0.0, 5e-7, 2e-6)]
    assert_allclose(near, 17.5, rtol=1e-4)
    assert near == sorted(near)


def test_post_judgment_interest_is_daily_and_compounds_yearly(tmp_path):
    """From 1 July 2025 to 15 September 2027 at 4%: two whole years and 76 days: 1.04² × (1 + 0.04 × 76 ÷ 365) − 1."""
    parts = {
        "theories": {"t": theory("lump_sum", usd="usd")},
        "inputs": {"usd": number("usd", 1_000_000), "rate": number("per_year", 0.04)},
        "judgment": {
            "post_judgment": {"rate": "rate", "start": DATE(2025, 7, 1), "end": DATE(2027, 9, 15), "source": MADE_UP}
        },
    }
    found = lines(tmp_path, **parts)
    assert found["post_judgment_interest_usd"] == pytest.approx(1_000_000 * (1.04**2 * (1 + 0.04 * 76 / 365) - 1))
    assert found["fund_usd"] == pytest.approx(1_000_000 + found["post_judgment_interest_usd"])


def test_years_between_days():
    assert plus_years(DATE(2024, 2, 29), 1) == DATE(2025, 2, 28)
    assert whole_years(DATE(2024, 2, 29), DATE(2026, 2, 27)) == 1
    assert whole_years(DATE(2024, 9, 18), DATE(2026, 9, 18)) == 2
