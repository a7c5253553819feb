"""Prices on attributes: the normal equations and robust errors by hand, and known prices found again."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.formula.api as smf

from damages.survey.hedonic import PriceDataError, fit_prices
from damages.survey.synthetic import simulated_prices

ATTRIBUTES = ["privacy", "analytics"]


@pytest.fixture(scope="module")
def prices():
    return simulated_prices(seed=1)


def test_robust_errors_by_hand(prices):
    """(X'X)⁻¹ X' diag(e²) X (X'X)⁻¹ × n / (n − k)."""
    x = np.column_stack([np.ones(len(prices)), prices[ATTRIBUTES].to_numpy(float)])
    y = prices["price"].to_numpy()
    bread = np.linalg.inv(x.T @ x)
    usd = bread @ x.T @ y
    residual = y - x @ usd
    covariance = bread @ (x.T * residual**2) @ x @ bread * len(y) / (len(y) - 3)
    found = fit_prices(prices, ATTRIBUTES)
    np.testing.assert_allclose(found.usd, usd[1:])
    np.testing.assert_allclose(found.standard_errors, np.sqrt(np.diag(covariance))[1:])
    assert (found.errors, found.observations, found.data) == ("HC1", 480, "simulated prices")
    assert np.all((found.low < found.usd) & (found.usd < found.high))


def test_clustered_errors_and_period_levels_against_statsmodels(prices):
    theirs = smf.ols("price ~ privacy + analytics + C(period)", prices).fit(
        cov_type="cluster", cov_kwds={"groups": prices["product"]}
    )
    found = fit_prices(prices, ATTRIBUTES, product="product", period="period")
    np.testing.assert_allclose(found.usd, theirs.params[ATTRIBUTES])
    np.testing.assert_allclose(found.standard_errors, theirs.bse[ATTRIBUTES])
    np.testing.assert_allclose(np.column_stack([found.low, found.high]), theirs.conf_int().loc[ATTRIBUTES])
    assert found.r_squared == pytest.approx(theirs.rsquared)
    assert found.errors == "clustered by product"
    assert found.standard_errors[0] > 2 * fit_prices(prices, ATTRIBUTES, period="period").standard_errors[0]


def test_known_prices_are_found_again():
    """Clustered errors say how far off the estimates are; errors that take each row for independent do not."""
    off = {"product": [], None: []}
    for seed in range(40):
        made = simulated_prices(seed=seed)
        for product, all_off in off.items():
            found = fit_prices(made, ATTRIBUTES, product=product, period="period")
            all_off.append((found.usd - [3.0, 5.0]) / found.standard_errors)
    assert np.sqrt(np.mean(np.square(off["product"]))) == pytest.approx(1.0, abs=0.25)
    assert np.sqrt(np.mean(np.square(off[None]))) > 1.8


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.rename(columns={"price": "prices"}), r"the prices have no column price\. Did you mean prices\?"),
        (lambda f: f.assign(privacy=f["privacy"].where(f.index != 2)), "an empty cell in the column privacy"),
        (lambda f: f.assign(price="dear"), "something that is not a number"),
        (lambda f: f.head(3), "3 prices are too few for 3 numbers to estimate"),
        (lambda f: f.assign(analytics=1 - f["privacy"]), "always occur together, or never differ"),
    ],
)
def test_prices_that_cannot_be_regressed(prices, change, words):
    with pytest.raises(PriceDataError, match=words):
        fit_prices(change(prices), ATTRIBUTES)
