"""Paths × replicates → `Simulation`: what a case comes to when its amounts are drawn.

Questions are enumerated (`damages.engine.paths`), amounts are drawn (`damages.engine.draws`).
A replicate is at once a set of Sobol' points, the unit of parallel work and one reading of every
figure, so results do not depend on the number of workers and every figure carries its error.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from damages.case.schema import Case
from damages.engine.many_paths import counted_over_paths, many_paths
from damages.engine.paths import MANY_PATHS, Path, answer_paths
from damages.engine.percentiles import LEVELS, Measured, Outcome, Summary
from damages.engine.replicate import HEADLINES, PAID, amount_lines, outcome_lines, plan_of, replicate
from damages.errors import ArgumentError
from damages.shows import Shows

if TYPE_CHECKING:
    import pandas

__all__ = ["HEADLINES", "PAID", "Simulation", "amount_lines", "outcome_lines", "simulate"]

DRAWS = 131_072
MOST_DRAWS = 2**30
REPLICATES = 8
THREADS_FROM = 2**19  # draws; below it starting threads costs more than it brings
MOST_THREADS = 8  # each holds the draws of a replicate
LEAST_POWER = 6
LEAST_POWER_TOGETHER = 3
MOST_TOGETHER = 2**21  # answer paths × draws, where paths are worked out together: some seconds' work
MOST_KEPT = 2**25  # values kept as drawn, 256 MB; beyond it they are counted in bins


@dataclass(frozen=True)
class Simulation(Shows):
    """A case with its amounts drawn and its questions enumerated.

    Attributes
    ----------
    draws, seed, replicates : what was run; ``draws`` is all replicates together
    lines : line → mean and percentiles, over all answer paths
    if_recovered : the same for those lines that are paid, over the draws with a judgment for the class
    outcomes : the whole distribution of the headlines and of those lines that are paid
    chance_of_recovery : the chance of any judgment for the class
    paths : the answer paths
    exact : whether percentiles are those of the draws themselves, or of bins (`damages.engine.streaming`)
    precision : the relative error asked for; None when a number of draws was asked for
    independent : whether the case's correlations were left out
    """

    shown_in: ClassVar[str] = "outcomes"

    case: Case
    draws: int
    seed: int
    replicates: int
    lines: dict[str, Summary]
    if_recovered: dict[str, Summary]
    outcomes: dict[str, Outcome]
    chance_of_recovery: Measured
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

    def frame(self, lines: Sequence[str] = (*HEADLINES, "judgment_usd")) -> pandas.DataFrame:
        """Every draw of every answer path as a row: the inputs, the path and its weight, and some lines.

        The draws are made again; a line's mean is the sum of ``weight`` × the line over all rows.

        Raises
        ------
        ArgumentError : more numbers than a frame may hold; ask fewer draws or lines
        """
        from damages.engine.frames import of_simulation

        return of_simulation(self.case, self.paths, self.seed, self.replicates, self.draws, self.independent, lines)

    def __repr__(self) -> str:
        means = "".join(f"\n  {name:<13} {self.lines[name].mean.value:_} on average" for name in HEADLINES)
        return f"Simulation of {self.case.shown_as}, {self.draws:_} draws, seed {self.seed}{means}"


def simulate(
    case: Case,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    executor: Executor | None = None,
    precision: float | None = None,
    most_draws: int = 64 * DRAWS,
    independent: bool = False,
    lines: Sequence[str] | None = None,
    sets: int = REPLICATES,
) -> Simulation:
    """Draw the amounts of a case and weigh every answer path.

    Parameters
    ----------
    case : a checked case
    draws : at least this many, rounded up to whole replicates of a power of two; fewer for a case of more than
        `MANY_PATHS` answer paths, each of which is worked out for every draw
    seed : any whole number from 0; same case, seed and versions give the same figures
    executor : any ``concurrent.futures`` executor; the figures are the same with and without
    precision : begin again with twice the draws, until the 95% interval of every headline's mean is within this share
        of it, or the next round would pass ``most_draws``
    independent : leave the case's correlations out
    lines : the class-wide lines to summarise beside the headlines; all of them when left out
    sets : the least number of replicates; fewer are quicker and say less about their error

    Raises
    ------
    ArgumentError : a negative seed, fewer than one draw, a precision that is not above 0, too few sets, a line that the case has not

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> found = damages.simulate(case, draws=4_096).lines["exposure_usd"].mean
    >>> round(found.value, -6), found.error < 0.01 * found.value
    (385000000.0, True)
    """
    if not draws >= 1 or seed < 0:
        raise ArgumentError(f"draws must be 1 or more and seed 0 or more; got draws {draws} and seed {seed}.")
    if sets < (1 if precision is None else 2):
        raise ArgumentError(
            f"sets must be 1 or more, and 2 or more with a precision, which is their spread; got {sets}."
        )
    if draws > MOST_DRAWS:
        raise ArgumentError(f"draws must be at most {MOST_DRAWS:,}, some minutes' work; got {draws:,}.")
    if precision is not None and not precision > 0:
        raise ArgumentError(f"precision must be above 0, such as 0.005 for half a percent; got {precision}.")
    paths = answer_paths(case)
    together = len(paths) > MANY_PATHS
    if together:
        draws, most_draws = (min(count, MOST_TOGETHER // len(paths)) for count in (draws, most_draws))
        replicates, power = _plan(draws, sets, LEAST_POWER_TOGETHER)
        many = many_paths(case, paths, independent, lines)
    else:
        replicates, power = _plan(draws, sets)
        plan = plan_of(case, paths, independent, lines)
    while True:
        exact = not together and replicates * 2**power * max(plan.kept, 1) <= MOST_KEPT
        read: Any = (
            partial(counted_over_paths, plan=many, seed=seed, power=power)
            if together
            else partial(replicate, plan=plan, seed=seed, power=power, exact=exact)
        )
        # One array for all the draws that are kept: the system hands out large ones in large pages.
        rooms = [*np.empty((replicates, plan.kept, 2**power))] if exact and not executor else [None] * replicates
        with _threads(executor, replicates * 2**power) as pool:
            found = list((pool.map if pool else map)(read, range(replicates), rooms))
        result = Simulation(
            case=case,
            draws=replicates * 2**power,
            seed=seed,
            replicates=replicates,
            lines={name: _summary([one.lines[name] for one in found], exact) for name in found[0].lines},
            if_recovered={
                name: _summary([one.if_recovered[name] for one in found], exact) for name in found[0].if_recovered
            },
            outcomes={name: Outcome(tuple(one.parts[name] for one in found)) for name in found[0].parts},
            chance_of_recovery=Measured.of([one.chance_of_recovery for one in found]),
            paths=paths,
            exact=exact,
            precision=precision,
            independent=independent,
        )
        if not result.not_converged or 2 * result.draws > most_draws:
            return result
        power += 1  # larger sets and not more of them: the error of Sobol' points falls faster than their number grows


@contextmanager
def _threads(executor: Executor | None, draws: int) -> Iterator[Executor | None]:
    """The executor given; else, for many draws, a thread for each processor, since NumPy works outside Python's lock."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if executor or draws < THREADS_FROM or count == 1:
        yield executor
        return
    with ThreadPoolExecutor(min(count, MOST_THREADS)) as threads:
        yield threads


def _plan(draws: int, sets: int = REPLICATES, least_power: int = LEAST_POWER) -> tuple[int, int]:
    """How many replicates, of which power of two: up to twice ``sets`` of them, so that more draws are better points."""
    power = max(least_power, (draws // sets).bit_length() - 1)
    return max(sets, math.ceil(draws / 2**power)), power


def _summary(readings: list[np.ndarray], exact: bool) -> Summary:
    mean, *levels = Measured.each(np.array(readings))
    return Summary(mean, dict(zip(LEVELS, levels if exact else [one.within_a_bin() for one in levels], strict=True)))
