"""What a reader can move: every input of a case as a control, in the order of the model."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from damages.case.derived import implied_names, names_from_dates
from damages.case.schema import Case
from damages.explorer.values import figure, for_each_answer, part
from damages.ranges.distributions import Shape
from damages.reader.units import UNITS
from damages.reader.words import Input, references
from damages.report.table import percent, write
from damages.report.views.case_file import KIND_WORDS

Kind = Literal["number", "question", "choice", "theory"]
IN_PERCENT = {"share": "%", "answer": "%", "per_month": "% a month", "per_year": "% a year"}
WHOLE = ("people", "count", "days")
STEPS = 120  # about this many on a slider
MOST_GROUPS = 12  # with more, one slider scales all of them
SCALED = "times"  # the part of that slider


@dataclass(frozen=True)
class Slider:
    """One number that can be moved, as it is shown: ``shown`` = figure × ``scale``.

    ``keys`` lead to it within its input's value: a group, or the answer that a chance depends on.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    low: float
    high: float
    step: float
    scale: float

    @property
    def places(self) -> int:
        """Decimals that the step needs."""
        return max(0, -math.floor(math.log10(self.step) + 1e-9))


@dataclass(frozen=True)
class Row:
    """One input: what it is called, how it is moved, and where its value comes from."""

    name: str
    kind: Kind
    label: str
    sliders: tuple[Slider, ...]
    options: dict[str, str]
    meaning: str
    source: str
    url: str


@dataclass(frozen=True)
class Section:
    """A step of the model with the inputs that it reads."""

    title: str
    rows: tuple[Row, ...]


def sections(case: Case) -> tuple[Section, ...]:
    """Every input once: the class, theories and questions, awards, judgment, settlement."""
    switches = [f"{name}_pleaded" for name in case.theories]
    hidden = {f"{name}_groups" for name in case.theories} | {f"{m}_covers" for m in case.class_size.methods or {}}
    implied = [name for theory in case.theories for name in case.inputs if name in implied_names(theory)]
    people = [f"{name}_people" for name in case.class_size.methods or {}]
    pleaded = [case.pleaded.usd_per_member] if case.pleaded else []
    judged = sorted(names_from_dates(case) - {"class_period_months"})
    wanted: list[tuple[str, list[str]]] = [
        ("Theories and questions", [*switches, *case.questions]),
        ("The class", [*_named(case.class_size), *people, "class_period_months"]),
        ("Recovery per member", [*pleaded, *_named(case.theories), *implied]),
        ("The judgment", [*_named(case.judgment), *judged]),
        ("Settlement and litigation costs", [*_named(case.settlement), *_named(case.relief), *case.inputs]),
    ]
    found, taken = [], set(hidden)
    for title, names in wanted:
        mine = [name for name in dict.fromkeys(names) if name in case.inputs and name not in taken]
        taken |= set(mine)
        found.append(Section(title, tuple(_row(case, name) for name in mine)))
    found[:2] = found[1::-1]  # the class comes first; a switch and a question belong to no other step
    return tuple(section for section in found if section.rows)


def _named(parts: Any) -> list[str]:
    return [name for _, refers, name in references(parts) if refers.to in ("input", "choice")]


def _row(case: Case, name: str) -> Row:
    given = case.inputs[name]
    kind: Kind = "number"
    options: dict[str, str] = {}
    if given.role == "question":
        kind = "question"
    elif given.role == "choice":
        kind = "theory" if name in {f"{theory}_pleaded" for theory in case.theories} else "choice"
        options = dict(given.options or {})
    theory = case.theories[name.removesuffix("_pleaded")] if kind == "theory" else None
    cited, label = (theory or given).source, (theory or given).label
    checked = ", unverified" if cited.checked == "unverified" else ""
    source = f"{KIND_WORDS[cited.kind].capitalize()}{checked}: {' '.join(cited.cite.split())}"
    sliders = () if options else tuple(_sliders(case, name, given))
    return Row(name, kind, label, sliders, options, _meaning(case, name, given), source, cited.url or "")


def _sliders(case: Case, name: str, given: Input) -> Iterator[Slider]:
    if given.role == "question":
        for keys, answers in _branches(given.chance):
            label = "Chance of yes" + "".join(f", if {case.inputs[other].label}: {said}" for other, said in answers)
            yield Slider(name, keys, f"{label}, %", 0.0, 100.0, 1.0, 100.0)
        return
    shapes = case.shapes[name]
    if len(shapes) > MOST_GROUPS:
        yield Slider(name, (SCALED,), "All groups, % of the case file", 0.0, 200.0, 1.0, 100.0)
        return
    highest = max(_ends(shape, given.unit)[1] for shape in shapes.values())
    scale, words = _scale(given.unit, highest)
    for group, shape in shapes.items():
        low, high = (end * scale for end in _ends(shape, given.unit))
        step = _nice((high - low) / STEPS)
        if given.unit in WHOLE and scale == 1.0:
            step = max(step, 1.0)
        label = ", ".join(filter(None, [case.groups[group] if group else given.label, words]))
        low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
        yield Slider(name, (group,) if group else (), label, round(low, 9), round(high, 9), step, scale)


