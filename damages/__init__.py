"""Class-action damages: what a case is worth, how many share it, and how uncertain that is.

The public names, in the order in which a case flows through them. They load on first use, so that
``import damages`` and ``damages --help`` are instant.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    # what is known
    "load": "damages.analysis.sound",
    "load_beside": "damages.analysis.sound",
    "scenarios": "damages.case.load",
    "find": "damages.case.load",
    "the_authorities": "damages.case.load",
    "CaseError": "damages.case.problems",
    "RenderError": "damages.case.problems",
    "DamagesWarning": "damages.case.problems",
    # what is owed, and uncertainty
    "estimate": "damages.analysis.paths",
    "simulate": "damages.analysis.simulate",
    "tornado": "damages.analysis.sensitivity",
    "spider": "damages.analysis.sensitivity",
    "grid": "damages.analysis.sensitivity",
    "grids": "damages.analysis.sensitivity",
    "break_even": "damages.analysis.sensitivity",
    "break_evens": "damages.analysis.sensitivity",
    "map_axes": "damages.analysis.sensitivity",
    "cube_axes": "damages.analysis.sensitivity",
    "drawn": "damages.analysis.across",
    "high_sum": "damages.analysis.across",
    "across": "damages.analysis.across",
    "rank_correlations": "damages.analysis.ranks",
    "sobol": "damages.analysis.evidence",
    "evidence": "damages.analysis.evidence",
    "reverse_stress": "damages.analysis.stress",
    "scenario_box": "damages.analysis.box",
    "information": "damages.analysis.information",
    "importance": "damages.analysis.switchboard",
    "settlement_zone": "damages.analysis.litigation",
    "switchboard": "damages.analysis.switchboard",
    "overlaps": "damages.analysis.switchboard",
    "validate": "damages.analysis.validation",
    "reproduce": "damages.analysis.judgments",
    # accounts and retention, for class sizes
    "count_accounts": "damages.analysis.accounts",
    "published_cohorts": "damages.analysis.benchmarks",
    "fit_retention": "damages.analysis.retention",
    "effective_churn": "damages.analysis.retention",
    "flow_of": "damages.analysis.retention",
    # what buyers would pay, and what the market makes of it
    "simulated_choices": "damages.analysis.synthetic",
    "SIMULATED_WORTH_USD": "damages.analysis.synthetic",
    "simulated_prices": "damages.analysis.synthetic",
    "read_answers": "damages.analysis.survey",
    "choice_data": "damages.analysis.survey",
    "fit_choice": "damages.analysis.choice",
    "fit_mixed": "damages.analysis.choice",
    "worths": "damages.analysis.worth",
    "Market": "damages.analysis.market",
    "price_effect": "damages.analysis.market",
    "price_effects": "damages.analysis.market",
    "write_sample": "damages.analysis.market",
    "load_with_sample": "damages.analysis.market",
    "fit_prices": "damages.analysis.hedonic",
    "count_records": "damages.case.records",
    # what people read
    "picture": "damages.report.picture",
    "provenance": "damages.report.provenance",
    "reconcile": "damages.report.checks",
    "explore": "damages.report.explorer.page",
}
_MODULES = {
    "tables": "damages.report.tables",
    "charts": "damages.report.charts",
    "sentences": "damages.report.sentences",
}

__all__ = [*_HOMES, *_MODULES, "__version__"]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'damages' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)


def _show_in_notebooks() -> None:
    """In IPython a case and its results show as tables; the tables load when one is shown."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return
    for home, name in (("case.schema", "Case"), ("analysis.paths", "Estimate"), ("analysis.simulate", "Simulation")):
        for kind, how in (("text/html", "html"), ("text/plain", "text")):
            shell.display_formatter.formatters[kind].for_type_by_name(
                f"damages.{home}",
                name,
                lambda thing, *printer, how=how: getattr(importlib.import_module("damages.report.shown"), how)(
                    thing, *printer
                ),
            )


_show_in_notebooks()
