"""How large a case may be, so that every case is answered in seconds: each bound far beyond what a case has had."""

from __future__ import annotations

from collections.abc import Iterator, Sized

from damages.case.class_rules import Found, Shapes
from damages.case.schema import CaseFile
from damages.errors import ArgumentError
from damages.ranges.distributions import Shape
from damages.ranges.mixtures import Mixture
from damages.ranges.quantiles import least_work, quantiles
from damages.reader.read import Place

MOST_GROUPS = 100
MOST_THEORIES = 40
MOST_BESIDE = 20  # methods, measures of a loss, channels of notice
MOST_CORRELATED = 60
MOST_DRAWN = 300  # uncertain numbers, an input with a value for each group counted once for each
MOST_WORK = 300  # of quantile tables together, in tables of one smooth piece
MIXED = 2.0  # a piece of a mixture takes twice as long as one of a law alone


def find_excess(case: CaseFile, shapes: Shapes) -> Found:
    """Every part that is larger than a case can be."""
    size, terms = case.class_size, case.settlement
    parts: list[tuple[Place, Sized, int]] = [
        (("groups",), case.groups, MOST_GROUPS),
        (("theories",), case.theories, MOST_THEORIES),
        (("class_size", "methods"), size.methods or (), MOST_BESIDE),
        (("settlement", "channels"), terms.channels or (), MOST_BESIDE),
        *(
            (("theories", name, "lost"), getattr(one, "lost", None) or (), MOST_BESIDE)
            for name, one in case.theories.items()
        ),
    ]
    for keys, part, most in parts:
        if len(part) > most:
            yield keys, f"has {len(part)} parts; the most is {most}."
    drawn = [
        (("inputs", name, "value", *([group] if group else [])), shape)
        for name, by_group in shapes.items()
        if case.inputs[name].role == "uncertain"
        for group, shape in by_group.items()
        if not shape.is_fixed
    ]
    joined = {name for pair in case.correlations for name in (*(pair.between or ()), pair.within)}
    correlated = sum(len(shapes[name]) for name in joined if name in shapes)
    if correlated > MOST_CORRELATED:
        yield ("correlations",), f"join {correlated} numbers; the most is {MOST_CORRELATED}."
    if len(drawn) > MOST_DRAWN:
        yield (
            ("inputs",),
            f"have {len(drawn)} uncertain numbers; the most is {MOST_DRAWN}. Make facts of those that matter least.",
        )
    else:
        yield from _tables(drawn)


def _tables(drawn: list[tuple[Place, Shape]]) -> Iterator[tuple[Place, str]]:
    """What is wrong with quantile tables: those of mixtures are made here, the others always succeed."""
    work = 0.0
    for place, shape in drawn:
        least = least_work(shape)
        if work + least > MOST_WORK:
            yield (
                place,
                f"takes too long to compute{', with those before it' if work else ''}: "
                "make facts of some inputs, mix fewer shapes, or write {low: a, likely: b, high: c}.",
            )
            return
        try:
            work += max(least, MIXED * quantiles(shape).work) if isinstance(shape.law, Mixture) else least
        except ArgumentError as error:
            yield place, str(error)
