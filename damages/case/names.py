"""The names that the model's figures have everywhere: in Python, JSON, CSV, the workbook and the charts' data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from damages.case.schema import CaseFile, ClassSize

FIGURES = frozenset(
    {
        "administration_usd",
        "award_after_caps_usd",
        "statutory_after_due_process_usd",
        "punitive_usd",
        "offsets_usd",
        "award_after_offsets_usd",
        "post_judgment_interest_usd",
        "lodestar_usd",
        "lodestar_multiple",
        "paid_without_claim",
        "claims",
        "paid_to_class_usd",
        "residue_usd",
        "relief_cost_usd",
        "attorney_fee_usd",
        "award_after_due_process_usd",
        "claimants",
        "class_award_usd",
        "class_members",
        "class_members_total",
        "defendant_pays_usd",
        "expected_usd",
        "exposure_usd",
        "fund_usd",
        "judgment_usd",
        "litigation_costs_usd",
        "months_per_member",
        "net_fund_usd",
        "people_at_end",
        "people_at_start",
        "people_in_period",
        "pleaded_members",
        "pleaded_usd",
        "prejudgment_interest_usd",
        "recovery_usd_per_member",
        "service_awards_usd",
        "statutory_award_usd",
        "subscriber_months",
        "usd_per_claimant",
    }
)
OF_A_THEORY = frozenset(  # each after the name of a theory
    {
        "award_usd",
        "credited_usd_per_member",
        "entitled_share",
        "fees_usd_per_member",
        "loss_usd_per_member",
        "usd_per_entitled",
        "usd_per_member",
    }
)


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
    return FIGURES | counted | {f"{theory}_{figure}" for theory in case.theories for figure in OF_A_THEORY}
