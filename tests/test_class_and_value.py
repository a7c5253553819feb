"""Class size by several methods and subscription loss by several measures, each rule worked by hand."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from build import PERIOD, choice, number, small, theory
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from spreadsheet import cached

import damages
from damages.model import class_size, subscription
from damages.report.render import workbook
from damages.report.views import class_size as class_size_views
from damages.report.views import counts
from damages.report.views import subscription as subscription_views

GROUPS = {"small": "Small plan", "large": "Large plan"}


ONE = {"one": theory("lump_sum", usd="one_usd")}


def refused(tmp_path, inputs=None, theories=None, **parts):
    """What a case is refused for."""
    more = {"one_usd": number("usd", 1.0)} if theories is None else {}
    with pytest.raises(damages.CaseError) as error:
        small(tmp_path, theories=theories or ONE, inputs={**more, **(inputs or {})}, **parts)
    return str(error.value)


def by_methods(tmp_path, methods, inputs, **size):
    """A case whose people come from methods, all answers certain, one dollar for each member."""
    return small(
        tmp_path,
        class_size={"methods": methods, **size},
        theories=ONE,
        inputs={"one_usd": number("usd", 1.0), **inputs},
        people=None,
    )


def revenue(**more):
    return {
        "kind": "revenue",
        "label": "revenue",
        "revenue": "revenue_usd",
        "net_price": "price",
        "net_share": "booked",
        **more,
    }


REVENUE_INPUTS = {
    "revenue_usd": number("usd", 1_200_000),
    "price": number("usd_per_month", 20),
    "booked": number("share", 0.5),
}


# --- Class size ---------------------------------------------------------------------------------


def test_from_revenue(tmp_path):
    """$1.2 million ÷ 12 = $100,000 a month; ÷ ($20 × 0.5) = 10,000 payers."""
    case = by_methods(tmp_path, {"r": revenue()}, REVENUE_INPUTS)
    assert damages.estimate(case).lines["people_by_r"] == 10_000


def test_the_scope_trap_a_plan_outside_the_revenue_line_is_not_priced(tmp_path):
    """The line leaves the large plan out: $100,000 ÷ (0.8 × $20 × 0.5) = 12,500 people, of whom 80% pay it.

    Priced as if everyone were in the line: $100,000 ÷ ((0.8 × $20 + 0.2 × $60) × 0.5) = 7,143.
    """
    inputs = {
        **REVENUE_INPUTS,
        "price": number("usd_per_month", {"small": 20, "large": 60}, by_group=True),
        "mix": number("share", {"small": 0.8, "large": 0.2}, by_group=True),
    }
    found = []
    for covers in (["small"], ["small", "large"]):
        case = small(
            tmp_path,
            people=None,
            groups=GROUPS,
            class_size={"methods": {"r": revenue(covers=covers)}, "mix": "mix"},
            theories=ONE,
            inputs={"one_usd": number("usd", 1.0), **inputs},
        )
        found.append(damages.estimate(case).lines["people_by_r"])
    assert_allclose(found, [12_500, 100_000 / (28 * 0.5)], rtol=1e-12)


def test_from_members_regions_are_taken_off_together(tmp_path):
    """1,000,000 members; the EEA (20%) and the United Kingdom (5%) leave 750,000; 2% pay: 15,000.

    One after the other, 0.8 × 0.95, would leave 760,000: shares of the same whole do not multiply.
    """
    methods = {
        "m": {"kind": "members", "label": "members", "members": "world", "exclude": ["eea", "uk"], "shares": ["pays"]}
    }
    inputs = {
        "world": number("count", 1_000_000),
        "eea": number("share", 0.20),
        "uk": number("share", 0.05),
        "pays": number("share", 0.02),
    }
    lines = damages.estimate(by_methods(tmp_path, methods, inputs)).lines
    steps = [lines[name] for name in ("m_start", "m_without_eea", "m_without_uk", "m_after_pays", "people_by_m")]
    assert_allclose(steps, [1_000_000, 800_000, 750_000, 15_000, 15_000], rtol=1e-12)


TWO = {
    "a": {"kind": "stated", "label": "a press release", "people": "first"},
    "b": {"kind": "stated", "label": "a study", "people": "second"},
}
TWO_INPUTS = {"first": number("people", 9_000), "second": number("people", 5_000)}


@pytest.mark.parametrize(("used", "people"), [("a", 9_000), ("b", 5_000), ("combined", 8_000)])
def test_the_class_rests_on_the_method_chosen(tmp_path, used, people):
    """Weighed 3 to 1: (3 × 9,000 + 1 × 5,000) ÷ 4 = 8,000."""
    inputs = {
        **TWO_INPUTS,
        "how": choice(used, "a", "b", "combined"),
        "w_a": number("share", 0.6),
        "w_b": number("share", 0.2),
    }
    case = by_methods(tmp_path, TWO, inputs, use="how", weights={"a": "w_a", "b": "w_b"})
    assert_allclose(damages.estimate(case).lines["class_members_total"], people, rtol=1e-12)


def test_methods_have_their_own_ranges_and_say_how_far_they_disagree(tmp_path):
    inputs = {
        "first": number("people", {"uniform": [8_900, 9_100]}),
        "second": number("people", {"uniform": [4_900, 5_100]}),
        "how": choice("a", "a", "b"),
    }
    case = by_methods(tmp_path, TWO, inputs, use="how")
    estimate, simulation = damages.estimate(case), damages.simulate(case, draws=4_096)
    methods = counts.methods(estimate, simulation)
    table = methods.table
    assert_allclose(table["p05"], [8_910, 4_910], rtol=1e-3)
    assert table["used"] == ["yes", ""]
    first, second = methods.words.paragraphs
    assert "1.80 times as many" in first
    assert "more than their ranges allow" in second
    alt = methods.chart.alt
    assert "People by a press release: 9,000 at base" in alt
    assert ", used" in alt


def test_one_number_or_methods(tmp_path):
    how = choice("a", "a", "b")
    assert "starts from `people`, or from several `methods`: one of the two" in refused(
        tmp_path, class_size={"people": "people", "methods": TWO, "use": "how"}, inputs={**TWO_INPUTS, "how": how}
    )
    assert "is missing: a choice among a, b" in refused(
        tmp_path, people=None, class_size={"methods": TWO}, inputs=TWO_INPUTS
    )
    assert "chooses among a, b; how has the options a, c" in refused(
        tmp_path,
        people=None,
        class_size={"methods": TWO, "use": "how"},
        inputs={**TWO_INPUTS, "how": choice("a", "a", "c")},
    )
    assert "class_size.weights.bb: is not a method. Did you mean b?" in refused(
        tmp_path,
        people=None,
        class_size={"methods": TWO, "use": "how", "weights": {"a": "w", "bb": "w"}},
        inputs={**TWO_INPUTS, "how": how, "w": number("share", 0.5)},
    )


def test_regions_cannot_take_more_than_everyone(tmp_path):
    methods = {"m": {"kind": "stated", "label": "m", "people": "first", "exclude": ["x", "y"]}}
    inputs = {"first": number("people", 10), "x": number("share", 0.6), "y": number("share", {"uniform": [0.1, 0.5]})}
    assert "at their highest these shares sum to more than 1" in refused(
        tmp_path, people=None, class_size={"methods": methods}, inputs=inputs
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(1.0, 1e9), min_size=2, max_size=5),
    st.lists(st.floats(0.01, 1.0), min_size=5, max_size=5),
)
def test_a_weighted_average_lies_between_its_parts(counts, weights):
    middle = class_size.combined(counts, weights[: len(counts)])
    assert min(counts) * (1 - 1e-12) <= middle <= max(counts) * (1 + 1e-12)


def test_linkedin_methods_are_in_one_chart_with_their_steps(linkedin):
    estimate = damages.estimate(linkedin)
    revenue_steps, members_steps = (method.table for method in counts.steps(estimate))
    assert [round(people) for people in revenue_steps["total"]] == [6_442_998, 1_932_899]
    assert [round(people) for people in members_steps["total"]] == [
        1_200_000_000,
        996_000_000,
        954_000_000,
        948_000_000,
        232_800_000,
        1_629_600,
    ]
    assert members_steps["label"][0] == "Members worldwide"


def test_what_a_sample_would_settle(linkedin):
    """n = 1.96² × 0.6 × 0.4 ÷ 0.05² = 368.8, so 369 records; 2,305 for two points."""
    table = counts.sampling(linkedin).table
    row = next(row for row in table.rows if row["name"] == "inmail_share")
    assert (row["needed_0.05"], row["needed_0.02"]) == (369, 2_305)
    assert "wilson" not in row


def test_a_sampled_share_shows_its_intervals(tmp_path):
    """60 of 100: Wilson 50.2% to 69.1%, Clopper–Pearson 49.7% to 69.7%."""
    case = small(
        tmp_path,
        theories=ONE,
        class_size={"people": "people", "limit": ["reached"]},
        inputs={"one_usd": number("usd", 1.0), "reached": number("share", {"sampled": {"yes": 60, "of": 100}})},
    )
    (row,) = counts.sampling(case).rows
    assert_allclose(row["wilson"], [0.5020, 0.6906], atol=1e-4)
    assert_allclose(row["exact"], [0.4972, 0.6967], atol=1e-4)


def test_the_time_to_sue_is_shown_for_each_theory(linkedin):
    table = class_size_views.timely(linkedin).table
    assert table["theory"] == ["Stored Communications Act", "Unfair Competition Law, restitution"]
    assert all(share == pytest.approx([1.0], abs=0.001) for share in table["share"])


# --- Subscription value -------------------------------------------------------------------------

LOST = {
    "premium": {"label": "premium", "share": "share_lost"},
    "difference": {"label": "difference", "comparator": "later"},
    "bargain": {"label": "bargain", "usd_per_month": "worth"},
    "outlay": {"label": "outlay", "usd_per_member": "outlay"},
    "refund": {"label": "refund", "whole": True},
}
LOST_INPUTS = {
    "price": number("usd_per_month", 30),
    "months": number("months", 10),
    "share_lost": number("share", 0.10),
    "later": number("usd_per_month", 24),
    "worth": number("usd_per_month", 4),
    "outlay": number("usd_per_member", 15),
}


def subscribed(tmp_path, used="premium", more=None, groups=None, **terms):
    return small(
        tmp_path,
        people=1,
        **({"groups": groups} if groups else {}),
        theories={
            "contract": theory("subscription_value", price="price", months="months", lost=LOST, use="how", **terms)
        },
        inputs={**LOST_INPUTS, "how": choice(used, *LOST), **(more or {})},
    )


@pytest.mark.parametrize(("used", "usd"), [("difference", 120.0), ("bargain", 40.0)])
def test_of_a_price_of_nothing_nothing_is_lost(tmp_path, used, usd):
    """One plan is free. Of the other's $36 × 10 months, $12 or $4 a month are lost; in numbers, in draws and in a workbook."""
    price = number("usd_per_month", {"small": 0, "large": 36}, by_group=True)
    people = number("people", {"small": 5, "large": 1}, by_group=True)
    case = subscribed(tmp_path, used, more={"price": price, "people": people}, groups=GROUPS)
    lost = f"contract_by_{used}_usd_per_member"
    assert damages.estimate(case).lines[lost].tolist() == pytest.approx([0.0, usd])
    assert damages.simulate(case, draws=64).lines["class_award_usd"].mean.value == pytest.approx(usd)
    book = workbook(tmp_path / "small.yaml", out=tmp_path / "free.xlsx")
    assert cached(book, ["judgment_usd"]) == {"judgment_usd": pytest.approx(usd)}


