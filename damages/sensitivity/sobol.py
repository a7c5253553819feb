"""Sobol' indices of a case: what each input carries alone, and including interactions."""

from __future__ import annotations

from dataclasses import dataclass, field

from damages.case.schema import Case
from damages.engine.figure import dependent, open_questions
from damages.engine.headlines import is_headline
from damages.sensitivity.functions import pick_freeze_of
from damages.sensitivity.registry import method
from damages.sensitivity.variance import Indices, sobol_indices
from damages.shows import Shows

POINTS = 16_384


@dataclass(frozen=True)
class Sobol(Shows):
    """First-order and total indices of a line; ``indices.why_not`` says why there are none."""

    case: Case = field(repr=False)
    of: str
    indices: Indices


@method
def sobol(case: Case, *, of: str = "judgment_usd", draws: int = POINTS, seed: int = 0) -> Sobol:
    """First-order and total Sobol' indices of every input that reaches a figure.

    Parameters
    ----------
    of : a line with one figure for the whole class
    draws : at least this many base points in all; each input takes one further reading of the model at each

    Notes
    -----
    Not for inputs that depend on each other: their variance has no unique parts. ``why_not`` then says so.

    >>> import damages
    >>> case = damages.load("params/template.yaml")
    >>> damages.sobol(case, draws=512).indices.rows[0].name
    'liability'
    """
    if moving_together := _dependence(case, of):
        why = f"Sobol' indices split the variance between {moving_together}. Shapley effects hold there too."
        return Sobol(case, of, Indices((), float("nan"), why))
    return Sobol(case, of, sobol_indices(pick_freeze_of(case, of), max((draws - 1).bit_length(), 4), seed=seed))


def _dependence(case: Case, line: str) -> str:
    """What of a line's inputs and questions depends on others, in words; nothing where all are independent."""
    if dependent(case):
        return "inputs that are independent, and this case correlates some"
    asked = open_questions(case) if not is_headline(line) else []
    for name in asked:
        if not isinstance(case.questions[name].chance, float | int):
            return f"what is independent, and here the chance of “{case.inputs[name].label}” depends on the answer to another question"
    return ""
