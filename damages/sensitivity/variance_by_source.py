"""What the answer rests on: the variance of a figure by input, by kind of source, and by who holds better evidence.

The estimators are those of any function (`damages.sensitivity.variance`); here a case becomes such a
function. Its questions are enumerated, its amounts sample.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from damages.case.schema import Case
from damages.engine.draws import Sampler
from damages.engine.figure import dependent, inputs_behind, open_questions, paths_to_draw
from damages.engine.paths import Path, chances_by_answers
from damages.engine.percentiles import Measured
from damages.engine.simulate import HEADLINES
from damages.engine.traced import figures_of
from damages.reader.digits import settled
from damages.sensitivity.conditional import conditional, sample
from damages.sensitivity.one_at_a_time import tornado
from damages.sensitivity.variance import MOST_GROUPS, Indices, PickFreeze, shapley_effects, sobol_indices

By = Literal["kind", "holder", "input"]
REST = "every other input"


@dataclass(frozen=True)
class SourceShare:
    """The part of the variance that a group of inputs carries: a kind of source, a holder of evidence, or one input."""

    kind: str
    share: Measured
    inputs: tuple[str, ...]


def variance_by_source(
    case: Case, line: str = "judgment_usd", seed: int = 0, by: By = "kind", power: int = 11
) -> list[SourceShare]:
    """The share of the variance of a class-wide line by group of inputs, the largest first: Shapley effects.

    Parameters
    ----------
    by : "kind" of source; "holder", who could supply better evidence; or "input", the eleven with the
        widest swings one by one and the rest together
    power : 2**power draws in each of eight replicates

    Returns
    -------
    Nothing when the line does not vary. Right for dependent inputs too.
    """
    members = groups_of(case, line, by)
    shares = shapley_effects(pick_freeze_of(case, line), members, power, seed=seed) if members else {}
    found = [SourceShare(kind, share, tuple(members[kind])) for kind, share in shares.items()]
    return sorted(found, key=lambda share: -settled(share.share.value))


def sobol(case: Case, line: str = "judgment_usd", seed: int = 0, power: int = 14) -> Indices:
    """First-order and total Sobol' indices of every input that reaches a class-wide line, from 2**power base points.

    Not for inputs that depend on each other: their variance has no unique parts. ``why_not`` then says so.
    """
    if moving_together := _dependence(case, line):
        why = f"Sobol' indices split the variance between {moving_together}. Shapley effects hold there too."
        return Indices(line, (), float("nan"), why)
    return sobol_indices(pick_freeze_of(case, line), line, power, seed=seed)


def _dependence(case: Case, line: str) -> str:
    """What of a line's inputs and questions depends on others, in words; nothing where all are independent."""
    if dependent(case):
        return "inputs that are independent, and this case correlates some"
    asked = open_questions(case) if line not in HEADLINES else []
    for name in asked:
        if not isinstance(case.questions[name].chance, float | int):
            return f"what is independent, and here the chance of “{case.inputs[name].label}” depends on the answer to another question"
    return ""


def groups_of(case: Case, line: str, by: By) -> dict[str, list[str]]:
    """The inputs and open questions that reach a line, in groups."""
    names = [*inputs_behind(case, line), *(open_questions(case) if line not in HEADLINES else [])]
    groups: dict[str, list[str]] = defaultdict(list)
    if by == "input":
        headline = "expected_usd" if line == "judgment_usd" else line
        if headline in HEADLINES:
            swings = {swing.name: swing.width_usd for swing in tornado(case, headline)}
        else:  # of an input that differs by group, the widest
            swings = {one.name: one.width for one in reversed(conditional(sample(case, [line], power=10), line))}
        wide = sorted(names, key=lambda name: -settled(swings.get(name, 0.0)))
        single = wide if len(wide) <= MOST_GROUPS else wide[: MOST_GROUPS - 1]
        return {name: [name] for name in single} | ({REST: wide[len(single) :]} if len(wide) > len(single) else {})
    for name in names:
        given = case.inputs[name]
        groups[given.source.kind if by == "kind" else given.holder].append(name)
    return dict(groups)


def pick_freeze_of(case: Case, line: str) -> PickFreeze:
    """A class-wide line of a case as a function of its inputs and of the answers to its questions."""
    sampler, paths = Sampler(case), paths_to_draw(case)
    answered = line not in HEADLINES

    figures = figures_of(case, sampler, paths, [line])

    def by_path(values: Mapping[str, Any]) -> np.ndarray:
        return figures(values)[line]

    @cache
    def path_pairs(shared: frozenset[str]) -> np.ndarray:
        return _pair_chances(case, paths, shared) if answered else np.ones((1, 1))

    return PickFreeze(
        tuple(inputs_behind(case, line)),
        len(sampler.columns),
        sampler.sample,
        by_path,
        sampler.frozen if dependent(case) else None,
        tuple(open_questions(case)) if answered else (),
        lambda shared: path_pairs(frozenset(shared)),
    )


def _pair_chances(case: Case, paths: tuple[Path, ...], shared: Collection[str]) -> np.ndarray:
    """The chance of each pair of paths when two runs share the answers to some questions. (n_paths, n_paths)."""
    path_pairs: Any = np.zeros((len(paths), len(paths)))
    for chances in chances_by_answers(case, paths, [name for name in case.questions if name in shared]):
        path_pairs += np.outer(chances, chances) / chances.sum()
    return path_pairs
