"""Every figure of a case under its name, for JSON, CSV and other programs."""

from __future__ import annotations

from typing import Any

from damages.case.schema import Case
from damages.engine.estimate import Estimate
from damages.engine.frames import base_figures
from damages.engine.headlines import HEADLINES
from damages.engine.simulate import Simulation
from damages.reader.digits import DIGITS, settled
from damages.report.provenance import command_for, record
from damages.report.views.outcomes import PERCENTILES

PLACES = {"usd": 2, "usd_per_member": 4, "people": 2, "share": 10, "months": 6, "count": 2, "times": 6}


def figures(estimate: Estimate, simulation: Simulation | None = None) -> list[dict[str, Any]]:
    """One row for each line, and one for each group where a line differs by group.

    ``value`` is at base values if the class wins, ``expected`` weighted over the answer paths; of the headlines both are
    means. The rest comes from the draws. Rounded to what a unit carries.
    """
    rows = []
    means = {name: simulation.lines[name].mean.value for name in HEADLINES} if simulation else None
    for figure in base_figures(estimate, means):
        unit, row = figure.unit, figure._asdict()
        authority = row.pop("authority")
        row |= {name: _rounded(row[name], unit) for name in ("value", "expected")}
        row |= dict.fromkeys(
            ("mean", "mean_error", *PERCENTILES.values(), *(f"{key}_error" for key in PERCENTILES.values())), ""
        )
        if simulation and figure.line in simulation.lines and not figure.group:
            summary = simulation.lines[figure.line]
            row |= {"mean": _rounded(summary.mean.value, unit), "mean_error": _rounded(summary.mean.error, unit)}
            row |= {key: _rounded(summary[level].value, unit) for level, key in PERCENTILES.items()}
            row |= {f"{key}_error": _rounded(summary[level].error, unit) for level, key in PERCENTILES.items()}
        rows.append(row | {"authority": authority})
    return rows


def as_json(case: Case, rows: list[dict[str, Any]], simulation: Simulation) -> dict[str, Any]:
    """The same figures as one object: case, scenario, lines, simulation, provenance."""
    lines: dict[str, Any] = {}
    sampled: dict[str, Any] = {}
    for row in rows:
        line_of = lines.setdefault(
            row["line"], {"label": row["label"], "unit": row["unit"], "authority": row["authority"]}
        )
        if row["group"]:
            line_of.setdefault("groups", {})[row["group"]] = {"value": row["value"], "expected": row["expected"]}
        else:
            line_of |= {"value": row["value"], "expected": row["expected"]}
        if row["mean"] != "":
            sampled[row["line"]] = {
                key: row[key] for key in row if key.partition("_")[0] in ("mean", *PERCENTILES.values())
            }
    about: dict[str, Any] = {"draws": simulation.draws, "seed": simulation.seed, "replicates": simulation.replicates}
    about |= {
        "chance_of_recovery": _rounded(simulation.chance_of_recovery.value, "share"),
        "error": "half-width of the 95% interval from Monte Carlo error",
    }
    if simulation.precision is not None:
        about |= {"precision": simulation.precision, "not_converged": simulation.not_converged}
    if simulation.independent:
        about["independent"] = True
    more = [*(["--independent"] if simulation.independent else []), "--format", "json"]
    command = command_for(case, simulation.draws, simulation.seed, "estimate", more)
    return {
        "case": {
            "name": case.name,
            "title": case.title,
            "hypothetical": case.hypothetical,
            "disposition": " ".join(case.disposition.split()),
        },
        "scenario": case.scenario or None,
        "lines": lines,
        "simulation": {**about, "lines": sampled},
        "provenance": record(case, simulation.draws, simulation.seed, command),
    }


def _rounded(value: Any, unit: str) -> float:
    return settled(float(value), DIGITS, PLACES[unit])
