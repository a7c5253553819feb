"""What people write for a unit, a role, a day, an answer or a range, and how a case file writes it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Any

from damages.errors import did_you_mean
from damages.reader.numerals import plain_number

_MEANT = {  # our word: what else people write
    "people": "person persons member members subscriber subscribers user users customer customers consumer consumers class",
    "count": "number numbers unit units item items call calls each integer",
    "share": "percent percentage % pct proportion fraction ratio probability rate",
    "usd": "dollar dollars $ us$ money amount sum cost",
    "usd_per_member": "usd/member usd/person usd_per_person dollars_per_member $/member usd_each",
    "usd_per_month": "usd/month dollars_per_month $/month monthly_price",
    "per_month": "monthly 1/month percent_per_month churn",
    "per_year": "yearly annual annually 1/year percent_per_year p.a. apr",
    "months": "month",
    "years": "year",
    "days": "day",
    "times": "x multiple multiplier factor",
    "answer": "yes/no bool boolean question",
    "fact": "certain fixed known given constant sure",
    "uncertain": "estimate estimated range variable random assumption unknown",
    "question": "legal issue contested",
    "choice": "option decision select",
    "statute": "law code act regulation",
    "opinion": "case caselaw case_law decision judgment ruling court order",
    "record": "records document documents data filing contract discovery",
    "study": "survey paper research article academic report",
    "press": "news newspaper website web blog media",
    "derived": "calculated computed calculation",
    "assumption": "assume assumed guess estimate expert judgement made_up none unknown",
}
_RANGE = {
    "low": "min minimum lowest lower least from start worst bottom",
    "likely": "mode most_likely likeliest mid middle best base expected central typical point median mean average",
    "high": "max maximum highest upper most to end top",
}
_YES, _NO = ("yes", "y", "true", "on", "1", "t"), ("no", "n", "false", "off", "0", "f")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def word_hint(word: Any, known: Iterable[str]) -> str:
    """' Write people.' for persons; else the word that is spelt nearly so, or all that are known.

    >>> word_hint("persons", ["people", "per_month"]), word_hint("shar", ["share", "usd"])
    (' Write people.', ' Did you mean share?')
    """
    known = list(known)
    said = re.sub(r"[\s-]+", "_", str(word).strip().strip("“”‘’'\"").lower())
    if said in known:
        return f" Write {said}."
    meant = [ours for ours in known if said in _MEANT.get(ours, "").split()]
    return f" Write {meant[0]}." if meant else did_you_mean(str(word), known)


def answer_hint(given: Any, yes: str = "yes", no: str = "no") -> str:
    """' Write yes.' for what means yes in other words, ' Write no.' likewise; nothing for the rest.

    >>> answer_hint("Yes"), answer_hint(False), answer_hint("on", "true", "false"), answer_hint("perhaps")
    (' Write yes.', ' Write no.', ' Write true.', '')
    """
    said = str(given).strip().strip("“”‘’'\"").lower()
    return f" Write {yes}." if said in _YES else f" Write {no}." if said in _NO else ""


def date_hint(given: Any) -> str:
    """How to write a day that was written another way.

    >>> date_hint("9/18/2024"), date_hint("Sept. 18, 2024"), date_hint("9/8/2024"), date_hint("soon")
    (' Write 2024-09-18.', ' Write 2024-09-18.', ' Write 2024-09-08 if September 8 is meant.', ' Write it as 2025-01-21.')
    """
    text = re.sub(r"[–—−‑]", "-", str(given)).strip().strip("“”‘’'\"")
    text = re.sub(r"[T ]\d{1,2}:\d\d.*$", "", text)
    year, month, day, unsure = 0, 0, 0, False
    if found := re.fullmatch(r"(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})", text):
        year, month, day = map(int, found.groups())
    elif found := re.fullmatch(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        month, day = (second, first) if found[2] == "." or first > 12 else (first, second)
        unsure = max(first, second) <= 12 and first != second
    elif found := re.fullmatch(
        r"(?:(\d{1,2})(?:st|nd|rd|th)? )?([A-Za-z]{3})[a-z]*\.? ?(\d{1,2})?(?:st|nd|rd|th)?,? (\d{4})", text
    ):
        name = found[2].lower()
        year, month = int(found[4]), _MONTHS.index(name) + 1 if name in _MONTHS else 0
        day = int(found[1] or found[3] or 0)
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        return " Write it as 2025-01-21."
    quoted = ", without quotes" if str(given) == date.isoformat() else ""
    meant = f" if {_month(month)} {day} is meant" if unsure else ""
    return f" Write {date.isoformat()}{quoted}{meant}."


def _month(number: int) -> str:
    return [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ][number - 1]


def range_hint(value: Any, groups: Iterable[str] = ()) -> str:
    """How to write a range whose ends have other names, or none; nothing for what is no such range.

    >>> range_hint({"min": 1, "mode": 2, "max": 3}), range_hint([1, 3])
    ('a range is written {low: 1, likely: 2, high: 3}.', 'a range is written {between: [1, 3]}, with 90% certainty; or {low: a, likely: b, high: c}.')
    """
    if isinstance(value, list) and len(value) in (2, 3):
        ends = dict(zip(("low", "high") if len(value) == 2 else _RANGE, value, strict=True))
    elif isinstance(value, Mapping) and value and not value.keys() & set(groups):
        said = {str(key).lower(): inner for key, inner in value.items()}
        if set(said) >= {"mean"} and len(said) == 2 and said.keys() & {"sd", "std", "stdev", "sigma", "std_dev", "se"}:
            mean, sd = said.pop("mean"), next(iter(said.values()))
            return f"a normal is written {{normal: {{mean: {_number(mean)}, sd: {_number(sd)}}}}}."
        ends = {end: inner for key, inner in said.items() if (end := _end_of(key))}
        if len(ends) < len(said) or len(said) < 2:
            return ""
    else:
        return ""
    shown = {end: _number(ends[end]) if end in ends else end[0] for end in _RANGE}
    if set(ends) == {"low", "high"}:
        pair = f"{{between: [{shown['low']}, {shown['high']}]}}"
        return f"a range is written {pair}, with 90% certainty; or {{low: a, likely: b, high: c}}."
    return f"a range is written {{low: {shown['low']}, likely: {shown['likely']}, high: {shown['high']}}}."


def _end_of(key: str) -> str:
    return next((end for end, words in _RANGE.items() if key == end or key in words.split()), "")


def is_end_of_range(key: str) -> bool:
    """Whether a key names an end of a range, in our word or another."""
    return bool(_end_of(key.lower()))


def _number(value: Any) -> str:
    return plain_number(value) if isinstance(value, int | float) and not isinstance(value, bool) else "…"


def as_name(text: str) -> str:
    """Text as a name of a case file: small letters, digits and _, a letter first.

    >>> as_name("Claims-Rate (%)")
    'claims_rate'
    """
    return re.sub(r"^[^a-z]+|_+$", "", re.sub(r"[^a-z0-9]+", "_", text.lower())) or "name"
