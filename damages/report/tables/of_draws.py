"""Tables about the draws: percentiles, chances, what the variance rests on, the settlement zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from damages.case.lines import line
from damages.case.schema import Case
from damages.decisions.litigation import SettlementZone
from damages.engine.percentiles import Outcome, Summary
from damages.engine.simulate import HEADLINES, Simulation
from damages.report.table import Column, Table, percent, usd

PERCENTILES = {0.05: "p05", 0.25: "p25", 0.50: "p50", 0.75: "p75", 0.95: "p95"}


def outcome_table(simulation: Simulation) -> Table:
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


def chances_table(simulation: Simulation, sums: Sequence[float] = (1e6, 1e7, 1e8, 1e9)) -> Table:
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
    columns.append(Column("exposure", "Exposure, every question answered for the class", "share"))
    return Table.of(simulation.case, "Chance of more than", columns, rows)


def replication_table(first: Simulation, second: Simulation) -> Table:
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


def line_table(simulation: Simulation, names: Sequence[str]) -> Table:
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


def summary_cells(summary: Summary) -> dict[str, float]:
    """A line's mean, its error and its percentiles, as cells of a row."""
    return {"mean": summary.mean.value, "mean_error": summary.mean.error} | {
        key: summary[level].value for level, key in PERCENTILES.items()
    }


def exceedance_table(case: Case, outcomes: Mapping[str, Outcome], points: int = 200) -> Table:
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


def exposure_and_judgment(simulation: Simulation) -> Table:
    """The same for the exposure and for the judgment over all answer paths."""
    words = {
        "exposure_usd": "Exposure, every question answered for the class",
        "judgment_usd": "Judgment, all answer paths weighted",
    }
    return exceedance_table(simulation.case, {label: simulation.outcomes[name] for name, label in words.items()})


def settlement_table(case: Case, zone: SettlementZone | None) -> Table | None:
    """What each side would take or give today; None where the case names no litigation costs."""
    if zone is None:
        return None
    rows = [
        {"label": "The least the plaintiffs would accept", "usd": zone.plaintiffs_usd},
        {"label": "The most the defendant would pay", "usd": zone.defendant_usd},
    ]
    note = "Present value of the expected judgment, less the plaintiffs' further costs and plus the defendant's. Both sides are assumed to be risk-neutral."
    return Table.of(case, "Settlement range", [Column("label", "Side"), Column("usd", "Sum", "usd")], rows, note)
