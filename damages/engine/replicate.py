"""One replicate: the model on one set of Sobol' points, and what its figures say.

The model is traced once for all answer paths (`damages.engine.trace`); a replicate runs it block by block and reads
means and percentiles from what comes out. It is what is sent to a worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from damages.case.lines import method_lines
from damages.case.schema import Case
from damages.engine.draws import Sampler
from damages.engine.headlines import HEADLINES, full_recovery_lines, fully_recovered, is_headline, winning_paths
from damages.engine.paths import Path, answers_for_class, base_values
from damages.engine.percentiles import LEVELS, ROUNDING, CountedDraws, Draws, quantiles
from damages.engine.streaming import Histogram
from damages.engine.trace import Program, Ref, Traced, Tracer
from damages.errors import ArgumentError
from damages.model.estimate import after_answers, before_answers
from damages.ranges.points import Points

BLOCK_POWER = 13  # draws at a time: all inputs of a block stay in the cache
CHUNK_POWER = 16  # draws between two counts

PAID = ("judgment_usd", "net_fund_usd", "usd_per_claimant", "defendant_pays_usd")


def amount_lines(case: Case) -> tuple[str, ...]:
    """The class-wide lines that have one figure a draw, whatever the answers: people by each method, and the headlines."""
    claims = (f"{theory}_full_recovery_usd" for theory in case.theories)
    return (*method_lines(case.class_size), "class_members_total", *HEADLINES, *claims)


BY_GROUP = ("_entitled_share", "_per_entitled", "_per_member", "_with_loss", "_without_loss")  # how such lines end


def outcome_lines(case: Case) -> tuple[str, ...]:
    """The class-wide lines that follow from the answers, in the order of the model."""
    values, answers = base_values(case), answers_for_class(case)
    before = before_answers(case, values, {})
    lines = after_answers(case, {**values, **answers}, dict(before))
    return tuple(name for name in lines if name not in before and not name.endswith(BY_GROUP) and not is_headline(name))


At = Ref | float  # the place of a figure among those of the program, or a constant
Weighed = tuple[tuple[float, At], ...]  # the paths that differ in a line: their chance, and its figure


@dataclass(frozen=True)
class Plan:
    """All that a worker needs: small to send, the same for every replicate.

    ``recovering`` holds, for the judgment and each line asked for that is paid, its figure beside the judgment, over the
    paths that may have one. The first ``kept`` figures of the program are those whose draws outlive their replicate.
    """

    sampler: Sampler
    program: Program
    kept: int
    lines: dict[str, Weighed]
    recovering: dict[str, tuple[tuple[float, At, At], ...]]


def lines_wanted(case: Case, lines: Sequence[str] | None) -> list[str]:
    """The class-wide lines to summarise: the headlines and those asked for, or all; in the order of the model.

    Raises
    ------
    ArgumentError : a line that the case has not
    """
    known = (*amount_lines(case), *outcome_lines(case))
    if unknown := [name for name in lines or () if name not in known]:
        raise ArgumentError(f"{unknown[0]!r} is not a line of this case; it has {', '.join(known)}.")
    return [name for name in known if lines is None or name in (*HEADLINES, *lines)]


def plan_of(case: Case, paths: Sequence[Path], independent: bool, lines: Sequence[str] | None) -> Plan:
    """What every replicate of a case does: the headlines, and the lines that are asked for (all when None)."""
    sampler = Sampler(case, independent)
    tracer, best, by_path = traced_lines(case, sampler, paths)
    amounts, wanted = amount_lines(case), lines_wanted(case, lines)
    paid = [name for name in PAID if name in wanted]
    places: dict[int, int] = {}
    figures: list[Traced] = []

    def place(value: Any) -> At:
        if not isinstance(value, Traced):
            return float(np.ravel(value)[0])
        if value.number not in places:
            places[value.number] = len(figures)
            figures.append(value)
        return Ref(places[value.number])

    def weighed(name: str) -> Weighed:
        if name in amounts:
            return ((1.0, place(best[name])),)
        return _together((path.chance, place(made[name])) for path, made in zip(paths, by_path, strict=True))

    def beside_judgments(name: str) -> Iterator[tuple[Any, ...]]:
        for path, made in zip(paths, by_path, strict=True):
            judgment = made["judgment_usd"]
            low, high = judgment.ends if isinstance(judgment, Traced) else 2 * (float(np.ravel(judgment)[0]),)
            if high > 0.0:
                surely = low > 0.0  # there is one in every draw
                yield path.chance, place(made[name]) if name in wanted else 0.0, 1.0 if surely else place(judgment)

    first = {name: weighed(name) for name in (*HEADLINES, *paid)}
    kept = len(figures)
    recovering = {name: _together(beside_judgments(name)) for name in dict.fromkeys(["judgment_usd", *paid])}
    all_lines = {name: first[name] if name in first else weighed(name) for name in wanted}
    return Plan(sampler, tracer.program(figures), kept, all_lines, recovering)


def _together(found: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Paths with the same figures as one, with their chances together."""
    chances: dict[tuple[Any, ...], float] = {}
    for chance, *at in found:
        chances[tuple(at)] = chances.get(tuple(at), 0.0) + chance
    return tuple((chance, *at) for at, chance in chances.items())


