"""Results of a simulation: percentiles, chances to exceed a sum, chosen lines, and whether enough was drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from damages.case.lines import line
from damages.case.schema import Case
from damages.engine.percentiles import Outcome, Summary
from damages.engine.simulate import HEADLINES, Simulation
from damages.report.charts.chart import COLOURS, HATCHES, chart
from damages.report.charts.marks import (
    LINES,
    legend_below,
    no_minor_ticks,
    percent_axis,
    usd_axis,
)
from damages.report.table import Column, Table, Words, percent, usd
from damages.report.view import View, view
from damages.report.views import case_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SUMS = (1e6, 1e7, 1e8, 1e9)  # whose chance to be exceeded a table shows
CURVES = {
    "exposure_usd": "Exposure: the judgment if the class wins",
    "judgment_usd": "Judgment, all answer paths weighted",
}


@view(Simulation)
def whole(simulation: Simulation) -> View:
    """Percentiles and chances, with the chance of exceeding a sum as a curve."""
    curve = chances(simulation)
    return View(
        table=_percentiles(simulation),
        draws=exceedance,
        drawn=curve.drawn,
        title=case_file.title(simulation.case, "Simulation results").title,
        more=(_chances(simulation),),
    )


def percentiles(simulation: Simulation) -> View:
    """Percentiles of what is paid, over all paths and when there is a recovery; the chart shows how the draws are distributed."""
    return View(None, _percentiles(simulation), densities, drawn=_both_curves(simulation))


def chances(simulation: Simulation, sums: Sequence[float] = SUMS) -> View:
    """The chance that the judgment, and the exposure, is more than each of several sums; the chart has every sum."""
    return View(None, _chances(simulation, sums), exceedance, drawn=_both_curves(simulation))


def curves(case: Case, outcomes: Mapping[str, Outcome], points: int = 200) -> View:
    """The chance of exceeding a sum, over a range of sums, for each outcome under its label."""
    return View(draws=exceedance, drawn=_curves(case, outcomes, points))


def lines(simulation: Simulation, names: Sequence[str]) -> View:
    """Mean and percentiles of chosen lines over all paths."""
    return View(None, _lines(simulation, names))


def convergence(simulation: Simulation) -> View:
    """Whether the draws reached the precision asked for; nothing where none was asked for."""
    return View(_convergence(simulation))


def replication(first: Simulation, second: Simulation) -> View:
    """The headlines' means under two seeds, each with its error, and whether they agree."""
    return View(_replicated(first, second), _replication(first, second))


def _both_curves(simulation: Simulation) -> Table:
    """The curves of the exposure and of the judgment over all answer paths."""
    return _curves(simulation.case, {label: simulation.outcomes[name] for name, label in CURVES.items()})


PERCENTILES = {0.05: "p05", 0.25: "p25", 0.50: "p50", 0.75: "p75", 0.95: "p95"}


def summary_cells(summary: Summary) -> dict[str, float]:
    """A line's mean, its error and its percentiles, as cells of a row."""
    return {"mean": summary.mean.value, "mean_error": summary.mean.error} | {
        key: summary[level].value for level, key in PERCENTILES.items()
    }


def _percentiles(simulation: Simulation) -> Table:
    """Percentiles of what is paid: over all paths, and when there is a recovery at all."""
    case, rows = simulation.case, []
    for name in simulation.if_recovered:
        for when, summaries in (
            ("over all paths", simulation.lines),
            ("if the class recovers", simulation.if_recovered),
        ):
            words = line(case, name)
            rows.append(
                {"name": name, "label": f"{words.label}, {when}", "unit": words.unit, **summary_cells(summaries[name])}
            )
    columns = [Column("label", "Line"), Column("mean", "Mean", "row")]
    columns += [Column(key, f"{level:.0%}", "row") for level, key in PERCENTILES.items()] + [
        Column("mean_error", "± on the mean", "row")
    ]
    note = (
        f"{simulation.draws:,} draws in {simulation.replicates} independent sets, seed {simulation.seed}. "
        f"{'' if simulation.exact else 'Percentiles are right to 0.013%. '}"
        f"{'Correlations are left out. ' if simulation.independent else ''}"
        f"Chance of a recovery: {percent(simulation.chance_of_recovery.value)}. ± is the half-width of the 95% confidence interval from Monte Carlo error alone."
    )
    return Table.of(case, "Simulation results", columns, rows, note)


def _chances(simulation: Simulation, sums: Sequence[float] = SUMS) -> Table:
    """The chance that the judgment, and the exposure, is more than each of several sums."""
    rows = []
    for total in sums:
        judgment, exposure = (
            simulation.outcomes[name].chance_above(total) for name in ("judgment_usd", "exposure_usd")
        )
        rows.append(
            {
                "sum": f"more than {usd(total)}",
                "judgment": judgment.value,
                "error": judgment.error,
                "exposure": exposure.value,
            }
        )
    columns = [Column("sum", "Chance of"), Column("judgment", "Judgment", "share"), Column("error", "±", "share")]
    columns.append(Column("exposure", "Exposure: if the class wins", "share"))
    return Table.of(simulation.case, "Chance of more than", columns, rows)


def _curves(case: Case, outcomes: Mapping[str, Outcome], points: int = 200) -> Table:
    """P(more than a sum) over a range of sums, for each outcome under its label."""
    rows = [
        {"label": label, "usd": float(total), "chance": float(chance)}
        for label, outcome in outcomes.items()
        for total, chance in zip(*outcome.exceedance(points), strict=True)
    ]
    return Table.of(
        case,
        "Chance of exceeding a sum",
        [Column("label", "Line"), Column("usd", "Sum", "usd"), Column("chance", "Chance of exceeding", "share")],
        rows,
    )


