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

from damages.case.problems import DamagesError


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

    def survival(self, renewals: int) -> np.ndarray:
        """Share of a cohort still there after 0, 1, …, ``renewals`` renewals. (renewals + 1,)."""
        steps = np.arange(1, renewals + 1)
        kept = (self.beta + steps - 1) / (self.alpha + self.beta + steps - 1)
        return np.concatenate([[1.0], np.cumprod(kept)])

    def retention_rates(self, renewals: int) -> np.ndarray:
        """Share of those there before a renewal who stay at it: it rises with every renewal. (renewals,)."""
        steps = np.arange(1, renewals + 1)
        return (self.beta + steps - 1) / (self.alpha + self.beta + steps - 1)

    @property
    def mean_churn(self) -> float:
        """The average chance of leaving at the first renewal."""
        return self.alpha / (self.alpha + self.beta)

    def draws(self, count: int, seed: int = 0) -> list[Retention]:
        """Models with parameters drawn from their estimates' normal distribution on the logarithmic scale."""
        scale = np.array([self.se_alpha / self.alpha, self.se_beta / self.beta])
        covariance = np.outer(scale, scale) * np.array([[1.0, self.correlation], [self.correlation, 1.0]])
        logs = np.random.default_rng(seed).multivariate_normal(np.log([self.alpha, self.beta]), covariance, size=count)
        return [Retention(float(a), float(b), 0.0, 0.0, 0.0, float("nan")) for a, b in np.exp(logs)]


def fit_retention(survivors: Sequence[float]) -> Retention:
    """Fit the model to a cohort by maximum likelihood.

    Parameters
    ----------
    survivors : how many of the cohort were there at the start and after each renewal, falling

    Raises
    ------
    RetentionError : fewer than two renewals, counts that rise, or nobody leaving
    """
    from scipy import optimize

    counts = np.asarray(survivors, dtype=float)
    if len(counts) < 3:
        raise RetentionError(f"needs the start and at least two renewals of a cohort; {len(counts)} counts were given.")
    if np.any(np.diff(counts) > 0) or counts[0] <= 0 or np.any(counts < 0) or not np.all(np.isfinite(counts)):
        raise RetentionError("the survivors of a cohort must be positive and may only fall.")
    if counts[-1] == counts[0]:
        raise RetentionError("nobody left in this cohort, so nothing says how fast its members leave.")
    left, there = -np.diff(counts), counts[-1]

    def negative(logs: np.ndarray) -> float:
        return -_log_likelihood(float(np.exp(logs[0])), float(np.exp(logs[1])), left, there)

    found = optimize.minimize(
        negative, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 10_000}
    )
    alpha, beta = (float(value) for value in np.exp(found.x))
    if not found.success or max(alpha, beta) > 1e6:
        raise RetentionError(
            "no beta distribution of churn fits this cohort: its members all seem to leave at the same rate. Use a constant churn."
        )
    covariance = np.linalg.inv(_information(alpha, beta, left, there))
    errors = np.sqrt(np.diag(covariance))
    return Retention(
        alpha,
        beta,
        float(errors[0]),
        float(errors[1]),
        float(covariance[0, 1] / errors.prod()),
        _log_likelihood(alpha, beta, left, there),
    )


def _log_likelihood(alpha: float, beta: float, left: np.ndarray, there: float) -> float:
    renewals = len(left)
    steps = np.arange(1, renewals + 1)
    kept = (beta + steps - 1) / (alpha + beta + steps - 1)
    survival = np.concatenate([[1.0], np.cumprod(kept)])
    leaving = survival[:-1] - survival[1:]
    return float(np.sum(left * np.log(leaving)) + there * np.log(survival[-1]))


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
    """Subscribers month by month in a class period.

    Attributes
    ----------
    stock : subscribers at the start of each month; (months + 1,)
    joined, left : in each month; (months,)
    """

    stock: np.ndarray
    joined: np.ndarray
    left: np.ndarray

    @property
    def people(self) -> float:
        """Everyone who subscribed at some time: those there at first, and those who joined."""
        return float(self.stock[0] + self.joined.sum())

    @property
    def subscriber_months(self) -> float:
        """Months of subscription sold."""
        return float(self.stock[:-1].sum())

    @property
    def months_per_member(self) -> float:
        """The average time of a person inside the period."""
        return self.subscriber_months / self.people


def flow(
    at_start: float, growth: float, months: int, churn: float | None = None, retention: Retention | None = None
) -> Flow:
    """Who comes and goes while a subscriber base grows at a steady rate.

    With a constant ``churn`` this is the closed form of the model, month by month. With a fitted
    ``retention`` the base at the start is taken to have grown so for long, and each month's leavers
    follow from the ages of those who are there.
    """
    if (churn is None) == (retention is None):
        raise ValueError("give a constant churn or a fitted retention: one of the two.")
    monthly = churn if churn is not None else effective_churn(retention, growth) if retention else 0.0
    stock = at_start * (1.0 + growth) ** np.arange(months + 1)
    left = monthly * stock[:-1]
    return Flow(stock, np.diff(stock) + left, left)


def effective_churn(retention: Retention, growth: float, horizon: int = 600) -> float:
    """The share of a long-growing subscriber base that leaves each month under a retention model.

    In a base that has grown at a steady rate the number of subscribers of each age is in proportion
    to their survival, less the growth since they joined; the leavers of a month come from all ages.
    """
    ages = np.arange(horizon)
    survival = retention.survival(horizon)
    weights = survival[:-1] * (1.0 + growth) ** -ages.astype(float)
    leaving = 1.0 - survival[1:] / survival[:-1]
    return float(np.sum(weights * leaving) / np.sum(weights))
