"""Charts of settings: tornado, spider, map of two inputs."""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from damages.report.charts.marks import LINES, MARKERS, labelled_rows, legend_below, short_usd, usd_axis
from damages.report.picture import COLOURS, DARK, chart
from damages.report.table import Table, usd, write


@chart(lambda rows, columns: 0.52 * rows + 0.9)
def tornado(table: Table, ax: Axes, most: int = 12) -> str:
    """How far each input moves a figure from its base value, the widest on top."""
    rows = table.rows[:most]
    places = labelled_rows(ax, [row["label"] for row in rows])
    base = rows[0]["base_usd"] if rows else 0.0
    said = []
    for place, row in zip(places, rows, strict=True):
        for end, colour, hatch in (("low", COLOURS[1], "///"), ("high", COLOURS[0], "")):
            ax.barh(
                place,
                row[f"usd_at_{end}"] - base,
                left=base,
                color=colour,
                hatch=hatch,
                edgecolor="white",
                height=0.4,
                lw=0.5,
            )
        unit = row["unit"]
        low, high = (
            row[end] if isinstance(row[end], str) else write(_middle(row[end]), unit) for end in ("low", "high")
        )
        words = f"{usd(row['usd_at_low'])} at {low}, {usd(row['usd_at_high'])} at {high}"
        ax.text(max(row["usd_at_low"], row["usd_at_high"], base), place, f"  {words}", va="center", fontsize=9)
        said.append(f"{row['label']}: {words}.")
    ax.axvline(base, color=DARK, lw=1, ymax=0.985)
    ax.set_xlim(0, max((max(row["usd_at_low"], row["usd_at_high"]) for row in rows), default=1.0) * 1.75)
    ax.locator_params(axis="x", nbins=6)
    usd_axis(ax.xaxis)
    ax.set_xlabel(f"USD. Line: base value, {usd(base)}. Hatched: low end of the input")
    return f"From a base of {usd(base)}. {' '.join(said)}"


def _middle(value: Any) -> float:
    """One number to print for an input that has a value for each group: their average."""
    return float(np.mean(value))


@chart()
def spider(table: Table, ax: Axes, most: int = 5) -> str:
    """The figure along each input's range, in percentiles, for the inputs that move it most."""
    levels = [column.key for column in table.columns if column.key != "label"]
    across, said = np.array([float(level) for level in levels]), []
    for j, row in enumerate(table.rows[:most]):
        figures = np.array([row[level] for level in levels])
        ax.plot(
            across, figures, marker=MARKERS[j % 5], color=COLOURS[j % 5], ls=LINES[j % 5], lw=1.8, label=row["label"]
        )
        said.append(f"{row['label']}: {usd(figures[0])} at the 5th percentile, {usd(figures[-1])} at the 95th.")
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    usd_axis(ax.yaxis)
    ax.set_ylim(0, None)
    ax.set_xlabel("Percentile of the input's range")
    ax.set_ylabel("Expected judgment, USD")
    ax.grid(True, lw=0.5)
    legend_below(ax)
    return " ".join(said)


@chart()
def heat_map(table: Table, ax: Axes) -> str:
    """A figure over two inputs, each cell with its value."""
    keys = [column for column in table.columns if column.key != "label"]
    values = np.array([[row[column.key] for column in keys] for row in table.rows], dtype=float)
    # Light shades only, so that dark text stays readable on every cell.
    shades = mpl.colors.LinearSegmentedColormap.from_list("light", ["#ffffff", "#8fbcdb"])
    ax.imshow(values, cmap=shades, aspect="auto", origin="lower")
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            ax.text(j, i, short_usd(values[i, j]), ha="center", va="center", fontsize=9)
    ax.set_xticks(range(len(keys)), [column.heading for column in keys], fontsize=9)
    ax.set_yticks(range(len(table.rows)), table["label"], fontsize=9)
    what, _, across = table.title.partition(", by ")
    ax.set_xlabel(across.capitalize())
    ax.set_ylabel(textwrap.fill(table.columns[0].heading, 30))
    ax.set_title(textwrap.fill(f"{what}, USD" + (" (hypothetical)" if table.hypothetical else ""), 58))
    return f"Against {table.columns[0].heading.lower()}: from {usd(float(values.min()))} to {usd(float(values.max()))}."
