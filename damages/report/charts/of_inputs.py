"""Charts of what inputs do: parts of a variance, rank correlations, the most likely point, a scenario box, known answers."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes

from damages.report.picture import DARK, MID, chart
from damages.report.table import Table, percent


@chart(lambda rows, columns: (0.3 if rows <= 24 else 0.2) * rows + 1.1)
def agreement(table: Table, ax: Axes) -> str:
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
