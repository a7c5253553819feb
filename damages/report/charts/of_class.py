"""Charts of the class size and of prices: methods with their intervals, the price path."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.ticker import FuncFormatter

from damages.report.charts.marks import LINES, labelled_rows, legend_below, short_count, usd_axis
from damages.report.picture import COLOURS, DARK, LIGHT, chart
from damages.report.table import Table, usd, write


@chart(lambda rows, columns: 0.62 * rows + 0.9)
def methods(table: Table, ax: Axes) -> str:
    """Several counts of the same people: the base value as a diamond on the range from the 5th to the 95th percentile."""
    rows = table.rows
    places = labelled_rows(ax, [row["label"] + (" (used)" if row["used"] else "") for row in rows])
    overlap = max(row["p05"] for row in rows), min(row["p95"] for row in rows)
    if len(rows) > 1 and overlap[0] < overlap[1]:
        ax.axvspan(*overlap, color="#eef3f7", zorder=0)
    said = []
    for place, row in zip(places, rows, strict=True):
        used = bool(row["used"])
        ax.plot([row["p05"], row["p95"]], [place, place], color=DARK if used else LIGHT, lw=5 if used else 3)
        ax.plot(row["base"], place, marker="D", color=COLOURS[1] if used else "white", mec=COLOURS[1], ms=8)
        words = f"{short_count(row['base'])}, range {short_count(row['p05'])} to {short_count(row['p95'])}"
        ax.text(max(row["p95"], row["base"]), place, f"  {words}", va="center", fontsize=9)
        said.append(
            f"{row['label']}: {write(row['base'], 'people')} at base, {write(row['p05'], 'people')} to {write(row['p95'], 'people')}{', used' if used else ''}."
        )
    ax.set_xlim(0, max(max(row["p95"], row["base"]) for row in rows) * 1.7)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda count, _: short_count(count)))
    ax.set_xlabel(f"People. Bar: 5% to 95%{'; shaded: where all overlap' if overlap[0] < overlap[1] else ''}")
    return " ".join(said)


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
