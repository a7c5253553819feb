"""Every pattern of answers, one by one: the slow way to what the library merges."""

from __future__ import annotations

from itertools import product


def answer_patterns(case):
    """Every pattern of answers with its chance, in the order of the case file."""
    questions = list(case.questions)
    patterns = []
    for bits in product((1.0, 0.0), repeat=len(questions)):
        answers = dict(zip(questions, bits, strict=True))
        chance = 1.0
        for name, bit in answers.items():
            yes = chance_of_yes(case.questions[name].chance, answers)
            chance *= yes if bit else 1.0 - yes
        patterns.append((answers, chance))
    return patterns


def chance_of_yes(chance, answers):
    """The chance of yes, given the answers to the questions before it."""
    while isinstance(chance, dict):
        chance = chance["yes" if answers[chance["given"]] else "no"]
    return float(chance)
