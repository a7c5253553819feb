"""From a fund to what a claimant receives, where the rest goes, and what the defendant pays.

A common-fund fee comes out of the fund: it lowers the class's net and leaves the defendant's
total as it is. A shifted fee comes on top. Charges are paid in order and stop when the fund is
empty, so every dollar of it has one place. All figures are (n_draws, 1).
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


def paid_from(left_usd: Any, charge_usd: Any) -> Any:
    """A charge, as far as what is left of the fund reaches. USD.

    >>> float(paid_from(750_000.0, 50_000.0)), float(paid_from(10_000.0, 50_000.0))
    (50000.0, 10000.0)
    """
    return lesser_of(charge_usd, left_usd)


def administration(fixed_usd: Any, per_notice_usd: Any, per_claim_usd: Any, members: Any, filed: Any) -> Any:
    """The cost of notice to every member and of handling every claim. USD.

    >>> float(administration(50_000.0, 0.10, 2.0, 1_000_000.0, 30_000.0))
    210000.0
    """
    return fixed_usd + per_notice_usd * members + per_claim_usd * filed


def claims(members: Any, automatic_share: Any, claims_rate: Any, fund_usd: Any) -> Any:
    """Claims filed by members who are not paid without one; nobody files against an empty fund. People.

    >>> round(float(claims(18_000.0, 0.6, 0.28, 1.0)))
    2016
    """
    return members * (1.0 - automatic_share) * claims_rate * (fund_usd > 0)


def paid_without_claim(members: Any, automatic_share: Any, fund_usd: Any) -> Any:
    """Members who are paid automatically, from the defendant's own records. People."""
    return members * automatic_share * (fund_usd > 0)


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


def residue(net_usd: Any, paid_usd: Any) -> Any:
    """What nobody took of a net fund; a rounding error is nothing. USD.

    >>> float(residue(100.0, 60.0)), float(residue(100.0, 99.99999999999999))
    (40.0, 0.0)
    """
    left = net_usd - paid_usd
    return left * (left > net_usd * 1e-12)
