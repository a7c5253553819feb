"""Cases worked by hand, with the arithmetic beside them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose

import damages
from damages.case.questions import better_for_class
from damages.model import class_size, payout, recovery, statutory


def test_linkedin_at_base_values(linkedin):
    """The LinkedIn case, step by step with a pocket calculator; a PERT range stands for its mean, (low + 4 × likely + high) ÷ 6.

    From revenue: $2,016,666,667 ÷ 12 ÷ ((0.75 × $29.99 + 0.20 × $59.99) × 0.75) = 6,496,690; × 0.31667 = 2,057,285.
    From members: 1.2 billion × (1 − 0.806) × 0.0075 = 1,746,000.
    Class period 21 Jan 2021 to 18 Sep 2024, both counted: 1,337 days ÷ 30.4375 = 43.926078 months.
    Start: 2,057,285 ÷ 1.0166933 ^ 43.926078 = 994,185. Months sold: 994,185 × (1.0166933 ^ 43.926078 − 1) ÷ 0.0166933
    = 63,684,132. Different people: 994,185 + (0.0555 + 0.0166933) × 63,684,132 = 5,591,754.
    As pleaded: × 0.60 × 0.94 = 3,153,749; × $1,000 = $3.154 billion. In the class: × 1 × 0.9999 = 3,153,434.
    """
    lines = damages.estimate(linkedin).lines
    assert_allclose([lines["revenue_start"], lines["people_by_revenue"]], [6_496_690, 2_057_285], rtol=1e-6)
    assert_allclose(lines["people_by_members"], 1_746_000, rtol=1e-12)
    assert_allclose(lines["people_by_combined"], 0.75 * 2_057_285.05 + 0.25 * 1_746_000, rtol=1e-7)
    assert_allclose(sum(lines["people_at_start"]), 994_185, rtol=1e-6)
    assert_allclose(sum(lines["subscriber_months"]), 63_684_132, rtol=1e-6)
    assert_allclose(sum(lines["people_in_period"]), 5_591_754, rtol=1e-6)
    assert_allclose(lines["pleaded_usd"], 3_153_749_484, atol=1)
    assert_allclose(lines["class_members_total"], 3_153_434.109, atol=0.001)


def test_linkedin_if_the_class_wins(linkedin):
    """Half of the members (0.508333) get the statute's $1,000; those whom only the overpayment reaches (up to 0.883333), their loss.

    Statute: 3,153,434.109 × 0.508333 = 1,602,995.67 × $1,000 = $1,602,995,672. Average loss, plan by plan:
    0.75 × $23.76 + 0.20 × $47.76 + 0.05 × $79.77 = $31.3615; contract: 3,153,434.109 × 0.375 × $31.3615 = $37,086,206.
    A cut for due process leaves the loss and 0.128333 of the rest: $31.3615 + $968.6385 × 0.128333 = $155.6701 each,
    $249,538,563 in all. Cut or not, each with a chance of 0.5: $926,267,118.
    Interest on contract from the filing, 21 Jan 2025, to 24 Nov 2028: 1,403 days ÷ 365 × 10% = 38.4384%, $14,255,328.
    """
    found = damages.estimate(linkedin)
    lines = found.lines
    assert_allclose([lines["sca_award_usd"], lines["contract_award_usd"]], [1_602_995_672, 37_086_206], atol=1)
    assert lines["ucl_award_usd"] == 0.0
    assert_allclose(lines["sca_after_due_process_usd"], 926_267_118, atol=1)
    assert_allclose(lines["prejudgment_interest_usd"], 14_255_328, atol=1)
    assert_allclose(lines["judgment_usd"], 926_267_118 + 37_086_206 + 14_255_328, atol=2)
    assert_allclose(found.full["judgment_usd"], 1_602_995_672 + 37_086_206 + 14_255_328, atol=2)


def test_linkedin_contract_loss(linkedin):
    """Premium Career: $29.99 × (1 − 0.316667 × 0.20) × 11.388936 months = $319.92; × 0.075 − $0.23 refunded = $23.76.

    Side by side: benefit of the bargain $2.67 a month, $2.67 × 11.388936 − $0.23 = $30.14; cover $4.50, $51.02; full $319.69.
    The later price is the same, so its difference is nothing.
    """
    lines = damages.estimate(linkedin).lines
    assert [round(float(usd), 2) for usd in lines["contract_loss_usd_per_member"]] == [23.76, 47.76, 79.77]
    sides = {
        method: round(float(np.ravel(lines[f"contract_by_{method}_usd_per_member"])[0]), 2)
        for method in linkedin.theories["contract"].lost
    }
    assert sides == {
        "premium": 23.76,
        "bargain": 30.14,
        "cover": 51.02,
        "difference": 0.0,
        "outlay": 0.0,
        "refund": 319.69,
    }


def test_linkedin_chance_of_recovery(linkedin):
    """P = disclosed 0.03 × P(something pays).

    The statute's gates: another person 0.5 × consent lacking 0.6 × knowing 0.8 × covers 0.55 = 0.132.
    If an overpayment is proven (0.4): the statute pays where its class is certified, 0.132 × 0.40 = 0.0528, whether it needs
    actual damages or not; contract or restitution where theirs is, 0.55 × (1 − (1 − 0.50) × (1 − 0.05 × 0.40)) = 0.2805.
    Either: 1 − 0.9472 × 0.7195 = 0.3184896. If it is not proven (0.6): the statute alone, and only if it needs no actual
    damages: 0.132 × 0.30 × 0.3 = 0.01188. 0.03 × (0.4 × 0.3184896 + 0.6 × 0.01188) = 0.0040357152.
    """
    assert_allclose(damages.estimate(linkedin).chance_of_recovery, 0.0040357152, rtol=1e-9)


def test_template_expected():
    """105,000 × 0.7 × 0.5 = 36,750 members × $1,000 = $36,750,000; × 0.4 = $14,700,000. Means over draws come near."""
    estimate = damages.estimate(damages.load("params/template.yaml"))
    assert_allclose(estimate.at_base["exposure_usd"], 36_750_000, rtol=1e-9)
    assert_allclose(estimate.at_base["expected_usd"], 14_700_000, rtol=1e-9)
    assert_allclose([estimate.exposure_usd, estimate.expected_usd], [36_750_000, 14_700_000], rtol=1e-4)


def test_template_payout():
    """Judgment $36,750,000 to 36,750 members: 0.6 of them, 22,050, from records; of 14,700 others 0.0566667 claim, 833.

    Fee 25% = 9,187,500; costs 200,000; award 5,000. Administration 50,000 + 73,500 notices × 0.10 + 833 × 2 = 59,016.
    Net 27,298,484 ÷ 36,750 = $742.82 each, of an award of $1,000; nobody is paid for those who do not claim.
    """
    lines = damages.estimate(damages.load("params/template.yaml")).lines
    assert_allclose([lines["paid_without_claim"], lines["claims"]], [22_050, 833], rtol=1e-9)
    assert_allclose(lines["administration_usd"], 59_016, rtol=1e-9)
    assert_allclose(lines["net_fund_usd"], 27_298_484, rtol=1e-9)
    assert round(lines["usd_per_claimant"], 2) == 742.82
    assert_allclose(lines["residue_usd"], 27_298_484 * (1 - 22_883 / 36_750), rtol=1e-9)


@pytest.mark.parametrize("side", ["plaintiff", "defence"])
def test_a_side_answers_every_question(side):
    """The two sides are complete views: each says its own chance of every question, and from what reason."""
    base, view = damages.load("params/linkedin.yaml"), damages.load("params/linkedin.yaml", side)
    for name, given in view.questions.items():
        assert given.chance != base.inputs[name].chance, name
        assert not given.source.cite.startswith("As the "), f"{name} rests on the scenario's reason alone"


def test_the_sides_lie_around_the_case():
    """Every chance for the class: the defendant's view at most the case's own, and that at most the plaintiffs'."""
    plaintiff, case, defence = (damages.load("params/linkedin.yaml", name) for name in ("plaintiff", "", "defence"))
    better = better_for_class(case)
    for name in case.questions:
        chances = [np.ravel(_leaves(seen.inputs[name].chance)) for seen in (defence, case, plaintiff)]
        if better[name] == "no":
            chances.reverse()
        assert all((low <= high).all() for low, high in itertools.pairwise(chances)), name


