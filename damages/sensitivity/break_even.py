"""The values of single inputs at which a figure reaches a sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from damages.case.schema import Case
from damages.engine.draws import quantiles
from damages.engine.figure import inputs_behind, refused
from damages.engine.simulate import DRAWS
from damages.ranges.laws import Steps
from damages.sensitivity.held import Held, known_range
from damages.sensitivity.registry import method
from damages.shows import Shows

STEPS = 33  # places along a range between which a crossing is looked for


@dataclass(frozen=True)
class BreakEven(Shows):
    """Input → the values at which the figure reaches the target, the others varying; none where it never does."""

    case: Case = field(repr=False)
    of: str
    target: float
    values: dict[str, list[float]]
    asked: tuple[str, ...] = ()

    @property
    def reached(self) -> dict[str, list[float]]:
        """The inputs that get the figure there alone."""
        return {name: values for name, values in self.values.items() if values}


@method
def break_even(
    case: Case,
    *,
    target: float | None = None,
    inputs: Sequence[str] = (),
    of: str = "expected_usd",
    draws: int = DRAWS,
    seed: int = 0,
) -> BreakEven:
    """The values of each input at which a figure reaches a target, while the others vary.

    Parameters
    ----------
    target : in the unit of the line; twice the figure itself when left out
    inputs : those to try; every input with one range that reaches the figure when left out
    of : a headline, or any line with one figure for the whole class
    draws : of the simulation whose mean is the figure with nothing held

    Raises
    ------
    CaseError : an input without a range or that differs by group, or no such line

    Notes
    -----
    Each input is searched over all but the outermost millionth of its range.

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> found = damages.break_even(case, target=1.25e6, inputs=["due_process_share"])
    >>> len(found.values["due_process_share"])
    1
    """
    held = Held(case, of, draws, seed)
    if target is None:
        target = 2.0 * held.base
    for name in inputs:
        if known_range(case, name) is None:
            raise refused(case, f"{name} differs by group, so it has no single break-even value.")
    names = list(inputs) or [name for name in inputs_behind(case, of) if not case.differs_by_group(name)]
    found = {name: _crossings(held, name, target) for name in names}
    return BreakEven(case, of, target, found, tuple(inputs))


def _crossings(held: Held, name: str, target: float) -> list[float]:
    from scipy.optimize import brentq

    shape = held.case.shapes[name][""]
    values = np.unique(quantiles(shape)(np.linspace(1e-6, 1 - 1e-6, STEPS)))

    def above(value: float) -> float:
        return held.figures([{name: np.array([value])}])[0] - target

    gaps = np.array(held.figures([{name: np.array([value])} for value in values])) - target
    found = []
    for i, gap in enumerate(gaps):
        before, after = gaps[i - 1] if i else np.nan, gaps[i + 1] if i + 1 < len(gaps) else np.nan
        if gap == 0.0 and not before == after == 0.0:  # of a flat stretch its ends
            found.append(float(values[i]))
        elif gap * after < 0.0 and not isinstance(shape.law, Steps):  # between two single values there is none
            root = float(brentq(above, values[i], values[i + 1], rtol=1e-9))
            if abs(above(root)) <= 1e-6 * max(abs(gap), abs(after)):  # at a jump the figure is never the sum
                found.append(root)
    return found
