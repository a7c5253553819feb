"""What a notebook shows must add up: the checks that every notebook ends with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from damages.analysis.paths import Estimate
from damages.analysis.simulate import Simulation
from damages.case.problems import DamagesError
from damages.report.table import Column, Table

CENT = 0.005


class ReconciliationError(DamagesError):
    """Figures that should agree and do not: a defect of the library, never of a case."""


def reconcile(estimate: Estimate, simulation: Simulation | None = None) -> Table:
    """The checks, all of which hold.

    Raises
    ------
    ReconciliationError, naming those that do not
    """
    checks = [*_of_estimate(estimate), *(_of_simulation(estimate, simulation) if simulation else [])]
    failed = [words for words, holds in checks if not holds()]
    if failed:
        raise ReconciliationError("Figures do not reconcile: " + "; ".join(failed) + ".")
    rows = tuple({"check": words, "holds": "holds"} for words, _ in checks)
    return Table("What was checked", (Column("check", "Check"), Column("holds", "")), rows)


def _close(first: float, second: float) -> bool:
    return abs(first - second) <= CENT + 1e-9 * abs(first)


def _of_estimate(estimate: Estimate) -> list[tuple[str, Callable[[], bool]]]:
    lines, case = estimate.lines, estimate.case

    def number(name: str) -> float:
        return float(np.sum(lines[name]))

    charges = ("attorney_fee_usd", "litigation_costs_usd", "service_awards_usd", "administration_usd")
    reverts = case.settlement.distribution.residue == "reversion"
    parties = (*charges, "paid_to_class_usd", "relief_cost_usd", *(() if reverts else ("residue_usd",)))
    return [
        ("The chances of the answer paths sum to 1", lambda: _close(sum(path.chance for path in estimate.paths), 1.0)),
        (
            "The theories' parts sum to the class award",
            lambda: _close(sum(number(f"{name}_award_usd") for name in case.theories), number("class_award_usd")),
        ),
        (
            "The class is never larger than the class as pleaded",
            lambda: number("class_members") <= number("pleaded_members") * (1 + 1e-12),
        ),
        (
            "The judgment is the award after due process, with punitive damages and interest, less offsets",
            lambda: _close(number("judgment_usd"), judgment_of(lines)),
        ),
        (
            "What the defendant pays is what the parties get",
            lambda: _close(number("defendant_pays_usd"), sum(number_or_zero(lines, name) for name in parties)),
        ),
        (
            "The net fund is what is paid to the class and what nobody took",
            lambda: _close(number("net_fund_usd"), number("paid_to_class_usd") + number("residue_usd")),
        ),
        (
            "The paths' judgments, weighed, are the expected judgment",
            lambda: _close(
                sum(path.chance * usd for path, usd in zip(estimate.paths, estimate.path_judgments, strict=True)),
                estimate.expected_usd,
            ),
        ),
    ]


def judgment_of(lines: dict[str, float | np.ndarray]) -> float:
    """The judgment put together again from its parts."""
    before_interest = max(
        number_or_zero(lines, "award_after_due_process_usd")
        + number_or_zero(lines, "punitive_usd")
        - number_or_zero(lines, "offsets_usd"),
        0.0,
    )
    return before_interest + number_or_zero(lines, "prejudgment_interest_usd")


def number_or_zero(lines: dict[str, float | np.ndarray], name: str) -> float:
    """A line's figure, or 0 where the case has no such line."""
    return float(np.sum(lines[name])) if name in lines else 0.0


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
