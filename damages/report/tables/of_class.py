"""Tables of the class size: methods side by side, the steps of each, narrowing, time to sue, sampling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from damages.case.lines import line, method_lines, step_lines
from damages.case.schema import Case
from damages.counting.sampling import chapman, clopper_pearson, sample_size, wilson
from damages.engine.paths import Estimate
from damages.engine.simulate import Simulation
from damages.reader.words import references
from damages.report.table import Column, Table
from damages.report.view import View
from damages.report.views.case_file import inputs


def class_size_table(estimate: Estimate) -> Table:
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
        case, "From subscribers to class members", columns if len(case.groups) > 1 else [columns[0], columns[-1]], rows
    )


def methods_table(estimate: Estimate, simulation: Simulation) -> Table:
    """People by each method, with the range of its draws, and the one that the class rests on.

    Without several methods the one number of the case stands alone.
    """
    case, size = estimate.case, estimate.case.class_size
    used = case.inputs[size.use].value if size.use else next(iter(size.methods or {}), None)
    rows = []
    for name in method_lines(case.class_size):
        summary = simulation.lines[name]
        rows.append(
            {
                "name": name,
                "label": line(case, name).label,
                "base": float(np.sum(estimate.lines[name])),
                "mean": summary.mean.value,
                "p05": summary[0.05].value,
                "p95": summary[0.95].value,
                "used": "yes" if name == f"people_by_{used}" else "",
            }
        )
    columns = [
        Column("label", "Method"),
        Column("base", "At base values", "people"),
        Column("mean", "Mean of the draws", "people"),
        Column("p05", "5%", "people"),
        Column("p95", "95%", "people"),
        Column("used", "Used for the class"),
    ]
    note = "Each method brought to the same scope: subscribers at the end of the class period."
    return Table.of(case, "Subscribers by each method", columns, rows, note)


def method_steps(estimate: Estimate) -> tuple[Table, ...]:
    """For each method the steps from what it counts to the people it finds; nothing where it has none."""
    case, found = estimate.case, []
    for key, names in step_lines(case.class_size).items():
        method = (case.class_size.methods or {})[key]
        rows = [
            {"name": name, "label": line(case, name).label, "total": float(np.sum(estimate.lines[name]))}
            for name in names
        ]
        if len(rows) > 1:
            columns = [Column("label", "Step"), Column("total", "People", "people")]
            found.append(Table.of(case, f"Counted by {method.label}", columns, rows))
    return tuple(found)


def class_inputs_table(case: Case) -> View:
    """The inputs that determine the size of the class."""
    used = {name for _, _, name in references(case.class_size)} | {"class_period_months"}
    used |= {f"{method}_{word}" for method in case.class_size.methods or {} for word in ("covers", "people")}
    return inputs(case).keeping(used).titled("Inputs of the class size")


def timely_table(case: Case) -> Table:
    """For each theory with a limitation, the share of the class period inside the time to sue."""
    rows = []
    for name, theory in case.theories.items():
        given = case.inputs.get(f"{name}_timely_share")
        if theory.limitation and given:
            rows.append(
                {
                    "theory": theory.label,
                    "filed": theory.limitation.filed,
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


def sampling_table(case: Case, margins: tuple[float, ...] = (0.05, 0.02)) -> Table:
    """The shares that narrow the class: what a sample said, and how many records a random sample would need.

    An interval stands where the case gives a share as ``{sampled: {yes: …, of: …}}``.
    """
    size, rows = case.class_size, []
    for name in (*size.define, *size.limit):
        shapes = case.shapes[name]
        if case.inputs[name].role != "uncertain" or "" not in shapes:
            continue
        shape, row = shapes[""], dict[str, Any](name=name, label=case.inputs[name].label, share=shapes[""].base)
        sample = shape.spec.get("sampled") if isinstance(shape.spec, Mapping) else None
        if sample:
            for key, interval in (("wilson", wilson), ("exact", clopper_pearson)):
                found = interval(int(sample["yes"]), int(sample["of"]))
                row[key] = (found.low, found.high)
        for margin in margins:
            row[f"needed_{margin}"] = float(sample_size(margin, min(max(shape.base, 0.01), 0.99)))
        rows.append(row)
    columns = [Column("label", "Share"), Column("share", "Base value", "share")]
    if any("wilson" in row for row in rows):
        columns += [Column("wilson", "Wilson, 95%", "share"), Column("exact", "Clopper–Pearson, 95%", "share")]
    columns += [Column(f"needed_{margin}", f"Records for ±{margin:.0%}", "count") for margin in margins]
    note = "A random sample of that size estimates the share within the margin with 95% confidence, if the share is near the base value."
    return Table.of(case, "Sample sizes for the shares that narrow the class", columns, rows, note)


def lists_table(case: Case) -> Table:
    """For each method of two lists: who was seen, and how many there are with a 95% interval; empty without one."""
    rows = []
    for name, method in (case.class_size.methods or {}).items():
        if method.kind != "lists":
            continue
        first, second, both = (case.shapes[field][""].base for field in (method.first, method.second, method.both))
        found = chapman(round(first), round(second), round(both))
        rows.append(
            {
                "name": name,
                "label": method.label,
                "first": first,
                "second": second,
                "both": both,
                "seen": first + second - both,
                "estimate": found.estimate,
                "low": found.low,
                "high": found.high,
            }
        )
    columns = [
        Column("label", "Method"),
        Column("first", "On the first list", "people"),
        Column("second", "On the second list", "people"),
        Column("both", "On both lists", "people"),
        Column("seen", "On either list", "people"),
        Column("estimate", "Everyone", "people"),
        Column("low", "2.5%", "people"),
        Column("high", "97.5%", "people"),
    ]
    note = "If being on one list makes being on the other more likely, this estimate is too low."
    return Table.of(case, "Everyone, from two lists", columns, rows, note)
