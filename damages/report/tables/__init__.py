"""Each table of a report, from the library's results. The charts read the same tables."""

from damages.report.tables.of_case import (
    scenario_inputs,
    scenario_reasons,
)
from damages.report.tables.of_checks import validation_table
from damages.report.tables.of_decisions import (
    theories_by_scenario,
)
from damages.report.tables.of_estimate import (
    before_after_table,
    distribution_table,
    headline_table,
    lines_table,
    parties_table,
    paths_table,
    relief_table,
    scenario_table,
)
from damages.report.tables.of_inputs import (
    HOLDER_WORDS,
)
from damages.report.tables.of_sweep import panels_table, sweep_table

__all__ = [
    "HOLDER_WORDS",
    "before_after_table",
    "distribution_table",
    "headline_table",
    "lines_table",
    "panels_table",
    "parties_table",
    "paths_table",
    "relief_table",
    "scenario_inputs",
    "scenario_reasons",
    "scenario_table",
    "sweep_table",
    "theories_by_scenario",
    "validation_table",
]
