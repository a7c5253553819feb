"""Tables → charts. Each function takes a table, draws it, and returns the Axes; none shows anything.

Every chart has labelled axes with units, values written beside what they belong to, and alt text
worked out from the same table. Nothing is told by colour alone.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter, PercentFormatter

from damages.report.picture import COLOURS, DARK, HATCHES, LIGHT, MID, chart
from damages.report.table import Table, percent, usd, write

LINES = ("-", "--", "-.", ":", (0, (5, 1)))
MARKERS = "os^Dv"


def short_usd(amount: float) -> str:
    """Dollars in as few characters as a tick or a cell holds.

    >>> short_usd(1_250_000), short_usd(10_000_000), short_usd(17.17)
    ('$1.25M', '$10M', '$17.2')
    """
    for one, word in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(amount) >= one * 0.9995:
            return f"${amount / one:.3g}{word}"
    return f"${amount:.3g}"


def _short_count(count: float) -> str:
    return short_usd(count).removeprefix("$")


USD_TICKS = FuncFormatter(lambda amount, _: short_usd(amount))


def _usd_axis(axis: Any, log: bool = False) -> None:
    axis.set_major_formatter(USD_TICKS)
    if log:
        axis.set_minor_formatter(NullFormatter())


_ON_WHITE: Any = {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.8}}


def _rows(ax: Axes, labels: Sequence[str]) -> np.ndarray:
    """One band for each label, the label written above its bars; returns the bands' upper bar places, the first on top."""
    places = np.arange(len(labels))[::-1] * 1.0
    for place, label in zip(places, labels, strict=True):
        words = textwrap.shorten(label, 74, placeholder=" …")
        ax.annotate(words, (0, place + 0.29), xycoords=("axes fraction", "data"), va="center", fontsize=10, zorder=5, **_ON_WHITE)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_ylim(-0.45, len(labels) - 0.45)
    return places - 0.1


def _legend_below(ax: Axes) -> None:
    """The legend under the chart, where it hides nothing and has the whole width."""
    ax.figure.legend(*ax.get_legend_handles_labels(), loc="outside lower left", fontsize=9.5)


@chart(rows=0.72)
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
        ax.text(-0.03, place - 0.5, f"{(second - first).days:,} days", ha="right", va="center", fontsize=9, color="#555555")
    ax.set_xlim(-0.3, 1)
    ax.set_ylim(-0.6, len(dates) - 0.4)
    ax.axis("off")
    return " ".join(f"{date}: {event}." for date, event in zip(dates, events, strict=True))


@chart(rows=0.52)
def waterfall(table: Table, ax: Axes, key: str = "left_usd", unit: str = "usd") -> str:
    """What there is after each step: a solid bar, with what the step took hatched and what it added striped."""
    labels, left = table["label"], np.array(table[key], dtype=float)
    places = _rows(ax, labels)
    before = np.concatenate([left[:1], left[:-1]])
    ax.barh(places, np.minimum(left, before), color=MID, height=0.4)
    ax.barh(places, np.maximum(before - left, 0), left=left, color="white", edgecolor=LIGHT, hatch="////", height=0.4, lw=0.8)
    ax.barh(places, np.maximum(left - before, 0), left=before, color=COLOURS[2], edgecolor="white", hatch="...", height=0.4, lw=0.8)
    said = []
    for place, label, amount, previous in zip(places, labels, left, before, strict=True):
        shown = usd(amount) if unit == "usd" else write(amount, unit)
        share = percent(amount / previous) if previous else "100%"
        part = f", {share} of the step before" if share != "100%" else ""
        ax.text(max(amount, previous), place, f"  {shown}{part}", va="center", fontsize=9.5)
        said.append(f"{label}: {shown}{part}.")
    ax.set_xlim(0, float(left.max()) * 1.9 or 1)
    ax.locator_params(axis="x", nbins=6)
    ax.xaxis.set_major_formatter(USD_TICKS if unit == "usd" else FuncFormatter(lambda count, _: _short_count(count)))
    ax.set_xlabel("USD" if unit == "usd" else "People")
    return " ".join(said)


@chart(rows=0.95)
def per_member(table: Table, ax: Axes) -> str:
    """USD per member by theory and group, on a logarithmic axis since a floor can be fifty times a loss."""
    groups = [column for column in table.columns if column.key != "label"]
    height = 0.62 / len(groups)
    places = _rows(ax, [row["label"] for row in table.rows])
    amounts = [row[group.key] for row in table.rows for group in groups]
    smallest = min((amount for amount in amounts if amount > 0), default=1.0)
    for j, group in enumerate(groups):
        values = np.array([row[group.key] for row in table.rows], dtype=float)
        at = places + 0.24 - height * (j + 0.5)
        ax.barh(at, values, height=height * 0.9, color=COLOURS[j % 5], hatch=HATCHES[j % 5], edgecolor="white")
        for place, value in zip(at, values, strict=True):
            ax.text(max(value, smallest / 2), place, f"  {usd(value)}, {group.heading}", va="center", fontsize=9)
    ax.set_xscale("log")
    ax.set_xlim(smallest / 2, max(*amounts, smallest) * 60)
    _usd_axis(ax.xaxis, log=True)
    ax.set_xlabel("USD per member (logarithmic)")
    return " ".join(f"{row['label']}: {', '.join(f'{group.heading} {usd(row[group.key])}' for group in groups)}." for row in table.rows)


