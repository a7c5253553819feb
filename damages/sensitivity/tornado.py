"""What drives a figure, one input at a time: the ends of each range, and the percentiles between.

Questions are not moved but made certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from damages.case.schema import Case
from damages.engine.figure import moving_inputs
from damages.engine.simulate import DRAWS
from damages.reader.digits import settled
from damages.sensitivity.held import HIGH, LOW, Held, at_level
from damages.sensitivity.registry import method
from damages.shows import Shows

ALONG = (LOW, 0.2, 0.35, 0.5, 0.65, 0.8, HIGH)


@dataclass(frozen=True)
class Swing:
    """How far one input moves a figure while the others vary; figures in the unit of the line.

    ``low_value`` and ``high_value`` are the input's 5th and 95th percentile (per group where it
    differs by group); for a question they are a certain no and a certain yes. ``monotone`` is whether
    the figure only rises or only falls in between: where it turns, the two ends do not show how far
    it goes.
    """

    name: str
    low_value: float | tuple[float, ...]
    high_value: float | tuple[float, ...]
    at_low: float
    at_high: float
    monotone: bool = True

    @property
    def width(self) -> float:
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True)
class Tornado(Shows):
    """The swings of a figure, the widest first, and its mean with nothing held."""

    case: Case = field(repr=False)
    of: str
    base: float
    swings: tuple[Swing, ...]

    def moved_by(self, role: str) -> list[Swing]:
        """The swings with any width, of inputs in a role: "uncertain" amounts, or a "question"."""
        return [one for one in self.swings if one.width > 0 and self.case.inputs[one.name].role == role]


@method
def tornado(case: Case, *, of: str = "expected_usd", draws: int = DRAWS, seed: int = 0) -> Tornado:
    """Each input held at its 5th and at its 95th percentile while the others vary; each question certain either way.

    Parameters
    ----------
    of : a headline, or any line with one figure for the whole class, on average over answers and draws
    draws : of the simulation whose mean is the figure with nothing held

    Raises
    ------
    CaseError : there is no such line

    Notes
    -----
    Questions have a swing wherever the figure depends on answers: of the exposure those of remedy, of the other headlines
    but the expected one none.

    >>> import damages
    >>> found = damages.tornado(damages.load("params/linkedin.yaml"), of="exposure_usd")
    >>> found.swings[0].name
    'award_is_cut'
    """
    held, names, steps = Held(case, of, draws, seed), moving_inputs(case), len(ALONG)
    values = {name: [at_level(case, name, level) for level in ALONG] for name in names}
    figures = held.figures([{name: value} for name in names for value in values[name]])
    swings = []
    for i, name in enumerate(names):
        along = figures[i * steps : (i + 1) * steps]
        low, high = _tuple(values[name][0]), _tuple(values[name][-1])
        swings.append(Swing(name, low, high, along[0], along[-1], _one_way(along)))
    for name in held.asked:
        swings.append(Swing(name, 0.0, 1.0, held.answered({name: 0.0}), held.answered({name: 1.0})))
    return Tornado(case, of, held.base, tuple(sorted(swings, key=lambda swing: -settled(swing.width))))


def _one_way(figures: Sequence[float]) -> bool:
    """Whether figures only rise or only fall, but for rounding."""
    steps, rounding = np.diff(figures), 1e-9 * max(map(abs, figures))
    return bool(np.all(steps >= -rounding) or np.all(steps <= rounding))


def _tuple(value: np.ndarray) -> float | tuple[float, ...]:
    return float(value[0]) if len(value) == 1 else tuple(float(v) for v in value)


@dataclass(frozen=True)
class Spider(Shows):
    """A figure along each input's range: input → the figure at each level while the others vary."""

    case: Case = field(repr=False)
    of: str
    levels: tuple[float, ...]
    figures: dict[str, list[float]]


@method
def spider(
    case: Case, *, of: str = "expected_usd", levels: Sequence[float] = ALONG, draws: int = DRAWS, seed: int = 0
) -> Spider:
    """The figure at each percentile of each input's range while the others vary.

    Parameters
    ----------
    of : a headline, or any line with one figure for the whole class
    levels : the percentiles, 0 to 1
    draws : of the simulation whose mean is the figure with nothing held

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> found = damages.spider(case, of="exposure_usd").figures["due_process_share"]
    >>> found == sorted(found)
    True
    """
    names = moving_inputs(case)
    settings = [{name: at_level(case, name, level)} for name in names for level in levels]
    figures = Held(case, of, draws, seed).figures(settings)
    found = {name: figures[i * len(levels) : (i + 1) * len(levels)] for i, name in enumerate(names)}
    return Spider(case, of, tuple(levels), found)
