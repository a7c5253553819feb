"""Review for due process: it takes from what a statute gives beyond compensation, and every member keeps the best remedy left."""

from __future__ import annotations

import pytest
from build import judgments, lines, number, question, theory
from hypothesis import given
from hypothesis import strategies as st

import damages
from damages.model import judgment

CUT = {"due_process": {"share": "share"}}


def contract_and_statute(loss, actual=None, item="harm", share=0.1, **inputs):
    """1,000 members with a contract loss each, and $1,000 under the Stored Communications Act of which a share is left."""
    return {
        "theories": {
            "statute": theory("statutory", statute="sca", **({"actual": actual} if actual else {})),
            "contract": theory("per_unit", item, units="people", rate="each"),
        },
        "inputs": {"each": number("usd_per_member", loss), "share": number("share", share), **inputs},
        "judgment": CUT,
    }


# --- Pleading the statute -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "usd"),
    [
        ("contract", 460_000),  # 400 compensate; of the 600 beyond, a tenth is left: 460 each
        (None, 400_000),  # of the 1,000 a tenth is left: 100 each, and the contract gives 400
    ],
)
def test_pleading_the_statute_never_lowers_the_award(tmp_path, actual, usd):
    """The contract alone pays 1,000 × $400 = 400,000. With the statute, cut to a tenth, it is that or more.

    A cut of the whole sum to $100, with the contract displaced by the statute before the cut, would leave 100,000.
    """
    parts = contract_and_statute(400, actual)
    assert lines(tmp_path, **parts)["judgment_usd"] == pytest.approx(usd)
    assert lines(tmp_path, {"theories.statute.pleaded": False}, **parts)["judgment_usd"] == pytest.approx(400_000)


def test_every_member_takes_the_best_remedy_that_is_left_after_the_cut(tmp_path):
    """A verdict gives the statute's $1,000; the cut leaves $100, so the members fall back on the contract's $400."""
    found = lines(tmp_path, **contract_and_statute(400))
    assert (found["statute_award_usd"], found["contract_award_usd"]) == (1_000_000, 0)
    assert (found["statute_after_due_process_usd"], found["contract_after_due_process_usd"]) == (0, 400_000)
    assert (found["class_award_usd"], found["award_after_due_process_usd"]) == (1_000_000, 400_000)


def test_members_with_and_without_a_loss_are_cut_apart(tmp_path):
    """A quarter of 1,000 lost $400. Of the 600 and of the 1,000 beyond compensation a tenth is left.

    250 × (400 + 60) + 750 × 100 = 115,000 + 75,000 = 190,000.
    """
    parts = contract_and_statute(400, "contract", harmed=number("share", 0.25))
    parts["theories"]["contract"]["limit"] = ["harmed"]
    found = lines(tmp_path, **parts)
    assert (found["statute_left_usd_with_loss"], found["statute_left_usd_without_loss"]) == (460, 100)
    assert found["judgment_usd"] == pytest.approx(190_000)


def test_a_cut_never_goes_below_compensation(tmp_path):
    """Nothing is left of the excess: everyone keeps their loss of $400, under whichever name."""
    assert lines(tmp_path, **contract_and_statute(400, "contract", share=0.0))["judgment_usd"] == pytest.approx(400_000)


def test_an_award_that_only_compensates_is_not_cut(tmp_path):
    """A full refund of $2,000 is more than the floor of $1,000: the statute gives actual damages, and no cut reaches them."""
    found = lines(tmp_path, **contract_and_statute(2_000, "contract", share=0.0))
    assert found["statute_after_due_process_usd"] == found["judgment_usd"] == pytest.approx(2_000_000)


def test_profits_that_the_statute_counts_are_compensation_too(tmp_path):
    """Loss $100 and profits $300 for each of 1,000, a floor of $1,000, a tenth of the excess left: 400 + 60."""
    parts = contract_and_statute(100, "contract", gain=number("usd", 300_000))
    parts["theories"]["statute"]["profits"] = "gain"
    assert lines(tmp_path, **parts)["judgment_usd"] == pytest.approx(460_000)


def test_a_multiple_of_actual_damages_is_beyond_compensation(tmp_path):
    """Three times a loss of $500 is $1,500 each: 500 stay, of the other 1,000 a tenth."""
    parts = contract_and_statute(500, "contract", three=number("times", 3))
    parts["theories"]["statute"] |= {"statute": "clra", "multiplier": {"times": "three"}}
    found = lines(tmp_path, **parts)
    assert (found["class_award_usd"], found["judgment_usd"]) == (pytest.approx(1_500_000), pytest.approx(600_000))


# --- What is left ---------------------------------------------------------------------------------


