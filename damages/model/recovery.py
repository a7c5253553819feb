"""One recovery per member: theories that pay for the same harm do not add up (CACI No. 3934)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from damages.model.arithmetic import greater_of, when, when_each


def credited(awards: Sequence[tuple[Any, Any]]) -> list[Any]:
    """What each theory of one item of harm pays, when every member gets the greatest due to them, once.

    Theories can reach different shares of the class. Entitlement is taken to be nested: a member
    who can recover under the narrower theory can recover under the wider one too. So the theory
    with the greatest sum pays its share of members; the next pays those whom it reaches and the
    first does not; and so on. Equal sums go to the theory named first.

    Parameters
    ----------
    awards : for each theory, (USD per entitled member, share of members entitled),
        each (n_draws, n_groups) or broadcasting to it

    Returns
    -------
    list, same order: USD per member credited to the theory, averaged over all members

    >>> floor, loss = (1_000.0, 0.4), (30.0, 1.0)      # 40% get the floor, the other 60% their loss
    >>> [float(part) for part in credited([floor, loss])]
    [400.0, 18.0]
    """
    parts = []
    for here, (usd, share) in enumerate(awards):
        rest = share
        ahead = [
            when_each(goes_first(other_usd, usd, other < here), other_share, 0.0)
            for other, (other_usd, other_share) in enumerate(awards)
            if other != here and not _nobody(other_share)
        ]
        if ahead and not _nobody(share):
            rest = greater_of(share - greater_of(*ahead), 0.0)
        parts.append(usd * rest)
    return parts


def beyond_damages(restitution_share: Any, damages_shares: Sequence[Any], adds: Any) -> Any:
    """Share of members to whom restitution is open.

    A member who can have damages gets no restitution (Sonner v. Premier Nutrition, 971 F.3d 834
    (9th Cir. 2020)), unless the court answers that it is open beside them. Entitlement is nested,
    so those who cannot have damages are the members beyond the widest theory of damages.

    >>> float(beyond_damages(1.0, [0.4], 0.0)), float(beyond_damages(1.0, [0.4], 1.0))
    (0.6, 1.0)
    """
    reached = greater_of(*damages_shares) if damages_shares else 0.0
    return when(adds, restitution_share, greater_of(restitution_share - reached, 0.0))


def goes_first(other_usd: Any, usd: Any, named_first: bool) -> Any:
    """Whether another theory's sum goes before this one's."""
    return other_usd >= usd if named_first else other_usd > usd


def _nobody(share: Any) -> bool:
    """A plain 0: the theory fell, so it need not be compared."""
    return isinstance(share, float) and share == 0.0
