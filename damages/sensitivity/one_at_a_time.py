"""What drives a figure: one input at a time, two at a time, and the value at which it reaches a sum.

All of it reads the same model: the rows of one array are the settings to compare, so a whole
tornado or grid is one call for each answer path. Questions are not moved but made certain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from damages.case.schema import Case
from damages.engine.draws import quantiles
from damages.engine.figure import figures_by_path, inputs_behind, moving_inputs, refused
from damages.engine.paths import Path, answer_paths, base_values, expected_with
from damages.engine.percentiles import over_paths
from damages.engine.simulate import HEADLINES
from damages.errors import did_you_mean
from damages.ranges.laws import Steps
from damages.reader.digits import settled
from damages.reader.words import references

LOW, HIGH = 0.05, 0.95
ALONG = (LOW, 0.2, 0.35, 0.5, 0.65, 0.8, HIGH)


@dataclass(frozen=True)
class Swing:
    """How far one input moves a figure, the others at base.

    ``low_value`` and ``high_value`` are the input's 5th and 95th percentile (per group where it
    differs by group); for a question they are a certain no and a certain yes. ``monotone`` is whether
    the figure only rises or only falls in between: where it turns, the two ends do not show how far
    it goes.
    """

    name: str
    low_value: float | tuple[float, ...]
    high_value: float | tuple[float, ...]
    usd_at_low: float
    usd_at_high: float
    base_usd: float
    monotone: bool = True

    @property
    def width_usd(self) -> float:
        return abs(self.usd_at_high - self.usd_at_low)


def tornado(case: Case, line: str = "expected_usd") -> list[Swing]:
    """Every input from its 5th to its 95th percentile, the widest first; every question certain either way.

    Parameters
    ----------
    line : one of the headlines: pleaded_usd, exposure_usd, expected_usd
    """
    paths, names, steps = answer_paths(case), moving_inputs(case), len(ALONG)
    values = {name: [_at(case, name, level) for level in ALONG] for name in names}
    settings = [{}, *({name: value} for name in names for value in values[name])]
    base, *figures = _figures(case, paths, settings, line)
    swings = []
    for i, name in enumerate(names):
        along = figures[i * steps : (i + 1) * steps]
        low, high = _tuple(values[name][0]), _tuple(values[name][-1])
        swings.append(Swing(name, low, high, along[0], along[-1], base, _one_way(along)))
    if line == "expected_usd":
        swings += _question_swings(case, paths, base)
    return sorted(swings, key=lambda swing: -settled(swing.width_usd))


def _one_way(figures: Sequence[float]) -> bool:
    """Whether figures only rise or only fall, but for rounding."""
    steps, rounding = np.diff(figures), 1e-9 * max(map(abs, figures))
    return bool(np.all(steps >= -rounding) or np.all(steps <= rounding))


def spider(case: Case, line: str = "expected_usd", levels: Sequence[float] = ALONG) -> dict[str, list[float]]:
    """For each input, the figure at each percentile of its range, the others at base."""
    names = moving_inputs(case)
    settings = [{name: _at(case, name, level)} for name in names for level in levels]
    figures = _figures(case, answer_paths(case), settings, line)
    return {name: figures[i * len(levels) : (i + 1) * len(levels)] for i, name in enumerate(names)}


@dataclass(frozen=True)
class Grid:
    """A figure over two inputs: ``usd[i, j]`` at ``y_values[i]`` and ``x_values[j]``; a third one held at ``third``."""

    x: str
    y: str
    line: str
    x_values: np.ndarray
    y_values: np.ndarray
    usd: np.ndarray
    third: dict[str, float] = field(default_factory=dict)


def grid(case: Case, x: str, y: str, line: str = "expected_usd", steps: int = 9) -> Grid:
    """A figure at every pair of values of two inputs, each across its 5th to 95th percentile.

    ``line`` is a headline or any class-wide line of the model, on average over the answer paths.
    """
    return _grids(case, (x, y), {}, line, steps)


def grids(case: Case, x: str, y: str, z: str, line: str = "expected_usd", steps: int = 7) -> list[Grid]:
    """The same for three inputs: one grid for each of the 5th, 50th and 95th percentile of the third."""
    _known_range(case, z)
    return [_grids(case, (x, y), {z: _at(case, z, level)}, line, steps) for level in (LOW, 0.5, HIGH)]


def _grids(case: Case, axes: tuple[str, str], third: dict[str, np.ndarray], line: str, steps: int) -> Grid:
    for name in axes:
        _known_range(case, name)
    if len({*axes, *third}) < 2 + len(third):
        raise refused(case, f"a grid needs different inputs; got {', '.join([*axes, *third])}.")
    x, y = axes
    levels = np.linspace(LOW, HIGH, steps)
    values = {name: [_at(case, name, level) for level in levels] for name in axes}
    settings = [{y: down, x: across, **third} for down in values[y] for across in values[x]]
    figures = np.array(_figures(case, answer_paths(case), settings, line)).reshape(steps, steps)
    across, down = (np.array([float(value.mean()) for value in values[name]]) for name in axes)
    fixed = {name: float(value.mean()) for name, value in third.items()}
    return Grid(x, y, line, across, down, figures, fixed)


def break_even(case: Case, name: str, target_usd: float, line: str = "expected_usd") -> list[float]:
    """Values of one input at which a figure reaches a sum, the others at base; empty when it never does.

    The input is searched over all but the outermost millionth of its range.
    """
    if _known_range(case, name) is None:
        raise refused(case, f"{name} differs by group, so it has no single break-even value.")
    return _crossings(case, answer_paths(case), name, target_usd, line)


def break_evens(case: Case, target_usd: float, line: str = "expected_usd") -> dict[str, list[float]]:
    """The same for every input with one range that reaches the figure and gets it to the sum alone."""
    paths = answer_paths(case)
    names = [name for name in inputs_behind(case, line) if not case.differs_by_group(name)]
    found = {name: _crossings(case, paths, name, target_usd, line) for name in names}
    return {name: values for name, values in found.items() if values}


def _crossings(case: Case, paths: tuple[Path, ...], name: str, target_usd: float, line: str) -> list[float]:
    from scipy.optimize import brentq

    shape = case.shapes[name][""]
    values = np.unique(quantiles(shape)(np.linspace(1e-6, 1 - 1e-6, 257)))

    def above(value: float) -> float:
        return _figures(case, paths, [{name: np.array([value])}], line)[0] - target_usd

    gaps = np.array(_figures(case, paths, [{name: np.array([value])} for value in values], line)) - target_usd
    found = []
    for i, gap in enumerate(gaps):
        before, after = gaps[i - 1] if i else np.nan, gaps[i + 1] if i + 1 < len(gaps) else np.nan
        if gap == 0.0 and not before == after == 0.0:  # of a flat stretch its ends
            found.append(float(values[i]))
        elif gap * after < 0.0 and not isinstance(shape.law, Steps):  # between two single values there is none
            root = float(brentq(above, values[i], values[i + 1], xtol=1e-12))
            if abs(above(root)) <= 1e-6 * max(abs(gap), abs(after)):  # at a jump the figure is never the sum
                found.append(root)
    return found


def map_axes(case: Case) -> tuple[tuple[str, str], tuple[str, str]]:
    """Two pairs of inputs to map: claims rate and share of value lost, each against the class-size input that moves most.

    Where the case has no range for one of them, the amount with the widest swing stands in.
    """
    moving = moving_inputs(case)
    by_swing = [swing.name for swing in tornado(case) if swing.name in moving]
    of_class = {name for _, _, name in references(case.class_size)}
    people = next((name for name in by_swing if name in of_class), case.class_size.people)
    lost = filter(None, (_share_lost(theory) for theory in case.theories.values()))
    taken: list[str] = []
    for wanted in filter(None, (people, case.settlement.claims_rate, next(lost, None))):
        choices = [wanted, *by_swing]
        taken.append(next((name for name in choices if name in moving and name not in taken), wanted))
    taken += [name for name in by_swing if name not in taken]
    people, claims, share = (*taken, *taken, *taken)[:3]
    return (claims, people), (share, people)


def cube_axes(case: Case) -> tuple[str, ...]:
    """Three inputs to map together: those of the second map, and of the rest the amount with the widest swing."""
    share, people = map_axes(case)[1]
    moving = moving_inputs(case)
    by_swing = [swing.name for swing in tornado(case) if swing.name in moving]
    return (share, people, *[name for name in by_swing if name not in (share, people)][:1])


def _share_lost(theory: Any) -> str | None:
    """The input with a theory's share of value lost, where it has one."""
    methods = (getattr(theory, "lost", None) or {}).values()
    return getattr(theory, "share_lost", None) or next((method.share for method in methods if method.share), None)