def test_due_process_is_a_question_and_a_share(tmp_path):
    """Four of eight courts refused to cut (0.5); where one cuts, a tenth of 1,000,000 is left. Half of the chance lies at no cut.

    Exposure, the class having won: 0.5 × 1,000,000 + 0.5 × 100,000 = 550,000. Liable with 0.4: expected 220,000.
    """
    parts = {
        "theories": {"statute": theory("statutory", statute="sca", needs=["liable"])},
        "inputs": {"share": number("share", 0.1), "liable": question(0.4), "is_cut": question(0.5)},
        "judgment": {"due_process": {"asked": "is_cut", "share": "share"}},
    }
    assert judgments(tmp_path, **parts) == pytest.approx({1_000_000: 0.2, 100_000: 0.2, 0: 0.6})
    estimate = damages.estimate(damages.load(tmp_path / "small.yaml"))
    assert estimate.exposure_usd == pytest.approx(550_000)
    assert estimate.expected_usd == pytest.approx(220_000)
    assert estimate.full_recovery_usd == pytest.approx(1_000_000)
    assert estimate.lines["due_process_left_share"] == pytest.approx(0.55)


OTHER = {"other": theory("lump_sum", "two", usd="usd")}


@pytest.mark.parametrize(
    ("cut", "more", "left"),
    [
        ({"share": "share"}, {"share": number("share", 0.1)}, 40_000 + 96_000),  # 0.1 × 960,000 beyond 40,000
        ({"usd_per_member": "kept"}, {"kept": number("usd_per_member", 300)}, 300_000),
        ({"usd_per_member": "kept"}, {"kept": number("usd_per_member", 10)}, 40_000),  # not below compensation
        ({"times_actual": "times", "actual": "loss"}, {"times": number("times", 5.6)}, 224_000),  # 5.6 × 40,000
        (
            {"share": "share", "usd_per_member": "kept"},  # the smaller of 136,000 and 100,000
            {"share": number("share", 0.1), "kept": number("usd_per_member", 100)},
            100_000,
        ),
        (
            {"share": "share", "above": "above"},  # never below 500,000
            {"share": number("share", 0.1), "above": number("usd", 500_000)},
            500_000,
        ),
        (
            {"share": "share", "above": "above"},  # an award below the line is left alone
            {"share": number("share", 0.1), "above": number("usd", 2_000_000)},
            1_000_000,
        ),
        ({"usd_per_member": "kept"}, {"kept": number("usd_per_member", 5_000)}, 1_000_000),  # a cut never adds
    ],
)
def test_what_a_cut_leaves_of_the_statutory_part_alone(tmp_path, cut, more, left):
    """1,000 × $1,000, of which $40 each is actual damages; $7,000 for another harm stay whatever is cut."""
    parts = {
        "theories": {
            "sum": theory("statutory", statute="sca", actual="loss"),
            "loss": theory("per_unit", units="people", rate="each"),
            **OTHER,
        },
        "inputs": {"each": number("usd_per_member", 40), "usd": number("usd", 7_000), **more},
        "judgment": {"due_process": cut},
    }
    found = lines(tmp_path, **parts)
    assert found["statutory_award_usd"] == 1_000_000
    assert found["statutory_after_due_process_usd"] == pytest.approx(left)
    assert found["award_after_due_process_usd"] == pytest.approx(left + 7_000)


def test_a_line_that_no_award_is_cut_below_is_no_cliff(tmp_path):
    """With $500,000 as the line and a tenth left, awards of 499,000 and 501,000 both come to about 500,000."""
    left = [float(judgment.share_left(award, 0.0, 500_000.0, 0.1 * award)) * award for award in (499_000.0, 501_000.0)]
    assert left == pytest.approx([499_000, 500_000])


def test_only_the_theories_named_are_reviewed(tmp_path):
    """Two statutes for two harms, one of them reviewed: 1,000,000 + 0.1 × 2,500,000."""
    parts = {
        "theories": {"a": theory("statutory", statute="sca"), "b": theory("statutory", "two", statute="vppa")},
        "inputs": {"share": number("share", 0.1)},
        "judgment": {"due_process": {"share": "share", "theories": ["b"]}},
    }
    assert lines(tmp_path, **parts)["judgment_usd"] == pytest.approx(1_250_000)


@given(st.floats(1, 1e12), st.floats(0, 1), st.floats(0, 1e12), st.lists(st.floats(0, 1e12), min_size=1, max_size=3))
def test_due_process_never_adds_and_never_goes_below_compensation_or_its_measures(award, part, above, measures):
    compensation = award * part
    left = compensation + float(judgment.share_left(award, compensation, above, *measures)) * (award - compensation)
    assert left <= award * (1 + 1e-9)
    assert left >= max(compensation, min(award, above), min(award, *measures)) * (1 - 1e-9) - 1e-6


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
