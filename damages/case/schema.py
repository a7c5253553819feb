"""What a case file may say: frozen, typed, and the same words as the file.

`damages.case.load` turns a file into a `Case`; `damages schema` prints this module as a JSON
Schema for editors. A field that names an input, a question or a theory says so in its type
(`Refers`), so that one walk finds every name that is used, missing or of the wrong unit.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from damages.case.distributions import Shape

Kind = Literal["statute", "opinion", "record", "study", "press", "derived", "assumption"]
Checked = Literal["text", "secondary", "unverified"]
Role = Literal["fact", "uncertain", "question", "choice"]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True)
class Refers:
    """What a name in a case file points to, and the units it may have."""

    to: Literal["input", "question", "choice", "theory", "group", "statute"]
    units: tuple[str, ...] = ()
    per_group: bool = True


People = Annotated[str, Refers("input", ("people", "count"))]
Share = Annotated[str, Refers("input", ("share",))]
ClassShare = Annotated[str, Refers("input", ("share",), per_group=False)]
ClassUsd = Annotated[str, Refers("input", ("usd",), per_group=False)]
ClassCount = Annotated[str, Refers("input", ("count", "people"), per_group=False)]
Usd = Annotated[str, Refers("input", ("usd",))]
UsdPerMember = Annotated[str, Refers("input", ("usd_per_member", "usd_per_unit"))]
UsdPerMonth = Annotated[str, Refers("input", ("usd_per_month",))]
PerMonth = Annotated[str, Refers("input", ("per_month",), per_group=False)]
PerYear = Annotated[str, Refers("input", ("per_year",), per_group=False)]
Months = Annotated[str, Refers("input", ("months",))]
Years = Annotated[str, Refers("input", ("years",), per_group=False)]
Question = Annotated[str, Refers("question")]
Choice = Annotated[str, Refers("choice")]
TheoryName = Annotated[str, Refers("theory")]
GroupName = Annotated[str, Refers("group")]


class Strict(BaseModel):
    """Unknown keys and wrong types are errors; nothing changes after reading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True, ignored_types=(cached_property,)
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

    label: Text
    role: Role
    unit: str
    value: Any = Field(
        None, description="A number, a shape such as {low: a, likely: b, high: c}, or one of these per group"
    )
    chance: Any = Field(
        None, description="For a question: the chance of yes, or {given: other_question, yes: a, no: b}"
    )
    favours: Literal["yes", "no"] | None = Field(
        None, description="For a question: the answer that is better for the class (yes unless said)"
    )
    options: dict[Name, Text] | None = Field(None, description="For a choice: what may be chosen")
    source: Source
    note: Text | None = None


class Event(Strict):
    """One date of the case, for the timeline."""

    date: datetime.date
    event: Text
    source: Source


class ClassPeriod(Strict):
    """The first and last day on which a person could become a class member."""

    start: datetime.date
    end: datetime.date
    source: Source


class Turnover(Strict):
    """Subscribers leave and join during the class period, so more people pass through than are there on one day."""

    churn: PerMonth
    growth: PerMonth


class ClassSize(Strict):
    """How the number of class members is found, one named step at a time."""

    people: People
    mix: Share | None = Field(None, description="Share of the people in each group; sums to 1")
    turnover: Turnover | None = None
    define: list[Share] = Field(
        default_factory=list, description="Shares that narrow the people to the class as pleaded"
    )
    limit: list[Share] = Field(
        default_factory=list, description="Shares that narrow the class to those who can recover"
    )


class Cap(Strict):
    """A contract's limit on liability, per person."""

    binds: Question
    arm: Choice = Field(description="fees_paid or fixed_sum: which arm of the clause limits")
    usd: UsdPerMember


class Gate(Strict):
    """Whether a statutory sum needs actual damages first: asked once for the whole class."""

    required: Question
    proven: Question | None = None
    share: Share = Field(description="Share of members with any actual damages")


class TheoryBase(Strict):
    """A theory of liability: a switch with its own damages."""

    label: Text
    pleaded: bool = Field(True, description="false drops the theory, and its damages leave with it")
    needs: list[Question] = Field(default_factory=list, description="All must be yes")
    item_of_harm: Text
    groups: list[GroupName] | None = Field(None, description="Only these groups can recover under it")
    source: Source


class Statutory(TheoryBase):
    """A statute's fixed sum; the registry says how it meets actual damages."""

    measure: Literal["statutory"]
    statute: Annotated[str, Refers("statute")]
    actual: TheoryName | None = Field(None, description="The theory whose loss counts as actual damages")
    profits: ClassUsd | None = Field(None, description="Violator's profits from the violation, for the whole class")
    gate: Gate | None = None


class SubscriptionValue(TheoryBase):
    """Part of a subscription's price that was lost: price × months × share lost."""

    measure: Literal["subscription_value", "restitution"]
    price: UsdPerMonth
    months: Months | None = Field(None, description="Months paid per member; left out when turnover gives them")
    share_lost: Share
    cap: Cap | None = None


