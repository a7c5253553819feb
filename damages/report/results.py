"""What every report has: all figures as a table, and what they were made from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from damages.case.schema import Case
from damages.engine.estimate import estimate
from damages.engine.simulate import simulate
from damages.files import write_rows
from damages.report.figures import figures
from damages.report.provenance import machine, record


def results_and_record(subject: Case, draws: int, seed: int, folder: Path) -> None:
    """Every figure as a table, and what all were made from."""
    simulation = simulate(subject, draws=draws, seed=seed)
    write_results(figures(estimate(subject), simulation), folder / "results.csv")
    run = {**record(subject, simulation.draws, seed), "machine": machine()}
    (folder / "run.json").write_text(json.dumps(run, indent=2, default=str) + "\n", encoding="utf-8")


def write_results(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Figures as a plain table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        write_rows(rows, file)
