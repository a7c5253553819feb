"""Inputs with single values, ties and inputs that move together, in every method that reads the draws."""

from __future__ import annotations

import numpy as np
import pytest
from build import MADE_UP, number, question, small, theory

import damages

MONTHS = number("months", {"uniform": [1, 3]})


def priced(tmp_path, price, **more):
    """A thousand people × months × price, all of it lost: $2,000 for each dollar of price on average."""
    needs = more.pop("needs", [])
    contract = theory("subscription_value", price="price", months="months", share_lost="lost", needs=needs)
    parts = {name: more.pop(name) for name in ("correlations", "settlement") if name in more}
    inputs = {"price": number("usd_per_month", price), "months": MONTHS, "lost": number("share", 1.0)}
    return small(tmp_path, theories={"contract": contract}, inputs=inputs | more, **parts)


def found(case, **more):
    return {one.name: one for one in damages.conditional(case, of="exposure_usd", **more).rows}


def test_a_value_with_a_chance_of_its_own_has_a_bin_of_its_own(tmp_path):
    """Nothing with chance 0.3, else 10 to 20: the lowest bin is nothing, and the share is Var(price) E[months]² of the whole."""
    case = priced(tmp_path, {"zero_or": {"chance_of_zero": 0.3, "value": {"uniform": [10, 20]}}})
    price = found(case)["price"]
    assert price.middles[0] == 0.0
    assert price.at_low.value == 0.0
    assert price.direction == "rises"
    square = 0.7 * (15**2 + 100 / 12)
    variance, whole = square - 10.5**2, square * (4 + 1 / 3) - 21.0**2
    assert price.share.value == pytest.approx(4 * variance / whole, rel=0.01)


def test_a_value_that_is_seldom_drawn(tmp_path):
    """One draw in ten thousand: not in every replicate, and still what it is."""
    case = priced(tmp_path, {"choices": {10: 0.9999, 100_000: 0.0001}}, months=number("months", 2))
    assert found(case)["price"].at_high.value == pytest.approx(2e8)
    assert found(case, level=0.95)["price"].at_high.value == pytest.approx(2e8)


def test_few_draws_are_cut_into_fewer_bins(tmp_path):
    case = priced(tmp_path, {"uniform": [10, 20]})
    shares = [
        {one.name: one.share.value for one in damages.conditional(case, of="exposure_usd", draws=8 * 2**power).rows}
        for power in (5, 13)
    ]  # fmt: skip
    assert shares[0]["months"] == pytest.approx(shares[1]["months"], rel=0.35)


def test_a_box_holds_the_values_it_names(tmp_path):
    case = priced(tmp_path, {"choices": {10: 0.5, 50: 0.3, 100: 0.2}})
    drawn = damages.sample(case, of=["exposure_usd"])
    box = damages.scenario_box(case, above=190_000.0)
    limits = {one.name: one for one in box.limits if one.at_least}
    assert limits["price"].value == 100.0
    assert limits["price"].level == pytest.approx(0.8, abs=0.01)
    values = {column.name: row for column, row in zip(drawn.columns, drawn.values, strict=True)}
    inside = np.all([values[name] >= one.value for name, one in limits.items()], axis=0)
    assert np.mean(inside) == pytest.approx(box.mass.value, abs=0.01)
    assert np.mean(drawn.figures["exposure_usd"][0][inside] > 190_000) == pytest.approx(box.density.value, abs=0.01)


@pytest.mark.parametrize("rank", [0.95, 1.0, -1.0])
def test_the_most_likely_point_does_not_hang_on_the_order_of_the_file(tmp_path, rank):
    """An input that moves with one that matters is free to move, wherever it stands; and is not said to matter."""
    claims = {"claims": number("share", {"beta": [2, 8]})}
    points = []
    for first in (True, False):
        more = {
            "judgment": {"payout": {"claims_rate": "claims"}},
            "correlations": [{"between": ["price", "claims"], "rank": rank, "source": MADE_UP}],
        }
        inputs = {
            "price": number("usd_per_month", {"uniform": [10, 20]}),
            "months": MONTHS,
            "lost": number("share", 1.0),
        }
        contract = theory("subscription_value", price="price", months="months", share_lost="lost")
        order = {**claims, **inputs} if first else {**inputs, **claims}
        case = small(tmp_path, theories={"contract": contract}, inputs=order, **more)
        points.append({one.name: (one.value, one.score) for one in damages.reverse_stress(case, above=45_000.0).point})
    assert set(points[0]) == {"price", "months"}
    for name, (value, score) in points[0].items():
        assert points[1][name] == (pytest.approx(value, rel=1e-4), pytest.approx(score, abs=1e-3))
    assert points[0]["price"][0] * points[0]["months"][0] == pytest.approx(45.0, rel=1e-6)


