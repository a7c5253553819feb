"""YAML text → plain values that remember their line. The only reader of YAML.

Stricter than YAML itself, because a silent misreading here becomes a wrong figure in a report:
a repeated key, an alias, a tag, an empty file and a huge file are refused; only ``true`` and
``false`` are booleans (so ``yes`` and ``no`` stay words); ``1e6``, ``5%``, ``$5`` and ``1,000``
stay text, and `damages.reader.numerals.number_hint` says how to write them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from damages.characters import LONGEST_NAME, LONGEST_TEXT, clipped, refused, without_refused
from damages.errors import CaseError, Problem
from damages.reader.commas import comma_in_list, commas_inside
from damages.reader.mending import Broken, cleaned, mended, too_deep
from damages.reader.numerals import LARGEST_WHOLE, number_of

LARGEST_FILE_BYTES = 500_000
DEEPEST_NESTING = 30

Place = tuple[str, ...]  # the keys that lead to a value, outermost first


@dataclass
class Tree:
    """A file's content with the ``file:line`` of every key, so that a problem can be shown where it is.

    ``problems`` are those of the text itself; what is not ``whole`` has parts that could not be read at all.
    ``defaults`` are the inputs of a file of defaults, which a case may use or leave.
    """

    file: str
    content: dict[str, Any]
    lines: dict[Place, str] = field(default_factory=dict)
    sha256: str = ""
    problems: tuple[Problem, ...] = ()
    whole: bool = True
    defaults: frozenset[str] = frozenset()

    def place(self, keys: Place) -> str:
        """The ``file:line`` of a value, or of the nearest key around it."""
        return nearest(self.lines, keys, self.file)


def nearest(lines: Mapping[Place, str], keys: Place, file: str) -> str:
    """The ``file:line`` of a value, or of the nearest key around it; the file where there is none."""
    while keys and keys not in lines:
        keys = keys[:-1]
    return lines.get(keys, file)


def _loader(base: Any) -> Any:
    """YAML with the plain words of the 1.2 core schema and nothing clever."""
    made = type("_Loader", (base,), {"yaml_implicit_resolvers": {}})
    for tag, pattern, first in (
        ("null", r"null|~|", ["n", "~", ""]),
        ("bool", r"true|false", list("tf")),
        ("int", r"[-+]?(?:0|[1-9][0-9_]*)", list("-+0123456789")),
        ("float", r"[-+]?(?:0|[1-9][0-9_]*)?\.[0-9_]+", list("-+.0123456789")),
        ("timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", list("0123456789")),
    ):
        made.add_implicit_resolver(f"{_TAG}{tag}", re.compile(f"^(?:{pattern})$"), first)  # type: ignore[attr-defined]
    return made


_TAG = "tag:yaml.org,2002:"
_PLAIN = _loader(yaml.SafeLoader)
_FAST = _loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # libyaml's, where PyYAML was built with it


def read_tree(path: Path, shown_as: str, gathered: list[Problem] | None = None) -> Tree:
    """The content of a YAML file whose top level is a mapping; ``shown_as`` is the name it prints.

    Raises `CaseError` with every problem of the text. Given a list, it puts them there and returns what could be
    read, so that what the file says can be checked in the same round; it raises where parts could not be read.
    """
    tree = parsed(_text_of(path, shown_as), shown_as)
    if tree.problems and (gathered is None or not tree.whole):
        raise CaseError(shown_as, [*(gathered or ()), *tree.problems])
    if gathered is not None:
        gathered += tree.problems
    return tree


def read_text(text: str, shown_as: str) -> Tree:
    """The content of YAML text whose top level is a mapping (CaseError)."""
    tree = parsed(text, shown_as)
    if tree.problems:
        raise CaseError(shown_as, tree.problems)
    return tree


class _Written(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes an object that a dict holds twice, such as one source of two inputs, twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def as_text(content: Mapping[str, Any], shown_as: str) -> str:
    """A case held as dicts, lists, numbers, text and dates, as the text of a case file.

    Raises
    ------
    CaseError : something else in it
    """
    try:
        return str(yaml.dump(dict(content), Dumper=_Written, sort_keys=False, allow_unicode=True))
    except yaml.representer.RepresenterError as error:
        kind = type(error.args[-1]).__name__
        sentence = (
            f"holds a {kind}; a case is made of dicts, lists, numbers, text and dates. Write float(x) for a number."
        )
        raise CaseError(shown_as, [Problem("", "", sentence)]) from None


def read_value(text: str, name: str = "value") -> Any:
    """One value as a case file would read it: for ``--set name=value``."""
    tree = parsed(f"value: {text}", "--set")
    if tree.problems:
        raise CaseError("--set", [Problem(f"--set {name}", "", problem.sentence) for problem in tree.problems])
    return tree.content["value"]


@lru_cache(maxsize=64)
def parsed(text: str, shown_as: str) -> Tree:
    """YAML text with all that is wrong with it. The same text is read once, so nobody writes to a tree."""
    tree = Tree(shown_as, {})
    problems: list[Problem] = []

    told: set[int] = set()

    def say(line: int, sentence: str) -> None:
        if line not in told:  # what follows from the first is not said
            problems.append(Problem(f"{shown_as}:{line}", "", sentence))
        told.add(line)

    text = cleaned(text, say)
    deep = too_deep(text)
    if deep:
        raise CaseError(shown_as, [Problem(f"{shown_as}:{deep}", "", "is nested far too deeply to be a case.")])
    try:
        node = yaml.compose(text, Loader=_FAST)
    except yaml.YAMLError:
        mend = mended(text, _broken, say)
        node, tree.whole = yaml.compose(mend.text, Loader=_FAST), mend.whole
    if node is None and not problems:
        raise CaseError(shown_as, [Problem(shown_as, "", "is empty. `damages new NAME` starts a case.")])
    content = _Values(tree, problems).of(node, ()) if node is not None else {}
    if not isinstance(content, dict):
        if not problems:
            say(1, "is not a mapping. A case starts with lines such as `title: …`.")
        content, tree.whole = {}, False
    tree.content = content
    tree.problems = tuple(sorted(problems, key=lambda problem: int(problem.place.rpartition(":")[2])))
    return tree


def _broken(text: str, fast: bool) -> Broken | None:
    """Where the text stops being YAML, and the parser's own words for it; None where it is YAML."""
    anchors: set[str] = set()
    documents = 0
    try:
        for event in yaml.parse(text, Loader=_FAST if fast else _PLAIN):
            documents += isinstance(event, yaml.DocumentStartEvent)
            anchor = getattr(event, "anchor", None)
            known = anchor in anchors
            # What only the next step of YAML would refuse: a second document, an anchor that is unknown or taken.
            wrong = "a second document" if documents > 1 else ""
            if anchor is not None and known != isinstance(event, yaml.AliasEvent):
                wrong = "an anchor is given twice" if known else "undefined alias"
            if wrong and event.start_mark:
                return Broken(event.start_mark.line, event.start_mark.column, None, wrong)
            anchors.update([] if anchor is None else [anchor])
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        context = error.context_mark
        said = str(error.problem or error.context)
        return Broken(mark.line if mark else 0, mark.column if mark else 0, context.line if context else None, said)
    except yaml.YAMLError as error:
        return Broken(0, 0, None, str(error).splitlines()[0])
    return None


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
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise refuse("is UTF-16 text. Save it as UTF-8.") from None
        if data[:4] in (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0"):
            raise refuse("is not text but a document of another program. A case is a plain text file.") from None
        line = data.count(b"\n", 0, error.start) + 1
        place = f"{shown_as}:{line}"
        sentence = f"is not UTF-8 text (byte {error.start}, {data[error.start]:#04x}). Save the file as UTF-8."
        raise CaseError(shown_as, [Problem(place, "", sentence)]) from None
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}.") from None


