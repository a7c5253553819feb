"""How an estimate shows itself in a notebook: as the tables of a report."""

from __future__ import annotations

from typing import Any

from damages.engine.paths import Estimate
from damages.report.tables import headline_table, lines_table
from damages.report.views.case_file import title


def parts(thing: Estimate) -> tuple[Any, ...]:
    """The title and tables that stand for it."""
    return title(thing.case, "At base values"), headline_table(thing), lines_table(thing)


def html(thing: Estimate) -> str:
    """For a notebook."""
    return "".join(part._repr_html_() for part in parts(thing))


def text(thing: Estimate, printer: Any, cycle: bool) -> None:
    """For IPython in a terminal; a thing within another in one line."""
    printer.text("\n\n".join(map(repr, parts(thing))) if printer.stack == [id(thing)] else repr(thing))
