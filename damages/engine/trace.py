"""The model as a straight list of array operations: traced once, run on every block of draws.

The model's functions take numbers, arrays and workbook cells; here they take a `Traced` value, which writes down what
is done to it. What comes out is the same arithmetic without what nobody reads: a step that two answer paths share is
worked out once, one that cannot change anything (× 1, + 0, the greater of two ranges that do not overlap) is left out,
and so is every line that is not asked for. Figures are those of the model itself, which the tests hold beside it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

Range = tuple[float, float]
ANYTHING: Range = (-math.inf, math.inf)


@dataclass(frozen=True)
class Ref:
    """A step of a program: its number."""

    step: int


Argument = Ref | float | np.ndarray


@dataclass(frozen=True)
class Step:
    """One operation on earlier steps and constants; ``last_use`` lists the steps that nobody reads after it."""

    function: Callable[..., Any]
    arguments: tuple[Argument, ...]
    last_use: tuple[int, ...] = ()


@dataclass(frozen=True)
class Program:
    """Steps whose first results are the sampled inputs; constants by group are columns (n_groups, 1)."""

    inputs: tuple[str, ...]
    steps: tuple[Step, ...]
    wanted: tuple[int, ...]
    count: int

    def run(self, sampled: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        """The wanted figures for a block of draws, each (n_draws,).

        Parameters
        ----------
        sampled : name → (n_draws,), or (n_groups, n_draws)
        """
        known: list[Any] = [sampled[name] for name in self.inputs]
        known += [None] * self.count
        at = len(self.inputs)
        for step in self.steps:
            known[at] = step.function(*[known[a.step] if isinstance(a, Ref) else a for a in step.arguments])
            for done in step.last_use:
                known[done] = None
            at += 1
        return [known[step] for step in self.wanted]


class Tracer:
    """Writes down what is done to a case's inputs."""

    def __init__(self) -> None:
        self.inputs: list[str] = []
        self._made: list[tuple[Callable[..., Any], tuple[Argument, ...]] | None] = []
        self._seen: dict[Any, Traced] = {}

    def input(self, name: str, wide: bool, ends: Range) -> Traced:
        """An input that is sampled: its range, and whether it differs by group. All come before any step."""
        self.inputs.append(name)
        self._made.append(None)
        low, high = (end * (1.0 - math.copysign(1e-6, end * side)) for end, side in zip(ends, (1, -1), strict=True))
        return Traced(self, len(self._made) - 1, wide, (low, high))

    def step(self, function: Callable[..., Any], arguments: Sequence[Any], wide: bool, ends: Range) -> Traced:
        """A new step, or the earlier one that does the same."""
        plain = tuple(_argument(argument) for argument in arguments)
        key = (function, *map(_key, plain))
        if key not in self._seen:
            self._made.append((function, plain))
            self._seen[key] = Traced(self, len(self._made) - 1, wide, ends)
        return self._seen[key]

    def share_of(self, part: Any, whole: Any) -> float | None:
        """The constant that makes a figure from another, where that is how it was made."""
        made = self._made[part.number] if isinstance(part, Traced) else None
        if not isinstance(whole, Traced) or made is None or made[0] is not np.multiply:
            return None
        first, second = made[1]
        for one, other in ((first, second), (second, first)):
            if isinstance(one, Ref) and one == Ref(whole.number) and isinstance(other, float):
                return other
        return None

    def at_least(self, greater: Any, other: Any) -> bool:
        """Whether a figure was made as the greater of another and something else."""
        made = self._made[greater.number] if isinstance(greater, Traced) else None
        return made is not None and made[0] is np.maximum and _key(_argument(other)) in map(_key, made[1])

    def program(self, wanted: Sequence[Traced]) -> Program:
        """What is needed for some figures, in order."""
        needed, todo = set(), [figure.number for figure in wanted]
        while todo:
            number = todo.pop()
            made = self._made[number]
            if number not in needed and made is not None:
                todo += [a.step for a in made[1] if isinstance(a, Ref)]
            needed.add(number)
        order = [*range(len(self.inputs)), *(n for n in sorted(needed) if n >= len(self.inputs))]
        place = {number: i for i, number in enumerate(order)}
        last: dict[int, int] = {}
        kept = {place[figure.number] for figure in wanted}
        steps: list[tuple[Callable[..., Any], tuple[Argument, ...]]] = []
        for number in order[len(self.inputs) :]:
            function, arguments = self._made[number] or (np.positive, ())
            moved = tuple(Ref(place[a.step]) if isinstance(a, Ref) else a for a in arguments)
            last |= {a.step: len(steps) for a in moved if isinstance(a, Ref)}
            steps.append((function, moved))
        done: dict[int, list[int]] = {}
        for step, at in last.items():
            if step not in kept:
                done.setdefault(at, []).append(step)
        made_steps = tuple(Step(f, arguments, tuple(done.get(i, ()))) for i, (f, arguments) in enumerate(steps))
        return Program(tuple(self.inputs), made_steps, tuple(place[f.number] for f in wanted), len(steps))


