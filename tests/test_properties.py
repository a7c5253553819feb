"""What must hold for every case, whatever its numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import damages
from damages.engine.paths import answers_for_class, base_values, lines_by_path
from damages.model import class_size, judgment, payout, recovery, statutory, subscription

share = st.floats(0.0, 1.0)
money = st.floats(0.0, 1e6)
people = st.floats(0.0, 1e9)
theories = st.lists(st.tuples(money, share), min_size=1, max_size=5)


@given(people, share)
def test_a_class_never_grows_when_narrowed(count, part):
    assert class_size.narrowed(count, part) <= count


def _recovered(awards):
    return sum(usd * float(part) for (usd, _), part in zip(awards, recovery.elected(awards), strict=True))


@given(theories)
def test_recovery_lies_between_the_greatest_theory_and_their_sum(awards):
    total = _recovered(awards)
    each = [usd * part for usd, part in awards]
    assert max(each) * (1 - 1e-12) - 1e-9 <= total <= sum(each) * (1 + 1e-12) + 1e-9


@given(theories, st.randoms())
def test_the_order_of_theories_does_not_change_the_recovery(awards, random):
    shuffled = random.sample(awards, len(awards))
    first, second = (_recovered(order) for order in (awards, shuffled))
    assert first == pytest.approx(second, rel=1e-9, abs=1e-9)


@given(theories)
def test_no_member_is_paid_twice(awards):
    """The shares that are taken add up to no more than the widest entitlement."""
    parts = recovery.elected(awards)
    assert sum(map(float, parts)) == pytest.approx(max(part for _, part in awards), abs=1e-9)


@given(money, money, money)
def test_a_floor_is_at_least_the_sum_and_at_least_the_loss(actual, profits, floor):
    award = statutory.floor_award(actual, profits, floor)
    assert award >= floor
    assert award >= actual


@given(money, st.floats(0, 120), share, st.floats(0.1, 10))
def test_doubling_the_price_doubles_the_loss(price, months, lost, factor):
    one = subscription.value_lost(subscription.fees_paid(price, months), lost)
    many = subscription.value_lost(subscription.fees_paid(price * factor, months), lost)
    assert many == pytest.approx(one * factor, rel=1e-9, abs=1e-9)


@given(money, share)
def test_the_loss_is_at_most_what_was_paid(fees, lost):
    assert subscription.value_lost(fees, lost) <= fees


@given(st.floats(0, 1e12), share, share, st.floats(0, 1e12))
def test_due_process_never_adds_and_never_cuts_compensation(award, compensating, left, above):
    compensation = award * compensating
    kept = float(judgment.share_left(award, compensation, above, award * left))
    assert 0.0 <= kept <= 1.0 + 1e-12
    assert compensation + (award - compensation) * kept >= min(award * left, award) * (1 - 1e-9)


@given(st.floats(0, 1e9), st.lists(money, max_size=4))
def test_charges_never_take_more_than_the_fund(fund, charges):
    left = fund
    for charge in charges:
        taken = float(payout.paid_from(left, charge))
        assert 0.0 <= taken <= charge
        left -= taken
    assert 0.0 <= left <= fund


@given(st.floats(1, 1e6), st.floats(0, 0.2), st.floats(-0.02, 0.05), st.floats(1, 120))
def test_more_people_pass_through_than_were_there(at_start, churn, growth, months):
    sold = class_size.subscriber_months(at_start, growth, months)
    unique = float(class_size.unique_people(at_start, churn + 0.02, growth, sold))
    assert unique >= at_start
    assert float(sold) / unique <= months + 1e-9  # nobody pays for more months than there are


def test_growth_near_zero_is_smooth():
    near = [float(class_size.growth_sum(rate, 48.0)) for rate in (-1e-12, 0.0, 1e-12, 1e-9)]
    assert_allclose(near, 48.0, rtol=1e-7)


def _with_groups(case, order):
    """The same case with its groups in another order."""
    return case.model_copy(
        update={
            "groups": {group: case.groups[group] for group in order},
            "shapes": {
                name: {g: shapes[g] for g in (*order, "") if g in shapes} for name, shapes in case.shapes.items()
            },
        }
    )


def test_the_order_of_groups_does_not_matter(linkedin):
    turned = _with_groups(linkedin, ["sales", "career", "business"])
    first, second = damages.estimate(linkedin), damages.estimate(turned)
    for name in first.lines:
        assert_allclose(np.sum(first.lines[name]), np.sum(second.lines[name]), rtol=1e-12, err_msg=name)


def test_splitting_a_group_changes_no_total(write_case):
    """Plus (20%) becomes two groups of 12% and 8% with its price."""
    whole = damages.load(write_case(name="whole.yaml"))
    split = damages.load(
        write_case(
            ("groups: {basic: Basic, plus: Plus}", "groups: {basic: Basic, plus: Plus, more: More}"),
            ("{basic: 0.8, plus: 0.2}", "{basic: 0.8, plus: 0.12, more: 0.08}"),
            ("plus: 50}", "plus: 50, more: 50}"),
            name="split.yaml",
        )
    )
    first, second = damages.estimate(whole), damages.estimate(split)
    assert_allclose(first.at_base["expected_usd"], second.at_base["expected_usd"], rtol=1e-12)
    for name in ("pleaded_usd", "class_award_usd", "judgment_usd", "net_fund_usd", "usd_per_claimant"):
        assert_allclose(first.lines[name], second.lines[name], rtol=1e-12, err_msg=name)


def test_all_inputs_fixed_every_draw_is_the_estimate(write_case):
    fixed = {
        "{low: 8_000, likely: 10_000, high: 15_000}": "10_000",
        "{between: [0.4, 0.9]}": "0.5",
        "{beta: [4, 3]}": "0.6",
        "{uniform: [0.2, 0.6]}": "0.3",
        "{triangular: {low: 8, likely: 10, high: 15}}": "9",
        "{lognormal: {median: 10, sd_log: 0.4}}": "11",
        "{low: 0.0, likely: 0.1, high: 0.5}": "0.2",
        "{normal: {mean: 0.4, sd: 0.3}}": "0.4",
        "{choices: {10_000: 0.5, 40_000: 0.5}}": "10_000",
        "{low: 0.02, likely: 0.05, high: 0.2}": "0.05",
    }
    case = damages.load(write_case(*fixed.items()))
    estimate, simulation = damages.estimate(case), damages.simulate(case, draws=512)
    for name in ("pleaded_usd", "exposure_usd", "expected_usd"):
        summary = simulation.lines[name]
        assert_allclose(summary.mean.value, estimate.headlines[name], rtol=1e-12)
        assert summary.mean.error <= 1e-9 * estimate.headlines[name]
        assert {figure.value for figure in summary.percentiles.values()} == {summary[0.5].value}


def test_no_argument_is_written_to(linkedin):
    values = base_values(linkedin)
    kept = {name: np.copy(value) for name, value in values.items()}
    for value in values.values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    lines_by_path(linkedin, values, [answers_for_class(linkedin)])
    for name, value in values.items():
        assert_array_equal(value, kept[name])


@pytest.mark.slow
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_chance_scales_the_expected_value(first, second):
    """The expected judgment is proportional to the chance of a question that everything needs."""
    at = [
        damages.estimate(damages.load("params/template.yaml", settings={"liability": chance})).expected_usd
        for chance in (first, second)
    ]
    assert at[0] * second == pytest.approx(at[1] * first, rel=1e-9)
