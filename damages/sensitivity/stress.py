"""What must be true for a figure to pass a sum: the most likely point, and one input alone.

The most likely point is the first-order reliability method's design point: of all the points at
which the figure reaches the sum, the one nearest to the medians when every input is measured in
standard normal scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from damages.case.schema import Case
from damages.engine.draws import Sampler
from damages.engine.figure import of_amounts_alone
from damages.engine.frames import column_values
from damages.engine.paths import answer_paths
from damages.engine.percentiles import Measured
from damages.engine.traced import figures_of
from damages.ranges.points import Points
from damages.reader.digits import FEWER_DIGITS, settled
from damages.sensitivity.break_even import break_even
from damages.sensitivity.registry import method
from damages.sensitivity.sample import DRAWS, Sample, averaged, high_sum
from damages.sensitivity.sample import sample as sample_of
from damages.shows import Shows

STARTS = 3
STEPS = 100


@dataclass(frozen=True)
class Condition:
    """One input at the most likely point: its value there, and how far along its range that is.

    ``score`` is its own distance from its median, in standard normal scores.
    """

    name: str
    group: str
    value: float
    level: float
    score: float
    median: float


@dataclass(frozen=True)
class Stress(Shows):
    """What must be true for a headline to pass a sum.

    Attributes
    ----------
    at_medians : the headline with every input at its median
    chance : that the draws pass the sum
    point : the most likely point at which it does, the inputs that are furthest from their medians
        first; empty when no point was found
    alone : input → the values at which the headline reaches the sum on average, the others varying
    """

    case: Case = field(repr=False)
    of: str
    above: float
    at_medians: float
    chance: Measured
    point: tuple[Condition, ...]
    alone: dict[str, list[float]]

    @property
    def passes_at_medians(self) -> bool:
        return self.at_medians > self.above


@method
def reverse_stress(
    case: Case, *, of: str = "exposure_usd", above: float | None = None, draws: int = DRAWS, seed: int = 0
) -> Stress:
    """What must be true for a headline to pass a sum (or to fall short of it, where it passes at the medians).

    Parameters
    ----------
    of : a headline
    above : the sum; when left out, one that the headline seldom passes (`high_sum`)
    draws : at least this many

    Raises
    ------
    CaseError : a line that depends on the answers to questions

    Notes
    -----
    The most likely point is the design point of the first-order reliability method: of all points that reach the sum, the
    one nearest to the medians in standard normal scores.

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> damages.reverse_stress(case, above=1e9, draws=4_096).point[0].name
    'standing_share'
    """
    of_amounts_alone(case, of, "thresholds")
    sample = sample_of(case, of=[of], draws=draws, seed=seed)
    above = high_sum(sample, of) if above is None else above
    moving = sample.moving(of)
    figure = _InScores(case, of, moving)
    at_medians = float(figure(np.zeros((1, len(figure.moving))))[0])
    chance = averaged(sample.means((sample.figures[of][0] > above).astype(float)))
    scores = _nearest(figure, above, at_medians)
    point = [] if scores is None else _conditions(sample, figure, scores, moving)
    return Stress(case, of, above, at_medians, chance, tuple(point), break_even(case, target=above, of=of).reached)


class _InScores:
    """A headline as a function of independent standard normal scores. (n_points, n_moving) → (n_points,).

    Beside the inputs that move it stand those that are correlated with others, for an input may lean on them.
    """

    def __init__(self, case: Case, line: str, moving: Sequence[int]):
        self.line = line
        self.sampler = Sampler(case)
        self._figures = figures_of(case, self.sampler, answer_paths(case), [line])
        self.moving = sorted({*moving, *self.sampler.correlated})

    def uniform(self, scores: np.ndarray) -> np.ndarray:
        from scipy.special import ndtr

        uniform = np.full((len(self.sampler.columns), len(scores)), 0.5)
        uniform[self.moving] = np.clip(ndtr(scores.T), 1e-12, 1 - 1e-12)
        return uniform

    def values(self, scores: np.ndarray) -> dict[str, np.ndarray]:
        return self.sampler.sample(self.uniform(scores))

    def __call__(self, scores: np.ndarray) -> np.ndarray:
        return np.broadcast_to(self._figures(self.values(scores))[self.line][0], (len(scores),))


def _nearest(figure: _InScores, above: float, at_medians: float) -> np.ndarray | None:
    """The point nearest to the medians at which the figure reaches the sum, from several starts; None when none was found."""
    from scipy.special import ndtri

    count = len(figure.moving)
    if count == 0:
        return None
    wide = ndtri(next(Points((0,), 12, count).blocks(12)).T)
    scores = np.concatenate([wide, 2.0 * wide])
    beyond = (figure(scores) > above) != (at_medians > above)
    if not beyond.any():
        return None
    starts = scores[beyond][np.argsort(np.sum(scores[beyond] ** 2, axis=1))[:STARTS]]
    found = []
    for end in starts:
        start = _each_back(figure, above, at_medians, _on_the_way(figure, above, at_medians, end))
        nearer = _down(figure, above, start)
        # Where a kink stops the search, the point on the way to a draw still reaches the sum.
        found.append(start if nearer is None or nearer @ nearer > start @ start else nearer)
    return min(found, key=lambda point: float(point @ point))


def _on_the_way(figure: _InScores, above: float, at_medians: float, end: np.ndarray) -> np.ndarray:
    """Where the line from the medians to a point first reaches the sum."""
    low, high = 0.0, 1.0
    for _ in range(4):
        steps = np.linspace(low, high, 65)
        passed = (figure(steps[:, None] * end) > above) != (at_medians > above)
        first = int(np.argmax(passed))
        low, high = float(steps[max(first - 1, 0)]), float(steps[first])
    return high * end


def _each_back(figure: _InScores, above: float, at_medians: float, point: np.ndarray) -> np.ndarray:
    """A point that reaches the sum, each input in turn brought back towards its median as far as it still does.

    A value with a chance of its own takes a stretch of scores on which the figure is flat: no slope leads along it.
    """
    point, shares = point.copy(), np.linspace(0.0, 1.0, 257)
    for j in np.argsort(-np.abs(point)):
        tried = np.repeat(point[None, :], len(shares), axis=0)
        tried[:, j] *= shares
        point[j] *= shares[int(np.argmax((figure(tried) > above) != (at_medians > above)))]
    return point


def _down(figure: _InScores, above: float, point: np.ndarray) -> np.ndarray | None:
    """The nearest point by the first-order reliability method's own steps; None where they do not settle.

    Each step goes to the point nearest to the medians on the plane that touches the figure here, an input along which
    it is flat staying where it is: (∇ · z − gap) ∇ / |∇|². The second half of the steps is halved, for figures with a kink.
    """
    count, size = len(point), max(abs(above), 1.0)
    step = 1e-5 * np.eye(count)
    for turn in range(STEPS):
        figures = (figure(np.vstack([point, point + step, point - step])) - above) / size
        gap, slope = float(figures[0]), (figures[1 : count + 1] - figures[count + 1 :]) / 2e-5
        steep = float(slope @ slope)
        if steep == 0.0:
            return None
        following = np.where(slope == 0.0, point, (float(slope @ point) - gap) * slope / steep)
        if abs(gap) < 1e-9 and np.abs(following - point).max() < 1e-6:
            return point
        point = following if turn < STEPS // 2 else (point + following) / 2
    return None


def _conditions(sample: Sample, figure: _InScores, scores: np.ndarray, moving: Sequence[int]) -> list[Condition]:
    """The inputs at a point, those furthest from their medians first."""
    from scipy.special import ndtri

    values, medians = figure.values(scores[None, :]), figure.values(np.zeros((1, len(scores))))
    chances = figure.sampler.chances(figure.uniform(scores[None, :]))
    found = []
    for j in moving:
        column = sample.columns[j]
        at, middle = (float(column_values(sample.case, v, column, 1)[0]) for v in (values, medians))
        level, at = float(np.mean(sample.values[j] <= at)), settled(at, FEWER_DIGITS)
        found.append(Condition(column.name, column.group, at, level, float(ndtri(chances[j, 0])), middle))
    return sorted(found, key=lambda one: -settled(abs(one.score), FEWER_DIGITS))
