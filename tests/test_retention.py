"""How long subscribers stay: a published fit, its errors, and the flow through a class period."""

from __future__ import annotations

import numpy as np
import pytest

import damages
from damages.counting.retention import RetentionError, effective_churn, fit_retention, flow, flow_of
from damages.model import class_size
from damages.precedents.benchmarks import published_cohorts
from damages.report.views import retention

# Fader and Hardie, "How to Project Customer Retention", Journal of Interactive Marketing 21(1), 2007:
# percent still there, the seven years the model is fitted to and the five it must forecast; cohorts of 1,000.
PUBLISHED = {
    "High End": (
        [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1],
        [46.8, 44.5, 42.7, 40.9, 39.4],
        (0.668, 3.806, -1611.2),
    ),
    "Regular": (
        [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1],
        [22.3, 20.7, 19.4, 18.3, 17.3],
        (0.704, 1.182, -1680.3),
    ),
}


def fitted(cohort):
    return fit_retention([10 * percent for percent in PUBLISHED[cohort][0]])


@pytest.mark.parametrize("cohort", PUBLISHED)
def test_the_published_fit_to_the_prints_rounding(cohort):
    alpha, beta, log_likelihood = PUBLISHED[cohort][2]
    found = fitted(cohort)
    assert round(found.alpha, 3) == alpha
    assert round(found.beta, 3) == beta
    assert round(found.log_likelihood, 1) == log_likelihood


@pytest.mark.parametrize(("cohort", "points"), [("High End", 1.7), ("Regular", 0.4)])
def test_the_forecast_of_the_years_it_did_not_see(cohort, points):
    """Seven years project the next five within the stated percentage points of what happened."""
    _, later, _ = PUBLISHED[cohort]
    forecast = 100 * fitted(cohort).survival(12)[8:]
    np.testing.assert_allclose(forecast, later, atol=points)


def test_survival_is_the_beta_functions_ratio():
    from scipy.special import beta as beta_function

    found = fitted("Regular")
    t = np.arange(13)
    np.testing.assert_allclose(
        found.survival(12), beta_function(found.alpha, found.beta + t) / beta_function(found.alpha, found.beta)
    )
    np.testing.assert_allclose(found.survival(12)[1:] / found.survival(12)[:-1], found.retention_rates(12))
    assert np.all(np.diff(found.retention_rates(12)) > 0)
    assert found.mean_churn == pytest.approx(1 - found.survival(1)[1])


@pytest.mark.slow
def test_standard_errors_against_many_cohorts():
    """The errors from the information are the spread of the estimates over cohorts drawn from the fitted model."""
    found = fitted("Regular")
    survival = found.survival(7)
    chances = np.append(-np.diff(survival), survival[-1])
    rng = np.random.default_rng(1)
    again = []
    for _ in range(120):
        left = rng.multinomial(1000, chances)
        cohort = fit_retention(1000 - np.concatenate([[0], np.cumsum(left[:-1])]))
        again.append((np.log(cohort.alpha), np.log(cohort.beta)))
    spread = np.std(again, axis=0)
    np.testing.assert_allclose(spread, [found.se_alpha / found.alpha, found.se_beta / found.beta], rtol=0.2)
    assert np.corrcoef(np.transpose(again))[0, 1] == pytest.approx(found.correlation, abs=0.05)


def test_ten_times_the_people_is_a_root_of_ten_surer():
    small, large = (fit_retention([size * p for p in PUBLISHED["Regular"][0]]) for size in (10, 100))
    assert small.alpha == pytest.approx(large.alpha, rel=1e-5)
    assert small.se_alpha == pytest.approx(large.se_alpha * 10**0.5, rel=1e-4)


def test_drawn_survival_has_the_estimates_errors_and_its_seed():
    found = fitted("Regular")
    drawn = found.survival_draws(12, seed=3)
    assert drawn.shape == (2000, 13)
    np.testing.assert_array_equal(drawn, found.survival_draws(12, seed=3))
    assert not np.array_equal(drawn, found.survival_draws(12, seed=0))
    # One renewal: the share that stays is beta / (alpha + beta); its binomial error is known.
    assert drawn[:, 1].std() == pytest.approx((0.627 * 0.373 / 1000) ** 0.5, rel=0.15)


@pytest.mark.parametrize(
    ("survivors", "words"),
    [
        ([100, 90], "needs the start and at least two renewals of a cohort; 2 counts were given."),
        ([100, 80, 90, 70], "the survivors rise from 80 to 90 at renewal 2; a cohort can only fall."),
        ([0, 0, 0], "the first above 0, none below"),
        ([10, 5, float("nan")], "are counts of people"),
        ([100, 100, 100], "nobody left in this cohort"),
        ([1000 * 0.9**t for t in range(8)], "all seem to leave at the same rate. Use a constant churn."),
        ([1000, 900, 700, 400], "all seem to leave at the same rate. Use a constant churn."),
    ],
)
def test_cohorts_that_no_model_fits(survivors, words):
    with pytest.raises(RetentionError, match=words.replace(".", r"\.")):
        fit_retention(survivors)


