"""Inputs that follow from the rest of a case, so that they too have a label, a unit and a source.

A statute's sum comes from the registry, the length of the class period and of the interest from
dates, and each theory has a switch. A case file may state any of them itself; then that value takes precedence.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeGuard

from damages.case.schema import CaseFile
from damages.case.theories import MOST_TOLLED_DAYS
from damages.errors import CaseError, Problem
from damages.law.statutes import Provision, Statute
from damages.reader.places import beside
from damages.reader.read import Tree
from damages.reader.units import FIRST_DAY, LAST_DAY, MOST_YEARS
from damages.records.counts import RecordCount, count_records

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
DAYS_OF_INTEREST = 365
FROM_DATES = ("class_period_months", "post_judgment_years", "post_judgment_days")
FROM_A_THEORY = (
    "pleaded",
    "groups",
    "timely_share",
    "statutory_usd",
    "enhanced_usd",
    "usd_per_day",
    "multiplier",
    "actual_times",
    "class_cap_usd",
    "class_cap_share",
)


def names_from_dates(case: CaseFile) -> set[str]:
    """All inputs that may follow from the dates of a case."""
    blocks = range(1, 1 + len(case.judgment.interest))
    return {*FROM_DATES, *(interest_name(number) for number in blocks)}


def implied_names(theory: str) -> set[str]:
    """All inputs that may follow from a theory."""
    return {f"{theory}_{name}" for name in FROM_A_THEORY}


def add_implied_inputs(tree: Tree, statutes: Mapping[str, Statute], folder: Path) -> list[Problem]:
    """Add to a case's inputs those that follow from its other parts and are not stated there.

    Parts that are malformed are passed over here; the check that follows reports them. What is wrong
    with a file of records is returned.
    """
    inputs = tree.content.get("inputs")
    if not isinstance(inputs, dict):
        return []
    problems: list[Problem] = []
    for name, given in (
        *_from_dates(tree.content),
        *_from_methods(tree, folder, problems),
        *_from_theories(tree.content, statutes),
    ):
        inputs.setdefault(name, given)
    return problems


def provision_of(theory: Mapping[str, Any], statutes: Mapping[str, Statute]) -> Provision | None:
    """The version of a statute that a theory rests on; None where it names none, or none was in force."""
    statute = statutes.get(str(theory.get("statute")))
    day = theory.get("as_of")
    try:
        return statute.as_of(day if isinstance(day, datetime.date) else None) if statute else None
    except LookupError:
        return None


def _input(
    label: str, unit: str, value: Any, kind: str, cite: str, checked: str | None = None, role: str = "fact"
) -> dict[str, Any]:
    source = {"kind": kind, "cite": cite} | ({"checked": checked} if checked else {})
    return {"label": label, "role": role, "unit": unit, "value": value, "source": source}


def _part(content: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """A nested mapping of a case, or an empty one."""
    found: Any = content
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _dates(part: Mapping[str, Any], *keys: str) -> list[datetime.date] | None:
    """Days that a case may have; None where one is missing, malformed or too far away."""
    found = [part.get(key) for key in keys]
    days = [day for day in found if _is_day(day)]
    return days if len(days) == len(found) else None


def _is_day(value: Any) -> TypeGuard[datetime.date]:
    return isinstance(value, datetime.date) and FIRST_DAY <= value <= LAST_DAY


def _from_dates(content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    period = _dates(_part(content, "class_period"), "start", "end")
    if period and period[0] <= period[1]:
        days = (period[1] - period[0]).days + 1
        cite = f"{period[0]} to {period[1]}, both days counted: {days:,} days of which a month has {DAYS_PER_MONTH}"
        months = days / DAYS_PER_MONTH
        yield "class_period_months", _input("Length of the class period", "months", months, "derived", cite)
    yield from _years_of_interest(content, period)
    after = _dates(_part(content, "judgment", "post_judgment"), "start", "end")
    if after and after[0] <= after[1]:
        whole = whole_years(*after)
        rest = (after[1] - plus_years(after[0], whole)).days
        cite = f"From {after[0]} to {after[1]}"
        yield "post_judgment_years", _input("Whole years of interest after judgment", "years", whole, "derived", cite)
        yield "post_judgment_days", _input("Days of interest beyond these years", "days", rest, "derived", cite)


def interest_name(number: int) -> str:
    """The input with the years of a block of interest, counted from 1."""
    return f"interest_{number}_years"


def _years_of_interest(
    content: dict[str, Any], period: list[datetime.date] | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    blocks = _part(content, "judgment").get("interest")
    for number, block in enumerate(blocks if isinstance(blocks, list) else (), start=1):
        if not isinstance(block, dict):
            continue
        begin, end = block.get("start"), block.get("end", content.get("valued_on"))
        words = str(begin)
        if begin == "filed":
            begin, words = content.get("filed"), f"the filing on {content.get('filed')}"
        elif begin == "as_paid" and period:
            begin, words = period[0], f"the start of the class period, {period[0]}, each month's payment from its month"
        elif begin == "midpoint" and period:
            begin = period[0] + (period[1] - period[0]) / 2
            words = f"the middle of the class period, {begin}"
        if _is_day(begin) and _is_day(end) and begin <= end:
            cite = f"From {words} to {end}: {(end - begin).days:,} days of which a year has {DAYS_OF_INTEREST}"
            years = (end - begin).days / DAYS_OF_INTEREST
            label = "Years of prejudgment interest" + (f", block {number}" if len(blocks or ()) > 1 else "")
            yield interest_name(number), _input(label, "years", years, "derived", cite)


def plus_years(day: datetime.date, years: float) -> datetime.date:
    """The same day some years later; 29 February becomes 28 where there is none, and a part of a year is days."""
    whole = int(years // 1)
    try:
        later = day.replace(year=day.year + whole)
    except ValueError:
        later = day.replace(year=day.year + whole, day=28)
    return later + datetime.timedelta(days=round((years - whole) * DAYS_PER_YEAR))


def whole_years(first: datetime.date, last: datetime.date) -> int:
    """Whole years between two days."""
    years = last.year - first.year
    return years if plus_years(first, years) <= last else years - 1


def _from_methods(tree: Tree, folder: Path, problems: list[Problem]) -> Iterator[tuple[str, dict[str, Any]]]:
    groups = tree.content.get("groups")
    for name, method in _part(tree.content, "class_size", "methods").items():
        if not isinstance(method, dict):
            continue
        label, covers = method.get("label"), method.get("covers")
        if isinstance(covers, list) and isinstance(groups, dict):
            mask = {group: 1.0 if group in covers else 0.0 for group in groups}
            cite = "The method's list of groups"
            yield f"{name}_covers", _input(f"Groups in the revenue of {label}", "share", mask, "derived", cite)
        stated = f"{name}_people" in tree.content["inputs"]
        if method.get("kind") == "records" and isinstance(method.get("file"), str) and not stated:
            try:
                counted = _recorded(tree.content, method, beside(method["file"], folder))
            except (CaseError, ValueError) as error:
                keys = ("class_size", "methods", name, "file")
                found = error.problems if isinstance(error, CaseError) else ()
                said = [f"{method['file']} {problem.sentence}" for problem in found] or [str(error)]
                problems += [Problem(tree.place(keys), ".".join(keys), sentence) for sentence in said]
                continue
            if counted:
                yield f"{name}_people", counted


def _recorded(content: dict[str, Any], method: dict[str, Any], path: Path) -> dict[str, Any] | None:
    """The people counted in a file of accounts: on the last day where turnover does the rest, else over the whole period."""
    period = _dates(_part(content, "class_period"), "start", "end")
    if not period or period[0] > period[1]:
        return None
    groups = _part(content, "groups")
    plans = tuple(groups) if len(groups) > 1 else ()
    stamp = (path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else (0, 0)
    counted = _counted_once(path, stamp, period[0], period[1], plans, method.get("need_messages") is True)
    on_last_day = bool(_part(content, "class_size", "turnover"))
    people = sum(counted.at_end.values()) if on_last_day else counted.total
    when = f"on {period[1]}" if on_last_day else f"from {period[0]} to {period[1]}"
    left_out = sum(counted.set_aside.values())
    cite = f"{method['file']}: {counted.rows:,} rows, {left_out:,} set aside, {people:,} different people {when}"
    kind = str(_part(method, "source").get("kind", "record"))
    return _input(f"People in the records: {method.get('label')}", "people", people, kind, cite)


@lru_cache(maxsize=16)
def _counted_once(
    path: Path, stamp: tuple[int, int], start: datetime.date, end: datetime.date, plans: tuple[str, ...], messages: bool
) -> RecordCount:
    """A file's count, kept for the scenarios of a case; ``stamp`` tells a file that has changed."""
    return count_records(path, start, end, plans, messages)


