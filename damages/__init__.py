"""Class-action damages: what a case is worth, how many share it, and how sure that is.

The public names, in the order in which a case flows through them. They load on first use, so that
``import damages`` and ``damages --help`` are instant.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    # what is known
    "load": "damages.case.load",
    "load_beside": "damages.case.load",
    "scenarios": "damages.case.load",
    "find": "damages.case.load",
    "the_authorities": "damages.case.load",
    "CaseError": "damages.case.problems",
    "RenderError": "damages.case.problems",
    "DamagesWarning": "damages.case.problems",
    # what is owed, and how sure we are
    "estimate": "damages.analysis.paths",
    "simulate": "damages.analysis.simulate",
    "tornado": "damages.analysis.sensitivity",
    "spider": "damages.analysis.sensitivity",
    "grid": "damages.analysis.sensitivity",
    "break_even": "damages.analysis.sensitivity",
    "map_axes": "damages.analysis.sensitivity",
    "evidence": "damages.analysis.evidence",
    "settlement_zone": "damages.analysis.litigation",
    "switchboard": "damages.analysis.switchboard",
    "overlaps": "damages.analysis.switchboard",
    "reproduce": "damages.analysis.judgments",
    # retention, for class sizes
    "fit_retention": "damages.analysis.retention",
    "effective_churn": "damages.analysis.retention",
    "flow_of": "damages.analysis.retention",
    # what buyers would pay, and what the market makes of it
    "simulated_choices": "damages.analysis.synthetic",
    "SIMULATED_WORTH_USD": "damages.analysis.synthetic",
    "simulated_prices": "damages.analysis.synthetic",
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
