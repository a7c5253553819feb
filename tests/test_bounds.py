"""Values that no case can have, and inputs that together make lines which are no figures: refused with the line."""

from __future__ import annotations

import datetime
import re

import numpy as np
import pytest
from build import MADE_UP, PERIOD, number, small, theory
from conftest import CASES
from scipy import special, stats

import damages
from damages.engine.paths import answer_paths
from damages.engine.sound import unsound
from damages.ranges.beta import Beta
from damages.ranges.quantiles import COARSEST, Quantiles, least_work
from damages.ranges.shapes import from_case
from damages.reader.units import CHURN, UNITS

CHANCES = np.array([1e-12, 1e-6, 1e-3, 0.05, 0.3, 0.5, 0.7, 0.95, 0.999, 1 - 1e-6])


def refused(*settings, case="params/linkedin.yaml"):
    with pytest.raises(damages.CaseError) as caught:
        damages.load(case, settings=settings)
    return str(caught.value)


# --- Each value ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("monthly_churn=-0.3", "the value is -0.3, but churn, the share who leave in a month, lies between 0 and 1."),
        ("monthly_churn=3", "3 percent is written 0.03."),
        ("monthly_growth=-0.6", "but growth, the change of the stock in a month, lies between -0.5 and 1."),
        ("monthly_churn={low: -0.1, likely: 0.05, high: 0.1}", "the lowest value is -0.1, but churn"),
        ("monthly_churn={mixture: [{weight: 0.5, value: -0.2}, {weight: 0.5, value: 0.1}]}", "is -0.2, but churn"),
        ("cap_usd=1000000000000000000", "is 1e+18, but a sum per member lies between 0 and 1_000_000_000."),
        (f"case_costs_usd=0.{'0' * 200}1", "Write 0, or at least 0.000001."),
        ("case_costs_usd={lognormal: {median: 100_000, sd_log: 6}}", "the value passed once in 10,000 draws is 490"),
        ("case_costs_usd={gamma: {mean: 10, sd: 100}}", "the sd is more than 4.47214 times the mean"),
        ("case_costs_usd={lognormal: {median: 1_000, sd_log: 9}}", "the base value is 3.88085e+20, but a sum in USD lies between"),
        (f"case_costs_usd={{gamma: {{mean: 10, sd: 1{'0' * 160}.0}}}}", "the sd is more than"),
        ("claims_rate={sampled: {yes: 1_000_000_000_000, of: 1_000_000_000_000_000_000}}", "write the share itself, 0.000001"),
        ("value_method=[premium]", "is the name of an option: "),
        ("class_period.end=9999-12-31", "is 9999-12-31, but lies between 1900-01-01 and 2100-12-31."),
        ("theories.sca.limitation.discovered=0001-01-01", "lies between 1900-01-01 and 2100-12-31."),
        ("theories.sca.limitation.years=9999", "is 9999, but lies between 0 and 200.0."),
        ("theories.sca.limitation.tolled_days=-1", "is -1, but lies between 0 and 36525."),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be(setting, words):
    message = refused(setting)
    assert words in message
    assert f"--set {setting.split('=')[0]}" in message


@pytest.mark.parametrize("value", [10**400, float("nan"), float("-inf")], ids=["400 digits", "nan", "-inf"])
def test_no_number_from_python(value):
    with pytest.raises(damages.CaseError, match=r"the value must be finite|is larger than any number here can be"):
        damages.load("params/linkedin.yaml", settings={"claims_rate": value})


def test_a_price_list_is_checked_day_by_day():
    """An average over the days would hide a price below 0."""
    message = refused("monthly_churn={dated: {2019-01-01: -0.1, 2023-01-01: 0.5}}")
    assert "the value from 2019-01-01 is -0.1, but churn" in message


def test_every_unit_says_which_values_it_takes():
    for name, unit in UNITS.items():
        assert unit.low <= 0.0 < unit.high, name
        if name not in ("answer", "choice"):
            assert np.isfinite(unit.high), name
            assert 0.0 < unit.least < 0.1, name
    assert [name for name, unit in UNITS.items() if unit.low < 0] == ["per_month"]  # growth alone can be negative
    assert (CHURN.low, CHURN.high) == (0.0, 1.0)


# --- What the model makes of them -------------------------------------------------------------------


def sold(tmp_path, **inputs):
    """Payers from revenue, whom a theory owes ten dollars each."""
    methods = {
        "sales": {"kind": "revenue", "label": "Sales", "revenue": "sales", "net_price": "price", "net_share": "booked"}
    }
    made = {
        "sales": number("usd", 12_000_000),
        "price": number("usd_per_month", 10),
        "booked": number("share", {"low": 0.5, "likely": 0.8, "high": 1.0}),
        "owed": number("usd_per_unit", 10),
        "payers": number("count", 1_000),
    }
    owed = theory("per_unit", units="payers", rate="owed")
    return small(tmp_path, people=None, class_size={"methods": methods}, theories={"owed": owed}, inputs=made | inputs)


