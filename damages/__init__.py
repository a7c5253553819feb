"""Class-action damages: what a case is worth, how many share it, and how uncertain that is.

The public names, in the order in which a case flows through them. They load on first use, so that
``import damages`` and ``damages --help`` are instant.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    # what is known
    "load": "damages.engine.sound",
    "load_beside": "damages.engine.sound",
    "scenarios": "damages.case.load",
    "CaseError": "damages.errors",
    "RenderError": "damages.errors",
    "DamagesError": "damages.errors",
    "DamagesWarning": "damages.errors",
    # what is owed, and uncertainty
    "estimate": "damages.engine.estimate",
    "simulate": "damages.engine.simulate",
    "tornado": "damages.sensitivity.tornado",
    "spider": "damages.sensitivity.tornado",
    "grid": "damages.sensitivity.grid",
    "break_even": "damages.sensitivity.break_even",
    "sample": "damages.sensitivity.sample",
    "conditional": "damages.sensitivity.conditional",
    "target": "damages.sensitivity.conditional",
    "rank_correlations": "damages.sensitivity.ranks",
    "sobol": "damages.sensitivity.sobol",
    "variance_by_source": "damages.sensitivity.variance_by_source",
    "reverse_stress": "damages.sensitivity.stress",
    "scenario_box": "damages.sensitivity.scenario_box",
    "value_of_information": "damages.sensitivity.value_of_information",
    "if_decided": "damages.sensitivity.if_decided",
    "function": "damages.sensitivity.functions",
    "settlement_zone": "damages.decisions.litigation",
    "if_theories_fail": "damages.sensitivity.if_decided",
    "theory_overlap": "damages.sensitivity.if_decided",
    # what people read
    "provenance": "damages.report.provenance",
    "reconcile": "damages.report.checks",
    "explore": "damages.explorer.page",
}
_MODULES = {"views": "damages.report.views"}

__all__ = [*_HOMES, *_MODULES, "__version__"]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'damages' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
