"""Choice surveys: who was shown what, and what was chosen; checked before anything is estimated.

Long format, one row for each alternative: ``respondent, task, alternative, chosen`` (1 or 0),
``price`` and the attributes. A respondent sees tasks; each offers alternatives of which one is chosen.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from damages.case.load import find
from damages.errors import DamagesError, DamagesWarning, did_you_mean

if TYPE_CHECKING:
    import pandas

RESPONDENT, TASK, ALTERNATIVE, CHOSEN, PRICE = "respondent", "task", "alternative", "chosen", "price"


class SurveyError(DamagesError):
    """Choice data from which no worth can be estimated, with the reason."""


@dataclass(frozen=True)
class ChoiceData:
    """A checked survey, its rows ordered by respondent, task and alternative.

    Attributes
    ----------
    name : of the survey, for titles
    attributes : the names of the columns of ``x``, the price first
    x : (rows, attributes)
    chosen : (rows,), 1 for the chosen alternative of each task
    task, respondent, alternative : (rows,), numbers from 0; a task's alternatives are 0, 1, …
    """

    name: str
    attributes: tuple[str, ...]
    x: np.ndarray
    chosen: np.ndarray
    task: np.ndarray
    respondent: np.ndarray
    alternative: np.ndarray

    @property
    def respondents(self) -> int:
        """How many people answered."""
        return int(self.respondent.max()) + 1

    @property
    def tasks(self) -> int:
        """How many choices they made together."""
        return int(self.task.max()) + 1


def read_answers(file: str | Path) -> pandas.DataFrame:
    """The answers of a survey in a CSV, one row for each alternative; the file's name goes into every title.

    Raises
    ------
    SurveyError : a file that is not there, or is no CSV in UTF-8 with a line of headings
    """
    import pandas

    path = find(file)
    if not path.is_file():
        raise SurveyError(f"{file} does not exist; a survey is a CSV with one row for each alternative.")
    try:
        frame = pandas.read_csv(path)
    except (pandas.errors.ParserError, pandas.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise SurveyError(f"{path.name} is not a CSV in UTF-8 with a line of headings: {error}.") from None
    frame.attrs["name"] = path.name
    return frame


def choice_data(frame: pandas.DataFrame, attributes: Sequence[str]) -> ChoiceData:
    """Check a survey in long format and make it ready to fit.

    Parameters
    ----------
    frame : one row for each alternative; a name in ``frame.attrs["name"]`` goes into every title
    attributes : the columns to give a worth, such as ``["privacy", "analytics", "none"]``

    Raises
    ------
    SurveyError : a column that is missing, an empty cell, something that is not a number, a task with one
        alternative only, without or with several choices, an attribute that never differs within a task,
        attributes that always occur together, choices that attributes explain without exception
    """
    wanted = [RESPONDENT, TASK, ALTERNATIVE, CHOSEN, PRICE, *attributes]
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise SurveyError(
            f"the survey has no column {', '.join(missing)}.{did_you_mean(missing[0], map(str, frame.columns))}"
        )
    empty = frame[wanted].isna().any()
    if empty.any():
        raise SurveyError(f"the survey has an empty cell in the column {empty.idxmax()}.")
    ordered = frame.sort_values([RESPONDENT, TASK, ALTERNATIVE], kind="stable")
    groups = ordered.groupby([RESPONDENT, TASK], sort=False)
    try:
        x = ordered[[PRICE, *attributes]].to_numpy(dtype=float)
        chosen = ordered[CHOSEN].to_numpy(dtype=float)
    except ValueError as error:
        raise SurveyError(f"the survey contains something that is not a number: {error}.") from None
    data = ChoiceData(
        str(frame.attrs.get("name", "survey")),
        (PRICE, *attributes),
        x,
        chosen,
        groups.ngroup().to_numpy(),
        ordered.groupby(RESPONDENT, sort=False).ngroup().to_numpy(),
        groups.cumcount().to_numpy(),
    )
    _check_tasks(data)
    _check_attributes(data)
    return data


def _check_tasks(data: ChoiceData) -> None:
    sizes, picks = np.bincount(data.task), np.bincount(data.task, weights=data.chosen)
    if sizes.min() < 2:
        raise SurveyError(
            f"{int(np.sum(sizes < 2))} tasks offer one alternative only: nothing was chosen there. "
            "Give each at least two, 'none' among them, or leave these tasks out."
        )
    if np.any(picks != 1) or not np.all(np.isin(data.chosen, (0.0, 1.0))):
        raise SurveyError(
            f"{int(np.sum(picks != 1))} tasks have no choice or several; "
            "`chosen` is 1 for one alternative of each task and 0 for the others."
        )
    if sizes.min() != sizes.max():
        counts = ", ".join(f"{int(np.sum(sizes == size))} with {size}" for size in np.unique(sizes))
        warnings.warn(
            f"the tasks are not balanced: {counts} alternatives. The estimates allow it; check that no rows are missing.",
            DamagesWarning,
            stacklevel=3,
        )


def _check_attributes(data: ChoiceData) -> None:
    """What the chosen alternatives have more of than the others must vary, and not all one way."""
    from scipy import optimize

    of_chosen = np.zeros((data.tasks, len(data.attributes)))
    of_chosen[data.task[data.chosen == 1]] = data.x[data.chosen == 1]
    others = data.chosen == 0
    more = of_chosen[data.task[others]] - data.x[others]
    scale = np.abs(more).max(axis=0)
    for name, most in zip(data.attributes, scale, strict=True):
        if most == 0.0:
            raise SurveyError(
                f"{name} never differs between the alternatives of a task, so no choice says anything about it."
            )
    more = more / scale
    if np.linalg.matrix_rank(more) < len(data.attributes):
        raise SurveyError(
            "some attributes always occur together, so their effects cannot be separated. Leave one of them out."
        )
    # Separation: a mix of the attributes of which no chosen alternative ever has less than one that was left.
    found = optimize.linprog(-more.sum(axis=0), A_ub=-more, b_ub=np.zeros(len(more)), bounds=(-1.0, 1.0))
    if -found.fun > 1e-6:
        names = ", ".join(name for name, part in zip(data.attributes, found.x, strict=True) if abs(part) > 1e-6)
        raise SurveyError(
            f"{names} explain choices without exception (perfect separation), so their worth has no limit. "
            "Offer them also in alternatives that some would not take, or ask more people."
        )
