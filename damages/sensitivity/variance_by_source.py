"""What the variance of a figure rests on: by input, by kind of source, and by who could supply better evidence.

Shapley effects, whose estimators are those of any function (`damages.sensitivity.variance`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Literal, get_args

from damages.case.schema import Case
from damages.engine.figure import inputs_behind, open_questions, refused
from damages.engine.headlines import is_headline
from damages.engine.percentiles import Measured
from damages.errors import did_you_mean
from damages.reader.digits import settled
from damages.sensitivity.conditional import by_bins
from damages.sensitivity.functions import pick_freeze_of
from damages.sensitivity.registry import method
from damages.sensitivity.sample import replicate_power, sample
from damages.sensitivity.tornado import tornado
from damages.sensitivity.variance import MOST_GROUPS, shapley_effects
from damages.shows import Shows

By = Literal["kind", "holder", "input"]
REST = "every other input"
DRAWS = 16_384


@dataclass(frozen=True)
class SourceShare:
    """The part of the variance that a group of inputs carries: a kind of source, a holder of evidence, or one input."""

    kind: str
    share: Measured
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class VarianceBySource(Shows):
    """The shares of the variance of a line, the largest first; none where the line does not vary."""

    case: Case = field(repr=False)
    of: str
    by: By
    shares: tuple[SourceShare, ...]


@method
def variance_by_source(
    case: Case, *, of: str = "judgment_usd", by: By = "kind", draws: int = DRAWS, seed: int = 0
) -> VarianceBySource:
    """The share of the variance of a figure by group of inputs, with interactions shared out evenly (Shapley effects).

    Parameters
    ----------
    of : a line with one figure for the whole class
    by : "kind" of source; "holder", who could supply better evidence; or "input", the eleven with the
        widest swings one by one and the rest together
    draws : at least this many

    Raises
    ------
    CaseError : another ``by``

    Notes
    -----
    Right for dependent inputs too.

    References
    ----------
    A. B. Owen and C. Prieur, On Shapley value for measuring importance of dependent inputs, 2017

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> damages.variance_by_source(case, draws=512).shares[0].kind
    'assumption'
    """
    if by not in get_args(By):
        raise refused(case, f"'{by}' is not a way to group the inputs.{did_you_mean(by, get_args(By))}")
    members = groups_of(case, of, by)
    shares = shapley_effects(pick_freeze_of(case, of), members, replicate_power(draws, 4), seed=seed) if members else {}
    found = [SourceShare(kind, share, tuple(members[kind])) for kind, share in shares.items()]
    return VarianceBySource(case, of, by, tuple(sorted(found, key=lambda share: -settled(share.share.value))))


def groups_of(case: Case, line: str, by: By) -> dict[str, list[str]]:
    """The inputs and open questions that reach a line, in groups."""
    names = [*inputs_behind(case, line), *(open_questions(case) if not is_headline(line) else [])]
    groups: dict[str, list[str]] = defaultdict(list)
    if by == "input":
        headline = "expected_usd" if line == "judgment_usd" else line
        if is_headline(headline):
            swings = {swing.name: swing.width for swing in tornado(case, of=headline).swings}
        else:  # of an input that differs by group, the widest
            swings = {one.name: one.width for one in reversed(by_bins(sample(case, of=[line], draws=8_192), line))}
        wide = sorted(names, key=lambda name: -settled(swings.get(name, 0.0)))
        single = wide if len(wide) <= MOST_GROUPS else wide[: MOST_GROUPS - 1]
        return {name: [name] for name in single} | ({REST: wide[len(single) :]} if len(wide) > len(single) else {})
    for name in names:
        given = case.inputs[name]
        groups[given.source.kind if by == "kind" else given.holder].append(name)
    return dict(groups)
