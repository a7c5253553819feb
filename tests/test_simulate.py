"""The simulation against plain Monte Carlo, against closed forms, and against itself."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from conftest import CASES
from numpy.testing import assert_allclose, assert_array_equal
from patterns import answer_patterns
from scipy import stats

import damages
from damages.engine.draws import Sampler
from damages.engine.paths import lines_by_path
from damages.engine.percentiles import Draws, quantiles
from damages.engine.simulate import plan_draws


def test_against_plain_monte_carlo(good):
    """Questions flipped, amounts drawn with an ordinary generator: the same mean, percentiles and chances."""
    rng, draws = np.random.default_rng(5), 100_000
    sampler = Sampler(good)
    values = sampler.values(rng.random((len(sampler.columns), draws)))
    patterns = answer_patterns(good)
    which = rng.choice(len(patterns), size=draws, p=[chance for _, chance in patterns])
    judgment = np.zeros(draws)
    for i, lines in enumerate(lines_by_path(good, values, [answers for answers, _ in patterns])):
        judgment[which == i] = np.broadcast_to(np.ravel(lines["judgment_usd"]), (draws,))[which == i]
    simulation = damages.simulate(good)
    summary = simulation.lines["judgment_usd"]
    assert abs(judgment.mean() - summary.mean.value) < 4 * judgment.std() / draws**0.5
    for level, figure in summary.percentiles.items():
        below = np.mean(judgment <= figure.value)
        assert below >= level - 4 * (level * (1 - level) / draws) ** 0.5
    chance = np.mean(judgment > 0)
    assert abs(chance - simulation.chance_of_recovery.value) < 4 * (chance * (1 - chance) / draws) ** 0.5


def test_zero_or_else_a_lognormal(write_case):
    """With chance 1 − p nothing, else a multiple of a lognormal: mean and percentiles in closed form."""
    text = (CASES.parents[1] / "params" / "template.yaml").read_text()
    path = write_case(base="good.yaml")
    path.write_text(
        text.replace(
            "value: {low: 80_000, likely: 100_000, high: 150_000}", "value: {lognormal: {median: 100_000, sd_log: 0.5}}"
        )
        .replace("value: {low: 0.5, likely: 0.7, high: 0.9}", "value: 1.0")
        .replace("value: {between: [0.2, 0.8]}     # 90% sure that it lies between these", "value: 1.0")
    )
    simulation = damages.simulate(damages.load(path))
    summary, p = simulation.lines["judgment_usd"], 0.4
    law = stats.lognorm(s=0.5, scale=100_000 * 1_000)
    assert abs(summary.mean.value - p * law.mean()) <= 2 * summary.mean.error
    assert simulation.chance_of_recovery.value == pytest.approx(p, abs=1e-15)
    assert summary[0.5].value == 0.0
    for level in (0.75, 0.95):
        exact = law.ppf((level - (1 - p)) / p)
        assert abs(summary[level].value - exact) <= max(2 * summary[level].error, 1e-4 * exact)
    outcome = simulation.outcomes["judgment_usd"]
    assert outcome.chance_above(2e8).value == pytest.approx(p * law.sf(2e8), rel=1e-3)
    assert outcome.percentile(0.99).value == pytest.approx(law.ppf(1 - 0.01 / p), rel=5e-3)


def test_product_of_lognormals(write_case):
    """people × share would be bounded; people × months × price is lognormal: every percentile exact."""
    path = write_case(
        ("{low: 8_000, likely: 10_000, high: 15_000}", "{lognormal: {median: 10_000, sd_log: 0.3}}"),
        ("{between: [0.4, 0.9]}", "1.0"),
        ("{beta: [4, 3]}", "1.0"),
        ("{low: 0.0, likely: 0.1, high: 0.5}", "1.0"),
        ("{basic: 0.8, plus: 0.2}", "{basic: 1.0, plus: 0.0}"),
        ("{triangular: {low: 8, likely: 10, high: 15}}", "10"),
        ("chance: 0.4", "chance: 1.0"),
        ("chance: {given: liable, yes: 0.6, no: 0.2}", "chance: 1.0"),
        ("chance: 0.5", "chance: 0.0"),
        ("start: 2024-01-01", "start: 2026-01-01"),
    )
    case = damages.load(path, settings={"theories.sca.pleaded": False})
    simulation = damages.simulate(case)
    law = stats.lognorm(s=(0.3**2 + 0.4**2) ** 0.5, scale=10_000 * 10 * 10)
    summary = simulation.lines["judgment_usd"]
    assert abs(summary.mean.value - law.mean()) <= 2 * summary.mean.error
    for level, figure in summary.percentiles.items():
        assert abs(figure.value - law.ppf(level)) <= max(3 * figure.error, 5e-4 * law.ppf(level)), level


def test_merging_paths_changes_nothing(good):
    """Every pattern by itself gives the same expected lines as the merged paths."""
    values = dict(damages.engine.paths.base_values(good).items())
    patterns = answer_patterns(good)
    one_by_one = sum(
        chance * float(np.ravel(lines["judgment_usd"])[0])
        for (_, chance), lines in zip(
            patterns, lines_by_path(good, values, [answers for answers, _ in patterns]), strict=True
        )
    )
    assert damages.estimate(good).expected_usd == pytest.approx(one_by_one, rel=1e-12)


def same(first, second):
    for name in first.lines:
        assert first.lines[name] == second.lines[name], name
    for name, outcome in first.outcomes.items():
        for ours, theirs in zip(outcome.replicates, second.outcomes[name].replicates, strict=True):
            for one, other in zip(ours, theirs, strict=True):
                assert one.weight == other.weight
                assert_array_equal(one.values, other.values)


def test_same_seed_same_bytes_and_another_seed_another(good):
    same(damages.simulate(good, draws=4096), damages.simulate(good, draws=4096))
    same(damages.simulate(good, draws=4096, seed=0), damages.simulate(good, draws=4096))
    other = damages.simulate(good, draws=4096, seed=1)
    assert other.lines["judgment_usd"].mean.value != damages.simulate(good, draws=4096).lines["judgment_usd"].mean.value


@pytest.mark.slow
def test_any_number_of_workers_gives_the_same_bytes(good):
    alone = damages.simulate(good, draws=4096)
    with ThreadPoolExecutor(3) as threads:
        same(alone, damages.simulate(good, draws=4096, executor=threads))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        same(alone, damages.simulate(good, draws=4096, executor=processes))


@pytest.mark.slow
def test_two_seeds_agree_within_their_errors(linkedin):
    first, second = damages.simulate(linkedin, seed=0), damages.simulate(linkedin, seed=1)
    for name in ("pleaded_usd", "exposure_usd", "expected_usd", "judgment_usd"):
        one, other = first.lines[name].mean, second.lines[name].mean
        assert abs(one.value - other.value) <= 2 * (one.error + other.error), name


@pytest.mark.parametrize(
    ("draws", "expected"),
    [
        (1, (8, 6)),
        (512, (8, 6)),
        (513, (9, 6)),
        (131_072, (8, 14)),
        (131_073, (9, 14)),
        (10**6, (16, 16)),
        (10**7, (10, 20)),
    ],
)
def test_draws_are_rounded_up_to_whole_replicates(draws, expected):
    replicates, power = plan_draws(draws)
    assert (replicates, power) == expected
    assert replicates * 2**power >= draws


def test_draws_and_seed_are_checked(good):
    with pytest.raises(ValueError, match="draws must be 1 or more"):
        damages.simulate(good, draws=0)
    with pytest.raises(ValueError, match="seed 0 or more"):
        damages.simulate(good, seed=-1)


@pytest.mark.parametrize("seed", range(6))
def test_weighted_quantiles_against_sorting_everything(seed):
    rng = np.random.default_rng(seed)
    parts = [
        Draws(float(rng.random()), np.sort(np.round(rng.lognormal(size=rng.integers(1, 400)), rng.integers(0, 4))))
        for _ in range(rng.integers(2, 7))
    ]
    parts.append(Draws(0.3, np.zeros(50)))
    values = np.concatenate([part.values for part in parts])
    weights = np.concatenate([np.full(len(part.values), part.weight / len(part.values)) for part in parts])
    order = np.argsort(values, kind="stable")
    steps = np.cumsum(weights[order])
    levels = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999]
    expected = [values[order][np.searchsorted(steps, level * steps[-1] * (1 - 1e-12))] for level in levels]
    assert_allclose(quantiles(parts, levels), expected)


def test_if_recovered_is_the_rest_without_the_zeros(linkedin_simulation):
    over_all, recovered = linkedin_simulation.lines["judgment_usd"], linkedin_simulation.if_recovered["judgment_usd"]
    chance = linkedin_simulation.chance_of_recovery.value
    assert over_all.mean.value == pytest.approx(recovered.mean.value * chance, rel=1e-9)
    assert over_all[0.95].value == 0.0
    assert recovered[0.05].value > 0.0


def test_percentiles_that_nothing_reaches_are_zero_without_looking():
    """Nothing with 99%, else 1 to 100: up to the 99th percentile it is nothing; the 99.5th is the middle of the rest."""
    from damages.engine.percentiles import Draws, quantiles

    parts = (Draws(0.99, np.array([0.0])), Draws(0.01, np.arange(1.0, 101.0)))
    assert list(quantiles(parts, [0.05, 0.5, 0.99])) == [0.0, 0.0, 0.0]
    assert list(quantiles(parts, [0.5, 0.995])) == [0.0, 50.0]
    below = (Draws(0.99, np.array([0.0])), Draws(0.01, np.arange(-50.0, 50.0)))
    assert list(quantiles(below, [0.001, 0.5])) == [-41.0, 0.0]
