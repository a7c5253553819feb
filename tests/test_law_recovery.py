"""Each member recovers once, and by the best remedy that is theirs: gates, election, restitution, the contract's cap."""

from __future__ import annotations

import pytest
from build import choice, judgments, lines, number, question, small, theory

import damages

# --- The gate: whoever has a loss has actual damages ---------------------------------------------

GATE = {"required": "required", "proven": "proven", "share": "reach"}
GATED = {
    "theories": {
        "sum": theory("statutory", statute="sca", actual="loss", gate=GATE),
        "loss": theory("per_unit", units="people", rate="each", limit=["harmed"], needs=["proven"]),
    },
    "inputs": {
        "each": number("usd_per_member", 40),
        "harmed": number("share", 0.25),
        "required": question(0.5),
        "proven": question(0.4),
    },
}


def test_members_without_a_loss_get_no_sum_where_the_statute_needs_one(tmp_path):
    """1,000 members, a quarter of whom overpaid, by $40; the statute gives $1,000.

    Not required (0.5): everyone has the sum, 1,000,000. Required and proven (0.5 × 0.4): the 250 who overpaid,
    250,000. Nobody else has a contract claim either: a member without actual damages has no damages (*Comcast*: the
    measure must fit the theory). Required and not proven (0.5 × 0.6): nothing. Expected: 500,000 + 0.2 × 250,000 = 550,000.
    """
    assert judgments(tmp_path, **GATED) == pytest.approx({1_000_000: 0.5, 250_000: 0.2, 0: 0.3})
    assert damages.estimate(damages.load(tmp_path / "small.yaml")).expected_usd == pytest.approx(550_000)


def test_a_loss_of_every_member_opens_the_gate_for_every_member(tmp_path):
    """Overpayment is the loss of every payer if it is one at all: no share of the class is left without the sum."""
    loss = theory("per_unit", units="people", rate="each", needs=["proven"])
    parts = {"theories": {**GATED["theories"], "loss": loss}, "inputs": {**GATED["inputs"]}}
    del parts["inputs"]["harmed"]
    assert judgments(tmp_path, **parts) == pytest.approx({1_000_000: 0.7, 0: 0.3})


def test_a_loss_of_nothing_opens_no_gate(tmp_path):
    """A price premium of $0 is no actual damages, however well proven: 0.5 × 1,000,000 where none is required."""
    parts = {**GATED, "inputs": {**GATED["inputs"], "each": number("usd_per_member", 0)}}
    assert judgments(tmp_path, **parts) == pytest.approx({1_000_000: 0.5, 0: 0.5})


@pytest.mark.parametrize(("profits", "usd"), [(0, 0), (300_000, 1_000_000), (2_000_000, 2_000_000)])
def test_profits_open_the_gate(tmp_path, profits, usd):
    """Actual damages are required and not proven. Profits of the violator count as well (*Vista Marketing*).

    $300 for each of 1,000 members is below the floor of $1,000: 1,000,000. $2,000 is above it: 2,000,000. Without
    profits nobody passes the gate.
    """
    terms = theory("statutory", statute="sca", actual="loss", gate=GATE, profits="gain")
    parts = {
        "theories": {**GATED["theories"], "sum": terms},
        "inputs": {**GATED["inputs"], "gain": number("usd", profits), "required": question(1), "proven": question(0)},
    }
    assert lines(tmp_path, **parts)["class_award_usd"] == pytest.approx(usd)


def test_a_share_opens_the_gate_where_no_theory_measures_the_loss(tmp_path):
    """Required, and 30% of 1,000 have an actual loss that the case does not price: 300 × 1,000."""
    parts = {
        "theories": {"sum": theory("statutory", statute="sca", gate={"required": "required", "share": "harmed"})},
        "inputs": {"harmed": number("share", 0.3), "required": question(1)},
    }
    assert lines(tmp_path, **parts)["class_award_usd"] == pytest.approx(300_000)


@pytest.mark.parametrize(
    ("gate", "actual", "says"),
    [
        ({"share": "harmed"}, {"actual": "loss"}, "gate.share: is `reach` where `actual` names the theory of the loss"),
        ({"share": "reach"}, {}, "is `reach`, but `actual` names no theory whose loss reaches anyone"),
    ],
)
def test_a_gate_says_who_has_actual_damages_in_one_way(tmp_path, gate, actual, says):
    terms = theory("statutory", statute="sca", gate={"required": "required", **gate}, **actual)
    with pytest.raises(damages.CaseError, match=says):
        small(tmp_path, **{**GATED, "theories": {**GATED["theories"], "sum": terms}})


def test_a_loss_that_is_not_proven_is_no_part_of_the_statutory_award(tmp_path):
    """A floor of $1,000 against a loss of $1,500. Proven (0.4): 1,500 to each of 1,000. Not proven, none required: 1,000."""
    loss = theory("per_unit", units="people", rate="each", needs=["proven"])
    inputs = {"each": number("usd_per_member", 1_500), "required": question(0), "proven": question(0.4)}
    parts = {"theories": {**GATED["theories"], "loss": loss}, "inputs": inputs}
    assert judgments(tmp_path, **parts) == pytest.approx({1_500_000: 0.4, 1_000_000: 0.6})


