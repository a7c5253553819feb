"""The sheets Model, Full recovery, Paths and Path model: every line once for the class, and once for each distinct path.

Each line has a word beside it for what went wrong in it: no number, or a negative one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from damages.case.lines import line
from damages.case.schema import Case
from damages.engine.answers import Branch, Dependents, branches
from damages.engine.headlines import at_the_top, liability_answered
from damages.engine.paths import paths_of
from damages.errors import RenderError
from damages.model.estimate import estimate as model_estimate
from damages.reader.units import UNITS
from damages.report.cells import Cells, Rows
from damages.report.workbook.allowed import OK
from damages.report.workbook.book import GREEN, RED, Book, fixed_cell, fixed_range
from damages.report.workbook.inputs import Inputs

MOST_LETTERS, MOST_COLUMNS = 8_000, 16_384  # of a formula, of a sheet
MOST_PATHS = 1_024
NO_NUMBER, NEGATIVE = "no number", "negative"
LEAST = -1e-6  # what arithmetic with digits can leave of 0


class Lines(NamedTuple):
    """Where the lines of a sheet are, and the word for each."""

    cells: Rows
    names: str
    words: str
    found: list[str]


class Paths(NamedTuple):
    """The expected judgment and the exposure, and the columns that they come from, each with its values."""

    expected: Cells
    exposure: Cells
    branches: Cells
    chances: Cells
    if_won: Cells
    judgments: Cells
    lines: Lines


def write_model(book: Book, inputs: Inputs) -> Lines:
    """Write the sheet Model: a row a line, the class and its groups in columns."""
    sheet = book.sheets["Model"]
    book.heads(sheet, 0, {"Name": 32, "Line": 60, "Unit": 16, "Authority": 40, "Class": 24})
    right = 5 + (len(book.groups) if len(book.groups) > 1 else 0)
    for j, label in enumerate(book.case.groups.values() if right > 5 else ()):
        book.text(sheet, 0, 5 + j, label, "head")
    sheet.set_column(5, right, 24)
    sheet.freeze_panes(1, 2)
    writer = _Lines(book, "Model")
    rows = model_estimate(book.case, inputs.given, writer.rows(4, words=True, named=True))
    return writer.checked(rows, right, 4, right - 1)  # type: ignore[arg-type]


def write_full(book: Book, inputs: Inputs) -> Lines:
    """Write the sheet Full recovery: every line when plaintiffs fully prevail, in a court that cuts nothing."""
    sheet, case = book.sheets["Full recovery"], book.case
    right = 4 + (len(book.groups) if len(book.groups) > 1 else 0)
    book.heads(sheet, 0, {"Name": 32, "Line": 60, "Unit": 16, "Class": 24})
    for j, label in enumerate(case.groups.values() if right > 4 else ()):
        book.text(sheet, 0, 4 + j, label, "head")
    sheet.set_column(4, right, 24)
    sheet.freeze_panes(1, 2)
    tops = {name: Cells((repr(top),), np.array([top])) for name, top in at_the_top(case).items()}
    writer = _Lines(book, "Full recovery")
    rows = model_estimate(case.uncut, {**inputs.given, **tops}, writer.rows(3, words=True, named=False))
    return writer.checked(rows, right, 3, right - 1)  # type: ignore[arg-type]


class _Lines:
    """Writes the model's lines downwards, one block of columns after the other, and then the word for each row."""

    def __init__(self, book: Book, sheet: str):
        self.book, self.name, self.sheet = book, sheet, book.sheets[sheet]
        self.values: list[list[float]] = []  # of each row

    def rows(self, left: int, words: bool, named: bool) -> Rows:
        """Lines with the class in the column ``left`` and the groups to its right."""
        count = 0

        def write_row(name: str, cells: Cells) -> Cells:
            nonlocal count
            count += 1
            if len(self.values) < count:
                self.values.append([])
            return self._row(count, left, name, cells, words, named)

        return Rows(write_row)

    def _row(self, row: int, left: int, name: str, cells: Cells, words: bool, named: bool) -> Cells:
        book, sheet, said = self.book, self.sheet, line(self.book.case, name)
        if words:
            for j, text in enumerate([name, said.label]):
                book.text(sheet, row, j, text)
        if named:
            for j, text in enumerate([UNITS[said.unit].words, said.authority]):
                book.text(sheet, row, 2 + j, text)
        groups = len(book.groups)
        by_group = len(cells) == groups and groups > 1
        columns = range(left + 1, left + 1 + groups) if by_group else range(left, left + 1)
        look = book.look("", said.unit)
        for column, formula, value in zip(columns, cells.formulas, cells.values, strict=True):
            if len(formula) > MOST_LETTERS:
                raise RenderError(f"the formula of {name} is too long for a workbook.")
            sheet.write_formula(row, column, f"={formula}", look, _cached(value))
        self.values[row - 1] += [float(value) for value in cells.values]
        first, last = (xl_rowcol_to_cell(row, column) for column in (columns[0], columns[-1]))
        if by_group and said.unit in ("people", "count"):
            whole = float(np.sum(cells.values))
            sheet.write_formula(row, left, f"=SUM({first}:{last})", look, whole)
            self.values[row - 1].append(whole)
        places = [xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True) for column in columns]
        if named:
            book.define(name, self.name, fixed_range(row, columns[0], row, columns[-1]) if by_group else places[0])
        return Cells(tuple(f"'{self.name}'!{place}" for place in places), cells.values)

    def checked(self, cells: Rows, column: int, first: int, last: int) -> Lines:
        """Write into a column what is wrong with each line between two others."""
        sheet, found = self.sheet, []
        self.book.text(sheet, 0, column, "Check", "head")
        for row, values in enumerate(self.values, start=1):
            span = f"{xl_rowcol_to_cell(row, first)}:{xl_rowcol_to_cell(row, last)}"
            formula = f'IF(COUNT({span})<{len(values)},"{NO_NUMBER}",IF(MIN({span})<{LEAST:f},"{NEGATIVE}","{OK}"))'
            word = NEGATIVE if min(values) < LEAST else OK
            found.append(word if np.all(np.isfinite(values)) else NO_NUMBER)
            sheet.write_formula(row, column, f"={formula}", None, found[-1])
        bottom, top = len(self.values), f"${xl_col_to_name(column)}2"
        for colors, sign in ((GREEN, "="), (RED, "<>")):
            sheet.conditional_format(1, column, bottom, column, self.book.rule(colors, f'={top}{sign}"{OK}"'))
        names, words = (f"'{self.name}'!{fixed_range(1, place, bottom, place)}" for place in (0, column))
        return Lines(cells, names, words, found)


