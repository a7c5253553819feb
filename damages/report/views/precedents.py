"""What happened elsewhere: published judgments worked out again, and settlements with this case among them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from damages.case.lines import cited
from damages.engine.estimate import Estimate
from damages.precedents.benchmarks import settlements_per_member, share_below
from damages.precedents.judgments import Reproduction
from damages.report.charts.chart import COLOURS, LIGHT, MID, chart
from damages.report.charts.marks import (
    usd_axis,
)
from damages.report.table import Column, Table, Words, usd
from damages.report.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def judgments(found: Sequence[Reproduction]) -> View:
    """Published figures compared with the model's."""
    return View(_agree(found), _judgments(found), _against)


def lessons(found: Sequence[Reproduction]) -> View:
    """What each judgment shows about the model."""
    return View(None, _lessons(found))


def settlements(estimate: Estimate) -> View:
    """Real settlements by USD per class member, with this case's expected value among them."""
    return View(_among(estimate), _settlements(estimate), _among_others)


def _agree(found: Sequence[Reproduction]) -> Words:
    """How many published figures the model reproduces."""
    agree = sum(one.holds for one in found)
    return Words(
        (
            f"{agree} of {len(found)} published figures of {len({one.case.name for one in found})} cases are reproduced to the cent, or to the rounding of the published figure.",
        )
    )


def _judgments(found: Sequence[Reproduction]) -> Table:
    """Published figures compared with the model's."""
    rows = [
        {
            "case": one.case.title,
            "what": one.published.what,
            "unit": "count" if one.published.line in ("claimants", "claims", "class_members_total") else "cents",
            "published": one.published.value,
            "ours": one.ours,
            "difference": one.difference,
            "within": "the cent" if one.published.within == 0.005 else f"{one.published.within:,.10g}",
            "holds": "yes" if one.holds else "NO",
            "source": cited(one.published.source),
        }
        for one in found
    ]
    columns = [
        Column("case", "Case"),
        Column("what", "Figure"),
        Column("published", "Published", "row"),
        Column("ours", "This model", "row"),
        Column("difference", "Difference", "row"),
        Column("within", "Published to"),
        Column("holds", "Agrees"),
    ]
    agree = sum(one.holds for one in found)
    return Table(
        "Published figures reproduced",
        tuple(columns),
        tuple(rows),
        f"{agree} of {len(found)} figures agree to the cent, or to the rounding of the published figure.",
    )


@chart(4.6)
def _against(table: Table, ax: Axes) -> str:
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


def _lessons(found: Sequence[Reproduction]) -> Table:
    """What each judgment shows about the model."""
    cases = {one.case.name: one.case for one in found}
    rows = [
        {"case": case.title, "docket": case.docket, "then": case.disposition, "teaches": case.teaches or ""}
        for case in cases.values()
    ]
    columns = [
        Column("case", "Case"),
        Column("docket", "Court"),
        Column("then", "Outcome"),
        Column("teaches", "What it shows"),
    ]
    return Table("What each judgment shows", tuple(columns), tuple(rows))


def _among(estimate: Estimate) -> Words:
    """Where the expected value would stand among real settlements."""
    members, known = float(np.sum(estimate.lines["pleaded_members"])), len(settlements_per_member())
    each = estimate.expected_usd / members if members else 0.0
    return Words(
        (
            f"The expected judgment is {usd(each)} per member of the class as pleaded. Of {known} settlements whose class size is known, "
            f"{round(share_below(each) * known)} paid less per member; cases that paid nothing are not in this set.",
        )
    )


def _settlements(estimate: Estimate) -> Table:
    """Real settlements by USD per class member, with this case's expected value among them."""
    rows: list[dict[str, Any]] = [
        {
            "case": outcome.case,
            "year": str(outcome.year),
            "statute": outcome.statute,
            "usd": amount,
            "members": outcome.class_size,
            "ours": False,
        }
        for outcome, amount in settlements_per_member()
    ]
    members = float(np.sum(estimate.lines["pleaded_members"]))
    rows.append(
        {
            "case": f"{estimate.case.title} (expected, this model)",
            "year": None,
            "statute": "",
            "usd": estimate.expected_usd / members if members else 0.0,
            "members": members,
            "ours": True,
        }
    )
    rows.sort(key=lambda row: row["usd"])
    columns = [
        Column("case", "Case"),
        Column("year", "Year", "text"),
        Column("statute", "Claims"),
        Column("members", "Members", "people"),
        Column("usd", "USD per member", "usd_per_member"),
    ]
    note = f"{len(rows) - 1} settlements with a known class size (params/benchmarks/settlements.csv). They settled or made news, so they are not a random sample of cases."
    return Table.of(estimate.case, "Settlements per class member", columns, rows, note)


@chart(lambda rows, columns: 0.21 * rows + 0.9)
def _among_others(table: Table, ax: Axes) -> str:
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
