"""What a member paid for a subscription, and what part of it was lost."""

from __future__ import annotations

from typing import Any

from damages.model.arithmetic import greater_of, lesser_of, ratio, when


def net_price(price_usd_per_month: Any, annual_share: Any, discount: Any) -> Any:
    """The average monthly price when some subscribers pay by the year, at a discount. USD per month.

    >>> round(float(net_price(29.99, 0.4, 0.20)), 4)
    27.5908
    """
    return price_usd_per_month * (1.0 - annual_share * discount)


def paid_months(months: Any, free_months: Any) -> Any:
    """Months that cost something: those of a free trial are taken out. Parts of a month count as they are.

    >>> float(paid_months(11.5, 1.0)), float(paid_months(0.5, 1.0))
    (10.5, 0.0)
    """
    return greater_of(months - free_months, 0.0)


def fees_paid(price_usd_per_month: Any, months: Any) -> Any:
    """What a member paid in the period: price × months. (n_draws, n_groups), USD per member.

    >>> float(fees_paid(29.99, 12.0))
    359.88
    """
    return price_usd_per_month * months


def with_tax(fees_usd: Any, rate: Any, counted: Any) -> Any:
    """Fees with the tax on them, where it is counted as part of what was lost."""
    return fees_usd * (1.0 + when(counted, rate, 0.0))


def value_lost(fees_usd: Any, share_lost: Any) -> Any:
    """Price premium: the part of what was paid that bought nothing, fees × the share of value lost.

    Never more than the fees, since full performance would have given no more (Cal. Civ. Code § 3358).

    >>> round(float(value_lost(359.88, 0.10)), 3)
    35.988
    """
    return fees_usd * share_lost


def price_difference(price_usd_per_month: Any, comparator_usd_per_month: Any) -> Any:
    """Share of the price above a comparator's: a plan without the feature, or the price after the disclosure.

    None of a price of 0.

    >>> float(price_difference(40.0, 30.0)), float(price_difference(40.0, 45.0)), float(price_difference(0.0, 30.0))
    (0.25, 0.0, 0.0)
    """
    return ratio(greater_of(price_usd_per_month - comparator_usd_per_month, 0.0), price_usd_per_month)


def worth_of_price(price_usd_per_month: Any, worth_usd_per_month: Any) -> Any:
    """Share of the price that a feature is worth a month, by what people would pay for it or what cover costs; at most all of it.

    None of a price of 0.

    >>> float(worth_of_price(30.0, 6.0)), float(worth_of_price(30.0, 50.0)), float(worth_of_price(0.0, 6.0))
    (0.2, 1.0, 0.0)
    """
    return lesser_of(ratio(worth_usd_per_month, price_usd_per_month), 1.0)


def after_refunds(loss_usd: Any, refunds_usd: Any) -> Any:
    """A loss less what was already given back, never below zero. USD per member.

    >>> float(after_refunds(36.0, 10.0)), float(after_refunds(5.0, 10.0))
    (26.0, 0.0)
    """
    return greater_of(loss_usd - refunds_usd, 0.0)


def within_cap(loss_usd: Any, binds: Any, limit_usd: Any) -> Any:
    """A contract loss after the contract's own limit on liability, if the limit binds.

    >>> float(within_cap(1_200.0, True, 1_000.0)), float(within_cap(1_200.0, False, 1_000.0))
    (1000.0, 1200.0)
    """
    return when(binds, lesser_of(loss_usd, limit_usd), loss_usd)
