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
COARSE, FINE = 7, 12  # binary digits: 128 and 4,096 bins an octave
RELATIVE_ERROR = 2.0**-13  # of the middle of a fine bin: at most 0.013%
_MANTISSA = 52


def bins(values: np.ndarray, digits: int) -> np.ndarray:
    """The bin of each value; 0 for values up to `LEAST`."""
    shift = _MANTISSA - digits
    floor = int(np.array(LEAST).view(np.int64)) >> shift
    found = np.ascontiguousarray(values).view(np.int64) >> shift
    found -= floor
    return np.maximum(found, 0, out=found)


def middles(first: int, count: int, digits: int) -> np.ndarray:
    """The middle of each of several bins in a row; 0 for the lowest."""
    shift = _MANTISSA - digits
    floor = int(np.array(LEAST).view(np.int64)) >> shift
    edges = ((np.arange(first, first + count + 1) + floor) << shift).view(np.float64)
    middle = (edges[:-1] + edges[1:]) / 2
    if first == 0:
        middle[0] = 0.0
    return middle


def select(drawn: Sequence[np.ndarray], weights: Sequence[float], targets: np.ndarray) -> np.ndarray:
    """The smallest value whose cumulative weight reaches each target: exact, without sorting.

    Parameters
    ----------
    drawn : several sets of values
    weights : of one value of each set
    """
    places = [bins(values, COARSE) for values in drawn]
    lowest = min(int(place.min()) for place in places)
    size = max(int(place.max()) for place in places) - lowest + 1
    for place in places:
        place -= lowest
    counted = [np.bincount(place, minlength=size) for place in places]
    up_to = np.cumsum(sum(w * count for w, count in zip(weights, counted, strict=True)))
    holding = np.minimum(up_to.searchsorted(targets), size - 1)
    wanted = np.zeros(size, dtype=bool)
    wanted[holding] = True
    inside = [values[wanted.take(place)] for values, place in zip(drawn, places, strict=True)]
    if len(inside) == 1:  # one weight for all, so a rank is a place among the sorted few
        values = np.sort(inside[0])
        count = counted[0]
        first = np.where(wanted, np.cumsum(count * wanted) - count, 0)[holding]  # of each bin, among them
        rank = np.ceil((targets - (up_to - weights[0] * count)[holding]) / weights[0]).astype(np.int64) - 1
        return values[first + np.clip(rank, 0, count[holding] - 1)]
    values, weight = np.concatenate(inside), np.repeat(weights, [len(each) for each in inside])
    order = np.argsort(values, kind="stable")
    values, reached = values[order], np.cumsum(weight[order])
    bin_of = bins(values, COARSE) - lowest
    first = bin_of.searchsorted(bin_of)  # where each value's bin begins
    before = np.append(0.0, up_to)[bin_of]  # the weight below it
    reached += before - np.append(0.0, reached)[first]
    last = bin_of.searchsorted(holding, side="right") - 1
    return values[np.minimum(reached.searchsorted(targets), last)]


@dataclass
class Histogram:
    """Values counted in fine bins, block after block, in memory that does not grow with their number."""

    first: int = 0
    counts: np.ndarray | None = None
    total_usd: float = 0.0

    def add(self, values: np.ndarray, weight: float = 1.0) -> None:
        """Count values, each with a weight."""
        place = bins(values, FINE)
        low = int(place.min())
        place -= low
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
