"""Tables about a case at base values: headlines, class, members, theories, paths, payout."""

from __future__ import annotations

from typing import Any

import numpy as np

from damages.case.lines import line, method_lines, parties, step_lines
from damages.case.schema import Case
from damages.engine.paths import Estimate, Path, always_answered
from damages.engine.simulate import Simulation
from damages.model.charges import taken_from_fund
from damages.report.table import Column, Table, percent
from damages.report.views.outcomes import summary_cells
from damages.report.views.subscription import measures


def headline_table(estimate: Estimate, simulation: Simulation | None = None) -> Table:
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


def before_after_table(estimate: Estimate) -> Table:
    """From the pleaded headline to the expected judgment: what each step of the law leaves."""
    case, lines = estimate.case, estimate.lines
    able = _ratio(float(np.sum(lines["class_members"])), float(np.sum(lines["pleaded_members"])))
    steps = [
        ("pleaded_usd", "Pleaded", estimate.pleaded_usd),
        ("able_usd", "Members who can recover", estimate.pleaded_usd * able),
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


def distribution_table(estimate: Estimate) -> Table:
    """What is left of the fund after each charge, down to what reaches the class."""
    case, lines = estimate.case, estimate.lines
    left = float(lines["fund_usd"])
    rows = [{"name": "fund_usd", "label": "Fund", "left_usd": left}]
    for name in taken_from_fund(case.settlement):
        left -= float(lines[name])
        if float(lines[name]):
            rows.append({"name": name, "label": f"After {line(case, name).label.lower()}", "left_usd": max(left, 0.0)})
    rows.append(
        {"name": "paid_to_class_usd", "label": "Paid to the class", "left_usd": float(lines["paid_to_class_usd"])}
    )
    note = "At base values, every question answered for the class."
    return Table.of(
        case, "From the fund to the class", [Column("label", "Step"), Column("left_usd", "Left", "usd")], rows, note
    )


def parties_table(estimate: Estimate) -> Table:
    """What each party receives of what the defendant pays, and where unclaimed money goes."""
    case, lines = estimate.case, estimate.lines
    parts = {name: party for name, party in parties(case).items() if name in lines}
    total = sum(float(lines[name]) for name in parts)
    rows = [
        {
            "name": name,
            "party": party,
            "usd": float(lines[name]),
            "share": _ratio(float(lines[name]), total),
            "error": 0.0,
        }
        for name, party in parts.items()
    ]
    columns = [Column("party", "Who"), Column("usd", "USD", "usd"), Column("share", "Share", "share")]
    note = "At base values, every question answered for the class."
    return Table.of(case, "Distribution of what the defendant pays", columns, rows, note)


def relief_table(case: Case) -> Table:
    """Nonmonetary relief, reported separately and never added to the sums."""
    rows = [
        {
            "label": item.label,
            "needs": "; ".join(case.inputs[name].label for name in item.needs) or "Nothing",
            "cost": case.shapes[item.cost][""].base if item.cost else None,
            "source": item.source.cite,
        }
        for item in case.relief.values()
    ]
    columns = [
        Column("label", "Relief"),
        Column("needs", "Needs"),
        Column("cost", "Cost to the defendant", "usd"),
        Column("source", "Source"),
    ]
    return Table.of(case, "Nonmonetary relief", columns, rows)


def _ratio(amount: float, count: float) -> float:
    return amount / count if count else 0.0


def paths_table(estimate: Estimate, most: int = 12) -> Table:
    """The distinct answer paths with their exact chances and judgments."""
    case, shown = estimate.case, estimate.paths[:most]
    rows: list[dict[str, Any]] = [
        {
            "standing": " + ".join(case.theories[name].label for name in path.standing) or "None",
            "answers": _deciding(case, path, always),
            "chance": path.chance,
            "usd": usd,
        }
        for path, usd, always in zip(shown, estimate.path_judgments, always_answered(case, shown), strict=False)
    ]
    others = estimate.paths[most:]
    note = (
        f"The {most} most likely of {len(estimate.paths)} paths; the others have a chance of {percent(sum(path.chance for path in others))} together."
        if others
        else ""
    )
    columns = [
        Column("standing", "Theories that stand"),
        Column("answers", "Other answers that matter"),
        Column("chance", "Chance", "share"),
        Column("usd", "Judgment at base values", "usd"),
    ]
    return Table.of(case, "Answer paths", columns, rows, note)


def _deciding(case: Case, path: Path, always: set[str]) -> str:
    """The answers that are the same in every pattern of the path, beyond those that let its theories stand."""
    needed = {need for name in path.standing for need in case.theories[name].needs}
    if not path.standing:
        return ""
    fixed = [name for name in case.questions if name in always and name not in needed]
    return "; ".join(f"{case.questions[name].label}: {'yes' if path.answers[name] else 'no'}" for name in fixed)


def lines_table(estimate: Estimate, simulation: Simulation | None = None) -> Table:
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
