"""YAML text → plain values that remember their line. The only reader of YAML.

Stricter than YAML itself, because a silent misreading here becomes a wrong figure in a report:
a repeated key, an alias, a tag, an empty file and a huge file are refused; only ``true`` and
``false`` are booleans (so ``yes`` and ``no`` stay words); ``1e6``, ``5%``, ``$5`` and ``1,000``
stay text, and `number_hint` says how to write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from damages.case.problems import CaseError, Problem

LARGEST_FILE_BYTES = 1_000_000
DEEPEST_NESTING = 30

Place = tuple[str, ...]  # the keys that lead to a value, outermost first


@dataclass
class Tree:
    """A file's content with the ``file:line`` of every key, so that a problem can be shown where it is."""

    file: str
    content: dict[str, Any]
    lines: dict[Place, str] = field(default_factory=dict)
    sha256: str = ""

    def place(self, keys: Place) -> str:
        """The ``file:line`` of a value, or of the nearest key around it."""
        return nearest(self.lines, keys, self.file)


def nearest(lines: Mapping[Place, str], keys: Place, file: str) -> str:
    """The ``file:line`` of a value, or of the nearest key around it; the file where there is none."""
    while keys and keys not in lines:
        keys = keys[:-1]
    return lines.get(keys, file)


class _Loader(yaml.SafeLoader):
    """YAML with the plain words of the 1.2 core schema and nothing clever."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"null|~|", ["n", "~", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"[-+]?(?:0|[1-9][0-9_]*)", list("-+0123456789")),
    ("float", r"[-+]?(?:0|[1-9][0-9_]*)?\.[0-9_]+", list("-+.0123456789")),
    ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", list("0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first)


def read_tree(path: Path, shown_as: str) -> Tree:
    """The content of a YAML file whose top level is a mapping.

    Raises `CaseError` with every problem found in the text; ``shown_as`` is the name it prints.
    """
    return read_text(_text_of(path, shown_as), shown_as)


@lru_cache(maxsize=64)
def read_text(text: str, shown_as: str) -> Tree:
    """The content of YAML text whose top level is a mapping. The same text is read once, so nobody writes to a tree."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{shown_as}:{mark.line + 1}" if mark else shown_as
        raise CaseError(
            shown_as, [Problem(place, "", f"this is not YAML: {error.problem or error.context}.")]
        ) from None
    except yaml.YAMLError as error:
        reason = str(error).splitlines()[0]
        raise CaseError(shown_as, [Problem(shown_as, "", f"this is not YAML: {reason}.")]) from None
    except RecursionError:
        raise CaseError(shown_as, [Problem(shown_as, "", "is nested far too deeply to be a case.")]) from None
    if node is None:
        raise CaseError(shown_as, [Problem(shown_as, "", "is empty. `damages new NAME` starts a case.")])
    tree = Tree(shown_as, {})
    problems: list[Problem] = []
    content = _plain(node, (), tree, problems, set())
    if not problems and not isinstance(content, dict):
        problems.append(Problem(f"{shown_as}:1", "", "is not a mapping. A case starts with lines such as `title: …`."))
    if problems:
        raise CaseError(shown_as, problems)
    tree.content = content
    return tree


def read_value(text: str) -> Any:
    """One value as a case file would read it: for ``--set name=value``."""
    return read_text(f"value: {text}", "--set").content["value"]


def _text_of(path: Path, shown_as: str) -> str:
    def refuse(sentence: str) -> CaseError:
        return CaseError(shown_as, [Problem(shown_as, "", sentence)])

    if path.is_dir():
        raise refuse("is a folder. Name the YAML file in it.")
    if not path.is_file():
        raise refuse("does not exist.")
    if path.stat().st_size > LARGEST_FILE_BYTES:
        raise refuse(
            f"has {path.stat().st_size:,} bytes; a case file has at most {LARGEST_FILE_BYTES:,}. Put data in a CSV."
        )
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(f"is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from None
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}.") from None


