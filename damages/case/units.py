"""The units an input can have, and what a value in each may be."""

from __future__ import annotations

import math
from typing import NamedTuple


class Unit(NamedTuple):
    """A unit: the words for an axis, and the range its values lie in."""

    words: str
    low: float = 0.0
    high: float = math.inf


UNITS: dict[str, Unit] = {
    "people": Unit("people"),
    "count": Unit("number"),
    "share": Unit("share", 0.0, 1.0),
    "usd": Unit("USD"),
    "usd_per_member": Unit("USD per member"),
    "usd_per_unit": Unit("USD per unit"),
    "usd_per_month": Unit("USD per month"),
    "per_month": Unit("share per month", -0.5, 1.0),
    "per_year": Unit("share per year", -0.5, 1.0),
    "times": Unit("times"),
    "months": Unit("months"),
    "years": Unit("years"),
    "days": Unit("days"),
    "answer": Unit("chance of yes", 0.0, 1.0),
    "choice": Unit("choice"),
}
