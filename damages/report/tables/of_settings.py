"""Tables about settings of the inputs: tornado, spider, map of two inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from damages.analysis.sensitivity import Grid, Swing
from damages.case.schema import Case
from damages.report.lines import line
from damages.report.table import Column, Table, write


def tornado_table(case: Case, swings: Sequence[Swing], role: str = "uncertain") -> Table:
    """The swings that move the expected judgment, widest first: of the amounts, or of the questions."""
    rows = [
        {
            "name": swing.name,
            "label": case.inputs[swing.name].label,
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
            "What each answer is worth",
            columns,
            rows,
            "Each question from a certain no to a certain yes, the amounts at base.",
        )
    return Table.of(
        case,
        "What moves the expected judgment",
        columns,
        rows,
        "Each input from its 5th to its 95th percentile, the others at base.",
    )


def spider_table(
    case: Case, lines: Mapping[str, Sequence[float]], levels: Sequence[float] = (0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95)
) -> Table:
    """The figure at each percentile of each input's range."""
    rows: list[dict[str, Any]] = [
        {"name": name, "label": case.inputs[name].label, **dict(zip(map(str, levels), figures, strict=True))}
        for name, figures in lines.items()
    ]
    rows.sort(key=lambda row: -abs(row[str(levels[-1])] - row[str(levels[0])]))
    columns = [Column("label", "Input"), *(Column(str(level), f"{level:.0%}", "usd") for level in levels)]
    return Table.of(case, "The expected judgment along each input's range", columns, rows)


def grid_table(case: Case, grid: Grid) -> Table:
    """A figure over two inputs."""
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
    unit = line(case, grid.line).unit
    columns = [
        Column("label", case.inputs[grid.y].label),
        *(Column(key, write(float(x), x_unit), unit) for key, x in zip(keys, grid.x_values, strict=True)),
    ]
    return Table.of(case, f"{line(case, grid.line).label}, by {case.inputs[grid.x].label.lower()}", columns, rows)
