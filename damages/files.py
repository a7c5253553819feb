"""Files: written whole or not at all, tables that a spreadsheet opens as values and no more, and the hash of a content."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

# What a spreadsheet takes for the beginning of a formula, whatever space stands before it; and a number, which is none.
LIVE = re.compile(r"\s*[=+\-@＝＋－＠]")
NUMBER = re.compile(r"[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?%?")


def write_rows(rows: Sequence[Mapping[str, Any]], file: IO[str]) -> None:
    """Rows with a heading; nothing but a line end where there are none."""
    heading = list(rows[0]) if rows else []
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_inert(heading))
    writer.writerows(_inert(row.get(name, "") for name in heading) for row in rows)


def _inert(cells: Iterable[Any]) -> list[Any]:
    return [inert(cell) for cell in cells]


def inert(cell: Any) -> Any:
    """A cell as it is written: text on one line, with an apostrophe where a spreadsheet would work it out.

    >>> inert("=1+1"), inert("@SUM(A1)"), inert("-0.3"), inert("-2+3"), inert(-0.3), inert("Fee")
    ("'=1+1", "'@SUM(A1)", '-0.3', "'-2+3", -0.3, 'Fee')
    """
    if not isinstance(cell, str):
        return cell
    line = re.sub(r"[\t\r\n]+", " ", cell)  # some programs begin a row, or a cell, at each
    return f"'{line}" if LIVE.match(line) and not NUMBER.fullmatch(line) else line


def sha256(content: bytes | Path) -> str:
    """The hash of a content, or of a file however large, in hexadecimal digits."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary name that takes the wanted one's place when all went well."""
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        with naming(part, path):
            yield part
            os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def naming(made: Path, wanted: Path) -> Iterator[None]:
    """A disk that is full, or any other fault of the system, is reported with the name that the user knows."""
    try:
        yield
    except Exception as error:
        fault: BaseException | None = error
        while fault is not None and not isinstance(fault, OSError):
            fault = fault.__cause__ or fault.__context__
        if fault is None or not (fault.filename is None or _inside(fault.filename, made)):
            raise
        raise OSError(fault.errno or 0, fault.strerror or str(fault), str(wanted)) from None


def _inside(name: Any, folder: Path) -> bool:
    with contextlib.suppress(TypeError):
        return Path(os.fsdecode(name)).is_relative_to(folder)
    return False
