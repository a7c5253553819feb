"""From remedies to the judgment: election, due process, election of what is left, punitive damages, offsets, interest.

An item of harm is paid once. Before any cut the election gives what a verdict would say; after the cut every member
takes the best remedy that is left, so a cut statutory sum makes room for a loss that is larger.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from damages.model import interest, judgment, recovery
from damages.model.arithmetic import total, when
from damages.model.remedies import Remedy

MOST_RATIO = 9.0  # State Farm v. Campbell, 538 U.S. 408 (2003): few beyond a single digit; a real verdict is as it was


class Taken(NamedTuple):
    """A remedy, the award that is left of it, and who takes it.

    Attributes
    ----------
    award : USD for a member who takes it; (n_draws, n_groups) or broadcasting to it
    share : of all members, those who take it; likewise
    """

    remedy: Remedy
    award: Any
    share: Any


def judgment_lines(case: Any, given: Any, lines: Any, remedies: Sequence[Remedy]) -> list[Taken]:
    """From the remedies to the judgment, and its interest until it is paid; and the remedies that members take."""
    terms = case.judgment
    for number, block in enumerate(terms.interest, start=1):
        lines[f"interest_factor_{number}"] = _factor(case, number, block, given)
    taken = _elected(case, given, lines, [(remedy, remedy.award) for remedy in remedies], "")
    _verdict_lines(case, lines, taken)
    if terms.due_process:
        taken = _after_due_process(case, taken, given, lines)
    else:
        lines["award_after_due_process_usd"] = lines["class_award_usd"]
    running = lines["award_after_due_process_usd"]
    if terms.punitive:
        lines["punitive_usd"] = sum(
            total(lines["class_members"] * one.share * _punitive(case, one.award, given))
            for one in taken
            if one.remedy.theory in terms.punitive.theories
        )
        running = running + lines["punitive_usd"]
    if terms.offsets:
        lines["offsets_usd"] = sum(given[name] for name in terms.offsets)
        lines["award_after_offsets_usd"] = judgment.after_offsets(running, lines["offsets_usd"])
        running = lines["award_after_offsets_usd"]
    if terms.interest:
        lines["prejudgment_interest_usd"] = sum(
            _principal(case, block, lines) * lines[f"interest_factor_{number}"]
            for number, block in enumerate(terms.interest, start=1)
        )
        running = running + lines["prejudgment_interest_usd"]
    lines["judgment_usd"] = running
    if terms.post_judgment:
        factor = interest.post_judgment(
            given[terms.post_judgment.rate], given["post_judgment_years"], given["post_judgment_days"]
        )
        lines["post_judgment_interest_usd"] = lines["judgment_usd"] * factor
    return taken


# --- One recovery ---------------------------------------------------------------------------------


def _elected(case: Any, given: Any, lines: Any, awards: Sequence[tuple[Remedy, Any]], left: str) -> list[Taken]:
    """Who takes which remedy, item of harm by item of harm, by what each is worth to them in the end.

    ``left`` is what the names of the lines have before them after a cut.
    """
    items: dict[str, list[int]] = {}
    for place, (remedy, _) in enumerate(awards):
        items.setdefault(case.theories[remedy.theory].item_of_harm, []).append(place)
    shares: dict[int, Any] = {}
    for places in items.values():
        worth = [(_worth(case, *awards[place], given, lines, left), awards[place][0].share) for place in places]
        for place, share in zip(places, recovery.elected(worth), strict=True):
            remedy = awards[place][0]
            lines[f"{remedy.theory}_{left}taken_share_{remedy.sort}"] = share
            shares[place] = lines[f"{remedy.theory}_{left}taken_share_{remedy.sort}"]
    return [Taken(remedy, award, shares[place]) for place, (remedy, award) in enumerate(awards)]


def _worth(case: Any, remedy: Remedy, award: Any, given: Any, lines: Any, left: str) -> Any:
    """What a remedy is worth to a member in the end: with its punitive damages and its interest. USD."""
    terms = case.judgment
    blocks = [
        number
        for number, block in enumerate(terms.interest, start=1)
        if block.base == "awarded" and remedy.theory in block.theories
    ]
    punished = terms.punitive and remedy.theory in terms.punitive.theories
    if not blocks and not punished:
        return award
    worth = award * (1.0 + sum(lines[f"interest_factor_{number}"] for number in blocks)) if blocks else award
    name = f"{remedy.theory}_{left}worth_usd_{remedy.sort}"
    lines[name] = worth + _punitive(case, award, given) if punished else worth
    return lines[name]


def _parts(case: Any, taken: Sequence[Taken]) -> dict[str, Any]:
    """What each theory pays a member, averaged over all members. USD."""
    parts: dict[str, Any] = {}
    for name in case.theories:
        parts[name] = sum(one.award * one.share for one in taken if one.remedy.theory == name)
    return parts


def _verdict_lines(case: Any, lines: Any, taken: Sequence[Taken]) -> None:
    """What a verdict would say, before any cut."""
    for name, part in _parts(case, taken).items():
        lines[f"{name}_credited_usd_per_member"] = part
    lines["recovery_usd_per_member"] = sum(lines[f"{name}_credited_usd_per_member"] for name in case.theories)
    for name in case.theories:
        lines[f"{name}_award_usd"] = total(lines["class_members"] * lines[f"{name}_credited_usd_per_member"])
    lines["class_award_usd"] = sum(lines[f"{name}_award_usd"] for name in case.theories)


# --- Due process ----------------------------------------------------------------------------------


def reviewed(case: Any) -> list[str]:
    """The theories whose award is reviewed for due process: those named, or all that are statutory."""
    return case.judgment.due_process.theories or [
        name for name, theory in case.theories.items() if theory.measure == "statutory"
    ]


def _after_due_process(case: Any, taken: Sequence[Taken], given: Any, lines: Any) -> list[Taken]:
    """What is left of the excess over compensation, and the election among what is left."""
    cut, scope = case.judgment.due_process, reviewed(case)
    lines["statutory_award_usd"] = sum(lines[f"{name}_award_usd"] for name in scope)
    reviewed_awards = [one for one in taken if one.remedy.theory in scope]
    lines["statutory_compensation_usd"] = sum(
        total(lines["class_members"] * one.share * one.remedy.compensation) for one in reviewed_awards
    )
    left = _share_left(cut, given, lines)
    lines["due_process_left_share"] = when(given[cut.asked], left, 1.0) if cut.asked else left
    awards = []
    for one in taken:
        remedy, award = one.remedy, one.award
        if remedy.theory in scope:
            name = f"{remedy.theory}_left_usd_{remedy.sort}"
            lines[name] = remedy.with_excess(lines["due_process_left_share"])
            award = lines[name]
        awards.append((remedy, award))
    after = _elected(case, given, lines, awards, "left_")
    for name, part in _parts(case, after).items():
        lines[f"{name}_after_due_process_usd"] = total(lines["class_members"] * part)
    lines["statutory_after_due_process_usd"] = sum(lines[f"{name}_after_due_process_usd"] for name in scope)
    lines["award_after_due_process_usd"] = sum(lines[f"{name}_after_due_process_usd"] for name in case.theories)
    return after


def _share_left(cut: Any, given: Any, lines: Any) -> Any:
    """Share of the excess that is left: as the case says it, or worked out from a sum that is left of the whole award."""
    if cut.share and not (cut.usd_per_member or cut.times_actual or cut.above):
        return given[cut.share]
    members, award = lines["class_members"], lines["statutory_award_usd"]
    compensation = lines["statutory_compensation_usd"]
    measures = []
    if cut.share:
        measures.append(compensation + (award - compensation) * given[cut.share])
    if cut.usd_per_member:
        measures.append(total(members * given[cut.usd_per_member]))
    if cut.times_actual:
        measures.append(given[cut.times_actual] * total(members * lines[f"{cut.actual}_loss_usd_per_member"]))
    above = given[cut.above] if cut.above else 0.0
    return judgment.share_left(award, compensation, above, *measures)


# --- Punitive damages and interest ----------------------------------------------------------------


def _punitive(case: Any, award: Any, given: Any) -> Any:
    """Punitive damages for a member with this award, when they are opened; in a hypothetical case within a single-digit ratio. USD."""
    terms = case.judgment.punitive
    wanted = given[terms.usd_per_member] if terms.usd_per_member else award * given[terms.ratio]
    most = given[terms.most_ratio] if terms.most_ratio else MOST_RATIO if case.hypothetical else None
    each = wanted if most is None else judgment.punitive(award, wanted, most)
    return each * given[terms.when] if terms.when else each


def _principal(case: Any, block: Any, lines: Any) -> Any:
    """What prejudgment interest is owed on: what is recovered under the theories named, or their whole loss."""
    if block.base == "loss":
        return sum(lines[f"{name}_claim_usd"] for name in block.theories)
    kind = "after_due_process_usd" if case.judgment.due_process else "award_usd"
    return sum(lines[f"{name}_{kind}"] for name in block.theories)


def _factor(case: Any, number: int, block: Any, given: Any) -> Any:
    """Interest on one dollar, from a date or from each month's payment."""
    rate, years = given[block.rate], given[f"interest_{number}_years"]
    if block.start != "as_paid":
        return interest.simple(rate, years) if block.kind == "simple" else interest.compound(rate, years)
    growth = given[case.class_size.turnover.growth] if case.class_size.turnover else 0.0
    accrued = interest.simple_as_paid if block.kind == "simple" else interest.compound_as_paid
    return accrued(rate, years, growth, given["class_period_months"])
