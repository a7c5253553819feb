"""What moves a figure, one input at a time: the tornado and the spider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from damages.case.lines import called
from damages.case.lines import line as line_of
from damages.characters import capital
from damages.report.charts.chart import COLOURS, chart
from damages.report.charts.marks import LINES, MARKERS, legend_below, percent_axis, usd_axis
from damages.report.table import Column, Table, Words
from damages.report.view import View, view
from damages.report.views.swing_bars import TURNS, said_in, swing_bars
from damages.sensitivity.tornado import Spider, Tornado

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@view(Tornado)
def whole(found: Tornado) -> View:
    """The amounts and the questions that move a figure, the widest first."""
    return View(drivers(found), _swings(found, ("uncertain", "question")), swing_bars, _options(found))


def amounts(found: Tornado, most: int = 12) -> View:
    """The amounts alone."""
    return View(drivers(found), _swings(found, ("uncertain",)), swing_bars, {**_options(found), "most": most})


def answers(found: Tornado, most: int = 12) -> View:
    """The questions alone, from a certain no to a certain yes."""
    return View(drivers(found), _swings(found, ("question",)), swing_bars, {**_options(found), "most": most})


def _options(found: Tornado) -> dict[str, Any]:
    return {"unit": line_of(found.case, found.of).unit}


def drivers(found: Tornado) -> Words:
    """Which amount and which question move a figure most."""
    case, what = found.case, called(found.case, found.of)
    say = said_in(line_of(case, found.of).unit)
    amounts, answers = found.moved_by("uncertain"), found.moved_by("question")
    parts = []
    if amounts:
        top = amounts[0]
        low, high = sorted((top.at_low, top.at_high))
        parts.append(
            f"The amount that moves {what} most is “{case.inputs[top.name].label}”: "
            f"from {say(low)} to {say(high)} across its range, while everything else varies."
        )
    if answers:
        top = answers[0]
        parts.append(
            f"The question that moves it most is “{case.inputs[top.name].label}”: {say(top.at_low)} if the answer is certainly no, "
            f"{say(top.at_high)} if it is certainly yes."
        )
    return Words(tuple(parts) or (f"Nothing moves {what}: every input is fixed.",))


def _swings(found: Tornado, roles: tuple[str, ...]) -> Table:
    case, unit = found.case, line_of(found.case, found.of).unit
    rows = [
        {
            "name": one.name,
            "label": case.inputs[one.name].label + ("" if one.monotone else TURNS),
            "low": "no" if case.inputs[one.name].role == "question" else one.low_value,
            "high": "yes" if case.inputs[one.name].role == "question" else one.high_value,
            "at_low": one.at_low,
            "at_high": one.at_high,
            "width": one.width,
            "base": found.base,
            "unit": case.inputs[one.name].unit,
        }
        for one in found.swings
        if one.width > 0 and case.inputs[one.name].role in roles
    ]
    columns = [
        Column("label", "Input" if "uncertain" in roles else "Question"),
        Column("low", "Low", "row"),
        Column("high", "High", "row"),
        Column("at_low", "At the low end", unit),
        Column("at_high", "At the high end", unit),
        Column("width", "Swing", unit),
    ]
    notes = []
    if "uncertain" in roles:
        notes.append("Each input held at its 5th and at its 95th percentile, while everything else varies.")
    if "question" in roles and any(row["low"] == "no" for row in rows):
        notes.append("Each question from a certain no to a certain yes.")
    if any(not one.monotone for one in found.swings):
        notes.append(f"{TURNS.strip()} marks an input whose effect is not monotone.")
    title = f"Sensitivity of {called(case, found.of)}" if "uncertain" in roles else "Value of each answer"
    return Table.of(case, title, columns, rows, " ".join(notes))


@view(Spider)
def along(found: Spider) -> View:
    """A figure along each input's range."""
    line = line_of(found.case, found.of)
    return View(
        None,
        _along(found),
        spider_lines,
        {"figure": called(found.case, found.of).removeprefix("the "), "unit": line.unit},
    )


def _along(found: Spider) -> Table:
    case, keys = found.case, [str(level) for level in found.levels]
    rows: list[dict[str, Any]] = [
        {"name": name, "label": case.inputs[name].label, **dict(zip(keys, figures, strict=True))}
        for name, figures in found.figures.items()
    ]
    rows.sort(key=lambda row: -abs(row[keys[-1]] - row[keys[0]]))
    unit = line_of(case, found.of).unit
    columns = [
        Column("label", "Input"),
        *(Column(key, f"{level:.0%}", unit) for key, level in zip(keys, found.levels, strict=True)),
    ]
    what = called(case, found.of)
    return Table.of(case, f"{capital(what)} along each input's range", columns, rows)


@chart()
def spider_lines(table: Table, ax: Axes, most: int = 5, figure: str = "", unit: str = "usd") -> str:
    """A figure along each input's range, in percentiles, for the inputs that move it most."""
    levels = [column.key for column in table.columns if column.key != "label"]
    percentiles, say, said = np.array([float(level) for level in levels]), said_in(unit), []
    for j, row in enumerate(table.rows[:most]):
        figures = np.array([row[level] for level in levels])
        ax.plot(
            percentiles,
            figures,
            marker=MARKERS[j % 5],
            color=COLOURS[j % 5],
            ls=LINES[j % 5],
            lw=1.8,
            label=row["label"],
        )
        said.append(f"{row['label']}: {say(figures[0])} at the 5th percentile, {say(figures[-1])} at the 95th.")
    percent_axis(ax.xaxis)
    in_usd = unit.startswith("usd")
    if in_usd:
        usd_axis(ax.yaxis)
    ax.set_ylim(0, None)
    ax.set_xlabel("Percentile of the input's range")
    ax.set_ylabel(f"{capital(figure)}{', USD' if in_usd else ''}")
    ax.grid(True, lw=0.5)
    legend_below(ax)
    return " ".join(said)
