"""One class-wide figure of a case: which inputs can reach it, and what it comes to on each answer path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from damages.case.schema import Case
from damages.engine.answers import chance_that
from damages.engine.headlines import headline_lines, is_headline
from damages.engine.paths import MANY_PATHS, Path, answer_paths, lines_by_path, lines_over_paths
from damages.engine.percentiles import over_paths
from damages.engine.simulate import HEADLINES, amount_lines, outcome_lines
from damages.errors import CaseError, Problem, did_you_mean
from damages.reader.words import references

MOST_PATHS_DRAWN = 1_024  # beyond it, methods that keep every draw of every path would fill the memory


def moving_inputs(case: Case) -> list[str]:
    """The inputs with a range, in the order of the case file."""
    return [name for name, given in case.inputs.items() if given.role == "uncertain" and case.has_range(name)]


def inputs_behind(case: Case, line: str) -> list[str]:
    """The inputs with a range that can reach a line: what only the payout or the litigation costs use never reaches a judgment."""
    names = moving_inputs(case)
    if line not in (*HEADLINES, "judgment_usd"):
        return names
    after = _named(case.settlement, case.litigation, case.relief)
    before = _named(case.class_size, case.theories, case.judgment, case.pleaded)
    return [name for name in names if name not in after or name in before]


def _named(*parts: Any) -> set[str]:
    return {name for _, _, name in references(dict(enumerate(parts)))}


def open_questions(case: Case) -> list[str]:
    """The questions whose answer is not certain."""
    return [name for name in case.questions if all(chance_that(case, {name: answer}) > 0.0 for answer in (0.0, 1.0))]


def dependent(case: Case) -> bool:
    """Whether some inputs of a case depend on each other."""
    return bool(getattr(case, "correlations", None))


def figures_by_path(case: Case, paths: tuple[Path, ...], values: Mapping[str, Any], line: str) -> np.ndarray:
    """A class-wide line for each answer path; one row for a headline, which is over all paths. (n_paths, n_draws) or (n_paths, 1)."""
    if is_headline(line):
        return np.ravel(headline_lines(case, values, paths, [line])[line])[None, :]
    if len(paths) > MANY_PATHS:
        return _over_many(case, paths, values, line)
    # Where no theory stands there is no judgment; other lines may still have a figure.
    live = [path for path in paths if path.standing or line != "judgment_usd"]
    found = iter(lines_by_path(case, values, [path.answers for path in live]))
    rows = [np.ravel(next(found)[line]) if path in live else np.zeros(1) for path in paths]
    return np.array(np.broadcast_arrays(*rows))


def mean_over_paths(case: Case, paths: tuple[Path, ...], values: Mapping[str, Any], line: str) -> np.ndarray:
    """A class-wide line on average over the answer paths. (n_draws,), or one figure where no value has draws."""
    chances = np.ones(1) if is_headline(line) else np.array([path.chance for path in paths])
    return np.ravel(over_paths(chances, figures_by_path(case, paths, values, line)))


def _over_many(case: Case, paths: tuple[Path, ...], values: Mapping[str, Any], line: str) -> np.ndarray:
    draws = max((len(value) for value in values.values() if np.ndim(value) == 2), default=0)
    rows = [
        np.broadcast_to(lines[line], (len(some), *((draws, 1) if draws else (1,)))).reshape(len(some), -1)
        for some, _, lines in lines_over_paths(case, values, paths, draws)
    ]
    return np.concatenate(rows)


def paths_to_draw(case: Case) -> tuple[Path, ...]:
    """The answer paths, for a method that keeps every draw of each.

    Raises
    ------
    CaseError : too many paths to do so
    """
    paths = answer_paths(case)
    if len(paths) > MOST_PATHS_DRAWN:
        raise refused(
            case,
            f"has {len(paths):,} distinct results of its questions; this method keeps draws of each and takes up to "
            f"{MOST_PATHS_DRAWN:,}. The headlines, the tornado and what each question decides take any number.",
        )
    return paths


def known_line(case: Case, line: str) -> str:
    """A line that has one figure for the whole class.

    Raises
    ------
    CaseError : there is no such line
    """
    known = list(dict.fromkeys([*amount_lines(case), *outcome_lines(case)]))
    if line not in known:
        raise refused(case, f"'{line}' is not a line of this case for the whole class.{did_you_mean(line, known)}")
    return line


def of_amounts_alone(case: Case, line: str, what: str) -> None:
    """Passes for a headline, which no answer changes.

    Raises
    ------
    CaseError : the line depends on the answers to questions, so ``what`` cannot be worked out for it
    """
    if not is_headline(line):
        raise refused(
            case,
            f"{line} depends on answers to questions; {what} work only for {', '.join(HEADLINES)}.",
        )


def refused(case: Case, sentence: str) -> CaseError:
    """What cannot be worked out for a case, as an error in one sentence."""
    return CaseError(case.name, [Problem("", "", sentence)])
