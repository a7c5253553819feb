"""What a notebook shows must add up: the checks that every notebook ends with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np

from damages.case.lines import parties
from damages.case.schema import Case
from damages.engine.estimate import Estimate
from damages.engine.simulate import Simulation
from damages.errors import DamagesError
from damages.model.arithmetic import greater_of, total
from damages.report.table import Column, Table

CENT = 0.005


class ReconciliationError(DamagesError):
    """Figures that should agree and do not: a defect of the library, never of a case."""


def reconcile(estimate: Estimate, simulation: Simulation | None = None) -> Table:
    """The checks, all of which hold.

    Raises
    ------
    ReconciliationError : names those that do not

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> set(damages.reconcile(damages.estimate(case))["holds"])
    {'holds'}
    """
    checks = [*_of_estimate(estimate), *(_of_simulation(estimate, simulation) if simulation else [])]
    failed = [words for words, holds in checks if not holds()]
    if failed:
        raise ReconciliationError("Figures do not reconcile: " + "; ".join(failed) + ".")
    rows = tuple({"check": words, "holds": "holds"} for words, _ in checks)
    return Table("What was checked", (Column("check", "Check"), Column("holds", "")), rows)


def _close(first: float, second: float) -> bool:
    return abs(first - second) <= CENT + 1e-9 * abs(first)


class Agreement(NamedTuple):
    """A figure of the model that must equal another, or not exceed it; ``line`` is the line that is checked."""

    words: str
    found: Any
    rule: Literal["equal to", "at most"]
    figure: Any
    line: str

    def holds(self) -> bool:
        """Whether it does, for figures that are numbers."""
        found, figure = float(np.sum(self.found)), float(np.sum(self.figure))
        return _close(found, figure) if self.rule == "equal to" else found <= figure * (1 + 1e-12)


def agreements(case: Case, lines: Mapping[str, Any]) -> list[Agreement]:
    """What the lines of a case owe each other: numbers for a notebook, cells for a workbook."""

    def sum_of(*names: str) -> Any:
        return sum(lines[name] for name in names if name in lines)

    reverts = case.residue == "reversion"
    paid = [name for name in parties(case) if not (name == "residue_usd" and reverts)]
    left = "after_due_process_usd" if case.judgment.due_process else "award_usd"
    before_offsets = sum_of("award_after_due_process_usd", "punitive_usd")
    before_interest = (
        greater_of(before_offsets - lines["offsets_usd"], 0.0) if case.judgment.offsets else before_offsets
    )
    return [
        Agreement(
            "The theories' parts sum to the class award",
            sum_of(*(f"{name}_award_usd" for name in case.theories)),
            "equal to",
            lines["class_award_usd"],
            "class_award_usd",
        ),
        Agreement(
            "The theories' parts sum to the award after due process",
            sum_of(*(f"{name}_{left}" for name in case.theories)),
            "equal to",
            lines["award_after_due_process_usd"],
            "award_after_due_process_usd",
        ),
        Agreement(
            "The class is never larger than the class as pleaded",
            total(lines["class_members"]),
            "at most",
            total(lines["pleaded_members"]),
            "class_members_total",
        ),
        Agreement(
            "The judgment is the award after due process, with punitive damages and interest, less offsets",
            before_interest + sum_of("prejudgment_interest_usd"),
            "equal to",
            lines["judgment_usd"],
            "judgment_usd",
        ),
        Agreement(
            "What the defendant pays is what the parties get",
            sum_of(*paid),
            "equal to",
            lines["defendant_pays_usd"],
            "defendant_pays_usd",
        ),
        Agreement(
            "The net fund is what is paid to the class and what nobody took",
            sum_of("paid_to_class_usd", "residue_usd"),
            "equal to",
            lines["net_fund_usd"],
            "net_fund_usd",
        ),
    ]


def _of_estimate(estimate: Estimate) -> list[tuple[str, Callable[[], bool]]]:
    return [
        ("The chances of the answer paths sum to 1", lambda: _close(sum(path.chance for path in estimate.paths), 1.0)),
        *((agreement.words, agreement.holds) for agreement in agreements(estimate.case, estimate.lines)),
        (
            "The paths' judgments, weighed, are the expected judgment",
            lambda: _close(
                sum(path.chance * usd for path, usd in zip(estimate.paths, estimate.path_judgments, strict=True)),
                estimate.at_base["expected_usd"],
            ),
        ),
    ]


def _of_simulation(estimate: Estimate, simulation: Simulation) -> list[tuple[str, Callable[[], bool]]]:
    def rising(name: str) -> bool:
        levels = [figure.value for figure in simulation.lines[name].percentiles.values()]
        return levels == sorted(levels)

    judgment, expected = simulation.lines["judgment_usd"].mean.value, simulation.lines["expected_usd"].mean.value
    return [
        ("Percentiles rise with their level", lambda: all(rising(name) for name in simulation.lines)),
        (
            "The mean judgment of the draws is the mean of the expected figure",
            lambda: abs(judgment - expected) <= 1e-9 * max(abs(expected), 1.0),
        ),
        (
            "The draws' chance of a recovery is at most that of a theory standing",
            lambda: (
                simulation.chance_of_recovery.value
                <= sum(path.chance for path in estimate.paths if path.standing) + 1e-12
            ),
        ),
    ]
