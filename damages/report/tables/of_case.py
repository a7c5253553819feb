"""Tables about a case as it was written: its inputs, its dates, its theories, its scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from damages.case.schema import Case
from damages.report.table import Column, Table
from damages.report.views.case_file import inputs


def scenario_reasons(cases: Mapping[str, Case]) -> Table:
    """What each scenario is, and why it is there."""
    rows = [
        {
            "name": name,
            "title": case.scenario_title or "Base case",
            "why": " ".join((case.scenario_why or "The case file without a scenario.").split()),
        }
        for name, case in cases.items()
    ]
    columns = [Column("name", "Scenario"), Column("title", "What it is"), Column("why", "Why")]
    return Table.of(next(iter(cases.values())), "The scenarios", columns, rows)


def scenario_inputs(cases: Mapping[str, Case]) -> Table:
    """Every input that differs between scenarios, with its value in each."""
    first = next(iter(cases.values()))
    given_in = {key: {row["name"]: row["value"] for row in inputs(case).rows} for key, case in cases.items()}
    rows: list[dict[str, Any]] = []
    for name, given in first.inputs.items():
        values = {key: values[name] for key, values in given_in.items() if name in values}
        if any(value != next(iter(values.values())) for value in values.values()):
            rows.append({"label": given.label, "unit": given.unit, **values})
    columns = [Column("label", "Input"), *(Column(key, key, "row") for key in cases)]
    return Table.of(first, "Inputs that differ between scenarios (base values)", columns, rows)
