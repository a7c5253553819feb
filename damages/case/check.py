"""Every problem of a case at once: what the schema cannot say about names, units and sums."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from damages.case.derived import implied_names, names_from_dates, provision_of
from damages.case.limits import find_excess
from damages.case.partial import readable, together
from damages.case.questions import problems_of_range
from damages.case.rules import find_problems
from damages.case.schema import Case, CaseFile, Records, Revenue
from damages.case.theories import Statutory
from damages.characters import clipped
from damages.errors import CaseError, Problem, did_you_mean
from damages.files import sha256
from damages.law.statutes import Statute
from damages.ranges.correlation import between_moving
from damages.ranges.distributions import Shape, fixed
from damages.ranges.shapes import Around, from_case, is_shape
from damages.reader.hints import answer_hint, as_name, range_hint, word_hint
from damages.reader.messages import in_our_words
from damages.reader.numerals import number_hint
from damages.reader.read import Place, Tree
from damages.reader.units import UNITS
from damages.reader.words import Input, Refers, references


def checked_case(
    tree: Tree, folder: Path, statutes: Mapping[str, Statute], problems: Sequence[Problem] = (), **known: Any
) -> Case:
    """The case in a tree, or `CaseError` with everything that is wrong with it, ``problems`` found before among it."""
    try:
        case_file = CaseFile.model_validate(tree.content)
    except ValidationError as error:
        found = [in_our_words(one, tree, CaseFile) for one in error.errors(include_url=False)[:MOST_FOUND]]
        checks = _Checks(tree, readable(tree.content), folder, statutes)
        checks.run_alone()
        raise CaseError(tree.file, together(tree, problems, [*found, *checks.problems])) from None
    checks = _Checks(tree, case_file, folder, statutes)
    shapes = checks.run()
    if problems or checks.problems:
        raise CaseError(tree.file, together(tree, problems, checks.problems))
    fields = {name: getattr(case_file, name) for name in CaseFile.model_fields}
    fields["inputs"] = {name: given for name, given in case_file.inputs.items() if name not in checks.unused}
    shapes = {name: shape for name, shape in shapes.items() if name not in checks.unused}
    fields["correlations"] = between_moving(case_file.correlations, shapes)
    known["files"] = known["files"] | _data_files(case_file, shapes, folder)
    return Case.model_construct(
        **fields,
        shapes=shapes,
        statutes=dict(statutes),
        provisions={name: found for name, found in checks.provisions.items() if found},
        **known,
    )


def _data_files(case: CaseFile, shapes: Mapping[str, Mapping[str, Shape]], folder: Path) -> dict[str, str]:
    """The files of samples and records that a case's numbers come from, with their SHA-256."""
    samples = [shape.spec["sample"] for by_group in shapes.values() for shape in by_group.values() if _is_sample(shape)]
    records = [method.file for method in (case.class_size.methods or {}).values() if isinstance(method, Records)]
    found = [folder / name for name in dict.fromkeys([*samples, *records])]
    return {path.name: sha256(path) for path in found if path.is_file()}


def _is_sample(shape: Shape) -> bool:
    return isinstance(shape.spec, Mapping) and "sample" in shape.spec


MOST_FOUND = 500  # problems of a kind; beyond, a file is no case at all
_ROLES = {"fact": "a fact", "uncertain": "an uncertain input", "question": "a question", "choice": "a choice"}
_ANSWERS = "Write 1 for yes and 0 for no; `--set` also takes yes and no."


