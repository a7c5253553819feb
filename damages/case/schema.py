"""What a case file may say: frozen, typed, and the same words as the file.

`damages.case.load` turns a file into a `Case`; `damages schema` prints `CaseFile` as a JSON Schema
for editors.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from damages.case.forum import Forum
from damages.case.terms import Judgment, Litigation, Pleaded, Relief, Settlement
from damages.case.theories import Theory
from damages.law.statutes import Provision, Statute
from damages.ranges.correlation import Copula, Correlation
from damages.ranges.distributions import Shape
from damages.reader.read import Place, nearest
from damages.reader.words import (
    Choice,
    Churn,
    ClassCount,
    ClassShare,
    ClassUsd,
    Day,
    GroupName,
    Growth,
    Input,
    Line,
    Name,
    People,
    Share,
    Source,
    Strict,
    Text,
    UsdPerMonth,
)
from damages.shows import Shows

if TYPE_CHECKING:
    import pandas


class Event(Strict):
    """One date of the case, for the timeline."""

    date: Day
    event: Line
    source: Source


class ClassPeriod(Strict):
    """The first and last day on which a person could become a class member."""

    start: Day
    end: Day
    source: Source


class Turnover(Strict):
    """Subscribers leave and join during the class period, so more people pass through than are there on one day."""

    churn: Churn
    growth: Growth


class Counted(Strict):
    """The case's own words for what is counted: a worker, a subscriber; a call, a work, a receipt."""

    one: Line
    many: Line
    things: bool = Field(False, description="true where no people are counted: calls, works, devices")


class MethodBase(Strict):
    """One way to count people, brought to the scope that all methods share."""

    label: Line
    exclude: list[ClassShare] = Field(
        default_factory=list,
        description="Shares of the people counted that lie outside, such as regions; taken off together",
    )
    shares: list[ClassShare] = Field(
        default_factory=list, description="Shares of the rest that narrow it to the scope of the other methods"
    )


class Revenue(MethodBase):
    """Payers from revenue: twelve months of it ÷ 12 ÷ net revenue per payer and month."""

    kind: Literal["revenue"]
    revenue: ClassUsd = Field(description="Twelve months of revenue")
    net_price: UsdPerMonth = Field(description="Price on the list per payer and month, by group")
    net_share: ClassShare = Field(description="Share of it that is booked as revenue")
    covers: list[GroupName] | None = Field(
        None, description="The groups whose payments are in that revenue; all unless said"
    )


class Members(MethodBase):
    """Payers from members: members, less those in excluded regions, × the shares of them that pay."""

    kind: Literal["members"]
    members: ClassCount


class Stated(MethodBase):
    """A number that a source states."""

    kind: Literal["stated"]
    people: ClassCount


class Lists(MethodBase):
    """Everyone, seen or not, from two lists that overlap by chance (capture and recapture)."""

    kind: Literal["lists"]
    first: ClassCount = Field(description="People on one list")
    second: ClassCount = Field(description="People on another, made without regard to the first")
    both: ClassCount = Field(description="People on both")


class Records(MethodBase):
    """Payers counted from account records, by stated rules (`damages.records.counts`)."""

    kind: Literal["records"]
    file: Text = Field(description="A CSV beside the case file")
    need_messages: bool = Field(False, description="true counts only people who sent or received a message")
    source: Source


Method = Annotated[Revenue | Members | Stated | Lists | Records, Field(discriminator="kind")]


class ClassSize(Strict):
    """How the number of class members is found, one named step at a time."""

    people: People | None = Field(None, description="The number to start from; or several methods")
    methods: dict[Name, Method] | None = None
    use: Choice | None = Field(
        None, description="The method the class rests on, or combined; its options are their names"
    )
    weights: dict[Name, ClassShare] | None = Field(
        None, description="combined: a weight for each method; they are made to sum to 1"
    )
    counted: Counted = Counted(one="member", many="people")
    mix: Share | None = Field(None, description="Share of the people in each group; sums to 1")
    turnover: Turnover | None = None
    define: list[Share] = Field(
        default_factory=list, description="Shares that narrow the people to the class as pleaded"
    )
    limit: list[Share] = Field(
        default_factory=list, description="Shares that narrow the class to those who can recover"
    )