@pytest.mark.parametrize(
    ("used", "usd"),
    [("premium", 30.0), ("difference", 60.0), ("bargain", 40.0), ("outlay", 15.0), ("refund", 300.0)],
)
def test_each_measure_of_what_was_lost(tmp_path, used, usd):
    """$30 × 10 months = $300 paid. Premium 10%: 30. From $30 to $24: 20%, 60. Worth $4 × 10 = 40. Outlay 15. All: 300."""
    case = subscribed(tmp_path, used)
    lines = damages.estimate(case).lines
    assert lines["class_award_usd"] == pytest.approx(usd)
    table = subscription_views.measures(damages.estimate(case)).table
    assert dict(zip(table["label"], table["all"], strict=True))[f"{used.capitalize()} (used)"] == pytest.approx(usd)


def test_worth_is_never_more_than_the_price_and_a_dearer_comparator_no_gain(tmp_path):
    more = {"worth": number("usd_per_month", 45), "later": number("usd_per_month", 35)}
    lines = damages.estimate(subscribed(tmp_path, more=more)).lines
    assert lines["contract_by_bargain_usd_per_member"] == pytest.approx(300.0)
    assert lines["contract_by_difference_usd_per_member"] == 0.0


def test_annual_billing_takes_its_discount_from_those_who_have_it(tmp_path):
    """40% pay by the year, 20% less: $30 × (1 − 0.4 × 0.2) = $27.60 a month; × 10 = $276.

    A comparator is a price on the list, so the discount falls on both: still 20%, $55.20.
    """
    more = {"yearly": number("share", 0.4), "less": number("share", 0.2)}
    lines = damages.estimate(
        subscribed(tmp_path, more=more, billing={"annual_share": "yearly", "discount": "less"})
    ).lines
    assert lines["contract_fees_usd_per_member"] == pytest.approx(276.0)
    assert lines["contract_by_difference_usd_per_member"] == pytest.approx(55.20)
    assert lines["contract_by_bargain_usd_per_member"] == pytest.approx(40.0)


