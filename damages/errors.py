"""The sentences the project speaks when a user's file or command is wrong.

Every message says where, what was found, what is allowed and how to write it.
A command prints them and exits with 1; a notebook shows them without a traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, NamedTuple

from damages.characters import harmless

MOST_SHOWN = 50


class DamagesError(Exception):
    """A user's mistake, told in one message."""

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this, so a notebook shows the message and not forty lines of traceback.
        return [f"{type(self).__name__}: {self}"]


class Problem(NamedTuple):
    """One thing wrong with a case: the place in the file, the name in the case, and the sentence."""

    place: str
    name: str
    sentence: str

    def __str__(self) -> str:
        return "  ".join(part for part in (self.place, f"{self.name}: {self.sentence}" if self.name else self.sentence))


class CaseError(DamagesError):
    """A case that cannot be used, with every problem found in it.

    ``problems`` holds them as data, in the order of the file.
    """

    def __init__(self, file: str, problems: Iterable[Problem]):
        self.file = file
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{file} has {count:,} problem{'s' if count != 1 else ''}."
        shown = [f"  {problem}" for problem in self.problems[:MOST_SHOWN]]
        more = [f"  … and {count - MOST_SHOWN:,} more."] if count > MOST_SHOWN else []
        super().__init__(harmless("\n".join([head, *shown, *more])))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.file, self.problems)  # so that it travels home from a worker process


class RenderError(DamagesError):
    """A report that cannot be made, before anything was written."""


class ArgumentError(DamagesError, ValueError):
    """An argument that a function cannot take."""


class DamagesWarning(UserWarning):
    """A result that is right but should be read with care."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """' Did you mean x?' when a known word is close to ``word``, else the list of what is known.

    >>> did_you_mean("clams_rate", ["claims_rate", "fee_share"])
    ' Did you mean claims_rate?'
    >>> did_you_mean("zzz", ["b", "a"])
    ' Known here: a, b.'
    """
    known = sorted(known)
    small = {each.casefold(): each for each in known}
    close = difflib.get_close_matches(word.casefold(), small, n=1)
    if close:
        return f" Did you mean {small[close[0]]}?"
    return f" Known here: {', '.join(known)}." if known else ""
