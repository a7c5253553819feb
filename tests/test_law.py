"""The rules of the law, each worked by hand: units, gates, caps, due process, interest, fees, distribution."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from build import MADE_UP, PERIOD, choice, lines, number, question, small, theory
from conftest import CASES
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import damages
from damages.case.derived import plus_years, whole_years
from damages.model import interest, judgment, payout, recovery

DATE = datetime.date

# --- What is counted ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statute", "day", "each", "usd"),
    [
        ("sca", None, None, 1_000),  # a person
        ("tcpa", None, 14, 7_000),  # a violation: 14 × 500
        ("copyright", None, 3, 3 * 15_375),  # a work, at the middle of the range that is drawn
        ("dmca_1201", None, 2, 2 * 1_350),  # a device
        ("facta", None, 4, 4 * 550),  # a receipt
        ("bipa", DATE(2023, 1, 1), 25, 25_000),  # a violation until August 2024
    ],
)
def test_units(tmp_path, statute, day, each, usd):
    terms = {"statute": statute} | ({"units": {"per_member": "each"}} if each else {}) | ({"as_of": day} if day else {})
    inputs = {"each": number("count", each)} if each else {}
    found = lines(tmp_path, theories={"t": theory("statutory", **terms)}, inputs=inputs)
    assert found["t_usd_per_entitled"] == usd
    assert found["class_award_usd"] == 1_000 * usd


def test_days(tmp_path):
    """Wiretap: the greater of $100 a day and $10,000; 90 days give 10,000, 130 days 13,000."""
    for days, usd in ((90, 10_000), (130, 13_000)):
        found = lines(
            tmp_path,
            theories={"t": theory("statutory", statute="wiretap", days="days")},
            inputs={"days": number("days", days)},
        )
        assert found["t_usd_per_entitled"] == usd


def test_a_range_is_drawn_and_never_taken_at_its_middle_in_silence(tmp_path):
    case = small(tmp_path, theories={"t": theory("statutory", statute="fcra")})
    given = case.inputs["t_statutory_usd"]
    assert given.role == "uncertain"
    assert given.value == {"uniform": [100.0, 1_000.0]}
    summary = damages.simulate(case, draws=4096).lines["class_award_usd"]
    assert_allclose([summary[0.05].value, summary[0.95].value], [145_000, 955_000], rtol=5e-3)


def test_person_or_violation_is_a_choice(tmp_path):
    parts = {
        "theories": {"t": theory("statutory", statute="sca", units={"per_member": "messages", "counted_by": "by"})},
        "inputs": {"messages": number("count", 7), "by": choice("person", "person", "message")},
    }
    assert lines(tmp_path, **parts)["class_award_usd"] == 1_000_000
    case = damages.load(tmp_path / "small.yaml", settings={"by": "message"})
    assert damages.estimate(case).lines["class_award_usd"] == 7_000_000


def test_scenarios_compare_person_and_message():
    person, message = (damages.estimate(damages.load("params/linkedin.yaml", name)) for name in ("", "per_message"))
    assert message.lines["sca_usd_per_entitled"][0] == 5 * person.lines["sca_usd_per_entitled"][0] == 5_000


# --- Gates and recovery -------------------------------------------------------------------------

GATED = {
    "theories": {
        "sum": theory(
            "statutory",
            statute="sca",
            actual="loss",
            gate={"required": "required", "proven": "proven", "share": "harmed"},
        ),
        "loss": theory("per_unit", units="months", rate="each", needs=["proven"]),
    },
    "inputs": {
        "months": number("count", 1_000),
        "each": number("usd_per_unit", 40),
        "harmed": number("share", 0.25),
        "required": question(0.5, "no"),
        "proven": question(0.4),
    },
}


def test_the_gate_opens_once_for_the_class_and_with_the_loss_that_opens_it(tmp_path):
    """1,000 members, $40 lost each, a quarter with any loss.

    Not required: everyone $1,000. Required and proven: 250 × 1,000 + 750 × 40 = 280,000. Required and not
    proven: nothing, and the loss falls with it. Expected: 0.5 × 1,000,000 + 0.5 × 0.4 × 280,000 = 556,000.
    """
    case = small(tmp_path, **GATED)
    estimate = damages.estimate(case)
    by_answers = {
        (p.answers["required"], p.answers["proven"]): usd
        for p, usd in zip(estimate.paths, estimate.path_judgments, strict=True)
    }
    assert by_answers[1.0, 1.0] == 280_000
    assert by_answers[1.0, 0.0] == 0
    assert estimate.expected_usd == pytest.approx(556_000)
    drawn = damages.simulate(case, draws=512)
    assert {float(v) for parts in drawn.outcomes["judgment_usd"].replicates for part in parts for v in part.values} == {
        0.0,
        280_000.0,
        1_000_000.0,
    }


def test_profits_are_allocated_once(tmp_path):
    """Profits of $2,000,000 over 1,000 members: 40 + 2,000 beats the floor, and as restitution they add nothing."""
    parts = {
        "theories": {
            "sum": theory("statutory", statute="sca", actual="loss", profits="gain"),
            "loss": theory("per_unit", units="months", rate="each"),
            "given_back": theory("profits", usd="gain"),
        },
        "inputs": {
            "months": number("count", 1_000),
            "each": number("usd_per_unit", 40),
            "gain": number("usd", 2_000_000),
        },
    }
    assert lines(tmp_path, **parts)["class_award_usd"] == pytest.approx(2_040_000)


def test_profits_counted_for_two_harms_are_refused(tmp_path):
    parts = {
        "theories": {
            "sum": theory("statutory", statute="sca", profits="gain"),
            "given_back": theory("profits", "another", usd="gain"),
        },
        "inputs": {"gain": number("usd", 5)},
    }
    with pytest.raises(
        damages.CaseError, match=r"theories\.given_back\.usd: gain is counted by sum already, for another item of harm"
    ):
        small(tmp_path, **parts)


def test_greatest_within_a_harm_and_sum_across(tmp_path):
    """$30 and $50 for one harm give 50; $20 for another comes on top: 70."""
    parts = {
        "theories": {
            "a": theory("lump_sum", "one", usd="usd_a"),
            "b": theory("lump_sum", "one", usd="usd_b"),
            "c": theory("lump_sum", "two", usd="usd_c"),
        },
        "inputs": {f"usd_{name}": number("usd", usd) for name, usd in (("a", 30_000), ("b", 50_000), ("c", 20_000))},
    }
    found = lines(tmp_path, **parts)
    assert found["recovery_usd_per_member"] == 70
    assert (found["a_award_usd"], found["b_award_usd"], found["c_award_usd"]) == (0, 50_000, 20_000)


def subscription(measure, **more):
    return theory(measure, price="price", months="months", share_lost="lost", **more)


PAID = {"price": number("usd_per_month", 10), "months": number("months", 12), "lost": number("share", 0.25)}


def test_restitution_adds_nothing_where_damages_are_available(tmp_path):
    """Damages reach the east (600 of 1,000); $30 each. Restitution of the same $30 for another harm reaches the rest, or all if it is open."""
    parts = {
        "theories": {
            "contract": subscription("subscription_value", groups=["east"]),
            "ucl": subscription("restitution", item="another", adds="open"),
        },
        "groups": {"east": "East", "west": "West"},
        "class_size": {"people": "people", "mix": "mix"},
        "inputs": {**PAID, "mix": number("share", {"east": 0.6, "west": 0.4}, by_group=True), "open": question(0.0)},
    }
    found = lines(tmp_path, **parts)
    assert found["class_award_usd"] == pytest.approx(600 * 30 + 400 * 30)
    case = damages.load(tmp_path / "small.yaml", settings={"open": "yes"})
    assert damages.estimate(case).lines["class_award_usd"] == pytest.approx(600 * 30 + 1_000 * 30)


@given(st.floats(0, 1), st.lists(st.floats(0, 1), max_size=4))
def test_restitution_beside_damages_reaches_each_member_once(share, damages_shares):
    beyond = float(recovery.beyond_damages(share, damages_shares, 0.0))
    widest = max(damages_shares, default=0.0)
    assert 0.0 <= beyond <= share
    assert beyond + min(widest, share) == pytest.approx(max(share, min(widest, share)))


@pytest.mark.parametrize(
    ("arm", "binds", "willful", "usd"),
    [
        ("fixed_sum", "yes", "no", 20),
        ("fees_paid", "yes", "no", 30),
        ("fixed_sum", "no", "no", 30),
        ("fixed_sum", "yes", "yes", 30),
    ],
)
def test_the_contracts_cap(tmp_path, arm, binds, willful, usd):
    """A loss of $30 under a cap of $20: cut by the fixed sum, never below the fees of $120, not if it does not bind, not if wilful."""
    parts = {
        "theories": {
            "contract": subscription(
                "subscription_value", cap={"binds": "binds", "arm": "arm", "usd": "cap", "unless": "willful"}
            ),
            "sum": theory("statutory", "another", statute="sca", actual="contract"),
        },
        "inputs": {
            **PAID,
            "cap": number("usd_per_member", 20),
            "arm": choice(arm, "fees_paid", "fixed_sum"),
            "binds": question(0.5),
            "willful": question(0.5),
        },
    }
    small(tmp_path, **parts)
    found = damages.estimate(damages.load(tmp_path / "small.yaml", settings={"binds": binds, "willful": willful})).lines
    assert found["contract_usd_per_entitled"] == usd
    assert found["sum_usd_per_entitled"] == 1_000  # the cap does not touch the statutory sum


# --- The switchboard ----------------------------------------------------------------------------


def test_what_is_left_if_a_theory_falls(tmp_path):
    """A pays 50, B 30 for the same harm, C 20 for another: all 70; without A 50, B 70, C 50; without A and B 20, A and C 30, B and C 50."""
    parts = {
        "theories": {
            "a": theory("lump_sum", "one", usd="usd_a"),
            "b": theory("lump_sum", "one", usd="usd_b"),
            "c": theory("lump_sum", "two", usd="usd_c"),
        },
        "inputs": {f"usd_{name}": number("usd", usd) for name, usd in (("a", 50_000), ("b", 30_000), ("c", 20_000))},
    }
    case = small(tmp_path, **parts)
    left = {fallen.theories: fallen.exposure_usd for fallen in damages.if_theories_fail(case)}
    assert left == {
        (): 70_000,
        ("a",): 50_000,
        ("b",): 70_000,
        ("c",): 50_000,
        ("a", "b"): 20_000,
        ("a", "c"): 30_000,
        ("b", "c"): 50_000,
    }
    overlap = damages.theory_overlap(case)
    assert overlap["a", "b"] == overlap["b", "a"] == 30_000
    assert overlap["a", "c"] == 0
    assert overlap["c", "c"] == 20_000


def test_the_switchboard_is_the_same_as_dropping_the_theory_in_the_file(linkedin):
    left = {fallen.theories: fallen.expected_usd for fallen in damages.if_theories_fail(linkedin)}
    for names in (("sca",), ("sca", "contract")):
        dropped = damages.load("params/linkedin.yaml", settings={f"theories.{name}.pleaded": False for name in names})
        assert left[names] == pytest.approx(damages.estimate(dropped).expected_usd, rel=1e-12)


# --- Class caps, due process, punitive, offsets ---------------------------------------------------


@pytest.mark.parametrize(("net_worth", "usd"), [(30_000_000, 300_000), (80_000_000, 500_000)])
def test_a_class_cap_without_member_minimum(tmp_path, net_worth, usd):
    """EFTA: the class gets at most the lesser of $500,000 and 1% of net worth, however many members."""
    parts = {
        "theories": {"t": theory("statutory", statute="efta", class_cap={"net_worth": "worth"})},
        "inputs": {"worth": number("usd", net_worth)},
    }
    found = lines(tmp_path, **parts)
    assert found["class_award_usd"] == pytest.approx(usd)
    assert found["recovery_usd_per_member"] == pytest.approx(usd / 1_000)


def test_named_plaintiffs_beside_a_capped_class(tmp_path):
    """FDCPA: two named plaintiffs with $1,000 each, and 40% of min($500,000, 1% of $20 million) for the others: 82,000."""
    parts = {
        "theories": {
            "t": theory(
                "statutory",
                statute="fdcpa",
                class_cap={"net_worth": "worth", "awarded": "share", "named_plaintiffs": "named"},
            )
        },
        "inputs": {
            "worth": number("usd", 20_000_000),
            "share": number("share", 0.4),
            "named": number("count", 2),
            "t_statutory_usd": number("usd_per_member", 1_000),
        },
    }
    assert lines(tmp_path, **parts)["class_award_usd"] == pytest.approx(82_000)


def test_a_class_cap_on_sums_for_members(tmp_path):
    """RESPA: $2,000 for each of 1,000 members is $2 million, capped at $1 million or 1% of $60 million."""
    parts = {
        "theories": {"t": theory("statutory", statute="respa", class_cap={"net_worth": "worth"})},
        "inputs": {"worth": number("usd", 60_000_000), "t_statutory_usd": number("usd_per_member", 2_000)},
    }
    found = lines(tmp_path, **parts)
    assert found["class_award_usd"] == 2_000_000
    assert found["award_after_caps_usd"] == 600_000


def test_a_statute_with_a_class_cap_asks_for_net_worth(tmp_path):
    with pytest.raises(damages.CaseError, match="efta caps a class award by net worth: add `class_cap"):
        small(tmp_path, theories={"t": theory("statutory", statute="efta")})


DUE = {
    "theories": {
        "sum": theory("statutory", statute="sca", actual="loss"),
        "loss": theory("per_unit", units="months", rate="each"),
        "other": theory("lump_sum", "two", usd="usd"),
    },
    "inputs": {"months": number("count", 1_000), "each": number("usd_per_unit", 40), "usd": number("usd", 7_000)},
}


@pytest.mark.parametrize(
    ("cut", "more", "left"),
    [
        ({"share": "share"}, {"share": number("share", 0.1)}, 100_000),
        ({"usd_per_member": "kept"}, {"kept": number("usd_per_member", 10)}, 10_000),
        ({"times_actual": "times", "actual": "loss"}, {"times": number("times", 5.6)}, 224_000),
        (
            {"share": "share", "usd_per_member": "kept"},
            {"share": number("share", 0.1), "kept": number("usd_per_member", 300)},
            100_000,
        ),
        (
            {"share": "share", "above": "above"},
            {"share": number("share", 0.1), "above": number("usd", 2_000_000)},
            1_000_000,
        ),
    ],
)
def test_due_process_cuts_the_statutory_part_alone(tmp_path, cut, more, left):
    """1,000 × $1,000, of which a factor, a sum for each or a multiple of the actual harm of $40,000 is left; $7,000 of another harm stay."""
    parts = {**DUE, "inputs": {**DUE["inputs"], **more}, "judgment": {"due_process": cut}}
    found = lines(tmp_path, **parts)
    assert found["statutory_award_usd"] == 1_000_000
    assert found["statutory_after_due_process_usd"] == pytest.approx(left)
    assert found["award_after_due_process_usd"] == pytest.approx(left + 7_000)


@given(st.floats(0, 1e12), st.floats(0, 1e12), st.lists(st.floats(0, 1e12), min_size=1, max_size=3))
def test_due_process_never_adds_and_never_goes_below_its_measures(award, above, measures):
    left = float(judgment.after_due_process(award, above, *measures))
    assert left <= award
    assert left >= min(award, *measures) - 1e-6


def test_the_multiplier_is_inside_what_due_process_reviews(tmp_path):
    """500 × 3 × 1,000 calls = 1.5 million; 10% is left: 150,000."""
    parts = {
        "theories": {"t": theory("statutory", statute="tcpa", multiplier={"when": "willful"})},
        "inputs": {"willful": question(0.5), "share": number("share", 0.1)},
        "judgment": {"due_process": {"share": "share"}},
    }
    found = lines(tmp_path, **parts)
    assert found["t_award_usd"] == 1_500_000
    assert found["judgment_usd"] == pytest.approx(150_000)


def test_trebling_comes_before_offsets(tmp_path):
    """3 × 400,000 − 100,000 = 1,100,000; the other order would give 900,000."""
    parts = {
        "theories": {"t": theory("lump_sum", usd="overcharge", multiplier={"times": "three"})},
        "inputs": {
            "overcharge": number("usd", 400_000),
            "three": number("times", 3),
            "settled": number("usd", 100_000),
        },
        "judgment": {"offsets": ["settled"]},
    }
    assert lines(tmp_path, **parts)["judgment_usd"] == 1_100_000


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_offsets_never_make_a_judgment_negative(award, offsets):
    assert 0.0 <= float(judgment.after_offsets(award, offsets)) <= award


def punitive(ratio, **more):
    return {
        "theories": {"t": theory("statutory", statute="vppa")},
        "inputs": {"ratio": number("times", ratio), "willful": question(0.5)},
        "judgment": {"punitive": {"when": "willful", "ratio": "ratio", "theories": ["t"], **more}},
    }


def test_punitive_damages_are_a_ratio_to_what_compensates(tmp_path):
    """1,000 × $2,500 × 2 = $5 million on top of $2.5 million."""
    found = lines(tmp_path, **punitive(2))
    assert found["punitive_usd"] == 5_000_000
    assert found["judgment_usd"] == 7_500_000


def test_a_ratio_above_four_warns_and_above_nine_is_refused(tmp_path):
    with pytest.warns(damages.DamagesWarning, match="a punitive ratio of 6 is above 4, close to the line"):
        small(tmp_path, **punitive(6))
    with pytest.raises(damages.CaseError, match=r"judgment\.punitive\.ratio: reaches 9\.5"):
        small(tmp_path, **punitive(9.5))
    with pytest.raises(damages.CaseError, match=r"reaches 12"):
        small(tmp_path, **punitive({"low": 1, "likely": 2, "high": 12}))


def test_contract_gives_no_punitive_damages(tmp_path):
    parts = {
        "theories": {"t": subscription("subscription_value")},
        "inputs": {**PAID, "ratio": number("times", 2)},
        "judgment": {"punitive": {"ratio": "ratio", "theories": ["t"]}},
    }
    with pytest.raises(damages.CaseError, match="gives no punitive damages in the registry"):
        small(tmp_path, **parts)


@given(st.floats(0, 1e9), st.floats(0, 1e12), st.floats(0, 9))
def test_punitive_damages_stay_within_their_ratio(compensatory, wanted, most):
    assert float(judgment.punitive(compensatory, wanted, most)) <= most * compensatory * (1 + 1e-12)


# --- Interest -----------------------------------------------------------------------------------


def interest_case(**terms):
    return {
        "theories": {"t": theory("lump_sum", usd="usd"), "floor": theory("statutory", "two", statute="sca")},
        "inputs": {"usd": number("usd", 1_000_000), "rate": number("per_year", 0.10)},
        "class_period": PERIOD,
        "judgment": {
            "interest": {"rate": "rate", "end": DATE(2026, 7, 1), "theories": ["t"], "source": MADE_UP, **terms}
        },
    }


@pytest.mark.parametrize(
    ("terms", "usd"),
    [
        ({"start": DATE(2025, 1, 1)}, 1_000_000 * 0.10 * 546 / 365),
        ({"start": DATE(2025, 1, 1), "kind": "compound"}, 1_000_000 * (1.10 ** (546 / 365) - 1)),
        ({"start": "midpoint"}, 1_000_000 * 0.10 * (DATE(2026, 7, 1) - DATE(2024, 1, 1)).days / 365),
    ],
)
def test_prejudgment_interest_by_exact_days(tmp_path, terms, usd):
    """2025 has 365 days and January to June 2026 has 181: 546. None on the statutory floor."""
    found = lines(tmp_path, **interest_case(**terms))
    assert found["prejudgment_interest_usd"] == pytest.approx(usd, rel=1e-12)
    assert found["judgment_usd"] == pytest.approx(2_000_000 + usd)


@pytest.mark.parametrize("kind", ["simple", "compound"])
@pytest.mark.parametrize("growth", [0.0, 0.02, -0.01])
def test_each_months_payment_accrues_from_its_month(kind, growth):
    """24 payments, month by month in a loop."""
    rate, years, months = 0.10, 3.5, 24
    grown = [
        (rate * (years - i / 12)) if kind == "simple" else ((1 + rate) ** (years - i / 12) - 1) for i in range(months)
    ]
    weights = [(1 + growth) ** i for i in range(months)]
    by_hand = sum(w * g for w, g in zip(weights, grown, strict=True)) / sum(weights)
    accrued = interest.simple_as_paid if kind == "simple" else interest.compound_as_paid
    assert float(accrued(rate, years, growth, float(months))) == pytest.approx(by_hand, rel=1e-12)


def test_as_paid_against_the_midpoint(tmp_path):
    """Paid in advance, the 24 months accrue on average from month 11.5 and not from month 12: half a month more."""
    paid, middle = (
        lines(tmp_path, **interest_case(start=start))["prejudgment_interest_usd"] for start in ("as_paid", "midpoint")
    )
    assert paid - middle == pytest.approx(1_000_000 * 0.10 * 0.5 / 12, rel=0.03)


@given(st.floats(-0.02, 0.05), st.floats(2, 60))
def test_the_average_payment_lies_inside_the_period(growth, months):
    month = float(interest.mean_payment_month(growth, months))
    assert -1e-9 <= month <= months - 1 + 1e-9


def test_near_zero_growth_is_smooth():
    near = [float(interest.mean_payment_month(growth, 36.0)) for growth in (-2e-6, -5e-7, 0.0, 5e-7, 2e-6)]
    assert_allclose(near, 17.5, rtol=1e-4)
    assert near == sorted(near)


def test_post_judgment_interest_is_daily_and_compounds_yearly(tmp_path):
    """From 1 July 2025 to 15 September 2027 at 4%: two whole years and 76 days: 1.04² × (1 + 0.04 × 76 ÷ 365) − 1."""
    parts = {
        "theories": {"t": theory("lump_sum", usd="usd")},
        "inputs": {"usd": number("usd", 1_000_000), "rate": number("per_year", 0.04)},
        "judgment": {
            "post_judgment": {"rate": "rate", "start": DATE(2025, 7, 1), "end": DATE(2027, 9, 15), "source": MADE_UP}
        },
    }
    found = lines(tmp_path, **parts)
    assert found["post_judgment_interest_usd"] == pytest.approx(1_000_000 * (1.04**2 * (1 + 0.04 * 76 / 365) - 1))
    assert found["fund_usd"] == pytest.approx(1_000_000 + found["post_judgment_interest_usd"])


def test_years_between_days():
    assert plus_years(DATE(2024, 2, 29), 1) == DATE(2025, 2, 28)
    assert whole_years(DATE(2024, 2, 29), DATE(2026, 2, 27)) == 1
    assert whole_years(DATE(2024, 9, 18), DATE(2026, 9, 18)) == 2


# --- Relief, limitation ---------------------------------------------------------------------------


def test_relief_costs_the_defendant_and_never_enters_the_damages(tmp_path):
    """$500 of damages; deletion costs $300 if liability is found (0.5): the defendant expects 0.5 × 800."""
    parts = {
        "theories": {"t": theory("lump_sum", usd="usd", needs=["liable"])},
        "inputs": {"usd": number("usd", 500), "cost": number("usd", 300), "liable": question(0.5)},
        "relief": {"deletion": {"label": "Deletion", "needs": ["liable"], "cost": "cost", "source": MADE_UP}},
    }
    estimate = damages.estimate(small(tmp_path, **parts))
    assert estimate.exposure_usd == 500
    assert estimate.lines["defendant_pays_usd"] == 800
    assert estimate.expected["defendant_pays_usd"] == pytest.approx(400)
    assert estimate.expected["judgment_usd"] == pytest.approx(250)


def test_relief_can_be_granted_where_no_money_is(tmp_path):
    """Money needs certification too; relief does not: 0.5 × 0.5 × 500 of judgment, 0.5 × 300 of relief."""
    parts = {
        "theories": {"t": theory("lump_sum", usd="usd", needs=["liable", "certified"])},
        "inputs": {
            "usd": number("usd", 500),
            "cost": number("usd", 300),
            "liable": question(0.5),
            "certified": question(0.5),
        },
        "relief": {"deletion": {"label": "Deletion", "needs": ["liable"], "cost": "cost", "source": MADE_UP}},
    }
    estimate = damages.estimate(small(tmp_path, **parts))
    assert estimate.expected["defendant_pays_usd"] == pytest.approx(125 + 150)
    assert damages.simulate(damages.load(tmp_path / "small.yaml"), draws=512).lines[
        "defendant_pays_usd"
    ].mean.value == pytest.approx(275)


@pytest.mark.parametrize(
    ("terms", "share"),
    [
        ({"filed": DATE(2025, 1, 1), "years": 1.0}, 366 / 731),  # back to 1 January 2024: 366 of 731 days
        ({"filed": DATE(2025, 1, 1), "years": 1.0, "tolled_days": 100}, 466 / 731),
        ({"filed": DATE(2025, 1, 1), "years": 5.0}, 1.0),
        ({"filed": DATE(2027, 6, 1), "years": 1.0}, 0.0),
        (
            {"filed": DATE(2026, 6, 1), "years": 2.0, "discovered": DATE(2024, 9, 18)},
            1.0,
        ),  # within two years of discovery
        ({"filed": DATE(2026, 9, 19), "years": 2.0, "discovered": DATE(2024, 9, 18)}, 104 / 731),  # a day too late
    ],
)
def test_how_much_of_the_class_period_is_within_the_time_to_sue(tmp_path, terms, share):
    parts = {
        "theories": {"t": theory("statutory", statute="vppa", limitation={**terms, "source": MADE_UP})},
        "class_period": PERIOD,
    }
    found = lines(tmp_path, **parts)
    assert found["t_entitled_share"] == pytest.approx(share)
    assert found["class_award_usd"] == pytest.approx(2_500_000 * share)


def test_the_registrys_limitation_is_used_and_its_absence_is_told(tmp_path):
    parts = {
        "theories": {
            "t": theory("statutory", statute="sca", limitation={"filed": DATE(2026, 1, 1), "source": MADE_UP})
        },
        "class_period": PERIOD,
    }
    assert lines(tmp_path, **parts)["t_entitled_share"] == pytest.approx(366 / 731)  # two years: back to 1 January 2024
    parts["theories"]["t"]["statute"] = "lanham"  # whose text sets none
    with pytest.raises(damages.CaseError, match="the registry has none for it; write `years`"):
        small(tmp_path, **parts)


# --- Fees and distribution ------------------------------------------------------------------------


def fund(usd=100_000, people=1_000, inputs=None, **settlement):
    given_inputs = {"usd": number("usd", usd), **(inputs or {})}
    return {
        "people": people,
        "theories": {"t": theory("lump_sum", usd="usd")},
        "inputs": given_inputs,
        "settlement": settlement,
    }


def test_a_common_fund_fee_leaves_the_defendants_total_and_a_shifted_fee_adds_to_it(tmp_path):
    common = lines(tmp_path, **fund(inputs={"fee": number("share", 0.25)}, fee_share="fee"))
    assert (common["net_fund_usd"], common["defendant_pays_usd"]) == (75_000, 100_000)
    shifted = lines(tmp_path, **fund(inputs={"fee": number("usd", 25_000)}, shifted_fee="fee"))
    assert (shifted["net_fund_usd"], shifted["defendant_pays_usd"]) == (100_000, 125_000)


def test_never_both_fees(tmp_path):
    with pytest.raises(damages.CaseError, match="a fee comes out of the fund or on top of it, never both"):
        small(
            tmp_path, **fund(inputs={"a": number("share", 0.25), "b": number("usd", 5)}, fee_share="a", shifted_fee="b")
        )


def test_the_lodestar_checks_the_fee(tmp_path):
    """25% of 100,000 against 20 hours at $500: 2.5 times the lodestar."""
    inputs = {"fee": number("share", 0.25), "hours": number("count", 20), "rate": number("usd_per_unit", 500)}
    found = lines(tmp_path, **fund(inputs=inputs, fee_share="fee", lodestar={"hours": "hours", "usd_per_hour": "rate"}))
    assert (found["lodestar_usd"], found["lodestar_multiple"]) == (10_000, 2.5)


def test_administration_is_fixed_plus_notices_plus_claims(tmp_path):
    """5,000 + 1,000 × 0.50 + 100 × 3 = 5,800."""
    inputs = {
        "rate": number("share", 0.1),
        "f": number("usd", 5_000),
        "n": number("usd_per_member", 0.5),
        "c": number("usd_per_member", 3),
    }
    found = lines(
        tmp_path,
        **fund(inputs=inputs, claims_rate="rate", administration={"fixed": "f", "per_notice": "n", "per_claim": "c"}),
    )
    assert found["administration_usd"] == 5_800
    assert found["usd_per_claimant"] == pytest.approx((100_000 - 5_800) / 100)


def distribution(tmp_path, usd=100_000, claims=0.1, inputs=None, **terms):
    given_inputs = {"rate": number("share", claims), **(inputs or {})}
    return lines(tmp_path, **fund(usd, inputs=given_inputs, claims_rate="rate", distribution=terms))


def test_pro_rata(tmp_path):
    found = distribution(tmp_path)
    assert (found["claimants"], found["usd_per_claimant"], found["residue_usd"]) == (100, 1_000, 0)


def test_claims_made_with_reversion_and_without(tmp_path):
    """100 claims of $200: 20,000 paid; 80,000 go back, or to a cause near the class's."""
    inputs = {"each": number("usd_per_member", 200)}
    back = distribution(tmp_path, inputs=inputs, kind="claims_made", per_claim="each", residue="reversion")
    assert (back["paid_to_class_usd"], back["residue_usd"], back["defendant_pays_usd"]) == (20_000, 80_000, 20_000)
    stays = distribution(tmp_path, inputs=inputs, kind="claims_made", per_claim="each")
    assert (stays["residue_usd"], stays["defendant_pays_usd"]) == (80_000, 100_000)


