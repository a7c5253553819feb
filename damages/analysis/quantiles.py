"""The quantile function of any law as a table that is fast enough to use on every draw.

Between two neighbouring jumps of a law (a step, the end of a component, the peak of a triangle) its quantile is
smooth in the logit of the chance within the piece. So each piece is one table of cubic Hermite cells, its upper half
taken from the survival side so that the far tail keeps its accuracy, and a step is a piece with one flat cell. A law
without jumps is one piece. Steps, uniforms and triangles by themselves have cheap exact forms and use them.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from damages.case.distributions import Shape
from damages.case.laws import Law

WIDEST_LOGIT = 37.0  # beyond it a float cannot tell a chance from 0 or 1
CELLS = 2048  # of a smooth piece
LEAST_PIECE = 1e-14  # a piece less likely than this is left out


class Quantiles:
    """The quantile function of one shape, exact or tabulated. Called with chances, it gives the values."""

    def __init__(self, shape: Shape):
        self.law = shape.law
        self._table = None if shape.is_exact else QuantileTable(shape.law)

    def __call__(self, chance: np.ndarray) -> np.ndarray:
        """The value at each chance. Same shape as ``chance``."""
        return self._table(chance) if self._table else self.law.ppf(chance)

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest and largest value that can be drawn."""
        ends = self(np.array([2.0**-60, 1.0 - 2.0**-53]))
        return float(ends[0]), float(ends[1])


@lru_cache(maxsize=512)
def _quantiles_of(shape: Shape) -> Quantiles:
    return Quantiles(shape)


def quantiles(shape: Shape) -> Quantiles:
    """The quantile function of a shape; one with the same law is tabulated once."""
    return _quantiles_of(shape)


class QuantileTable:
    """The quantile function of a law, tabulated: the value at each chance, to 1e-9 in the chance."""

    def __init__(self, law: Law):
        pieces = [_Piece(law, *found) for found in _pieces(law)]
        self._edges = np.array([piece.first for piece in pieces[1:]])
        self._start = np.array([piece.first for piece in pieces])
        self._length = np.array([max(piece.length, LEAST_PIECE) for piece in pieces])
        cells = np.array([piece.cells for piece in pieces])
        self._cells, self._offset = cells, np.concatenate([[0], np.cumsum(cells)[:-1]])
        # One row a cell, so that a draw reads its four coefficients at once.
        self._rows = np.ascontiguousarray(np.concatenate([piece.coefficients for piece in pieces], axis=1).T)

    def __call__(self, chance: np.ndarray) -> np.ndarray:
        """The value at each chance. Same shape as ``chance``."""
        if len(self._cells) == 1:
            odds = np.subtract(1.0, chance)
            np.divide(chance, odds, out=odds)
            return self.at_logit(np.log(odds, out=odds))
        piece = self._edges.searchsorted(chance, side="right")
        within = np.clip((chance - self._start[piece]) / self._length[piece], 1e-16, 1.0 - 1e-16)
        place = np.log(within / (1.0 - within)) + WIDEST_LOGIT
        place *= (self._cells / (2 * WIDEST_LOGIT))[piece]
        cell = np.minimum(place.astype(np.intp), self._cells[piece] - 1)
        place -= cell
        return self._value(place, cell + self._offset[piece])

    def at_logit(self, logit: np.ndarray) -> np.ndarray:
        """The value at each logit(chance), of a law that is one piece. ``logit`` is written over."""
        logit += WIDEST_LOGIT
        logit *= CELLS / (2 * WIDEST_LOGIT)
        np.maximum(logit, 0.0, out=logit)
        np.minimum(logit, np.nextafter(CELLS, 0.0), out=logit)
        cell = logit.astype(np.intp)
        logit -= cell
        return self._value(logit, cell)

    def _value(self, s: np.ndarray, cell: np.ndarray) -> np.ndarray:
        """a + b s + c s² + d s³ of each cell."""
        rows = self._rows.take(cell, axis=0)
        value = rows[:, 3] * s
        for power in (2, 1):
            value += rows[:, power]
            value *= s
        value += rows[:, 0]
        return value


def _pieces(law: Law) -> list[tuple[float, float, float]]:
    """(first chance, length, value of a step or nan) of each piece of a law, in rising order."""
    found, reached = [], 0.0
    for kink in sorted(law.kinks):
        before, after = float(law.below(kink)), float(law.cdf(kink))
        if before - reached > LEAST_PIECE:
            found.append((reached, before - reached, np.nan))
        if after - before > LEAST_PIECE:
            found.append((before, after - before, kink))
        reached = max(after, reached)
    if 1.0 - reached > LEAST_PIECE or not found:
        found.append((reached, 1.0 - reached, np.nan))
    return found


class _Piece:
    """One smooth piece of a quantile function, or one step of it."""

    def __init__(self, law: Law, first: float, length: float, step: float):
        self.first, self.length = first, length
        self.cells = CELLS if np.isnan(step) else 1
        if self.cells == 1:
            self.coefficients = np.array([[step], [0.0], [0.0], [0.0]])
            return
        logit = np.linspace(-WIDEST_LOGIT, WIDEST_LOGIT, CELLS + 1)
        nearer = 1.0 / (1.0 + np.exp(np.abs(logit)))  # the chance on the nearer side, never above one half
        half, last = CELLS // 2, 1.0 - first - length  # what lies beyond the piece
        last = last if last > LEAST_PIECE else 0.0
        knots = np.concatenate(
            [law.ppf(first + length * nearer[: half + 1]), law.isf(last + length * nearer[half + 1 :])]
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            density = law.pdf(knots)
            slopes = length * nearer * (1.0 - nearer) / density * (logit[1] - logit[0])
        slopes = np.where(np.isfinite(slopes), slopes, 0.0)
        rise = np.diff(knots)
        # value(cell + s) = a + b s + c s² + d s³ on each cell, s in [0, 1)
        self.coefficients = np.array(
            [knots[:-1], slopes[:-1], 3 * rise - 2 * slopes[:-1] - slopes[1:], slopes[:-1] + slopes[1:] - 2 * rise]
        )
