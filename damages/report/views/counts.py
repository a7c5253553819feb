"""Several counts of the same people: the methods side by side, the steps of each, two lists, and samples of records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from damages.case.lines import line, method_lines, step_lines
from damages.case.schema import Case
from damages.characters import capital
from damages.counting.methods import combine_methods
from damages.counting.sampling import chapman, clopper_pearson, sample_size, wilson
from damages.engine.estimate import Estimate
from damages.engine.simulate import Simulation
from damages.report.charts.bars import waterfall
from damages.report.charts.chart import COLOURS, DARK, LIGHT, chart
from damages.report.charts.marks import (
    labelled_rows,
    short_count,
)
from damages.report.table import Column, Table, Words, write
from damages.report.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def methods(estimate: Estimate, simulation: Simulation) -> View:
    """People by each method, with the range of its draws, and how far the methods agree."""
    return View(_agreement(estimate, simulation), _methods(estimate, simulation), _ranges)


def steps(estimate: Estimate) -> tuple[View, ...]:
    """For each method the steps from what it counts to the people it finds; nothing where it has none."""
    return tuple(View(None, table, waterfall, {"key": "total", "unit": "people"}) for table in _steps(estimate))


def lists(case: Case) -> View:
    """For each method of two lists: who was seen, and how many there are with a 95% interval; empty without one."""
    return View(None, _lists(case))


def sampling(case: Case, margins: tuple[float, ...] = (0.05, 0.02)) -> View:
    """The shares that narrow the class: what a sample said, and how many records a random sample would need."""
    return View(None, _sampling(case, margins))


def _agreement(estimate: Estimate, simulation: Simulation) -> Words:
    """How far the ways to count agree, and what they would say together."""
    case, names = estimate.case, method_lines(estimate.case.class_size)
    single = [name for name in names if name != "people_by_combined"]
    if len(single) < 2:
        return Words(("The case counts its people by one method, so nothing checks that count.",))
    counts = {name: float(np.sum(estimate.lines[name])) for name in single}
    high, low = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
    first = (
        f"{len(single)} methods count the same people. At base values they range from {write(counts[low], 'people')} ({line(case, low).label}) to "
        f"{write(counts[high], 'people')} ({line(case, high).label}), {counts[high] / counts[low]:.2f} times as many."
    )
    rest_on_data = all(method.kind in ("lists", "records") for method in (case.class_size.methods or {}).values())
    together = combine_methods(simulation) if rest_on_data else None  # ranges that someone thought of are not tested
    if together is None:
        return Words((first,))
    verdict = (
        "more than their ranges allow, so at least one rests on a wrong assumption, and averaging them hides it"
        if together.disagree
        else "no more than their ranges allow, which are wide and partly assumed; wide ranges that overlap do not make either estimate right"
    )
    second = (
        f"They differ by {verdict} (Cochran's Q {together.q:.2f}, p {together.p_value:.2g}). Weighted by precision as if "
        f"their errors were independent, the means of their draws combine to {write(together.estimate, 'people')}, with a standard error of {write(together.standard_error, 'people')}."
    )
    return Words((first, second))


def _methods(estimate: Estimate, simulation: Simulation) -> Table:
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
    note = f"Each method brought to the same scope: {case.class_size.counted.many} at the end of the class period."
    return Table.of(case, f"{capital(case.class_size.counted.many)} by each method", columns, rows, note)


@chart(lambda rows, columns: 0.62 * rows + 0.9)
def _ranges(table: Table, ax: Axes) -> str:
    """Several counts of the same people: the base value as a diamond on the range from the 5th to the 95th percentile."""
    rows = table.rows
    places = labelled_rows(ax, [row["label"] + (" (used)" if row["used"] else "") for row in rows])
    overlap = max(row["p05"] for row in rows), min(row["p95"] for row in rows)
    if len(rows) > 1 and overlap[0] < overlap[1]:
        ax.axvspan(*overlap, color="#eef3f7", zorder=0)
    said = []
    for place, row in zip(places, rows, strict=True):
        used = bool(row["used"])
        ax.plot([row["p05"], row["p95"]], [place, place], color=DARK if used else LIGHT, lw=5 if used else 3)
        ax.plot(row["base"], place, marker="D", color=COLOURS[1] if used else "white", mec=COLOURS[1], ms=8)
        words = f"{short_count(row['base'])}, range {short_count(row['p05'])} to {short_count(row['p95'])}"
        ax.text(max(row["p95"], row["base"]), place, f"  {words}", va="center", fontsize=9)
        said.append(
            f"{row['label']}: {write(row['base'], 'people')} at base, {write(row['p05'], 'people')} to {write(row['p95'], 'people')}{', used' if used else ''}."
        )
    ax.set_xlim(0, max(max(row["p95"], row["base"]) for row in rows) * 1.7)
    ax.xaxis.set_major_formatter(lambda count, _: short_count(count))
    ax.set_xlabel(f"People. Bar: 5% to 95%{'; shaded: where all overlap' if overlap[0] < overlap[1] else ''}")
    return " ".join(said)


def _steps(estimate: Estimate) -> tuple[Table, ...]:
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


def _lists(case: Case) -> Table:
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


def _sampling(case: Case, margins: tuple[float, ...] = (0.05, 0.02)) -> Table:
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
