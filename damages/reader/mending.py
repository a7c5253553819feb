"""Text that is not YAML → every place where it is not, what to write there, and the text mended to be read on.

The parser of YAML stops at its first stumble, often far from the mistake. So a file that does not parse is parsed again
entry by entry: what belongs to one key stumbles alone, on its own lines, and the others are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from damages.characters import clipped, in_words, refused, without_refused
from damages.reader.mistakes import Mended, proposals

DEEPEST = 400  # brackets that are open at once
LONGEST_LINE = 2_000  # characters; a longer one is not guessed at
LONGEST_EXACT = 20_000  # characters that the slow parser, which tells the place better, is given
MOST = 20  # mistakes of a file before the rest is left
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"


class Broken(NamedTuple):
    """Where the parser stumbled (lines from 0), where what it was reading began, and its words."""

    line: int
    column: int
    context: int | None
    said: str


class Mend(NamedTuple):
    """The text as it can be read, and whether all of it could be kept."""

    text: str
    whole: bool


Parser = Callable[[str, bool], Broken | None]
Say = Callable[[int, str], None]


def cleaned(text: str, say: Say) -> str:
    """The text with spaces for the characters that no case may hold; each line with one is told to ``say``."""
    lines = _lines(text)
    count = 0
    for number, line in enumerate(lines):
        sentence = _odd(line)
        if not sentence:
            continue
        count += 1
        if count <= MOST:
            say(number + 1, sentence)
        lines[number] = re.sub(f"[{_SPACES}]", " ", without_refused(line)).replace("\t", "  ")
    return "\n".join(lines) if count else text


def _odd(line: str) -> str:
    """What is wrong with the characters of a line."""
    found = refused(line)
    if found:
        return f"holds the character {found}, which is not allowed in a case. Delete it."
    if line.isascii() and "\t" not in line:
        return ""
    code = "" if line.lstrip().startswith("#") else line.split(" #")[0]
    if "\t" in code:
        return "has a tab. Write spaces instead: two for each level."
    odd = re.search(f"^\\s*([{_SPACES}])|[:{{,]([{_SPACES}])|- *([{_SPACES}])", code)
    if not odd:
        return ""
    character = next(filter(None, odd.groups()))
    return f"has the space {in_words(character)}, which YAML does not read as one. Write an ordinary space."


def too_deep(text: str) -> int | None:
    """The line on which a text is nested so deeply that no parser should be given it; None where none is."""
    depth = 0
    for number, line in enumerate(_lines(text)):
        if not line[:1].isspace():
            depth = 0
        depth += line.count("[") + line.count("{") - line.count("]") - line.count("}")
        opened = max(line.count("["), line.count("{"))
        if max(depth, opened) > DEEPEST or re.match(r"(?:\s*[-?]\s){50}", line) or line.startswith(" " * 1_000):
            return number + 1
    return None


def _lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text)


def mended(text: str, broken: Parser, say: Say) -> Mend:
    """Text that is not YAML, mended until it is; each mistake is told to ``say`` with its line.

    Parameters
    ----------
    broken : where a text stumbles, or None; told whether to hurry or to be exact
    """
    lines = _lines(text)
    search = _Search(lines, broken, say)
    search.block(0, len(lines), -1)
    left = broken("\n".join(lines), True)
    if left:
        if search.whole:
            say(left.line + 1, _in_general(left))
        return Mend("", False)
    return Mend("\n".join(lines), search.whole)


class _Search:
    """Finds the smallest parts that cannot be read, and mends them or leaves them out."""

    def __init__(self, lines: list[str], broken: Parser, say: Say):
        self.lines, self.broken, self.tell = lines, broken, say
        self.whole, self.count = True, 0

    def stumbles(self, first: int, last: int, fast: bool = True) -> Broken | None:
        text = "\n".join(self.lines[first:last])
        at = self.broken(text, True)
        return at if at is None or fast or len(text) > LONGEST_EXACT else self.broken(text, False) or at

    def block(self, first: int, last: int, around: int) -> None:
        """Mend the lines from ``first`` to before ``last``, which stand deeper than the column ``around``."""
        entries = list(self._entries(first, last, around))
        self._mend_each(entries)
        if len(entries) != 1 and self.stumbles(first, last):
            self._mend(first, last, entries)

    def _mend_each(self, entries: Sequence[tuple[int, int]]) -> None:
        """Mend those entries that stumble, found by halves."""
        if not entries or self.count >= MOST or not self.stumbles(entries[0][0], entries[-1][1]):
            return
        if len(entries) == 1:
            self._entry(*entries[0])
            return
        half = len(entries) // 2
        self._mend_each(entries[:half])
        self._mend_each(entries[half:])

    def _entry(self, first: int, last: int) -> None:
        inner = first + 1
        if self._opens(first):
            if self.stumbles(inner, last):
                self.block(inner, last, _indent(self.lines[first]))
            if not self.stumbles(first, last):
                return
        self._mend(first, last)

    def _opens(self, first: int) -> bool:
        """Whether the line is a key alone, or a whole first line of a list's item, with lines of its own below."""
        line = self.lines[first]
        alone = re.match(r"\s*(?:- +)*[\w$.-]+\s*:\s*(?:#.*)?$", line) is not None
        item = line.lstrip().startswith("- ") and not re.search(r"[>|][+-]?\d?\s*(?:#.*)?$", line)
        return alone or (item and self.stumbles(first, first + 1) is None)

    def _entries(self, first: int, last: int, around: int) -> Iterator[tuple[int, int]]:
        """The parts of a block: each begins with a line in its column. Lines that slipped out of it are moved back."""
        told = [n for n in range(first, last) if self.lines[n].strip() and not self.lines[n].lstrip().startswith("#")]
        if not told:
            return
        columns = [_indent(self.lines[n]) for n in told]
        least = min(columns)
        level = least if around < 0 or columns.count(least) > 1 else columns[0]
        starts: list[int] = []
        for n, column in zip(told, columns, strict=True):
            slipped = column < level or (not starts and column > level)
            if slipped:
                self._report(n, _slip(column, level))
                self.lines[n] = " " * level + self.lines[n].lstrip()
            if (slipped or column == level) and self.lines[n].lstrip()[0] not in "}]":
                starts.append(n)
        yield from pairwise([*starts, last])

    def _report(self, line: int, sentence: str) -> None:
        self.count += 1
        if self.count <= MOST:
            self.tell(line + 1, sentence)

    def _mend(self, first: int, last: int, entries: Sequence[tuple[int, int]] = ()) -> None:
        """Try what each line may have been meant as, until these lines can be read; else leave some of them out."""
        for _ in range(MOST):
            now = self.stumbles(first, last, fast=False)
            if now is None:
                return
            found = self._better(first, last, now)
            if found:
                number, mend = found
                self._report(number, mend.sentence)
                self.lines[number] = mend.line
            else:
                where = first + (now.line if now.context is None else now.context)
                around = [(start, end) for start, end in entries if start <= where < end]
                self._leave_out(*(around or [(first, last)])[0], first + now.line, now)
        if self.stumbles(first, last):
            self.lines[first:last] = [""] * (last - first)
            self.whole = False

    def _leave_out(self, first: int, last: int, where: int, now: Broken) -> None:
        end = last
        while end > first + 1 and not self.lines[end - 1].strip():
            end -= 1
        which = f"Lines {first + 1} to {end} were" if end > first + 1 else f"Line {end} was"
        rest = "What the rest means is checked once this is mended."
        self._report(where, f"{_in_general(now)} {which} left out. {rest}")
        self.lines[first:last] = [""] * (last - first)
        self.whole = False

    def _better(self, first: int, last: int, now: Broken) -> tuple[int, Mended] | None:
        """The first proposal with which the parser comes further than before."""
        near = dict.fromkeys([now.context, now.line, now.line - 1, *range(min(last - first, MOST))])
        tries = [(0, list(self._slips(first, 0)))]
        for offset in [n for n in near if n is not None and 0 <= n < last - first]:
            line = self.lines[first + offset]
            slips = list(self._slips(first, offset)) if offset else []
            tries.append((offset, [*slips, *(proposals(line) if len(line) <= LONGEST_LINE else ())]))
        for offset, mends in tries:
            before = self.lines[first + offset]
            for mend in mends:
                self.lines[first + offset] = mend.line
                then = self.stumbles(first, last, fast=False)
                self.lines[first + offset] = before
                if then is None or (then.line, then.column) > (now.line, max(now.column, len(before))):
                    return first + offset, mend
        return None

    def _slips(self, first: int, offset: int) -> Iterator[Mended]:
        """The line in the column of the lines around it, where it stands a little beside them."""
        line, below = self.lines[first + offset], self.lines[first + offset + 1 : first + offset + 2]
        if not re.match(r"\s*[\w$.-]+\s*:( |$)", line):
            return
        column, level = _indent(line), _indent(self.lines[first])
        if offset and 0 < abs(column - level) <= 3:
            yield Mended(_slip(column, level), " " * level + line.lstrip())
        inner = _indent(below[0]) if below and below[0].strip() else 0
        if not offset and first and column < inner == _indent(self.lines[first - 1]):
            yield Mended(_slip(column, inner), " " * inner + line.lstrip())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _slip(column: int, level: int) -> str:
    return (
        f"is indented by {column} space{'s' * (column != 1)}, and the lines it belongs to by {level}. "
        "Lines of one group begin in the same column."
    )


