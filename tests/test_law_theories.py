"""What each theory needs of its own: elements, standing, certification, time to sue; and relief that is not money."""

from __future__ import annotations

import datetime

import pytest
from build import MADE_UP, PERIOD, judgments, lines, number, question, small, theory

import damages
from damages.case.questions import better_for_class, of_liability

DATE = datetime.date

# --- Standing, claim by claim ---------------------------------------------------------------------


def test_standing_is_shown_claim_by_claim(tmp_path):
    """1,000 members. 400 had their messages divulged, which the statute needs; every one of them paid too much.

    400 × 1,000 + 600 × 30 = 418,000. One share for all theories would give 400 × 1,000 alone, and leave the 600
    without the money that they overpaid.
    """
    parts = {
        "theories": {
            "statute": theory("statutory", statute="sca", limit=["divulged"]),
            "contract": theory("per_unit", units="people", rate="each"),
        },
        "inputs": {"divulged": number("share", 0.4), "each": number("usd_per_member", 30)},
    }
    found = lines(tmp_path, **parts)
    assert found["class_members"] == 1_000
    assert (found["statute_entitled_share"], found["contract_entitled_share"]) == (0.4, 1)
    assert found["class_award_usd"] == pytest.approx(418_000)


def test_what_limits_a_theory_comes_on_top_of_what_limits_the_class(tmp_path):
    """Half of 1,000 are in the class at all, four tenths of these under the statute: 500 × 0.4 × 1,000."""
    parts = {
        "theories": {"statute": theory("statutory", statute="sca", limit=["divulged"])},
        "class_size": {"people": "people", "limit": ["free_to_sue"]},
        "inputs": {"divulged": number("share", 0.4), "free_to_sue": number("share", 0.5)},
    }
    assert lines(tmp_path, **parts)["class_award_usd"] == pytest.approx(200_000)


# --- Elements and certification -------------------------------------------------------------------


def test_every_gate_of_a_statute_is_a_question_that_alone_can_defeat_it(tmp_path):
    """Consent lacking 0.7, knowing 0.8, to another person 0.5, content and not record 0.9: together 0.252 × 1,000,000."""
    elements = {"consent_lacking": 0.7, "knowing": 0.8, "to_another": 0.5, "content": 0.9}
    parts = {
        "theories": {"statute": theory("statutory", statute="sca", needs=list(elements))},
        "inputs": {name: question(chance) for name, chance in elements.items()},
    }
    assert judgments(tmp_path, **parts) == pytest.approx({1_000_000: 0.252, 0: 0.748})
    for name in elements:
        case = damages.load(tmp_path / "small.yaml", settings={name: "no"})
        assert damages.estimate(case).expected_usd == 0


CERTIFIED = {
    "theories": {
        "statute": theory("statutory", "one", statute="sca", needs=["certified_statute"]),
        "contract": theory("per_unit", "two", units="people", rate="each", needs=["certified_contract"]),
    },
    "inputs": {
        "each": number("usd_per_member", 30),
        "certified_statute": question(0.5),
        "certified_contract": question({"given": "certified_statute", "yes": 0.8, "no": 0.2}),
    },
}


def test_each_theory_is_certified_by_itself_and_one_can_depend_on_the_other(tmp_path):
    """1,000 × $1,000 and, for another harm, 1,000 × $30.

    Both: 0.5 × 0.8 = 0.4. The statute alone: 0.5 × 0.2 = 0.1. The contract alone, whose measure fits the whole class
    where the statute's does not: 0.5 × 0.2 = 0.1. Neither: 0.5 × 0.8 = 0.4. Expected: 412,000 + 100,000 + 3,000 = 515,000.
    """
    found = judgments(tmp_path, **CERTIFIED)
    assert found == pytest.approx({1_030_000: 0.4, 1_000_000: 0.1, 30_000: 0.1, 0: 0.4})
    assert damages.estimate(damages.load(tmp_path / "small.yaml")).expected_usd == pytest.approx(515_000)


# --- Which answer helps the class -----------------------------------------------------------------


SIDES = {
    "theories": {
        "statute": theory(
            "statutory",
            statute="bipa",
            needs=["liable"],
            enhanced="willful",
            gate={"required": "required", "share": "harmed"},
        ),
    },
    "inputs": {
        "liable": question(0.5),
        "willful": question(0.5),
        "required": question(0.5),
        "is_cut": question(0.5),
        "harmed": number("share", 0.5),
        "share": number("share", 0.1),
    },
    "judgment": {"due_process": {"asked": "is_cut", "share": "share"}},
}


def test_which_answer_helps_the_class_follows_from_where_a_question_is_asked(tmp_path):
    """Liable and willful: yes. Whether actual damages are required, and whether the award is cut: no.

    A question that can only help the defendant, read as helping the class, gave an exposure below the expected value:
    required (500 × 1,000) and cut (to a tenth) would be 50,000 for a class that wins. It is 1,000 × $5,000, and the cut
    keeps its chance: 0.5 × 5,000,000 + 0.5 × 500,000 = 2,750,000; cut by nobody, 5,000,000.
    """
    case = small(tmp_path, **SIDES)
    assert better_for_class(case) == {"liable": "yes", "willful": "yes", "required": "no", "is_cut": "no"}
    assert of_liability(case) == ["liable", "willful", "required"]
    estimate = damages.estimate(case)
    assert estimate.exposure_usd == pytest.approx(2_750_000)
    assert estimate.full_recovery_usd == pytest.approx(5_000_000)
    assert estimate.expected_usd < estimate.exposure_usd < estimate.full_recovery_usd


