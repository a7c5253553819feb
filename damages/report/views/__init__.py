"""What people read of a result, one module a subject: its sentences, its tables and its charts side by side.

``views.payout.parties(estimate)`` is a `damages.report.view.View`: words, table and chart together, or each for itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

SUBJECTS = tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def __getattr__(name: str) -> ModuleType:
    if name in SUBJECTS:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"there is no subject '{name}'; there are {', '.join(SUBJECTS)}")


def __dir__() -> list[str]:
    return list(SUBJECTS)
