"""What an open cell may hold: in words, as a rule of the spreadsheet, and as a formula that finds what was pasted past it."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from damages.case.rules import REFUSE_RATIO
from damages.case.schema import Case
from damages.reader.units import UNITS
from damages.report.cells import Cells

OK = "OK"
MOST_TITLE, MOST_MESSAGE = 32, 255  # letters that a spreadsheet shows


class Allowed(NamedTuple):
    """What a cell may hold: one of the options where there are any, else a number from low to high."""

    low: float = -math.inf
    high: float = math.inf
    options: tuple[Any, ...] = ()
    words_of: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What is allowed, in a few words."""
        if self.options:
            listed = [str(option) for option in self.options]
            return " or ".join(filter(None, [", ".join(listed[:-1]), listed[-1]]))
        if math.isinf(self.high):
            return f"{_written(self.low)} or more"
        return f"from {_written(self.low)} to {_written(self.high)}"

    def finds(self, cell: Cells, own: str, given: str, options: str) -> Cells:
        """The word for what a cell holds: OK, or what is wrong with it.

        Parameters
        ----------
        cell : the cell in use
        own, given : the reader's own cell, and the formula of the one that is used when that is empty
        options : the cells that list the options
        """
        found: Any = OK
        if self.options:
            listed = Cells(
                (f"IFERROR(SUMPRODUCT(({cell.formulas[0]}={options})*1),0)",), np.isin(cell.values, self.options)
            )
            found = np.where(listed > 0, OK, "not in the list")
        else:
            if math.isfinite(self.high):
                found = np.where(cell > self.high, f"above {_written(self.high)}", found)
            found = np.where(cell < self.low, f"below {_written(self.low)}", found)
        inner = found.formulas[0]
        if not self.options:
            inner = f'IF(ISNUMBER({cell.formulas[0]}),{inner},"not a number")'
        return Cells((f'IF(AND(ISBLANK({own}),ISBLANK({given})),"empty",{inner})',), found.values)

    def validation(self, label: str, options: str) -> dict[str, Any]:
        """The rule for a cell: what it refuses, and what it says before and after."""
        share = " 5 percent is written 0.05." if (self.low, self.high) == (0.0, 1.0) else ""
        said = "; ".join(f"{option}: {words}" for option, words in zip(self.options, self.words_of, strict=True))
        rule: dict[str, Any] = {"validate": "list", "source": f"={options}"}
        if not self.options and math.isinf(self.high):
            rule = {"validate": "decimal", "criteria": ">=", "value": _plain(self.low)}
        elif not self.options:
            rule = {"validate": "decimal", "criteria": "between"}
            rule |= {"minimum": _plain(self.low), "maximum": _plain(self.high)}
        return rule | {
            "input_title": _cut(f"Your value: {self.words}", MOST_TITLE),
            "input_message": _cut(
                f"{_cut(label, 100)}. Allowed: {said or self.words}.{share} Left empty, the scenario's value is used.",
                MOST_MESSAGE,
            ),
            "error_type": "stop",
            "error_title": "Not allowed here",
            "error_message": _cut(f"{_cut(label, 100)}. Allowed: {said or self.words}.{share}", MOST_MESSAGE),
        }


ANSWER = Allowed(options=(1, 0), words_of=("yes", "no"))


def allowed(case: Case, name: str) -> Allowed:
    """What the cell of an input may hold."""
    given = case.inputs[name]
    if given.role == "choice":
        options = given.options or {}
        return Allowed(options=tuple(options), words_of=tuple(options.values()))
    return Allowed(*bounds(case, name))


def bounds(case: Case, name: str) -> tuple[float, float]:
    """The least and the most that an input may be: what its unit allows, and its use."""
    unit = UNITS[case.inputs[name].unit]
    low, high = unit.low, unit.high
    turnover, punitive = case.class_size.turnover, case.judgment.punitive
    if turnover and name == turnover.churn:
        low = max(low, 0.0)
    if punitive and name in (punitive.ratio, punitive.most_ratio):
        high = min(high, REFUSE_RATIO)
    return low, high


def _written(number: float) -> str:
    return f"{number:,.15g}" if abs(number) < 1e15 else f"{number:g}"


def _plain(number: float) -> float | int:
    return int(number) if float(number).is_integer() else number


def _cut(text: str, most: int) -> str:
    """A text in one line, cut where a spreadsheet would refuse it."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"
