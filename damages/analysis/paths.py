"""Questions → distinct answer paths with exact chances; the estimate at base values.

A question is answered once for the whole class. All patterns of answers are enumerated, not
sampled; patterns that leave the model in the same state (the same theories standing, the same
answers that matter to them) are one path. Chances, the chance of nothing at all and the legal
part of every expected value are then exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from damages.case.problems import CaseError, Problem
from damages.case.schema import Case
from damages.case.words import references
from damages.model.estimate import after_answers, before_answers

MOST_QUESTIONS = 16  # 65,536 patterns; beyond that a case has to merge questions


@dataclass(frozen=True)
class Path:
    """One distinct set of answers: what it decides, and how likely it is.

    Attributes
    ----------
    answers : question → 1.0 or 0.0, for one pattern of this path
    chance : the chance of all its patterns together
    standing : the theories that stand
    patterns : every pattern of answers that leads here, with its chance
    """

    answers: Mapping[str, float]
    chance: float
    standing: tuple[str, ...]
    patterns: tuple[tuple[Mapping[str, float], float], ...] = field(repr=False)


def answer_paths(case: Case, possible_only: bool = True) -> tuple[Path, ...]:
    """The distinct paths of a case, most likely first; their chances sum to 1.

    With ``possible_only=False`` patterns that cannot happen and theories that are not pleaded are
    kept, for a workbook in which the chances and the switches can still be changed.
    """
    by_state: dict[tuple[Any, ...], list[tuple[dict[str, float], float]]] = {}
    rules = _rules(case, possible_only)
    for answers, chance in answer_patterns(case):
        if chance > 0.0 or not possible_only:
            by_state.setdefault(_state(case, answers, rules), []).append((answers, chance))
    found = [
        Path(patterns[0][0], sum(chance for _, chance in patterns), state[0], tuple(patterns))
        for state, patterns in by_state.items()
    ]
    return tuple(sorted(found, key=lambda path: -path.chance))


def answer_patterns(case: Case) -> list[tuple[dict[str, float], float]]:
    """Every pattern of answers with its chance, in the order of the case file."""
    questions = list(case.questions)
    if len(questions) > MOST_QUESTIONS:
        sentence = f"has {len(questions)} questions; up to {MOST_QUESTIONS} are enumerated. Merge those that are always decided together."
        raise CaseError(case.name, [Problem("", "inputs", sentence)])
    patterns = []
    for bits in product((1.0, 0.0), repeat=len(questions)):
        answers = dict(zip(questions, bits, strict=True))
        chance = 1.0
        for name, bit in answers.items():
            yes = chance_of_yes(case.questions[name].chance, answers)
            chance *= yes if bit else 1.0 - yes
        patterns.append((answers, chance))
    return patterns


def chance_of_yes(chance: Any, answers: Mapping[str, Any]) -> float:
    """The chance of yes, given the answers to the questions before it."""
    while isinstance(chance, Mapping):
        chance = chance["yes" if answers[chance["given"]] else "no"]
    return float(chance)


def answers_for_class(case: Case) -> dict[str, float]:
    """Every open question answered the way that is better for the class; one that is certain, as it is."""
    answers = {}
    for name, question in case.questions.items():
        leaves = set(_leaves(question.chance))
        decided = leaves in ({0.0}, {1.0})
        answers[name] = leaves.pop() if decided else (0.0 if question.favours == "no" else 1.0)
    return answers


def _leaves(chance: Any) -> Iterator[float]:
    """The chances of a question under every answer it depends on."""
    if isinstance(chance, Mapping):
        yield from (*_leaves(chance["yes"]), *_leaves(chance["no"]))
    else:
        yield float(chance)


Rules = tuple[dict[str, tuple[list[str], list[str]]], list[str]]


def _rules(case: Case, pleaded_only: bool) -> Rules:
    """For each theory in play, the questions it needs and those that change what it pays; then those that change the rest."""
    theories = {}
    for name, theory in case.theories.items():
        if pleaded_only and case.inputs[f"{name}_pleaded"].value != "yes":
            continue
        others = [
            found for _, refers, found in references(theory) if refers.to == "question" and found not in theory.needs
        ]
        theories[name] = (list(theory.needs), others)
    elsewhere = [
        found
        for part in (case.judgment, case.settlement)
        for _, refers, found in references(part)
        if refers.to == "question"
    ]
    return theories, elsewhere


def _state(case: Case, answers: Mapping[str, float], rules: Rules) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """What the answers leave: the theories that stand, and the answers that change what these, or relief, come to."""
    theories, elsewhere = rules
    standing = tuple(name for name, (needs, _) in theories.items() if all(answers[need] for need in needs))
    decided = {question for name in standing for question in theories[name][1]}
    if standing:
        decided |= set(elsewhere)
    granted = tuple(name for name, item in case.relief.items() if all(answers[need] for need in item.needs))
    return standing, (granted, *((question, answers[question]) for question in sorted(decided)))


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


def headline_lines(case: Case, values: Mapping[str, Any], paths: Sequence[Path]) -> dict[str, Any]:
    """The three headlines for arrays of values: pleaded, exposure, expected. One column each."""
    live = [path for path in paths if path.standing]
    best, *rest = lines_by_path(case, values, [answers_for_class(case), *(path.answers for path in live)])
    expected = sum(
        (path.chance * lines["judgment_usd"] for path, lines in zip(live, rest, strict=True)),
        0.0 * best["judgment_usd"],
    )
    return {"pleaded_usd": best["pleaded_usd"], "exposure_usd": best["judgment_usd"], "expected_usd": expected}


@dataclass(frozen=True)
class Estimate:
    """A case at base values.

    Attributes
    ----------
    lines : line → its figure when every question is answered for the class; a float, or one per group
    expected : line → its average over all answer paths, weighted by their chances
    paths : the paths, each with its judgment in ``path_judgments``
    """

    case: Case
    lines: dict[str, float | np.ndarray]
    expected: dict[str, float | np.ndarray]
    paths: tuple[Path, ...]
    path_judgments: tuple[float, ...] = field(default=())

    def __repr__(self) -> str:
        figures = "".join(f"\n  {name:<13} {value:_}" for name, value in self.headlines.items())
        return f"Estimate of {self.case.shown_as} at base values{figures}"

    @property
    def pleaded_usd(self) -> float:
        """Members as pleaded × the pleaded sum."""
        return float(self.lines["pleaded_usd"])

    @property
    def exposure_usd(self) -> float:
        """The judgment when every question is answered for the class."""
        return float(self.lines["judgment_usd"])

    @property
    def expected_usd(self) -> float:
        """The judgment averaged over all answer paths."""
        return float(self.expected["judgment_usd"])

    @cached_property
    def headlines(self) -> dict[str, float]:
        return {"pleaded_usd": self.pleaded_usd, "exposure_usd": self.exposure_usd, "expected_usd": self.expected_usd}

    @cached_property
    def chance_of_recovery(self) -> float:
        """The chance of any judgment for the class."""
        return sum(path.chance for path, usd in zip(self.paths, self.path_judgments, strict=True) if usd > 0)


def estimate(case: Case) -> Estimate:
    """The figures of a case at base values, for every path and on average."""
    values, paths = base_values(case), answer_paths(case)
    best, *per_path = lines_by_path(case, values, [answers_for_class(case), *(path.answers for path in paths)])
    expected = {
        name: sum(path.chance * np.asarray(lines[name]) for path, lines in zip(paths, per_path, strict=True))
        for name in best
    }
    return Estimate(
        case,
        {name: _plain(value) for name, value in best.items()},
        {name: _plain(value) for name, value in expected.items()},
        paths,
        tuple(float(np.ravel(lines["judgment_usd"])[0]) for lines in per_path),
    )


def _plain(value: Any) -> float | np.ndarray:
    """A float where there is one figure, else one per group."""
    flat = np.ravel(np.asarray(value, dtype=float))
    return float(flat[0]) if flat.size == 1 else flat
