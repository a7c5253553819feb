"""Mixtures of laws: one of several, each with its chance; steps among them too, so that a quantity can be nothing at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from damages.ranges.laws import Law

MOST_STEPS = 80
MOST_LAWS = 40
LEAP = 16  # chances between two that are found first


@dataclass(frozen=True)
class Mixture(Law):
    """One of several laws, each with its chance. The chances sum to 1."""

    weights: tuple[float, ...]
    laws: tuple[Law, ...]

    @cached_property
    def _ends(self) -> tuple[tuple[float, float], ...]:
        """The lowest and highest value of each law."""
        return tuple((float(law.ppf(0.0)), float(law.isf(0.0))) for law in self.laws)

    @property
    def kinks(self) -> tuple[float, ...]:  # type: ignore[override]
        inner = [kink for law in self.laws for kink in law.kinks]
        return tuple(
            sorted({value for value in (*(end for ends in self._ends for end in ends), *inner) if np.isfinite(value)})
        )

    def _sum(self, answers: list[Any]) -> Any:
        return sum(weight * answer for weight, answer in zip(self.weights, answers, strict=True))

    def cdf(self, value: Any) -> Any:
        return self._sum([law.cdf(value) for law in self.laws])

    def below(self, value: Any) -> Any:
        return self._sum([law.below(value) for law in self.laws])

    def sf(self, value: Any) -> Any:
        return self._sum([law.sf(value) for law in self.laws])

    def pdf(self, value: Any) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            return self._sum(
                [
                    np.where((value > low) & (value < high), law.pdf(value), 0.0)
                    for law, (low, high) in zip(self.laws, self._ends, strict=True)
                ]
            )

    def ppf(self, chance: Any) -> Any:
        return self._inverse(chance, upper=False)

    def isf(self, chance: Any) -> Any:
        return self._inverse(chance, upper=True)

    def _inverse(self, chance: Any, upper: bool) -> Any:
        """The value at each chance: of every sixteenth found between the parts' own values there, of the rest between these."""
        shape, chance = np.shape(chance), np.ravel(np.asarray(chance, dtype=float))
        order = np.argsort(-chance if upper else chance)  # in rising order of the values
        rising = chance[order]
        few = np.unique(np.append(np.arange(0, len(rising), LEAP), len(rising) - 1)) if len(rising) else order
        own = [law.isf(rising[few]) if upper else law.ppf(rising[few]) for law in self.laws]
        low, high = (np.array(ends, dtype=float) for ends in (np.minimum.reduce(own), np.maximum.reduce(own)))
        known = self._between(rising[few], upper, low, high, low + (high - low) / 2)
        if len(few) < len(rising):
            after = np.maximum(np.searchsorted(few, np.arange(len(rising))), 1)
            low, high = known[after - 1], known[after]
            first, last = rising[few[after - 1]], rising[few[after]]
            with np.errstate(all="ignore"):
                part = np.log(rising / first) / np.log(last / first)
            part = np.where(np.isfinite(part), np.clip(part, 0.0, 1.0), 0.5)
            known = self._between(rising, upper, low, high, low + part * (high - low))
        found = np.empty(len(chance))
        found[order] = known
        return found.reshape(shape)

    def _between(
        self, chance: np.ndarray, upper: bool, low: np.ndarray, high: np.ndarray, value: np.ndarray
    ) -> np.ndarray:
        """The value at each chance, which lies between two values, from a first guess."""
        low, high = low.copy(), high.copy()
        found, at_low = low.copy(), self._short(low, chance, upper) >= 0
        value = np.where(at_low, low, value)
        todo = np.flatnonzero(~at_low & (low < high))
        found[~at_low] = high[~at_low]
        for turn in range(MOST_STEPS):
            if not len(todo):
                break
            here, wanted = value[todo], chance[todo]
            reached = self.sf(here) if upper else self.cdf(here)
            over = wanted - reached if upper else reached - wanted
            low[todo], high[todo] = np.where(over < 0, here, low[todo]), np.where(over < 0, high[todo], here)
            density = self.pdf(here)
            with np.errstate(all="ignore"):  # Newton's step on the logarithm of the chance, while it stays inside
                step = here + (1 if upper else -1) * reached / density * np.log(reached / wanted)
            inside = (step > low[todo]) & (step < high[todo]) & (turn % 4 < 3)
            value[todo] = np.where(inside, step, low[todo] + (high[todo] - low[todo]) / 2)
            # Where a step is lost in rounding it says nothing by itself: near 1 the last float may hold half a tail.
            lost = inside & (np.abs(step - here) <= 1e-15 * np.abs(here)) & (np.abs(over) <= 1e-9 * wanted)
            close = (np.abs(over) <= 1e-13 * wanted) | lost
            close &= density > 0
            found[todo] = np.where(close, here, high[todo])  # the upper end, where the chance is passed at a step
            todo = todo[~close & (high[todo] - low[todo] > 2e-16 * np.abs(high[todo]))]
        return found

    def _short(self, value: np.ndarray, chance: np.ndarray, upper: bool) -> np.ndarray:
        """By how much the chance of at most a value is past what is wanted."""
        return np.asarray(chance - self.sf(value) if upper else self.cdf(value) - chance)

    def mean(self) -> float:
        return float(self._sum([law.mean() for law in self.laws]))

    def var(self) -> float:
        center = self.mean()
        return float(self._sum([law.var() + (law.mean() - center) ** 2 for law in self.laws]))


def mixture(weights: Sequence[float], laws: Sequence[Law]) -> Mixture:
    """A mixture of laws; the parts of one that is a mixture itself take its place."""
    parts = [
        (weight * inner_weight, inner)
        for weight, law in zip(weights, laws, strict=True)
        for inner_weight, inner in (
            zip(law.weights, law.laws, strict=True) if isinstance(law, Mixture) else [(1.0, law)]
        )
    ]
    if len(parts) > MOST_LAWS:
        raise ValueError(f"mixes {len(parts)} shapes; the most is {MOST_LAWS}.")
    return Mixture(tuple(weight for weight, _ in parts), tuple(law for _, law in parts))
