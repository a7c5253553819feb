"""Many runs of one case: every combination of settings, or a file of runs.

A run is a scenario and settings. Its key is a hash of all that its figures follow from, so a run
that is finished is known again, and one whose case file, data or library has changed is not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import version
from itertools import product
from typing import Any

import numpy as np

from damages import __version__
from damages.case.load import find, scenario_file, scenarios
from damages.case.schema import Case
from damages.engine.simulate import DRAWS
from damages.engine.sound import load
from damages.errors import CaseError, Problem, did_you_mean
from damages.files import sha256
from damages.project import LIBRARY, shipped
from damages.reader.numerals import plain_number
from damages.reader.read import Tree, read_tree, read_value

MOST_RUNS = 10_000
BASE = "base"  # the case without a scenario, among scenarios
_NUMBER = r"[-+]?[\d_]*\.?[\d_]+"
_STEPS = re.compile(rf"({_NUMBER}):({_NUMBER}):(\d+)")


@dataclass(frozen=True, eq=False)
class Run:
    """One run of a sweep.

    Attributes
    ----------
    name : what tells it from the others
    settings : ``NAME=VALUE``, the settings of all runs first
    varied : what it sets for itself: the name of an input, or ``scenario`` → value as text
    places : setting → where it is written, for a message
    made_of : hash of the case's files and of the library, which a worker must share
    key : hash of everything that the run's figures follow from
    """

    case: str
    name: str
    scenario: str
    settings: tuple[str, ...]
    varied: Mapping[str, str]
    draws: int
    seed: int
    places: Mapping[str, str] = field(default_factory=dict)
    made_of: str = ""
    key: str = ""

    def load(self) -> Case:
        """The case of this run, checked.

        Raises
        ------
        CaseError : a setting that the case does not allow, or files that are not those of the plan
        """
        try:
            case = load(self.case, self.scenario, self.settings)
        except CaseError as error:
            moved = [
                problem._replace(place=self.places.get(problem.place.removeprefix("--set "), problem.place))
                for problem in error.problems
            ]
            raise CaseError(error.file, moved) from None
        if made_of(case) != self.made_of:
            sentence = "is not what it was when the sweep began, or this worker has another version of the project. Run the same command again."
            raise CaseError(self.case, [Problem("", "", sentence)])
        return case


def grid_axis(text: str) -> tuple[str, tuple[str, ...]]:
    """One ``--grid``: the input's name and its values as text.

    >>> grid_axis("claims_rate=0.02,0.05")
    ('claims_rate', ('0.02', '0.05'))
    >>> grid_axis("claims_rate=0.02:0.10:5")
    ('claims_rate', ('0.02', '0.04', '0.06', '0.08', '0.1'))
    >>> grid_axis("us_share={low: 0.2, likely: 0.3, high: 0.5},0.4")
    ('us_share', ('{low: 0.2, likely: 0.3, high: 0.5}', '0.4'))
    """
    name, _, values = (part.strip() for part in text.partition("="))
    steps = _STEPS.fullmatch(values)
    half_a_range = re.fullmatch(r"[^{\[,]*:[^{\[,]*", values) and not steps
    if not name or half_a_range or not all(map(str.strip, values.split(","))):
        sentence = f"'{text}' is written NAME=VALUE,VALUE,… or NAME=LOW:HIGH:COUNT, such as claims_rate=0.02,0.05."
        raise CaseError("--grid", [Problem("--grid", "", sentence)])
    if steps:
        low, high, count = float(steps[1]), float(steps[2]), int(steps[3])
        if count < 2 or count > MOST_RUNS:
            sentence = f"{count} is not a number of steps; from 2 to {MOST_RUNS:,}, such as {steps[1]}:{steps[2]}:5."
            raise CaseError("--grid", [Problem("--grid", name, sentence)])
        return name, tuple(plain_number(value) for value in np.linspace(low, high, count).tolist())
    found = [part.strip() for part in re.findall(r"(?:[^,{\[]|\{[^}]*\}|\[[^\]]*\])+", values)]
    repeated = sorted({value for value in found if found.count(value) > 1})
    if repeated:
        raise CaseError("--grid", [Problem("--grid", name, f"has {repeated[0]} more than once.")])
    return name, tuple(found)


def plan_grid(
    case: str,
    grids: Sequence[str],
    scenario: str = "",
    settings: Sequence[str] = (),
    draws: int = DRAWS,
    seed: int = 0,
) -> list[Run]:
    """Every combination of the grids' values, the last grid changing fastest.

    Parameters
    ----------
    case : path of a case file
    grids : ``NAME=VALUE,VALUE,…`` or ``NAME=LOW:HIGH:COUNT``; the name ``scenario`` varies the scenario
    scenario, settings : what all runs share

    Raises
    ------
    CaseError : with every problem of the grids, before anything runs
    """
    axes: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    fixed = {setting.partition("=")[0].strip() for setting in settings} | ({"scenario"} if scenario else set())
    for text in grids:
        try:
            name, values = grid_axis(text)
        except CaseError as error:
            problems += error.problems
            continue
        if name in axes or name in fixed:
            problems.append(Problem("--grid", name, "is set twice. Name it once."))
        axes[name] = values
    count = int(np.prod([len(values) for values in axes.values()], dtype=float))
    if count > MOST_RUNS:
        problems.append(
            Problem("--grid", "", f"makes {count:,} runs; a sweep has at most {MOST_RUNS:,}. Take fewer values.")
        )
    if problems:
        raise CaseError("--grid", problems)
    runs = []
    for values in product(*axes.values()):
        varied = dict(zip(axes, values, strict=True))
        chosen = varied.get("scenario", scenario)
        own = tuple(f"{name}={value}" for name, value in varied.items() if name != "scenario")
        name = ", ".join(f"{name}={value}" for name, value in varied.items()) or BASE
        runs.append(Run(case, name, "" if chosen == BASE else chosen, (*settings, *own), varied, draws, seed))
    return _checked(runs, dict.fromkeys(axes, "--grid"))


def plan_file(
    case: str,
    path: str,
    scenario: str = "",
    settings: Sequence[str] = (),
    draws: int = DRAWS,
    seed: int = 0,
) -> list[Run]:
    """The runs of a YAML file: ``runs: {name: {scenario: …, set: {input: value}}}``.

    Raises
    ------
    CaseError : with every problem of the file and its line, before anything runs
    """
    tree = read_tree(find(path), path)
    problems: list[Problem] = []
    listed = tree.content.get("runs")
    for key in tree.content:
        if key != "runs":
            problems.append(Problem(tree.place((key,)), key, "is not a key of a file of runs. Known here: runs."))
    if not isinstance(listed, dict) or not listed:
        sentence = "must name each run: `runs:` and below it `low_claims: {set: {claims_rate: 0.02}}`."
        problems.append(Problem(tree.place(("runs",)), "runs", sentence))
        listed = {}
    fixed = {setting.partition("=")[0].strip() for setting in settings}
    runs = [_run_of(tree, name, said, case, scenario, settings, problems, fixed) for name, said in listed.items()]
    if problems:
        raise CaseError(path, problems)
    return _checked([Run(**made, draws=draws, seed=seed) for made in runs], {})


def _run_of(
    tree: Tree,
    name: str,
    said: Any,
    case: str,
    scenario: str,
    settings: Sequence[str],
    problems: list[Problem],
    fixed: set[str],
) -> dict[str, Any]:
    """One entry of a file of runs, as the arguments of a `Run`; what is wrong is added to the problems."""
    here = ("runs", name)
    said = {} if said is None else said
    own = said.get("set", {}) if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(own, dict):
        sentence = "is written {scenario: NAME, set: {INPUT: VALUE}}, either or both."
        problems.append(Problem(tree.place(here), ".".join(here), sentence))
        said, own = {}, {}
    for key in said:
        if key not in ("scenario", "set"):
            sentence = f"is not a key of a run.{did_you_mean(key, ('scenario', 'set'))}"
            problems.append(Problem(tree.place((*here, key)), ".".join((*here, key)), sentence))
    if "scenario" in said and scenario:
        problems.append(Problem(tree.place((*here, "scenario")), "scenario", "is set by --scenario too. Name it once."))
    for key in own:
        if key in fixed:
            problems.append(Problem(tree.place((*here, "set", key)), key, "is set by --set too. Name it once."))
    chosen = str(said.get("scenario", scenario))
    varied = {**({"scenario": chosen} if "scenario" in said else {}), **{key: text_of(own[key]) for key in own}}
    places = {key: tree.place((*here, "set", key)) for key in own}
    if "scenario" in said:
        places["scenario"] = tree.place((*here, "scenario"))
    return {
        "case": case,
        "name": name,
        "scenario": "" if chosen == BASE else chosen,
        "settings": (*settings, *(f"{key}={text_of(value)}" for key, value in own.items())),
        "varied": varied,
        "places": places,
    }


def text_of(value: Any) -> str:
    """A value as it is typed after ``--set NAME=``.

    >>> text_of({"low": 0.2, "likely": 0.3}), text_of(1_000_000), text_of("yes"), text_of([1, 2])
    ('{low: 0.2, likely: 0.3}', '1_000_000', 'yes', '[1, 2]')
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {text_of(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(text_of(inner) for inner in value) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return plain_number(value)
    return str(value) if re.fullmatch(r"[\w./-]+", str(value)) else json.dumps(str(value), ensure_ascii=False)


def _checked(runs: list[Run], places: Mapping[str, str]) -> list[Run]:
    """The runs with their keys, once their scenarios exist and the inputs they set do."""
    cases: dict[str, Case] = {}
    problems: dict[Problem, None] = {}
    for run in runs:
        where = {**places, **run.places}
        if run.scenario not in cases:
            try:
                if run.scenario:
                    scenario_file(find(run.case), run.scenario)
            except CaseError:
                if "scenario" not in where:
                    raise
                known = did_you_mean(run.scenario, [BASE, *scenarios(run.case)])
                sentence = f"'{run.scenario}' is not a scenario of this case.{known}"
                problems[Problem(where["scenario"], "scenario", sentence)] = None
            cases[run.scenario] = load(run.case, "" if problems else run.scenario)
        case = cases[run.scenario]
        for name in where:
            if name != "scenario" and "." not in name and name not in case.inputs:
                sentence = f"is not an input of this case.{did_you_mean(name, [*case.inputs, 'scenario'])}"
                problems[Problem(where[name], name, sentence)] = None
    if problems:
        raise CaseError(runs[0].case, problems)
    return [_keyed(run, cases[run.scenario]) for run in runs]


def _keyed(run: Run, case: Case) -> Run:
    made = made_of(case)
    settings = [[name, read_value(value)] for name, _, value in (text.partition("=") for text in sorted(run.settings))]
    text = json.dumps([made, run.scenario, settings, run.draws, run.seed], default=str)
    told = case.model_dump_json(exclude={"shapes", "statutes", "provisions"}) + text
    folder = find(run.case).parent
    data = [folder / name for name in sorted(set(re.findall(r"[\w./-]+\.csv(?:\.gz)?", told)))]
    contents = [sha256(file) if file.is_file() else "" for file in data]
    return replace(run, made_of=made, key=sha256(json.dumps([text, *contents]).encode()))


def made_of(case: Case) -> str:
    """A hash of what a case was made from: its files, the statutes, the library and the packages that count."""
    statutes = sha256(shipped("params", "statutes.yaml"))
    return sha256(json.dumps([dict(case.files), statutes, _library()]).encode())


@cache
def _library() -> list[str]:
    """The library as it was loaded: versions, and a hash of its source."""
    digest = sha256("".join(sha256(file) for file in sorted(LIBRARY.rglob("*.py"))).encode())
    return [f"{name} {version(name)}" for name in ("numpy", "scipy")] + [__version__, digest]
