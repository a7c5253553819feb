"""Known answers beside the library's own."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from damages.precedents.known_answers import Check
from damages.report.charts.chart import DARK, MID, chart
from damages.report.table import Column, Table, Words, listed, percent
from damages.report.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def agreement(checks: Sequence[Check], *groups: str) -> View:
    """Each known answer compared with the library's figure; for some groups, or for all with how many agree."""
    return View(None if groups else _count(checks), _figures(checks, *groups), _differences)


def _count(checks: Sequence[Check]) -> Words:
    """How many known answers the library reproduces, and which it does not."""
    agree = sum(check.holds for check in checks)
    groups = list(dict.fromkeys(check.group for check in checks))
    failed = [check.what for check in checks if not check.holds]
    parts = [f"{agree} of {len(checks)} figures agree with what is known, in {len(groups)} groups: {listed(groups)}."]
    return Words((*parts, f"These do not agree: {listed(failed)}.") if failed else tuple(parts))


def _figures(checks: Sequence[Check], *groups: str) -> Table:
    """Each known answer compared with the library's figure; for some groups, or all."""
    rows = tuple(
        {
            "group": check.group,
            "label": check.what,
            "known": check.known,
            "ours": check.ours,
            "difference": check.ours - check.known,
            "within": check.within,
            "holds": "yes" if check.holds else "no",
            "source": check.source,
        }
        for check in checks
        if not groups or check.group in groups
    )
    columns = (
        Column("label", "What"),
        Column("known", "Known", "figure"),
        Column("ours", "Ours", "figure"),
        Column("difference", "Difference", "figure"),
        Column("within", "Tolerance", "figure"),
        Column("holds", "Holds"),
        Column("source", "Source"),
    )
    return Table("; ".join(groups) or "Known answers", columns, rows)


@chart(lambda rows, columns: (0.3 if rows <= 24 else 0.2) * rows + 1.1)
def _differences(table: Table, ax: Axes) -> str:
    """Each figure's difference from the known value, as a share of the tolerance; figures inside the band agree."""
    places = np.arange(len(table.rows))[::-1]
    parts = np.array([row["difference"] / row["within"] for row in table.rows])
    ax.axvspan(-1.0, 1.0, color="#e8eef4")
    ax.axvline(0.0, color=DARK, lw=1)
    ax.plot(parts, places, "o", color=MID, ms=6)
    for place, row in zip(places, table.rows, strict=True):
        ax.text(-3.1, place, textwrap.shorten(row["label"], 62, placeholder=" …"), va="center", fontsize=8.5)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xlim(-3.1, max(1.2, float(np.abs(parts).max()) * 1.05))
    ax.set_xticks([-1, 0, 1], ["−all", "none", "all"])
    ax.set_xlabel("Difference, as a share of the tolerance")
    held = sum(row["holds"] == "yes" for row in table.rows)
    return f"{held} of {len(table.rows)} figures are within tolerance; the largest difference uses {percent(round(float(np.abs(parts).max()), 2))} of it."
