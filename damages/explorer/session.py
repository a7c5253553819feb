"""What a reader has set so far: a case file, a scenario, changes, and a way back. No widget is known here."""

from __future__ import annotations

import re
import shlex
import warnings
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from damages.case.load import case_files as cases
from damages.case.load import find, read_settings, scenarios
from damages.case.schema import Case
from damages.case.write import save_scenario, written
from damages.engine.estimate import Estimate, estimate
from damages.engine.simulate import DRAWS, Simulation, simulate
from damages.engine.sound import load
from damages.errors import CaseError, DamagesError, DamagesWarning, Problem
from damages.explorer.controls import SCALED, Row, Section, Slider, sections, shown
from damages.explorer.values import for_each_answer, mixed, moved, part, with_part
from damages.reader.places import named
from damages.sensitivity.tornado import Tornado, tornado

QUICK_DRAWS = 2_048  # in one set: enough for a curve, and quick enough to follow a hand


class Reading:
    """The figures of one case, each worked out when it is first asked for."""

    def __init__(self, case: Case, seed: int, draws: int):
        self.case, self.seed, self.draws = case, seed, draws
        self.quick = draws > QUICK_DRAWS  # whether the draws are few, to keep up with a hand

    @cached_property
    def estimate(self) -> Estimate:
        return estimate(self.case)

    @cached_property
    def tornado(self) -> Tornado:
        return tornado(self.case)

    @cached_property
    def simulation(self) -> Simulation:
        return simulate(self.case, draws=QUICK_DRAWS, seed=self.seed, sets=1) if self.quick else self.full()

    def warm(self) -> None:
        """Work out what is asked for later; a second asker at the same time gets the same figures."""
        _ = self.simulation, self.tornado

    def full(self) -> Simulation:
        """All draws, as a report has them."""
        return simulate(self.case, draws=self.draws, seed=self.seed)

    def draw(self, quick: bool) -> None:
        """Draw again, few times or in full."""
        if quick != self.quick:
            self.quick = quick
            self.__dict__.pop("simulation", None)


