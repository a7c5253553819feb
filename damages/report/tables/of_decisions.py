"""Tables for a decision: what must be true for a sum to be passed, and what knowing is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from damages.case.lines import called, of_input
from damages.case.schema import Case
from damages.engine.paths import Estimate
from damages.report.table import Column, Table, percent, usd, write
from damages.report.tables.of_case import KIND_WORDS
from damages.report.tables.of_inputs import HOLDER_WORDS
from damages.sensitivity.scenario_box import Box
from damages.sensitivity.stress import Stress
from damages.sensitivity.value_of_information import Information

NEAR = 0.05  # of a standard normal score: an input this near its median is left out


def stress_table(case: Case, stress: Stress) -> Table:
    """The most likely point at which a figure reaches a sum, and where each input alone would take it there."""
    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            "label": of_input(case, one.name, one.group),
            "median": one.median,
            "value": one.value,
            "level": one.level,
            "alone": " and ".join(write(value, case.inputs[one.name].unit) for value in stress.alone.get(one.name, []))
            or "never",
            "unit": case.inputs[one.name].unit,
        }
        for one in stress.point
        if abs(one.score) >= NEAR
    ]
    columns = [
        Column("label", "Input"),
        Column("median", "Median", "row"),
        Column("value", "At the most likely point", "row"),
        Column("level", "Percentile there", "share"),
        Column("alone", "Alone, with the others at base"),
    ]
    what = "falls to" if stress.passes_at_medians else "reaches"
    note = (
        "The design point: of all points that reach the sum, the one nearest to the medians in standard normal scores; "
        "inputs that stay near their medians are left out."
    )
    return Table.of(
        case,
        f"Most likely point at which {called(case, stress.line)} {what} {usd(stress.above_usd)}",
        columns,
        rows,
        note,
    )


def box_table(case: Case, box: Box) -> Table:
    """The sides of a scenario box."""
    rows = [
        {
            "name": one.name,
            "label": of_input(case, one.name, one.group),
            "side": "at least" if one.at_least else "at most",
            "value": one.value,
            "level": one.level,
            "unit": case.inputs[one.name].unit,
        }
        for one in box.limits
    ]
    columns = [
        Column("label", "Input"),
        Column("side", ""),
        Column("value", "Value", "row"),
        Column("level", "Percentile of its range", "share"),
    ]
    note = (
        f"Of the draws inside, {percent(box.density.value)} are above the sum; of the draws above it, {percent(box.coverage.value)} lie inside; "
        f"of all draws, {percent(box.chance.value)} are above it. Measured on draws that were not used to fit the box."
    )
    return Table.of(case, f"When {called(case, box.line)} is more than {usd(box.above_usd)}", columns, rows, note)


def information_table(case: Case, found: Information | None, most: int | None = None) -> Table | None:
    """What knowing each input is worth to a side, with the kind of its source and who holds better evidence.

    None where the case gives no litigation costs.
    """
    if found is None:
        return None
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
    ][:most]
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
    return Table.of(case, f"Value of information to {side}, at an offer of {usd(found.offer_usd)}", columns, rows, note)


def break_even_table(
    case: Case, target_usd: float, found: Mapping[str, Sequence[float]], line: str = "expected_usd"
) -> Table:
    """The values of each input at which a figure reaches a sum, with where they stand in its range."""
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "label": case.inputs[name].label,
            "base": shape.base,
            "value": value,
            "base_level": float(shape.law.cdf(shape.base)),
            "level": float(shape.law.cdf(value)),
            "unit": case.inputs[name].unit,
        }
        for name, values in found.items()
        for shape in [case.shapes[name][""]]
        for value in values
    ]
    columns = [Column("label", "Input"), Column("base", "Base value", "row"), Column("value", "Break-even", "row")]
    title = f"Break-even values at which {called(case, line)} is {usd(target_usd)}"
    return Table.of(case, title, columns, rows, "Each input alone, with the others at base.")


def theories_by_scenario(estimates: Mapping[str, Estimate]) -> Table:
    """What each theory is expected to pay in each scenario: its part of the class award over all answer paths."""
    first = next(iter(estimates.values())).case
    theories = list(dict.fromkeys(name for estimate in estimates.values() for name in estimate.case.theories))
    rows = [
        {
            "label": name,
            **{theory: float(estimate.expected.get(f"{theory}_award_usd", 0.0)) for theory in theories},
        }
        for name, estimate in estimates.items()
    ]
    labels = {name: theory.label for estimate in estimates.values() for name, theory in estimate.case.theories.items()}
    columns = [Column("label", "Scenario"), *(Column(name, labels[name], "usd") for name in theories)]
    note = "Mean class award over all answer paths at base values, before due process and interest; one recovery for each harm."
    return Table.of(first, "Expected class award, by theory", columns, rows, note)
