"""What is shown of one thing: its sentences, its table and its chart, each for itself or all together."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from matplotlib.axes import Axes

from damages.report.block import HtmlBlock
from damages.report.picture import Picture, picture
from damages.report.table import Table, Words

if TYPE_CHECKING:
    import pandas

Draw = Callable[
    ..., Axes | None
]  # a chart: (table, ax=None, **options) → its Axes, None where there is nothing to draw


@dataclass(frozen=True)
class View(HtmlBlock):
    """The words, the table and the chart of one result. A notebook shows all of them, or the one that is named.

    Attributes
    ----------
    draws : draws the table as a chart
    options : what the chart is told besides, such as ``most``
    drawn : the table that the chart draws, where it is not the one that is shown
    """

    words: Words | None = None
    table: Table | None = None
    draws: Draw | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    drawn: Table | None = None
    caption: str = ""

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes | None:
        """The chart on ``ax``, or on Axes of its own."""
        return self.draws(self.drawn or self.table, ax, **{**self.options, **options}) if self.draws else None

    @property
    def chart(self) -> Picture | None:
        """The chart as a picture with alt text."""
        return picture(self.plot(), self.caption)

    def frame(self) -> pandas.DataFrame:
        """The table's values as a DataFrame; empty where there is no table."""
        import pandas

        return self.table.frame() if self.table else pandas.DataFrame()

    def as_json(self) -> dict[str, Any]:
        """Its words and its table as data."""
        return {
            "words": list(self.words.paragraphs) if self.words else [],
            "tables": [self.table.as_json()] if self.table else [],
        }

    def head(self, count: int) -> View:
        """The same view with the first rows of its table alone."""
        return replace(self, table=self.table.head(count) if self.table else None, drawn=None)

    def only(self, **options: Any) -> View:
        """The same view, its chart told something more."""
        return replace(self, options={**self.options, **options})

    def _html(self) -> str:
        return "".join(part._html() for part in (self.words, self.chart, self.table) if part is not None)

    def __str__(self) -> str:
        return "\n\n".join(str(part) for part in (self.words, self.table) if part is not None)


Makes = Callable[[Any], View]
_VIEWS: dict[type, Makes] = {}


def view(kind: type) -> Callable[[Makes], Makes]:
    """Marks the function that makes the view of a kind of result.

    It stands in the module of `damages.report.views` that has the name of the module of that kind.
    """

    def register(makes: Makes) -> Makes:
        _VIEWS[kind] = makes
        return makes

    return register


def view_of(result: object) -> View:
    """The view of a result."""
    kind = type(result)
    if kind not in _VIEWS:
        importlib.import_module(f"damages.report.views.{kind.__module__.rpartition('.')[2]}")
    return _VIEWS[kind](result)
