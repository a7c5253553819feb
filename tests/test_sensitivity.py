"""Tornado, grid, break-even, evidence: each against the model run one setting at a time."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import CASES
from numpy.testing import assert_allclose

import damages
from damages.decisions.litigation import standings
from damages.engine.draws import quantiles
from damages.engine.figure import moving_inputs

HELD = 5e-3  # of a figure read on a thousand points, beside a whole simulation


def one_by_one(path, **settings):
    return damages.estimate(damages.load(path, settings=settings))


def mean_of(path, line, **settings):
    return damages.simulate(damages.load(path, settings=settings)).lines[line].mean.value


def test_tornado_against_reruns(linkedin):
    swings = {swing.name: swing for swing in damages.tornado(linkedin).swings}
    for name in ("due_process_share", "us_share", "monthly_churn", "share_of_value_lost"):
        swing = swings[name]
        for value, usd in ((swing.low_value, swing.at_low), (swing.high_value, swing.at_high)):
            assert_allclose(
                usd, one_by_one("params/linkedin.yaml", **{name: value}).expected_usd, rtol=HELD, err_msg=name
            )
    low, high = swings["us_share"].low_value, swings["us_share"].high_value
    assert_allclose([low, high], linkedin.shapes["us_share"][""].quantile(np.array([0.05, 0.95])), rtol=1e-9)


def test_questions_made_certain(linkedin):
    swings = {swing.name: swing for swing in damages.tornado(linkedin).swings}
    alone = [name for name, given in linkedin.questions.items() if not isinstance(given.chance, dict)]
    assert len(alone) >= 10  # knowing the answer of another says something of those it depends on, too
    for name in alone:
        for answer, usd in (("no", swings[name].at_low), ("yes", swings[name].at_high)):
            assert_allclose(
                usd,
                one_by_one("params/linkedin.yaml", **{name: answer}).expected_usd,
                rtol=1e-9,
                atol=1e-9,
                err_msg=name,
            )


def test_a_group_input_moves_in_all_groups(linkedin):
    swing = next(swing for swing in damages.tornado(linkedin).swings if swing.name == "list_price_usd_per_month")
    expected = [
        float(quantiles(shape)(np.array([0.05]))[0]) for shape in linkedin.shapes["list_price_usd_per_month"].values()
    ]
    assert_allclose(swing.low_value, expected)
    at_low = dict(zip(linkedin.groups, swing.low_value, strict=True))
    assert_allclose(
        swing.at_low, one_by_one("params/linkedin.yaml", list_price_usd_per_month=at_low).expected_usd, rtol=HELD
    )


def test_the_widest_comes_first_and_the_rest_follow(good):
    widths = [swing.width for swing in damages.tornado(good).swings]
    assert widths == sorted(widths, reverse=True)
    assert {swing.name for swing in damages.tornado(good).swings} == {*moving_inputs(good), *good.questions}


@pytest.mark.parametrize("line", ["pleaded_usd", "exposure_usd"])
def test_tornado_of_another_headline(good, line):
    swings = {swing.name: swing for swing in damages.tornado(good, of=line).swings}
    name = "in_scope_share"
    assert_allclose(
        swings[name].at_high,
        one_by_one(CASES / "good.yaml", in_scope_share=swings[name].high_value).headlines[line],
        rtol=HELD,
    )
    assert not set(swings) & set(good.questions)


def test_tornado_of_any_line(good):
    """Of what each claimant is paid: the amounts against reruns, and a question certain either way."""
    found = damages.tornado(good, of="usd_per_claimant")
    swings = {swing.name: swing for swing in found.swings}
    for name in ("claims_rate", "in_scope_share"):
        assert_allclose(
            swings[name].at_high,
            mean_of(CASES / "good.yaml", "usd_per_claimant", **{name: swings[name].high_value}),
            rtol=HELD,
        )
    assert_allclose(swings["liable"].at_low, mean_of(CASES / "good.yaml", "usd_per_claimant", liable="no"))
    assert found.table.columns[3].unit == "usd_per_member"
    assert "paid to each claimant" in str(found.words)


def test_grid_against_reruns(good):
    found = damages.grid(good, inputs=["claims_rate", "people"], of="usd_per_claimant", steps=3)
    for i, people in enumerate(found.values[1]):
        for j, rate in enumerate(found.values[0]):
            expected = mean_of(CASES / "good.yaml", "usd_per_claimant", people=float(people), claims_rate=float(rate))
            assert_allclose(found.figures[0, i, j], expected, rtol=HELD)


def test_grid_refuses_an_input_without_a_range(good):
    with pytest.raises(damages.CaseError, match=r"fee_share is not an input with a range"):
        damages.grid(good, inputs=["fee_share", "people"])


def test_spider_goes_through_the_tornado(good):
    spider = damages.spider(good).figures
    for swing in damages.tornado(good).swings:
        if swing.name in spider:
            assert_allclose([spider[swing.name][0], spider[swing.name][-1]], [swing.at_low, swing.at_high], rtol=1e-12)


def test_break_even_is_where_the_figure_reaches_the_sum(linkedin):
    ((value,),) = damages.break_even(linkedin, target=1_250_000.0, inputs=["due_process_share"]).values.values()
    assert_allclose(one_by_one("params/linkedin.yaml", due_process_share=value).expected_usd, 1_250_000.0, rtol=HELD)
    assert damages.break_even(linkedin, target=5e12, inputs=["due_process_share"]).reached == {}
    with pytest.raises(damages.CaseError, match="differs by group"):
        damages.break_even(linkedin, target=1.0, inputs=["list_price_usd_per_month"])


def test_evidence_of_a_product_of_two_inputs(write_case):
    """Y = q·X with P(q) = p and X independent of q, one kind of source each: Shapley effects by hand.

    Var Y = p(v + m²) − p²m². Alone, q explains p(1 − p)m², X explains p²v; the rest is shared evenly.
    """
    template = (CASES.parents[1] / "params" / "template.yaml").read_text()
    path = write_case()
    path.write_text(
        template.replace("value: {low: 0.5, likely: 0.7, high: 0.9}", "value: 0.7")
        .replace("value: {between: [0.2, 0.8]}     # 90% sure that it lies between these", "value: 0.5")
        .replace(
            "value: {low: 80_000, likely: 100_000, high: 150_000}\n    source: {kind: assumption",
            "value: {low: 80_000, likely: 100_000, high: 150_000}\n    source: {kind: study",
        )
        .replace("value: {low: 0.02, likely: 0.05, high: 0.12}", "value: 0.05")
    )
    case = damages.load(path)
    p, law = 0.4, case.shapes["subscribers"][""].law
    mean, variance = law.mean(), law.var()
    total = p * (variance + mean**2) - p**2 * mean**2
    alone = {"assumption": p * (1 - p) * mean**2, "study": p**2 * variance}
    shared = total - sum(alone.values())
    found = {share.kind: share.share for share in damages.variance_by_source(case).shares}
    for kind, first in alone.items():
        assert found[kind].value == pytest.approx((first + shared / 2) / total, abs=max(4 * found[kind].error, 1e-4))
    assert sum(figure.value for figure in found.values()) == pytest.approx(1.0, abs=1e-12)


def test_evidence_shares_sum_to_one(linkedin):
    shares = damages.variance_by_source(linkedin).shares
    assert sum(share.share.value for share in shares) == pytest.approx(1.0, abs=1e-9)
    assert next(share.kind for share in shares) == "assumption"


def test_standings_multiply_along_the_way(linkedin):
    """SCA: each gate's chance in turn; the class is certified with the chance that follows from the answers so far."""
    found = {standing.theory: standing for standing in standings(linkedin)}
    along, needs = 1.0, linkedin.theories["sca"].needs
    for (name, chance), need in zip(found["sca"].after, needs, strict=True):
        assert name == need
        given = linkedin.questions[need].chance
        if isinstance(given, dict):  # certified_sca follows from overpayment, which no gate before it decides
            other = linkedin.questions[given["given"]].chance
            given = other * given["yes"] + (1.0 - other) * given["no"]
        along *= given
        assert chance == pytest.approx(along)
    assert found["sca"].chance == pytest.approx(along)


