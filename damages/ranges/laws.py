"""The probability laws behind the shapes: quantiles, tails, densities and exact moments.

They answer as ``scipy.stats`` does, by the closed forms of ``scipy.special`` and without half a second of import;
the tests hold the two beside each other.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import special

ROOT_2PI = math.sqrt(2.0 * math.pi)


def normal_density(score: Any) -> Any:
    """The standard normal's density; 0 where it is too small for a number."""
    with np.errstate(under="ignore", over="ignore"):
        return np.exp(-0.5 * np.square(score)) / ROOT_2PI


class Law(ABC):
    """What every law answers, for arrays of chances and values; `kinks` are where its density jumps inside its range."""

    kinks: tuple[float, ...] = ()

    @abstractmethod
    def ppf(self, chance: Any) -> Any:
        """The value not exceeded with a chance."""

    @abstractmethod
    def isf(self, chance: Any) -> Any:
        """The value exceeded with a chance: keeps its digits in the upper tail."""

    @abstractmethod
    def cdf(self, value: Any) -> Any:
        """The chance of at most a value."""

    @abstractmethod
    def sf(self, value: Any) -> Any:
        """The chance of more than a value."""

    @abstractmethod
    def pdf(self, value: Any) -> Any:
        """The density at a value inside the range."""

    @abstractmethod
    def mean(self) -> float:
        """The expected value."""

    @abstractmethod
    def var(self) -> float:
        """The variance."""

    def below(self, value: Any) -> Any:
        """The chance of less than a value: differs from `cdf` at a step."""
        return self.cdf(value)

    def std(self) -> float:
        """The standard deviation."""
        return math.sqrt(self.var())


@dataclass(frozen=True)
class Normal(Law):
    """A normal, cut off at ``low`` and ``high`` where these are finite; its centre lies between them."""

    center: float
    sd: float
    low: float = -math.inf
    high: float = math.inf

    @cached_property
    def _ends(self) -> tuple[float, float, float, float, float]:
        """Scores of the two ends, the chance cut off below and above, and what is left."""
        first, last = (self.low - self.center) / self.sd, (self.high - self.center) / self.sd
        lower, upper = float(special.ndtr(first)), float(special.ndtr(-last))
        return first, last, lower, upper, 1.0 - lower - upper

    def ppf(self, chance: Any) -> Any:
        _, _, lower, _, left = self._ends
        return np.clip(self.center + self.sd * special.ndtri(lower + left * np.asarray(chance)), self.low, self.high)

    def isf(self, chance: Any) -> Any:
        _, _, _, upper, left = self._ends
        return np.clip(self.center - self.sd * special.ndtri(upper + left * np.asarray(chance)), self.low, self.high)

    def cdf(self, value: Any) -> Any:
        _, _, lower, _, left = self._ends
        return np.clip((special.ndtr((np.asarray(value) - self.center) / self.sd) - lower) / left, 0.0, 1.0)

    def sf(self, value: Any) -> Any:
        _, _, _, upper, left = self._ends
        return np.clip((special.ndtr((self.center - np.asarray(value)) / self.sd) - upper) / left, 0.0, 1.0)

    def pdf(self, value: Any) -> Any:
        return normal_density((np.asarray(value) - self.center) / self.sd) / (self.sd * self._ends[4])

    def mean(self) -> float:
        first, last, _, _, left = self._ends
        return self.center + self.sd * float(normal_density(first) - normal_density(last)) / left

    def var(self) -> float:
        first, last, _, _, left = self._ends
        ends = [score * float(normal_density(score)) if math.isfinite(score) else 0.0 for score in (first, last)]
        shift = float(normal_density(first) - normal_density(last)) / left
        return self.sd**2 * (1.0 + (ends[0] - ends[1]) / left - shift**2)


