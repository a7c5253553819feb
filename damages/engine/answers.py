"""Questions → the distinct states their answers can leave the model in, each with its exact chance.

A question is answered once for the whole class. Every pattern of answers counts, but patterns are never listed: after
each question those that the rest of the model cannot tell apart are merged (dynamic programming). What it can tell
apart is which theories still stand, which relief is still open, and the answers that something still to come depends
on: an amount under a theory that stands, or the chance of a later question. So forty questions cost little more than
ten, and chances are exact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from damages.case.questions import caps_that_cannot_bind
from damages.case.schema import Case
from damages.errors import CaseError, Problem
from damages.reader.words import references

MOST_STATES = 2**16  # distinct states at any question: half a second's work


@dataclass(frozen=True)
class Dependents:
    """What depends on the answers.

    Attributes
    ----------
    theories : theory → the questions it needs, and the others that change what it pays
    relief : item of relief → the questions it needs, and the theories one of which must stand for it
    elsewhere : the questions that change the judgment or its payout while any theory stands
    kept : questions whose answers stay apart whatever depends on them
    """

    theories: Mapping[str, tuple[Collection[str], Collection[str]]]
    relief: Mapping[str, tuple[Collection[str], Collection[str]]]
    elsewhere: Collection[str]
    kept: Collection[str] = ()

    @classmethod
    def of(cls, case: Case, pleaded_only: bool = True) -> Dependents:
        """Everything in a case that depends on answers; without the theories that are not pleaded, if so asked."""
        theories, moot = {}, set(caps_that_cannot_bind(case)) if pleaded_only else set()
        for name, theory in case.theories.items():
            if not pleaded_only or case.inputs[f"{name}_pleaded"].value == "yes":
                asked = theory.model_copy(update={"cap": None}) if name in moot else theory
                theories[name] = (theory.needs, [q for q in _questions_in(asked) if q not in theory.needs])
        elsewhere = [*_questions_in(case.judgment), *_questions_in(case.settlement)]
        relief = {name: (item.needs, item.theories or list(theories)) for name, item in case.relief.items()}
        return cls(theories, relief, elsewhere)

    @classmethod
    def nothing(cls, kept: Collection[str] = ()) -> Dependents:
        """Nothing but the answers themselves that are to be kept apart."""
        return cls({}, {}, (), kept)


def _questions_in(part: Any) -> list[str]:
    return [name for _, refers, name in references(part) if refers.to == "question"]


@dataclass(frozen=True)
class States:
    """Distinct states, in the order of their first patterns with yes before no.

    Attributes
    ----------
    chance : (n_states,)
    answers : (n_states, n_questions), whether yes: the first pattern of each state
    standing : (n_states, n_theories), whether each theory stands
    keys : one a state; states that differ in answers kept apart alone have the same
    """

    chance: np.ndarray
    answers: np.ndarray
    standing: np.ndarray
    keys: list[bytes]


@dataclass(frozen=True)
class Branch:
    """One answer to one question: from a state before it to a state after it, each numbered within its question.

    ``answer`` is None where both answers lead to the same state. ``answers`` is a pattern of earlier answers that leads
    to the state before; those that the chance of this one depends on are the same in every such pattern.
    """

    question: str
    before: int
    answer: bool | None
    after: int
    answers: Mapping[str, bool]


def states(
    case: Case,
    what: Dependents,
    known: Mapping[str, float] | None = None,
    possible_only: bool = True,
    decided: Mapping[str, float] | None = None,
) -> States:
    """The states in which the answers leave what depends on them.

    Parameters
    ----------
    what : what depends on the answers
    known : questions with the answer that alone is counted: chances are then those of a state together with these
    possible_only : leave out states that cannot happen
    decided : questions that have this answer for certain, whatever their chance

    Raises
    ------
    CaseError : more states than can be worked out
    """
    merger = _Merger(case, what, possible_only, decided or {})
    for question in case.questions:
        merger.answer(question, (known or {}).get(question))
    return merger.states()


def branches(case: Case, what: Dependents, decided: Mapping[str, float] | None = None) -> tuple[list[Branch], States]:
    """Every branch of the tree of answers, possible or not, with what cannot be told apart merged; and where they end."""
    merger, found = _Merger(case, what, False, decided or {}), []
    for question in case.questions:
        before = [dict(zip(merger.questions, row, strict=True)) for row in merger.answers.tolist()]
        came_from, bits, after = (part.tolist() for part in merger.answer(question))
        for i, bit, place in zip(came_from, bits, after, strict=True):
            found.append(Branch(question, i, bit if came_from.count(i) > 1 else None, place, before[i]))
    return found, merger.states()


def chance_that(case: Case, known: Mapping[str, float]) -> float:
    """The chance of some answers together."""
    return float(states(case, Dependents.nothing(), known).chance.sum())


class _Merger:
    """Answers one question after the other, and merges what cannot be told apart any more."""

    def __init__(self, case: Case, what: Dependents, possible_only: bool, decided: Mapping[str, float]):
        self.decided = decided
        self.case, self.questions, self.possible_only = case, list(case.questions), possible_only
        self.place = {question: k for k, question in enumerate(self.questions)}
        count = len(self.questions)
        self.needed = self._marked([needs for needs, _ in what.theories.values()])
        self.wanted = self._marked([others for _, others in what.theories.values()])
        self.relief = self._marked([needs for needs, _ in what.relief.values()])
        names = list(what.theories)
        self.for_relief = np.array(
            [[name in theories for name in names] for _, theories in what.relief.values()], dtype=bool
        ).reshape(len(what.relief), len(names))  # the theories one of which must stand
        self.elsewhere = self._marked([what.elsewhere])[0]
        self.kept = self._marked([what.kept])[0]
        self.read = np.flatnonzero(self.wanted.any(axis=0) | self.elsewhere)  # questions that change what is paid
        self.last_given = np.full(count, -1)  # the last question whose chance depends on this one
        for k, question in enumerate(self.questions):
            for other in _given(decided.get(question, case.questions[question].chance)):
                self.last_given[self.place[other]] = k
        self.chance: np.ndarray = np.ones(1)
        self.answers = np.zeros((1, count), dtype=bool)
        self.standing = np.ones((1, len(what.theories)), dtype=bool)
        self.granted = np.ones((1, len(what.relief)), dtype=bool)
        self.known = np.zeros((1, count), dtype=bool)  # the yes answers that still matter

    def _marked(self, groups: list[Collection[str]]) -> np.ndarray:
        marked = np.zeros((len(groups), len(self.questions)), dtype=bool)
        for row, names in zip(marked, groups, strict=True):
            row[[self.place[name] for name in names]] = True
        return marked

    def answer(self, question: str, known: float | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Answer the next question, yes before no, where the answer makes a difference.

        Returns
        -------
        For each branch: the state it comes from, the answer, and the state it leads to.
        """
        k, count = self.place[question], len(self.chance)
        chance = self.decided.get(question, self.case.questions[question].chance)
        yes = _chance(chance, self.place, self.known)
        differs = (self.standing & self.needed[:, k]).any(axis=1) | (self.granted & self.relief[:, k]).any(axis=1)
        differs |= self.kept[k] | (self.last_given[k] > k) | self._read_at(k, self.standing)
        came_from = np.repeat(np.arange(count), 1 + differs)
        both = differs[came_from]
        bit = yes[came_from] > 0.0 if known is None else np.full(len(came_from), bool(known))
        again = np.append(False, came_from[1:] == came_from[:-1])
        bit = np.where(both, ~again, bit)
        each = np.where(bit, yes[came_from], 1.0 - yes[came_from])
        chance = self.chance[came_from] * (np.where(both, each, 1.0) if known is None else each)
        going_on = np.ones(len(chance), dtype=bool) if known is None else bit == bool(known)
        if self.possible_only:
            going_on &= chance > 0.0
        came_from, bit, chance = came_from[going_on], bit[going_on], chance[going_on]
        standing = self.standing[came_from] & (bit[:, None] | ~self.needed[:, k])
        granted = self.granted[came_from] & (bit[:, None] | ~self.relief[:, k])
        granted &= (standing[:, None, :] & self.for_relief).any(axis=2)
        answers, now = self.answers[came_from], self.known[came_from]
        answers[:, k] = now[:, k] = bit
        # A yes is remembered while something depends on it that can still come about.
        forgotten = ~(self.kept | (self.last_given > k))
        now[:, forgotten] &= self._matters(standing)[:, forgotten]
        first, place = _distinct(np.concatenate([standing, granted, now], axis=1))
        if len(first) > MOST_STATES:
            line = self.case.place("inputs", question)
            raise CaseError(self.case.name, [Problem(line, f"inputs.{question}", _too_many())])
        self.chance = np.bincount(place, chance, len(first))
        self.answers, self.standing, self.granted, self.known = (
            answers[first],
            standing[first],
            granted[first],
            now[first],
        )
        return came_from, bit, place

    def _read_at(self, k: int, standing: np.ndarray) -> np.ndarray:
        """Whether the answer to a question changes what each state pays. (n_states,)."""
        under = standing if self.elsewhere[k] else standing[:, self.wanted[:, k]]
        return np.asarray(under.any(axis=1))

    def _matters(self, standing: np.ndarray) -> np.ndarray:
        """Which answers change what a state pays. (n_states, n_questions)."""
        found = np.zeros((len(standing), len(self.questions)), dtype=bool)
        for k in self.read.tolist():
            found[:, k] = self._read_at(k, standing)
        return found

    def states(self) -> States:
        paid = self.known & self._matters(self.standing)
        rows = np.packbits(np.concatenate([self.standing, self.granted, paid], axis=1), axis=1)
        return States(self.chance, self.answers, self.standing, [row.tobytes() for row in rows])


