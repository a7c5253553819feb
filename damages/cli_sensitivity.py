"""`damages sensitivity` and `damages scenarios`: what moves a figure, and how scenarios differ."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from damages.options import CaseArgument, Format, FormatOption, ScenarioOption, SetOption
from damages.shell import write_csv


def sensitivity(
    case: CaseArgument,
    method: Annotated[
        str,
        typer.Option(
            "--method",
            metavar="NAME",
            help="A method; --method list names them all",
        ),
    ] = "tornado",
    of: Annotated[
        str | None, typer.Option("--of", metavar="LINE", help="The figure to study, such as usd_per_claimant")
    ] = None,
    above: Annotated[
        float | None, typer.Option("--above", metavar="USD", help="The sum that the figure is to pass")
    ] = None,
    target: Annotated[
        float | None, typer.Option("--target", metavar="FIGURE", help="The figure to be reached, for a break-even")
    ] = None,
    offer: Annotated[
        float | None, typer.Option("--offer", metavar="USD", help="The sum on the table, for the value of information")
    ] = None,
    inputs: Annotated[
        list[str] | None, typer.Option("--input", metavar="NAME", help="An input to try; a grid takes two or three")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="How to group the inputs: kind (of source), holder (of evidence), input")
    ] = None,
    side: Annotated[str | None, typer.Option("--side", help="The deciding party: plaintiffs or defendant")] = None,
    level: Annotated[
        float | None, typer.Option("--level", min=0.0, max=1.0, help="Of this percentile of the figure, such as 0.95")
    ] = None,
    scenario: ScenarioOption = "",
    settings: SetOption = None,
    draws: Annotated[
        int | None, typer.Option("--draws", min=64, help="At least this many draws; default: each method's own")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="The same seed gives the same figures")] = None,
    format: FormatOption = Format.text,
) -> None:
    """Sensitivity of a figure by one method, in words and as a table."""
    from damages.errors import ArgumentError

    if method == "list":
        _list_methods()
        return
    sums = {"above": above, "target": target, "offer": offer}
    for name, value in sums.items():
        if value is not None and not 0.0 <= value < float("inf"):
            raise ArgumentError(f"--{name} is a figure of 0 or more; got {value:g}.")
    asked = {**sums, "of": of, "inputs": tuple(inputs or ()) or None, "by": by, "side": side, "level": level}
    asked |= {"draws": draws, "seed": seed}

    from damages.engine.sound import load
    from damages.sensitivity.registry import ask

    studied = load(case, scenario, settings or ())
    given = {name: value for name, value in asked.items() if value is not None}
    view = ask(studied, method, given, _option).view
    if format == Format.text:
        from damages.report.views.case_file import title

        typer.echo(f"{title(studied)}\n\n{view}")
    elif format == Format.json:
        typer.echo(json.dumps({**_about(studied), "method": method, **view.as_json()}, indent=2))
    else:
        write_csv(list(view.table.rows) if view.table else [])


def _option(keyword: str) -> str:
    """How a method's keyword is written here: one ``--input`` for each of its inputs."""
    return "--input" if keyword == "inputs" else f"--{keyword}"


def _about(case: Any) -> dict[str, Any]:
    """Which case a result is about, as data."""
    return {"case": case.title, "scenario": case.scenario, "hypothetical": case.hypothetical}


def scenarios(case: CaseArgument, settings: SetOption = None, format: FormatOption = Format.text) -> None:
    """All scenarios of a case side by side."""
    from damages.engine.estimate import estimate as estimate_case
    from damages.engine.sound import load_beside
    from damages.report.views import case_file
    from damages.report.views import scenarios as shown_of

    cases = load_beside(case, [], settings or ())
    estimates = {name: estimate_case(one) for name, one in cases.items()}
    view, by_theory = shown_of.side_by_side(estimates), shown_of.by_theory(estimates)
    if format == Format.text:
        parts = (case_file.title(next(iter(cases.values()))), view, by_theory)
        typer.echo("\n\n".join(map(str, parts)))
    elif format == Format.json:
        found, more = view.as_json(), by_theory.as_json()
        about = _about(next(iter(cases.values())))
        typer.echo(json.dumps({**about, **found, "tables": [*found["tables"], *more["tables"]]}, indent=2))
    else:
        write_csv(list(view.rows))


def _list_methods() -> None:
    """Every method with the first sentence of what it finds, and what it can be asked."""
    from damages.sensitivity.registry import methods, options_of

    for name, function in methods().items():
        words = (function.__doc__ or "").strip().splitlines()[0]
        options = " ".join(map(_option, options_of(function)))
        typer.echo(f"{name}\n  {words}\n  {options}".rstrip())
