"""Each table of a report, from the library's results. The charts read the same tables."""

from damages.report.tables.of_estimate import (
    before_after_table,
    distribution_table,
    headline_table,
    lines_table,
    parties_table,
    paths_table,
    relief_table,
)
from damages.report.tables.of_inputs import (
    HOLDER_WORDS,
)

__all__ = [
    "HOLDER_WORDS",
    "before_after_table",
    "distribution_table",
    "headline_table",
    "lines_table",
    "parties_table",
    "paths_table",
    "relief_table",
]
