"""Uniforms → values: the quantile tables, and what makes two runs comparable."""

from __future__ import annotations

import math

import numpy as np
import pytest
from conftest import CASES
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

import damages
from damages.engine.draws import Quantiles, Sampler, columns, uniforms
from damages.ranges.shapes import from_case
from damages.reader.units import UNITS

SHAPES = {
    "pert": ({"low": 0.2, "likely": 0.3, "high": 0.5}, "share"),
    "pert at its low end": ({"low": 0.0, "likely": 0.0, "high": 0.2}, "share"),
    "pert at its high end": ({"low": 23.99, "likely": 29.99, "high": 29.99}, "usd_per_month"),
    "beta": ({"beta": [2, 8]}, "share"),
    "flat beta": ({"beta": [0.5, 0.5]}, "share"),
    "narrow beta": ({"beta": [2, 30]}, "share"),
    "normal cut at zero": ({"normal": {"mean": 0.3, "sd": 0.4}}, "share"),
    "normal": ({"normal": {"mean": 50, "sd": 10}}, "months"),
    "lognormal": ({"lognormal": {"median": 100, "sd_log": 0.8}}, "usd"),
    "between people": ({"between": [1_500_000, 8_000_000]}, "people"),
    "between shares": ({"between": [0.2, 0.7]}, "share"),
    "uniform": ({"uniform": [3, 9]}, "months"),
    "triangular": ({"triangular": {"low": 0.5, "likely": 0.8, "high": 1.0}}, "share"),
    "choices": ({"choices": {"29.99": 0.6, "59.99": 0.4}}, "usd_per_month"),
}


def shape_of(name):
    spec, unit = SHAPES[name]
    return from_case(spec, UNITS[unit])


@pytest.mark.parametrize("name", SHAPES)
def test_the_table_is_the_exact_quantile(name):
    """In probability, the error of the table is below 1e-9; at the far tails too."""
    shape = shape_of(name)
    chances = np.concatenate([np.linspace(1e-6, 1 - 1e-6, 4001), [1e-12, 1e-9, 1 - 1e-9]])
    got = Quantiles(shape)(chances)
    if shape.is_exact:
        assert_allclose(got, shape.quantile(chances), rtol=1e-12)
        return
    back = shape.law.cdf(got)
    assert_allclose(back, chances, atol=1e-9)


@pytest.mark.parametrize("name", SHAPES)
def test_quantiles_rise_and_stay_in_range(name):
    shape = shape_of(name)
    values = Quantiles(shape)(np.linspace(1e-9, 1 - 1e-9, 10_001))
    assert np.all(np.diff(values) >= -1e-12 * np.abs(values[1:]))
    assert values.min() >= shape.low - 1e-12
    assert values.max() <= shape.high + 1e-12


MEANS = {  # in closed form
    "pert": (0.2 + 4 * 0.3 + 0.5) / 6,
    "pert at its low end": (0 + 0 + 0.2) / 6,
    "pert at its high end": (23.99 + 5 * 29.99) / 6,
    "beta": 2 / 10,
    "flat beta": 0.5,
    "narrow beta": 2 / 32,
    "normal cut at zero": stats.truncnorm(-0.3 / 0.4, 0.7 / 0.4, 0.3, 0.4).mean(),  # a share is at most 1
    "normal": stats.truncnorm(-5, np.inf, 50, 10).mean(),
    "lognormal": 100 * math.exp(0.8**2 / 2),
    "between people": math.sqrt(1.5e6 * 8e6) * math.exp((math.log(8 / 1.5) / (2 * stats.norm.ppf(0.95))) ** 2 / 2),
    "uniform": 6,
    "triangular": (0.5 + 0.8 + 1.0) / 3,
    "choices": 0.6 * 29.99 + 0.4 * 59.99,
}


@pytest.mark.parametrize("name", MEANS)
def test_the_base_value_is_the_mean(name):
    assert shape_of(name).base == pytest.approx(MEANS[name], rel=1e-9)