def traced_lines(
    case: Case, sampler: Sampler, paths: Sequence[Path]
) -> tuple[Tracer, dict[str, Any], list[dict[str, Any]]]:
    """The model's lines as traced figures: those of the headlines, and those of each path."""
    given, tracer = dict(sampler.base), Tracer()
    for name, (wide, ends) in sampler.ranges().items():
        given[name] = tracer.input(name, wide, ends)
    before = before_answers(case, given, {})

    def answered(answers: Any) -> dict[str, Any]:
        return dict(after_answers(case, {**given, **answers}, dict(before)))

    winning, by_path = winning_paths(case), [answered(path.answers) for path in paths]
    won = [answered(path.answers) for path in winning]
    full = fully_recovered(case, given, before)
    headlines = {figure: full[line] for figure, line in full_recovery_lines(case).items()}
    headlines |= {"exposure_usd": mean_judgment(winning, won), "expected_usd": mean_judgment(paths, by_path)}
    return tracer, {**won[0], **headlines}, by_path


def mean_judgment(paths: Sequence[Path], lines: Sequence[dict[str, Any]]) -> Any:
    """The judgment on average over some paths."""
    return sum(path.chance * made["judgment_usd"] for path, made in zip(paths, lines, strict=True))


@dataclass(frozen=True)
class Reading:
    """What one replicate says."""

    lines: dict[str, np.ndarray]  # mean, then one percentile for each level
    if_recovered: dict[str, np.ndarray]
    parts: dict[str, tuple[Draws, ...]]
    chance_of_recovery: float


def replicate(
    number: int, room: np.ndarray | None = None, *, plan: Plan, seed: int, power: int, exact: bool
) -> Reading:
    """One replicate's reading.

    Parameters
    ----------
    room : where the draws that outlive the replicate are written, (`Plan.kept`, 2**power); made when left out
    exact : keep the draws; else they are counted in bins
    """
    parts = _drawn(number, room, plan, seed, power) if exact else _counted(number, plan, seed, power)
    return read(*parts)


Parts = dict[str, tuple[Draws, ...]]


def _figures(number: int, plan: Plan, seed: int, power: int) -> Iterator[list[np.ndarray]]:
    """The program's figures, a block of draws at a time."""
    for uniform in Points((seed, number), power, len(plan.sampler.columns)).blocks(BLOCK_POWER):
        yield plan.program.run(plan.sampler.sample(uniform))


def _drawn(number: int, room: np.ndarray | None, plan: Plan, seed: int, power: int) -> tuple[Parts, Parts]:
    """Every draw of every line, and of those that are paid where there is a judgment."""
    if room is None:
        room = np.empty((plan.kept, 2**power))
    others = np.empty((len(plan.program.wanted) - plan.kept, 2**power))
    rows = [*room, *others]  # one array object for each figure, so that lines that share it are known to
    start = 0
    for figures in _figures(number, plan, seed, power):
        for row, figure in zip(rows, figures, strict=True):
            row[start : start + len(figure)] = figure
        start += len(figures[0]) if figures else 0

    def of(at: At) -> np.ndarray:
        return rows[at.step] if isinstance(at, Ref) else np.array([at])

    masks: dict[At, np.ndarray] = {
        at: of(at) > 0.0 for each in plan.recovering.values() for _, _, at in each if isinstance(at, Ref)
    }
    shares: dict[At, float] = {at: float(mask.mean()) for at, mask in masks.items()}

    def beside(weight: float, line: At, judgment: At) -> Draws:
        if shares.get(judgment, 1.0) == 1.0:
            return Draws(weight, of(line))
        return Draws(weight * shares[judgment], np.broadcast_to(of(line), 2**power)[masks[judgment]])

    lines = {name: tuple(Draws(weight, of(at)) for weight, at in weighed) for name, weighed in plan.lines.items()}
    recovering = {
        name: tuple(beside(*one) for one in each if shares.get(one[2], 1.0) > 0.0)
        for name, each in plan.recovering.items()
    }
    return lines, recovering


