"""What a statute gives one member and one class, worked by hand: units, days, ranges, versions, caps on a class."""

from __future__ import annotations

import datetime

import pytest
from build import choice, lines, number, question, small, theory
from numpy.testing import assert_allclose

import damages
from damages.engine.paths import at_the_minimum

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


def test_person_or_violation_is_a_choice(tmp_path):
    parts = {
        "theories": {"t": theory("statutory", statute="sca", units={"per_member": "messages", "counted_by": "by"})},
        "inputs": {"messages": number("count", 7), "by": choice("person", "person", "message")},
    }
    assert lines(tmp_path, **parts)["class_award_usd"] == 1_000_000
    case = damages.load(tmp_path / "small.yaml", settings={"by": "message"})
    assert damages.estimate(case).lines["class_award_usd"] == 7_000_000


def test_scenarios_compare_person_and_message():
    """The statutory sum for each message is the sum for a person × the messages of a person."""
    cases = [damages.load("params/linkedin.yaml", name) for name in ("", "per_message")]
    person, message = (damages.estimate(case).lines["sca_usd_without_loss"] for case in cases)
    assert_allclose(person, 1_000)
    assert_allclose(message, 1_000 * damages.engine.paths.base_values(cases[0])["messages_per_person"])


# --- A sum that the statute leaves to the court ---------------------------------------------------

RANGE = {
    "theories": {"t": theory("statutory", statute="fcra", needs=["liable"])},
    "inputs": {"liable": question(0.4), "share": number("share", 0.2), "cut": question(0.5)},
    "judgment": {"due_process": {"asked": "cut", "share": "share"}},
}


def test_a_statutory_range_is_at_its_top_in_full_recovery_and_drawn_in_the_expected_value(tmp_path):
    """FCRA: $100 to $1,000, so $550 on average, for 1,000 members; liable 0.4; cut to a fifth with chance 0.5.

    Full recovery: the top and no cut, 1,000 × 1,000 = 1,000,000. Exposure: 550,000 × (0.5 × 1 + 0.5 × 0.2) = 330,000.
    Expected: 0.4 × 330,000 = 132,000.
    """
    case = small(tmp_path, **RANGE)
    estimate = damages.estimate(case)
    assert estimate.full_recovery_usd == pytest.approx(1_000_000)
    assert estimate.lines["t_full_recovery_usd"] == pytest.approx(1_000_000)
    assert estimate.exposure_usd == pytest.approx(330_000, rel=1e-5)
    assert estimate.expected_usd == pytest.approx(132_000, rel=1e-5)
    assert at_the_minimum(case) == {"t_statutory_usd": 100.0}


def test_a_range_that_the_case_itself_fixes_stays_as_it_is_in_full_recovery(tmp_path):
    """A jury that has awarded $125 to each of 1,000 members leaves no range: 125,000."""
    fixed = {**RANGE, "inputs": {**RANGE["inputs"], "t_statutory_usd": number("usd_per_member", 125)}}
    assert damages.estimate(small(tmp_path, **fixed)).full_recovery_usd == pytest.approx(125_000)


def test_a_range_is_drawn_and_never_taken_at_its_middle_in_silence(tmp_path):
    case = small(tmp_path, theories={"t": theory("statutory", statute="fcra")})
    given = case.inputs["t_statutory_usd"]
    assert given.role == "uncertain"
    assert given.value == {"uniform": [100.0, 1_000.0]}
    summary = damages.simulate(case, draws=4096).lines["class_award_usd"]
    assert_allclose([summary[0.05].value, summary[0.95].value], [145_000, 955_000], rtol=5e-3)


# --- Profits ---------------------------------------------------------------------------------------


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


# --- Caps on a class -----------------------------------------------------------------------------


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


@pytest.mark.parametrize(("loss", "award"), [(0, 600_000), (100, 700_000)])
def test_a_class_cap_limits_the_statutory_sums_and_never_the_actual_damages(tmp_path, loss, award):
    """RESPA: actual damages and up to $2,000 for each of 1,000 members; the class cap is 1% of $60 million, 600,000.

    The sums come to $2 million and are cut to 600,000. A loss of $100 each, 100,000, is paid beside them.
    """
    parts = {
        "theories": {
            "t": theory("statutory", statute="respa", actual="loss", class_cap={"net_worth": "worth"}),
            "loss": theory("per_unit", units="people", rate="each"),
        },
        "inputs": {
            "worth": number("usd", 60_000_000),
            "t_statutory_usd": number("usd_per_member", 2_000),
            "each": number("usd_per_member", loss),
        },
    }
    found = lines(tmp_path, **parts)
    assert found["t_claim_usd"] == pytest.approx(award)
    assert found["class_award_usd"] == pytest.approx(award)
    assert found["t_usd_per_entitled"] == pytest.approx(award / 1_000)


def test_a_statute_with_a_class_cap_asks_for_net_worth(tmp_path):
    with pytest.raises(damages.CaseError, match="efta caps a class award by net worth: add `class_cap"):
        small(tmp_path, theories={"t": theory("statutory", statute="efta")})
