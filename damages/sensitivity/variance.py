"""Where the variance of a figure comes from: Sobol' indices and Shapley effects of any function.

Two runs are drawn that share some inputs and differ in the rest; how far their figures lie apart
says what the rest is worth. What is drawn is given as uniforms, what has few answers (a court's
questions) is enumerated. `PickFreeze` is either a plain function or a case.

Estimators: the total index as half the mean square difference of two runs that differ in one
input; the first-order index as the covariance with what one swapped input adds; Shapley effects as
what each group takes off the variance when it becomes known (Owen and Prieur 2017).
Intervals come from independently scrambled sets of points, never from resampling one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any

import numpy as np

from damages.engine.draws import uniforms
from damages.engine.percentiles import Measured, over_paths
from damages.reader.digits import settled

MOST_GROUPS = 12
ROUNDING = 1e-9
FEW = 5  # groups whose 120 orders are all gone through
ORDERS = 64  # drawn in each replicate where there are more groups
ORDERS_OF_DEPENDENT = 16  # each costs a draw of every input given those known
LEAST_POWER = 7
Values = Mapping[str, Any]


@dataclass(frozen=True)
class PickFreeze:
    """A figure that depends on inputs that are drawn, and on questions that are enumerated.

    Attributes
    ----------
    names : the inputs that are drawn
    dimensions : how many uniforms they take
    values : uniforms (dimensions, n_draws) → name → values, whose last axis is the draws
    by_path : values → the figure for each answer path, (n_paths, n_draws) or (n_paths, 1)
    frozen : (first, second, shared names) → uniforms that share those inputs with ``first``, the rest
        drawn by ``second`` given them; None where the inputs are independent
    questions : the questions
    path_pairs : shared questions → the chance of each pair of paths in two runs that share those answers
    """

    names: tuple[str, ...]
    dimensions: int
    values: Callable[[np.ndarray], Values]
    by_path: Callable[[Values], np.ndarray]
    frozen: Callable[[np.ndarray, np.ndarray, Collection[str]], np.ndarray] | None = None
    questions: tuple[str, ...] = ()
    path_pairs: Callable[[Collection[str]], np.ndarray] = field(default=lambda shared: np.ones((1, 1)))

    @staticmethod
    def of_function(
        evaluate: Callable[[np.ndarray], np.ndarray],
        dimensions: int,
        frozen: Callable[[np.ndarray, np.ndarray, Collection[str]], np.ndarray] | None = None,
    ) -> PickFreeze:
        """A plain function of uniforms (dimensions, n_draws); its inputs are named 0, 1, …"""
        names = tuple(str(j) for j in range(dimensions))
        return PickFreeze(
            names,
            dimensions,
            lambda uniform: dict(zip(names, uniform, strict=True)),
            lambda values: np.asarray(evaluate(np.array([values[name] for name in names])))[None, :],
            frozen,
        )


@dataclass(frozen=True)
class Index:
    """One input's part of a variance: alone (first order) and including interactions (total).

    Estimates are printed as they come out. One below zero means an index so near zero that its
    error reaches across; it is not cut off, so that the error can be judged.
    """

    name: str
    first: Measured
    total: Measured

    @property
    def interaction(self) -> float:
        return self.total.value - self.first.value


@dataclass(frozen=True)
class Indices:
    """Sobol' indices of a figure, the largest total first; ``why_not`` says why there are none."""

    rows: tuple[Index, ...]
    variance: float
    why_not: str = ""

    @property
    def negative(self) -> list[str]:
        """The inputs with an estimate below zero."""
        return [row.name for row in self.rows if min(row.first.value, row.total.value) < -ROUNDING]

    @property
    def additive(self) -> float:
        """The share of the variance that inputs carry alone; the rest is what they do together."""
        return sum(row.first.value for row in self.rows)


