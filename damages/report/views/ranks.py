"""Rank correlations: plain, and with the others held fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from damages.case.lines import called, of_input
from damages.report.charts.chart import COLOURS, DARK, LIGHT, chart
from damages.report.charts.marks import labelled_rows, legend_below
from damages.report.table import Column, Table, Words, listed, percent
from damages.report.view import View, view
from damages.report.views.swing_bars import TURNS
from damages.sensitivity.ranks import Ranks

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@view(Ranks)
def whole(found: Ranks) -> View:
    """Which inputs a figure's ranks follow."""
    return View(_words(found), _table(found), correlations)


def _words(found: Ranks) -> Words:
    """Which input has the strongest rank correlation with a figure, and whether ranks can be relied on."""
    case = found.case
    if not found.rows:
        return Words((f"No input with a range reaches {called(case, found.of)}.",))
    top = found.rows[0]
    held_still = f", and {top.partial.value:.2f} with the others held fixed" if top.applies else ""
    rest = (
        "enough to rely on them."
        if found.enough
        else "too little to rely on them: use Sobol' indices or Shapley effects, which do not assume a monotone effect."
    )
    parts = [
        f"“{of_input(case, top.name, top.group)}” has the strongest rank correlation with {called(case, found.of)}: {top.plain.value:.2f}{held_still}. "
        f"Ranks explain {percent(round(found.explained.value, 3))} of the variance of its ranks, {rest}"
    ]
    tied = [of_input(case, row.name, row.group) for row in found.rows if not row.applies]
    if tied:
        parts.append(f"No partial rank correlation exists for {listed(tied)}: the other inputs determine it fully.")
    turning = [of_input(case, row.name, row.group) for row in found.rows if not row.monotone]
    if turning:
        parts.append(f"Rank correlations do not apply to {listed(turning)}, whose effect is not monotone.")
    return Words(tuple(parts))


def _table(found: Ranks) -> Table:
    """Rank correlations of the inputs with a figure, plain and partial."""
    case = found.case
    rows = [
        {
            "name": row.name,
            "label": of_input(case, row.name, row.group) + ("" if row.monotone else TURNS),
            "plain": row.plain.value,
            "partial": row.partial.value if row.applies else None,
            "error": row.partial.error,
            "unit": "times",
        }
        for row in found.rows
        if not row.applies or abs(row.partial.value) > 2 * row.partial.error
    ]
    columns = [
        Column("label", "Input"),
        Column("plain", "Rank correlation", "row"),
        Column("partial", "Others held fixed", "row"),
    ]
    note = (
        f"The inputs' ranks explain {percent(found.explained.value)} of the variance of the ranks of {called(case, found.of)}. "
        "Inputs within twice the error of zero are left out; ↕ marks an input whose effect is not monotone, which ranks understate."
    )
    return Table.of(case, f"Rank correlations with {called(case, found.of)}", columns, rows, note)


@chart(lambda rows, columns: 0.52 * rows + 1.1)
def correlations(table: Table, ax: Axes, most: int = 10) -> str:
    """Rank correlations, partial and plain, each side of zero."""
    rows, said = table.rows[:most], []
    places = labelled_rows(ax, [row["label"] for row in rows])
    ax.barh(places, [row["partial"] or 0.0 for row in rows], color=LIGHT, height=0.4, label="others held fixed")
    ax.plot([row["plain"] for row in rows], places, "D", color=COLOURS[1], ms=6, ls="", label="plain")
    for place, row in zip(places, rows, strict=True):
        partial = "none" if row["partial"] is None else f"{row['partial']:.2f}"
        ax.text(max(row["partial"] or 0.0, 0.0), place, f"  {partial}", va="center", fontsize=9)
        said.append(f"{row['label']}: {row['plain']:.2f}, with the others held fixed {partial}.")
    ax.axvline(0.0, color=DARK, lw=1, ymax=0.985)
    ax.set_xlim(-1.15, 1.15)
    ax.set_xlabel("Rank correlation, −1 to 1")
    legend_below(ax)
    return " ".join(said)
