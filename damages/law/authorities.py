"""The list of authorities: what each stands for, and how far it was checked.

The project prints no statute, case or rule that is neither in the registry of statutes nor here;
`unknown` finds one that is, and a test runs it over every file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from damages.errors import CaseError
from damages.reader.messages import in_our_words
from damages.reader.read import read_tree
from damages.reader.words import Checked, Strict, Text


class Authority(Strict):
    """One case, section or rule."""

    cite: Text
    also: list[Text] = Field(default_factory=list, description="Shorter forms in which it is cited")
    point: Text = Field(description="What it stands for here, in our own words")
    checked: Checked
    source: Text

    @property
    def forms(self) -> tuple[str, ...]:
        return (self.cite, *self.also)


def read_authorities(path: Path) -> tuple[Authority, ...]:
    """Every authority of a list.

    Raises
    ------
    CaseError : with every problem of the file
    """
    tree = read_tree(path, f"{path.parent.name}/{path.name}")
    try:
        return tuple(TypeAdapter(dict[str, list[Authority]]).validate_python(tree.content)["authorities"])
    except ValidationError as error:
        raise CaseError(
            tree.file, [in_our_words(found, tree, Authority) for found in error.errors(include_url=False)]
        ) from None


authorities = lru_cache(read_authorities)  # for a file that does not change while Python runs


def cited_in(text: str, known: Iterable[Authority]) -> list[Authority]:
    """The authorities that a text cites, in the order of the list."""
    return [authority for authority in known if any(form in text for form in authority.forms)]


# What a citation looks like: code sections, reporters, instructions, public acts, and the names of cases.
_NAME = r"[A-Z][\w.'’&-]*"
CITATIONS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b\d+ U\.S\.C\. §§? ?\d\w*(?:\(\w+\))*",
        r"\b\d+ (?:U\.S\.|S\. ?Ct\.|F\.(?:2d|3d|4th)|F\. ?Supp\.(?: [23]d)?|F\.R\.D\.|Cal\. ?(?:App\. ?)?\d?(?:th|d)?) \d+",
        r"\b(?:Cal\.|N\.Y\.|Ill\.|Pa\.|Wash\.|Mich\.) (?:[A-Z][\w.]*\.? ?&? ?)+(?:Code|Law|Stat\.)? ?§§? ?\d[\w.]*(?:\(\w+\))*",
        r"\b\d+ ILCS [\d/]+",
        r"\bCACI(?: No\.)? \d+",
        r"\bP\.A\. [\d-]+",
        rf"\bIn re {_NAME}(?: {_NAME})*",
        rf"\b{_NAME}(?: (?:of|{_NAME}))* v\. {_NAME}(?: {_NAME})*",
    )
)


def unknown(text: str, allowed: Iterable[str]) -> list[str]:
    """Citations in a text that remain when every allowed form is taken out of it.

    >>> unknown("as in Roe v. Wade and 18 U.S.C. § 2707(c).", ["18 U.S.C. § 2707(c)"])
    ['Roe v. Wade']
    """
    for form in sorted(allowed, key=len, reverse=True):
        text = text.replace(form, "·")
    return [found for pattern in CITATIONS for found in pattern.findall(text)]
