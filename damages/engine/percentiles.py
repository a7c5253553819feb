"""What a set of draws says: means, percentiles and chances, each with its Monte Carlo error.

A replicate is one independent set of draws, so the spread of a figure over the replicates is the
error of its average. ``error`` is always the half-width of the 95% interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from damages.engine.streaming import FINE, RELATIVE_ERROR, Histogram, bins, middles, select

LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
ROUNDING = 1.0 - 1e-12  # weights that sum to a level up to rounding have reached it


@dataclass(frozen=True)
class Measured:
    """One figure and the half-width of its 95% interval from the spread of the replicates."""

    value: float
    error: float

    @staticmethod
    def of(per_replicate: Sequence[float]) -> Measured:
        return Measured.each(np.asarray(per_replicate, dtype=float)[:, None])[0]

    @staticmethod
    def each(per_replicate: np.ndarray) -> list[Measured]:
        """Several figures at once, from (n_replicates, n_figures)."""
        count, nan = len(per_replicate), float("nan")
        spread = per_replicate.std(axis=0, ddof=1) if count > 1 else np.full(per_replicate.shape[1], nan)
        errors = _t95(count) * spread / count**0.5
        return [Measured(*both) for both in zip(per_replicate.mean(axis=0).tolist(), errors.tolist(), strict=True)]

    def within_a_bin(self) -> Measured:
        """The same read from draws that were counted in bins: with half a bin's width more error."""
        return Measured(self.value, self.error + RELATIVE_ERROR * abs(self.value))

    @property
    def relative_error(self) -> float:
        """The error as a share of the figure; 0 where both are 0."""
        return self.error / abs(self.value) if self.value else (0.0 if self.error == 0.0 else float("inf"))

    def overlaps(self, other: Measured) -> bool:
        """Whether the two intervals have a value in common."""
        return abs(self.value - other.value) <= self.error + other.error + 1e-12 * abs(self.value)


@lru_cache
def _t95(replicates: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(max(replicates - 1, 1), 0.975))


@dataclass(frozen=True)
class Draws:
    """The draws of one answer path in one replicate, each worth ``weight / len(draws)``."""

    weight: float
    draws: np.ndarray

    @cached_property
    def values(self) -> np.ndarray:
        """The draws in rising order; sorted when they are first asked for."""
        return np.sort(self.draws)

    @property
    def mean(self) -> float:
        """The average draw."""
        return float(self.draws.mean())

    def share_up_to(self, sums: Any) -> Any:
        """The share of the draws that are at most each sum."""
        if np.ndim(sums) == 0 and "values" not in self.__dict__:
            return np.count_nonzero(self.draws <= sums) / len(self.draws)
        return self.values.searchsorted(sums, side="right") / len(self.values)

    def undecided(self, threshold: float) -> float:
        """The weight of the draws of which nobody knows whether they pass a sum: those in its bin, where they were counted in bins."""
        return 0.0


class CountedDraws(Draws):
    """All answer paths of one replicate counted in fine bins; ``draws`` are the bins' middles (`RELATIVE_ERROR`)."""

    def __init__(self, histogram: Histogram):
        assert histogram.counts is not None
        self._fill(histogram.first, histogram.counts, histogram.total_usd)

    def _fill(self, first: int, counts: np.ndarray, total_usd: float) -> None:
        weight = float(counts.sum())
        state = {"weight": weight, "draws": middles(first, len(counts), FINE), "first": first, "counts": counts}
        self.__dict__.update(state, total_usd=total_usd, up_to=np.cumsum(counts) / weight)

    def __getstate__(self) -> tuple[int, np.ndarray, float]:
        return self.__dict__["first"], self.__dict__["counts"], self.__dict__["total_usd"]

    def __setstate__(self, state: tuple[int, np.ndarray, float]) -> None:
        self._fill(*state)

    @property
    def values(self) -> np.ndarray:
        """The bins' middles."""
        return self.draws

    @property
    def mean(self) -> float:
        return float(self.__dict__["total_usd"]) / self.weight

    def share_up_to(self, sums: Any) -> Any:
        return np.append(0.0, self.__dict__["up_to"])[self.draws.searchsorted(sums, side="right")]

    def undecided(self, threshold: float) -> float:
        state = self.__dict__
        place = int(bins(np.array([threshold], dtype=float), FINE)[0]) - state["first"]
        return float(state["counts"][place]) if 0 <= place < len(state["counts"]) else 0.0

    def at(self, levels: np.ndarray) -> np.ndarray:
        """The middle of the bin in which each level is reached."""
        reached = self.__dict__["up_to"].searchsorted(levels * ROUNDING)
        return self.draws[np.minimum(reached, len(self.draws) - 1)]


