"""Mutants of the shipped files: each is refused in words, or gives figures that are figures.

`make fuzz ARGS="--mutants 50000 --seed 1"` judges more of them, and by a stricter clock.
"""

from __future__ import annotations

from collections import Counter

import pytest
from conftest import ROOT
from fuzz import outcome as judging
from fuzz.mutants import BASES, QUICK, Mutant, mutant
from fuzz.outcome import ACCEPTED, FAILED, WITH_LINE, WITHOUT_LINE, judge, workshop

TEMPLATE = ROOT / "params" / "template.yaml"
PATIENT = 20.0  # seconds of the processor, ten times what `make fuzz` allows


@pytest.mark.slow
@pytest.mark.parametrize("first", [0, 1_000])
def test_mutants_are_refused_in_words_or_give_figures(first, tmp_path):
    folder, counts, failures = workshop(tmp_path), Counter(), []
    for number in range(first, first + 1_000):
        made = mutant(11, number, QUICK)
        found = judge(made, folder, PATIENT)
        counts[found.kind] += 1
        if found.kind in (FAILED, WITHOUT_LINE):
            failures.append(f"{number} {made.kind} {made.base.name} {made.settings or ''}: {found.words}")
    assert not failures, "\n".join(failures)
    assert counts[ACCEPTED] > 100
    assert counts[WITH_LINE] > 300


def test_a_seed_and_a_number_are_one_mutant():
    assert mutant(3, 14) == mutant(3, 14)
    assert len({mutant(3, number).text for number in range(12)}) > 9
    assert {base.name for base in BASES} > {"linkedin.yaml", "template.yaml", "linkedin_defence.yaml", "golan.yaml"}


@pytest.fixture
def verdict(tmp_path):
    folder = workshop(tmp_path)

    def of(*replaced, settings=(), seconds=PATIENT):
        text = TEMPLATE.read_text(encoding="utf-8")
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new)
        return judge(Mutant(0, "raw", TEMPLATE, text, settings), folder, seconds)

    return of


def test_the_judge_tells_what_came_of_it(verdict):
    assert verdict().kind == ACCEPTED
    assert verdict(("unit: people", "unit: peple")).kind == WITH_LINE
    assert verdict(settings=["claims_rate=2"]).kind == WITH_LINE
    assert verdict(settings=["nowhere=2"]).kind == WITH_LINE


def test_the_judge_sees_a_wrong_figure_a_traceback_and_a_late_refusal(verdict, monkeypatch):
    def wrong(change):
        found = judging.estimate
        monkeypatch.setattr(judging, "estimate", lambda case: change(found(case)))
        kind, words = verdict()[:2]
        monkeypatch.setattr(judging, "estimate", found)
        assert kind == FAILED
        return words

    def with_line(name, value):
        return lambda found: (found.lines.__setitem__(name, value), found)[1]

    assert "fund_usd is -3.0" in wrong(with_line("fund_usd", -3.0))
    assert "judgment_usd is nan" in wrong(with_line("judgment_usd", float("nan")))
    assert "fund: " in wrong(with_line("attorney_fee_usd", 1.0))
    assert "ZeroDivisionError at outside" in wrong(lambda _: 1 / 0)

    def late(case):
        raise judging.DamagesError("too late")

    monkeypatch.setattr(judging, "simulate", lambda case, **_: late(case))
    assert "passes the check and is refused after it: too late" in verdict().words


def test_the_judge_stops_what_takes_too_long(verdict, monkeypatch):
    def forever(*_, **__):
        while True:
            pass

    monkeypatch.setattr(judging, "load", forever)
    found = verdict(seconds=0.02)
    assert found.kind == FAILED
    assert "took over 0.1 s" in found.words
