"""Answer paths: the distinct sets of answers, with their exact chances."""

from __future__ import annotations

from typing import Any

from damages.case.schema import Case
from damages.engine.estimate import Estimate
from damages.engine.paths import Path, always_answered
from damages.report.table import Column, Table, percent
from damages.report.view import View


def paths(estimate: Estimate, most: int = 12) -> View:
    """The distinct answer paths with their exact chances and judgments."""
    return View(None, _paths(estimate, most))


def _paths(estimate: Estimate, most: int) -> Table:
    """The distinct answer paths with their exact chances and judgments."""
    case, shown = estimate.case, estimate.paths[:most]
    rows: list[dict[str, Any]] = [
        {
            "standing": " + ".join(case.theories[name].label for name in path.standing) or "None",
            "answers": _deciding(case, path, always),
            "chance": path.chance,
            "usd": usd,
        }
        for path, usd, always in zip(shown, estimate.path_judgments, always_answered(case, shown), strict=False)
    ]
    others = estimate.paths[most:]
    note = (
        f"The {most} most likely of {len(estimate.paths)} paths; the others have a chance of {percent(sum(path.chance for path in others))} together."
        if others
        else ""
    )
    columns = [
        Column("standing", "Theories that stand"),
        Column("answers", "Other answers that matter"),
        Column("chance", "Chance", "share"),
        Column("usd", "Judgment at base values", "usd"),
    ]
    return Table.of(case, "Answer paths", columns, rows, note)


def _deciding(case: Case, path: Path, always: set[str]) -> str:
    """The answers that are the same in every pattern of the path, beyond those that let its theories stand."""
    needed = {need for name in path.standing for need in case.theories[name].needs}
    if not path.standing:
        return ""
    fixed = [name for name in case.questions if name in always and name not in needed]
    return "; ".join(f"{case.questions[name].label}: {'yes' if path.answers[name] else 'no'}" for name in fixed)
