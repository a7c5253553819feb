"""The theories of a case: the chance that each stands, what is left without one, and where two pay for the same harm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from damages.case.schema import Case
from damages.decisions.litigation import standings as standings_of
from damages.report.charts.bars import bars
from damages.report.table import Column, Table, Words, percent, usd
from damages.report.view import View
from damages.sensitivity.if_decided import Fallen


def standings(case: Case) -> View:
    """For each theory, the chance that it stands."""
    return View(None, _standings(case))


def failing(case: Case, found: Sequence[Fallen]) -> View:
    """What is left if a theory, or two, fail."""
    return View(_most(case, found), _left(case, found), bars, {"key": "expected"})


def overlap(case: Case, found: Mapping[tuple[str, str], float]) -> View:
    """Where two theories would pay for the same harm."""
    return View(None, _overlap(case, found))


def _standings(case: Case) -> Table:
    """For each theory, the chance that it stands."""
    rows = [
        {
            "theory": case.theories[found.theory].label,
            "needs": "; ".join(f"{case.inputs[name].label} ({percent(chance)} so far)" for name, chance in found.after)
            or "Nothing",
            "chance": found.chance,
        }
        for found in standings_of(case)
    ]
    columns = [
        Column("theory", "Theory"),
        Column("needs", "Requirements, in order"),
        Column("chance", "Chance it stands", "share"),
    ]
    return Table.of(case, "Chance that each theory stands", columns, rows)


def _most(case: Case, rows: Sequence[Fallen]) -> Words:
    """Which theory carries most of the expected value."""
    whole = rows[0].expected_usd
    alone = [row for row in rows if len(row.theories) == 1]
    if not alone or whole == 0.0:
        return Words(("The expected judgment is zero, so no theory contributes to it.",))
    worst = min(alone, key=lambda row: row.expected_usd)
    label = case.theories[worst.theories[0]].label
    return Words(
        (
            f"The expected judgment depends most on “{label}”: without it, it falls from {usd(whole)} to {usd(worst.expected_usd)}.",
        )
    )


def _left(case: Case, rows: Sequence[Fallen]) -> Table:
    """What is left if a theory, or two, fail."""
    cells = [
        {
            "name": "+".join(fallen.theories),
            "label": " and ".join(case.theories[name].label for name in fallen.theories) or "None",
            "exposure": fallen.exposure_usd,
            "expected": fallen.expected_usd,
        }
        for fallen in rows
    ]
    columns = [
        Column("label", "Theory that fails"),
        Column("exposure", "Remaining exposure", "usd"),
        Column("expected", "Remaining expected judgment", "usd"),
    ]
    return Table.of(case, "If a theory fails", columns, cells, "Means over answers and amounts.")


def _overlap(case: Case, overlaps: Mapping[tuple[str, str], float]) -> Table:
    """Where two theories would pay for the same harm."""
    names = list(dict.fromkeys(first for first, _ in overlaps))
    rows = [{"label": case.theories[name].label, **{other: overlaps[name, other] for other in names}} for name in names]
    columns = [Column("label", "Theory"), *(Column(name, case.theories[name].label, "usd") for name in names)]
    note = "On the diagonal, what a theory pays alone; elsewhere, what two theories would pay twice if each harm were not compensated once. At base values, if the class wins, before any cut."
    return Table.of(case, "Where theories overlap", columns, rows, note)
