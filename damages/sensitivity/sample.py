"""Draws of a case kept as they are, for every method that reads them off: sorted, cut into bins, compared.

Eight replicates, each of its own scrambled points, so that every figure has an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from damages.case.schema import Case
from damages.engine.draws import Column, Sampler
from damages.engine.figure import inputs_behind, known_line, paths_to_draw, refused
from damages.engine.frames import kept_draws, of_draws
from damages.engine.headlines import is_headline
from damages.engine.paths import Path, chances_with
from damages.engine.percentiles import Measured
from damages.engine.recent import Recent

if TYPE_CHECKING:
    import pandas

BINS = 20
REPLICATES = 8
DRAWS = 65_536
LEAST_POWER = 8  # of draws in a replicate, so that a twentieth of them is some
MOST_DRAWS = REPLICATES * 2**19  # every one of them kept
MOST_KEPT = 2**23  # answer paths × draws of one line: 64 MB
LINES = ("exposure_usd", "expected_usd", "judgment_usd")


@dataclass(frozen=True)
class Sample:
    """Draws kept as they are: what each input was, and what each line came to.

    Attributes
    ----------
    columns : the uncertain numbers, one for each group where an input differs by group
    values : (n_columns, n_draws), replicate after replicate
    figures : line → (n_paths, n_draws); one row for a headline, which is over all paths
    """

    case: Case = field(repr=False)
    columns: tuple[Column, ...]
    values: np.ndarray
    figures: dict[str, np.ndarray]
    paths: tuple[Path, ...]
    replicates: int

    @property
    def draws(self) -> int:
        return int(self.values.shape[1])

    def chances(self, line: str) -> np.ndarray:
        """The weight of each row of a line's figures. (n_paths,)."""
        return np.ones(1) if is_headline(line) else np.array([path.chance for path in self.paths])

    def given(self, question: str, answer: float) -> np.ndarray:
        """The chance of each path when one question is answered so. (n_paths,)."""
        weights = chances_with(self.case, self.paths, {question: answer})
        return weights / weights.sum()

    def means(self, score: np.ndarray) -> np.ndarray:
        """The mean of a score in each replicate. (replicates,)."""
        return score.reshape(self.replicates, -1).mean(axis=1)

    def moving(self, line: str) -> list[int]:
        """The columns that reach a line and have a range."""
        names = set(inputs_behind(self.case, line))
        return [j for j, one in enumerate(self.columns) if one.name in names and not one.shape.is_fixed]

    def frame(self) -> pandas.DataFrame:
        """Every draw of every answer path as a row: the inputs, the path and its weight, and the lines."""
        return of_draws(self.columns, self.values, self.paths, self.figures, self.replicates)


def sample(case: Case, *, of: Sequence[str] = LINES, draws: int = DRAWS, seed: int = 0) -> Sample:
    """Draws of a case for every method that reads them: inputs, and some lines on each answer path.

    Parameters
    ----------
    of : lines with one figure for the whole class
    draws : at least this many in eight replicates; fewer where there are many answer paths

    Raises
    ------
    CaseError : there is no such line, or more draws than can be kept

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> damages.sample(case, of=["exposure_usd"], draws=4_096).draws
    4096
    """
    if draws > MOST_DRAWS:
        raise refused(case, f"this method keeps every draw, at most {MOST_DRAWS:,}; got --draws {draws:,}.")
    lines = tuple(dict.fromkeys(of))
    return _RECENT.of(case, (lines, draws, seed), lambda: _sample(case, lines, replicate_power(draws), seed))


_RECENT = Recent[Sample](2)  # methods asked in turn share their draws


def replicate_power(draws: int, least: int = LEAST_POWER) -> int:
    """2**power draws in each of the replicates make at least the draws asked for."""
    return max((-(-draws // REPLICATES) - 1).bit_length(), least)


def _sample(case: Case, lines: Sequence[str], power: int, seed: int) -> Sample:
    for line in lines:
        known_line(case, line)
    sampler, paths = Sampler(case), paths_to_draw(case)
    power = min(power, int(np.log2(MOST_KEPT / len(paths) / REPLICATES)))
    inputs, figures = kept_draws(case, sampler, paths, lines, seed, REPLICATES, power)
    return Sample(case, sampler.columns, inputs, figures, paths, REPLICATES)


def high_sum(sample: Sample, of: str) -> float:
    """A sum that a line seldom passes: about its 95th percentile over draws and answers, to two figures.

    A line that pays less often than that is asked about the median of what it pays.
    """
    figures, chances = sample.figures[of], sample.chances(of)
    weights = np.repeat(chances / sample.draws, sample.draws)
    values, order = figures.ravel(), figures.ravel().argsort()
    for level, keep in ((0.95, slice(None)), (0.5, values[order] > 0)):
        sorted_values, reached = values[order][keep], np.cumsum(weights[order][keep])
        if len(reached):
            found = float(sorted_values[min(int(reached.searchsorted(level * reached[-1])), len(reached) - 1)])
            if found > 0:
                return float(f"{found:.1e}")
    return 0.0


def averaged(per_replicate: np.ndarray) -> Measured:
    """The average over the replicates with its error."""
    return Measured.of([float(value) for value in per_replicate])


def bins_of(values: np.ndarray, most: int = BINS) -> tuple[np.ndarray, int]:
    """The bin of each draw, and how many there are: one for each value where there are few, else of equal weight.

    Draws of one value share a bin, so a value with a chance of its own stands apart from the range around it.
    """
    distinct, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    if len(distinct) <= BINS:
        return which, len(distinct)
    middle = np.cumsum(counts) - (counts + 1) / 2  # the rank of each value, in the middle of its ties
    used, bins = np.unique((middle * most / len(values)).astype(int), return_inverse=True)
    return bins[which], len(used)


def cut(sample: Sample, j: int) -> tuple[np.ndarray, int]:
    """The bins of a column: fewer where there are few draws, so that each holds some in every replicate."""
    return bins_of(sample.values[j], max(min(BINS, sample.draws // sample.replicates // 8), 2))


def means_by_bin(sample: Sample, score: np.ndarray, bins: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean of a score in each bin, (count, replicates), nan where none was drawn; and each bin's share of the draws."""
    cell = np.repeat(np.arange(sample.replicates), sample.draws // sample.replicates) * count + bins
    size = sample.replicates * count
    weights = np.bincount(cell, minlength=size).reshape(sample.replicates, count)
    sums = np.bincount(cell, score, size).reshape(sample.replicates, count)
    means = np.divide(sums, weights, out=np.full(sums.shape, np.nan), where=weights > 0)
    return means.T, weights.sum(axis=0) / sample.draws


def mean_held(means: np.ndarray) -> np.ndarray:
    """The average of each bin over the replicates that hold draws of it, nan where none does. (count,)."""
    held = (~np.isnan(means)).sum(axis=1)
    return np.divide(np.nan_to_num(means).sum(axis=1), held, out=np.full(len(means), np.nan), where=held > 0)
