"""Willingness to pay for a feature, with confidence intervals by three methods.

Worth in dollars is demand alone. What a price would have been without the feature also depends on
sellers: see `damages.survey.market`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from damages.survey.choice import ChoiceModel, check_attribute, estimated
from damages.survey.survey import ChoiceData

Z95 = 1.959963984540054  # the standard normal's 97.5th percentile
ENDS = (0.025, 0.975)

Ends = tuple[float, float]


@dataclass(frozen=True)
class Worth:
    """Willingness to pay for one attribute, USD, with 95% intervals by three methods.

    Attributes
    ----------
    usd, standard_error : the estimate, and its error by the delta method
    delta, krinsky_robb, bootstrap : the ends of each interval
    draws : the worth in each draw of Krinsky and Robb; (draws,)
    notes : what to be careful about
    """

    survey: str
    attribute: str
    usd: float
    standard_error: float
    delta: Ends
    krinsky_robb: Ends
    bootstrap: Ends
    draws: np.ndarray = field(repr=False)
    notes: tuple[str, ...] = ()


def worths(
    data: ChoiceData,
    model: ChoiceModel,
    attributes: Sequence[str],
    draws: int = 10_000,
    resamples: int = 200,
    seed: int = 0,
) -> tuple[Worth, ...]:
    """Willingness to pay for each attribute, errors clustered by respondent.

    The delta method takes the ratio for normal; Krinsky and Robb draw the coefficients from their
    joint normal distribution and take the ratio of each draw; the bootstrap fits again to whole
    respondents drawn with replacement.

    Raises
    ------
    SurveyError : an unknown attribute, or a price that people seem to like
    """
    for attribute in attributes:
        check_attribute(model.attributes, attribute)
    dollar = model.utility_of_a_dollar
    rng = np.random.default_rng(seed)
    drawn = rng.multivariate_normal(model.coefficients, model.covariance, size=draws)
    resampled = _resampled(data, resamples, rng)
    found = []
    for attribute in attributes:
        here = model.attributes.index(attribute)
        usd = float(model.coefficients[here] / dollar)
        gradient = np.zeros(len(model.coefficients))
        gradient[[0, here]] = usd / dollar, 1.0 / dollar
        error = float(np.sqrt(gradient @ model.covariance @ gradient))
        ratios = -drawn[:, here] / drawn[:, 0]
        again = -resampled[:, here] / resampled[:, 0]
        delta = (usd - Z95 * error, usd + Z95 * error)
        notes = _notes(model, attribute, usd)
        found.append(Worth(model.survey, attribute, usd, error, delta, _ends(ratios), _ends(again), ratios, notes))
    return tuple(found)


def _ends(values: np.ndarray) -> Ends:
    low, high = np.quantile(values, ENDS)
    return float(low), float(high)


def _notes(model: ChoiceModel, attribute: str, usd: float) -> tuple[str, ...]:
    notes = []
    if usd < 0:
        notes.append(f"the worth of {attribute} is below zero: people would pay to be without it")
    if model.utility_of_a_dollar < Z95 * model.standard_errors[0]:
        notes.append("the price effect is not significantly different from zero, so willingness to pay has no bounds")
    return tuple(notes)


def _resampled(data: ChoiceData, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """The coefficients fitted to whole respondents drawn with replacement. (resamples, attributes).

    A respondent drawn twice weighs twice.
    """
    count = data.respondents
    times = rng.multinomial(count, np.full(count, 1.0 / count), size=resamples).astype(float)
    return np.array([estimated(data, weights[data.respondent]).coeff_ for weights in times], dtype=float)
