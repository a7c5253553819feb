"""A case that is read and whose figures are figures: the one door from a file to what is worked out.

Bounds on each input (`damages.reader.units`) do not say what the model makes of them together: a revenue divided by a
share that can be 0, a stock that shrinks by half each month for decades, interest that ends before the payments it
runs on. So the model is run once at base values, with each uncertain number at the smallest and the largest value that
can be drawn, and with all of them at such ends at once. A line that is not a number, or below 0, or more money than
there is, refuses the case, with the line of the file that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import numpy as np

from damages.case.load import load as read
from damages.case.load import scenarios
from damages.case.schema import Case
from damages.engine.paths import Path, answer_paths, answers_for_class, base_values
from damages.errors import CaseError, Problem
from damages.model.estimate import after_answers, before_answers

LOWEST, HIGHEST = 2.0**-60, 2.0**-53  # the chances of the ends of a quantile table
TOGETHER = 16  # runs with every number at one of its ends
ROUNDING = 1e-9  # of the largest figure beside it: less than 0 by so little is 0
MOST_NAMED = 4  # other inputs behind a line
MOST = 1e15  # at base values: ten times the dollars that the world makes in a year, and the model's word for no limit


def load(
    case: str | FilePath | Mapping[str, Any],
    scenario: str = "",
    settings: Mapping[str, Any] | Iterable[str] = (),
    outside: bool = False,
) -> Case:
    """The case in a file, under a scenario, with settings: read, checked, and its lines tried.

    Parameters
    ----------
    case : path of a case file or of a scenario file; or a case's content as a dict
    scenario : name or path of a scenario: ``plaintiff`` means ``params/scenarios/<case>_plaintiff.yaml``
    settings : ``{"claims_rate": 0.08}``, or as after ``--set``: ``["claims_rate=0.08", "certified_sca=yes"]``
    outside : whether the case may name files outside its own folder and the project

    Raises
    ------
    CaseError : with every problem found, each with its line and what to write

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml", scenario="mediator", settings={"claims_rate": 0.08})
    >>> len(case.theories)
    3
    """
    found = read(case, scenario, settings, outside)
    problems = unsound(found, answer_paths(found))
    if problems:
        raise CaseError(found.name if isinstance(case, Mapping) else str(case), problems)
    return found


def load_beside(case: str | FilePath, names: Iterable[str] = (), settings: Iterable[str] = ()) -> dict[str, Case]:
    """Several scenarios of a case under their short names, to compare; the base and all of them when none is named.

    Parameters
    ----------
    names : scenarios; ``""`` is the base case
    settings : as for `load`, the same for all

    Raises
    ------
    CaseError : a scenario that is not there, or a case that cannot be used

    >>> import damages
    >>> list(damages.load_beside("params/linkedin.yaml", ["mediator"]))
    ['mediator']
    """
    settings = list(settings)
    wanted = list(names) or ["", *scenarios(case)]
    return {name or "base": load(case, name, settings) for name in wanted}


class Run(NamedTuple):
    """One run of the model: the input that is at an end of its range, none at base values or with all of them at ends; and the words for it."""

    name: str
    words: str


AT_BASE = Run("", "at base values")
AT_ENDS = Run("", "with the inputs at the ends of their ranges")


def unsound(case: Case, paths: Iterable[Path]) -> list[Problem]:
    """The first line that is no figure, for each input that makes it so."""
    runs, given = _runs(case)
    common = _Lines()
    found: dict[tuple[str, str], Problem] = {}
    with np.errstate(all="ignore"):
        before_answers(case, _Given(given, common), common)
        for answers in _answers(case, paths):
            lines = common.beside()
            after_answers(case, _Given({**given, **answers}, lines), lines)
            for problem in _of_lines(case, runs, lines):
                found.setdefault((problem.place, problem.name), problem)
    return list(found.values())


def _answers(case: Case, paths: Iterable[Path]) -> list[Mapping[str, float]]:
    """Every question answered for the class, and for each theory the likeliest path on which it stands."""
    found: list[Mapping[str, float]] = [answers_for_class(case)]
    seen = set[str]()
    for path in paths:  # the likeliest first
        if not seen.issuperset(path.standing or ("",)):
            seen.update(path.standing or ("",))
            found.append(path.answers)
    return found


def _runs(case: Case) -> tuple[list[Run], dict[str, Any]]:
    """The runs, and the inputs of all of them: name → number, word, (n_runs, 1) or (n_runs, n_groups)."""
    base = base_values(case)
    drawn = [
        (name, list(case.groups).index(group) if group else 0, shape)
        for name, given in case.inputs.items()
        if given.role == "uncertain"
        for group, shape in case.shapes[name].items()
        if not shape.is_fixed
    ]
    ends = [(float(shape.law.ppf(LOWEST)), float(shape.law.isf(HIGHEST))) for _, _, shape in drawn]
    count = 1 + 2 * len(drawn) + (TOGETHER if len(drawn) > 1 else 0)
    names = {name for name, _, _ in drawn}
    given = {
        name: np.repeat(np.atleast_2d(value), count, axis=0) if name in names else value for name, value in base.items()
    }
    runs = [AT_BASE]
    for i, ((name, column, _), (low, high)) in enumerate(zip(drawn, ends, strict=True)):
        given[name][1 + 2 * i, column], given[name][2 + 2 * i, column] = low, high
        runs += [Run(name, f"at its lowest, {low:.6g}"), Run(name, f"at its highest, {high:.6g}")]
        if len(drawn) > 1:  # all low, all high, and a fixed pattern of both
            which = [0, 1, *((k * (i + 1) * 0x9E3779B1 >> 16 & 1) for k in range(1, TOGETHER - 1))]
            given[name][-TOGETHER:, column] = np.where(which, high, low)
    runs += [AT_ENDS] * (count - len(runs))
    return runs, given


def _of_lines(case: Case, runs: Sequence[Run], lines: _Lines) -> Iterator[Problem]:
    """What is wrong with the first line that is no figure; the lines after it only repeat it."""
    for line, value in lines.items():
        figures = np.atleast_2d(np.asarray(value, dtype=float))
        nothing = ROUNDING * np.max(np.abs(figures), initial=1.0, where=np.isfinite(figures))
        bad = ~(figures >= -nothing) | np.isinf(figures)
        bad[0] |= figures[0] > MOST
        if not bad.any():
            continue
        rows = [int(row) for row in np.flatnonzero(bad.any(axis=1))]
        alone = [row for row in rows if runs[row].name]
        for row in rows[:1] if not rows[0] or not alone else alone:
            yield _problem(case, runs[row], line, float(figures[row][bad[row]][0]), lines.behind[line])
        return


def _problem(case: Case, run: Run, line: str, figure: float, behind: Sequence[str]) -> Problem:
    """Which line of the model is no figure, at the input that makes it so."""
    inputs = [name for name in behind if name in case.shapes]
    if run == AT_ENDS:
        inputs = [name for name in inputs if case.has_range(name)]
    # The one that is 0, or was set by hand, is the likeliest to be at fault.
    inputs.sort(key=lambda name: (any(shape.base for shape in case.shapes[name].values()), name not in case.settings))
    name = run.name or next(iter(inputs), "")
    if not np.isfinite(figure):
        what = "not a number: a division by 0, or growth without limit"
    else:
        what = f"{figure:.4g}, " + ("below 0" if figure < 0 else "more than there can be")
    others = [other for other in inputs if other != name]
    also = f" It follows from {', '.join(others[:MOST_NAMED])} too." if others else ""
    words = f"{run.words}, {line} is {what}.{also}"
    return Problem(case.place("inputs", name), f"inputs.{name}" if name else "", words)


class _Lines(dict[str, Any]):
    """The model's lines, with the inputs behind each: those read for it first, then those behind the lines read for it."""

    def __init__(self) -> None:
        super().__init__()
        self.behind: dict[str, list[str]] = {}
        self.read: list[str] = []

    def __getitem__(self, line: str) -> Any:
        self.read += self.behind[line]
        return super().__getitem__(line)

    def __setitem__(self, line: str, value: Any) -> None:
        self.behind[line] = list(dict.fromkeys(self.read))
        self.read = []
        super().__setitem__(line, value)

    def beside(self) -> _Lines:
        """The same lines, to be continued from."""
        other = _Lines()
        other.update(self)
        other.behind = dict(self.behind)
        return other


class _Given(dict[str, Any]):
    """The inputs, each noted when it is read."""

    def __init__(self, given: Mapping[str, Any], lines: _Lines):
        super().__init__(given)
        self._lines = lines

    def __getitem__(self, name: str) -> Any:
        self._lines.read.insert(0, name)
        return super().__getitem__(name)
