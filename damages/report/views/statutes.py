"""Statutes: the registry in brief, one statute in full, and those that a case rests on."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from damages.case.schema import Case
from damages.law.statutes import Provision, Statute
from damages.report.table import Column, Table, write
from damages.report.view import View


def registry(statutes: Mapping[str, Statute], day: datetime.date | None = None) -> View:
    """The registry in brief: the version in force on a day, or the newest."""
    return View(None, _registry(statutes, day))


def one(statute: Statute, provision: Provision) -> View:
    """One statute in full."""
    return View(None, _one(statute, provision))


def used(case: Case) -> View:
    """The statutes that a case rests on, with how far each was checked."""
    return View(None, _used(case))


KINDS = {
    "floor": "a floor: actual damages and profits, and no less than the sum",
    "greater_of": "the greater of actual damages and the sum",
    "additive": "the sum on top of actual damages",
    "instead_of": "the sum in place of actual damages and profits, as the claimant elects",
    "actual_only": "actual damages alone",
}


def _registry(statutes: Mapping[str, Statute], day: datetime.date | None) -> Table:
    """The registry in brief: the version in force on a day, or the newest."""
    rows = []
    for name, statute in statutes.items():
        provision = statute.as_of(day)
        rows.append(
            {
                "name": name,
                "statute": statute.name,
                "cite": statute.cite,
                "sum": provision.sum_words,
                "kind": provision.kind.replace("_", " "),
                "unit": provision.unit,
                "checked": provision.checked,
            }
        )
    columns = [
        Column("name", "Name"),
        Column("statute", "Statute"),
        Column("cite", "Cite"),
        Column("sum", "Sum"),
        Column("kind", "Kind"),
        Column("unit", "For each"),
        Column("checked", "Checked"),
    ]
    when = f", as in force on {day}" if day else ""
    return Table(
        f"Statutory damages{when}",
        tuple(columns),
        tuple(rows),
        "Research, not legal advice. U.S. Code as of April 2023.",
    )


def _used(case: Case) -> Table:
    """The statutes that a case rests on, with how far each was checked."""
    rows = []
    for name, provision in case.provisions.items():
        theory = case.theories[name]
        statute = case.statutes[theory.statute]  # type: ignore[attr-defined]
        limits = [
            words
            for words in (
                _cap(provision),
                f"needs actual damages: {provision.needs_actual_damages}",
                "the court may award it" if provision.discretion else None,
            )
            if words
        ]
        rows.append(
            {
                "statute": f"{statute.name}, {statute.cite}",
                "sum": provision.sum_words,
                "kind": KINDS[provision.kind],
                "unit": provision.unit,
                "limits": "; ".join(limits),
                "checked": provision.checked,
            }
        )
    columns = [
        Column("statute", "Statute"),
        Column("sum", "Sum"),
        Column("kind", "How it meets actual damages"),
        Column("unit", "For each"),
        Column("limits", "Limits"),
        Column("checked", "Checked"),
    ]
    return Table.of(case, "The statutes behind the theories", columns, rows)


def _one(statute: Statute, provision: Provision) -> Table:
    """One statute in full."""
    said = [
        ("Cite", statute.cite),
        ("Link", statute.link),
        ("In force from", provision.effective_from),
        ("Sum", provision.sum_words),
        ("How it meets actual damages", KINDS[provision.kind]),
        ("Counted for each", provision.unit),
        ("Or for each day", write(provision.per_day_usd, "usd") if provision.per_day_usd else None),
        ("Actual damages count", f"{provision.actual_times:g} times" if provision.actual_times else None),
        ("Profits", "on top" if provision.profits_on_top else None),
        ("Actual damages needed first", provision.needs_actual_damages),
        ("Discretion", "the court may award it" if provision.discretion else None),
        (
            "Another sum",
            f"{_sums(provision.enhanced.sum_usd)} where {provision.enhanced.opens}" if provision.enhanced else None,
        ),
        (
            "Multiplier",
            f"up to {provision.multiplier.most:g} times where {provision.multiplier.opens}"
            if provision.multiplier
            else None,
        ),
        ("Punitive damages", _punitive(provision)),
        ("Fees", provision.fees),
        ("Class cap", _cap(provision)),
        ("Limitation", _limitation(provision)),
        ("Checked", provision.checked),
        ("Note", " ".join(provision.note.split()) if provision.note else None),
    ]
    rows = tuple({"what": what, "says": str(says)} for what, says in said if says is not None)
    return Table(statute.name, (Column("what", "What"), Column("says", "The registry says")), rows)


def _sums(sums: Sequence[float]) -> str:
    return " to ".join(write(amount, "usd") for amount in sums)


def _punitive(provision: Provision) -> str | None:
    if provision.punitive is None:
        return None
    most = f", at most {write(provision.punitive.most_usd, 'usd')}" if provision.punitive.most_usd else ""
    return (provision.punitive.opens or "allowed; when is not noted") + most


def _cap(provision: Provision) -> str | None:
    cap = provision.class_cap
    if cap is None:
        return None
    minimum = "" if cap.member_minimum else "; members have no minimum"
    return f"the lesser of {write(cap.usd, 'usd')} and {write(cap.share_of_net_worth, 'share')} of net worth{minimum}"


def _limitation(provision: Provision) -> str | None:
    limit = provision.limitation
    if limit is None:
        return None
    mark = " (unverified)" if limit.checked == "unverified" else ""
    return f"{limit.years:g} years from {limit.runs_from}{mark}".replace("from not noted", "(from when is not noted)")
