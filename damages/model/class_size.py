"""How many people are in the class: the stock of subscribers, everyone who passed through, then narrowing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from damages.model.arithmetic import when_each


def from_revenue(revenue_usd: Any, net_usd_per_payer: Any) -> Any:
    """Payers, from twelve months of revenue ÷ 12 ÷ net revenue per payer and month. People.

    The revenue must be of the same plans as the price: a line of accounts that leaves a plan out
    says nothing about its payers.

    >>> round(float(from_revenue(2_000_000_000.0, 29.99)))
    5557408
    """
    return revenue_usd / 12.0 / net_usd_per_payer


def from_two_lists(first: Any, second: Any, both: Any) -> Any:
    """Everyone, from two lists made without regard to each other and the people on both (Chapman's estimator). People.

    If being on one list makes being on the other more likely, the number is too low.

    >>> round(from_two_lists(200, 250, 50))
    988
    """
    return (first + 1.0) * (second + 1.0) / (both + 1.0) - 1.0


def combined(counts: Sequence[Any], weights: Sequence[Any]) -> Any:
    """The weighted average of several counts; the weights are made to sum to 1. People.

    >>> float(combined([5_000_000.0, 4_000_000.0], [0.6, 0.2]))
    4750000.0
    """
    return sum(count * weight for count, weight in zip(counts, weights, strict=True)) / sum(weights)


def growth_sum(growth: Any, months: Any) -> Any:
    """Sum of a stock of 1 that grows at a monthly rate, over a number of months.

    In words: ((1 + growth) ^ months − 1) / growth, which is ``months`` when nothing grows.

    >>> round(float(growth_sum(0.01, 12.0)), 4), float(growth_sum(0.0, 12.0))
    (12.6825, 12.0)
    """
    still = np.equal(growth, 0)
    rate = when_each(still, 1.0, growth)
    return when_each(still, months, np.expm1(months * np.log1p(rate)) / rate)


def stock_at_start(stock_at_end: Any, growth: Any, months: Any) -> Any:
    """Subscribers on the first day, from those on the last day and the monthly growth. People."""
    return stock_at_end / (1.0 + growth) ** months


def subscriber_months(at_start: Any, growth: Any, months: Any) -> Any:
    """Months of subscription sold over the period: the monthly stocks added up. Months × people."""
    return at_start * growth_sum(growth, months)


def unique_people(at_start: Any, churn: Any, growth: Any, months_sold: Any) -> Any:
    """Everyone who subscribed at some time in the period.

    Those there on the first day, and those who joined: each month the stock loses ``churn`` of
    itself and grows by ``growth``, so ``churn + growth`` of it has just joined. A person who
    leaves and comes back is counted twice; narrow by a share of distinct people where that matters.

    Parameters
    ----------
    at_start : (n_draws, n_groups), people
    churn, growth : (n_draws, 1), share per month
    months_sold : (n_draws, n_groups), from `subscriber_months`

    Returns
    -------
    (n_draws, n_groups), people

    >>> float(unique_people(100.0, 0.05, 0.0, subscriber_months(100.0, 0.0, 12.0)))  # 100 + 5 a month for a year
    160.0
    """
    return at_start + (churn + growth) * months_sold


def narrowed(people: Any, share: Any) -> Any:
    """The people who remain after one step of narrowing. Never more than before, since a share is at most 1."""
    return people * share
