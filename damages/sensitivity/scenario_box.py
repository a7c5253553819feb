"""A scenario box: the few inputs, and how high or low, that go with a figure passing a sum.

Found by peeling (the patient rule induction method, PRIM): from all the draws, the twentieth that leaves the
highest share of passing draws is cut off, again and again. Of the boxes on the way the one with the
best balance of coverage and density is kept, then freed of limits that do little. What is said of
it is measured on draws that it was not found on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from damages.case.schema import Case
from damages.engine.figure import of_amounts_alone
from damages.engine.percentiles import Measured
from damages.sensitivity.registry import method
from damages.sensitivity.sample import DRAWS, averaged, high_sum
from damages.sensitivity.sample import sample as sample_of
from damages.shows import Shows

PEELED = 0.05
SMALLEST = 0.01  # the least share of the draws that a box may hold
FEWEST = 100  # draws on either side of the sum
MOST_LIMITS = 4
LITTLE = 0.02  # of the balance: a limit that does less is dropped


@dataclass(frozen=True)
class Limit:
    """One side of a box: an input at least or at most so much, and the percentile of its range at which that is."""

    name: str
    group: str
    at_least: bool
    value: float
    level: float


@dataclass(frozen=True)
class Box(Shows):
    """A region of the inputs in which a figure mostly passes a sum.

    Attributes
    ----------
    limits : empty when no box is better than all the draws together
    coverage : of the draws that pass, the share inside the box
    density : of the draws inside the box, the share that pass
    mass : the share of all draws inside
    chance : of all draws, the share that pass
    """

    case: Case = field(repr=False)
    of: str
    above: float
    limits: tuple[Limit, ...]
    coverage: Measured
    density: Measured
    mass: Measured
    chance: Measured


@method
def scenario_box(
    case: Case, *, of: str = "exposure_usd", above: float | None = None, draws: int = DRAWS, seed: int = 0
) -> Box:
    """The range of a few inputs that best separates the draws of a headline above a sum from the rest.

    Parameters
    ----------
    of : a headline
    above : the sum; when left out, one that the headline seldom passes (`high_sum`)
    draws : at least this many

    It is found on half of the replicates and measured on the other half.

    Raises
    ------
    CaseError : a line that depends on the answers to questions

    Notes
    -----
    Found by the patient rule induction method (PRIM) on half of the draws, and measured on the other half.

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> damages.scenario_box(case, above=1e9, draws=8_192).limits[0].name
    'standing_share'
    """
    of_amounts_alone(case, of, "boxes")
    sample = sample_of(case, of=[of], draws=draws, seed=seed)
    above = high_sum(sample, of) if above is None else above
    half = sample.draws // sample.replicates * (sample.replicates // 2)
    passes = sample.figures[of][0] > above
    moving = sample.moving(of)
    sides = _best(sample.values[moving][:, :half], passes[:half])
    limits = tuple(
        Limit(
            sample.columns[moving[i]].name,
            sample.columns[moving[i]].group,
            at_least,
            value,
            float(np.mean(sample.values[moving[i]] < value if at_least else sample.values[moving[i]] <= value)),
        )
        for i, at_least, value in sides
    )
    inside = _inside(sample.values[moving][:, half:], sides)
    fresh = replace(sample, replicates=sample.replicates - sample.replicates // 2, values=sample.values[:, half:])
    held, passing, both = (fresh.means(x.astype(float)) for x in (inside, passes[half:], inside & passes[half:]))
    return Box(case, of, above, limits, _part(both, passing), _part(both, held), averaged(held), averaged(passing))


Side = tuple[int, bool, float]


def _best(values: np.ndarray, passes: np.ndarray) -> list[Side]:
    """The sides of the best box; none when too few draws pass, or too few do not, to tell the two apart."""
    if min(passes.sum(), (~passes).sum()) < FEWEST:
        return []
    best, best_balance = [], _balance(np.ones(len(passes), dtype=bool), passes)
    for sides in _peeled(values, passes):
        sides = _without_idle(values, passes, sides)
        balance = _balance(_inside(values, sides), passes)
        if balance > best_balance:
            best, best_balance = sides, balance
    return best


def _peeled(values: np.ndarray, passes: np.ndarray) -> list[list[Side]]:
    """The boxes on the way: each cuts off the end of one input whose loss leaves the highest share passing."""
    limits: dict[tuple[int, bool], float] = {}
    found: list[list[Side]] = []
    inside = np.ones(len(passes), dtype=bool)
    orders = list(np.argsort(values, axis=1, kind="stable"))  # of each input, the draws that are left, in rising order
    while inside.sum() * (1 - PEELED) > SMALLEST * len(passes) and not passes[inside].all():
        choices: list[tuple[float, int, int, bool, float, np.ndarray]] = []
        for i, order in enumerate(orders):
            column, passing = values[i, order], np.cumsum(passes[order])
            low, high = _quantile(column, PEELED), _quantile(column, 1 - PEELED)
            first, after = int(column.searchsorted(low, side="right")), int(column.searchsorted(high, side="left"))
            if 0 < first < len(order):
                share = float(passing[-1] - passing[first - 1]) / (len(order) - first)
                choices.append((share, -len(choices), i, True, float(column[first]), order[:first]))
            if 0 < after < len(order):
                choices.append(
                    (
                        float(passing[after - 1]) / after,
                        -len(choices),
                        i,
                        False,
                        float(column[after - 1]),
                        order[after:],
                    )
                )
        if not choices:
            break
        _, _, i, at_least, value, out = max(choices, key=lambda choice: choice[:2])
        limits[i, at_least] = value  # itself inside
        inside[out] = False
        orders = [order[inside[order]] for order in orders]
        found.append([(i, at_least, value) for (i, at_least), value in limits.items()])
    return found


def _quantile(rising: np.ndarray, level: float) -> float:
    """A quantile of values in rising order, between two neighbours on the line that joins them."""
    place = level * (len(rising) - 1)
    before = int(place)
    low, high = float(rising[before]), float(rising[min(before + 1, len(rising) - 1)])
    return low + (high - low) * (place - before)


def _without_idle(values: np.ndarray, passes: np.ndarray, sides: list[Side]) -> list[Side]:
    """The same box without the sides that do little, and with few enough to be said in a sentence."""
    while sides:
        shorter = [[side for side in sides if side is not out] for out in sides]
        balances = [_balance(_inside(values, one), passes) for one in shorter]
        here = _balance(_inside(values, sides), passes)
        if max(balances) < here * (1 - LITTLE) and len(sides) <= MOST_LIMITS:
            return sides
        sides = shorter[int(np.argmax(balances))]
    return sides


def _inside(values: np.ndarray, sides: list[Side]) -> np.ndarray:
    inside = np.ones(values.shape[1], dtype=bool)
    for i, at_least, value in sides:
        inside &= values[i] >= value if at_least else values[i] <= value
    return inside


def _balance(inside: np.ndarray, passes: np.ndarray) -> float:
    """The harmonic mean of coverage and density."""
    return 2.0 * float((inside & passes).sum()) / float(inside.sum() + passes.sum())


def _part(parts: np.ndarray, wholes: np.ndarray) -> Measured:
    """A share of two averages over the replicates; 0 of nothing."""
    if not wholes.mean() > 0:
        return Measured(0.0, 0.0)
    share = float(parts.mean() / wholes.mean())
    return Measured(share, averaged((parts - share * wholes) / wholes.mean()).error)
