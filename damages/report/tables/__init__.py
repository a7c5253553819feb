"""Each table of a report, from the library's results. The charts read the same tables."""

from damages.report.tables.of_case import (
    KIND_WORDS,
    class_inputs_table,
    inputs_table,
    scenario_inputs,
    scenario_reasons,
    standings_table,
    timeline_table,
)
from damages.report.tables.of_draws import (
    PERCENTILES,
    chances_table,
    evidence_table,
    exceedance_table,
    exposure_and_judgment,
    line_table,
    outcome_table,
    settlement_table,
)
from damages.report.tables.of_estimate import (
    before_after_table,
    benchmarks_table,
    class_size_table,
    headline_table,
    lines_table,
    loss_table,
    paths_table,
    per_member_table,
    scenario_table,
)
from damages.report.tables.of_settings import grid_table, spider_table, tornado_table

__all__ = [
    "KIND_WORDS",
    "PERCENTILES",
    "before_after_table",
    "benchmarks_table",
    "chances_table",
    "class_inputs_table",
    "class_size_table",
    "evidence_table",
    "exceedance_table",
    "exposure_and_judgment",
    "grid_table",
    "headline_table",
    "inputs_table",
    "line_table",
    "lines_table",
    "loss_table",
    "outcome_table",
    "paths_table",
    "per_member_table",
    "scenario_inputs",
    "scenario_reasons",
    "scenario_table",
    "settlement_table",
    "spider_table",
    "standings_table",
    "timeline_table",
    "tornado_table",
]
