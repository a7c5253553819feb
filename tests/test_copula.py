"""Inputs that move together: the ranks that were said, margins untouched, tails, and holding some while drawing others."""

from __future__ import annotations

import numpy as np
import pytest
from build import number, small, theory
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

import damages
from damages.engine.copula import Copula
from damages.engine.draws import Sampler, uniforms
from damages.ranges.correlation import fitting, rank_matrix

SOURCE = {"kind": "assumption", "cite": "Made up"}


def pair(first, second, rank):
    return {"between": [first, second], "rank": rank, "source": SOURCE}


def case_of(tmp_path, correlations, **more):
    """People × months × price × share lost: three lognormals and a beta, or prices by group."""
    inputs = {
        "people": number("people", {"lognormal": {"median": 1_000, "sd_log": 0.3}}),
        "months": number("months", {"lognormal": {"median": 10, "sd_log": 0.4}}),
        "price": number("usd_per_month", {"lognormal": {"median": 20, "sd_log": 0.5}}),
        "lost": number("share", 1.0),
    } | more.pop("inputs", {})
    return small(
        tmp_path,
        theories={"contract": theory("subscription_value", price="price", months="months", share_lost="lost")},
        inputs=inputs,
        correlations=correlations,
        **more,
    )


def drawn(case, power=14, seed=0, **options):
    sampler = Sampler(case, **options)
    return sampler.sample(uniforms(seed, 0, power, len(sampler.columns)))


def rank(first, second):
    return float(stats.spearmanr(first, second)[0])


def test_the_ranks_are_those_that_were_said_and_the_margins_stay(tmp_path):
    case = case_of(tmp_path, [pair("people", "months", 0.6), pair("months", "price", -0.4)])
    joined, alone = drawn(case), drawn(case, independent=True)
    assert rank(joined["people"], joined["months"]) == pytest.approx(0.6, abs=0.01)
    assert rank(joined["months"], joined["price"]) == pytest.approx(-0.4, abs=0.01)
    assert rank(joined["people"], joined["price"]) == pytest.approx(0.0, abs=0.01)
    assert abs(rank(alone["people"], alone["months"])) < 0.01
    for name, law in (("months", stats.lognorm(0.4, scale=10)), ("price", stats.lognorm(0.5, scale=20))):
        assert stats.kstest(joined[name], law.cdf).statistic < 0.005
    assert_array_equal(joined["people"], alone["people"])  # the first of them leans on no other


def test_a_product_of_correlated_lognormals(tmp_path):
    """Rank 0.6 is 2·sin(0.1π) = 0.618 between the logarithms: variance 0.3² + 0.4² + 0.5² + 2·0.618·0.3·0.4."""
    case = case_of(tmp_path, [pair("people", "months", 0.6)])
    summary = damages.simulate(case).lines["judgment_usd"]
    sd = (0.3**2 + 0.4**2 + 0.5**2 + 2 * 2 * np.sin(np.pi * 0.1) * 0.3 * 0.4) ** 0.5
    law = stats.lognorm(sd, scale=1_000 * 10 * 20)
    assert abs(summary.mean.value - law.mean()) <= 3 * summary.mean.error
    for level, figure in summary.percentiles.items():
        assert abs(figure.value - law.ppf(level)) <= max(3 * figure.error, 5e-4 * law.ppf(level)), level
    apart = damages.simulate(case, independent=True)
    assert apart.independent
    law = stats.lognorm((0.3**2 + 0.4**2 + 0.5**2) ** 0.5, scale=1_000 * 10 * 20)
    assert apart.lines["judgment_usd"][0.95].value == pytest.approx(law.ppf(0.95), rel=2e-3)


def test_extremes_come_together_under_a_t_copula(tmp_path):
    """Ranks are alike, and the chance that both pass their 99th percentile is the t copula's, several times greater."""
    pairs = [pair("people", "months", 0.5)]
    gauss, heavy = (drawn(case_of(tmp_path, pairs, **more), 17) for more in ({}, {"copula": {"t": 3}}))
    assert rank(heavy["people"], heavy["months"]) == pytest.approx(0.5, abs=0.03)
    together = [np.mean([(x > np.quantile(x, 0.99)) & (y > np.quantile(y, 0.99)) for x, y in [(d["people"], d["months"])]])
                for d in (gauss, heavy)]  # fmt: skip
    score = 2 * np.sin(np.pi / 12)
    exact = stats.multivariate_t([0, 0], [[1, score], [score, 1]], df=3, seed=1).cdf(
        [-stats.t(3).ppf(0.99)] * 2, maxpts=10**6
    )
    assert together[1] == pytest.approx(exact, rel=0.05)
    assert together[1] > 1.8 * together[0]


def test_groups_move_together(tmp_path):
    groups = {"basic": "Basic", "plus": "Plus"}
    spread = {"lognormal": {"median": 20, "sd_log": 0.5}}
    inputs = {
        "price": number("usd_per_month", {"basic": spread, "plus": spread}),
        "people": number("people", {"basic": 100.0, "plus": 200.0}, by_group=True),
    }
    correlations = [{"within": "price", "rank": 0.8, "source": SOURCE}, pair("price", "months", 0.3)]
    found = drawn(case_of(tmp_path, correlations, groups=groups, inputs=inputs))
    assert rank(*found["price"]) == pytest.approx(0.8, abs=0.01)
    for price in found["price"]:
        assert rank(price, found["months"]) == pytest.approx(0.3, abs=0.01)