def _branches(chance: Any) -> Iterator[tuple[tuple[str, ...], tuple[tuple[str, str], ...]]]:
    """Every chance of a question, with the answers it depends on."""
    if not isinstance(chance, dict):
        yield (), ()
        return
    for answer in ("yes", "no"):
        for keys, answers in _branches(chance[answer]):
            yield (answer, *keys), ((chance["given"], answer), *answers)


def _ends(shape: Shape, unit: str) -> tuple[float, float]:
    """How far a slider reaches: a range and half as much on either side, or up to twice a single value."""
    bounds = UNITS[unit]
    if shape.is_fixed:
        size = abs(shape.base)
        if unit == "share":
            return 0.0, 1.0 if size > 0.45 or size == 0.0 else min(1.0, 2.0 * size)
        most = 2.0 * size or {"usd": 1e8, "per_month": 0.1, "per_year": 0.1}.get(unit, 100.0)
        return (-most if shape.base < 0 else 0.0), min(most, bounds.high)
    low, high = shape.low, shape.high
    if not (math.isfinite(low) and math.isfinite(high)) or high - low > 50 * max(abs(shape.base), 1e-12):
        low, high = (float(shape.law.ppf(level)) for level in (0.01, 0.99))
    room = (high - low) / 2
    least = max(bounds.low, 0.0 if low >= 0 else low - room)
    return max(least, low - room), min(bounds.high, high + room)


def _scale(unit: str, highest: float) -> tuple[float, str]:
    """What a figure is multiplied by to be shown, and the words of its unit: never so many digits that one would write a comma."""
    if unit in IN_PERCENT:
        return 100.0, IN_PERCENT[unit]
    words = {"count": "", "people": "people"}.get(unit, UNITS[unit].words)
    for least, size, word in ((2e9, 1e9, "billion"), (2e6, 1e6, "million"), (1e5, 1e3, "thousand")):
        if highest >= least:
            plain = words.removeprefix("USD").strip()
            return 1.0 / size, " ".join(filter(None, ["USD" if "USD" in words else "", word, plain]))
    return 1.0, words


def _nice(step: float) -> float:
    """The next of 1, 2, 5, 10, 20, … that is not smaller."""
    power = 10.0 ** math.floor(math.log10(step))
    return round(next(power * times for times in (1, 2, 5, 10) if power * times >= step * (1 - 1e-9)), 12)


def _meaning(case: Case, name: str, given: Input) -> str:
    """What moving the control does, from where."""
    note = f" {given.note}" if given.note else ""
    if given.role == "choice":
        return f"In the case file: {(given.options or {}).get(given.value, given.value)}.{note}"
    if given.role == "question":
        first = "" if isinstance(given.chance, dict) else f"Yes with a chance of {percent(given.chance)}. "
        return f"{first}Better for the class: {given.favours or 'yes'}.{note}"
    shapes = case.shapes[name]
    if not case.has_range(name):
        return f"One value: {write([shape.base for shape in shapes.values()], given.unit)}.{note}"
    said = "; ".join(
        f"{case.groups[group]}: {_range(shape, given.unit)}" if group else _range(shape, given.unit)
        for group, shape in shapes.items()
    )
    return f"Range: {said}. {_what_moves(shapes)}{note}"


def _range(shape: Shape, unit: str) -> str:
    if isinstance(shape.spec, dict) and "likely" in shape.spec:
        low, likely, high = (write(shape.spec[key], unit) for key in ("low", "likely", "high"))
        return f"{low} to {high}, likely {likely}"
    return write(shape.base, unit) if shape.is_fixed else f"{shape}, base value {write(shape.base, unit)}"


def _what_moves(shapes: dict[str, Shape]) -> str:
    forms = {key for shape in shapes.values() if isinstance(shape.spec, dict) for key in shape.spec}
    if forms & {"likely", "triangular"}:
        return "The slider sets the likely value within the range."
    return "The slider shifts the range." if "between" in forms else "The slider fixes it at one value."


def shown(case: Case, slider: Slider, spec: Any) -> float:
    """The number on a slider when its input is written as ``spec``; ``case`` is the one that the sliders were made for."""
    given = case.inputs[slider.name]
    if slider.keys == (SCALED,):
        before, now = (_total(value) for value in (given.value, spec))
        return round(slider.scale * now / before, 9) if before else slider.scale
    if given.role == "question":
        return round(float(part(for_each_answer(spec, given.chance), slider.keys)) * slider.scale, 9)
    inner = part(spec, slider.keys)
    shape = case.shapes[slider.name][slider.keys[0] if slider.keys else ""]
    between = isinstance(inner, dict) and "between" in inner and inner != shape.spec
    base = _middle(inner["between"], given.unit) if between else shape.base
    return round(figure(inner, base) * slider.scale, 9)


def _total(value: dict[str, Any]) -> float:
    return sum(figure(inner, 0.0) for inner in value.values())


def _middle(ends: list[float], unit: str) -> float:
    """The median of what was said as ``between``."""
    low, high = ends
    if UNITS[unit].high > 1.0:
        return math.sqrt(low * high)
    odds = math.sqrt(low / (1 - low) * high / (1 - high))
    return odds / (1 + odds)
