"""Charts of the draws: chances, where they lie, what the variance rests on, the settlement zone."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator, PercentFormatter

from damages.report.charts.marks import LINES, legend_below, short_usd, usd_axis
from damages.report.picture import COLOURS, DARK, HATCHES, LIGHT, chart
from damages.report.table import Table, percent, usd


@chart()
def exceedance(table: Table, ax: Axes) -> str:
    """The chance of exceeding a sum, one curve for each line or scenario."""
    said, everything = [], [row["chance"] for row in table.rows if row["chance"] > 0]
    for j, name in enumerate(dict.fromkeys(table["label"])):
        rows = [row for row in table.rows if row["label"] == name]
        sums, chances = np.array([row["usd"] for row in rows]), np.array([row["chance"] for row in rows])
        ax.plot(sums, np.where(chances > 0, chances, np.nan), color=COLOURS[j % 5], ls=LINES[j % 5], lw=2.2, label=name)
        half = float(sums[int(np.argmax(chances <= chances.max() / 2))])
        said.append(f"{name}: the chance of any sum is {percent(float(chances.max()))}, half of it above {usd(half)}.")
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_ylim(max(min(everything, default=1e-4), max(everything, default=1.0) * 1e-4), 1.5)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda chance, _: percent(chance)))
    ax.yaxis.set_minor_locator(NullLocator())
    usd_axis(ax.xaxis, log=True)
    ax.set_xlabel("Sum, USD (logarithmic)")
    ax.set_ylabel("Chance of exceeding (logarithmic)")
    ax.grid(True, axis="both", lw=0.5)
    legend_below(ax)
    return " ".join(said)


@chart()
def distribution(table: Table, ax: Axes) -> str:
    """The distribution of the draws with a recovery: their share in each of even steps of the logarithm of the sum."""
    said = []
    for j, name in enumerate(dict.fromkeys(table["label"])):
        rows = [row for row in table.rows if row["label"] == name]
        sums, chances = np.array([row["usd"] for row in rows]), np.array([row["chance"] for row in rows])
        share = -np.diff(chances) / max(float(chances.max()), 1e-300) / np.diff(np.log10(sums))
        middle = np.sqrt(sums[:-1] * sums[1:])
        ax.fill_between(
            middle,
            share,
            step="mid",
            facecolor="white",
            alpha=0.6,
            hatch=HATCHES[j % 5],
            edgecolor=COLOURS[j % 5],
            lw=0,
        )
        ax.plot(middle, share, drawstyle="steps-mid", color=COLOURS[j % 5], ls=LINES[j % 5], lw=2, label=name)
        said.append(f"{name}: the draws with a recovery are densest near {usd(float(middle[np.argmax(share)]))}.")
    ax.set_xscale("log")
    usd_axis(ax.xaxis, log=True)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_ylim(0, None)
    ax.set_xlabel("Sum, USD (logarithmic)")
    ax.set_ylabel("Share of draws with a recovery,\nper tenfold step")
    legend_below(ax)
    ax.set_title("Distribution of the draws with a recovery" + (" (hypothetical)" if table.hypothetical else ""))
    return " ".join(said)


@chart(2.4)
def zone(table: Table, ax: Axes) -> str:
    """What the plaintiffs would accept and the defendant would pay, on one line."""
    least, most = (float(amount) for amount in table["usd"])
    exists = least <= most
    ax.barh(
        0,
        most - least,
        left=least,
        color=LIGHT if exists else "white",
        edgecolor=DARK,
        hatch="" if exists else "xx",
        height=0.4,
    )
    for amount, words, side in (
        (least, "plaintiffs would accept at least", -0.55),
        (most, "the defendant would pay at most", 0.55),
    ):
        ax.plot([amount, amount], [-0.3, 0.3], color=DARK, lw=2)
        ax.text(amount, side, f"{words}\n{usd(amount)}", ha="center", va="center", fontsize=9.5)
    spread = max(abs(most), abs(least)) or 1.0
    ax.set_xlim(min(least, most) - 0.4 * spread, max(least, most) + 0.4 * spread)
    ax.set_ylim(-0.95, 0.95)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda amount, _: short_usd(amount) if amount >= 0 else ""))
    ax.set_xlabel("USD today")
    gap = "" if exists else " There is no settlement range."
    return f"Plaintiffs would accept at least {usd(least)}; the defendant would pay at most {usd(most)}.{gap}"