def test_free_months_cost_nothing_and_parts_of_months_count(tmp_path):
    """10.5 months, the first free: 9.5 × $30 = $285."""
    more = {"months": number("months", 10.5), "free": number("months", 1)}
    lines = damages.estimate(subscribed(tmp_path, more=more, free_months="free")).lines
    assert lines["contract_fees_usd_per_member"] == pytest.approx(285.0)


@pytest.mark.parametrize(("counted", "usd"), [("yes", 324.0), ("no", 300.0)])
def test_tax_in_or_out(tmp_path, counted, usd):
    more = {"rate": number("share", 0.08), "in_or_out": choice(counted, "yes", "no")}
    lines = damages.estimate(subscribed(tmp_path, more=more, tax={"rate": "rate", "counted": "in_or_out"})).lines
    assert lines["contract_fees_usd_per_member"] == pytest.approx(usd)


def test_refunds_already_given_come_off_and_never_below_zero(tmp_path):
    lines = damages.estimate(subscribed(tmp_path, more={"given": number("usd_per_member", 35)}, refunds="given")).lines
    assert lines["contract_by_premium_usd_per_member"] == 0.0
    assert lines["contract_by_refund_usd_per_member"] == pytest.approx(265.0)


def test_a_dated_price_list_is_averaged_day_by_day(tmp_path):
    """2023 at $30 (365 days), 2024 at $40 (366 days): (365 × 30 + 366 × 40) ÷ 731 = $35.0068."""
    listed = {"dated": {"2022-06-01": 30, "2024-01-01": 40}}
    case = small(
        tmp_path,
        people=1,
        class_period=PERIOD,
        theories={"contract": theory("subscription_value", price="price", months="months", share_lost="share_lost")},
        inputs={
            "price": {**number("usd_per_month", 1), "value": listed},
            "months": number("months", 10),
            "share_lost": number("share", 0.10),
        },
    )
    mean = (365 * 30 + 366 * 40) / 731
    assert damages.estimate(case).lines["contract_fees_usd_per_member"] == pytest.approx(10 * mean)
    shown = subscription_views.price_path(case)
    table = shown.table
    assert list(zip(table["date"], table["usd"], strict=True)) == [
        (datetime.date(2023, 1, 1), 30.0),
        (datetime.date(2024, 1, 1), 40.0),
    ]
    assert "$30 from 2023-01-01, then $40 from 2024-01-01" in shown.chart.alt


