"""Tables of what each input does to a figure: across its draws, as a part of the variance, by rank, by answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from damages.case.lines import called, of_input
from damages.case.lines import line as line_of
from damages.case.schema import Case
from damages.report.table import Column, Table, percent, usd
from damages.report.tables.of_case import KIND_WORDS
from damages.sensitivity.conditional import Across
from damages.sensitivity.if_decided import Importance
from damages.sensitivity.ranks import Ranks
from damages.sensitivity.variance import Indices
from damages.sensitivity.variance_by_source import REST, SourceShare

HOLDER_WORDS = {
    "defendant": "the defendant's records",
    "plaintiffs": "the plaintiffs and their counsel",
    "public": "public sources",
    "expert": "an expert or a survey",
    "court": "the court",
}
TURNS = " ↕"
LEAST = 1e-4  # of a variance: inputs that carry less are counted, not listed


def across_table(
    case: Case,
    found: Sequence[Across],
    line: str = "judgment_usd",
    above: float | None = None,
    level: float | None = None,
    role: str = "",
) -> Table:
    """A figure in the lowest and the highest bin of each input, the widest first; of amounts or questions where ``role`` says.

    Inputs whose bins do not differ beyond the error of the draws are left out.
    """
    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            "label": of_input(case, one.name, one.group) + (TURNS if one.direction == "turns" else ""),
            "low": "no" if case.inputs[one.name].role == "question" else one.middles[0],
            "high": "yes" if case.inputs[one.name].role == "question" else one.middles[-1],
            "at_low": one.at_low.value,
            "at_high": one.at_high.value,
            "error": max(one.at_low.error, one.at_high.error),
            "width": one.width,
            "share": one.share.value if one.share else None,
            "whole": one.whole.value,
            "unit": case.inputs[one.name].unit,
        }
        for one in found
        if one.direction and role in ("", case.inputs[one.name].role)
    ]
    unit = line_of(case, line).unit if above is None else "share"
    columns = [
        Column("label", "Input"),
        Column("low", "Low", "row"),
        Column("high", "High", "row"),
        Column("at_low", "At the low end", unit),
        Column("at_high", "At the high end", unit),
        Column("error", "±", unit),
        Column("width", "Swing", unit),
        *([Column("share", "First-order share of the variance", "share")] if level is None else []),
    ]
    what = called(case, line)
    title = f"Sensitivity of the mean of {what}, from the draws"
    if above is not None:
        title = f"Sensitivity of the chance that {what} is above {usd(above)}"
    elif level is not None:
        title = f"Sensitivity of the {level:g} quantile of {what}, from the draws"
    note = (
        "Draws in the lowest and the highest twentieth of the input's values, with all other inputs varying; "
        "for a question, answered no and yes. ↕ marks an input whose effect is not monotone."
    )
    return Table.of(case, title, columns, rows, note)


def sobol_table(case: Case, indices: Indices) -> Table:
    """First-order and total Sobol' indices of the inputs that reach a figure."""
    rows = [
        {
            "name": row.name,
            "label": case.inputs[row.name].label,
            "first": row.first.value,
            "first_error": row.first.error,
            "total": row.total.value,
            "total_error": row.total.error,
            "interaction": row.interaction,
        }
        for row in indices.rows
        if row.total.value >= LEAST or abs(row.first.value) >= LEAST
    ]
    columns = [
        Column("label", "Input"),
        Column("first", "Alone", "share"),
        Column("first_error", "±", "share"),
        Column("total", "Including interactions", "share"),
        Column("total_error", "±", "share"),
        Column("interaction", "From interactions", "share"),
    ]
    note = (
        f"Sobol' indices: the part of the variance of {called(case, indices.line)} that would go if the input were known (first-order), "
        "and the part that would remain if all others were (total, including interactions). "
        f"{len(indices.rows) - len(rows)} inputs contribute less than {percent(LEAST)} and are left out."
    )
    return Table.of(case, f"First-order and total indices of {called(case, indices.line)}", columns, rows, note)