class Traced(NDArrayOperatorsMixin):
    """A figure that is not worked out yet: its step, whether it differs by group, and the range it must lie in."""

    __hash__ = object.__hash__

    def __init__(self, tracer: Tracer, number: int, wide: bool, ends: Range):
        self.tracer, self.number, self.wide, self.ends = tracer, number, wide, ends

    def __array_ufunc__(self, function: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            return NotImplemented
        return _traced(self.tracer, function, [_plain(value) for value in inputs])

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        if function is np.where:
            return _traced(self.tracer, np.where, [_plain(value) for value in arguments])
        if function is np.sum:
            figure = arguments[0]
            if not figure.wide:
                return figure
            low, high = figure.ends
            many = 1e6  # more groups than any case has
            return self.tracer.step(
                _total, [figure], False, (low if low >= 0 else low * many, high if high <= 0 else high * many)
            )
        return NotImplemented


def _total(per_group: np.ndarray) -> np.ndarray:
    return per_group.sum(axis=0)


def _plain(value: Any) -> Any:
    """A figure, a number, or an array of one number for each of several groups."""
    if isinstance(value, Traced):
        return value
    if isinstance(value, float | int):
        return float(value)
    value = np.asarray(value, dtype=float)
    return float(value.ravel()[0]) if value.size == 1 else value.ravel()


def _argument(value: Any) -> Argument:
    if isinstance(value, Traced):
        return Ref(value.number)
    return value[:, None] if isinstance(value, np.ndarray) else value


def _key(argument: Argument) -> Any:
    """What two arguments that are the same have in common."""
    return argument.tobytes() if isinstance(argument, np.ndarray) else argument


def _traced(tracer: Tracer, function: Any, values: list[Any]) -> Any:
    """A step, or what it comes to without one."""
    wide = any(isinstance(value, np.ndarray) or getattr(value, "wide", False) for value in values)
    known = _WITHOUT_A_STEP[function](values) if function in _WITHOUT_A_STEP else None
    if function is np.greater and tracer.at_least(values[1], values[0]):
        known = 0.0
    if function is np.greater_equal and tracer.at_least(values[0], values[1]):
        known = 1.0
    if known is not None and (_is(known, 0.0) or not wide or getattr(known, "wide", False)):
        return known
    ends = _RANGES[function](*[_ends(value) for value in values]) if function in _RANGES else ANYTHING
    if function is np.subtract and (share := tracer.share_of(values[1], values[0])) is not None:
        ends = _of_products(values[0].ends, (1.0 - share, 1.0 - share))  # what is left of a figure after a share of it
    return tracer.step(function, values, wide, ends)


def _is(value: Any, number: float) -> bool:
    return isinstance(value, float) and value == number


def _ends(value: Any) -> Range:
    if isinstance(value, Traced):
        return value.ends
    if isinstance(value, float):
        return (value, value)
    return (float(np.min(value)), float(np.max(value)))


def _product(values: list[Any]) -> Any:
    first, second = values
    if _is(first, 0.0) or _is(second, 0.0):
        return 0.0
    return second if _is(first, 1.0) else first if _is(second, 1.0) else None


def _sum(values: list[Any]) -> Any:
    first, second = values
    return second if _is(first, 0.0) else first if _is(second, 0.0) else None


def _greater_of(values: list[Any]) -> Any:
    first, second = values
    (a_low, a_high), (b_low, b_high) = _ends(first), _ends(second)
    return first if a_low >= b_high else second if b_low >= a_high else None


def _lesser_of(values: list[Any]) -> Any:
    first, second = values
    (a_low, a_high), (b_low, b_high) = _ends(first), _ends(second)
    return first if a_high <= b_low else second if b_high <= a_low else None


def _compared(surely: Callable[[Range, Range], bool], never: Callable[[Range, Range], bool]) -> Any:
    def decide(values: list[Any]) -> Any:
        first, second = _ends(values[0]), _ends(values[1])
        return 1.0 if surely(first, second) else 0.0 if never(first, second) else None

    return decide


def _chosen(values: list[Any]) -> Any:
    condition, then, otherwise = values
    if isinstance(condition, float):
        return then if condition else otherwise
    return then if then is otherwise or (isinstance(then, float) and _is(otherwise, then)) else None


_WITHOUT_A_STEP: dict[Any, Callable[[list[Any]], Any]] = {
    np.multiply: _product,
    np.add: _sum,
    np.subtract: lambda values: values[0] if _is(values[1], 0.0) else None,
    np.divide: lambda values: values[0] if _is(values[1], 1.0) else 0.0 if _is(values[0], 0.0) else None,
    np.maximum: _greater_of,
    np.minimum: _lesser_of,
    np.greater: _compared(lambda a, b: a[0] > b[1], lambda a, b: a[1] <= b[0]),
    np.less: _compared(lambda a, b: a[1] < b[0], lambda a, b: a[0] >= b[1]),
    np.greater_equal: _compared(lambda a, b: a[0] >= b[1], lambda a, b: a[1] < b[0]),
    np.less_equal: _compared(lambda a, b: a[1] <= b[0], lambda a, b: a[0] > b[1]),
    np.equal: _compared(lambda a, b: a[0] == a[1] == b[0] == b[1], lambda a, b: a[1] < b[0] or a[0] > b[1]),
    np.where: _chosen,
}


def _of_products(a: Range, b: Range) -> Range:
    ends = [0.0 if 0.0 in (x, y) else x * y for x in a for y in b]
    return min(ends), max(ends)


def _of_quotients(a: Range, b: Range) -> Range:
    if b[0] <= 0:
        return ANYTHING
    ends = [x / y if math.isfinite(y) else 0.0 for x in a for y in b if math.isfinite(x) or math.isfinite(y)]
    return min([*ends, *(x for x in a if math.isinf(x))]), max([*ends, *(x for x in a if math.isinf(x))])


_RANGES: dict[Any, Callable[..., Range]] = {
    np.add: lambda a, b: (a[0] + b[0], a[1] + b[1]),
    np.subtract: lambda a, b: (a[0] - b[1], a[1] - b[0]),
    np.multiply: _of_products,
    np.divide: _of_quotients,
    np.maximum: lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
    np.minimum: lambda a, b: (min(a[0], b[0]), min(a[1], b[1])),
    np.where: lambda condition, a, b: (min(a[0], b[0]), max(a[1], b[1])),
    **dict.fromkeys((np.greater, np.less, np.greater_equal, np.less_equal, np.equal), lambda a, b: (0.0, 1.0)),
}
