"""Every line of the model, declared once: its name, its words, its unit, its authority, and who gets the money.

Python, JSON, CSV, the workbook, tables and charts use these names. The model works the lines out
(`damages.model`); what people read of one, `line` says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from damages.characters import capital
from damages.reader.words import Source

if TYPE_CHECKING:
    from damages.case.schema import Case, CaseFile, ClassSize


class Line(NamedTuple):
    """A named figure of the model.

    Attributes
    ----------
    called : what a sentence calls it; its label when left out
    gets : who gets it of what the defendant pays; nobody when left out, as with a subtotal
    """

    label: str
    unit: str
    authority: str = ""
    called: str = ""
    gets: str = ""


# The parties are listed in this order. {Many}, {many} and {one} are the case's own words for what is counted, {who} and {who_is} fit people or things.
LINES: dict[str, Line] = {
    "people_at_end": Line("{Many} at the end of the class period", "people"),
    "people_at_start": Line("{Many} at its start", "people"),
    "subscriber_months": Line("Months paid by all {many} together", "count"),
    "people_in_period": Line("Different {many} in the period", "people"),
    "months_per_member": Line("Months paid per {one}", "months"),
    "pleaded_members": Line("{Many} in the class as pleaded", "people"),
    "class_members": Line("{Many} {who}", "people"),
    "class_members_total": Line("{Many} {who}, all groups", "people"),
    "pleaded_usd": Line("Pleaded: {many} × the pleaded sum", "usd", called="the sum pleaded"),
    "full_recovery_usd": Line("Full recovery: every claim won, nothing cut", "usd", called="the full recovery"),
    "exposure_usd": Line("Exposure: the judgment if the class wins", "usd", called="the exposure"),
    "expected_usd": Line("Expected: over all answers and amounts", "usd", called="the expected judgment"),
    "recovery_usd_per_member": Line("Recovery per {one}, counted once, before any cut", "usd_per_member"),
    "class_award_usd": Line("Class award, before any cut", "usd"),
    "statutory_award_usd": Line("Award reviewed for due process", "usd"),
    "statutory_compensation_usd": Line("What of that award compensates", "usd"),
    "due_process_left_share": Line("Share left of what exceeds compensation", "share"),
    "statutory_after_due_process_usd": Line("The same theories after due process", "usd"),
    "award_after_due_process_usd": Line("Award after due process", "usd"),
    "punitive_usd": Line("Punitive damages", "usd"),
    "offsets_usd": Line("Offsets", "usd"),
    "award_after_offsets_usd": Line("Award after offsets", "usd"),
    "prejudgment_interest_usd": Line("Prejudgment interest", "usd"),
    "judgment_usd": Line("Judgment", "usd", called="the judgment"),
    "post_judgment_interest_usd": Line("Interest from judgment to payment", "usd"),
    "fund_usd": Line("Fund", "usd"),
    "people_notified": Line("{Many} to be notified", "people"),
    "members_awarded": Line("{Many} to whom the judgment awards something", "people"),
    "paid_without_claim": Line("Paid without a claim", "people"),
    "claims": Line("Claims", "people"),
    "claimants": Line("Paid in all", "people"),
    "lodestar_usd": Line("Lodestar: hours × rate", "usd"),
    "lodestar_multiple": Line("Fee ÷ lodestar", "times"),
    "net_fund_usd": Line("Net fund for the class", "usd"),
    "usd_per_claimant": Line("Paid to each claimant", "usd_per_member"),
    "paid_to_class_usd": Line("Paid to the class", "usd", gets="Class members who are paid"),
    "attorney_fee_usd": Line("Attorneys' fee, out of the fund", "usd", gets="Class counsel: fee out of the fund"),
    "shifted_fee_usd": Line("Attorneys' fee, on top of the fund", "usd", gets="Class counsel: fee on top of the fund"),
    "litigation_costs_usd": Line("Plaintiffs' costs", "usd", gets="Class counsel: costs"),
    "service_awards_usd": Line("Service awards", "usd", gets="Named plaintiffs: service awards"),
    "administration_usd": Line("Administration", "usd", gets="Administrator"),
    "residue_usd": Line("Residue: money nobody took", "usd", gets="Nobody"),
    "relief_cost_usd": Line(
        "Cost of relief that is not money", "usd", gets="Nonmonetary relief: cost to the defendant"
    ),
    "defendant_pays_usd": Line("The defendant pays", "usd", called="what the defendant pays"),
}
CUTS = {"": "", "left_": " after due process"}
SORTS_OF_MEMBERS = {"per_entitled": "", "with_loss": ", with a loss", "without_loss": ", without a loss"}
OF_A_THEORY: dict[str, Line] = {  # each after the name of a theory
    "fees_usd_per_member": Line("fees paid per {one}", "usd_per_member"),
    "loss_usd_per_member": Line("loss per {one}", "usd_per_member"),
    "entitled_share": Line("share of {many} entitled", "share"),
    "usd_with_loss": Line("sum for a {one} with a loss", "usd_per_member"),
    "usd_without_loss": Line("sum for a {one} without a loss", "usd_per_member"),
    "compensation_usd_with_loss": Line("what of it compensates, with a loss", "usd_per_member"),
    "compensation_usd_without_loss": Line("what of it compensates, without a loss", "usd_per_member"),
    "compensation_usd_per_entitled": Line("what of it compensates", "usd_per_member"),
    "usd_per_entitled": Line("sum for a {one} {who_is} entitled", "usd_per_member"),
    "usd_per_member": Line("sum per {one}", "usd_per_member"),
    "claim_usd": Line("the claim alone, for all who are entitled", "usd"),
    "full_recovery_usd": Line("full recovery on this claim alone", "usd"),
    "credited_usd_per_member": Line("part of the recovery per {one}", "usd_per_member"),
    "award_usd": Line("part of the class award", "usd"),
    "left_usd_with_loss": Line("left after due process, for a {one} with a loss", "usd_per_member"),
    "left_usd_without_loss": Line("left after due process, for a {one} without a loss", "usd_per_member"),
    "left_usd_per_entitled": Line("left after due process, for a {one} {who_is} entitled", "usd_per_member"),
    **{
        f"{left}worth_usd_{sort}": Line(f"worth{after}, with punitive damages and interest{of}", "usd_per_member")
        for left, after in CUTS.items()
        for sort, of in SORTS_OF_MEMBERS.items()
    },
    **{
        f"{left}taken_share_{sort}": Line(f"share of {{many}} who take it{after}{of}", "share")
        for left, after in CUTS.items()
        for sort, of in SORTS_OF_MEMBERS.items()
    },
    "after_due_process_usd": Line("part of the award after due process", "usd"),
}
RESIDUE = {  # where it goes
    "cy_pres": "Residue, given to a cause near the class's (cy pres)",
    "reversion": "Residue, back to the defendant",
    "claimants": "Residue, beyond what those who are paid were awarded",
}


# --- Names ----------------------------------------------------------------------------------------


def method_lines(size: ClassSize) -> list[str]:
    """The line of each method of a class size, and of their weighted average where they are weighed."""
    return [f"people_by_{name}" for name in (*(size.methods or {}), *(["combined"] if size.weights else []))]


def step_lines(size: ClassSize) -> dict[str, list[str]]:
    """For each method of a class size, the lines from what it counts to the people it finds."""
    return {
        key: [
            f"{key}_start",
            *(f"{key}_without_{share}" for share in method.exclude),
            *(f"{key}_after_{share}" for share in method.shares),
        ]
        for key, method in (size.methods or {}).items()
    }


def figure_names(case: CaseFile) -> frozenset[str]:
    """Every name that a figure of a case can have."""
    counted = {
        *method_lines(case.class_size),
        *(line for lines in step_lines(case.class_size).values() for line in lines),
    }
    counted |= {f"interest_factor_{number}" for number in range(1, 1 + len(case.judgment.interest))}
    return frozenset(LINES) | counted | {f"{theory}_{figure}" for theory in case.theories for figure in OF_A_THEORY}


def only_for_the_entitled(case: CaseFile) -> dict[str, str]:
    """Each line that means something only to a member who is entitled → the line with the share entitled."""
    kinds = [figure for figure in OF_A_THEORY if figure.endswith(tuple(SORTS_OF_MEMBERS)) and "taken" not in figure]
    return {f"{theory}_{figure}": f"{theory}_entitled_share" for theory in case.theories for figure in kinds}


def parties(case: CaseFile) -> dict[str, str]:
    """Who gets what of the money that the defendant pays: line → party, in the order of a table."""
    residue = RESIDUE[case.residue]
    return {name: residue if name == "residue_usd" else line.gets for name, line in LINES.items() if line.gets}


# --- Words ----------------------------------------------------------------------------------------


def in_its_nouns(case: Case, label: str) -> str:
    """A label of the model in the case's own words for what is counted."""
    counted = case.class_size.counted
    who, is_ = ("that count", "that is") if counted.things else ("who can recover", "who is")
    words = {"Many": capital(counted.many), "many": counted.many, "one": counted.one, "who": who, "who_is": is_}
    return label.format_map(words)


