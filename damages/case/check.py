"""Every problem of a case at once: what the schema cannot say about names, units and sums."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from damages.case.distributions import Shape, fixed
from damages.case.findings import in_our_words
from damages.case.implied import INTEREST_INPUT, MONTHS_INPUT, implied_names
from damages.case.names import figure_names
from damages.case.problems import CaseError, Problem, did_you_mean
from damages.case.read import Place, Tree, number_hint
from damages.case.schema import Case, CaseFile, Input, Refers, Statutory, SubscriptionValue, Theory, references
from damages.case.shapes import from_case, is_shape
from damages.case.statutes import Statute
from damages.case.units import UNITS

CAP_ARMS = {"fees_paid", "fixed_sum"}


def checked_case(tree: Tree, folder: Path, statutes: Mapping[str, Statute], **known: Any) -> Case:
    """The case in a tree, or `CaseError` with everything that is wrong with it."""
    try:
        case_file = CaseFile.model_validate(tree.content)
    except ValidationError as error:
        raise CaseError(tree.file, [in_our_words(found, tree) for found in error.errors(include_url=False)]) from None
    checks = _Checks(tree, case_file, folder, statutes)
    shapes = checks.run()
    if checks.problems:
        order = {place: i for i, place in enumerate(dict.fromkeys(tree.lines.values()))}
        raise CaseError(tree.file, sorted(checks.problems, key=lambda problem: order.get(problem.place, len(order))))
    fields = {name: getattr(case_file, name) for name in CaseFile.model_fields}
    return Case.model_construct(**fields, shapes=shapes, statutes=dict(statutes), **known)


class _Checks:
    """One pass over a well-formed case file, gathering problems."""

    def __init__(self, tree: Tree, case: CaseFile, folder: Path, statutes: Mapping[str, Statute]):
        self.tree, self.case, self.folder, self.statutes = tree, case, folder, statutes
        self.problems: list[Problem] = []

    def say(self, keys: Place, sentence: str) -> None:
        self.problems.append(Problem(self.tree.place(keys), ".".join(keys), sentence))

    def run(self) -> dict[str, dict[str, Shape]]:
        shapes = {}
        for name, given in self.case.inputs.items():
            self._input(name, given)
            if given.role in ("fact", "uncertain") and given.value is not None and given.unit in UNITS:
                shapes[name] = self._shapes(name, given)
        self._names()
        self._dates()
        self._groups(shapes)
        for name, theory in self.case.theories.items():
            self._theory(name, theory)
        return shapes

    def _input(self, name: str, given: Input) -> None:
        here = ("inputs", name)
        if name in figure_names(list(self.case.theories)) or name.startswith("after_"):
            self.say(here, "is the name of a figure that the model works out. Choose another name.")
        if given.unit not in UNITS:
            self.say((*here, "unit"), f"'{given.unit}' is not a unit.{did_you_mean(given.unit, UNITS)}")
        belongs = {"fact": "value", "uncertain": "value", "question": "chance", "choice": "value"}[given.role]
        if getattr(given, belongs) is None:
            self.say((*here, belongs), f"is missing: a {given.role} has a {belongs}.")
        for field, role in (("chance", "question"), ("favours", "question"), ("options", "choice")):
            if getattr(given, field) is not None and given.role != role:
                self.say((*here, field), f"belongs to a {role}, and this is a {given.role}.")
        if given.role == "question":
            if given.value is not None:
                self.say((*here, "value"), "belongs to a number; a question has a chance.")
            if given.unit != "answer":
                self.say((*here, "unit"), "of a question is `answer`.")
            self._chance((*here, "chance"), name, given.chance)
        if given.role == "choice":
            if not given.options:
                self.say((*here, "options"), "is missing: a choice lists what may be chosen.")
            elif given.value is not None and given.value not in given.options:
                self.say(
                    (*here, "value"),
                    f"'{given.value}' is not an option.{did_you_mean(str(given.value), given.options)}",
                )
        if given.source.kind in ("statute", "opinion") and given.source.checked is None:
            self.say(
                (*here, "source"),
                "names an authority; say how far it was checked: `checked: text`, `secondary` or `unverified`.",
            )

    def _chance(self, keys: Place, question: str, chance: Any) -> None:
        if chance is None:
            return
        if isinstance(chance, dict):
            if set(chance) != {"given", "yes", "no"}:
                self.say(keys, "is a number, or {given: other_question, yes: chance, no: chance}.")
                return
            names = list(self.case.inputs)
            other = chance["given"]
            if not isinstance(other, str) or getattr(self.case.inputs.get(other), "role", "") != "question":
                self.say((*keys, "given"), f"'{other}' is not a question of this case.")
            elif names.index(other) >= names.index(question):
                self.say((*keys, "given"), f"depends on {other}, which must stand before it in the file.")
            for answer in ("yes", "no"):
                self._chance((*keys, answer), question, chance[answer])
        elif isinstance(chance, str):
            self.say(
                keys, f"'{chance}' is read as text.{number_hint(chance) or ' A chance between 0 and 1 belongs here.'}"
            )
        elif isinstance(chance, bool) or not isinstance(chance, int | float):
            self.say(keys, "is a number between 0 and 1.")
        elif not 0 <= chance <= 1:
            tip = f" {chance:g} percent is written {chance / 100:g}." if 1 < chance <= 100 else ""
            self.say(keys, f"is {chance:g}, but a chance lies between 0 and 1.{tip}")

    def _shapes(self, name: str, given: Input) -> dict[str, Shape]:
        unit = UNITS[given.unit]
        by_group = (
            isinstance(given.value, dict)
            and not is_shape(given.value)
            and not _looks_like_shape(given.value, self.case.groups)
        )
        specs = given.value if by_group else {"": given.value}
        if by_group:
            for group in specs.keys() - self.case.groups.keys():
                self.say(("inputs", name, "value", group), f"is not a group.{did_you_mean(group, self.case.groups)}")
            for group in self.case.groups.keys() - specs.keys():
                self.say(("inputs", name, "value"), f"has no value for the group {group}.")
        shapes = {}
        for group, spec in specs.items():
            keys = ("inputs", name, "value", group) if group else ("inputs", name, "value")
            try:
                shape = from_case(spec, unit.low, unit.high, unit.words, self.folder)
            except ValueError as error:
                self.say(keys, str(error))
                shape = fixed(math.nan)
            if given.role == "fact" and not shape.is_fixed and math.isfinite(shape.base):
                self.say(keys, "is a range, but a fact is one value. Write `role: uncertain`, or one number.")
            shapes[group] = shape
        return {group: shapes[group] for group in (*self.case.groups, "") if group in shapes}

    def _names(self) -> None:
        """Every name that is used exists and fits; every input is used."""
        used = {MONTHS_INPUT, INTEREST_INPUT}
        for theory in self.case.theories:
            used |= implied_names(theory)
        parts = {field: getattr(self.case, field) for field in CaseFile.model_fields if field != "inputs"}
        for field, part in parts.items():
            for keys, refers, name in references(part, (field,)):
                used.add(name)
                self._name(keys, refers, name)
        for given in self.case.inputs.values():
            chance = given.chance
            while isinstance(chance, dict):
                used.add(str(chance.get("given")))
                chance = next((inner for inner in chance.values() if isinstance(inner, dict)), None)
        for name in self.case.inputs:
            if name not in used:
                missing = [
                    wanted
                    for _, refers, wanted in self._all_references()
                    if wanted not in self.case.inputs and refers.to in ("input", "question", "choice")
                ]
                self.say(
                    ("inputs", name),
                    f"is not used by any part of this case.{did_you_mean(name, missing) if missing else ''}",
                )

    def _all_references(self) -> list[tuple[Place, Refers, str]]:
        return [
            found
            for field in CaseFile.model_fields
            if field != "inputs"
            for found in references(getattr(self.case, field), (field,))
        ]

    def _name(self, keys: Place, refers: Refers, name: str) -> None:
        pools: dict[str, Any] = {"theory": self.case.theories, "group": self.case.groups, "statute": self.statutes}
        pool = pools.get(refers.to, self.case.inputs)
        article = "an" if refers.to == "input" else "a"
        if name not in pool:
            self.say(keys, f"'{name}' is not {article} {refers.to} of this case.{did_you_mean(name, pool)}")
            return
        if pool is not self.case.inputs:
            return
        given = self.case.inputs[name]
        role = "input" if given.role in ("fact", "uncertain") else given.role
        if role != refers.to:
            self.say(keys, f"needs {article} {refers.to}; {name} is a {given.role}.")
        elif refers.units and given.unit not in refers.units and given.unit in UNITS:
            self.say(keys, f"needs the unit {' or '.join(refers.units)}; {name} has {given.unit}.")
        elif not refers.per_group and isinstance(given.value, dict) and set(given.value) <= set(self.case.groups):
            self.say(keys, f"is one value for the whole class; {name} differs by group.")

    def _dates(self) -> None:
        period, interest = self.case.class_period, self.case.judgment.interest
        if period.end < period.start:
            self.say(("class_period", "end"), f"{period.end} lies before the start, {period.start}.")
        if interest and not isinstance(interest.start, str) and interest.end < interest.start:
            self.say(("judgment", "interest", "end"), f"{interest.end} lies before the start, {interest.start}.")

    def _groups(self, shapes: Mapping[str, Mapping[str, Shape]]) -> None:
        size = self.case.class_size
        people, mix = shapes.get(size.people, {}), shapes.get(size.mix or "", {})
        if len(self.case.groups) > 1 and "" in people and not mix:
            self.say(
                ("class_size", "people"),
                f"{size.people} is one number for {len(self.case.groups)} groups: give each its number, or a mix.",
            )
        if mix and "" not in people and people:
            self.say(("class_size", "mix"), f"is not needed: {size.people} already has a number for each group.")
        if mix and ("" in mix or not all(shape.is_fixed for shape in mix.values())):
            self.say(("inputs", size.mix or "", "value"), "is one fixed share for each group.")
        elif mix and abs(sum(shape.base for shape in mix.values()) - 1) > 1e-9:
            total = sum(shape.base for shape in mix.values())
            self.say(("inputs", size.mix or "", "value"), f"shares of a mix sum to 1; these sum to {total:g}.")

    def _theory(self, name: str, theory: Theory) -> None:
        here = ("theories", name)
        if isinstance(theory, Statutory) and isinstance(self.case.theories.get(theory.actual or ""), Statutory):
            self.say(
                (*here, "actual"), f"names {theory.actual}, which is statutory too; actual damages come from a loss."
            )
        if isinstance(theory, SubscriptionValue):
            if theory.months is None and self.case.class_size.turnover is None:
                self.say(
                    (*here, "months"),
                    "is missing: name the months paid, or give class_size a turnover that yields them.",
                )
            if theory.cap and theory.cap.arm in self.case.inputs:
                options = set(self.case.inputs[theory.cap.arm].options or ())
                if not options <= CAP_ARMS:
                    self.say(
                        (*here, "cap", "arm"),
                        f"chooses between fees_paid and fixed_sum; {theory.cap.arm} has {', '.join(sorted(options))}.",
                    )


def _looks_like_shape(value: Mapping[str, Any], groups: Mapping[str, str]) -> bool:
    """A one-key mapping that names no group is a misspelt shape, and is told so."""
    return len(value) == 1 and not value.keys() & groups.keys()
