"""What a shell offers on the Tab key: case files, scenarios, inputs, statutes. A mistake offers nothing."""

from __future__ import annotations

from typing import Any

from damages.case.load import case_files as cases
from damages.case.load import find, load, scenarios, the_registry
from damages.errors import DamagesError


def case_files(ctx: Any, args: list[str], incomplete: str) -> list[str]:
    """The cases of the project and of the library; the shell itself offers other files."""
    return [name for path in cases() if (name := f"params/{path.name}").startswith(incomplete)]


def _case_of(ctx: Any) -> str:
    """The case typed before; what stands before an unfinished option is still among the words not yet read."""
    words = [ctx.params.get("case"), *ctx.args]
    return next((word for word in words if word and find(word).is_file()), "")


def scenario_names(ctx: Any, args: list[str], incomplete: str) -> list[str]:
    """The scenarios of the case that stands before."""
    case = _case_of(ctx)
    return [name for name in scenarios(case) if name.startswith(incomplete)] if case else []


def input_names(ctx: Any, args: list[str], incomplete: str) -> list[str]:
    """``NAME=`` for each input of the case that stands before."""
    try:
        case = load(_case_of(ctx))
    except DamagesError:
        return []
    return [f"{name}=" for name in case.inputs if name.startswith(incomplete)]


def statute_names(ctx: Any, args: list[str], incomplete: str) -> list[str]:
    """The statutes of the registry."""
    return [name for name in the_registry() if name.startswith(incomplete)]
