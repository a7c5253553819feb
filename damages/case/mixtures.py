"""Mixtures of laws: one of several, each with its chance; steps among them too, so that a quantity can be nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from damages.case.laws import Law

HALVINGS = 60


@dataclass(frozen=True)
class Mixture(Law):
    """One of several laws, each with its chance. The chances sum to 1."""

    weights: tuple[float, ...]
    laws: tuple[Law, ...]

    @property
    def kinks(self) -> tuple[float, ...]:  # type: ignore[override]
        ends = [float(law.ppf(0.0)) for law in self.laws] + [float(law.isf(0.0)) for law in self.laws]
        inner = [kink for law in self.laws for kink in law.kinks]
        return tuple(sorted({value for value in (*ends, *inner) if np.isfinite(value)}))

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
                [np.where((law.cdf(value) > 0) & (law.sf(value) > 0), law.pdf(value), 0.0) for law in self.laws]
            )

    def ppf(self, chance: Any) -> Any:
        return self._inverse(chance, upper=False)

    def isf(self, chance: Any) -> Any:
        return self._inverse(chance, upper=True)

    def _inverse(self, chance: Any, upper: bool) -> Any:
        """The value at each chance, by halving the range between the parts' own values there."""
        chance = np.asarray(chance, dtype=float)
        own = [law.isf(chance) if upper else law.ppf(chance) for law in self.laws]
        low, high = np.minimum.reduce(own), np.maximum.reduce(own)
        low, high = np.broadcast_arrays(low, high)
        low, high = low.copy(), high.copy()
        at_low = self.sf(low) <= chance if upper else self.cdf(low) >= chance
        for _ in range(HALVINGS):
            middle = np.where(np.isfinite(low) & np.isfinite(high), low + (high - low) / 2, low)
            enough = self.sf(middle) <= chance if upper else self.cdf(middle) >= chance
            high, low = np.where(enough, middle, high), np.where(enough, low, middle)
        return np.where(at_low, np.minimum.reduce(own), high)

    def mean(self) -> float:
        return float(self._sum([law.mean() for law in self.laws]))

    def var(self) -> float:
        center = self.mean()
        return float(self._sum([law.var() + (law.mean() - center) ** 2 for law in self.laws]))
