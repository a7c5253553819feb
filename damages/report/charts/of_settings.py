"""Charts of settings: tornado, spider, maps of two and three inputs, scenarios by theory."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from damages.report.charts.marks import short_usd
from damages.report.picture import chart
from damages.report.table import Table, usd


@chart(lambda rows, columns: 0.45 * rows + 1.6)
def by_scenario(table: Table, ax: Axes) -> str:
    """A figure for each scenario and theory, each cell with its value."""
    values = _cells(ax, table, table.rows)
    ax.set_xticks(range(values.shape[1]), [textwrap.fill(c.heading, 20) for c in table.columns[1:]], fontsize=9)
    ax.set_xlabel("Theory; USD in each cell")
    ax.set_ylabel("Scenario")
    return " ".join(
        f"{row['label']}: " + ", ".join(f"{c.heading} {usd(row[c.key])}" for c in table.columns[1:]) + "."
        for row in table.rows
    )


def _cells(
    ax: Axes,
    table: Table,
    rows: Sequence[dict[str, Any]],
    ends: tuple[float, float] | None = None,
    fontsize: float = 9,
) -> np.ndarray:
    """Shaded cells with their values; light shades only, so that dark text stays readable on every cell."""
    keys = [column for column in table.columns if column.is_number]
    values = np.array([[row[column.key] for column in keys] for row in rows], dtype=float)
    shades = mpl.colors.LinearSegmentedColormap.from_list("light", ["#ffffff", "#8fbcdb"])
    low, high = ends or (float(values.min()), float(values.max()))
    ax.imshow(values, cmap=shades, aspect="auto", origin="lower", vmin=low, vmax=high)
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            ax.text(j, i, short_usd(values[i, j]), ha="center", va="center", fontsize=fontsize)
    ax.set_xticks(range(len(keys)), [column.heading for column in keys], fontsize=fontsize)
    ax.set_yticks(range(len(rows)), [row["label"] for row in rows], fontsize=fontsize)
    return values
