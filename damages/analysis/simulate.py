"""Paths × replicates → `Simulation`: what a case comes to when its amounts are drawn.

Questions are enumerated (`damages.analysis.paths`), amounts are drawn (`damages.analysis.draws`).
A replicate is at once a set of Sobol' points, the unit of parallel work and one reading of every
figure, so results do not depend on the number of workers and every figure carries its error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from damages.analysis.draws import Sampler
from damages.analysis.paths import Path, answer_paths, answers_for_class, base_values
from damages.analysis.program import Program, Traced, Tracer
from damages.analysis.risk import LEVELS, Binned, Figure, Outcome, Part, Summary, quantiles
from damages.analysis.sobol import Points
from damages.analysis.streaming import Histogram
from damages.case.schema import Case
from damages.model.estimate import after_answers, before_answers

DRAWS = 131_072
REPLICATES = 8
LEAST_POWER = 6
BLOCK_POWER = 13  # draws at a time: all inputs of a block stay in the cache
MOST_KEPT = 2**25  # values kept as drawn, 256 MB; beyond it they are counted in bins
CHUNK_POWER = 17  # draws between two counts

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
    exact : whether percentiles are those of the draws themselves, or of bins (`damages.analysis.streaming`)
    precision : the relative error asked for; None when a number of draws was asked for
    independent : whether the case's correlations were left out
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
    exact: bool = True
    precision: float | None = None
    independent: bool = False

    @property
    def not_converged(self) -> dict[str, float]:
        """The headlines whose relative error on the mean is above the precision asked for, each with that error."""
        if self.precision is None:
            return {}
        return {name: error for name in HEADLINES if (error := self.lines[name].mean.relative_error) > self.precision}


def simulate(
    case: Case,
    draws: int = DRAWS,
    seed: int = 0,
    executor: Executor | None = None,
    *,
    precision: float | None = None,
    most_draws: int = 64 * DRAWS,
    independent: bool = False,
    lines: Sequence[str] | None = None,
) -> Simulation:
    """Draw the amounts of a case and weigh every answer path.

    Parameters
    ----------
    case : a checked case
    draws : at least this many; rounded up to whole replicates of a power of two
    seed : any whole number from 0; same case, seed and versions give the same figures
    executor : any ``concurrent.futures`` executor; the figures are the same with and without
    precision : go on, twice as many replicates at a time, until the 95% interval of every headline's mean is within
        this share of it, or the next round would pass ``most_draws``
    independent : leave the case's correlations out
    lines : the class-wide lines to summarise beside the headlines and what is paid; all of them when left out

    Raises
    ------
    ValueError : a negative seed, fewer than one draw, a precision that is not above 0
    """
    if draws < 1 or seed < 0:
        raise ValueError(f"draws must be 1 or more and seed 0 or more; got draws {draws} and seed {seed}.")
    if precision is not None and not precision > 0:
        raise ValueError(f"precision must be above 0, such as 0.005 for half a percent; got {precision}.")
    replicates, power = _plan(draws)
    most = replicates * 2**power if precision is None else max(most_draws, replicates * 2**power)
    work, found = _work(case, seed, power, most, independent, lines), _Found(case)
    while True:
        todo = range(len(found.readings), replicates)
        found.readings += executor.map(work, todo) if executor else [work(replicate) for replicate in todo]
        result = found.simulation(power, seed, work.keywords["work"], precision)
        if not result.not_converged or 2 * replicates * 2**power > most:
            return result
        replicates *= 2


def _plan(draws: int) -> tuple[int, int]:
    """How many replicates, of which power of two: 8 to 16 replicates, so that more draws are better points."""
    power = max(LEAST_POWER, int(math.log2(draws / REPLICATES)) if draws > REPLICATES else 0)
    return max(REPLICATES, math.ceil(draws / 2**power)), power


Weighed = tuple[tuple[float, int | float], ...]  # for each distinct answer path: its chance, and a figure or a constant


@dataclass(frozen=True)
class _Work:
    """All that a worker needs: small to send, the same for every replicate."""

    sampler: Sampler
    program: Program
    lines: dict[str, Weighed]
    paths: tuple[Path, ...] = field(repr=False)
    exact: bool = True


def _work(
    case: Case, seed: int, power: int, most_draws: int, independent: bool, lines: Sequence[str] | None
) -> partial[_Reading]:
    sampler, paths = Sampler(case, independent), answer_paths(case)
    weighed = _trace(case, sampler, paths)
    if lines is not None:
        weighed = {name: each for name, each in weighed.items() if name in {*HEADLINES, *PAID, *lines}}
    figures: dict[int, Traced] = {}
    for each in weighed.values():
        figures |= {figure.number: figure for _, figure in each if isinstance(figure, Traced)}
    place = {number: i for i, number in enumerate(figures)}
    placed = {
        name: tuple((chance, place[f.number] if isinstance(f, Traced) else f) for chance, f in each)
        for name, each in weighed.items()
    }
    tracer = next(iter(figures.values())).tracer if figures else Tracer()
    kept = {i for name in (*HEADLINES, *PAID) for _, i in placed[name] if isinstance(i, int)}
    exact = most_draws * max(len(kept), 1) <= MOST_KEPT
    work = _Work(sampler, tracer.program(list(figures.values())), placed, paths, exact)
    return partial(_replicate, work=work, seed=seed, power=power)


def _trace(
    case: Case, sampler: Sampler, paths: Sequence[Path]
) -> dict[str, tuple[tuple[float, Traced | float], ...]]:
    """Every class-wide line as the chances and figures of the paths that differ in it."""
    given, tracer = dict(sampler.base), Tracer()
    for name, (wide, ends) in sampler.ranges().items():
        given[name] = tracer.input(name, wide, ends)
    before = before_answers(case, given, {})

    def answered(answers: Any) -> dict[str, Any]:
        return dict(after_answers(case, {**given, **answers}, dict(before)))

    best = answered(answers_for_class(case)) | {"exposure_usd": None}
    best["exposure_usd"] = best["judgment_usd"]
    by_path = [answered(path.answers) for path in paths]
    best["expected_usd"] = sum(path.chance * lines["judgment_usd"] for path, lines in zip(paths, by_path, strict=True))
    found = {name: ((1.0, _figure(best[name])),) for name in amount_lines(case)}
    for name in outcome_lines(case):
        together: dict[Any, tuple[float, Traced | float]] = {}
        for path, lines in zip(paths, by_path, strict=True):
            figure = _figure(lines[name])
            key = ("step", figure.number) if isinstance(figure, Traced) else figure
            together[key] = (together.get(key, (0.0, figure))[0] + path.chance, figure)
        found[name] = tuple(together.values())
    return found


def _figure(value: Any) -> Traced | float:
    return value if isinstance(value, Traced) else float(np.ravel(value)[0])


@dataclass(frozen=True)
class _Reading:
    """What one replicate says."""

    lines: dict[str, np.ndarray]  # mean, then one percentile for each level
    if_recovered: dict[str, np.ndarray]
    parts: dict[str, tuple[Part, ...]]
    chance_of_recovery: float


def _replicate(replicate: int, work: _Work, seed: int, power: int) -> _Reading:
    """One replicate's reading."""
    chunk = power if work.exact else min(power, CHUNK_POWER)
    count, rows = len(work.program.wanted), 2**chunk
    kept, histograms = np.empty((count, rows)), {name: Histogram() for name in work.lines}
    step = 2 ** min(BLOCK_POWER, power)
    start = 0
    for uniform in Points((seed, replicate), power, len(work.sampler.columns)).blocks(BLOCK_POWER):
        for row, figure in zip(kept, work.program.run(work.sampler.drawn(uniform)), strict=True):
            row[start : start + step] = figure
        start += step
        if start == rows and not work.exact:
            for name, weighed in work.lines.items():
                for weight, at in weighed:
                    values = kept[at] if isinstance(at, int) else np.array([at])
                    histograms[name].add(values, weight * rows / len(values) * 2.0**-power)
            start = 0
    if not work.exact:
        return _read({name: (Binned(histogram),) for name, histogram in histograms.items()})
    rows_of = list(kept)  # one array object for each figure, so that lines that share it are known to
    return _read(
        {
            name: tuple(Part(weight, rows_of[at] if isinstance(at, int) else np.array([at])) for weight, at in weighed)
            for name, weighed in work.lines.items()
        }
    )


