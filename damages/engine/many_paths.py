"""One replicate of a case with many answer paths: all paths of a few draws together, counted in bins.

Up to `MANY_PATHS` paths each have steps of their own in one program (`damages.engine.replicate`). Beyond that the
program would be longer than the plan, so the model is read on arrays whose first axis is the path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from damages.case.schema import Case
from damages.engine.draws import Sampler
from damages.engine.headlines import headline_lines
from damages.engine.paths import Path, answers_for_class, lines_by_path, lines_over_paths
from damages.engine.percentiles import CountedDraws
from damages.engine.replicate import PAID, Parts, Reading, amount_lines, lines_wanted, read
from damages.engine.streaming import Histogram
from damages.ranges.points import Points

BLOCK_POWER = 6


@dataclass(frozen=True)
class ManyPaths:
    """All that a worker needs for a case with many answer paths."""

    case: Case
    sampler: Sampler
    paths: tuple[Path, ...]
    lines: Sequence[str]  # the lines that are wanted, headlines among them


def counted_over_paths(number: int, room: None = None, *, plan: ManyPaths, seed: int, power: int) -> Reading:
    """One replicate's reading. Nothing is kept but the counts, so there is no room to fill."""
    amounts = amount_lines(plan.case)
    paid = [name for name in PAID if name in plan.lines]
    counts = {name: Histogram() for name in plan.lines}
    recovering = {name: Histogram() for name in dict.fromkeys(["judgment_usd", *paid])}
    for uniform in Points((seed, number), power, len(plan.sampler.columns)).blocks(min(BLOCK_POWER, power)):
        values, draws = plan.sampler.values(uniform), uniform.shape[1]
        (best,) = lines_by_path(plan.case, values, [answers_for_class(plan.case)])
        best |= headline_lines(plan.case, values)
        expected = np.zeros((draws, 1))
        for some, chances, lines in lines_over_paths(plan.case, values, plan.paths, draws):
            shape = (len(some), draws, 1)
            weights = np.broadcast_to(chances / 2.0**power, shape).ravel()
            judgment = np.broadcast_to(lines["judgment_usd"], shape)
            expected = expected + (chances * judgment).sum(axis=0)
            some_recover = judgment.ravel() > 0.0
            for name in plan.lines:
                if name not in amounts:
                    counts[name].add(np.broadcast_to(lines[name], shape).ravel(), weights)
            for name, histogram in recovering.items():
                if some_recover.any():
                    figures = np.broadcast_to(lines[name], shape).ravel()
                    histogram.add(figures[some_recover], weights[some_recover])
        best["expected_usd"] = expected
        for name in amounts:
            if name in counts:
                counts[name].add(np.broadcast_to(best[name], (draws, 1)).ravel(), np.full(draws, 2.0**-power))
    binned: Parts = {name: (CountedDraws(histogram),) for name, histogram in counts.items()}
    return read(binned, {name: (CountedDraws(h),) if h.counts is not None else () for name, h in recovering.items()})


def many_paths(case: Case, paths: tuple[Path, ...], independent: bool, lines: Sequence[str] | None) -> ManyPaths:
    """What every replicate does: the headlines, and the lines that are asked for (all when None)."""
    return ManyPaths(case, Sampler(case, independent), paths, tuple(lines_wanted(case, lines)))
