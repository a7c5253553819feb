"""Inputs that follow from the rest of a case, so that they too have a label, a unit and a source.

A statute's sum comes from the registry, the length of the class period and of the interest from
dates, and each theory has a switch. A case file may state any of them itself; then its word holds.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from damages.case.read import Tree
from damages.case.statutes import Statute

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
MONTHS_INPUT = "class_period_months"
INTEREST_INPUT = "interest_years"


def statutory_input(theory: str) -> str:
    """The name of the input that holds a statutory theory's sum."""
    return f"{theory}_statutory_usd"


def switch_input(theory: str) -> str:
    """The name of the input that says whether a theory is pleaded."""
    return f"{theory}_pleaded"


def groups_input(theory: str) -> str:
    """The name of the input that says which groups a theory reaches."""
    return f"{theory}_groups"


def implied_names(theory: str) -> set[str]:
    """All inputs that may follow from a theory."""
    return {statutory_input(theory), switch_input(theory), groups_input(theory)}


def add_implied_inputs(tree: Tree, statutes: Mapping[str, Statute]) -> None:
    """Add to a case's inputs those that follow from its other parts and are not stated there.

    Parts that are malformed are passed over here; the check that follows reports them.
    """
    inputs = tree.content.get("inputs")
    if not isinstance(inputs, dict):
        return
    for name, given in (*_from_dates(tree.content), *_from_theories(tree.content, statutes)):
        inputs.setdefault(name, given)


def _from_dates(content: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    period = content.get("class_period")
    if not isinstance(period, dict) or not all(isinstance(period.get(key), datetime.date) for key in ("start", "end")):
        return
    start, end = period["start"], period["end"]
    if end < start:
        return
    days = (end - start).days + 1
    yield (
        MONTHS_INPUT,
        {
            "label": "Length of the class period",
            "role": "fact",
            "unit": "months",
            "value": round(days / DAYS_PER_MONTH, 6),
            "source": {
                "kind": "derived",
                "cite": f"{start} to {end}, both days counted: {days:,} days of which a month has {DAYS_PER_MONTH}",
            },
        },
    )
    interest = content.get("judgment", {}).get("interest") if isinstance(content.get("judgment"), dict) else None
    if not isinstance(interest, dict) or not isinstance(interest.get("end"), datetime.date):
        return
    begin = interest.get("start")
    if begin == "as_paid":
        # Payments made evenly over the period accrue, on average, from its middle.
        begin, words = start + (end - start) / 2, "the middle of the class period"
    elif isinstance(begin, datetime.date):
        words = str(begin)
    else:
        return
    if interest["end"] < begin:
        return
    yield (
        INTEREST_INPUT,
        {
            "label": "Years of prejudgment interest",
            "role": "fact",
            "unit": "years",
            "value": round((interest["end"] - begin).days / DAYS_PER_YEAR, 6),
            "source": {"kind": "derived", "cite": f"From {words} to {interest['end']}"},
        },
    )


def _from_theories(content: dict[str, Any], statutes: Mapping[str, Statute]) -> Iterator[tuple[str, dict[str, Any]]]:
    theories = content.get("theories")
    for name, theory in theories.items() if isinstance(theories, dict) else ():
        if not isinstance(theory, dict):
            continue
        label = theory.get("label")
        yield (
            switch_input(name),
            {
                "label": f"{label} is pleaded",
                "role": "choice",
                "unit": "choice",
                "value": "no" if theory.get("pleaded") is False else "yes",
                "options": {"yes": "Pleaded", "no": "Dropped"},
                "source": {"kind": "derived", "cite": "The case file's list of theories"},
            },
        )
        reached, groups = theory.get("groups"), content.get("groups")
        if isinstance(reached, list) and isinstance(groups, dict):
            yield (
                groups_input(name),
                {
                    "label": f"Groups that {label} reaches",
                    "role": "fact",
                    "unit": "share",
                    "value": {group: 1.0 if group in reached else 0.0 for group in groups},
                    "source": {"kind": "derived", "cite": "The theory's list of groups"},
                },
            )
        statute = statutes.get(str(theory.get("statute")))
        if theory.get("measure") == "statutory" and statute is not None:
            one_sum = len(statute.sum_usd) == 1
            yield (
                statutory_input(name),
                {
                    "label": f"Statutory sum, {statute.name}",
                    "role": "fact" if one_sum else "uncertain",
                    "unit": "usd_per_member",
                    "value": statute.sum_usd[0] if one_sum else {"uniform": list(statute.sum_usd)},
                    "source": {"kind": "statute", "cite": statute.cite, "checked": statute.checked},
                },
            )
