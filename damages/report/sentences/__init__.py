"""The sentences of a report whose numbers come from the case: built from results, never typed."""

from damages.report.sentences.of_case import (
    headlines,
    unclaimed,
)

__all__ = [
    "headlines",
    "unclaimed",
]