def authority(case: Case, name: str) -> str:
    """What a line rests on: what the case says under `authorities`, else the source of the term that makes it; empty for none."""
    if name in case.authorities:
        return cited(case.authorities[name])
    terms, cut = case.judgment, case.judgment.due_process
    behind: dict[str, str | None] = {}
    if cut:
        measure = cut.share or cut.usd_per_member or cut.times_actual
        behind["award_after_due_process_usd"] = behind["due_process_left_share"] = measure
    if terms.punitive:
        behind["punitive_usd"] = terms.punitive.ratio or terms.punitive.usd_per_member
    if terms.interest:
        behind["prejudgment_interest_usd"] = terms.interest[0].rate
    if terms.post_judgment and name == "post_judgment_interest_usd":
        return cited(terms.post_judgment.source)
    source = case.inputs[wanted].source if (wanted := behind.get(name)) else None
    return cited(source) if source and source.kind in ("statute", "opinion") else ""


def line(case: Case, name: str) -> Line:
    """The words for one line of a case, in its own nouns, and its authority."""
    if name in LINES:
        label = parties(case)[name] if name == "residue_usd" else in_its_nouns(case, LINES[name].label)
        return LINES[name]._replace(label=label, authority=authority(case, name))
    if name.startswith("people_by_"):
        method = (case.class_size.methods or {}).get(name.removeprefix("people_by_"))
        return Line(f"People by {method.label}" if method else "People, all methods weighed together", "people")
    for key, method in (case.class_size.methods or {}).items():
        if name == f"{key}_start":
            return Line(case.inputs[method.members].label if method.kind == "members" else method.label, "people")
        for word, sign in (("without", "−"), ("after", "×")):
            if name.startswith(f"{key}_{word}_"):
                return Line(f"{sign} {case.inputs[name.removeprefix(f'{key}_{word}_')].label}", "people")
    if name.startswith("interest_factor_"):
        number = name.removeprefix("interest_factor_")
        rate = case.judgment.interest[int(number) - 1].rate
        return Line(f"Interest on a dollar, block {number}", "times", cited(case.inputs[rate].source))
    if name.startswith("after_"):
        return Line(f"× {case.inputs[name.removeprefix('after_')].label}", "people")
    for theory in sorted(case.theories, key=len, reverse=True):
        if name.startswith(f"{theory}_"):
            figure = name.removeprefix(f"{theory}_")
            label = case.theories[theory].label
            if figure.startswith("by_"):
                lost = getattr(case.theories[theory], "lost", {})[
                    figure.removeprefix("by_").removesuffix("_usd_per_member")
                ]
                return Line(f"{label}: loss per member by {lost.label}", "usd_per_member")
            found = OF_A_THEORY[figure]
            return found._replace(
                label=f"{label}: {in_its_nouns(case, found.label)}", authority=cited(case.theories[theory].source)
            )
    raise KeyError(name)


def called(case: Case, name: str) -> str:
    """What a line is called in the middle of a sentence."""
    found = line(case, name)
    return found.called or f"{found.label[:1].lower()}{found.label[1:]}"


def of_input(case: Case, name: str, group: str = "") -> str:
    """The label of an input, with the group where it differs by group."""
    label = case.inputs[name].label
    return f"{label}, {case.groups[group]}" if group else label


def cited(source: Source) -> str:
    """A source as it is printed beside a figure; one that nobody checked says so."""
    cite = " ".join(source.cite.split())
    return f"{cite} (unverified)" if source.checked == "unverified" else cite
