"""What pydantic finds in a case file, in our own sentences: where, what was found, how to write it."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel

from damages.case.problems import Problem, did_you_mean
from damages.case.read import Place, Tree


def in_our_words(found: Any, tree: Tree, model: Any) -> Problem:
    """One of pydantic's findings as one of our sentences."""
    keys = _keys(found["loc"], tree.content)
    kind, given = found["type"], found.get("input")
    place, name = tree.place(keys), ".".join(keys)
    if kind == "extra_forbidden":
        sentence = f"is not known here.{did_you_mean(keys[-1], _fields_around(keys, tree.content, model))}"
    elif kind in ("missing", "union_tag_not_found"):
        told_by = found.get("ctx", {}).get("discriminator", "").strip("'")
        such_as = {"measure": "measure: statutory", "kind": "kind: revenue"}.get(told_by, told_by)
        sentence = "is missing." if kind == "missing" else f"has no {told_by}: say which it is, such as `{such_as}`."
    elif kind in ("literal_error", "union_tag_invalid"):
        allowed = found["ctx"].get("expected_tags") or found["ctx"]["expected"]
        words = allowed.replace("'", "").replace(" or ", ", ").split(", ")
        if kind == "union_tag_invalid":
            told_by = found["ctx"]["discriminator"].strip("'")
            given, name = found["ctx"]["tag"], f"{name}.{told_by}"
            place = tree.place((*keys, told_by))
        sentence = f"'{given}' is not one of {', '.join(words)}.{did_you_mean(str(given), words) if isinstance(given, str) else ''}"
    elif kind == "string_type":
        sentence = f"must be text, not {_kind_of(given)}." + (
            " Put it in quotes." if isinstance(given, int | float) else ""
        )
    elif kind == "string_too_short":
        sentence = "is empty."
    elif kind == "string_pattern_mismatch":
        pattern = found["ctx"]["pattern"]
        sentence = (
            f"'{given}' is not a web address."
            if "http" in pattern
            else f"'{given}' is not a name: small letters, digits and _, a letter first."
        )
    elif kind == "bool_type":
        sentence = f"must be true or false, not {_kind_of(given)}."
    elif kind in ("date_type", "date_from_datetime_parsing", "date_parsing"):
        sentence = "must be a date, written 2025-01-21."
    elif kind in ("list_type", "dict_type", "model_type", "model_attributes_type"):
        what = "a list" if kind == "list_type" else "a group of `key: value` lines"
        sentence = f"must be {what}, not {_kind_of(given)}."
    elif kind == "too_short":
        sentence = "is empty."
    else:
        sentence = f"{found['msg']}."
    return Problem(place, name, sentence)


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


def _fields_around(keys: Place, content: Any, model: Any) -> list[str]:
    """The keys that are known where an unknown one was found."""
    for key in keys[:-1]:
        content = content.get(key) if isinstance(content, dict) else None
        model = (
            _model_of(model.model_fields[key].annotation, content)
            if model is not None and key in model.model_fields
            else model
        )
        if model is not None and isinstance(content, dict):
            model = _model_of(model, content)
    return sorted(model.model_fields) if model is not None else []


def _model_of(annotation: Any, content: Any) -> Any:
    """The pydantic model inside a field's type; of several, the one whose measure fits."""
    models = _models(annotation)
    measure = content.get("measure") if isinstance(content, dict) else None
    fitting = [
        m
        for m in models
        if measure and "measure" in m.model_fields and measure in get_args(m.model_fields["measure"].annotation)
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