def quantiles(parts: Sequence[Draws], levels: Sequence[float]) -> np.ndarray:
    """The smallest drawn value whose cumulative weight reaches each level. Weights need not sum to 1."""
    weight = sum(part.weight for part in parts)
    if weight <= 0:
        return np.zeros(len(levels))
    first = parts[0]
    if isinstance(first, CountedDraws):
        return first.at(np.asarray(levels))
    targets = np.asarray(levels) * weight * ROUNDING
    if targets.max(initial=0.0) <= _surely_nothing(parts):
        return np.zeros(len(levels))
    return select([part.draws for part in parts], [part.weight / len(part.draws) for part in parts], targets)


def _surely_nothing(parts: Sequence[Draws]) -> float:
    """The weight of the parts that are 0 without being drawn, where no other draw is below 0."""
    nothing = sum(part.weight for part in parts if len(part.draws) == 1 and part.draws[0] == 0.0)
    return nothing if nothing and all(part.draws.min() >= 0.0 for part in parts) else 0.0


def chance_above(parts: Sequence[Draws], threshold: float) -> float:
    """The weight of the draws above a sum."""
    return max(float(sum(part.weight * (1.0 - part.share_up_to(threshold)) for part in parts)), 0.0)


@dataclass(frozen=True)
class Summary:
    """One line over all draws: its mean and percentiles."""

    mean: Measured
    percentiles: dict[float, Measured]

    def __getitem__(self, level: float) -> Measured:
        return self.percentiles[level]


@dataclass(frozen=True)
class Outcome:
    """The whole distribution of one line: its parts, replicate by replicate."""

    replicates: tuple[tuple[Draws, ...], ...]

    def percentile(self, level: float) -> Measured:
        """The value not exceeded with chance ``level``."""
        found = Measured.of([quantiles(parts, [level])[0] for parts in self.replicates])
        return found.within_a_bin() if any(isinstance(part, CountedDraws) for part in self._all) else found

    def chance_above(self, threshold: float) -> Measured:
        """The chance of exceeding a sum."""
        found = Measured.of([chance_above(parts, threshold) for parts in self.replicates])
        undecided = sum(part.undecided(threshold) for part in self._all) / len(self.replicates)
        return Measured(found.value, found.error + undecided)

    def exceedance(self, points: int = 200) -> tuple[np.ndarray, np.ndarray]:
        """The curve of P(line > x): sums (geometric steps between the smallest and largest positive draw) and chances."""
        smallest = min(
            (part.values[part.values.searchsorted(0.0, side="right") :][:1].min(initial=np.inf) for part in self._all),
            default=np.inf,
        )
        largest = max(float(part.values[-1]) for part in self._all)
        if not np.isfinite(smallest) or largest <= 0:
            return np.array([1.0]), np.array([0.0])
        sums = np.geomspace(max(smallest, largest * 1e-9), largest, points)
        chances = sum(part.weight * (1.0 - part.share_up_to(sums)) for part in self._all) / len(self.replicates)
        return sums, np.asarray(chances)

    @property
    def _all(self) -> list[Draws]:
        return [part for parts in self.replicates for part in parts]


def over_paths(chances: np.ndarray, figures: np.ndarray) -> np.ndarray:
    """The average of a figure over the answer paths. (n_draws,).

    It is summed path by path: the matrix product of BLAS rounds the last columns of an array otherwise than the first, so
    that a figure without variance seems to have some, and otherwise again on another processor.
    """
    return sum((chance * row for chance, row in zip(chances, figures, strict=True)), np.zeros(np.shape(figures)[1:]))
