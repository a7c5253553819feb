"""The model read with formulas → a workbook whose every figure is a live native formula.

Sheets: Summary (headlines, the scenario to show), Inputs (every input with its range and source, a
column for each scenario and one for the reader's own value), Model (one named row a line, a column
for each group), Paths (every pattern of answers with its chance) and Path model (the model once for
each distinct path). No macro, no add-in; every formula carries its value.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from damages.analysis.paths import answer_paths, answers_for_class
from damages.case.names import figure_names
from damages.case.problems import RenderError
from damages.case.schema import Case
from damages.case.units import UNITS
from damages.model.estimate import estimate as model_estimate
from damages.report.cells import Cells, Rows
from damages.report.lines import line
from damages.report.sheet import Sheet
from damages.report.table import HYPOTHETICAL
from damages.report.tables import KIND_WORDS

MOST_PATTERNS = 1024
FIRST_SCENARIO = 11  # the column of the base case on the inputs sheet
FORMATS = {
    "usd": "$#,##0.00",
    "usd_per_member": "$#,##0.00",
    "usd_per_unit": "$#,##0.00",
    "usd_per_month": "$#,##0.00",
    "people": "#,##0",
    "count": "#,##0",
}


def write_workbook(scenarios: Mapping[str, Case], path: Path) -> None:
    """Write the workbook of a case and its scenarios.

    Parameters
    ----------
    scenarios : name → case; the first is the one shown, all have the same structure
    path : the file to write

    Raises
    ------
    RenderError : when the cases differ in structure, or have too many patterns of answers
    """
    cases = list(scenarios.values())
    for name, case in scenarios.items():
        if structure(case) != structure(cases[0]):
            raise RenderError(
                f"the scenario '{name}' changes the structure of the case and not only its numbers; it needs a workbook of its own."
            )
    if 2 ** len(cases[0].questions) > MOST_PATTERNS:
        raise RenderError(
            f"the case has {len(cases[0].questions)} questions; a workbook lists up to {MOST_PATTERNS} patterns of answers."
        )
    with xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        book.set_properties({"title": cases[0].title, "created": datetime.datetime(2000, 1, 1)})
        book.set_calc_mode("auto")
        _Writer(book, scenarios).write()


def structure(case: Case) -> Any:
    """What makes two cases fit one workbook: everything but numbers, dates, words and switches."""
    parts = case.model_dump(include={"class_size", "theories", "pleaded", "judgment", "settlement"})
    for theory in parts["theories"].values():
        for key in ("label", "pleaded", "source"):
            theory.pop(key)
    if parts["judgment"]["interest"]:
        for key in ("start", "end", "source"):
            parts["judgment"]["interest"].pop(key)
    return parts, tuple(case.groups), tuple(case.questions), {name: case.differs_by_group(name) for name in case.shapes}


class _Writer:
    """Writes the sheets in turn; each keeps the cells that the next one needs."""

    def __init__(self, book: xlsxwriter.Workbook, scenarios: Mapping[str, Case]):
        self.book, self.scenarios = book, scenarios
        self.case = next(iter(scenarios.values()))
        self.groups = tuple(self.case.groups)
        self.names: set[str] = set()
        self.figures = figure_names(self.case)  # a figure keeps its name; an input of that name gets input_
        self.bold = book.add_format({"bold": True})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.big = book.add_format({"bold": True, "font_size": 14})
        self.warn = book.add_format({"bold": True, "font_color": "#9c2a00"})
        self.open = book.add_format({"bg_color": "#fff7d6", "border": 1, "border_color": "#c8b560"})
        self._formats: dict[str, Any] = {}
        self.summary, self.inputs, self.model, self.paths, self.path_model = (
            book.add_worksheet(name, Sheet) for name in ("Summary", "Inputs", "Model", "Paths", "Path model")
        )

    def number(self, unit: str) -> Any:
        if unit not in self._formats:
            self._formats[unit] = self.book.add_format({"num_format": FORMATS.get(unit, "General")})
        return self._formats[unit]

    def write(self) -> None:
        given = self._inputs()
        best = self._model(given)
        expected = self._paths(given)
        self._summary(best, expected)
        self.summary.activate()

    # --- Inputs ---------------------------------------------------------------------------------

    def _inputs(self) -> dict[str, Cells]:
        sheet = self.inputs
        heads = [
            "Name",
            "Input",
            "Group",
            "Unit",
            "In use",
            "Your value",
            "Low",
            "High",
            "Kind of source",
            "Source",
            "Checked",
            *self.scenarios,
        ]
        for j, text in enumerate(heads):
            sheet.write_string(0, j, text, self.head)
        sheet.freeze_panes(1, 2)
        for column, width in ((0, 26), (1, 44), (2, 16), (3, 14), (4, 16), (5, 14), (9, 60)):
            sheet.set_column(column, column, width)
        sheet.set_column(FIRST_SCENARIO, FIRST_SCENARIO + len(self.scenarios), 16)
        self.row = 0
        given: dict[str, Cells] = {}
        for name, described in self.case.inputs.items():
            if described.role == "question":
                given[f"chance of {name}"] = self._chance_rows(name)
            elif described.role == "choice":
                given[name] = self._input_row(name, "", [case.inputs[name].value for case in self.scenarios.values()])
            else:
                groups = self.groups if self.case.differs_by_group(name) else ("",)
                rows = [
                    self._input_row(name, group, [case.shapes[name][group].base for case in self.scenarios.values()])
                    for group in groups
                ]
                given[name] = Cells(tuple(row.formulas[0] for row in rows), np.array([row.values[0] for row in rows]))
        self.row += 1
        sheet.write_string(
            self.row + 1,
            0,
            "Answers shown on the sheet Model (1 yes, 0 no); the chances above do not change them",
            self.bold,
        )
        self.row += 1
        for name, answer in answers_for_class(self.case).items():
            given[name] = self._input_row(name, "", [answer] * len(self.scenarios), prefix="answer_")
        return given

    def _chance_rows(self, name: str) -> Any:
        """The cells of a question's chances: one, or a tree of them where it depends on earlier answers."""
        chances = [case.inputs[name].chance for case in self.scenarios.values()]
        return self._chance_tree(name, chances, "")

    def _chance_tree(self, name: str, chances: Sequence[Any], words: str) -> Any:
        trees = [chance for chance in chances if isinstance(chance, dict)]
        if not trees:
            return self._input_row(name, words, [float(chance) for chance in chances])
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
            **{answer: self._chance_tree(name, inner[answer], f"{words}{given} {answer} ") for answer in ("yes", "no")},
        }

    def _input_row(self, name: str, group: str, values: Sequence[Any], prefix: str = "") -> Cells:
        """One input: its words, its value in each scenario, a cell for the reader's own, and the one in use."""
        self.row += 1
        row, sheet, described = self.row, self.inputs, self.case.inputs[name]
        shape = self.case.shapes.get(name, {}).get(group)
        texts = [
            prefix + name,
            described.label,
            self.case.groups.get(group, group),
            UNITS[described.unit].words,
            None,
            None,
            None,
            None,
            KIND_WORDS[described.source.kind],
            " ".join(described.source.cite.split()),
            described.source.checked or "",
        ]
        for j, text in enumerate(texts):
            if text is not None:
                sheet.write_string(row, j, text)
        sheet.write_blank(row, 5, None, self.open)
        if shape is not None and not shape.is_fixed:
            for column, end in ((6, shape.low), (7, shape.high)):
                if np.isfinite(end):
                    sheet.write_number(row, column, end, self.number(described.unit))
        for j, value in enumerate(values):
            if isinstance(value, str):
                sheet.write_string(row, FIRST_SCENARIO + j, value)
            else:
                sheet.write_number(row, FIRST_SCENARIO + j, value, self.number(described.unit))
        first, last = xl_rowcol_to_cell(row, FIRST_SCENARIO), xl_rowcol_to_cell(row, FIRST_SCENARIO + len(values) - 1)
        own = xl_rowcol_to_cell(row, 5)
        formula = f"=IF(ISBLANK({own}),INDEX({first}:{last},1,scenario_number),{own})"
        sheet.write_formula(row, 4, formula, self.number(described.unit), values[0])
        cell = xl_rowcol_to_cell(row, 4, row_abs=True, col_abs=True)
        suffix = "_".join(filter(None, [name, *group.split()]))
        self._define(f"input_{suffix}" if suffix in self.figures else prefix + suffix, "Inputs", cell)
        return Cells((f"Inputs!{cell}",), np.array([values[0]]))

    def _define(self, wanted: str, sheet: str, cells: str) -> None:
        if wanted not in self.names:
            self.names.add(wanted)
            self.book.define_name(wanted, f"='{sheet}'!{cells}")

    # --- Model ----------------------------------------------------------------------------------

    def _model(self, given: Mapping[str, Cells]) -> Rows:
        sheet = self.model
        for j, text in enumerate(["Name", "Line", "Unit", "Authority", "Class", *self.case.groups.values()]):
            sheet.write_string(0, j, text, self.head)
        sheet.freeze_panes(1, 2)
        for column, width in ((0, 32), (1, 60), (2, 16), (3, 40), (4, 20)):
            sheet.set_column(column, column, width)
        sheet.set_column(5, 4 + len(self.groups), 20)
        return model_estimate(self.case, given, self._rows(sheet, "Model", 1, 4))  # type: ignore[return-value]

    def _rows(self, sheet: Any, sheet_name: str, top: int, left: int, words: bool = True, named: bool = True) -> Rows:
        """Lines written downwards from ``top``: the class in column ``left``, the groups to its right."""
        count = 0

        def write_row(name: str, cells: Cells) -> Cells:
            nonlocal count
            row, words_of = top + count, line(self.case, name)
            count += 1
            if words:
                for j, text in enumerate([name, words_of.label, UNITS[words_of.unit].words, words_of.authority]):
                    sheet.write_string(row, j, text)
            by_group = len(cells) == len(self.groups) and len(self.groups) > 1
            columns = range(left + 1, left + 1 + len(cells)) if by_group else [left]
            form = self.number(words_of.unit)
            for column, formula, value in zip(columns, cells.formulas, cells.values, strict=True):
                if len(formula) > 8_000:
                    raise RenderError(f"the formula of {name} is too long for a workbook.")
                sheet.write_formula(row, column, f"={formula}", form, _cached(value))
            if by_group and words_of.unit in ("people", "count"):
                first, last = (xl_rowcol_to_cell(row, column) for column in (columns[0], columns[-1]))
                sheet.write_formula(row, left, f"=SUM({first}:{last})", form, float(np.sum(cells.values)))
            places = [xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True) for column in columns]
            if named:
                self._define(name, sheet_name, places[0] if len(places) == 1 else f"{places[0]}:{places[-1]}")
            return Cells(tuple(f"'{sheet_name}'!{place}" for place in places), cells.values)

        return Rows(write_row)

    # --- Paths ----------------------------------------------------------------------------------

    def _paths(self, given: dict[str, Cells]) -> Cells:
        """Patterns with their chances, the distinct paths, the model once for each, and the expected judgment."""
        paths = answer_paths(self.case, possible_only=False)
        questions, sheet = list(self.case.questions), self.paths
        left = len(questions) + 4  # the table of paths stands to the right of the table of patterns
        for j, name in enumerate(questions):
            sheet.write_string(0, j, self.case.inputs[name].label, self.head)
        for j, text in ((len(questions), "Chance"), (len(questions) + 1, "Path")):
            sheet.write_string(0, j, text, self.head)
        for j, text in enumerate(["Path", "Theories that stand if pleaded", "Chance", "Judgment"]):
            sheet.write_string(0, left + j, text, self.head)
        sheet.set_column(0, len(questions) - 1, 14)
        sheet.set_column(left + 1, left + 1, 50)
        sheet.set_column(left + 2, left + 3, 18)
        row = 0
        for number, path in enumerate(paths, start=1):
            for answers, chance in path.patterns:
                row += 1
                for j, name in enumerate(questions):
                    sheet.write_number(row, j, answers[name])
                sheet.write_formula(row, len(questions), "=" + self._pattern_chance(given, answers), None, chance)
                sheet.write_number(row, len(questions) + 1, number)
        chance_column, path_column = xl_col_to_name(len(questions)), xl_col_to_name(len(questions) + 1)
        self._path_model_words()
        expected = 0.0
        for number, path in enumerate(paths, start=1):
            lines = self._path_model(given, path.answers, number)
            sheet.write_number(number, left, number)
            sheet.write_string(
                number, left + 1, " + ".join(self.case.theories[name].label for name in path.standing) or "None"
            )
            span = f"${path_column}$2:${path_column}${row + 1},{number},${chance_column}$2:${chance_column}${row + 1}"
            sheet.write_formula(number, left + 2, f"=SUMIF({span})", None, path.chance)
            judgment = lines["judgment_usd"]
            sheet.write_formula(
                number, left + 3, f"={judgment.formulas[0]}", self.number("usd"), float(judgment.values[0])
            )
            expected += path.chance * float(judgment.values[0])
        columns = [f"${xl_col_to_name(left + j)}$2:${xl_col_to_name(left + j)}${len(paths) + 1}" for j in (2, 3)]
        return Cells((f"SUMPRODUCT(Paths!{columns[0]},Paths!{columns[1]})",), np.array([expected]))

    def _pattern_chance(self, given: Mapping[str, Any], answers: Mapping[str, float]) -> str:
        factors = []
        for name, answer in answers.items():
            tree = given[f"chance of {name}"]
            while isinstance(tree, dict):
                tree = tree["yes" if answers[tree["given"]] else "no"]
            cell = tree.formulas[0]
            factors.append(cell if answer else f"(1-{cell})")
        return "*".join(factors) or "1"

    def _path_model_words(self) -> None:
        self.path_model.write_string(0, 0, "Name", self.head)
        self.path_model.write_string(0, 1, "Line", self.head)
        self.path_model.set_column(0, 0, 32)
        self.path_model.set_column(1, 1, 60)
        self.path_model.freeze_panes(1, 2)

    def _path_model(self, given: Mapping[str, Cells], answers: Mapping[str, float], number: int) -> Rows:
        """The model for one path, in a block of columns of its own."""
        sheet, width = self.path_model, 1 + (len(self.groups) if len(self.groups) > 1 else 0)
        left = 4 + (number - 1) * width
        sheet.write_string(0, left, f"Path {number}", self.head)
        for j, label in enumerate(self.case.groups.values() if width > 1 else ()):
            sheet.write_string(0, left + 1 + j, f"{number}: {label}", self.head)
        sheet.set_column(left, left + width - 1, 16)
        fixed = {name: Cells((f"{int(answer)}",), np.array([answer])) for name, answer in answers.items()}
        rows = self._rows(sheet, "Path model", 1, left, words=number == 1, named=False)
        return model_estimate(self.case, {**given, **fixed}, rows)  # type: ignore[return-value]

    # --- Summary --------------------------------------------------------------------------------

    def _summary(self, best: Mapping[str, Cells], expected: Cells) -> None:
        sheet, names = self.summary, list(self.scenarios)
        sheet.set_column(0, 0, 56)
        sheet.set_column(1, 1, 26)
        sheet.write_string(0, 0, self.case.title, self.big)
        sheet.write_string(1, 0, self.case.docket)
        if self.case.hypothetical:
            sheet.write_string(2, 0, f"{HYPOTHETICAL.upper()}. {' '.join(self.case.disposition.split())}", self.warn)
        sheet.write_string(4, 0, "Scenario shown (choose from the list)", self.bold)
        sheet.write_string(4, 1, names[0], self.open)
        sheet.data_validation(4, 1, 4, 1, {"validate": "list", "source": names})
        first, last = (
            xl_rowcol_to_cell(0, FIRST_SCENARIO + j, row_abs=True, col_abs=True) for j in (0, len(names) - 1)
        )
        sheet.write_string(5, 0, "Its column on the sheet Inputs")
        sheet.write_formula(5, 1, f"=MATCH(Summary!$B$5,Inputs!{first}:{last},0)", None, 1)
        self._define("scenario", "Summary", "$B$5")
        self._define("scenario_number", "Summary", "$B$6")
        for row, (name, cells) in enumerate(
            (("pleaded_usd", best["pleaded_usd"]), ("exposure_usd", best["judgment_usd"]), ("expected_usd", expected)),
            start=8,
        ):
            sheet.write_string(
                row,
                0,
                line(self.case, name).label + (f" ({HYPOTHETICAL})" if self.case.hypothetical else ""),
                self.bold,
            )
            sheet.write_formula(row, 1, f"={cells.formulas[0]}", self.number("usd"), float(cells.values[0]))
            self._define(name, "Summary", f"$B${row + 1}")
        for row, text in enumerate(
            (
                "Every figure is a live formula. Change a value in the yellow column of Inputs, or the scenario above, and all sheets follow.",
                "Model shows the lines with every question answered for the class; change an answer at the foot of Inputs to see another.",
                "Paths lists every pattern of answers with its chance; the expected figure weighs them. Ranges are not drawn here.",
                "An estimate from stated inputs, not legal advice.",
            ),
            start=13,
        ):
            sheet.write_string(row, 0, text)


def _cached(value: Any) -> Any:
    return bool(value) if isinstance(value, bool | np.bool_) else float(value)
