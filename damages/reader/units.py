"""The units an input can have, and the values that each may take: the one place for bounds.

A bound is where a figure stops being one: a share ends at 1, a churn at 0, and no class has more members than there
are people. The model multiplies inputs, so bounds on each keep every product of them a number.
"""

from __future__ import annotations

import datetime
import math
from typing import NamedTuple

from damages.reader.numerals import plain_number

FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)
MOST_YEARS = 200.0
MOST_USD = 1e14  # about what the world produces in a year


class Unit(NamedTuple):
    """A unit: the words for an axis, what a value is called, and the range its values lie in; ``least`` is the smallest that is not 0."""

    words: str
    called: str
    low: float = 0.0
    high: float = math.inf
    least: float = 0.0

    @property
    def end(self) -> float:
        """Where values end by definition, as a share does at 1; infinite where the bound is one of good sense."""
        return self.high if self.high <= 1.0 else math.inf

    def within(self, other: Unit) -> Unit:
        """What both allow, in the words of the other."""
        bounds = max(self.low, other.low), min(self.high, other.high), max(self.least, other.least)
        return Unit(self.words, other.called, *bounds)

    def problem(self, word: str, value: float) -> str | None:
        """What is wrong with a value, in a sentence; None where it may be."""
        if self.low <= value <= self.high and (value == 0.0 or abs(value) >= self.least):
            return None
        if math.isinf(self.high):
            allowed = f"is {_written(self.low)} or more"
        else:
            allowed = f"lies between {_written(self.low)} and {_written(self.high)}"
        tip = f" Write 0, or at least {_written(self.least)}." if 0.0 < abs(value) < self.least else ""
        if (self.low, self.high) == (0.0, 1.0) and 1.0 < value <= 100.0:
            tip = f" {value:g} percent is written {value / 100:g}."
        return f"{word} is {_written(value)}, but {self.called} {allowed}.{tip}"


def _written(value: float) -> str:
    """A number as a case file writes it, unless that has too many digits."""
    return plain_number(value) if value == 0.0 or 1e-9 <= abs(value) < 1e15 else f"{value:g}"


UNITS: dict[str, Unit] = {
    "people": Unit("people", "a number of people", high=1e10, least=0.01),
    "count": Unit("number", "a number", high=1e12, least=1e-6),
    "share": Unit("share", "a share", high=1.0, least=1e-12),
    "usd": Unit("USD", "a sum in USD", high=MOST_USD, least=1e-6),
    "usd_per_member": Unit("USD per member", "a sum per member", high=1e9, least=1e-6),
    "usd_per_unit": Unit("USD per unit", "a sum per unit", high=1e9, least=1e-6),
    "usd_per_month": Unit("USD per month", "a sum per month", high=1e8, least=1e-6),
    "per_month": Unit("share per month", "a share per month", low=-0.5, high=1.0, least=1e-9),
    "per_year": Unit("share per year", "a share per year", high=1.0, least=1e-9),
    "times": Unit("times", "a multiple", high=10_000.0, least=1e-6),
    "months": Unit("months", "a number of months", high=12.0 * MOST_YEARS, least=1e-6),
    "years": Unit("years", "a number of years", high=MOST_YEARS, least=1e-6),
    "days": Unit("days", "a number of days", high=366.0 * MOST_YEARS, least=1e-6),
    "answer": Unit("chance of yes", "a chance", high=1.0),
    "choice": Unit("choice", "a choice"),
}

# What a use of an input asks beyond its unit.
CHURN = Unit("share per month", "churn, the share who leave in a month,", high=1.0)
GROWTH = Unit("share per month", "growth, the change of the stock in a month,", low=-0.5, high=1.0)
CHANCE = Unit("chance", "a chance", high=1.0)
