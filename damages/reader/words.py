"""The words a case file is made of: sources, inputs, and names that refer to them.

A field that names an input, a question or a theory says so in its type (`Refers`), so that one
walk (`references`) finds every name that is used, missing or of the wrong unit.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from damages.characters import LONGEST_LINE
from damages.reader.units import CHURN, FIRST_DAY, GROWTH, LAST_DAY, Unit

Kind = Literal["statute", "opinion", "record", "study", "press", "derived", "assumption"]
Checked = Literal["text", "secondary", "unverified"]
Role = Literal["fact", "uncertain", "question", "choice"]
Holder = Literal["defendant", "plaintiffs", "public", "expert", "court"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]
Line = Annotated[str, Field(min_length=1, max_length=LONGEST_LINE)]  # stands in a cell, or above a chart
Day = Annotated[datetime.date, Field(ge=FIRST_DAY, le=LAST_DAY)]


@dataclass(frozen=True)
class Refers:
    """What a name in a case file points to, and the units it may have."""

    to: Literal["input", "question", "choice", "theory", "group", "statute"]
    units: tuple[str, ...] = ()
    per_group: bool = True
    bounds: Unit | None = None  # what this use allows, beyond the unit
    words: tuple[str, ...] = ()  # what may be written instead of a name
    helps: str = ""  # of a question: the answer that is better for the class


People = Annotated[str, Refers("input", ("people", "count"))]
Share = Annotated[str, Refers("input", ("share",))]
ClassShare = Annotated[str, Refers("input", ("share",), per_group=False)]
ClassUsd = Annotated[str, Refers("input", ("usd",), per_group=False)]
Times = Annotated[str, Refers("input", ("times",), per_group=False)]
Count = Annotated[str, Refers("input", ("count", "days"))]
ClassCount = Annotated[str, Refers("input", ("count", "people"), per_group=False)]
Usd = Annotated[str, Refers("input", ("usd",))]
UsdPerMember = Annotated[str, Refers("input", ("usd_per_member", "usd_per_unit"))]
UsdPerMonth = Annotated[str, Refers("input", ("usd_per_month",))]
Churn = Annotated[str, Refers("input", ("per_month",), per_group=False, bounds=CHURN)]
Growth = Annotated[str, Refers("input", ("per_month",), per_group=False, bounds=GROWTH)]
PerYear = Annotated[str, Refers("input", ("per_year",), per_group=False)]
Months = Annotated[str, Refers("input", ("months",))]
Years = Annotated[str, Refers("input", ("years",), per_group=False)]
Question = Annotated[str, Refers("question", helps="yes")]  # yes is better for the class
Defense = Annotated[str, Refers("question", helps="no")]  # no is better for the class
Choice = Annotated[str, Refers("choice")]
TheoryName = Annotated[str, Refers("theory")]
GroupName = Annotated[str, Refers("group")]


class Strict(BaseModel):
    """Unknown keys and wrong types are errors; nothing changes after reading."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        arbitrary_types_allowed=True,
        ignored_types=(cached_property,),
    )


class Source(Strict):
    """Where a number comes from. An assumption is an honest source; an empty one is an error."""

    kind: Kind
    cite: Text
    url: str | None = Field(None, pattern=r"^https?://")
    checked: Checked | None = Field(
        None, description="How far the authority was checked; 'unverified' is printed with the figure"
    )


class Input(Strict):
    """One input of the model."""

    label: Line
    role: Role
    unit: str
    value: Any = Field(
        None, description="A number, a shape such as {low: a, likely: b, high: c}, or one of these per group"
    )
    chance: Any = Field(
        None, description="For a question: the chance of yes, or {given: other_question, yes: a, no: b}"
    )
    range: Any = Field(
        None,
        description="For a question: how low and how high its chance can be argued, [0.4, 0.7], or {yes: [a, b], no: [c, d]} as the chance is written",
    )
    favours: Literal["yes", "no"] | None = Field(
        None,
        description="For a question: the answer that is better for the class; follows from what asks it unless said",
    )
    options: dict[Name, Line] | None = Field(None, description="For a choice: what may be chosen")
    source: Source
    held_by: Holder | None = Field(
        None, description="Who could supply better evidence; follows from the role and the kind of source unless said"
    )
    note: Text | None = None

    @property
    def holder(self) -> Holder:
        """Who could supply better evidence on it: what `held_by` says, else what its role and its source suggest."""
        if self.held_by:
            return self.held_by
        return "court" if self.role == "question" else HOLDERS[self.source.kind]


HOLDERS: dict[str, Holder] = {
    "statute": "court",
    "opinion": "court",
    "record": "defendant",
    "study": "public",
    "press": "public",
    "derived": "expert",
    "assumption": "expert",
}


def references(part: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Refers, str]]:
    """Every name that a part of a case uses: (where it stands, what it refers to, the name)."""
    if isinstance(part, dict | list):
        for key, value in part.items() if isinstance(part, dict) else enumerate(part):
            yield from references(value, (*keys, str(key)))
    if not isinstance(part, BaseModel):
        return
    for field, refers in _fields(type(part)):
        value = getattr(part, field)
        if value is None or (refers is None and not isinstance(value, BaseModel | dict | list)):
            continue
        if refers is None:
            yield from references(value, (*keys, field))
        elif isinstance(value, str):
            if value not in refers.words:
                yield (*keys, field), refers, value
        elif isinstance(value, dict):
            yield from (((*keys, field, str(key)), refers, name) for key, name in value.items())
        else:
            yield from (((*keys, field, str(i)), refers, name) for i, name in enumerate(value))


@cache
def _fields(kind: type[BaseModel]) -> tuple[tuple[str, Refers | None], ...]:
    """The fields of a class, and what the names in each point to: worked out once, for a case has many questions."""
    return tuple((name, refers_to(field.annotation, field.metadata)) for name, field in kind.model_fields.items())


def refers_to(annotation: Any, metadata: list[Any] | tuple[Any, ...] = ()) -> Refers | None:
    """What a field's names point to; None where it holds no name."""
    for item in metadata:
        if isinstance(item, Refers):
            return item
    for argument in get_args(annotation):
        if isinstance(argument, Refers):
            return argument
        found = refers_to(argument)
        if found:
            return found
    return None
