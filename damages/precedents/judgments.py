"""Real judgments through the same model: what was published, what comes out, and the difference."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from damages.case.schema import Case, Published
from damages.engine.estimate import estimate
from damages.engine.sound import load
from damages.errors import CaseError, Problem
from damages.project import files as files_of

FOLDER = "params/judgments"


@dataclass(frozen=True)
class Reproduction:
    """One published figure and the model's.

    ``group`` figures are that group's; any other is the sum over the groups.
    """

    case: Case
    published: Published
    ours: float

    @property
    def difference(self) -> float:
        return self.ours - self.published.value

    @property
    def holds(self) -> bool:
        """Whether they agree to the cent, or to the rounding of the published figure."""
        return abs(self.difference) <= self.published.within * (1 + 1e-9)


def judgment_files() -> list[Path]:
    """The case files of real judgments, the library's and the project's own, in order of their names."""
    return list(files_of(FOLDER, "*.yaml").values())


def reproduce(files: Iterable[str | Path] | None = None) -> list[Reproduction]:
    """Every published figure of the files, worked out again; all judgments when none is named.

    Raises
    ------
    CaseError : a case without published figures, or nothing to check
    """
    found = []
    chosen = judgment_files() if files is None else list(files)
    if not chosen:
        raise CaseError(FOLDER, [Problem(FOLDER, "", "holds no judgment, so nothing was checked. Name a case file.")])
    for file in chosen:
        case = load(file)
        if not case.published:
            raise CaseError(
                str(file),
                [
                    Problem(
                        "",
                        "published",
                        "has no published figures to recompute; params/README.md shows how to write them.",
                    )
                ],
            )
        for figure in case.published:
            studied = load(file, "", figure.settings) if figure.settings else case
            found.append(Reproduction(case, figure, _figure(studied, figure)))
    return found


def _figure(case: Case, figure: Published) -> float:
    result = estimate(case)
    value = {**result.lines, **result.headlines}[figure.line]
    if figure.group:
        return float(np.broadcast_to(value, (len(case.groups),))[list(case.groups).index(figure.group)])
    return float(np.sum(value))
