"""Makes a drawing function into a chart, with the colors of all charts. Matplotlib loads when one is drawn."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from damages.report.table import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours that keep a contrast of 3 on white, each with a hatch so that grey tells them apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#8a4f7d", "#5b5b5b")
HATCHES = ("", "///", "\\\\\\", "xx", "--")  # no dots: one dotted bar weighs more than the rest of a chart
DARK, MID, LIGHT = "#1b3a57", "#0072B2", "#9db8cc"


def figure_of(ax: Axes) -> Figure:
    """The figure that an Axes is part of."""
    figure = ax.get_figure(root=True)
    assert figure is not None  # an Axes made by a chart always has one
    return figure


Height = float | Callable[[int, int], float]  # inches, or inches from the number of rows and of columns

LONGEST_SIDE = 34  # characters of a label that runs up the side of a chart; longer, it would reach into the title


def chart(height: Height = 4.0) -> Callable[[Callable[..., str]], Callable[..., Axes | None]]:
    """Makes a drawing function into a chart: it gets an Axes when none is given, and its alt text is kept.

    The function draws on ``ax`` and returns the alt text, worked out from the table it drew. Where
    there is no table, or nothing in it, there is no chart.
    """

    def make(draw: Callable[..., str]) -> Callable[..., Axes | None]:
        @wraps(draw)
        def drawn(table: Table | None, ax: Axes | None = None, **options: Any) -> Axes | None:
            if table is None or not table.rows:
                return None
            from damages.report.picture import blank, styled

            with styled():
                own = ax is None
                if ax is None:
                    shown = min(len(table.rows), options.get("most", len(table.rows)))
                    inches = height if isinstance(height, float) else max(2.2, height(shown, len(table.columns)))
                    ax = blank(inches)
                alt = draw(table, ax, **options)
                if "\n" not in ax.get_ylabel():
                    ax.set_ylabel(textwrap.fill(ax.get_ylabel(), LONGEST_SIDE))
                title = textwrap.fill(ax.get_title(loc="left") or table.caption, 60)
                ax.set_title("" if own else title)
                figure = figure_of(ax)
                if own:  # above everything, so that wide row labels leave it its room
                    figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
            figure.set_label(" ".join(filter(None, [str(figure.get_label()), f"{title}.".replace("\n", " "), alt])))
            return ax

        return drawn

    return make
