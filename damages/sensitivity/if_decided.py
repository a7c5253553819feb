"""The theory switchboard: what is left when a theory falls, and where theories pay for the same harm.

A damages model must measure only the harm of the theories that stand (Comcast v. Behrend (2013)),
so when a theory fails, its damages go with it. This module also gives the expected judgment once each answer is certain.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from damages.case.schema import Case
from damages.decisions.litigation import standings
from damages.engine.answers import chance_that
from damages.engine.estimate import estimate
from damages.engine.simulate import DRAWS
from damages.reader.digits import settled
from damages.sensitivity.held import Held
from damages.sensitivity.registry import method
from damages.shows import Shows


@dataclass(frozen=True)
class Fallen:
    """What is left when some theories fall."""

    theories: tuple[str, ...]
    exposure_usd: float
    expected_usd: float


def without(case: Case, fallen: Iterable[str]) -> Case:
    """The same case with some theories dropped."""
    dropped = {f"{name}_pleaded": case.inputs[f"{name}_pleaded"].model_copy(update={"value": "no"}) for name in fallen}
    return case.model_copy(update={"inputs": {**case.inputs, **dropped}})


def _pleaded(case: Case) -> list[str]:
    return [name for name in case.theories if case.inputs[f"{name}_pleaded"].value == "yes"]


def if_theories_fail(case: Case) -> list[Fallen]:
    """Nothing fallen, then each theory, then each pair. Theories that are not pleaded are left out.

    Returns
    -------
    list of Fallen : the theories that fail, and the exposure and the expected judgment that are left; USD, means over answers and draws

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> found = {row.theories: round(row.expected_usd) for row in damages.if_theories_fail(case)}
    >>> found[()], found[("sca",)]
    (1213748, 412038)
    """
    pleaded = _pleaded(case)
    sets = [(), *((name,) for name in pleaded), *combinations(pleaded, 2)]
    found = []
    for fallen in sets:
        left = estimate(without(case, fallen))
        found.append(Fallen(tuple(fallen), left.exposure_usd, left.expected_usd))
    return found


def theory_overlap(case: Case) -> dict[tuple[str, str], float]:
    """For each pair of pleaded theories, the class award that both would pay for: USD, every question answered for the class.

    Alone they would pay A and B, together C; the overlap A + B − C is what one recovery for each
    harm takes away. On the diagonal stands what the theory pays alone.

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> overlap = damages.theory_overlap(case)
    >>> round(overlap["contract", "ucl"]) == round(overlap["ucl", "ucl"])  # restitution returns the price that the contract does
    True
    """
    pleaded = _pleaded(case)

    def award(*kept: str) -> float:
        return float(estimate(without(case, [name for name in pleaded if name not in kept])).lines["class_award_usd"])

    alone = {name: award(name) for name in pleaded}
    pairs = {
        (first, second): alone[first] + alone[second] - award(first, second)
        for first, second in combinations(pleaded, 2)
    }
    return (
        {(name, name): usd for name, usd in alone.items()}
        | pairs
        | {(second, first): usd for (first, second), usd in pairs.items()}
    )


@dataclass(frozen=True)
class Decided:
    """What it would mean for the expected judgment if one answer became certain, or one theory's fate.

    ``chance`` is that of a yes, or of the theory standing; ``usd_if_no`` is the expected judgment
    when the theory fails and its damages go with it.
    """

    name: str
    is_theory: bool
    chance: float
    usd_if_no: float
    usd_if_yes: float
    base_usd: float


@dataclass(frozen=True)
class IfDecided(Shows):
    """Every question and every pleaded theory, those whose certainty moves the expected judgment furthest first."""

    case: Case = field(repr=False)
    rows: tuple[Decided, ...]


@method
def if_decided(case: Case, *, draws: int = DRAWS, seed: int = 0) -> IfDecided:
    """The expected judgment if an answer, or a theory's fate, became certain.

    Every question and every pleaded theory, those whose certainty moves the expected judgment furthest first.

    Parameters
    ----------
    draws : of the simulation whose means these are

    Returns
    -------
    IfDecided : for each, the chance of yes, and the expected judgment with a certain no and a certain yes; USD, means over the draws

    Notes
    -----
    When a theory fails its damages go with it (Comcast v. Behrend (2013)); when it stands, every question it needs is answered yes.

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> found = {row.name: row for row in damages.if_decided(case).rows}["certified_sca"]
    >>> round(found.usd_if_no), round(found.usd_if_yes)  # without it the contract and restitution still pay
    (374580, 2842722)
    """
    held = Held(case, "expected_usd", draws, seed)
    base, when = held.base, held.answered
    found = []
    for name in case.questions:
        chance = chance_that(case, {name: 1.0})
        found.append(Decided(name, False, chance, when({name: 0.0}), when({name: 1.0}), base))
    for standing in standings(case):
        if standing.theory in _pleaded(case):
            yes = when(dict.fromkeys(case.theories[standing.theory].needs, 1.0))
            no = Held(without(case, [standing.theory]), "expected_usd", draws, seed).base
            found.append(Decided(standing.theory, True, standing.chance, no, yes, base))
    return IfDecided(case, tuple(sorted(found, key=lambda one: -settled(abs(one.usd_if_yes - one.usd_if_no)))))
