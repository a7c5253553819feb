"""The whole chain: people → award per member → class total → judgment → payout. A table of contents.

``given`` maps every input to a number, an array or a workbook cell, every question to 1 or 0, and
every choice to its word. ``lines`` receives each named figure and gives it back: a dict for
numbers and arrays, a sheet for a workbook. Figures are worked out only here and read everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from damages.model import class_size, distribution, losses, remedies, totals
from damages.model.arithmetic import ratio, total, when

Given = Mapping[str, Any]
Lines = MutableMapping[str, Any]


def estimate(case: Any, given: Given, lines: Lines) -> Lines:
    """Every line of a case, in order, under one set of inputs and one set of answers.

    Parameters
    ----------
    case : the case's structure (`damages.case.schema.Case`); none of its numbers are read
    given : name → value; (n_draws, n_groups) or broadcasting to it
    lines : where the lines go; returned
    """
    before_answers(case, given, lines)
    return after_answers(case, given, lines)


def before_answers(case: Any, given: Given, lines: Lines) -> Lines:
    """The lines that no question changes: who is in the class, and what each theory's loss is."""
    class_lines(case.class_size, given, lines)
    losses.loss_lines(case, given, lines)
    return lines


def after_answers(case: Any, given: Given, lines: Lines) -> Lines:
    """The lines that follow from the answers: what each theory pays, the judgment and its payout."""
    offered = remedies.theory_lines(case, given, lines)
    taken = totals.judgment_lines(case, given, lines, offered)
    pleaded_line(case, given, lines)
    distribution.payout_lines(case, given, lines, taken)
    return lines


def class_lines(size: Any, given: Given, lines: Lines) -> None:
    """People on one day → everyone in the period → the class as pleaded → those who can recover."""
    people = given[size.people] if size.people else method_lines(size, given, lines)
    lines["people_at_end"] = people * given[size.mix] if size.mix else people
    if size.turnover:
        churn, growth, months = given[size.turnover.churn], given[size.turnover.growth], given["class_period_months"]
        lines["people_at_start"] = class_size.stock_at_start(lines["people_at_end"], growth, months)
        lines["subscriber_months"] = class_size.subscriber_months(lines["people_at_start"], growth, months)
        lines["people_in_period"] = class_size.unique_people(
            lines["people_at_start"], churn, growth, lines["subscriber_months"]
        )
        lines["months_per_member"] = ratio(lines["subscriber_months"], lines["people_in_period"])
    last = "people_in_period" if size.turnover else "people_at_end"
    for step in size.define:
        lines[f"after_{step}"] = class_size.narrowed(lines[last], given[step])
        last = f"after_{step}"
    lines["pleaded_members"] = lines[last]
    for step in size.limit:
        lines[f"after_{step}"] = class_size.narrowed(lines[last], given[step])
        last = f"after_{step}"
    lines["class_members"] = lines[last]
    lines["class_members_total"] = total(lines["class_members"])


def method_lines(size: Any, given: Given, lines: Lines) -> Any:
    """People by each method, step by step and side by side, and the one that the class rests on."""
    for name, method in size.methods.items():
        whole = lines[f"{name}_start"] = _counted(name, method, size, given)
        left = 1.0
        for share in method.exclude:
            left = left - given[share]
            lines[f"{name}_without_{share}"] = class_size.narrowed(whole, left)
        people = class_size.narrowed(whole, left)
        for share in method.shares:
            people = lines[f"{name}_after_{share}"] = class_size.narrowed(people, given[share])
        lines[f"people_by_{name}"] = people
    if size.weights:
        weights = [given[weight] for weight in size.weights.values()]
        lines["people_by_combined"] = class_size.combined(
            [lines[f"people_by_{name}"] for name in size.weights], weights
        )
    names = [*size.methods, *(["combined"] if size.weights else [])]
    chosen = lines[f"people_by_{names[0]}"]
    for name in names[1:]:
        chosen = when(given[size.use] == name, lines[f"people_by_{name}"], chosen)
    return chosen


def _counted(name: str, method: Any, size: Any, given: Given) -> Any:
    """What a method counts at first, before regions and shares bring it to the class's scope."""
    if method.kind == "revenue":
        booked = given[method.net_price] * given[method.net_share]
        covered = booked * given[f"{name}_covers"] if method.covers is not None else booked
        return class_size.from_revenue(given[method.revenue], total(covered * given[size.mix]) if size.mix else covered)
    if method.kind == "lists":
        return class_size.from_two_lists(given[method.first], given[method.second], given[method.both])
    if method.kind == "records":
        return given[f"{name}_people"]
    return given[method.members if method.kind == "members" else method.people]


def pleaded_line(case: Any, given: Given, lines: Lines) -> None:
    """Members as pleaded × the pleaded sum, or × the award per member where no sum was pleaded."""
    each = given[case.pleaded.usd_per_member] if case.pleaded else lines["recovery_usd_per_member"]
    lines["pleaded_usd"] = total(lines["pleaded_members"] * each)
