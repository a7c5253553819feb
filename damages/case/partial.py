"""What can still be checked of a case file that has mistakes, so that all of its problems come in one round."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Annotated, Any, get_args

from pydantic import TypeAdapter, ValidationError

from damages.case.schema import CaseFile
from damages.errors import Problem
from damages.reader.read import Tree


def readable(content: dict[str, Any]) -> CaseFile:
    """What can be used of a case file that as a whole cannot: each part, theory and input that is right by itself."""
    parts: dict[str, Any] = {}
    for name, field in CaseFile.model_fields.items():
        given = content.get(name, field.get_default(call_default_factory=True) if not field.is_required() else None)
        if name in ("inputs", "theories"):
            inner = TypeAdapter(get_args(field.annotation)[1])
            items = given.items() if isinstance(given, dict) else ()
            parts[name] = {key: one for key, value in items if (one := _valid(inner, value)) is not None}
        else:
            whole: Any = Annotated[(field.annotation, *(field.metadata or [None]))]
            parts[name] = _valid(TypeAdapter(whole), given)
    return CaseFile.model_construct(
        **{**parts, "groups": parts["groups"] or {}, "correlations": parts["correlations"] or []}
    )


def _valid(kind: TypeAdapter[Any], given: Any) -> Any:
    try:
        return kind.validate_python(given)
    except ValidationError:
        return None


def together(tree: Tree, of_text: Sequence[Problem], of_meaning: Sequence[Problem]) -> list[Problem]:
    """All problems in the order of the file; of a part whose text is wrong only that is said."""
    named = {problem.name for problem in of_text if problem.name}
    lines = {problem.place for problem in of_text if not problem.name}

    around = {part for name in named for part in list(accumulate(name.split("."), "{}.{}".format))[2:]}

    def follows(problem: Problem) -> bool:
        parts = accumulate(problem.name.split("."), "{}.{}".format)
        return problem.place in lines or problem.name in around or any(part in named for part in parts)

    places = dict.fromkeys(place.rpartition(":")[0] or place for place in tree.lines.values())
    files = {file: number for number, file in enumerate(places)}

    def order(problem: Problem) -> tuple[int, int]:
        file, _, line = problem.place.rpartition(":")
        known = file if line.isdigit() else problem.place
        return (files.get(known, len(files)), int(line) if line.isdigit() else 0)

    kept = [*of_text, *(problem for problem in of_meaning if not follows(problem))]
    return sorted(dict.fromkeys(kept), key=order)
