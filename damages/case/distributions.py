"""The shapes an uncertain input can take: each is a quantile function with a base value.

A shape is written in a case file the way an expert says it (`damages.case.shapes` reads it). It
answers four questions: its base value, its range, its exact quantiles and its exact moments, all through
`scipy.stats`. Nothing here is random; `damages.analysis.draws` turns uniforms into values.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from damages.case.read import plain_number


@dataclass(frozen=True)
class Shape:
    """One uncertain quantity.

    Attributes
    ----------
    base : the value used when nothing is drawn: the likely value, else the median
    low, high : the ends of the range; infinite where there is no end
    spec : how it is written in a case file
    """

    base: float
    low: float
    high: float
    spec: Any

    @cached_property
    def law(self) -> Any:
        """The same shape as a frozen ``scipy.stats`` distribution (``ppf``, ``isf``, ``pdf``, ``mean``, ``std``)."""

    def quantile(self, chance: Any) -> np.ndarray:
        """The exact value that is not exceeded with the given chance; same shape as ``chance``."""
        return self.law.ppf(chance)

    @property
    def is_fixed(self) -> bool:
        return self.low == self.high

    # What the table of quantiles needs: most shapes are smooth; a few have a cheap exact form instead.
    smooth = True

    def __str__(self) -> str:
        return _words(self.spec) if isinstance(self.spec, Mapping) else "fixed"


class Fixed(Shape):
    """One value."""

    smooth = False

    @cached_property
    def law(self) -> Any:
        from scipy import stats

        return stats.rv_discrete(values=([0], [1.0]))(loc=self.base)

    def quantile(self, chance: Any) -> np.ndarray:
        return np.full(np.shape(chance), self.base)


@dataclass(frozen=True)
class Scipy(Shape):
    """A shape that ``scipy.stats`` has under ``family`` with ``parameters``."""

    family: str = ""
    parameters: tuple[tuple[str, float], ...] = ()

    @cached_property
    def law(self) -> Any:
        from scipy import stats

        return getattr(stats, self.family)(**dict(self.parameters))


@dataclass(frozen=True)
class Uniform(Scipy):
    """Every value between two ends is as likely as any other."""

    smooth = False

    def quantile(self, chance: Any) -> np.ndarray:
        return self.low + (self.high - self.low) * np.asarray(chance)


@dataclass(frozen=True)
class Triangular(Scipy):
    """Low, likely, high, with straight sides."""

    smooth = False

    def quantile(self, chance: Any) -> np.ndarray:
        chance, width = np.asarray(chance), self.high - self.low
        rise, fall = self.base - self.low, self.high - self.base
        return np.where(
            chance * width < rise,
            self.low + np.sqrt(chance * width * rise),
            self.high - np.sqrt((1.0 - chance) * width * fall),
        )


@dataclass(frozen=True)
class LogitNormal(Shape):
    """A share whose log-odds are normal."""

    mean_logit: float = 0.0
    sd_logit: float = 1.0

    @cached_property
    def law(self) -> _LogitNormalLaw:
        return _LogitNormalLaw(self.mean_logit, self.sd_logit)


class _LogitNormalLaw:
    """The part of the ``scipy.stats`` interface that is used here, for a law it does not have."""

    def __init__(self, mean_logit: float, sd_logit: float):
        from scipy import special, stats

        self._expit, self._logit = special.expit, special.logit
        self._normal = stats.norm(mean_logit, sd_logit)

    def ppf(self, chance: Any) -> Any:
        return self._expit(self._normal.ppf(chance))

    def isf(self, chance: Any) -> Any:
        return self._expit(self._normal.isf(chance))

    def pdf(self, share: Any) -> Any:
        return self._normal.pdf(self._logit(share)) / (share * (1.0 - share))

    def cdf(self, share: Any) -> Any:
        return self._normal.cdf(self._logit(share))

    def moment(self, order: int) -> float:
        from scipy import integrate

        mean, sd = self._normal.mean(), self._normal.std()
        return integrate.quad(
            lambda t: self._expit(t) ** order * self._normal.pdf(t),
            mean - 12 * sd,
            mean + 12 * sd,
            epsabs=1e-13,
            limit=200,
        )[0]

    def mean(self) -> float:
        return self.moment(1)

    def std(self) -> float:
        return math.sqrt(self.moment(2) - self.moment(1) ** 2)


@dataclass(frozen=True)
class Steps(Shape):
    """Values with chances: named choices, or the records of a sample."""

    values: tuple[float, ...] = ()
    chances: tuple[float, ...] = ()
    smooth = False

    @cached_property
    def law(self) -> Any:
        from scipy import stats

        return stats.rv_discrete(values=(np.arange(len(self.values)), self.chances)).freeze()

    @cached_property
    def _edges(self) -> np.ndarray:
        return np.cumsum(self.chances)[:-1]

    def quantile(self, chance: Any) -> np.ndarray:
        return np.asarray(self.values)[np.searchsorted(self._edges, chance, side="right")]

    def mean(self) -> float:
        return float(np.dot(self.values, self.chances))


def fixed(value: float) -> Shape:
    """The shape of a number that is not uncertain."""
    return Fixed(base=value, low=value, high=value, spec=value)


def _words(spec: Any) -> str:
    """A shape in the words of the case file, for a table."""
    if not isinstance(spec, Mapping):
        return plain_number(spec)
    if "likely" in spec:
        return f"{plain_number(spec['low'])} to {plain_number(spec['high'])}, likely {plain_number(spec['likely'])}"
    ((form, inner),) = spec.items()
    if form == "dated":
        return "dated list, averaged over the class period: " + ", ".join(
            f"{day} {plain_number(value)}" for day, value in inner.items()
        )
    if form == "sampled":
        return f"a sample: {plain_number(inner['yes'])} of {plain_number(inner['of'])}"
    if form == "between":
        return f"90% sure between {plain_number(inner[0])} and {plain_number(inner[1])}"
    if isinstance(inner, Mapping):
        return f"{form}: " + ", ".join(f"{key} {value}" for key, value in inner.items())
    if isinstance(inner, list):
        return f"{form}: " + " to ".join(plain_number(value) for value in inner)
    return f"{form}: {inner}"
