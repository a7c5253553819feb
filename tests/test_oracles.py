"""The LinkedIn case by other libraries: SALib and OpenTURNS, frozen by `oracles/make_oracles.py`."""

from __future__ import annotations

import json

import numpy as np
import pytest
from conftest import ROOT

import damages
from damages.sensitivity.functions import pick_freeze_of
from damages.sensitivity.variance import PickFreeze

WITHIN = 0.015  # an index of theirs and of ours, each from 2^14 base points


@pytest.fixture(scope="module")
def oracle():
    return json.loads((ROOT / "tests" / "oracles" / "linkedin.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def independent(oracle):
    """The case as the libraries see it: without its correlations, and with one path when the class wins."""
    return damages.load("params/linkedin.yaml", settings=oracle["settings"]).model_copy(update={"correlations": []})


@pytest.fixture(scope="module")
def likelier(oracle):
    """The same with answers that make a judgment likelier, none of which depends on another."""
    return damages.load("params/linkedin.yaml", "", oracle["likelier"]).model_copy(update={"correlations": []})


def test_sobol_of_the_exposure(independent, oracle):
    found = damages.sobol(independent, of="exposure_usd").indices
    for library in ("salib", "openturns"):
        theirs = oracle[library]["exposure_usd"]
        assert set(theirs) == {row.name for row in found.rows}
        for row in found.rows:
            assert row.first.value == pytest.approx(theirs[row.name]["first"], abs=WITHIN), (library, row.name)
            assert row.total.value == pytest.approx(theirs[row.name]["total"], abs=WITHIN), (library, row.name)


@pytest.mark.slow
def test_sobol_of_the_judgment_with_questions_drawn_there_and_enumerated_here(likelier, oracle):
    """Their draws of the answers are rough, so theirs is compared within three times its own interval."""
    theirs = oracle["salib"]["judgment_usd"]
    for row in damages.sobol(likelier).indices.rows:
        other = theirs[row.name]
        for ours, name in ((row.first, "first"), (row.total, "total")):
            assert abs(ours.value - other[name]) <= ours.error + 1.5 * other[f"{name}_error"] + 1e-4, (row.name, name)


def test_rank_correlations(independent, oracle):
    """Theirs are from 16,384 plain draws: a standard error of 0.008, so 0.035 is four of them."""
    theirs = oracle["openturns"]["exposure_usd"]
    for row in damages.rank_correlations(independent, draws=32_768).rows:
        assert row.plain.value == pytest.approx(theirs[row.name]["plain"], abs=0.035), row.name
        assert row.partial.value == pytest.approx(theirs[row.name]["partial"], abs=0.035), row.name


def test_the_most_likely_point(independent, oracle):
    theirs = oracle["design_point"]
    found = damages.reverse_stress(independent, above=theirs["above_usd"], draws=32_768)
    assert np.sqrt(sum(one.score**2 for one in found.point)) == pytest.approx(theirs["distance"], rel=1e-5)
    for one in found.point:
        assert one.score == pytest.approx(theirs["scores"][one.name], abs=2e-3), one.name


def test_swapping_values_is_mixing_uniforms_when_inputs_are_independent(independent):
    """The engine turns each column into values once; where inputs depend on each other it asks the sampler."""
    model: PickFreeze = pick_freeze_of(independent, "judgment_usd")
    rng = np.random.default_rng(0)
    first, second = rng.random((2, model.dimensions, 64))
    from damages.engine.draws import Sampler

    sampler, shared = Sampler(independent), {"us_share", "due_process_share", "list_price_usd_per_month"}
    mixed = model.by_path(model.values(sampler.frozen(first, second, shared)))
    merged = {**model.values(second), **{name: model.values(first)[name] for name in shared}}
    np.testing.assert_array_equal(model.by_path(merged), mixed)


@pytest.mark.slow
def test_a_case_with_correlated_inputs_is_told_so(linkedin):
    """Sobol' indices refuse; Shapley effects follow the copula and still sum to 1; stress finds a point."""
    found = damages.sobol(linkedin)
    assert found.indices.rows == ()
    assert "this case correlates some" in str(found.words)
    assert pick_freeze_of(linkedin, "exposure_usd").frozen is not None
    shares = damages.variance_by_source(linkedin, by="kind", draws=2_048).shares
    assert sum(share.share.value for share in shares) == pytest.approx(1.0, abs=1e-9)
    stress = damages.reverse_stress(linkedin, above=1e9, draws=16_384)
    assert "us_share" in repr(stress)


@pytest.mark.slow
def test_variance_by_question_and_amount_agree_between_sobol_and_draws(likelier):
    """The first-order index of a question is exact in both; the bins of the draws see that of an amount."""
    indices = {row.name: row for row in damages.sobol(likelier, draws=4_096).indices.rows}
    bins = {one.name: one for one in damages.conditional(likelier, draws=16_384).rows}
    for name in indices.keys() & likelier.questions.keys():
        assert indices[name].first.value == pytest.approx(bins[name].share.value, rel=0.02, abs=1e-6)
    for name in ("due_process_share", "standing_share"):
        assert indices[name].first.value == pytest.approx(bins[name].share.value, rel=0.15)


@pytest.mark.slow
def test_shares_by_kind_holder_and_input_sum_to_one(linkedin):
    for by in ("kind", "holder", "input"):
        shares = damages.variance_by_source(linkedin, by=by, draws=2_048).shares
        assert sum(share.share.value for share in shares) == pytest.approx(1.0, abs=1e-9)
    assert len(shares) == 12
    assert shares[0].kind == "disclosed"
