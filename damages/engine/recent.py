"""What was worked out for a case lately, kept so that what is asked in turn shares it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from damages.case.schema import Case

T = TypeVar("T")


class Recent(Generic[T]):
    """The last few results, each of one case under one key.

    >>> made = []
    >>> recent = Recent(2)
    >>> [recent.of(None, key, lambda: made.append(key) or key.upper()) for key in ("a", "b", "a", "c", "a")]
    ['A', 'B', 'A', 'C', 'A']
    >>> made
    ['a', 'b', 'c', 'a']
    """

    def __init__(self, most: int):
        self._most = most
        self._kept: list[tuple[Case, Any, T]] = []

    def of(self, case: Case, key: Any, make: Callable[[], T]) -> T:
        """The result kept for this very case and key, else what ``make`` gives now."""
        for before, asked, found in self._kept:
            if before is case and asked == key:
                return found
        made = make()
        self._kept.insert(0, (case, key, made))
        del self._kept[self._most :]
        return made
