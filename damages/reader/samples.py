"""A file of numbers beside a case: a sample to draw from, or data to fit a law to."""

from __future__ import annotations

import math
from pathlib import Path

from damages.characters import clipped
from damages.reader.places import beside

MOST_BYTES = 2_000_000


def numbers_in(name: str, folder: Path | None) -> list[float]:
    """The numbers of a file beside the case, one a line, in rising order; the first line may be a heading.

    Raises
    ------
    ValueError, with a sentence that says what cannot be read
    """
    path = beside(name, folder or Path())
    if not path.is_file():
        raise ValueError(f"the sample {name} does not exist beside the case file.")
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(
            f"the sample {name} has {path.stat().st_size:,} bytes; the most is {MOST_BYTES:,}. Keep every tenth number, or write {{fit: …}} to some of them."
        )
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise ValueError(f"the sample {name} is not UTF-8 text. Save it as plain text.") from None
    values = []
    for count, line in enumerate(lines, start=1):
        where, text = f"line {count} of the sample {name}", line.strip().strip('"').strip()
        if not text:
            continue
        if "," in text:
            raise ValueError(
                f"{where} has {text.count(',') + 1} columns; write one number a line, with a decimal point."
            )
        number = _number(text)
        if math.isfinite(number):
            values.append(number)
        elif count > 1 or text[0] in "0123456789.-$":
            raise ValueError(f"{where} is '{clipped(text)}', not a number.")
    if not values:
        raise ValueError(f"the sample {name} holds no numbers.")
    return sorted(values)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
