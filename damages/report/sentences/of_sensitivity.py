"""What sensitivity says, in plain words: built from results, never typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from damages.analysis.across import Across
from damages.analysis.box import Box
from damages.analysis.evidence import REST, EvidenceShare
from damages.analysis.information import Information
from damages.analysis.paths import Estimate
from damages.analysis.ranks import Ranks
from damages.analysis.sensitivity import Grid
from damages.analysis.stress import Stress
from damages.analysis.switchboard import Importance
from damages.analysis.validation import Check
from damages.analysis.variance import Indices
from damages.case.schema import Case
from damages.report.lines import called, of_input
from damages.report.lines import line as line_of
from damages.report.table import Words, percent, usd, write
from damages.report.tables.of_inputs import HOLDER_WORDS

SMALL = 0.05  # of a part: less is not worth a sentence


def across(
    case: Case,
    found: Sequence[Across],
    line: str = "judgment_usd",
    above: float | None = None,
    level: float | None = None,
) -> Words:
    """What moves a figure most when everything varies, and which inputs turn or show no effect."""
    moving = [one for one in found if one.direction]
    what = called(case, line)
    figure = f"the mean of {what}" if level is None else f"the {100 * level:g}% percentile of {what}"
    unit = line_of(case, line).unit
    say = percent if above is not None else usd if unit == "usd" else partial(write, unit=unit)
    first = ""
    if above is not None:
        figure = f"the chance that {what} is more than {usd(above)}"
        if found:
            first = f"{figure[:1].upper()}{figure[1:]} is {percent(found[0].whole.value)}. "
    if not moving:
        return Words((f"{first}No input moves {figure} beyond the error of the draws.",))
    top = moving[0]
    asked = case.inputs[top.name].role == "question"
    ends = (
        ("if the answer is no", "if it is yes") if asked else ("in the lowest twentieth of its range", "in the highest")
    )
    parts = [
        f"{first}With everything else varying, {'it' if first else figure} moves most with “{of_input(case, top.name, top.group)}”: "
        f"{say(top.at_low.value)} {ends[0]}, {say(top.at_high.value)} {ends[1]}."
    ]
    turning = [of_input(case, one.name, one.group) for one in moving if one.direction == "turns"]
    if turning:
        parts.append(
            f"It does not move one way only with {_listed(turning)}: the ends of such an input do not tell how far it goes."
        )
    still = len(found) - len(moving)
    if still:
        parts.append(f"{still} of {len(found)} inputs that could matter show no effect beyond the error of the draws.")
    return Words(tuple(parts))


def parts_of_variance(case: Case, indices: Indices) -> Words:
    """How much inputs carry alone and together; why some estimates are below zero; or why there are none."""
    if indices.why_not:
        return Words((indices.why_not,))
    what, top = called(case, indices.line), indices.rows[0]
    together = 1.0 - indices.additive
    parts = [
        f"Alone, the inputs carry {percent(round(indices.additive, 3))} of the variance of {what}; {percent(round(together, 3))} comes from inputs acting together. "
        f"“{case.inputs[top.name].label}” carries {percent(round(top.first.value, 3))} alone and {percent(round(top.total.value, 3))} with all it acts together with."
    ]
    if together > 0.5:
        parts.append(
            "Most of it is acting together, so no input can be judged by itself: shares of what it does alone would hide what it does with others."
        )
    if indices.negative:
        count = len(indices.negative)
        parts.append(
            f"{count} {'input has an estimate' if count == 1 else 'inputs have estimates'} below zero. An index cannot be below zero; the true one is so near zero "
            "that the error of the draws reaches across, and the estimate is shown as it came out."
        )
    return Words(tuple(parts))


def fair_parts(case: Case, shares: Sequence[EvidenceShare], line: str = "judgment_usd") -> Words:
    """Which inputs carry the variance when what they do together is split fairly."""
    named = [share for share in shares if share.kind != REST]
    if not named:
        return Words((f"{called(case, line).capitalize()} does not vary, so no input carries its variance.",))
    top = [f"“{case.inputs[share.kind].label}” {percent(round(share.share.value, 3))}" for share in named[:3]]
    noise = any(share.share.value < 0 for share in shares)
    below = ["A part below zero is one so near zero that its error reaches across."] if noise else []
    return Words(
        (
            f"Of the variance of {called(case, line)}, what inputs do together split fairly between them, the most is carried by {_listed(top)}.",
            *below,
        )
    )


def held(shares: Sequence[EvidenceShare], what: str = "the judgment") -> Words:
    """Who could supply the evidence that would take most of the variance away."""
    if not shares:
        return Words((f"{what[:1].upper()}{what[1:]} does not vary, so nobody's evidence would make it surer.",))
    words = [
        f"{HOLDER_WORDS[share.kind]} {percent(round(share.share.value, 3))}"
        for share in shares
        if share.share.value > SMALL
    ]
    return Words((f"By who could supply better evidence, the variance lies with {_listed(words)}.",))


def ranks(case: Case, found: Ranks) -> Words:
    """Which input orders a figure most, and whether ranks can be rested on."""
    if not found.rows:
        return Words((f"No input with a range reaches {called(case, found.line)}.",))
    top = found.rows[0]
    held_still = f", and {top.partial.value:.2f} with the other inputs held still" if top.applies else ""
    rest = (
        "enough to rest on."
        if found.enough
        else "too little to rest on: use Sobol' indices or Shapley effects, which see what ranks do not."
    )
    parts = [
        f"“{of_input(case, top.name, top.group)}” goes with {called(case, found.line)} most closely: rank correlation {top.plain.value:.2f}{held_still}. "
        f"Ranks explain {percent(round(found.explained.value, 3))} of its order, {rest}"
    ]
    tied = [of_input(case, row.name, row.group) for row in found.rows if not row.applies]
    if tied:
        parts.append(f"With the other inputs held still there is nothing left of {_listed(tied)}: they move as one.")
    turning = [of_input(case, row.name, row.group) for row in found.rows if not row.monotone]
    if turning:
        parts.append(
            f"Rank correlations do not apply to {_listed(turning)}, which {'do' if len(turning) > 1 else 'does'} not move it one way only."
        )
    return Words(tuple(parts))


def certain(case: Case, found: Sequence[Importance]) -> Words:
    """Which answer, made certain, would change the expected judgment most."""
    answers = [one for one in found if not one.is_theory]
    if not answers:
        return Words(("The case has no questions: nothing hangs on an answer.",))
    top = answers[0]
    parts = [
        f"The answer that would change most is “{case.inputs[top.name].label}”: from {usd(top.base_usd)} the expected judgment would go to {usd(top.usd_if_no)} with a certain no and to {usd(top.usd_if_yes)} with a certain yes."
    ]
    theories = [one for one in found if one.is_theory]
    if theories:
        worst = min(theories, key=lambda one: one.usd_if_no)
        parts.append(
            f"Of the theories it is “{case.theories[worst.name].label}”: without it {usd(worst.usd_if_no)} is left."
        )
    return Words(tuple(parts))


def must_be_true(case: Case, stress: Stress) -> Words:
    """What must be true for a figure to pass a sum, in one paragraph."""
    what, sum_ = called(case, stress.line), usd(stress.above_usd)
    chance = f"The draws pass {sum_} with a chance of {percent(round(stress.chance.value, 4))}."
    if not stress.point:
        return Words(
            (
                f"Nothing in the ranges of the inputs takes {what} across {sum_}; at the medians it is {usd(stress.at_medians_usd)}. {chance}",
            )
        )
    most = max(abs(one.score) for one in stress.point)
    leading = [one for one in stress.point if abs(one.score) > most / 4][:4]
    words = [
        f"“{of_input(case, one.name, one.group)}” is at {write(one.value, case.inputs[one.name].unit)} (median {write(one.median, case.inputs[one.name].unit)})"
        for one in leading
    ]
    verb = "fall to" if stress.passes_at_medians else "pass"
    parts = [
        f"At the medians {what} is {usd(stress.at_medians_usd)}. For it to {verb} {sum_}, the most likely way is that {_listed(words)}. {chance}"
    ]
    alone = [
        f"“{case.inputs[name].label}” at {' or '.join(write(value, case.inputs[name].unit) for value in values)}"
        for name, values in stress.alone.items()
    ]
    parts.append(
        f"One input alone, the others at base, gets it there: {_listed(alone, 'or')}."
        if alone
        else "No input gets it there alone, the others at base."
    )
    return Words(tuple(parts))


def in_the_box(case: Case, box: Box) -> Words:
    """A scenario box in one sentence."""
    what, sum_ = called(case, box.line), usd(box.above_usd)
    if not box.limits:
        return Words(
            (
                f"No box of inputs tells the draws in which {what} is more than {sum_} from the rest: {percent(round(box.chance.value, 4))} of all draws pass it.",
            )
        )
    sides: dict[str, list[str]] = {}
    for one in box.limits:
        words = f"{'at least' if one.at_least else 'at most'} {write(one.value, case.inputs[one.name].unit)}"
        sides.setdefault(of_input(case, one.name, one.group), []).append(words)
    when = [f"“{label}” is {' and '.join(words)}" for label, words in sides.items()]
    return Words(
        (
            f"{what[:1].upper()}{what[1:]} passes {sum_} mostly when {_listed(when)}: {percent(round(box.density.value, 3))} of such draws pass it, against {percent(round(box.chance.value, 4))} of all, "
            f"and they are {percent(round(box.coverage.value, 3))} of those that do.",
        )
    )


def worth_knowing(case: Case, found: Information | None) -> Words:
    """What a side should do as things are known, and what to find out first."""
    if found is None:
        return Words(("The case file names no costs of going on (`litigation:`), so there is no decision to inform.",))
    going_on, sum_ = found.going_on_usd.value, usd(found.offer_usd)
    if found.side == "plaintiffs":
        brings = (
            f"going on is worth {usd(going_on)} to the plaintiffs after its costs"
            if going_on >= 0
            else f"going on costs the plaintiffs {usd(-going_on)} more than it brings"
        )
        choice = "go on" if found.goes_on else f"take {sum_}" if found.offer_usd else "drop the case"
    else:
        brings = f"going on costs the defendant {usd(-going_on)}, its own costs included"
        choice = "go on" if found.goes_on else f"pay {sum_}"
    side = "the plaintiffs" if found.side == "plaintiffs" else "the defendant"
    table = f"With {sum_} on the table" if found.offer_usd else "With nothing on the table"
    parts = [
        f"On average {brings}. {table} {side} would {choice}; knowing everything first would be worth {usd(found.everything.value)}, the answers to all questions {usd(found.questions.value)}."
    ]
    worth = [row for row in found.rows if row.shows]
    if not worth:
        return Words((*parts, "Nothing that could be found out about one input alone would change the choice."))
    top = worth[0]
    parts.append(
        f"Worth knowing most is “{of_input(case, top.name, top.group)}”: up to {usd(top.usd.value)}; better evidence is with {HOLDER_WORDS[case.inputs[top.name].holder]}."
    )
    other = "defendant" if found.side == "plaintiffs" else "plaintiffs"
    ask = [
        f"“{of_input(case, row.name, row.group)}” ({usd(row.usd.value)})"
        for row in worth
        if case.inputs[row.name].holder == other
    ][:3]
    if ask:
        parts.append(f"To ask for in discovery, by what knowing it is worth: {_listed(ask)}.")
    return Words(tuple(parts))


def between(case: Case, grids: Sequence[Grid]) -> Words:
    """From where to where a figure goes over a grid."""
    first = grids[0]
    low, high = min(float(grid.usd.min()) for grid in grids), max(float(grid.usd.max()) for grid in grids)
    names = [first.y, first.x, *first.third]
    return Words(
        (
            f"Over the ranges of {_listed([f'“{case.inputs[name].label}”' for name in names])}, the others at base, {called(case, first.line)} goes from {usd(low)} to {usd(high)}.",
        )
    )


def across_scenarios(estimates: Mapping[str, Estimate]) -> Words:
    """Between what figures the scenarios lie."""
    sums = {name: one.expected_usd for name, one in estimates.items()}
    low, high = min(sums, key=lambda name: sums[name]), max(sums, key=lambda name: sums[name])
    return Words(
        (
            f"Over {len(sums)} scenarios the expected judgment goes from {usd(sums[low])} ({low}) to {usd(sums[high])} ({high}).",
        )
    )


def break_evens(
    case: Case, target_usd: float, found: Mapping[str, Sequence[float]], line: str = "expected_usd"
) -> Words:
    """Which inputs alone bring a figure to a sum, and at what values."""
    what = called(case, line)
    reached = {name: values for name, values in found.items() if values}
    if not reached:
        return Words((f"No input alone, the others at base, brings {what} to {usd(target_usd)} within its range.",))
    words = [
        f"“{case.inputs[name].label}” at {' and '.join(write(value, case.inputs[name].unit) for value in values)}"
        for name, values in reached.items()
    ]
    return Words((f"One input alone, the others at base, brings {what} to {usd(target_usd)}: {_listed(words, 'or')}.",))


def disagreement(case: Case, orders: Mapping[str, Sequence[str]], among: int = 5) -> Words:
    """The input on which methods differ most, of those that any of them puts among the first."""
    first = dict.fromkeys(name for order in orders.values() for name in order[:among])
    places = {
        name: {method: order.index(name) + 1 for method, order in orders.items() if name in order} for name in first
    }
    if not first or len(orders) < 2:
        return Words(("There is nothing that methods could differ on.",))
    name = max(places, key=lambda one: max(places[one].values()) - min(places[one].values()))
    best, worst = (pick(places[name], key=lambda one: places[name][one]) for pick in (min, max))
    if places[name][best] == places[name][worst]:
        return Words((f"All methods put the first {among} inputs in the same places.",))
    return Words(
        (
            f"The methods differ most on “{case.inputs[name].label}”: number {places[name][best]} by {best}, number {places[name][worst]} by {worst}.",
        )
    )


def validated(checks: Sequence[Check]) -> Words:
    """How many known answers the library gives back; which it does not."""
    agree = sum(check.holds for check in checks)
    groups = list(dict.fromkeys(check.group for check in checks))
    failed = [check.what for check in checks if not check.holds]
    parts = [f"{agree} of {len(checks)} figures agree with what is known, in {len(groups)} groups: {_listed(groups)}."]
    return Words((*parts, f"Not: {_listed(failed)}.") if failed else tuple(parts))


def _listed(words: Sequence[str], last: str = "and") -> str:
    """a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
