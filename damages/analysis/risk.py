"""What a set of draws says: means, percentiles and chances, each with its Monte Carlo error.

A replicate is one independent set of draws, so the spread of a figure over the replicates is the
error of its average. ``error`` is always the half-width of the 95% interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)


@dataclass(frozen=True)
class Figure:
    """One figure and the half-width of its 95% interval from the spread of the replicates."""

    value: float
    error: float

    @staticmethod
    def of(per_replicate: Sequence[float]) -> Figure:
        values = np.asarray(per_replicate, dtype=float)
        spread = float(values.std(ddof=1)) if len(values) > 1 else float("nan")
        return Figure(float(values.mean()), _t95(len(values)) * spread / len(values) ** 0.5)


@lru_cache
def _t95(replicates: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(max(replicates - 1, 1), 0.975))


@dataclass(frozen=True)
class Part:
    """The draws of one answer path in one replicate: sorted, each worth ``weight / len(values)``."""

    weight: float
    values: np.ndarray


def quantiles(parts: Sequence[Part], levels: Sequence[float]) -> np.ndarray:
    """The smallest drawn value whose cumulative weight reaches each level. Weights need not sum to 1."""
    weight = sum(part.weight for part in parts)
    if weight <= 0:
        return np.zeros(len(levels))
    if len(parts) == 1:
        values = parts[0].values
        ranks = np.ceil(np.asarray(levels) * len(values) * (1.0 - 1e-12)).astype(int) - 1
        return values[np.clip(ranks, 0, len(values) - 1)]
    return np.array([_quantile(parts, level * weight * (1.0 - 1e-12), level) for level in levels])


def _quantile(parts: Sequence[Part], target: float, level: float) -> float:
    """One quantile of several sorted parts: the range that holds it shrinks around drawn values."""
    own = [quantiles([part], [level])[0] for part in parts]
    low, high = np.nextafter(min(own), -np.inf), max(own)  # the answer lies between the parts' own quantiles
    while True:
        slices = [
            part.values[part.values.searchsorted(low, side="right") : part.values.searchsorted(high, side="right")]
            for part in parts
        ]
        longest = max(slices, key=len)
        if len(longest) == 0:  # only rounding of the weights is left to decide
            return float(high)
        pivot = longest[(len(longest) - 1) // 2]
        if _weight_up_to(parts, pivot) < target:
            low = pivot
        elif _weight_up_to(parts, np.nextafter(pivot, -np.inf)) < target:
            return float(pivot)
        else:
            high = np.nextafter(pivot, -np.inf)


def _weight_up_to(parts: Sequence[Part], value: float) -> float:
    return sum(part.weight / len(part.values) * int(part.values.searchsorted(value, side="right")) for part in parts)


def chance_above(parts: Sequence[Part], threshold: float) -> float:
    """The weight of the draws above a sum."""
    return sum(
        part.weight * (1.0 - part.values.searchsorted(threshold, side="right") / len(part.values)) for part in parts
    )


@dataclass(frozen=True)
class Summary:
    """One line over all draws: its mean and percentiles."""

    mean: Figure
    percentiles: dict[float, Figure]

    def __getitem__(self, level: float) -> Figure:
        return self.percentiles[level]


@dataclass(frozen=True)
class Outcome:
    """The whole distribution of one line: its parts, replicate by replicate."""

    replicates: tuple[tuple[Part, ...], ...]

    def percentile(self, level: float) -> Figure:
        """The value not exceeded with chance ``level``."""
        return Figure.of([quantiles(parts, [level])[0] for parts in self.replicates])

    def chance_above(self, threshold: float) -> Figure:
        """The chance of more than a sum."""
        return Figure.of([chance_above(parts, threshold) for parts in self.replicates])

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
        chances = sum(
            part.weight * (1.0 - part.values.searchsorted(sums, side="right") / len(part.values)) for part in self._all
        ) / len(self.replicates)
        return sums, np.asarray(chances)

    @property
    def _all(self) -> list[Part]:
        return [part for parts in self.replicates for part in parts]
