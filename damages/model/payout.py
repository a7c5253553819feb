"""From a fund to what a claimant receives, where the rest goes, and what the defendant pays.

A common-fund fee comes out of the fund: it lowers the class's net and leaves the defendant's
total as it is. A shifted fee comes on top. All figures are (n_draws, 1).
"""

from __future__ import annotations

from typing import Any

from damages.model.arithmetic import greater_of, lesser_of, ratio


def common_fund_fee(fund_usd: Any, fee_share: Any) -> Any:
    """Attorneys' fee as a share of the fund. USD.

    >>> float(common_fund_fee(1_000_000.0, 0.25))
    250000.0
    """
    return fund_usd * fee_share


def paid_from(fund_usd: Any, amount_usd: Any) -> Any:
    """A fixed charge, where there is a fund to pay it from. USD."""
    return amount_usd * (fund_usd > 0)


def administration(
    fixed_usd: Any, per_notice_usd: Any, per_claim_usd: Any, members: Any, filed: Any, fund_usd: Any
) -> Any:
    """The cost of notice to every member and of handling every claim. USD.

    >>> float(administration(50_000.0, 0.10, 2.0, 1_000_000.0, 30_000.0, 5_000_000.0))
    210000.0
    """
    return (fixed_usd + per_notice_usd * members + per_claim_usd * filed) * (fund_usd > 0)


def claims(members: Any, automatic_share: Any, claims_rate: Any, fund_usd: Any) -> Any:
    """Claims filed by members who are not paid without one; nobody files against an empty fund. People.

    >>> float(claims(18_000.0, 0.6, 0.28, 1.0))
    2016.0
    """
    return members * (1.0 - automatic_share) * claims_rate * (fund_usd > 0)


def paid_without_claim(members: Any, automatic_share: Any, fund_usd: Any) -> Any:
    """Members who are paid automatically, from the defendant's own records. People."""
    return members * automatic_share * (fund_usd > 0)


def net_fund(fund_usd: Any, *charges_usd: Any) -> Any:
    """What is left for the class, never below zero. USD.

    >>> float(net_fund(1_000_000.0, 250_000.0, 50_000.0)), float(net_fund(10.0, 250_000.0))
    (700000.0, 0.0)
    """
    return greater_of(fund_usd - sum(charges_usd), 0.0)


def cheque(net_usd: Any, recipients: Any, per_claim_usd: Any, most_usd: Any, least_usd: Any) -> Any:
    """What is sent to each recipient: an equal share, at most the sum for a claim and the cap; not sent when too small.

    Where sums for claims add up to more than the net fund, the equal share is what a pro rata cut leaves.

    >>> float(cheque(100_000.0, 400.0, 500.0, 1e9, 0.0)), float(cheque(1_000.0, 400.0, 500.0, 1e9, 5.0))
    (250.0, 0.0)
    """
    sent = lesser_of(ratio(net_usd, recipients), per_claim_usd, most_usd)
    return sent * (sent >= least_usd)


def second_share(net_usd: Any, first_usd: Any, cashed: Any, sent_usd: Any, most_usd: Any) -> Any:
    """What a second distribution adds for each who cashed the first: the rest, up to the same cap. USD.

    >>> float(second_share(1_000.0, 800.0, 80.0, 10.0, 1e9)), float(second_share(1_000.0, 800.0, 80.0, 10.0, 11.0))
    (2.5, 1.0)
    """
    return lesser_of(ratio(net_usd - first_usd, cashed), greater_of(most_usd - sent_usd, 0.0)) * (sent_usd > 0)