class _Values:
    """Nodes → plain values, with the line of each and the problems found on the way."""

    def __init__(self, tree: Tree, problems: list[Problem]):
        self.tree, self.problems = tree, problems
        self.seen: set[int] = set()

    def say(self, node: yaml.Node, keys: Place, sentence: str) -> None:
        self.problems.append(Problem(self.place(node), ".".join(keys), sentence))

    def place(self, node: yaml.Node) -> str:
        return f"{self.tree.file}:{node.start_mark.line + 1}"

    def of(self, node: yaml.Node, keys: Place) -> Any:
        if id(node) in self.seen:
            sentence = "repeats another part of the file by an alias (*name). Write the value out."
            if not any(problem.sentence == sentence for problem in self.problems):
                self.problems.append(Problem(self.tree.place(keys), ".".join(keys), sentence))
            return None
        self.seen.add(id(node))
        self.tree.lines.setdefault(keys, self.place(node))
        if len(keys) > DEEPEST_NESTING:
            self.say(node, keys, "is nested too deeply.")
            return None
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_TAG}map":
            return self.mapping(node, keys)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            return self.sequence(node, keys)
        return self.scalar(node, keys)

    def mapping(self, node: yaml.MappingNode, keys: Place) -> Any:
        content: dict[str, Any] = {}
        pairs: Sequence[tuple[Any, Any]] = node.value
        if node.flow_style:
            inside = commas_inside(pairs)
            for where, key, sentence in inside.problems:
                self.say(where, (*keys, key) if key else keys, sentence)
            if inside.as_list is not None:
                return [self.of(item, (*keys, str(i))) for i, item in enumerate(inside.as_list)]
            pairs = inside.pairs
        for key_node, value_node in pairs:
            if not isinstance(key_node, yaml.ScalarNode):
                self.say(key_node, keys, "a key here is not a plain word.")
                continue
            key = self.text(key_node, keys, LONGEST_NAME)
            here = (*keys, key)
            if key in content:
                first = self.tree.lines[here].rpartition(":")[2]
                self.say(key_node, here, f"is given twice; first on line {first}.")
                continue
            self.tree.lines[here] = self.place(key_node)
            content[key] = self.of(value_node, here)
        return content

    def sequence(self, node: yaml.SequenceNode, keys: Place) -> list[Any]:
        sentence = comma_in_list(node.value) if node.flow_style else ""
        if sentence:
            self.say(node, keys, sentence)
        return [self.of(item, (*keys, str(i))) for i, item in enumerate(node.value)]

    def text(self, node: yaml.Node, keys: Place, most: int) -> str:
        text: str = node.value
        found = refused(text.replace("\t", "\x00") if getattr(node, "style", None) is None else text)
        if found:
            self.say(node, keys, f"holds the character {found}, which is not allowed in a case. Delete it.")
            text = without_refused(text)
        if len(text) > most:
            self.say(node, keys, f"'{clipped(text, 30)}' has {len(text):,} characters; at most {most:,} are allowed.")
            text = text[:most]
        return text

    def scalar(self, node: yaml.Node, keys: Place) -> Any:
        kind = node.tag.removeprefix(_TAG)
        if kind == "str":
            return self.text(node, keys, LONGEST_TEXT)
        try:
            if kind in ("int", "float"):
                number = number_of(node.value)
                if abs(number) > LARGEST_WHOLE and kind == "int":
                    raise OverflowError
                return number
            if kind in ("null", "bool"):
                return {"true": True, "false": False}.get(node.value)
            if kind == "timestamp":
                return datetime.date.fromisoformat(node.value)
        except OverflowError:
            self.say(node, keys, f"{clipped(node.value, 30)} is larger than any number here can be.")
        except ValueError:
            what = "a day of the calendar. Write 2025-01-21." if kind == "timestamp" else "a number."
            self.say(node, keys, f"'{clipped(node.value, 30)}' is not {what}")
        else:
            self.say(
                node, keys, f"has the tag {clipped(node.tag, 40)}, and a case has none. Delete what begins with !."
            )
        return None


