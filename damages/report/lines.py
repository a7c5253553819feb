"""The words for every line of the model: label, unit, authority. The same names everywhere."""

from __future__ import annotations

from typing import NamedTuple

from damages.case.schema import Case


class Line(NamedTuple):
    """A named figure of the model, in words."""

    label: str
    unit: str
    authority: str = ""


ONE_RECOVERY = "CACI No. 3934"
DUE_PROCESS = "Wakefield v. ViSalus, 51 F.4th 1109 (9th Cir. 2022)"

FIXED: dict[str, Line] = {
    "people_at_end": Line("Subscribers at the end of the class period", "people"),
    "people_at_start": Line("Subscribers at its start", "people"),
    "subscriber_months": Line("Months of subscription sold in the period", "count"),
    "people_in_period": Line("Different people in the period", "people"),
    "months_per_member": Line("Months paid per person", "months"),
    "pleaded_members": Line("Class as pleaded", "people"),
    "class_members": Line("Class members who can recover", "people"),
    "class_members_total": Line("Class members who can recover, all groups", "people"),
    "pleaded_usd": Line("Pleaded: members × the pleaded sum", "usd"),
    "exposure_usd": Line("Exposure: every question answered for the class", "usd"),
    "expected_usd": Line("Expected: all answer paths, weighted", "usd"),
    "recovery_usd_per_member": Line("Recovery per member, counted once", "usd_per_member", ONE_RECOVERY),
    "class_award_usd": Line("Class award", "usd", ONE_RECOVERY),
    "statutory_award_usd": Line("Statutory part of the award", "usd"),
    "award_after_due_process_usd": Line("Award after due process", "usd", DUE_PROCESS),
    "prejudgment_interest_usd": Line("Prejudgment interest", "usd"),
    "judgment_usd": Line("Judgment", "usd"),
    "fund_usd": Line("Fund", "usd"),
    "attorney_fee_usd": Line("Attorneys' fee", "usd"),
    "litigation_costs_usd": Line("Plaintiffs' costs", "usd"),
    "service_awards_usd": Line("Service awards", "usd"),
    "claimants": Line("Claimants", "people"),
    "administration_usd": Line("Administration", "usd"),
    "net_fund_usd": Line("Net fund for the class", "usd"),
    "usd_per_claimant": Line("Paid to each claimant", "usd_per_member"),
    "defendant_pays_usd": Line("The defendant pays", "usd"),
}
_OF_A_THEORY: dict[str, tuple[str, str]] = {
    "fees_usd_per_member": ("fees paid per member", "usd_per_member"),
    "loss_usd_per_member": ("loss per member", "usd_per_member"),
    "usd_per_entitled": ("sum for a member who is entitled", "usd_per_member"),
    "entitled_share": ("share of members entitled", "share"),
    "usd_per_member": ("sum per member", "usd_per_member"),
    "credited_usd_per_member": ("part of the recovery per member", "usd_per_member"),
    "award_usd": ("part of the class award", "usd"),
}


def line(case: Case, name: str) -> Line:
    """The words for one line of a case."""
    if name in FIXED:
        found = FIXED[name]
        if name == "prejudgment_interest_usd" and case.judgment.interest:
            return found._replace(authority=case.inputs[case.judgment.interest.rate].source.cite)
        return found
    if name.startswith("after_"):
        return Line(f"× {case.inputs[name.removeprefix('after_')].label}", "people")
    for theory in sorted(case.theories, key=len, reverse=True):
        if name.startswith(f"{theory}_"):
            words, unit = _OF_A_THEORY[name.removeprefix(f"{theory}_")]
            return Line(f"{case.theories[theory].label}: {words}", unit, case.theories[theory].source.cite)
    raise KeyError(name)