def test_claims_beyond_the_fund_are_cut_pro_rata(tmp_path):
    """100 claims of $1,500 against 100,000: $1,000 each."""
    found = distribution(
        tmp_path, inputs={"each": number("usd_per_member", 1_500)}, kind="claims_made", per_claim="each"
    )
    assert (found["usd_per_claimant"], found["residue_usd"]) == (1_000, 0)


def test_direct_payment_reaches_everyone(tmp_path):
    found = distribution(tmp_path, inputs={"all": number("share", 1.0)}, automatic="all")
    assert (found["claimants"], found["claims"], found["usd_per_claimant"]) == (1_000, 0, 100)


def test_two_channels(tmp_path):
    """600 paid from records; 10% of the other 400 claim: 640 share 100,000."""
    found = distribution(tmp_path, inputs={"known": number("share", 0.6)}, automatic="known")
    assert (found["paid_without_claim"], found["claims"]) == (600, pytest.approx(40))
    assert found["usd_per_claimant"] == pytest.approx(100_000 / 640)


def test_a_cap_for_each_and_what_is_left(tmp_path):
    found = distribution(tmp_path, inputs={"most": number("usd_per_member", 300)}, most="most")
    assert (found["usd_per_claimant"], found["residue_usd"]) == (300, 70_000)


