"""Charts of settings: tornado, spider, maps of two and three inputs, scenarios by theory."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from damages.report.charts.marks import LINES, MARKERS, labelled_rows, legend_below, short_usd, usd_axis
from damages.report.picture import COLOURS, DARK, chart
from damages.report.table import Table, percent, usd, write


@chart(lambda rows, columns: 0.52 * rows + 0.9)
def tornado(table: Table, ax: Axes, most: int = 12) -> str:
    """How far each input moves a figure from its base value, the widest on top."""
    rows = table.rows[:most]
    base = rows[0]["base_usd"] if rows else 0.0
    return _swings(ax, rows, ("usd_at_low", "usd_at_high"), base, "base value")


@chart(lambda rows, columns: 0.52 * rows + 0.9)
def across(table: Table, ax: Axes, most: int = 10) -> str:
    """A figure in the lowest and the highest bin of each input, from its value over all draws."""
    rows = table.rows[:most]
    unit = next(column.unit for column in table.columns if column.key == "at_low")
    return _swings(ax, rows, ("at_low", "at_high"), rows[0]["whole"], "all draws", unit)


def _swings(
    ax: Axes, rows: Sequence[dict[str, Any]], ends: tuple[str, str], base: float, base_words: str, unit: str = "usd"
) -> str:
    """Bars from a figure to where the two ends of each input take it, in dollars or as a chance."""
    places, said = labelled_rows(ax, [row["label"] for row in rows]), []
    say = usd if unit == "usd" else percent
    for place, row in zip(places, rows, strict=True):
        for end, colour, hatch in ((ends[0], COLOURS[1], "///"), (ends[1], COLOURS[0], "")):
            ax.barh(place, row[end] - base, left=base, color=colour, hatch=hatch, edgecolor="white", height=0.4, lw=0.5)
        low, high = (
            row[end] if isinstance(row[end], str) else write(_middle(row[end]), row["unit"]) for end in ("low", "high")
        )
        words = f"{say(row[ends[0]])} at {low}, {say(row[ends[1]])} at {high}"
        if low == "it fails":
            words = f"{say(row[ends[0]])} if {low}, {say(row[ends[1]])} if {high}"
        ax.text(max(row[ends[0]], row[ends[1]], base), place, f"  {words}", va="center", fontsize=9)
        said.append(f"{row['label']}: {words}.")
    ax.axvline(base, color=DARK, lw=1, ymax=0.985)
    ax.set_xlim(0, max((max(row[ends[0]], row[ends[1]]) for row in rows), default=1.0) * 1.75 or 1.0)
    ax.locator_params(axis="x", nbins=6)
    if unit == "usd":
        usd_axis(ax.xaxis)
    else:
        ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel(
        f"{'USD' if unit == 'usd' else 'Chance'}. Line: {base_words}, {say(base)}. Hatched: low end of the input"
    )
    return f"From {'a base of ' if base_words == 'base value' else ''}{say(base)}{'' if base_words == 'base value' else ' over all draws'}. {' '.join(said)}"


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
    figure = table.title.split(" along")[0].removeprefix("The ")
    ax.set_ylabel(f"{figure[:1].upper()}{figure[1:]}, USD")
    ax.grid(True, lw=0.5)
    legend_below(ax)
    return " ".join(said)


@chart()
def heat_map(table: Table, ax: Axes) -> str:
    """A figure over two inputs, each cell with its value."""
    values = _cells(ax, table, table.rows)
    what, _, across = table.title.partition(", by ")
    ax.set_xlabel(across.capitalize())
    ax.set_ylabel(textwrap.fill(table.columns[0].heading, 30))
    ax.set_title(textwrap.fill(f"{what}, USD" + (" (hypothetical)" if table.hypothetical else ""), 58))
    return f"By {table.columns[0].heading.lower()}: from {usd(float(values.min()))} to {usd(float(values.max()))}."


@chart(lambda rows, columns: 0.3 * rows + 1.8)
def heat_maps(table: Table, ax: Axes) -> str:
    """A figure over three inputs: one map for each value of the third, all on one scale of shades."""
    panels = list(dict.fromkeys(table["panel"]))
    keys = [column.key for column in table.columns if column.key.startswith("x")]
    every = [row[key] for row in table.rows for key in keys]
    what, _, across = table.title.partition(", by ")
    ax.set_axis_off()
    gap, said = 0.1, []
    height = (1.0 - gap * (len(panels) - 1)) / len(panels)
    for i, panel in enumerate(panels):
        one = ax.inset_axes((0.0, 1.0 - height - i * (height + gap), 1.0, height))
        rows = [row for row in table.rows if row["panel"] == panel]
        values = _cells(one, table, rows, (min(every), max(every)), fontsize=7.5)
        one.set_title(textwrap.shorten(panel, 74, placeholder=" …"), fontsize=9.5, fontweight="normal")
        if i < len(panels) - 1:
            one.set_xticks([])
        else:
            one.set_xlabel(across.capitalize())
        one.set_ylabel(textwrap.fill(next(c.heading for c in table.columns if c.key == "label"), 24), fontsize=8)
        said.append(f"{panel}: from {usd(float(values.min()))} to {usd(float(values.max()))}.")
    ax.set_title(textwrap.fill(f"{what}, USD" + (" (hypothetical)" if table.hypothetical else ""), 58))
    return " ".join(said)


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