def _counted(number: int, plan: Plan, seed: int, power: int) -> tuple[Parts, Parts]:
    """The same, counted in bins: memory does not grow with the draws."""
    figures = [Histogram() for _ in plan.program.wanted]
    without: dict[tuple[At, Ref], Histogram] = {}  # of a line that is paid: the draws without that judgment
    beside = {(line, j) for each in plan.recovering.values() for _, line, j in each if isinstance(j, Ref)}
    chunk = 2 ** min(power, CHUNK_POWER)
    kept, start = np.empty((len(figures), chunk)), 0
    for block in _figures(number, plan, seed, power):
        for row, figure in zip(kept, block, strict=True):
            row[start : start + len(figure)] = figure
        start = (start + (len(block[0]) if block else chunk)) % chunk
        if start:
            continue
        for histogram, row in zip(figures, kept, strict=True):
            histogram.add(row)
        none = {j: kept[j.step] <= 0.0 for j in {j for _, j in beside} if kept[j.step].min() <= 0.0}
        for line, j in beside:
            if j in none:
                values = np.broadcast_to(kept[line.step] if isinstance(line, Ref) else line, chunk)[none[j]]
                without.setdefault((line, j), Histogram()).add(values)

    def of(at: At) -> Histogram:
        if isinstance(at, Ref):
            return figures[at.step]
        constant = Histogram()
        constant.add(np.array([at]), 2.0**power)
        return constant

    lines, recovering = ({name: Histogram() for name in names} for names in (plan.lines, plan.recovering))
    for name, weighed in plan.lines.items():
        for weight, at in weighed:
            lines[name].add_counted(of(at), weight * 2.0**-power)
    for name, each in plan.recovering.items():
        for weight, line, judgment in each:
            recovering[name].add_counted(of(line), weight * 2.0**-power)
            if isinstance(judgment, Ref) and (line, judgment) in without:
                recovering[name].add_counted(without[line, judgment], -weight * 2.0**-power)
    binned: Parts = {name: (CountedDraws(histogram),) for name, histogram in lines.items()}
    found = {name: h for name, h in recovering.items() if h.counts is not None and h.counts.sum() > 2.0**-60}
    return binned, {name: (CountedDraws(found[name]),) if name in found else () for name in recovering}


def read(lines: Parts, recovering: Parts) -> Reading:
    """Means and percentiles of every line, and of what is paid if there is a judgment. What is the same is read once."""
    seen: dict[Any, np.ndarray] = {}

    def key(parts: tuple[Draws, ...]) -> tuple[Any, ...]:
        return tuple((part.weight, id(part.draws)) for part in parts)

    paid = [name for name in recovering if name in lines]
    for name in paid:
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
    for parts in (*lines.values(), *(recovering[name] for name in paid)):
        if key(parts) not in seen:
            weight = sum(part.weight for part in parts)
            mean = sum(part.weight * part.mean for part in parts) / weight if weight > 0 else 0.0
            seen[key(parts)] = np.array([mean, *quantiles(parts, LEVELS)])
    return Reading(
        {name: seen[key(parts)] for name, parts in lines.items()},
        {name: seen[key(recovering[name])] for name in paid},
        {name: lines[name] for name in (*HEADLINES, *paid)},
        float(sum(part.weight for part in recovering["judgment_usd"])),
    )


def _nothing_beside(parts: tuple[Draws, ...], recovering: tuple[Draws, ...]) -> float | None:
    """The chance of the draws beside those that recover, where all of these are 0 and the others not below; else None."""
    ours = {id(part.draws): part.weight for part in recovering}
    rest = [part for part in parts if ours.get(id(part.draws)) != part.weight]
    if len(parts) - len(rest) != len(ours) or not ours or any(len(part.draws) > 1 or part.mean for part in rest):
        return None
    return sum(part.weight for part in rest) if all(part.draws.min() >= 0.0 for part in recovering) else None
