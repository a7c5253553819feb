"""Tables about settings of the inputs: tornado, spider, maps of two and three inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from damages.case.lines import called
from damages.case.lines import line as line_of
from damages.case.schema import Case
from damages.report.table import Column, Table, write
from damages.report.tables.of_inputs import TURNS
from damages.sensitivity.one_at_a_time import ALONG, Grid, Swing


def tornado_table(case: Case, swings: Sequence[Swing], role: str = "uncertain", line: str = "expected_usd") -> Table:
    """The swings that move a headline, widest first: of the amounts, or of the questions."""
    rows = [
        {
            "name": swing.name,
            "label": case.inputs[swing.name].label + ("" if swing.monotone else TURNS),
            "low": "no" if case.inputs[swing.name].role == "question" else swing.low_value,
            "high": "yes" if case.inputs[swing.name].role == "question" else swing.high_value,
            "usd_at_low": swing.usd_at_low,
            "usd_at_high": swing.usd_at_high,
            "width_usd": swing.width_usd,
            "base_usd": swing.base_usd,
            "unit": case.inputs[swing.name].unit,
        }
        for swing in swings
        if swing.width_usd > 0 and case.inputs[swing.name].role == role
    ]
    columns = [
        Column("label", "Input"),
        Column("low", "Low", "row"),
        Column("high", "High", "row"),
        Column("usd_at_low", "At the low end", "usd"),
        Column("usd_at_high", "At the high end", "usd"),
        Column("width_usd", "Swing", "usd"),
    ]
    if role == "question":
        return Table.of(
            case,
            "Value of each answer",
            columns,
            rows,
            "Each question from a certain no to a certain yes, with the amounts at base.",
        )
    return Table.of(
        case,
        f"Sensitivity of {called(case, line)}",
        columns,
        rows,
        "Each input from its 5th to its 95th percentile, with the others at base."
        + ("" if all(swing.monotone for swing in swings) else f"{TURNS} marks an input whose effect is not monotone."),
    )


def spider_table(
    case: Case, lines: Mapping[str, Sequence[float]], levels: Sequence[float] = ALONG, line: str = "expected_usd"
) -> Table:
    """The figure at each percentile of each input's range."""
    rows: list[dict[str, Any]] = [
        {"name": name, "label": case.inputs[name].label, **dict(zip(map(str, levels), figures, strict=True))}
        for name, figures in lines.items()
    ]
    rows.sort(key=lambda row: -abs(row[str(levels[-1])] - row[str(levels[0])]))
    columns = [Column("label", "Input"), *(Column(str(level), f"{level:.0%}", "usd") for level in levels)]
    return Table.of(case, f"{called(case, line).capitalize()} along each input's range", columns, rows)


def grid_table(case: Case, grid: Grid) -> Table:
    """A figure over two inputs."""
    columns, rows = _grid_rows(case, grid)
    return Table.of(case, f"{line_of(case, grid.line).label}, by {case.inputs[grid.x].label.lower()}", columns, rows)


def grids_table(case: Case, grids: Sequence[Grid]) -> Table:
    """A figure over three inputs: one block of rows for each value of the third."""
    rows = []
    for grid in grids:
        columns, block = _grid_rows(case, grid)
        ((name, value),) = grid.third.items()
        panel = f"{case.inputs[name].label}: {write(value, case.inputs[name].unit)}"
        rows += [{"panel": panel, **row} for row in block]
    title = f"{line_of(case, grids[0].line).label}, by {case.inputs[grids[0].x].label.lower()}"
    return Table.of(case, title, [Column("panel", "At"), *columns], rows)


def _grid_rows(case: Case, grid: Grid) -> tuple[list[Column], list[dict[str, Any]]]:
    y_unit, x_unit = case.inputs[grid.y].unit, case.inputs[grid.x].unit
    keys = [f"x{j}" for j in range(len(grid.x_values))]
    rows = [
        {
            "label": write(float(value), y_unit),
            "value": float(value),
            **dict(zip(keys, map(float, grid.usd[i]), strict=True)),
        }
        for i, value in enumerate(grid.y_values)
    ]
    unit = line_of(case, grid.line).unit
    columns = [
        Column("label", case.inputs[grid.y].label),
        *(Column(key, write(float(x), x_unit), unit) for key, x in zip(keys, grid.x_values, strict=True)),
    ]
    return columns, rows
