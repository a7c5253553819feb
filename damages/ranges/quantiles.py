"""The quantile function of any law as a table that is fast enough to use on every draw.

Between two neighbouring jumps of a law (a step, the end of a component, the peak of a triangle) its quantile is
smooth in the logit of the chance within the piece. So each piece is one table of cubic Hermite cells, its upper half
taken from the survival side so that the far tail keeps its accuracy, and a step is a piece with one flat cell. A law
without jumps is one piece. Steps, uniforms and triangles by themselves have cheap exact forms and use them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from damages.errors import ArgumentError
from damages.ranges.beta import NARROW_BETA
from damages.ranges.distributions import Shape
from damages.ranges.laws import Law

WIDEST_LOGIT = 37.0  # beyond it a float cannot tell a chance from 0 or 1
CELLS = 2048  # of a smooth piece, at first
TOLERANCE = 5e-10  # of a table, in the chance
COARSEST = 1e-6  # beyond it a shape is refused
MOST_SPLITS = 6
MOST_CELLS = 100_000  # worked out for one law on the way to its tolerance, by how many laws it mixes
MOST_KINKS = 200
STEEP = 0.5  # a gamma or beta with a smaller shape has a quantile so steep at 0 that it takes many cells
LEAST_PIECE = 1e-14  # a piece less likely than this is left out
UNDERFLOW = 1e-300  # a value below it is 0


class Quantiles:
    """The quantile function of one shape, exact or tabulated. Called with chances, it gives the values."""

    def __init__(self, shape: Shape):
        self.law = shape.law
        self._table = None if shape.is_exact else QuantileTable(shape.law)
        if self.error > COARSEST:
            raise ArgumentError(
                f"{shape}: its quantiles cannot be computed to one part in a million. Use a sample, or write a range."
            )

    @property
    def work(self) -> float:
        """What making it took, in tables of one smooth piece."""
        return self._table.work if self._table else 0.0

    def __call__(self, chance: np.ndarray) -> np.ndarray:
        """The value at each chance. Same shape as ``chance``."""
        return self._table(chance) if self._table else self.law.ppf(chance)

    @property
    def error(self) -> float:
        """The greatest error in the chance: 0 where the form is exact."""
        return self._table.error if self._table else 0.0

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest and largest value that can be drawn."""
        ends = self(np.array([2.0**-60, 1.0 - 2.0**-53]))
        return float(ends[0]), float(ends[1])


def least_work(shape: Shape) -> float:
    """What making the table of a shape takes at least, in tables of one smooth piece; infinite where it is not begun."""
    laws = getattr(shape.law, "laws", (shape.law,))
    if shape.is_exact:
        return 0.0
    if len(shape.law.kinks) > MOST_KINKS:
        return math.inf
    return len(_pieces(shape.law)) * len(laws) * max(_slowness(law) for law in laws)


def _slowness(law: Law) -> float:
    """How much longer than most a law takes."""
    shapes = [getattr(law, name, 1.0) for name in ("shape", "a", "b")]
    return 16.0 if min(shapes) < STEEP else 8.0 if max(shapes) > NARROW_BETA else 1.0


@lru_cache(maxsize=512)
def _quantiles_of(shape: Shape) -> Quantiles:
    return Quantiles(shape)


def quantiles(shape: Shape) -> Quantiles:
    """The quantile function of a shape; one with the same law is tabulated once."""
    return _quantiles_of(shape)


class QuantileTable:
    """The quantile function of a law, tabulated. ``error`` is its greatest error in the chance, measured when made and beyond what floats can tell apart."""

    def __init__(self, law: Law):
        pieces, self.work = _made(law)
        self.error = max(piece.error for piece in pieces)
        self._start = np.array([piece.first for piece in pieces])
        self._length = np.array([piece.length for piece in pieces])
        cells = np.array([len(piece.rows) for piece in pieces])
        self._cells, self._offset = cells, np.concatenate([[0], np.cumsum(cells)[:-1]])
        # One row a cell, so that a draw reads its four coefficients at once.
        self._rows = np.concatenate([piece.rows for piece in pieces])

    def __call__(self, chance: np.ndarray) -> np.ndarray:
        """The value at each chance. Same shape as ``chance``."""
        if len(self._cells) == 1:
            place = np.subtract(1.0, chance)
            np.divide(chance, place, out=place)
            np.log(place, out=place)
            cells: int = self._cells[0]
            place *= cells / (2 * WIDEST_LOGIT)
            place += cells / 2
            cell = place.astype(np.intp)
            place -= cell
            return _cubic(self._rows.take(cell, axis=0, mode="clip"), place)
        piece = self._start[1:].searchsorted(chance, side="right")
        within = np.clip((chance - self._start[piece]) / self._length[piece], 1e-16, 1.0 - 1e-16)
        place = np.log(within / (1.0 - within)) + WIDEST_LOGIT
        place *= (self._cells / (2 * WIDEST_LOGIT))[piece]
        cell = np.minimum(place.astype(np.intp), self._cells[piece] - 1)
        place -= cell
        return _cubic(self._rows.take(cell + self._offset[piece], axis=0), place)


