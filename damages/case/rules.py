"""What a case must not say about theories and terms, each rule one sentence to its writer.

`find_problems` yields (where, sentence) for everything that the schema and the walk over names
cannot see: dates in the wrong order, a statute asked for what it does not give, two fees on the
same dollars, a punitive ratio no court would accept.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping

from damages.case.class_rules import Found, Shapes, of_class_size, one_of
from damages.case.lines import figure_names
from damages.case.questions import find_contradictions
from damages.case.schema import CaseFile
from damages.case.statute_rules import of_statutes
from damages.case.terms import Distribution, Interest, JudgmentPayout
from damages.case.theories import FEES_PAID, FIXED_SUM, REACH, Profits, Statutory, SubscriptionValue
from damages.errors import DamagesWarning, did_you_mean
from damages.law.statutes import Provision
from damages.ranges.correlation import SLACK, between_moving, fitting, rank_matrix
from damages.reader.read import Place

MOST_FREEDOM = 1_000.0  # of a t copula; with more it is the Gaussian
WARN_RATIO, REFUSE_RATIO = 4.0, 9.0  # State Farm v. Campbell, 538 U.S. 408 (2003)


def find_problems(case: CaseFile, shapes: Shapes, provisions: Mapping[str, Provision | None]) -> Found:
    """Every problem of a case's parts with each other."""
    yield from _dates(case)
    yield from of_class_size(case, shapes)
    for name, theory in case.theories.items():
        if isinstance(theory, Statutory):
            yield from _statutory(case, name, theory, provisions[name])
        if isinstance(theory, SubscriptionValue):
            yield from _subscription(case, name, theory)
        if theory.limitation and f"{name}_timely_share" not in case.inputs:
            missing = (
                "the class has no class_period"
                if case.class_period is None
                else "the registry has none for it; write `years`"
            )
            yield ("theories", name, "limitation"), f"cannot be worked out: {missing}."
        if theory.multiplier and not theory.multiplier.times and f"{name}_multiplier" not in case.inputs:
            yield (
                ("theories", name, "multiplier"),
                "does not say how many times, and the statute gives none: name an input as `times`.",
            )
    yield from of_statutes(case, provisions)
    yield from _profits_once(case)
    yield from find_contradictions(case)
    yield from _judgment(case, shapes, provisions)
    yield from _settlement(case, shapes)
    yield from _correlations(case, shapes)
    yield from _published(case)


def _dates(case: CaseFile) -> Found:
    period, after = case.class_period, case.judgment.post_judgment
    if period and period.end < period.start:
        yield ("class_period", "end"), f"{period.end} lies before the start, {period.start}."
    if after and after.end < after.start:
        yield ("judgment", "post_judgment", "end"), f"{after.end} lies before the start, {after.start}."
    if period is None and case.class_size.turnover:
        yield ("class_size", "turnover"), "needs a class_period: people come and go between two days."
    for i, block in enumerate(case.judgment.interest):
        yield from _days_of_interest(case, ("judgment", "interest", str(i)), block)
    for name, theory in case.theories.items():
        if theory.limitation and not (theory.limitation.filed or case.filed):
            yield ("theories", name, "limitation"), "needs the day of filing: write `filed:` here or for the case."


def _days_of_interest(case: CaseFile, here: Place, block: Interest) -> Found:
    period, start, end = case.class_period, block.start, block.end or case.valued_on
    if end is None:
        yield here, "has no `end`, and the case no `valued_on`: write one of the two."
        return
    if start == "filed":
        if case.filed is None:
            yield (*here, "start"), "is the filing, but the case has no `filed:`. Add the day, or write a date."
            return
        start = case.filed
    if isinstance(start, str) and period is None:
        yield (*here, "start"), f"{start} needs a class_period; write a date, or add one."
    elif not isinstance(start, str) and end < start:
        yield (*here, "end"), f"{end} lies before the start, {start}."
    elif start == "as_paid" and period and end < period.end:
        yield (
            (*here, "end"),
            f"{end} lies before the end of the class period, {period.end}: payments after it would earn less than nothing.",
        )


