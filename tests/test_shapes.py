"""The shapes an expert writes: quantiles, moments and tables beside scipy, mixtures beside their definition, fits."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

import damages
from damages.ranges.fits import fitted, likeliest
from damages.ranges.quantiles import Quantiles
from damages.ranges.shapes import from_case
from damages.reader.units import UNITS

logit = stats.logistic.ppf  # the log-odds
BESIDE_SCIPY = {
    "pert": ({"low": 1, "likely": 4, "high": 12}, "months", stats.beta(1 + 12 / 11, 1 + 32 / 11, 1, 11)),
    "uniform": ({"uniform": [3, 9]}, "months", stats.uniform(3, 6)),
    "triangular": ({"triangular": {"low": 0.5, "likely": 0.8, "high": 1.0}}, "share", stats.triang(0.6, 0.5, 0.5)),
    "right triangle": ({"triangular": {"low": 0, "likely": 4, "high": 4}}, "usd", stats.triang(1, 0, 4)),
    "beta": ({"beta": [2, 8]}, "share", stats.beta(2, 8)),
    "sampled": ({"sampled": {"yes": 132, "of": 200}}, "share", stats.beta(132.5, 68.5)),
    "normal cut": ({"normal": {"mean": 0.3, "sd": 0.4}}, "share", stats.truncnorm(-0.75, 1.75, 0.3, 0.4)),
    "normal": ({"normal": {"mean": 50, "sd": 10}}, "months", stats.truncnorm(-5, np.inf, 50, 10)),
    "lognormal": ({"lognormal": {"median": 100, "sd_log": 0.8}}, "usd", stats.lognorm(0.8, scale=100)),
    "gamma": ({"gamma": {"mean": 10, "sd": 4}}, "usd", stats.gamma(6.25, scale=1.6)),
    "steep gamma": ({"gamma": {"mean": 10, "sd": 20}}, "usd", stats.gamma(0.25, scale=40)),
    "beta near 0": ({"beta": [0.1, 2]}, "share", stats.beta(0.1, 2)),
    "beta at both ends": ({"beta": [0.4, 0.5]}, "share", stats.beta(0.4, 0.5)),
    "narrow beta": ({"beta": [3, 1e7]}, "share", stats.beta(3, 1e7)),
    "narrow gamma": ({"gamma": {"mean": 10, "sd": 0.1}}, "usd", stats.gamma(1e4, scale=1e-3)),
}
LEVELS = np.array([1e-9, 1e-4, 0.05, 0.3, 0.5, 0.7, 0.95, 0.9999])


def shape_of(spec, unit="usd"):
    return from_case(spec, UNITS[unit])


@pytest.mark.parametrize("name", BESIDE_SCIPY)
def test_quantiles_moments_and_chances_are_scipys(name):
    spec, unit, law = BESIDE_SCIPY[name]
    ours = shape_of(spec, unit).law
    assert ours.mean() == pytest.approx(law.mean(), rel=1e-9)
    assert ours.std() == pytest.approx(law.std(), rel=1e-9)
    values = law.ppf(LEVELS)
    assert_allclose(ours.ppf(LEVELS), values, rtol=1e-9)
    assert_allclose(ours.isf(LEVELS), law.isf(LEVELS), rtol=1e-9)
    assert_allclose(ours.cdf(values), LEVELS, rtol=1e-7)
    assert_allclose(ours.sf(values), law.sf(values), rtol=1e-9)
    if "triang" not in name:
        assert_allclose(ours.pdf(values), law.pdf(values), rtol=1e-8)


@pytest.mark.parametrize(("median", "sd"), [(0.3, 0.8), (0.5, 3.0), (0.02, 0.2)])
def test_logit_normal_has_the_moments_of_its_integral(median, sd):
    law = shape_of({"logit_normal": {"median": median, "sd_logit": sd}}, "share").law
    normal = stats.norm(logit(median), sd)
    for moment, ours in ((1, law.mean()), (2, law.var() + law.mean() ** 2)):
        exact = normal.expect(lambda t, k=moment: stats.logistic.cdf(t) ** k, epsabs=1e-14, limit=500)
        assert ours == pytest.approx(exact, rel=1e-9)
    assert_allclose(law.cdf(law.ppf(LEVELS)), LEVELS, rtol=1e-9)


MIXTURES = {
    "two humps": (
        {"mixture": [{"weight": 0.6, "value": {"lognormal": {"median": 10, "sd_log": 0.4}}},
                     {"weight": 0.4, "value": {"normal": {"mean": 50, "sd": 5}}}]}, "usd"),
    "steps among a triangle": (
        {"mixture": [{"weight": 0.3, "value": {"choices": {"5": 0.5, "20": 0.5}}},
                     {"weight": 0.7, "value": {"triangular": {"low": 0, "likely": 20, "high": 40}}}]}, "usd"),
    "a gap": (
        {"mixture": [{"weight": 0.5, "value": {"uniform": [1, 2]}}, {"weight": 0.5, "value": {"low": 5, "likely": 5, "high": 9}}]},
        "usd"),
    "nothing or a gamma": ({"zero_or": {"chance_of_zero": 0.3, "value": {"gamma": {"mean": 10, "sd": 4}}}}, "usd"),
    "nothing or a share": ({"zero_or": {"chance_of_zero": 0.6, "value": {"beta": [2, 8]}}}, "share"),
    "nothing or a mixture": (
        {"zero_or": {"chance_of_zero": 0.2, "value": {"mixture": [{"weight": 0.5, "value": 3}, {"weight": 0.5, "value": {"between": [1, 10]}}]}}},
        "usd"),
}  # fmt: skip


@pytest.mark.parametrize("name", MIXTURES)
def test_a_mixture_is_its_parts_weighed(name):
    """Its table inverts the weighed chances of its parts, steps and valleys included, within its stated error."""
    spec, unit = MIXTURES[name]
    shape = shape_of(spec, unit)
    table = Quantiles(shape)
    assert 0 <= table.error <= 1e-9
    chances = np.concatenate([np.linspace(1e-6, 1 - 1e-6, 4001), [1e-9]])
    values = table(chances)
    assert np.all(shape.law.below(values) <= chances + 1e-9)
    assert np.all(shape.law.cdf(values) >= chances - 1e-9)
    assert np.all(np.diff(values[:4001]) >= 0)
    even = table((np.arange(2**18) + 0.5) / 2**18)
    assert even.mean() == pytest.approx(shape.law.mean(), rel=1e-4)
    assert even.std() == pytest.approx(shape.law.std(), rel=1e-3)


def test_the_moments_of_nothing_or_something():
    """0 with chance 0.3, else a gamma of mean 10 and sd 4: mean 7, variance 0.7 × (16 + 100) − 49."""
    shape = shape_of(MIXTURES["nothing or a gamma"][0])
    assert shape.law.mean() == pytest.approx(7.0, rel=1e-12)
    assert shape.law.var() == pytest.approx(0.7 * 116 - 49, rel=1e-12)
    assert shape.base == shape.law.mean()
    assert (shape.low, shape.law.cdf(0.0)) == (0.0, 0.3)
    assert str(shape) == "0 with chance 0.3, else gamma: mean 10, sd 4"


def test_a_mixture_of_steps_is_steps():
    shape = shape_of({"zero_or": {"chance_of_zero": 0.25, "value": {"choices": {"0": 0.2, "8": 0.8}}}})
    assert shape.is_exact
    assert (shape.law.values, shape.law.chances) == ((0.0, 8.0), pytest.approx((0.4, 0.6)))


FAMILIES = {
    "normal": (stats.norm(5, 2), {}),
    "lognormal": (stats.lognorm(0.7, scale=3), {"floc": 0}),
    "gamma": (stats.gamma(3, scale=2), {"floc": 0}),
    "beta": (stats.beta(2, 8), {"floc": 0, "fscale": 1}),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_fit_is_the_likeliest_law_made_wider_by_what_is_not_known(family):
    """The law of greatest likelihood is scipy's; few numbers make the predictive range wider, many do not."""
    law, fixed = FAMILIES[family]
    data = law.rvs(size=40, random_state=3)
    ours = likeliest(data, family)
    theirs = getattr(stats, {"normal": "norm", "lognormal": "lognorm"}.get(family, family))
    theirs = theirs(*theirs.fit(data, **fixed))
    assert_allclose(ours.ppf([0.05, 0.5, 0.95]), theirs.ppf([0.05, 0.5, 0.95]), rtol=1e-3)
    best = np.sum(np.log(ours.pdf(data)))
    assert best >= np.sum(theirs.logpdf(data)) - 1e-6

    def width(count):
        numbers = law.ppf((np.arange(count) + 0.5) / count)
        wide, plain = fitted(numbers, family, -np.inf, np.inf, "x.csv"), likeliest(numbers, family)
        return np.subtract(*wide.ppf([0.975, 0.025])) / np.subtract(*plain.ppf([0.975, 0.025]))

    assert width(8) > 1.1
    assert 1.0 < width(2000) < 1.01


