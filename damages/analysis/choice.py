"""Choice surveys: what people would pay for a feature, from the choices they made (conjoint analysis).

A respondent sees tasks; each offers alternatives that differ in features and price, of which one is
chosen. A conditional logit gives each feature a utility; its worth in dollars is that utility over
the utility of a dollar. Errors are clustered by respondent, who answered many tasks. The estimates
come from `xlogit` (conditional and mixed logit) and are checked against `statsmodels`.

Worth in dollars is demand alone. What a price would have been without the feature also depends on
sellers: see `damages.analysis.market`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from damages.case.problems import DamagesError, DamagesWarning, did_you_mean

if TYPE_CHECKING:
    import pandas

RESPONDENT, TASK, ALTERNATIVE, CHOSEN, PRICE = "respondent", "task", "alternative", "chosen", "price"


class SurveyError(DamagesError):
    """Choice data from which no worth can be estimated, with the reason."""


@dataclass(frozen=True)
class ChoiceData:
    """A checked survey.

    Attributes
    ----------
    attributes : the names of the columns of ``x``, the price first
    x : (rows, attributes)
    chosen : (rows,), 1 for the chosen alternative of each task
    task, respondent : (rows,), numbers
    """

    attributes: tuple[str, ...]
    x: np.ndarray
    chosen: np.ndarray
    task: np.ndarray
    respondent: np.ndarray
    alternative: np.ndarray


def choice_data(frame: pandas.DataFrame, attributes: Sequence[str]) -> ChoiceData:
    """Check a survey in long format and make it ready to fit.

    Parameters
    ----------
    frame : one row for each alternative: respondent, task, alternative, chosen (0 or 1), price, attributes
    attributes : the columns to give a worth, such as ``["privacy", "analytics", "none"]``

    Raises
    ------
    SurveyError : a column that is missing, a task without or with several choices, one alternative only,
        an attribute that never differs within a task, values that are not numbers
    """
    wanted = [RESPONDENT, TASK, ALTERNATIVE, CHOSEN, PRICE, *attributes]
    for name in wanted:
        if name not in frame.columns:
            raise SurveyError(f"the survey has no column {name}.{did_you_mean(name, map(str, frame.columns))}")
    if frame[wanted].isna().any().any():
        column = str(frame[wanted].isna().any().idxmax())
        raise SurveyError(f"the survey has an empty cell in the column {column}.")
    ordered = frame.sort_values([RESPONDENT, TASK, ALTERNATIVE], kind="stable")
    task = ordered.groupby([RESPONDENT, TASK], sort=False).ngroup().to_numpy()
    try:
        x = ordered[[PRICE, *attributes]].to_numpy(dtype=float)
        chosen = ordered[CHOSEN].to_numpy(dtype=float)
    except ValueError as error:
        raise SurveyError(f"the survey holds something that is not a number: {error}.") from None
    sizes = np.bincount(task)
    if sizes.min() < 2:
        raise SurveyError(
            f"{int(np.sum(sizes < 2))} tasks offer one alternative only: nothing was chosen there. Give each at least two, 'none' among them."
        )
    picks = np.bincount(task, weights=chosen)
    if np.any(picks != 1) or not np.all(np.isin(chosen, (0.0, 1.0))):
        raise SurveyError(
            f"{int(np.sum(picks != 1))} tasks have no choice or several; `chosen` is 1 for one alternative of each task and 0 for the others."
        )
    if sizes.min() != sizes.max():
        counts = ", ".join(f"{int(np.sum(sizes == size))} with {size}" for size in np.unique(sizes))
        warnings.warn(
            f"the tasks are not balanced: {counts} alternatives. The estimates allow it; check that no rows are missing.",
            DamagesWarning,
            stacklevel=2,
        )
    means = np.column_stack([np.bincount(task, weights=column) for column in x.T]) / sizes[:, None]
    within = np.abs(x - means[task]).max(axis=0)
    for name, most in zip([PRICE, *attributes], within, strict=True):
        if most == 0.0:
            raise SurveyError(
                f"{name} never differs between the alternatives of a task, so no choice says anything about it."
            )
    respondent = ordered[RESPONDENT].astype("category").cat.codes.to_numpy()
    alternative = ordered.groupby([RESPONDENT, TASK], sort=False).cumcount().to_numpy()
    return ChoiceData((PRICE, *attributes), x, chosen, task, respondent, alternative)


@dataclass(frozen=True)
class ChoiceModel:
    """A fitted conditional logit.

    Attributes
    ----------
    attributes, coefficients : utility of each; the first is the price, per dollar
    covariance : clustered by respondent
    """

    attributes: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    respondents: int
    tasks: int

    @property
    def standard_errors(self) -> np.ndarray:
        return np.sqrt(np.diag(self.covariance))


def fit_choice(data: ChoiceData) -> ChoiceModel:
    """Fit a conditional logit with errors clustered by respondent.

    Raises
    ------
    SurveyError : choices that one attribute explains without exception, or attributes that cannot be told apart
    """
    coefficients, log_likelihood = _fit(data)
    chances = _chances(data, coefficients)
    if np.abs(coefficients * np.std(data.x, axis=0)).max() > 15.0 or chances[data.chosen == 1].min() > 0.999:
        raise SurveyError(
            "an attribute explains every choice without exception (perfect separation), so its worth has no limit. Offer it also in alternatives that some would not take."
        )
    covariance = _clustered(data, coefficients, chances)
    return ChoiceModel(
        data.attributes,
        coefficients,
        covariance,
        log_likelihood,
        int(data.respondent.max()) + 1,
        int(data.task.max()) + 1,
    )


def _fit(data: ChoiceData) -> tuple[np.ndarray, float]:
    from xlogit import MultinomialLogit

    model = MultinomialLogit()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # what it would warn of is told below, as an error
        try:
            model.fit(
                X=data.x,
                y=data.chosen,
                varnames=list(data.attributes),
                ids=data.task,
                alts=data.alternative,
                verbose=0,
                skip_std_errs=True,
            )
        except (np.linalg.LinAlgError, ValueError) as error:
            raise SurveyError(f"no estimates: {error}.") from None
    coefficients = np.asarray(model.coeff_, dtype=float)
    if not model.convergence and not np.all(np.isfinite(coefficients)):
        raise SurveyError("the estimates did not settle; some attributes cannot be told apart. Leave one of them out.")
    return coefficients, float(model.loglikelihood)


def _chances(data: ChoiceData, coefficients: np.ndarray) -> np.ndarray:
    """The chance of each alternative within its task. (rows,)."""
    utility = data.x @ coefficients
    top = np.full(int(data.task.max()) + 1, -np.inf)
    np.maximum.at(top, data.task, utility)
    weight = np.exp(utility - top[data.task])
    return weight / np.bincount(data.task, weights=weight)[data.task]


def _clustered(data: ChoiceData, coefficients: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """The sandwich of the information with the scores of the respondents."""
    mean = np.column_stack([np.bincount(data.task, weights=chances * column) for column in data.x.T])
    centred = data.x - mean[data.task]
    information = (centred * chances[:, None]).T @ centred
    if np.linalg.cond(information) > 1e12:
        raise SurveyError(
            "some attributes always come together, so their worths cannot be told apart. Leave one of them out."
        )
    scores = np.column_stack(
        [np.bincount(data.respondent, weights=(data.chosen - chances) * column) for column in data.x.T]
    )
    count = len(scores)
    bread = np.linalg.inv(information)
    return bread @ (scores.T @ scores * count / (count - 1)) @ bread


@dataclass(frozen=True)
class Worth:
    """What a feature is worth, in dollars of the price, with intervals by three methods.

    ``notes`` says what to be careful about: a worth below zero, a price effect so weak that the
    ratio has no bounds.
    """

    attribute: str
    usd: float
    standard_error: float
    delta: tuple[float, float]
    krinsky_robb: tuple[float, float]
    bootstrap: tuple[float, float]
    draws: np.ndarray = field(repr=False)
    notes: tuple[str, ...] = ()


def worth(
    data: ChoiceData, model: ChoiceModel, attribute: str, draws: int = 10_000, resamples: int = 200, seed: int = 0
) -> Worth:
    """Willingness to pay for an attribute with 95% intervals: delta method, Krinsky–Robb, bootstrap of respondents.

    Raises
    ------
    SurveyError : an unknown attribute, or a price that people seem to like
    """
    if attribute not in model.attributes[1:]:
        raise SurveyError(
            f"{attribute} is not an attribute of the survey.{did_you_mean(attribute, model.attributes[1:])}"
        )
    here = model.attributes.index(attribute)
    price, utility = model.coefficients[0], model.coefficients[here]
    if price >= 0:
        raise SurveyError(
            f"the price coefficient is {price:.4g}: people seem to prefer to pay more, so no worth in dollars follows. Check the sign and the unit of the price."
        )
    usd = -utility / price
    gradient = np.zeros(len(model.coefficients))
    gradient[0], gradient[here] = utility / price**2, -1.0 / price
    error = float(np.sqrt(gradient @ model.covariance @ gradient))
    rng = np.random.default_rng(seed)
    drawn = rng.multivariate_normal(model.coefficients, model.covariance, size=draws)
    ratios = -drawn[:, here] / drawn[:, 0]
    notes = []
    if usd < 0:
        notes.append(f"the worth of {attribute} is below zero: people would pay to be without it")
    if abs(price) < 1.96 * model.standard_errors[0]:
        notes.append("the effect of the price is not told apart from zero, so the worth in dollars has no bounds")
    low, high = np.quantile(ratios, [0.025, 0.975])
    resampled = _resampled_worths(data, here, resamples, rng)
    return Worth(
        attribute,
        float(usd),
        error,
        (float(usd - 1.96 * error), float(usd + 1.96 * error)),
        (float(low), float(high)),
        (float(np.quantile(resampled, 0.025)), float(np.quantile(resampled, 0.975))),
        ratios,
        tuple(notes),
    )


def _resampled_worths(data: ChoiceData, here: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """The worth in samples of whole respondents drawn with replacement."""
    count = int(data.respondent.max()) + 1
    rows_of = np.split(np.arange(len(data.task)), np.flatnonzero(np.diff(data.respondent)) + 1)
    worths = []
    for _ in range(resamples):
        taken = rng.integers(0, count, count)
        rows = np.concatenate([rows_of[i] for i in taken])
        starts = np.concatenate([[0], np.cumsum([len(rows_of[i]) for i in taken])[:-1]])
        copies = np.repeat(np.arange(count), [len(rows_of[i]) for i in taken])
        first = data.task[rows[starts]]
        task = (
            data.task[rows]
            - first[copies]
            + np.concatenate(
                [[0], np.cumsum([data.task[rows_of[i]].max() - data.task[rows_of[i]].min() + 1 for i in taken])[:-1]]
            )[copies]
        )
        again = ChoiceData(data.attributes, data.x[rows], data.chosen[rows], task, copies, data.alternative[rows])
        coefficients, _ = _fit(again)
        worths.append(-coefficients[here] / coefficients[0])
    return np.array(worths)


@dataclass(frozen=True)
class MixedModel:
    """A mixed logit in which the worth of one attribute differs between respondents, normally."""

    attribute: str
    mean_usd: float
    spread_usd: float
    log_likelihood: float


def fit_mixed(data: ChoiceData, attribute: str, draws: int = 500) -> MixedModel:
    """Fit a mixed logit with a normally distributed coefficient for one attribute, respondents as panels.

    The price coefficient is the same for everyone, so that the ratio is a normal worth in dollars.
    """
    from xlogit import MixedLogit

    model = MixedLogit()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        model.fit(
            X=data.x,
            y=data.chosen,
            varnames=list(data.attributes),
            ids=data.task,
            alts=data.alternative,
            panels=data.respondent,
            randvars={attribute: "n"},
            n_draws=draws,
            verbose=0,
        )
    found = dict(zip(map(str, model.coeff_names), map(float, model.coeff_), strict=True))
    if found[PRICE] >= 0:
        raise SurveyError(
            f"the price coefficient is {found[PRICE]:.4g}: people seem to prefer to pay more, so no worth in dollars follows."
        )
    return MixedModel(
        attribute,
        -found[attribute] / found[PRICE],
        abs(found[f"sd.{attribute}"] / found[PRICE]),
        float(model.loglikelihood),
    )
