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

StatuteKind = Literal["floor", "greater_of", "additive", "instead_of", "actual_only"]
Unit = Literal[
    "person",
    "violation",
    "day",
    "work",
    "device",
    "receipt",
    "message",
    "mark",
    "domain",
    "record",
    "account",
    "action",
]
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

    years: float
    runs_from: Text
    checked: Checked


class Provision(Strict):
    """What a damages provision says, at one time."""

    effective_from: datetime.date | None = Field(
        None, description="The first day; left out where it is older than any case"
    )
    kind: StatuteKind = Field(description="How the sum meets actual damages")
    unit: Unit = Field(description="What the sum is counted for")
    sum_usd: Sums = Field(description="One sum, or the lowest and the highest; empty where none is fixed")
    per_day_usd: float | None = Field(None, description="Instead, this for each day, where that is more")
    actual_times: float | None = Field(None, description="Actual damages count this many times")
    profits_on_top: bool = Field(False, description="Profits come on top of what the sum or the loss gives")
    needs_actual_damages: Literal["yes", "no", "disputed", "not noted"]
    discretion: bool | None = Field(None, description="true where the court may and need not award it")
    enhanced: Enhanced | None = None
    multiplier: Multiplier | None = None
    punitive: Punitive | None = None
    fees: Literal["shifted", "none in text", "not noted"]
    class_cap: ClassCap | None = None
    limitation: Limitation | None = None
    checked: Checked
    note: Text | None = None

    @property
    def sum_words(self) -> str:
        """The sum as a table shows it."""
        if not self.sum_usd:
            return "none fixed" if self.kind == "actual_only" else "not read"
        return " to ".join(f"${amount:,.0f}" for amount in self.sum_usd)


class Statute(Strict):
    """One statute, with each version of its damages provision."""

    name: Text
    cite: Text
    link: str | None = Field(None, pattern=r"^https?://")
    versions: Annotated[list[Provision], Field(min_length=1)]

    def as_of(self, date: datetime.date | None) -> Provision:
        """The version in force on a date; the newest when no date is given.

        Raises
        ------
        LookupError : no version was in force yet
        """
        in_force = [v for v in self.versions if date is None or v.effective_from is None or v.effective_from <= date]
        if not in_force:
            raise LookupError(f"{self.name} has no version in force on {date}.")
        return in_force[-1]


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