@pytest.mark.parametrize("name", SHAPES)
def test_the_base_value_is_the_mean_of_the_draws(name):
    """The average of the quantile at 2^18 even chances."""
    even = Quantiles(shape_of(name))((np.arange(2**18) + 0.5) / 2**18)
    assert shape_of(name).base == pytest.approx(even.mean(), rel=2e-5)


@pytest.mark.parametrize(
    ("spec", "unit"), [({"between": [1_500_000, 8_000_000]}, "people"), ({"between": [0.2, 0.7]}, "share")]
)
def test_between_means_ninety_percent_sure(spec, unit):
    shape = from_case(spec, UNITS[unit])
    assert_allclose(shape.quantile(np.array([0.05, 0.95])), spec["between"], rtol=1e-12)


def test_pert_has_the_usual_mean():
    """(low + 4 × likely + high) ÷ 6."""
    assert from_case({"low": 1, "likely": 4, "high": 12}, UNITS["months"]).law.mean() == pytest.approx(
        (1 + 16 + 12) / 6
    )


def test_moments_of_the_draws(good):
    """Each column's mean over a large Sobol' set is the mean of its distribution."""
    sampler = Sampler(good)
    values = sampler.values(uniforms(1, 0, 14, len(sampler.columns)))
    for column in sampler.columns:
        drawn = values[column.name]
        drawn = drawn[:, list(good.groups).index(column.group)] if column.group else np.ravel(drawn)
        mean = column.shape.law.mean()
        if not column.shape.is_fixed:
            assert_allclose(drawn.mean(), mean, rtol=2e-4, err_msg=column.name)


def test_uniforms_are_inside_and_even():
    points = uniforms(0, 0, 12, 5)
    assert points.shape == (5, 4096)
    assert 0 < points.min() < points.max() < 1
    counts = np.array([np.histogram(row, 64, (0, 1))[0] for row in points])
    assert_array_equal(counts, 64)  # a Sobol' set fills every one of 64 even intervals alike


def test_same_seed_same_points_and_seed_zero_is_a_seed():
    assert_array_equal(uniforms(0, 1, 8, 3), uniforms(0, 1, 8, 3))
    assert not np.array_equal(uniforms(0, 1, 8, 3), uniforms(1, 1, 8, 3))
    assert not np.array_equal(uniforms(0, 1, 8, 3), uniforms(0, 2, 8, 3))


def test_scenarios_share_their_draws(linkedin):
    other = damages.load("params/linkedin.yaml", "mediator")
    assert [(column.name, column.group) for column in columns(linkedin)] == [
        (column.name, column.group) for column in columns(other)
    ]
    points = uniforms(0, 0, 6, len(columns(linkedin)))
    first, second = Sampler(linkedin).values(points), Sampler(other).values(points)
    for column in columns(linkedin):
        alike = linkedin.shapes[column.name] == other.shapes[column.name]
        assert alike == np.array_equal(first[column.name], second[column.name]), column.name
    assert not np.array_equal(first["standing_share"], second["standing_share"])


def test_a_fixed_input_still_has_its_column(write_case):
    fixed = damages.load(write_case(("{between: [0.4, 0.9]}", "0.5")))
    free = damages.load(CASES / "good.yaml")
    assert len(columns(fixed)) == len(columns(free))
    points = uniforms(0, 0, 6, len(columns(free)))
    assert_array_equal(Sampler(fixed).values(points)["claims_rate"], Sampler(free).values(points)["claims_rate"])


def test_shared_arrays_are_never_handed_out_for_writing(linkedin):
    sampler = Sampler(linkedin)
    values = sampler.values(uniforms(0, 0, 6, len(sampler.columns)))
    assert not values["plan_mix"].flags.writeable
    assert values["list_price_usd_per_month"].shape == (64, 3)
    assert values["us_share"].shape == (64, 1)
