"""The first sheet: whether all checks pass, the scenario to show, the four headlines."""

from __future__ import annotations

from damages.case.lines import line
from damages.report.table import HYPOTHETICAL
from damages.report.workbook.book import GREEN, RED, SCENARIO, Book, fixed_cell, fixed_range
from damages.report.workbook.checks import ALL_PASS, Failures
from damages.report.workbook.inputs import FIRST_SCENARIO
from damages.report.workbook.model import Lines, Paths

NOTES = (
    "Every figure is a live formula. Change a value in the yellow column of Inputs, or the scenario above, and all sheets follow. The other cells are protected, without a password.",
    "Checks lists what is wrong and where. While a check fails, do not use the figures.",
    "Model shows the lines with every question answered for the class, and Full recovery what that comes to where a court cuts nothing; change an answer at the foot of Inputs to see another.",
    "Paths lists every pattern of answers with its chance, by which the expected judgment is weighted, and its chance if the class wins, by which the exposure is. The workbook shows base values, which are means, and no ranges.",
    "An estimate from stated inputs, not legal advice.",
)
LIGHT, FIRST, CHANGED, COLUMN, HEADLINES = 4, 5, 6, 9, 11  # rows
LETTERS = 120  # of a line over the three columns


def write_summary(book: Book, model: Lines, full: Lines, paths: Paths, failures: Failures) -> None:
    """Write the sheet."""
    sheet, case = book.sheets["Summary"], book.case
    for column, width in enumerate((66, 30, 24)):
        sheet.set_column(column, column, width)
    book.text(sheet, 0, 0, case.title, "big")
    book.text(sheet, 1, 0, case.docket)
    if case.hypothetical:
        words = f"{HYPOTHETICAL.upper()}. {' '.join(case.disposition.split())}"
        book.paragraph(sheet, 2, 3, words, "warn", LETTERS)
    _light(book, failures)
    _scenario(book)
    rows = {
        "pleaded_usd": model.cells["pleaded_usd"],
        "full_recovery_usd": full.cells["judgment_usd"],
        "exposure_usd": paths.exposure,
        "expected_usd": paths.expected,
    }
    for row, (name, cells) in enumerate(rows.items(), start=HEADLINES):
        words = line(case, name).label + (f" ({HYPOTHETICAL})" if case.hypothetical else "")
        book.text(sheet, row, 0, words, "bold")
        sheet.write_formula(row, 1, f"={cells.formulas[0]}", book.look("bold", "usd"), float(cells.values[0]))
        book.define(name, "Summary", fixed_cell(row, 1))
    red = book.rule(RED, f'={fixed_cell(LIGHT, 1)}<>"{ALL_PASS}"')
    sheet.conditional_format(HEADLINES, 1, HEADLINES + 3, 1, red)
    for row, text in enumerate(NOTES, start=HEADLINES + 5):
        book.paragraph(sheet, row, 3, text, "wrap", LETTERS)


def _light(book: Book, failures: Failures) -> None:
    """Green when all checks pass; red, and it says how many do not, else."""
    sheet = book.sheets["Summary"]
    book.text(sheet, LIGHT, 0, "Checks", "bold")
    formula = f'=IF(checks_failed=0,"{ALL_PASS}",checks_failed&IF(checks_failed=1," check fails"," checks fail"))'
    sheet.set_row(LIGHT, 22)
    sheet.write_formula(LIGHT, 1, formula, book.look("light"), failures.light)
    sheet.conditional_format(LIGHT, 1, LIGHT, 1, book.rule(GREEN, f'={fixed_cell(LIGHT, 1)}="{ALL_PASS}"'))
    sheet.write_url(LIGHT, 2, "internal:'Checks'!A1", book.look("link"), "All checks")
    book.define("checks", "Summary", fixed_cell(LIGHT, 1))
    book.text(sheet, FIRST, 0, "The first to look at")
    sheet.write_formula(FIRST, 1, "=first_failed", None, failures.first)
    book.text(sheet, CHANGED, 0, f"Inputs in use that differ from {failures.base}")
    sheet.write_formula(CHANGED, 1, "=inputs_changed", book.look("left"), failures.changed)
    sheet.write_url(CHANGED, 2, "internal:'Inputs'!A1", book.look("link"), "All inputs")


def _scenario(book: Book) -> None:
    """The cell that chooses the column of Inputs that is in use."""
    sheet, names = book.sheets["Summary"], list(book.scenarios)
    heads = fixed_range(0, FIRST_SCENARIO, 0, FIRST_SCENARIO + len(names) - 1)
    book.define("scenario_names", "Inputs", heads)
    book.text(sheet, SCENARIO[0], 0, "Scenario shown (choose from the list)", "bold")
    book.text(sheet, *SCENARIO, names[0], "open")
    sheet.data_validation(
        *SCENARIO,
        *SCENARIO,
        {
            "validate": "list",
            "source": "=scenario_names",
            "ignore_blank": False,
            "input_title": "Scenario shown",
            "input_message": "Choose a scenario of the list. Your own values on Inputs go before its values.",
            "error_type": "stop",
            "error_title": "Not a scenario of this case",
            "error_message": "Choose one of the list: the headings of the last columns of Inputs.",
        },
    )
    book.define("scenario", "Summary", fixed_cell(*SCENARIO))
    book.text(sheet, COLUMN, 0, "Its column among the scenarios on the sheet Inputs")
    sheet.write_formula(COLUMN, 1, f"=MATCH({fixed_cell(*SCENARIO)},Inputs!{heads},0)", book.look("left"), 1)
    book.define("scenario_number", "Summary", fixed_cell(COLUMN, 1))
