"""What the law and a settlement do to the total, as a case file writes it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from damages.reader.words import (
    ClassCount,
    ClassShare,
    ClassUsd,
    Day,
    Defense,
    Line,
    Name,
    PerYear,
    Question,
    Refers,
    Source,
    Strict,
    TheoryName,
    Times,
    UsdPerMember,
    Years,
)


class Pleaded(Strict):
    """The headline as pleaded: members × this sum."""

    usd_per_member: UsdPerMember


class DueProcess(Strict):
    """What a court leaves of what an aggregate statutory award gives beyond compensation; of several measures, the smallest."""

    asked: Defense | None = Field(None, description="Whether the award is cut; left out where it is")
    share: ClassShare | None = Field(None, description="Share of the excess over compensation that is left")
    usd_per_member: UsdPerMember | None = Field(None, description="What is left of the whole award, for each member")
    times_actual: Times | None = Field(None, description="What is left of it, as a multiple of actual harm")
    actual: TheoryName | None = Field(None, description="The theory whose loss is the actual harm of times_actual")
    above: ClassUsd | None = Field(None, description="An award is not cut below this")
    theories: list[TheoryName] | None = Field(
        None, description="The theories whose award is reviewed; those that are statutory unless said"
    )


class Punitive(Strict):
    """Punitive damages, bounded by a ratio to what compensates."""

    when: Question | None = None
    ratio: Times | None = Field(None, description="This many times the compensatory award")
    usd_per_member: UsdPerMember | None = Field(None, description="Or a sum for each member")
    most_ratio: Times | None = Field(None, description="And at most this many times the compensatory award")
    theories: list[TheoryName] = Field(description="The theories whose award it is measured by")


class Interest(Strict):
    """A block of prejudgment interest, on the theories named."""

    rate: PerYear
    kind: Literal["simple", "compound"] = "simple"
    start: Day | Literal["filed", "as_paid", "midpoint"] = Field(
        description="A date; filed: the day of the complaint; as_paid: each month's payment from its month; midpoint: all from the middle of the class period"
    )
    end: Day | None = Field(None, description="The day of judgment; valued_on when left out")
    theories: list[TheoryName]
    base: Literal["awarded", "loss"] = Field(
        "awarded", description="awarded: what is recovered under the theory; loss: its whole loss"
    )
    source: Source


class PostJudgment(Strict):
    """Interest from judgment to payment: computed daily, compounded yearly."""

    rate: PerYear
    start: Day
    end: Day
    source: Source


class JudgmentPayout(Strict):
    """How a judgment reaches the members to whom it awards something, each at most what is awarded to them."""

    automatic: ClassShare | None = Field(
        None, description="Share of them paid without a claim, from records; everyone when nothing is said"
    )
    claims_rate: ClassShare | None = Field(None, description="Share of the others who claim")
    residue: Literal["cy_pres", "reversion", "claimants"] = Field(
        "cy_pres",
        description="Where money goes that nobody took; claimants: to those who are paid, up to the award to them",
    )


class Judgment(Strict):
    """What the law does to the class total, in its order, and how it is paid."""

    due_process: DueProcess | None = None
    punitive: Punitive | None = None
    offsets: list[ClassUsd] = Field(default_factory=list, description="Credits, after any multiplier")
    interest: list[Interest] = Field(default_factory=list, description="Each with its rate, its days and its theories")
    post_judgment: PostJudgment | None = None
    payout: JudgmentPayout = JudgmentPayout()


class Relief(Strict):
    """Nonmonetary relief, reported separately and never part of the class's damages."""

    label: Line
    needs: list[Question] = Field(default_factory=list, description="All must be yes")
    theories: list[TheoryName] | None = Field(None, description="One of these must stand; any theory unless said")
    cost: ClassUsd | None = Field(None, description="What it would cost the defendant")
    source: Source


class Administration(Strict):
    """What it costs to run a settlement or to pay out a judgment."""

    fixed: ClassUsd
    per_notice: UsdPerMember | None = None
    per_claim: UsdPerMember | None = None


class Lodestar(Strict):
    """Hours × rate, to check a fee against."""

    hours: ClassCount
    usd_per_hour: Annotated[str, Refers("input", ("usd_per_unit",), per_group=False)]


class Channel(Strict):
    """A way of giving notice: the share of members it reaches, and how many of them claim."""

    share: ClassShare
    claims_rate: ClassShare


class Distribution(Strict):
    """How the net fund reaches members, and where the rest goes."""

    kind: Literal["pro_rata", "claims_made"] = Field(
        "pro_rata", description="Equal shares of the net fund, or a fixed sum for each claim"
    )
    per_claim: UsdPerMember | None = Field(
        None, description="claims_made: the sum for each claim, cut pro rata when the fund is too small"
    )
    automatic: ClassShare | None = Field(
        None, description="Share of members paid without a claim; 1 for direct payment"
    )
    most: UsdPerMember | None = Field(None, description="The most a claimant gets")
    least_cheque: UsdPerMember | None = Field(None, description="A smaller check is not sent")
    cashed: ClassShare | None = Field(None, description="Share of checks that are cashed")
    second: bool = Field(False, description="true: what is not cashed is shared out once more")
    residue: Literal["cy_pres", "reversion"] = Field("cy_pres", description="Where money goes that nobody took")


class Settlement(Strict):
    """How a fund is shared: fee, costs, awards, claims. What is left out costs nothing."""

    fund: ClassUsd | None = Field(None, description="A settlement fund; left out, the judgment is paid")
    fee_share: ClassShare | None = Field(None, description="Fee out of the fund")
    shifted_fee: ClassUsd | None = Field(None, description="Fee that the defendant pays on top of the fund")
    lodestar: Lodestar | None = None
    costs: ClassUsd | None = None
    administration: Administration | None = None
    service_award: ClassUsd | None = None
    named_plaintiffs: ClassCount | None = None
    claims_rate: ClassShare | None = Field(
        None, description="Share of members who file a valid claim; everyone when nothing is said"
    )
    claimants: ClassCount | None = Field(None, description="Their number, where it is known")
    channels: dict[Name, Channel] | None = Field(None, description="Claims rates by the way of notice")
    distribution: Distribution = Distribution()


class Sides(Strict):
    """How each side sees the case: scenarios of it."""

    plaintiffs: Name
    defendant: Name


class Litigation(Strict):
    """What it costs each side to litigate to judgment, how long it takes, and how each side sees the case."""

    plaintiff_costs: ClassUsd
    defence_costs: ClassUsd
    years_to_judgment: Years
    discount_rate: PerYear
    sides: Sides | None = None