def _read(parts: dict[str, tuple[Part, ...]]) -> _Reading:
    """Means and percentiles of every line, and of what is above zero. Lines that are the same figures are read once."""
    seen: dict[Any, tuple[np.ndarray, np.ndarray, float]] = {}
    found = {}
    for name, each in parts.items():
        key = tuple((part.weight, id(part.drawn)) for part in each)
        if key not in seen:
            seen[key] = _read_line(each)
        found[name] = seen[key]
    return _Reading(
        {name: over_all for name, (over_all, _, _) in found.items()},
        {name: found[name][1] for name in PAID},
        {name: parts[name] for name in (*HEADLINES, *PAID)},
        found["judgment_usd"][2],
    )


def _read_line(parts: tuple[Part, ...]) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean and percentiles over all draws, the same over those above zero, and the chance of these."""
    mean = sum(part.weight * part.mean for part in parts)
    weight, nothing = sum(part.weight for part in parts), sum(part.weight * part.share_up_to(0.0) for part in parts)
    chance = float(weight - nothing)
    levels = np.array(LEVELS)
    both = quantiles(parts, [*levels, *((nothing + levels * chance) / weight)])
    above = np.array([mean / chance, *both[len(LEVELS) :]]) if chance > 0 else np.zeros(1 + len(LEVELS))
    return np.array([mean, *both[: len(LEVELS)]]), above, chance


@dataclass
class _Found:
    """The readings so far."""

    case: Case
    readings: list[_Reading] = field(default_factory=list)

    def simulation(self, power: int, seed: int, work: _Work, precision: float | None) -> Simulation:
        """What they say together."""
        found = self.readings
        lines = {name: _summary([one.lines[name] for one in found]) for name in found[0].lines}
        recovered = {name: _summary([one.if_recovered[name] for one in found]) for name in found[0].if_recovered}
        outcomes = {name: Outcome(tuple(one.parts[name] for one in found)) for name in found[0].parts}
        chance = Figure.of([one.chance_of_recovery for one in found])
        return Simulation(
            self.case,
            len(found) * 2**power,
            seed,
            len(found),
            lines,
            recovered,
            outcomes,
            chance,
            work.paths,
            work.exact,
            precision,
            work.sampler.independent,
        )


def _summary(readings: list[np.ndarray]) -> Summary:
    mean, *levels = np.array(readings).T
    return Summary(Figure.of(mean), {level: Figure.of(values) for level, values in zip(LEVELS, levels, strict=True)})
