"""How long subscribers stay: the shifted-beta-geometric model, and the flow of people that follows.

Each subscriber leaves with a chance of their own at each renewal; the chances differ between
subscribers as a beta distribution. So those who stay are more and more the loyal ones, and churn
measured over one month says too little about a class period (Fader and Hardie, "How to Project
Customer Retention", Journal of Interactive Marketing 21(1), 2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from damages.engine.estimate import Estimate
from damages.engine.paths import base_values
from damages.errors import DamagesError
from damages.model.class_size import growth_sum

MONTHS_OF_HISTORY = 600


class RetentionError(DamagesError):
    """Cohort counts that no retention model fits."""


@dataclass(frozen=True)
class Retention:
    """A fitted shifted-beta-geometric model.

    Attributes
    ----------
    alpha, beta : parameters of the beta distribution of the chance of leaving at a renewal
    se_alpha, se_beta, correlation : standard errors and correlation of the estimates, from the observed information
    log_likelihood : at the maximum
    """

    alpha: float
    beta: float
    se_alpha: float
    se_beta: float
    correlation: float
    log_likelihood: float

    def retention_rates(self, renewals: int) -> np.ndarray:
        """Share of those there before a renewal who stay at it: it rises with every renewal. (renewals,)."""
        return _kept(self.alpha, self.beta, renewals)

    def survival(self, renewals: int) -> np.ndarray:
        """Share of a cohort still there after 0, 1, …, ``renewals`` renewals. (renewals + 1,)."""
        return _survival(self.alpha, self.beta, renewals)

    @property
    def mean_churn(self) -> float:
        """The average chance of leaving at the first renewal."""
        return self.alpha / (self.alpha + self.beta)

    def survival_draws(self, renewals: int, draws: int = 2_000, seed: int = 0) -> np.ndarray:
        """Survival with parameters drawn from their estimates' normal distribution on the logarithmic scale.

        (draws, renewals + 1). It holds the error of the estimates, not that of the model.
        """
        scale = np.array([self.se_alpha / self.alpha, self.se_beta / self.beta])
        covariance = np.outer(scale, scale) * np.array([[1.0, self.correlation], [self.correlation, 1.0]])
        logs = np.random.default_rng(seed).multivariate_normal(np.log([self.alpha, self.beta]), covariance, size=draws)
        return _survival(np.exp(logs[:, :1]), np.exp(logs[:, 1:]), renewals)


def _kept(alpha: float | np.ndarray, beta: float | np.ndarray, renewals: int) -> np.ndarray:
    """Share that stays at renewal 1, 2, …: (beta + t − 1) / (alpha + beta + t − 1)."""
    before = np.arange(renewals)
    return np.asarray((beta + before) / (alpha + beta + before))


def _survival(alpha: float | np.ndarray, beta: float | np.ndarray, renewals: int) -> np.ndarray:
    kept = _kept(alpha, beta, renewals)
    return np.concatenate([np.ones((*kept.shape[:-1], 1)), np.cumprod(kept, axis=-1)], axis=-1)


def fit_retention(survivors: Sequence[float]) -> Retention:
    """Fit the model to a cohort by maximum likelihood.

    Parameters
    ----------
    survivors : how many of the cohort were there at the start and after each renewal, falling. People,
        not percent: the standard errors rest on their number

    Raises
    ------
    RetentionError : fewer than two renewals, counts that rise, nobody leaving, or everyone leaving at the same rate

    >>> fitted = fit_retention([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> round(fitted.alpha, 3), round(fitted.beta, 3), round(fitted.log_likelihood, 1)
    (0.668, 3.806, -1611.2)
    """
    from scipy import optimize

    counts = np.asarray(survivors, dtype=float)
    if len(counts) < 3:
        raise RetentionError(f"needs the start and at least two renewals of a cohort; {len(counts)} counts were given.")
    if counts[0] <= 0 or np.any(counts < 0) or not np.all(np.isfinite(counts)):
        raise RetentionError("the survivors of a cohort are counts of people: the first above 0, none below.")
    if np.any(np.diff(counts) > 0):
        rises = int(np.argmax(np.diff(counts) > 0))
        raise RetentionError(
            f"the survivors rise from {counts[rises]:g} to {counts[rises + 1]:g} at renewal {rises + 1}; a cohort can only fall. "
            "Leave out people who joined later."
        )
    if counts[-1] == counts[0]:
        raise RetentionError("nobody left in this cohort, so its churn cannot be estimated.")
    left, there = -np.diff(counts), float(counts[-1])
    found = optimize.minimize(
        lambda logs: -_log_likelihood(float(np.exp(logs[0])), float(np.exp(logs[1])), left, there),
        np.zeros(2),
        method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 10_000},
    )
    alpha, beta = (float(value) for value in np.exp(found.x))
    if not found.success or max(alpha, beta) > 1e6:
        raise RetentionError(
            "no beta distribution of churn fits this cohort: its members all seem to leave at the same rate. Use a constant churn."
        )
    covariance = np.linalg.inv(_information(alpha, beta, left, there))
    errors = np.sqrt(np.diag(covariance))
    correlation = float(covariance[0, 1] / errors.prod())
    return Retention(
        alpha, beta, float(errors[0]), float(errors[1]), correlation, _log_likelihood(alpha, beta, left, there)
    )


def _log_likelihood(alpha: float, beta: float, left: np.ndarray, there: float) -> float:
    """Each leaver's chance of leaving at that renewal, each survivor's of surviving them all."""
    survival = _survival(alpha, beta, len(left))
    return float(np.sum(left * np.log(-np.diff(survival))) + there * np.log(survival[-1]))


def _information(alpha: float, beta: float, left: np.ndarray, there: float) -> np.ndarray:
    """The observed information: minus the second derivatives of the log-likelihood, by central differences."""
    point, steps = np.array([alpha, beta]), 1e-4 * np.array([alpha, beta])
    information = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            total = 0.0
            for one in (1, -1):
                for other in (1, -1):
                    moved = point.copy()
                    moved[i] += one * steps[i]
                    moved[j] += other * steps[j]
                    total += one * other * _log_likelihood(float(moved[0]), float(moved[1]), left, there)
            information[i, j] = -total / (4 * steps[i] * steps[j])
    return information


@dataclass(frozen=True)
class Flow:
    """Subscribers month by month in a class period; its last month may be a part of one.

    Attributes
    ----------
    months : months since the start; (steps + 1,), 0 first and the length of the period last
    stock : subscribers at each of these times; (steps + 1,)
    joined, left : people in each step; (steps,)
    sold : months of subscription sold in each step; (steps,)
    """

    months: np.ndarray
    stock: np.ndarray
    joined: np.ndarray
    left: np.ndarray
    sold: np.ndarray

    @property
    def people(self) -> float:
        """Everyone who subscribed at some time: those there at first, and those who joined."""
        return float(self.stock[0] + self.joined.sum())

    @property
    def subscriber_months(self) -> float:
        """Months of subscription sold."""
        return float(self.sold.sum())

    @property
    def months_per_member(self) -> float:
        """The average time of a person inside the period."""
        return self.subscriber_months / self.people


def flow(at_start: float, growth: float, months: float, churn: float) -> Flow:
    """Who comes and goes while a subscriber base grows at a steady rate.

    The model's closed form (`damages.model.class_size`), month by month: its people and months sold
    are the sums of these. With a fitted retention model, ``churn`` is its `effective_churn`.

    Parameters
    ----------
    at_start : subscribers on the first day
    growth, churn : shares per month
    months : length of the period; above 0
    """
    times = np.append(np.arange(np.ceil(months)), months)
    stock = at_start * (1.0 + growth) ** times
    sold = stock[:-1] * growth_sum(growth, np.diff(times))
    return Flow(times, stock, np.diff(stock) + churn * sold, churn * sold, sold)


def flow_of(estimate: Estimate, churn: float | None = None) -> Flow | None:
    """The flow of all groups of a case at base values; None where its class size has no turnover.

    ``churn`` replaces that of the case, such as the `effective_churn` of a cohort.
    """
    turnover = estimate.case.class_size.turnover
    if turnover is None:
        return None
    values = base_values(estimate.case)
    growth, own, months = (
        float(np.ravel(values[name])[0]) for name in (turnover.growth, turnover.churn, "class_period_months")
    )
    at_start = float(np.sum(estimate.lines["people_at_start"]))
    return flow(at_start, growth, months, own if churn is None else churn)


def effective_churn(
    retention: Retention, growth: float, months: int = MONTHS_OF_HISTORY, months_per_renewal: int = 1
) -> float:
    """The share of a long-growing subscriber base that leaves each month under a retention model.

    In a base that has grown at a steady rate the number of subscribers of each age is in proportion
    to their survival, less the growth since they joined; the leavers of a month come from all ages.

    Parameters
    ----------
    growth : of the base each month
    months : how long it has grown so; it matters where nothing grows, since the most loyal then pile up without end
    months_per_renewal : 12 for a cohort that was counted once a year
    """
    renewals, grown = months // months_per_renewal, (1.0 + growth) ** months_per_renewal
    ages = np.arange(renewals, dtype=float)
    there = retention.survival(renewals)[:-1] * grown**-ages
    each = float(np.sum(there * (1.0 - retention.retention_rates(renewals))) / np.sum(there))
    return 1.0 - (1.0 - each) ** (1.0 / months_per_renewal)
