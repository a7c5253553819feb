"""A case's inputs as a DataFrame, for work of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas

    from damages.case.schema import Case

LEVELS = {"p05": 0.05, "p50": 0.5, "p95": 0.95}


def frame_of(case: Case) -> pandas.DataFrame:
    """One row for each input, and one for each group where an input differs by group; percentiles where it has a range."""
    import pandas

    rows: list[dict[str, Any]] = []
    for name, given in case.inputs.items():
        about = {
            "label": given.label,
            "role": given.role,
            "unit": given.unit,
            "kind": given.source.kind,
            "source": " ".join(given.source.cite.split()),
            "checked": given.source.checked,
            "holder": given.holder,
        }
        if name not in case.shapes:
            rows.append({"input": name, "group": "", "value": given.value, **about})
        for group, shape in case.shapes.get(name, {}).items():
            levels = {key: float(shape.quantile(np.array([level]))[0]) for key, level in LEVELS.items()}
            rows.append({"input": name, "group": group, "value": shape.base, **levels, **about})
    columns = ["input", "group", "value", *LEVELS, *about] if rows else []
    return pandas.DataFrame(rows, columns=columns)
