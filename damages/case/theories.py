"""Theories of liability as a case file writes them: each a switch with its own damages."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from damages.reader.units import MOST_YEARS
from damages.reader.words import (
    Choice,
    ClassCount,
    ClassShare,
    ClassUsd,
    Count,
    Day,
    Defense,
    GroupName,
    Line,
    Months,
    Name,
    People,
    Question,
    Refers,
    Share,
    Source,
    Strict,
    TheoryName,
    Times,
    Usd,
    UsdPerMember,
    UsdPerMonth,
)

MOST_TOLLED_DAYS = 36_525
REACH = "reach"
FEES_PAID, FIXED_SUM = "fees_paid", "fixed_sum"  # the arms of a cap


class Cap(Strict):
    """A contract's limit on liability, per person. It touches neither a statutory sum nor wilful injury."""

    binds: Defense
    arm: Choice = Field(description="fees_paid or fixed_sum: which arm of the clause limits")
    usd: UsdPerMember
    unless: Question | None = Field(None, description="Wilful injury: if yes, the cap does not bind")


class Gate(Strict):
    """Whether a statutory sum needs actual damages first: asked once for the whole class."""

    required: Defense
    proven: Question | None = Field(None, description="Whether there are actual damages at all")
    share: Annotated[str, Refers("input", ("share",), words=(REACH,))] = Field(
        description="reach: those whom the theory named in actual reaches; an input, the share of members with any, where none is named"
    )


class Multiplied(Strict):
    """A multiple of the award, such as trebling, and the finding that opens it. It comes before any offset."""

    when: Question | None = None
    times: Times | None = Field(None, description="Left out where the statute says how many times")


class Units(Strict):
    """How many units a statutory sum is counted for, for one member."""

    per_member: Count
    counted_by: Choice | None = Field(
        None, description="person, or the unit: per person or per violation, as scenarios choose"
    )


class ClassCapTerms(Strict):
    """A statute's cap on a class award: the lesser of a sum and a share of net worth."""

    net_worth: ClassUsd
    awarded: ClassShare | None = Field(
        None, description="Share of the cap that the court awards, where members have no minimum"
    )
    named_plaintiffs: ClassCount | None = Field(
        None, description="Named plaintiffs, who get the statute's sum beside the class"
    )


class Limitation(Strict):
    """How much of the class period lies inside the time to sue."""

    filed: Day | None = Field(None, description="The case's own day of filing when left out")
    years: float | None = Field(
        None, ge=0, le=MOST_YEARS, description="Left out where the registry has the statute's limitation"
    )
    discovered: Day | None = Field(None, description="When the violation was or should have been discovered")
    tolled_days: int = Field(0, ge=0, le=MOST_TOLLED_DAYS)
    source: Source


class TheoryBase(Strict):
    """A theory of liability: a switch with its own damages."""

    label: Line
    pleaded: bool = Field(True, description="false drops the theory, and its damages go with it")
    needs: list[Question] = Field(default_factory=list, description="All must be yes")
    item_of_harm: Line
    groups: list[GroupName] | None = Field(None, description="Only these groups can recover under it")
    multiplier: Multiplied | None = None
    limit: list[Share] = Field(
        default_factory=list, description="Shares that narrow this theory alone, such as standing shown claim by claim"
    )
    limitation: Limitation | None = None
    source: Source


class Statutory(TheoryBase):
    """A statute's sum; the registry says how it meets actual damages."""

    measure: Literal["statutory"]
    statute: Annotated[str, Refers("statute")]
    as_of: Day | None = Field(None, description="The version in force on this day; the newest when left out")
    actual: TheoryName | None = Field(None, description="The theory whose loss counts as actual damages")
    profits: ClassUsd | None = Field(
        None, description="Violator's profits from the violation, for the whole class, allocated once"
    )
    gate: Gate | None = None
    units: Units | None = None
    days: Count | None = Field(None, description="Days of violation, where the statute gives a sum for each")
    enhanced: Question | None = Field(None, description="The finding that opens the statute's other sum")
    class_cap: ClassCapTerms | None = None


class Billing(Strict):
    """Annual billing: the share of subscribers who have it, and what it takes off the monthly price."""

    annual_share: Share
    discount: Share


class Tax(Strict):
    """Tax on the price, counted in or left out."""

    rate: Share
    counted: Choice = Field(description="yes or no")


class Lost(Strict):
    """One way to measure what was lost; exactly one of its measures is named."""

    label: Line
    share: Share | None = Field(None, description="Price premium: the share of the price that bought nothing")
    comparator: UsdPerMonth | None = Field(
        None, description="Price difference: what a plan without the feature, or the price afterwards, costs"
    )
    usd_per_month: UsdPerMonth | None = Field(
        None, description="Benefit of the bargain, or cost of cover: its worth a month, at most the price"
    )
    usd_per_member: UsdPerMember | None = Field(
        None, description="Out of pocket: a sum for each member, whatever was paid"
    )
    whole: Literal[True] | None = Field(None, description="Full refund")


class SubscriptionValue(TheoryBase):
    """What part of what was paid for a subscription was lost."""

    measure: Literal["subscription_value", "restitution"]
    price: UsdPerMonth
    months: Months | None = Field(None, description="Months paid per member; left out when turnover gives them")
    billing: Billing | None = None
    free_months: Months | None = Field(None, description="Free trial months among the months, which cost nothing")
    tax: Tax | None = None
    refunds: UsdPerMember | None = Field(None, description="Refunds and credits already given, for each member")
    share_lost: Share | None = Field(
        None, description="Short for one method: the share of the price that bought nothing"
    )
    lost: dict[Name, Lost] | None = Field(None, description="Several methods side by side")
    use: Choice | None = Field(None, description="Which of them the damages rest on; its options are their names")
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


if TYPE_CHECKING:
    Theory = TheoryBase
else:  # any of the classes above, told apart by its measure
    Theory = Annotated[reduce(or_, TheoryBase.__subclasses__()), Field(discriminator="measure")]
