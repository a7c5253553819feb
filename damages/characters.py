"""Which characters and how much text a case may hold, and how foreign text is shown on a terminal.

A control character can steer a terminal, XML 1.0 (SVG, Word, Excel) forbids most of them, and a character that
turns the direction of writing or that nobody sees makes a line read as what it is not.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

LONGEST_NAME = 100
LONGEST_LINE = 300  # a label, a title: something that stands in a table's cell or above a chart
LONGEST_TEXT = 5_000

_CONTROLS = {0x00: "NUL", 0x07: "BEL", 0x08: "backspace", 0x09: "tab", 0x1B: "ESC", 0x7F: "DEL"}
_REFUSED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but tab and line feed
    "\u2028\u2029"  # lines that end where no editor shows it
    "\u202a-\u202e\u2066-\u2069"  # turn the direction of writing
    "\u200b\u2060\ufeff"  # seen by nobody
    "\ud800-\udfff"  # halves of a character
    "\ufdd0-\ufdef\ufffe\uffff"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "]"
)


def refused(text: str) -> str:
    r"""The first character that no text of a case may hold, in words; nothing where there is none.

    >>> refused("Müller & 李, 😀"), refused("a\x1b]0;b"), refused("a\u202eb"), refused("a\ufffe")
    ('', 'U+001B (ESC)', 'U+202E (right-to-left override)', 'U+FFFE (no character)')
    """
    found = _REFUSED.search(text)
    return in_words(found[0]) if found else ""


def in_words(character: str) -> str:
    """A character's number and its name."""
    code = ord(character)
    kind = {"Cc": "control character", "Cs": "half a character"}.get(unicodedata.category(character), "no character")
    return f"U+{code:04X} ({_CONTROLS.get(code) or unicodedata.name(character, kind).lower()})"


def without_refused(text: str) -> str:
    """The text with a space for each character that is refused."""
    return _REFUSED.sub(" ", text)


def harmless(text: str) -> str:
    r"""Text as it may be written to a terminal: what could steer it is shown as its number.

    >>> print(harmless("a\x1b]0;owned\x07b"))
    a[U+001B]]0;owned[U+0007]b
    """
    return _REFUSED.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def clipped(text: Any, most: int = 60) -> str:
    """What was found, short enough for a message, on one line.

    >>> clipped("9" * 400, 10), clipped("a\\n b")
    ('9999999999…', 'a b')
    """
    line = " ".join(harmless(str(text)).split())
    return line if len(line) <= most else f"{line[:most]}…"


def capital(text: str) -> str:
    """Text as a sentence or a heading begins it.

    >>> capital("the exposure of LinkedIn")
    'The exposure of LinkedIn'
    """
    return f"{text[:1].upper()}{text[1:]}"
