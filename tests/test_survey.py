"""Surveys as people read them: tables that name their data, charts that stand in grey, and the notebook's path."""

from __future__ import annotations

import numpy as np
import pytest

import damages
from damages.errors import DamagesError
from damages.reader.digits import settled
from damages.report.picture import picture
from damages.report.table import Table
from damages.report.views import scenarios
from damages.report.views import survey as shown_of
from damages.survey import worth
from damages.survey.choice import fit_choice, fit_mixed
from damages.survey.hedonic import fit_prices
from damages.survey.market import Market, load_with_sample, price_effect, price_effects, write_sample
from damages.survey.survey import choice_data, read_answers
from damages.survey.synthetic import SIMULATED_WORTH_USD, simulated_choices, simulated_prices


@pytest.fixture(scope="module")
def survey():
    return choice_data(simulated_choices(80, 6, seed=3, spread_usd=3.0), ["privacy", "analytics", "none"])


@pytest.fixture(scope="module")
def model(survey):
    return fit_choice(survey)


@pytest.fixture(scope="module")
def worths(survey, model):
    return worth.worths(survey, model, ["privacy", "analytics"], resamples=20)


@pytest.fixture(scope="module")
def market(model):
    return Market(
        prices=[29.99, 24.99],
        shares=[0.3, 0.2],
        firms=("a", "b"),
        utility_of_a_dollar=model.utility_of_a_dollar,
        name="simulated market",
    )


@pytest.fixture(scope="module")
def effect(market, worths):
    return price_effect(market, 0, worths[0].usd)


@pytest.fixture(scope="module")
def everything(survey, model, worths, market, effect):
    prices = simulated_prices(20, 4)
    return [
        shown_of.utilities(model),
        shown_of.worth(worths),
        shown_of.spread(worths[0], fit_mixed(survey, "privacy", draws=50)),
        shown_of.effect(effect),
        shown_of.demand(market, 0, effect),
        shown_of.sample(price_effects(market, 0, worths[0].draws), market.name),
        shown_of.regression(fit_prices(prices, ["privacy", "analytics"])),
    ]


def test_what_is_simulated_says_so_in_every_title(everything):
    for shown in everything:
        table = shown.table or shown.drawn
        assert "simulated" in table.title
        assert isinstance(table, Table)
        assert "nan" not in repr(table)
        assert table.rows


def test_a_table_of_real_data_does_not_say_simulated():
    frame = simulated_choices(60, 4, seed=1)
    frame.attrs.clear()
    model = fit_choice(choice_data(frame, ["privacy", "analytics", "none"]))
    assert shown_of.utilities(model).table.title == "Estimated utilities: survey"


def test_the_choices_table(model):
    table = shown_of.utilities(model).table
    assert table["attribute"] == ["price", "privacy", "analytics", "none"]
    np.testing.assert_allclose(table["utility"], model.coefficients)
    assert "480 choices of 80 respondents" in table.note


def test_the_worth_table_beside_the_truth(worths):
    table = shown_of.worth(worths, SIMULATED_WORTH_USD).table
    assert table["known"] == [6.0, 4.0]
    assert table["usd"] == [settled(worth.usd) for worth in worths]
    assert "Simulated with" in repr(table)
    assert "Simulated with" not in repr(shown_of.worth(worths))
    assert "Caution" not in table.note


def test_the_spread_of_a_worth_is_a_density(everything):
    shown = everything[2]
    table = shown.drawn
    for label in dict.fromkeys(table["label"]):
        rows = [row for row in table.rows if row["label"] == label]
        step = rows[1]["usd"] - rows[0]["usd"]
        assert sum(row["density"] for row in rows) * step == pytest.approx(1, abs=0.02)
    alt = shown.chart.alt
    assert alt.count("nine in ten from") == 2
    assert "simulated survey" in alt


def test_from_worth_to_price(effect, worths):
    shown = shown_of.effect(effect)
    table = shown.table
    assert table["usd"] == [settled(usd) for usd in (worths[0].usd, effect.alone_usd, effect.usd)]
    assert table["share"][2] == pytest.approx(effect.share_of_price)
    axes = shown.plot()
    assert axes.get_xlabel() == "USD a month"
    assert "Price effect, competitors answer: $" in picture(axes).alt


def test_demand_curves_pass_through_the_markets_prices(market, effect):
    shown = shown_of.demand(market, 0, effect)
    marked = [row for row in shown.drawn.rows if row["equilibrium"]]
    assert [row["usd"] for row in marked] == [29.99, settled(effect.but_for_prices[0])]
    assert marked[0]["share"] == pytest.approx(0.3)
    alt = shown.chart.alt
    assert "with the feature: $29.99, 30% of buyers." in alt


def test_the_notebooks_way_into_a_case(market, worths, tmp_path):
    shares = price_effects(market, 0, worths[0].draws)
    first, again = (write_sample(shares, tmp_path / name) for name in ("one", "two"))
    assert first.read_bytes() == again.read_bytes()
    studied = damages.load("params/linkedin.yaml")
    surveyed = load_with_sample("params/linkedin.yaml", "", [], first)
    differ = scenarios.inputs({"as filed": studied, "simulated survey": surveyed})
    assert differ.table["label"] == ["Share of the subscription's value that was lost"]
    before, after = damages.estimate(studied), damages.estimate(surveyed)
    ratio = after.lines["contract_loss_usd_per_member"] / before.lines["contract_loss_usd_per_member"]
    np.testing.assert_allclose(
        ratio, np.mean(shares) / studied.shapes["share_of_value_lost"][""].base, rtol=0.01
    )  # refunds are taken off after


def test_without_a_folder_a_temporary_one(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = write_sample(np.array([0.1]))
    assert path.is_relative_to(tmp_path)
    assert path.name == "price_effect.csv"


def test_a_survey_in_a_csv_is_the_same_survey(tmp_path):
    answers = simulated_choices(60, 6, seed=1)
    answers.to_csv(tmp_path / "answers.csv", index=False)
    read = read_answers(tmp_path / "answers.csv")
    attributes = ["privacy", "analytics", "none"]
    ours, theirs = (fit_choice(choice_data(frame, attributes)) for frame in (answers, read))
    assert list(ours.coefficients) == pytest.approx(list(theirs.coefficients), rel=1e-9)
    assert "answers.csv" in shown_of.utilities(theirs).table.title


@pytest.mark.parametrize(
    ("content", "said"), [(None, "does not exist"), (b"", "is not a CSV"), (b"a\n\xe9\n", "UTF-8")]
)
def test_a_survey_that_cannot_be_read(tmp_path, content, said):
    path = tmp_path / "answers.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagesError, match=said):
        read_answers(path)