# --- Paths ----------------------------------------------------------------------------------------


def write_paths(book: Book, inputs: Inputs) -> Paths:
    """Write the tree of answers with its chances, the paths it ends in, the model once for each, and the expected judgment."""
    case, sheet = book.case, book.sheets["Paths"]
    what = Dependents.of(case, pleaded_only=False)
    tree, ends = branches(case, what)
    paths = paths_of(case, what, ends)
    if len(paths) > MOST_PATHS:
        raise RenderError(f"the case has {len(paths):,} answer paths; a workbook works out up to {MOST_PATHS:,}.")
    decided = liability_answered(case)
    won, at_won = branches(case, what, decided)
    places, steps = _tree(book, inputs.given, tree, 0)
    if_won = {f"chance of {name}": inputs.given[name] for name in decided}
    places_won, _ = _tree(book, {**inputs.given, **if_won}, won, 15)
    chance_of, chance_won = (
        dict(zip(found.keys, zip(at, found.chance.tolist(), strict=True), strict=True))
        for found, at in ((ends, places), (at_won, places_won))
    )
    left = 9  # the table of paths is to the right of the tree
    heads = {
        "Path": 8,
        "Theories that stand if pleaded": 50,
        "Chance": 24,
        "Judgment": 24,
        "Chance if the class wins": 24,
    }
    book.heads(sheet, 0, heads, left)
    sheet.freeze_panes(1, 0)
    writer, judgments, won_chances = _PathModel(book, len(paths)), list[float](), list[float]()
    for number, path in enumerate(paths, start=1):
        judgment = writer.path(inputs, path.answers, number)["judgment_usd"]
        sheet.write_number(number, left, number)
        standing = " + ".join(case.theories[name].label for name in path.standing) or "None"
        book.text(sheet, number, left + 1, standing)
        sheet.write_formula(number, left + 2, f"={chance_of[path.key][0]}", None, path.chance)
        place, chance = chance_won.get(path.key, ("0", 0.0))
        sheet.write_formula(number, left + 4, f"={place}", None, chance)
        won_chances.append(chance)
        judgments.append(float(judgment.values[0]))
        sheet.write_formula(number, left + 3, f"={judgment.formulas[0]}", book.look("", "usd"), judgments[-1])
    whole, usd, won_whole = (
        Cells((f"Paths!{fixed_range(1, left + j, len(paths), left + j)}",), np.array(values))
        for j, values in ((2, [path.chance for path in paths]), (3, judgments), (4, won_chances))
    )
    expected, exposure = (
        Cells(
            (f"SUMPRODUCT({chances.formulas[0]},{usd.formulas[0]})",),
            np.array([math.fsum(chances.values * usd.values)]),
        )
        for chances in (whole, won_whole)
    )
    return Paths(expected, exposure, steps, whole, won_whole, usd, writer.finished())


