"""Recalculate a workbook with programs that are not ours."""

from __future__ import annotations

import contextlib
import io
import subprocess
import warnings
from collections.abc import Sequence
from pathlib import Path

import openpyxl

# A file keeps its cached values when LibreOffice opens it, unless its profile says to recalculate always.
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def change(source: Path, target: Path, cells: dict[tuple[str, str], object]) -> None:
    """A copy with some cells changed; openpyxl drops every cached value on the way."""
    book = openpyxl.load_workbook(source)
    for (sheet, cell), value in cells.items():
        book[sheet][cell] = value
    book.save(target)


def place_of(path: Path, name: str) -> tuple[str, str]:
    """Sheet and cell of a defined name."""
    book = openpyxl.load_workbook(path, read_only=False)
    ((sheet, cells),) = book.defined_names[name].destinations
    return sheet, cells.replace("$", "")


def cached(path: Path, names: list[str]) -> dict[str, float]:
    """The values that lie in the file, as a viewer without a calculator shows them."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {name: book[sheet][cell].value for name in names for sheet, cell in [place_of(path, name)]}


def by_formulas(path: Path, names: list[str]) -> dict[str, float]:
    """The values that the `formulas` package works out."""
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        import formulas

        solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    found = {}
    for name in names:
        sheet, cell = place_of(path, name)
        found[name] = float(solution[f"'[{path.name}]{sheet.upper()}'!{cell}"].value[0, 0])
    return found


def recalculated(soffice: str, paths: Sequence[Path], folder: Path) -> list[openpyxl.Workbook]:
    """The workbooks with the values that LibreOffice works out, from one start of it."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    command += ["--outdir", str(folder / "out"), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [openpyxl.load_workbook(folder / "out" / path.name, data_only=True) for path in paths]


def named(book: openpyxl.Workbook, name: str) -> object:
    """The value of a named cell."""
    ((sheet, cell),) = book.defined_names[name].destinations
    return book[sheet][cell.replace("$", "")].value


def errors(book: openpyxl.Workbook) -> list[str]:
    """The cells that hold an error."""
    return [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.value).startswith("#")
    ]


def by_libreoffice(soffice: str, path: Path, folder: Path, names: list[str]) -> dict[str, float]:
    """The values that LibreOffice works out; none of the workbook's cells may be an error."""
    (book,) = recalculated(soffice, [path], folder)
    assert not errors(book), errors(book)
    return {name: float(named(book, name)) for name in names}


def failed_checks(book: openpyxl.Workbook) -> dict[str, str]:
    """The checks that do not pass, with what each says is wrong."""
    rows = book["Checks"].iter_rows(min_row=8, values_only=True)
    return {row[0]: str(row[5] or "") for row in rows if row[2] is not None and row[1] != "Passes"}
