"""Paths × replicates → `Simulation`: what a case comes to when its amounts are drawn.

Questions are enumerated (`damages.analysis.paths`), amounts are drawn (`damages.analysis.draws`).
A replicate is at once a set of Sobol' points, the unit of parallel work and one reading of every
figure, so results do not depend on the number of workers and every figure carries its error.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from damages.analysis.draws import Sampler
from damages.analysis.paths import Path, answer_paths, answers_for_class, base_values
from damages.analysis.program import Program, Ref, Traced, Tracer
from damages.analysis.risk import LEVELS, ROUNDING, Binned, Figure, Outcome, Part, Summary, quantiles
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
    if_recovered : the same for the lines that are paid, over the draws with a judgment for the class
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
    paths = answer_paths(case)
    work, found = _work(case, paths, most, independent, lines), _Found(case, paths)
    read = partial(_replicate, work=work, seed=seed, power=power)
    while True:
        todo = range(len(found.readings), replicates)
        found.readings += executor.map(read, todo) if executor else map(read, todo)
        result = found.simulation(power, seed, work, precision)
        if not result.not_converged or 2 * replicates * 2**power > most:
            return result
        replicates *= 2


def _plan(draws: int) -> tuple[int, int]:
    """How many replicates, of which power of two: 8 to 16 replicates, so that more draws are better points."""
    power = max(LEAST_POWER, int(math.log2(draws / REPLICATES)) if draws > REPLICATES else 0)
    return max(REPLICATES, math.ceil(draws / 2**power)), power


At = Ref | float  # the place of a figure among those of the program, or a constant
Weighed = tuple[tuple[float, At], ...]  # the paths that differ in a line: their chance, and its figure


@dataclass(frozen=True)
class _Work:
    """All that a worker needs: small to send, the same for every replicate.

    ``recovering`` holds, for each line that is paid, its figure beside the judgment, over the paths that may have one.
    """

    sampler: Sampler
    program: Program
    lines: dict[str, Weighed]
    recovering: dict[str, tuple[tuple[float, At, At], ...]]
    exact: bool


def _work(case: Case, paths: Sequence[Path], most_draws: int, independent: bool, lines: Sequence[str] | None) -> _Work:
    sampler = Sampler(case, independent)
    tracer, best, by_path = _trace(case, sampler, paths)
    wanted = {*HEADLINES, *PAID, *(outcome_lines(case) + amount_lines(case) if lines is None else lines)}
    figures: dict[int, Traced] = {}

    def place(value: Any) -> At:
        if not isinstance(value, Traced):
            return float(np.ravel(value)[0])
        figures.setdefault(value.number, value)
        return Ref(list(figures).index(value.number))

    def together(found: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
        """Paths with the same figures as one, with their chances together."""
        chances: dict[tuple[Any, ...], float] = {}
        for chance, *at in found:
            chances[tuple(at)] = chances.get(tuple(at), 0.0) + chance
        return tuple((chance, *at) for at, chance in chances.items())

    chances = [path.chance for path in paths]
    weighed: dict[str, Weighed] = {
        name: ((1.0, place(best[name])),) for name in amount_lines(case) if name in wanted
    } | {
        name: together([(chance, place(made[name])) for chance, made in zip(chances, by_path, strict=True)])
        for name in outcome_lines(case)
        if name in wanted
    }
    recovering = {}
    for name in PAID:
        both = [
            (chance, place(made[name]), place(made["judgment_usd"]))
            for chance, made in zip(chances, by_path, strict=True)
        ]
        recovering[name] = together([each for each in both if each[2] != 0.0])
    kept = {at for name in (*HEADLINES, *PAID) for _, at in weighed[name] if isinstance(at, Ref)}
    exact = most_draws * max(len(kept), 1) <= MOST_KEPT
    return _Work(sampler, tracer.program(list(figures.values())), weighed, recovering, exact)


def _trace(case: Case, sampler: Sampler, paths: Sequence[Path]) -> tuple[Tracer, dict[str, Any], list[dict[str, Any]]]:
    """The model's lines as traced figures: with every question answered for the class, and for each path."""
    given, tracer = dict(sampler.base), Tracer()
    for name, (wide, ends) in sampler.ranges().items():
        given[name] = tracer.input(name, wide, ends)
    before = before_answers(case, given, {})

    def answered(answers: Any) -> dict[str, Any]:
        return dict(after_answers(case, {**given, **answers}, dict(before)))

    best, by_path = answered(answers_for_class(case)), [answered(path.answers) for path in paths]
    expected = sum(path.chance * lines["judgment_usd"] for path, lines in zip(paths, by_path, strict=True))
    return tracer, {**best, "exposure_usd": best["judgment_usd"], "expected_usd": expected}, by_path


@dataclass(frozen=True)
class _Reading:
    """What one replicate says."""

    lines: dict[str, np.ndarray]  # mean, then one percentile for each level
    if_recovered: dict[str, np.ndarray]
    parts: dict[str, tuple[Part, ...]]
    chance_of_recovery: float


def _replicate(replicate: int, work: _Work, seed: int, power: int) -> _Reading:
    """One replicate's reading."""
    parts = _kept(replicate, work, seed, power) if work.exact else _counted(replicate, work, seed, power)
    return _read(*parts)


Parts = dict[str, tuple[Part, ...]]


def _figures(replicate: int, work: _Work, seed: int, power: int) -> Iterator[list[np.ndarray]]:
    """The program's figures, a block of draws at a time."""
    for uniform in Points((seed, replicate), power, len(work.sampler.columns)).blocks(BLOCK_POWER):
        yield work.program.run(work.sampler.drawn(uniform))


