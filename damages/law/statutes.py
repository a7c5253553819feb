"""The registry of statutory damages: what each statute gives, how it counts, and where it says so.

The registry is data (`params/statutes.yaml`); this module gives it types. A statute's ``kind``
says how its sum meets actual damages; `damages.model.statutory` holds the arithmetic. A statute
whose sum or unit changed has versions, each with the date from which it holds.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, TypeAdapter, ValidationError

from damages.errors import CaseError, Problem, did_you_mean
from damages.reader.messages import in_our_words
from damages.reader.read import read_tree
from damages.reader.words import Checked, Strict, Text

StatuteKind = Literal["floor", "greater_of", "additive", "instead_of", "actual_only", "none"]
Unit = Literal[
    "person",
    "violation",
    "incident",
    "work",
    "device",
    "message",
    "email",
    "pay period",
    "mark",
    "domain",
    "action",
]
FEDERAL = "federal"  # how one asks for the statutes of no State
Sums = Annotated[list[float], Field(max_length=2)]
UNITS_COUNTED = get_args(Unit)


class Enhanced(Strict):
    """A higher (or lower) sum that a finding opens."""

    sum_usd: Sums
    opens: Text


class Multiplier(Strict):
    """How many times the sum a court may award, and the finding that opens it."""

    most: float = Field(gt=1)
    opens: Text
    of: Literal["award", "actual damages"] = Field(
        "award", description="What is multiplied: the whole award, or actual damages and never the sum"
    )
    most_usd: float | None = Field(None, description="The most that the multiple can come to, for one person")


class Punitive(Strict):
    """Whether punitive damages come on top."""

    opens: Text | None = None
    most_usd: float | None = None


class ClassCap(Strict):
    """The most that a class can get: the lesser of a sum and a share of the defendant's net worth."""

    usd: float
    share_of_net_worth: float
    member_minimum: bool = Field(description="false: in a class action members have no minimum sum")


class Limitation(Strict):
    """How long after what the claim must be brought."""

    years: float | None = Field(None, description="Left out where the text sets none and courts borrow another law's")
    runs_from: Text
    checked: Checked


class ClassAction(Strict):
    """What a class can have of the statute's sum.

    *allowed*: nothing in the statute is against it. *barred*: no class action. *no minimum*: members have no
    minimum sum. *actual only*: a class has actual damages and not the sum. *heightened fault*: a class has the
    sum on a finding that one person does not need.
    """

    rule: Literal["allowed", "barred", "no minimum", "actual only", "heightened fault"]
    federal_court: Literal["same", "may differ"] = Field(
        "same", description="may differ: Rule 23 may permit what State law does not (Shady Grove)"
    )
    note: Text | None = None
    checked: Checked


class AlsoNeeds(Strict):
    """What the sum needs beyond the violation, of the claimant or by notice."""

    what: Literal["registration", "notice and cure", "viewing", "opting in", "request"]
    says: Text
    checked: Checked


class Provision(Strict):
    """What a damages provision says, at one time."""

    effective_from: datetime.date | None = Field(
        None, description="The first day; left out where it is older than any case"
    )
    kind: StatuteKind = Field(description="How the sum meets actual damages")
    private_right: Literal["yes", "none"] = Field("yes", description="none: nobody but a State or agency can sue")
    applies_to: Literal["pending cases", "cases filed from that day"] | None = Field(
        None, description="Which cases this version reaches; left out where it reaches conduct from its first day"
    )
    unit: Unit = Field(description="What the sum is counted for")
    sum_usd: Sums = Field(description="One sum, or the lowest and the highest; empty where none is fixed")
    per_day_usd: float | None = Field(None, description="Instead, this for each day, where that is more")
    actual_times: float | None = Field(None, description="Actual damages count this many times")
    counts_profits: bool | None = Field(
        None, description="Whether the violator's profits count beside actual damages; left out where not noted"
    )
    profits_on_top: bool = Field(False, description="Profits come on top of what the sum or the loss gives")
    most_usd_per_person: float | None = Field(None, description="The most that one person can have of the sum")
    most_usd_per_incident: float | None = Field(None, description="The most that all can have for one incident")
    state_share: float | None = Field(None, gt=0, lt=1, description="The share of the sum that goes to the State")
    needs_actual_damages: Literal["yes", "no", "disputed"] = Field(
        description="Whether some loss must be shown before the sum is owed"
    )
    actual_damages_checked: Checked | None = Field(
        None, description="How far that was read, where not as far as the rest"
    )
    also_needs: list[AlsoNeeds] = Field(default_factory=list)
    discretion: bool | None = Field(None, description="true where the court may and need not award it")
    enhanced: Enhanced | None = None
    multiplier: Multiplier | None = None
    punitive: Punitive | None = None
    fees: Literal["shifted", "none in text", "not noted"]
    class_action: ClassAction | None = Field(None, description="Left out, nothing in the statute is against a class")
    class_cap: ClassCap | None = None
    limitation: Limitation
    watch: Text | None = Field(None, description="A bill or a case that may change it")
    checked: Checked
    note: Text | None = None

    @property
    def sum_words(self) -> str:
        """The sum as a table shows it."""
        if not self.sum_usd:
            return {"actual_only": "none fixed", "none": "none"}.get(self.kind, "see the note")
        return " to ".join(f"${amount:,.0f}" for amount in self.sum_usd)