class _Checks:
    """One pass over a well-formed case file, gathering problems."""

    def __init__(self, tree: Tree, case: CaseFile, folder: Path, statutes: Mapping[str, Statute]):
        self.tree, self.case, self.statutes = tree, case, statutes
        statutory = {name: theory for name, theory in case.theories.items() if isinstance(theory, Statutory)}
        self.provisions = {name: provision_of(theory.model_dump(), statutes) for name, theory in statutory.items()}
        period = case.class_period
        self.around = Around(folder, (period.start, period.end) if period and period.start <= period.end else None)
        self.problems: list[Problem] = []
        self.unused: set[str] = set()

    def say(self, keys: Place, sentence: str) -> None:
        self.problems.append(Problem(self.tree.place(keys), ".".join(keys), sentence))

    def run(self) -> dict[str, dict[str, Shape]]:
        shapes = {}
        for name, given in self.case.inputs.items():
            self._input(name, given)
            if given.role in ("fact", "uncertain") and given.value is not None and given.unit in UNITS:
                shapes[name] = self._shapes(name, given)
        self._names()
        self._sides()
        excess = list(find_excess(self.case, shapes))
        for keys, sentence in excess or find_problems(self.case, shapes, self.provisions):
            self.say(keys, sentence)
        return shapes

    def run_alone(self) -> None:
        """What can be said of each input and each name while other parts of the file cannot be used."""
        written = self.tree.content.get("inputs")
        named = written if isinstance(written, dict) else {}
        whole = len(named) == len(self.case.inputs)
        for name, given in self.case.inputs.items():
            self._input(name, given)
            if given.role in ("fact", "uncertain") and given.value is not None and given.unit in UNITS:
                self._shapes(name, given)
        self.problems = [problem for problem in self.problems if whole or not problem.name.endswith(".given")]
        meant = {as_name(str(key)) for key in named}
        for keys, refers, name in self.references:
            if len(self.problems) > MOST_FOUND:
                break
            pool = {"theory": self.tree.content.get("theories"), "group": self.tree.content.get("groups")}
            known = pool.get(refers.to)
            if name in self.case.inputs or name not in (known if known and isinstance(known, dict | list) else meant):
                self._name(keys, refers, name)

    def _input(self, name: str, given: Input) -> None:
        here = ("inputs", name)
        if given.unit not in UNITS:
            self.say((*here, "unit"), f"'{given.unit}' is not a unit.{word_hint(given.unit, UNITS)}")
        belongs = {"fact": "value", "uncertain": "value", "question": "chance", "choice": "value"}[given.role]
        if getattr(given, belongs) is None:
            self.say((*here, belongs), f"is missing: {_ROLES[given.role]} has a {belongs}.")
        for field, role in (
            ("chance", "question"),
            ("range", "question"),
            ("favours", "question"),
            ("options", "choice"),
        ):
            if getattr(given, field) is not None and given.role != role:
                self.say((*here, field), f"belongs to a {role}, and this is a {given.role}.")
        if given.role == "question":
            if given.value is not None:
                self.say((*here, "value"), "belongs to a number; a question has a chance.")
            if given.unit != "answer":
                self.say((*here, "unit"), "of a question is `answer`.")
            self._chance((*here, "chance"), name, given.chance)
            for keys, sentence in problems_of_range(given.chance, given.range):
                self.say((*here, "range", *keys), sentence)
        if given.role == "choice":
            if not given.options:
                self.say((*here, "options"), "is missing: a choice lists what may be chosen.")
            elif given.value is not None and not isinstance(given.value, str):
                self.say((*here, "value"), f"is the name of an option: {', '.join(given.options)}.")
            elif given.value is not None and given.value not in given.options:
                self.say(
                    (*here, "value"),
                    f"'{clipped(given.value)}' is not an option.{did_you_mean(given.value, given.options)}",
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
                ends = range_hint(chance)
                why = "has no range: a chance is one number. Write its mean, such as 0.3." if ends else ""
                self.say(keys, why or "is a number, or {given: other_question, yes: chance, no: chance}.")
                return
            names = list(self.case.inputs)
            other = chance["given"]
            if not isinstance(other, str) or getattr(self.case.inputs.get(other), "role", "") != "question":
                self.say((*keys, "given"), f"'{other}' is not a question of this case.")
            elif names.index(other) >= names.index(question):
                self.say((*keys, "given"), f"depends on {other}, which must come before it in the file.")
            for answer in ("yes", "no"):
                if chance[answer] is None:
                    self.say((*keys, answer), "is empty. A chance between 0 and 1 belongs here.")
                self._chance((*keys, answer), question, chance[answer])
        elif isinstance(chance, str | bool):
            said = {True: "true", False: "false"}.get(chance, chance) if isinstance(chance, bool) else chance
            answer = f" {_ANSWERS}" if isinstance(chance, bool) or answer_hint(chance) else ""
            hint = answer or number_hint(str(said)) or " A chance between 0 and 1 belongs here."
            self.say(keys, f"'{said}' is not a chance.{hint}")
        elif not isinstance(chance, int | float):
            self.say(keys, "is one number between 0 and 1, such as 0.3.")
        elif not 0 <= chance <= 1:
            tip = f" {chance:g} percent is written {chance / 100:g}." if 1 < chance <= 100 else ""
            self.say(keys, f"is {chance:g}, but a chance lies between 0 and 1.{tip}")

    def _shapes(self, name: str, given: Input) -> dict[str, Shape]:
        unit = UNITS[given.unit]
        for refers in self.uses.get(name, ()):
            unit = unit.within(refers.bounds) if refers.bounds else unit
        otherwise = (
            "" if isinstance(given.value, dict) and is_shape(given.value) else range_hint(given.value, self.case.groups)
        )
        if otherwise:
            self.say(("inputs", name, "value"), otherwise)
            return {}
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
                shape = from_case(spec, unit, self.around)
            except ValueError as error:
                self.say(keys, str(error))
                shape = fixed(math.nan)
            if given.role == "fact" and not shape.is_fixed and math.isfinite(shape.base):
                self.say(keys, "is a range, but a fact is one value. Write `role: uncertain`, or one number.")
            shapes[group] = shape
        return {group: shapes[group] for group in (*self.case.groups, "") if group in shapes}

    def _sides(self) -> None:
        """The scenarios that say how each side sees the case are there."""
        folder, sides = (
            (self.around.folder or Path()) / "scenarios",
            self.case.litigation and self.case.litigation.sides,
        )
        known = {file.stem for file in folder.glob("*.yaml")}
        for side in ("plaintiffs", "defendant") if sides and known else ():  # a case that extends another has none
            name = getattr(sides, side)
            if not any(stem == name or stem.endswith(f"_{name}") for stem in known):
                near = did_you_mean(name, known) or " Write one; params/README.md shows how."
                self.say(("litigation", "sides", side), f"'{name}' is not a scenario of this case.{near}")

    def _names(self) -> None:
        """Every name that is used exists and fits; every input is used."""
        used = names_from_dates(self.case)
        for name, method in (self.case.class_size.methods or {}).items():
            used |= {f"{name}_people"} if isinstance(method, Records) else set()
            used |= {f"{name}_covers"} if isinstance(method, Revenue) and method.covers is not None else set()
        for theory in self.case.theories:
            used |= implied_names(theory)
        listed: dict[tuple[Place, str], int] = {}  # how often each list of names has each
        for keys, refers, name in self.references:
            used.add(name)
            if len(self.problems) < MOST_FOUND:
                self._name(keys, refers, name)
            if keys[-1].isdigit():
                listed[keys[:-1], name] = listed.get((keys[:-1], name), 0) + 1
                if listed[keys[:-1], name] == 2:
                    self.say(keys, f"{name} is named twice in this list.")
        used |= {name for pair in self.case.correlations for name in (*(pair.between or ()), pair.within) if name}
        for given in self.case.inputs.values():
            chance = given.chance
            while isinstance(chance, dict):
                used.add(str(chance.get("given")))
                chance = next((inner for inner in chance.values() if isinstance(inner, dict)), None)
        self.unused = {name for name in self.case.inputs if name not in used and name in self.tree.defaults}
        left = [name for name in self.case.inputs if name not in used and name not in self.unused]
        missing = [
            wanted
            for _, refers, wanted in (self.references if left else ())
            if wanted not in self.case.inputs and refers.to in ("input", "question", "choice")
        ]
        for name in left:
            self.say(
                ("inputs", name),
                f"is not used by any part of this case.{did_you_mean(name, missing) if missing else ''}",
            )

    @cached_property
    def references(self) -> list[tuple[Place, Refers, str]]:
        """Every name that the parts of the case use."""
        parts = {field: getattr(self.case, field) for field in CaseFile.model_fields if field != "inputs"}
        return [found for field, part in parts.items() for found in references(part, (field,))]

    @cached_property
    def uses(self) -> dict[str, list[Refers]]:
        """What each name is used for."""
        found: dict[str, list[Refers]] = {}
        for _, refers, name in self.references:
            found.setdefault(name, []).append(refers)
        return found

    def _name(self, keys: Place, refers: Refers, name: str) -> None:
        pools: dict[str, Any] = {"theory": self.case.theories, "group": self.case.groups, "statute": self.statutes}
        pool = pools.get(refers.to, self.case.inputs)
        article = "an" if refers.to == "input" else "a"
        if name not in pool:
            self.say(keys, f"'{name}' is not {article} {refers.to} of this case.{self._how(refers, name, pool)}")
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

    def _how(self, refers: Refers, name: str, pool: Mapping[str, Any]) -> str:
        """How to mend a name that nothing has: the likely word, or what to add."""
        near = did_you_mean(name, pool)
        if pool is not self.case.inputs or near.startswith(" Did you mean"):
            return near
        fits = [
            other
            for other, given in self.case.inputs.items()
            if (given.unit in refers.units if refers.units else given.role == refers.to)
        ]
        kind = f"with unit {' or '.join(refers.units)}" if refers.units else f"with role {refers.to}"
        others = f", or name one of: {', '.join(sorted(fits))}" if fits else ""
        return f" Add it under `inputs`, {kind}{others}."


def _looks_like_shape(value: Mapping[str, Any], groups: Mapping[str, str]) -> bool:
    """A one-key mapping that names no group is a misspelt shape, and is told so."""
    return len(value) == 1 and not value.keys() & groups.keys()
