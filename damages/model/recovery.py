"""One recovery per item of harm: theories that pay for the same harm do not add up; each member takes the best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from damages.model.arithmetic import greater_of, when_each


def elected(remedies: Sequence[tuple[Any, Any]]) -> list[Any]:
    """Share of members who take each remedy of one item of harm, when every member takes the one worth most, once.

    Remedies can reach different shares of the class. Entitlement is nested: a member who can
    recover under the narrower can recover under the wider too. So the remedy worth most goes to
    its share of members; the next to those whom it reaches and the first does not; and so on.
    Equal ones go to the one named first.

    Parameters
    ----------
    remedies : for each, (what it is worth to an entitled member in USD, share of members entitled),
        each (n_draws, n_groups) or broadcasting to it

    Returns
    -------
    list, same order: share of all members who take it

    >>> floor, loss = (1_000.0, 0.4), (30.0, 1.0)      # 40% get the floor, the other 60% their loss
    >>> [float(share) for share in elected([floor, loss])]
    [0.4, 0.6]
    """
    taken = []
    for here, (usd, share) in enumerate(remedies):
        rest = share
        ahead = [
            when_each(_goes_first(other_usd, usd, other < here), other_share, 0.0)
            for other, (other_usd, other_share) in enumerate(remedies)
            if other != here and not _nobody(other_share)
        ]
        if ahead and not _nobody(share):
            rest = greater_of(share - greater_of(*ahead), 0.0)
        taken.append(rest)
    return taken


def _goes_first(other_usd: Any, usd: Any, named_first: bool) -> Any:
    """Whether another remedy goes before this one."""
    return other_usd >= usd if named_first else other_usd > usd


def _nobody(share: Any) -> bool:
    """A plain 0: the theory fell, so it need not be compared."""
    return isinstance(share, float) and share == 0.0
