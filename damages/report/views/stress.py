"""What must be true for a figure to pass a sum: the most likely point, and one input alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from damages.case.lines import called, of_input
from damages.report.charts.chart import DARK, MID, chart
from damages.report.charts.marks import along_the_range, labelled_rows
from damages.report.table import Column, Table, Words, listed, percent, usd, write
from damages.report.view import View, view
from damages.sensitivity.stress import Stress

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NEAR = 0.05  # of a standard normal score: an input this near its median is left out


@view(Stress)
def whole(found: Stress) -> View:
    """The most likely way to the sum."""
    return View(_words(found), _table(found), along_each_range)


def _words(stress: Stress) -> Words:
    """What must be true for a figure to pass a sum, in one paragraph."""
    case = stress.case
    what, sum_ = called(case, stress.of), usd(stress.above)
    chance = f"The draws pass {sum_} with a chance of {percent(round(stress.chance.value, 4))}."
    if not stress.point:
        return Words(
            (
                f"No combination of inputs within their ranges takes {what} across {sum_}; at the medians it is {usd(stress.at_medians)}. {chance}",
            )
        )
    most = max(abs(one.score) for one in stress.point)
    leading = [one for one in stress.point if abs(one.score) > most / 4][:4]
    words = [
        f"“{of_input(case, one.name, one.group)}” is at {write(one.value, case.inputs[one.name].unit)} (median {write(one.median, case.inputs[one.name].unit)})"
        for one in leading
    ]
    verb = "fall to" if stress.passes_at_medians else "pass"
    parts = [
        f"With every input at its median, {what} is {usd(stress.at_medians)}. The most likely way for it to {verb} {sum_}: {listed(words)}. {chance}"
    ]
    alone = [
        f"“{case.inputs[name].label}” at {' or '.join(write(value, case.inputs[name].unit) for value in values)}"
        for name, values in stress.alone.items()
    ]
    parts.append(
        f"One input alone, while the others vary, is enough on average: {listed(alone, 'or')}."
        if alone
        else "No single input is enough on average while the others vary."
    )
    return Words(tuple(parts))


def _table(stress: Stress) -> Table:
    """The most likely point at which a figure reaches a sum, and where each input alone would take it there."""
    case = stress.case
    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            "label": of_input(case, one.name, one.group),
            "median": one.median,
            "value": one.value,
            "level": one.level,
            "alone": " and ".join(write(value, case.inputs[one.name].unit) for value in stress.alone.get(one.name, []))
            or "never",
            "unit": case.inputs[one.name].unit,
        }
        for one in stress.point
        if abs(one.score) >= NEAR
    ]
    columns = [
        Column("label", "Input"),
        Column("median", "Median", "row"),
        Column("value", "At the most likely point", "row"),
        Column("level", "Percentile there", "share"),
        Column("alone", "Alone, while the others vary"),
    ]
    what = "falls to" if stress.passes_at_medians else "reaches"
    note = (
        "The design point: of all points that reach the sum, the one nearest to the medians in standard normal scores; "
        "inputs that stay near their medians are left out."
    )
    return Table.of(
        case,
        f"Most likely point at which {called(case, stress.of)} {what} {usd(stress.above)}",
        columns,
        rows,
        note,
    )


@chart(lambda rows, columns: 0.52 * rows + 1.1)
def along_each_range(table: Table, ax: Axes, most: int = 8) -> str:
    """How far along its range each input stands at the most likely point; the middle is its median."""
    rows, said = table.rows[:most], []
    places = labelled_rows(ax, [row["label"] for row in rows])
    for place, row in zip(places, rows, strict=True):
        ax.plot([0.5, row["level"]], [place, place], color=MID, lw=3, solid_capstyle="butt")
        ax.plot([row["level"]], [place], "o", color=DARK, ms=8)
        words = f"{write(row['value'], row['unit'])}, the {percent(round(row['level'], 3))} point"
        # On the other side of the median, where the bar does not run.
        side = "right" if row["level"] >= 0.5 else "left"
        ax.text(0.48 if side == "right" else 0.52, place, words, va="center", ha=side, fontsize=9)
        said.append(f"{row['label']}: {words} of its range.")
    ax.axvline(0.5, color=DARK, lw=1, ymax=0.985, ls="--")
    along_the_range(ax, "; dashed: its median")
    return " ".join(said)