def evidence_table(case: Case, shares: Sequence[SourceShare], by: str = "kind", line: str = "judgment_usd") -> Table:
    """The share of a figure's variance that rests on each kind of source, holder of evidence, or input."""
    words = {"kind": KIND_WORDS, "holder": HOLDER_WORDS, "input": {}}[by]
    rows = [
        {
            "name": found.kind,
            "kind": words.get(found.kind) or (REST if found.kind == REST else case.inputs[found.kind].label),
            "share": found.share.value,
            "error": found.share.error,
            "inputs": "; ".join(case.inputs[n].label for n in found.inputs),
        }
        for found in shares
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


def ranks_table(case: Case, ranks: Ranks) -> Table:
    """Rank correlations of the inputs with a figure, plain and partial."""
    rows = [
        {
            "name": row.name,
            "label": of_input(case, row.name, row.group) + ("" if row.monotone else TURNS),
            "plain": row.plain.value,
            "partial": row.partial.value if row.applies else None,
            "error": row.partial.error,
            "unit": "times",
        }
        for row in ranks.rows
        if not row.applies or abs(row.partial.value) > 2 * row.partial.error
    ]
    columns = [
        Column("label", "Input"),
        Column("plain", "Rank correlation", "row"),
        Column("partial", "Others held fixed", "row"),
    ]
    note = (
        f"The inputs' ranks explain {percent(ranks.explained.value)} of the variance of the ranks of {called(case, ranks.line)}. "
        "Inputs within twice the error of zero are left out; ↕ marks an input whose effect is not monotone, which ranks understate."
    )
    return Table.of(case, f"Rank correlations with {called(case, ranks.line)}", columns, rows, note)


def importance_table(case: Case, found: Sequence[Importance], theories: bool | None = None) -> Table:
    """The expected judgment when an answer, or a theory's fate, becomes certain; of both unless ``theories`` says."""
    rows = [
        {
            "name": one.name,
            "label": case.theories[one.name].label if one.is_theory else case.inputs[one.name].label,
            "chance": one.chance,
            "low": "it fails" if one.is_theory else "no",
            "high": "it stands" if one.is_theory else "yes",
            "usd_at_low": one.usd_if_no,
            "usd_at_high": one.usd_if_yes,
            "change_low": one.usd_if_no - one.base_usd,
            "change_high": one.usd_if_yes - one.base_usd,
            "base_usd": one.base_usd,
            "unit": "answer",
        }
        for one in found
        if theories in (None, one.is_theory)
    ]
    columns = [
        Column("label", "Question or theory" if theories is None else "Theory" if theories else "Question"),
        Column("chance", "Chance of yes", "share"),
        Column("usd_at_low", "If no", "usd"),
        Column("change_low", "Change", "usd"),
        Column("usd_at_high", "If yes", "usd"),
        Column("change_high", "Change", "usd"),
    ]
    note = "The expected judgment, with the amounts at base. When a theory fails, its damages go with it; when it stands, every question it needs is answered yes."
    return Table.of(case, "The expected judgment if decided", columns, rows, note)


def places_table(case: Case, orders: Mapping[str, Sequence[str]], most: int = 10) -> Table:
    """The rank that each method gives each input, the highest on average first."""
    names = list(dict.fromkeys(name for order in orders.values() for name in order if name in case.inputs))
    last = max((len(order) for order in orders.values()), default=0) + 1

    def place(name: str, order: Sequence[str]) -> int | None:
        return list(order).index(name) + 1 if name in order else None

    rows: list[dict[str, Any]] = [
        {"name": name, "label": case.inputs[name].label, **{key: place(name, order) for key, order in orders.items()}}
        for name in names
    ]
    rows.sort(key=lambda row: sum(row[key] or last for key in orders))
    columns = [Column("label", "Input"), *(Column(key, key[:1].upper() + key[1:], "count") for key in orders)]
    note = "1 is the most important input by that method; empty where the method shows no effect."
    return Table.of(case, "Ranking of the inputs, by method", columns, rows[:most], note)