def test_a_rank_of_one_moves_as_one(tmp_path):
    case = case_of(tmp_path, [pair("months", "price", -1), pair("people", "price", 0.5)])
    found = drawn(case)
    assert_allclose(found["months"] ** (1 / 0.4) * found["price"] ** (1 / 0.5), 10**2.5 * 20**2, rtol=1e-6)
    assert rank(found["people"], found["months"]) == pytest.approx(-0.5, abs=0.01)
    assert rank_matrix(case.correlations, case.shapes).tied == {("price", ""): (("months", ""), -1.0)}


def test_ranks_that_do_not_fit_together_are_moved_and_say_so(tmp_path):
    """All three cannot be; the nearest correlation matrix moves each by the same, and it is one."""
    pairs = [pair("people", "months", 0.9), pair("people", "price", 0.9), pair("months", "price", -0.9)]
    with pytest.warns(damages.DamagesWarning, match=r"the nearest that do are used, with ranks up to 0\.42 away"):
        case = case_of(tmp_path, pairs)
    scores, moved = fitting(rank_matrix(case.correlations, case.shapes).matrix)
    assert np.linalg.eigvalsh(scores)[0] >= 0
    assert_allclose(np.diag(scores), 1.0, rtol=1e-12)
    assert moved == pytest.approx(0.42, abs=0.01)
    found = drawn(case)
    assert rank(found["people"], found["months"]) == pytest.approx(6 / np.pi * np.arcsin(scores[0, 1] / 2), abs=0.01)


def test_the_matrix_found_is_the_nearest():
    """With a, b, a above the diagonal a matrix of three can be when b ≥ 2a² − 1; the nearest to 1, 0, 1 lies on that edge."""
    wanted = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    scores, _ = fitting(6 / np.pi * np.arcsin(wanted / 2))
    a = np.linspace(0, 1, 1_000_001)
    best = a[np.argmin(2 * (1 - a) ** 2 + (2 * a**2 - 1) ** 2)]
    assert_allclose(scores[np.triu_indices(3, 1)], [best, 2 * best**2 - 1, best], atol=1e-5)


@pytest.mark.parametrize("freedom", [None, 4.0])
def test_some_held_and_the_rest_drawn_given_those(freedom):
    """The held keep their values, the rest are new, and together they still follow the copula."""
    scores = np.array([[1.0, 0.6, 0.3], [0.6, 1.0, -0.2], [0.3, -0.2, 1.0]])
    copula = Copula([0, 1, 2], scores, freedom)
    both = uniforms(4, 0, 15, 6)
    first, second = both[:3], both[3:]
    mixed = copula.frozen(first, second, [False, True, False])
    here, there = copula.dependent(first), copula.dependent(mixed)
    assert_allclose(there[1], here[1], rtol=1e-6)
    assert np.mean(np.abs(there[0] - here[0])) > 0.1
    law = stats.norm if freedom is None else stats.t(freedom)
    z = {name: [law.ppf(found[i]) for i in range(3)] for name, found in (("here", here), ("there", there))}
    if freedom is None:
        # Given the second, the first is normal with mean 0.6 z and variance 1 − 0.36; new draws share only that.
        assert np.corrcoef(z["there"])[0, 1] == pytest.approx(0.6, abs=0.01)
        rest, old = z["there"][0] - 0.6 * z["there"][1], z["here"][0] - 0.6 * z["here"][1]
        assert np.var(rest) == pytest.approx(0.64, abs=0.01)
        assert np.corrcoef(rest, old)[0, 1] == pytest.approx(0.0, abs=0.015)
        assert np.corrcoef(rest, z["there"][2] + 0.2 * z["there"][1])[0, 1] == pytest.approx(
            0.42 / (0.8 * 0.96**0.5), abs=0.01
        )
    for i, j in ((0, 1), (0, 2), (1, 2)):
        assert rank(there[i], there[j]) == pytest.approx(rank(here[i], here[j]), abs=0.02)
    for i in range(3):
        assert stats.kstest(there[i], "uniform").statistic < 0.01
    assert_allclose(copula.frozen(first, second, [True] * 3), first, rtol=1e-6)


def test_mixed_uniforms_of_a_case(tmp_path):
    case = case_of(tmp_path, [pair("people", "months", 0.7)], inputs={"lost": number("share", {"beta": [2, 8]})})
    sampler = Sampler(case)
    both = uniforms(1, 0, 12, 2 * len(sampler.columns))
    first, second = np.split(both, 2)
    mixed = sampler.sample(sampler.frozen(first, second, {"months", "lost"}))
    here, there = sampler.sample(first), sampler.sample(second)
    assert_allclose(mixed["months"], here["months"], rtol=1e-7)
    assert_array_equal(mixed["lost"], here["lost"])
    assert_array_equal(mixed["price"], there["price"])
    assert rank(mixed["people"], mixed["months"]) == pytest.approx(0.7, abs=0.02)
    assert rank(mixed["people"], here["people"]) < 0.6  # the part that months explains: 0.7²
