"""Sobol' indices: what each input carries alone, and including interactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from damages.case.lines import called
from damages.report.charts.chart import DARK, LIGHT, MID, chart
from damages.report.charts.marks import labelled_rows, legend_below, percent_axis
from damages.report.table import Column, Table, Words, percent
from damages.report.view import View, view
from damages.sensitivity.sobol import Sobol

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEAST = 1e-4  # of a variance: inputs that carry less are counted, not listed


@view(Sobol)
def whole(found: Sobol) -> View:
    """The indices, or in words why there are none."""
    return View(_words(found), _table(found) if found.indices.rows else None, variance)


def _words(found: Sobol) -> Words:
    """How much inputs carry alone and together; why some estimates are below zero; or why there are none."""
    case, indices = found.case, found.indices
    if indices.why_not:
        return Words((indices.why_not,))
    what, top = called(case, found.of), indices.rows[0]
    together = 1.0 - indices.additive
    parts = [
        f"First-order effects explain {percent(round(indices.additive, 3))} of the variance of {what}; interactions explain {percent(round(together, 3))}. "
        f"“{case.inputs[top.name].label}” explains {percent(round(top.first.value, 3))} alone and {percent(round(top.total.value, 3))} including interactions."
    ]
    if together > 0.5:
        parts.append("Interactions dominate, so first-order effects alone understate what an input does.")
    if indices.negative:
        count = len(indices.negative)
        parts.append(
            f"{count} {'input has an estimate' if count == 1 else 'inputs have estimates'} below zero. An index cannot be negative: the true value lies within the Monte Carlo error "
            "of zero, and the estimate is shown as computed."
        )
    return Words(tuple(parts))


def _table(found: Sobol) -> Table:
    """First-order and total Sobol' indices of the inputs that reach a figure."""
    case, indices = found.case, found.indices
    rows = [
        {
            "name": row.name,
            "label": case.inputs[row.name].label,
            "first": row.first.value,
            "first_error": row.first.error,
            "total": row.total.value,
            "total_error": row.total.error,
            "interaction": row.interaction,
        }
        for row in indices.rows
        if row.total.value >= LEAST or abs(row.first.value) >= LEAST
    ]
    columns = [
        Column("label", "Input"),
        Column("first", "Alone", "share"),
        Column("first_error", "±", "share"),
        Column("total", "Including interactions", "share"),
        Column("total_error", "±", "share"),
        Column("interaction", "From interactions", "share"),
    ]
    note = (
        f"Sobol' indices: the part of the variance of {called(case, found.of)} that would go if the input were known (first-order), "
        "and the part that would remain if all others were (total, including interactions). "
        f"{len(indices.rows) - len(rows)} inputs contribute less than {percent(LEAST)} and are left out."
    )
    return Table.of(case, f"First-order and total indices of {called(case, found.of)}", columns, rows, note)


@chart(lambda rows, columns: 0.52 * rows + 1.1)
def variance(table: Table, ax: Axes, most: int = 10) -> str:
    """Sobol' indices: each input's first-order index within its total index."""
    rows, said = table.rows[:most], []
    places = labelled_rows(ax, [row["label"] for row in rows])
    for key, colour, hatch, height, words in (
        ("total", LIGHT, "", 0.44, "including interactions"),
        ("first", MID, "///", 0.26, "alone"),
    ):
        values, errors = (np.array([row[name] for row in rows]) for name in (key, f"{key}_error"))
        ax.barh(
            places,
            values,
            xerr=errors,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            height=height,
            lw=0.5,
            label=words,
            error_kw={"ecolor": DARK, "capsize": 2, "lw": 1},
        )
    for place, row in zip(places, rows, strict=True):
        words = f"{percent(row['first'])} alone, {percent(row['total'])} in all"
        ax.text(max(row["total"] + row["total_error"], 0.0), place, f"  {words}", va="center", fontsize=9)
        said.append(f"{row['label']}: {words}.")
    ax.set_xlim(min(0.0, *(row["first"] for row in rows)), max(row["total"] for row in rows) * 1.6 or 1.0)
    percent_axis(ax.xaxis)
    ax.set_xlabel("Share of the variance; lines: 95% intervals")
    legend_below(ax)
    return " ".join(said)
