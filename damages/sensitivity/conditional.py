"""What a figure comes to across the bins of an input: read off one set of draws, no further run of the model.

The draws are sorted by an input and cut into bins of equal weight (or one for each value, where it
has few). The mean of a figure in each bin, the chance that it passes a sum, or a percentile of it,
shows how far that input moves it while everything else varies as it does. With dependent inputs a
bin holds what usually goes together with those values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from damages.case.schema import Case
from damages.engine.answers import chance_that
from damages.engine.figure import of_amounts_alone, open_questions
from damages.engine.headlines import is_headline
from damages.engine.percentiles import Measured, over_paths
from damages.reader.digits import settled
from damages.sensitivity.registry import method
from damages.sensitivity.sample import DRAWS, Sample, averaged, cut, high_sum, mean_held, means_by_bin, sample
from damages.shows import Shows


@dataclass(frozen=True)
class ByBin:
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

    @cached_property
    def width(self) -> float:
        """From the lowest bin's figure to the highest's."""
        values = [figure.value for figure in self.figures]
        return max(values) - min(values)

    @cached_property
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


@dataclass(frozen=True)
class Conditional(Shows):
    """A figure across the bins of each input that reaches it, the widest first.

    Attributes
    ----------
    above : the figure is the chance that the line is more than this sum
    level : the figure is this percentile of the line; else it is the mean
    """

    case: Case = field(repr=False)
    of: str
    above: float | None
    level: float | None
    rows: tuple[ByBin, ...]


@method
def conditional(
    case: Case,
    *,
    of: str = "",
    above: float | None = None,
    level: float | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Conditional:
    """A figure given each input: its mean, a percentile, or its chance to pass a sum, while everything else varies.

    Parameters
    ----------
    of : a line with one figure for the whole class; judgment_usd when left out, exposure_usd for a percentile
    above : the figure is the chance that the line is more than this sum
    level : the figure is this percentile of the line, such as 0.95; for a headline only
    draws : at least this many

    Raises
    ------
    CaseError : no such line, or a percentile of a line that depends on the answers

    Returns
    -------
    Conditional : a row for each input, or each group of one, the widest first

    Notes
    -----
    The draws are cut into twenty bins of equal weight by the input. With dependent inputs a bin holds what usually goes with those values.

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> damages.conditional(case, draws=4_096).rows[0].name
    'disclosed'
    """
    of = of or ("judgment_usd" if level is None else "exposure_usd")
    if level is not None:
        of_amounts_alone(case, of, "percentiles by bins")
    rows = by_bins(sample(case, of=[of], draws=draws, seed=seed), of, above, level)
    return Conditional(case, of, above, level, tuple(rows))


@method
def target(
    case: Case, *, of: str = "exposure_usd", above: float | None = None, draws: int = DRAWS, seed: int = 0
) -> Conditional:
    """The chance that a figure passes a sum given each input.

    Parameters
    ----------
    of : a line with one figure for the whole class
    above : the sum; when left out, one that the figure seldom passes (`high_sum`)
    draws : at least this many

    Raises
    ------
    CaseError : there is no such line

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> round(damages.target(case, above=1e9, draws=4_096).rows[0].whole.value, 2)
    0.45
    """
    kept = sample(case, of=[of], draws=draws, seed=seed)
    return conditional(case, of=of, above=high_sum(kept, of) if above is None else above, draws=draws, seed=seed)


def by_bins(sample: Sample, line: str, above: float | None = None, level: float | None = None) -> list[ByBin]:
    """The rows of `Conditional`, read off draws."""
    figures, chances = sample.figures[line], sample.chances(line)
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
        found.append(ByBin(column.name, column.group, tuple(middles), tuple(map(_of_bin, means)), whole, share))
    if not is_headline(line):
        found += [_of_question(sample, name, scores, whole, variance) for name in open_questions(sample.case)]
    return sorted(found, key=lambda one: -settled(one.width))


def _of_question(sample: Sample, name: str, scores: np.ndarray, whole: Measured, variance: np.ndarray) -> ByBin:
    """The same for a question: its two answers are the bins, and their chances are exact."""
    no, yes = (sample.means(over_paths(sample.given(name, answer), scores)) for answer in (0.0, 1.0))
    chance = chance_that(sample.case, {name: 1.0})
    parts = chance * (1.0 - chance) * (yes - no) ** 2
    return ByBin(name, "", (0.0, 1.0), (averaged(no), averaged(yes)), whole, averaged(_ratio(parts, variance)))


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
    """A percentile of the score in each bin of each replicate. (count, replicates), nan where none was drawn."""
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
