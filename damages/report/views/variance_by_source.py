"""What the variance of a figure rests on: inputs, kinds of source, and who could supply better evidence."""

from __future__ import annotations

from damages.case.lines import called
from damages.characters import capital
from damages.engine.percentiles import Measured
from damages.report.charts.bars import shares as shares_of_a_whole
from damages.report.table import Column, Table, Words, listed, percent
from damages.report.view import View, view
from damages.report.views.case_file import HOLDER_WORDS, KIND_WORDS
from damages.sensitivity.variance_by_source import REST, VarianceBySource

SMALL = 0.05  # of a part: less is not worth a sentence


@view(VarianceBySource)
def whole(found: VarianceBySource) -> View:
    """The shares of the variance, the largest first."""
    words = {"kind": _resting_on, "holder": _could_supply, "input": _inputs}[found.by](found)
    return View(words, _table(found), shares_of_a_whole)


def _inputs(found: VarianceBySource) -> Words:
    """Which inputs explain the variance, with interactions shared out evenly (Shapley effects)."""
    case, shares, line = found.case, found.shares, found.of
    named = [share for share in shares if share.kind != REST]
    if not named:
        return Words((f"{called(case, line).capitalize()} does not vary, so there is no variance to explain.",))
    top = [f"“{case.inputs[share.kind].label}” {percent(round(share.share.value, 3))}" for share in named[:3]]
    noise = any(abs(share.share.value) <= share.share.error for share in shares)
    below = ["A share within its own error of zero is shown as 0."] if noise else []
    return Words(
        (
            f"Largest shares of the variance of {called(case, line)}, with interactions shared out evenly (Shapley effects): {listed(top)}.",
            *below,
        )
    )


def _settled(share: Measured) -> float:
    """A share of the variance; 0 where it is within its own error of nothing, which no share is below."""
    return 0.0 if abs(share.value) <= share.error else share.value


def _could_supply(found: VarianceBySource) -> Words:
    """Who could supply the evidence that would reduce the variance most."""
    shares, what = found.shares, called(found.case, found.of)
    if not shares:
        return Words((f"{capital(what)} does not vary, so no evidence would make it more certain.",))
    words = [
        f"{HOLDER_WORDS[share.kind]} {percent(round(share.share.value, 3))}"
        for share in shares
        if share.share.value > SMALL
    ]
    return Words((f"Share of the variance by who could supply better evidence: {listed(words)}.",))


def _resting_on(found: VarianceBySource) -> Words:
    """What share of the variance rests on assumptions."""
    what = called(found.case, found.of)
    parts = {share.kind: share.share.value for share in found.shares}
    if not parts:
        return Words((f"{capital(what)} does not vary, so it has no uncertainty to attribute.",))
    most = max(parts, key=lambda kind: parts[kind])
    said = f"Assumptions account for {percent(parts.get('assumption', 0.0))} of the variance of {what}."
    if most == "assumption":
        return Words((f"{said} Better evidence there would help most.",))
    return Words(
        (f"{said} The largest share, {percent(parts[most])}, rests on this kind of source: {KIND_WORDS[most]}.",)
    )


def _table(found: VarianceBySource) -> Table:
    """The share of a figure's variance that rests on each kind of source, holder of evidence, or input."""
    case, by, line = found.case, found.by, found.of
    words = {"kind": KIND_WORDS, "holder": HOLDER_WORDS, "input": {}}[by]
    rows = [
        {
            "name": one.kind,
            "kind": words.get(one.kind) or (REST if one.kind == REST else case.inputs[one.kind].label),
            "share": _settled(one.share),
            "error": one.share.error,
            "inputs": "; ".join(case.inputs[n].label for n in one.inputs),
        }
        for one in found.shares
    ]
    heading, title = {
        "kind": ("Kind of source", "Uncertainty by kind of source"),
        "holder": ("Who could supply better evidence", "Who could supply better evidence"),
        "input": ("Input", f"Shapley effects on {called(case, line)}"),
    }[by]
    columns = [
        Column("kind", heading),
        Column("share", "Share of the variance", "share"),
        Column("error", "±", "share"),
        *([Column("inputs", "Inputs")] if by != "input" else []),
    ]
    note = f"Shapley effects: the shares of the variance of {called(case, line)} sum to 100%."
    if by == "kind":
        note += " Questions count under the kind of their source."
    return Table.of(case, title, columns, rows, note)
