"""What part of a subscription's price was lost, for one member."""

from __future__ import annotations

from typing import Any

from damages.model.arithmetic import lesser_of, when


def fees_paid(price_usd_per_month: Any, months: Any) -> Any:
    """What a member paid in the period: price × months. (n_draws, n_groups), USD per member.

    >>> float(fees_paid(29.99, 12.0))
    359.88
    """
    return price_usd_per_month * months


def value_lost(fees_usd: Any, share_lost: Any) -> Any:
    """The part of what was paid that bought nothing: fees × the share of value lost.

    Never more than the fees, since full performance would have given no more (Cal. Civ. Code § 3358).

    >>> round(float(value_lost(359.88, 0.10)), 3)
    35.988
    """
    return fees_usd * share_lost


def within_cap(loss_usd: Any, binds: Any, limit_usd: Any) -> Any:
    """A contract loss after the contract's own limit on liability, if the limit binds.

    >>> float(within_cap(1_200.0, True, 1_000.0)), float(within_cap(1_200.0, False, 1_000.0))
    (1000.0, 1200.0)
    """
    return when(binds, lesser_of(loss_usd, limit_usd), loss_usd)
