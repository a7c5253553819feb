"""Charts about a case as it was written."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes

from damages.report.picture import DARK, LIGHT, chart
from damages.report.table import Table


@chart(lambda rows, columns: 0.72 * rows + 0.9)
def timeline(table: Table, ax: Axes) -> str:
    """The dates of a case in order, evenly spaced, with the days between them."""
    dates, events = table["date"], table["event"]
    places = np.arange(len(dates))[::-1]
    ax.vlines(0, places.min(), places.max(), color=LIGHT, lw=2)
    ax.plot(np.zeros(len(dates)), places, "o", color=DARK, ms=8)
    for place, date, event in zip(places, dates, events, strict=True):
        ax.text(-0.03, place, f"{date.day} {date:%b %Y}", ha="right", va="center", fontweight="bold")
        ax.text(0.03, place, textwrap.fill(event, 46), ha="left", va="center")
    for place, first, second in zip(places, dates, dates[1:], strict=False):
        ax.text(
            -0.03, place - 0.5, f"{(second - first).days:,} days", ha="right", va="center", fontsize=9, color="#555555"
        )
    ax.set_xlim(-0.3, 1)
    ax.set_ylim(-0.6, len(dates) - 0.4)
    ax.axis("off")
    return " ".join(f"{date}: {event}." for date, event in zip(dates, events, strict=True))
