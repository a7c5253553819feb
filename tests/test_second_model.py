"""The library against a second model in plain loops (`second_model.py`), written apart from it."""

from __future__ import annotations

import numpy as np
import pytest
import second_model
import yaml
from conftest import CASES, ROOT
from numpy.testing import assert_allclose
from patterns import answer_patterns

import damages
from damages.engine.draws import Sampler, uniforms
from damages.engine.paths import lines_by_path

STATUTES = yaml.safe_load((ROOT / "params" / "statutes.yaml").read_text(encoding="utf-8"))
FILES = {
    "linkedin": ROOT / "params" / "linkedin.yaml",
    "template": ROOT / "params" / "template.yaml",
    "good": CASES / "good.yaml",
    "rules": CASES / "rules.yaml",
}


def raw(name):
    return yaml.safe_load(FILES[name].read_text(encoding="utf-8"))


def reader(case, values):
    """How the second model looks up an input: by name and group, from the library's own draws."""

    def value(name, group):
        given = np.ravel(values[name])
        return float(given[list(case.groups).index(group)] if len(given) > 1 else given[0])

    return value


def base_reader(case):
    return reader(
        case, {name: np.array([shape.base for shape in shapes.values()]) for name, shapes in case.shapes.items()}
    )


@pytest.mark.parametrize("name", FILES)
def test_every_line_at_base_values(name):
    case = damages.load(FILES[name])
    estimate = damages.estimate(case)
    answers = {question: given.favours != "no" for question, given in case.questions.items()}
    expected = second_model.judgment(raw(name), STATUTES, base_reader(case), answers)
    compared = [line for line in expected if line in estimate.lines]
    assert len(compared) >= 10
    for line in compared:
        assert_allclose(estimate.lines[line], expected[line], rtol=1e-10, atol=1e-6, err_msg=line)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("line", ["judgment_usd", "usd_per_claimant", "net_fund_usd"])
def test_expected_over_all_answers(name, line):
    case = damages.load(FILES[name])
    assert_allclose(
        damages.estimate(case).expected[line],
        second_model.expected(raw(name), STATUTES, base_reader(case), line),
        rtol=1e-10,
    )


@pytest.mark.parametrize("name", ["linkedin", "good", "rules"])
def test_drawn_values_and_every_pattern_of_answers(name):
    """Sixteen draws of every input, each with 24 patterns of answers: arrays against loops."""
    case = damages.load(FILES[name])
    sampler = Sampler(case)
    values = sampler.values(uniforms(7, 0, 4, len(sampler.columns)))
    patterns = [answers for answers, _ in answer_patterns(case)]
    chosen = patterns[:: max(1, len(patterns) // 24)]
    content = raw(name)
    for answers, lines in zip(chosen, lines_by_path(case, values, chosen), strict=True):
        for row in range(16):
            at = {
                key: given[row] if isinstance(given, np.ndarray) and given.ndim == 2 else given
                for key, given in values.items()
            }
            numbers = {key: given for key, given in at.items() if not isinstance(given, str)}
            expected = second_model.judgment(content, STATUTES, reader(case, numbers), answers)
            for line, figure in expected.items():
                got = np.broadcast_to(np.ravel(lines[line]), (16,))[row] if line in lines else 0.0
                assert_allclose(got, figure, rtol=1e-9, atol=1e-6, err_msg=f"{line} in row {row}")


def test_a_dropped_theory_takes_its_damages_along():
    case = damages.load(FILES["linkedin"], settings={"theories.sca.pleaded": False})
    expected = second_model.expected(raw("linkedin"), STATUTES, base_reader(case), dropped=("sca",))
    assert_allclose(damages.estimate(case).expected_usd, expected, rtol=1e-10)
    assert damages.estimate(case).lines["sca_award_usd"] == 0.0