class LumpSum(TheoryBase):
    """A sum for the class or for each group, shared by its members."""

    measure: Literal["lump_sum"]
    usd: Usd


class PerUnit(TheoryBase):
    """A rate for each unit counted: a call, a work, a device, a receipt."""

    measure: Literal["per_unit"]
    units: People
    rate: UsdPerMember


class Profits(TheoryBase):
    """The violator's profits from the violation, allocated once across the class."""

    measure: Literal["profits"]
    usd: ClassUsd


Theory = Annotated[Statutory | SubscriptionValue | LumpSum | PerUnit | Profits, Field(discriminator="measure")]


class Pleaded(Strict):
    """The headline as pleaded: members × this sum."""

    usd_per_member: UsdPerMember


class DueProcess(Strict):
    """What a court leaves of an aggregate statutory award."""

    share: ClassShare = Field(description="Share of the award that is left")
    above: ClassUsd | None = Field(None, description="Only an award above this is reduced")
    theories: list[TheoryName] | None = Field(None, description="Statutory theories unless said")


class Interest(Strict):
    """Prejudgment interest, simple, on the theories named."""

    rate: PerYear
    start: datetime.date | Literal["as_paid"] = Field(
        description="A date, or as_paid: each payment from the day it was made"
    )
    end: datetime.date
    theories: list[TheoryName]
    base: Literal["awarded", "loss"] = Field(
        "awarded", description="awarded: what is recovered under the theory; loss: its whole loss"
    )
    source: Source


class Judgment(Strict):
    """What the law does to the class total, in its order."""

    due_process: DueProcess | None = None
    interest: Interest | None = None


class Administration(Strict):
    """What it costs to run a settlement or to pay out a judgment."""

    fixed: ClassUsd
    per_notice: UsdPerMember
    per_claim: UsdPerMember


class Settlement(Strict):
    """How a fund is shared: fee, costs, awards, claims."""

    fund: ClassUsd | None = Field(None, description="A settlement fund; the judgment is the fund when this is left out")
    fee_share: ClassShare
    costs: ClassUsd
    administration: Administration
    service_award: ClassUsd
    named_plaintiffs: ClassCount
    claims_rate: ClassShare


class Litigation(Strict):
    """What it costs each side to go on to judgment, and how long it takes."""

    plaintiff_costs: ClassUsd
    defence_costs: ClassUsd
    years_to_judgment: Years
    discount_rate: PerYear


class CaseFile(Strict):
    """A case file with everything it extends: every input of the model, with a source beside it."""

    title: Text
    docket: Text
    hypothetical: bool = Field(description="true unless a court found these facts; printed on every table and chart")
    disposition: Text
    summary: Text
    timeline: list[Event] = Field(default_factory=list)
    class_period: ClassPeriod
    groups: dict[Name, Text] = Field(min_length=1)
    class_size: ClassSize
    theories: dict[Name, Theory] = Field(min_length=1)
    pleaded: Pleaded
    judgment: Judgment = Judgment()
    settlement: Settlement
    litigation: Litigation | None = None
    inputs: dict[Name, Input] = Field(min_length=1)


class Case(CaseFile):
    """One case, or one scenario of it, read and checked.

    ``inputs`` holds those of the file and those that follow from it (a statute's sum, the length
    of the class period); ``shapes`` holds the distribution of each numeric input: one under the
    key ``""``, or one for each group.
    """

    name: str
    scenario: str = ""
    scenario_title: str = ""
    scenario_why: str = ""
    shapes: dict[str, dict[str, Shape]]
    statutes: dict[str, Any]
    files: dict[str, str]
    overrides: dict[str, str]

    @cached_property
    def questions(self) -> dict[str, Input]:
        return {name: given for name, given in self.inputs.items() if given.role == "question"}

    def differs_by_group(self, name: str) -> bool:
        """Whether an input has a value of its own for each group."""
        return "" not in self.shapes.get(name, {"": None})

    @property
    def known_as(self) -> str:
        """The name of its folder under ``reports/``."""
        return self.scenario or self.name


def references(part: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Refers, str]]:
    """Every name that a part of a case uses: (where it stands, what it refers to, the name)."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from references(value, (*keys, key))
    if not isinstance(part, BaseModel):
        return
    for field, info in type(part).model_fields.items():
        value = getattr(part, field)
        refers = _refers(info.annotation, info.metadata)
        if value is None or (refers is None and not isinstance(value, BaseModel | dict)):
            continue
        if refers is None:
            yield from references(value, (*keys, field))
        elif isinstance(value, str):
            yield (*keys, field), refers, value
        else:
            yield from (((*keys, field, str(i)), refers, name) for i, name in enumerate(value))


def _refers(annotation: Any, metadata: list[Any] | tuple[Any, ...] = ()) -> Refers | None:
    for item in metadata:
        if isinstance(item, Refers):
            return item
    for argument in get_args(annotation):
        if isinstance(argument, Refers):
            return argument
        found = _refers(argument)
        if found:
            return found
    return None