def _statutory(case: CaseFile, name: str, theory: Statutory, provision: Provision | None) -> Found:
    here: Place = ("theories", name)
    if isinstance(case.theories.get(theory.actual or ""), Statutory):
        yield (*here, "actual"), f"names {theory.actual}, which is statutory too; actual damages come from a loss."
    if theory.gate and (theory.gate.share == REACH) != bool(theory.actual):
        yield (
            (*here, "gate", "share"),
            f"is `reach` where `actual` names the theory of the loss, here {theory.actual}: whoever has that loss has actual damages."
            if theory.actual
            else "is `reach`, but `actual` names no theory whose loss reaches anyone: name one, or an input.",
        )
    if provision is None:
        if theory.as_of:
            yield (*here, "as_of"), f"{theory.statute} has no version in force on {theory.as_of}."
        return
    own_sum = case.inputs.get(f"{name}_statutory_usd")
    if provision.kind not in ("actual_only", "none") and own_sum is None:
        yield (
            (*here, "statute"),
            f"{theory.statute} has no sum in the registry for that date; write an input {name}_statutory_usd.",
        )
    if theory.enhanced and not provision.enhanced and f"{name}_enhanced_usd" not in case.inputs:
        yield (
            (*here, "enhanced"),
            f"{theory.statute} has no other sum in the registry; write an input {name}_enhanced_usd.",
        )
    if theory.days and not provision.per_day_usd and f"{name}_usd_per_day" not in case.inputs:
        yield (*here, "days"), f"{theory.statute} gives no sum for a day."
    if theory.class_cap and not provision.class_cap:
        yield (*here, "class_cap"), f"{theory.statute} caps no class award."
    if provision.class_cap and not theory.class_cap:
        yield here, f"{theory.statute} caps a class award by net worth: add `class_cap: {{net_worth: …}}`."
    counted = theory.units.counted_by if theory.units else None
    if counted in case.inputs and "person" not in (case.inputs[counted].options or {}):
        yield (
            (*here, "units", "counted_by"),
            f"chooses between person and another unit; {counted} has no option person.",
        )


def _subscription(case: CaseFile, name: str, theory: SubscriptionValue) -> Found:
    here: Place = ("theories", name)
    if bool(theory.share_lost) == bool(theory.lost):
        yield here, "names a `share_lost`, or several methods under `lost`: one of the two."
    for key, method in (theory.lost or {}).items():
        said = [
            field
            for field in ("share", "comparator", "usd_per_month", "usd_per_member", "whole")
            if getattr(method, field)
        ]
        if len(said) != 1:
            yield (
                (*here, "lost", key),
                f"names one measure: share, comparator, usd_per_month, usd_per_member or whole; it names {len(said)}.",
            )
    if theory.lost:
        yield from one_of(case, (*here, "use"), theory.use, set(theory.lost))
    if (
        theory.tax
        and theory.tax.counted in case.inputs
        and set(case.inputs[theory.tax.counted].options or ()) != {"yes", "no"}
    ):
        yield (*here, "tax", "counted"), "is a choice between yes and no."
    if theory.months is None and case.class_size.turnover is None:
        yield (*here, "months"), "is missing: name the months paid, or give class_size a turnover that yields them."
    if theory.cap and theory.cap.arm in case.inputs:
        options = set(case.inputs[theory.cap.arm].options or ())
        if not options <= {FEES_PAID, FIXED_SUM}:
            listed = ", ".join(sorted(options))
            yield (*here, "cap", "arm"), f"chooses between fees_paid and fixed_sum; {theory.cap.arm} has {listed}."


def _profits_once(case: CaseFile) -> Found:
    """Profits are allocated once: two theories may count them only within one item of harm."""
    users: dict[str, tuple[str, str]] = {}
    for name, theory in case.theories.items():
        profits = theory.usd if isinstance(theory, Profits) else getattr(theory, "profits", None)
        if profits is None:
            continue
        first, item = users.setdefault(profits, (name, theory.item_of_harm))
        if item != theory.item_of_harm:
            key = "usd" if isinstance(theory, Profits) else "profits"
            yield (
                ("theories", name, key),
                f"{profits} is counted by {first} already, for another item of harm; profits are allocated once.",
            )


def _judgment(case: CaseFile, shapes: Shapes, provisions: Mapping[str, Provision | None]) -> Found:
    cut, punitive = case.judgment.due_process, case.judgment.punitive
    if cut and not (cut.share or cut.usd_per_member or cut.times_actual):
        yield ("judgment", "due_process"), "does not say what is left: add `share`, `usd_per_member` or `times_actual`."
    if cut and bool(cut.times_actual) != bool(cut.actual):
        yield (
            ("judgment", "due_process"),
            "times_actual and actual belong together: how many times which theory's loss.",
        )
    if cut and isinstance(case.theories.get(cut.actual or ""), Statutory):
        yield ("judgment", "due_process", "actual"), f"names {cut.actual}, which is statutory; actual harm is a loss."
    if not punitive:
        return
    here: Place = ("judgment", "punitive")
    if bool(punitive.ratio) == bool(punitive.usd_per_member):
        yield here, "is a `ratio` to the compensatory award or a sum `usd_per_member`: one of the two."
    for name in punitive.theories:
        theory = case.theories.get(name)
        found = provisions.get(name)
        if theory and not (isinstance(theory, Statutory) and found and found.punitive is not None):
            yield (*here, "theories"), f"{theory.label} gives no punitive damages in the registry."
    for key in ("ratio", "most_ratio"):
        shape = shapes.get(getattr(punitive, key) or "", {}).get("")
        if shape and shape.high > REFUSE_RATIO and case.hypothetical:
            yield (
                (*here, key),
                f"reaches {shape.high:g}; few ratios beyond a single digit survive review (State Farm v. Campbell, 538 U.S. 408 (2003)). The most of a hypothetical case is {REFUSE_RATIO:g}.",
            )
        elif key == "ratio" and shape and shape.high > WARN_RATIO:
            warnings.warn(
                f"a punitive ratio of {shape.high:g} is above {WARN_RATIO:g}, close to the line or beyond it (State Farm v. Campbell, 538 U.S. 408 (2003)).",
                DamagesWarning,
                stacklevel=2,
            )


