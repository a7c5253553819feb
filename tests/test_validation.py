"""The known answers: all are met, none has vanished, and none is met only because much is allowed."""

from __future__ import annotations

from collections import Counter

import pytest
from known_answers import validate

from damages.precedents.known_answers import Check, known_answers

# How many answers each group has, and how far ours may at most lie from one: of itself, or as such.
GROUPS = {
    "Distributions": (36, "relative", 1e-9),
    "Sobol' indices": (16, "absolute", 0.02),
    "Shapley effects": (3, "absolute", 0.02),
    "Percentiles": (7, "relative", 0.01),
    "Coverage": (15, "absolute", 0.04),
    "Retention fitted": (6, "relative", 0.001),
    "Retention projected": (10, "absolute", 2.0),
    "Choice model": (7, "relative", 0.001),
    "LinkedIn Sobol' indices": (28, "absolute", 0.015),
    "LinkedIn rank correlations": (7, "absolute", 0.035),
    "LinkedIn most likely point": (7, "absolute", 0.002),
}


@pytest.mark.slow
def test_every_known_answer_is_met():
    checks, table = validate(), known_answers()
    assert [(check.group, check.what, check.source) for check in checks] == [
        (check.group, check.what, check.source) for check in table
    ], "make the table again: python tests/known_answers.py"
    for check, shown in zip(checks, table, strict=True):
        assert (shown.known, shown.within) == (pytest.approx(check.known), pytest.approx(check.within)), check
        assert shown.ours == pytest.approx(check.ours, rel=1e-6, abs=1e-9), check
    assert [check.what for check in checks if not check.holds] == []
    assert Counter(check.group for check in checks) == {group: count for group, (count, _, _) in GROUPS.items()}
    for check in checks:
        _, kind, most = GROUPS[check.group]
        allowed = most * (abs(check.known) if kind == "relative" and check.known else 1.0)
        assert 0.0 <= check.within <= allowed * (1 + 1e-9), check
        assert abs(check.ours - check.known) <= check.within * (1 + 1e-9), check  # said without `holds`
        assert check.source


def test_an_answer_that_is_missed_is_seen():
    def holds(known, ours, within):
        return Check("group", "what", known, ours, within, "source").holds

    assert holds(1.0, 1.5, 0.5)
    assert holds(1.5, 1.0, 0.5)
    assert holds(-1.0, -1.5, 0.5)
    assert not holds(1.0, 1.51, 0.5)
    assert not holds(1.51, 1.0, 0.5)
    assert not holds(1.0, -1.0, 0.5)
    assert not holds(1.0, float("nan"), 0.5)


def test_some_groups_alone():
    assert {check.group for check in validate(["retention"])} == {"Retention fitted", "Retention projected"}
    assert {check.group for check in validate(["coverage", "retention"])} > {"Coverage"}