def test_a_cheque_that_is_too_small_is_not_sent(tmp_path):
    found = distribution(tmp_path, usd=400, inputs={"least": number("usd_per_member", 5)}, least_cheque="least")
    assert (found["usd_per_claimant"], found["residue_usd"]) == (0, 400)


def test_a_second_distribution(tmp_path):
    """100 cheques of $1,000, 80 cashed: the 20,000 left give those 80 another $250; with a cap of $1,100 only $100 more."""
    inputs = {"cashed": number("share", 0.8)}
    once = distribution(tmp_path, inputs=inputs, cashed="cashed")
    assert (once["usd_per_claimant"], once["residue_usd"]) == (1_000, 20_000)
    twice = distribution(tmp_path, inputs=inputs, cashed="cashed", second=True)
    assert (twice["usd_per_claimant"], twice["residue_usd"]) == (1_250, 0)
    inputs["most"] = number("usd_per_member", 1_100)
    capped = distribution(tmp_path, inputs=inputs, cashed="cashed", second=True, most="most")
    assert (capped["usd_per_claimant"], capped["residue_usd"]) == (1_100, 12_000)


def test_claims_rates_by_the_way_of_notice(tmp_path):
    """70% by e-mail at 3%, 20% by postcard at 6%: 3.3% of 1,000."""
    inputs = {
        "a": number("share", 0.7),
        "b": number("share", 0.03),
        "c": number("share", 0.2),
        "d": number("share", 0.06),
    }
    channels = {"email": {"share": "a", "claims_rate": "b"}, "postcard": {"share": "c", "claims_rate": "d"}}
    assert lines(tmp_path, **fund(inputs=inputs, channels=channels))["claimants"] == pytest.approx(33)


