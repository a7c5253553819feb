"""Sobol' indices and Shapley effects against theory: functions whose answer is known."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from closed_forms import ISHIGAMI, g_function
from scipy.special import ndtr, ndtri

from damages.sensitivity.variance import PickFreeze, shapley_effects, sobol_indices


def near(figure, truth, floor=2e-4):
    """Within 4 standard errors, of which the half-width of the interval is 2.4 with eight replicates."""
    assert abs(figure.value - truth) <= max(1.7 * figure.error, floor), (figure, truth)


def test_ishigami():
    """a = 7, b = 0.1: S1 = 0.3139, 0.4424, 0; ST = 0.5576, 0.4424, 0.2437. The third acts with the first alone."""
    found = {row.name: row for row in sobol_indices(ISHIGAMI).rows}
    for name, first, total in (("0", 0.3139, 0.5576), ("1", 0.4424, 0.4424), ("2", 0.0, 0.2437)):
        near(found[name].first, first)
        near(found[name].total, total)
    fair = shapley_effects(ISHIGAMI, {name: [name] for name in "012"})
    for name, part in (("0", 0.3139 + 0.2437 / 2), ("1", 0.4424), ("2", 0.2437 / 2)):
        near(fair[name], part)


A = np.array([0.0, 0.5, 3.0, 9.0, 99.0, 99.0])
V = 1.0 / 3.0 / (1.0 + A) ** 2  # the variance of each factor of the G function


def test_g_function():
    """Var = Π(1 + V) − 1; S1 = V / Var; ST = V Π over the others (1 + V) / Var."""
    whole = np.prod(1.0 + V) - 1.0
    indices = sobol_indices(g_function(A))
    assert indices.variance == pytest.approx(whole, rel=0.01)
    for row in indices.rows:
        j = int(row.name)
        near(row.first, V[j] / whole)
        near(row.total, V[j] * np.prod(1.0 + np.delete(V, j)) / whole)
    # A Shapley effect shares what a set of inputs does together evenly between them.
    fair = shapley_effects(g_function(A), {str(j): [str(j)] for j in range(6)}, power=13)
    for j in range(6):
        others = [k for k in range(6) if k != j]
        part = sum(
            V[j] * np.prod(V[list(them)]) / (1 + size) for size in range(6) for them in combinations(others, size)
        )
        near(fair[str(j)], part / whole, 2e-3)


def test_an_estimate_near_zero_may_come_out_below_it_and_is_not_cut():
    found = sobol_indices(PickFreeze.of_function(lambda u: u[0] + 1e-9 * np.sin(40.0 * u[1]) * u[2], 3), power=8)
    small = [row.first.value for row in found.rows if row.name != "0"]
    assert all(abs(value) < 1e-8 for value in small)
    found = sobol_indices(ISHIGAMI, power=8)
    assert found.negative == [row.name for row in found.rows if min(row.first.value, row.total.value) < -1e-9]
    assert found.negative == ["2"]


def test_an_input_that_does_nothing_carries_nothing_exactly():
    found = {row.name: row for row in sobol_indices(PickFreeze.of_function(lambda u: np.exp(u[0]), 2), power=8).rows}
    assert (found["1"].first.value, found["1"].total.value) == (0.0, 0.0)
    fair = shapley_effects(PickFreeze.of_function(lambda u: np.exp(u[0]), 2), {"a": ["0"], "b": ["1"]}, power=6)
    assert fair["b"].value == pytest.approx(0.0, abs=1e-12)
    assert fair["a"].value == pytest.approx(1.0, abs=1e-12)


def test_a_constant_has_no_parts():
    model = PickFreeze.of_function(lambda u: np.ones(u.shape[1]), 2)
    assert sobol_indices(model, power=6).why_not == "The figure does not vary, so there is no variance to share out."
    assert shapley_effects(model, {"a": ["0"], "b": ["1"]}, power=6) == {}


def test_product_of_lognormals():
    """Π exp(sigma Z): S1 = (e^sigma² − 1) / (e^Σsigma² − 1), ST = 1 − (e^(Σ − sigma²) − 1) / (e^Σ − 1)."""
    sigma = np.array([0.5, 0.3, 0.1])
    whole = np.expm1(np.sum(sigma**2))
    model = PickFreeze.of_function(lambda u: np.exp(sigma @ ndtri(u)), 3)
    for row in sobol_indices(model).rows:
        j = int(row.name)
        near(row.first, np.expm1(sigma[j] ** 2) / whole)
        near(row.total, 1.0 - np.expm1(np.sum(sigma**2) - sigma[j] ** 2) / whole)


BETA = np.array([1.0, 2.0, 1.5, 0.0])
SIGMA = np.array([[1.0, 0.6, 0.0, 0.5], [0.6, 1.0, 0.3, 0.0], [0.0, 0.3, 1.0, 0.0], [0.5, 0.0, 0.0, 1.0]])
ROOT = np.linalg.cholesky(SIGMA)


def linear_normal():
    """β · X with X ~ N(0, Σ), from uniforms; ``mixed`` draws the rest given what is shared."""

    def mixed(first, second, shared):
        here, there = ROOT @ ndtri(first), ROOT @ ndtri(second)
        known = [j for j in range(len(BETA)) if str(j) in shared]
        rest = [j for j in range(len(BETA)) if j not in known]
        both = there.copy()
        both[known] = here[known]
        if known and rest:
            slope = SIGMA[np.ix_(rest, known)] @ np.linalg.inv(SIGMA[np.ix_(known, known)])
            both[rest] = there[rest] + slope @ (here[known] - there[known])
        return ndtr(np.linalg.solve(ROOT, both))

    return PickFreeze.of_function(lambda u: BETA @ (ROOT @ ndtri(u)), len(BETA), mixed)


def explained(known):
    """Var(E[β X | X_K]) = c' Σ_KK⁻¹ c with c = Cov(X_K, β X)."""
    known = list(known)
    shared = (SIGMA @ BETA)[known]
    return float(shared @ np.linalg.solve(SIGMA[np.ix_(known, known)], shared)) if known else 0.0