def _tree(book: Book, given: Mapping[str, Any], tree: Sequence[Branch], left: int) -> tuple[list[str], Cells]:
    """Write every branch: question, state before, answer, its chance, state after; and each state with its chance.

    Parameters
    ----------
    given : the cells of the chances
    left : the first column of the tree

    Returns
    -------
    Where the chances of the last states are, and the chances of all branches.
    """
    sheet, case = book.sheets["Paths"], book.case
    at = left + 7  # the column with the chance of each state
    book.heads(sheet, 0, {"Question": 50, "From state": 12, "Answer": 10, "Chance": 24, "To state": 12}, left)
    book.heads(sheet, 0, {"State": 8, "Chance": 24}, left + 6)
    sheet.write_number(1, at - 1, 0)
    sheet.write_number(1, at, 1.0)
    places, chances, states, row, found = [fixed_cell(1, at)], [1.0], 1, 1, []
    for question, group in groupby(tree, key=lambda branch: branch.question):
        steps, before, first = list(group), states - len(places), row
        after = [0.0] * (1 + max(step.after for step in steps))
        for step in steps:
            share, value = _chance(case, given, step)
            found.append(chances[step.before] * value)
            after[step.after] += found[-1]
            book.text(sheet, row, left, case.inputs[question].label)
            sheet.write_number(row, left + 1, before + step.before)
            book.text(sheet, row, left + 2, "either" if step.answer is None else "yes" if step.answer else "no")
            formula = f"={places[step.before]}{share}"
            sheet.write_formula(row, left + 3, formula, None, found[-1])
            sheet.write_number(row, left + 4, states + step.after)
            row += 1
        to, of = (fixed_range(first, column, row - 1, column) for column in (left + 4, left + 3))
        for i, chance in enumerate(after):
            line = 1 + states + i
            sheet.write_number(line, at - 1, states + i)
            sheet.write_formula(line, at, f"=SUMIF({to},{xl_rowcol_to_cell(line, at - 1)},{of})", None, chance)
        places = [fixed_cell(1 + states + i, at) for i in range(len(after))]
        chances, states = after, states + len(after)
    column = f"Paths!{fixed_range(1, left + 3, row - 1, left + 3)}" if found else f"Paths!{fixed_cell(1, at)}"
    return places, Cells((column,), np.array(found or [1.0]))


def _chance(case: Case, given: Mapping[str, Any], step: Branch) -> tuple[str, float]:
    """What a branch multiplies the chance of the state before it by: as a formula, and its value."""
    if step.answer is None:
        return "", 1.0
    tree = given[f"chance of {step.question}"]
    while isinstance(tree, dict):
        tree = tree["yes" if step.answers[tree["given"]] else "no"]
    cell, yes = tree.formulas[0], float(tree.values[0])
    return (f"*{cell}", yes) if step.answer else (f"*(1-{cell})", 1.0 - yes)


class _PathModel:
    """The model for one path after the other, each in a block of columns of its own."""

    def __init__(self, book: Book, paths: int):
        self.book, self.sheet, self.writer = book, book.sheets["Path model"], _Lines(book, "Path model")
        self.width = 1 + (len(book.groups) if len(book.groups) > 1 else 0)
        if 4 + paths * self.width > MOST_COLUMNS:
            raise RenderError(
                f"the case has {paths} paths in {len(book.groups)} groups, more than the {MOST_COLUMNS} columns of a sheet hold."
            )
        book.heads(self.sheet, 0, {"Name": 32, "Line": 60})
        self.sheet.freeze_panes(1, 2)
        self.last = 4

    def path(self, inputs: Inputs, answers: Mapping[str, float], number: int) -> Rows:
        """The lines under one path's answers."""
        left = 4 + (number - 1) * self.width
        self.last = left + self.width - 1
        heads = [f"Path {number}", *(f"{number}: {label}" for label in self.book.case.groups.values())][: self.width]
        for j, text in enumerate(heads):
            self.book.text(self.sheet, 0, left + j, text, "head")
        self.sheet.set_column(left, self.last, 20)
        fixed = {name: Cells((f"{int(answer)}",), np.array([answer])) for name, answer in answers.items()}
        self.rows = self.writer.rows(left, words=number == 1, named=False)
        return model_estimate(self.book.case, {**inputs.given, **fixed}, self.rows)  # type: ignore[return-value]

    def finished(self) -> Lines:
        """The lines, each checked over all paths."""
        return self.writer.checked(self.rows, 2, 4, self.last)


def _cached(value: Any) -> Any:
    return bool(value) if isinstance(value, bool | np.bool_) else float(value)
