"""What pydantic finds in a case file, in our own sentences: where, what was found, how to write it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from damages.characters import clipped
from damages.errors import Problem, did_you_mean
from damages.reader.hints import answer_hint, as_name, date_hint, is_end_of_range, word_hint
from damages.reader.read import Place, Tree
from damages.reader.words import refers_to

EXAMPLES = {  # where a part can take several forms, the key that says which is missing
    "measure": "has no measure: say how it is measured, such as `measure: statutory`.",
    "kind": "has no kind: say how people are counted, such as `kind: revenue`.",
}


def in_our_words(found: Any, tree: Tree, model: Any) -> Problem:
    """One of pydantic's findings as one of our sentences."""
    keys = _keys(found["loc"], tree.content)
    kind, given = found["type"], found.get("input")
    place, name = tree.place(keys), ".".join(keys)
    if kind == "extra_forbidden":
        sentence = _unknown(keys, _fields_around(keys, tree.content, model))
    elif kind in ("missing", "union_tag_not_found"):
        missing = f"is missing.{_its_words(_field(keys, tree.content, model))}"
        sentence = missing if kind == "missing" else EXAMPLES[_tag_of(found)]
    elif kind in ("literal_error", "union_tag_invalid"):
        allowed = found["ctx"].get("expected_tags") or found["ctx"]["expected"]
        words = allowed.replace("'", "").replace(" or ", ", ").split(", ")
        if kind == "union_tag_invalid":
            tag = _tag_of(found)
            given, name = found["ctx"]["tag"], f"{name}.{tag}"
            place = tree.place((*keys, tag))
        shown = str(given).lower() if isinstance(given, bool) else clipped(given)
        meant = answer_hint(given) if words == ["yes", "no"] else word_hint(given, words)
        sentence = f"'{shown}' is not one of {', '.join(words)}.{'' if 'Known here' in meant else meant}"
    elif kind == "string_type":
        sentence = _not_text(given, _field(keys, tree.content, model))
    elif kind == "string_too_short":
        sentence = "is empty."
    elif kind == "string_too_long":
        sentence = f"has {len(given):,} characters; at most {found['ctx']['max_length']} fit. Put the rest in a note."
    elif kind == "string_pattern_mismatch":
        pattern = found["ctx"]["pattern"]
        sentence = (
            f"'{clipped(given)}' is not a web address: it begins with https://."
            if "http" in pattern
            else f"'{clipped(given)}' is not a name: small letters, digits and _, a letter first. Write {as_name(given)}."
        )
    elif kind == "bool_type":
        sentence = f"must be true or false, not {_kind_of(given)}.{answer_hint(given, 'true', 'false')}"
    elif kind in ("date_type", "date_from_datetime_parsing", "date_parsing"):
        sentence = f"must be a day, not {_kind_of(given)}.{date_hint(given)}"
    elif kind in ("greater_than_equal", "less_than_equal"):
        sentence = _beyond(given, _field(keys, tree.content, model))
    elif kind in ("list_type", "dict_type", "model_type", "model_attributes_type"):
        what = "a list" if kind == "list_type" else "a group of `key: value` lines"
        sentence = f"must be {what}, not {_kind_of(given)}.{_how(kind, given) or _its_keys(kind, _field(keys, tree.content, model))}"
    elif kind == "too_short":
        sentence = "is empty." if not given else f"has {len(given)} parts; it takes {found['ctx']['min_length']}."
    elif kind == "too_long":
        sentence = f"has {len(given)} parts; it takes {found['ctx']['max_length']}."
    elif kind in ("float_type", "int_type", "finite_number"):
        sentence = f"must be a number, not {given if isinstance(given, float) else _kind_of(given)}."
    else:
        sentence = f"{found['msg']}."
    return Problem(place, name, sentence)


def _unknown(keys: Place, known: list[str]) -> str:
    if keys[-1].lstrip().startswith("//"):
        return "is read as a key: a comment begins with #."
    if len(keys) == 3 and keys[0] == "inputs" and is_end_of_range(keys[-1]):
        return "belongs to the value: `value: {low: a, likely: b, high: c}`, or lines indented below `value:`."
    return f"is not known here.{did_you_mean(keys[-1], known)}"


def _how(kind: str, given: Any) -> str:
    """How a list is written that came as text, or lines that came as a list."""
    if kind == "list_type" and isinstance(given, str):
        items = [word for word in re.split(r"[\s,;()\-]+", given) if word]
        simple = all(re.fullmatch(r"\w+", word) for word in items)
        return f" Write [{', '.join(items)}]." if simple and 0 < len(items) < 20 else " Write [a, b]."
    if kind != "list_type" and isinstance(given, list) and given and all(isinstance(item, dict) for item in given):
        return " Delete the dash (-) before each key."
    return ""


