"""What the verbs of the command line take in common."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from damages.shell import offers


class Format(StrEnum):
    """How a result is printed."""

    text = "text"
    json = "json"
    csv = "csv"


CaseArgument = Annotated[
    str,
    typer.Argument(
        help="A case file, such as params/linkedin.yaml", metavar="CASE", autocompletion=offers("case_files")
    ),
]
ScenarioOption = Annotated[
    str,
    typer.Option(
        "--scenario",
        metavar="NAME",
        help="A scenario of the case, such as plaintiff",
        autocompletion=offers("scenario_names"),
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Set an input by hand: claims_rate=0.08, certified_sca=yes",
        autocompletion=offers("input_names"),
    ),
]
DrawsOption = Annotated[int, typer.Option("--draws", min=1, help="At least this many draws of the amounts")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same figures")]
DAY = ["%Y-%m-%d"]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print the result")]