def test_linear_model_with_correlated_normals():
    """Owen and Prieur (2017). The last input has no effect of its own and a part all the same, through what it goes with."""
    count, whole = len(BETA), float(BETA @ SIGMA @ BETA)
    fair = shapley_effects(linear_normal(), {str(j): [str(j)] for j in range(count)}, power=12)
    assert sum(figure.value for figure in fair.values()) == pytest.approx(1.0, abs=1e-9)
    for j in range(count):
        others = [k for k in range(count) if k != j]
        truth = sum(
            factorial(size) * factorial(count - size - 1) / factorial(count)
            * (explained(sorted([*them, j])) - explained(them))
            for size in range(count)
            for them in combinations(others, size)
        )  # fmt: skip
        near(fair[str(j)], truth / whole, 1e-3)
    assert fair["3"].value > 0.015


def test_sobol_refuses_dependent_inputs():
    with pytest.raises(ValueError, match="need independent inputs; use Shapley effects"):
        sobol_indices(linear_normal())


def test_too_many_groups_are_refused():
    model = PickFreeze.of_function(lambda u: u.sum(axis=0), 13)
    with pytest.raises(ValueError, match="up to 12 groups are worked out; there are 13"):
        shapley_effects(model, {str(j): [str(j)] for j in range(13)})


def test_twelve_groups_of_an_additive_function():
    """Σ c U: each part is c² / Σ c², whatever the orders that were drawn."""
    weights = np.arange(1.0, 13.0)
    model = PickFreeze.of_function(lambda u: weights @ u, 12)
    fair = shapley_effects(model, {str(j): [str(j)] for j in range(12)}, power=10)
    for j in range(12):
        near(fair[str(j)], weights[j] ** 2 / np.sum(weights**2), 2e-3)


def test_questions_are_enumerated():
    """Y = q X with P(q) = p: alone q explains p(1 − p)m² and X p²v; together the rest."""
    p, m, v = 0.3, 0.5, 1.0 / 12.0
    model = PickFreeze(
        ("x",),
        1,
        lambda u: {"x": u[0]},
        lambda values: np.array([np.zeros_like(values["x"]), values["x"]]),
        None,
        ("q",),
        lambda shared: np.diag([1 - p, p]) if "q" in shared else np.outer([1 - p, p], [1 - p, p]),
    )
    whole = p * (v + m**2) - (p * m) ** 2
    found = {row.name: row for row in sobol_indices(model, power=12).rows}
    near(found["q"].first, p * (1 - p) * m**2 / whole)
    near(found["x"].first, p**2 * v / whole)
    near(found["q"].total, 1.0 - p**2 * v / whole)
    near(found["x"].total, 1.0 - p * (1 - p) * m**2 / whole)
    assert found["q"].total.value + found["x"].total.value > 1.0  # both count what they do together


def test_few_draws_are_made_enough_for_every_order():
    model = PickFreeze.of_function(lambda u: u.sum(axis=0), 5)
    fair = shapley_effects(model, {str(j): [str(j)] for j in range(5)}, power=2)
    assert sum(figure.value for figure in fair.values()) == pytest.approx(1.0, abs=1e-9)
