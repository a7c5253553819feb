"""What each theory would pay a member."""

from __future__ import annotations

import numpy as np

from damages.case.lines import line
from damages.engine.estimate import Estimate
from damages.report.charts.bars import by_group
from damages.report.table import Column, Table
from damages.report.view import View


def per_member(estimate: Estimate) -> View:
    """USD per member, by theory and group, if the class wins."""
    return View(None, _per_member(estimate), by_group)


def _per_member(estimate: Estimate) -> Table:
    """USD per member, by theory and group, if the class wins."""
    case, rows = estimate.case, []
    names = [f"{theory}_usd_per_member" for theory in case.theories] + ["recovery_usd_per_member"]
    for name in names:
        per_group = np.broadcast_to(estimate.lines[name], (len(case.groups),))
        cells = {group: float(amount) for group, amount in zip(case.groups, per_group, strict=True)}
        rows.append(
            {"name": name, "theory": name.removesuffix("_usd_per_member"), "label": line(case, name).label, **cells}
        )
    columns = [
        Column("label", "Theory"),
        *(Column(group, label, "usd_per_member") for group, label in case.groups.items()),
    ]
    return Table.of(
        case,
        "Recovery per member, by theory",
        columns,
        rows,
        "If the class wins, before any cut; the last line compensates each harm once.",
    )
