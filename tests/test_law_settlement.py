"""How a settlement fund is shared: fee, charges, claims, checks, what is left."""

from __future__ import annotations

import pytest
from build import lines, number, small, theory
from hypothesis import given
from hypothesis import strategies as st

import damages
from damages.model import payout


def fund(usd=100_000, people=1_000, inputs=None, **settlement):
    """A case settled for a fund, whatever a judgment might have been."""
    return {
        "people": people,
        "theories": {"t": theory("lump_sum", usd="claimed")},
        "inputs": {"claimed": number("usd", 9_000_000), "usd": number("usd", usd), **(inputs or {})},
        "settlement": {"fund": "usd", **settlement},
    }


def test_a_common_fund_fee_leaves_the_defendants_total_and_a_shifted_fee_adds_to_it(tmp_path):
    common = lines(tmp_path, **fund(inputs={"fee": number("share", 0.25)}, fee_share="fee"))
    assert (common["net_fund_usd"], common["defendant_pays_usd"]) == (75_000, 100_000)
    shifted = lines(tmp_path, **fund(inputs={"fee": number("usd", 25_000)}, shifted_fee="fee"))
    assert (shifted["net_fund_usd"], shifted["defendant_pays_usd"]) == (100_000, 125_000)


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
