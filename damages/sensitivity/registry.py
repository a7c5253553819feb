"""Every method of sensitivity under its name on the command line; what it can be asked follows from its signature."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

from damages import sensitivity
from damages.case.schema import Case
from damages.engine.figure import known_line, refused
from damages.errors import did_you_mean
from damages.shows import Shows

Method = Callable[..., Shows]
Marked = TypeVar("Marked", bound=Method)
_METHODS: dict[str, Method] = {}


def method(function: Marked) -> Marked:
    """Marks a method: a function of a case that gives a result, its options keywords of its own.

    Its name on the command line is the function's, with hyphens; the first line of its docstring is its help. A line that
    it is asked about (``of``) is known before it begins.
    """

    @wraps(function)
    def asked(case: Case, **options: Any) -> Shows:
        if options.get("of"):
            known_line(case, options["of"])
        return function(case, **options)

    _METHODS[function.__name__.replace("_", "-")] = asked
    return cast(Marked, asked)


def methods() -> dict[str, Method]:
    """Every method by its name, in the order of the alphabet."""
    for module in pkgutil.iter_modules(sensitivity.__path__):
        importlib.import_module(f"{sensitivity.__name__}.{module.name}")
    return dict(sorted(_METHODS.items()))


def options_of(function: Method) -> list[str]:
    """What a method can be asked: the names of its keywords."""
    return [name for name, one in inspect.signature(function).parameters.items() if one.kind is one.KEYWORD_ONLY]


def ask(case: Case, name: str, options: Mapping[str, Any], written: Callable[[str], str] = str) -> Shows:
    """What a method of that name finds about a case.

    Parameters
    ----------
    options : keyword → value; only what was given
    written : how a keyword is written where the question came from, for messages

    Raises
    ------
    CaseError : an unknown method, line or input, or an option that the method does not have
    """
    known = methods()
    listed = ", ".join(known)
    if name not in known:
        raise refused(case, f"'{name}' is not a method.{did_you_mean(name, known) or f' Known here: {listed}.'}")
    for option in options:
        if option not in options_of(known[name]):
            those = [other for other, one in known.items() if option in options_of(one)]
            raise refused(case, f"{written(option)} is not for {name}; it is for {', '.join(those)}.")
    return known[name](case, **options)
