"""How many people the class has: from those who subscribed to those who can recover, and the time to sue."""

from __future__ import annotations

import numpy as np

from damages.case.lines import line
from damages.case.schema import Case
from damages.engine.estimate import Estimate
from damages.reader.words import references
from damages.report.charts.bars import waterfall
from damages.report.table import Column, Table, Words, write
from damages.report.view import View
from damages.report.views import case_file


def size(estimate: Estimate) -> View:
    """The people at each step, from the subscribers on one day to the class."""
    table = _steps(estimate)
    drawn = table.without_rows("people_at_start")
    return View(_words(estimate), table, waterfall, {"key": "total", "unit": "people"}, drawn)


def timely(case: Case) -> View:
    """For each theory with a limitation, the share of the class period inside the time to sue."""
    return View(None, _timely(case))


def inputs(case: Case) -> View:
    """The inputs that determine the size of the class."""
    used = {name for _, _, name in references(case.class_size)} | {"class_period_months"}
    used |= {f"{method}_{word}" for method in case.class_size.methods or {} for word in ("covers", "people")}
    return case_file.inputs(case).keeping(used).titled("Inputs of the class size")


def _words(estimate: Estimate) -> Words:
    """How the class size follows, in one sentence."""
    lines, who = estimate.lines, estimate.case.class_size.counted.many
    start, pleaded, members = (
        float(np.sum(lines[name])) for name in ("people_at_end", "pleaded_members", "class_members")
    )
    through = (
        f" Over the class period {write(float(np.sum(lines['people_in_period'])), 'people')} different {who} were there (one who left and came back counts twice), "
        f"on average for {write(float(np.mean(lines['months_per_member'])), 'months')} months of it."
        if "people_in_period" in lines
        else ""
    )
    return Words(
        (
            f"From {write(start, 'people')} {who} at the end of the class period.{through} Of these, {write(pleaded, 'people')} are in the class "
            f"as pleaded and {write(members, 'people')} could recover.",
        )
    )


def _steps(estimate: Estimate) -> Table:
    """The people at each step from the subscribers on one day to the class."""
    case, rows = estimate.case, []
    shown = [
        name
        for name in estimate.lines
        if name.startswith(("people_at", "people_in", "after_")) or name in ("pleaded_members", "class_members")
    ]
    for name in shown:
        per_group = np.broadcast_to(estimate.lines[name], (len(case.groups),))
        cells = {group: float(count) for group, count in zip(case.groups, per_group, strict=True)}
        rows.append(
            {"name": name, "label": line(case, name).label, **cells, "total": float(per_group.sum()), "unit": "people"}
        )
    columns = [
        Column("label", "Step"),
        *(Column(group, label, "people") for group, label in case.groups.items()),
        Column("total", "All", "people"),
    ]
    return Table.of(
        case,
        f"From {case.class_size.counted.many} on one day to the class",
        columns if len(case.groups) > 1 else [columns[0], columns[-1]],
        rows,
    )


def _timely(case: Case) -> Table:
    """For each theory with a limitation, the share of the class period inside the time to sue."""
    rows = []
    for name, theory in case.theories.items():
        given = case.inputs.get(f"{name}_timely_share")
        if theory.limitation and given:
            rows.append(
                {
                    "theory": theory.label,
                    "filed": theory.limitation.filed or case.filed,
                    "discovered": theory.limitation.discovered,
                    "tolled": float(theory.limitation.tolled_days),
                    "share": [shape.base for shape in case.shapes[f"{name}_timely_share"].values()],
                    "why": " ".join(given.source.cite.split()),
                }
            )
    columns = [
        Column("theory", "Theory"),
        Column("filed", "Filed"),
        Column("discovered", "Discovered"),
        Column("tolled", "Days tolled", "days"),
        Column("share", "Timely share", "share"),
        Column("why", "How"),
    ]
    return Table.of(
        case,
        "Share of the class period within the limitation period",
        columns,
        rows,
        "Claims from the rest of the class period are time-barred under that theory.",
    )
