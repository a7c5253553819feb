"""Tables about the law: statutes, theories that fall, overlaps, judgments reproduced."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from damages.case.lines import cited
from damages.case.schema import Case
from damages.law.statutes import Provision, Statute
from damages.precedents.judgments import Reproduction
from damages.report.table import Column, Table, write
from damages.sensitivity.if_decided import Fallen


def switchboard_table(case: Case, rows: Sequence[Fallen]) -> Table:
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
    return Table.of(case, "If a theory fails", columns, cells, "At base values.")


def overlap_table(case: Case, overlaps: Mapping[tuple[str, str], float]) -> Table:
    """Where two theories would pay for the same harm."""
    names = list(dict.fromkeys(first for first, _ in overlaps))
    rows = [{"label": case.theories[name].label, **{other: overlaps[name, other] for other in names}} for name in names]
    columns = [Column("label", "Theory"), *(Column(name, case.theories[name].label, "usd") for name in names)]
    note = "On the diagonal, what a theory pays alone; elsewhere, what two theories would pay twice if each harm were not compensated once. Every question answered for the class."
    return Table.of(case, "Where theories overlap", columns, rows, note)


def judgments_table(found: Sequence[Reproduction]) -> Table:
    """Published figures compared with the model's."""
    rows = [
        {
            "case": one.case.title,
            "what": one.published.what,
            "unit": "count" if one.published.line in ("claimants", "claims", "class_members_total") else "cents",
            "published": one.published.value,
            "ours": one.ours,
            "difference": one.difference,
            "within": "the cent" if one.published.within == 0.005 else f"{one.published.within:,.10g}",
            "holds": "yes" if one.holds else "NO",
            "source": cited(one.published.source),
        }
        for one in found
    ]
    columns = [
        Column("case", "Case"),
        Column("what", "Figure"),
        Column("published", "Published", "row"),
        Column("ours", "This model", "row"),
        Column("difference", "Difference", "row"),
        Column("within", "Published to"),
        Column("holds", "Agrees"),
    ]
    agree = sum(one.holds for one in found)
    return Table(
        "Published figures reproduced",
        tuple(columns),
        tuple(rows),
        f"{agree} of {len(found)} figures agree to the cent, or to the rounding of the published figure.",
    )


def lessons_table(found: Sequence[Reproduction]) -> Table:
    """What each judgment shows about the model."""
    cases = {one.case.name: one.case for one in found}
    rows = [
        {"case": case.title, "docket": case.docket, "then": case.disposition, "teaches": case.teaches or ""}
        for case in cases.values()
    ]
    columns = [
        Column("case", "Case"),
        Column("docket", "Court"),
        Column("then", "Outcome"),
        Column("teaches", "What it shows"),
    ]
    return Table("What each judgment shows", tuple(columns), tuple(rows))


def statutes_table(statutes: Mapping[str, Statute], day: datetime.date | None = None) -> Table:
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


def statutes_used_table(case: Case) -> Table:
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


def statute_table(statute: Statute, provision: Provision) -> Table:
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


KINDS = {
    "floor": "a floor: actual damages and profits, and no less than the sum",
    "greater_of": "the greater of actual damages and the sum",
    "additive": "the sum on top of actual damages",
    "instead_of": "the sum in place of actual damages and profits, as the claimant elects",
    "actual_only": "actual damages alone",
}


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
