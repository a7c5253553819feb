"""Bars from a figure to where the two ends of each input take it: what a tornado, the bins and the answers share."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from damages.report.charts.chart import COLOURS, DARK, chart
from damages.report.charts.marks import labelled_rows, percent_axis, usd_axis
from damages.report.table import Table, percent, usd, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TURNS = " ↕"


MEAN, MOST = "mean", 12  # bars that are drawn


@chart(lambda rows, columns: 0.52 * min(rows, MOST) + 0.9)
def swing_bars(table: Table, ax: Axes, most: int = MOST, base_words: str = MEAN, unit: str = "usd") -> str:
    """How far each input moves a figure from its mean, the widest on top.

    The table has ``base``, and for each row ``low``, ``high``, ``at_low`` and ``at_high``.
    """
    rows = table.rows[:most]
    base = rows[0]["base"] if rows else 0.0
    places, said = labelled_rows(ax, [row["label"] for row in rows]), []
    say = said_in(unit)
    for place, row in zip(places, rows, strict=True):
        for end, colour, hatch in (("at_low", COLOURS[1], "///"), ("at_high", COLOURS[0], "")):
            ax.barh(place, row[end] - base, left=base, color=colour, hatch=hatch, edgecolor="white", height=0.4, lw=0.5)
        low, high = (
            row[end] if isinstance(row[end], str) else write(_middle(row[end]), row["unit"]) for end in ("low", "high")
        )
        words = f"{say(row['at_low'])} at {low}, {say(row['at_high'])} at {high}"
        ax.text(max(row["at_low"], row["at_high"], base), place, f"  {words}", va="center", fontsize=9)
        said.append(f"{row['label']}: {words}.")
    ax.axvline(base, color=DARK, lw=1, ymax=0.985)
    ax.set_xlim(0, max((max(row["at_low"], row["at_high"]) for row in rows), default=1.0) * 2.0 or 1.0)
    ax.locator_params(axis="x", nbins=6)
    if unit.startswith("usd"):
        usd_axis(ax.xaxis)
    elif unit == "share":
        percent_axis(ax.xaxis)
    ax.set_xlabel(
        f"{_AXIS.get(unit, 'USD' if unit.startswith('usd') else unit.capitalize())}. Line: {base_words}, {say(base)}. Hatched: low end"
    )
    return f"From {'a mean of ' if base_words == MEAN else ''}{say(base)}{'' if base_words == MEAN else ' over all draws'}. {' '.join(said)}"


def _middle(value: Any) -> float:
    """One number to print for an input that has a value for each group: their average."""
    return float(np.mean(value))


_AXIS = {"share": "Chance", "count": "Number"}


def said_in(unit: str) -> Any:
    """How a figure of a unit is written in a sentence or beside a bar."""
    return {"usd": usd, "usd_per_member": usd, "share": percent}.get(unit, partial(write, unit=unit))
