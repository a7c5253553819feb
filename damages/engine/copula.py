"""Independent uniforms → dependent ones: the Gaussian copula, and the t copula whose extremes come together.

Both work one input at a time, each given those before it (Rosenblatt's transform), so an input needs one uniform and
no further dimension, and any input can be held while the others are drawn anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from scipy import special

from damages.case.schema import Case
from damages.ranges.correlation import fitting, rank_matrix
from damages.ranges.laws import Normal
from damages.ranges.quantiles import QuantileTable

LEAST_CHANCE = 2.0**-53


class Copula:
    """The dependence of a case's correlated inputs.

    Parameters
    ----------
    rows : where the correlated inputs stand among the columns
    scores : their correlations on the scale of the scores. (n_rows, n_rows)
    freedom : degrees of freedom of a t copula; None for the Gaussian
    tied : column → (the row it moves with, 1 or −1), for a rank correlation of 1 or −1
    """

    def __init__(
        self,
        rows: Sequence[int],
        scores: np.ndarray,
        freedom: float | None = None,
        tied: Mapping[int, tuple[int, float]] | None = None,
    ):
        self.rows, self.scores, self.freedom, self.tied = list(rows), scores, freedom, dict(tied or {})
        self._factor = np.linalg.cholesky(scores)
        # Of each row, the rows it leans on, itself among them; none where it stands alone.
        self._leans_on: list[list[int]] = [
            [] if row[i] == 1.0 else [int(j) for j in np.flatnonzero(row)] for i, row in enumerate(self._factor)
        ]

    @staticmethod
    def of(case: Case, places: Sequence[tuple[str, str]]) -> Copula | None:
        """The copula of a case whose columns stand in these places; None where nothing is correlated."""
        if not case.correlations:
            return None
        ranks = rank_matrix(case.correlations, case.shapes)
        column = {place: j for j, place in enumerate(places)}
        tied = {column[place]: (ranks.places.index(ahead), sign) for place, (ahead, sign) in ranks.tied.items()}
        return Copula([column[place] for place in ranks.places], fitting(ranks.matrix)[0], case.copula.t, tied)

    def dependent(self, uniform: np.ndarray) -> dict[int, np.ndarray]:
        """Column → dependent uniforms of the correlated inputs, from independent ones of all columns."""
        joined = self._joined([uniform[j] for j in self.rows])
        found = dict(zip(self.rows, joined, strict=True))
        return found | {j: joined[i] if sign > 0 else 1.0 - joined[i] for j, (i, sign) in self.tied.items()}

    def _joined(self, uniform: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Dependent uniforms, row by row; a Gaussian row that leans on no other stays as it is."""
        if self.freedom is not None:
            return list(_inside(special.stdtr(self.freedom, self._forward(self._factor, np.array(uniform)))))
        steps = {j: _scores()(uniform[j]) for j in sorted({j for row in self._leans_on for j in row})}
        joined = list(uniform)
        for i, row in enumerate(self._leans_on):
            if row:
                joined[i] = _inside(special.ndtr(sum([self._factor[i, j] * steps[j] for j in row])))
        return joined

    def held(self, columns: Sequence[bool]) -> list[bool]:
        """Which rows keep their values when some columns do: one that is tied holds what it moves with."""
        rows = [columns[j] for j in self.rows]
        for j, (i, _) in self.tied.items():
            rows[i] = rows[i] or columns[j]
        return rows

    def frozen(self, first: np.ndarray, second: np.ndarray, held: Sequence[bool]) -> np.ndarray:
        """Independent uniforms that give the held inputs what ``first`` gives them, and the rest their law given those.

        Parameters
        ----------
        first, second : (n_rows, n_draws), independent uniforms
        held : which inputs keep their values
        """
        order = [i for i, keep in enumerate(held) if keep] + [i for i, keep in enumerate(held) if not keep]
        count = sum(held)
        factor = np.linalg.cholesky(self.scores[np.ix_(order, order)])
        kept = self._forward(self._factor, first)[order[:count]]
        driving = np.concatenate([self._backward(factor[:count, :count], kept), second[order[count:]]])
        scores = np.empty_like(first)
        scores[order] = self._forward(factor, driving)
        return self._backward(self._factor, scores)

    def _forward(self, factor: np.ndarray, uniform: np.ndarray) -> np.ndarray:
        """Independent uniforms → dependent scores."""
        if self.freedom is None:
            return factor @ _scores()(uniform.ravel()).reshape(uniform.shape)
        scores, length = np.empty_like(uniform), np.zeros(uniform.shape[1])
        for i, chance in enumerate(uniform):
            step = special.stdtrit(self.freedom + i, chance) * self._stretch(i, length)
            scores[i] = step
            length += step * step
        return factor @ scores

    def _backward(self, factor: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """Dependent scores → the independent uniforms that give them."""
        steps = np.linalg.solve(factor, scores)
        if self.freedom is None:
            return _inside(special.ndtr(steps))
        uniform, length = np.empty_like(steps), np.zeros(steps.shape[1])
        for i, step in enumerate(steps):
            uniform[i] = special.stdtr(self.freedom + i, step / self._stretch(i, length))
            length += step * step
        return _inside(uniform)

    def _stretch(self, before: int, length: np.ndarray) -> np.ndarray:
        """Given ``before`` scores of that squared length, the next is a t with so many more degrees, this much wider."""
        assert self.freedom is not None
        return np.sqrt((self.freedom + length) / (self.freedom + before))


@lru_cache
def _scores() -> QuantileTable:
    """Chance → normal score, twice as fast as the exact function and right to ten digits."""
    return QuantileTable(Normal(0.0, 1.0))


def _inside(chance: np.ndarray) -> np.ndarray:
    """Chances kept off 0 and 1, where a quantile may be infinite."""
    return np.clip(chance, LEAST_CHANCE, 1.0 - LEAST_CHANCE, out=chance)
