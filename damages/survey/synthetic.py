"""Made-up answers of a survey and prices of products, to try the methods on. Nobody in them exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas

SIMULATED_WORTH_USD = {"privacy": 6.0, "analytics": 4.0}
OFFERS, PRICES_USD, UTILITY_OF_NONE = 3, (20.0, 25.0, 30.0, 35.0, 40.0), -2.2


def simulated_choices(
    respondents: int = 300,
    tasks: int = 8,
    seed: int = 0,
    price: float = -0.08,
    worth_usd: Mapping[str, float] | None = None,
    spread_usd: float = 0.0,
) -> pandas.DataFrame:
    """The choices of simulated respondents among plans, in long format: one row for each alternative.

    Each task offers three plans that differ in privacy, analytics and price, and none. A respondent
    takes the one with the greatest utility: price × dollars + worth × features + a logit error.

    Parameters
    ----------
    price : utility of a dollar a month; negative
    worth_usd : what each feature is worth, in dollars a month
    spread_usd : standard deviation of the worth of privacy between respondents
    """
    import pandas

    rng = np.random.default_rng(seed)
    worth = SIMULATED_WORTH_USD if worth_usd is None else worth_usd
    shape = (respondents, tasks, OFFERS + 1)
    offered = np.ones(shape)
    offered[..., -1] = 0  # the last alternative is to take none
    prices = rng.choice(PRICES_USD, shape) * offered
    features = {name: rng.integers(0, 2, shape) * offered for name in worth}
    own = {name: np.full((respondents, 1, 1), usd) for name, usd in worth.items()}
    if "privacy" in own:
        own["privacy"] = own["privacy"] + spread_usd * rng.standard_normal((respondents, 1, 1))
    value = sum((own[name] * features[name] for name in worth), np.zeros(shape))
    utility = price * (prices - value) + UTILITY_OF_NONE * (1 - offered) + rng.gumbel(size=shape)
    chosen = utility == utility.max(axis=-1, keepdims=True)
    places = dict(zip(("respondent", "task", "alternative"), np.indices(shape), strict=True))
    columns = {**places, "chosen": chosen, "price": prices, **features, "none": 1 - offered}
    frame = pandas.DataFrame({name: column.ravel() for name, column in columns.items()})
    whole = [name for name in columns if name != "price"]
    frame = frame.astype(dict.fromkeys(whole, "int64"))
    frame.attrs["name"] = "simulated survey"
    return frame


def simulated_prices(products: int = 60, periods: int = 8, seed: int = 0) -> pandas.DataFrame:
    """Made-up prices of products seen in several periods: each price has its product's own deviation and noise.

    A privacy feature adds 3 USD, analytics 5 USD, each period 0.50 USD.
    """
    import pandas

    rng = np.random.default_rng(seed)
    product, period = (places.ravel() for places in np.indices((products, periods)))
    privacy, analytics = (rng.integers(0, 2, products) for _ in range(2))
    own, noise = 2.0 * rng.standard_normal(products), rng.standard_normal(products * periods)
    price = 20.0 + 3.0 * privacy[product] + 5.0 * analytics[product] + 0.5 * period + own[product] + noise
    columns = {"product": product, "period": period, "price": price}
    frame = pandas.DataFrame({**columns, "privacy": privacy[product], "analytics": analytics[product]})
    frame.attrs["name"] = "simulated prices"
    return frame
