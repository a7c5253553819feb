"""From choices to utilities: conditional logit, and mixed logit for tastes that differ.

A conditional logit gives each attribute a utility; its worth in dollars is that utility over the
utility of a dollar (`damages.survey.worth`). Errors are clustered by respondent, who answered many
tasks. The estimates come from `xlogit` and are checked against `statsmodels` and published figures.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from damages.errors import did_you_mean
from damages.survey.survey import PRICE, ChoiceData, SurveyError


@dataclass(frozen=True)
class ChoiceModel:
    """A fitted conditional logit.

    Attributes
    ----------
    survey : its name
    attributes, coefficients : utility of each; the first is the price, per dollar
    covariance : of the coefficients, clustered by respondent
    """

    survey: str
    attributes: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    respondents: int
    tasks: int

    @property
    def standard_errors(self) -> np.ndarray:
        """Clustered by respondent. (attributes,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def utility_of_a_dollar(self) -> float:
        """Minus the price coefficient.

        Raises
        ------
        SurveyError : where people seem to like to pay
        """
        return _utility_of_a_dollar(float(self.coefficients[0]))


@dataclass(frozen=True)
class MixedModel:
    """A mixed logit in which the worth of one attribute differs between respondents, normally.

    The price coefficient is the same for everyone, so that the ratio is a normal worth in dollars.
    """

    survey: str
    attribute: str
    mean_usd: float
    mean_error: float
    spread_usd: float
    spread_error: float
    log_likelihood: float

    @property
    def share_below_zero(self) -> float:
        """The share of people to whom the attribute is worth less than nothing, as the model has it."""
        from scipy.special import ndtr

        return float(ndtr(-self.mean_usd / self.spread_usd))


def fit_choice(data: ChoiceData) -> ChoiceModel:
    """Fit a conditional logit with errors clustered by respondent.

    Raises
    ------
    SurveyError : estimates that did not converge
    """
    model = estimated(data)
    coefficients = np.asarray(model.coeff_, dtype=float)
    chances = _chances(data, coefficients)
    means = np.column_stack([np.bincount(data.task, weights=chances * column) for column in data.x.T])
    centred = data.x - means[data.task]
    bread = np.linalg.inv((centred * chances[:, None]).T @ centred)
    weighed = (data.chosen - chances)[:, None] * data.x
    scores = np.column_stack([np.bincount(data.respondent, weights=column) for column in weighed.T])
    covariance = bread @ (scores.T @ scores * data.respondents / (data.respondents - 1)) @ bread
    step = bread @ scores.sum(axis=0)  # how far from the maximum these estimates still are
    if np.any(np.abs(step) > 0.01 * np.sqrt(np.diag(bread))):
        raise SurveyError("the estimates did not converge. Divide attributes with large numbers by ten or a hundred.")
    return ChoiceModel(
        data.name,
        data.attributes,
        coefficients,
        covariance,
        float(model.loglikelihood),
        data.respondents,
        data.tasks,
    )


def fit_mixed(data: ChoiceData, attribute: str, draws: int = 500) -> MixedModel:
    """Fit a mixed logit with a normally distributed coefficient for one attribute, respondents as panels.

    Parameters
    ----------
    draws : Halton draws for each respondent

    Raises
    ------
    SurveyError : an unknown attribute, or a price that people seem to like
    """
    check_attribute(data.attributes, attribute)
    model = estimated(data, mixed=True, randvars={attribute: "n"}, n_draws=draws, num_hess=True)
    names = [str(name) for name in model.coeff_names]
    here, spread = names.index(attribute), names.index(f"sd.{attribute}")
    utility, covariance = np.asarray(model.coeff_, dtype=float), np.asarray(model.covariance, dtype=float)
    dollar = _utility_of_a_dollar(float(utility[0]))

    def worth_and_error(place: int, sign: float) -> tuple[float, float]:
        gradient = np.zeros(len(utility))
        gradient[[0, place]] = sign * utility[place] / dollar**2, sign / dollar
        return sign * float(utility[place]) / dollar, float(np.sqrt(gradient @ covariance @ gradient))

    return MixedModel(
        data.name,
        attribute,
        *worth_and_error(here, 1.0),
        *worth_and_error(spread, float(np.sign(utility[spread]))),  # a spread has no sign of its own
        float(model.loglikelihood),
    )


def estimated(data: ChoiceData, weights: np.ndarray | None = None, mixed: bool = False, **options: Any) -> Any:
    """The library's estimates: a fitted `xlogit` model. ``weights`` weigh the rows of each task alike. (rows,)."""
    import xlogit

    model = xlogit.MixedLogit() if mixed else xlogit.MultinomialLogit()
    most = int(data.alternative.max()) + 1
    place = data.task * most + data.alternative

    def padded(column: np.ndarray) -> np.ndarray:
        """A column with a row for every alternative of every task; those that were not offered are empty."""
        whole = np.zeros((data.tasks * most, *column.shape[1:]), dtype=column.dtype)
        whole[place] = column
        return whole

    tasks = np.repeat(np.arange(data.tasks), most)
    given: dict[str, Any] = {"panels": data.respondent[np.flatnonzero(data.alternative == 0)][tasks]} if mixed else {}
    if weights is not None:
        given["weights"] = weights[np.flatnonzero(data.alternative == 0)][tasks]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # that it did not settle is told by the caller, as an error
        model.fit(
            X=padded(data.x),
            y=padded(data.chosen),
            varnames=list(data.attributes),
            ids=tasks,
            alts=np.tile(np.arange(most), data.tasks),
            avail=padded(np.ones(len(place))) if len(place) < data.tasks * most else None,
            skip_std_errs=not mixed,
            verbose=0,
            **given,
            **options,
        )
    if not np.all(np.isfinite(np.asarray(model.coeff_, dtype=float))):
        raise SurveyError("the estimates did not converge. Divide attributes with large numbers by ten or a hundred.")
    return model


def check_attribute(attributes: tuple[str, ...], attribute: str) -> None:
    """Refuse an attribute that the survey does not have, and the price."""
    if attribute not in attributes or attribute == PRICE:
        raise SurveyError(f"{attribute} is not an attribute of the survey.{did_you_mean(attribute, attributes[1:])}")


def _utility_of_a_dollar(price: float) -> float:
    if price >= 0:
        raise SurveyError(
            f"the price coefficient is {price:.4g}: respondents seem to prefer higher prices, so no willingness to pay follows. "
            "Check the sign and the unit of the price."
        )
    return -price


def _chances(data: ChoiceData, coefficients: np.ndarray) -> np.ndarray:
    """The chance of each alternative within its task. (rows,)."""
    utility = data.x @ coefficients
    top = np.full(data.tasks, -np.inf)
    np.maximum.at(top, data.task, utility)
    weight = np.exp(utility - top[data.task])
    return np.asarray(weight / np.bincount(data.task, weights=weight)[data.task])
