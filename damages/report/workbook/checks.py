"""The sheet Checks: figures that must agree, then what every open cell holds; its count of failures lights the summary.

A validation stops what is typed; pasting and programs go past it. So each check is a formula, and
one that cannot be worked out fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from xlsxwriter.utility import xl_rowcol_to_cell

from damages.case.lines import line
from damages.case.schema import Case
from damages.model.arithmetic import total
from damages.report.cells import Cells
from damages.report.checks import CENT, agreements
from damages.report.workbook.allowed import OK
from damages.report.workbook.book import GREEN, RED, SCENARIO, Book, fixed_cell, fixed_range
from damages.report.workbook.inputs import CHECK, FROM_BASE, IN_USE, OWN, Entry, Inputs
from damages.report.workbook.model import NEGATIVE, NO_NUMBER, Lines, Paths

PASSES, FAILS, ALL_PASS = "Passes", "Fails", "All checks pass"
HEADS = {
    "Check": 88,
    "Result": 10,
    "Found": 26,
    "Must be": 32,
    "Figure": 26,
    "What is wrong": 36,
    "Where": 22,
}
TITLE = 6  # the row of the headings


class Check(NamedTuple):
    """Two figures and how the first must relate to the second; ``where`` is the sheet and cell to look at."""

    words: str
    found: Cells
    rule: str
    figure: Cells
    where: str
    unit: str = ""
    wrong: str = ""

    def holds(self, found: Cells, figure: Cells) -> Cells:
        """Whether it does, of the cells that show the two figures. Text in one of them is an error, and so a failure."""
        slack = (CENT if self.unit == "usd" else 1e-9) + 1e-9 * np.absolute(figure)
        apart = found - figure
        if self.rule == "equal to":
            return np.absolute(apart) <= slack
        return {"at most": apart <= slack, "at least": apart >= 0.0 - slack, "above": apart > 0.0}[self.rule]


class Result(NamedTuple):
    """What a check finds in the case as it is written."""

    words: str
    passes: bool


class Failures(NamedTuple):
    """What the sheet finds in the case as it is written: the words of the light, the failures, the changes."""

    light: str
    number: int
    first: str
    base: str
    changed: int


def write_checks(book: Book, inputs: Inputs, model: Lines, full: Lines, paths: Paths) -> Failures:
    """Write the sheet; it names ``checks_failed``, ``first_failed`` and ``inputs_changed`` for the summary."""
    sheet = book.sheets["Checks"]
    book.heads(sheet, TITLE, HEADS, right=("Found", "Figure"))
    sheet.freeze_panes(TITLE + 1, 1)
    sheet.repeat_rows(TITLE)
    row = TITLE + 1
    book.text(sheet, row, 0, "Figures that must agree", "bold")
    figures: list[Result] = []
    for check in _checks(book.case, inputs, model, full, paths):
        row += 1
        figures.append(_write_check(book, row, check))
    row += 2
    book.text(sheet, row, 0, "Open cells: each holds what it may", "bold")
    row += 1
    cells = [_write_scenario(book, row)]
    for entry in inputs.entries:
        row += 1
        cells.append(_write_entry(book, row, entry))
    sheet.autofilter(TITLE, 0, row, len(HEADS) - 1)
    for colors, word in ((GREEN, PASSES), (RED, FAILS)):
        sheet.conditional_format(TITLE + 1, 1, row, 1, book.rule(colors, f'=$B{TITLE + 2}="{word}"'))
    failures = _failures(inputs, [*cells, *figures])
    _write_head(
        book,
        inputs,
        failures,
        len(cells) + len(figures),
        (TITLE + 2, TITLE + 1 + len(figures)),
        (row - len(cells) + 1, row),
    )
    return failures


# --- What must agree ------------------------------------------------------------------------------


def _checks(case: Case, inputs: Inputs, model: Lines, full: Lines, paths: Paths) -> Iterator[Check]:
    yield from _of_the_class(case, inputs.given)
    one, none = _number(1), _number(0)
    least = _of(paths.branches, "MIN", np.min)
    yield Check("No answer has a chance below 0", least, "at least", none, _place(paths.branches))
    yield Check(
        "The chances of the paths sum to 1", _of(paths.chances, "SUM", np.sum), "equal to", one, _place(paths.chances)
    )
    if_won = _of(paths.if_won, "SUM", np.sum)
    yield Check("The chances of the paths if the class wins sum to 1", if_won, "equal to", one, _place(paths.if_won))
    for rule, name, word, function in (
        ("at most", "MAX", "above the largest", np.max),
        ("at least", "MIN", "below the smallest", np.min),
    ):
        words, end = f"The expected judgment is not {word} judgment of a path", _of(paths.judgments, name, function)
        yield Check(words, Cells(("expected_usd",), paths.expected.values), rule, end, _place(paths.judgments), "usd")
    for lines, sheet in ((model, "Model"), (full, "Full recovery"), (paths.lines, "Path model")):
        for word, words in ((NO_NUMBER, "Every line is a number"), (NEGATIVE, "No line is below 0")):
            count = Cells((f'COUNTIF({lines.words},"{word}")',), np.array([lines.found.count(word)]))
            wrong = f'IFERROR("first: "&INDEX({lines.names},MATCH("{word}",{lines.words},0)),"")'
            where = lines.names.split(":")[0]
            yield Check(f"{words}: sheet {sheet}", count, "equal to", none, where, "", wrong)
    for agreed in agreements(case, model.cells):
        unit = line(case, agreed.line).unit
        yield Check(agreed.words, agreed.found, agreed.rule, agreed.figure, _place(model.cells[agreed.line]), unit)


def _of_the_class(case: Case, given: dict[str, Any]) -> Iterator[Check]:
    """What the reader of a case asks of inputs together."""
    size, one, none = case.class_size, _number(1), _number(0)

    def summed(names: Any) -> Cells:
        return sum(given[name] for name in names)

    def label(name: str) -> str:
        return case.inputs[name].label

    if size.mix:
        yield Check(
            f"The mix sums to 1: {label(size.mix)}", total(given[size.mix]), "equal to", one, _place(given[size.mix])
        )
    if size.weights:
        weights = list(size.weights.values())
        yield Check(
            "The weights of the methods are not all 0", summed(weights), "above", none, _place(given[weights[0]])
        )
    for method in (size.methods or {}).values():
        if method.exclude:
            words = f"Shares left out are not more than everyone: {method.label}"
            yield Check(words, summed(method.exclude), "at most", one, _place(given[method.exclude[0]]))
        if method.kind == "lists":
            for name in (method.first, method.second):
                words = f"No more people are on both lists than on one: {label(name)}"
                yield Check(words, given[method.both], "at most", given[name], _place(given[method.both]), "people")
    if case.settlement.channels:
        shares = [channel.share for channel in case.settlement.channels.values()]
        yield Check(
            "The ways of notice do not reach more than everyone",
            summed(shares),
            "at most",
            one,
            _place(given[shares[0]]),
        )


def _number(number: float) -> Cells:
    return Cells((f"{number:g}",), np.array([number]))


def _of(cells: Cells, name: str, function: Any) -> Cells:
    return Cells((f"{name}({cells.formulas[0]})",), np.array([function(cells.values)]))


def _place(cells: Cells) -> str:
    return cells.formulas[0].split(":")[0]


# --- Rows -----------------------------------------------------------------------------------------


def _write_check(book: Book, row: int, check: Check) -> Result:
    sheet, look = book.sheets["Checks"], book.look("", check.unit or "number", align="right")
    book.text(sheet, row, 0, check.words)
    shown = []
    for column, cells in ((2, check.found), (4, check.figure)):
        value = float(cells.values[0])
        sheet.write_formula(row, column, f'=IFERROR({cells.formulas[0]},"no number")', look, value)
        shown.append(Cells((xl_rowcol_to_cell(row, column),), np.array([value])))
    holds = check.holds(*shown)
    _write_result(book, row, f"IFERROR({holds.formulas[0]},FALSE)", bool(holds.values[0]))
    book.text(sheet, row, 3, check.rule, "indent")
    if check.wrong:
        sheet.write_formula(row, 5, f"={check.wrong}", book.look("indent"), "")
    _write_link(book, row, check.where)
    return Result(check.words, bool(holds.values[0]))


def _write_scenario(book: Book, row: int) -> Result:
    sheet = book.sheets["Checks"]
    book.text(sheet, row, 0, "Scenario shown")
    _write_result(book, row, "IFERROR(INDEX(scenario_names,1,scenario_number)=scenario,FALSE)", True)
    sheet.write_formula(row, 2, "=scenario", book.look("right"), next(iter(book.scenarios)))
    book.text(sheet, row, 3, "a name of the list", "indent")
    _write_link(book, row, f"Summary!{fixed_cell(*SCENARIO)}")
    return Result("Scenario shown", True)


def _write_entry(book: Book, row: int, entry: Entry) -> Result:
    sheet, passes = book.sheets["Checks"], entry.finds == OK
    use, check = (f"Inputs!{xl_rowcol_to_cell(entry.row, column)}" for column in (IN_USE, CHECK))
    book.text(sheet, row, 0, entry.words)
    _write_result(book, row, f'{check}="{OK}"', passes)
    look = book.look("", entry.unit or "number", align="right")
    sheet.write_formula(row, 2, f'=IFERROR({use},"no value")', look, entry.value)
    book.text(sheet, row, 3, entry.allowed.words, "indent")
    sheet.write_formula(row, 5, f'=IF({check}="{OK}","",{check})', book.look("indent"), "" if passes else entry.finds)
    _write_link(book, row, f"Inputs!{xl_rowcol_to_cell(entry.row, OWN)}")
    return Result(entry.words, passes)


def _write_result(book: Book, row: int, holds: str, passes: bool) -> None:
    sheet = book.sheets["Checks"]
    sheet.write_formula(row, 1, f'=IF({holds},"{PASSES}","{FAILS}")', None, PASSES if passes else FAILS)


def _write_link(book: Book, row: int, place: str) -> None:
    sheet, _, cell = place.replace("$", "").replace("'", "").rpartition("!")
    book.sheets["Checks"].write_url(row, 6, f"internal:'{sheet}'!{cell}", book.look("link"), f"{sheet} {cell}")


def _failures(inputs: Inputs, results: list[Result]) -> Failures:
    failed = [result.words for result in results if not result.passes]
    changed = sum(entry.differs for entry in inputs.entries)
    words = f"{len(failed)} check{' fails' if len(failed) == 1 else 's fail'}" if failed else ALL_PASS
    return Failures(words, len(failed), failed[0] if failed else "none", inputs.base, changed)


def _write_head(book: Book, inputs: Inputs, failures: Failures, checks: int, *tables: tuple[int, int]) -> None:
    """The count of failures, the first to look at, open cells before figures, and how far the inputs are from the base."""
    sheet, (_, last) = book.sheets["Checks"], tables[-1]
    first = '"none"'
    for top, bottom in tables:
        names, words = fixed_range(top, 0, bottom, 0), fixed_range(top, 1, bottom, 1)
        first = f'IFERROR(INDEX({names},MATCH("{FAILS}",{words},0)),{first})'
    differs = fixed_range(1, FROM_BASE, inputs.entries[-1].row, FROM_BASE)
    rows: list[tuple[str, str, str, Any]] = [
        (
            "checks_failed",
            "Checks that fail",
            f'{checks}-COUNTIF({fixed_range(TITLE + 1, 1, last, 1)},"{PASSES}")',
            failures.number,
        ),
        ("first_failed", "The first to look at", first, failures.first),
        (
            "inputs_changed",
            f"Inputs in use that differ from {inputs.base} (information, no failure)",
            f'COUNTIF(Inputs!{differs},"differs")',
            failures.changed,
        ),
    ]
    book.text(sheet, 0, 0, "Checks", "big")
    sheet.write_formula(0, 1, "=checks", book.look("bold"), failures.light)
    for row, (name, words, formula, value) in enumerate(rows, start=1):
        book.text(sheet, row, 0, words, "bold")
        sheet.write_formula(row, 1, f"={formula}", book.look("left"), value)
        book.define(name, "Checks", fixed_cell(row, 1))
