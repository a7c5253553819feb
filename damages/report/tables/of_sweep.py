"""Tables of a sweep: one row for each run, and the headlines over what was varied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from damages.case.schema import Case
from damages.engine.sweep import Run
from damages.report.table import Column, Table, percent

HEADLINES = {"pleaded_usd": "Pleaded", "exposure_usd": "Exposure", "expected_usd": "Expected"}
Rows = Sequence[Mapping[str, Any]]


def sweep_table(case: Case, results: Mapping[Run, Rows]) -> Table:
    """Each run with its three headlines, and the draws' mean and percentiles of the expected judgment."""
    varied = list(dict.fromkeys(name for run in results for name in run.varied))
    rows = []
    for run, figures in results.items():
        lines = {row["line"]: row for row in figures if not row["group"]}
        sampled = {key: lines["expected_usd"][key] for key in ("mean", "p05", "p95")}
        rows.append({"name": run.name, **run.varied, **_headlines(figures), **sampled})
    columns = [
        *([Column("name", "Run")] if any(run.places for run in results) or not varied else []),
        *(Column(name, label_of(case, name)) for name in varied),
        *(Column(name, words, "usd") for name, words in HEADLINES.items()),
        Column("mean", "Expected, mean of the draws", "usd"),
        Column("p05", "5th percentile", "usd"),
        Column("p95", "95th percentile", "usd"),
    ]
    return Table.of(
        case, "Each run", columns, rows, "The headlines are at base values; the last three columns are from the draws."
    )


def panels_table(case: Case, results: Mapping[Run, Rows]) -> Table:
    """The headlines over the most varied input, a panel for each combination of the others.

    A row is one headline of one panel; a column is one value along the axis. A run that did not
    finish leaves its cell empty.
    """
    values = {
        name: list(dict.fromkeys(run.varied.get(name, "") for run in results)) for run in results for name in run.varied
    }
    from_file = any(run.places for run in results) or not values
    across = "" if from_file else max(values, key=lambda name: (_is_number(values[name]), len(values[name])))
    ticks = [run.name for run in results] if from_file else values[across]
    cells: dict[str, dict[str, dict[str, float]]] = {}
    for run, figures in results.items():
        others = (
            f"{label_of(case, name)}: {_shown(case, name, text)}" for name, text in run.varied.items() if name != across
        )
        panel = "" if from_file else ", ".join(others)
        cells.setdefault(panel, {})[run.name if from_file else run.varied[across]] = _headlines(figures)
    rows: list[dict[str, Any]] = [
        {
            "panel": panel,
            "label": words,
            **{f"x{j}": found[tick][name] if tick in found else None for j, tick in enumerate(ticks)},
        }
        for panel, found in cells.items()
        for name, words in HEADLINES.items()
    ]
    columns = [
        Column("panel", "Panel"),
        Column("label", label_of(case, across) if across else "Run"),
        *(Column(f"x{j}", _shown(case, across, tick), "usd") for j, tick in enumerate(ticks)),
    ]
    title = f"The three headlines, by {label_of(case, across).lower() if across else 'run'}"
    return Table.of(case, title, columns, rows, "At base values.")


def label_of(case: Case, name: str) -> str:
    """What a varied name is called in a table."""
    return case.inputs[name].label if name in case.inputs else name.capitalize()


def _shown(case: Case, name: str, text: str) -> str:
    unit = case.inputs[name].unit if name in case.inputs else ""
    return percent(float(text)) if unit in ("share", "answer") and _is_number([text]) else text


def _is_number(texts: Sequence[str]) -> bool:
    try:
        return all(float(text) is not None for text in texts)
    except ValueError:
        return False


def _headlines(figures: Rows) -> dict[str, float]:
    return {row["line"]: row["value"] for row in figures if row["line"] in HEADLINES}
