"""A figure over the values of two inputs, or of three."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from damages.case.schema import Case
from damages.engine.figure import moving_inputs, refused
from damages.engine.simulate import DRAWS
from damages.reader.words import references
from damages.sensitivity.held import HIGH, LOW, Held, at_level, known_range
from damages.sensitivity.registry import method
from damages.sensitivity.tornado import tornado
from damages.shows import Shows


@dataclass(frozen=True)
class Grid(Shows):
    """A figure over two inputs, or over three: one map for each value of the third.

    Attributes
    ----------
    inputs : across, down, and the third where there is one
    values : the values of each input, in the order of ``inputs``; averages where an input differs by group
    figures : (n_third, n_down, n_across), in the unit of the line
    """

    case: Case = field(repr=False)
    of: str
    inputs: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    figures: np.ndarray


@method
def grid(
    case: Case,
    *,
    inputs: Sequence[str] = (),
    of: str = "expected_usd",
    steps: int = 9,
    draws: int = DRAWS,
    seed: int = 0,
) -> Grid:
    """A figure at every pair of values of two inputs, each across its 5th to 95th percentile; with a third at three values.

    Parameters
    ----------
    inputs : two or three inputs with a range; those of `map_axes` when left out
    of : a headline, or any line with one figure for the whole class, on average over answers and draws
    steps : values along each of the first two
    draws : of the simulation whose mean is the figure with nothing held

    Raises
    ------
    CaseError : not two or three different inputs with a range, or no such line

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> damages.grid(case, inputs=["claims_rate", "us_share"], of="usd_per_claimant", steps=3).figures.shape
    (1, 3, 3)
    """
    names = tuple(inputs) or map_axes(case)[1]
    if len(names) not in (2, 3):
        raise refused(case, f"a grid needs two or three inputs: --input NAME --input NAME; got {len(names)}.")
    for name in names:
        known_range(case, name)
    if len(set(names)) < len(names):
        raise refused(case, f"a grid needs different inputs; got {', '.join(names)}.")
    levels = [np.linspace(LOW, HIGH, steps)] * 2 + [np.array([LOW, 0.5, HIGH])] * (len(names) - 2)
    values = [[at_level(case, name, level) for level in along] for name, along in zip(names, levels, strict=True)]
    across, down = values[:2]
    third: list[np.ndarray | None] = [*values[2]] if len(names) == 3 else [None]
    rest = [{names[2]: value} if value is not None else {} for value in third]
    settings = [{names[1]: y, names[0]: x, **more} for more in rest for y in down for x in across]
    figures = np.array(Held(case, of, draws, seed).figures(settings)).reshape(len(rest), steps, steps)
    means = tuple(tuple(float(value.mean()) for value in along) for along in values)
    return Grid(case, of, names, means, figures)


def map_axes(case: Case) -> tuple[tuple[str, str], tuple[str, str]]:
    """Two pairs of inputs to map: claims rate and share of value lost, each against the class-size input that moves most.

    Where the case has no range for one of them, the amount with the widest swing stands in.
    """
    return _map_axes(case, _by_swing(case))


def cube_axes(case: Case) -> tuple[str, ...]:
    """Three inputs to map together: those of the second map, and of the rest the amount with the widest swing."""
    by_swing = _by_swing(case)
    share, people = _map_axes(case, by_swing)[1]
    return (share, people, *[name for name in by_swing if name not in (share, people)][:1])


def _map_axes(case: Case, by_swing: Sequence[str]) -> tuple[tuple[str, str], tuple[str, str]]:
    of_class = {name for _, _, name in references(case.class_size)}
    people = next((name for name in by_swing if name in of_class), case.class_size.people)
    lost = filter(None, (_share_lost(theory) for theory in case.theories.values()))
    taken: list[str] = []
    for wanted in filter(
        None, (people, case.settlement.claims_rate or case.judgment.payout.claims_rate, next(lost, None))
    ):
        choices = [wanted, *by_swing]
        taken.append(next((name for name in choices if name in by_swing and name not in taken), wanted))
    taken += [name for name in by_swing if name not in taken]
    people, claims, share = (*taken, *taken, *taken)[:3]
    return (claims, people), (share, people)


def _by_swing(case: Case) -> list[str]:
    moving = set(moving_inputs(case))
    return [swing.name for swing in tornado(case).swings if swing.name in moving]


def _share_lost(theory: Any) -> str | None:
    """The input with a theory's share of value lost, where it has one."""
    methods = (getattr(theory, "lost", None) or {}).values()
    return getattr(theory, "share_lost", None) or next((method.share for method in methods if method.share), None)
