"""What sensitivity says, in plain words: built from results, never typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from damages.case.lines import called, of_input
from damages.case.lines import line as line_of
from damages.case.schema import Case
from damages.engine.paths import Estimate
from damages.report.table import Words, percent, usd, write
from damages.report.tables.of_inputs import HOLDER_WORDS
from damages.sensitivity.conditional import Across
from damages.sensitivity.if_decided import Importance
from damages.sensitivity.one_at_a_time import Grid
from damages.sensitivity.ranks import Ranks
from damages.sensitivity.scenario_box import Box
from damages.sensitivity.stress import Stress
from damages.sensitivity.value_of_information import Information
from damages.sensitivity.variance import Indices
from damages.sensitivity.variance_by_source import REST, SourceShare
from damages.validation.known_answers import Check

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
    figure = f"the mean of {what}" if level is None else f"the {level:g} quantile of {what}"
    unit = line_of(case, line).unit
    say = percent if above is not None else usd if unit == "usd" else partial(write, unit=unit)
    first = ""
    if above is not None:
        figure = f"the chance that {what} is more than {usd(above)}"
        if found:
            first = f"{figure[:1].upper()}{figure[1:]} is {percent(found[0].whole.value)}. "
    if not moving:
        return Words((f"{first}No input moves {figure} beyond the Monte Carlo error.",))
    top = moving[0]
    asked = case.inputs[top.name].role == "question"
    ends = (
        ("if the answer is no", "if it is yes") if asked else ("in the lowest twentieth of its range", "in the highest")
    )
    parts = [
        f"{first}With all other inputs varying, {'it' if first else figure} depends most on “{of_input(case, top.name, top.group)}”: "
        f"{say(top.at_low.value)} {ends[0]}, {say(top.at_high.value)} {ends[1]}."
    ]
    turning = [of_input(case, one.name, one.group) for one in moving if one.direction == "turns"]
    if turning:
        parts.append(f"The effect of {_listed(turning)} is not monotone: the ends of the range understate it.")
    still = len(found) - len(moving)
    if still:
        parts.append(f"{still} of {len(found)} inputs that could matter show no effect beyond the Monte Carlo error.")
    return Words(tuple(parts))


def parts_of_variance(case: Case, indices: Indices) -> Words:
    """How much inputs carry alone and together; why some estimates are below zero; or why there are none."""
    if indices.why_not:
        return Words((indices.why_not,))
    what, top = called(case, indices.line), indices.rows[0]
    together = 1.0 - indices.additive
    parts = [
        f"First-order effects explain {percent(round(indices.additive, 3))} of the variance of {what}; interactions explain {percent(round(together, 3))}. "
        f"“{case.inputs[top.name].label}” explains {percent(round(top.first.value, 3))} alone and {percent(round(top.total.value, 3))} including interactions."
    ]
    if together > 0.5:
        parts.append("Interactions dominate, so first-order effects alone understate what an input does.")
    if indices.negative:
        count = len(indices.negative)
        parts.append(
            f"{count} {'input has an estimate' if count == 1 else 'inputs have estimates'} below zero. An index cannot be negative: the true value lies within the Monte Carlo error "
            "of zero, and the estimate is shown as computed."
        )
    return Words(tuple(parts))


def fair_parts(case: Case, shares: Sequence[SourceShare], line: str = "judgment_usd") -> Words:
    """Which inputs explain the variance, with interactions shared out evenly (Shapley effects)."""
    named = [share for share in shares if share.kind != REST]
    if not named:
        return Words((f"{called(case, line).capitalize()} does not vary, so there is no variance to explain.",))
    top = [f"“{case.inputs[share.kind].label}” {percent(round(share.share.value, 3))}" for share in named[:3]]
    noise = any(share.share.value < 0 for share in shares)
    below = ["A negative share lies within its Monte Carlo error of zero."] if noise else []
    return Words(
        (
            f"Largest shares of the variance of {called(case, line)}, with interactions shared out evenly (Shapley effects): {_listed(top)}.",
            *below,
        )
    )


def held(shares: Sequence[SourceShare], what: str = "the judgment") -> Words:
    """Who could supply the evidence that would reduce the variance most."""
    if not shares:
        return Words((f"{what[:1].upper()}{what[1:]} does not vary, so no evidence would make it more certain.",))
    words = [
        f"{HOLDER_WORDS[share.kind]} {percent(round(share.share.value, 3))}"
        for share in shares
        if share.share.value > SMALL
    ]
    return Words((f"Share of the variance by who could supply better evidence: {_listed(words)}.",))


def ranks(case: Case, found: Ranks) -> Words:
    """Which input has the strongest rank correlation with a figure, and whether ranks can be relied on."""
    if not found.rows:
        return Words((f"No input with a range reaches {called(case, found.line)}.",))
    top = found.rows[0]
    held_still = f", and {top.partial.value:.2f} with the others held fixed" if top.applies else ""
    rest = (
        "enough to rely on them."
        if found.enough
        else "too little to rely on them: use Sobol' indices or Shapley effects, which do not assume a monotone effect."
    )
    parts = [
        f"“{of_input(case, top.name, top.group)}” has the strongest rank correlation with {called(case, found.line)}: {top.plain.value:.2f}{held_still}. "
        f"Ranks explain {percent(round(found.explained.value, 3))} of the variance of its ranks, {rest}"
    ]
    tied = [of_input(case, row.name, row.group) for row in found.rows if not row.applies]
    if tied:
        parts.append(f"No partial rank correlation exists for {_listed(tied)}: the other inputs determine it fully.")
    turning = [of_input(case, row.name, row.group) for row in found.rows if not row.monotone]
    if turning:
        parts.append(f"Rank correlations do not apply to {_listed(turning)}, whose effect is not monotone.")
    return Words(tuple(parts))


def certain(case: Case, found: Sequence[Importance]) -> Words:
    """Which answer, made certain, would change the expected judgment most."""
    answers = [one for one in found if not one.is_theory]
    if not answers:
        return Words(("The case has no questions, so no answer changes the result.",))
    top = answers[0]
    parts = [
        f"The case turns most on one question: “{case.inputs[top.name].label}”. The expected judgment is {usd(top.base_usd)}; a certain no would make it {usd(top.usd_if_no)}, a certain yes {usd(top.usd_if_yes)}."
    ]
    theories = [one for one in found if one.is_theory]
    if theories:
        worst = min(theories, key=lambda one: one.usd_if_no)
        parts.append(
            f"The most important theory is “{case.theories[worst.name].label}”: without it, {usd(worst.usd_if_no)} is left."
        )
    return Words(tuple(parts))


def must_be_true(case: Case, stress: Stress) -> Words:
    """What must be true for a figure to pass a sum, in one paragraph."""
    what, sum_ = called(case, stress.line), usd(stress.above_usd)
    chance = f"The draws pass {sum_} with a chance of {percent(round(stress.chance.value, 4))}."
    if not stress.point:
        return Words(
            (
                f"No combination of inputs within their ranges takes {what} across {sum_}; at the medians it is {usd(stress.at_medians_usd)}. {chance}",
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
        f"With every input at its median, {what} is {usd(stress.at_medians_usd)}. The most likely way for it to {verb} {sum_}: {_listed(words)}. {chance}"
    ]
    alone = [
        f"“{case.inputs[name].label}” at {' or '.join(write(value, case.inputs[name].unit) for value in values)}"
        for name, values in stress.alone.items()
    ]
    parts.append(
        f"One input alone, with the others at base, is enough: {_listed(alone, 'or')}."
        if alone
        else "No single input is enough with the others at base."
    )
    return Words(tuple(parts))


def in_the_box(case: Case, box: Box) -> Words:
    """A scenario box in one sentence."""
    what, sum_ = called(case, box.line), usd(box.above_usd)
    if not box.limits:
        return Words(
            (
                f"No range of inputs separates the draws in which {what} is above {sum_} from the others: {percent(round(box.chance.value, 4))} of all draws are above it.",
            )
        )
    sides: dict[str, list[str]] = {}
    for one in box.limits:
        words = f"{'at least' if one.at_least else 'at most'} {write(one.value, case.inputs[one.name].unit)}"
        sides.setdefault(of_input(case, one.name, one.group), []).append(words)
    when = [f"“{label}” is {' and '.join(words)}" for label, words in sides.items()]
    return Words(
        (
            f"{what[:1].upper()}{what[1:]} is above {sum_} mostly when {_listed(when)}: so are {percent(round(box.density.value, 3))} of these draws, against {percent(round(box.chance.value, 4))} of all draws. "
            f"These draws cover {percent(round(box.coverage.value, 3))} of all that are above it.",
        )
    )


def worth_knowing(case: Case, found: Information | None) -> Words:
    """What a side should do on present information, and what to find out first."""
    if found is None:
        return Words(("The case file gives no litigation costs, so there is no decision to inform.",))
    going_on, sum_ = found.going_on_usd.value, usd(found.offer_usd)
    if found.side == "plaintiffs":
        brings = (
            f"litigating is worth {usd(going_on)} to the plaintiffs net of its costs"
            if going_on >= 0
            else f"litigating costs the plaintiffs {usd(-going_on)} more than it yields"
        )
        choice = "litigate" if found.goes_on else f"take {sum_}" if found.offer_usd else "drop the case"
    else:
        brings = f"litigating costs the defendant {usd(-going_on)}, including its own costs"
        choice = "litigate" if found.goes_on else f"pay {sum_}"
    side = "the plaintiffs" if found.side == "plaintiffs" else "the defendant"
    table = f"With an offer of {sum_}," if found.offer_usd else "With no offer,"
    parts = [
        f"On average {brings}. {table} {side} would {choice}. Perfect information on every input would be worth {usd(found.everything.value)}; on the answers alone, {usd(found.questions.value)}."
    ]
    worth = [row for row in found.rows if row.shows]
    if not worth:
        return Words((*parts, "Information on one input alone would not change the choice."))
    top = worth[0]
    parts.append(
        f"The most valuable information is on “{of_input(case, top.name, top.group)}”: up to {usd(top.usd.value)}. Better evidence could come from {HOLDER_WORDS[case.inputs[top.name].holder]}."
    )
    other = "defendant" if found.side == "plaintiffs" else "plaintiffs"
    ask = [
        f"“{of_input(case, row.name, row.group)}” ({usd(row.usd.value)})"
        for row in worth
        if case.inputs[row.name].holder == other
    ][:3]
    if ask:
        parts.append(f"Discovery requests by the value of information: {_listed(ask)}.")
    return Words(tuple(parts))


def between(case: Case, grids: Sequence[Grid]) -> Words:
    """The range of a figure over a grid."""
    first = grids[0]
    low, high = min(float(grid.usd.min()) for grid in grids), max(float(grid.usd.max()) for grid in grids)
    names = [first.y, first.x, *first.third]
    return Words(
        (
            f"Over the ranges of {_listed([f'“{case.inputs[name].label}”' for name in names])}, with the others at base, {called(case, first.line)} ranges from {usd(low)} to {usd(high)}.",
        )
    )


def across_scenarios(estimates: Mapping[str, Estimate]) -> Words:
    """The range of the expected judgment over the scenarios."""
    sums = {name: one.expected_usd for name, one in estimates.items()}
    low, high = min(sums, key=lambda name: sums[name]), max(sums, key=lambda name: sums[name])
    return Words(
        (
            f"Over {len(sums)} scenarios the expected judgment ranges from {usd(sums[low])} ({low}) to {usd(sums[high])} ({high}).",
        )
    )


def break_evens(
    case: Case, target_usd: float, found: Mapping[str, Sequence[float]], line: str = "expected_usd"
) -> Words:
    """Which inputs alone bring a figure to a sum, and at what values."""
    what = called(case, line)
    reached = {name: values for name, values in found.items() if values}
    if not reached:
        return Words(
            (f"No single input, within its range and with the others at base, brings {what} to {usd(target_usd)}.",)
        )
    words = [
        f"“{case.inputs[name].label}” at {' and '.join(write(value, case.inputs[name].unit) for value in values)}"
        for name, values in reached.items()
    ]
    return Words(
        (f"With the others at base, a single input brings {what} to {usd(target_usd)}: {_listed(words, 'or')}.",)
    )


def disagreement(case: Case, orders: Mapping[str, Sequence[str]], among: int = 5) -> Words:
    """The input on which methods differ most, of those that any of them puts among the first."""
    first = dict.fromkeys(name for order in orders.values() for name in order[:among])
    places = {
        name: {method: order.index(name) + 1 for method, order in orders.items() if name in order} for name in first
    }
    if not first or len(orders) < 2:
        return Words(("There are no rankings to compare.",))
    name = max(places, key=lambda one: max(places[one].values()) - min(places[one].values()))
    best, worst = (pick(places[name], key=lambda one: places[name][one]) for pick in (min, max))
    if places[name][best] == places[name][worst]:
        return Words((f"All methods rank the first {among} inputs alike.",))
    return Words(
        (
            f"The methods differ most on “{case.inputs[name].label}”: rank {places[name][best]} by {best}, rank {places[name][worst]} by {worst}.",
        )
    )


def validated(checks: Sequence[Check]) -> Words:
    """How many known answers the library reproduces, and which it does not."""
    agree = sum(check.holds for check in checks)
    groups = list(dict.fromkeys(check.group for check in checks))
    failed = [check.what for check in checks if not check.holds]
    parts = [f"{agree} of {len(checks)} figures agree with what is known, in {len(groups)} groups: {_listed(groups)}."]
    return Words((*parts, f"These do not agree: {_listed(failed)}.") if failed else tuple(parts))


def _listed(words: Sequence[str], last: str = "and") -> str:
    """a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
