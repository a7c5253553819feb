"""Rank correlations of each input with a figure: plain, and with others held fixed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from damages.case.schema import Case
from damages.engine.figure import of_amounts_alone
from damages.engine.percentiles import Measured
from damages.reader.digits import settled
from damages.sensitivity.conditional import by_bins
from damages.sensitivity.registry import method
from damages.sensitivity.sample import DRAWS, Sample
from damages.sensitivity.sample import sample as sample_of
from damages.shows import Shows

ENOUGH = 0.7


@dataclass(frozen=True)
class Rank:
    """Spearman's rank correlation of one input with a figure, and the partial one given all other inputs.

    The partial one is nan where the other inputs say all about this one, as with a rank correlation of 1.
    ``monotone`` is whether the figure only rises or only falls with the input: where it does not, a
    rank correlation says little, and near zero does not mean harmless.
    """

    name: str
    group: str
    plain: Measured
    partial: Measured
    monotone: bool

    @property
    def applies(self) -> bool:
        """Whether there is a partial correlation: not where the other inputs say all about this one."""
        return not np.isnan(self.partial.value)


@dataclass(frozen=True)
class Ranks(Shows):
    """Rank correlations, the strongest partial one first, and how much of the figure's ranks they explain together."""

    case: Case = field(repr=False)
    of: str
    rows: tuple[Rank, ...]
    explained: Measured

    @property
    def enough(self) -> bool:
        """Whether ranks explain enough of the figure to rest on."""
        return self.explained.value >= ENOUGH


@method
def rank_correlations(case: Case, *, of: str = "exposure_usd", draws: int = DRAWS, seed: int = 0) -> Ranks:
    """Rank correlations of every input that reaches a headline, plain and with the others held fixed.

    Parameters
    ----------
    of : a headline
    draws : at least this many

    Raises
    ------
    CaseError : a line that depends on the answers to questions, which have no ranks

    Notes
    -----
    Spearman's, with fractional ranks; the partial one correlates what is left of both ranks when all other inputs' ranks have
    explained what they can. Where ranks explain less than 70% of the figure's, `Ranks.enough` is false.

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> damages.rank_correlations(case, draws=4_096).rows[0].name
    'standing_share'
    """
    of_amounts_alone(case, of, "rank correlations")
    return ranks_of(sample_of(case, of=[of], draws=draws, seed=seed), of)


def ranks_of(sample: Sample, of: str) -> Ranks:
    """The same, read off draws."""
    case = sample.case
    turning = {(one.name, one.group) for one in by_bins(sample, of) if one.direction == "turns"}
    moving = sample.moving(of)
    each = sample.draws // sample.replicates
    plain, partial, explained = [], [], []
    for replicate in range(sample.replicates):
        rows = slice(replicate * each, (replicate + 1) * each)
        together = np.vstack([sample.values[moving, rows], sample.figures[of][:, rows]])
        one, other, share = _correlations(together)
        plain.append(one)
        partial.append(other)
        explained.append(share)
    found = [
        Rank(
            sample.columns[j].name,
            sample.columns[j].group,
            Measured.of([one[i] for one in plain]),
            Measured.of([one[i] for one in partial]),
            (sample.columns[j].name, sample.columns[j].group) not in turning,
        )
        for i, j in enumerate(moving)
    ]
    return Ranks(
        case,
        of,
        tuple(sorted(found, key=lambda rank: -settled(np.nan_to_num(abs(rank.partial.value))))),
        Measured.of(explained),
    )


def _correlations(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Rank correlations of each row with the last, the same given the other rows, and R² of the ranks.

    A partial correlation is that of what is left of both when the other rows have explained what they can; it is nan for a
    row that the others explain wholly.
    """
    ranks = np.array([_ranks(row) for row in columns])
    spread = ranks.std(axis=1)
    if spread[-1] == 0.0:
        return np.zeros(len(columns) - 1), np.zeros(len(columns) - 1), 0.0
    scaled = (ranks - ranks.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)[:, None]
    matrix = scaled @ scaled.T / scaled.shape[1]
    np.fill_diagonal(matrix, 1.0)
    inputs, last = matrix[:-1, :-1], matrix[:-1, -1]
    explained = float(last @ np.linalg.pinv(inputs, hermitian=True) @ last)
    partial = np.full(len(last), np.nan)
    for i in range(len(last)):
        others = np.arange(len(last)) != i
        weights = np.linalg.pinv(inputs[np.ix_(others, others)], hermitian=True)
        lean, rest = inputs[others, i], last[others]
        own, left = 1.0 - lean @ weights @ lean, 1.0 - rest @ weights @ rest
        if own > 1e-9:
            both = last[i] - lean @ weights @ rest
            partial[i] = np.clip(both / np.sqrt(own * left), -1.0, 1.0) if left > 1e-12 else 0.0
    return last, partial, min(explained, 1.0)


def _ranks(values: np.ndarray) -> np.ndarray:
    """The rank of each value from 1 on; equal values share the middle of theirs."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[which]
