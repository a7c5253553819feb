"""The market: an equilibrium is one, and what demand alone says is more than what a price would have lost."""

from __future__ import annotations

import numpy as np
import pytest

from damages.errors import DamagesWarning
from damages.ranges.shapes import Around, from_case
from damages.reader.units import UNITS
from damages.survey.market import (
    Market,
    MarketError,
    demand,
    demand_curve,
    equilibrium,
    load_with_sample,
    price_effect,
    price_effects,
    write_sample,
)

B = 0.08
PRICES, SHARES, FIRMS = np.array([29.99, 24.99, 34.99, 19.99]), np.array([0.25, 0.2, 0.1, 0.15]), ("a", "b", "a", "c")


@pytest.fixture(scope="module")
def market():
    return Market(PRICES, SHARES, FIRMS, B)


def profits(market, prices, firm, qualities=None):
    shares = demand(prices, market.qualities if qualities is None else qualities, market.utility_of_a_dollar)
    return sum((prices - market.costs)[j] * shares[j] for j, name in enumerate(market.firms) if name == firm)


def test_the_market_gives_back_its_own_shares(market):
    np.testing.assert_allclose(demand(market.prices, market.qualities, B), SHARES)


def test_no_seller_gains_by_changing_a_price(market):
    """First-order conditions by differences, and a real optimum: any step away costs money."""
    lowered = market.qualities.copy()
    lowered[0] -= B * 6.0
    for prices, qualities in (
        (market.prices, market.qualities),
        (price_effect(market, 0, 6.0).but_for_prices, lowered),
    ):
        for j, firm in enumerate(FIRMS):
            step = np.eye(4)[j]
            at = profits(market, prices, firm, qualities)
            up, down = (profits(market, prices + h * step, firm, qualities) for h in (0.01, -0.01))
            assert (up - down) / 0.02 == pytest.approx(0.0, abs=1e-5)
            assert max(up, down) < at


def test_alone_only_the_sellers_own_prices_move(market):
    """Seller a has two products: both are set anew, and neither can be bettered."""
    lowered, own = market.qualities - B * 6.0 * np.eye(4)[0], np.array([True, False, True, False])
    alone = equilibrium(market.costs, lowered, FIRMS, B, PRICES, own)
    np.testing.assert_array_equal(alone[~own], PRICES[~own])
    for j in (0, 2):
        up, down = (profits(market, alone + h * np.eye(4)[j], "a", lowered) for h in (0.01, -0.01))
        assert (up - down) / 0.02 == pytest.approx(0.0, abs=1e-5)
    assert price_effect(market, 0, 6.0).alone_usd == pytest.approx(PRICES[0] - alone[0])


def test_one_seller_in_closed_form():
    """Logit demand, one product: price falls by share × worth, and 1 − share of a cost is passed on, at the margin."""
    one = Market(np.array([30.0]), np.array([0.4]), ("a",), B)
    assert one.costs[0] == pytest.approx(30 - 1 / (B * 0.6))
    effect = price_effect(one, 0, 0.001)
    assert effect.usd / 0.001 == pytest.approx(0.4, rel=1e-3)
    assert effect.alone_usd == pytest.approx(effect.usd)
    assert effect.pass_through == pytest.approx(0.6, rel=1e-3)


def test_no_worth_no_effect(market):
    effect = price_effect(market, 0, 0.0)
    assert (effect.usd, effect.alone_usd, effect.share_of_price) == pytest.approx((0, 0, 0), abs=1e-8)
    np.testing.assert_allclose(effect.but_for_prices, market.prices, atol=1e-8)


def test_demand_alone_is_more_than_the_price_effect_and_rivals_answer(market):
    """The product that lost the feature gets cheaper by less than its worth. Its rivals win buyers and get dearer,
    which lets it keep some of its price: with their answer the cut is smaller than alone."""
    effect = price_effect(market, 0, 6.0)
    assert 0 < effect.usd < effect.alone_usd < effect.worth_usd
    assert np.all(effect.but_for_prices[[1, 3]] > market.prices[[1, 3]])
    assert effect.share_of_price == pytest.approx(effect.usd / 29.99)
    assert 0 < effect.pass_through < 1
    worse = price_effect(market, 0, -6.0)
    assert worse.usd < 0
    assert np.all(worse.but_for_prices[[1, 3]] < market.prices[[1, 3]])


