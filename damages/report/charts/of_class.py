"""Charts of the class size and of prices: methods with their intervals, the price path."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from damages.report.charts.marks import LINES, legend_below, usd_axis
from damages.report.picture import COLOURS, chart
from damages.report.table import Table, usd


@chart()
def price_path(table: Table, ax: Axes) -> str:
    """What each plan cost a month, from day to day over the class period; a band where the price has a range."""
    said = []
    dates: Any = date2num
    for j, label in enumerate(dict.fromkeys(table["label"])):
        rows = [row for row in table.rows if row["label"] == label]
        days = [*(row["date"] for row in rows), rows[-1]["until"] + datetime.timedelta(days=1)]
        prices, low, high = (np.array([*(row[key] for row in rows), rows[-1][key]]) for key in ("usd", "low", "high"))
        if np.any(high > low):
            ax.fill_between(dates(days), low, high, step="post", color=COLOURS[j % 5], alpha=0.15, lw=0)
        ax.plot(dates(days), prices, drawstyle="steps-post", color=COLOURS[j % 5], ls=LINES[j % 5], lw=2.2, label=label)
        changes = [f"{usd(row['usd'])} from {row['date']}" for row in rows]
        between = f" (90% between {usd(low[0])} and {usd(high[0])})" if high[0] > low[0] else ""
        said.append(f"{label}: {', then '.join(changes)}{between}.")
    locator = AutoDateLocator()
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    ax.set_ylim(0, max(table["high"]) * 1.15)
    usd_axis(ax.yaxis)
    ax.set_ylabel("USD a month")
    ax.set_xlabel(
        "Class period"
        + ("; band: 5th to 95th percentile" if any(row["high"] > row["low"] for row in table.rows) else "")
    )
    ax.grid(True, axis="y", lw=0.5)
    legend_below(ax)
    return " ".join(said)
