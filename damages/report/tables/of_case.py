"""Tables about a case as it was written: its inputs, its dates, its theories, its scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from damages.case.schema import Case
from damages.decisions.litigation import standings
from damages.report.table import Column, Table, percent

KIND_WORDS = {
    "statute": "statute",
    "opinion": "court opinion",
    "record": "record of the case",
    "study": "study",
    "press": "press",
    "derived": "worked out from other figures",
    "assumption": "assumption",
}


def inputs_table(case: Case, roles: Sequence[str] = ("fact", "uncertain", "question", "choice")) -> Table:
    """Every input with its value, its range and its source."""
    rows = []
    for name, given in case.inputs.items():
        if given.role not in roles:
            continue
        checked = " (unverified)" if given.source.checked == "unverified" else ""
        rows.append(
            {
                "name": name,
                "label": given.label,
                "value": _input_value(case, name),
                "range": _range_words(case, name),
                "kind": KIND_WORDS[given.source.kind] + checked,
                "source": " ".join(given.source.cite.split()),
                "unit": given.unit,
            }
        )
    return Table.of(
        case,
        "Inputs",
        [
            Column("label", "Input"),
            Column("value", "Base value", "row"),
            Column("range", "Range"),
            Column("kind", "Kind of source"),
            Column("source", "Source"),
        ],
        rows,
    )


def _input_value(case: Case, name: str) -> Any:
    given = case.inputs[name]
    if given.role == "choice":
        return (given.options or {}).get(given.value, given.value)
    if given.role == "question":
        return (
            given.chance
            if not isinstance(given.chance, dict)
            else f"depends on: {case.inputs[given.chance['given']].label}"
        )
    return [shape.base for shape in case.shapes[name].values()]


def _range_words(case: Case, name: str) -> str:
    if case.inputs[name].role in ("question", "choice"):
        return {"question": "yes or no", "choice": "a choice"}[case.inputs[name].role]
    if not case.has_range(name):
        return "one value"
    shapes = case.shapes[name]
    return "; ".join(f"{case.groups[group]}: {shape}" if group else str(shape) for group, shape in shapes.items())


def timeline_table(case: Case) -> Table:
    """The dates of the case."""
    rows = [
        {"date": event.date, "event": event.event, "source": event.source.cite}
        for event in sorted(case.timeline, key=lambda event: event.date)
    ]
    return Table.of(
        case, "Timeline", [Column("date", "Date"), Column("event", "Event"), Column("source", "Source")], rows
    )


def standings_table(case: Case) -> Table:
    """For each theory, the chance that it stands."""
    rows = [
        {
            "theory": case.theories[found.theory].label,
            "needs": "; ".join(f"{case.inputs[name].label} ({percent(chance)} so far)" for name, chance in found.after)
            or "Nothing",
            "chance": found.chance,
        }
        for found in standings(case)
    ]
    columns = [
        Column("theory", "Theory"),
        Column("needs", "Requirements, in order"),
        Column("chance", "Chance it stands", "share"),
    ]
    return Table.of(case, "Chance that each theory stands", columns, rows)


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
    rows: list[dict[str, Any]] = []
    for name, given in first.inputs.items():
        values = {key: _input_value(case, name) for key, case in cases.items() if name in case.inputs}
        if any(value != next(iter(values.values())) for value in values.values()):
            rows.append({"label": given.label, "unit": given.unit, **values})
    columns = [Column("label", "Input"), *(Column(key, key, "row") for key in cases)]
    return Table.of(first, "Inputs that differ between scenarios (base values)", columns, rows)