def test_the_effect_rises_with_the_worth_and_the_draws_are_read_off_it(market):
    worths_usd = np.random.default_rng(0).normal(6.0, 1.0, 400)
    shares = price_effects(market, 0, worths_usd)
    order = np.argsort(worths_usd)
    assert np.all(np.diff(shares[order]) >= 0)
    for i in range(5):
        assert shares[i] == pytest.approx(price_effect(market, 0, worths_usd[i]).share_of_price, abs=1e-5)


def test_demand_curves_fall_and_lie_lower_without_the_feature(market):
    prices = np.linspace(10, 60, 26)
    curve, without = demand_curve(market, 0, prices), demand_curve(market, 0, prices, 6.0)
    assert np.all(np.diff(curve) < 0)
    assert np.all(without < curve)
    assert demand_curve(market, 0, np.array([29.99]))[0] == pytest.approx(0.25)
    np.testing.assert_allclose(demand_curve(market, 0, prices + 6.0), without, rtol=1e-12)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"utility_of_a_dollar": -0.1}, "a dollar must have a positive utility"),
        ({"shares": np.array([0.5, 0.3, 0.1, 0.1])}, "all together below 1, for those who buy nothing"),
        ({"shares": np.array([0.5, 0.3, 0.1])}, "4 prices, 3 shares and 4 sellers; each product has one of each"),
        ({"utility_of_a_dollar": 0.001}, "these prices and shares imply a cost below zero"),
    ],
)
def test_what_is_no_market(changed, words):
    with pytest.raises(MarketError, match=words):
        Market(**{"prices": PRICES, "shares": SHARES, "firms": FIRMS, "utility_of_a_dollar": B} | changed)


def test_a_product_that_is_not_there(market):
    with pytest.raises(MarketError, match="product 4 is not in the market; its products are 0 to 3"):
        price_effect(market, 4, 6.0)


def test_the_draws_enter_a_case(market, tmp_path):
    shares = price_effects(market, 0, np.random.default_rng(0).normal(6.0, 1.0, 999))
    path = write_sample(shares, tmp_path, "lost.csv")
    assert [file.name for file in tmp_path.iterdir()] == ["lost.csv"]
    shape = from_case({"sample": "lost.csv"}, UNITS["share"], Around(tmp_path))
    assert shape.base == pytest.approx(np.mean(shares), rel=1e-5)
    case = load_with_sample("params/linkedin.yaml", "", ["claims_rate=0.08"], path)
    assert case.shapes["share_of_value_lost"][""].base == pytest.approx(np.mean(shares), rel=1e-5)
    assert case.shapes["claims_rate"][""].base == 0.08
    assert len(case.files["lost.csv"]) == 64
    without = load_with_sample("params/template.yaml", "", [], path)
    assert "lost.csv" not in without.files


def test_a_share_below_zero_is_written_as_zero_with_a_warning(tmp_path):
    with pytest.warns(DamagesWarning, match="2 of 3 draws lie below 0 or above 1 and are written as 0 or 1"):
        path = write_sample(np.array([-0.1, 0.5, 1.2]), tmp_path / "new")
    assert path.read_text() == "share_of_price\n0\n0.5\n1\n"


def test_one_wild_draw_does_not_move_the_others_and_worths_without_bounds_are_told(market):
    usual = np.random.default_rng(0).normal(6.0, 1.0, 2_000)
    alone, beside = price_effects(market, 0, usual), price_effects(market, 0, np.append(usual, 200.0))
    np.testing.assert_allclose(beside[:-1].mean(), alone.mean(), rtol=1e-3)
    with pytest.raises(MarketError, match=r"no bounds: its draws run from -50,000\.00 to"):
        price_effects(market, 0, np.append(usual, [-50_000.0, 50_000.0]))
