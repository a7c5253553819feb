"""Tables for a decision: what must be true for a sum to be passed, and what knowing is worth."""

from __future__ import annotations

from collections.abc import Mapping

from damages.engine.paths import Estimate
from damages.report.table import Column, Table

NEAR = 0.05  # of a standard normal score: an input this near its median is left out


def theories_by_scenario(estimates: Mapping[str, Estimate]) -> Table:
    """What each theory is expected to pay in each scenario: its part of the class award over all answer paths."""
    first = next(iter(estimates.values())).case
    theories = list(dict.fromkeys(name for estimate in estimates.values() for name in estimate.case.theories))
    rows = [
        {
            "label": name,
            **{theory: float(estimate.expected.get(f"{theory}_award_usd", 0.0)) for theory in theories},
        }
        for name, estimate in estimates.items()
    ]
    labels = {name: theory.label for estimate in estimates.values() for name, theory in estimate.case.theories.items()}
    columns = [Column("label", "Scenario"), *(Column(name, labels[name], "usd") for name in theories)]
    note = "Mean class award over all answer paths at base values, before due process and interest; one recovery for each harm."
    return Table.of(first, "Expected class award, by theory", columns, rows, note)