def _tag_of(found: Any) -> str:
    """The key that says which form a part takes."""
    return str(found["ctx"]["discriminator"]).strip("'")


def _keys(loc: tuple[int | str, ...], content: Any) -> Place:
    """Where pydantic found something, without the names that pydantic adds."""
    keys: list[str] = []
    for i, step in enumerate(loc):
        step = str(step)
        if step == "[key]":
            continue
        if isinstance(content, dict) and step not in content and i < len(loc) - 1:
            continue  # the tag of a union
        if isinstance(content, dict | list) and not isinstance(content, dict) and not step.isdigit():
            continue
        keys.append(step)
        if isinstance(content, dict):
            content = content.get(step)
        elif isinstance(content, list) and step.isdigit() and int(step) < len(content):
            content = content[int(step)]
        else:
            content = None
    return tuple(keys)


def _not_text(given: Any, field: FieldInfo | None) -> str:
    """What to write where a name or a text was expected."""
    refers = field and refers_to(field.annotation, field.metadata)
    if refers and isinstance(given, int | float):
        unit = f" of unit {refers.units[0]}" if refers.units else ""
        what = "an input" if refers.to in ("input", "question", "choice") else f"a {refers.to}"
        sentence = f"is the name of {what}, not {_kind_of(given)}."
        return f"{sentence} Write the number under `inputs` as an input{unit}, and its name here."
    return f"must be text, not {_kind_of(given)}." + (" Put it in quotes." if isinstance(given, int | float) else "")


def _beyond(given: Any, field: FieldInfo | None) -> str:
    """What lies between which two ends, where a value lies beyond one of them."""
    bounds = _bounds(field.annotation, field.metadata) if field is not None else []
    ends = {word: getattr(bound, word) for bound in bounds for word in ("ge", "le") if hasattr(bound, word)}
    return f"is {given}, but lies between {ends.get('ge')} and {ends.get('le')}."


def _bounds(annotation: Any, metadata: Iterable[Any] = ()) -> list[Any]:
    """What is said about the least and the greatest value of a field, at the field or inside its type."""
    found = [bound for said in metadata for bound in (said.metadata if isinstance(said, FieldInfo) else [said])]
    for inner in get_args(annotation):
        found += _bounds(None, [inner]) if isinstance(inner, FieldInfo) else _bounds(inner)
    return found


def _its_keys(kind: str, field: FieldInfo | None) -> str:
    """The keys that such a group of lines may have."""
    model = _model_of(field.annotation, None) if field and kind != "list_type" else None
    return f" Its keys: {', '.join(model.model_fields)}." if model is not None else ""


def _its_words(field: FieldInfo | None) -> str:
    """The words to choose from, where only a few are allowed."""
    words = get_args(field.annotation) if field is not None and get_origin(field.annotation) is Literal else ()
    return f" Write one of {', '.join(map(str, words))}." if len(words) > 1 else ""


def _field(keys: Place, content: Any, model: Any) -> FieldInfo | None:
    """The field of the model that stands at these keys."""
    around = _model_around(keys, content, model)
    return around.model_fields.get(keys[-1]) if around is not None and keys else None


def _fields_around(keys: Place, content: Any, model: Any) -> list[str]:
    """The keys that are known where an unknown one was found."""
    around = _model_around(keys, content, model)
    return sorted(around.model_fields) if around is not None else []


def _model_around(keys: Place, content: Any, model: Any) -> Any:
    for key in keys[:-1]:
        content = content.get(key) if isinstance(content, dict) else None
        model = (
            _model_of(model.model_fields[key].annotation, content)
            if model is not None and key in model.model_fields
            else model
        )
        if model is not None and isinstance(content, dict):
            model = _model_of(model, content)
    return model


def _model_of(annotation: Any, content: Any) -> Any:
    """The pydantic model inside a field's type; of several, the one whose measure or kind fits."""
    models, said = _models(annotation), content if isinstance(content, dict) else {}
    fitting = [
        m
        for m in models
        for tag in EXAMPLES
        if tag in said and tag in m.model_fields and said[tag] in get_args(m.model_fields[tag].annotation)
    ]
    return (fitting or models or [None])[0]


def _models(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models(inner)]


def _kind_of(value: Any) -> str:
    names = {
        dict: "a group of lines",
        list: "a list",
        str: "text",
        bool: "true or false",
        int: "a number",
        float: "a number",
        type(None): "nothing",
    }
    return names.get(type(value), f"a {type(value).__name__}")
