"""Case files with one part many times over."""

from __future__ import annotations

import copy
import random
from typing import Any

from fuzz.trees import inputs_of, is_number, place_in

MOST_TEXT = 1_000_000  # characters: a file beyond the limit is refused however far beyond it is


def enlarged(rng: random.Random, content: Any) -> None:
    """One part many times over, under names of their own, and used where that is how it is."""
    count = rng.choice((3, 12, 45, 150, 600))
    named, size, theories = inputs_of(content), content.get("class_size"), content.get("theories")
    shares = [name for name, given in named.items() if given.get("unit") == "share" and is_number(given.get("value"))]
    asked = [name for name, given in named.items() if given.get("role") == "question"]
    what = rng.choice(("theories", "questions", "shares", "groups", "values", "any"))
    if what == "theories" and isinstance(theories, dict) and theories:
        name = rng.choice(list(theories))
        for i in range(_at_most(count, theories[name])):
            theories[f"{name}_{i}"] = {
                **copy.deepcopy(theories[name]),
                "item_of_harm": rng.choice(("harm", f"harm {i}")),
            }
    elif what == "questions" and asked and isinstance(theories, dict) and theories:
        _questions(rng, content, rng.choice(asked), count)
    elif what == "shares" and shares and isinstance(size, dict):
        name = rng.choice(shares)
        for i in range(count):
            value = rng.choice((0.9, {"low": 0.5, "likely": 0.6 + i / 3_000, "high": 0.9}))
            content["inputs"][f"{name}_{i}"] = {**named[name], "role": "uncertain", "value": value}
        size[rng.choice(("define", "limit"))] = [f"{name}_{i}" for i in range(count)]
    elif what == "groups":
        _groups(rng, content, count)
    elif what == "values" and named:
        given = rng.choice(list(named.values()))
        given["role"], given["value"] = "uncertain", rng.choice(_values(count))
    else:
        part, key = place_in(rng, content, lambda _, value: isinstance(value, list) and bool(value))
        if isinstance(part[key], list):
            count = _at_most(count, part[key])
            part[key] = [copy.deepcopy(item) for item in part[key] for _ in range(count)]


def _at_most(count: int, part: Any) -> int:
    """So many copies of a part, fewer of one that is large already."""
    return min(count, MOST_TEXT // len(str(part)) + 1)


def _questions(rng: random.Random, content: Any, name: str, count: int) -> None:
    needing = [theory for theory in content["theories"].values() if isinstance(theory, dict)] or [{}]
    for i in range(count):
        chance = rng.choice((0.5, 0, 1, {"given": name, "yes": 0.5, "no": 0.1}))
        content["inputs"][f"{name}_{i}"] = {**content["inputs"][name], "chance": chance}
        needs = rng.choice(needing).setdefault("needs", [])
        if isinstance(needs, list):
            needs.append(f"{name}_{i}")


def _groups(rng: random.Random, content: Any, count: int) -> None:
    content["groups"] = {f"g{i}": f"Group {i}" for i in range(count)}
    for given in inputs_of(content).values():
        if isinstance(given.get("value"), dict) or given.get("unit") == "people":
            given["role"] = "uncertain"
            given["value"] = {
                f"g{i}": rng.choice((1_000, {"low": 10, "likely": 20, "high": 90 + i})) for i in range(count)
            }


def _values(count: int) -> tuple[Any, ...]:
    parts = [{"low": i / count, "likely": i / count, "high": 1} for i in range(count)]
    steps = {str(i / count): 1 / count for i in range(count)}
    return (
        {"choices": steps},
        {"mixture": [{"weight": 1.0 / count, "value": part} for part in parts]},
        {"mixture": [{"weight": 0.5, "value": {"choices": steps}}, {"weight": 0.5, "value": {"beta": [2, 3]}}]},
        {"dated": {f"{1900 + i % 200}-0{1 + i // 200}-01": 0.5 for i in range(count)}},
    )
