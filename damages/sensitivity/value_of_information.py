"""What knowing is worth: the expected value of perfect information on each input, for one decision.

A side decides between a sum now and litigating. Knowing an input before the decision lets it choose
better; what that adds on average is the most that the side should pay to find out. It is worked out
by bins of the draws, and is zero where no value of the input would change the choice, however wide
its range is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from damages.case.schema import Case
from damages.engine.answers import chance_that
from damages.engine.figure import open_questions, refused
from damages.engine.paths import base_values
from damages.engine.percentiles import Measured, over_paths
from damages.errors import did_you_mean
from damages.reader.digits import settled
from damages.sensitivity.registry import method
from damages.sensitivity.sample import DRAWS, Sample, averaged, cut, mean_held, means_by_bin, sample
from damages.shows import Shows

Side = Literal["defendant", "plaintiffs"]
NOTHING = Measured(0.0, 0.0)
LINES: dict[Side, str] = {"plaintiffs": "judgment_usd", "defendant": "defendant_pays_usd"}


@dataclass(frozen=True)
class Worth:
    """What perfect information on one input is worth to a side before it decides. USD today."""

    name: str
    group: str
    usd: Measured

    @property
    def shows(self) -> bool:
        """Whether it stands clear of the error of the draws; one input in many comes near it by chance."""
        return self.usd.value > 2 * self.usd.error


@dataclass(frozen=True)
class Information(Shows):
    """The decision, and what knowing each input is worth for it.

    Attributes
    ----------
    offer : the sum now, USD
    going_on_usd : the mean value of litigating to the side; negative for what it pays
    goes_on : whether litigating is the better choice on present information
    everything : what knowing every amount and every answer would be worth
    questions : what knowing every answer, and no amount, would be worth
    rows : each input and question, the worthiest first
    why_not : why there is no decision to inform; empty where there is
    """

    case: Case = field(repr=False)
    side: Side
    offer: float
    going_on_usd: Measured
    goes_on: bool
    everything: Measured
    questions: Measured
    rows: tuple[Worth, ...]
    why_not: str = ""


@method
def value_of_information(
    case: Case, *, side: Side = "plaintiffs", offer: float | None = None, draws: int = DRAWS, seed: int = 0
) -> Information:
    """What perfect information on each input is worth to a side that can settle at a sum or litigate.

    Parameters
    ----------
    side : "plaintiffs" or "defendant"
    offer : the sum on the table, USD; when left out, the mean value of litigating, to two figures
        (for plaintiffs at least 0): there the choice is closest and information most useful
    draws : at least this many

    Litigating brings the plaintiffs the present value of the judgment less their further costs, and
    costs the defendant what it pays in today's dollars and its further costs. Choices are made by
    other draws than those on which they are valued, so that noise cannot pass for worth; a figure
    below zero is such noise and stands as it came out.

    Raises
    ------
    CaseError : an unknown side

    Notes
    -----
    A case that gives no litigation costs has no decision to inform; ``why_not`` then says so.

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> damages.value_of_information(case, offer=1e6, draws=4_096).goes_on  # the plaintiffs would take a million
    False
    """
    if side not in get_args(Side):
        raise refused(case, f"'{side}' is not a side.{did_you_mean(side, get_args(Side))}")
    if case.litigation is None:
        why_not = "The case file gives no litigation costs, so there is no decision to inform."
        return Information(case, side, offer or 0.0, NOTHING, False, NOTHING, NOTHING, (), why_not)
    kept = sample(case, of=[LINES[side]], draws=draws, seed=seed)
    gains, chances = _going_on(kept, side), kept.chances(LINES[side])
    going_on = averaged(kept.means(over_paths(chances, gains)))
    if offer is None:
        # Rounded, so that the sum does not depend on the very draws that it is compared with.
        offer = float(f"{max(going_on.value, 0.0) if side == 'plaintiffs' else -going_on.value:.1e}")
    over = gains - (offer if side == "plaintiffs" else -offer)  # above zero, going on is the better choice
    over_all = over_paths(chances, over)
    known: dict[str | tuple[str, str], tuple[np.ndarray, np.ndarray]] = {
        name: _by_answer(kept, over, name) for name in open_questions(case)
    }
    known |= {
        (column.name, column.group): _by_value(kept, over_all, j)
        for j, column in enumerate(kept.columns)
        if not column.shape.is_fixed
    }
    rows = [Worth(*_named(key), _worth(*cells)) for key, cells in known.items()]
    by_path = np.array([kept.means(row) for row in over])
    all_known = kept.means(over_paths(chances, np.maximum(over, 0.0)))
    return Information(
        case,
        side,
        offer,
        going_on,
        bool(np.mean(over_all) > 0),
        averaged(all_known - max(float(np.mean(over_all)), 0.0)),
        _worth(by_path, chances),
        tuple(sorted(rows, key=lambda row: -settled(row.usd.value))),
    )


def _named(key: str | tuple[str, str]) -> tuple[str, str]:
    return (key, "") if isinstance(key, str) else key


def _going_on(sample: Sample, side: Side) -> np.ndarray:
    """The value of litigating to a side on each path, present value in USD; negative where it pays. (n_paths, n_draws)."""
    terms = sample.case.litigation
    assert terms is not None  # asked before
    discount = (1.0 + _of_input(sample, terms.discount_rate)) ** -_of_input(sample, terms.years_to_judgment)
    figures = sample.figures[LINES[side]] * discount
    if side == "plaintiffs":
        return figures - _of_input(sample, terms.plaintiff_costs)
    return -figures - _of_input(sample, terms.defence_costs)


def _of_input(sample: Sample, name: str) -> np.ndarray | float:
    """An input's draws, or its one value."""
    for column, values in zip(sample.columns, sample.values, strict=True):
        if column.name == name:
            return values
    return float(base_values(sample.case)[name])


def _by_value(sample: Sample, over: np.ndarray, j: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean in each bin of an input, (n_bins, replicates), and the bins' weights."""
    return means_by_bin(sample, over, *cut(sample, j))


def _by_answer(sample: Sample, over: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    """The mean given each answer to a question, (2, replicates), and the answers' chances."""
    yes = chance_that(sample.case, {name: 1.0})
    means = [sample.means(over_paths(sample.given(name, answer), over)) for answer in (0.0, 1.0)]
    return np.array(means), np.array([1.0 - yes, yes])


def _worth(means: np.ndarray, weights: np.ndarray) -> Measured:
    """The worth of knowing the cell before choosing.

    Parameters
    ----------
    means : (n_cells, replicates), the value of litigating less the sum now, in each cell
    weights : (n_cells,), the chance of each cell

    Returns
    -------
    The mean of Σ weight × mean × (litigate here, or not) less mean × (litigate anyway, or not): each
    replicate valued by the choices of the replicates in the other half.
    """
    halves = np.arange(means.shape[1]) % 2
    each = np.empty(means.shape[1])
    for half in (0, 1):
        choices = mean_held(means[:, halves != half])
        anyway = weights @ np.nan_to_num(choices) > 0
        goes_on = np.where(np.isnan(choices), anyway, choices > 0)  # where nothing was drawn, as it is chosen anyway
        each[halves == half] = (weights * (goes_on - float(anyway))) @ np.nan_to_num(means[:, halves == half])
    return averaged(each)
