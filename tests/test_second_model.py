"""The library against a second model in plain loops (`second_model.py`), written apart from it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import second_model
import yaml
from conftest import CASES, ROOT
from generated_cases import generated
from patterns import answer_patterns

import damages
from damages.engine.draws import Sampler, uniforms
from damages.engine.paths import base_values, lines_by_path

STATUTES = yaml.safe_load((ROOT / "params" / "statutes.yaml").read_text(encoding="utf-8"))
FILES = {
    "linkedin": ROOT / "params" / "linkedin.yaml",
    "template": ROOT / "params" / "template.yaml",
    "good": CASES / "good.yaml",
    "rules": CASES / "rules.yaml",
}
QUICK, SLOW = range(60), [range(60, 1_000), range(1_000, 2_000)]
NEAR = {"rel_tol": 1e-9, "abs_tol": 1e-6}


FEATURES = """
limit limitation gate proven class_cap named_plaintiffs awarded days units counted_by enhanced as_of profits
actual multiplier cap unless billing free_months tax refunds lost usd pleaded groups mix turnover methods
weights exclude due_process asked share usd_per_member times_actual above punitive ratio most_ratio when
offsets interest kind base post_judgment payout automatic claims_rate residue fund claimants channels
distribution per_claim most least_cheque cashed second fee_share shifted_fee costs administration per_notice
service_award relief theories given
"""


def raw(name):
    return yaml.safe_load(FILES[name].read_text(encoding="utf-8"))


def reader(case, values):
    """How the second model looks up an input: by name and group, from the library's own draws."""
    place = {group: i for i, group in enumerate(case.groups)}
    flat = {name: np.ravel(given) for name, given in values.items() if not isinstance(given, str)}

    def value(name, group):
        given = flat[name]
        return float(given[place[group]] if len(given) > 1 else given[0])

    return value


def base_reader(case):
    return reader(case, base_values(case))


def at_row(figure, row):
    """A line's figures in one draw: of the class, or of each group."""
    figure = np.asarray(figure)
    return figure[row if len(figure) > 1 else 0] if figure.ndim == 2 else figure


def differences(case, found, expected, row=0):
    """The lines that both have and that differ: [(line, library, second model), …]."""
    wrong, shared = [], 0
    for line, figure in expected.items():
        if line not in found:
            continue
        shared += 1
        ours = np.ravel(at_row(found[line], row))
        theirs = [figure[group] for group in case.groups] if isinstance(figure, dict) else [figure]
        ours = np.broadcast_to(ours, (len(theirs),)) if len(ours) == 1 else ours
        if line.endswith("_usd_per_entitled"):  # the library says what a member would get where nobody is entitled
            open_to = [share > 0 for share in expected[line.replace("_usd_per_entitled", "_entitled_share")].values()]
            ours, theirs = np.where(open_to, ours, 0.0), np.where(open_to, theirs, 0.0)
        if not all(math.isclose(a, b, **NEAR) for a, b in zip(ours, theirs, strict=True)):
            wrong.append((line, list(map(float, ours)), list(map(float, theirs))))
    assert shared >= 15
    return wrong


def compare(content, path=None, most=6):
    """All differences of one case at base values: lines under some patterns of answers, and the readings."""
    case = damages.load(path or content)
    values = base_values(case)
    value = reader(case, values)
    patterns = [answers for answers, _ in answer_patterns(case)]
    chosen = [*patterns[:: max(1, len(patterns) // most)], second_model.answers_for_class(content)]
    wrong = []
    for answers, found in zip(chosen, lines_by_path(case, values, chosen), strict=True):
        expected = second_model.judgment(content, STATUTES, value, answers)
        wrong += [(answers, *difference) for difference in differences(case, found, expected)]
    return wrong + readings(content, case, value)


def readings(content, case, value):
    """Expected, exposure and full recovery, of the judgment and of each claim; and every line on average."""
    estimate = damages.estimate(case)
    average = second_model.averaged(content, STATUTES, value)
    full = second_model.full_recovery(content, STATUTES, value)
    ours = estimate.at_base | {
        f"{name}_full_recovery_usd": estimate.full[f"{name}_claim_usd"] for name in case.theories
    }
    theirs = full | {
        "expected_usd": average["judgment_usd"],
        "exposure_usd": second_model.exposure(content, STATUTES, value),
    }
    wrong = [
        ("reading", line, float(np.ravel(ours[line])[0]), figure)
        for line, figure in theirs.items()
        if not math.isclose(float(np.ravel(ours[line])[0]), figure, **NEAR)
    ]
    return wrong + [("average", *difference) for difference in differences(case, estimate.expected, average)]


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.slow] * (n == "linkedin")) for n in FILES])
def test_shipped_cases_at_base_values(name):
    assert compare(raw(name), path=FILES[name]) == []


@pytest.mark.parametrize("name", ["linkedin", "good", "rules"])
def test_drawn_values_and_patterns_of_answers(name):
    """Sixteen draws of every input, each with 24 patterns of answers: arrays against loops."""
    case, content = damages.load(FILES[name]), raw(name)
    sampler = Sampler(case)
    values = sampler.values(uniforms(7, 0, 4, len(sampler.columns)))
    patterns = [answers for answers, _ in answer_patterns(case)]
    chosen = patterns[:: max(1, len(patterns) // 24)]
    for answers, found in zip(chosen, lines_by_path(case, values, chosen), strict=True):
        for row in range(16):
            value = reader(
                case, {key: given if isinstance(given, str) else at_row(given, row) for key, given in values.items()}
            )
            expected = second_model.judgment(content, STATUTES, value, answers)
            assert differences(case, found, expected, row) == [], row


def test_a_dropped_theory_takes_its_damages_along():
    case, content = damages.load(FILES["linkedin"], settings={"theories.sca.pleaded": False}), raw("linkedin")
    answers = second_model.answers_for_class(content)
    expected = second_model.judgment(content, STATUTES, base_reader(case), answers, dropped=("sca",))
    [found] = lines_by_path(case, base_values(case), [answers])
    assert differences(case, found, expected) == []
    assert float(np.ravel(found["sca_award_usd"])[0]) == expected["sca_award_usd"] == 0.0


@pytest.mark.filterwarnings("ignore::damages.DamagesWarning")
@pytest.mark.parametrize("seeds", [QUICK, *(pytest.param(part, marks=pytest.mark.slow) for part in SLOW)], ids=str)
def test_cases_made_by_chance(seeds):
    """Every line both have, under patterns of answers and on average, and every reading."""
    wrong = {seed: found for seed in seeds if (found := compare(generated(seed)))}
    assert wrong == {}


def test_the_made_cases_have_every_feature():
    """What the comparison is worth depends on what it saw: every key of the grammar that a made case can have."""
    seen = {key for seed in range(300) for key in keys(generated(seed))}
    assert set(FEATURES.split()) <= seen


def keys(tree):
    if isinstance(tree, dict):
        for key, inside in tree.items():
            yield key
            yield from keys(inside)
    elif isinstance(tree, list):
        for inside in tree:
            yield from keys(inside)