def test_a_fit_of_a_normal_is_close_to_students_predictive():
    """For a normal the exact predictive law is Student's t, n − 1 degrees, √(1 + 1/n) wider."""
    data = stats.norm(5, 2).ppf((np.arange(20) + 0.5) / 20)
    exact = stats.t(19, np.mean(data), np.std(data, ddof=1) * (1 + 1 / 20) ** 0.5)
    ours = fitted(data, "normal", -np.inf, np.inf, "x.csv").ppf(np.array([0.05, 0.5, 0.95]))
    assert_allclose(ours - 5, exact.ppf([0.05, 0.5, 0.95]) - 5, rtol=0.01, atol=1e-9)


def test_a_fit_beside_the_case(write_case, tmp_path):
    numbers = stats.beta(2, 20).ppf((np.arange(30) + 0.5) / 30)
    (tmp_path / "rates.csv").write_text("rate\n" + "\n".join(map(str, numbers)))
    case = damages.load(write_case(("{low: 0.02, likely: 0.05, high: 0.2}", "{fit: {file: rates.csv, shape: beta}}")))
    shape = case.shapes["claims_rate"][""]
    assert shape.base == pytest.approx(stats.beta(2, 20).mean(), rel=0.02)
    assert str(shape) == "a beta fitted to rates.csv, with the uncertainty of the fit"


