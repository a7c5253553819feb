"""The model read with formulas → a workbook whose every figure is a live native formula.

Sheets: Summary (whether all checks pass, headlines, the scenario to show), Inputs (every input with
its range and source, a column for each scenario and one for the reader's own value), Model (one
named row a line, a column for each group), Full recovery (the same when plaintiffs fully prevail), Paths (the tree of answers with its chances, and the paths it ends in), Path
model (the model once for each distinct path) and Checks (what is wrong, and where). No macro, no
add-in; every formula carries its value. An open cell refuses what it may not hold; what is pasted
past that turns a check red. Sheets are protected without a password, all but the open cells.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from damages.case.load import scenarios as scenarios_of
from damages.case.schema import Case
from damages.engine.sound import load
from damages.errors import RenderError
from damages.report.workbook.book import Book
from damages.report.workbook.checks import write_checks
from damages.report.workbook.inputs import write_inputs
from damages.report.workbook.model import write_full, write_model, write_paths
from damages.report.workbook.summary import write_summary


def write_workbook(scenarios: Mapping[str, Case], path: Path) -> None:
    """Write the workbook of a case and its scenarios.

    Parameters
    ----------
    scenarios : name → case; the first is the one shown, all have the same structure
    path : the file to write

    Raises
    ------
    RenderError : when the cases differ in structure, or have too many answer paths
    """
    cases = list(scenarios.values())
    for name, case in scenarios.items():
        if structure(case) != structure(cases[0]):
            raise RenderError(
                f"the scenario '{name}' changes the structure of the case and not only its numbers; it needs a workbook of its own."
            )
    made = io.BytesIO()  # a disk that fills up is then one failure, of one file
    with xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as workbook:
        workbook.set_properties({"title": cases[0].title, "created": datetime.datetime(2000, 1, 1)})
        workbook.set_calc_mode("auto")
        book = Book(workbook, scenarios)
        inputs = write_inputs(book)
        model, full = write_model(book, inputs), write_full(book, inputs)
        paths = write_paths(book, inputs)
        failures = write_checks(book, inputs, model, full, paths)
        write_summary(book, model, full, paths, failures)
        book.sheets["Summary"].activate()
    path.write_bytes(made.getvalue())


def structure(case: Case) -> Any:
    """What makes two cases fit one workbook: everything but numbers, dates, words and switches."""
    parts = case.model_dump(include={"class_size", "theories", "pleaded", "judgment", "settlement"})
    for theory in parts["theories"].values():
        for key in ("label", "pleaded", "source"):
            theory.pop(key)
    for block in parts["judgment"]["interest"]:
        block["start"] = block["start"] == "as_paid"  # which is another formula, and not another number of days
        for key in ("end", "source"):
            block.pop(key)
    return parts, tuple(case.groups), tuple(case.questions), {name: case.differs_by_group(name) for name in case.shapes}


def workbook_cases(subject: Case, case: str | Path, settings: Sequence[str] = ()) -> dict[str, Case]:
    """The cases of a workbook: its subject first, then the base and every scenario of the same structure."""
    cases = {subject.scenario or "base": subject}
    for name in ("", *scenarios_of(case)):
        other = load(case, name, settings)
        if other.scenario not in [known.scenario for known in cases.values()] and structure(other) == structure(
            subject
        ):
            cases[name or "base"] = other
    return cases