def _distinct(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first place of each distinct row, in order, and for every row which of them it is. Rows of truth values."""
    packed = np.packbits(rows[:, (rows != rows[:1]).any(axis=0)], axis=1)
    if packed.shape[1] <= 8:  # a number says it all, and numbers are quick to compare
        padded = np.zeros((len(rows), 8), dtype=np.uint8)
        padded[:, : packed.shape[1]] = packed
        codes = padded.view(np.uint64).ravel()
    else:
        codes = packed.view(f"V{packed.shape[1]}").ravel()
    _, first, code = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return first[order], rank[code]


def _chance(chance: Any, place: Mapping[str, int], known: np.ndarray) -> Any:
    """The chance of yes in each state: a number, or (n_states,) where it depends on an earlier answer."""
    if not isinstance(chance, Mapping):
        return np.full(len(known), float(chance))
    yes, no = (_chance(chance[answer], place, known) for answer in ("yes", "no"))
    return np.where(known[:, place[chance["given"]]], yes, no)


def _given(chance: Any) -> Iterator[str]:
    """The questions that a chance depends on."""
    if isinstance(chance, Mapping):
        yield chance["given"]
        yield from (*_given(chance["yes"]), *_given(chance["no"]))


def _too_many() -> str:
    return (
        f"with this question the answers have more than {MOST_STATES:,} different results. Answers that decide the same "
        "thing are merged; here too many decide something of their own. Leave out questions that make no difference, or "
        "let theories that stand and fall together need the same question."
    )