def test_a_division_by_what_can_be_nothing(tmp_path):
    """A million a month ÷ $10 ÷ (0.5 + 4 × 0.8 + 1) ÷ 6."""
    assert damages.estimate(sold(tmp_path)).lines["people_by_sales"] == pytest.approx(100_000 / (4.7 / 6))
    nothing = number("share", {"choices": {"0": 0.1, "0.8": 0.9}})
    with pytest.raises(damages.CaseError) as caught:
        sold(tmp_path, booked=nothing)
    (problem,) = caught.value.problems
    assert problem.name == "inputs.booked"
    assert "small.yaml:" in problem.place
    assert problem.sentence.startswith("at its lowest, 0, sales_start is not a number: a division by 0")
    assert problem.sentence.endswith("It follows from sales, price too.")


def test_more_than_there_can_be():
    """Halving each month for nine years, the stock began above the number of atoms in a person."""
    assert re.search(
        r"at base values, people_at_start is \d\.\d+e\+19, more than there can be", refused("monthly_growth=-0.5")
    )
    assert "--set monthly_growth  inputs.monthly_growth:" in refused("monthly_growth=-0.5")


def test_weights_that_are_all_nothing():
    message = refused("weight_of_revenue=0", "weight_of_members=0")
    assert "people_by_combined is not a number" in message
    assert "inputs.weight_of_members" in message


def test_interest_that_ends_before_the_payments(tmp_path):
    """As paid, the last months would earn interest for a time before they began."""
    contract = theory("subscription_value", price="price", months="months", share_lost="lost")
    interest = {"rate": "rate", "start": "as_paid", "end": "2023-06-30", "theories": ["contract"], "source": MADE_UP}
    with pytest.raises(damages.CaseError, match="2023-06-30 lies before the end of the class period, 2024-12-31"):
        small(
            tmp_path,
            class_period=PERIOD,
            theories={"contract": contract},
            judgment={"interest": [interest | {"end": datetime.date(2023, 6, 30)}]},
            inputs={
                "price": number("usd_per_month", 10),
                "months": number("months", 12),
                "lost": number("share", 0.5),
                "rate": number("per_year", 0.1),
            },
        )


def test_every_input_that_makes_no_figure_is_named_once(tmp_path):
    nothing = {"choices": {"0": 0.1, "0.8": 0.9}}
    with pytest.raises(damages.CaseError) as caught:
        sold(
            tmp_path, booked=number("share", nothing), price=number("usd_per_month", {"choices": {"0": 0.1, "9": 0.9}})
        )
    assert [problem.name for problem in caught.value.problems] == ["inputs.price", "inputs.booked"]


@pytest.mark.parametrize(
    "file", ["params/linkedin.yaml", "params/bnsf.yaml", CASES / "rules.yaml", CASES / "good.yaml"]
)
def test_shipped_cases_are_sound(file):
    case = damages.load(file)
    assert unsound(case, answer_paths(case)) == []


def test_a_name_twice_in_a_list(tmp_path):
    """A share that narrows the class twice, or a question that is needed twice, is a slip."""
    with pytest.raises(
        damages.CaseError, match=r"class_size\.define\.1: share_0 is named twice in this list\."
    ) as caught:
        many_with(tmp_path, 0.5, define=["share_0"] * 3)
    assert len(caught.value.problems) == 1


# --- Quantiles ------------------------------------------------------------------------------------


@pytest.mark.parametrize("a", [0.5, 3.5, 100.5, 1e3, 1e5, 1e7])
@pytest.mark.parametrize("b", [2.0, 10.0, 1e3, 1e5, 1e7])  # below 1 the last floats before 1 hold more than that
def test_a_beta_is_right_for_all_its_parameters(a, b):
    """SciPy's own inverse misses by 1.6e-5 at (1000, 1e7); its integral does not, and neither do the quantiles here."""
    law = Beta(a, b)
    for values, ours in ((law.ppf(CHANCES), law.cdf), (law.isf(CHANCES), law.sf)):
        np.testing.assert_allclose(ours(values), CHANCES, rtol=1e-6, atol=1e-12)
    inner = law.ppf(CHANCES[3:8])
    np.testing.assert_allclose(law.sf(inner), special.betaincc(a, b, inner), rtol=1e-9)


@pytest.mark.parametrize(
    ("spec", "unit"),
    [
        ({"sampled": {"yes": 1_000, "of": 10_000_000}}, "share"),
        ({"sampled": {"yes": 0, "of": 10_000_000}}, "share"),
        ({"beta": [1e7, 1e3]}, "share"),
        ({"beta": [0.05, 0.05]}, "share"),
        ({"gamma": {"mean": 10, "sd": 44.7}}, "usd"),
        ({"gamma": {"mean": 10, "sd": 0.1}}, "usd"),
        ({"lognormal": {"median": 0.001, "sd_log": 8.5}}, "usd"),  # a mean of 5e12
        ({"logit_normal": {"median": 1e-6, "sd_logit": 10}}, "share"),
        ({"normal": {"mean": 0, "sd": 10}}, "share"),
        ({"low": 0.1, "likely": 0.1, "high": 0.1 + 1e-12}, "share"),
    ],
)
def test_a_shape_that_is_accepted_has_its_table(spec, unit):
    """At the edge of what is allowed a law of one piece needs no check of its own: its table is right to a millionth."""
    shape = from_case(spec, UNITS[unit])
    assert least_work(shape) <= 32
    assert Quantiles(shape).error < COARSEST


