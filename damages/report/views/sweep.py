"""A sweep: one row for each run, and the headlines over what was varied as small charts."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from damages.case import lines as model_lines
from damages.case.schema import Case
from damages.engine.headlines import HEADLINES
from damages.engine.sweep import Run
from damages.report.charts.chart import COLOURS, chart, figure_of
from damages.report.charts.marks import (
    LINES,
    MARKERS,
    no_minor_ticks,
    short_usd,
    usd_axis,
)
from damages.report.table import Column, Table, percent, usd
from damages.report.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def runs(case: Case, results: Mapping[Run, Rows]) -> View:
    """Each run with its four headlines, and percentiles of the expected judgment."""
    return View(None, _runs(case, results))


def panels(case: Case, results: Mapping[Run, Rows]) -> View:
    """The headlines over the most varied input, a panel for each combination of the others."""
    return View(None, _panels(case, results), small_multiples)


SHORT = {name: model_lines.LINES[name].label.partition(":")[0] for name in HEADLINES}


Rows = Sequence[Mapping[str, Any]]


def _runs(case: Case, results: Mapping[Run, Rows]) -> Table:
    """Each run with its four headlines, and percentiles of the expected judgment."""
    varied = list(dict.fromkeys(name for run in results for name in run.varied))
    rows = []
    for run, figures in results.items():
        lines = {row["line"]: row for row in figures if not row["group"]}
        sampled = {key: lines["expected_usd"][key] for key in ("p05", "p95")}
        rows.append({"name": run.name, **run.varied, **_headlines(figures), **sampled})
    columns = [
        *([Column("name", "Run")] if any(run.places for run in results) or not varied else []),
        *(Column(name, _label_of(case, name)) for name in varied),
        *(Column(name, words, "usd") for name, words in SHORT.items()),
        Column("p05", "Expected, 5th percentile", "usd"),
        Column("p95", "Expected, 95th percentile", "usd"),
    ]
    return Table.of(
        case,
        "Each run",
        columns,
        rows,
        "Headlines are means over answers and amounts; the percentiles are over the amounts.",
    )


def _panels(case: Case, results: Mapping[Run, Rows]) -> Table:
    """The headlines over the most varied input, a panel for each combination of the others.

    A row is one headline of one panel; a column is one value along the axis. A run that did not
    finish leaves its cell empty.
    """
    values = {
        name: list(dict.fromkeys(run.varied.get(name, "") for run in results)) for run in results for name in run.varied
    }
    from_file = any(run.places for run in results) or not values
    across = "" if from_file else max(values, key=lambda name: (_is_number(values[name]), len(values[name])))
    ticks = [run.name for run in results] if from_file else values[across]
    cells: dict[str, dict[str, dict[str, float]]] = {}
    for run, figures in results.items():
        others = (
            f"{_label_of(case, name)}: {_shown(case, name, text)}"
            for name, text in run.varied.items()
            if name != across
        )
        panel = "" if from_file else ", ".join(others)
        cells.setdefault(panel, {})[run.name if from_file else run.varied[across]] = _headlines(figures)
    rows: list[dict[str, Any]] = [
        {
            "panel": panel,
            "label": words,
            **{f"x{j}": found[tick][name] if tick in found else None for j, tick in enumerate(ticks)},
        }
        for panel, found in cells.items()
        for name, words in SHORT.items()
    ]
    columns = [
        Column("panel", "Panel"),
        Column("label", _label_of(case, across) if across else "Run"),
        *(Column(f"x{j}", _shown(case, across, tick), "usd") for j, tick in enumerate(ticks)),
    ]
    title = f"The four headlines, by {_label_of(case, across).lower() if across else 'run'}"
    return Table.of(case, title, columns, rows, "Means over answers and amounts.")


def _label_of(case: Case, name: str) -> str:
    """What a varied name is called in a table."""
    return case.inputs[name].label if name in case.inputs else name.capitalize()


def _shown(case: Case, name: str, text: str) -> str:
    unit = case.inputs[name].unit if name in case.inputs else ""
    return percent(float(text)) if unit in ("share", "answer") and _is_number([text]) else text


def _is_number(texts: Sequence[str]) -> bool:
    try:
        return all(float(text) is not None for text in texts)
    except ValueError:
        return False


def _headlines(figures: Rows) -> dict[str, float]:
    return {row["line"]: row["mean"] for row in figures if row["line"] in HEADLINES}


MOST_TICKS = 4


ROOM = 0.16  # of the height of a panel: what a label and a mark need


def _across(panels: int) -> int:
    return 1 if panels == 1 else 2 if panels in (2, 4) else 3


def _inches(rows: int, columns: int) -> float:
    panels = math.ceil(rows / len(HEADLINES))
    return (3.4 if panels == 1 else 2.3 * math.ceil(panels / _across(panels))) + 0.9


@chart(_inches)
def small_multiples(table: Table, ax: Axes, most: int = 12 * len(HEADLINES)) -> str:
    """The headlines along one input, a panel for each combination of the rest, all on the same axes.

    ``most`` rows of the table are drawn, one headline each. A sum of zero has no place on a
    logarithmic axis: it is drawn on the floor and says $0.
    """
    keys = [column for column in table.columns if column.key not in ("panel", "label")]
    headings, rows = [column.heading for column in keys], table.rows[:most]
    panels = list(dict.fromkeys(row["panel"] for row in rows))
    positive = [row[column.key] for row in rows for column in keys if row[column.key]]
    floor = 10.0 ** math.floor(math.log10(min(positive, default=1.0))) / 3
    ends = (floor, max(positive, default=1.0) * 10)
    wide, said, first = _across(len(panels)), [], None
    spec = ax.get_subplotspec()
    assert spec is not None  # a chart's Axes is always part of a grid
    grid = spec.subgridspec(math.ceil(len(panels) / wide), wide)
    ax.set_axis_off()
    for i, panel in enumerate(panels):
        small = figure_of(ax).add_subplot(grid[i // wide, i % wide], sharex=first, sharey=first)
        first = first or small
        lines = {
            row["label"]: np.array([np.nan if row[c.key] is None else row[c.key] for c in keys], dtype=float)
            for row in rows
            if row["panel"] == panel
        }
        _panel(small, _places(headings), lines, ends)
        said += [_words(panel, label, sums) for label, sums in lines.items()]
        small.set_title(textwrap.fill(panel, 27 if wide == 3 else 44), fontsize=9.5, fontweight="normal")
        _ticks(small, _places(headings), headings)
        small.tick_params(labelleft=i % wide == 0, labelsize=8.5)
        if i % wide == 0:
            small.set_ylabel("USD (logarithmic)", fontsize=9)
        if i >= len(panels) - wide:
            small.set_xlabel(textwrap.fill(table.columns[1].heading, 30 if wide == 3 else 44), fontsize=9)
    _legend(ax, first)
    hidden = len({row["panel"] for row in table.rows}) - len(panels)
    return " ".join([*said, *([f"{hidden} more panels are in the table."] if hidden else [])])


def _panel(ax: Axes, places: np.ndarray, lines: dict[str, np.ndarray], ends: tuple[float, float]) -> None:
    """One panel: a line for each headline, with its sums at both ends."""
    floor = ends[0]
    for j, (label, sums) in enumerate(lines.items()):
        shown = np.where(np.isnan(sums), np.nan, np.maximum(sums, floor))
        ax.plot(
            places, shown, marker=MARKERS[j], ls=LINES[j], color=COLOURS[j], ms=4, lw=1.5, label=label, clip_on=False
        )
    known = np.flatnonzero(~np.isnan(next(iter(lines.values()))))
    for k in dict.fromkeys((int(known[0]), int(known[-1]))) if len(known) else ():
        for amount, below in _labels([float(sums[k]) for sums in lines.values()], ends):
            at: Any = {"xytext": (0, -4 if below else 4), "va": "top" if below else "bottom", "ha": "center"}
            spot = (places[k], max(amount, floor))
            ax.annotate(short_usd(amount), spot, textcoords="offset points", fontsize=7.5, **at)
    ax.set_yscale("log")
    ax.set_ylim(ends)
    usd_axis(ax.yaxis, log=True)
    no_minor_ticks(ax.yaxis)
    ax.grid(True, axis="y", lw=0.5)


def _labels(amounts: list[float], ends: tuple[float, float]) -> list[tuple[float, bool]]:
    """Which amounts are written beside their marks, and whether below: the highest above, the others where there is room."""
    floor, top = ends
    at = {amount: math.log(max(amount, floor) / floor) / math.log(top / floor) for amount in amounts}
    highest, *others = sorted(set(amounts), reverse=True)
    found, above = [(highest, False)], at[highest]
    for i, amount in enumerate(others):
        under = at[others[i + 1]] if i + 1 < len(others) else 0.0
        if above - at[amount] > ROOM:
            found.append((amount, False))
            above = at[amount]
        elif at[amount] - under > ROOM:
            found.append((amount, True))
            above = at[amount] - ROOM  # the label stands there
    return found


def _ticks(ax: Axes, places: np.ndarray, headings: list[str]) -> None:
    step = max(1, math.ceil(len(places) / MOST_TICKS))
    ax.set_xticks(places[::step], [textwrap.shorten(heading, 14, placeholder="…") for heading in headings[::step]])
    edge = 0.12 * (float(places.max() - places.min()) or 1.0)
    ax.set_xlim(float(places.min()) - edge, float(places.max()) + edge)


def _legend(ax: Axes, first: Axes | None) -> None:
    if first is not None:
        lines = first.get_lines()
        figure_of(ax).legend(
            lines, [str(line.get_label()) for line in lines], loc="outside lower left", ncols=len(lines), fontsize=9.5
        )


def _places(headings: list[str]) -> np.ndarray:
    """Where the columns stand: at their number when all have one, in rising order; else one step apart."""
    try:
        numbers = np.array([float(heading.removesuffix("%")) for heading in headings])
    except ValueError:
        return np.arange(len(headings), dtype=float)
    return numbers if np.all(np.diff(numbers) > 0) else np.arange(len(headings), dtype=float)


def _words(panel: str, label: str, sums: np.ndarray) -> str:
    known = sums[~np.isnan(sums)]
    where = f"{panel}: {label.lower()}" if panel else label
    if not len(known):
        return f"{where} not worked out."
    low, high = usd(float(known[0])), usd(float(known[-1]))
    gaps = f" ({len(sums) - len(known)} not worked out)" if len(known) < len(sums) else ""
    return f"{where} {low}{gaps}." if low == high and np.ptp(known) == 0 else f"{where} from {low} to {high}{gaps}."
