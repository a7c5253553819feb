"""Where a case is heard: some statutes give a class in one court what they refuse it in another."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from damages.reader.words import Strict

CIRCUIT = r"(1st|2d|3d|[4-9]th|10th|11th|D\.C\.|Fed\.) Cir\."


class Forum(Strict):
    """The court of a case: federal or of a State, and where."""

    court: Literal["federal", "state"]
    place: Annotated[str, Field(pattern=f"^([A-Z]{{2}}|{CIRCUIT})$")] = Field(
        description="The two letters of a State, such as CA, or a federal circuit, such as 9th Cir."
    )

    @property
    def words(self) -> str:
        """As a sentence says it: a federal court (9th Cir.)."""
        return f"a {'federal' if self.court == 'federal' else 'State'} court ({self.place})"
