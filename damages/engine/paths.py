"""The distinct answer paths of a case with exact chances; the estimate at base values.

Questions are not rolled like dice: `damages.engine.answers` merges every pattern of answers into
the distinct states it can leave the model in. Chances, the chance of nothing at all and the legal
part of every expected value are then exact.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from damages.case.questions import better_for_class, of_liability
from damages.case.schema import Case
from damages.engine.answers import Dependents, States, states
from damages.model.arithmetic import ratio
from damages.model.estimate import after_answers, before_answers
from damages.ranges.distributions import Shape
from damages.shows import Shows

if TYPE_CHECKING:
    import pandas

AT_A_TIME = 4_096  # paths worked out together at base values
HEADLINES = ("pleaded_usd", "full_recovery_usd", "exposure_usd", "expected_usd")
IF_ENTITLED = tuple(
    f"_{kind}_{whom}" for kind in ("usd", "left_usd") for whom in ("per_entitled", "with_loss", "without_loss")
)
MANY_PATHS = 128  # beyond it paths are worked out together, and not each in a program of its own


@dataclass(frozen=True)
class Path:
    """One distinct result of the answers: what stands, and how likely it is.

    Attributes
    ----------
    questions, row : the questions, and one pattern of answers that leads here, True for yes; `answers` has both together
    chance : the chance of all its patterns together
    standing : the theories that stand
    key : names the same path again when only some answers are counted (`chances_with`)
    """

    questions: tuple[str, ...] = field(repr=False)
    row: np.ndarray = field(repr=False, compare=False)
    chance: float
    standing: tuple[str, ...]
    key: bytes = field(repr=False)

    @property
    def answers(self) -> dict[str, float]:
        """One pattern of answers that leads here: question → 1.0 or 0.0."""
        return dict(zip(self.questions, self.row.astype(float).tolist(), strict=True))


def answer_paths(case: Case, possible_only: bool = True) -> tuple[Path, ...]:
    """The distinct paths of a case, most likely first; their chances sum to 1.

    With ``possible_only=False`` paths that cannot happen and theories that are not pleaded are
    kept, for a workbook in which the chances and the switches can still be changed.

    Raises
    ------
    CaseError : more distinct results than can be worked out
    """
    what = Dependents.of(case, possible_only)
    return paths_of(case, what, states(case, what, possible_only=possible_only))


def paths_of(case: Case, what: Dependents, merged: States) -> tuple[Path, ...]:
    """States as paths, most likely first."""
    questions, theories = tuple(case.questions), list(what.theories)
    found = [
        Path(
            questions, row, chance, tuple(name for name, stands in zip(theories, standing, strict=True) if stands), key
        )
        for row, chance, standing, key in zip(
            merged.answers, merged.chance.tolist(), merged.standing.tolist(), merged.keys, strict=True
        )
    ]
    return tuple(sorted(found, key=lambda path: -path.chance))


def chances_with(case: Case, paths: Sequence[Path], known: Mapping[str, float]) -> np.ndarray:
    """The chance of each path together with some answers. (n_paths,)."""
    merged = states(case, Dependents.of(case), known)
    chances = dict(zip(merged.keys, merged.chance.tolist(), strict=True))
    return np.array([chances.get(path.key, 0.0) for path in paths])


def always_answered(case: Case, paths: Sequence[Path]) -> list[set[str]]:
    """For each path, the questions that have the same answer in every pattern that leads there."""
    always: list[set[str]] = [set() for _ in paths]
    for name in case.questions:
        yes, no = (chances_with(case, paths, {name: answer}) for answer in (1.0, 0.0))
        for i in np.flatnonzero((yes == 0.0) | (no == 0.0)):
            always[i].add(name)
    return always


def expected_with(
    case: Case, paths: Sequence[Path], usd: Sequence[float], known: Mapping[str, float], otherwise: float
) -> float:
    """The mean of a figure of each path when some answers are known; ``otherwise`` where these cannot be."""
    chances = chances_with(case, paths, known).tolist()
    whole = sum(chances)
    return sum(chance * each for chance, each in zip(chances, usd, strict=True)) / whole if whole else otherwise


def chances_by_answers(case: Case, paths: Sequence[Path], questions: Sequence[str]) -> np.ndarray:
    """The chance of each path together with each possible pattern of answers to some questions. (n_patterns, n_paths)."""
    merged = states(case, replace(Dependents.of(case), kept=questions))
    place = {path.key: i for i, path in enumerate(paths)}
    asked = [list(case.questions).index(name) for name in questions]
    patterns: dict[bytes, np.ndarray] = {}
    for key, row, chance in zip(merged.keys, merged.answers[:, asked], merged.chance.tolist(), strict=True):
        patterns.setdefault(row.tobytes(), np.zeros(len(paths)))[place[key]] += chance
    return np.array(list(patterns.values()))


def answers_for_class(case: Case) -> dict[str, float]:
    """Every open question answered the way that is better for the class; one that is certain, as it is."""
    answers, better = {}, better_for_class(case)
    for name, question in case.questions.items():
        leaves = set(_leaves(question.chance))
        decided = leaves in ({0.0}, {1.0})
        answers[name] = leaves.pop() if decided else (0.0 if better[name] == "no" else 1.0)
    return answers


def winning_paths(case: Case) -> tuple[Path, ...]:
    """The paths when the class wins: every question of liability is answered for it; those of remedy keep their chances."""
    answers, what = answers_for_class(case), Dependents.of(case)
    decided = {name: answers[name] for name in of_liability(case)}
    return paths_of(case, what, states(case, what, decided=decided))


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


def _leaves(chance: Any) -> Iterator[float]:
    """The chances of a question under every answer it depends on."""
    if isinstance(chance, Mapping):
        yield from (*_leaves(chance["yes"]), *_leaves(chance["no"]))
    else:
        yield float(chance)


def base_values(case: Case) -> dict[str, Any]:
    """Every numeric input at its base value, every choice as its word: floats, or arrays of one value per group."""
    values: dict[str, Any] = {}
    for name, given in case.inputs.items():
        if given.role == "choice":
            values[name] = given.value
        elif given.role != "question":
            shapes = case.shapes[name]
            values[name] = shapes[""].base if "" in shapes else np.array([shapes[group].base for group in case.groups])
    return values


def lines_by_path(
    case: Case, values: Mapping[str, Any], all_answers: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The model's lines for each set of answers, on the same values. What no answer changes is worked out once."""
    common = before_answers(case, values, {})
    return [dict(after_answers(case, {**values, **answers}, dict(common))) for answers in all_answers]


