"""What the sheets of a workbook share: its cases, the looks of its cells and the names of its figures."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from damages.case.lines import figure_names
from damages.case.schema import Case
from damages.report.sheet import Sheet

SCENARIO = 8, 1  # the cell of the sheet Summary that chooses it
MOST_HEIGHT = 409  # points, of a row
SHEETS = ("Summary", "Inputs", "Model", "Full recovery", "Paths", "Path model", "Checks")
OWN_NAMES = frozenset(
    {"scenario", "scenario_number", "scenario_names", "checks", "checks_failed", "first_failed", "inputs_changed"}
)
NUMBER_FORMATS = {
    "usd": "$#,##0.00",
    "usd_per_member": "$#,##0.00",
    "usd_per_unit": "$#,##0.00",
    "usd_per_month": "$#,##0.00",
    "people": "#,##0",
    "count": "#,##0",
}
GREEN, RED = {"bg_color": "#d5efd5", "font_color": "#14532d"}, {"bg_color": "#fbd5d0", "font_color": "#8a1208"}
HEAD = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
LOOKS: dict[str, dict[str, Any]] = {
    "": {},
    "bold": {"bold": True},
    "head": HEAD,
    "head right": HEAD | {"align": "right"},
    "head indent": HEAD | {"align": "left", "indent": 1},
    "big": {"bold": True, "font_size": 14},
    "warn": {"bold": True, "font_color": "#9c2a00", "text_wrap": True, "valign": "top"},
    "wrap": {"text_wrap": True, "valign": "top"},
    "open": {"bg_color": "#fff7d6", "border": 1, "border_color": "#c8b560", "locked": False},
    "link": {"font_color": "#1f4e9e", "underline": 1},
    "light": {"bold": True, "font_size": 14, "border": 1, **RED},  # red until a rule finds that all is well
    "left": {"align": "left"},
    "indent": {"indent": 1},
    "right": {"align": "right"},
}
# What stays possible on a protected sheet.
FREE = {"format_columns": True, "format_rows": True, "autofilter": True}
_LIKE_A_CELL = re.compile(r"[a-z]{1,3}\d+|r\d*(c\d*)?|c\d*")


class Book:
    """A workbook being written: its sheets by name, and what all of them use."""

    def __init__(self, workbook: xlsxwriter.Workbook, scenarios: Mapping[str, Case]):
        self.workbook, self.scenarios = workbook, scenarios
        self.case = next(iter(scenarios.values()))
        self.groups = tuple(self.case.groups)
        self.sheets = {name: workbook.add_worksheet(name, Sheet) for name in SHEETS}
        self._taken = figure_names(self.case) | OWN_NAMES  # an input of such a name gets input_ before it
        self._names: set[str] = set()
        self._looks: dict[Any, Any] = {}
        for name, sheet in self.sheets.items():
            sheet.protect("", FREE)
            sheet.set_landscape()
            if name != "Path model":  # as wide as there are paths
                sheet.fit_to_pages(1, 0)

    def look(self, name: str = "", unit: str = "", **more: Any) -> Any:
        """The format of a look, for a number of a unit."""
        number = {"num_format": NUMBER_FORMATS.get(unit, "General")} if unit else {}
        key = (name, unit, *more.items())
        if key not in self._looks:
            self._looks[key] = self.workbook.add_format(LOOKS[name] | number | more)
        return self._looks[key]

    def rule(self, colors: Mapping[str, Any], formula: str) -> dict[str, Any]:
        """A conditional format: these colors where the formula is true."""
        key = ("rule", *colors.items())
        if key not in self._looks:
            self._looks[key] = self.workbook.add_format(dict(colors))
        return {"type": "formula", "criteria": formula, "format": self._looks[key]}

    def text(self, sheet: Any, row: int, column: int, text: str, look: str = "") -> None:
        """Write a text as a text, also one that begins as a formula does and is typed again."""
        quoted: dict[str, Any] = {"quote_prefix": True} if text.lstrip()[:1] in ("=", "+", "-", "@") else {}
        sheet.write_string(row, column, text, self.look(look, **quoted) if look or quoted else None)

    def paragraph(self, sheet: Any, row: int, columns: int, text: str, look: str, letters: int) -> None:
        """Write a text over several columns, in as many lines as it needs of so many letters."""
        sheet.merge_range(row, 0, row, columns - 1, "", self.look(look))
        self.text(sheet, row, 0, text, look)
        sheet.set_row(row, min(15 * math.ceil(len(text) / letters), MOST_HEIGHT))

    def heads(
        self, sheet: Any, row: int, heads: Mapping[str, float], left: int = 0, right: Collection[str] = ()
    ) -> None:
        """The headings of a table in columns from the first or another, each with its width; those of numbers to the right."""
        look = "head"
        for column, (text, width) in enumerate(heads.items(), start=left):
            after = "head indent" if look == "head right" else "head"
            look = "head right" if text in right else after
            self.text(sheet, row, column, text, look)
            sheet.set_column(column, column, width)

    def name_of_input(self, name: str, prefix: str = "") -> str:
        """The name that an input's cell has in the workbook: its own, unless a figure or a cell has that already."""
        clash = name in self._taken or _LIKE_A_CELL.fullmatch(prefix + name)
        return f"input_{name}" if clash else prefix + name

    def define(self, wanted: str, sheet: str, cells: str) -> None:
        """Give cells a name, the first time that it is wanted."""
        if wanted not in self._names:
            self._names.add(wanted)
            self.workbook.define_name(wanted, f"='{sheet}'!{cells}")


def fixed_cell(row: int, column: int) -> str:
    """A cell such as $B$5."""
    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))


def fixed_range(top: int, left: int, bottom: int, right: int) -> str:
    """Cells such as $B$5:$B$9."""
    return f"{fixed_cell(top, left)}:{fixed_cell(bottom, right)}"