def test_what_an_entitled_member_gets_counts_only_paths_on_which_somebody_is_entitled(tmp_path):
    """Willful (0.3): $5,000 for a member; else $1,000. If liable: 0.3 × 5,000 + 0.7 × 1,000 = $2,200.

    Liability has a chance of 0.5. On paths where the theory fails nobody is entitled, so the figure over all paths is
    2,200 too, whichever sum the statute would have given there.
    """
    parts = {
        "theories": {"t": theory("statutory", statute="bipa", enhanced="willful", needs=["liable"])},
        "inputs": {"liable": question(0.5), "willful": question({"given": "liable", "yes": 0.3, "no": 0.9})},
    }
    estimate = damages.estimate(small(tmp_path, **parts))
    assert estimate.expected["t_usd_per_entitled"] == pytest.approx(2_200)
    assert estimate.expected["t_claim_usd"] == pytest.approx(0.5 * 2_200 * 1_000)
    drawn = damages.simulate(estimate.case, draws=64)
    assert drawn.lines["t_claim_usd"].mean.value == pytest.approx(1_100_000)


# --- One recovery for an item of harm -------------------------------------------------------------


def two_harms(a, b):
    """Theories A and B of one harm, and C of another with $20,000, for a class of 1,000."""
    return {
        "theories": {
            "a": theory("lump_sum", "one", usd="usd_a"),
            "b": theory("lump_sum", "one", usd="usd_b"),
            "c": theory("lump_sum", "two", usd="usd_c"),
        },
        "inputs": {f"usd_{name}": number("usd", usd) for name, usd in (("a", a), ("b", b), ("c", 20_000))},
    }


def test_greatest_within_a_harm_and_sum_across(tmp_path):
    """$30 and $50 for one harm give 50; $20 for another comes on top: 70."""
    found = lines(tmp_path, **two_harms(a=30_000, b=50_000))
    assert found["recovery_usd_per_member"] == 70
    assert (found["a_award_usd"], found["b_award_usd"], found["c_award_usd"]) == (0, 50_000, 20_000)


def test_each_member_takes_the_better_remedy_of_their_own(tmp_path):
    """A quarter of 1,000 lost $1,200, more than the floor of $1,000: 250 × 1,200 + 750 × 1,000 = 1,050,000.

    The contract pays nothing on top: the statute's award already contains the loss.
    """
    parts = {
        "theories": {
            "sum": theory("statutory", statute="sca", actual="loss"),
            "loss": theory("per_unit", units="people", rate="each", limit=["harmed"]),
        },
        "inputs": {"each": number("usd_per_member", 1_200), "harmed": number("share", 0.25)},
    }
    found = lines(tmp_path, **parts)
    assert (found["sum_usd_with_loss"], found["sum_usd_without_loss"]) == (1_200, 1_000)
    assert found["sum_usd_per_entitled"] == pytest.approx(1_050)
    assert (found["class_award_usd"], found["loss_award_usd"]) == (pytest.approx(1_050_000), 0)


def test_a_remedy_with_punitive_damages_is_worth_more_to_the_member(tmp_path):
    """$1,000 under the statute with punitive damages of as much again beats $1,500 under the contract: 2,000 and not 1,500."""
    parts = {
        "theories": {
            "sum": theory("statutory", statute="sca"),
            "loss": theory("per_unit", units="people", rate="each"),
        },
        "inputs": {"each": number("usd_per_member", 1_500), "ratio": number("times", 1)},
        "judgment": {"punitive": {"ratio": "ratio", "theories": ["sum"]}},
    }
    found = lines(tmp_path, **parts)
    assert (found["sum_award_usd"], found["loss_award_usd"]) == (1_000_000, 0)
    assert found["judgment_usd"] == 2_000_000


# --- Restitution ----------------------------------------------------------------------------------


def subscription(measure, **more):
    return theory(measure, price="price", months="months", share_lost="lost", **more)


PAID = {"price": number("usd_per_month", 10), "months": number("months", 12), "lost": number("share", 0.25)}


def test_restitution_is_subtracted_once(tmp_path):
    """The statute reaches 500 of 1,000 (actual damages required); the contract falls; restitution of $36 reaches all.

    500 take $1,000; the other 500 get their $36 back: 500,000 + 18,000 = 518,000. Subtracting the 500 twice left
    restitution to nobody, and on LinkedIn's numbers paid $0 instead of $15.64 million.
    """
    parts = {
        "theories": {
            "sum": theory("statutory", statute="sca", gate={"required": "required", "share": "half"}),
            "contract": theory("per_unit", units="people", rate="each", needs=["breach"]),
            "ucl": theory("restitution", price="price", months="months", share_lost="lost"),
        },
        "inputs": {
            "half": number("share", 0.5),
            "each": number("usd_per_member", 36),
            "price": number("usd_per_month", 30),
            "months": number("months", 12),
            "lost": number("share", 0.1),
            "required": question(1),
            "breach": question(0),
        },
    }
    found = lines(tmp_path, **parts)
    assert found["ucl_award_usd"] == pytest.approx(18_000)
    assert found["class_award_usd"] == pytest.approx(518_000)


