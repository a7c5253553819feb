"""Every table that the project writes as comma-separated values, so that a spreadsheet opens it as values and no more."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
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