@pytest.mark.parametrize("file", ["linkedin", "linkedin_2015", "bnsf"])
def test_every_chance_has_a_range(file):
    for name, given in damages.load(f"params/{file}.yaml").questions.items():
        assert given.range is not None, name


def _leaves(chance):
    return [chance["no"], chance["yes"]] if isinstance(chance, dict) else [chance]


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
    remedies = [(1_000.0, 0.3), (40.0, 1.0)]
    assert paid(remedies) == pytest.approx([300.0, 28.0])


def test_three_theories_of_one_harm():
    """$100 to 20%, $60 to 50%, $10 to all: 20 + 0.3 × 60 + 0.5 × 10 = 43."""
    remedies = [(10.0, 1.0), (100.0, 0.2), (60.0, 0.5)]
    assert paid(remedies) == pytest.approx([5.0, 20.0, 18.0])


def paid(remedies):
    """What each remedy pays a member, averaged over all members."""
    return [usd * float(share) for (usd, _), share in zip(remedies, recovery.elected(remedies), strict=True)]


def test_an_empty_fund_pays_nobody():
    assert float(payout.claims(1_000.0, 0.0, 0.05, 0.0)) == 0.0
    assert float(payout.paid_from(0.0, 50_000.0)) == 0.0
    assert float(payout.cheque(0.0, 0.0, 1e15, 1e15, 0.0)) == 0.0
