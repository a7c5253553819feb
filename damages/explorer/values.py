"""How an input is written ↔ the one number that a slider shows for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

PLACES = 12  # what a case file keeps of a number


def figure(spec: Any, base: float) -> float:
    """The number that stands for a value: itself, or its likely value; else ``base``, the base value of its shape.

    >>> figure(0.3, 0.3), figure({"low": 0.2, "likely": 0.3, "high": 0.5}, 0.3), figure({"beta": [2, 8]}, 0.18)
    (0.3, 0.3, 0.18)
    """
    if not isinstance(spec, Mapping):
        return float(spec)
    inner = spec.get("triangular", spec)
    return float(inner["likely"]) if "likely" in inner else base


def moved(spec: Any, base: float, number: float, share: bool = False) -> Any:
    """The value as it is written when its slider is moved from ``base`` to ``number``.

    A range keeps its ends and gets a new likely value (an end gives way when it must); what was said as
    ``between`` keeps its spread and shifts, in proportion or, for a share, in log-odds. Any other shape
    is held at the number and no longer drawn.

    >>> moved({"low": 0.2, "likely": 0.3, "high": 0.5}, 0.3, 0.6)
    {'low': 0.2, 'likely': 0.6, 'high': 0.6}
    >>> moved({"between": [2, 8]}, 4.0, 8.0)
    {'between': [4.0, 16.0]}
    >>> moved({"beta": [2, 8]}, 0.18, 0.25), moved(17, 17.0, 18.0)
    (0.25, 18.0)
    """
    number = round(number, PLACES)
    if math.isclose(number, figure(spec, base), rel_tol=1e-9, abs_tol=1e-12):
        return spec
    if not isinstance(spec, Mapping):
        return number
    if "likely" in spec:
        return {"low": min(spec["low"], number), "likely": number, "high": max(spec["high"], number)}
    if "triangular" in spec:
        return {"triangular": moved(spec["triangular"], base, number)}
    if "between" in spec and number > 0 and (number < 1 or not share):
        return {"between": [round(_shifted(end, base, number, share), PLACES) for end in spec["between"]]}
    return number


def _shifted(end: float, base: float, number: float, share: bool) -> float:
    if not share:
        return end * number / base
    logit = _logit(end) + _logit(number) - _logit(base)
    return 1.0 / (1.0 + math.exp(-logit))


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))


def part(spec: Any, keys: tuple[str, ...]) -> Any:
    """The part of a value that belongs to a group, or to an answer that a chance depends on."""
    for key in keys:
        spec = spec[key]
    return spec


def for_each_answer(chance: Any, base: Any) -> Any:
    """A chance with the branches of the case file's: one number holds whatever the other question's answer is.

    >>> for_each_answer(1.0, {"given": "proven", "yes": 0.4, "no": 0.3})
    {'given': 'proven', 'yes': 1.0, 'no': 1.0}
    """
    if isinstance(chance, dict) or not isinstance(base, dict):
        return chance
    return {key: inner if key == "given" else for_each_answer(chance, inner) for key, inner in base.items()}


def with_part(spec: Any, keys: tuple[str, ...], new: Any) -> Any:
    """The same value with one part replaced.

    >>> with_part({"career": 29.99, "business": 59.99}, ("career",), 35.0)
    {'career': 35.0, 'business': 59.99}
    """
    if not keys:
        return new
    return {**spec, keys[0]: with_part(spec[keys[0]], keys[1:], new)}


def mixed(mix: Mapping[str, float], group: str, share: float) -> dict[str, float]:
    """A mix with one group's share set: the others share the rest as they did before, so that it still sums to 1.

    >>> mixed({"career": 0.5, "business": 0.3, "sales": 0.2}, "career", 0.8)
    {'career': 0.8, 'business': 0.12, 'sales': 0.08}
    """
    others = [name for name in mix if name != group]
    if not others:
        return dict(mix)
    before = sum(mix[name] for name in others)
    parts = {name: mix[name] / before if before else 1.0 / len(others) for name in others}
    new = {name: share if name == group else round((1.0 - share) * parts[name], PLACES) for name in mix}
    new[others[-1]] = round(max(0.0, 1.0 - sum(new[name] for name in mix if name != others[-1])), PLACES)
    return new
