"""Recalculate a workbook with programs that are not ours."""

from __future__ import annotations

import contextlib
import io
import subprocess
import warnings
from pathlib import Path

import openpyxl


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


def by_libreoffice(soffice: str, path: Path, folder: Path, names: list[str]) -> dict[str, float]:
    """The values that LibreOffice works out; the file must carry none, or it would keep them."""
    profile = (folder / "profile").as_uri()
    command = [
        soffice,
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder / "out"),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    result = folder / "out" / path.name
    book = openpyxl.load_workbook(result, data_only=True)
    broken = [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.value).startswith("#")
    ]
    assert not broken, broken
    return {name: float(book[sheet][cell].value) for name in names for sheet, cell in [place_of(path, name)]}
