"""Charts of what buyers would pay: the spread of a worth, and demand with and without a feature."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, PercentFormatter

from damages.report.charts.marks import LINES, MARKERS, ON_WHITE, legend_below, usd_axis
from damages.report.picture import COLOURS, DARK, HATCHES, chart
from damages.report.table import Table, percent, usd, write


@chart()
def worth_spread(table: Table, ax: Axes) -> str:
    """Densities of willingness to pay: the uncertainty of its mean, and its variation between people."""
    said = []
    for j, name in enumerate(dict.fromkeys(table["label"])):
        rows = [row for row in table.rows if row["label"] == name]
        at, height = np.array([row["usd"] for row in rows]), np.array([row["density"] for row in rows])
        ax.fill_between(at, height, facecolor="white", alpha=0.6, hatch=HATCHES[j % 5], edgecolor=COLOURS[j % 5], lw=0)
        ax.plot(at, height, color=COLOURS[j % 5], ls=LINES[j % 5], lw=2, label=name)
        mass = np.cumsum(height) / height.sum()
        low, middle, high = (float(at[np.searchsorted(mass, level)]) for level in (0.05, 0.5, 0.95))
        said.append(f"{name}: half below {usd(middle)}, nine in ten from {usd(low)} to {usd(high)}.")
    ax.axvline(0, color=DARK, lw=1)
    ax.set_ylim(0, None)
    usd_axis(ax.xaxis)
    ax.set_xlabel(table.columns[1].heading)
    ax.set_ylabel("Density, per USD")
    legend_below(ax)
    return " ".join(said)


@chart()
def demand(table: Table, ax: Axes) -> str:
    """The share of buyers against the price, with the price of the market marked on each curve."""
    said = []
    for j, name in enumerate(dict.fromkeys(table["label"])):
        rows = [row for row in table.rows if row["label"] == name]
        ax.plot(
            [row["share"] for row in rows],
            [row["usd"] for row in rows],
            color=COLOURS[j % 5],
            ls=LINES[j % 5],
            lw=2,
            label=name,
        )
        here = next(row for row in rows if row["equilibrium"])
        ax.plot(here["share"], here["usd"], MARKERS[j % 5], color=COLOURS[j % 5], ms=9)
        words = f"{write(here['usd'], 'usd_per_month')}, {percent(here['share'])} of buyers"
        away = (10, 10) if j == 0 else (0, -24)
        ax.annotate(
            words,
            (here["share"], here["usd"]),
            away,
            textcoords="offset points",
            fontsize=9.5,
            ha="left" if j == 0 else "center",
            **ON_WHITE,
        )
        said.append(f"{name}: {words}.")
    ax.set_xlim(0, None)
    ax.set_ylim(0, None)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda amount, _: usd(amount)))
    ax.set_xlabel("Share of buyers")
    ax.set_ylabel("Price, USD a month")
    legend_below(ax)
    return " ".join(said)
