"""What is shown of one thing: its sentences, its table and its chart, each for itself or all together."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from damages.report.block import HtmlBlock
from damages.report.table import Table, Title, Words

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

    from damages.report.picture import Picture

Draw = Callable[
    ..., "Axes | None"
]  # a chart: (table, ax=None, **options) → its Axes, None where there is nothing to draw


@dataclass(frozen=True)
class View(HtmlBlock):
    """The words, the table and the chart of one subject. A notebook shows all of them, or the one that is named.

    Attributes
    ----------
    draws : draws the table as a chart
    options : what the chart needs besides, such as ``most``
    drawn : the table that the chart draws, where it is not the one that is shown
    caption : a sentence under the chart
    title : the head of a page, where the view opens one
    more : tables that follow
    """

    words: Words | None = None
    table: Table | None = None
    draws: Draw | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    drawn: Table | None = None
    caption: str = ""
    title: Title | None = None
    more: tuple[Table, ...] = ()

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes | None:
        """The chart on ``ax``, or on Axes of its own."""
        return self.draws(self.drawn or self.table, ax, **{**self.options, **options}) if self.draws else None

    @property
    def chart(self) -> Picture | None:
        """The chart as a picture with alt text."""
        axes = self.plot()
        if axes is None:
            return None
        from damages.report.picture import Picture

        return Picture(axes, self.caption)

    def frame(self) -> pandas.DataFrame:
        """The values of the table, or of what is drawn where there is none, as a DataFrame; empty without either."""
        import pandas

        table = self.table or self.drawn
        return table.frame() if table else pandas.DataFrame()

    @property
    def rows(self) -> tuple[dict[str, Any], ...]:
        """The rows of the table; none where there is no table."""
        return self.table.rows if self.table else ()

    def as_json(self) -> dict[str, Any]:
        """Its words and its tables as data."""
        return {
            "words": list(self.words.paragraphs) if self.words else [],
            "tables": [table.as_json() for table in (self.table, *self.more) if table],
        }

    def head(self, count: int) -> View:
        """The same view with the first rows of its table alone."""
        return replace(self._with(lambda table: table.head(count)), drawn=None)

    def without(self, *keys: str) -> View:
        """The same view, its table with fewer columns."""
        return self._with(lambda table: table.without(*keys))

    def titled(self, title: str) -> View:
        """The same view, its table under another title."""
        return self._with(lambda table: table.titled(title))

    def keeping(self, names: Collection[str]) -> View:
        """The same view, its table with the rows of those names alone."""
        return self._with(lambda table: table.keeping(names))

    def _with(self, change: Callable[[Table], Table]) -> View:
        return replace(self, table=change(self.table)) if self.table else self

    def _html(self) -> str:
        parts = (self.title, self.words, self.chart, self.table, *self.more)
        return "".join(part._html() for part in parts if part is not None)

    def __repr__(self) -> str:
        parts = (self.title, self.words, self.table, *self.more)
        return "\n\n".join(filter(None, (str(part) for part in parts if part is not None)))


Makes = Callable[[Any], View]
_VIEWS: dict[type, Makes] = {}


def view(kind: type) -> Callable[[Makes], Makes]:
    """Marks the function that makes the view of a kind of result.

    It belongs in the module of `damages.report.views` that the kind names as ``shown_in``: its own module's name, unless
    the kind gives another.
    """

    def register(makes: Makes) -> Makes:
        _VIEWS[kind] = makes
        return makes

    return register


def view_of(result: object) -> View:
    """The view of a result."""
    kind = type(result)
    if kind not in _VIEWS:
        module = getattr(kind, "shown_in", "") or kind.__module__.rpartition(".")[2]
        importlib.import_module(f"damages.report.views.{module}")
    return _VIEWS[kind](result)