@chart()
def exceedance(table: Table, ax: Axes) -> str:
    """The chance of more than a sum, one curve for each line or scenario."""
    said, everything = [], [row["chance"] for row in table.rows if row["chance"] > 0]
    for j, name in enumerate(dict.fromkeys(table["label"])):
        rows = [row for row in table.rows if row["label"] == name]
        sums, chances = np.array([row["usd"] for row in rows]), np.array([row["chance"] for row in rows])
        ax.plot(sums, np.where(chances > 0, chances, np.nan), color=COLOURS[j % 5], ls=LINES[j % 5], lw=2.2, label=name)
        half = float(sums[int(np.argmax(chances <= chances.max() / 2))])
        said.append(f"{name}: the chance of any sum is {percent(float(chances.max()))}; half of that for more than {usd(half)}.")
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_ylim(max(min(everything, default=1e-4), max(everything, default=1.0) * 1e-4), 1.5)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda chance, _: percent(chance)))
    ax.yaxis.set_minor_formatter(NullFormatter())
    _usd_axis(ax.xaxis, log=True)
    ax.set_xlabel("Sum, USD (logarithmic)")
    ax.set_ylabel("Chance of more (logarithmic)")
    ax.grid(True, axis="both", lw=0.5)
    _legend_below(ax)
    return " ".join(said)


@chart()
def distribution(table: Table, ax: Axes) -> str:
    """Where the draws that pay lie: their share in each of even steps of the logarithm of the sum."""
    said = []
    for j, name in enumerate(dict.fromkeys(table["label"])):
        rows = [row for row in table.rows if row["label"] == name]
        sums, chances = np.array([row["usd"] for row in rows]), np.array([row["chance"] for row in rows])
        share = -np.diff(chances) / max(float(chances.max()), 1e-300) / np.diff(np.log10(sums))
        middle = np.sqrt(sums[:-1] * sums[1:])
        ax.fill_between(middle, share, step="mid", facecolor="white", alpha=0.6, hatch=HATCHES[j % 5], edgecolor=COLOURS[j % 5], lw=0)
        ax.plot(middle, share, drawstyle="steps-mid", color=COLOURS[j % 5], ls=LINES[j % 5], lw=2, label=name)
        said.append(f"{name}: the draws that pay lie most densely near {usd(float(middle[np.argmax(share)]))}.")
    ax.set_xscale("log")
    _usd_axis(ax.xaxis, log=True)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_ylim(0, None)
    ax.set_xlabel("Sum, USD (logarithmic)")
    ax.set_ylabel("Share of the draws that pay,\nper tenfold step")
    _legend_below(ax)
    ax.set_title("Where the draws that pay lie" + (" (hypothetical)" if table.hypothetical else ""))
    return " ".join(said)


@chart(rows=0.52)
def tornado(table: Table, ax: Axes, most: int = 12) -> str:
    """How far each input moves a figure from its base value, the widest on top."""
    rows = table.rows[:most]
    places = _rows(ax, [row["label"] for row in rows])
    base = rows[0]["base_usd"] if rows else 0.0
    said = []
    for place, row in zip(places, rows, strict=True):
        for end, colour, hatch in (("low", COLOURS[1], "///"), ("high", COLOURS[0], "")):
            ax.barh(place, row[f"usd_at_{end}"] - base, left=base, color=colour, hatch=hatch, edgecolor="white", height=0.4, lw=0.5)
        unit = row["unit"]
        low, high = (row[end] if isinstance(row[end], str) else write(_middle(row[end]), unit) for end in ("low", "high"))
        words = f"{usd(row['usd_at_low'])} at {low}, {usd(row['usd_at_high'])} at {high}"
        ax.text(max(row["usd_at_low"], row["usd_at_high"], base), place, f"  {words}", va="center", fontsize=9)
        said.append(f"{row['label']}: {words}.")
    ax.axvline(base, color=DARK, lw=1, ymax=0.985)
    ax.set_xlim(0, max((max(row["usd_at_low"], row["usd_at_high"]) for row in rows), default=1.0) * 1.75)
    ax.locator_params(axis="x", nbins=6)
    _usd_axis(ax.xaxis)
    ax.set_xlabel(f"USD; the line is the base value, {usd(base)}. Hatched: the input at its low end")
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
        ax.plot(across, figures, marker=MARKERS[j % 5], color=COLOURS[j % 5], ls=LINES[j % 5], lw=1.8, label=row["label"])
        said.append(f"{row['label']}: {usd(figures[0])} at the 5th percentile, {usd(figures[-1])} at the 95th.")
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    _usd_axis(ax.yaxis)
    ax.set_ylim(0, None)
    ax.set_xlabel("Percentile of the input's range")
    ax.set_ylabel("Expected judgment, USD")
    ax.grid(True, lw=0.5)
    _legend_below(ax)
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


