"""The names that the model's figures have everywhere: in Python, JSON, CSV, the workbook and the charts' data."""

from __future__ import annotations

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


def figure_names(theories: list[str]) -> frozenset[str]:
    """Every name that a figure of a case with these theories can have."""
    return FIGURES | {f"{theory}_{figure}" for theory in theories for figure in OF_A_THEORY}
