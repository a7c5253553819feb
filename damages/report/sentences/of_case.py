"""The sentences of a report whose numbers come from the case: built from results, never typed."""

from __future__ import annotations

from damages.engine.paths import Estimate
from damages.engine.simulate import Simulation
from damages.report.table import Words, percent, usd, write


def headlines(estimate: Estimate, simulation: Simulation) -> Words:
    """The three headline figures in one paragraph, with what separates them."""
    expected = simulation.lines["expected_usd"].mean
    recovered = simulation.if_recovered["judgment_usd"]
    first = (
        f"Expected judgment: {usd(expected.value)} on average over the draws, {usd(estimate.expected_usd)} at base values. "
        f"The chance of any judgment for the class is {percent(simulation.chance_of_recovery.value)}. If there is one, "
        f"its median is {usd(recovered[0.50].value)} and its 95th percentile {usd(recovered[0.95].value)}."
    )
    second = (
        f"The pleaded headline is {usd(estimate.pleaded_usd)}. If every question were answered for the class, the judgment would be "
        f"{usd(estimate.exposure_usd)} at base values{_out_of(estimate)}."
    )
    return Words((first, second))


def _out_of(estimate: Estimate) -> str:
    """The award from which the exposure is reduced, where the law takes much of it."""
    award = float(estimate.lines["class_award_usd"])
    return f", reduced from an award of {usd(award)}" if award > 1.05 * estimate.exposure_usd else ""


def unclaimed(estimate: Estimate) -> Words:
    """Where the money goes that nobody claims."""
    lines, share = estimate.lines, estimate.case.settlement.distribution
    fund, residue = float(lines["net_fund_usd"]), float(lines["residue_usd"])
    where = {"cy_pres": "to a cy pres recipient", "reversion": "back to the defendant"}[share.residue]
    if fund == 0.0:
        return Words(("No net fund is left to distribute.",))
    if residue <= 0.005:
        each, award = float(lines["usd_per_claimant"]), float(lines["award_after_due_process_usd"])
        members = float(lines["class_members_total"])
        above = (
            f"Each would get {usd(each)}, more than the award of {usd(award / members)} per member; a court may not allow that. "
            "A cap on each payment would send the rest elsewhere."
        )
        return Words(
            (
                f"The whole net fund of {usd(fund)} goes to {write(float(lines['claimants']), 'people')} claimants, who share what the other members do not claim.",
                *((above,) if members and each > award / members else ()),
            )
        )
    return Words((f"Of a net fund of {usd(fund)}, {usd(residue)} goes unclaimed and is paid {where}.",))
