"""Answers that are known beside the library's own, as the tests last worked them out."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass
from typing import Any

from damages.project import shipped
from damages.reader.digits import settled

PLACES = 18  # some differences that may be are that small


@dataclass(frozen=True)
class Check:
    """One known answer and ours.

    ``within`` is how far ours may lie from it: four standard errors of a drawn figure, the rounding of a published one, or
    what the check states.
    """

    group: str
    what: str
    known: float
    ours: float
    within: float
    source: str

    def as_row(self) -> dict[str, Any]:
        """What the table holds of it."""
        figures = {name: settled(getattr(self, name), places=PLACES) for name in ("known", "ours", "within")}
        return {**asdict(self), **figures}

    @property
    def holds(self) -> bool:
        return abs(self.ours - self.known) <= self.within * (1 + 1e-9)


def known_answers() -> list[Check]:
    """Every check of the table that `tests/known_answers.py` makes and the tests make again."""
    with shipped("params", "benchmarks", "known_answers.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Check(row["group"], row["what"], float(row["known"]), float(row["ours"]), float(row["within"]), row["source"])
        for row in rows
    ]