def test_one_way_to_say_what_was_lost(tmp_path):
    both = theory("subscription_value", price="price", months="months", share_lost="share_lost", lost=LOST, use="how")
    inputs = {**LOST_INPUTS, "how": choice("premium", *LOST)}
    assert "names a `share_lost`, or several methods under `lost`" in refused(
        tmp_path, theories={"contract": both}, inputs=inputs
    )
    two = {"premium": {"label": "premium", "share": "share_lost", "whole": True}}
    one = theory("subscription_value", price="price", months="months", lost=two)
    assert "it names 2" in refused(tmp_path, theories={"contract": one}, inputs=inputs)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 1e3), st.floats(0.0, 1e3), st.floats(0.0, 1e3))
def test_no_measure_of_the_price_is_more_than_the_price(price, comparator, worth):
    assert 0.0 <= subscription.price_difference(price, comparator) <= 1.0
    assert 0.0 <= subscription.worth_of_price(price, worth) <= 1.0
    assert np.isclose(subscription.worth_of_price(price, worth) * price, min(price, worth))


def test_every_measure_says_what_it_assumes(linkedin):
    table = subscription_views.measure_fits(linkedin).table
    assert len(table.rows) == 5
    assert "Not in this case" not in table["here"]


# --- Two lists ----------------------------------------------------------------------------------

LISTS = {"l": {"kind": "lists", "label": "two lists", "first": "tickets", "second": "survey", "both": "shared"}}


def test_two_lists_that_overlap_by_chance(tmp_path):
    """201 × 251 ÷ 51 − 1 = 988.2 people, of whom 200 + 250 − 50 = 400 were seen."""
    inputs = {"tickets": number("count", 200), "survey": number("count", 250), "shared": number("count", 50)}
    lines = damages.estimate(by_methods(tmp_path, LISTS, inputs)).lines
    assert lines["people_by_l"] == pytest.approx(988.2353, abs=1e-4)


def test_two_lists_cannot_share_more_than_the_shorter_has(tmp_path):
    inputs = {"tickets": number("count", 200), "survey": number("count", 40), "shared": number("count", 50)}
    assert "class_size.methods.l.both: can be more people than one of the lists has" in refused(
        tmp_path, people=None, class_size={"methods": LISTS}, inputs=inputs
    )


def test_the_table_of_lists_shows_who_was_not_seen(tmp_path):
    inputs = {"tickets": number("count", 200), "survey": number("count", 250), "shared": number("count", 50)}
    (row,) = counts.lists(by_methods(tmp_path, LISTS, inputs)).rows
    assert (row["first"], row["second"], row["both"], row["seen"]) == (200, 250, 50, 400)
    assert row["low"] < row["estimate"] < row["high"]
    assert row["estimate"] == pytest.approx(988.2353, abs=1e-4)
