"""Percentiles without sorting: values counted in bins of their own floating-point digits.

The leading bits of a positive float are its octave and its first binary digits, so shifting the rest away numbers a
bin, at two operations a value. Coarse bins find the few values among which an exact percentile lies; fine ones stand
in for the values themselves when there are too many to keep. Values up to `LEAST` share the lowest bin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST = 2.0**-30
COARSE, FINE = 6, 12  # binary digits: 64 and 4,096 bins an octave
RELATIVE_ERROR = 2.0**-13  # of the middle of a fine bin: at most 0.013%
_MANTISSA = 52


def bins(values: np.ndarray, digits: int) -> np.ndarray:
    """The bin of each value: its leading bits. Values up to `LEAST` share the lowest bin."""
    found = np.ascontiguousarray(values).view(np.int64) >> (_MANTISSA - digits)
    return np.maximum(found, lowest_bin(digits), out=found)


def lowest_bin(digits: int) -> int:
    """The number of the lowest bin."""
    return int(np.array(LEAST).view(np.int64)) >> (_MANTISSA - digits)


def middles(first: int, count: int, digits: int) -> np.ndarray:
    """The middle of each of several bins in a row; 0 for the lowest."""
    edges = (np.arange(first, first + count + 1) << (_MANTISSA - digits)).view(np.float64)
    middle = (edges[:-1] + edges[1:]) / 2
    if first == lowest_bin(digits):
        middle[0] = 0.0
    return middle


def select(sets: Sequence[np.ndarray], weights: Sequence[float], targets: np.ndarray) -> np.ndarray:
    """The smallest value whose cumulative weight reaches each target: exact, and only a few values are sorted.

    Parameters
    ----------
    sets : several sets of values
    weights : of one value of each set
    """
    places = [bins(values, COARSE) for values in sets]
    lowest = min([int(place.min()) for place in places])
    for place in places:
        place -= lowest
    counted = [np.bincount(place) for place in places]
    size = max([len(count) for count in counted])
    count, weight = np.zeros(size, dtype=np.intp), np.zeros(size)
    for each, one in zip(weights, counted, strict=True):
        count[: len(one)] += one
        weight[: len(one)] += each * one
    up_to = weight.cumsum()
    holding = np.minimum(up_to.searchsorted(targets), size - 1)  # the bin of each target
    wanted = np.zeros(size, dtype=bool)
    wanted[holding] = True
    inside = [values.compress(wanted.take(place)) for values, place in zip(sets, places, strict=True)]
    if len(inside) == 1:  # one weight for all
        few = np.sort(inside[0])
        reached = weights[0] * np.arange(1, len(few) + 1)
    else:
        few = np.concatenate(inside)
        order = few.argsort()
        few, reached = few[order], np.repeat(weights, [len(values) for values in inside])[order].cumsum()
    # The few are those of the wanted bins alone: each target less the weight of the bins left out below its own.
    bin_of = np.flatnonzero(wanted)
    end, weight_to_end = count[bin_of].cumsum(), weight[bin_of].cumsum()
    at = bin_of.searchsorted(holding)
    found = reached.searchsorted(targets - up_to[holding] + weight_to_end[at])
    return few[np.clip(found, end[at] - count[holding], end[at] - 1)]


@dataclass
class Histogram:
    """Values counted in fine bins, block after block, in memory that does not grow with their number."""

    first: int = 0  # bin
    counts: np.ndarray | None = None
    total_usd: float = 0.0

    def add(self, values: np.ndarray, weight: float | np.ndarray = 1.0) -> None:
        """Count values, each with a weight: one for all, or one for each."""
        place = bins(values, FINE)
        low = int(place.min())
        place -= low
        if isinstance(weight, np.ndarray):
            self._add(low, np.bincount(place, weight), float((weight * values).sum()))
        else:
            self._add(low, np.bincount(place) * weight, weight * float(values.sum()))

    def add_counted(self, other: Histogram, weight: float) -> None:
        """Count what another has counted, each of its values with a weight."""
        if other.counts is not None:
            self._add(other.first, other.counts * weight, other.total_usd * weight)

    def _add(self, low: int, counted: np.ndarray, total_usd: float) -> None:
        self.total_usd += total_usd
        if self.counts is None:
            self.first, self.counts = low, counted
            return
        first, end = min(self.first, low), max(self.first + len(self.counts), low + len(counted))
        if end - first > len(self.counts):
            grown = np.zeros(end - first)
            grown[self.first - first : self.first - first + len(self.counts)] = self.counts
            self.first, self.counts = first, grown
        self.counts[low - first : low - first + len(counted)] += counted
