"""A case as a function of its inputs: for the estimators of this room, and for other libraries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from damages.case.schema import Case
from damages.engine.draws import Sampler
from damages.engine.figure import (
    dependent,
    inputs_behind,
    known_line,
    mean_over_paths,
    open_questions,
    paths_to_draw,
    refused,
)
from damages.engine.headlines import is_headline
from damages.engine.paths import Patterns, answer_paths, base_values
from damages.engine.traced import figures_of
from damages.errors import did_you_mean
from damages.sensitivity.variance import PickFreeze


def function(case: Case, inputs: Sequence[str], *, of: str = "expected_usd") -> Callable[[Any], np.ndarray]:
    """A case as a plain vectorised function, for SALib, SciPy or work of one's own.

    Parameters
    ----------
    inputs : the inputs that are its arguments, in their order; all others stay at their means. One that differs by
        group takes one value for all groups
    of : a headline, or any line with one figure for the whole class, on average over the answer paths

    Returns
    -------
    A function of points (n, len(inputs)), each value in its input's unit, that gives the line (n,)

    Raises
    ------
    CaseError : an input that is no amount of the case, or no such line; ValueError, by the function, for points of another shape

    >>> import damages
    >>> judgment = damages.function(damages.load("params/linkedin.yaml"), ["due_process_share"], of="exposure_usd")
    >>> low, high = judgment([[0.1], [0.2]])
    >>> bool(high > low)
    True
    """
    known_line(case, of)
    amounts = [name for name, given in case.inputs.items() if given.role in ("uncertain", "fact")]
    for name in inputs:
        if name not in amounts:
            raise refused(case, f"{name} is not an amount of this case.{did_you_mean(name, amounts)}")
    paths = answer_paths(case)

    def evaluate(points: Any) -> np.ndarray:
        rows = np.asarray(points, dtype=float)
        if rows.ndim != 2 or rows.shape[1] != len(inputs):
            raise ValueError(f"points have the shape (n, {len(inputs)}); got {rows.shape}.")
        held = {name: rows[:, [j]] for j, name in enumerate(inputs)}
        figures = mean_over_paths(case, paths, {**base_values(case), **held}, of)
        return np.array(np.broadcast_to(figures, (len(rows),)))

    return evaluate


def pick_freeze_of(case: Case, line: str) -> PickFreeze:
    """A class-wide line of a case as a function of its inputs and of the answers to its questions."""
    sampler, paths = Sampler(case), paths_to_draw(case)
    answered = not is_headline(line)

    figures = figures_of(case, sampler, paths, [line])

    def by_path(values: Mapping[str, Any]) -> np.ndarray:
        return figures(values)[line]

    patterns = Patterns(case, paths) if answered else None

    @cache
    def path_pairs(shared: frozenset[str]) -> np.ndarray:
        return _pair_chances(patterns, shared) if patterns else np.ones((1, 1))

    return PickFreeze(
        tuple(inputs_behind(case, line)),
        len(sampler.columns),
        sampler.sample,
        by_path,
        sampler.frozen if dependent(case) else None,
        tuple(open_questions(case)) if answered else (),
        lambda shared: path_pairs(frozenset(shared)),
    )


def _pair_chances(patterns: Patterns, shared: Collection[str]) -> np.ndarray:
    """The chance of each pair of paths when two runs share the answers to some questions. (n_paths, n_paths)."""
    chances = patterns.chances([name for name in patterns.questions if name in shared])
    whole = chances.sum(axis=1, keepdims=True)
    shares = np.divide(chances, whole, out=np.zeros_like(chances), where=whole > 0.0)
    return np.asarray(shares.T @ chances)
