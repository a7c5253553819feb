"""The sheet Inputs: every input with its range and source, a column for each scenario, a cell for the reader's own value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from xlsxwriter.utility import xl_rowcol_to_cell

from damages.engine.paths import answers_for_class
from damages.errors import RenderError
from damages.reader.units import UNITS
from damages.report.cells import Cells
from damages.report.views.case_file import KIND_WORDS
from damages.report.workbook.allowed import ANSWER, OK, Allowed, allowed
from damages.report.workbook.book import GREEN, RED, Book, fixed_cell, fixed_range

HEADS = {  # column → its width
    "Name": 38,
    "Input": 52,
    "Group": 24,
    "Unit": 16,
    "In use": 22,
    "Your value": 22,
    "Check": 18,
    "From base": 10,
    "Allowed": 26,
    "Low": 20,
    "High": 20,
    "Kind of source": 26,
    "Source": 60,
    "Checked": 12,
}
NAME, INPUT, GROUP, UNIT, IN_USE, OWN, CHECK, FROM_BASE, ALLOWED, LOW, HIGH, KIND, SOURCE, CHECKED = range(len(HEADS))
FIRST_SCENARIO = len(HEADS)
CHANGED = {"bg_color": "#d9e6f8", "bold": True}
ANSWERS_ROW = "Answers shown on the sheet Model (1 yes, 0 no); the chances above do not change them"


class Entry(NamedTuple):
    """A row of the sheet: what it is in words, what it may hold, and what it holds."""

    row: int
    words: str
    unit: str
    allowed: Allowed
    value: Any
    finds: str
    differs: bool


class Inputs(NamedTuple):
    """The cells that the model reads, by name, and the rows of the sheet."""

    given: dict[str, Any]
    entries: list[Entry]
    base: str  # the scenario that changes are counted from


def write_inputs(book: Book) -> Inputs:
    """Write the sheet; returns what the other sheets read of it."""
    return _Sheet(book).write()


class _Sheet:
    """Writes the rows downwards."""

    def __init__(self, book: Book):
        self.book, self.case, self.sheet = book, book.case, book.sheets["Inputs"]
        self.scenarios = list(book.scenarios)
        self.base = self.scenarios.index("base") if "base" in self.scenarios else 0
        self.last_scenario = FIRST_SCENARIO + len(self.scenarios) - 1
        self.entries: list[Entry] = []
        self.row = 0

    def write(self) -> Inputs:
        book, sheet = self.book, self.sheet
        book.heads(sheet, 0, HEADS, right=("In use", "Your value", "Low", "High"))
        for j, name in enumerate(self.scenarios):
            book.text(sheet, 0, FIRST_SCENARIO + j, name, "head")
        sheet.set_column(FIRST_SCENARIO, self.last_scenario, 22)
        book.text(sheet, 0, self.last_scenario + 1, "Options", "head")
        sheet.freeze_panes(1, 2)
        given: dict[str, Any] = {}
        for name, described in self.case.inputs.items():
            if described.role == "question":
                chances = [case.inputs[name].chance for case in book.scenarios.values()]
                given[f"chance of {name}"] = self._chances(name, chances, "")
            elif described.role == "choice":
                given[name] = self._row(name, "", [case.inputs[name].value for case in book.scenarios.values()])
            else:
                groups = book.groups if self.case.differs_by_group(name) else ("",)
                rows = [
                    self._row(name, group, [case.shapes[name][group].base for case in book.scenarios.values()])
                    for group in groups
                ]
                given[name] = Cells(tuple(row.formulas[0] for row in rows), np.array([row.values[0] for row in rows]))
        answers = answers_for_class(self.case)
        if answers:
            self.row += 2
            book.text(sheet, self.row, 0, ANSWERS_ROW, "bold")
        for name, answer in answers.items():
            given[name] = self._row(name, "", [int(answer)] * len(self.scenarios), answer=True)
        self._colors()
        return Inputs(given, self.entries, self.scenarios[self.base])

    def _chances(self, name: str, chances: Sequence[Any], words: str) -> Any:
        """The cells of a question's chances: one, or a tree of them where it depends on earlier answers."""
        trees = [chance for chance in chances if isinstance(chance, dict)]
        if not trees:
            return self._row(name, words, [float(chance) for chance in chances])
        given = trees[0]["given"]
        if any(tree["given"] != given for tree in trees):
            raise RenderError(
                f"the chance of {name} depends on different questions in different scenarios; write a workbook for each."
            )
        inner = {
            answer: [chance[answer] if isinstance(chance, dict) else chance for chance in chances]
            for answer in ("yes", "no")
        }
        return {
            "given": given,
            **{answer: self._chances(name, inner[answer], f"{words}{given} {answer} ") for answer in ("yes", "no")},
        }

    def _row(self, name: str, group: str, values: Sequence[Any], answer: bool = False) -> Cells:
        """One input: its words, its value in each scenario, a cell for the reader's own, and the one in use."""
        self.row += 1
        row, book, described = self.row, self.book, self.case.inputs[name]
        may = ANSWER if answer else allowed(self.case, name)
        label = f"Answer: {described.label}" if answer else described.label
        self._words(row, name, group, described, label, may, "answer_" if answer else "")
        unit = "" if answer else described.unit
        for j, value in enumerate(values):
            self._value(row, FIRST_SCENARIO + j, value, unit)
        for j, option in enumerate(may.options):
            self._value(row, self.last_scenario + 1 + j, option, "")
        options = fixed_range(row, self.last_scenario + 1, row, self.last_scenario + max(len(may.options), 1))
        self.sheet.write_blank(row, OWN, None, book.look("open", unit))
        self.sheet.data_validation(row, OWN, row, OWN, may.validation(label, options))

        own, cell = xl_rowcol_to_cell(row, OWN), Cells((xl_rowcol_to_cell(row, IN_USE),), np.array([values[0]]))
        first, last = (xl_rowcol_to_cell(row, column) for column in (FIRST_SCENARIO, self.last_scenario))
        scenario = f"INDEX({first}:{last},1,scenario_number)"
        self.sheet.write_formula(row, IN_USE, f"=IF(ISBLANK({own}),{scenario},{own})", book.look("", unit), values[0])
        finds = may.finds(cell, own, scenario, options)
        self.sheet.write_formula(row, CHECK, f"={finds.formulas[0]}", None, str(finds.values[0]))
        base = xl_rowcol_to_cell(row, FIRST_SCENARIO + self.base)
        differs = "" if values[0] == values[self.base] else "differs"
        formula = f'=IF(IFERROR({cell.formulas[0]}={base},FALSE),"","differs")'
        self.sheet.write_formula(row, FROM_BASE, formula, None, differs)

        suffix = "_".join([name, *group.split()])
        book.define(book.name_of_input(suffix, "answer_" if answer else ""), "Inputs", fixed_cell(row, IN_USE))
        words = ", ".join(filter(None, [label, self.case.groups.get(group, group).strip()]))
        self.entries.append(Entry(row, words, unit, may, values[0], str(finds.values[0]), bool(differs)))
        return Cells((f"Inputs!{fixed_cell(row, IN_USE)}",), cell.values)

    def _words(self, row: int, name: str, group: str, described: Any, label: str, may: Allowed, prefix: str) -> None:
        shape = self.case.shapes.get(name, {}).get(group)
        texts: Mapping[int, str] = {
            NAME: prefix + name,
            INPUT: label,
            GROUP: self.case.groups.get(group, group),
            UNIT: UNITS[described.unit].words if not prefix else "answer",
            ALLOWED: may.words,
            KIND: KIND_WORDS[described.source.kind],
            SOURCE: " ".join(described.source.cite.split()),
            CHECKED: described.source.checked or "",
        }
        for column, text in texts.items():
            self.book.text(self.sheet, row, column, text, "indent" if column == KIND else "")
        if shape is not None and not shape.is_fixed:
            for column, end in ((LOW, shape.low), (HIGH, shape.high)):
                if np.isfinite(end):
                    self.sheet.write_number(row, column, end, self.book.look("", described.unit))

    def _value(self, row: int, column: int, value: Any, unit: str) -> None:
        if isinstance(value, str):
            self.book.text(self.sheet, row, column, value)
        else:
            self.sheet.write_number(row, column, value, self.book.look("", unit))

    def _colors(self) -> None:
        """Red where a check fails, blue where the value in use is not the base's."""
        check, differs = f"${'ABCDEFGHIJ'[CHECK]}2", f"${'ABCDEFGHIJ'[FROM_BASE]}2"
        bad = f'AND({check}<>"",{check}<>"{OK}")'
        for columns, colors, formula in (
            ((IN_USE, CHECK), RED, bad),
            ((CHECK, CHECK), GREEN, f'{check}="{OK}"'),
            ((IN_USE, IN_USE), CHANGED, f'{differs}="differs"'),
            ((FROM_BASE, FROM_BASE), CHANGED, f'{differs}="differs"'),
        ):
            first, last = columns
            self.sheet.conditional_format(1, first, self.row, last, self.book.rule(colors, f"={formula}"))
