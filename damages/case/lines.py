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


ONE_RECOVERY = "CACI No. 3934"
RATIO = "State Farm v. Campbell, 538 U.S. 408 (2003)"
POST_JUDGMENT = "28 U.S.C. § 1961"
LODESTAR = "In re Bluetooth, 654 F.3d 935 (9th Cir. 2011)"
DUE_PROCESS = "Wakefield v. ViSalus, 51 F.4th 1109 (9th Cir. 2022)"

# The parties are listed in this order.
LINES: dict[str, Line] = {
    "people_at_end": Line("Subscribers at the end of the class period", "people"),
    "people_at_start": Line("Subscribers at its start", "people"),
    "subscriber_months": Line("Months of subscription sold in the period", "count"),
    "people_in_period": Line("Different people in the period", "people"),
    "months_per_member": Line("Months paid per person", "months"),
    "pleaded_members": Line("Class as pleaded", "people"),
    "class_members": Line("Class members who can recover", "people"),
    "class_members_total": Line("Class members who can recover, all groups", "people"),
    "pleaded_usd": Line("Pleaded: members × the pleaded sum", "usd", called="the sum pleaded"),
    "exposure_usd": Line("Exposure: every question answered for the class", "usd", called="the exposure"),
    "expected_usd": Line("Expected: all answer paths, weighted", "usd", called="the expected judgment"),
    "recovery_usd_per_member": Line("Recovery per member, counted once", "usd_per_member", ONE_RECOVERY),
    "class_award_usd": Line("Class award", "usd", ONE_RECOVERY),
    "award_after_caps_usd": Line("Award after class caps", "usd"),
    "statutory_award_usd": Line("Statutory part of the award", "usd"),
    "statutory_after_due_process_usd": Line("Statutory part after due process", "usd", DUE_PROCESS),
    "award_after_due_process_usd": Line("Award after due process", "usd", DUE_PROCESS),
    "punitive_usd": Line("Punitive damages", "usd", RATIO),
    "offsets_usd": Line("Offsets", "usd"),
    "award_after_offsets_usd": Line("Award after offsets", "usd"),
    "prejudgment_interest_usd": Line("Prejudgment interest", "usd"),
    "judgment_usd": Line("Judgment", "usd", called="the judgment"),
    "post_judgment_interest_usd": Line("Interest from judgment to payment", "usd", POST_JUDGMENT),
    "fund_usd": Line("Fund", "usd"),
    "lodestar_usd": Line("Lodestar: hours × rate", "usd", LODESTAR),
    "lodestar_multiple": Line("Fee ÷ lodestar", "times", LODESTAR),
    "paid_without_claim": Line("Members paid without a claim", "people"),
    "claims": Line("Claims", "people"),
    "claimants": Line("Claimants", "people"),
    "net_fund_usd": Line("Net fund for the class", "usd"),
    "usd_per_claimant": Line("Paid to each claimant", "usd_per_member"),
    "paid_to_class_usd": Line("Paid to the class", "usd", gets="Class members who are paid"),
    "attorney_fee_usd": Line("Attorneys' fee", "usd", gets="Class counsel: fee"),
    "litigation_costs_usd": Line("Plaintiffs' costs", "usd", gets="Class counsel: costs"),
    "service_awards_usd": Line("Service awards", "usd", gets="Named plaintiffs: service awards"),
    "administration_usd": Line("Administration", "usd", gets="Administrator"),
    "residue_usd": Line("Residue: money nobody took", "usd", gets="Nobody"),
    "relief_cost_usd": Line(
        "Cost of relief that is not money", "usd", gets="Nonmonetary relief: cost to the defendant"
    ),
    "defendant_pays_usd": Line("The defendant pays", "usd", called="what the defendant pays"),
}
OF_A_THEORY: dict[str, Line] = {  # each after the name of a theory
    "fees_usd_per_member": Line("fees paid per member", "usd_per_member"),
    "loss_usd_per_member": Line("loss per member", "usd_per_member"),
    "usd_per_entitled": Line("sum for a member who is entitled", "usd_per_member"),
    "entitled_share": Line("share of members entitled", "share"),
    "usd_per_member": Line("sum per member", "usd_per_member"),
    "credited_usd_per_member": Line("part of the recovery per member", "usd_per_member"),
    "award_usd": Line("part of the class award", "usd"),
}
RESIDUE = {  # where it goes
    "cy_pres": "Residue, given to a cause near the class's (cy pres)",
    "reversion": "Residue, back to the defendant",
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
    return frozenset(LINES) | counted | {f"{theory}_{figure}" for theory in case.theories for figure in OF_A_THEORY}


def parties(case: CaseFile) -> dict[str, str]:
    """Who gets what of the money that the defendant pays: line → party, in the order of a table."""
    residue = RESIDUE[case.settlement.distribution.residue]
    return {name: residue if name == "residue_usd" else line.gets for name, line in LINES.items() if line.gets}


# --- Words ----------------------------------------------------------------------------------------


def line(case: Case, name: str) -> Line:
    """The words for one line of a case; what is counted where it is not people, and how far the authority was checked."""
    found = _line(case, name)
    counted = case.class_size.counted
    if counted.many != "people":
        label = found.label.replace("per member", f"per {counted.one}").replace("a member", f"a {counted.one}")
        for words in (
            "Class members who can recover",
            "Subscribers at the end of the class period",
            "Different people in the period",
        ):
            label = label.replace(words, f"{capital(counted.many)} that count")
        found = found._replace(label=label.replace("Class as pleaded", f"{capital(counted.many)} as pleaded"))
    return found


def _line(case: Case, name: str) -> Line:
    if name in LINES:
        found = LINES[name]
        if name == "prejudgment_interest_usd" and case.judgment.interest:
            return found._replace(authority=cited(case.inputs[case.judgment.interest.rate].source))
        if name == "residue_usd":
            return found._replace(label=parties(case)[name])
        return found
    if name.startswith("people_by_"):
        method = (case.class_size.methods or {}).get(name.removeprefix("people_by_"))
        return Line(f"People by {method.label}" if method else "People, all methods weighed together", "people")
    for key, method in (case.class_size.methods or {}).items():
        if name == f"{key}_start":
            return Line(case.inputs[method.members].label if method.kind == "members" else method.label, "people")
        for word, sign in (("without", "−"), ("after", "×")):
            if name.startswith(f"{key}_{word}_"):
                return Line(f"{sign} {case.inputs[name.removeprefix(f'{key}_{word}_')].label}", "people")
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
            return found._replace(label=f"{label}: {found.label}", authority=cited(case.theories[theory].source))
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
