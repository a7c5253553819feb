"""Interest before and after judgment, as a factor on the principal.

Days are counted exactly and a year of interest has 365 of them. A subscription is paid a month at
a time, so each month's payment accrues from its month; when the subscriber base grows, later
months weigh more. (n_draws, 1) throughout.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from damages.model.arithmetic import when_each
from damages.model.class_size import growth_sum

STILL = 1e-6  # growth so small that the closed form would lose its digits


def simple(rate: Any, years: Any) -> Any:
    """Interest that does not earn interest, per dollar.

    >>> simple(0.10, 2.5)
    0.25
    """
    return rate * years


def compound(rate: Any, years: Any) -> Any:
    """Interest added to the principal once a year, per dollar.

    >>> round(float(compound(0.10, 2.0)), 10)
    0.21
    """
    return (1.0 + rate) ** years - 1.0


def mean_payment_month(growth: Any, months: Any) -> Any:
    """The average month, counted from 0, in which a dollar was paid, the payments growing month by month.

    In words: the sum of i × (1 + growth) ^ i over the months, divided by the sum of (1 + growth) ^ i.

    >>> float(mean_payment_month(0.0, 12.0)), float(mean_payment_month(1.0, 2.0))  # payments of 1 and 2
    (5.5, 0.6666666666666665)
    """
    near = np.less(np.abs(growth), STILL)
    rate = when_each(near, 1.0, growth)
    power = (1.0 + rate) ** months
    exact = months * power / (power - 1.0) - (1.0 + rate) / rate
    return when_each(near, (months - 1.0) / 2.0 + growth * (months * months - 1.0) / 12.0, exact)


def simple_as_paid(rate: Any, years_from_start: Any, growth: Any, months: Any) -> Any:
    """Simple interest on monthly payments, each from its month, per dollar paid.

    >>> float(simple_as_paid(0.12, 2.0, 0.0, 13.0))  # on average month 6 of 24: 1.5 years
    0.18
    """
    return rate * (years_from_start - mean_payment_month(growth, months) / 12.0)


def compound_as_paid(rate: Any, years_from_start: Any, growth: Any, months: Any) -> Any:
    """Compound interest on monthly payments, each from its month, per dollar paid."""
    monthly = (1.0 + rate) ** (1.0 / 12.0)
    discounted = growth_sum((1.0 + growth) / monthly - 1.0, months)
    return (1.0 + rate) ** years_from_start * discounted / growth_sum(growth, months) - 1.0


def post_judgment(rate: Any, whole_years: Any, days_beyond: Any) -> Any:
    """Interest from judgment to payment: computed daily, compounded yearly (28 U.S.C. § 1961), per dollar.

    >>> round(float(post_judgment(0.04, 1.0, 73.0)), 6)  # 1.04 × (1 + 0.04 × 73 ÷ 365) − 1
    0.04832
    """
    return (1.0 + rate) ** whole_years * (1.0 + rate * days_beyond / 365.0) - 1.0