RESTITUTION = {
    "theories": {
        "contract": subscription("subscription_value", needs=["breach"]),
        "ucl": subscription("restitution", needs=["equity_available"]),
    },
    "inputs": {**PAID, "breach": question(0.6), "equity_available": question(0.2)},
}


def test_restitution_is_open_only_by_its_own_questions(tmp_path):
    """$10 × 12 months × a quarter = $30 for each of 1,000, as damages (0.6) or given back (0.2), once.

    Restitution is not open because the legal claim was lost (*Guzman v. Polaris*): where damages fail it has its own
    chance, 0.4 × 0.2. Recovery: 0.6 + 0.08 = 0.68 × 30,000 = 20,400. Open without more it would be 30,000.
    """
    assert judgments(tmp_path, **RESTITUTION) == pytest.approx({30_000: 0.68, 0: 0.32})


def test_a_question_of_equity_can_depend_on_how_the_legal_claim_fared(tmp_path):
    """Where a legal remedy exists, equity is closed (0); where the claim fails for want of one, it may open (0.5): 0.6 + 0.4 × 0.5."""
    equity = question({"given": "breach", "yes": 0, "no": 0.5})
    parts = {**RESTITUTION, "inputs": {**RESTITUTION["inputs"], "equity_available": equity}}
    assert judgments(tmp_path, **parts) == pytest.approx({30_000: 0.8, 0: 0.2})


def test_restitution_for_another_item_of_harm_adds(tmp_path):
    """Damages reach the east (600 of 1,000), restitution for another harm everyone: 600 × 30 + 1,000 × 30."""
    parts = {
        "theories": {
            "contract": subscription("subscription_value", groups=["east"]),
            "ucl": subscription("restitution", item="another"),
        },
        "groups": {"east": "East", "west": "West"},
        "class_size": {"people": "people", "mix": "mix"},
        "inputs": {**PAID, "mix": number("share", {"east": 0.6, "west": 0.4}, by_group=True)},
    }
    assert lines(tmp_path, **parts)["class_award_usd"] == pytest.approx(48_000)
    parts["theories"]["ucl"]["item_of_harm"] = "harm"  # for the same harm it reaches the 400 of the west alone
    assert lines(tmp_path, **parts)["class_award_usd"] == pytest.approx(30_000)


def test_restitution_no_longer_says_what_it_adds(tmp_path):
    parts = {**RESTITUTION, "theories": {**RESTITUTION["theories"]}}
    parts["theories"]["ucl"] = subscription("restitution", adds="equity_available")
    with pytest.raises(damages.CaseError, match=r"theories\.ucl\.adds"):
        small(tmp_path, **parts)


# --- The contract's cap ---------------------------------------------------------------------------


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


@pytest.mark.parametrize(("arm", "paths"), [("fees_paid", 1), ("fixed_sum", 2)])
def test_a_cap_that_cannot_bind_moves_nothing_and_merges_its_paths(tmp_path, arm, paths):
    """The loss is a quarter of the fees of $120, so a cap at the fees never cuts it; a cap of $20 does, from $30."""
    cap = {"binds": "binds", "arm": "arm", "usd": "cap"}
    parts = {
        "theories": {"contract": subscription("subscription_value", cap=cap)},
        "inputs": {
            **PAID,
            "cap": number("usd_per_member", 20),
            "arm": choice(arm, "fees_paid", "fixed_sum"),
            "binds": question(0.5),
        },
    }
    estimate = damages.estimate(small(tmp_path, **parts))
    assert len(estimate.paths) == paths
    assert estimate.expected_usd == pytest.approx(30_000 if paths == 1 else 25_000)


# --- The switchboard ----------------------------------------------------------------------------


def test_what_is_left_if_a_theory_falls(tmp_path):
    """A pays 50, B 30 for the same harm, C 20 for another: all 70; without A 50, B 70, C 50; without A and B 20, A and C 30, B and C 50."""
    case = small(tmp_path, **two_harms(a=50_000, b=30_000))
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


@pytest.mark.slow
def test_the_switchboard_is_the_same_as_dropping_the_theory_in_the_file(linkedin):
    left = {fallen.theories: fallen.expected_usd for fallen in damages.if_theories_fail(linkedin)}
    for names in (("sca",), ("sca", "contract")):
        dropped = damages.load("params/linkedin.yaml", settings={f"theories.{name}.pleaded": False for name in names})
        assert left[names] == pytest.approx(damages.estimate(dropped).expected_usd, rel=1e-12)
