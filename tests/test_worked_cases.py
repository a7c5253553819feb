"""Cases worked by hand, with the arithmetic beside them."""

from __future__ import annotations

import pytest
from numpy.testing import assert_allclose

import damages
from damages.model import class_size, payout, recovery, statutory


def test_linkedin_at_base_values(linkedin):
    """The LinkedIn case, step by step with a pocket calculator.

    Class period 21 Jan 2021 to 18 Sep 2024, both counted: 1,337 days ÷ 30.4375 = 43.926078 months.
    Start: 5,560,000 ÷ 1.01704 ^ 43.926078 = 2,646,938. Months sold: 2,646,938 × (1.01704 ^ 43.926078 − 1) ÷ 0.01704
    = 170,954,322. Different people: 2,646,938 + (0.0548 + 0.01704) × 170,954,322 = 14,928,299.
    As pleaded: × 0.30 × 0.60 × 0.95 = 2,552,739; × $1,000 = $2.5527 billion.
    Able to recover: × 1 × 0.50 × 0.9999 = 1,276,242.
    Every answer for the class: the floor of $1,000 beats every loss, so $1,276,241,891; × 0.10 = $127,624,189.
    """
    lines = damages.estimate(linkedin).lines
    assert_allclose(sum(lines["people_at_start"]), 2_646_938, rtol=1e-6)
    assert_allclose(sum(lines["subscriber_months"]), 170_954_322, rtol=1e-6)
    assert_allclose(sum(lines["people_in_period"]), 14_928_299, rtol=1e-6)
    assert_allclose(sum(lines["pleaded_members"]), 2_552_739, rtol=1e-6)
    assert_allclose(lines["pleaded_usd"], 2_552_739_057, atol=1)
    assert_allclose(lines["class_members_total"], 1_276_241.891, atol=0.001)
    assert_allclose(lines["class_award_usd"], 1_276_241_891.5, atol=1)
    assert_allclose(lines["judgment_usd"], 127_624_189.1, atol=0.1)


def test_linkedin_contract_loss(linkedin):
    """Premium Career: $29.99 × 11.451697 months × 0.05 = $17.17."""
    loss = damages.estimate(linkedin).lines["contract_loss_usd_per_member"]
    assert [round(float(usd), 2) for usd in loss] == [17.17, 34.35, 57.25]


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
