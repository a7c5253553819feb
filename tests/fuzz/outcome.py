"""What comes of a mutant: refused in words, or figures that are figures; everything else is a failure."""

from __future__ import annotations

import contextlib
import re
import resource
import shutil
import signal
import time
import traceback
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np

from damages.engine.estimate import Estimate, estimate
from damages.engine.simulate import Simulation, simulate
from damages.engine.sound import load
from damages.errors import CaseError, DamagesError, DamagesWarning, Problem
from damages.model.charges import taken_from_fund
from damages.report.views import case_file, headlines, outcomes
from fuzz.mutants import ROOT, Mutant

ROUNDING = 1e-9
ACCEPTED, WITH_LINE, WITHOUT_LINE, FAILED = "accepted", "refused with a line", "refused without a line", "FAILED"
# What is wrong with a whole file, or with a command, has no line to show.
NO_LINE = re.compile(
    r"is empty\.|nested far too deeply|has [\d,]+ bytes|does not exist|not UTF-8|is written NAME=VALUE|is not a(n input| part) of this case|does not extend"
)


class Outcome(NamedTuple):
    """What came of a mutant, in a word and in a sentence; the seconds of the processor and the memory that it took."""

    kind: str
    words: str
    seconds: float = 0.0
    megabytes: float = 0.0


class TooSlowError(Exception):
    """The time that is allowed has run out."""


class NotFiguresError(Exception):
    """A result that no case may have."""


def workshop(folder: Path) -> Path:
    """A copy of the shipped files, in which mutants are put beside what they extend."""
    for name in ("params", "tests/cases"):
        shutil.copytree(ROOT / name, folder / name)
    for part in ("params", "params/judgments", "params/scenarios", "tests/cases"):
        (folder / part / "rates.csv").write_text("share\n0.11\n0.18\n0.2\n0.27\n0.35\n0.4\n", encoding="utf-8")
    return folder


def judge(mutant: Mutant, folder: Path, most_seconds: float) -> Outcome:
    """Run a mutant as `damages check` and `damages estimate` would; ``folder`` is a `workshop`."""
    path = folder / mutant.base.relative_to(ROOT).with_name("mutant.yaml")
    path.write_bytes(mutant.text.encode("utf-8", "surrogatepass"))
    peak, start = _megabytes(), time.process_time()
    signal.signal(signal.SIGPROF, _stop)
    signal.setitimer(signal.ITIMER_PROF, 5 * most_seconds)
    try:
        with contextlib.chdir(folder):
            kind, words = _answer(path, mutant)
    except TooSlowError as error:
        kind, words = FAILED, f"took over {5 * most_seconds:g} s at {_where(error)}"
    except NotFiguresError as error:
        kind, words = FAILED, str(error)
    except Exception as error:
        kind, words = FAILED, f"{type(error).__name__} at {_where(error)}: {str(error)[:200]}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
    seconds = time.process_time() - start
    if kind != FAILED and seconds > most_seconds:
        kind, words = FAILED, f"took {seconds:.1f} s ({kind})"
    return Outcome(kind, words, seconds, _megabytes() - peak)


def _stop(*_: object) -> None:
    raise TooSlowError


def _megabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _where(error: BaseException) -> str:
    """The place in the project where an error was raised."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/damages/" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "outside"


def _answer(path: Path, mutant: Mutant) -> tuple[str, str]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DamagesWarning)
        try:
            case = load(path, settings=mutant.settings)
        except CaseError as error:
            return _refused(error, mutant)
        try:
            found, simulation = estimate(case), simulate(case, draws=64, sets=2)
            for part in (case_file.title(case), headlines.figures(found, simulation),
                         headlines.lines(found, simulation), outcomes.percentiles(simulation), outcomes.chances(simulation),
                         case_file.inputs(case)):  # fmt: skip
                str(part)
        except DamagesError as error:
            raise NotFiguresError(f"passes the check and is refused after it: {error}") from None
    _figures(found)
    _draws(simulation)
    return ACCEPTED, ""


def _refused(error: CaseError, mutant: Mutant) -> tuple[str, str]:
    """Whether the message says where, and whether it can."""
    words = str(error)
    if not error.problems or any(not problem.sentence.strip() for problem in error.problems):
        raise NotFiguresError(f"is refused without a word: {words[:200]}")
    lost = [one for one in error.problems if not re.search(r":\d+$|^--set", one.place) and not _has_no_line(one)]
    if lost:
        return WITHOUT_LINE, str(lost[0])[:200]
    return WITH_LINE, ""


def _has_no_line(problem: Problem) -> bool:
    """Whether a problem is one of a whole file or a command: nothing in it has a line."""
    missing = problem.sentence.startswith("is missing") and "." not in problem.name
    return missing or bool(NO_LINE.search(problem.sentence))


def _are_figures(words: str, values: object) -> None:
    figures = np.ravel(np.asarray(values, dtype=float))
    size = np.max(np.abs(figures), initial=1.0, where=np.isfinite(figures))
    if not np.all(np.isfinite(figures)) or figures.min(initial=0.0) < -ROUNDING * size:
        raise NotFiguresError(f"{words} is {values}")


def _figures(found: Estimate) -> None:
    """Lines at base values: numbers, 0 or more, the fund shared out to the dollar, expected within the paths."""
    for lines in (found.lines, found.expected):
        for name, value in lines.items():
            _are_figures(name, value)
        paid = sum(float(lines[name]) for name in (*taken_from_fund(), "net_fund_usd"))
        _same("fund", paid, float(lines["fund_usd"]))
        _same("net fund", float(lines["paid_to_class_usd"]) + float(lines["residue_usd"]), float(lines["net_fund_usd"]))
    _same("chances", sum(path.chance for path in found.paths), 1.0)
    if found.at_base["expected_usd"] > max(found.path_judgments) * (1 + ROUNDING) + ROUNDING:
        raise NotFiguresError(f"expected {found.at_base['expected_usd']} is above every path")


def _same(words: str, one: float, other: float) -> None:
    if abs(one - other) > ROUNDING * max(abs(one), abs(other), 1.0):
        raise NotFiguresError(f"{words}: {one} is not {other}")


def _draws(simulation: Simulation) -> None:
    """Draws: means and percentiles are numbers, 0 or more, in rising order."""
    for lines in (simulation.lines, simulation.if_recovered):
        for name, summary in lines.items():
            levels = [summary[level].value for level in summary.percentiles]
            _are_figures(f"drawn {name}", [summary.mean.value, *levels])
            if np.any(np.diff(levels) < 0.0):
                raise NotFiguresError(f"percentiles of {name} fall: {levels}")
    _are_figures("chance of recovery", simulation.chance_of_recovery.value)
    if simulation.chance_of_recovery.value > 1.0 + ROUNDING:
        raise NotFiguresError(f"chance of recovery is {simulation.chance_of_recovery.value}")
