"""The simulation's results for each input, against arithmetic: J = liable × U × R, U ~ U(1000, 3000), R ~ U(0, 100), P(liable) = 0.4."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from conftest import CASES
from numpy.testing import assert_allclose

import damages
from damages.sensitivity.conditional import Conditional, by_bins
from damages.sensitivity.ranks import ranks_of
from damages.sensitivity.sample import high_sum

MEAN_U, MEAN_R, VAR_U, VAR_R, LIABLE = 2_000.0, 50.0, 2_000.0**2 / 12, 100.0**2 / 12, 0.4


@pytest.fixture(scope="module")
def decision():
    return damages.load(CASES / "decision.yaml")


@pytest.fixture(scope="module")
def drawn(decision):
    return damages.sample(decision)


def test_bins_of_an_input(drawn):
    """In the lowest twentieth U is 1,050 on average and in the highest 2,950; the exposure is U × 50."""
    found = {one.name: one for one in damages.conditional(drawn.case, of="exposure_usd").rows}
    units = found["units"]
    assert_allclose([units.middles[0], units.middles[-1]], [1_050.0, 2_950.0], rtol=1e-3)
    for figure, truth in ((units.at_low, 1_050.0 * MEAN_R), (units.at_high, 2_950.0 * MEAN_R)):
        assert figure.value == pytest.approx(truth, abs=max(2 * figure.error, 30))
    assert units.direction == "rises"
    assert found["rate"].whole.value == pytest.approx(MEAN_U * MEAN_R, rel=1e-4)
    assert list(found) == ["rate", "units"]  # the widest first; people and costs do not reach it


def test_share_of_the_variance_is_the_first_order_index(drawn):
    """Var UR = VU VR + VU mR² + VR mU²; alone U explains VU mR², of which twenty even bins see 1 − 1/400."""
    whole = VAR_U * VAR_R + VAR_U * MEAN_R**2 + VAR_R * MEAN_U**2
    found = {one.name: one for one in damages.conditional(drawn.case, of="exposure_usd").rows}
    seen = 1.0 - 1.0 / 400.0
    for name, alone in (("units", VAR_U * MEAN_R**2), ("rate", VAR_R * MEAN_U**2)):
        share = found[name].share
        assert share.value == pytest.approx(seen * alone / whole, abs=max(2 * share.error, 1e-3))


def test_a_question_is_cut_by_its_answers(drawn):
    liable = next(one for one in damages.conditional(drawn.case, of="judgment_usd").rows if one.name == "liable")
    assert liable.at_low.value == 0.0
    assert liable.at_high.value == pytest.approx(MEAN_U * MEAN_R, rel=1e-3)
    second = (VAR_U + MEAN_U**2) * (VAR_R + MEAN_R**2)
    whole = LIABLE * second - (LIABLE * MEAN_U * MEAN_R) ** 2
    assert liable.share.value == pytest.approx(LIABLE * (1 - LIABLE) * (MEAN_U * MEAN_R) ** 2 / whole, rel=5e-3)


def test_the_chance_of_a_sum_across_an_input(drawn):
    """P(UR > 150,000 | U) = 1 − 1,500 / U above 1,500. Over all: 1 − 3/4 − (3/4) ln 2 … worked out below."""
    found = {one.name: one for one in damages.conditional(drawn.case, of="exposure_usd", above=150_000.0).rows}
    whole = (1_500.0 - 1_500.0 * math.log(2.0)) / 2_000.0  # ∫ from 1,500 to 3,000 of (1 − 1,500 / u) du / 2,000
    assert found["units"].whole.value == pytest.approx(whole, abs=1e-3)
    assert found["units"].at_low.value == 0.0
    top = 1.0 - 1_500.0 * math.log(3_000.0 / 2_900.0) / 100.0
    assert found["units"].at_high.value == pytest.approx(top, abs=max(2 * found["units"].at_high.error, 1e-3))
    judged = {one.name: one for one in damages.conditional(drawn.case, of="judgment_usd", above=150_000.0).rows}
    assert judged["liable"].at_high.value == pytest.approx(whole, abs=1e-3)
    assert judged["liable"].whole.value == pytest.approx(LIABLE * whole, abs=1e-3)


def test_a_percentile_across_an_input(drawn):
    """Given R in its highest twentieth, about 97.5, the 95% point of UR is near 97.5 × 2,900."""
    found = {one.name: one for one in damages.conditional(drawn.case, of="exposure_usd", level=0.95).rows}
    assert found["rate"].at_high.value == pytest.approx(97.5 * 2_900.0, rel=0.01)
    assert found["rate"].share is None
    with pytest.raises(damages.CaseError, match="judgment_usd depends on answers to questions; percentiles by bins"):
        damages.conditional(drawn.case, of="judgment_usd", level=0.95)


def test_an_input_that_turns_is_marked_and_one_without_effect_is_not(drawn):
    rate = drawn.values[[one.name for one in drawn.columns].index("rate")]
    bent = replace(drawn, figures={"exposure_usd": ((rate - 50.0) ** 2)[None, :]})
    rows = by_bins(bent, "exposure_usd")
    found = {one.name: one for one in rows}
    assert (found["rate"].direction, found["units"].direction) == ("turns", "")
    assert found["rate"].width > 2_000.0  # though its two ends are alike
    assert abs(found["units"].share.value) <= 3 * max(found["units"].share.error, 1e-5)
    ranks = ranks_of(bent, "exposure_usd")
    assert not ranks.enough
    assert [row.name for row in ranks.rows if not row.monotone] == ["rate"]
    words = str(ranks.words)
    assert "too little to rely on" in words
    assert "do not apply to Rate" in words
    turned = Conditional(drawn.case, "exposure_usd", None, None, tuple(rows))
    assert turned.table["label"] == ["Rate ↕"]


def test_rank_correlations_against_scipy(drawn):
    from scipy.stats import spearmanr

    names = [one.name for one in drawn.columns]
    found = {row.name: row for row in damages.rank_correlations(drawn.case, of="exposure_usd").rows}
    units, rate = (drawn.values[names.index(name)] for name in ("units", "rate"))
    y = drawn.figures["exposure_usd"][0]
    matrix = spearmanr(np.array([units, rate, y]).T).statistic
    assert found["units"].plain.value == pytest.approx(matrix[0, 2], abs=2e-3)
    # r(xy.z) = (r_xy − r_xz r_yz) / √((1 − r_xz²)(1 − r_yz²))
    partial = (matrix[0, 2] - matrix[0, 1] * matrix[1, 2]) / math.sqrt(
        (1 - matrix[0, 1] ** 2) * (1 - matrix[1, 2] ** 2)
    )
    assert found["units"].partial.value == pytest.approx(partial, abs=5e-3)
    with pytest.raises(damages.CaseError, match="rank correlations work only for"):
        damages.rank_correlations(drawn.case, of="judgment_usd")


def test_a_high_sum_is_about_the_95th_percentile(drawn):
    assert damages.conditional(drawn.case, of="exposure_usd", above=high_sum(drawn, "exposure_usd")).rows[
        0
    ].whole.value == pytest.approx(0.05, abs=0.006)


def test_the_most_likely_point_is_where_the_gradient_points(drawn):
    """At the nearest point the scores are along the gradient: z_U / z_R = (∂J/∂z_U) / (∂J/∂z_R)."""
    from scipy.stats import norm

    found = damages.reverse_stress(drawn.case, above=200_000.0)
    at = {one.name: one for one in found.point}
    assert at["units"].value * at["rate"].value == pytest.approx(200_000.0, rel=1e-5)
    slope = {
        "units": at["rate"].value * 2_000.0 * norm.pdf(at["units"].score),
        "rate": at["units"].value * 100.0 * norm.pdf(at["rate"].score),
    }
    assert at["units"].score / at["rate"].score == pytest.approx(slope["units"] / slope["rate"], rel=1e-3)
    assert at["rate"].level == pytest.approx(at["rate"].value / 100.0, abs=0.01)
    assert found.at_medians == pytest.approx(100_000.0, rel=1e-6)
    assert found.alone == {}  # 2,000 × 100 and 3,000 × 50 both fall short
    near = damages.reverse_stress(drawn.case, above=120_000.0).alone
    assert_allclose([near["units"], near["rate"]], [[2_400.0], [60.0]])
    short = damages.reverse_stress(drawn.case, above=20_000.0)
    assert short.passes_at_medians
    assert "The most likely way for it to fall to $20,000" in str(short.words)


def test_nothing_takes_it_there(drawn):
    found = damages.reverse_stress(drawn.case, above=1e9)
    assert found.point == ()
    assert "No combination of inputs within their ranges" in str(found.words)
    assert damages.scenario_box(drawn.case, above=1e9).limits == ()


def test_a_box_is_where_the_sum_is_passed(drawn):
    """UR > 240,000 needs R above 80 and U above 2,400: the box must ask for both, and no less."""
    found = damages.scenario_box(drawn.case, above=240_000.0)
    sides = {(one.name, one.at_least): one.value for one in found.limits}
    assert set(sides) == {("units", True), ("rate", True)}
    assert sides["units", True] > 2_300.0
    assert sides["rate", True] > 75.0
    passes = drawn.figures["exposure_usd"][0] > 240_000.0
    names = [one.name for one in drawn.columns]
    units, rate = (drawn.values[names.index(name)] for name in ("units", "rate"))
    inside = (units > sides["units", True]) & (rate > sides["rate", True])
    assert found.density.value == pytest.approx(passes[inside].mean(), abs=0.02)
    assert found.coverage.value == pytest.approx(inside[passes].mean(), abs=0.02)
    assert found.density.value > 5 * found.chance.value
    assert str(found.words).startswith("The exposure is above $240,000 mostly when “")


def test_worth_of_knowing_an_answer(decision):
    """Going on: 0.4 × 100,000 − 20,000 = 20,000; with 30,000 on the table the plaintiffs settle.

    Knowing a yes they go on for 80,000, knowing a no they settle: 0.4 × (80,000 − 30,000) = 20,000.
    """
    found = damages.value_of_information(decision, side="plaintiffs", offer=30_000.0)
    worth = {row.name: row.usd for row in found.rows}
    assert found.going_on_usd.value == pytest.approx(20_000.0, rel=1e-3)
    assert not found.goes_on
    assert worth["liable"].value == pytest.approx(20_000.0, rel=2e-3)
    assert found.questions.value == pytest.approx(20_000.0, rel=2e-3)
    assert found.everything.value > found.questions.value


def test_worth_of_knowing_an_amount(decision):
    """Given R the gain over the sum is 0.4 × 2,000 R − 50,000, above zero when R > 62.5.

    Worth: ∫ from 62.5 to 100 of (800 r − 50,000) dr / 100 = 800 × 37.5² / 200 = 5,625. U could not change the choice
    before its range ends: 0.4 × 50 U − 50,000 > 0 when U > 2,500: 20 × 500² / 2 / 2,000 = 1,250.
    """
    found = damages.value_of_information(decision, side="plaintiffs", offer=30_000.0)
    worth = {row.name: row.usd for row in found.rows}
    assert worth["rate"].value == pytest.approx(5_625.0, rel=0.01)
    assert worth["units"].value == pytest.approx(1_250.0, rel=0.02)


def test_worth_to_the_defendant(decision):
    """Going on costs 0.4 × 100,000 + 30,000 = 70,000. Asked for 90,000 it goes on; a yes would cost 130,000: 0.4 × 40,000."""
    found = damages.value_of_information(decision, side="defendant", offer=90_000.0)
    assert found.going_on_usd.value == pytest.approx(-70_000.0, rel=1e-3)
    assert found.goes_on
    assert {row.name: row.usd.value for row in found.rows}["liable"] == pytest.approx(16_000.0, rel=2e-3)
    words = str(found.words)
    assert "Discovery requests by the value of information: “Liable”" in words


def test_what_changes_no_choice_is_worth_nothing(decision):
    found = damages.value_of_information(decision, side="plaintiffs", offer=10e6)
    assert all(row.usd.value == 0.0 for row in found.rows)
    assert "Information on one input alone would not change" in str(found.words)


def test_information_needs_a_decision(good):
    found = damages.value_of_information(good)
    assert "no decision to inform" in str(found.words)
    assert found.table is None
    assert found.chart is None


def test_importance_against_reruns(linkedin):
    found = {one.name: one for one in damages.if_decided(linkedin).rows}
    assert set(found) == {*linkedin.questions, *linkedin.theories}

    def expected(**settings):
        return damages.estimate(damages.load("params/linkedin.yaml", settings=settings)).expected_usd

    assert found["sca_covers"].usd_if_yes == pytest.approx(expected(sca_covers="yes"), rel=1e-9)
    assert found["actual_damages_required"].usd_if_no == pytest.approx(expected(actual_damages_required="no"), rel=1e-9)
    assert found["sca"].usd_if_no == pytest.approx(expected(sca_pleaded="no"), rel=1e-9)
    # The class under the statute is certified more readily where the overpayment is proven, so it is likelier proven then.
    proven, certified = (linkedin.questions[name].chance for name in ("overpayment_proven", "certified_sca"))
    both, other = proven * certified["yes"], (1 - proven) * certified["no"]
    needs = dict.fromkeys(linkedin.theories["sca"].needs, "yes")
    yes, no = (expected(**needs, overpayment_proven=answer) for answer in ("yes", "no"))
    assert found["sca"].usd_if_yes == pytest.approx((both * yes + other * no) / (both + other), rel=1e-9)
    assert found["sca"].base_usd == pytest.approx(damages.estimate(linkedin).expected_usd)


def test_importance_with_a_conditional_chance(good):
    found = {one.name: one for one in damages.if_decided(good).rows}
    assert found["proven"].chance == pytest.approx(0.4 * 0.6 + 0.6 * 0.2)
    assert found["liable"].usd_if_no == 0.0


def test_without_ranges_nothing_moves(write_case):
    """A case of facts alone: every method says so, in words, and none fails."""
    path = write_case(
        ("{uniform: [1_000, 3_000]}", "2_000"),
        ("{uniform: [0, 100]}", "50"),
        ("chance: 0.4", "chance: 1.0"),
        base="decision.yaml",
    )
    case = damages.load(path)
    assert damages.conditional(case).rows == ()
    assert damages.rank_correlations(case).rows == ()
    assert damages.reverse_stress(case, above=1e6).point == ()
    assert damages.scenario_box(case, above=1e6).limits == ()
    assert damages.sobol(case, draws=64).indices.why_not
    assert damages.variance_by_source(case).shares == ()
    assert "No input moves" in str(damages.conditional(case).words)
