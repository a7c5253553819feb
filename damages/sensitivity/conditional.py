"""What a figure comes to across the bins of an input: read off one set of draws, no further run of the model.

The draws are sorted by an input and cut into bins of equal weight (or one for each value, where it
has few). The mean of a figure in each bin, the chance that it passes a sum, or a percentile of it,
shows how far that input moves it while everything else varies as it does. With dependent inputs a
bin holds what usually goes together with those values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from damages.case.schema import Case
from damages.engine.answers import chance_that
from damages.engine.draws import Column, Sampler, uniforms
from damages.engine.figure import inputs_behind, of_amounts_alone, open_questions, paths_to_draw
from damages.engine.paths import Path, chances_with
from damages.engine.percentiles import Measured, over_paths
from damages.engine.simulate import HEADLINES
from damages.engine.traced import figures_of
from damages.reader.digits import settled

BINS = 20
REPLICATES = 8
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

    case: Case
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
        return np.ones(1) if line in HEADLINES else np.array([path.chance for path in self.paths])

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


def sample(case: Case, lines: Iterable[str] = LINES, seed: int = 0, power: int = 13) -> Sample:
    """Draws of a case for every method that reads them: eight replicates of 2**power, fewer where there are many paths."""
    sampler, paths, lines = Sampler(case), paths_to_draw(case), tuple(lines)
    power = min(power, int(np.log2(MOST_KEPT / len(paths) / REPLICATES)))
    per_line: dict[str, list[np.ndarray]] = {line: [] for line in lines}
    columns, rows, figures = [], 2**power, figures_of(case, sampler, paths, lines)
    for replicate in range(REPLICATES):
        values = sampler.sample(uniforms(seed, replicate, power, len(sampler.columns)))
        columns.append(np.array([column_of(case, values, one, rows) for one in sampler.columns]))
        for line, found in figures(values).items():
            per_line[line].append(np.broadcast_to(found, (len(found), rows)))
    figures_by_line = {line: np.concatenate(found, axis=1) for line, found in per_line.items()}
    together = np.concatenate(columns, axis=1) if sampler.columns else np.empty((0, rows * REPLICATES))
    return Sample(case, sampler.columns, together, figures_by_line, paths, REPLICATES)


def high_sum(sample: Sample, line: str) -> float:
    """A sum that a line seldom passes: about its 95th percentile over draws and answers, to two figures.

    A line that pays less often than that is asked about the median of what it pays.
    """
    figures, chances = sample.figures[line], sample.chances(line)
    weights = np.repeat(chances / sample.draws, sample.draws)
    values, order = figures.ravel(), figures.ravel().argsort()
    for level, keep in ((0.95, slice(None)), (0.5, values[order] > 0)):
        sorted_values, reached = values[order][keep], np.cumsum(weights[order][keep])
        if len(reached):
            found = float(sorted_values[min(int(reached.searchsorted(level * reached[-1])), len(reached) - 1)])
            if found > 0:
                return float(f"{found:.1e}")
    return 0.0


def column_of(case: Case, sample: Mapping[str, np.ndarray], column: Column, rows: int) -> np.ndarray:
    """One uncertain number's draws. (rows,)."""
    values: np.ndarray | float = sample.get(column.name, column.shape.base)  # where nothing is drawn it is fixed
    if column.group and isinstance(values, np.ndarray):
        values = values[list(case.groups).index(column.group)]
    return np.broadcast_to(values, (rows,))


def averaged(per_replicate: np.ndarray) -> Measured:
    """The average over the replicates with its error."""
    return Measured.of([float(value) for value in per_replicate])


@dataclass(frozen=True)
class Across:
    """A figure in each bin of an input, from its lowest values to its highest; no and yes for a question.

    Attributes
    ----------
    middles : the average value of the input in each bin
    figures : the figure in each bin, with its error
    whole : the figure over all draws
    share : the part of the variance that the bins explain, which is the first-order index; not for a percentile
    """

    name: str
    group: str
    middles: tuple[float, ...]
    figures: tuple[Measured, ...]
    whole: Measured
    share: Measured | None

    @property
    def at_low(self) -> Measured:
        return self.figures[0]

    @property
    def at_high(self) -> Measured:
        return self.figures[-1]

    @property
    def width(self) -> float:
        """From the lowest bin's figure to the highest's."""
        values = [figure.value for figure in self.figures]
        return max(values) - min(values)

    @property
    def direction(self) -> str:
        """Whether the figure "rises", "falls" or "turns" along the input; "" where the draws show no effect."""
        signs = {
            sign
            for i, one in enumerate(self.figures)
            for other in self.figures[i + 1 :]
            for sign in (1, -1)
            if sign * (other.value - one.value) > max(2 * (one.error + other.error), 0.02 * self.width)
        }
        return {(): "", (1,): "rises", (-1,): "falls"}.get(tuple(signs), "turns")


