"""The headline figures, the steps from the pleaded one to the expected one, and every line from the award to a claimant."""

from __future__ import annotations

from typing import Any

import numpy as np

from damages.case.lines import line, method_lines, step_lines
from damages.engine.paths import Estimate
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
        title=case_file.title(estimate.case, "At base values").title,
        more=(_lines(estimate),),
    )


def figures(estimate: Estimate, simulation: Simulation | None = None) -> View:
    """The three headline figures, always together; with the draws beside them, and in words, when there are any."""
    return View(_words(estimate, simulation) if simulation else None, _figures(estimate, simulation))


def steps(estimate: Estimate) -> View:
    """From the pleaded headline to the expected judgment: what each step of the law leaves."""
    return View(None, _steps(estimate), waterfall)


def lines(estimate: Estimate, simulation: Simulation | None = None) -> View:
    """Every class-wide line from the award to the claimant, for the class and on average."""
    return View(None, _lines(estimate, simulation))


def _words(estimate: Estimate, simulation: Simulation) -> Words:
    """The three headline figures in one paragraph, with what separates them."""
    expected = simulation.lines["expected_usd"].mean
    recovered = simulation.if_recovered["judgment_usd"]
    first = (
        f"Expected judgment: {usd(expected.value)} on average over the draws, {usd(estimate.expected_usd)} at base values. "
        f"The chance of any judgment for the class is {percent(simulation.chance_of_recovery.value)}. If there is one, "
        f"its median is {usd(recovered[0.50].value)} and its 95th percentile {usd(recovered[0.95].value)}."
    )
    second = (
        f"The pleaded headline is {usd(estimate.pleaded_usd)}. If every question were answered for the class, the judgment would be "
        f"{usd(estimate.exposure_usd)} at base values{_out_of(estimate)}."
    )
    return Words((first, second))


def _out_of(estimate: Estimate) -> str:
    """The award from which the exposure is reduced, where the law takes much of it."""
    award = float(estimate.lines["class_award_usd"])
    return f", reduced from an award of {usd(award)}" if award > 1.05 * estimate.exposure_usd else ""


def _figures(estimate: Estimate, simulation: Simulation | None = None) -> Table:
    """The three headline figures, always together; with the draws beside them when there are any."""
    rows: list[dict[str, Any]] = []
    for name, value in estimate.headlines.items():
        row = {"name": name, "label": line(estimate.case, name).label, "base": value}
        if simulation:
            row |= summary_cells(simulation.lines[name])
        rows.append(row)
    columns = [Column("label", "Headline"), Column("base", "At base values", "usd")]
    chance = simulation.chance_of_recovery.value if simulation else estimate.chance_of_recovery
    note = f"Chance of any judgment for the class: {percent(chance)}."
    if simulation:
        columns += [
            Column("mean", "Mean of the draws", "usd"),
            Column("p05", "5th percentile", "usd"),
            Column("p95", "95th percentile", "usd"),
        ]
        note += " The percentiles show how each headline varies with the amounts; the expected figure already averages over the answers to the questions."
    return Table.of(estimate.case, "The three headline figures", columns, rows, note)


CHAIN = (
    ("class_award_usd", "One award per member"),
    ("award_after_caps_usd", "After class caps"),
    ("award_after_due_process_usd", "After due process"),
    ("award_after_offsets_usd", "With punitive damages, after offsets"),
)


def _steps(estimate: Estimate) -> Table:
    """From the pleaded headline to the expected judgment: what each step of the law leaves."""
    case, lines = estimate.case, estimate.lines
    able, pleaded = (float(np.sum(lines[name])) for name in ("class_members", "pleaded_members"))
    steps = [
        ("pleaded_usd", "Pleaded", estimate.pleaded_usd),
        ("able_usd", "Members who can recover", estimate.pleaded_usd * (able / pleaded if pleaded else 0.0)),
    ]
    shown = {"award_after_caps_usd": any(getattr(theory, "class_cap", None) for theory in case.theories.values())}
    shown["award_after_due_process_usd"] = case.judgment.due_process is not None
    steps += [(name, label, float(lines[name])) for name, label in CHAIN if name in lines and shown.get(name, True)]
    if case.judgment.punitive and "award_after_offsets_usd" not in lines:
        with_punitive = float(lines["award_after_due_process_usd"]) + float(lines["punitive_usd"])
        steps.append(("with_punitive_usd", "With punitive damages", with_punitive))
    steps.append(
        ("exposure_usd", "With interest: exposure" if case.judgment.interest else "Exposure", estimate.exposure_usd)
    )
    steps.append(("expected_usd", "Averaged over the questions: expected", estimate.expected_usd))
    rows, before = [], None
    for name, label, amount in steps:
        rows.append(
            {
                "name": name,
                "label": label,
                "left_usd": amount,
                "change_usd": None if before is None else amount - before,
            }
        )
        before = amount
    columns = [Column("label", "Step"), Column("left_usd", "Left", "usd"), Column("change_usd", "Change", "usd")]
    note = "At base values; every question answered for the class until the last step."
    return Table.of(case, "From pleaded to expected", columns, rows, note)


def _lines(estimate: Estimate, simulation: Simulation | None = None) -> Table:
    """Every class-wide line from the award to the claimant, for the class and on average."""
    case, rows = estimate.case, []
    elsewhere = {
        *method_lines(case.class_size),
        *(name for names in step_lines(case.class_size).values() for name in names),
    }
    elsewhere |= {row["name"] for row in measures(estimate).rows}  # these have tables of their own
    for name, value in estimate.lines.items():
        if np.ndim(value) or name in elsewhere or name.endswith("_entitled_share"):
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
        Column("for_class", "Every answer for the class", "row"),
        Column("expected", "All paths, weighted", "row"),
    ]
    if simulation:
        columns.append(Column("mean", "Mean of the draws", "row"))
    columns.append(Column("authority", "Authority"))
    return Table.of(case, "From class award to claimant", columns, rows)