def _cubic(rows: np.ndarray, s: np.ndarray) -> np.ndarray:
    """a + b s + c s² + d s³, the coefficients in rows."""
    value = rows[..., 3] * s
    for power in (2, 1):
        value += rows[..., power]
        value *= s
    value += rows[..., 0]
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


@dataclass(frozen=True)
class _Piece:
    """One smooth piece of a quantile function, or one step of it: a row of four coefficients for each cell."""

    first: float
    length: float
    rows: np.ndarray
    error: float = 0.0


def _made(law: Law) -> tuple[list[_Piece], float]:
    """The pieces of a law, each with cells enough for its error; split where it is worst when that does not suffice.

    A steep stretch, such as the valley between two components, is tail-like on both sides of a split, and so smooth in
    the logit of each side.
    """
    todo = [(*found, 0) for found in reversed(_pieces(law))]
    laws = len(getattr(law, "laws", (law,)))
    made, most = [], MOST_CELLS // laws
    cells_left = most
    while todo:
        first, length, step, splits = todo.pop()
        if not np.isnan(step):
            made.append(_Piece(first, length, np.array([[step, 0.0, 0.0, 0.0]])))
            continue
        before = np.inf
        for cells in (CELLS, 2 * CELLS, 4 * CELLS, 8 * CELLS):
            piece, worst = _tabulated(law, first, length, cells)
            cells_left -= cells
            if piece.error <= TOLERANCE or piece.error > before / 4 or cells_left < 0:
                break  # of a smooth stretch the error falls sixteen times
            before = piece.error
        if piece.error <= TOLERANCE or splits == MOST_SPLITS or cells_left < 0:
            made.append(piece)
        else:
            todo += [(worst, first + length - worst, step, splits + 1), (first, worst - first, step, splits + 1)]
    return made, (most - cells_left) * laws / CELLS


def _tabulated(law: Law, first: float, length: float, cells: int) -> tuple[_Piece, float]:
    """A piece with so many cells, and the chance at which it is worst: every cell is measured in its middle."""
    logit = np.linspace(-WIDEST_LOGIT, WIDEST_LOGIT, 2 * cells + 1)
    nearer = 1.0 / (1.0 + np.exp(np.abs(logit)))  # the chance on the nearer side, never above one half
    beyond = 1.0 - first - length
    beyond = beyond if beyond > LEAST_PIECE else 0.0  # what lies above the piece
    low, high = nearer[: cells + 1 : 2], nearer[cells + 2 :: 2]
    knots = np.concatenate([law.ppf(first + length * low), law.isf(beyond + length * high)])
    with np.errstate(divide="ignore", invalid="ignore"):
        density = law.pdf(knots)
        slopes = length * nearer[::2] * (1.0 - nearer[::2]) / density * (logit[2] - logit[0])
    slopes = np.where(np.isfinite(slopes), slopes, 0.0)
    rise = np.diff(knots)
    # No steeper than three times the rise of its cell, a cubic never leaves it (Fritsch and Carlson's bound).
    left, right = np.minimum(slopes[:-1], 3.0 * rise), np.minimum(slopes[1:], 3.0 * rise)
    # value(cell + s) = a + b s + c s² + d s³ on each cell, s in [0, 1)
    rows = np.stack([knots[:-1], left, 3 * rise - 2 * left - right, left + right - 2 * rise], axis=1)
    middle, wanted, half = _cubic(rows, np.full(cells, 0.5)), nearer[1::2], cells // 2

    def misses_of(values: np.ndarray, some: np.ndarray) -> np.ndarray:
        """How far the chances of values in some cells lie from what is wanted there; above where they come too late."""
        upper = some >= half
        low, high = values[~upper], values[upper]
        short = np.empty(len(values))
        short[~upper] = law.cdf(low) - first - length * wanted[some[~upper]]
        # A value that rounds to the step above the piece is still in it.
        short[upper] = beyond - law.sf(high) - law.cdf(high) + law.below(high) + length * wanted[some[upper]]
        return short

    every = np.arange(cells)
    misses = np.abs(misses_of(middle, every))
    doubtful = np.flatnonzero(misses > TOLERANCE)
    if len(doubtful):  # what a float cannot tell apart is no error of the table
        near, by = middle[doubtful], 2.0 * np.spacing(np.abs(middle[doubtful])) + UNDERFLOW
        early, late = misses_of(near - by, doubtful), misses_of(near + by, doubtful)
        misses[doubtful] = np.maximum(np.maximum(early, -late), 0.0)
    # Of a symmetric law the first of two that are equally bad, whichever the last bits favour.
    worst = int(np.argmax(misses >= (1.0 - 1e-6) * misses.max()))
    at = first + length * (wanted[worst] if worst < half else 1.0 - wanted[worst])
    return _Piece(first, length, rows, float(misses.max())), float(at)
