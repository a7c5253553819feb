"""The table of known answers and the library's own."""

from __future__ import annotations

from collections.abc import Sequence

from damages.report.table import Column, Table
from damages.validation.known_answers import Check


def validation_table(checks: Sequence[Check], *groups: str) -> Table:
    """Each known answer compared with the library's figure; for some groups, or all."""
    rows = tuple(
        {
            "group": check.group,
            "label": check.what,
            "known": check.known,
            "ours": check.ours,
            "difference": check.ours - check.known,
            "within": check.within,
            "holds": "yes" if check.holds else "no",
            "source": check.source,
        }
        for check in checks
        if not groups or check.group in groups
    )
    columns = (
        Column("label", "What"),
        Column("known", "Known", "figure"),
        Column("ours", "Ours", "figure"),
        Column("difference", "Difference", "figure"),
        Column("within", "Tolerance", "figure"),
        Column("holds", "Holds"),
        Column("source", "Source"),
    )
    return Table("; ".join(groups) or "Known answers", columns, rows)
