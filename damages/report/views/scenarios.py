"""Scenarios side by side: why each is there, what differs, what each comes to, and from which theory."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from damages.case.lines import line
from damages.case.schema import Case
from damages.engine.estimate import Estimate
from damages.engine.simulate import HEADLINES
from damages.report.charts.chart import COLOURS, HATCHES, chart
from damages.report.charts.marks import (
    labelled_rows,
    shaded_cells,
    usd_axis,
)
from damages.report.table import Column, Table, Words, usd
from damages.report.view import View
from damages.report.views import case_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def reasons(cases: Mapping[str, Case]) -> View:
    """What each scenario is, and why it is there."""
    return View(None, _reasons(cases))


def inputs(cases: Mapping[str, Case]) -> View:
    """Every input that differs between scenarios, with its value in each."""
    return View(None, _inputs(cases))


def side_by_side(estimates: Mapping[str, Estimate]) -> View:
    """The headlines of several scenarios."""
    return View(_span(estimates), _headlines(estimates), _bars)


def by_theory(estimates: Mapping[str, Estimate]) -> View:
    """What each theory is expected to pay in each scenario: its part of the class award over all answer paths."""
    return View(None, _by_theory(estimates), _map)


def _reasons(cases: Mapping[str, Case]) -> Table:
    """What each scenario is, and why it is there."""
    rows = [
        {
            "name": name,
            "title": case.scenario_title or "Base case",
            "why": " ".join((case.scenario_why or "The case file without a scenario.").split()),
        }
        for name, case in cases.items()
    ]
    columns = [Column("name", "Scenario"), Column("title", "What it is"), Column("why", "Why")]
    return Table("The scenarios", tuple(columns), tuple(rows))


def _inputs(cases: Mapping[str, Case]) -> Table:
    """Every input that differs between scenarios, with its value in each."""
    first = next(iter(cases.values()))
    given_in = {key: {row["name"]: row["value"] for row in case_file.inputs(case).rows} for key, case in cases.items()}
    rows: list[dict[str, Any]] = []
    for name, given in first.inputs.items():
        values = {key: values[name] for key, values in given_in.items() if name in values}
        if any(value != next(iter(values.values())) for value in values.values()):
            rows.append({"label": given.label, "unit": given.unit, **values})
    columns = [Column("label", "Input"), *(Column(key, key, "row") for key in cases)]
    return Table.of(first, "Inputs that differ between scenarios", columns, rows)


def _span(estimates: Mapping[str, Estimate]) -> Words:
    """The range of the expected judgment over the scenarios."""
    sums = {name: one.expected_usd for name, one in estimates.items()}
    low, high = min(sums, key=lambda name: sums[name]), max(sums, key=lambda name: sums[name])
    return Words(
        (
            f"Over {len(sums)} scenarios the expected judgment ranges from {usd(sums[low])} ({low}) to {usd(sums[high])} ({high}).",
        )
    )


def _headlines(estimates: Mapping[str, Estimate]) -> Table:
    """The headlines of several scenarios side by side."""
    first = next(iter(estimates.values()))
    rows = [
        {
            "name": name,
            "label": line(first.case, name).label,
            **{key: estimate.headlines[name] for key, estimate in estimates.items()},
            "unit": "usd",
        }
        for name in HEADLINES
    ]
    for name in ("class_members_total", "usd_per_claimant", "defendant_pays_usd"):
        words = line(first.case, name)
        rows.append(
            {
                "name": name,
                "label": words.label,
                **{key: float(estimate.lines[name]) for key, estimate in estimates.items()},
                "unit": words.unit,
            }
        )
    rows.append(
        {
            "name": "chance_of_recovery",
            "label": "Chance of any judgment for the class",
            **{key: estimate.chance_of_recovery for key, estimate in estimates.items()},
            "unit": "share",
        }
    )
    columns = [Column("label", "Means"), *(Column(key, key, "row") for key in estimates)]
    note = "Headlines are means over answers and amounts. Members, the sum for each claimant and what the defendant pays: at base values, if the class wins."
    return Table.of(first.case, "Scenarios side by side", columns, rows, note)


@chart(lambda rows, columns: 0.95 * (columns - 1) + 1.4)
def _bars(table: Table, ax: Axes) -> str:
    """The four headlines of each scenario, on a logarithmic axis."""
    columns = [column for column in table.columns if column.key != "label"]
    rows = [row for row in table.rows if row["name"] in HEADLINES]
    places, said, height = labelled_rows(ax, [column.heading for column in columns]), [], 0.17
    amounts = [row[column.key] for row in rows for column in columns]
    smallest = min((amount for amount in amounts if amount > 0), default=1.0)
    for j, row in enumerate(rows):
        values = np.array([row[column.key] for column in columns], dtype=float)
        at = places + 0.32 - height * (j + 0.5)
        ax.barh(at, values, height=height * 0.9, color=COLOURS[j], hatch=HATCHES[j], edgecolor="white")
        for place, value in zip(at, values, strict=True):
            ax.text(
                max(value, smallest / 3),
                place,
                f"  {usd(value)}, {row['label'].partition(':')[0].lower()}",
                va="center",
                fontsize=9,
            )
        said.append(
            f"{row['label'].partition(':')[0]}: {', '.join(f'{c.heading} {usd(v)}' for c, v in zip(columns, values, strict=True))}."
        )
    ax.set_xscale("log")
    ax.set_xlim(smallest / 3, max(amounts) * 3_000)
    usd_axis(ax.xaxis, log=True)
    ax.set_xlabel("USD (logarithmic), means")
    return " ".join(said)


def _by_theory(estimates: Mapping[str, Estimate]) -> Table:
    """What each theory is expected to pay in each scenario: its part of the class award over all answer paths."""
    first = next(iter(estimates.values())).case
    theories = list(dict.fromkeys(name for estimate in estimates.values() for name in estimate.case.theories))
    rows = [
        {
            "label": name,
            **{theory: float(estimate.expected.get(f"{theory}_award_usd", 0.0)) for theory in theories},
        }
        for name, estimate in estimates.items()
    ]
    labels = {name: theory.label for estimate in estimates.values() for name, theory in estimate.case.theories.items()}
    columns = [Column("label", "Scenario"), *(Column(name, labels[name], "usd") for name in theories)]
    note = "Mean class award over all answer paths at base values, before any cut and interest; one recovery for each harm."
    return Table.of(first, "Expected class award, by theory", columns, rows, note)


@chart(lambda rows, columns: 0.45 * rows + 1.6)
def _map(table: Table, ax: Axes) -> str:
    """A figure for each scenario and theory, each cell with its value."""
    values = shaded_cells(ax, table, table.rows)
    ax.set_xticks(range(values.shape[1]), [textwrap.fill(c.heading, 20) for c in table.columns[1:]], fontsize=9)
    ax.set_xlabel("Theory; USD in each cell")
    ax.set_ylabel("Scenario")
    return " ".join(
        f"{row['label']}: " + ", ".join(f"{c.heading} {usd(row[c.key])}" for c in table.columns[1:]) + "."
        for row in table.rows
    )
