"""Functions whose sensitivity is known in closed form: what the estimators are checked on."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations
from math import factorial, pi

import numpy as np
from scipy.special import ndtr, ndtri

from damages.sensitivity.variance import PickFreeze


def ishigami(uniform: np.ndarray) -> np.ndarray:
    """sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1, with each x even on (−π, π). (3, n) → (n,)."""
    x = np.pi * (2.0 * uniform - 1.0)
    return np.sin(x[0]) + 7.0 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


ISHIGAMI = PickFreeze.of_function(ishigami, 3)


def ishigami_indices() -> tuple[list[float], list[float]]:
    """First-order and total indices of Ishigami's function."""
    first, second, both = (1.0 + 0.1 * pi**4 / 5.0) ** 2 / 2.0, 49.0 / 8.0, 0.01 * pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    whole = first + second + both
    return [first / whole, second / whole, 0.0], [(first + both) / whole, second / whole, both / whole]


def g_function(weights: np.ndarray) -> PickFreeze:
    """Sobol's G function: Π (|4u − 2| + a) / (1 + a)."""
    one = 1.0 + weights[:, None]
    return PickFreeze.of_function(
        lambda u: np.prod((np.abs(4.0 * u - 2.0) + weights[:, None]) / one, axis=0), len(weights)
    )


def g_function_indices(weights: np.ndarray) -> tuple[list[float], list[float]]:
    """First-order and total indices of the G function."""
    parts = 1.0 / 3.0 / (1.0 + weights) ** 2
    whole = float(np.prod(1.0 + parts) - 1.0)
    totals = [float(part * np.prod(1.0 + np.delete(parts, j))) / whole for j, part in enumerate(parts)]
    return [float(part) / whole for part in parts], totals


BETA = np.array([1.0, 2.0, 1.5])
SIGMA = np.array([[1.0, 0.6, 0.0], [0.6, 1.0, 0.3], [0.0, 0.3, 1.0]])
ROOT = np.linalg.cholesky(SIGMA)


def _given(first: np.ndarray, second: np.ndarray, shared: Collection[str]) -> np.ndarray:
    here, there = ROOT @ ndtri(first), ROOT @ ndtri(second)
    known = [j for j in range(3) if str(j) in shared]
    rest = [j for j in range(3) if j not in known]
    slope = SIGMA[np.ix_(rest, known)] @ np.linalg.pinv(SIGMA[np.ix_(known, known)])
    there[rest] += slope @ (here[known] - there[known])
    there[known] = here[known]
    return np.asarray(ndtr(np.linalg.solve(ROOT, there)))


LINEAR_NORMAL = PickFreeze.of_function(lambda u: BETA @ (ROOT @ ndtri(u)), 3, _given)  # β · X, X normal and correlated


def linear_normal_effects() -> list[float]:
    """Its Shapley effects: Var(E[β X | X_K]) = c' Σ_KK⁻¹ c with c = Cov(X_K, β X)."""

    def explained(known: Collection[int]) -> float:
        rows = sorted(known)
        shared = (SIGMA @ BETA)[rows]
        return float(shared @ np.linalg.solve(SIGMA[np.ix_(rows, rows)], shared)) if rows else 0.0

    def part(j: int) -> float:
        others = [k for k in range(3) if k != j]
        return sum(
            factorial(size) * factorial(2 - size) / 6 * (explained([*them, j]) - explained(them))
            for size in range(3)
            for them in combinations(others, size)
        )

    return [part(j) / float(BETA @ SIGMA @ BETA) for j in range(3)]
