"""What samples say: against scipy, against hand arithmetic, and how often the intervals are right."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from scipy import stats

from damages.counting import sampling
from damages.counting.sampling import SampleError
from damages.ranges.shapes import Around, from_case
from damages.reader.units import UNITS


@pytest.mark.parametrize(("yes", "of"), [(0, 10), (10, 10), (132, 200), (1, 3), (40, 1_000)])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_intervals_against_their_formulas(yes, of, confidence):
    """Wilson from its quadratic, Clopper and Pearson from beta quantiles."""
    share, z = yes / of, stats.norm.ppf(0.5 + confidence / 2)
    middle = (share + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z / (1 + z**2 / of) * np.sqrt(share * (1 - share) / of + z**2 / (4 * of**2))
    wilson = sampling.wilson(yes, of, confidence)
    assert (wilson.estimate, wilson.low, wilson.high) == pytest.approx((share, middle - half, middle + half), abs=1e-12)
    exact = sampling.clopper_pearson(yes, of, confidence)
    tail = (1 - confidence) / 2
    low = stats.beta.ppf(tail, yes, of - yes + 1) if yes else 0.0
    high = stats.beta.ppf(1 - tail, yes + 1, of - yes) if yes < of else 1.0
    assert (exact.low, exact.high) == pytest.approx((low, high), abs=1e-12)
    assert exact.high - exact.low > wilson.high - wilson.low


def test_intervals_against_scipy():
    for method, ours in (("wilson", sampling.wilson), ("exact", sampling.clopper_pearson)):
        theirs = stats.binomtest(17, 80).proportion_ci(0.95, method=method)
        assert (ours(17, 80).low, ours(17, 80).high) == pytest.approx((theirs.low, theirs.high))


@pytest.mark.parametrize("share", [0.03, 0.3])
def test_the_exact_interval_never_covers_less_than_it_says(share):
    of = 60
    chances = stats.binom.pmf(np.arange(of + 1), of, share)
    covers = [
        sampling.clopper_pearson(yes, of).low <= share <= sampling.clopper_pearson(yes, of).high
        for yes in range(of + 1)
    ]
    assert chances @ covers >= 0.95
    near = [sampling.wilson(yes, of).low <= share <= sampling.wilson(yes, of).high for yes in range(of + 1)]
    assert chances @ near == pytest.approx(0.95, abs=0.03)


def test_a_sample_of_the_wanted_size_has_the_wanted_margin():
    for share in (0.5, 0.2):
        of = sampling.sample_size(0.03, share)
        z = stats.norm.ppf(0.975)
        assert z * (share * (1 - share) / of) ** 0.5 <= 0.03 < z * (share * (1 - share) / (of - 1)) ** 0.5
    assert sampling.sample_size(0.05) == 385
    assert sampling.sample_size(0.05, of_people=1_000) == 278
    assert sampling.sample_size(0.05, of_people=10) == 10
    assert sampling.sample_size(0.05, expected_share=0.0) == 1


def test_chapman_on_lists_drawn_at_random():
    rng, people, estimates, inside = np.random.default_rng(2), 2_000, [], 0
    for _ in range(400):
        first, second = (set(rng.choice(people, size, replace=False).tolist()) for size in (500, 400))
        found = sampling.chapman(500, 400, len(first & second))
        estimates.append(found.estimate)
        inside += found.low <= people <= found.high
    assert np.mean(estimates) == pytest.approx(people, abs=4 * np.std(estimates) / 20)
    assert inside / 400 == pytest.approx(0.95, abs=0.04)
    assert sampling.chapman(200, 250, 50).estimate == pytest.approx(201 * 251 / 51 - 1)
    assert sampling.chapman(100, 50, 50).low == 100


def test_inverse_variance_by_hand():
    """Weights 1/4 and 1/16: 4/5 and 1/5; 0.8 × 10 + 0.2 × 20 = 12; Q = 4/4 + 64/16 = 5."""
    found = sampling.inverse_variance({"a": 10.0, "b": 20.0}, {"a": 2.0, "b": 4.0})
    assert found.estimate == pytest.approx(12)
    assert found.weights == pytest.approx({"a": 0.8, "b": 0.2})
    assert found.standard_error == pytest.approx((1 / (1 / 4 + 1 / 16)) ** 0.5)
    assert found.q == pytest.approx(5)
    assert found.p_value == pytest.approx(stats.chi2.sf(5, 1))
    assert found.i_squared == pytest.approx(0.8)
    assert found.disagree
    same = sampling.inverse_variance({"a": 10.0, "b": 10.0}, {"a": 2.0, "b": 4.0})
    assert (same.i_squared, same.disagree) == (0.0, False)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sampling.wilson(5, 4), "5 of 4 is not a sample: write how many of how many, the second at least 1."),
        (lambda: sampling.clopper_pearson(0, 0), "0 of 0 is not a sample"),
        (
            lambda: sampling.wilson(1, 4, 95),
            "a confidence of 95 does not lie between 0 and 1; 95 percent is written 0.95.",
        ),
        (
            lambda: sampling.sample_size(5),
            "a margin of 5 around a share of 0.5 is not possible; five percent is written 0.05.",
        ),
        (lambda: sampling.chapman(10, 10, 11), "lists of 10 and 10 cannot share 11."),
        (
            lambda: sampling.inverse_variance({"a": 1.0}, {"a": 1.0}),
            "at least two estimates, each with a standard error",
        ),
        (
            lambda: sampling.inverse_variance({"a": 1.0, "b": 1.0}, {"a": 1.0, "b": 0.0}),
            "each with a standard error above 0",
        ),
    ],
)
def test_what_is_no_sample(call, words):
    with pytest.raises(SampleError, match=words.replace(".", r"\.")):
        call()


def share_of(spec, **around):
    return from_case(spec, UNITS["share"], Around(**around))


def test_a_sampled_share_is_a_beta():
    """132 of 200 with Jeffreys' prior: beta(132.5, 68.5); the base value is its mean, 132.5 ÷ 201."""
    shape = share_of({"sampled": {"yes": 132, "of": 200}})
    assert shape.base == pytest.approx(132.5 / 201)
    levels = np.array([0.025, 0.5, 0.975])
    np.testing.assert_allclose(shape.quantile(levels), stats.beta.ppf(levels, 132.5, 68.5), rtol=1e-6)
    exact = sampling.clopper_pearson(132, 200)
    assert exact.low < shape.quantile(levels)[0] < shape.quantile(levels)[2] < exact.high


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"sampled": {"yes": 5}}, "is written {sampled: {yes: 132, of: 200}}"),
        ({"sampled": {"yes": 5, "of": 4}}, "5 of 4 is not a sample"),
        ({"sampled": {"yes": 0.5, "of": 4}}, "0.5 of 4 is not a sample"),
        ({"dated": {}}, "from which day, how much"),
        (
            {"dated": {"2024-02-01": 0.1}},
            "the list begins on 2024-02-01, and the class period on 2024-01-01: add what it was until then",
        ),
        ({"dated": {"soon": 0.1}}, "'soon' is not a day; write 2021-01-01"),
    ],
)
def test_what_a_share_cannot_be(spec, words):
    with pytest.raises(ValueError, match=words.replace("{", r"\{").replace(".", r"\.")):
        share_of(spec, period=(datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)))


def test_a_dated_list_is_averaged_by_days():
    """From 1 to 10 January: 0.1 for four days, 0.3 for six; what lies after the period does not count."""
    period = (datetime.date(2024, 1, 1), datetime.date(2024, 1, 10))
    prices = {"2023-06-01": 0.1, "2024-01-05": 0.3, "2024-01-11": 0.9}
    assert share_of({"dated": prices}, period=period).base == pytest.approx((4 * 0.1 + 6 * 0.3) / 10)
    assert share_of({"dated": {"2020-01-01": 0.9, **prices}}, period=period).base == pytest.approx(0.22)
    with pytest.raises(ValueError, match="this case has none"):
        share_of({"dated": prices})
