"""A file of numbers beside a case: a sample to draw from, or data to fit a law to."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from damages.case.places import beside


def numbers_in(name: str, folder: Path | None) -> list[float]:
    """The numbers of a file beside the case, one a line, in rising order; the first line may be a heading.

    Raises
    ------
    ValueError, with a sentence that says what cannot be read
    """
    path = beside(name, folder or Path())
    if not path.is_file():
        raise ValueError(f"the sample {name} does not exist beside the case file.")
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except UnicodeDecodeError:
        raise ValueError(f"the sample {name} is not UTF-8 text. Save it as plain text.") from None
    values = []
    for count, row in enumerate(rows, start=1):
        where = f"line {count} of the sample {name}"
        if not row or not row[0].strip():
            continue
        if len(row) > 1:
            raise ValueError(f"{where} has {len(row)} columns; write one number a line, with a decimal point.")
        number = _number(row[0])
        if math.isfinite(number):
            values.append(number)
        elif count > 1 or row[0].strip()[0] in "0123456789.-$":
            raise ValueError(f"{where} is '{row[0]}', not a number.")
    if not values:
        raise ValueError(f"the sample {name} holds no numbers.")
    return sorted(values)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