class Published(Strict):
    """A figure that a court or a record published, for the model to reproduce."""

    line: Text = Field(description="A line of the model, such as class_award_usd")
    group: GroupName | None = None
    value: float
    within: float = Field(0.005, description="How exactly: the cent, or the rounding of the published figure")
    settings: dict[str, Any] = Field(default_factory=dict, description="Inputs set for this figure alone")
    what: Text = Field(description="What the figure is")
    source: Source


class CaseFile(Strict):
    """A case file with everything it extends: every input of the model, with a source beside it."""

    title: Line
    docket: Line
    hypothetical: bool = Field(description="true unless a court found these facts; printed on every table and chart")
    disposition: Text
    summary: Text | None = None
    filed: Day | None = Field(None, description="The day of the complaint")
    valued_on: Day | None = Field(None, description="The day from which this valuation looks at the case")
    timeline: list[Event] = Field(default_factory=list)
    forum: Forum | None = Field(None, description="The court that hears the case")
    class_period: ClassPeriod | None = None
    groups: dict[Name, Line] = Field(default={"all": "Everyone"}, min_length=1)
    class_size: ClassSize
    theories: dict[Name, Theory] = Field(min_length=1)
    pleaded: Pleaded | None = Field(
        None, description="Left out, the headline is the award per member × the members as pleaded"
    )
    judgment: Judgment = Judgment()
    relief: dict[Name, Relief] = Field(default_factory=dict)
    settlement: Settlement = Settlement()
    litigation: Litigation | None = None
    correlations: list[Correlation] = Field(default_factory=list, description="Uncertain inputs that rank together")
    copula: Copula = Copula()
    authorities: dict[str, Source] = Field(
        default_factory=dict, description="What a line of the model rests on, such as class_award_usd, in this forum"
    )
    caveats: list[Text] = Field(default_factory=list, description="What the figures of this case leave out or simplify")
    published: list[Published] = Field(default_factory=list)
    teaches: Text | None = Field(None, description="What a published judgment shows about the model")
    inputs: dict[Name, Input] = Field(min_length=1)

    @property
    def residue(self) -> str:
        """Where money goes that nobody took: as the settlement says, or what is said of the judgment's payout."""
        return self.settlement.distribution.residue if self.settlement.fund else self.judgment.payout.residue


class Case(CaseFile, Shows):
    """One case, or one scenario of it, read and checked.

    ``inputs`` holds those of the file and those that follow from it (a statute's sum, the length
    of the class period); ``shapes`` holds the distribution of each numeric input: one under the
    key ``""``, or one for each group; ``provisions`` the version of its statute that each statutory
    theory rests on.
    """

    shown_in: ClassVar[str] = "case_file"

    name: str
    scenario: str = ""
    scenario_title: str = ""
    scenario_why: str = ""
    shapes: dict[str, dict[str, Shape]]
    statutes: dict[str, Statute]
    provisions: dict[str, Provision]
    files: dict[str, str]
    settings: dict[str, str]
    places: dict[Place, str]

    def place(self, *keys: str) -> str:
        """The ``file:line`` of a part, or of the nearest one around it."""
        return nearest(self.places, keys, self.name)

    @cached_property
    def uncut(self) -> Case:
        """The same case in a court that cuts nothing."""
        return self.model_copy(update={"judgment": self.judgment.model_copy(update={"due_process": None})})

    @cached_property
    def questions(self) -> dict[str, Input]:
        return {name: given for name, given in self.inputs.items() if given.role == "question"}

    def __repr__(self) -> str:
        return f"<Case {self.shown_as}; {len(self.inputs)} inputs, theories {', '.join(self.theories)}>"

    def __str__(self) -> str:
        return repr(self)

    def frame(self) -> pandas.DataFrame:
        """One row for each input, and one for each group where an input differs by group."""
        from damages.case.frame import frame_of

        return frame_of(self)

    def differs_by_group(self, name: str) -> bool:
        """Whether an input has a value of its own for each group."""
        return "" not in self.shapes.get(name, {"": None})

    def has_range(self, name: str) -> bool:
        """Whether an input can take more than one value, in any group."""
        return not all(shape.is_fixed for shape in self.shapes[name].values())

    @property
    def known_as(self) -> str:
        """The name of its folder under ``reports/``."""
        return self.scenario or self.name

    @property
    def shown_as(self) -> str:
        """Its name, its title, and whether it is hypothetical, on one line."""
        return f"{self.known_as}: {self.title}{' (hypothetical)' if self.hypothetical else ''}"
