"""The values of single inputs at which a figure reaches a sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from damages.case.lines import called
from damages.case.lines import line as line_of
from damages.report.charts.chart import DARK, MID, chart
from damages.report.charts.marks import along_the_range, labelled_rows
from damages.report.table import Column, Table, Words, listed, write
from damages.report.view import View, view
from damages.report.views.swing_bars import said_in
from damages.sensitivity.break_even import BreakEven

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@view(BreakEven)
def whole(found: BreakEven) -> View:
    """Which inputs alone bring a figure to the target, and at what values."""
    return View(_words(found), _table(found), from_base)


def _words(found: BreakEven) -> Words:
    """Which inputs alone bring a figure to a sum, and at what values."""
    case, what, reached = found.case, called(found.case, found.of), found.reached
    target = said_in(line_of(case, found.of).unit)(found.target)
    if not reached:
        return Words((f"No single input, within its range and while the others vary, brings {what} to {target}.",))
    words = [
        f"“{case.inputs[name].label}” at {' and '.join(write(value, case.inputs[name].unit) for value in values)}"
        for name, values in reached.items()
    ]
    return Words((f"While the others vary, a single input brings {what} to {target}: {listed(words, 'or')}.",))


def _table(found: BreakEven) -> Table:
    """The values of each input at which a figure reaches a sum, with where they stand in its range."""
    case = found.case
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "label": case.inputs[name].label,
            "base": shape.base,
            "value": value,
            "base_level": float(shape.law.cdf(shape.base)),
            "level": float(shape.law.cdf(value)),
            "unit": case.inputs[name].unit,
        }
        for name, values in found.values.items()
        for shape in [case.shapes[name][""]]
        for value in values
    ]
    columns = [Column("label", "Input"), Column("base", "Base value", "row"), Column("value", "Break-even", "row")]
    title = (
        f"Break-even values at which {called(case, found.of)} is {said_in(line_of(case, found.of).unit)(found.target)}"
    )
    return Table.of(case, title, columns, rows, "Each input alone, while the others vary.")


@chart(lambda rows, columns: 0.52 * rows + 1.1)
def from_base(table: Table, ax: Axes, most: int = 8) -> str:
    """How far each input alone must move from its base value for the figure to reach the sum."""
    rows, said = sorted(table.rows, key=lambda row: abs(row["level"] - row["base_level"]))[:most], []
    places = labelled_rows(ax, [row["label"] for row in rows])
    for place, row in zip(places, rows, strict=True):
        ax.plot([row["base_level"], row["level"]], [place, place], color=MID, lw=3, solid_capstyle="butt")
        ax.plot([row["base_level"]], [place], "o", mfc="white", mec=DARK, ms=7)
        ax.plot([row["level"]], [place], "D", color=DARK, ms=7)
        words = f"{write(row['value'], row['unit'])}, from {write(row['base'], row['unit'])}"
        right = row["level"] < 0.6
        at = max(row["level"], row["base_level"]) + 0.03 if right else min(row["level"], row["base_level"]) - 0.03
        ax.text(at, place, words, va="center", ha="left" if right else "right", fontsize=9)
        said.append(f"{row['label']}: {words}.")
    along_the_range(ax, ". Circle: base value; diamond: break-even")
    return " ".join(said)
