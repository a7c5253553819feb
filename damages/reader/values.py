"""The numbers and days inside a shape, each checked against its unit as it is read.

Each raises ValueError with a sentence that says how to write it.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from typing import Any

from damages.reader.numerals import number_hint, plain_number
from damages.reader.units import Unit


def number_of(value: Any, word: str) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        if isinstance(value, str):
            raise ValueError(f"'{value}' is read as text.{number_hint(value) or ' A number belongs here.'}")
        raise ValueError(f"{word} must be a number, not {type(value).__name__}.")
    try:
        number = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{word} must be finite.")
    return number


def value_of(value: Any, word: str, unit: Unit) -> float:
    """A number that the unit allows."""
    number = number_of(value, word)
    allow(word, number, unit)
    return number


def allow(word: str, value: float, unit: Unit) -> None:
    """Refuse a number that the unit does not allow."""
    if problem := unit.problem(word, value):
        raise ValueError(problem)


def number_of_key(key: Any) -> Any:
    """The number that a key is, or its text."""
    try:
        return float(str(key).replace("_", ""))
    except ValueError:
        return str(key)


def day_of(text: Any) -> datetime.date:
    """A day written 2021-01-01."""
    try:
        return datetime.date.fromisoformat(str(text))
    except ValueError:
        raise ValueError(f"'{text}' is not a day; write 2021-01-01.") from None


def ordered(spec: Mapping[str, Any], unit: Unit) -> tuple[float, float, float]:
    """The low, likely and high value of a range."""
    words = {"low": "the lowest value", "likely": "the likely value", "high": "the highest value"}
    low, likely, high = (value_of(spec[key], word, unit) for key, word in words.items())
    if not low <= likely <= high:
        raise ValueError(
            f"low {plain_number(low)}, likely {plain_number(likely)}, high {plain_number(high)} are not in rising order."
        )
    return low, likely, high


def pair(spec: Mapping[str, Any], form: str, unit: Unit | None = None) -> tuple[float, float]:
    """Two numbers: with a unit the ends of a range, in rising order."""
    inner = spec[form]
    if not isinstance(inner, list) or len(inner) != 2:
        raise ValueError(f"is written {{{form}: [a, b]}}.")
    if unit is None:
        return number_of(inner[0], form), number_of(inner[1], form)
    first, second = value_of(inner[0], "the lowest value", unit), value_of(inner[1], "the highest value", unit)
    if first > second:
        raise ValueError(f"{form} [{plain_number(first)}, {plain_number(second)}] is not in rising order.")
    return first, second


def two(spec: Mapping[str, Any], form: str, written: str) -> tuple[float, float]:
    """The two named numbers of a shape, in the order in which it is written."""
    inner, words = spec[form], re.findall(r"(\w+): \w", written)
    if not isinstance(inner, Mapping) or set(inner) != set(words):
        raise ValueError(f"is written {written}.")
    return number_of(inner[words[0]], words[0]), number_of(inner[words[1]], words[1])
