"""Real settlements and judgments as a reference class: where a figure of this case would stand among them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from damages.project import shipped

FILE = "params/benchmarks/settlements.csv"
COHORTS = "params/benchmarks/cohorts.csv"
PAID_OUT = ("settlement", "settlement_direct_pay", "settlement_capped", "settlement_pending")


@dataclass(frozen=True)
class Outcome:
    """One real case. Sums in USD; ``None`` where the sources give none."""

    case: str
    court: str
    year: int
    statute: str
    outcome_type: str
    outcome_usd: float | None
    class_size: float | None
    claims_filed: float | None
    theoretical_exposure_usd: float | None
    fee_pct: float | None
    source_title: str
    source_url: str
    notes: str

    @property
    def usd_per_member(self) -> float | None:
        return self.outcome_usd / self.class_size if self.outcome_usd is not None and self.class_size else None

    @property
    def claims_rate(self) -> float | None:
        return self.claims_filed / self.class_size if self.claims_filed and self.class_size else None

    @property
    def settled(self) -> bool:
        return self.outcome_type in PAID_OUT


@lru_cache
def outcomes() -> tuple[Outcome, ...]:
    """Every case of the reference class, in the order of the file."""

    def number(text: str) -> float | None:
        return float(text) if text else None

    with shipped(FILE).open(encoding="utf-8", newline="") as lines:
        return tuple(
            Outcome(
                row["case"],
                row["court"],
                int(row["year"]),
                row["statute"],
                row["outcome_type"],
                number(row["outcome_usd"]),
                number(row["class_size"]),
                number(row["claims_filed"]),
                number(row["theoretical_exposure_usd"]),
                number(row["fee_pct"]),
                row["source_title"],
                row["source_url"],
                row["notes"],
            )
            for row in csv.DictReader(lines)
        )


def settlements_per_member(keep: Callable[[Outcome], bool] = lambda outcome: True) -> list[tuple[Outcome, float]]:
    """The settlements whose class size is known, with USD per class member, the smallest first."""
    found = [(outcome, outcome.usd_per_member) for outcome in outcomes() if outcome.settled and keep(outcome)]
    return sorted(((outcome, usd) for outcome, usd in found if usd is not None and usd > 0), key=lambda pair: pair[1])


def share_below(usd_per_member: float) -> float:
    """The share of those settlements that paid less for each member."""
    sums = np.array([usd for _, usd in settlements_per_member()])
    return float(np.mean(sums < usd_per_member))


@dataclass(frozen=True)
class Cohort:
    """A published cohort: how many of its customers are still there after each yearly renewal.

    Attributes
    ----------
    survivors : the counts that the published fit used, from the start on
    later : the counts that it was then compared with
    """

    name: str
    survivors: tuple[float, ...]
    later: tuple[float, ...]
    source: str


@lru_cache
def published_cohorts() -> dict[str, Cohort]:
    """Cohorts of a published study, by name: how fast customers of a subscription leave, year by year."""
    with shipped(COHORTS).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    def counts(name: str, used: str) -> tuple[float, ...]:
        return tuple(
            float(row["survivors_percent"]) * float(row["customers"]) / 100
            for row in rows
            if (row["cohort"], row["used"]) == (name, used)
        )

    return {
        row["cohort"]: Cohort(
            row["cohort"], counts(row["cohort"], "fitted"), counts(row["cohort"], "held back"), row["source"]
        )
        for row in rows
    }
