"""The few operations beside + - * / that the model is written in.

Each hands its work to NumPy, and NumPy hands it on to the operand's own type. So the same model
function takes numbers, arrays whose columns are the groups, and workbook cells
(`damages.report.cells.Cells`), and there is no second version of it anywhere.

One shape: an array is ``(n_draws, n_groups)`` or broadcasts to it. A figure for the whole class
has one column, so it broadcasts back over the groups without further thought.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np


def greater_of(*values: Any) -> Any:
    """The greatest of the values, element by element.

    >>> float(greater_of(30.0, 1_000.0))
    1000.0
    """
    return reduce(np.maximum, values)


def lesser_of(*values: Any) -> Any:
    """The smallest of the values, element by element."""
    return reduce(np.minimum, values)


def when(condition: Any, then: Any, otherwise: Any = 0.0) -> Any:
    """``then`` where the condition holds, else ``otherwise``. An answered question chooses outright."""
    if isinstance(condition, bool | int | float):
        return then if condition else otherwise
    return np.where(condition, then, otherwise)


def total(per_group: Any) -> Any:
    """The sum over the groups, in one column."""
    return np.sum(per_group, axis=-1, keepdims=True)


def ratio(amount: Any, count: Any) -> Any:
    """``amount / count``, and 0 where there is nobody to divide by.

    >>> float(ratio(10.0, 4.0)), float(ratio(10.0, 0.0))
    (2.5, 0.0)
    """
    somebody = np.greater(count, 0)
    return when_each(somebody, amount / when_each(somebody, count, 1.0), 0.0)


def when_each(condition: Any, then: Any, otherwise: Any) -> Any:
    """`when` for a condition that is worked out and not answered: element by element."""
    return np.where(condition, then, otherwise)