def sobol_indices(model: PickFreeze, power: int = 14, replicates: int = 8, seed: int = 0) -> Indices:
    """First-order and total indices of every input and question, from 2**power base points in all.

    Each input's column is turned into values once; a further reading of the figure swaps one column.
    Questions take no further reading: their part is summed over the answer paths.

    Raises
    ------
    ValueError : the inputs are not independent
    """
    if model.frozen is not None:
        raise ValueError("Sobol' indices need independent inputs; use Shapley effects.")
    each = max(power - replicates.bit_length() + 1, 0)
    readings = [_sobol_once(model, seed, replicate, each) for replicate in range(replicates)]
    variances = np.array([variance for _, _, variance in readings])
    names = (*model.names, *model.questions)
    if not variances.mean() > 0:
        return Indices((), 0.0, "The figure does not vary, so there is no variance to share out.")
    rows = [
        Index(
            name,
            _share([first[j] for first, _, _ in readings], variances),
            _share([t[j] for _, t, _ in readings], variances),
        )
        for j, name in enumerate(names)
    ]
    return Indices(tuple(sorted(rows, key=lambda row: -settled(row.total.value))), float(variances.mean()))


def _sobol_once(model: PickFreeze, seed: int, replicate: int, power: int) -> tuple[np.ndarray, np.ndarray, float]:
    """One replicate's first-order and total parts, in the figure's units squared, and its variance."""
    first, second = _two(model, seed, replicate, power)
    values, others = model.values(first), model.values(second)
    chances = np.diag(model.path_pairs(model.questions))
    here, there = (
        np.broadcast_to(figures, (len(figures), 2**power)) for figures in map(model.by_path, (values, others))
    )
    center = float(chances @ (here.mean(axis=1) + there.mean(axis=1))) / 2
    here, there = here - center, there - center
    mean_here, mean_there = over_paths(chances, here), over_paths(chances, there)
    alone, together = [], []
    for name in model.names:
        swapped = model.by_path({**values, name: others[name]}) - center
        alone.append(float(np.mean(mean_there * (over_paths(chances, swapped) - mean_here))))
        together.append(float(chances @ np.mean((here - swapped) ** 2, axis=1)) / 2)
    squares = (np.mean(here**2, axis=1) + np.mean(there**2, axis=1)) / 2
    means = (here.mean(axis=1) + there.mean(axis=1)) / 2
    if model.questions:
        products = (here @ here.T + there @ there.T) / (2 * here.shape[1])
        for name in model.questions:
            alone.append(float(np.sum(model.path_pairs([name]) * np.outer(means, means))))
            rest = [other for other in model.questions if other != name]
            together.append(float(chances @ squares - np.sum(model.path_pairs(rest) * products)))
    variance = float(chances @ squares - (chances @ means) ** 2)
    return np.array(alone), np.array(together), variance if variance > _rounding(center) else 0.0


def shapley_effects(
    model: PickFreeze, groups: Mapping[str, Collection[str]], power: int = 12, replicates: int = 8, seed: int = 0
) -> dict[str, Measured]:
    """Each group's Shapley effect, its share of the variance; the shares sum to 1 whatever the dependence and the interactions.

    A group's part is what knowing it takes off the variance that is left, on average over the
    orders in which the groups can become known. Up to five groups every order is gone through;
    beyond, orders are drawn in pairs that mirror each other, each with draws of its own.

    Parameters
    ----------
    groups : name → the inputs and questions in it; what stands in no group is never known
    power : 2**power draws in each replicate; at least 128, so that every order has one

    Returns
    -------
    Nothing when the figure does not vary.

    Raises
    ------
    ValueError : more than 12 groups
    """
    if len(groups) > MOST_GROUPS:
        raise ValueError(f"up to {MOST_GROUPS} groups are worked out; there are {len(groups)}.")
    power = max(power, LEAST_POWER)
    readings = [_shapley_once(model, groups, seed, replicate, power) for replicate in range(replicates)]
    totals = np.array([sum(reading.values()) for reading in readings])
    if not totals.mean() > 0:
        return {}
    return {name: _share([reading[name] for reading in readings], totals) for name in groups}


