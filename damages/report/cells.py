"""The model read with formulas: the same functions, handed workbook cells, write a live spreadsheet.

NumPy hands every operation of the model to the operand's own type; `Cells` answers with a formula
and works out its value beside it, by the very same operation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import numpy as np

_TEMPLATES = {
    "add": "({}+{})",
    "subtract": "({}-{})",
    "multiply": "({}*{})",
    "divide": "({}/{})",
    "power": "({}^{})",
    "negative": "(-{})",
    "maximum": "MAX({},{})",
    "minimum": "MIN({},{})",
    "greater": "({}>{})",
    "greater_equal": "({}>={})",
    "less": "({}<{})",
    "less_equal": "({}<={})",
    "equal": "({}={})",
    "not_equal": "({}<>{})",
    "expm1": "(EXP({})-1)",
    "log1p": "LN(1+{})",
    "exp": "EXP({})",
    "log": "LN({})",
    "sqrt": "SQRT({})",
    "absolute": "ABS({})",
}
Operand = Any


class Cells(np.lib.mixins.NDArrayOperatorsMixin):
    """One figure as formulas: one for each group, or one for the whole class.

    Attributes
    ----------
    formulas : the formula of each column, without the leading ``=``
    values : what they come to; (n_groups,) or (1,)
    """

    def __init__(self, formulas: tuple[str, ...], values: np.ndarray):
        self.formulas, self.values = formulas, values

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *operands: Operand, **_: Any) -> Any:
        if method != "__call__" or ufunc.__name__ not in _TEMPLATES:
            return NotImplemented
        cells = [_as_cells(operand) for operand in operands]
        with np.errstate(all="ignore"):  # both sides of an IF are worked out, as in a spreadsheet only one is
            values = np.atleast_1d(ufunc(*(cell.values for cell in cells)))
        if (
            ufunc.__name__ == "add"
            and "0" in (first := [cell.formulas[0] for cell in cells])
            and len(set(map(len, cells))) == 1
        ):
            kept = cells[1 - first.index("0")]
            if all(formula == "0" for formula in cells[first.index("0")].formulas):
                return Cells(kept.formulas, values)
        return Cells(_columns(cells, _TEMPLATES[ufunc.__name__].format), values)

    def __array_function__(self, function: Any, types: Any, operands: Any, options: Any) -> Any:
        if function is np.where:
            cells = [_as_cells(operand) for operand in operands]
            return Cells(
                _columns(cells, "IF({},{},{})".format), np.atleast_1d(np.where(*(cell.values for cell in cells)))
            )
        if function is np.sum and options == {"axis": -1, "keepdims": True}:
            formulas = operands[0].formulas
            text = formulas[0] if len(formulas) == 1 else f"SUM({','.join(formulas)})"
            return Cells((text,), np.sum(operands[0].values, keepdims=True))
        return NotImplemented

    def __len__(self) -> int:
        return len(self.formulas)


def _as_cells(operand: Operand) -> Cells:
    """A number, a word or an array as the constant that a formula would write."""
    if isinstance(operand, Cells):
        return operand
    values = np.atleast_1d(np.asarray(operand))
    return Cells(tuple(_constant(value) for value in values), values)


def _constant(value: Any) -> str:
    if isinstance(value, str | np.str_):
        return '"' + str(value).replace('"', '""') + '"'
    if isinstance(value, bool | np.bool_):
        return "TRUE" if value else "FALSE"
    number = float(value)
    return f"{int(number)}" if number.is_integer() and abs(number) < 1e15 else repr(number).replace("e", "E")


def _columns(cells: list[Cells], write: Callable[..., str]) -> tuple[str, ...]:
    width = max(len(cell) for cell in cells)
    return tuple(write(*(cell.formulas[j if len(cell) > 1 else 0] for cell in cells)) for j in range(width))


class Rows(MutableMapping[str, Cells]):
    """Where the model's lines go in a workbook: setting a line writes a row, reading it gives its cells."""

    def __init__(self, write_row: Callable[[str, Cells], Cells]):
        self._write_row = write_row
        self._written: dict[str, Cells] = {}

    def __setitem__(self, name: str, value: Any) -> None:
        self._written[name] = self._write_row(name, _as_cells(value))

    def __getitem__(self, name: str) -> Cells:
        return self._written[name]

    def __delitem__(self, name: str) -> None:
        del self._written[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)
