"""Charts of a case at base values: steps, members, scenarios, real settlements."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes

from damages.report.charts.marks import labelled_rows, usd_axis
from damages.report.picture import COLOURS, HATCHES, LIGHT, MID, chart
from damages.report.table import Table, usd


@chart(lambda rows, columns: 0.95 * (columns - 1) + 1.4)
def scenarios(table: Table, ax: Axes) -> str:
    """The three headlines of each scenario, on a logarithmic axis."""
    columns = [column for column in table.columns if column.key != "label"]
    rows = [row for row in table.rows if row["name"] in ("pleaded_usd", "exposure_usd", "expected_usd")]
    places, said, height = labelled_rows(ax, [column.heading for column in columns]), [], 0.2
    amounts = [row[column.key] for row in rows for column in columns]
    smallest = min((amount for amount in amounts if amount > 0), default=1.0)
    for j, row in enumerate(rows):
        values = np.array([row[column.key] for column in columns], dtype=float)
        at = places + 0.24 - height * (j + 0.5)
        ax.barh(at, values, height=height * 0.9, color=COLOURS[j], hatch=HATCHES[j], edgecolor="white")
        for place, value in zip(at, values, strict=True):
            ax.text(
                max(value, smallest / 3),
                place,
                f"  {usd(value)}, {row['label'].partition(':')[0].lower()}",
                va="center",
                fontsize=9,
            )
        said.append(
            f"{row['label'].partition(':')[0]}: {', '.join(f'{c.heading} {usd(v)}' for c, v in zip(columns, values, strict=True))}."
        )
    ax.set_xscale("log")
    ax.set_xlim(smallest / 3, max(amounts) * 3_000)
    usd_axis(ax.xaxis, log=True)
    ax.set_xlabel("USD (logarithmic), at base values")
    return " ".join(said)


@chart(lambda rows, columns: 0.21 * rows + 0.9)
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
    usd_axis(ax.xaxis, log=True)
    ax.grid(True, axis="x", lw=0.5)
    ax.set_xlabel("USD per class member (logarithmic)")
    ours = [row for row in rows if row["ours"]]
    others = [row["usd"] for row in rows if not row["ours"]]
    said = f" This case: {usd(ours[0]['usd'])} expected." if ours else ""
    return f"{len(others)} settlements from {usd(min(others))} to {usd(max(others))}; the median is {usd(float(np.median(others)))}.{said}"


@chart(4.6)
def against(table: Table, ax: Axes) -> str:
    """Published figures against the model's on logarithmic axes; points on the line agree."""
    rows = [row for row in table.rows if row["published"] > 0 and row["unit"] == "cents"]
    published, ours = (np.array([row[key] for row in rows]) for key in ("published", "ours"))
    ends = [min(published.min(), ours.min()) / 3, max(published.max(), ours.max()) * 3]
    ax.plot(ends, ends, color=LIGHT, lw=1.5)
    ax.plot(published, ours, "o", mfc="none", mec=MID, ms=7, mew=1.6)
    ax.set_xscale("log")
    ax.set_yscale("log")
    usd_axis(ax.xaxis, log=True)
    usd_axis(ax.yaxis, log=True)
    ax.set_xlabel("Published, USD (logarithmic)")
    ax.set_ylabel("This model, USD (logarithmic)")
    ax.set_aspect("equal")
    agree = sum(row["holds"] == "yes" for row in rows)
    return f"{len(rows)} published sums from {usd(float(published.min()))} to {usd(float(published.max()))} against the model's: {agree} agree."
