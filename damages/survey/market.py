"""From what a feature is worth to what a price would have been without it: demand and supply together.

Willingness to pay is demand alone. Had buyers known that a feature was missing, the seller would have
cut the price by less than they value it, and competitors would have answered. The market here is a
logit demand with sellers who set prices against each other (Bertrand and Nash).
"""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from damages.case.schema import Case
from damages.case.theories import SubscriptionValue
from damages.engine.sound import load
from damages.errors import DamagesError, DamagesWarning
from damages.files import whole

MOST_PRICES = 20.0  # a worth beyond so many times the price is none
GRID = 65  # quantiles of the worth at which the market is worked out


class MarketError(DamagesError):
    """Prices and shares that no such market gives."""


@dataclass(frozen=True)
class Market:
    """Products in equilibrium.

    Attributes
    ----------
    prices : USD a month; (products,)
    shares : of all buyers, those who buy nothing included; (products,), summing to less than 1
    firms : the seller of each product
    utility_of_a_dollar : minus the price coefficient of the survey; above 0
    name : for titles, such as "simulated market"
    """

    prices: np.ndarray
    shares: np.ndarray
    firms: tuple[str, ...]
    utility_of_a_dollar: float
    name: str = "market"

    def __post_init__(self) -> None:
        for key in ("prices", "shares"):  # lists are welcome
            object.__setattr__(self, key, np.asarray(getattr(self, key), dtype=float))
        if not len(self.prices) == len(self.shares) == len(self.firms):
            raise MarketError(
                f"{len(self.prices)} prices, {len(self.shares)} shares and {len(self.firms)} sellers; each product has one of each."
            )
        if self.utility_of_a_dollar <= 0:
            raise MarketError(
                "a dollar must have a positive utility; the price coefficient of the survey has the wrong sign."
            )
        if np.any(self.shares <= 0) or self.shares.sum() >= 1:
            raise MarketError(
                f"the shares are {np.round(self.shares, 4).tolist()}; each must be above 0 and all together below 1, for those who buy nothing."
            )
        if np.any(self.costs < 0):
            raise MarketError(
                "these prices and shares imply a cost below zero: buyers react to the price too little for the prices to be an equilibrium."
            )

    @property
    def qualities(self) -> np.ndarray:
        """The utility of each product apart from its price, against buying nothing. (products,)."""
        return np.log(self.shares / (1.0 - self.shares.sum())) + self.utility_of_a_dollar * self.prices

    @property
    def costs(self) -> np.ndarray:
        """The marginal cost that makes the prices the best ones for their sellers. (products,)."""
        return self.prices - _markups(self.shares, self.firms, self.utility_of_a_dollar)


def demand(prices: np.ndarray, qualities: np.ndarray, utility_of_a_dollar: float) -> np.ndarray:
    """Shares of buyers at given prices. (products,)."""
    utility = qualities - utility_of_a_dollar * prices
    top = max(float(utility.max()), 0.0)
    weight = np.exp(utility - top)
    return weight / (np.exp(-top) + weight.sum())


def _markups(shares: np.ndarray, firms: tuple[str, ...], utility_of_a_dollar: float) -> np.ndarray:
    """Price over cost that each seller's own products call for, given all shares."""
    same = np.array([[one == other for other in firms] for one in firms])
    slopes = utility_of_a_dollar * (np.outer(shares, shares) - np.diag(shares))  # d share_k / d price_j, symmetric
    return -np.linalg.solve(np.where(same, slopes, 0.0), shares)


def equilibrium(
    costs: np.ndarray,
    qualities: np.ndarray,
    firms: tuple[str, ...],
    utility_of_a_dollar: float,
    start: np.ndarray,
    free: np.ndarray | None = None,
) -> np.ndarray:
    """The prices at which no seller gains by changing its own. (products,).

    Parameters
    ----------
    start : where to look from
    free : which prices may move, those of some sellers; the others' stay as they are in ``start``

    Raises
    ------
    MarketError : when the prices do not converge
    """
    from scipy import optimize

    moving = np.ones(len(start), dtype=bool) if free is None else free

    def gap(moved: np.ndarray) -> np.ndarray:
        prices = np.where(moving, 0.0, start)
        prices[moving] = moved
        shares = demand(prices, qualities, utility_of_a_dollar)
        return (prices - costs - _markups(shares, firms, utility_of_a_dollar))[moving]

    found = optimize.root(gap, start[moving], method="hybr", tol=1e-12)
    if not found.success and np.abs(gap(found.x)).max() > 1e-8:
        raise MarketError("the prices of the market did not converge.")
    prices = start.copy()
    prices[moving] = found.x
    return prices