class Statute(Strict):
    """One statute, with each version of its damages provision."""

    name: Text
    cite: Text
    state: Annotated[str, Field(pattern="^[A-Z]{2}$")] | None = Field(None, description="Left out for federal law")
    link: str | None = Field(None, pattern=r"^https?://")
    versions: Annotated[list[Provision], Field(min_length=1)]

    def as_of(self, date: datetime.date | None) -> Provision:
        """The version in force on a date; the newest when no date is given.

        Raises
        ------
        LookupError : no version was in force yet
        """
        in_force = self.in_force(date)
        if not in_force:
            raise LookupError(f"{self.name} has no version in force on {date}.")
        return in_force[-1]

    def in_force(self, date: datetime.date | None) -> list[Provision]:
        """The versions that had begun on a date; all of them when no date is given."""
        return [v for v in self.versions if date is None or v.effective_from is None or v.effective_from <= date]


def day_of(text: str) -> datetime.date | None:
    """The day that someone wrote as 2023-01-01; None for nothing.

    Raises
    ------
    CaseError : a text that is not a day
    """
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise CaseError("--as-of", [Problem("--as-of", "", f"'{text}' is not a day; write 2023-01-01.")]) from None


def statute_named(statutes: Mapping[str, Statute], name: str) -> Statute:
    """A statute of the registry.

    Raises
    ------
    CaseError : a name that is not there
    """
    if name not in statutes:
        raise CaseError(name, [Problem(name, "", f"is not in the registry.{did_you_mean(name, statutes)}")])
    return statutes[name]


def chosen(
    statutes: Mapping[str, Statute], day: datetime.date | None = None, unit: str = "", state: str = ""
) -> dict[str, Statute]:
    """The statutes in force on a day, of one unit and of one State ("federal" for those of none).

    Raises
    ------
    CaseError : a unit or a State that no statute has
    """
    states = {statute.state or FEDERAL for statute in statutes.values()}
    asked = state if state == FEDERAL else state.upper()
    problems = [
        Problem(option, "", f"no statute has '{given}'.{did_you_mean(given, known)}")
        for option, given, known in (("--unit", unit, UNITS_COUNTED), ("--state", asked, states))
        if given and given not in known
    ]
    if problems:
        raise CaseError("damages statutes", problems)
    return {
        name: statute
        for name, statute in statutes.items()
        if statute.in_force(day)
        and (not unit or statute.as_of(day).unit == unit)
        and (not asked or (statute.state or FEDERAL) == asked)
    }


def version_of(statute: Statute, day: datetime.date | None) -> Provision:
    """The version in force on a day that someone asked for.

    Raises
    ------
    CaseError : none was
    """
    if not statute.in_force(day):
        first = statute.versions[0].effective_from
        raise CaseError(
            "--as-of", [Problem("--as-of", "", f"{statute.name} was not in force on {day}; its first day is {first}.")]
        )
    return statute.as_of(day)


def read_registry(path: Path) -> dict[str, Statute]:
    """All statutes of a file by their short name.

    Raises
    ------
    CaseError : with every problem of the file
    """
    tree = read_tree(path, f"{path.parent.name}/{path.name}")
    try:
        return TypeAdapter(dict[str, Statute]).validate_python(tree.content)
    except ValidationError as error:
        raise CaseError(
            tree.file, [in_our_words(found, tree, Statute) for found in error.errors(include_url=False)]
        ) from None


registry = lru_cache(read_registry)  # for a file that does not change while Python runs
