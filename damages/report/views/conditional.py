"""A figure given each input, while everything else varies: its mean, a percentile, or its chance to pass a sum."""

from __future__ import annotations

from typing import Any

from damages.case.lines import called, of_input
from damages.case.lines import line as line_of
from damages.characters import capital
from damages.report.table import Column, Table, Words, listed, percent, usd
from damages.report.view import View, view
from damages.report.views.swing_bars import TURNS, said_in, swing_bars
from damages.sensitivity.conditional import Conditional


@view(Conditional)
def whole(found: Conditional) -> View:
    """What moves a figure most when everything varies."""
    unit = line_of(found.case, found.of).unit if found.above is None else "share"
    options = {"most": 10, "base_words": "all draws", "unit": unit}
    return View(_moves(found), _table(found), swing_bars, options)


def _moves(found: Conditional) -> Words:
    """What moves a figure most when everything varies, and which inputs turn or show no effect."""
    case, line, above, level, rows = found.case, found.of, found.above, found.level, found.rows
    moving = [one for one in rows if one.direction]
    what = called(case, line)
    figure = f"the mean of {what}" if level is None else f"the {level:g} quantile of {what}"
    unit = line_of(case, line).unit
    say = percent if above is not None else said_in(unit)
    first = ""
    if above is not None:
        figure = f"the chance that {what} is more than {usd(above)}"
        if rows:
            first = f"{capital(figure)} is {percent(rows[0].whole.value)}. "
    if not moving:
        return Words((f"{first}No input moves {figure} beyond the Monte Carlo error.",))
    top = moving[0]
    asked = case.inputs[top.name].role == "question"
    ends = (
        ("if the answer is no", "if it is yes") if asked else ("in the lowest twentieth of its range", "in the highest")
    )
    parts = [
        f"{first}With all other inputs varying, {'it' if first else figure} depends most on “{of_input(case, top.name, top.group)}”: "
        f"{say(top.at_low.value)} {ends[0]}, {say(top.at_high.value)} {ends[1]}."
    ]
    turning = [of_input(case, one.name, one.group) for one in moving if one.direction == "turns"]
    if turning:
        parts.append(f"The effect of {listed(turning)} is not monotone: the ends of the range understate it.")
    still = len(rows) - len(moving)
    if still:
        parts.append(f"{still} of {len(rows)} inputs that could matter show no effect beyond the Monte Carlo error.")
    return Words(tuple(parts))


def _table(found: Conditional) -> Table:
    """Inputs whose bins do not differ beyond the error of the draws are left out."""
    case, line, above, level = found.case, found.of, found.above, found.level
    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            "label": of_input(case, one.name, one.group) + (TURNS if one.direction == "turns" else ""),
            "low": "no" if case.inputs[one.name].role == "question" else one.middles[0],
            "high": "yes" if case.inputs[one.name].role == "question" else one.middles[-1],
            "at_low": one.at_low.value,
            "at_high": one.at_high.value,
            "error": max(one.at_low.error, one.at_high.error),
            "width": one.width,
            "share": one.share.value if one.share else None,
            "base": one.whole.value,
            "unit": case.inputs[one.name].unit,
        }
        for one in found.rows
        if one.direction
    ]
    unit = line_of(case, line).unit if above is None else "share"
    columns = [
        Column("label", "Input"),
        Column("low", "Low", "row"),
        Column("high", "High", "row"),
        Column("at_low", "At the low end", unit),
        Column("at_high", "At the high end", unit),
        Column("error", "±", unit),
        Column("width", "Swing", unit),
        *([Column("share", "First-order share of the variance", "share")] if level is None else []),
    ]
    what = called(case, line)
    title = f"Sensitivity of the mean of {what}, from the draws"
    if above is not None:
        title = f"Sensitivity of the chance that {what} is above {usd(above)}"
    elif level is not None:
        title = f"Sensitivity of the {level:g} quantile of {what}, from the draws"
    note = (
        "Draws in the lowest and the highest twentieth of the input's values, with all other inputs varying; "
        "for a question, answered no and yes. ↕ marks an input whose effect is not monotone."
    )
    return Table.of(case, title, columns, rows, note)
