"""Independent uniforms → dependent ones: the Gaussian copula, and the t copula whose extremes come together.

Both work one input at a time, each given those before it (Rosenblatt's transform), so an input needs one uniform and
no further dimension, and any input can be held while the others are drawn anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from damages.case.correlation import fitting, rank_matrix
from damages.case.schema import Case

LEAST_CHANCE = 2.0**-53


class Copula:
    """The dependence of a case's correlated inputs.

    Parameters
    ----------
    rows : where the correlated inputs stand among the columns
    scores : their correlations on the scale of the scores. (n_rows, n_rows)
    freedom : degrees of freedom of a t copula; None for the Gaussian
    """

    def __init__(self, rows: Sequence[int], scores: np.ndarray, freedom: float | None = None):
        self.rows, self.scores, self.freedom = list(rows), scores, freedom
        self._factor = np.linalg.cholesky(scores)

    @staticmethod
    def of(case: Case, places: Sequence[tuple[str, str]]) -> Copula | None:
        """The copula of a case whose columns stand in these places; None where nothing is correlated."""
        correlated, ranks = rank_matrix(case.correlations, case.shapes)
        if not correlated:
            return None
        return Copula([list(places).index(place) for place in correlated], fitting(ranks)[0], case.copula.t)

    def dependent(self, uniform: np.ndarray) -> np.ndarray:
        """Dependent uniforms of the correlated inputs from independent ones. (n_rows, n_draws), both."""
        scores = self._forward(self._factor, uniform)
        return _inside(special.ndtr(scores) if self.freedom is None else special.stdtr(self.freedom, scores))

    def mixed(self, first: np.ndarray, second: np.ndarray, held: Sequence[bool]) -> np.ndarray:
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
            return factor @ special.ndtri(uniform)
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


def _inside(chance: np.ndarray) -> np.ndarray:
    """Chances kept off 0 and 1, where a quantile may be infinite."""
    return np.clip(chance, LEAST_CHANCE, 1.0 - LEAST_CHANCE, out=chance)