def _from_theories(content: dict[str, Any], statutes: Mapping[str, Statute]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, theory in _part(content, "theories").items():
        if not isinstance(theory, dict):
            continue
        label = theory.get("label")
        switch = _input(
            f"{label} is pleaded",
            "choice",
            "no" if theory.get("pleaded") is False else "yes",
            "derived",
            "The case file's list of theories",
            role="choice",
        )
        yield f"{name}_pleaded", switch | {"options": {"yes": "Pleaded", "no": "Dropped"}}
        groups = content.get("groups")
        if isinstance(theory.get("groups"), list) and isinstance(groups, dict):
            reached = {group: 1.0 if group in theory["groups"] else 0.0 for group in groups}
            yield (
                f"{name}_groups",
                _input(f"Groups that {label} reaches", "share", reached, "derived", "The theory's list of groups"),
            )
        provision = provision_of(theory, statutes)
        timely = _timely(content, theory, provision)
        if timely:
            yield f"{name}_timely_share", _input(f"{label}: share within the time to sue", "share", *timely)
        if provision:
            yield from (
                (f"{name}_{key}", given) for key, given in _from_statute(statutes[theory["statute"]], provision, theory)
            )


def _from_statute(
    statute: Statute, provision: Provision, theory: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    def says(label: str, unit: str, value: Any, role: str = "fact") -> dict[str, Any]:
        return _input(f"{label}, {statute.name}", unit, value, "statute", statute.cite, provision.checked, role)

    def drawn(label: str, sums: list[float]) -> dict[str, Any]:
        # A range is the court's to choose from, once for the class: drawn, never its middle in silence.
        return (
            says(label, "usd_per_member", sums[0])
            if len(sums) == 1
            else says(label, "usd_per_member", {"uniform": sums}, "uncertain")
        )

    if provision.sum_usd:
        yield "statutory_usd", drawn("Statutory sum", provision.sum_usd)
    if provision.enhanced and theory.get("enhanced"):
        yield "enhanced_usd", drawn(f"Statutory sum where {provision.enhanced.opens}", provision.enhanced.sum_usd)
    if provision.per_day_usd and theory.get("days"):
        yield "usd_per_day", says("Sum for each day", "usd_per_unit", provision.per_day_usd)
    if provision.actual_times and provision.kind != "actual_only":
        yield "actual_times", says("Times actual damages", "times", provision.actual_times)
    multiplied = theory.get("multiplier")
    if provision.multiplier and isinstance(multiplied, dict) and not multiplied.get("times"):
        yield "multiplier", says(f"Multiplier where {provision.multiplier.opens}", "times", provision.multiplier.most)
    if provision.class_cap and theory.get("class_cap"):
        yield "class_cap_usd", says("Class cap", "usd", provision.class_cap.usd)
        yield "class_cap_share", says("Class cap, share of net worth", "share", provision.class_cap.share_of_net_worth)


def _timely(
    content: Mapping[str, Any], theory: Mapping[str, Any], provision: Provision | None
) -> tuple[float, str, str] | None:
    """Share of the class period within the time to sue, the kind of its source, and how it was found."""
    terms, period = _part(theory, "limitation"), _dates(_part(content, "class_period"), "start", "end")
    filed, years = terms.get("filed", content.get("filed")), terms.get("years")
    if years is None and provision and provision.limitation:
        years = provision.limitation.years
    if (
        not terms
        or not period
        or not _is_day(filed)
        or isinstance(years, bool)
        or not isinstance(years, int | float)
        or not 0 <= years <= MOST_YEARS
    ):
        return None
    tolled = terms.get("tolled_days", 0)
    tolled = tolled if isinstance(tolled, int) and 0 <= tolled <= MOST_TOLLED_DAYS else 0
    beyond = f" and {tolled} days of tolling" if tolled else ""
    discovered = terms.get("discovered")
    if _is_day(discovered) and filed <= plus_years(discovered, years) + datetime.timedelta(days=tolled):
        return 1.0, "derived", f"Filed on {filed}, within {years:g} years{beyond} of discovery on {discovered}"
    opens = plus_years(filed, -years) - datetime.timedelta(days=tolled)
    inside = (period[1] - max(opens, period[0])).days + 1
    share = min(max(inside / ((period[1] - period[0]).days + 1), 0.0), 1.0)
    return (
        share,
        "derived",
        f"Filed on {filed}: the {years:g} years{beyond} before it reach back to {opens} of a class period from {period[0]} to {period[1]}",
    )
