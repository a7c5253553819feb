"""The registry of statutory damages: what each statute gives, how it counts, and where it says so.

The registry is data (`params/statutes.yaml`); this module gives it types. A statute's ``kind``
says how its sum meets actual damages; `damages.model.statutory` holds the arithmetic.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from damages.case.problems import CaseError, Problem
from damages.case.read import read_tree
from damages.case.schema import Checked, Strict, Text

StatuteKind = Literal["floor", "greater_of", "additive", "instead_of", "actual_only"]
Unit = Literal["person", "violation", "day", "work", "device", "receipt"]


class Statute(Strict):
    """One statute's damages provision."""

    name: Text
    cite: Text
    kind: StatuteKind = Field(description="How the sum meets actual damages")
    unit: Unit = Field(description="What the sum is counted for")
    sum_usd: Annotated[list[float], Field(min_length=1, max_length=2)] = Field(
        description="One sum, or the lowest and the highest"
    )
    needs_actual_damages: Literal["yes", "no", "disputed"]
    checked: Checked
    note: Text | None = None


@lru_cache
def registry(path: Path) -> dict[str, Statute]:
    """All statutes by their short name."""
    tree = read_tree(path, path.name)
    try:
        return TypeAdapter(dict[str, Statute]).validate_python(tree.content)
    except ValidationError as error:
        problems = [
            Problem(tree.place(tuple(map(str, found["loc"]))), ".".join(map(str, found["loc"])), f"{found['msg']}.")
            for found in error.errors(include_url=False)
        ]
        raise CaseError(path.name, problems) from None