def test_the_most_likely_point_keeps_a_single_value(tmp_path):
    """At $5 the sum is out of reach: the nearest point is a price of $20 and just as many months as that needs."""
    case = priced(tmp_path, {"choices": {5: 0.6, 20: 0.4}})
    point = {one.name: one for one in damages.reverse_stress(case, above=30_000.0).point}
    assert point["price"].value == 20.0
    assert point["price"].score == pytest.approx(0.2533, abs=0.02)  # the normal score of 0.6
    assert point["months"].value == pytest.approx(2.0, abs=1e-3)  # the median will do


def test_a_figure_at_a_jump_or_on_a_flat_stretch_breaks_even_once(tmp_path):
    """Two months for 1,000 at $10 or $20: 20,000 or 40,000, and nothing between. At $15 on average, 2.5 months make 37,500."""
    case = priced(tmp_path, {"choices": {10: 0.5, 20: 0.5}}, months=number("months", 2))
    assert damages.break_even(case, target=40_000.0, inputs=["price"], of="exposure_usd").values["price"] == [20.0]
    assert damages.break_even(case, target=30_000.0, inputs=["price"], of="exposure_usd").values["price"] == []
    case = priced(tmp_path, {"choices": {10: 0.5, 20: 0.5}})
    months = damages.break_even(case, target=37_500.0, inputs=["months"], of="exposure_usd").values["months"]
    assert months == pytest.approx([2.5], rel=1e-3)


def test_sobol_says_when_answers_hang_together(tmp_path):
    questions = {"liable": question(0.5), "proven": question({"given": "liable", "yes": 0.9, "no": 0.1})}
    case = priced(tmp_path, {"uniform": [10, 20]}, needs=["liable", "proven"], **questions)
    assert "the chance of “A question” depends on the answer to another question" in damages.sobol(case).indices.why_not
    assert damages.sobol(case, of="exposure_usd").indices.rows


def test_ranks_of_one_input_and_of_two_that_move_as_one(tmp_path):
    alone = priced(tmp_path, {"uniform": [10, 20]}, months=number("months", 2))
    (row,) = damages.rank_correlations(alone).rows
    assert (row.plain.value, row.partial.value) == (pytest.approx(1.0), pytest.approx(1.0))
    tied = [{"between": ["price", "months"], "rank": 1, "source": MADE_UP}]
    case = priced(tmp_path, {"uniform": [10, 20]}, correlations=tied)
    ranks = damages.rank_correlations(case)
    assert not any(row.applies for row in ranks.rows)
    assert ranks.explained.value == pytest.approx(1.0, abs=1e-6)
    assert (
        "No partial rank correlation exists for usd_per_month and months: the other inputs determine it fully"
        in str(ranks.words)
    )
    assert str(damages.rank_correlations(case).table)


def test_knowing_how_long_it_takes_is_worth_something(write_case):
    """With ten years or none to wait, half of the time going on is worth less than the offer."""
    both = write_case(
        ("years: {label: Years, role: fact, unit: years, value: 0,", "years: {label: Years, role: uncertain, unit: years, value: {choices: {0: 0.5, 10: 0.5}},"),
        base="decision.yaml",
    )  # fmt: skip
    case = damages.load(both)
    now = damages.value_of_information(damages.load("tests/cases/decision.yaml"), offer=1.0)
    later = damages.value_of_information(case, offer=now.going_on_usd.value * 0.85)
    half = (1 + 1.05**-10) / 2
    costs = damages.sample(case, of=["judgment_usd"])
    judgment = float(costs.means(costs.chances("judgment_usd") @ costs.figures["judgment_usd"]).mean())
    assert later.going_on_usd.value == pytest.approx(now.going_on_usd.value - judgment * (1 - half), rel=1e-3)
    assert next(row for row in later.rows if row.name == "years").shows
    assert damages.settlement_zone(damages.simulate(case, draws=1024)).discount == pytest.approx(half, rel=1e-9)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0,5\n0,6\n", "line 1 of the sample rates.csv has 2 columns; write one number a line, with a decimal point"),
        ("id,rate\n1,0.5\n", "has 2 columns"),
        ("10%\n0.2\n", "line 1 of the sample rates.csv is '10%', not a number"),
    ],
)
def test_a_sample_that_could_be_misread_is_refused(tmp_path, text, words):
    (tmp_path / "rates.csv").write_text(text)
    with pytest.raises(damages.CaseError, match=words):
        priced(tmp_path, {"sample": "rates.csv"})


def test_a_sample_in_another_encoding(tmp_path):
    (tmp_path / "rates.csv").write_bytes("rate\n0.5\n".encode("utf-16"))
    with pytest.raises(damages.CaseError, match="is not UTF-8 text"):
        priced(tmp_path, {"sample": "rates.csv"})
