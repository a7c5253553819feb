"""A figure with some inputs held at chosen values while everything else still varies: what a tornado, a map and a break-even read.

A figure held is a mean over draws and answers, as the figure itself is. Every setting is read on the same few points, so
that a difference between two settings is a difference and not noise. How the few points differ from the whole simulation
is known of the figure with nothing held, and carried over as far as the two move together (a control variate).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from damages.case.questions import of_liability
from damages.case.schema import Case
from damages.engine.draws import Sampler, quantiles, uniforms
from damages.engine.figure import moving_inputs, refused
from damages.engine.headlines import HEADLINES, is_headline, liability_answered, winning_paths
from damages.engine.paths import MANY_PATHS, Path, answer_paths, base_values, chances_with
from damages.engine.percentiles import over_paths
from damages.engine.simulate import DRAWS, means, plan_draws
from damages.engine.traced import figures_of
from damages.errors import did_you_mean
from damages.reader.digits import settled

LOW, HIGH = 0.05, 0.95
POWER, LEAST_POWER = 10, 5  # points on which every setting is read; fewer where there are many answer paths
TOGETHER = 2**15  # draws of a few settings that are run at once


class Held:
    """A class-wide line of a case, on average over answers and draws, with inputs held.

    Parameters
    ----------
    of : a headline, or any line with one figure for the whole class
    draws, seed : of the simulation whose mean is the figure with nothing held
    """

    def __init__(self, case: Case, of: str, draws: int = DRAWS, seed: int = 0):
        self.case, self.of, self._draws, self._seed = case, of, draws, seed
        self.paths = answer_paths(case)
        self._sampler = Sampler(case)
        self._power = POWER if len(self.paths) <= MANY_PATHS else LEAST_POWER
        self._points = self._sampler.sample(uniforms(seed, 0, self._power, len(self._sampler.columns)))

    @cached_property
    def base(self) -> float:
        """The figure with nothing held: the mean over the whole simulation."""
        lines = [] if self.of in HEADLINES else [self.of]
        return means(self.case, lines, self._draws, self._seed)[self.of]

    @cached_property
    def _read(self) -> Any:
        return figures_of(self.case, self._sampler, self.paths, [self.of])

    @property
    def _plan(self) -> tuple[int, int]:
        """Replicates and their power: those of the simulation, but for a case of many answer paths."""
        return plan_draws(self._draws) if len(self.paths) <= MANY_PATHS else (1, self._power)

    @cached_property
    def _unheld(self) -> np.ndarray:
        return next(self._rows([{}]))

    def figures(self, settings: Sequence[Mapping[str, np.ndarray]]) -> list[float]:
        """The figure under each of several settings of the inputs, each one value or one for each group. (n_settings,)."""
        unheld = self._unheld - self._unheld.mean()
        spread, gap = float(unheld @ unheld), self.base - float(self._unheld.mean())
        found = []
        for row in self._rows(settings):
            mean = float(row.mean())
            slope = float((row - mean) @ unheld) / spread if spread else 0.0
            found.append(max(mean + slope * gap, min(mean, 0.0)))
        return found

    def _rows(self, settings: Sequence[Mapping[str, np.ndarray]]) -> Iterator[np.ndarray]:
        """The figure at every point, for each setting. Each (n_points,)."""
        count, at_once = 2**self._power, max(TOGETHER >> self._power, 1)
        chances = np.ones(1) if is_headline(self.of) else np.array([path.chance for path in self.paths])
        for start in range(0, len(settings), at_once):
            some = settings[start : start + at_once]
            found = over_paths(chances, self._read(self._sampled(some))[self.of])
            yield from np.broadcast_to(found, (len(some) * count,)).reshape(len(some), count)

    def _sampled(self, settings: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
        """The points once for each setting, with what it holds."""
        count, groups = 2**self._power, len(self.case.groups)
        sampled = {}
        for name, values in self._points.items():
            repeated = np.tile(values, len(settings))
            for i, setting in enumerate(settings):
                if name in setting:
                    held = np.asarray(setting[name], dtype=float)
                    here = slice(i * count, (i + 1) * count)
                    if values.ndim == 1:
                        repeated[here] = held.item()
                    else:
                        repeated[:, here] = np.broadcast_to(held, (groups,))[:, None]
            sampled[name] = repeated
        return sampled

    # --- Answers ----------------------------------------------------------------------------------

    @property
    def asked(self) -> list[str]:
        """The questions whose answers reach the figure."""
        if self.of == "expected_usd" or not is_headline(self.of):
            return list(self.case.questions)
        liability = set(of_liability(self.case))
        return [name for name in self.case.questions if name not in liability] if self.of == "exposure_usd" else []

    @cached_property
    def _by_path(self) -> tuple[tuple[Path, ...], np.ndarray]:
        """The paths that the figure averages over, and its mean over the draws on each."""
        paths = winning_paths(self.case) if self.of == "exposure_usd" else self.paths
        line = "judgment_usd" if is_headline(self.of) else self.of
        read, (replicates, power) = figures_of(self.case, self._sampler, paths, [line]), self._plan
        means = [
            read(self._sampler.sample(uniforms(self._seed, number, power, len(self._sampler.columns))))[line].mean(
                axis=1
            )
            for number in range(replicates)
        ]
        return paths, np.mean(means, axis=0)

    @cached_property
    def _decided(self) -> dict[str, float]:
        """The answers that are no longer open where the figure is the exposure."""
        return liability_answered(self.case) if self.of == "exposure_usd" else {}

    def answered(self, known: Mapping[str, float]) -> float:
        """The figure when some answers are certain; as it is where these cannot be."""
        paths, means = self._by_path
        weights = chances_with(self.case, paths, known, self._decided)
        if not weights.sum():
            return self.base
        return math.fsum(weights * means) / math.fsum(weights)


def most_bent(case: Case, of: str) -> str:
    """The input whose variation moves the mean of a figure furthest from what it is with that input at its mean; empty for none."""
    held, names = Held(case, of), moving_inputs(case)
    values = base_values(case)
    figures = held.figures([{name: np.atleast_1d(values[name])} for name in names])
    gaps = {name: abs(figure - held.base) for name, figure in zip(names, figures, strict=True)}
    return max(gaps, key=lambda name: settled(gaps[name]), default="")


def at_level(case: Case, name: str, level: float) -> np.ndarray:
    """An input at one percentile of its range: one value, or one for each group."""
    shapes = case.shapes[name]
    return np.array([float(quantiles(shape)(np.array([level]))[0]) for shape in shapes.values()])


def known_range(case: Case, name: str) -> Any:
    """The shape of an input with a range; None when it differs by group.

    Raises
    ------
    CaseError : the input is not known, or has no range
    """
    names = moving_inputs(case)
    if name not in names:
        raise refused(case, f"{name} is not an input with a range.{did_you_mean(name, names)}")
    return case.shapes[name].get("")
