"""Rank correlations between inputs as a case file writes them, and the matrix that they make.

An expert says how two quantities rank together; a Gaussian copula needs the correlation of their normal scores, which
is 2·sin(π·rank/6). Pairs said one by one need not fit together: three quantities cannot each run against both others.
Such a matrix is moved to the nearest that can be, by alternating projections, and the reader is told how far.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from pydantic import Field

from damages.ranges.distributions import Shape
from damages.reader.words import Name, Source, Strict

SLACK = 1e-6  # a smaller move is rounding
LEAST_EIGENVALUE = 1e-8


class Correlation(Strict):
    """How two uncertain inputs rank together, or the groups of one."""

    between: list[Name] | None = Field(
        None,
        min_length=2,
        max_length=2,
        description="Two inputs; where they differ by group, group by group",
    )
    within: Name | None = Field(None, description="One input that differs by group: its groups with each other")
    rank: float = Field(description="Spearman's rank correlation, from -1 to 1")
    source: Source


class Copula(Strict):
    """What joins correlated inputs."""

    t: float | None = Field(
        None, description="Degrees of freedom of a t copula, whose extremes come together; Gaussian when left out"
    )
    repair: bool = Field(True, description="false refuses correlations that do not fit together")


def between_moving(correlations: Sequence[Correlation], shapes: Mapping[str, Mapping[str, Any]]) -> list[Correlation]:
    """The correlations of inputs that all vary: one that was set to one value moves with nothing any more."""

    def moves(name: str) -> bool:
        return any(not shape.is_fixed for shape in shapes.get(name, {}).values())

    return [pair for pair in correlations if all(moves(name) for name in pair.between or [pair.within or ""])]


Place = tuple[str, str]  # an input, and a group or ""


class Ranks(NamedTuple):
    """The correlated inputs in the order of the file, group by group, with their rank correlations as they were said.

    ``tied`` holds those with a rank of 1 or −1 to an earlier one: (that one, the sign). They move as one with it, so
    they have no row of their own.
    """

    places: tuple[Place, ...]
    matrix: np.ndarray
    tied: dict[Place, tuple[Place, float]]
    contradicted: tuple[str, ...] = ()


def rank_matrix(pairs: Sequence[Correlation], shapes: Mapping[str, Mapping[str, Shape]]) -> Ranks:
    """What the pairs of a case say together."""
    order = [(name, group) for name, by_group in shapes.items() for group in by_group]
    said = {both: pair.rank for pair in pairs for both in _joined(pair, shapes)}
    leader: dict[Place, tuple[Place, float]] = {place: (place, 1.0) for both in said for place in both}
    for both in sorted(said, key=lambda both: max(map(order.index, both))):
        if abs(said[both]) == 1.0:
            (first, sign), (second, other) = sorted((leader[place] for place in both), key=lambda f: order.index(f[0]))
            turn = sign * other * said[both]
            for place, (ahead, way) in list(leader.items()):
                if ahead == second:
                    leader[place] = (first, way * turn)
    places = tuple(place for place in order if leader.get(place, ("", 0.0))[0] == place)
    matrix, contradicted = np.eye(len(places)), tuple[str, ...]()
    for both, rank in said.items():
        (first, sign), (second, other) = (leader[place] for place in both)
        if first == second and rank != sign * other:
            contradicted = tuple(name for name, _ in both)
        if first != second:
            i, j = places.index(first), places.index(second)
            matrix[i, j] = matrix[j, i] = rank * sign * other
    tied = {place: ahead for place, ahead in leader.items() if ahead[0] != place}
    return Ranks(places, matrix, tied, contradicted)


def _joined(pair: Correlation, shapes: Mapping[str, Mapping[str, Shape]]) -> list[tuple[Place, Place]]:
    """The columns that a pair joins: group by group where both differ by group, else each group with the other input."""
    if pair.within:
        groups = list(shapes[pair.within])
        return [((pair.within, a), (pair.within, b)) for i, a in enumerate(groups) for b in groups[i + 1 :]]
    first, second = pair.between or ("", "")
    return [((first, a), (second, b)) for a in shapes[first] for b in shapes[second] if a == b or not a or not b]


def fitting(ranks: np.ndarray) -> tuple[np.ndarray, float]:
    """The correlations of the normal scores that are nearest to these ranks and fit together, and how far the ranks moved.

    >>> scores, moved = fitting(np.array([[1.0, 0.5], [0.5, 1.0]]))
    >>> round(float(scores[0, 1]), 4), moved
    (0.5176, 0.0)
    """
    wanted = 2.0 * np.sin(np.pi * ranks / 6.0)
    np.fill_diagonal(wanted, 1.0)
    if len(ranks) == 0 or np.linalg.eigvalsh(wanted)[0] >= LEAST_EIGENVALUE:
        return wanted, 0.0
    near, correction = wanted, np.zeros_like(wanted)
    for _ in range(500):
        target = near - correction
        values, vectors = np.linalg.eigh(target)
        raised = (vectors * np.maximum(values, LEAST_EIGENVALUE)) @ vectors.T
        correction = raised - target
        step, near = near, raised.copy()
        np.fill_diagonal(near, 1.0)
        if np.max(np.abs(near - step)) < 1e-12:
            break
    values, vectors = np.linalg.eigh(near)
    near = (vectors * np.maximum(values, LEAST_EIGENVALUE)) @ vectors.T
    scale = np.sqrt(np.diag(near))
    near = near / np.outer(scale, scale)
    return near, float(np.max(np.abs(6.0 / np.pi * np.arcsin(near / 2.0) - ranks)))