def _settlement(case: CaseFile, shapes: Shapes) -> Found:
    terms, made = case.settlement, case.settlement.distribution
    if terms.fund is None:
        said = [key for key in ("claims_rate", "claimants", "channels") if getattr(terms, key) is not None]
        said += ["distribution"] if made != Distribution() else []
        for key in said:
            yield (
                ("settlement", key),
                "says how a settlement is paid, and there is no `fund`. Name one, or say how the judgment is paid: "
                "`judgment: {payout: {automatic: …, claims_rate: …}}`.",
            )
    elif case.judgment.payout != JudgmentPayout():
        yield ("judgment", "payout"), "says how a judgment is paid, but the case is settled for a fund: leave one out."
    said = [key for key in ("claims_rate", "claimants", "channels") if getattr(terms, key) is not None]
    if len(said) > 1:
        yield ("settlement", said[1]), f"cannot be combined with {said[0]}: give the number who claim in one way."
    shares = [shapes.get(channel.share, {}).get("") for channel in (terms.channels or {}).values()]
    if (
        shares
        and all(shape is not None for shape in shares)
        and sum(shape.base for shape in shares if shape) > 1 + 1e-9
    ):
        yield ("settlement", "channels"), "reach more than everyone: their shares sum to more than 1."
    if (made.kind == "claims_made") != (made.per_claim is not None):
        yield ("settlement", "distribution"), "kind: claims_made and per_claim belong together."
    if made.second and made.cashed is None:
        yield ("settlement", "distribution", "second"), "shares out what was not cashed: say which share is cashed."


def _correlations(case: CaseFile, shapes: Shapes) -> Found:
    """Pairs of inputs that are drawn, each said once; together a matrix that can be."""
    seen: set[frozenset[str]] = set()
    sound = True
    for i, pair in enumerate(case.correlations):
        here: Place = ("correlations", str(i))
        names = list(pair.between or ()) or [pair.within or ""]
        problem = _pair_problem(case, shapes, pair.between, pair.within)
        if frozenset(names) in seen and problem is None:
            problem = f"repeats the correlation of {' and '.join(names)}."
        if not -1 <= pair.rank <= 1:
            yield (*here, "rank"), f"is {pair.rank:g}, but lies between -1 and 1."
            sound = False
        seen.add(frozenset(names))
        if problem:
            sound = False
            yield here, problem
    if case.copula.t is not None and not 1 <= case.copula.t <= MOST_FREEDOM:
        yield (
            ("copula", "t"),
            f"is {case.copula.t:g}, but degrees of freedom lie between 1 and {MOST_FREEDOM:g}, such as 5; beyond, leave it out.",
        )
    moving = between_moving(case.correlations, shapes)
    if not sound or not moving:
        return
    ranks = rank_matrix(moving, shapes)
    if ranks.contradicted:
        yield (
            ("correlations",),
            f"{' and '.join(ranks.contradicted)} move as one by other pairs, which this rank contradicts.",
        )
        return
    moved = fitting(ranks.matrix)[1]
    if moved > SLACK and not case.copula.repair:
        yield (
            ("correlations",),
            f"do not fit together; the nearest that do have ranks up to {moved:.2g} away. Change them, or write `copula: {{repair: true}}`.",
        )
    elif moved > SLACK:
        warnings.warn(
            f"the correlations do not fit together; the nearest that do are used, with ranks up to {moved:.2g} away.",
            DamagesWarning,
            stacklevel=2,
        )


def _pair_problem(case: CaseFile, shapes: Shapes, between: list[str] | None, within: str | None) -> str | None:
    if bool(between) == bool(within):
        return "is `between: [a, b]`, or `within: a` for the groups of one input: one of the two."
    for name in between or [within or ""]:
        given = case.inputs.get(name)
        if given is None:
            return f"'{name}' is not an input of this case.{did_you_mean(name, case.inputs)}"
        if name not in shapes:
            return f"joins inputs that are drawn; {name} is a {given.role}."
        if given.role != "uncertain":  # one that was set to one value moves with nothing
            return f"joins inputs that are drawn; {name} has one value."
    if between and between[0] == between[1]:
        return f"joins {between[0]} with itself; its groups are joined by `within: {between[0]}`."
    if within and "" in shapes[within]:
        return f"joins the groups of an input; {within} is one for all groups."
    return None


def _published(case: CaseFile) -> Found:
    names = figure_names(case)
    for i, figure in enumerate(case.published):
        here: Place = ("published", str(i))
        if figure.line not in names:
            yield (*here, "line"), f"'{figure.line}' is not a figure of the model.{did_you_mean(figure.line, names)}"
        for name in figure.settings:
            if "." not in name and name not in case.inputs:
                yield (*here, "settings", name), f"is not an input of this case.{did_you_mean(name, case.inputs)}"