def conditional(
    sample: Sample, line: str = "judgment_usd", above: float | None = None, level: float | None = None
) -> list[Across]:
    """A figure across the bins of each input that reaches it, the widest first.

    Parameters
    ----------
    line : a line that was drawn
    above : the figure is the chance that the line is more than this sum
    level : the figure is this percentile of the line, such as 0.95; for a headline only. Else it is the mean

    Raises
    ------
    CaseError : a percentile of a line that depends on the answers
    """
    figures, chances = sample.figures[line], sample.chances(line)
    if level is not None:
        of_amounts_alone(sample.case, line, "percentiles by bins")
    scores = figures if above is None else (figures > above).astype(float)
    score = over_paths(chances, scores)
    variance = sample.means(over_paths(chances, scores**2)) - sample.means(score) ** 2
    whole = averaged(
        sample.means(score) if level is None else _percentiles(sample, score, np.zeros(sample.draws, int), 1, level)[0]
    )
    found = []
    for j in sample.moving(line):
        column = sample.columns[j]
        bins, count = cut(sample, j)
        middles = np.bincount(bins, sample.values[j], count) / np.bincount(bins, minlength=count)
        if level is None:
            means, weights = means_by_bin(sample, score, bins, count)
            share = averaged(_ratio(_between(means, weights), variance))
        else:
            means, share = _percentiles(sample, score, bins, count, level), None
        found.append(Across(column.name, column.group, tuple(middles), tuple(map(_of_bin, means)), whole, share))
    if line not in HEADLINES:
        found += [_of_question(sample, name, scores, whole, variance) for name in open_questions(sample.case)]
    return sorted(found, key=lambda one: -settled(one.width))


def _of_question(sample: Sample, name: str, scores: np.ndarray, whole: Measured, variance: np.ndarray) -> Across:
    """The same for a question: its two answers are the bins, and their chances are exact."""
    no, yes = (sample.means(over_paths(sample.given(name, answer), scores)) for answer in (0.0, 1.0))
    chance = chance_that(sample.case, {name: 1.0})
    parts = chance * (1.0 - chance) * (yes - no) ** 2
    return Across(name, "", (0.0, 1.0), (averaged(no), averaged(yes)), whole, averaged(_ratio(parts, variance)))


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


def _of_bin(means: np.ndarray) -> Measured:
    """The average over the replicates that hold draws of a bin."""
    return Measured.of(means[~np.isnan(means)].tolist())


def _between(means: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The variance between bins, as jackknife values over the replicates. (replicates,).

    Each square is a product of two replicates, whose errors are independent, so that noise in the
    means adds nothing on average.
    """
    centred = (means - share @ mean_held(means)).T
    count = len(centred)
    without = np.array([_products(np.delete(centred, r, axis=0), share) for r in range(count)])
    return count * _products(centred, share) - (count - 1) * without


def _products(centred: np.ndarray, share: np.ndarray) -> float:
    """The average over pairs of different replicates of the weighted product of their bins' means."""
    count = (~np.isnan(centred)).sum(axis=0)
    known = np.nan_to_num(centred)
    products = known.sum(axis=0) ** 2 - (known**2).sum(axis=0)
    return float(share @ np.divide(products, count * (count - 1), out=np.zeros(len(share)), where=count > 1))


def _percentiles(sample: Sample, score: np.ndarray, bins: np.ndarray, count: int, level: float) -> np.ndarray:
    """A percentile of the score in each bin of each replicate. (count, replicates), nan where none was sample."""
    each = sample.draws // sample.replicates
    found = np.full((count, sample.replicates), np.nan)
    for replicate in range(sample.replicates):
        rows = slice(replicate * each, (replicate + 1) * each)
        for b in range(count):
            inside = score[rows][bins[rows] == b]
            if len(inside):
                found[b, replicate] = np.quantile(inside, level, method="inverted_cdf")
    return found


def _ratio(parts: np.ndarray, wholes: np.ndarray) -> np.ndarray:
    return parts / wholes.mean() if wholes.mean() > 0 else np.zeros(len(parts))
