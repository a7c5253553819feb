"""Recalculate a workbook with programs that are not ours."""

from __future__ import annotations

import contextlib
import csv
import io
import subprocess
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
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
    changes(source, {target: cells})


def changes(source: Path, targets: dict[Path, dict[tuple[str, str], object]]) -> None:
    """Several copies, each with some cells changed."""
    book = openpyxl.load_workbook(source)
    for target, cells in targets.items():
        before = {(sheet, cell): book[sheet][cell].value for sheet, cell in cells}
        for values in (cells, before):
            for (sheet, cell), value in values.items():
                book[sheet][cell] = value
            if values is cells:
                book.save(target)


def places(path: Path) -> dict[str, tuple[str, str]]:
    """Name → sheet and first cell, of every defined name."""
    names = openpyxl.load_workbook(path, read_only=True).defined_names.items()
    found = {name: next(iter(defined.destinations)) for name, defined in names}
    return {name: (sheet, cells.replace("$", "").partition(":")[0]) for name, (sheet, cells) in found.items()}


def place_of(path: Path, name: str) -> tuple[str, str]:
    """Sheet and cell of a defined name."""
    return places(path)[name]


def cached(path: Path, names: list[str]) -> dict[str, float]:
    """The values that lie in the file, as a viewer without a calculator shows them."""
    book, where = openpyxl.load_workbook(path, data_only=True), places(path)
    return {name: book[where[name][0]][where[name][1]].value for name in names}


def by_formulas(path: Path, names: list[str]) -> dict[str, float]:
    """The values that the `formulas` package works out."""
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        import formulas

        solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
    found, where = {}, places(path)
    for name in names:
        sheet, cell = where[name]
        found[name] = float(solution[f"'[{path.name}]{sheet.upper()}'!{cell}"].value[0, 0])
    return found


def recalculated(soffice: str, paths: Sequence[Path], folder: Path) -> list[openpyxl.Workbook]:
    """The workbooks with the values that LibreOffice works out, from one start of it."""
    _convert(soffice, "xlsx", paths, folder)
    return [openpyxl.load_workbook(folder / "out" / path.name, data_only=True) for path in paths]


def _convert(soffice: str, form: str, paths: Sequence[Path], folder: Path) -> None:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", form]
    command += ["--outdir", str(folder / "out"), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)


def named(book: openpyxl.Workbook, name: str) -> object:
    """The value of a named cell."""
    ((sheet, cell),) = book.defined_names[name].destinations
    return book[sheet][cell.replace("$", "")].value


def by_libreoffice(soffice: str, path: Path, folder: Path, names: list[str]) -> dict[str, float]:
    """The values that LibreOffice works out; none of the workbook's cells may be an error."""
    (book,) = recalculated(soffice, [path], folder)
    assert not errors(book), errors(book)
    return {name: float(named(book, name)) for name in names}


def errors(book: openpyxl.Workbook) -> list[str]:
    """The cells that hold an error."""
    return [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.value).startswith("#")
    ]


@dataclass
class Checks:
    """The sheet Checks as LibreOffice works it out: the light, the first failure, changed inputs, check → result and what is wrong."""

    light: str
    first: str
    changed: int
    results: dict[str, tuple[str, str]]

    @property
    def failed(self) -> dict[str, str]:
        return {check: wrong for check, (result, wrong) in self.results.items() if result != "Passes"}


def checks_by_libreoffice(soffice: str, paths: Sequence[Path], folder: Path) -> dict[str, Checks]:
    """File's stem → its sheet of checks, of many files from one start."""
    sheet = openpyxl.load_workbook(paths[0], read_only=True).sheetnames.index("Checks") + 1
    _convert(
        soffice, f"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,{sheet}", paths, folder
    )
    found = {}
    for path in paths:
        with (folder / "out" / f"{path.stem}-Checks.csv").open(encoding="utf-8", newline="") as file:
            (_, light, *_), _, (_, first, *_), (_, changed, *_), *rows = csv.reader(file)
        rows = rows[[row[0] for row in rows].index("Check") + 1 :]
        results = {row[0]: (row[1], row[5]) for row in rows if row[2]}
        found[path.stem] = Checks(light, first, int(changed), results)
    return found