class Session:
    """A case under a scenario, with changes that can be taken back one by one.

    Attributes
    ----------
    base : the case before any change; what figures are compared with
    changed : input → its new value, chance or option, as a case file writes it
    now : the figures of the last combination that made sense
    problem : one line about a combination that makes none, else ""
    caution : one line about one that does and should be read with care, else ""
    """

    def __init__(
        self,
        case: str | Path,
        scenario: str = "",
        settings: Mapping[str, Any] | Iterable[str] = (),
        seed: int = 0,
        draws: int = DRAWS,
    ):
        self.case_file, self.scenario, self.seed, self.draws = case, scenario, seed, draws
        self.before = Reading(load(case, scenario), seed, draws)
        self.changed: dict[str, Any] = {}
        self.past: list[dict[str, Any]] = []
        self.problem = self.caution = ""
        self.now = self.before
        given = read_settings(settings)
        if given:
            load(case, scenario, given)  # what cannot stand is refused with all its problems
            self._read({name: self._as_written(name, value) for name, value in given.items()})

    @property
    def base(self) -> Case:
        return self.before.case

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        return sections(self.base)

    @cached_property
    def rows(self) -> dict[str, Row]:
        return {row.name: row for section in self.sections for row in section.rows}

    # --- What stands, and what is set ----------------------------------------------------------

    def spec(self, name: str) -> Any:
        """An input as it is written now."""
        given = self.base.inputs[name]
        return self.changed.get(name, given.chance if given.role == "question" else given.value)

    def number(self, slider: Slider) -> float:
        """What a slider shows now."""
        return shown(self.base, slider, self.spec(slider.name))

    def move(self, slider: Slider, number: float) -> None:
        """Set what a slider shows."""
        name, given = slider.name, self.base.inputs[slider.name]
        base_spec = given.chance if given.role == "question" else given.value
        number = number / slider.scale
        if slider.keys == (SCALED,):
            shapes = self.base.shapes[name]
            new: Any = {g: moved(base_spec[g], shapes[g].base, shapes[g].base * number) for g in shapes}
        elif name == self.base.class_size.mix:
            new = mixed(self.spec(name), slider.keys[0], round(number, 12))
        else:
            base = shown(self.base, slider, base_spec) / slider.scale
            share = given.unit in ("share", "answer")
            spec = for_each_answer(self.spec(name), base_spec) if given.role == "question" else self.spec(name)
            new = with_part(spec, slider.keys, moved(part(base_spec, slider.keys), base, number, share))
        self.set(name, new)

    def answer(self, name: str, said: str) -> None:
        """Answer a question with a certain ``yes`` or ``no``, or leave it ``uncertain``, as the case file has it."""
        given = self.base.inputs[name].chance
        open_chance = given if isinstance(given, dict) or 0.0 < given < 1.0 else 0.5
        self.set(name, {"yes": 1.0, "no": 0.0}.get(said, open_chance))

    def answered(self, name: str) -> str:
        """yes, no or uncertain."""
        return {1.0: "yes", 0.0: "no"}.get(self.spec(name), "uncertain") if self._is_one(name) else "uncertain"

    def _is_one(self, name: str) -> bool:
        return not isinstance(self.spec(name), dict)

    def set(self, name: str, value: Any) -> None:
        """Write an input; what is written as in the case file is no change."""
        given = self.base.inputs[name]
        new = {other: spec for other, spec in self.changed.items() if other != name}
        if value != (given.chance if given.role == "question" else given.value):
            new[name] = value
        if new != self.changed:
            self.past.append(self.changed)
            self._read(new)

    def undo(self) -> None:
        """Undo the last change."""
        if self.past:
            self._read(self.past.pop())

    def reset(self) -> None:
        """Undo every change; one `undo` restores them."""
        if self.changed:
            self.past.append(self.changed)
            self._read({})

    def _as_written(self, name: str, value: Any) -> Any:
        if name not in self.base.inputs:
            sentence = (
                f"{name} is a part of the case and not an input; the explorer moves inputs. Write it in a scenario."
            )
            raise CaseError(str(self.case_file), [Problem("--set", "", sentence)])
        question = self.base.inputs[name].role == "question"
        return {"yes": 1.0, "no": 0.0}.get(value, value) if question and isinstance(value, str) else value

    def _read(self, changed: dict[str, Any]) -> None:
        """Make the case under these changes; one that makes no sense leaves the figures as they were."""
        self.changed, self.problem, self.caution = changed, "", ""
        try:
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always", DamagesWarning)
                case = load(self.case_file, self.scenario, changed) if changed else self.base
                reading = Reading(case, self.seed, self.draws) if changed else self.before
                reading.estimate  # noqa: B018  a figure that cannot be worked out is found here
        except DamagesError as error:
            self.problem = one_line(error)
            return
        self.caution = " ".join(dict.fromkeys(str(warning.message) for warning in said))
        self.now = reading

    # --- What becomes of it --------------------------------------------------------------------

    @property
    def path(self) -> str:
        """The case file as a command names it."""
        return named(find(self.case_file))

    def words(self) -> list[str]:
        """The command that renders these settings, word by word."""
        words = ["damages", "report", self.path, *(["--scenario", self.scenario] if self.scenario else [])]
        for name, value in self.changed.items():
            words += ["--set", f"{name}={value if isinstance(value, str) else written(value)}"]
        if self.changed:  # never over the report of the case as it is filed
            words += ["--out", f"reports/{self.base.known_as}_explored"]
        for name, given, usual in (("draws", self.draws, DRAWS), ("seed", self.seed, 0)):
            words += [f"--{name}", str(given)] if given != usual else []
        return words

    @property
    def command(self) -> str:
        """The same as it is typed."""
        return shlex.join(self.words())

    def save(self, name: str, why: str, replace: bool = False) -> Path:
        """Save the changes as a sparse scenario; its path.

        Raises
        ------
        CaseError : a name, a reason or settings that cannot stand; nothing is written
        """
        return save_scenario(self.base, self.case_file, self.changed, name, why, replace)

    def taken(self, name: str) -> bool:
        """Whether this case has a scenario of that name."""
        return name.strip() in scenarios(self.case_file)

    def short_name(self, path: Path) -> str:
        """The name of a scenario file as ``--scenario`` takes it."""
        return path.stem.removeprefix(f"{find(self.case_file).stem}_")


def one_line(error: DamagesError) -> str:
    """The sentences of a message in one line, without the places in a file that the reader has not open."""
    problems = getattr(error, "problems", ())
    return " ".join(f"{p.name}: {p.sentence}" if p.name else p.sentence for p in problems) or str(error)


def case_files() -> dict[str, str]:
    """The cases of the project and of the library: title → path."""
    found = {}
    for path in cases():
        title = re.search(r"^title: *(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        if title:
            found[title[1].strip("\"'")] = named(path)
    return found


def scenario_names(case: str | Path) -> list[str]:
    """The base case and every scenario of it."""
    return ["", *scenarios(case)]