@pytest.mark.parametrize(
    ("rows", "family", "words"),
    [
        ([0.1, 0.2, 0.3], "beta", "a fit needs at least 5 numbers"),
        ([0.1] * 9, "beta", "not all alike"),
        ([0.1, 0.2, 0.3, 0.4, 0.5], "weibull", "'weibull' is not a shape that is fitted"),
        ([0.0, 0.2, 0.3, 0.4, 0.5], "beta", "above 0 and below 1"),
        ([0.0, 0.2, 0.3, 0.4, 0.5], "gamma", "a gamma is fitted to numbers above 0"),
        ([0.1, 0.1001, 0.0999, 0.10005, 0.09995], "beta", "vary by less than 1%, where a beta is a normal: fit that"),
        ([0.1, 0.2, 0.3, 0.4, 0.5], "lognormal", "reaches beyond what a share can be"),
    ],
)
def test_what_cannot_be_fitted(write_case, tmp_path, rows, family, words):
    (tmp_path / "rates.csv").write_text("\n".join(map(str, rows)))
    spec = f"{{fit: {{file: rates.csv, shape: {family}}}}}"
    with pytest.raises(damages.CaseError, match=words):
        damages.load(write_case(("{low: 0.02, likely: 0.05, high: 0.2}", spec)))


@pytest.mark.parametrize(
    ("spec", "unit", "words"),
    [
        ({"beta": [1e12, 1e12]}, "share", r"beta needs two numbers from 0\.05 to 10_000_000\."),
        ({"beta": [0.001, 2]}, "share", r"beta needs two numbers from 0\.05"),
        ({"gamma": {"mean": 10, "sd": 0.001}}, "usd", r"write \{normal: \{mean: 10, sd: 0\.001\}\}"),
        ({"logit_normal": {"median": 0.3, "sd_logit": 30}}, "share", "a spread above 0 and up to 10"),
        ({"between": [1e-9, 0.9999999]}, "share", "further apart than a share can be known to be"),
    ],
)
def test_what_is_no_longer_a_range(spec, unit, words):
    """Laws whose quantiles cannot be had to nine digits are refused, not drawn roughly."""
    with pytest.raises(ValueError, match=words):
        shape_of(spec, unit)


def test_a_table_that_is_too_coarse_is_refused(monkeypatch):
    from damages.ranges import quantiles

    monkeypatch.setattr(quantiles, "COARSEST", 1e-13)
    with pytest.raises(
        ValueError, match=r"gamma: mean 10, sd 4: its quantiles cannot be computed to one part in a million"
    ):
        Quantiles(shape_of({"gamma": {"mean": 10, "sd": 4}}))