def _kept(replicate: int, work: _Work, seed: int, power: int) -> tuple[Parts, Parts]:
    """Every draw of every line, and of those that are paid where there is a judgment."""
    kept, start = np.empty((len(work.program.wanted), 2**power)), 0
    for figures in _figures(replicate, work, seed, power):
        for row, figure in zip(kept, figures, strict=True):
            row[start : start + len(figure)] = figure
        start += len(figures[0]) if figures else 0
    rows = list(kept)  # one array object for each figure, so that lines that share it are known to

    def of(at: At) -> np.ndarray:
        return rows[at.step] if isinstance(at, Ref) else np.array([at])

    lines = {name: tuple(Part(weight, of(at)) for weight, at in weighed) for name, weighed in work.lines.items()}
    masks = {at: of(at) > 0.0 for each in work.recovering.values() for _, _, at in each}
    recovering = {
        name: tuple(
            Part(weight, of(line))
            if masks[judgment].all()
            else Part(weight * float(masks[judgment].mean()), np.broadcast_to(of(line), 2**power)[masks[judgment]])
            for weight, line, judgment in each
            if masks[judgment].any()
        )
        for name, each in work.recovering.items()
    }
    return lines, recovering


def _counted(replicate: int, work: _Work, seed: int, power: int) -> tuple[Parts, Parts]:
    """The same, counted in bins: memory does not grow with the draws."""
    lines = {name: Histogram() for name in work.lines}
    recovering = {name: Histogram() for name in PAID}
    chunk = 2 ** min(power, CHUNK_POWER)
    kept, start = np.empty((len(work.program.wanted), chunk)), 0
    for figures in _figures(replicate, work, seed, power):
        for row, figure in zip(kept, figures, strict=True):
            row[start : start + len(figure)] = figure
        start = (start + len(figures[0])) % chunk
        if start:
            continue
        for name, weighed in work.lines.items():
            for weight, at in weighed:
                values = kept[at.step] if isinstance(at, Ref) else np.array([at])
                lines[name].add(values, weight * chunk / len(values) * 2.0**-power)
        for name, each in work.recovering.items():
            for weight, line, judgment in each:
                values = np.broadcast_to(kept[line.step] if isinstance(line, Ref) else line, chunk)
                found = values[kept[judgment.step] > 0.0] if isinstance(judgment, Ref) else values
                if len(found):
                    recovering[name].add(found, weight * 2.0**-power)
    binned: Parts = {name: (Binned(histogram),) for name, histogram in lines.items()}
    return binned, {name: (Binned(h),) if h.counts is not None else () for name, h in recovering.items()}


def _read(lines: Parts, recovering: Parts) -> _Reading:
    """Means and percentiles of every line, and of what is paid if there is a judgment. What is the same is read once."""
    seen: dict[Any, np.ndarray] = {}

    def key(parts: tuple[Part, ...]) -> tuple[Any, ...]:
        return tuple((part.weight, id(part.drawn)) for part in parts)

    for name in PAID:
        nothing = _nothing_beside(lines[name], recovering[name])
        if nothing is not None and key(lines[name]) not in seen:
            # Beside these draws there is only nothing, so percentiles of all draws are theirs, further down.
            weight, levels = sum(part.weight for part in recovering[name]), np.array(LEVELS)
            places = (levels * (nothing + weight) * ROUNDING - nothing) / weight
            found = quantiles(recovering[name], [*levels, *places[places > 0]])
            mean = sum(part.weight * part.mean for part in recovering[name])
            over_all = np.zeros(len(LEVELS))
            over_all[places > 0] = found[len(LEVELS) :]
            seen[key(lines[name])] = np.array([mean, *over_all])
            seen[key(recovering[name])] = np.array([mean / weight, *found[: len(LEVELS)]])
    for parts in (*lines.values(), *recovering.values()):
        if key(parts) not in seen:
            weight = sum(part.weight for part in parts)
            mean = sum(part.weight * part.mean for part in parts) / weight if weight > 0 else 0.0
            seen[key(parts)] = np.array([mean, *quantiles(parts, LEVELS)])
    return _Reading(
        {name: seen[key(parts)] for name, parts in lines.items()},
        {name: seen[key(parts)] for name, parts in recovering.items()},
        {name: lines[name] for name in (*HEADLINES, *PAID)},
        float(sum(part.weight for part in recovering["judgment_usd"])),
    )


def _nothing_beside(parts: tuple[Part, ...], recovering: tuple[Part, ...]) -> float | None:
    """The chance of the draws beside those that recover, where all of these are 0 and the others not below; else None."""
    ours = {id(part.drawn): part.weight for part in recovering}
    rest = [part for part in parts if ours.get(id(part.drawn)) != part.weight]
    if len(parts) - len(rest) != len(ours) or not ours or any(len(part.drawn) > 1 or part.mean for part in rest):
        return None
    return sum(part.weight for part in rest) if all(part.drawn.min() >= 0.0 for part in recovering) else None


@dataclass
class _Found:
    """The readings so far."""

    case: Case
    paths: tuple[Path, ...]
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
            self.paths,
            work.exact,
            precision,
            work.sampler.independent,
        )


def _summary(readings: list[np.ndarray]) -> Summary:
    mean, *levels = np.array(readings).T
    return Summary(Figure.of(mean), {level: Figure.of(values) for level, values in zip(LEVELS, levels, strict=True)})