@dataclass(frozen=True)
class PriceEffect:
    """What a feature's absence does to the price of one product.

    Attributes
    ----------
    market : its name
    worth_usd : what buyers would pay for the feature: demand alone
    alone_usd : the price cut if competitors kept their prices, and the seller set all of its own anew
    usd : the price cut when competitors answer
    pass_through : how much of a dollar of cost this seller passes on, competitors answering
    but_for_prices : all prices without the feature
    """

    market: str
    worth_usd: float
    alone_usd: float
    usd: float
    pass_through: float
    actual_price: float
    but_for_prices: np.ndarray

    @property
    def share_of_price(self) -> float:
        """The part of the price that was for the feature: the price premium."""
        return self.usd / self.actual_price


def price_effect(market: Market, product: int, worth_usd: float) -> PriceEffect:
    """The price of a product had buyers known that a feature was missing, against what it was.

    Parameters
    ----------
    product : its place in the market
    worth_usd : what the feature is worth to buyers, USD a month, from the survey
    """
    if not 0 <= product < len(market.prices):
        raise MarketError(f"product {product} is not in the market; its products are 0 to {len(market.prices) - 1}.")
    costs, lowered = market.costs, market.qualities.copy()
    lowered[product] -= market.utility_of_a_dollar * worth_usd
    own = np.array([firm == market.firms[product] for firm in market.firms])
    b = market.utility_of_a_dollar
    alone = equilibrium(costs, lowered, market.firms, b, market.prices, own)
    answered = equilibrium(costs, lowered, market.firms, b, market.prices)
    dearer = costs.copy()
    dearer[product] += 0.01
    passed = equilibrium(dearer, market.qualities, market.firms, b, market.prices)
    price = float(market.prices[product])
    return PriceEffect(
        market.name,
        worth_usd,
        price - float(alone[product]),
        price - float(answered[product]),
        float(passed[product] - price) / 0.01,
        price,
        answered,
    )


def price_effects(market: Market, product: int, worths_usd: np.ndarray) -> np.ndarray:
    """The share of the price that was for the feature, for each draw of its worth. (draws,).

    The effect is smooth in the worth, so it is worked out at quantiles of the draws and read off between
    them. The market stays as it is: what is uncertain about the utility of a dollar is in the draws of willingness to pay.

    Raises
    ------
    MarketError : worths without bounds, as where the price coefficient is not significantly different from zero
    """
    low, high, price = float(worths_usd.min()), float(worths_usd.max()), float(market.prices[product])
    if not max(-low, high) <= MOST_PRICES * price:
        raise MarketError(
            f"the worth of the feature has no bounds: its draws run from {low:,.2f} to {high:,.2f} dollars against a price of {price:,.2f}. "
            "The price effect in the survey is not significantly different from zero; ask more people, or offer prices further apart."
        )
    grid = np.unique(np.quantile(worths_usd, np.linspace(0.0, 1.0, GRID)))
    shares = [price_effect(market, product, float(worth)).share_of_price for worth in grid]
    return np.asarray(np.interp(worths_usd, grid, shares))


def demand_curve(market: Market, product: int, prices_usd: np.ndarray, worth_usd: float = 0.0) -> np.ndarray:
    """The share of buyers who take a product at each price, the others' prices as they are. (prices,).

    ``worth_usd`` is what is taken off its quality: the worth of a feature that it lacks.
    """
    b = market.utility_of_a_dollar
    qualities = market.qualities.copy()
    qualities[product] -= b * worth_usd
    at = np.arange(len(market.prices)) == product
    return np.array([demand(np.where(at, usd, market.prices), qualities, b)[product] for usd in prices_usd])


def write_sample(shares: np.ndarray, folder: str | Path = "", name: str = "price_effect.csv") -> Path:
    """Write draws of a share of the price, one a line, for an input of a case: ``value: {sample: file.csv}``.

    No share of a price is lost below 0 or above 1: draws beyond are written as these, with a warning.
    Without a folder the file goes into a temporary one.
    """
    within = np.clip(shares, 0.0, 1.0)
    beyond = int(np.count_nonzero(within != shares))
    if beyond:
        warnings.warn(
            f"{beyond:,} of {len(shares):,} draws lie below 0 or above 1 and are written as 0 or 1.",
            DamagesWarning,
            stacklevel=2,
        )
    path = Path(folder or tempfile.mkdtemp(prefix="damages-")).resolve() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as part:
        part.write_text("\n".join(["share_of_price", *(f"{share:.6g}" for share in within)]) + "\n", encoding="utf-8")
    return path


def load_with_sample(case: str | Path, scenario: str, settings: Sequence[str], sample: Path) -> Case:
    """A case whose share of the price lost is drawn from a file; as it is where no theory measures such a share."""
    studied = load(case, scenario, settings)
    for theory in studied.theories.values():
        if isinstance(theory, SubscriptionValue):
            shares = [theory.share_lost, *(method.share for method in (theory.lost or {}).values())]
            name = next(filter(None, shares), None)
            if name:
                return load(case, scenario, [*settings, f"{name}={{sample: {json.dumps(str(sample))}}}"], outside=True)
    return studied
