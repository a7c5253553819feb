"""A sheet of a workbook whose numbers have the digits that every processor agrees on."""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet

from damages.reader.digits import DIGITS, settled

PLACES = 15  # the spreadsheet's own work starts from these numbers


class Sheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no type stubs
    """A worksheet; a number, and the value that a formula carries, is settled as it is written."""

    def _write_number(self, row: int, col: int, number: Any, *rest: Any) -> Any:
        return super()._write_number(row, col, settled(float(number), DIGITS, PLACES), *rest)

    def _write_formula(self, row: int, col: int, formula: str, cell_format: Any = None, value: Any = 0) -> Any:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        known = settled(float(value), DIGITS, PLACES) if number else value
        return super()._write_formula(row, col, formula, cell_format, known)
