"""A file laid over the one it extends, and what is set by hand laid over both; each value keeps its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from damages.errors import CaseError, Problem, did_you_mean
from damages.reader.read import Place, Tree, plain_value, read_value

REPLACED_WHOLE = {
    "value",
    "chance",
    "range",
    "source",
    "options",
}  # a setting of these never mixes with what it replaces


def is_scenario(tree: Tree) -> bool:
    """Whether a file is a scenario: it extends a case and says why."""
    return "extends" in tree.content and "why" in tree.content


def merged(trees: list[Tree], problems: list[Problem]) -> Tree:
    """One tree: each file laid over the one that it extends. What is wrong is added to ``problems``."""
    merged = Tree(trees[-1].file, {})
    for tree in trees:
        content = {key: value for key, value in tree.content.items() if key != "extends"}
        if is_scenario(tree):
            content = {key: value for key, value in content.items() if key not in ("title", "why")}
            content = _honest(content, merged, tree, problems)
        lay(content, merged, tree)
    return merged


def _honest(content: dict[str, Any], merged: Tree, tree: Tree, problems: list[Problem]) -> dict[str, Any]:
    """A scenario's new values without the old values' sources: its reason is their source."""
    inputs = content.get("inputs")
    if not isinstance(inputs, dict):
        return content
    known = merged.content.get("inputs", {})
    honest = {}
    for name, given in inputs.items():
        if isinstance(given, dict) and name not in known and "label" not in given:
            place = tree.place(("inputs", name))
            problems.append(
                Problem(place, f"inputs.{name}", f"is not an input of the case it extends.{did_you_mean(name, known)}")
            )
        elif isinstance(given, dict) and given.keys() & {"value", "chance"} and "source" not in given and name in known:
            cite = f"{tree.content['title']}: {tree.content['why']}"
            honest[name] = {**given, "source": {"kind": "assumption", "cite": " ".join(cite.split())}}
        else:
            honest[name] = given
    return {**content, "inputs": honest}


def lay(content: dict[str, Any], merged: Tree, tree: Tree) -> None:
    """Lay a file's content over what is merged so far, and its lines over the lines, in one pass over each."""
    laid: dict[Place, bool] = {}  # where a whole part was put, and whether it replaced another
    _lay(content, merged.content, (), laid)
    replaced = {place for place, before in laid.items() if before}
    if replaced:
        merged.lines = {place: line for place, line in merged.lines.items() if not _within(place, replaced)}
    merged.lines |= {place: line for place, line in tree.lines.items() if _within(place, laid)}
    for place in laid:
        merged.lines.setdefault(place, tree.place(place))


def _lay(content: dict[str, Any], target: dict[str, Any], keys: Place, laid: dict[Place, bool]) -> None:
    for key, value in content.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict) and key not in REPLACED_WHOLE:
            _lay(value, target[key], (*keys, key), laid)
        else:
            laid[(*keys, key)] = key in target
            target[key] = _copy(value)
    if "chance" in content and "range" not in content:
        target.pop("range", None)  # it was the range of another chance


def _within(place: Place, parts: Iterable[Place]) -> bool:
    return any(place[:depth] in parts for depth in range(1, len(place) + 1))


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_copy(inner) for inner in value]
    return value


def read_settings(settings: Mapping[str, Any] | Iterable[str]) -> dict[str, Any]:
    """Overrides as name → value, each value as a case file would read it (CaseError, with every problem)."""
    problems: list[Problem] = []
    found = {}
    given = settings.items() if isinstance(settings, Mapping) else (_pair(text) for text in settings)
    for name, value in given:
        try:
            found[str(name)] = value() if callable(value) else plain_value(value, f"--set {name}")
        except CaseError as error:
            problems += error.problems
    if problems:
        raise CaseError("--set", problems)
    return found


def _pair(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")

    def read() -> Any:
        if not equals or not name.strip():
            sentence = f"'{text}' is written NAME=VALUE, such as claims_rate=0.08 or certified_sca=yes."
            raise CaseError("--set", [Problem("--set", "", sentence)])
        return read_value(value.strip(), name.strip())

    return name.strip(), read


def override_input(merged: Tree, name: str, value: Any) -> None:
    """Set one input as if the case file said so; its source is then the person who set it."""
    inputs = merged.content.get("inputs", {})
    given = inputs.get(name)
    if not isinstance(given, dict):
        raise _refusal(f"{name} is not an input of this case.{did_you_mean(name, inputs)}")
    if given.get("role") == "question":
        given.pop("range", None)
        given["chance"] = {"yes": 1.0, "no": 0.0}.get(value, value) if isinstance(value, str) else value
    else:
        given["value"] = value
    given["source"] = {"kind": "assumption", "cite": "Set by hand for this run"}
    for place in [place for place in merged.lines if place[:2] == ("inputs", name)]:
        del merged.lines[place]
    merged.lines[("inputs", name)] = f"--set {name}"


def override_part(merged: Tree, name: str, value: Any) -> None:
    """Set a part of the case that is not an input by its dotted path, such as theories.ucl.pleaded."""
    keys = tuple(name.split("."))
    target: Any = merged.content
    for key in keys[:-1]:
        target = target.get(key) if isinstance(target, dict) else None
    if not isinstance(target, dict):
        raise _refusal(f"{name} is not a part of this case.{did_you_mean(keys[0], merged.content)}")
    target[keys[-1]] = value
    merged.lines[keys] = f"--set {name}"


def _refusal(sentence: str) -> CaseError:
    return CaseError("--set", [Problem("--set", "", sentence)])
