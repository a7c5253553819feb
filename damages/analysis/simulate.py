"""Paths × replicates → `Simulation`: what a case comes to when its amounts are drawn.

Questions are enumerated (`damages.analysis.paths`), amounts are drawn (`damages.analysis.draws`).
A replicate is at once a set of Sobol' points, the unit of parallel work and one reading of every
figure, so results do not depend on the number of workers and every figure carries its error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from damages.analysis.draws import Sampler, uniforms
from damages.analysis.paths import Path, answer_paths, answers_for_class, base_values
from damages.analysis.risk import LEVELS, Figure, Outcome, Part, Summary, quantiles
from damages.case.schema import Case
from damages.model.estimate import after_answers, before_answers

DRAWS = 131_072
REPLICATES = 8
LARGEST_POWER = 14
ROWS_IN_CACHE = 32768

HEADLINES = ("pleaded_usd", "exposure_usd", "expected_usd")
PAID = ("judgment_usd", "net_fund_usd", "usd_per_claimant", "defendant_pays_usd")


def amount_lines(case: Case) -> tuple[str, ...]:
    """The class-wide lines that have one figure a draw, whatever the answers: people by each method, and the headlines."""
    methods = case.class_size.methods or {}
    names = [*methods, *(["combined"] if case.class_size.weights else [])]
    return (*(f"people_by_{name}" for name in names), "class_members_total", *HEADLINES)


def outcome_lines(case: Case) -> tuple[str, ...]:
    """The class-wide lines that follow from the answers, in the order of the model."""
    values, answers = base_values(case), answers_for_class(case)
    before = before_answers(case, values, {})
    lines = after_answers(case, {**values, **answers}, dict(before))
    by_group = {name for name in lines if name.endswith(("_entitled_share", "_usd_per_entitled", "_usd_per_member"))}
    return tuple(name for name in lines if name not in before and name not in by_group and name not in HEADLINES)


@dataclass(frozen=True)
class Simulation:
    """A case with its amounts drawn and its questions enumerated.

    Attributes
    ----------
    draws, seed, replicates : what was run; ``draws`` is all replicates together
    lines : line → mean and percentiles, over all answer paths
    if_recovered : the same for the lines that are paid, over the paths that pay something
    outcomes : the whole distribution of the headlines and of what is paid
    chance_of_recovery : the chance of any judgment for the class
    paths : the answer paths
    """

    case: Case
    draws: int
    seed: int
    replicates: int
    lines: dict[str, Summary]
    if_recovered: dict[str, Summary]
    outcomes: dict[str, Outcome]
    chance_of_recovery: Figure
    paths: tuple[Path, ...]


def simulate(
    case: Case, draws: int = DRAWS, seed: int = 0, executor: Executor | None = None, sets: int = REPLICATES
) -> Simulation:
    """Draw the amounts of a case and weigh every answer path.

    Parameters
    ----------
    case : a checked case
    draws : at least this many; rounded up to whole replicates of a power of two
    seed : any whole number from 0; same case, seed and versions give the same figures
    executor : any ``concurrent.futures`` executor; the figures are the same with and without
    sets : the least number of replicates; fewer are quicker and say less about their error

    Raises
    ------
    ValueError : a negative seed, or fewer than one draw
    """
    if draws < 1 or seed < 0:
        raise ValueError(f"draws must be 1 or more and seed 0 or more; got draws {draws} and seed {seed}.")
    replicates, power = _plan(draws, sets)
    paths = answer_paths(case)
    work = partial(_replicate, case, paths, seed, power)
    found = list(executor.map(work, range(replicates))) if executor else [work(r) for r in range(replicates)]
    lines = {name: _summary([one.lines[name] for one in found]) for name in found[0].lines}
    recovered = {name: _summary([one.if_recovered[name] for one in found]) for name in found[0].if_recovered}
    outcomes = {name: Outcome(tuple(one.parts[name] for one in found)) for name in found[0].parts}
    chance = Figure.of([one.chance_of_recovery for one in found])
    return Simulation(case, replicates * 2**power, seed, replicates, lines, recovered, outcomes, chance, paths)


def _plan(draws: int, sets: int = REPLICATES) -> tuple[int, int]:
    """How many replicates, of which power of two."""
    power = min(LARGEST_POWER, max(6, math.ceil(math.log2(draws / sets)))) if draws > sets else 6
    return max(sets, math.ceil(draws / 2**power)), power


@dataclass(frozen=True)
class _Reading:
    """What one replicate says."""

    lines: dict[str, np.ndarray]  # mean, then one percentile for each level
    if_recovered: dict[str, np.ndarray]
    parts: dict[str, tuple[Part, ...]]
    chance_of_recovery: float


def _summary(readings: list[np.ndarray]) -> Summary:
    mean, *levels = np.array(readings).T
    return Summary(Figure.of(mean), {level: Figure.of(values) for level, values in zip(LEVELS, levels, strict=True)})


def _replicate(case: Case, paths: tuple[Path, ...], seed: int, power: int, replicate: int) -> _Reading:
    drawn = _drawn(case, paths, seed, power, replicate)
    one_path: dict[str, tuple[Part, ...]] = {
        name: (Part(1.0, np.sort(values)),) for name, values in drawn.amounts.items()
    }
    lines = {name: _row(parts) for name, parts in one_path.items()}
    paying = [(weight, table) for weight, table in drawn.tables if table[drawn.names.index("judgment_usd")].any()]
    parts = {name: one_path[name] for name in HEADLINES}
    if_recovered = {}
    chance = sum(weight * float(np.mean(table[drawn.names.index("judgment_usd")] > 0)) for weight, table in paying)
    for i, name in enumerate(drawn.names):
        needed = name in PAID or any(level > 1.0 - chance for level in LEVELS)
        here = tuple(Part(weight, np.sort(table[i])) for weight, table in drawn.tables) if needed else ()
        mean = sum(weight * float(table[i].mean()) for weight, table in drawn.tables)
        lines[name] = np.array([mean, *(quantiles(here, LEVELS) if here else np.zeros(len(LEVELS)))])
        if name in PAID:
            parts[name] = here
            if_recovered[name] = _given_recovery(here, mean, chance)
    return _Reading(lines, if_recovered, parts, chance)


def _row(parts: tuple[Part, ...]) -> np.ndarray:
    return np.array([sum(part.weight * float(part.values.mean()) for part in parts), *quantiles(parts, LEVELS)])


def _given_recovery(parts: tuple[Part, ...], mean: float, chance: float) -> np.ndarray:
    """Mean and percentiles among the draws that pay something."""
    if chance == 0.0:
        return np.zeros(1 + len(LEVELS))
    positive = []
    for part in parts:
        first = int(part.values.searchsorted(0.0, side="right"))
        if first < len(part.values):
            positive.append(Part(part.weight * (1.0 - first / len(part.values)), part.values[first:]))
    return np.array([mean / chance, *quantiles(positive, LEVELS)]) if positive else np.zeros(1 + len(LEVELS))


@dataclass(frozen=True)
class _Drawn:
    """The raw draws of one replicate: lines of one column each, and a table of lines for each distinct path."""

    amounts: dict[str, np.ndarray]
    names: tuple[str, ...]
    tables: list[tuple[float, np.ndarray]]


def _drawn(case: Case, paths: tuple[Path, ...], seed: int, power: int, replicate: int) -> _Drawn:
    sampler, names, rows = Sampler(case), outcome_lines(case), 2**power
    uniform = uniforms(seed, replicate, power, len(sampler.columns))
    amounts = {name: np.empty(rows) for name in amount_lines(case)}
    tables = [np.empty((len(names), rows)) for _ in paths]
    step = max(1, ROWS_IN_CACHE // len(case.groups))
    for start in range(0, rows, step):
        block = slice(start, min(start + step, rows))
        values = sampler.values(uniform[:, block])
        common = before_answers(case, values, {})
        best = _answered(case, values, common, answers_for_class(case))
        for name in amounts:
            if name != "expected_usd":  # which follows from all paths together
                amounts[name][block] = np.ravel(best["judgment_usd" if name == "exposure_usd" else name])
        for path, table in zip(paths, tables, strict=True):
            lines = _answered(case, values, common, path.answers)
            for i, name in enumerate(names):
                table[i, block] = np.ravel(lines[name])
    judgment = names.index("judgment_usd")
    amounts["expected_usd"][:] = sum(path.chance * table[judgment] for path, table in zip(paths, tables, strict=True))
    return _Drawn(amounts, names, _distinct(paths, tables))


def _answered(
    case: Case, values: Mapping[str, Any], common: Mapping[str, Any], answers: Mapping[str, float]
) -> Mapping[str, Any]:
    return after_answers(case, {**values, **answers}, dict(common))


def _distinct(paths: tuple[Path, ...], tables: list[np.ndarray]) -> list[tuple[float, np.ndarray]]:
    """Paths that came out the same in every draw, as one with their chances together."""
    distinct: list[tuple[float, np.ndarray]] = []
    for path, table in zip(paths, tables, strict=True):
        for i, (chance, seen) in enumerate(distinct):
            if np.array_equal(table[:, :16], seen[:, :16]) and np.array_equal(table, seen):
                distinct[i] = (chance + path.chance, seen)
                break
        else:
            distinct.append((path.chance, table))
    return distinct