def plain_value(value: Any, place: str) -> Any:
    """A value given in Python as a case file would hold it (CaseError)."""
    problems: list[Problem] = []

    def plain(part: Any, keys: Place) -> Any:
        def refuse(sentence: str) -> None:
            problems.append(Problem(place, ".".join(keys), sentence))

        if hasattr(part, "tolist"):  # NumPy's numbers and arrays
            part = part.tolist()
        if len(keys) > DEEPEST_NESTING:
            refuse("is nested too deeply.")
        elif isinstance(part, dict):
            return {str(key): plain(inner, (*keys, str(key))) for key, inner in part.items()}
        elif isinstance(part, list | tuple):
            return [plain(inner, (*keys, str(i))) for i, inner in enumerate(part)]
        elif isinstance(part, str):
            found = refused(part)
            if found:
                refuse(f"holds the character {found}, which is not allowed in a case.")
            elif len(part) > LONGEST_TEXT:
                refuse(f"has {len(part):,} characters; at most {LONGEST_TEXT:,} are allowed.")
        elif isinstance(part, int) and abs(part) > LARGEST_WHOLE:
            refuse("is larger than any number here can be.")
        elif not isinstance(part, bool | int | float | datetime.date | None):
            refuse(f"is a {type(part).__name__}; a case holds numbers, text, dates, lists and groups of them.")
        return part

    made = plain(value, ())
    if problems:
        raise CaseError(place, problems)
    return made
