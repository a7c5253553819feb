"""The sentences of a report whose numbers come from the case: built from results, never typed."""

from damages.report.sentences.of_case import (
    among_settlements,
    class_size,
    convergence,
    falling,
    headlines,
    methods,
    replicated,
    reproduced,
    settlement,
    unclaimed,
)
from damages.report.sentences.of_sensitivity import (
    across_scenarios,
    validated,
)

__all__ = [
    "across_scenarios",
    "among_settlements",
    "class_size",
    "convergence",
    "falling",
    "headlines",
    "methods",
    "replicated",
    "reproduced",
    "settlement",
    "unclaimed",
    "validated",
]
