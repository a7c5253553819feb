"""Results that show themselves.

A result knows its case and its question, so a line of a notebook with the result alone shows all that is said of it:
its sentences, its chart and its table. How it looks is the business of `damages.report.views`; the library's one step
upward is here, and it is taken when something is shown.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes


class Shows:
    """What a result can be asked to show of itself.

    The module of `damages.report.views` with the name of the result's own module says how, or the one that
    ``shown_in`` names.
    """

    shown_in: ClassVar[str] = ""

    def __init_subclass__(cls, **options: Any) -> None:
        """IPython takes a class's own ``__repr__``, such as that of a dataclass, before an inherited ``_repr_pretty_``."""
        super().__init_subclass__(**options)
        cls._repr_pretty_ = Shows._repr_pretty_  # type: ignore[method-assign]

    @property
    def view(self) -> Any:
        """Its words, table and chart together: a `damages.report.view.View`."""
        return importlib.import_module("damages.report.view").view_of(self)

    @property
    def words(self) -> Any:
        """What it says, in sentences."""
        return self.view.words

    @property
    def table(self) -> Any:
        """Its table, as a report prints it; None where it has none."""
        return self.view.table

    @property
    def chart(self) -> Any:
        """Its chart as a picture with alt text; None where there is nothing to draw."""
        return self.view.chart

    def frame(self) -> pandas.DataFrame:
        """The table's values as a DataFrame."""
        frame: pandas.DataFrame = self.view.frame()
        return frame

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes | None:
        """Its chart, drawn on ``ax`` or on Axes of its own; None where there is nothing to draw."""
        axes: Axes | None = self.view.plot(ax, **options)
        return axes

    def _repr_html_(self) -> str:
        html: str = self.view._repr_html_()
        return html

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self.view) if printer.stack == [id(self)] else repr(self))
