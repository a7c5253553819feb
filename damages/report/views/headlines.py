"""The headline figures, the steps from the pleaded one to the expected one, and every line from the award to a claimant."""

from __future__ import annotations

from typing import Any

import numpy as np

from damages.case.lines import OF_A_THEORY, line, method_lines, step_lines
from damages.characters import capital
from damages.engine.estimate import Estimate
from damages.engine.headlines import HEADLINES
from damages.engine.simulate import Simulation
from damages.report.charts.bars import waterfall
from damages.report.table import Column, Table, Words, percent, usd
from damages.report.view import View, view
from damages.report.views import case_file
from damages.report.views.outcomes import summary_cells
from damages.report.views.subscription import measures


@view(Estimate)
def whole(estimate: Estimate) -> View:
    """The headlines and every line, with the steps between the headlines as a chart."""
    return View(
        table=_figures(estimate),
        draws=waterfall,
        drawn=_steps(estimate),
        title=case_file.title(estimate.case).title,
        more=(_lines(estimate),),
    )


def figures(estimate: Estimate, simulation: Simulation | None = None) -> View:
    """The four headlines, always together; with their percentiles, and in words, when there are draws."""
    return View(_words(estimate, simulation) if simulation else None, _figures(estimate, simulation))


def steps(estimate: Estimate) -> View:
    """From the pleaded headline to the expected judgment: what each step of the law leaves."""
    return View(None, _steps(estimate), waterfall)


def lines(estimate: Estimate, simulation: Simulation | None = None) -> View:
    """Every class-wide line from the award to the claimant, for the class and on average."""
    return View(None, _lines(estimate, simulation))


def _words(estimate: Estimate, simulation: Simulation) -> Words:
    """The four headlines in a few sentences, with what separates them."""
    means = {name: simulation.lines[name].mean.value for name in HEADLINES}
    recovered = simulation.if_recovered["judgment_usd"]
    first = (
        f"Expected judgment: {usd(means['expected_usd'])}, the mean over all answers and amounts. "
        f"The chance of any judgment for the class is {percent(simulation.chance_of_recovery.value)}. If there is one, "
        f"its median is {usd(recovered[0.50].value)} and its 95th percentile {usd(recovered[0.95].value)}."
    )
    second = (
        f"The pleaded headline is {usd(means['pleaded_usd'])}. Had plaintiffs fully prevailed on every claim, with nothing cut, they would have "
        f"{usd(means['full_recovery_usd'])}; if the class wins, the judgment is {usd(means['exposure_usd'])} on average."
    )
    return Words((first, second, *_bend(estimate, means["expected_usd"])))


APART = 0.05  # of the mean: how far the chain at base values may be from it without a word


def _bend(estimate: Estimate, mean: float) -> list[str]:
    """How far the figure worked out once, at the mean of every input, is from the mean, and which input bends it most."""
    once = estimate.at_base["expected_usd"]
    if abs(once - mean) <= APART * mean:
        return []
    from damages.sensitivity.held import most_bent

    name = most_bent(estimate.case, "expected_usd")
    why = f", most because of “{estimate.case.inputs[name].label}”" if name else ""
    more = "more" if once > mean else "less"
    return [
        f"Worked out once with every input at its mean, as the workbook does, the expected judgment is {usd(once)}, "
        f"{percent(abs(once / mean - 1.0))} {more}: the figure does not move in proportion to its inputs{why}."
    ]


def _figures(estimate: Estimate, simulation: Simulation | None = None) -> Table:
    """The four headlines and each claim's full recovery, with percentiles when there are draws."""
    case, rows = estimate.case, list[dict[str, Any]]()
    for name in HEADLINES:
        cells = summary_cells(simulation.lines[name]) if simulation else {"mean": estimate.headlines[name]}
        rows.append({"name": name, "label": line(case, name).label, **cells})
        if name == "full_recovery_usd" and simulation and len(case.theories) > 1:
            for claim in (f"{theory}_{name}" for theory in case.theories):
                rows.append({"name": claim, "label": line(case, claim).label, **summary_cells(simulation.lines[claim])})
    columns = [Column("label", "Headline"), Column("mean", "Mean", "usd")]
    chance = simulation.chance_of_recovery.value if simulation else estimate.chance_of_recovery
    note = f"Chance of any judgment for the class: {percent(chance)}."
    if simulation:
        columns += [Column("p05", "5th percentile", "usd"), Column("p95", "95th percentile", "usd")]
        note += " The percentiles show how each headline varies with the amounts; the expected figure already averages over the answers to the questions."
    return Table.of(case, "The four headlines", columns, rows, note)


def _steps(estimate: Estimate) -> Table:
    """From the pleaded headline to the expected judgment: what each step of the law leaves."""
    case, lines = estimate.case, estimate.lines
    able, pleaded = (float(np.sum(lines[name])) for name in ("class_members", "pleaded_members"))
    labels = {
        "pleaded_usd": "Pleaded",
        "full_recovery_usd": "Full recovery: every claim won, nothing cut",
        "exposure_usd": "Exposure: if the class wins, after due process"
        if case.judgment.due_process
        else "Exposure: if the class wins",
        "expected_usd": "Expected: averaged over the questions",
    }
    steps = [(name, label, estimate.headlines[name]) for name, label in labels.items()]
    if case.class_size.limit:
        left = estimate.pleaded_usd * (able / pleaded if pleaded else 0.0)
        steps.insert(1, ("able_usd", f"{capital(case.class_size.counted.many)} who can recover", left))
    rows: list[dict[str, Any]] = []
    before: float | None = None
    for name, label, amount in steps:
        change = None if before is None else amount - before
        rows.append({"name": name, "label": label, "left_usd": amount, "change_usd": change})
        before = amount
    columns = [Column("label", "Step"), Column("left_usd", "Left", "usd"), Column("change_usd", "Change", "usd")]
    return Table.of(case, "From pleaded to expected", columns, rows, "Means over the amounts.")


def _lines(estimate: Estimate, simulation: Simulation | None = None) -> Table:
    """Every class-wide line from the award to the claimant, for the class and on average."""
    case, rows = estimate.case, []
    elsewhere = {
        *method_lines(case.class_size),
        *(name for names in step_lines(case.class_size).values() for name in names),
    }
    minor = {  # steps of the election, which the workbook shows
        f"{theory}_{figure}"
        for theory in case.theories
        for figure in OF_A_THEORY
        if any(word in figure for word in ("taken_share", "worth_usd", "compensation_usd"))
    }
    elsewhere |= {row["name"] for row in measures(estimate).rows}  # these have tables of their own
    for name, value in estimate.lines.items():
        if (
            np.ndim(value)
            or name in elsewhere
            or name.endswith(("_entitled_share", "_full_recovery_usd"))
            or name in minor
        ):
            continue
        words = line(case, name)
        row = {
            "name": name,
            "label": words.label,
            "unit": words.unit,
            "for_class": value,
            "expected": None if name.startswith("lodestar_") else float(np.sum(estimate.expected[name])),
            "authority": words.authority,
        }
        if simulation and name in simulation.lines and row["expected"] is not None:
            row["mean"] = simulation.lines[name].mean.value
        rows.append(row)
    columns = [
        Column("label", "Line"),
        Column("for_class", "If the class wins, at base values", "row"),
        Column("expected", "All paths, at base values", "row"),
    ]
    if simulation:
        columns.append(Column("mean", "All paths, mean", "row"))
    columns.append(Column("authority", "Authority"))
    return Table.of(case, "From class award to claimant", columns, rows)
