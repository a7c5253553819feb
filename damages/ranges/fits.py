"""A law fitted to data by maximum likelihood, with the uncertainty of its parameters.

A fit to few numbers knows its parameters badly, and a range that leaves this out is too narrow. So the law here is the
predictive one: the fitted family averaged over its parameters, which are taken to be normal around their
maximum-likelihood values with the inverse of the Fisher information as covariance (on the logarithm of positive
parameters). The average is over nine points, three a parameter (Gauss–Hermite), and so a `Mixture` of nine laws.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from damages.ranges.beta import Beta
from damages.ranges.laws import Gamma, Law, LogNormal, Normal
from damages.ranges.mixtures import Mixture

FEWEST = 5  # numbers from which two parameters and their uncertainty can be told
LEAST_SPREAD = 0.01  # of the mean; a narrower gamma or beta is a normal
LEAST_SHAPE = 0.05  # of a beta or gamma
FAMILIES = ("normal", "lognormal", "gamma", "beta")


def fitted(data: Sequence[float], family: str, low: float, high: float, name: str) -> Mixture:
    """The predictive law of a new number like those in ``data``.

    Parameters
    ----------
    low, high : where a normal is cut off
    name : of the file, for the messages

    Raises
    ------
    ValueError, with a sentence that says what the data lack
    """
    values = np.asarray(data, dtype=float)
    if family not in FAMILIES:
        raise ValueError(f"'{family}' is not a shape that is fitted; there are {', '.join(FAMILIES)}.")
    if len(values) < FEWEST or values.min() == values.max():
        raise ValueError(
            f"{name} has {len(set(data))} different numbers; a fit needs at least {FEWEST} numbers, not all alike."
        )
    if family == "beta" and not 0 < values.min() <= values.max() < 1:
        raise ValueError(
            f"a beta is fitted to numbers above 0 and below 1; {name} goes from {values.min():g} to {values.max():g}."
        )
    if family in ("lognormal", "gamma") and values.min() <= 0:
        raise ValueError(f"a {family} is fitted to numbers above 0; {name} begins at {values.min():g}.")
    if family in ("gamma", "beta") and values.std() < LEAST_SPREAD * values.mean():
        raise ValueError(
            f"the numbers of {name} vary by less than {LEAST_SPREAD:.0%}, where a {family} is a normal: fit that."
        )
    center, information = _LIKELIEST[family](values)
    spread = np.linalg.cholesky(np.linalg.inv(information))
    if family in ("normal", "lognormal"):  # what the data say of a normal's spread is known exactly: χ², n − 1 degrees
        half = (len(values) - 1) / 2
        center[1] += 0.5 * (math.log(len(values) / 2) - special.digamma(half))
        spread[1, 1] = math.sqrt(special.polygamma(1, half)) / 2
    points = [(0.0, 2 / 3), (-math.sqrt(3), 1 / 6), (math.sqrt(3), 1 / 6)]
    laws, weights = [], []
    for first, first_weight in points:
        for second, second_weight in points:
            at = center + spread @ (first, second)
            if _too_thin(family, float(at[0]), float(at[1])):
                raise ValueError(f"{name} says too little to fit a {family}: more numbers, or {{sample: {name}}}.")
            laws.append(_law(family, float(at[0]), float(at[1]), low, high))
            weights.append(first_weight * second_weight)
    return Mixture(tuple(weights), tuple(laws))


def _too_thin(family: str, first: float, second: float) -> bool:
    """Whether the data leave room for a law that is all but two values."""
    shapes = {"gamma": (second,), "beta": (first, second)}.get(family, ())
    return any(shape < math.log(LEAST_SHAPE) for shape in shapes)


def likeliest(data: Sequence[float], family: str) -> Law:
    """The law of greatest likelihood, as if its parameters were known."""
    center, _ = _LIKELIEST[family](np.asarray(data, dtype=float))
    return _law(family, float(center[0]), float(center[1]), -math.inf, math.inf)


def _law(family: str, first: float, second: float, low: float, high: float) -> Law:
    if family == "normal":
        return Normal(first, math.exp(second), low, high)
    if family == "lognormal":
        return LogNormal(math.exp(first), math.exp(second))
    if family == "gamma":
        return Gamma(math.exp(second), math.exp(first - second))
    return Beta(math.exp(first), math.exp(second))


Likeliest = tuple[np.ndarray, np.ndarray]


def _normal(values: np.ndarray) -> Likeliest:
    """Mean and log sd, and their information."""
    sd = float(values.std())
    return np.array([values.mean(), math.log(sd)]), len(values) * np.diag([1.0 / sd**2, 2.0])


def _gamma(values: np.ndarray) -> Likeliest:
    """Log mean and log shape: they are orthogonal."""
    gap = math.log(values.mean()) - float(np.log(values).mean())
    shape = (3.0 - gap + math.sqrt((gap - 3.0) ** 2 + 24.0 * gap)) / (12.0 * gap)
    for _ in range(50):  # Newton on log(shape) − digamma(shape) = gap, in the reciprocal of the shape
        miss = math.log(shape) - special.digamma(shape) - gap
        shape = 1.0 / (1.0 / shape + miss / (shape**2 * (1.0 / shape - special.polygamma(1, shape))))
    shape = float(shape)
    about_shape = shape**2 * float(special.polygamma(1, shape)) - shape
    return np.array([math.log(values.mean()), math.log(shape)]), len(values) * np.diag([shape, about_shape])


def _beta(values: np.ndarray) -> Likeliest:
    """Log a and log b, by Fisher scoring from the moments."""
    mean, var = float(values.mean()), float(values.var())
    both = mean * (1 - mean) / var - 1 if var < mean * (1 - mean) else 1.0
    logs = np.log([mean * both, (1 - mean) * both])
    seen = np.array([np.log(values).mean(), np.log1p(-values).mean()])
    for _ in range(200):
        a, b = np.exp(logs)
        score = np.exp(logs) * (seen - special.digamma([a, b]) + special.digamma(a + b))
        step = np.linalg.solve(_beta_information(a, b), score)
        logs = logs + np.clip(step, -1.0, 1.0)
    return logs, len(values) * _beta_information(*np.exp(logs))


def _beta_information(a: float, b: float) -> np.ndarray:
    """Of one number, about log a and log b."""
    first, second, both = (float(special.polygamma(1, x)) for x in (a, b, a + b))
    return np.array([[a * a * (first - both), -a * b * both], [-a * b * both, b * b * (second - both)]])


_LIKELIEST = {
    "normal": _normal,
    "lognormal": lambda values: _normal(np.log(values)),
    "gamma": _gamma,
    "beta": _beta,
}
