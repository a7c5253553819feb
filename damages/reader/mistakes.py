"""What people write in YAML instead of what they mean, line by line: the sentence, and the line mended.

A rule only proposes. `damages.reader.mending` asks the parser whether a proposal makes the text readable, so a rule may
guess: what is reported is what helped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from damages.characters import clipped

KEY = re.compile(r"(?P<head>\s*(?:- +)*(?P<key>[\w$.-]+)\s*: +)(?P<rest>\S.*?)(?P<tail>\s*)$")
_IN_BRACES = re.compile(r"[{,]\s*(?P<key>[\w$.-]+)\s*: *")


class Mended(NamedTuple):
    """A line as it was probably meant, and the sentence that says so."""

    sentence: str
    line: str


def proposals(line: str) -> Iterator[Mended]:
    """What a line that cannot be read may have been meant as, the likeliest first."""
    for rule in (
        _marks,
        _quotes,
        _backslashes,
        _inner_quotes,
        _missing_commas,
        _text_in_braces,
        _text_in_block,
        _signs,
        _brackets,
        _commas,
    ):
        yield from rule(line)


def quoted(text: str) -> str:
    """Text in quotes, as YAML reads it."""
    return json.dumps(text.strip(), ensure_ascii=False)


def _written(key: str, text: str) -> str:
    return f"Write {key}: {quoted(clipped(text, 100))}." if key else f"Write {quoted(clipped(text, 100))}."


def _marks(line: str) -> Iterator[Mended]:
    """Lines that are not YAML at all."""
    if re.match(r"\s*(```|~~~)", line):
        yield Mended("is a fence of Markdown, not of YAML. Delete the line.", "")
    if re.match(r"(---|\.\.\.)(\s|$)", line):
        yield Mended("begins a second document. A file holds one case: delete the line.", "")
    if re.match(r"\s*//", line):
        yield Mended("is read as content: a comment begins with #.", "")


def _open_quote(line: str) -> int | None:
    """Where a quote opens a value and is not closed on the line."""
    i = 0
    while i < len(line):
        mark = line[i]
        before = line[:i].rstrip()
        if mark == "#" and (i == 0 or line[i - 1].isspace()):
            return None
        if mark in "\"'" and (not before or before[-1] in "{[," or (before[-1] in ":-" and line[i - 1] == " ")):
            inside = r"(?:[^\"\\]|\\.)*" if mark == '"' else r"(?:[^']|'')*"
            whole = re.compile(f"{mark}{inside}{mark}").match(line, i)
            if not whole:
                return i
            i = whole.end()
        else:
            i += 1
    return None


def _ends(rest: str) -> Iterator[int]:
    """Where a text inside braces may end: before the next key, before what closes, before a comment, at the end."""
    ends = [found.start() for found in re.finditer(r", *[\w$.-]+ *: ", rest)][:3]
    closers = re.search(r"[\]}]+,?\s*(?:#.*)?$", rest)
    comment = re.search(r"\s+#", rest)
    yield from [*ends, *([closers.start()] if closers else []), *([comment.start()] if comment else []), len(rest)]


def _quotes(line: str) -> Iterator[Mended]:
    """A quote that is not closed."""
    opened = _open_quote(line)
    if opened is None:
        return
    mark, rest = line[opened], line[opened + 1 :]
    key = _key_before(line[:opened])
    for end in _ends(rest):
        text = rest[:end].rstrip()
        shown = f"{mark}{clipped(text, 100)}{mark}"
        sentence = f"the quote ({mark}) that opens here is not closed. Write {f'{key}: ' if key else ''}{shown}."
        yield Mended(sentence, f"{line[: opened + 1]}{text}{mark}{rest[end:]}")


def _backslashes(line: str) -> Iterator[Mended]:
    """A backslash inside double quotes, where it begins a special sign."""
    for found in re.finditer(r"\"([^\"']*\\[^\"']*)\"", line):
        key, now = _key_before(line[: found.start()]), f"'{found[1]}'"
        sentence = (
            f"\\ inside double quotes begins a special sign. Write {f'{key}: ' if key else ''}{clipped(now, 100)}."
        )
        yield Mended(sentence, f"{line[: found.start()]}{now}{line[found.end() :]}")


def _key_before(text: str) -> str:
    found = re.search(r"([\w$.-]+)\s*:\s*$", text)
    return found[1] if found else ""


def _inner_quotes(line: str) -> Iterator[Mended]:
    """A quote that closes too early, since the text itself has quotes."""
    for found in re.finditer(r"(?:[:{\[,-] |[{\[])(?=[\"'])", line):
        rest = line[found.end() :]
        for end in _ends(rest):
            text = rest[:end].rstrip()
            inner = text[1:-1] if len(text) > 1 and text[-1] == text[0] else text
            if text[0] not in inner and not inner.startswith(text[0]):
                continue
            key, other = _key_before(line[: found.end()]), "'" if text[0] == '"' else '"'
            now = f"{other}{inner}{other}" if other not in inner else quoted(inner)
            sentence = f"the text has quotes inside its quotes. Write {f'{key}: ' if key else ''}{clipped(now, 100)}."
            yield Mended(sentence, f"{line[: found.end()]}{now}{rest[end:]}")


_WHY = (
    (re.compile(r"[@`%*&!|>?-]|\[.*\]\s*[^\s#]|\{[^:]*\}\s*[^\s#]"), "text that begins with {0} is put in quotes."),
    (re.compile(r"[^{\[].*:(\s|$)"), "a colon inside text is read as the end of a key. Put the text in quotes."),
)


def _why(text: str) -> str:
    return next((say.format(text[:1]) for pattern, say in _WHY if pattern.match(text)), "")


def _text_in_block(line: str) -> Iterator[Mended]:
    """Text on a line of its own that YAML takes for something else."""
    found = KEY.match(line)
    if not found:
        return
    head, key, rest = found["head"], found["key"], found["rest"]
    if rest[0] in ">|" and len(rest) > 1:
        text = rest[1:].strip()
        sentence = f"text after {rest[0]} begins on the next line, indented."
        yield Mended(f"{sentence} On one line: {key}: {clipped(quoted(text), 100)}.", f"{head}{quoted(text)}")
    why = _why(rest)
    if why:
        for text in (re.sub(r"\s+#.*", "", rest), rest):
            yield Mended(f"{why} {_written(key, text)}", f"{head}{quoted(text)}{rest[len(text) :]}")


def _text_in_braces(line: str) -> Iterator[Mended]:
    """Text inside braces that YAML takes for something else."""
    for found in _IN_BRACES.finditer(line):
        rest = line[found.end() :]
        for end in _ends(rest):
            text = rest[:end].strip()
            cut = text[:1] in "\"'{" or re.search(r"[,;] *[\w$.-]+ *: |[{}]", text)
            why = "" if cut else _why(text)
            if why:
                now = f"{line[: found.end()].rstrip()} {quoted(text)}{rest[end:]}"
                yield Mended(f"{why} {_written(found['key'], text)}", now)


def _signs(line: str) -> Iterator[Mended]:
    """A key without the colon and the space after it."""
    found = re.match(r"(\s*(?:- +)*)([A-Za-z_]\w*)\s*:(?=[^\s/])(.*)$", line)
    if found:
        yield Mended(
            f"a space is missing after the colon. Write {found[2]}: {clipped(found[3])}.",
            f"{found[1]}{found[2]}: {found[3]}",
        )
    found = re.match(r"(\s*(?:- +)*)([A-Za-z_]\w*)\s*(?:=>?|;) *(.*)$", line)
    if found:
        yield Mended(
            f"a key is followed by a colon. Write {found[2]}: {clipped(found[3])}.", f"{found[1]}{found[2]}: {found[3]}"
        )
    found = re.match(r"(\s*)- +([A-Za-z_]\w*\s*:(?:\s.*)?)$", line)
    if found:
        sentence = "begins with -, and the lines of its group do not. Delete the dash."
        yield Mended(sentence, f"{found[1]}{found[2]}")
    for found in re.finditer(r"([{,]\s*)([A-Za-z_]\w*)\s*(?:=|:)(?=[^\s/])", line):
        now = f"{line[: found.start()]}{found[1]}{found[2]}: {line[found.end() :].lstrip()}"
        yield Mended(f"a key is followed by a colon and a space. Write {found[2]}: ….", now)
    found = re.match(r"(\s*(?:- +)*)([a-z_]\w*)(?:\s+([^\s:#].*))?\s*$", line)
    if found and ": " not in line:
        text = found[3] or ""
        yield Mended(
            f"has no colon. Write {f'{found[2]}: {clipped(text)}' if text else f'{found[2]}:'}.",
            f"{found[1]}{found[2]}: {text}".rstrip(),
        )


def _brackets(line: str) -> Iterator[Mended]:
    """Braces and brackets that are not closed, closed twice, or closed with the other."""
    bare = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|\s#.*", lambda found: "x" * len(found[0]), line)
    still: list[str] = []
    for place, mark in enumerate(bare):
        if mark in "{[":
            still.append({"{": "}", "[": "]"}[mark])
        elif mark in "}]":
            if still and still[-1] == mark:
                still.pop()
            elif still and mark not in still[:-1]:
                sentence = f"{mark} closes what was opened with {'{' if still[-1] == '}' else '['}. Write {still[-1]}."
                yield Mended(sentence, f"{line[:place]}{still[-1]}{line[place + 1 :]}")
            elif still:
                yield Mended(f"a {still[-1]} is missing before {mark}.", f"{line[:place]}{still[-1]}{line[place:]}")
            else:
                yield Mended(f"has a {mark} too many. Delete it.", f"{line[:place]}{line[place + 1 :]}")
            if not still and bare[place + 1 :].lstrip()[:1] == ",":
                yield Mended(f"has a {mark} too many. Delete it.", f"{line[:place]}{line[place + 1 :]}")
    if still:
        for found in re.finditer(r", *(?:source|label|role|unit|note): ", bare):
            sentence = f"what {{ or [ opens is not closed. Add {still[-1]} before `{found[0].strip(', ')}`."
            yield Mended(sentence, f"{line[: found.start()]}{still[-1]}{line[found.start() :]}")
    if still:
        closing = "".join(reversed(still))
        end = re.search(r"(?:\s+#.*)?\s*$", bare)
        at = end.start() if end else len(line)
        yield Mended(f"what {{ or [ opens is not closed. Add {closing} at the end.", f"{line[:at]}{closing}{line[at:]}")


_FIELDS = "low|likely|high|label|role|unit|value|chance|source|kind|cite|checked|url|given|yes|no|mean|sd|median|weight"


def _missing_commas(line: str) -> Iterator[Mended]:
    """Commas inside braces: doubled, another sign in their place, or missing before what is surely a key."""
    if "{" not in line and "[" not in line:
        return
    if re.search(r",\s*,", line):
        yield Mended("has two commas in a row. Delete one.", re.sub(r",(\s*,)+", ",", line))
    if ";" in line:
        yield Mended("parts inside { } and [ ] are separated by commas, not by ;.", line.replace(";", ","))
    sure = list(re.finditer(rf"(?:(?<=[\d}}\]\"'])\s+(?=([\w$.-]+): ))|(?:(?<=[^\s,{{\[:])\s+(?=({_FIELDS}): ))", line))
    if sure:
        for found in sure:
            key = found[1] or found[2]
            yield Mended(f"a comma is missing before `{key}`.", f"{line[: found.start()]}, {line[found.end() :]}")
        now = line
        for found in reversed(sure):
            now = f"{now[: found.start()]}, {now[found.end() :]}"
        yield Mended("commas are missing between the parts inside { }.", now)


def _commas(line: str) -> Iterator[Mended]:
    """Commas missing inside braces, where a word may be a key."""
    if "{" not in line and "[" not in line:
        return
    several = re.sub(r"([^\s,{\[:])\s+(?=[\w$.-]+: )", r"\1, ", line.split("{", 1)[-1])
    yield Mended("commas are missing between the parts inside { }.", f"{line.split('{', 1)[0]}{{{several}")
