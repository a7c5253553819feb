"""A case worked out: every line at base values, and the headlines as means over the draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from damages.case.lines import only_for_the_entitled
from damages.case.schema import Case
from damages.engine.headlines import HEADLINES, full_recovery_lines, fully_recovered, winning_paths
from damages.engine.paths import Path, answer_paths, base_values, lines_over_paths
from damages.model.arithmetic import ratio
from damages.model.estimate import before_answers
from damages.shows import Shows

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Estimate(Shows):
    """A case: every line at base values, which are the means of the inputs; and the headlines, which are means over the draws.

    Attributes
    ----------
    lines : line → its figure when the class wins (`winning_paths`); a float, or one per group
    expected : line → its average over all answer paths, weighted by their chances
    full : line → its figure when plaintiffs fully prevail (`fully_recovered`)
    paths : the paths, each with its judgment in ``path_judgments``
    """

    shown_in: ClassVar[str] = "headlines"

    case: Case
    lines: dict[str, float | np.ndarray]
    expected: dict[str, float | np.ndarray]
    full: dict[str, float | np.ndarray]
    paths: tuple[Path, ...]
    path_judgments: tuple[float, ...] = field(default=())

    def __repr__(self) -> str:
        figures = "".join(f"\n  {name:<18} {value:_}" for name, value in self.headlines.items())
        return f"Estimate of {self.case.shown_as}: means over answers and amounts{figures}"

    @property
    def pleaded_usd(self) -> float:
        """Members as pleaded × the pleaded sum, on average over the draws."""
        return self.headlines["pleaded_usd"]

    @property
    def full_recovery_usd(self) -> float:
        """What plaintiffs would get had they fully prevailed, on average over the draws."""
        return self.headlines["full_recovery_usd"]

    @property
    def exposure_usd(self) -> float:
        """The judgment if the class wins, on average over the draws and the questions of remedy."""
        return self.headlines["exposure_usd"]

    @property
    def expected_usd(self) -> float:
        """The judgment on average over all answers and draws."""
        return self.headlines["expected_usd"]

    def frame(self) -> pandas.DataFrame:
        """One row for each line, and one for each group where a line differs by group."""
        from damages.engine.frames import of_estimate

        return of_estimate(self)

    @cached_property
    def headlines(self) -> dict[str, float]:
        """The four headlines: means over the draws that `damages.simulate` makes when nothing else is said."""
        from damages.engine.simulate import means

        found = means(self.case)
        return {name: found[name] for name in HEADLINES}

    @cached_property
    def at_base(self) -> dict[str, float]:
        """The same four, worked out once at base values."""
        figures = {
            "pleaded_usd": self.lines["pleaded_usd"],
            "full_recovery_usd": self.full["judgment_usd"],
            "exposure_usd": self.lines["judgment_usd"],
            "expected_usd": self.expected["judgment_usd"],
        }
        return {name: float(figure) for name, figure in figures.items()}

    @cached_property
    def chance_of_recovery(self) -> float:
        """The chance of any judgment for the class."""
        return sum(path.chance for path, usd in zip(self.paths, self.path_judgments, strict=True) if usd > 0)


def estimate(case: Case) -> Estimate:
    """The figures of a case: lines at base values for every path and on average, and the headlines over the draws.

    Parameters
    ----------
    case : from `damages.load`

    Returns
    -------
    Estimate : every line when the class wins, when it fully prevails, and on average over the answer paths; USD, people, shares

    Notes
    -----
    Questions are enumerated with their exact chances. Base values are the means of the inputs, so lines at base values
    are near their means; the headlines are the means themselves. For percentiles: `damages.simulate`.

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> round(damages.estimate(case).expected_usd)
    1213748
    """
    values, paths = base_values(case), answer_paths(case)
    full = fully_recovered(case, values, before_answers(case, values, {}))
    for figure, line in full_recovery_lines(case).items():
        full[figure] = full[line]
    lines, _ = _on_average(case, values, winning_paths(case))
    expected, judgments = _on_average(case, values, paths)
    claims = {name: _plain(full[name]) for name in full_recovery_lines(case) if not name.startswith("full_")}
    return Estimate(
        case, {**lines, **claims}, expected, {name: _plain(value) for name, value in full.items()}, paths, judgments
    )


def _on_average(
    case: Case, values: Mapping[str, Any], paths: Sequence[Path]
) -> tuple[dict[str, float | np.ndarray], tuple[float, ...]]:
    """Each line averaged over some paths, and the judgment of each path.

    What is left to a member who is entitled is averaged where somebody is.
    """
    mean: dict[str, Any] = {}
    weight: dict[str, Any] = {}  # of a figure that counts only where somebody is entitled
    entitled, judgments = only_for_the_entitled(case), list[float]()
    for some, chances, lines in lines_over_paths(case, values, paths):
        for name, line in lines.items():
            counts = lines[entitled[name]] > 0 if name in entitled else True
            width = max(np.size(mean.get(name, 0.0)), *np.shape(line)[-1:], *np.shape(counts)[-1:], 1)
            weights = np.broadcast_to(chances * counts, (len(some), width))
            mean[name] = _added(mean.get(name, 0.0), weights * line)
            if name in entitled:
                weight[name] = _added(weight.get(name, 0.0), weights)
        judgments += np.broadcast_to(lines["judgment_usd"], (len(some), 1)).ravel().tolist()
    for name, chance in weight.items():
        mean[name] = ratio(mean[name], chance)
    return {name: _plain(value) for name, value in mean.items()}, tuple(judgments)


def _added(before: Any, rows: np.ndarray) -> np.ndarray:
    """Rows added one after the other, so that a figure does not depend on how a processor adds up."""
    first = np.broadcast_to(before, (1, rows.shape[1]))
    return np.asarray(np.add.accumulate(np.vstack([first, rows]))[-1])


def _plain(value: Any) -> float | np.ndarray:
    """A float where there is one figure, else one per group."""
    flat = np.ravel(np.asarray(value, dtype=float))
    return float(flat[0]) if flat.size == 1 else flat
