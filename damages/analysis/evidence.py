"""What the answer rests on: the share of a judgment's variance that each kind of source carries.

Every uncertain input and every question belongs to the kind of its source. The Shapley effect of a
kind is its fair part of the variance; the parts sum to 1 whatever the interactions (Owen and
Prieur 2017). Answers are summed over exactly; only the amounts are drawn.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np

from damages.analysis.draws import Sampler, uniforms
from damages.analysis.paths import Path, answer_paths, lines_by_path
from damages.analysis.risk import Figure
from damages.case.schema import Case

POWER = 11
REPLICATES = 4


@dataclass(frozen=True)
class EvidenceShare:
    """The part of the variance that rests on one kind of source, and the inputs of that kind."""

    kind: str
    share: Figure
    inputs: tuple[str, ...]


def evidence(case: Case, line: str = "judgment_usd", seed: int = 0) -> list[EvidenceShare]:
    """The share of the variance of a class-wide line by kind of source, the largest first.

    Empty when the line does not vary.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for name, given in case.inputs.items():
        varies = given.role == "uncertain" and not all(shape.is_fixed for shape in case.shapes[name].values())
        if varies or given.role == "question":
            members[given.source.kind].append(name)
    if not members:
        return []
    readings = [_shapley(case, dict(members), line, seed, replicate) for replicate in range(REPLICATES)]
    if not all(np.isfinite(list(reading.values())).all() for reading in readings):
        return []
    shares = [
        EvidenceShare(kind, Figure.of([reading[kind] for reading in readings]), tuple(names))
        for kind, names in members.items()
    ]
    return sorted(shares, key=lambda found: -found.share.value)


def _shapley(case: Case, members: dict[str, list[str]], line: str, seed: int, replicate: int) -> dict[str, float]:
    """One replicate's Shapley effects: the average of what a kind adds to the variance explained."""
    explained = _explained_variances(case, members, line, seed, replicate)
    kinds, count = list(members), len(members)
    full = explained[frozenset(kinds)]
    effects = {}
    for kind in kinds:
        others = [other for other in kinds if other != kind]
        effects[kind] = sum(
            factorial(size)
            * factorial(count - size - 1)
            / factorial(count)
            * (explained[frozenset(known) | {kind}] - explained[frozenset(known)])
            for size in range(count)
            for known in combinations(others, size)
        )
    return {kind: float(effect / full) if full > 0 else float("nan") for kind, effect in effects.items()}


def _explained_variances(
    case: Case, members: dict[str, list[str]], line: str, seed: int, replicate: int
) -> dict[frozenset[str], float]:
    """Var(E[line | the kinds in a set]) for every set of kinds, by pick-freeze: two draws that share those kinds."""
    sampler, paths = Sampler(case), answer_paths(case)
    dimensions = len(sampler.columns)
    both = uniforms(seed, replicate, POWER, 2 * dimensions)
    first, second = both[:dimensions], both[dimensions:]
    here = _by_path(case, sampler, paths, first, line)
    chances = np.array([path.chance for path in paths])
    center = float(chances @ here.mean(axis=1))
    here = here - center
    explained = {}
    for size in range(len(members) + 1):
        for known in combinations(members, size):
            shared = {name for kind in known for name in members[kind]}
            everything = all(column.name in shared for column in sampler.columns)
            mixed = sampler.mixed(first, second, shared)
            there = here if everything else _by_path(case, sampler, paths, mixed, line) - center
            products = here @ there.T / here.shape[1]
            explained[frozenset(known)] = float(np.sum(_pair_chances(case, paths, shared) * products))
    nothing = explained[frozenset()]
    return {known: value - nothing for known, value in explained.items()}


def _by_path(case: Case, sampler: Sampler, paths: tuple[Path, ...], uniform: np.ndarray, line: str) -> np.ndarray:
    """A line's draws for each path. (n_paths, n_draws)."""
    values = sampler.values(uniform)
    shape = (uniform.shape[1],)
    return np.array(
        [
            np.broadcast_to(np.ravel(lines[line]), shape)
            for lines in lines_by_path(case, values, [path.answers for path in paths])
        ]
    )


def _pair_chances(case: Case, paths: tuple[Path, ...], shared: set[str]) -> np.ndarray:
    """The chance of each pair of paths when two worlds share the answers to some questions. (n_paths, n_paths)."""
    questions = [name for name in case.questions if name in shared]
    given: dict[tuple[float, ...], np.ndarray] = defaultdict(lambda: np.zeros(len(paths)))
    for i, path in enumerate(paths):
        for answers, chance in path.patterns:
            given[tuple(answers[name] for name in questions)][i] += chance
    pairs: Any = np.zeros((len(paths), len(paths)))
    for chances in given.values():
        pairs += np.outer(chances, chances) / chances.sum()
    return pairs
