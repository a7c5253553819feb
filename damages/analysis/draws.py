"""Amounts → arrays: scrambled Sobol' points, and quantile functions fast enough to use on all of them.

Columns follow the order of the inputs in the case file, one for each uncertain input (one for each
group where it differs by group), drawn or not. So two scenarios of a case share their draws, and a
difference between them is a difference and not noise.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from damages.analysis.paths import base_values
from damages.case.distributions import Shape
from damages.case.schema import Case

CELLS = 2048  # of a quantile table
WIDEST_LOGIT = 37.0  # beyond it a float cannot tell a chance from 0 or 1


@dataclass(frozen=True)
class Column:
    """One uncertain number: an input, or an input in one group."""

    name: str
    group: str
    shape: Shape


def columns(case: Case) -> tuple[Column, ...]:
    """The uncertain numbers of a case, in the order of its file."""
    return tuple(
        Column(name, group, shape)
        for name, given in case.inputs.items()
        if given.role == "uncertain"
        for group, shape in case.shapes[name].items()
    )


def uniforms(seed: int, replicate: int, power: int, dimensions: int) -> np.ndarray:
    """One independently scrambled set of 2**power Sobol' points. (dimensions, 2**power), in (0, 1)."""
    from scipy.stats import qmc

    if dimensions == 0:
        return np.empty((0, 2**power))
    engine = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng([seed, replicate]))
    points = engine.random_base2(power).T
    # The points lie on a grid of 2^-30 that holds 0 and not 1; half a step makes both ends alike.
    return np.ascontiguousarray(points) + 2.0**-31


class Quantiles:
    """The quantile function of one shape, tabulated when the exact one is slow.

    A smooth shape becomes cubic Hermite pieces in logit(chance), the upper half taken from the
    survival side so that the far tail keeps its accuracy. Steps, uniforms and triangles have cheap
    exact forms and use them.
    """

    def __init__(self, shape: Shape):
        self.shape = shape
        if not shape.smooth:
            return
        logit = np.linspace(-WIDEST_LOGIT, WIDEST_LOGIT, CELLS + 1)
        lower = 1.0 / (1.0 + np.exp(np.abs(logit)))  # the chance on the nearer side, never above one half
        half = CELLS // 2
        knots = np.concatenate([shape.law.ppf(lower[: half + 1]), shape.law.isf(lower[half + 1 :])])
        density = shape.law.pdf(knots)
        step = logit[1] - logit[0]
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = np.where(density > 0, lower * (1.0 - lower) / density, 0.0) * step
        slopes = np.where(np.isfinite(slopes), slopes, 0.0)
        rise = np.diff(knots)
        # value(cell + s) = a + b s + c s² + d s³ on each cell, s in [0, 1)
        self._a, self._b = knots[:-1], slopes[:-1]
        self._c = 3 * rise - 2 * slopes[:-1] - slopes[1:]
        self._d = slopes[:-1] + slopes[1:] - 2 * rise
        self._scale = 1.0 / step

    def __call__(self, chance: np.ndarray) -> np.ndarray:
        """The value at each chance. Same shape as ``chance``."""
        if not self.shape.smooth:
            return self.shape.quantile(chance)
        return self.at_logit(np.log(chance) - np.log1p(-chance))

    def at_logit(self, logit: np.ndarray) -> np.ndarray:
        """The value at each logit(chance)."""
        place = (np.clip(logit, -WIDEST_LOGIT, np.nextafter(WIDEST_LOGIT, 0.0)) + WIDEST_LOGIT) * self._scale
        cell = np.minimum(place.astype(np.intp), CELLS - 1)
        s = place - cell
        return ((self._d[cell] * s + self._c[cell]) * s + self._b[cell]) * s + self._a[cell]


@lru_cache(maxsize=512)
def _tabulated(key: str, shape: _ByKey) -> Quantiles:
    return Quantiles(shape.shape)


@dataclass(frozen=True, eq=False)
class _ByKey:
    """Carries a shape past the cache, whose key is how the shape is written."""

    shape: Shape

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByKey)

    def __hash__(self) -> int:
        return 0


def quantiles(shape: Shape) -> Quantiles:
    """The quantile function of a shape; a shape written the same way is tabulated once."""
    key = f"{type(shape).__name__} {shape.spec!r} {shape.low!r} {shape.high!r} {shape.base!r}"
    return _tabulated(key, _ByKey(shape))


class Sampler:
    """Turns uniforms into the values of a case's inputs."""

    def __init__(self, case: Case):
        self.columns = columns(case)
        self._drawn = [
            (j, column, quantiles(column.shape)) for j, column in enumerate(self.columns) if not column.shape.is_fixed
        ]
        self._base = base_values(case)
        self._groups = tuple(case.groups)
        self._spread_out: dict[tuple[str, int], np.ndarray] = {}

    def values(self, uniform: np.ndarray) -> dict[str, Any]:
        """Every input for a block of draws.

        Parameters
        ----------
        uniform : (dimensions, n_draws), in (0, 1)

        Returns
        -------
        name → number, word, (n_draws, 1) or (n_draws, n_groups); columns lie together in memory
        """
        rows = uniform.shape[1]
        values = {name: self._constant(name, base, rows) for name, base in self._base.items()}
        for j, column, quantile in self._drawn:
            drawn = quantile(uniform[j])
            if not column.group:
                values[column.name] = drawn[:, None]
                continue
            if values[column.name].flags.writeable is False:
                values[column.name] = np.array(values[column.name].T).T  # a copy of its own, still column by column
            values[column.name][:, self._groups.index(column.group)] = drawn
        return values

    def mixed(self, first: np.ndarray, second: np.ndarray, shared: Container[str]) -> np.ndarray:
        """Uniforms in which the shared inputs have their values in ``first``, and the rest are drawn by ``second`` given those.

        Parameters
        ----------
        first, second : (dimensions, n_draws), independent of each other
        """
        rows = [j for j, column in enumerate(self.columns) if column.name in shared]
        both = second.copy()
        both[rows] = first[rows]
        return both

    def _constant(self, name: str, base: Any, rows: int) -> Any:
        """A value per group, repeated for every draw in a shared array that is never written to."""
        if not isinstance(base, np.ndarray):
            return base
        if (name, rows) not in self._spread_out:
            spread = np.repeat(base[:, None], rows, axis=1).T
            spread.flags.writeable = False
            self._spread_out[name, rows] = spread
        return self._spread_out[name, rows]


def replace(values: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """The same values with some changed."""
    return {**values, **changed}
