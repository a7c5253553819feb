"""Everything as DataFrames and as a plain function: what other libraries need."""

from __future__ import annotations

import numpy as np
import pytest
import yaml
from conftest import ROOT
from numpy.testing import assert_allclose

import damages
from damages.engine.figure import moving_inputs


def test_every_draw_of_a_simulation_is_a_row(linkedin, monkeypatch):
    simulation = damages.simulate(linkedin, draws=2_048, seed=3)
    frame = simulation.frame(("exposure_usd", "judgment_usd", "usd_per_claimant"))
    assert len(frame) == simulation.draws * len(simulation.paths)
    assert frame["weight"].sum() == pytest.approx(1.0)
    for line in ("exposure_usd", "judgment_usd", "usd_per_claimant"):
        assert (frame["weight"] * frame[line]).sum() == pytest.approx(simulation.lines[line].mean.value, rel=1e-9)
    groups = [f"list_price_usd_per_month.{group}" for group in linkedin.groups]
    assert {"due_process_share", *groups} <= set(frame.columns)
    first = frame[frame["path"] == 0]["exposure_usd"].to_numpy()
    assert_allclose(np.sort(first)[[0, -1]], [first.min(), first.max()])
    monkeypatch.setattr("damages.engine.frames.MOST_CELLS", 10_000)
    with pytest.raises(damages.DamagesError, match=r"a frame of .* numbers does not fit"):
        simulation.frame(["exposure_usd"])


def test_the_sample_of_the_methods_is_a_frame_too(good):
    sample = damages.sample(good, of=["judgment_usd"], draws=2_048)
    frame = sample.frame()
    assert (frame["weight"] * frame["judgment_usd"]).sum() == pytest.approx(
        float(sample.chances("judgment_usd") @ sample.figures["judgment_usd"].mean(axis=1))
    )


def test_an_estimate_and_a_case_are_frames(linkedin):
    estimate = damages.estimate(linkedin)
    lines = estimate.frame().set_index(["line", "group"])
    assert lines.loc[("expected_usd", ""), "value"] == estimate.expected_usd
    assert lines.loc[("judgment_usd", ""), "expected"] == pytest.approx(estimate.at_base["expected_usd"])
    group = next(iter(linkedin.groups))
    assert lines.loc[("class_members", group), "value"] == estimate.lines["class_members"].ravel()[0]
    inputs = linkedin.frame()
    assert set(inputs["input"]) == set(linkedin.inputs)
    row = inputs[inputs["input"] == "due_process_share"].iloc[0]
    assert row["p05"] < row["p50"] < row["p95"]
    assert row["kind"] == linkedin.inputs["due_process_share"].source.kind


def test_a_case_as_a_plain_function(linkedin):
    """One point at a time against the case loaded with these values; and for SciPy's own optimiser."""
    from scipy.optimize import brentq

    names = ["due_process_share", "us_share"]
    judgment = damages.function(linkedin, names)
    points = np.array([[0.1, 0.3], [0.2, 0.25], [0.4, 0.4]])
    found = judgment(points)
    assert found.shape == (3,)
    for point, usd in zip(points, found, strict=True):
        again = damages.load("params/linkedin.yaml", settings=dict(zip(names, map(float, point), strict=True)))
        assert usd == pytest.approx(damages.estimate(again).at_base["expected_usd"], rel=1e-9)
    alone = damages.function(linkedin, ["due_process_share"])
    figure = damages.estimate(linkedin)  # each road's target: 5% above its own figure
    root = brentq(lambda share: alone([[share]])[0] - 1.05 * figure.at_base["expected_usd"], 0.02, 0.35)
    known = damages.break_even(linkedin, target=1.05 * figure.expected_usd, inputs=["due_process_share"]).values
    assert known["due_process_share"] == [pytest.approx(root, rel=0.01)]  # the others' means, or the others varying
    per_claimant = damages.function(linkedin, ["claims_rate"], of="usd_per_claimant")
    assert per_claimant([[0.02], [0.08]])[0] > per_claimant([[0.02], [0.08]])[1]
    with pytest.raises(ValueError, match=r"points have the shape \(n, 2\); got \(2,\)"):
        judgment([0.1, 0.3])
    with pytest.raises(
        damages.CaseError, match=r"clams_rate is not an amount of this case\. Did you mean claims_rate\?"
    ):
        damages.function(linkedin, ["clams_rate"])
    assert len(moving_inputs(linkedin)) > 10


def test_a_case_as_a_dict():
    content = yaml.safe_load((ROOT / "params" / "template.yaml").read_text())
    case, file = damages.load(content), damages.load("params/template.yaml")
    assert damages.estimate(case).headlines == damages.estimate(file).headlines
    content["inputs"]["claims_rate"]["value"] = 1.5
    with pytest.raises(damages.CaseError, match=r"case:\d+  inputs\.claims_rate\.value"):
        damages.load(content)
    content["inputs"]["claims_rate"]["value"] = np.float64(0.05)
    with pytest.raises(damages.CaseError, match="holds a float64; a case is made of dicts, lists, numbers"):
        damages.load(content)


def test_a_chart_is_drawn_on_axes_of_ones_own(linkedin):
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2)
    try:
        independent = damages.load("params/template.yaml")  # Sobol' indices ask for inputs that are not correlated
        for result, ax in zip((damages.tornado(linkedin), damages.sobol(independent, draws=256)), axes, strict=True):
            assert result.plot(ax) is ax
            assert ax.has_data()
    finally:
        plt.close(figure)
