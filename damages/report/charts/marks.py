"""What charts share: dollar axes, rows with their label above the bar, legends out of the way."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from damages.report.charts.chart import figure_of
from damages.report.table import Table, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINES = ("-", "--", "-.", ":", (0, (5, 1)))
MARKERS = "os^Dv"
ON_WHITE: Any = {"bbox": {"facecolor": "white", "edgecolor": "none", "pad": 0.8}}


def short_usd(amount: float) -> str:
    """Dollars in as few characters as a tick or a cell holds.

    >>> short_usd(1_250_000), short_usd(10_000_000), short_usd(17.17)
    ('$1.25M', '$10M', '$17.2')
    """
    for one, word in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(amount) >= one * 0.9995:
            return f"${amount / one:.3g}{word}"
    return f"${amount:.3g}"


def short_count(count: float) -> str:
    """A count in as few characters as a tick holds."""
    return short_usd(count).removeprefix("$")


def usd_ticks(amount: float, place: float | None = None) -> str:
    """Dollars at a tick."""
    return short_usd(amount)


def usd_axis(axis: Any, log: bool = False) -> None:
    """Dollars on an axis, written short; nothing between powers of ten."""
    axis.set_major_formatter(usd_ticks)
    if log:
        no_minor_ticks(axis)  # a hundred small marks take longer to draw than the chart


def percent_axis(axis: Any, decimals: int | None = None) -> None:
    """Shares on an axis, as percent."""
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1.0, decimals))


def no_minor_ticks(axis: Any) -> None:
    """Nothing between the ticks that have a label."""
    from matplotlib.ticker import NullLocator

    axis.set_minor_locator(NullLocator())


def whole_ticks(axis: Any) -> None:
    """Ticks at whole numbers alone."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True))


def labelled_rows(ax: Axes, labels: Sequence[str]) -> np.ndarray:
    """One band for each label, the label written above its bars; returns the bands' upper bar places, the first on top."""
    places = np.arange(len(labels))[::-1] * 1.0
    for place, label in zip(places, labels, strict=True):
        words = textwrap.shorten(label, 74, placeholder=" …")
        ax.annotate(
            words,
            (0, place + 0.29),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=10,
            zorder=5,
            **ON_WHITE,
        )
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_ylim(-0.55, len(labels) - 0.45)
    return places - 0.1


def along_the_range(ax: Axes, words: str) -> None:
    """Percentiles of an input's range on the horizontal axis, with what the marks on it mean."""
    ax.set_xlim(0, 1)
    percent_axis(ax.xaxis)
    ax.set_xlabel(f"Percentile of the input's range{words}")


def legend_below(ax: Axes) -> None:
    """The legend under the chart, where it hides nothing and has the whole width."""
    figure_of(ax).legend(*ax.get_legend_handles_labels(), loc="outside lower left", fontsize=9.5)


def shaded_cells(
    ax: Axes,
    table: Table,
    rows: Sequence[dict[str, Any]],
    ends: tuple[float, float] | None = None,
    fontsize: float = 9,
) -> np.ndarray:
    """Shaded cells with their values; light shades only, so that dark text stays readable on every cell."""
    keys = [column for column in table.columns if column.is_number]
    values = np.array([[row[column.key] for column in keys] for row in rows], dtype=float)
    from matplotlib.colors import LinearSegmentedColormap

    shades = LinearSegmentedColormap.from_list("light", ["#ffffff", "#8fbcdb"])
    low, high = ends or (float(values.min()), float(values.max()))
    ax.imshow(values, cmap=shades, aspect="auto", origin="lower", vmin=low, vmax=high)
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            ax.text(j, i, _short_figure(values[i, j], keys[j].unit), ha="center", va="center", fontsize=fontsize)
    ax.set_xticks(range(len(keys)), [column.heading for column in keys], fontsize=fontsize)
    ax.set_yticks(range(len(rows)), [row["label"] for row in rows], fontsize=fontsize)
    return values


def _short_figure(figure: float, unit: str) -> str:
    return short_usd(figure) if unit.startswith("usd") else write(figure, unit)
