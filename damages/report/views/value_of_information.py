"""What perfect information on each input is worth to a side before it decides."""

from __future__ import annotations

from damages.case.lines import of_input
from damages.report.charts.bars import bars
from damages.report.table import Column, Table, Words, listed, usd
from damages.report.view import View, view
from damages.report.views.case_file import HOLDER_WORDS, KIND_WORDS
from damages.sensitivity.value_of_information import Information


@view(Information)
def whole(found: Information) -> View:
    """The decision on present information, and what to find out first; in words why where there is no decision."""
    if found.why_not:
        return View(Words((found.why_not,)))
    table = _table(found)
    return View(_words(found), table, bars, {"key": "worth_usd"}, table.head(10))


def _words(found: Information) -> Words:
    """What a side should do on present information, and what to find out first."""
    case = found.case
    going_on, sum_ = found.going_on_usd.value, usd(found.offer)
    if found.side == "plaintiffs":
        brings = (
            f"litigating is worth {usd(going_on)} to the plaintiffs net of its costs"
            if going_on >= 0
            else f"litigating costs the plaintiffs {usd(-going_on)} more than it yields"
        )
        choice = "litigate" if found.goes_on else f"take {sum_}" if found.offer else "drop the case"
    else:
        brings = f"litigating costs the defendant {usd(-going_on)}, including its own costs"
        choice = "litigate" if found.goes_on else f"pay {sum_}"
    side = "the plaintiffs" if found.side == "plaintiffs" else "the defendant"
    table = f"With an offer of {sum_}," if found.offer else "With no offer,"
    parts = [
        f"On average {brings}. {table} {side} would {choice}. Perfect information on every input would be worth {usd(found.everything.value)}; on the answers alone, {usd(found.questions.value)}."
    ]
    worth = [row for row in found.rows if row.shows]
    if not worth:
        return Words((*parts, "Information on one input alone would not change the choice."))
    top = worth[0]
    parts.append(
        f"The most valuable information is on “{of_input(case, top.name, top.group)}”: up to {usd(top.usd.value)}. Better evidence could come from {HOLDER_WORDS[case.inputs[top.name].holder]}."
    )
    other = "defendant" if found.side == "plaintiffs" else "plaintiffs"
    ask = [
        f"“{of_input(case, row.name, row.group)}” ({usd(row.usd.value)})"
        for row in worth
        if case.inputs[row.name].holder == other
    ][:3]
    if ask:
        parts.append(f"Discovery requests by the value of information: {listed(ask)}.")
    return Words(tuple(parts))


def _table(found: Information) -> Table:
    """What knowing each input is worth to a side, with the kind of its source and who holds better evidence."""
    case = found.case
    rows = [
        {
            "name": row.name,
            "label": of_input(case, row.name, row.group),
            "worth_usd": row.usd.value,
            "error": row.usd.error,
            "kind": KIND_WORDS[case.inputs[row.name].source.kind],
            "holder": HOLDER_WORDS[case.inputs[row.name].holder],
        }
        for row in found.rows
        if row.shows
    ]
    columns = [
        Column("label", "Input"),
        Column("worth_usd", "Value of information", "usd"),
        Column("error", "±", "usd"),
        Column("kind", "Present source"),
        Column("holder", "Better evidence from"),
    ]
    side = "plaintiffs" if found.side == "plaintiffs" else "the defendant"
    note = (
        "Expected value of perfect information before choosing between the offer and litigating: the most to pay for it. "
        "Information that would change no choice is worth nothing and is left out; values do not add up."
    )
    return Table.of(case, f"Value of information to {side}, at an offer of {usd(found.offer)}", columns, rows, note)
