"""One figure of a case with some inputs held at chosen values and the rest at base: what a tornado, a map and a break-even read.

The rows of one array are the settings to compare, so all of them are one call of the model for each answer path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from damages.case.schema import Case
from damages.engine.draws import quantiles
from damages.engine.figure import mean_over_paths, moving_inputs, refused
from damages.engine.paths import Path, base_values
from damages.errors import did_you_mean

LOW, HIGH = 0.05, 0.95


def figures_held(
    case: Case, paths: tuple[Path, ...], settings: Sequence[Mapping[str, np.ndarray]], of: str
) -> list[float]:
    """A class-wide line under each of several settings of the inputs; on average over the answer paths. (n_settings,)."""
    values: dict[str, Any] = base_values(case)
    for name in {name for setting in settings for name in setting}:
        base = np.atleast_1d(values[name])
        values[name] = np.array([setting.get(name, base) for setting in settings], dtype=float)
    # An array that every setting shares keeps one row; the model broadcasts it.
    found = mean_over_paths(case, paths, values, of)
    return [float(figure) for figure in np.broadcast_to(found, (len(settings),))]


def at_level(case: Case, name: str, level: float) -> np.ndarray:
    """An input at one percentile of its range: one value, or one for each group."""
    shapes = case.shapes[name]
    return np.array([float(quantiles(shape)(np.array([level]))[0]) for shape in shapes.values()])


def known_range(case: Case, name: str) -> Any:
    """The shape of an input with a range; None when it differs by group.

    Raises
    ------
    CaseError : the input is not known, or has no range
    """
    names = moving_inputs(case)
    if name not in names:
        raise refused(case, f"{name} is not an input with a range.{did_you_mean(name, names)}")
    return case.shapes[name].get("")
