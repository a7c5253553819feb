"""The sentences of a report whose numbers come from the case: built from results, never typed."""

from damages.report.sentences.of_case import (
    headlines,
    unclaimed,
)
from damages.report.sentences.of_sensitivity import (
    across_scenarios,
    validated,
)

__all__ = [
    "across_scenarios",
    "headlines",
    "unclaimed",
    "validated",
]