@chart()
def exceedance(table: Table, ax: Axes) -> str:
    """The chance of exceeding a sum, one curve for each line or scenario."""
    said, everything = [], [row["chance"] for row in table.rows if row["chance"] > 0]
    for j, name in enumerate(dict.fromkeys(table["label"])):
        rows = [row for row in table.rows if row["label"] == name]
        sums, chances = np.array([row["usd"] for row in rows]), np.array([row["chance"] for row in rows])
        ax.plot(sums, np.where(chances > 0, chances, np.nan), color=COLOURS[j % 5], ls=LINES[j % 5], lw=2.2, label=name)
        half = float(sums[int(np.argmax(chances <= chances.max() / 2))])
        said.append(f"{name}: the chance of any sum is {percent(float(chances.max()))}, half of it above {usd(half)}.")
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_ylim(max(min(everything, default=1e-4), max(everything, default=1.0) * 1e-4), 1.5)
    ax.yaxis.set_major_formatter(lambda chance, _: percent(chance))
    no_minor_ticks(ax.yaxis)
    usd_axis(ax.xaxis, log=True)
    ax.set_xlabel("Sum, USD (logarithmic)")
    ax.set_ylabel("Chance of exceeding (logarithmic)")
    ax.grid(True, axis="both", lw=0.5)
    legend_below(ax)
    return " ".join(said)


@chart()
def densities(table: Table, ax: Axes) -> str:
    """The distribution of the draws with a recovery: their share in each of even steps of the logarithm of the sum."""
    said = []
    for j, name in enumerate(dict.fromkeys(table["label"])):
        rows = [row for row in table.rows if row["label"] == name]
        sums, chances = np.array([row["usd"] for row in rows]), np.array([row["chance"] for row in rows])
        share = -np.diff(chances) / max(float(chances.max()), 1e-300) / np.diff(np.log10(sums))
        middle = np.sqrt(sums[:-1] * sums[1:])
        ax.fill_between(
            middle,
            share,
            step="mid",
            facecolor="white",
            alpha=0.6,
            hatch=HATCHES[j % 5],
            edgecolor=COLOURS[j % 5],
            lw=0,
        )
        ax.plot(middle, share, drawstyle="steps-mid", color=COLOURS[j % 5], ls=LINES[j % 5], lw=2, label=name)
        said.append(f"{name}: the draws with a recovery are densest near {usd(float(middle[np.argmax(share)]))}.")
    ax.set_xscale("log")
    usd_axis(ax.xaxis, log=True)
    percent_axis(ax.yaxis, decimals=0)
    ax.set_ylim(0, None)
    ax.set_xlabel("Sum, USD (logarithmic)")
    ax.set_ylabel("Share of draws with a recovery,\nper tenfold step")
    legend_below(ax)
    ax.set_title("Distribution of the draws with a recovery" + (" (hypothetical)" if table.hypothetical else ""))
    return " ".join(said)


def _lines(simulation: Simulation, names: Sequence[str]) -> Table:
    """Mean and percentiles of chosen lines over all paths."""
    case, rows = simulation.case, []
    for name in names:
        words = line(case, name)
        rows.append({"name": name, "label": words.label, "unit": words.unit, **summary_cells(simulation.lines[name])})
    columns = [
        Column("label", "Line"),
        Column("mean", "Mean", "row"),
        *(Column(key, f"{level:.0%}", "row") for level, key in PERCENTILES.items()),
    ]
    return Table.of(case, "Simulation results", columns, rows, f"{simulation.draws:,} draws, seed {simulation.seed}.")


def _convergence(simulation: Simulation) -> Words:
    """Whether the draws reached the precision asked for, and which headline did not; nothing where none was asked for."""
    if simulation.precision is None:
        return Words(())
    wanted, missed = percent(simulation.precision), simulation.not_converged
    if not missed:
        return Words(
            (f"Converged: every headline's mean is known to within {wanted} after {simulation.draws:,} draws.",)
        )
    named = " and ".join(
        f"“{line(simulation.case, name).label}” (± {percent(error)})" for name, error in missed.items()
    )
    return Words((f"Not converged to within {wanted} after {simulation.draws:,} draws: {named}.",))


def _replicated(first: Simulation, second: Simulation) -> Words:
    """Whether a second seed agrees."""
    apart = [name for name in HEADLINES if not first.lines[name].mean.overlaps(second.lines[name].mean)]
    if not apart:
        return Words((f"A second run with seed {second.seed} agrees: the intervals of all headlines overlap.",))
    named = ", ".join(f"“{line(first.case, name).label}”" for name in apart)
    return Words((f"A second run with seed {second.seed} does not agree on {named}: take more draws.",))


def _replication(first: Simulation, second: Simulation) -> Table:
    """The headlines' means under two seeds, each with its error."""
    rows = []
    for name in HEADLINES:
        one, other = first.lines[name].mean, second.lines[name].mean
        rows.append(
            {
                "label": line(first.case, name).label,
                "first": one.value,
                "first_error": one.error,
                "second": other.value,
                "second_error": other.error,
                "agree": "yes" if one.overlaps(other) else "no",
            }
        )
    columns = [Column("label", "Mean of")]
    for key, seed in (("first", first.seed), ("second", second.seed)):
        columns += [Column(key, f"Seed {seed}", "usd"), Column(f"{key}_error", "±", "usd")]
    columns.append(Column("agree", "Intervals overlap"))
    return Table.of(first.case, "Comparison of two seeds", columns, rows)
