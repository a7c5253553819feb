"""How people are counted must fit the rest of a case: one number or several methods, groups and their mix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from damages.case.schema import CaseFile, Lists, Records, Revenue
from damages.errors import did_you_mean
from damages.ranges.distributions import Shape
from damages.reader.read import Place

Shapes = Mapping[str, Mapping[str, Shape]]
Found = Iterator[tuple[Place, str]]


def of_class_size(case: CaseFile, shapes: Shapes) -> Found:
    """Every problem of the class size with the other parts of a case."""
    yield from _methods(case, shapes)
    yield from _groups(case, shapes)


def _groups(case: CaseFile, shapes: Shapes) -> Found:
    size = case.class_size
    people, mix = shapes.get(size.people or "", {}), shapes.get(size.mix or "", {})
    if len(case.groups) > 1 and size.methods and not mix:
        yield ("class_size", "methods"), f"count all people together: give the {len(case.groups)} groups a mix."
    if len(case.groups) > 1 and "" in people and not mix:
        sentence = f"{size.people} is one number for {len(case.groups)} groups: give each its number, or a mix."
        yield ("class_size", "people"), sentence
    if mix and "" not in people and people:
        yield ("class_size", "mix"), f"is not needed: {size.people} already has a number for each group."
    if mix and ("" in mix or not all(shape.is_fixed for shape in mix.values())):
        yield ("inputs", size.mix or "", "value"), "is one fixed share for each group."
    elif mix and abs(sum(shape.base for shape in mix.values()) - 1) > 1e-9:
        total = sum(shape.base for shape in mix.values())
        yield ("inputs", size.mix or "", "value"), f"shares of a mix sum to 1; these sum to {total:g}."


def _methods(case: CaseFile, shapes: Shapes) -> Found:
    """One number or several methods; a choice among several names them all."""
    size = case.class_size
    if bool(size.people) == bool(size.methods):
        yield ("class_size",), "starts from `people`, or from several `methods`: one of the two."
    if size.methods:
        names = {*size.methods, *(["combined"] if size.weights else [])}
        yield from one_of(case, ("class_size", "use"), size.use, names)
        for method, spec in size.methods.items():
            outside = [shapes[share][""] for share in spec.exclude if "" in shapes.get(share, {})]
            if sum(shape.high for shape in outside) > 1 + 1e-9:
                yield (
                    ("class_size", "methods", method, "exclude"),
                    "can take more than everyone: at their highest these shares sum to more than 1.",
                )
            if isinstance(spec, Revenue):
                yield from _payers(method, spec, shapes)
            if isinstance(spec, Lists):
                yield from _overlap(method, spec, shapes)
            counted = case.inputs.get(f"{method}_people")
            if isinstance(spec, Records) and counted is None and case.class_period is None:
                yield ("class_size", "methods", method), "needs a class_period: people are counted between two days."
            elif isinstance(spec, Records) and counted is not None and counted.unit != "people":
                yield ("inputs", f"{method}_people", "unit"), "of people counted from records is `people`."
        for weight in set(size.weights or ()) - set(size.methods):
            yield ("class_size", "weights", weight), f"is not a method.{did_you_mean(weight, size.methods)}"


def _payers(name: str, method: Revenue, shapes: Shapes) -> Found:
    """Revenue is divided by the price and the share of it that is booked, so neither can be 0."""
    for field in ("net_price", "net_share"):
        ranges = shapes.get(getattr(method, field), {}).values()
        if ranges and max(shape.high for shape in ranges) <= 0.0:
            yield ("class_size", "methods", name, field), "is 0, and the revenue is divided by it."


def _overlap(name: str, method: Lists, shapes: Shapes) -> Found:
    """Two lists cannot share more people than the shorter has."""
    most, *lengths = (shapes[field].get("") for field in (method.both, method.first, method.second) if field in shapes)
    if most and any(length and most.high > length.low for length in lengths):
        yield ("class_size", "methods", name, "both"), "can be more people than one of the lists has."


def one_of(case: CaseFile, here: Place, use: str | None, names: set[str]) -> Found:
    """The choice among several methods, whose options are their names."""
    if use is None:
        if len(names) > 1:
            yield here, f"is missing: a choice among {', '.join(sorted(names))}."
    elif use in case.inputs and set(case.inputs[use].options or ()) != names:
        yield (
            here,
            f"chooses among {', '.join(sorted(names))}; {use} has the options {', '.join(sorted(case.inputs[use].options or ()))}.",
        )
