"""Questions merged while they are answered, beside every pattern of answers one by one."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from math import prod

import build
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from patterns import answer_patterns

import damages
from damages.engine import figure, many_paths, paths, simulate, traced
from damages.engine.answers import Dependents, branches, chance_that
from damages.engine.paths import (
    Patterns,
    always_answered,
    answer_paths,
    base_values,
    chances_with,
    lines_by_path,
)
from damages.errors import CaseError
from damages.sensitivity.sample import sample
from damages.sensitivity.sobol import sobol
from damages.sensitivity.tornado import tornado

CHANCES = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])


@st.composite
def cases(draw):
    """Theories that need some of a few questions, one of which opens a multiplier, with conditional chances and relief."""
    count = draw(st.integers(1, 6))
    names = [f"q{i}" for i in range(count)]
    inputs = {"price": build.number("usd_per_month", 10), "months": build.number("months", 12)}
    inputs |= {"part": build.number("share", 0.5), "cost": build.number("usd", 1_000.0)}
    for i, name in enumerate(names):
        chance = draw(CHANCES)
        if i and draw(st.booleans()):
            chance = {"given": draw(st.sampled_from(names[:i])), "yes": chance, "no": draw(CHANCES)}
        inputs[name] = build.question(chance)
    theories, some = {}, st.lists(st.sampled_from(names), max_size=3, unique=True)
    for i in range(draw(st.integers(1, 4))):
        more = {"multiplier": {"when": draw(st.sampled_from(names)), "times": "twice"}} if draw(st.booleans()) else {}
        theories[f"t{i}"] = build.theory(
            "subscription_value",
            f"harm{i % 2}",
            price="price",
            months="months",
            share_lost="part",
            needs=draw(some),
            **more,
        )
    if any("multiplier" in theory for theory in theories.values()):
        inputs["twice"] = build.number("times", 2.0)
    parts = {"theories": theories, "inputs": inputs}
    parts["relief"] = {"notice": {"label": "Notice", "needs": names, "cost": "cost", "source": build.MADE_UP}}
    return parts


def the_state(case, answers):
    """What a pattern of answers decides, said a second time: what stands, what is paid for it, what is granted."""
    standing = tuple(name for name, theory in case.theories.items() if all(answers[need] for need in theory.needs))
    paid = tuple(
        (name, answers[case.theories[name].multiplier.when]) for name in standing if case.theories[name].multiplier
    )
    return standing, paid, all(answers.values())


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(cases(), st.data())
def test_merged_states_are_those_of_every_pattern(tmp_path_factory, parts, data):
    case = build.small(tmp_path_factory.mktemp("case"), **parts)
    one_by_one = defaultdict(float)
    for answers, chance in answer_patterns(case):
        one_by_one[the_state(case, answers)] += chance
    merged = {the_state(case, path.answers): path.chance for path in answer_paths(case)}
    assert len(merged) == len(answer_paths(case))
    assert merged == pytest.approx({state: chance for state, chance in one_by_one.items() if chance > 0}, rel=1e-12)

    known = data.draw(st.dictionaries(st.sampled_from(list(case.questions)), st.sampled_from([0.0, 1.0]), max_size=2))
    held = [(a, chance) for a, chance in answer_patterns(case) if all(a[q] == bit for q, bit in known.items())]
    assert chance_that(case, known) == pytest.approx(sum(chance for _, chance in held), abs=1e-15)
    for path, chance in zip(answer_paths(case), chances_with(case, answer_paths(case), known), strict=True):
        state = the_state(case, path.answers)
        assert chance == pytest.approx(sum(c for a, c in held if the_state(case, a) == state), abs=1e-15)

    questions = data.draw(st.lists(st.sampled_from(list(case.questions)), unique=True, max_size=3))
    table = defaultdict(float)
    for answers, chance in answer_patterns(case):
        table[tuple(answers[q] for q in questions), the_state(case, answers)] += chance
    by_answers = Patterns(case, answer_paths(case)).chances(questions)
    assert sorted(by_answers[by_answers > 0]) == pytest.approx(sorted(c for c in table.values() if c > 0), abs=1e-15)
    assert_allclose(by_answers.sum(axis=0), [path.chance for path in answer_paths(case)], rtol=1e-12)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(cases())
def test_the_expected_figures_are_those_of_every_pattern(tmp_path_factory, parts):
    case = build.small(tmp_path_factory.mktemp("case"), **parts)
    patterns = answer_patterns(case)
    every = lines_by_path(case, base_values(case), [answers for answers, _ in patterns])
    for name, figure_ in damages.estimate(case).expected.items():
        if name.endswith("_usd_per_entitled"):
            continue  # where the theory fails nobody is entitled, so what its sum would be is not kept apart
        one_by_one = sum(chance * np.ravel(lines[name]) for (_, chance), lines in zip(patterns, every, strict=True))
        assert_allclose(np.ravel(figure_), one_by_one, rtol=1e-10, atol=1e-9, err_msg=name)


@settings(max_examples=20, deadline=None)
@given(cases())
def test_what_every_pattern_of_a_path_has_in_common(tmp_path_factory, parts):
    case = build.small(tmp_path_factory.mktemp("case"), **parts)
    together = defaultdict(list)
    for answers, chance in answer_patterns(case):
        if chance > 0:
            together[the_state(case, answers)].append(answers)
    found = answer_paths(case)
    for path, always in zip(found, always_answered(case, found), strict=True):
        patterns = together[the_state(case, path.answers)]
        assert path.answers in patterns
        assert always == {q for q in case.questions if len({answers[q] for answers in patterns}) == 1}


@settings(max_examples=30, deadline=None)
@given(cases())
def test_the_merged_tree_leads_to_the_same_chances(tmp_path_factory, parts):
    """Chances carried along the branches, as the workbook does, end in the chances of the states."""
    case = build.small(tmp_path_factory.mktemp("case"), **parts)
    steps, ends = branches(case, Dependents.of(case, pleaded_only=False))
    chances = {0: 1.0}
    for question in case.questions:
        after = defaultdict(float)
        for step in (step for step in steps if step.question == question):
            chance = case.questions[question].chance
            while isinstance(chance, dict):
                chance = chance["yes" if step.answers[chance["given"]] else "no"]
            share = 1.0 if step.answer is None else chance if step.answer else 1.0 - chance
            after[step.after] += chances[step.before] * share
        chances = after
    assert [chances[i] for i in range(len(ends.chance))] == pytest.approx(ends.chance.tolist(), abs=1e-14)


def many_theories(tmp_path, questions, theories, needs, price=lambda i: 10.0 + i):
    inputs = {f"q{i}": build.question(0.5 + i / 100) for i in range(questions)}
    inputs |= {f"p{i}": build.number("usd_per_month", price(i)) for i in range(theories)}
    inputs |= {"months": build.number("months", 10), "part": build.number("share", 0.5)}
    made = {
        f"t{i}": build.theory(
            "subscription_value", f"harm{i}", price=f"p{i}", months="months", share_lost="part", needs=needs(i)
        )
        for i in range(theories)
    }
    return build.small(tmp_path, theories=made, inputs=inputs)


@pytest.mark.slow
def test_forty_questions_in_fifteen_theories_of_fifteen_harms(tmp_path):
    """Every theory on questions of its own beside one that all need: 1,000 × 10 months × half the price × its chance."""
    case = many_theories(tmp_path, 40, 15, lambda i: ["q0", *(f"q{j}" for j in range(1, 40) if j % 15 == i)])
    by_hand = sum(
        1_000 * 10 * 0.5 * (10.0 + i) * 0.5 * prod(0.5 + j / 100 for j in range(1, 40) if j % 15 == i)
        for i in range(15)
    )
    estimate = damages.estimate(case)
    assert estimate.expected_usd == pytest.approx(by_hand, rel=1e-12)
    assert len(estimate.paths) == 2**15
    assert sum(path.chance for path in estimate.paths) == pytest.approx(1.0, abs=1e-12)
    alone = [prod(0.5 + j / 100 for j in range(1, 40) if j % 15 == i) for i in range(15)]
    assert estimate.chance_of_recovery == pytest.approx(0.5 * (1 - prod(1 - chance for chance in alone)), rel=1e-12)


def test_forty_questions_in_a_row(tmp_path):
    """Each theory needs what the one before it needs and more: sixteen results, not 2 to the 40."""
    case = many_theories(tmp_path, 40, 15, lambda i: [f"q{j}" for j in range(40 if i == 14 else 2 * i + 1)])
    assert len(answer_paths(case)) == 16
    by_hand = sum(
        5_000 * (10.0 + i) * prod(0.5 + j / 100 for j in range(40 if i == 14 else 2 * i + 1)) for i in range(15)
    )
    assert damages.estimate(case).expected_usd == pytest.approx(by_hand, rel=1e-12)


def test_too_many_results_are_refused(tmp_path):
    with pytest.raises(
        CaseError, match=r"yaml:\d+  inputs\.q16: with this question .* more than 65,536 different results"
    ):
        many_theories(tmp_path, 18, 18, lambda i: [f"q{i}"])


@pytest.mark.slow
def test_paths_worked_out_together_say_what_paths_worked_out_alone_say(good, monkeypatch):
    """The simulation, the tornado and the draws of a case with few paths, read as if it had many."""
    few, swings, alone = damages.simulate(good, draws=4096), tornado(good), _sample(good)
    for module in (paths, simulate, figure, traced):
        monkeypatch.setattr(module, "MANY_PATHS", 0)
    many, together = damages.simulate(good, draws=4096), _sample(good)
    assert many.draws == few.draws
    assert not many.exact
    for name, summary in few.lines.items():
        assert many.lines[name].mean.value == pytest.approx(summary.mean.value, rel=1e-12), name
        for level, one in summary.percentiles.items():
            assert many.lines[name][level].value == pytest.approx(one.value, rel=2.0**-12, abs=1e-9), (name, level)
    for name, summary in few.if_recovered.items():
        assert many.if_recovered[name].mean.value == pytest.approx(summary.mean.value, rel=1e-12), name
    assert many.chance_of_recovery.value == pytest.approx(few.chance_of_recovery.value, rel=1e-12)
    for one, other in zip(swings.swings, tornado(good).swings, strict=True):
        assert (one.name, one.at_low, one.at_high) == (
            other.name,
            pytest.approx(other.at_low),
            pytest.approx(other.at_high),
        )
    for line, figures in alone.figures.items():
        assert_allclose(together.figures[line], figures, rtol=1e-12, err_msg=line)


def _sample(case):
    return sample(case, draws=1_024)


@pytest.mark.slow
def test_a_case_with_many_paths_takes_fewer_draws_and_says_so(tmp_path):
    case = many_theories(
        tmp_path, 9, 9, lambda i: [f"q{i}"], lambda i: {"low": 10.0 + i, "likely": 12.0 + i, "high": 20.0 + i}
    )
    simulation = damages.simulate(case)
    assert len(simulation.paths) == 512
    assert simulation.draws == 4_096
    expected = simulation.lines["expected_usd"].mean
    by_hand = sum(5_000 * (13.0 + i) * (0.5 + i / 100) for i in range(9))  # a PERT's mean: (10 + 4 × 12 + 20) / 6 = 13
    assert abs(expected.value - by_hand) <= 2 * expected.error < 0.001 * by_hand
    precise = damages.simulate(case, precision=1e-9)
    assert precise.draws <= simulate.MOST_TOGETHER // 512
    assert precise.not_converged


def test_methods_that_keep_draws_of_every_path_refuse_very_many(tmp_path):
    case = many_theories(tmp_path, 11, 11, lambda i: [f"q{i}"], lambda i: {"low": 10.0, "likely": 12.0, "high": 20.0})
    with pytest.raises(CaseError, match=r"2,048 distinct results .* takes up to 1,024"):
        _sample(case)
    with pytest.raises(CaseError, match="2,048 distinct results"):
        sobol(case)
    assert tornado(case).swings


@pytest.mark.slow
def test_workers_give_the_same_figures_with_many_paths(good, monkeypatch):
    monkeypatch.setattr(simulate, "MANY_PATHS", 0)
    alone = damages.simulate(good, draws=1024)
    with ThreadPoolExecutor(2) as threads:
        assert damages.simulate(good, draws=1024, executor=threads).lines == alone.lines
    assert many_paths.BLOCK_POWER < 7  # a replicate of 128 draws takes more than one block
