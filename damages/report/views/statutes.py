"""Statutes: the registry in brief, one statute in full, and those that a case rests on."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence

from damages.case.schema import Case
from damages.law.statutes import FEDERAL, Multiplier, Provision, Statute, chosen
from damages.report.table import Column, Table, Words, listed, write
from damages.report.view import View


def registry(
    statutes: Mapping[str, Statute], day: datetime.date | None = None, unit: str = "", state: str = ""
) -> View:
    """The registry in brief: the version in force on a day, or the newest; of one unit, of one State."""
    kept = chosen(statutes, day, unit, state)
    return View(None if unit or state else _counted(kept, day), _registry(kept, day, unit, state))


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
    "none": "nothing to a private person",
}
PROFITS = {True: "beside actual damages", False: "none", None: None}
MARKS = {"text": "read in the text", "secondary": "known from secondary sources", "unverified": "unverified"}
NOTE = "Research, not legal advice. U.S. Code as of April 2023 or later; `damages statutes NAME` prints one in full."


def _counted(statutes: Mapping[str, Statute], day: datetime.date | None) -> Words:
    """How many there are, how far they were read, and how many of them limit a class."""
    provisions = [statute.as_of(day) for statute in statutes.values()]
    marks = Counter(MARKS[provision.checked] for provision in provisions)
    federal = sum(statute.state is None for statute in statutes.values())
    rules = [provision.class_action.rule for provision in provisions if provision.class_action]
    limited = len(rules) - rules.count("allowed")
    closed = sum(provision.private_right == "none" for provision in provisions)
    read = listed([f"{count} {how}" for how, count in marks.most_common()])
    return Words(
        (
            f"{len(provisions)} statutes, {federal} federal and {len(provisions) - federal} of the States: {read}.",
            f"{limited} of them limit what a class can have, and {closed} give no private right of action. "
            "A case that multiplies such a sum over a class is refused.",
        )
    )


def _registry(statutes: Mapping[str, Statute], day: datetime.date | None, unit: str, state: str) -> Table:
    """The registry in brief: the version in force on a day, or the newest."""
    rows = []
    for name, statute in statutes.items():
        provision = statute.as_of(day)
        rows.append(
            {
                "name": name,
                "state": statute.state or "",
                "statute": statute.name,
                "cite": statute.cite,
                "sum": provision.sum_words,
                "kind": provision.kind.replace("_", " "),
                "unit": provision.unit,
                "class_action": provision.class_action.rule if provision.class_action else "allowed",
                "needs_actual_damages": provision.needs_actual_damages,
                "limitation_years": provision.limitation.years,
                "checked": provision.checked,
            }
        )
    columns = [
        Column("name", "Name"),
        Column("statute", "Statute"),
        Column("sum", "Sum"),
        Column("unit", "For each"),
        Column("kind", "Kind"),
        Column("class_action", "Class action"),
        Column("needs_actual_damages", "Needs loss"),
        Column("limitation_years", "Years to sue", "years"),
        Column("checked", "Checked"),
        Column("state", "State"),
        Column("cite", "Cite"),
    ]
    which = [
        f"as in force on {day}" if day else "",
        f"for each {unit}" if unit else "",
        "federal" if state == FEDERAL else f"of {state.upper()}" if state else "",
    ]
    return Table(", ".join(filter(None, ["Statutory damages", *which])), tuple(columns), tuple(rows), NOTE)


def _used(case: Case) -> Table:
    """The statutes that a case rests on, with how far each was checked."""
    rows = []
    for name, provision in case.provisions.items():
        theory = case.theories[name]
        statute = case.statutes[theory.statute]  # type: ignore[attr-defined]
        limits = [
            words
            for words in (
                _class(provision),
                _cap(provision),
                f"needs actual damages: {provision.needs_actual_damages}",
                *(f"needs {need.what}" for need in provision.also_needs),
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
    return Table("The statutes behind the theories", tuple(columns), tuple(rows))


def _one(statute: Statute, provision: Provision) -> Table:
    """One statute in full."""
    multiplier, enhanced = provision.multiplier, provision.enhanced
    said = [
        ("Cite", statute.cite),
        ("State", statute.state),
        ("Link", statute.link),
        ("Private right of action", "none" if provision.private_right == "none" else None),
        ("In force from", provision.effective_from),
        ("Applies to", provision.applies_to),
        ("Sum", provision.sum_words),
        ("How it meets actual damages", KINDS[provision.kind]),
        ("Counted for each", provision.unit),
        ("Or for each day", _usd(provision.per_day_usd)),
        ("At most for one person", _usd(provision.most_usd_per_person)),
        ("At most for one incident", _usd(provision.most_usd_per_incident)),
        ("To the State", f"{write(provision.state_share, 'share')} of the sum" if provision.state_share else None),
        ("Actual damages count", f"{provision.actual_times:g} times" if provision.actual_times else None),
        ("Profits", "on top" if provision.profits_on_top else PROFITS[provision.counts_profits]),
        ("Actual damages needed first", _marked(provision.needs_actual_damages, provision.actual_damages_checked)),
        *(("Also needs", _marked(f"{need.what}: {need.says}", need.checked)) for need in provision.also_needs),
        ("Discretion", "the court may award it" if provision.discretion else None),
        ("Another sum", f"{_sums(enhanced.sum_usd)} where {enhanced.opens}" if enhanced else None),
        ("Multiplier", _multiplier(multiplier) if multiplier else None),
        ("Punitive damages", _punitive(provision)),
        ("Fees", provision.fees),
        ("Class action", _class(provision) or "allowed: nothing in the statute is against it"),
        ("Class cap", _cap(provision)),
        ("Limitation", _limitation(provision)),
        ("Watch", provision.watch),
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


def _limitation(provision: Provision) -> str:
    limit = provision.limitation
    years = f"{limit.years:g} year{'s' * (limit.years != 1)} from " if limit.years else ""
    return _marked(f"{years}{limit.runs_from}".replace("from not noted", "(from when is not noted)"), limit.checked)


def _class(provision: Provision) -> str | None:
    rule = provision.class_action
    if rule is None:
        return None
    federal = "; a federal court may differ" if rule.federal_court == "may differ" else ""
    return _marked(f"{rule.rule}{f': {rule.note}' if rule.note else ''}{federal}", rule.checked)


def _multiplier(multiplier: Multiplier) -> str:
    of = "actual damages and not the sum, " if multiplier.of == "actual damages" else ""
    most = f", at most {write(multiplier.most_usd, 'usd')}" if multiplier.most_usd else ""
    return f"up to {multiplier.most:g} times {of}where {multiplier.opens}{most}"


def _marked(words: str, checked: str | None) -> str:
    """Words with their mark, where the text itself was not read."""
    return words if checked in (None, "text") else f"{words} ({checked})"


def _usd(amount: float | None) -> str | None:
    return write(amount, "usd") if amount else None
