"""Cases worked by hand, with the arithmetic beside them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

import damages
from damages.model import class_size, payout, recovery, statutory


def test_linkedin_at_base_values(linkedin):
    """The LinkedIn case, step by step with a pocket calculator.

    From revenue: $2 billion ÷ 12 ÷ ((0.75 × $29.99 + 0.20 × $59.99) × 0.75) = 6,442,998; × 0.30 = 1,932,899.
    From members: 1.2 billion × (1 − 0.806) × 0.007 = 1,629,600.
    Class period 21 Jan 2021 to 18 Sep 2024, both counted: 1,337 days ÷ 30.4375 = 43.926078 months.
    Start: 1,932,899 ÷ 1.01704 ^ 43.926078 = 920,191. Months sold: 920,191 × (1.01704 ^ 43.926078 − 1) ÷ 0.01704
    = 59,431,217. Different people: 920,191 + (0.0548 + 0.01704) × 59,431,217 = 5,189,730.
    As pleaded: × 0.60 × 0.95 = 2,958,146; × $1,000 = $2.958 billion.
    Able to recover: × 0.50 × 1 × 0.9999 = 1,478,925.
    Every answer for the class: the floor of $1,000 beats every loss, so $1,478,925,170; × 0.10 = $147,892,517.
    """
    lines = damages.estimate(linkedin).lines
    assert_allclose([lines["revenue_start"], lines["people_by_revenue"]], [6_442_998, 1_932_899.4], rtol=1e-7)
    assert_allclose(lines["people_by_members"], 1_629_600, rtol=1e-12)
    assert_allclose(lines["people_by_combined"], 0.75 * 1_932_899.4 + 0.25 * 1_629_600, rtol=1e-7)
    assert_allclose(sum(lines["people_at_start"]), 920_191, rtol=1e-6)
    assert_allclose(sum(lines["subscriber_months"]), 59_431_217, rtol=1e-6)
    assert_allclose(sum(lines["people_in_period"]), 5_189_730, rtol=1e-6)
    assert_allclose(lines["pleaded_usd"], 2_958_146_154, atol=1)
    assert_allclose(lines["class_members_total"], 1_478_925.170, atol=0.001)
    assert_allclose(lines["class_award_usd"], 1_478_925_169.8, atol=1)
    assert_allclose(lines["judgment_usd"], 147_892_517.0, atol=0.1)


def test_linkedin_contract_loss(linkedin):
    """Premium Career: $29.99 × (1 − 0.30 × 0.20) × 11.451697 months = $322.83; × 0.05 − $0.10 refunded = $16.04.

    Side by side: benefit of the bargain $2 a month, $2 × 11.451697 − $0.10 = $22.80; cover $4, $45.71; full $322.73.
    The later price is the same, so its difference is nothing.
    """
    lines = damages.estimate(linkedin).lines
    assert [round(float(usd), 2) for usd in lines["contract_loss_usd_per_member"]] == [16.04, 32.19, 53.72]
    sides = {
        method: round(float(np.ravel(lines[f"contract_by_{method}_usd_per_member"])[0]), 2)
        for method in linkedin.theories["contract"].lost
    }
    assert sides == {
        "premium": 16.04,
        "bargain": 22.80,
        "cover": 45.71,
        "difference": 0.0,
        "outlay": 0.0,
        "refund": 322.73,
    }


def test_linkedin_chance_of_recovery(linkedin):
    """P = disclosed 0.03 × certified 0.35 × P(something pays).

    If an overpayment is proven (0.4), the SCA, the contract or restitution pays: restitution reaches whom damages
    do not. If it is not (0.6), only the SCA does (it covers, 0.55), and only if it needs no actual damages (0.3).
    0.0105 × (0.4 + 0.6 × 0.55 × 0.3) = 0.0052395.
    """
    assert_allclose(damages.estimate(linkedin).chance_of_recovery, 0.0052395, rtol=1e-9)


def test_template_expected():
    """100,000 × 0.7 × 0.5 = 35,000 members × $1,000 = $35 million; × 0.4 = $14 million."""
    estimate = damages.estimate(damages.load("params/template.yaml"))
    assert_allclose([estimate.exposure_usd, estimate.expected_usd], [35_000_000, 14_000_000], rtol=1e-12)


def test_template_payout():
    """Fund $35,000,000; fee 25% = 8,750,000; costs 200,000; award 5,000; 1,750 claims (5% of 35,000).

    Administration 50,000 + 35,000 × 0.10 + 1,750 × 2 = 57,000. Net 25,988,000 ÷ 1,750 = $14,850.29 each.
    """
    lines = damages.estimate(damages.load("params/template.yaml")).lines
    assert_allclose(lines["administration_usd"], 57_000, rtol=1e-12)
    assert_allclose(lines["net_fund_usd"], 25_988_000, rtol=1e-12)
    assert round(lines["usd_per_claimant"], 2) == 14_850.29


def test_unique_people_without_growth():
    """1,000 subscribers, 5% leave and are replaced each month: after a year 1,000 + 12 × 50 = 1,600 people."""
    sold = class_size.subscriber_months(1_000.0, 0.0, 12.0)
    assert float(class_size.unique_people(1_000.0, 0.05, 0.0, sold)) == pytest.approx(1_600.0)


def test_unique_people_with_growth():
    """100 at the start, 10% growth and 20% churn, two months.

    Month 1: 100 there, 30 join (20 replace, 10 add). Month 2: 110 there, 33 join. 100 + 30 + 33 = 163.
    """
    sold = class_size.subscriber_months(100.0, 0.10, 2.0)
    assert float(sold) == pytest.approx(210.0)
    assert float(class_size.unique_people(100.0, 0.20, 0.10, sold)) == pytest.approx(163.0)


def test_start_follows_from_end():
    """110 after one month of 10% growth were 100 at the start."""
    assert float(class_size.stock_at_start(110.0, 0.10, 1.0)) == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("actual", "profits", "expected"),
    [(0.0, 0.0, 1_000.0), (999.99, 0.0, 1_000.0), (600.0, 500.0, 1_100.0), (5_000.0, 0.0, 5_000.0)],
)
def test_the_floor_replaces_and_is_never_added(actual, profits, expected):
    assert float(statutory.floor_award(actual, profits, 1_000.0)) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("floor", 1_000.0),
        ("greater_of", 1_000.0),
        ("additive", 1_300.0),
        ("instead_of", 1_000.0),
        ("actual_only", 300.0),
    ],
)
def test_each_kind_of_statute(kind, expected):
    """Loss $300, profits $200, sum $1,000."""
    assert float(statutory.AWARDS[kind](300.0, 200.0, 1_000.0)) == expected


def test_profits_count_under_a_floor_and_not_under_a_greater_of():
    """Loss $300, profits $900, sum $1,000: the floor gives 1,200, the greater-of 1,000."""
    assert float(statutory.AWARDS["floor"](300.0, 900.0, 1_000.0)) == 1_200.0
    assert float(statutory.AWARDS["greater_of"](300.0, 900.0, 1_000.0)) == 1_000.0


def test_the_reference_gate():
    """30% of members entitled to max(A, 1,000) = 1,000, the others to A = 40: 0.3 × 1,000 + 0.7 × 40 = 328."""
    parts = recovery.credited([(1_000.0, 0.3), (40.0, 1.0)])
    assert sum(map(float, parts)) == pytest.approx(328.0)


def test_three_theories_of_one_harm():
    """$100 to 20%, $60 to 50%, $10 to all: 20 + 0.3 × 60 + 0.5 × 10 = 43."""
    parts = recovery.credited([(10.0, 1.0), (100.0, 0.2), (60.0, 0.5)])
    assert [float(part) for part in parts] == pytest.approx([5.0, 20.0, 18.0])


def test_an_empty_fund_pays_nobody():
    assert float(payout.claims(1_000.0, 0.0, 0.05, 0.0)) == 0.0
    assert float(payout.paid_from(0.0, 50_000.0)) == 0.0
    assert float(payout.cheque(0.0, 0.0, 1e15, 1e15, 0.0)) == 0.0