def test_a_side_that_contradicts_where_the_question_is_asked_is_refused(tmp_path):
    for name, said in (("required", "yes"), ("liable", "no"), ("is_cut", "yes")):
        parts = {**SIDES, "inputs": {**SIDES["inputs"], name: question(0.5, favours=said)}}
        other = "no" if said == "yes" else "yes"
        says = rf"inputs\.{name}\.favours: is {said}, but where it is asked the answer {other} helps the class"
        with pytest.raises(damages.CaseError, match=says):
            small(tmp_path, **parts)


def test_a_question_that_helps_in_one_place_and_hurts_in_another_must_say_which_is_better(tmp_path):
    """Willful injury opens the statute's other sum, and were it also asked whether a cut is made it would hurt there."""
    both = {**SIDES, "judgment": {"due_process": {"asked": "willful", "share": "share"}}}
    both["inputs"] = {name: given for name, given in SIDES["inputs"].items() if name != "is_cut"}
    says = r"inputs\.willful: helps the class in one place and hurts it in another: write `favours: yes` or no"
    with pytest.raises(damages.CaseError, match=says):
        small(tmp_path, **both)
    both["inputs"]["willful"] = question(0.5, favours="no")
    assert better_for_class(small(tmp_path, **both))["willful"] == "no"


# --- Relief ---------------------------------------------------------------------------------------


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


RELIEF = {
    "theories": {"t": theory("lump_sum", usd="usd", needs=["liable"])},
    "inputs": {
        "usd": number("usd", 500),
        "cost": number("usd", 300),
        "disclosed": question(0.5),
        "liable": question({"given": "disclosed", "yes": 0.4, "no": 0}),
        "equity": question(0.5),
    },
    "relief": {"deletion": {"label": "Deletion", "needs": ["disclosed", "equity"], "cost": "cost", "source": MADE_UP}},
}


def test_relief_needs_liability_and_an_answer_in_equity(tmp_path):
    """Disclosed 0.5, liable if so 0.4, equity 0.5. Deletion costs $300.

    On the disclosure alone it would cost 0.5 × 0.5 × 300 = 75. A court orders nothing against a defendant who is not
    liable: 0.5 × 0.4 × 0.5 × 300 = 30, on top of a judgment of 0.5 × 0.4 × 500 = 100.
    """
    estimate = damages.estimate(small(tmp_path, **RELIEF))
    assert estimate.expected["relief_cost_usd"] == pytest.approx(30)
    assert estimate.expected["judgment_usd"] == pytest.approx(100)
    assert estimate.expected["defendant_pays_usd"] == pytest.approx(130)


def test_relief_names_the_theories_one_of_which_must_stand(tmp_path):
    """Deletion is open under the statute alone (0.4), not under the contract (0.9): 0.4 × 300 = 120."""
    parts = {
        "theories": {
            "statute": theory("lump_sum", usd="usd", needs=["disclosed"]),
            "contract": theory("lump_sum", usd="usd", needs=["breach"]),
        },
        "inputs": {
            "usd": number("usd", 500),
            "cost": number("usd", 300),
            "disclosed": question(0.4),
            "breach": question(0.9),
        },
        "relief": {"deletion": {"label": "Deletion", "theories": ["statute"], "cost": "cost", "source": MADE_UP}},
    }
    assert damages.estimate(small(tmp_path, **parts)).expected["relief_cost_usd"] == pytest.approx(120)
    del parts["relief"]["deletion"]["theories"]  # under either: 1 − 0.6 × 0.1
    assert damages.estimate(small(tmp_path, **parts)).expected["relief_cost_usd"] == pytest.approx(0.94 * 300)


def test_relief_falls_with_a_theory_that_is_not_pleaded(tmp_path):
    """The only theory is dropped: nothing is ordered and nothing is paid."""
    assert lines(tmp_path, {"theories.t.pleaded": False}, **RELIEF)["defendant_pays_usd"] == 0


def test_relief_can_be_granted_where_no_money_is(tmp_path):
    """The theory stands with chance 0.5 but reaches nobody who can be paid: the class is certified for relief alone."""
    parts = {**RELIEF, "theories": {"t": theory("lump_sum", usd="usd", needs=["disclosed"])}}
    parts["inputs"] = {**RELIEF["inputs"], "usd": number("usd", 0)}
    del parts["inputs"]["liable"]
    estimate = damages.estimate(small(tmp_path, **parts))
    assert estimate.expected_usd == 0
    assert estimate.expected["defendant_pays_usd"] == pytest.approx(0.5 * 0.5 * 300)
    drawn = damages.simulate(damages.load(tmp_path / "small.yaml"), draws=512)
    assert drawn.lines["defendant_pays_usd"].mean.value == pytest.approx(75)


# --- Time to sue ------------------------------------------------------------------------------------


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


def test_the_day_of_filing_is_that_of_the_case_unless_the_theory_has_its_own(tmp_path):
    """Filed on 1 January 2025 with one year: 366 of 731 days. A claim added on 1 July 2025 reaches 184 (July to December)."""
    own = {"years": 1.0, "source": MADE_UP}
    parts = {
        "theories": {
            "first": theory("statutory", statute="vppa", limitation=own),
            "added": theory("statutory", "two", statute="vppa", limitation={**own, "filed": DATE(2025, 7, 1)}),
        },
        "class_period": PERIOD,
        "filed": DATE(2025, 1, 1),
    }
    found = lines(tmp_path, **parts)
    assert found["first_entitled_share"] == pytest.approx(366 / 731)
    assert found["added_entitled_share"] == pytest.approx(184 / 731)
    del parts["filed"]
    with pytest.raises(
        damages.CaseError, match=r"theories\.first\.limitation: needs the day of filing: write `filed:`"
    ):
        small(tmp_path, **parts)
