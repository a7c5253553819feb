"""Amounts → arrays: every input of a case for a block of uniforms.

Columns follow the order of the inputs in the case file, one for each uncertain input (one for each
group where it differs by group), drawn or not. So two scenarios that leave the roles and groups of a
case as they are share their draws, and a difference between them is a difference and not noise. The
uniforms handed in are independent; the case's correlations are applied here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from damages.case.schema import Case
from damages.engine.copula import Copula
from damages.engine.paths import base_values
from damages.ranges.distributions import Shape
from damages.ranges.points import uniforms
from damages.ranges.quantiles import Quantiles, quantiles

__all__ = ["Column", "Quantiles", "Sampler", "columns", "quantiles", "replace", "uniforms"]


@dataclass(frozen=True)
class Column:
    """One uncertain number: an input, or an input in one group."""

    name: str
    group: str
    shape: Shape


def columns(case: Case) -> tuple[Column, ...]:
    """The uncertain numbers of a case, in the order of its file."""
    return tuple(
        Column(name, group, shape)
        for name, given in case.inputs.items()
        if given.role == "uncertain"
        for group, shape in case.shapes[name].items()
    )


class Sampler:
    """Turns independent uniforms into the values of a case's inputs. Small to send to another process.

    With ``independent=True`` the case's correlations are left out: what if the inputs did not move together?
    """

    def __init__(self, case: Case, independent: bool = False):
        self.columns, self.independent = columns(case), independent
        places = [(column.name, column.group) for column in self.columns]
        self._copula = None if independent else Copula.of(case, places)
        self._base = base_values(case)
        self._groups = tuple(case.groups)
        self._spread_out: dict[tuple[str, int], np.ndarray] = {}
        self._tables: dict[int, Quantiles] = {}

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_spread_out": {}, "_tables": {}}

    @property
    def base(self) -> Mapping[str, Any]:
        """Every input at its base value."""
        return self._base

    def table(self, j: int) -> Quantiles:
        """The quantile function of a column."""
        if j not in self._tables:
            self._tables[j] = quantiles(self.columns[j].shape)
        return self._tables[j]

    def ranges(self) -> dict[str, tuple[bool, tuple[float, float]]]:
        """For each input that is drawn: whether it differs by group, and its smallest and largest value."""
        found: dict[str, tuple[bool, tuple[float, float]]] = {}
        for j, column in enumerate(self.columns):
            if not column.shape.is_fixed:
                base = np.ravel(self._base[column.name]) if column.group else ()
                so_far = found[column.name][1] if column.name in found else ()
                every = (*so_far, *self.table(j).ends, *base)
                found[column.name] = (bool(column.group), (float(min(every)), float(max(every))))
        return found

    def sample(self, uniform: np.ndarray) -> dict[str, np.ndarray]:
        """The inputs that are drawn, and only these.

        Parameters
        ----------
        uniform : (dimensions, n_draws), in (0, 1), rows independent of each other

        Returns
        -------
        name → (n_draws,), or (n_groups, n_draws) where it differs by group
        """
        rows = self._dependent(uniform)
        found: dict[str, np.ndarray] = {}
        for j, column in enumerate(self.columns):
            if column.shape.is_fixed:
                continue
            values = self.table(j)(rows.get(j, uniform[j]))
            if not column.group:
                found[column.name] = values
                continue
            if column.name not in found:
                base = np.asarray(self._base[column.name])
                found[column.name] = np.repeat(base[:, None], uniform.shape[1], axis=1)
            found[column.name][self._groups.index(column.group)] = values
        return found

    @property
    def correlated(self) -> list[int]:
        """The columns that are correlated with others."""
        return [*self._copula.rows, *self._copula.tied] if self._copula else []

    def chances(self, uniform: np.ndarray) -> np.ndarray:
        """The chance in its own law at which each column is drawn. (dimensions, n_draws), as ``uniform``."""
        found = uniform.copy()
        for j, row in self._dependent(uniform).items():
            found[j] = row
        return found

    def _dependent(self, uniform: np.ndarray) -> dict[int, np.ndarray]:
        """The uniforms of the correlated columns."""
        return self._copula.dependent(uniform) if self._copula else {}

    def values(self, uniform: np.ndarray) -> dict[str, Any]:
        """Every input for a block of draws.

        Parameters
        ----------
        uniform : (dimensions, n_draws), in (0, 1), rows independent of each other

        Returns
        -------
        name → number, word, (n_draws, 1) or (n_draws, n_groups); columns lie together in memory
        """
        rows = uniform.shape[1]
        values = {name: self._constant(name, base, rows) for name, base in self._base.items()}
        for name, sampled in self.sample(uniform).items():
            values[name] = sampled[:, None] if sampled.ndim == 1 else sampled.T
        return values

    def frozen(self, first: np.ndarray, second: np.ndarray, shared: Container[str]) -> np.ndarray:
        """Uniforms in which the shared inputs have their values in ``first``, and the rest follow their law given those.

        Parameters
        ----------
        first, second : (dimensions, n_draws), independent of each other; the second drives what is not shared

        Returns
        -------
        (dimensions, n_draws), to be handed to `values`
        """
        held = [column.name in shared for column in self.columns]
        both = second.copy()
        both[held] = first[held]
        if self._copula:
            rows = self._copula.rows
            both[rows] = self._copula.frozen(first[rows], second[rows], self._copula.held(held))
        return both

    def _constant(self, name: str, base: Any, rows: int) -> Any:
        """A value per group, repeated for every draw in a shared array that is never written to."""
        if not isinstance(base, np.ndarray):
            return base
        if (name, rows) not in self._spread_out:
            spread = np.repeat(base[:, None], rows, axis=1).T
            spread.flags.writeable = False
            self._spread_out[name, rows] = spread
        return self._spread_out[name, rows]


def replace(values: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """The same values with some changed."""
    return {**values, **changed}