def _plain(node: yaml.Node, keys: Place, tree: Tree, problems: list[Problem], seen: set[int]) -> Any:
    name = ".".join(keys)
    if id(node) in seen:
        sentence = "repeats another part of the file by an alias (*name). Write the value out."
        if not any(problem.sentence == sentence for problem in problems):
            problems.append(Problem(tree.place(keys), name, sentence))
        return None
    place = f"{tree.file}:{node.start_mark.line + 1}"
    tree.lines.setdefault(keys, place)
    seen.add(id(node))
    if len(keys) > DEEPEST_NESTING:
        problems.append(Problem(place, name, "is nested too deeply."))
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, keys, tree, problems, seen)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*keys, str(i)), tree, problems, seen) for i, item in enumerate(node.value)]
    return _scalar(node, place, name, problems)


def _mapping(
    node: yaml.MappingNode, keys: Place, tree: Tree, problems: list[Problem], seen: set[int]
) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for key_node, value_node in node.value:
        place = f"{tree.file}:{key_node.start_mark.line + 1}"
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(Problem(place, ".".join(keys), "a key here is not a plain word."))
            continue
        key = key_node.value
        if key in content:
            first = tree.lines[(*keys, key)].rsplit(":", 1)[-1]
            problems.append(
                Problem(place, ".".join((*keys, key)), f"stands here a second time; the first is on line {first}.")
            )
            continue
        tree.lines[(*keys, key)] = place
        content[key] = _plain(value_node, (*keys, key), tree, problems, seen)
    return content


def _scalar(node: yaml.Node, place: str, name: str, problems: list[Problem]) -> Any:
    try:
        value = _Loader("").construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        reason = getattr(error, "problem", None) or str(error)
        problems.append(Problem(place, name, f"'{node.value}' cannot be read: {reason}."))
        return None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**18:
        problems.append(Problem(place, name, "is larger than any number here can be."))
        return None
    return value


_HINTS: tuple[tuple[str, Any], ...] = (
    (r"([-+]?[\d.]+)[eE]([-+]?\d+)", lambda m: float(m[0])),
    (r"([-+]?[\d.,_]+) ?%", lambda m: float(m[1].replace(",", "").replace("_", "")) / 100),
    (r"(?:USD|US\$|\$) ?([-+]?[\d.,_]+)", lambda m: float(m[1].replace(",", "").replace("_", ""))),
    (r"([-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?)", lambda m: float(m[1].replace(",", ""))),
    (r"([-+]?0\d+)", lambda m: float(m[1])),
)


def number_hint(text: str) -> str:
    """How to write a number that was typed in a way YAML reads as text.

    >>> number_hint("1e6"), number_hint("5%"), number_hint("$1,250.50"), number_hint("many")
    (' Write 1_000_000.', ' Write 0.05.', ' Write 1_250.5.', '')
    """
    for pattern, number in _HINTS:
        match = re.fullmatch(pattern, text.strip())
        if match:
            try:
                return f" Write {plain_number(number(match))}."
            except (ValueError, OverflowError):
                return ""
    return ""


def plain_number(number: float) -> str:
    """A number as it is written in a case file.

    >>> plain_number(1_000_000.0), plain_number(0.05)
    ('1_000_000', '0.05')
    >>> plain_number(0.00001), plain_number(-1_234.5)
    ('0.00001', '-1_234.5')
    """
    if float(number).is_integer():
        return f"{int(number):_}"
    return f"{number:_.12f}".rstrip("0").rstrip(".")


def walk(content: Any, keys: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every value of a tree with the keys that lead to it."""
    yield keys, content
    if isinstance(content, dict):
        for key, value in content.items():
            yield from walk(value, (*keys, str(key)))
    elif isinstance(content, list):
        for i, value in enumerate(content):
            yield from walk(value, (*keys, str(i)))