@dataclass(frozen=True)
class LogNormal(Law):
    """A quantity whose logarithm is normal."""

    median: float
    sd_log: float

    def ppf(self, chance: Any) -> Any:
        return self.median * np.exp(self.sd_log * special.ndtri(chance))

    def isf(self, chance: Any) -> Any:
        return self.median * np.exp(-self.sd_log * special.ndtri(chance))

    def _score(self, value: Any) -> Any:
        with np.errstate(divide="ignore"):
            return np.log(np.maximum(value, 0.0) / self.median) / self.sd_log

    def cdf(self, value: Any) -> Any:
        return special.ndtr(self._score(value))

    def sf(self, value: Any) -> Any:
        return special.ndtr(-self._score(value))

    def pdf(self, value: Any) -> Any:
        return normal_density(self._score(value)) / (self.sd_log * np.asarray(value))

    def mean(self) -> float:
        return self.median * math.exp(self.sd_log**2 / 2)

    def var(self) -> float:
        return self.mean() ** 2 * math.expm1(self.sd_log**2)


@dataclass(frozen=True)
class LogitNormal(Law):
    """A share whose log-odds are normal."""

    mean_logit: float
    sd_logit: float

    def ppf(self, chance: Any) -> Any:
        return special.expit(self.mean_logit + self.sd_logit * special.ndtri(chance))

    def isf(self, chance: Any) -> Any:
        return special.expit(self.mean_logit - self.sd_logit * special.ndtri(chance))

    def _score(self, share: Any) -> Any:
        with np.errstate(divide="ignore"):
            return (special.logit(np.clip(share, 0.0, 1.0)) - self.mean_logit) / self.sd_logit

    def cdf(self, value: Any) -> Any:
        return special.ndtr(self._score(value))

    def sf(self, value: Any) -> Any:
        return special.ndtr(-self._score(value))

    def pdf(self, value: Any) -> Any:
        share = np.asarray(value)
        with np.errstate(divide="ignore", invalid="ignore"):
            return normal_density(self._score(share)) / (self.sd_logit * share * (1.0 - share))

    @cached_property
    def _moments(self) -> tuple[float, float]:
        # Even steps of the score: for a smooth function under a normal weight their sum is exact to the last digits.
        score = np.arange(-12.0, 12.0, min(0.02, 0.2 / self.sd_logit))
        share, weight = special.expit(self.mean_logit + self.sd_logit * score), normal_density(score)
        weight = weight / weight.sum()
        mean = math.fsum(weight * share)  # exact, so that it does not depend on how a processor adds up
        return mean, math.fsum(weight * np.square(share - mean))

    def mean(self) -> float:
        return self._moments[0]

    def var(self) -> float:
        return self._moments[1]


@dataclass(frozen=True)
class Gamma(Law):
    """A gamma: never negative, with a tail lighter than a lognormal's."""

    shape: float
    scale: float

    def ppf(self, chance: Any) -> Any:
        return self.scale * special.gammaincinv(self.shape, chance)

    def isf(self, chance: Any) -> Any:
        return self.scale * special.gammainccinv(self.shape, chance)

    def cdf(self, value: Any) -> Any:
        return special.gammainc(self.shape, np.maximum(value, 0.0) / self.scale)

    def sf(self, value: Any) -> Any:
        return special.gammaincc(self.shape, np.maximum(value, 0.0) / self.scale)

    def pdf(self, value: Any) -> Any:
        place = np.asarray(value) / self.scale
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            return np.exp(special.xlogy(self.shape - 1, place) - place - special.gammaln(self.shape)) / self.scale

    def mean(self) -> float:
        return self.shape * self.scale

    def var(self) -> float:
        return self.shape * self.scale**2


