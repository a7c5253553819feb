"""A figure over two or three inputs: maps with a value in each cell."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from damages.case.lines import called
from damages.case.lines import line as line_of
from damages.report.charts.chart import chart
from damages.report.charts.marks import shaded_cells
from damages.report.table import Column, Table, Words, listed, write
from damages.report.view import View, view
from damages.report.views.swing_bars import said_in
from damages.sensitivity.grid import Grid

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@view(Grid)
def whole(found: Grid) -> View:
    """One map, or one for each value of the third input."""
    line = line_of(found.case, found.of)
    options = {"what": line.label, "across": found.case.inputs[found.inputs[0]].label, "unit": line.unit}
    return View(_between(found), _table(found), heat_map if len(found.inputs) == 2 else heat_maps, options)


def _between(found: Grid) -> Words:
    case, say = found.case, said_in(line_of(found.case, found.of).unit)
    down, *rest = found.inputs[1], found.inputs[0], *found.inputs[2:]
    labels = [f"“{case.inputs[name].label}”" for name in (down, *rest)]
    low, high = float(found.figures.min()), float(found.figures.max())
    return Words(
        (
            f"Over the ranges of {listed(labels)}, while the others vary, "
            f"{called(case, found.of)} ranges from {say(low)} to {say(high)}.",
        )
    )


def _table(found: Grid) -> Table:
    case, line = found.case, line_of(found.case, found.of)
    (across, xs), (down, ys), *third = zip(found.inputs, found.values, strict=True)
    keys = [f"x{j}" for j in range(len(xs))]
    rows: list[dict[str, Any]] = []
    for k, block in enumerate(found.figures):
        panel = {}
        for name, values in third:
            panel["panel"] = f"{case.inputs[name].label}: {write(values[k], case.inputs[name].unit)}"
        for y, figures in zip(ys, block, strict=True):
            label = write(y, case.inputs[down].unit)
            rows.append({**panel, "label": label, "value": y, **dict(zip(keys, map(float, figures), strict=True))})
    columns = [
        *([Column("panel", "At")] if third else []),
        Column("label", case.inputs[down].label),
        *(Column(key, write(x, case.inputs[across].unit), line.unit) for key, x in zip(keys, xs, strict=True)),
    ]
    return Table.of(case, f"{line.label}, by {case.inputs[across].label.lower()}", columns, rows)


@chart()
def heat_map(table: Table, ax: Axes, what: str = "", across: str = "", unit: str = "usd") -> str:
    """A figure over two inputs, each cell with its value."""
    values = shaded_cells(ax, table, table.rows)
    ax.set_xlabel(across)
    ax.set_ylabel(textwrap.fill(table.columns[0].heading, 30))
    ax.set_title(textwrap.fill(f"{what}{_in(unit)}" + (" (hypothetical)" if table.hypothetical else ""), 58))
    return f"By {table.columns[0].heading.lower()}: from {said_in(unit)(float(values.min()))} to {said_in(unit)(float(values.max()))}."


@chart(lambda rows, columns: 0.3 * rows + 1.8)
def heat_maps(table: Table, ax: Axes, what: str = "", across: str = "", unit: str = "usd") -> str:
    """A figure over three inputs: one map for each value of the third, all on one scale of shades."""
    panels = list(dict.fromkeys(table["panel"]))
    keys = [column.key for column in table.columns if column.key.startswith("x")]
    every = [row[key] for row in table.rows for key in keys]
    ax.set_axis_off()
    gap, said = 0.1, []
    height = (1.0 - gap * (len(panels) - 1)) / len(panels)
    for i, panel in enumerate(panels):
        one = ax.inset_axes((0.0, 1.0 - height - i * (height + gap), 1.0, height))
        rows = [row for row in table.rows if row["panel"] == panel]
        values = shaded_cells(one, table, rows, (min(every), max(every)), fontsize=7.5)
        one.set_title(textwrap.shorten(panel, 74, placeholder=" …"), fontsize=9.5, fontweight="normal")
        if i < len(panels) - 1:
            one.set_xticks([])
        else:
            one.set_xlabel(across)
        one.set_ylabel(textwrap.fill(next(c.heading for c in table.columns if c.key == "label"), 24), fontsize=8)
        said.append(f"{panel}: from {said_in(unit)(float(values.min()))} to {said_in(unit)(float(values.max()))}.")
    ax.set_title(textwrap.fill(f"{what}{_in(unit)}" + (" (hypothetical)" if table.hypothetical else ""), 58))
    return " ".join(said)


def _in(unit: str) -> str:
    return ", USD" if unit.startswith("usd") else ""
