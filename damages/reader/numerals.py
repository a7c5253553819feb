"""Numbers as a case file writes them, and what people write instead.

YAML reads ``1e6``, ``5%``, ``$5``, ``80k`` and ``1.000.000`` as text; `number_hint` says how to write them.
"""

from __future__ import annotations

import math
import re

LARGEST_WHOLE = 10**18
WRITTEN = re.compile(r"[-+]?(?:(?:0|[1-9][0-9_]*)(?:\.[0-9_]+)?|\.[0-9_]+)")  # as YAML reads it

_SCALES = {
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "mm": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
}
_AMOUNT = r"[-+]?[$€£]?[\d.][\d.,_' ]*(?:[eE][-+]?\d+)?"
_WHOLE = re.compile(
    rf"(?:about |approx\. ?|approximately |ca\. ?|circa |[~≈] ?)?(?:USD ?|US ?\$|EUR ?|GBP ?)?(?P<amount>{_AMOUNT})"
    rf"(?P<scale> ?(?:{'|'.join(_SCALES)}))?(?P<percent> ?(?:%|percent|per cent|pct\.?))?(?: ?(?:USD|dollars))?",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"(?:between |from )?(?P<low>.*?\d.*?) ?(?:–|—|-|\.\.+| to | and ) ?(?P<high>[$€£.\d].*)", re.IGNORECASE
)
_OTHER_FORMS = str.maketrans({**dict.fromkeys("\u00a0\u2007\u2009\u202f", " "), "\u2212": "-", "\u2019": "'"})


def number_of(text: str) -> float:
    """The number that YAML reads: digits, `_` between them, at most one decimal point (ValueError, OverflowError)."""
    digits = text.replace("_", "")
    if len(digits) > 400:
        raise OverflowError(text[:20])
    return float(digits) if "." in digits else int(digits)


def number_hint(text: str) -> str:
    """How to write a number that was typed in a way YAML reads as text.

    >>> number_hint("1e6"), number_hint("5%"), number_hint("$1,250.50"), number_hint("many")
    (' Write 1_000_000.', ' Write 0.05.', ' Write 1_250.5.', '')
    >>> number_hint("80,000–120,000"), number_hint("1.000.000"), number_hint("2.5 million"), number_hint("0,05")
    (' Write {between: [80_000, 120_000]}.', ' Write 1_000_000.', ' Write 2_500_000.', ' Write 0.05.')
    >>> number_hint("0.05")
    ' Write 0.05, without quotes.'
    """
    same = WRITTEN.fullmatch(text)
    if len(text) > 60:
        return ""
    text = " ".join(text.translate(_OTHER_FORMS).strip().strip("\"'“”‘’").split())
    text = re.sub("^[–—] ?", "-", text)
    number = amount(text)
    if number is not None:
        return f" Write {plain_number(number)}{', without quotes' if same else ''}."
    pair = _RANGE.fullmatch(text)
    if pair:
        low, high = amount(pair["low"]), amount(pair["high"])
        scaled = amount(pair["low"] + pair["high"].lstrip("$0123456789.,_' "))  # 2 to 5 million, 10–20%
        low = scaled if scaled is not None else low
        if low is not None and high is not None and low < high:
            return f" Write {{between: [{plain_number(low)}, {plain_number(high)}]}}."
    return ""


def amount(text: str) -> float | None:
    """The number that a person means by ``$1,250.50``, ``12 %``, ``80k`` or ``1.000,5``; None where none is meant."""
    part = re.fullmatch(r"(\d{1,9}) ?(?:/| in | of | out of ) ?(\d{1,9})", text)
    if part and 0 < int(part[1]) <= int(part[2]):
        return round(int(part[1]) / int(part[2]), 6)
    found = _WHOLE.fullmatch(text)
    digits = re.sub(r"[$€£' _]", "", found["amount"]) if found else ""
    if re.fullmatch(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", digits):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"[-+]?\d{1,3}(?:\.\d{3}){2,}(?:,\d*)?|[-+]?\d{1,3}(?:\.\d{3})+,\d*", digits):
        digits = digits.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[-+]?\d+,\d+", digits):
        digits = digits.replace(",", ".")
    try:
        number = float(digits) if found else math.nan
    except ValueError:
        return None
    if not math.isfinite(number) or found is None:
        return None
    scale = _SCALES.get((found["scale"] or "").strip().lower(), 1.0)
    # Decimal digits stay as they were typed: 12.3% is 0.123 and not 0.12300000000000001.
    return float(f"{number * scale * (0.01 if found['percent'] else 1.0):.12g}")


def plain_number(number: float) -> str:
    """A number as it is written in a case file.

    >>> plain_number(1_000_000.0), plain_number(0.05)
    ('1_000_000', '0.05')
    >>> plain_number(0.00001), plain_number(-1_234.5)
    ('0.00001', '-1_234.5')
    """
    if float(number).is_integer():
        return f"{int(number):_}"
    return f"{number:_.12f}".rstrip("0").rstrip(".")