def _figures(
    case: Case, paths: tuple[Path, ...], settings: Sequence[Mapping[str, np.ndarray]], line: str
) -> list[float]:
    """One class-wide figure under each of several settings of the inputs, in one call of the model for each answer path."""
    values: dict[str, Any] = base_values(case)
    for name in {name for setting in settings for name in setting}:
        base = np.atleast_1d(values[name])
        values[name] = np.array([setting.get(name, base) for setting in settings], dtype=float)
    # An array that every setting shares keeps one row; the model broadcasts it.
    chances = np.ones(1) if line in HEADLINES else np.array([path.chance for path in paths])
    found = over_paths(chances, figures_by_path(case, paths, values, line))
    return [float(figure) for figure in np.broadcast_to(np.ravel(found), (len(settings),))]


def _question_swings(case: Case, paths: tuple[Path, ...], base_usd: float) -> list[Swing]:
    """The expected judgment when a question is certain to be answered no, and yes."""
    judgments = figures_by_path(case, paths, base_values(case), "judgment_usd")[:, 0].tolist()
    swings = []
    for name in case.questions:
        no, yes = (expected_with(case, paths, judgments, {name: answer}, base_usd) for answer in (0.0, 1.0))
        swings.append(Swing(name, 0.0, 1.0, no, yes, base_usd))
    return swings


def _at(case: Case, name: str, level: float) -> np.ndarray:
    """An input at one percentile of its range: one value, or one for each group."""
    shapes = case.shapes[name]
    return np.array([float(quantiles(shape)(np.array([level]))[0]) for shape in shapes.values()])


def _known_range(case: Case, name: str) -> Any:
    """The shape of an input with a range; None when it differs by group."""
    names = moving_inputs(case)
    if name not in names:
        raise refused(case, f"{name} is not an input with a range.{did_you_mean(name, names)}")
    return case.shapes[name].get("")


def _tuple(value: np.ndarray) -> float | tuple[float, ...]:
    return float(value[0]) if len(value) == 1 else tuple(float(v) for v in value)