def test_settlement_zone(linkedin, linkedin_simulation):
    """Discount 1.05 ^ −2; plaintiffs: expected × discount − their mean costs; defendant: + its mean costs."""
    zone = damages.settlement_zone(linkedin_simulation)
    terms, lines = linkedin.litigation, linkedin_simulation.lines
    mean = {name: linkedin.shapes[name][""].law.mean() for name in (terms.plaintiff_costs, terms.defence_costs)}
    years = linkedin.shapes[terms.years_to_judgment][""].base
    assert zone.discount == pytest.approx(1.05**-years)
    expected, paid = (lines[name].mean.value * zone.discount for name in ("judgment_usd", "defendant_pays_usd"))
    assert zone.plaintiffs_usd == pytest.approx(max(expected - mean[terms.plaintiff_costs], 0.0))
    assert zone.defendant_usd == pytest.approx(paid + mean[terms.defence_costs])
    assert zone.exists
    assert damages.settlement_zone(damages.simulate(damages.load("params/template.yaml"), draws=512)) is None


def test_benchmarks_are_the_file():
    from damages.precedents.benchmarks import outcomes, settlements_per_member, share_below

    assert len(outcomes()) == 78
    linkedin = next(outcome for outcome in outcomes() if outcome.case.startswith("In re LinkedIn User Privacy"))
    assert linkedin.usd_per_member == pytest.approx(1.5625)
    assert linkedin.claims_rate == pytest.approx(0.05917, abs=1e-5)
    sums = [usd for _, usd in settlements_per_member()]
    assert sums == sorted(sums)
    assert share_below(0.0) == 0.0
    assert share_below(1e9) == 1.0
