"""Charts of what inputs do: parts of a variance, rank correlations, the most likely point, a scenario box, known answers."""

from __future__ import annotations

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from damages.report.charts.marks import along_the_range, labelled_rows, legend_below
from damages.report.picture import COLOURS, DARK, LIGHT, MID, chart
from damages.report.table import Table, percent, write


@chart(lambda rows, columns: 0.52 * rows + 1.1)
def variance(table: Table, ax: Axes, most: int = 10) -> str:
    """Sobol' indices: each input's first-order index within its total index."""
    rows, said = table.rows[:most], []
    places = labelled_rows(ax, [row["label"] for row in rows])
    for key, colour, hatch, height, words in (
        ("total", LIGHT, "", 0.44, "including interactions"),
        ("first", MID, "///", 0.26, "alone"),
    ):
        values, errors = (np.array([row[name] for row in rows]) for name in (key, f"{key}_error"))
        ax.barh(
            places,
            values,
            xerr=errors,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            height=height,
            lw=0.5,
            label=words,
            error_kw={"ecolor": DARK, "capsize": 2, "lw": 1},
        )
    for place, row in zip(places, rows, strict=True):
        words = f"{percent(row['first'])} alone, {percent(row['total'])} in all"
        ax.text(max(row["total"] + row["total_error"], 0.0), place, f"  {words}", va="center", fontsize=9)
        said.append(f"{row['label']}: {words}.")
    ax.set_xlim(min(0.0, *(row["first"] for row in rows)), max(row["total"] for row in rows) * 1.6 or 1.0)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel("Share of the variance; lines: 95% intervals")
    legend_below(ax)
    return " ".join(said)


@chart(lambda rows, columns: 0.52 * rows + 1.1)
def correlations(table: Table, ax: Axes, most: int = 10) -> str:
    """Rank correlations, partial and plain, each side of zero."""
    rows, said = table.rows[:most], []
    places = labelled_rows(ax, [row["label"] for row in rows])
    ax.barh(places, [row["partial"] or 0.0 for row in rows], color=LIGHT, height=0.4, label="others held fixed")
    ax.plot([row["plain"] for row in rows], places, "D", color=COLOURS[1], ms=6, ls="", label="plain")
    for place, row in zip(places, rows, strict=True):
        partial = "none" if row["partial"] is None else f"{row['partial']:.2f}"
        ax.text(max(row["partial"] or 0.0, 0.0), place, f"  {partial}", va="center", fontsize=9)
        said.append(f"{row['label']}: {row['plain']:.2f}, with the others held fixed {partial}.")
    ax.axvline(0.0, color=DARK, lw=1, ymax=0.985)
    ax.set_xlim(-1.15, 1.15)
    ax.set_xlabel("Rank correlation, −1 to 1")
    legend_below(ax)
    return " ".join(said)


@chart(lambda rows, columns: 0.52 * rows + 1.1)
def stress(table: Table, ax: Axes, most: int = 8) -> str:
    """How far along its range each input stands at the most likely point; the middle is its median."""
    rows, said = table.rows[:most], []
    places = labelled_rows(ax, [row["label"] for row in rows])
    for place, row in zip(places, rows, strict=True):
        ax.plot([0.5, row["level"]], [place, place], color=MID, lw=3, solid_capstyle="butt")
        ax.plot([row["level"]], [place], "o", color=DARK, ms=8)
        words = f"{write(row['value'], row['unit'])}, the {percent(round(row['level'], 3))} point"
        # On the other side of the median, where the bar does not run.
        side = "right" if row["level"] >= 0.5 else "left"
        ax.text(0.48 if side == "right" else 0.52, place, words, va="center", ha=side, fontsize=9)
        said.append(f"{row['label']}: {words} of its range.")
    ax.axvline(0.5, color=DARK, lw=1, ymax=0.985, ls="--")
    along_the_range(ax, "; dashed: its median")
    return " ".join(said)


@chart(lambda rows, columns: 0.52 * rows + 1.1)
def break_evens(table: Table, ax: Axes, most: int = 8) -> str:
    """How far each input alone must move from its base value for the figure to reach the sum."""
    rows, said = sorted(table.rows, key=lambda row: abs(row["level"] - row["base_level"]))[:most], []
    places = labelled_rows(ax, [row["label"] for row in rows])
    for place, row in zip(places, rows, strict=True):
        ax.plot([row["base_level"], row["level"]], [place, place], color=MID, lw=3, solid_capstyle="butt")
        ax.plot([row["base_level"]], [place], "o", mfc="white", mec=DARK, ms=7)
        ax.plot([row["level"]], [place], "D", color=DARK, ms=7)
        words = f"{write(row['value'], row['unit'])}, from {write(row['base'], row['unit'])}"
        right = row["level"] < 0.6
        at = max(row["level"], row["base_level"]) + 0.03 if right else min(row["level"], row["base_level"]) - 0.03
        ax.text(at, place, words, va="center", ha="left" if right else "right", fontsize=9)
        said.append(f"{row['label']}: {words}.")
    along_the_range(ax, ". Circle: base value; diamond: break-even")
    return " ".join(said)


@chart(lambda rows, columns: 0.52 * rows + 1.1)
def box(table: Table, ax: Axes) -> str:
    """The part of each input's range that lies inside the box."""
    labels, said = list(dict.fromkeys(table["label"])), []
    for place, label in zip(labelled_rows(ax, labels), labels, strict=True):
        sides = [row for row in table.rows if row["label"] == label]
        low = max((row["level"] for row in sides if row["side"] == "at least"), default=0.0)
        high = min((row["level"] for row in sides if row["side"] == "at most"), default=1.0)
        ax.barh(place, 1.0, color="white", edgecolor=DARK, height=0.3, lw=0.8)
        ax.barh(place, high - low, left=low, color=LIGHT, edgecolor=DARK, hatch="///", height=0.3, lw=0.8)
        words = " and ".join(f"{row['side']} {write(row['value'], row['unit'])}" for row in sides)
        ax.text(
            (low + high) / 2,
            place,
            words,
            va="center",
            ha="center",
            fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
        said.append(f"{label}: {words}.")
    along_the_range(ax, "; hatched: inside the box")
    return " ".join(said)


@chart(lambda rows, columns: (0.3 if rows <= 24 else 0.2) * rows + 1.1)
def agreement(table: Table, ax: Axes) -> str:
    """Each figure's difference from the known value, as a share of the tolerance; figures inside the band agree."""
    places = np.arange(len(table.rows))[::-1]
    parts = np.array([row["difference"] / row["within"] for row in table.rows])
    ax.axvspan(-1.0, 1.0, color="#e8eef4")
    ax.axvline(0.0, color=DARK, lw=1)
    ax.plot(parts, places, "o", color=MID, ms=6)
    for place, row in zip(places, table.rows, strict=True):
        ax.text(-3.1, place, textwrap.shorten(row["label"], 62, placeholder=" …"), va="center", fontsize=8.5)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.set_xlim(-3.1, max(1.2, float(np.abs(parts).max()) * 1.05))
    ax.set_xticks([-1, 0, 1], ["−all", "none", "all"])
    ax.set_xlabel("Difference, as a share of the tolerance")
    held = sum(row["holds"] == "yes" for row in table.rows)
    return f"{held} of {len(table.rows)} figures are within tolerance; the largest difference uses {percent(round(float(np.abs(parts).max()), 2))} of it."