def test_a_mixture_is_found_between_its_neighbors():
    """Against SciPy: half a PERT, half a lognormal so wide that most of it lies beyond."""
    wide = {"lognormal": {"median": 50, "sd_log": 5}}
    spec = {
        "mixture": [{"weight": 0.5, "value": {"low": 10, "likely": 40, "high": 100}}, {"weight": 0.5, "value": wide}]
    }
    shape = from_case(spec, UNITS["usd"])
    pert, beyond = stats.beta(7 / 3, 11 / 3, 10, 90), stats.lognorm(5, scale=50)
    values = shape.quantile(CHANCES)
    np.testing.assert_allclose(0.5 * pert.cdf(values) + 0.5 * beyond.cdf(values), CHANCES, rtol=1e-9)
    assert Quantiles(shape).error < 1e-9
    assert Quantiles(shape).work < 100


def test_a_mixture_in_a_mixture_is_one():
    inner = {
        "mixture": [
            {"weight": 0.25, "value": {"uniform": [1, 2]}},
            {"weight": 0.75, "value": {"low": 3, "likely": 4, "high": 9}},
        ]
    }
    shape = from_case({"zero_or": {"chance_of_zero": 0.2, "value": inner}}, UNITS["usd"])
    assert len(shape.law.laws) == 3
    np.testing.assert_allclose(shape.law.weights, [0.2, 0.2, 0.6])


# --- Size -----------------------------------------------------------------------------------------


def many(tmp_path, count, **parts):
    """Shares that narrow a class, one after another."""
    shares = {f"share_{i}": number("share", {"low": 0.9, "likely": 0.95, "high": 0.99}) for i in range(count)}
    paid = theory("lump_sum", usd="usd")
    size = {"people": "people", "define": list(shares)}
    return small(
        tmp_path, class_size=size, theories={"paid": paid}, inputs={"usd": number("usd", 1_000)} | shares, **parts
    )


def test_a_case_too_large_is_refused_with_what_is_too_many(tmp_path):
    with pytest.raises(damages.CaseError, match=r"inputs: have 301 uncertain numbers; the most is 300\."):
        many(tmp_path, 301)
    pairs = [{"between": [f"share_{i}", f"share_{i + 1}"], "rank": 0.1, "source": MADE_UP} for i in range(60)]
    with pytest.raises(damages.CaseError, match=r"correlations: join 61 numbers; the most is 60\."):
        many(tmp_path, 61, correlations=pairs)
    with pytest.raises(damages.CaseError, match=r"groups: has 101 parts; the most is 100\."):
        many(tmp_path, 1, groups={f"g{i}": "Group" for i in range(101)})


def test_mixtures_that_take_too_long_are_refused(tmp_path):
    parts = [{"weight": 1 / 40, "value": {"low": i / 40, "likely": i / 40, "high": 1}} for i in range(40)]
    with pytest.raises(damages.CaseError, match=r"inputs\.share_0\.value: takes too long to compute: make facts"):
        many_with(tmp_path, {"mixture": parts})
    steps = {str(i / 999): 1 / 999 for i in range(999)}
    sample = [{"weight": 0.5, "value": {"choices": steps}}, {"weight": 0.5, "value": {"beta": [2, 3]}}]
    with pytest.raises(damages.CaseError, match="takes too long to compute"):
        many_with(tmp_path, {"mixture": sample})
    with pytest.raises(damages.CaseError, match="mixes 41 shapes; the most is 40"):
        many_with(tmp_path, {"mixture": [{"weight": 1 / 41, "value": {"beta": [2, i + 1]}} for i in range(41)]})


def many_with(tmp_path, value, define=("share_0",)):
    paid = theory("lump_sum", usd="usd")
    inputs = {"usd": number("usd", 1_000), "share_0": number("share", value)}
    return small(
        tmp_path, class_size={"people": "people", "define": list(define)}, theories={"paid": paid}, inputs=inputs
    )


# --- Samples --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("9" * 200_000, r"line 1 of the sample rates\.csv is '9{60}…', not a number"),
        ("rate\n0.2\n" + "x" * 200_000, r"line 3 of the sample rates\.csv is 'x{60}…', not a number"),
        ("0.2\n-0.1\n", r"a number of rates\.csv is -0\.1, but a share lies between 0 and 1"),
        ("0.2\n0." + "0" * 300 + "1\n", r"a number of rates\.csv is 1e-301"),
        ("0.1,0.2\n", "has 2 columns"),
        ("0.25\n" * 500_000, "has 2,500,000 bytes; the most is 2,000,000"),
    ],
)
def test_a_sample_that_is_none(tmp_path, text, words):
    (tmp_path / "rates.csv").write_text(text, encoding="utf-8")
    with pytest.raises(damages.CaseError, match=words):
        many_with(tmp_path, {"sample": "rates.csv"})