@dataclass(frozen=True)
class Triangular(Law):
    """Low, likely, high, with straight sides; a uniform is one without a likely value."""

    low: float
    likely: float | None
    high: float

    @property
    def kinks(self) -> tuple[float, ...]:  # type: ignore[override]
        return () if self.likely is None else (self.likely,)

    def ppf(self, chance: Any) -> Any:
        chance, width = np.asarray(chance), self.high - self.low
        if self.likely is None:
            return self.low + width * chance
        rise, fall = self.likely - self.low, self.high - self.likely
        return np.where(
            chance * width < rise,
            self.low + np.sqrt(chance * width * rise),
            self.high - np.sqrt((1.0 - chance) * width * fall),
        )

    def isf(self, chance: Any) -> Any:
        return self._turned.low + self._turned.high - self._turned.ppf(chance)

    @property
    def _turned(self) -> Triangular:
        """The same, seen from its upper end."""
        return Triangular(self.low, None if self.likely is None else self.low + self.high - self.likely, self.high)

    def cdf(self, value: Any) -> Any:
        value, width = np.clip(value, self.low, self.high), self.high - self.low
        if self.likely is None:
            return (value - self.low) / width
        rise, fall = max(self.likely - self.low, 5e-324), max(self.high - self.likely, 5e-324)
        up = np.square(np.minimum(value, self.likely) - self.low) / rise
        down = np.square(self.high - np.maximum(value, self.likely)) / fall
        return np.where(value < self.likely, up / width, 1.0 - down / width)

    def sf(self, value: Any) -> Any:
        return self._turned.cdf(self.low + self.high - np.asarray(value))

    def pdf(self, value: Any) -> Any:
        value, width = np.asarray(value, dtype=float), self.high - self.low
        if self.likely is None:
            return np.where((value >= self.low) & (value <= self.high), 1.0 / width, 0.0)
        rise, fall = max(self.likely - self.low, 5e-324), max(self.high - self.likely, 5e-324)
        inside = np.where(value < self.likely, (value - self.low) / rise, (self.high - value) / fall)
        return np.maximum(inside, 0.0) * 2.0 / width

    def mean(self) -> float:
        return (self.low + self.high + (self.likely if self.likely is not None else (self.low + self.high) / 2)) / 3

    def var(self) -> float:
        width = self.high - self.low
        if self.likely is None:
            return width**2 / 12
        rise = self.likely - self.low
        return (width**2 - width * rise + rise**2) / 18


@dataclass(frozen=True)
class Steps(Law):
    """Single values with chances, in rising order: choices, a sample, or one value."""

    values: tuple[float, ...]
    chances: tuple[float, ...]

    @property
    def kinks(self) -> tuple[float, ...]:  # type: ignore[override]
        return self.values

    @cached_property
    def _table(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The values, the chance of at most each, and the chances at which one gives way to the next."""
        up_to = np.cumsum(self.chances)
        return np.asarray(self.values), np.append(up_to[:-1], 1.0), up_to[:-1]

    def ppf(self, chance: Any) -> Any:
        values, _, edges = self._table
        if len(edges) > 8:
            return values[edges.searchsorted(chance, side="right")]
        chance = np.asarray(chance)
        place = np.zeros(chance.shape, dtype=np.int8)
        for edge in edges:
            place += chance >= edge
        return values.take(place)

    def isf(self, chance: Any) -> Any:
        return self.ppf(1.0 - np.asarray(chance))

    def cdf(self, value: Any) -> Any:
        values, up_to, _ = self._table
        return np.append(0.0, up_to)[values.searchsorted(value, side="right")]

    def below(self, value: Any) -> Any:
        values, up_to, _ = self._table
        return np.append(0.0, up_to)[values.searchsorted(value, side="left")]

    def sf(self, value: Any) -> Any:
        return 1.0 - self.cdf(value)

    def pdf(self, value: Any) -> Any:
        return np.zeros(np.shape(value))

    def mean(self) -> float:
        return math.fsum(value * chance for value, chance in zip(self.values, self.chances, strict=True))

    def var(self) -> float:
        return float(np.dot(np.square(np.asarray(self.values) - self.mean()), self.chances))