_GENERAL = (
    ("mapping values are not allowed", "has a colon where YAML expects none. Text with a colon is put in quotes."),
    ("could not find expected ':'", "has no colon: a line is `key: value`."),
    ("but found '-'", "mixes lines that begin with - and lines that do not."),
    ("expected the node content", "has a comma, a colon or a bracket where a value belongs."),
    ("expected chomping", "has text after > or |, which begins on the next line, indented."),
    ("expected a comment or a line break", "has text after > or |, which begins on the next line, indented."),
    ("expected alphabetic", "begins with a sign that YAML keeps for itself. Put the text in quotes."),
    ("expected '<document start>'", "does not fit the lines above: its indentation, a quote or a bracket is off."),
    ("expected <block end>", "does not fit the lines above: its indentation, a quote or a bracket is off."),
    ("unexpected end of stream", "has a quote or a bracket that is not closed."),
    ("expected ',' or", "has a { or [ that is not closed, or lacks a comma inside it."),
    ("an anchor is given twice", "has a word that begins with &. Text that begins with & is put in quotes."),
    ("unknown escape", "has a backslash inside double quotes, where it begins a special sign. Use single quotes."),
    ("undefined alias", "has a word that begins with *. Text that begins with * is put in quotes."),
    ("cannot start any token", "begins with a sign that YAML keeps for itself. Put the text in quotes."),
)


def _in_general(broken: Broken) -> str:
    """The parser's words in ours."""
    for words, sentence in _GENERAL:
        if words in broken.said:
            return sentence
    return f"this is not YAML: {clipped(broken.said, 100)}."