def test_one_way_to_say_how_many_claim(tmp_path):
    with pytest.raises(damages.CaseError, match="cannot be combined with claims_rate"):
        small(
            tmp_path,
            **fund(inputs={"a": number("share", 0.1), "b": number("people", 5)}, claims_rate="a", claimants="b"),
        )


@given(st.floats(0, 1e9), st.floats(0.5, 1e6), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 100))
def test_no_cheque_is_more_than_an_equal_share_or_its_limits(net, recipients, per_claim, most, least):
    sent = float(payout.cheque(net, recipients, per_claim, most, least))
    assert sent <= min(net / recipients, per_claim, most) * (1 + 1e-12)
    assert sent == 0.0 or sent >= least


def test_all_money_of_the_fund_is_accounted_for():
    """In the case with every rule, what the defendant pays is what the parties get, on every path."""
    case = damages.load(CASES / "rules.yaml")
    for path in damages.estimate(case).paths[:12]:
        found = damages.engine.paths.lines_by_path(case, damages.engine.paths.base_values(case), [path.answers])[0]
        parties = (
            "attorney_fee_usd",
            "litigation_costs_usd",
            "service_awards_usd",
            "administration_usd",
            "paid_to_class_usd",
            "relief_cost_usd",
        )
        assert float(np.sum(found["defendant_pays_usd"])) == pytest.approx(
            sum(float(np.sum(found[name])) for name in parties)
        )
