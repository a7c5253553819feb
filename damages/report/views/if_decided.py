"""The expected judgment if an answer, or a theory's fate, became certain."""

from __future__ import annotations

from damages.report.table import Column, Table, Words, usd
from damages.report.view import View, view
from damages.report.views.swing_bars import swing_bars
from damages.sensitivity.if_decided import IfDecided


@view(IfDecided)
def whole(found: IfDecided) -> View:
    """Questions and theories in the table, the questions in the chart."""
    return View(_words(found), _table(found), swing_bars, {}, _table(found, theories=False))


def _words(found: IfDecided) -> Words:
    """Which answer, made certain, would change the expected judgment most."""
    case = found.case
    answers = [one for one in found.rows if not one.is_theory]
    if not answers:
        return Words(("The case has no questions, so no answer changes the result.",))
    top = answers[0]
    parts = [
        f"The case turns most on one question: “{case.inputs[top.name].label}”. The expected judgment is {usd(top.base_usd)}; a certain no would make it {usd(top.usd_if_no)}, a certain yes {usd(top.usd_if_yes)}."
    ]
    theories = [one for one in found.rows if one.is_theory]
    if theories:
        worst = min(theories, key=lambda one: one.usd_if_no)
        parts.append(
            f"The most important theory is “{case.theories[worst.name].label}”: without it, {usd(worst.usd_if_no)} is left."
        )
    return Words(tuple(parts))


def _table(found: IfDecided, theories: bool | None = None) -> Table:
    """The expected judgment when an answer, or a theory's fate, becomes certain; of both unless ``theories`` says."""
    case = found.case
    rows = [
        {
            "name": one.name,
            "label": case.theories[one.name].label if one.is_theory else case.inputs[one.name].label,
            "chance": one.chance,
            "low": "it fails" if one.is_theory else "no",
            "high": "it stands" if one.is_theory else "yes",
            "at_low": one.usd_if_no,
            "at_high": one.usd_if_yes,
            "change_low": one.usd_if_no - one.base_usd,
            "change_high": one.usd_if_yes - one.base_usd,
            "base": one.base_usd,
            "unit": "answer",
        }
        for one in found.rows
        if theories in (None, one.is_theory)
    ]
    columns = [
        Column("label", "Question or theory" if theories is None else "Theory" if theories else "Question"),
        Column("chance", "Chance of yes", "share"),
        Column("at_low", "If no", "usd"),
        Column("change_low", "Change", "usd"),
        Column("at_high", "If yes", "usd"),
        Column("change_high", "Change", "usd"),
    ]
    note = "The expected judgment, a mean over the amounts. When a theory fails, its damages go with it; when it stands, every question it needs is answered yes."
    return Table.of(case, "The expected judgment if decided", columns, rows, note)
