"""Which answer to a question is better for the class, and which questions decide liability.

Each place where a case asks a question says which answer helps the class: what a theory needs, yes; whether its sum
needs actual damages first, no. So `favours` need not be written; one that says otherwise is a mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from damages.case.class_rules import Found
from damages.case.schema import CaseFile
from damages.case.theories import FEES_PAID
from damages.reader.read import Place
from damages.reader.words import references


def asked_by(parts: Iterable[object]) -> dict[str, set[str]]:
    """The questions that parts of a case ask, each with the answers that help the class."""
    asked: dict[str, set[str]] = {}
    for part in parts:
        for _, refers, name in references(part):
            if refers.to == "question":
                asked.setdefault(name, set()).add(refers.helps)
    return asked


def better_for_class(case: CaseFile) -> dict[str, str]:
    """Question → the answer that is better for the class: as the case says, else as what asks it says, else yes."""
    asked = asked_by([case.theories, case.judgment, case.relief, case.settlement])
    return {
        name: given.favours or next(iter(asked.get(name, {"yes"})))
        for name, given in case.inputs.items()
        if given.role == "question"
    }


def of_liability(case: CaseFile) -> list[str]:
    """The questions that a theory asks. Those that only the judgment or relief asks are of remedy."""
    asked = asked_by([case.theories])
    return [name for name in case.inputs if name in asked]


def find_contradictions(case: CaseFile) -> Found:
    """Questions whose better answer is said against what asks them, or cannot be known from it."""
    asked: Mapping[str, set[str]] = asked_by([case.theories, case.judgment, case.relief, case.settlement])
    for name, given in case.inputs.items():
        helps = asked.get(name, set()) if given.role == "question" else set()
        if len(helps) > 1 and given.favours is None:
            yield ("inputs", name), "helps the class in one place and hurts it in another: write `favours: yes` or no."
        elif len(helps) == 1 and given.favours and {given.favours} != helps:
            (answer,) = helps
            yield (
                ("inputs", name, "favours"),
                f"is {given.favours}, but where it is asked the answer {answer} helps the class. Leave it out.",
            )


def problems_of_range(chance: Any, ends: Any) -> Iterator[tuple[Place, str]]:
    """What is wrong with the range of a chance, which has the form of the chance itself."""
    if ends is None:
        return
    if isinstance(chance, dict):
        if not isinstance(ends, dict) or set(ends) != {"yes", "no"}:
            yield (), "has the form of the chance: {yes: [0.4, 0.7], no: [0.1, 0.3]}."
            return
        for answer in ("yes", "no"):
            for keys, sentence in problems_of_range(chance.get(answer), ends[answer]):
                yield (answer, *keys), sentence
        return
    numbers = isinstance(ends, list) and len(ends) == 2 and all(_is_number(end) for end in ends)
    if not numbers or not 0 <= ends[0] <= ends[1] <= 1:
        yield (), "is two chances between 0 and 1, the lower first: [0.4, 0.7]."
    elif _is_number(chance) and not ends[0] <= chance <= ends[1]:
        yield (), f"from {ends[0]:g} to {ends[1]:g} does not contain the chance, {chance:g}."


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def caps_that_cannot_bind(case: CaseFile) -> list[str]:
    """The theories whose contract limits the loss to the fees, where the loss is a part of these fees and so never above them."""
    names = []
    for name, theory in case.theories.items():
        cap = getattr(theory, "cap", None)
        if cap is None or case.inputs[cap.arm].value != FEES_PAID:
            continue
        lost = getattr(theory, "lost", None) or {}
        use = getattr(theory, "use", None)
        chosen = lost.get(str(case.inputs[use].value) if use else next(iter(lost), ""))
        if chosen is None or not chosen.usd_per_member:
            names.append(name)
    return names
