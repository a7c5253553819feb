"""What the registry does not let a case do with a statute: multiply over a class what the class cannot have.

Whoever may not sue, and a sum that a class may not have, are refused with the reason and what to do. Where a
federal court may see it otherwise, a case in a federal court is told so and goes on: Rule 23 permits a class that
New York's own rule forbids (Shady Grove v. Allstate, 2010). What the registry knows and the model does not apply,
such as the State's share of a penalty, is told too.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping

from damages.case.class_rules import Found
from damages.case.schema import CaseFile
from damages.case.theories import Statutory
from damages.errors import DamagesWarning
from damages.law.statutes import ClassAction, Provision
from damages.reader.read import Place

LOSS = "Measure the loss itself instead (`measure: per_unit`, `lump_sum` or `subscription_value`), or drop the theory."


def of_statutes(case: CaseFile, provisions: Mapping[str, Provision | None]) -> Found:
    """Every problem of a case with the statutes that its theories rest on."""
    if case.forum and case.forum.court == "state" and len(case.forum.place) > 2:
        yield (
            ("forum", "place"),
            f"{case.forum.place} is a federal circuit; a State court's place is two letters, such as CA.",
        )
    for name, theory in case.theories.items():
        provision = provisions.get(name)
        if isinstance(theory, Statutory) and provision:
            yield from _right(name, theory, provision)
            yield from _class(case, name, theory, provision)
            yield from _award(name, theory, provision)
            _tell([*_not_applied(name, theory, provision)])


def _right(name: str, theory: Statutory, provision: Provision) -> Found:
    if provision.private_right == "none":
        yield (
            ("theories", name, "statute"),
            f"{theory.statute} gives no private right of action: only a State or an agency enforces it, and no class recovers under it. Drop the theory.",
        )


def _class(case: CaseFile, name: str, theory: Statutory, provision: Provision) -> Found:
    rule = provision.class_action
    here: Place = ("theories", name, "statute")
    if rule is None or (provision.kind == "actual_only" and not theory.multiplier):
        return
    if rule.rule == "heightened fault":
        if not theory.needs:
            yield (
                here,
                f"{theory.statute} gives a class its sum only on a further finding{_why(rule)} Name that question under `needs`.",
            )
        return
    if rule.rule == "allowed" or (rule.rule == "no minimum" and provision.class_cap):
        return
    told = {
        "barred": "cannot be brought as a class action",
        "actual only": f"gives a class its actual damages and not the {'added part' if provision.kind == 'actual_only' else 'sum'}",
        "no minimum": "gives the members of a class no minimum sum",
    }[rule.rule]
    differs = rule.federal_court == "may differ"
    if differs and case.forum and case.forum.court == "federal":
        if case.hypothetical:  # in a decided case the court has answered
            _tell(
                [
                    f"{name}: {theory.statute} {told}{_why(rule)} In {case.forum.words} that may differ, so the sum is multiplied over the class; say how the court ruled."
                ],
            )
        return
    there = (
        " If the case is in a federal court, say so: `forum: {court: federal, place: 2d Cir.}`."
        if differs and not case.forum
        else ""
    )
    yield here, f"{theory.statute} {told}{_why(rule)} {LOSS}{there}"


def _award(name: str, theory: Statutory, provision: Provision) -> Found:
    multiplier = provision.multiplier
    if theory.multiplier and multiplier and multiplier.of == "actual damages" and provision.kind != "actual_only":
        yield (
            ("theories", name, "multiplier"),
            f"{theory.statute} multiplies actual damages and not its sum: drop `multiplier` here and give it to the theory of the loss.",
        )
    if theory.profits and provision.counts_profits is False:
        yield ("theories", name, "profits"), f"{theory.statute} gives no profits of the violator: drop `profits`."


def _not_applied(name: str, theory: Statutory, provision: Provision) -> Iterator[str]:
    """What the registry says and the model leaves to the case file."""
    limits = {
        "for one person": provision.most_usd_per_person,
        "for one incident": provision.most_usd_per_incident,
        "as a multiple for one person": provision.multiplier.most_usd
        if theory.multiplier and provision.multiplier
        else None,
    }
    for which, usd in limits.items():
        if usd:
            yield f"{name}: {theory.statute} gives at most ${usd:,.0f} {which}; the model does not apply that limit. Keep the units and the loss below it."
    if provision.state_share:
        yield f"{name}: {provision.state_share:.0%} of what {theory.statute} gives goes to the State; the model counts it with the class. Take it off as an offset."


def _why(rule: ClassAction) -> str:
    return f": {rule.note.rstrip('.')}." if rule.note else "."


def _tell(sentences: list[str]) -> None:
    for sentence in sentences:
        warnings.warn(sentence, DamagesWarning, stacklevel=2)
