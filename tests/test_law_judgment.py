"""From the award to the judgment: multiples, punitive damages, offsets."""

from __future__ import annotations

import pytest
from build import lines, number, question, small, theory
from hypothesis import given
from hypothesis import strategies as st

import damages
from damages.model import judgment


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


def test_offsets_come_after_due_process_and_punitive_damages(tmp_path):
    """1,000 × $2,500 cut to a tenth, as much again punitive, less 100,000 that others paid: 250,000 + 250,000 − 100,000."""
    parts = punitive(1)
    parts["inputs"] |= {"share": number("share", 0.1), "paid": number("usd", 100_000)}
    parts["judgment"] |= {"due_process": {"share": "share"}, "offsets": ["paid"]}
    found = lines(tmp_path, **parts)
    assert found["award_after_offsets_usd"] == found["judgment_usd"] == pytest.approx(400_000)


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_offsets_never_make_a_judgment_negative(award, offsets):
    assert 0.0 <= float(judgment.after_offsets(award, offsets)) <= award


def punitive(ratio, **more):
    return {
        "theories": {"t": theory("statutory", statute="vppa")},
        "inputs": {"ratio": number("times", ratio), "willful": question(1)},
        "judgment": {"punitive": {"when": "willful", "ratio": "ratio", "theories": ["t"], **more}},
    }


def test_punitive_damages_are_a_ratio_to_the_award(tmp_path):
    """1,000 × $2,500 × 2 = $5 million on top of $2.5 million."""
    found = lines(tmp_path, **punitive(2))
    assert found["punitive_usd"] == 5_000_000
    assert found["judgment_usd"] == 7_500_000


def test_punitive_damages_are_open_with_their_finding_alone(tmp_path):
    """Willful with chance 0.25: a question of remedy, so the exposure is 2.5 million + 0.25 × 5 million."""
    parts = punitive(2)
    parts["inputs"]["willful"] = question(0.25)
    found = lines(tmp_path, **parts)
    assert found["judgment_usd"] == pytest.approx(3_750_000)


def test_punitive_damages_are_measured_by_what_due_process_leaves(tmp_path):
    """A tenth of $2,500 is left, $250; twice that is punitive: 1,000 × (250 + 500)."""
    parts = punitive(2)
    parts["inputs"]["share"] = number("share", 0.1)
    parts["judgment"]["due_process"] = {"share": "share"}
    assert lines(tmp_path, **parts)["judgment_usd"] == pytest.approx(750_000)


def test_a_sum_of_punitive_damages_is_bounded_by_its_ratio(tmp_path):
    """$6,353.08 to a member who was awarded $984.22, at most four times: 3,936.88 (the figures of *Ramirez*)."""
    parts = punitive(4)
    parts["inputs"] |= {"sum": number("usd_per_member", 6_353.08), "t_statutory_usd": number("usd_per_member", 984.22)}
    terms = {"when": "willful", "usd_per_member": "sum", "most_ratio": "ratio", "theories": ["t"]}
    parts["judgment"] = {"punitive": terms}
    assert lines(tmp_path, **parts)["punitive_usd"] == pytest.approx(3_936_880)


def test_a_punitive_ratio_above_nine_is_refused_in_a_hypothetical_case(tmp_path):
    with pytest.warns(damages.DamagesWarning, match="a punitive ratio of 6 is above 4, close to the line"):
        small(tmp_path, **punitive(6))
    with pytest.raises(damages.CaseError, match=r"judgment\.punitive\.ratio: reaches 9\.5"):
        small(tmp_path, **punitive(9.5))
    with pytest.raises(damages.CaseError, match=r"reaches 12"):
        small(tmp_path, **punitive({"low": 1, "likely": 2, "high": 12}))


def test_a_punitive_ratio_above_nine_is_warned_about_in_a_real_case(tmp_path):
    """A verdict is what it is (*Exxon Valdez*: 9.85), and no limit is put on it that the case does not name."""
    parts = {**punitive(9.85), "hypothetical": False}
    with pytest.warns(damages.DamagesWarning, match=r"a punitive ratio of 9\.85 is above 4"):
        assert lines(tmp_path, **parts)["punitive_usd"] == pytest.approx(9.85 * 2_500_000)
    parts["judgment"]["punitive"]["most_ratio"] = "most"
    parts["inputs"]["most"] = number("times", 4)
    with pytest.warns(damages.DamagesWarning, match=r"a punitive ratio of 9\.85 is above 4"):
        assert lines(tmp_path, **parts)["punitive_usd"] == 4 * 2_500_000


def test_contract_gives_no_punitive_damages(tmp_path):
    paid = {"price": number("usd_per_month", 10), "months": number("months", 12), "lost": number("share", 0.25)}
    parts = {
        "theories": {"t": theory("subscription_value", price="price", months="months", share_lost="lost")},
        "inputs": {**paid, "ratio": number("times", 2)},
        "judgment": {"punitive": {"ratio": "ratio", "theories": ["t"]}},
    }
    with pytest.raises(damages.CaseError, match="gives no punitive damages in the registry"):
        small(tmp_path, **parts)


@given(st.floats(0, 1e9), st.floats(0, 1e12), st.floats(0, 9))
def test_punitive_damages_stay_within_their_ratio(compensatory, wanted, most):
    assert float(judgment.punitive(compensatory, wanted, most)) <= most * compensatory * (1 + 1e-12)
