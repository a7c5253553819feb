"""The four headlines: pleaded, full recovery, exposure and expected; each one figure over all answers.

Liability decides the exposure: its questions are answered for the class, those of remedy keep their chances. In a full
recovery every question is answered for the class, a statute's range is at its top, and a court cuts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from damages.case.questions import of_liability
from damages.case.schema import Case
from damages.engine.answers import Dependents, states
from damages.engine.paths import MANY_PATHS, Path, answers_for_class, lines_by_path, lines_over_paths, paths_of
from damages.model.estimate import after_answers, before_answers
from damages.ranges.distributions import Shape

HEADLINES = ("pleaded_usd", "full_recovery_usd", "exposure_usd", "expected_usd")


def winning_paths(case: Case) -> tuple[Path, ...]:
    """The paths when the class wins: every question of liability is answered for it; those of remedy keep their chances."""
    what = Dependents.of(case)
    return paths_of(case, what, states(case, what, decided=liability_answered(case)))


def liability_answered(case: Case) -> dict[str, float]:
    """The questions of liability, each answered the way that is better for the class."""
    answers = answers_for_class(case)
    return {name: answers[name] for name in of_liability(case)}


def at_the_top(case: Case) -> dict[str, float]:
    """The sums that a statute gives as a range, each at its top."""
    return _ends_of_sums(case, lambda shape: shape.high)


def at_the_minimum(case: Case) -> dict[str, float]:
    """The sums that a statute gives as a range, each at its minimum."""
    return _ends_of_sums(case, lambda shape: shape.low)


def _ends_of_sums(case: Case, end: Callable[[Shape], float]) -> dict[str, float]:
    names = [f"{theory}_{sum_}" for theory in case.theories for sum_ in ("statutory_usd", "enhanced_usd")]
    ranges = {name: case.shapes[name][""] for name in names if "" in case.shapes.get(name, {})}
    return {name: end(shape) for name, shape in ranges.items() if np.isfinite(end(shape)) and not shape.is_fixed}


def fully_recovered(case: Case, given: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The lines when plaintiffs fully prevail: every question answered for the class, ranges of a statute at their top, nothing cut.

    Parameters
    ----------
    given : every input, `Traced` or not
    before : the lines that no answer changes
    """
    uncut = case.uncut
    return dict(after_answers(uncut, {**given, **at_the_top(case), **answers_for_class(case)}, dict(before)))


def is_headline(line: str) -> bool:
    """Whether a line is one figure over all answers: a headline, or what full recovery on one claim would be."""
    return line in HEADLINES or line.endswith("_full_recovery_usd")


def headline_lines(
    case: Case, values: Mapping[str, Any], paths: Sequence[Path] = (), wanted: Collection[str] = ()
) -> dict[str, Any]:
    """The headlines for arrays of values, and each theory's full recovery; the expected one over the paths given.

    Parameters
    ----------
    wanted : only these, which is quicker; all of them when empty

    Returns
    -------
    name → (n_draws, 1)
    """
    best = fully_recovered(case, values, before_answers(case, values, {}))
    found = {figure: best[line] for figure, line in full_recovery_lines(case).items()}
    (answered,) = [best] if case.pleaded else lines_by_path(case, values, [answers_for_class(case)])
    found["pleaded_usd"] = answered["pleaded_usd"]
    blank = np.atleast_2d(0.0 * best["judgment_usd"])
    for name, over in (("exposure_usd", winning_paths), ("expected_usd", lambda _: paths)):
        if not wanted or name in wanted:
            found[name] = blank + _mean_judgment(case, values, over(case), len(blank))
    return found


def full_recovery_lines(case: Case) -> dict[str, str]:
    """Each figure of a full recovery, and the line that it is when plaintiffs fully prevail."""
    return {
        "full_recovery_usd": "judgment_usd",
        **{f"{theory}_full_recovery_usd": f"{theory}_claim_usd" for theory in case.theories},
    }


def _mean_judgment(case: Case, values: Mapping[str, Any], paths: Sequence[Path], draws: int) -> Any:
    """The judgment averaged over some paths."""
    live, mean = [path for path in paths if path.standing], 0.0
    if len(live) > MANY_PATHS:
        for some, chances, lines in lines_over_paths(case, values, live, draws):
            judgment = np.broadcast_to(lines["judgment_usd"], (len(some), draws, 1))
            mean = mean + (chances * judgment).sum(axis=0)
        return mean
    for path, lines in zip(live, lines_by_path(case, values, [path.answers for path in live]), strict=True):
        mean = mean + path.chance * lines["judgment_usd"]
    return mean