def lines_over_paths(
    case: Case, values: Mapping[str, Any], paths: Sequence[Path], draws: int = 0
) -> Iterator[tuple[Sequence[Path], Any, Mapping[str, Any]]]:
    """The model's lines for many paths together: a batch of paths, their chances, and lines with a first axis for the path.

    Parameters
    ----------
    values : name → number, word, (n_groups,), or (n_draws, n_groups) or broadcasting to it
    draws : how many draws the values have; 0 where they have no such axis

    Returns
    -------
    Each time: the paths; their chances and each line, (n_paths, 1) or (n_paths, n_groups), or with draws
    (n_paths, n_draws, 1) or (n_paths, n_draws, n_groups); or broadcasting to it
    """
    common = before_answers(case, values, {})
    size = max(AT_A_TIME // max(draws // 8, 1), 1)
    for start in range(0, len(paths), size):
        some = paths[start : start + size]
        column = (len(some), 1, 1) if draws else (len(some), 1)
        answers = np.array([path.row for path in some], dtype=float).T.reshape(-1, *column)
        lines = after_answers(case, {**values, **dict(zip(case.questions, answers, strict=True))}, dict(common))
        yield some, np.array([path.chance for path in some]).reshape(column), lines


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
    found["pleaded_usd"] = best["pleaded_usd"]
    blank = 0.0 * best["judgment_usd"]
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
        from damages.engine.simulate import simulate

        drawn = simulate(self.case, lines=())
        return {name: drawn.lines[name].mean.value for name in HEADLINES}

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
    465048
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
    judgments: list[float] = []
    for some, chances, lines in lines_over_paths(case, values, paths):
        for name, line in lines.items():
            if name not in mean:
                mean[name] = weight[name] = 0.0
            shown = name.endswith(IF_ENTITLED) and lines[_entitled(case, name)] > 0
            width = max(np.size(mean[name]), *np.shape(line)[-1:], *np.shape(shown)[-1:], 1)
            weights = chances * shown if name.endswith(IF_ENTITLED) else chances
            weighed = np.broadcast_to(weights * line, (len(some), width))
            mean[name] = _added(mean[name], weighed)
            if name.endswith(IF_ENTITLED):
                weight[name] = _added(weight[name], np.broadcast_to(weights, (len(some), width)))
        judgments += np.broadcast_to(lines["judgment_usd"], (len(some), 1)).ravel().tolist()
    for name, chance in weight.items():
        if name.endswith(IF_ENTITLED):
            mean[name] = ratio(mean[name], chance)
    return {name: _plain(value) for name, value in mean.items()}, tuple(judgments)


def _entitled(case: Case, name: str) -> str:
    """The line with the share entitled, beside a sum for those who are."""
    theories = (theory for theory in case.theories if any(name == f"{theory}{end}" for end in IF_ENTITLED))
    return f"{next(theories)}_entitled_share"


def _added(before: Any, rows: np.ndarray) -> np.ndarray:
    """Rows added one after the other, so that a figure does not depend on how a processor adds up."""
    first = np.broadcast_to(before, (1, rows.shape[1]))
    return np.asarray(np.add.accumulate(np.vstack([first, rows]))[-1])


def _plain(value: Any) -> float | np.ndarray:
    """A float where there is one figure, else one per group."""
    flat = np.ravel(np.asarray(value, dtype=float))
    return float(flat[0]) if flat.size == 1 else flat
