"""Every method of sensitivity by its name on the command line: what it says in words, and its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast, get_args

from damages.case.lines import called
from damages.case.schema import Case
from damages.engine.figure import known_line, refused
from damages.engine.paths import estimate
from damages.engine.simulate import HEADLINES
from damages.errors import did_you_mean
from damages.report import sentences, tables
from damages.report.table import Table, Words
from damages.sensitivity import conditional as bins
from damages.sensitivity import one_at_a_time as sensitivity
from damages.sensitivity.if_decided import if_decided
from damages.sensitivity.ranks import rank_correlations
from damages.sensitivity.scenario_box import scenario_box
from damages.sensitivity.stress import reverse_stress
from damages.sensitivity.value_of_information import Side, value_of_information
from damages.sensitivity.variance_by_source import By, sobol, variance_by_source

MOST_POWER = 19  # of draws in a replicate, every one of them kept
LEAST_POWER = 8  # of draws in a replicate, so that a twentieth of them is some


@dataclass(frozen=True)
class Asked:
    """What a method is asked about; what is left out follows from the method and the case."""

    line: str = ""
    above: float | None = None
    inputs: tuple[str, ...] = ()
    side: str = "plaintiffs"
    level: float | None = None
    draws: int | None = None
    seed: int = 0
    beside: Mapping[str, Case] = field(default_factory=dict)

    def power(self, otherwise: int, replicates: int = 1) -> int:
        """2**power draws in each replicate make at least the draws asked for."""
        return otherwise if self.draws is None else max((-(-self.draws // replicates) - 1).bit_length(), 4)


Said = list[Words | Table]


def answer(case: Case, method: str, asked: Asked) -> Said:
    """What one method says about a case: a sentence or two, and its table where there is one.

    Raises
    ------
    CaseError : an unknown method, line or input, or one that the method is not for
    """
    if method not in METHODS:
        raise refused(case, f"'{method}' is not a method.{did_you_mean(method, METHODS)}")
    for name, option in OPTIONS.items():
        if getattr(asked, name) != getattr(Asked(), name) and name not in METHODS[method].reads:
            those = [other for other, one in METHODS.items() if name in one.reads]
            raise refused(case, f"{option} is not for {method}; it is for {', '.join(those)}.")
    if asked.line:
        known_line(case, asked.line)
    return METHODS[method].say(case, asked)


def _headline(case: Case, asked: Asked, otherwise: str = "expected_usd") -> str:
    line = asked.line or otherwise
    if line not in HEADLINES:
        raise refused(case, f"this method moves a headline: {', '.join(HEADLINES)}; got {line}.")
    return line


def _tornado(case: Case, asked: Asked) -> Said:
    line = _headline(case, asked)
    swings = sensitivity.tornado(case, line)
    found: Said = [sentences.drivers(case, swings, line), tables.tornado_table(case, swings, line=line)]
    return [*found, tables.tornado_table(case, swings, "question", line)] if line == "expected_usd" else found


def _spider(case: Case, asked: Asked) -> Said:
    line = _headline(case, asked)
    swings = sensitivity.tornado(case, line)
    return [sentences.drivers(case, swings, line), tables.spider_table(case, sensitivity.spider(case, line), line=line)]


def _grid(case: Case, asked: Asked) -> Said:
    line, names = asked.line or "expected_usd", asked.inputs or sensitivity.map_axes(case)[1]
    if len(names) == 3:
        cube = sensitivity.grids(case, *names, line=line)
        return [sentences.between(case, cube), tables.grids_table(case, cube)]
    if len(names) != 2:
        raise refused(case, f"a grid needs two or three inputs: --input NAME --input NAME; got {len(names)}.")
    one = sensitivity.grid(case, *names, line=line)
    return [sentences.between(case, [one]), tables.grid_table(case, one)]


def _scenarios(case: Case, asked: Asked) -> Said:
    estimates = {name: estimate(one) for name, one in (asked.beside or {case.name: case}).items()}
    by_theory = tables.theories_by_scenario(estimates)
    return [sentences.across_scenarios(estimates), tables.scenario_table(estimates), by_theory]


def _sample(case: Case, asked: Asked, line: str) -> bins.Sample:
    power = max(asked.power(13, bins.REPLICATES), LEAST_POWER)
    if power > MOST_POWER:
        most = bins.REPLICATES * 2**MOST_POWER
        raise refused(case, f"this method keeps every draw, at most {most:,}; got --draws {asked.draws:,}.")
    return bins.sample(case, [line], asked.seed, power)


def _draws(case: Case, asked: Asked) -> Said:
    line = asked.line or ("judgment_usd" if asked.level is None else "exposure_usd")
    found = bins.conditional(_sample(case, asked, line), line, level=asked.level)
    table = tables.across_table(case, found, line, level=asked.level)
    return [sentences.across(case, found, line, level=asked.level), table]


def _target(case: Case, asked: Asked) -> Said:
    line = asked.line or "exposure_usd"
    sample = _sample(case, asked, line)
    above = bins.high_sum(sample, line) if asked.above is None else asked.above
    found = bins.conditional(sample, line, above)
    return [sentences.across(case, found, line, above), tables.across_table(case, found, line, above)]


def _ranks(case: Case, asked: Asked) -> Said:
    line = asked.line or "exposure_usd"
    found = rank_correlations(_sample(case, asked, line), line)
    return [sentences.ranks(case, found), tables.ranks_table(case, found)]


def _sobol(case: Case, asked: Asked) -> Said:
    found = sobol(case, asked.line or "judgment_usd", asked.seed, asked.power(14))
    return [sentences.parts_of_variance(case, found), *([tables.sobol_table(case, found)] if found.rows else [])]


def _shapley(case: Case, asked: Asked) -> Said:
    line = asked.line or "judgment_usd"
    found = variance_by_source(case, line, asked.seed, "input", asked.power(11, 8))
    return [sentences.fair_parts(case, found, line), tables.evidence_table(case, found, "input", line)]


def _evidence(case: Case, asked: Asked) -> Said:
    line, power = asked.line or "judgment_usd", asked.power(11, 8)
    kinds, holders = (variance_by_source(case, line, asked.seed, by, power) for by in get_args(By)[:2])
    return [
        sentences.resting_on(kinds, called(case, line)),
        tables.evidence_table(case, kinds, "kind", line),
        sentences.held(holders, called(case, line)),
        tables.evidence_table(case, holders, "holder", line),
    ]


def _answers(case: Case, asked: Asked) -> Said:
    found = if_decided(case)
    return [sentences.certain(case, found), tables.importance_table(case, found)]


def _break_even(case: Case, asked: Asked) -> Said:
    line = _headline(case, asked)
    sum_ = 2.0 * estimate(case).headlines[line] if asked.above is None else asked.above
    found = sensitivity.break_evens(case, sum_, line)
    if asked.inputs:
        found = {name: sensitivity.break_even(case, name, sum_, line) for name in asked.inputs}
    return [sentences.break_evens(case, sum_, found, line), tables.break_even_table(case, sum_, found, line)]


def _stress(case: Case, asked: Asked) -> Said:
    line = asked.line or "exposure_usd"
    sample = _sample(case, asked, line)
    found = reverse_stress(sample, bins.high_sum(sample, line) if asked.above is None else asked.above, line)
    return [sentences.must_be_true(case, found), tables.stress_table(case, found)]


def _box(case: Case, asked: Asked) -> Said:
    line = asked.line or "exposure_usd"
    sample = _sample(case, asked, line)
    found = scenario_box(sample, bins.high_sum(sample, line) if asked.above is None else asked.above, line)
    return [sentences.in_the_box(case, found), tables.box_table(case, found)]


def _information(case: Case, asked: Asked) -> Said:
    if asked.side not in get_args(Side):
        raise refused(case, f"'{asked.side}' is not a side.{did_you_mean(asked.side, get_args(Side))}")
    found = value_of_information(
        case, cast(Side, asked.side), asked.above, asked.seed, asked.power(13, bins.REPLICATES)
    )
    table = tables.information_table(case, found)
    return [sentences.worth_knowing(case, found), *([table] if table else [])]


class Method:
    """One method, and what it is asked about; an option that it would not read is refused."""

    def __init__(self, say: Callable[[Case, Asked], Said], *reads: str):
        self.say, self.reads = say, reads


METHODS = {
    "tornado": Method(_tornado, "line"),
    "spider": Method(_spider, "line"),
    "grid": Method(_grid, "line", "inputs"),
    "scenarios": Method(_scenarios),
    "draws": Method(_draws, "line", "level", "draws"),
    "target": Method(_target, "line", "above", "draws"),
    "ranks": Method(_ranks, "line", "draws"),
    "sobol": Method(_sobol, "line", "draws"),
    "shapley": Method(_shapley, "line", "draws"),
    "evidence": Method(_evidence, "line", "draws"),
    "answers": Method(_answers),
    "break-even": Method(_break_even, "line", "above", "inputs"),
    "stress": Method(_stress, "line", "above", "draws"),
    "box": Method(_box, "line", "above", "draws"),
    "information": Method(_information, "above", "side", "draws"),
}
OPTIONS = {
    "line": "--line", "above": "--above", "inputs": "--input", "side": "--side", "level": "--percentile", "draws": "--draws"
}  # fmt: skip


def as_json(case: Case, method: str, said: Said) -> dict[str, Any]:
    """What a method said, as data."""
    return {
        "case": case.title,
        "scenario": case.scenario,
        "hypothetical": case.hypothetical,
        "method": method,
        "words": [paragraph for part in said if isinstance(part, Words) for paragraph in part.paragraphs],
        "tables": [
            {"title": part.title, "note": part.note, "rows": list(part.rows)}
            for part in said
            if isinstance(part, Table)
        ],
    }
