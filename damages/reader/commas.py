"""Commas inside ``{…}`` and ``[…]`` that were meant as part of a number or a text.

YAML reads ``{low: 80,000}`` as two keys, ``low: 80`` and ``000`` without a value. A key without a value inside braces
is never meant in a case, so it says that the value before it was cut in two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from damages.characters import clipped
from damages.reader.numerals import WRITTEN, amount, number_hint, plain_number


class Inside(NamedTuple):
    """What braces hold once cut values are joined again."""

    pairs: list[tuple[Any, Any]]
    problems: list[tuple[Any, str, str]]  # where, the key, the sentence
    as_list: list[Any] | None = None  # what {a, b} was meant as


def commas_inside(pairs: Sequence[tuple[Any, Any]]) -> Inside:
    """The pairs of a flow mapping, each value that a comma cut in two joined again and reported.

    ``pairs`` are YAML nodes: a key and its value.
    """
    if pairs and all(_is_empty(value) and not re.search("[:=]", str(key.value)) for key, value in pairs):
        shown = clipped(", ".join(str(key.value) for key, _ in pairs))
        return Inside(
            [], [(pairs[0][0], "", f"a list is written in square brackets: [{shown}].")], [k for k, _ in pairs]
        )
    joined: list[tuple[Any, Any]] = []
    cut: dict[int, list[Any]] = {}
    problems: list[tuple[Any, str, str]] = []
    for key, value in pairs:
        said = str(key.value)
        sign = ":" if ":" in said else "=" if "=" in said else " " if re.fullmatch(r"[a-z_]+ [\d._]+", said) else ""
        if not _is_empty(value) or not isinstance(key.value, str):
            joined.append((key, value))
        elif sign:
            name, _, text = key.value.partition(sign)
            wrong = "needs a space after the colon" if sign == ":" else "is written with a colon and a space"
            problems.append((key, name.strip(), f"{wrong}: {name.strip()}: {clipped(text.strip())}."))
            joined.append((_plain(key, name.strip()), _plain(key, text.strip())))
        elif joined and isinstance(joined[-1][1].value, str) and not joined[-1][1].style:
            cut.setdefault(len(joined) - 1, []).append(key)
        else:
            sentence = "has no value. Inside { } each part is `key: value`, with a comma between."
            problems.append((key, str(key.value), sentence))
    for i, rest in cut.items():
        key, value = joined[i]
        text, end = value.value, value.end_mark
        for part in rest:
            text += f",{' ' if part.start_mark.column != end.column + 1 else ''}{part.value}"
            end = part.end_mark
        hint = number_hint(text)
        if hint:
            sentence = f"'{clipped(text)}' has a comma, which ends a value inside {{ }}.{hint}"
        else:
            sentence = (
                f'a comma ends a value inside {{ }}. Put text with a comma in quotes: {key.value}: "{clipped(text)}".'
            )
        problems.append((value, str(key.value), sentence))
        joined[i] = (key, _plain(value, text, meant=True))
    return Inside(joined, problems)


def comma_in_list(items: Sequence[Any]) -> str:
    """A sentence where a list such as ``[80,000, 120,000]`` has commas inside its numbers; else nothing.

    ``[10,20]`` is two numbers. Groups of three digits are not, where one begins with 0 or others have a space before.
    """
    touching = [
        (one, other)
        for one, other in pairwise(items)
        if _digits(one) and _digits(other, 3) and other.start_mark.column == one.end_mark.column + 1
    ]
    zeros = any(other.value[0] == "0" for _, other in touching)
    if not touching or not (zeros or len(touching) < len(items) - 1):
        return ""
    one, other = touching[0]
    text = f"{one.value},{other.value}"
    return f"'{text}' has a comma, which ends a value inside [ ].{number_hint(text)}"


def _is_empty(node: Any) -> bool:
    return node.value == "" and not getattr(node, "style", None) and node.start_mark.index == node.end_mark.index


def _digits(node: Any, count: int = 0) -> bool:
    text = node.value
    return (
        isinstance(text, str)
        and text.isascii()
        and text.isdigit()
        and (len(text) == count if count else len(text) <= 3)
    )


def _plain(node: Any, text: str, meant: bool = False) -> Any:
    """A node like this one that holds another text; with ``meant`` a number that was cut is the number it was."""
    number = amount(text) if meant or WRITTEN.fullmatch(text) else None
    tag, held = ("str", text) if number is None else ("float", plain_number(number))
    return type(node)(f"tag:yaml.org,2002:{tag}", held, node.start_mark, node.end_mark)