@pytest.mark.parametrize("growth", [0.0, 0.017, -0.01])
@pytest.mark.parametrize("months", [0.5, 12.0, 43.926])
def test_the_flow_is_the_models_closed_form(growth, months):
    found = flow(1_000.0, growth, months, churn=0.05)
    sold = class_size.subscriber_months(1_000.0, growth, months)
    assert found.subscriber_months == pytest.approx(float(sold))
    assert found.people == pytest.approx(float(class_size.unique_people(1_000.0, 0.05, growth, sold)))
    assert found.months[-1] == months
    np.testing.assert_allclose(np.diff(found.stock), found.joined - found.left, atol=1e-9)


def test_the_flow_of_a_case_is_its_lines(linkedin):
    estimate = damages.estimate(linkedin)
    found = flow_of(estimate)
    assert found.people == pytest.approx(np.sum(estimate.lines["people_in_period"]))
    assert found.subscriber_months == pytest.approx(np.sum(estimate.lines["subscriber_months"]))
    assert found.stock[-1] == pytest.approx(np.sum(estimate.lines["people_at_end"]))
    assert found.months_per_member == pytest.approx(np.mean(estimate.lines["months_per_member"]))
    lower = flow_of(estimate, churn=0.03)
    assert lower.people < found.people
    assert lower.subscriber_months == pytest.approx(found.subscriber_months)
    assert flow_of(damages.estimate(damages.load("params/template.yaml"))) is None


def test_effective_churn_against_cohorts_followed_one_by_one():
    """A base fed by ever larger cohorts, each followed month by month, loses the same share."""
    found, growth, months = fitted("Regular"), 0.01, 400
    survival = found.survival(months)
    there = left = 0.0
    for age in range(months):
        joined = (1 + growth) ** (months - age)
        there += joined * survival[age]
        left += joined * (survival[age] - survival[age + 1])
    assert effective_churn(found, growth, months) == pytest.approx(left / there)


def test_the_loyal_pile_up():
    found = fitted("Regular")
    first, growing, still = found.mean_churn, effective_churn(found, 0.05), effective_churn(found, 0.0)
    assert still < growing < first
    assert effective_churn(found, 0.0, 1) == pytest.approx(first)


def test_the_cohorts_table_and_chart():
    survivors, later, _ = PUBLISHED["High End"]
    shown = retention.survival(fitted("High End"), survivors, later, renewals=15, cohort="simulated cohort")
    table = shown.table
    assert table.title == "Retention: simulated cohort"
    assert table["used"] == ["fitted"] * 8 + ["holdout"] * 5 + ["forecast"] * 3
    assert table["observed"][13:] == [None] * 3
    assert table["observed"][12] == pytest.approx(0.394)
    assert all(row["low"] <= row["model"] <= row["high"] for row in table.rows)
    assert "alpha 0.668 (standard error 0.104), beta 3.806 (0.786), log-likelihood -1,611.2." in table.note
    alt = shown.chart.alt
    assert "simulated cohort" in alt
    assert "The model retains 85.1% after the first renewal and 33.6% after renewal 15." in alt
    assert "The counts not used in the fit lie within 1.6 percentage points" in alt


def test_the_flows_table_and_chart(linkedin):
    found, shown = flow_of(damages.estimate(linkedin)), retention.flow(damages.estimate(linkedin))
    table = shown.table
    assert len(table.rows) == 44
    assert str(table["from"][0]) == "2021-01-21"
    assert sum(table["joined"]) == pytest.approx(found.joined.sum())
    assert table.caption == f"{linkedin.class_size.counted.many.capitalize()} month by month (hypothetical)"
    picture = shown.chart
    assert picture.alt.startswith(
        f"{table.caption}. Over 44 months the number at its start goes from {found.stock[0]:,.0f}"
    )
    assert picture.svg.startswith(b"<?xml")


def test_the_published_cohorts_are_kept_as_counts():
    """1,000 customers each; the percentages of the print times ten."""
    cohorts = published_cohorts()
    assert cohorts["High End"].survivors[:3] == (1_000.0, 869.0, 743.0)
    assert cohorts["Regular"].later[-1] == 173.0
    assert fit_retention(cohorts["Regular"].survivors).log_likelihood == pytest.approx(-1680.3, abs=0.05)


def test_other_churns_share_the_same_months_among_other_numbers_of_people(linkedin):
    """The months sold are the same whatever the churn; people × months each = months sold."""
    fits = {name: fit_retention(one.survivors) for name, one in published_cohorts().items()}
    table = retention.churn(damages.estimate(linkedin), fits).table
    assert table["label"] == ["This case", "High End", "Regular"]
    months = float(np.sum(damages.estimate(linkedin).lines["subscriber_months"]))
    assert all(sold == pytest.approx(months, rel=1e-6) for sold in table["sold"])
    assert [p * m for p, m in zip(table["people"], table["months"], strict=True)] == pytest.approx(table["sold"])


def test_a_yearly_renewal_is_spread_over_its_months():
    """Kept for a year by 81%: 1.741% leave each month, since 0.98259^12 = 0.81 (nearly constant retention)."""
    steady = fit_retention([100_000, 81_000, 65_610, 53_144, 43_047])
    assert effective_churn(steady, 0.0, months_per_renewal=12) == pytest.approx(0.0174, abs=2e-4)
