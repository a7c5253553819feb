"""From a fund to what a claimant receives and what the defendant pays.

A common-fund fee comes out of the fund: it lowers the class's net and leaves the defendant's
total as it is. All figures are (n_draws, 1).
"""

from __future__ import annotations

from typing import Any

from damages.model.arithmetic import greater_of, ratio


def common_fund_fee(fund_usd: Any, fee_share: Any) -> Any:
    """Attorneys' fee as a share of the fund. USD.

    >>> float(common_fund_fee(1_000_000.0, 0.25))
    250000.0
    """
    return fund_usd * fee_share


def claimants(members: Any, claims_rate: Any, fund_usd: Any) -> Any:
    """Members who file a valid claim; nobody files against an empty fund. People."""
    return members * claims_rate * (fund_usd > 0)


def administration(
    fixed_usd: Any, per_notice_usd: Any, per_claim_usd: Any, members: Any, filed: Any, fund_usd: Any
) -> Any:
    """The cost of notice to every member and of handling every claim. USD.

    >>> float(administration(50_000.0, 0.10, 2.0, 1_000_000.0, 30_000.0, 5_000_000.0))
    210000.0
    """
    return (fixed_usd + per_notice_usd * members + per_claim_usd * filed) * (fund_usd > 0)


def paid_from(fund_usd: Any, amount_usd: Any) -> Any:
    """A fixed charge, where there is a fund to pay it from. USD."""
    return amount_usd * (fund_usd > 0)


def net_fund(fund_usd: Any, *charges_usd: Any) -> Any:
    """What is left for the class, never below zero. USD.

    >>> float(net_fund(1_000_000.0, 250_000.0, 50_000.0)), float(net_fund(10.0, 250_000.0))
    (700000.0, 0.0)
    """
    return greater_of(fund_usd - sum(charges_usd), 0.0)


def per_claimant(net_usd: Any, filed: Any) -> Any:
    """An equal share of the net fund for each claimant. USD."""
    return ratio(net_usd, filed)
