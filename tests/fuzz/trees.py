"""Places in the tree of a case file."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

Slot = tuple[Any, Any]  # a mapping or list, and a key or index of it


def slots_of(part: Any) -> list[Slot]:
    """Every place of a tree that holds something."""
    keys = list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    return [slot for key in keys for slot in ((part, key), *slots_of(part[key]))]


def place_in(rng: random.Random, content: Any, fits: Callable[[Any, Any], bool]) -> Slot:
    """A place whose key and value fit, or any place where none does."""
    slots = slots_of(content) or [({"": None}, "")]
    return rng.choice([(part, key) for part, key in slots if fits(key, part[key])] or slots)


def is_number(value: Any) -> bool:
    """Whether a value is a number, and not true or false."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def inputs_of(content: Any) -> dict[str, Any]:
    """The inputs of a case that are written as one."""
    inputs = content.get("inputs")
    return (
        {name: given for name, given in inputs.items() if isinstance(given, dict)} if isinstance(inputs, dict) else {}
    )
