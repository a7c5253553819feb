"""Charts of bars that several subjects share: what steps leave, one bar a row, bars by group, shares of a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from damages.report.charts.chart import COLOURS, DARK, HATCHES, LIGHT, MID, chart
from damages.report.charts.marks import (
    labelled_rows,
    percent_axis,
    short_count,
    usd_axis,
    usd_ticks,
)
from damages.report.table import Table, percent, usd, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@chart(lambda rows, columns: 0.52 * rows + 0.9)
def waterfall(table: Table, ax: Axes, key: str = "left_usd", unit: str = "usd") -> str:
    """What there is after each step: a solid bar, with what the step took hatched and what it added striped."""
    labels, left = table["label"], np.array(table[key], dtype=float)
    places = labelled_rows(ax, labels)
    before = np.concatenate([left[:1], left[:-1]])
    ax.barh(places, np.minimum(left, before), color=MID, height=0.4)
    ax.barh(
        places,
        np.maximum(before - left, 0),
        left=left,
        color="white",
        edgecolor=LIGHT,
        hatch="////",
        height=0.4,
        lw=0.8,
    )
    ax.barh(
        places,
        np.maximum(left - before, 0),
        left=before,
        color=COLOURS[2],
        edgecolor="white",
        hatch="\\\\\\",
        height=0.4,
        lw=0.8,
    )
    said = []
    for place, label, amount, previous in zip(places, labels, left, before, strict=True):
        shown = usd(amount) if unit == "usd" else write(amount, unit)
        share = percent(amount / previous) if previous else "100%"
        part = f", {share} of the step before" if share != "100%" else ""
        ax.text(max(amount, previous), place, f"  {shown}{part}", va="center", fontsize=9.5)
        said.append(f"{label}: {shown}{part}.")
    ax.set_xlim(0, float(left.max()) * 1.9 or 1)
    ax.locator_params(axis="x", nbins=6)
    ax.xaxis.set_major_formatter(usd_ticks if unit == "usd" else lambda count, _: short_count(count))
    ax.set_xlabel("USD" if unit == "usd" else "People")
    return " ".join(said)


@chart(lambda rows, columns: 0.52 * rows + 0.9)
def bars(table: Table, ax: Axes, key: str = "expected") -> str:
    """One bar for each row, its value in the column ``key`` beside it, in that column's unit."""
    column = next(column for column in table.columns if column.key == key)
    labels, amounts = table["label"], np.array(table[key], dtype=float)
    words = [usd(amount) if column.unit == "usd" else write(amount, column.unit) for amount in amounts]
    places = labelled_rows(ax, labels)
    ax.barh(places, amounts, color=MID, height=0.4)
    for place, amount, word in zip(places, amounts, words, strict=True):
        ax.text(max(amount, 0.0), place, f"  {word}", va="center", fontsize=9.5)
    ax.set_xlim(0, float(amounts.max()) * 1.3 or 1)
    ax.locator_params(axis="x", nbins=6)
    in_usd = column.unit.startswith("usd")
    ax.xaxis.set_major_formatter(usd_ticks if in_usd else lambda count, _: short_count(count))
    ax.set_xlabel(column.heading if "USD" in column.heading or not in_usd else f"{column.heading}, USD")
    return " ".join(f"{label}: {word}." for label, word in zip(labels, words, strict=True))


@chart(lambda rows, columns: 0.95 * rows + 0.9)
def by_group(table: Table, ax: Axes) -> str:
    """USD per member by theory and group, on a logarithmic axis since a floor can be fifty times a loss."""
    groups = [column for column in table.columns if column.key != "label"]
    height = 0.62 / len(groups)
    places = labelled_rows(ax, [row["label"] for row in table.rows])
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
    usd_axis(ax.xaxis, log=True)
    ax.set_xlabel("USD per member (logarithmic)")
    return " ".join(
        f"{row['label']}: {', '.join(f'{group.heading} {usd(row[group.key])}' for group in groups)}."
        for row in table.rows
    )


@chart(lambda rows, columns: 0.55 * rows + 0.9)
def shares(table: Table, ax: Axes, label: str = "kind", key: str = "share") -> str:
    """Shares of a whole as bars, with their errors."""
    labels, values, errors = table[label], np.array(table[key], dtype=float), np.array(table["error"], dtype=float)
    places = labelled_rows(ax, labels)
    ax.barh(places, values, xerr=errors, color=MID, height=0.4, error_kw={"ecolor": DARK, "capsize": 3})
    for place, value, error in zip(places, values, errors, strict=True):
        ax.text(max(value + error, 0), place, f"  {percent(value)}", va="center", fontsize=9.5)
    ax.set_xlim(min(0.0, float((values - errors).min())), max(1.0, float(values.max())) * 1.12)
    percent_axis(ax.xaxis)
    ax.set_xlabel(next(column.heading for column in table.columns if column.key == key))
    return " ".join(f"{name}: {percent(value)}." for name, value in zip(labels, values, strict=True))