def _shapley_once(
    model: PickFreeze, groups: Mapping[str, Collection[str]], seed: int, replicate: int, power: int
) -> dict[str, float]:
    """One replicate's Shapley effects, in the figure's units squared."""
    first, second = _two(model, seed, replicate, power)
    orders = _orders(list(groups), seed, replicate, ORDERS if model.frozen is None else ORDERS_OF_DEPENDENT)
    blocks = [slice(rows[0], rows[-1] + 1) for rows in np.array_split(np.arange(2**power), len(orders))]
    values, others = model.values(first), model.values(second)
    here = model.by_path(values)
    here = np.broadcast_to(here, (len(here), 2**power))
    chances = np.diag(model.path_pairs(model.questions))
    center = float(chances @ here.mean(axis=1))
    here = here - center
    squares = _by_block(here**2, blocks)
    known: list[set[str]] = [set() for _ in orders]
    left = np.empty((len(groups) + 1, len(orders)))
    for step in range(len(groups) + 1):
        if step:
            known = [names | set(groups[order[step - 1]]) for names, order in zip(known, orders, strict=True)]
        if model.frozen is None:  # each column is turned into values once
            frozen: Values = {**others, **_merged(model.names, values, others, known, blocks)}
        else:
            halves = [model.frozen(first[:, b], second[:, b], names) for b, names in zip(blocks, known, strict=True)]
            frozen = model.values(np.concatenate(halves, axis=1))
        there = np.broadcast_to(model.by_path(frozen) - center, here.shape)
        if not model.questions:
            left[step] = [means[0] / 2 for means in _by_block((here - there) ** 2, blocks)]
            continue
        both = [chances @ (one + other) / 2 for one, other in zip(squares, _by_block(there**2, blocks), strict=True)]
        left[step] = [
            whole - _shared(model, here[:, block], there[:, block], names)
            for whole, block, names in zip(both, blocks, known, strict=True)
        ]
    effects = dict.fromkeys(groups, 0.0)
    if left.max() <= _rounding(center):
        return effects
    for order, taken_off in zip(orders, -np.diff(left, axis=0).T, strict=True):
        for name, part in zip(order, taken_off, strict=True):
            effects[name] += float(part) / len(orders)
    return effects


def _orders(names: list[str], seed: int, replicate: int, count: int) -> list[tuple[str, ...]]:
    """Orders in which groups become known: all of them when they are few."""
    if len(names) <= FEW:
        return list(permutations(names))
    rng = np.random.default_rng([seed, replicate, len(names)])
    orders = [tuple(names[i] for i in rng.permutation(len(names))) for _ in range(count // 2)]
    return [*orders, *(order[::-1] for order in orders)]


def _merged(
    names: Collection[str], values: Values, others: Values, known: Sequence[set[str]], blocks: Sequence[slice]
) -> dict[str, Any]:
    """Each input's values: those of the first model in the blocks of draws where it is known, else those of the second."""
    widths = [block.stop - block.start for block in blocks]
    held = {name: np.repeat([name in shared for shared in known], widths) for name in names}
    return {name: np.where(held[name], values[name], others[name]) for name in names}


def _by_block(figures: np.ndarray, blocks: Sequence[slice]) -> list[np.ndarray]:
    """The mean on each path, block by block. Each (n_paths,)."""
    return [np.add.reduce(figures[:, block], axis=1) / (block.stop - block.start) for block in blocks]


def _shared(model: PickFreeze, here: np.ndarray, there: np.ndarray, known: Collection[str]) -> float:
    """The mean product of two runs that share what is known; what it lacks of the mean square is the variance that is left."""
    path_pairs = model.path_pairs([name for name in model.questions if name in known])
    return float(np.sum(path_pairs * (here @ there.T)) / here.shape[1])


def _rounding(center: float) -> float:
    """The variance that a figure of this size seems to have although it does not vary."""
    return (ROUNDING * center) ** 2


def _two(model: PickFreeze, seed: int, replicate: int, power: int) -> tuple[np.ndarray, np.ndarray]:
    """Two independent sets of uniforms, as the halves of one set of Sobol' points."""
    both = uniforms(seed, replicate, power, 2 * model.dimensions)
    return both[: model.dimensions], both[model.dimensions :]


def _share(parts: Sequence[float], wholes: np.ndarray) -> Measured:
    """A ratio of two averages over the replicates, with the error of the ratio."""
    share = float(np.mean(parts) / wholes.mean())
    spread = Measured.of((np.asarray(parts) - share * wholes) / wholes.mean())
    return Measured(share, spread.error)
