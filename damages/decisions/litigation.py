"""Litigating or settling: the chance that each theory stands, and what each side would accept or pay today."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from damages.case.schema import Case
from damages.engine.answers import chance_that
from damages.engine.simulate import Simulation
from damages.ranges.quantiles import quantiles


@dataclass(frozen=True)
class Standing:
    """One theory: the chance that it stands after each question it needs, in order."""

    theory: str
    after: tuple[tuple[str, float], ...]

    @property
    def chance(self) -> float:
        return self.after[-1][1] if self.after else 1.0


def standings(case: Case) -> list[Standing]:
    """For each theory, the chance that it is still there after each question it needs."""
    found = []
    for name, theory in case.theories.items():
        steps = []
        for count in range(1, len(theory.needs) + 1):
            needed = theory.needs[:count]
            chance = chance_that(case, dict.fromkeys(needed, 1.0))
            steps.append((theory.needs[count - 1], chance if case.inputs[f"{name}_pleaded"].value == "yes" else 0.0))
        found.append(Standing(name, tuple(steps)))
    return found


@dataclass(frozen=True)
class SettlementZone:
    """What each side expects from litigating to judgment, present value in USD.

    ``plaintiffs_usd`` is the expected judgment less the plaintiffs' further costs: less than that
    they would not take. ``defendant_usd`` is what the defendant expects to pay plus its further
    costs: more than that it would not give. Between the two lies the zone; when the first is
    greater there is none.
    """

    plaintiffs_usd: float
    defendant_usd: float
    discount: float

    @property
    def exists(self) -> bool:
        return self.plaintiffs_usd <= self.defendant_usd


def settlement_zone(simulation: Simulation) -> SettlementZone | None:
    """The zone of possible agreement from the expected figures; None when the case names no litigation costs.

    Both sides are taken to see the case as it is modeled here and to weigh money, not risk.

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> zone = damages.settlement_zone(damages.simulate(case, draws=4_096))
    >>> zone.plaintiffs_usd < zone.defendant_usd
    True
    """
    case = simulation.case
    terms = case.litigation
    if terms is None:
        return None
    mean = {name: _mean(case, name) for name in (terms.plaintiff_costs, terms.defence_costs)}
    # On average over their ranges; each is taken not to move with the judgment.
    rates, years = (_spread(case, name) for name in (terms.discount_rate, terms.years_to_judgment))
    discount = float(np.mean((1.0 + rates[:, None]) ** -years))
    expected = simulation.lines["judgment_usd"].mean.value * discount
    paid = simulation.lines["defendant_pays_usd"].mean.value * discount
    return SettlementZone(max(expected - mean[terms.plaintiff_costs], 0.0), paid + mean[terms.defence_costs], discount)


def _spread(case: Case, name: str) -> np.ndarray:
    """Values of an input at even steps of the chance."""
    shape = case.shapes[name][""]
    return np.array([shape.base]) if shape.is_fixed else quantiles(shape)((np.arange(512) + 0.5) / 512)


def _mean(case: Case, name: str) -> float:
    shape = case.shapes[name][""]
    return shape.base if shape.is_fixed else float(shape.law.mean())
