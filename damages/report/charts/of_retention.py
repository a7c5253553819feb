"""Charts of how long subscribers stay: survival with its forecast, and the flow through a class period."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from damages.report.charts.marks import legend_below, short_count
from damages.report.picture import COLOURS, DARK, HATCHES, LIGHT, MID, chart, figure_of
from damages.report.table import Table, percent, write


@chart()
def retention(table: Table, ax: Axes) -> str:
    """The share of a cohort still subscribed after each renewal: counts, model, and forecast interval."""
    model = np.array(table["model"])
    ax.fill_between(
        table["renewal"], table["low"], table["high"], facecolor=LIGHT, alpha=0.5, lw=0, label="model, 95% interval"
    )
    ax.plot(table["renewal"], model, color=DARK, lw=1.8, label="model")
    said = []
    for used, fill, words in (
        ("fitted", DARK, "counts it was fitted to"),
        ("holdout", "white", "counts not used in the fit"),
    ):
        rows = [row for row in table.rows if row["used"] == used]
        if not rows:
            continue
        ax.plot(
            [row["renewal"] for row in rows],
            [row["observed"] for row in rows],
            "o" if used == "fitted" else "D",
            mfc=fill,
            mec=DARK,
            ms=6,
            label=words,
        )
        worst = max(abs(row["observed"] - row["model"]) for row in rows)
        said.append(f"The {words} lie within {percent(worst).removesuffix('%')} percentage points of the model.")
    last = table.rows[-1]
    ax.annotate(
        percent(last["model"]), (last["renewal"], last["model"]), (0, 9), textcoords="offset points", ha="center"
    )
    ax.set_ylim(0, 1.04)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel("Renewals")
    ax.set_ylabel("Share of the cohort still subscribed")
    legend_below(ax)
    return (
        f"The model retains {percent(float(model[1]))} after the first renewal and {percent(last['model'])} after renewal {last['renewal']}. "
        + " ".join(said)
    )


@chart(4.8)
def flow(table: Table, ax: Axes) -> str:
    """Subscribers at the start of each month above, those who joined and left in it below."""
    months, stock, joined, left = (np.array(table[key], dtype=float) for key in ("month", "stock", "joined", "left"))
    people = FuncFormatter(lambda count, _: short_count(abs(count)))
    ax.plot(months, stock, color=DARK, lw=2, marker="o", ms=3.5)
    for i, side in ((0, "left"), (-1, "right")):
        ax.annotate(short_count(stock[i]), (months[i], stock[i]), (0, 7), textcoords="offset points", ha=side)
    ax.set_ylim(0, float(stock.max()) * 1.2)
    ax.yaxis.set_major_formatter(people)
    ax.set_ylabel("Subscribers at\nits start, people")
    ax.tick_params(labelbottom=False)
    whole = ax.get_subplotspec()
    assert whole is not None  # a chart's Axes is always a subplot
    parts = whole.subgridspec(2, 1, height_ratios=(1, 0.9))
    ax.set_subplotspec(parts[0])
    below = figure_of(ax).add_subplot(parts[1], sharex=ax)
    below.bar(months, joined, color=MID, width=0.8, label="joined")
    below.bar(months, -left, color="white", edgecolor=COLOURS[1], hatch=HATCHES[1], width=0.8, label="left")
    below.axhline(0, color=DARK, lw=1)
    most = float(max(joined.max(), left.max())) or 1.0
    below.set_ylim(-most * 1.45, most * 1.45)
    for height, words in ((1.12, "joined"), (-1.35, "left")):
        below.text(months[0] - 0.4, most * height, words, fontsize=10)
    below.yaxis.set_major_formatter(people)
    below.xaxis.set_major_locator(MaxNLocator(integer=True))
    below.set_ylabel("In the month,\npeople")
    below.set_xlabel("Month of the class period")
    return (
        f"Over {len(months)} months the number of subscribers goes from {write(stock[0], 'people')} to {write(stock[-1], 'people')}; "
        f"{write(float(joined.sum()), 'people')} joined and {write(float(left.sum()), 'people')} left."
    )
