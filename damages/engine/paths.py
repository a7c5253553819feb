"""The distinct answer paths of a case with exact chances; the estimate at base values.

Questions are not rolled like dice: `damages.engine.answers` merges every pattern of answers into
the distinct states it can leave the model in. Chances, the chance of nothing at all and the legal
part of every expected value are then exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from damages.case.questions import better_for_class
from damages.case.schema import Case
from damages.engine.answers import Dependents, States, states
from damages.model.estimate import after_answers, before_answers

if TYPE_CHECKING:
    pass

MOST_LISTED = 15  # questions of which every pattern is kept
AT_A_TIME = 4_096  # paths worked out together at base values
MANY_PATHS = 128  # beyond it paths are worked out together, and not each in a program of its own


@dataclass(frozen=True)
class Path:
    """One distinct result of the answers: what stands, and how likely it is.

    Attributes
    ----------
    questions, row : the questions, and one pattern of answers that leads here, True for yes; `answers` has both together
    chance : the chance of all its patterns together
    standing : the theories that stand
    key : names the same path again when only some answers are counted (`chances_with`)
    """

    questions: tuple[str, ...] = field(repr=False)
    row: np.ndarray = field(repr=False, compare=False)
    chance: float
    standing: tuple[str, ...]
    key: bytes = field(repr=False)

    @property
    def answers(self) -> dict[str, float]:
        """One pattern of answers that leads here: question → 1.0 or 0.0."""
        return dict(zip(self.questions, self.row.astype(float).tolist(), strict=True))


def answer_paths(case: Case, possible_only: bool = True) -> tuple[Path, ...]:
    """The distinct paths of a case, most likely first; their chances sum to 1.

    With ``possible_only=False`` paths that cannot happen and theories that are not pleaded are
    kept, for a workbook in which the chances and the switches can still be changed.

    Raises
    ------
    CaseError : more distinct results than can be worked out
    """
    what = Dependents.of(case, possible_only)
    return paths_of(case, what, states(case, what, possible_only=possible_only))


def paths_of(case: Case, what: Dependents, merged: States) -> tuple[Path, ...]:
    """States as paths, most likely first."""
    questions, theories = tuple(case.questions), list(what.theories)
    found = [
        Path(
            questions, row, chance, tuple(name for name, stands in zip(theories, standing, strict=True) if stands), key
        )
        for row, chance, standing, key in zip(
            merged.answers, merged.chance.tolist(), merged.standing.tolist(), merged.keys, strict=True
        )
    ]
    return tuple(sorted(found, key=lambda path: -path.chance))


def chances_with(
    case: Case, paths: Sequence[Path], known: Mapping[str, float], decided: Mapping[str, float] | None = None
) -> np.ndarray:
    """The chance of each path together with some answers, where others are ``decided`` for certain. (n_paths,)."""
    merged = states(case, Dependents.of(case), known, decided=decided)
    chances = dict(zip(merged.keys, merged.chance.tolist(), strict=True))
    return np.array([chances.get(path.key, 0.0) for path in paths])


def always_answered(case: Case, paths: Sequence[Path]) -> list[set[str]]:
    """For each path, the questions that have the same answer in every pattern that leads there."""
    always: list[set[str]] = [set() for _ in paths]
    for name in case.questions:
        yes, no = (chances_with(case, paths, {name: answer}) for answer in (1.0, 0.0))
        for i in np.flatnonzero((yes == 0.0) | (no == 0.0)):
            always[i].add(name)
    return always


class Patterns:
    """Every pattern of answers with its chance and the path that it leads to, to be asked about some questions at a time."""

    def __init__(self, case: Case, paths: Sequence[Path]):
        self.case, self.paths, self.questions = case, paths, list(case.questions)
        what = Dependents.of(case)
        self._place = {path.key: i for i, path in enumerate(paths)}
        self._every = states(case, replace(what, kept=case.questions)) if len(self.questions) <= MOST_LISTED else None
        self._at = np.array([self._place[key] for key in self._every.keys]) if self._every else np.zeros(0)

    def chances(self, questions: Sequence[str]) -> np.ndarray:
        """The chance of each path together with each possible pattern of answers to some questions. (n_patterns, n_paths)."""
        merged = self._every or states(self.case, replace(Dependents.of(self.case), kept=questions))
        at = self._at if self._every else np.array([self._place[key] for key in merged.keys])
        asked = merged.answers[:, [self.questions.index(name) for name in questions]]
        pattern = asked @ (1 << np.arange(len(questions)))  # a number for each pattern
        if len(questions) > MOST_LISTED:
            pattern = np.unique(pattern, return_inverse=True)[1]
        count = int(pattern.max()) + 1
        return np.bincount(pattern * len(self.paths) + at, merged.chance, count * len(self.paths)).reshape(count, -1)


def answers_for_class(case: Case) -> dict[str, float]:
    """Every open question answered the way that is better for the class; one that is certain, as it is."""
    answers, better = {}, better_for_class(case)
    for name, question in case.questions.items():
        leaves = set(_leaves(question.chance))
        decided = leaves in ({0.0}, {1.0})
        answers[name] = leaves.pop() if decided else (0.0 if better[name] == "no" else 1.0)
    return answers


def _leaves(chance: Any) -> Iterator[float]:
    """The chances of a question under every answer it depends on."""
    if isinstance(chance, Mapping):
        yield from (*_leaves(chance["yes"]), *_leaves(chance["no"]))
    else:
        yield float(chance)


def base_values(case: Case) -> dict[str, Any]:
    """Every numeric input at its base value, every choice as its word: floats, or arrays of one value per group."""
    values: dict[str, Any] = {}
    for name, given in case.inputs.items():
        if given.role == "choice":
            values[name] = given.value
        elif given.role != "question":
            shapes = case.shapes[name]
            values[name] = shapes[""].base if "" in shapes else np.array([shapes[group].base for group in case.groups])
    return values


def lines_by_path(
    case: Case, values: Mapping[str, Any], all_answers: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The model's lines for each set of answers, on the same values. What no answer changes is worked out once."""
    common = before_answers(case, values, {})
    return [dict(after_answers(case, {**values, **answers}, dict(common))) for answers in all_answers]


def lines_over_paths(
    case: Case, values: Mapping[str, Any], paths: Sequence[Path], draws: int = 0
) -> Iterator[tuple[Sequence[Path], Any, Mapping[str, Any]]]:
    """The model's lines for many paths together: a batch of paths, their chances, and lines with a first axis for the path.

    Parameters
    ----------
    values : name → number, word, (n_groups,), or (n_draws, n_groups) or broadcasting to it
    draws : how many draws the values have; 0 where they have no such axis

    Returns
    -------
    Each time: the paths; their chances and each line, (n_paths, 1) or (n_paths, n_groups), or with draws
    (n_paths, n_draws, 1) or (n_paths, n_draws, n_groups); or broadcasting to it
    """
    common = before_answers(case, values, {})
    size = max(AT_A_TIME // max(draws // 8, 1), 1)
    for start in range(0, len(paths), size):
        some = paths[start : start + size]
        column = (len(some), 1, 1) if draws else (len(some), 1)
        answers = np.array([path.row for path in some], dtype=float).T.reshape(-1, *column)
        lines = after_answers(case, {**values, **dict(zip(case.questions, answers, strict=True))}, dict(common))
        yield some, np.array([path.chance for path in some]).reshape(column), lines
