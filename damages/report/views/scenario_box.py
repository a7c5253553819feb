"""A scenario box: the few inputs, and how high or low, that go with a figure passing a sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from damages.case.lines import called, of_input
from damages.characters import capital
from damages.report.charts.chart import DARK, LIGHT, chart
from damages.report.charts.marks import along_the_range, labelled_rows
from damages.report.table import Column, Table, Words, listed, percent, usd, write
from damages.report.view import View, view
from damages.sensitivity.scenario_box import Box

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@view(Box)
def whole(found: Box) -> View:
    """The box in one sentence, and its sides."""
    return View(_words(found), _table(found), box)


def _words(box: Box) -> Words:
    """A scenario box in one sentence."""
    case = box.case
    what, sum_ = called(case, box.of), usd(box.above)
    if not box.limits:
        return Words(
            (
                f"No range of inputs separates the draws in which {what} is above {sum_} from the others: {percent(round(box.chance.value, 4))} of all draws are above it.",
            )
        )
    sides: dict[str, list[str]] = {}
    for one in box.limits:
        words = f"{'at least' if one.at_least else 'at most'} {write(one.value, case.inputs[one.name].unit)}"
        sides.setdefault(of_input(case, one.name, one.group), []).append(words)
    when = [f"“{label}” is {' and '.join(words)}" for label, words in sides.items()]
    return Words(
        (
            f"{capital(what)} is above {sum_} mostly when {listed(when)}: so are {percent(round(box.density.value, 3))} of these draws, against {percent(round(box.chance.value, 4))} of all draws. "
            f"These draws cover {percent(round(box.coverage.value, 3))} of all that are above it.",
        )
    )


def _table(box: Box) -> Table:
    """The sides of a scenario box."""
    case = box.case
    rows = [
        {
            "name": one.name,
            "label": of_input(case, one.name, one.group),
            "side": "at least" if one.at_least else "at most",
            "value": one.value,
            "level": one.level,
            "unit": case.inputs[one.name].unit,
        }
        for one in box.limits
    ]
    columns = [
        Column("label", "Input"),
        Column("side", ""),
        Column("value", "Value", "row"),
        Column("level", "Percentile of its range", "share"),
    ]
    note = (
        f"Of the draws inside, {percent(box.density.value)} are above the sum; of the draws above it, {percent(box.coverage.value)} lie inside; "
        f"of all draws, {percent(box.chance.value)} are above it. Measured on draws that were not used to fit the box."
    )
    return Table.of(case, f"When {called(case, box.of)} is more than {usd(box.above)}", columns, rows, note)


@chart(lambda rows, columns: 0.52 * rows + 1.1)
def box(table: Table, ax: Axes) -> str:
    """The part of each input's range that lies inside the box."""
    labels, said = list(dict.fromkeys(table["label"])), []
    for place, label in zip(labelled_rows(ax, labels), labels, strict=True):
        sides = [row for row in table.rows if row["label"] == label]
        low = max((row["level"] for row in sides if row["side"] == "at least"), default=0.0)
        high = min((row["level"] for row in sides if row["side"] == "at most"), default=1.0)
        ax.barh(place, 1.0, color="white", edgecolor=DARK, height=0.3, lw=0.8)
        ax.barh(place, high - low, left=low, color=LIGHT, edgecolor=DARK, hatch="///", height=0.3, lw=0.8)
        words = " and ".join(f"{row['side']} {write(row['value'], row['unit'])}" for row in sides)
        ax.text(
            (low + high) / 2,
            place,
            words,
            va="center",
            ha="center",
            fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
        said.append(f"{label}: {words}.")
    along_the_range(ax, "; hatched: inside the box")
    return " ".join(said)
