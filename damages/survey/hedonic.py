"""Prices on attributes: what a feature adds to a price, from many prices (hedonic regression).

Ordinary least squares with errors that allow for uneven spread (HC1), or clustered by product where
the same products are seen again and again. Through `statsmodels`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from damages.errors import DamagesError, did_you_mean

if TYPE_CHECKING:
    import pandas


class PriceDataError(DamagesError):
    """Price data that cannot be regressed, with the reason."""


@dataclass(frozen=True)
class Hedonic:
    """A fitted price regression: dollars for each attribute, with robust errors and 95% intervals.

    ``errors`` says which errors they are: HC1, or clustered by a column. ``data`` names the prices.
    """

    data: str
    attributes: tuple[str, ...]
    usd: np.ndarray
    standard_errors: np.ndarray
    low: np.ndarray
    high: np.ndarray
    r_squared: float
    observations: int
    errors: str


def fit_prices(
    frame: pandas.DataFrame,
    attributes: Sequence[str],
    price: str = "price",
    product: str | None = None,
    period: str | None = None,
) -> Hedonic:
    """Regress prices on attributes.

    Parameters
    ----------
    frame : one row for each price seen
    attributes : columns with numbers, or 0 and 1
    product : the column that names the product, for panel data: errors are clustered by it
    period : the column of the period, for panel data: each period gets its own level

    Raises
    ------
    PriceDataError : a missing column, an empty cell, something that is not a number, too few rows, or attributes
        that cannot be told apart
    """
    import pandas
    import statsmodels.api as sm

    wanted = [price, *attributes, *filter(None, (product, period))]
    for name in wanted:
        if name not in frame.columns:
            raise PriceDataError(f"the prices have no column {name}.{did_you_mean(name, map(str, frame.columns))}")
        if frame[name].isna().any():
            raise PriceDataError(f"the prices have an empty cell in the column {name}.")
    try:
        x, y = frame[list(attributes)].astype(float), frame[price].astype(float)
    except ValueError as error:
        raise PriceDataError(f"the prices contain something that is not a number: {error}.") from None
    if period is not None:
        x = pandas.concat([x, pandas.get_dummies(frame[period], prefix="period", drop_first=True, dtype=float)], axis=1)
    x = sm.add_constant(x, has_constant="add")
    if len(frame) <= x.shape[1]:
        raise PriceDataError(f"{len(frame)} prices are too few for {x.shape[1]} numbers to estimate.")
    if np.linalg.matrix_rank(x.to_numpy()) < x.shape[1]:
        raise PriceDataError(
            "some attributes always occur together, or never differ, so their effects cannot be separated. Leave one of them out."
        )
    if product is not None:
        groups = frame[product].astype("category").cat.codes
        fitted = sm.OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": groups})
    else:
        fitted = sm.OLS(y, x).fit(cov_type="HC1")
    intervals = fitted.conf_int().loc[list(attributes)].to_numpy()
    return Hedonic(
        str(frame.attrs.get("name", "prices")),
        tuple(attributes),
        fitted.params[list(attributes)].to_numpy(),
        fitted.bse[list(attributes)].to_numpy(),
        intervals[:, 0],
        intervals[:, 1],
        float(fitted.rsquared),
        len(frame),
        f"clustered by {product}" if product else "HC1",
    )
