"""Made-up data, to try the methods on: accounts with the troubles of real ones, and the answers of a simulated survey.

Nobody in them exists. Everything made from them says that it is simulated.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas

PLANS = {"career": 0.75, "business": 0.20, "sales": 0.05}
SIMULATED_WORTH_USD = {"privacy": 6.0, "analytics": 4.0}
OFFERS, PRICES_USD, UTILITY_OF_NONE = 3, (20.0, 25.0, 30.0, 35.0, 40.0), -2.2
STATES = ("CA", "NY", "TX", "FL", "WA", "IL")


def synthetic_accounts(
    people: int = 5_000, seed: int = 0, plans: Mapping[str, float] | None = None
) -> pandas.DataFrame:
    """Accounts of made-up subscribers, some of them with what goes wrong in records.

    Among them: second accounts, spells that overlap, rows that repeat, trials that were never paid
    for, accounts outside any period of interest, missing people and dates that cannot be read.
    """
    import pandas

    rng = np.random.default_rng(seed)
    plans = plans or PLANS
    spells = rng.choice([1, 1, 1, 2, 3], size=people)
    person = np.repeat(np.arange(people), spells)
    rows = len(person)
    start = np.datetime64("2019-01-01") + rng.integers(0, 365 * 6, rows).astype("timedelta64[D]")
    length = rng.geometric(1 / 420, rows).astype("timedelta64[D]")
    end = (start + length).astype(str)
    end[rng.random(rows) < 0.25] = ""
    frame = pandas.DataFrame(
        {
            "account_id": [f"a{i:07d}" for i in range(rows)],
            "person_id": [f"p{i:06d}" for i in person],
            "plan": rng.choice(list(plans), size=rows, p=list(plans.values())),
            "state": rng.choice(STATES, size=rows),
            "start": start.astype(str),
            "end": end,
            "trial_until": (start + np.timedelta64(29, "D")).astype(str),
            "sent": rng.poisson(1.5, rows),
            "received": rng.poisson(2.0, rows),
        }
    )
    frame = pandas.concat([frame, frame.sample(frac=0.01, random_state=seed)], ignore_index=True)
    trouble = rng.permutation(len(frame))
    frame.loc[trouble[:40], "person_id"] = ""
    frame.loc[trouble[40:60], "start"] = "unknown"
    frame.loc[trouble[60:75], ["start", "end"]] = ["2023-05-01", "2022-05-01"]
    frame.loc[trouble[75:80], ["person_id", "account_id"]] = ""
    return frame


def write_accounts(path: Path, people: int = 5_000, seed: int = 0) -> Path:
    """Write such accounts to a file; the same seed gives the same bytes."""
    synthetic_accounts(people, seed).to_csv(path, index=False, lineterminator="\n")
    return path


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


if __name__ == "__main__":
    import sys

    print(write_accounts(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("accounts.csv")))