@chart()
def scenarios(table: Table, ax: Axes) -> str:
    """The three headlines of each scenario, on a logarithmic axis."""
    columns = [column for column in table.columns if column.key != "label"]
    rows = [row for row in table.rows if row["name"] in ("pleaded_usd", "exposure_usd", "expected_usd")]
    ax.figure.set_size_inches(ax.figure.get_figwidth(), 0.95 * len(columns) + 1.4)
    places, said, height = _rows(ax, [column.heading for column in columns]), [], 0.2
    amounts = [row[column.key] for row in rows for column in columns]
    smallest = min((amount for amount in amounts if amount > 0), default=1.0)
    for j, row in enumerate(rows):
        values = np.array([row[column.key] for column in columns], dtype=float)
        at = places + 0.24 - height * (j + 0.5)
        ax.barh(at, values, height=height * 0.9, color=COLOURS[j], hatch=HATCHES[j], edgecolor="white")
        for place, value in zip(at, values, strict=True):
            ax.text(max(value, smallest / 3), place, f"  {usd(value)}, {row['label'].partition(':')[0].lower()}", va="center", fontsize=9)
        said.append(f"{row['label'].partition(':')[0]}: {', '.join(f'{c.heading} {usd(v)}' for c, v in zip(columns, values, strict=True))}.")
    ax.set_xscale("log")
    ax.set_xlim(smallest / 3, max(amounts) * 3_000)
    _usd_axis(ax.xaxis, log=True)
    ax.set_xlabel("USD (logarithmic), at base values")
    return " ".join(said)


@chart(rows=0.55)
def shares(table: Table, ax: Axes, label: str = "kind", key: str = "share") -> str:
    """Shares of a whole as bars, with their errors."""
    labels, values, errors = table[label], np.array(table[key], dtype=float), np.array(table["error"], dtype=float)
    places = _rows(ax, labels)
    ax.barh(places, values, xerr=errors, color=MID, height=0.4, error_kw={"ecolor": DARK, "capsize": 3})
    for place, value, error in zip(places, values, errors, strict=True):
        ax.text(max(value + error, 0), place, f"  {percent(value)}", va="center", fontsize=9.5)
    ax.set_xlim(min(0.0, float((values - errors).min())), max(1.0, float(values.max())) * 1.12)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel("Share of the variance")
    return " ".join(f"{name}: {percent(value)}." for name, value in zip(labels, values, strict=True))


@chart(rows=0.21)
def benchmarks(table: Table, ax: Axes) -> str:
    """USD per class member in real settlements, with this case among them, on a logarithmic axis."""
    rows = table.rows
    places = np.arange(len(rows))[::-1]
    ax.set_yticks(places, [textwrap.shorten(row["case"], 46, placeholder=" …") for row in rows], fontsize=8.5)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.8, len(rows) - 0.2)
    for place, row in zip(places, rows, strict=True):
        at, ours = max(row["usd"], 1e-6), row["ours"]
        ax.plot(at, place, marker="D" if ours else "o", color=COLOURS[1] if ours else MID, ms=8 if ours else 5)
        ax.text(at * 1.6, place, usd(row["usd"]), va="center", fontsize=8.5, fontweight="bold" if ours else "normal")
    positive = [row["usd"] for row in rows if row["usd"] > 0]
    ax.set_xscale("log")
    ax.set_xlim(min(positive) / 2, max(positive) * 30)
    _usd_axis(ax.xaxis, log=True)
    ax.grid(True, axis="x", lw=0.5)
    ax.set_xlabel("USD per class member (logarithmic)")
    ours = [row for row in rows if row["ours"]]
    others = [row["usd"] for row in rows if not row["ours"]]
    said = f" This case: {usd(ours[0]['usd'])} expected." if ours else ""
    return f"{len(others)} settlements from {usd(min(others))} to {usd(max(others))}; half paid less than {usd(float(np.median(others)))}.{said}"


@chart()
def zone(table: Table, ax: Axes) -> str:
    """What the plaintiffs would take and the defendant would give, on one line."""
    ax.figure.set_size_inches(ax.figure.get_figwidth(), 2.4)
    least, most = (float(amount) for amount in table["usd"])
    exists = least <= most
    ax.barh(0, most - least, left=least, color=LIGHT if exists else "white", edgecolor=DARK, hatch="" if exists else "xx", height=0.4)
    for amount, words, side in ((least, "plaintiffs would take at least", -0.55), (most, "the defendant would give at most", 0.55)):
        ax.plot([amount, amount], [-0.3, 0.3], color=DARK, lw=2)
        ax.text(amount, side, f"{words}\n{usd(amount)}", ha="center", va="center", fontsize=9.5)
    spread = max(abs(most), abs(least)) or 1.0
    ax.set_xlim(min(least, most) - 0.4 * spread, max(least, most) + 0.4 * spread)
    ax.set_ylim(-0.95, 0.95)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda amount, _: short_usd(amount) if amount >= 0 else ""))
    ax.set_xlabel("USD today")
    gap = "" if exists else " There is no zone between them."
    return f"Plaintiffs would take at least {usd(least)}; the defendant would give at most {usd(most)}.{gap}"
