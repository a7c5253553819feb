"""The command line: ``damages check | estimate | report | …``. Thin: each verb loads what it needs when it runs.

Exit codes: 0 fine; 1 the user's input is wrong (a message, no traceback); 2 wrong usage.
"""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    help="What a class action is worth: pleaded, exposure, expected; with a source beside every number.",
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Format(StrEnum):
    """How a result is printed."""

    text = "text"
    json = "json"
    csv = "csv"


CaseArgument = Annotated[str, typer.Argument(help="A case file, such as params/linkedin.yaml", metavar="CASE")]
ScenarioOption = Annotated[
    str, typer.Option("--scenario", metavar="NAME", help="A scenario of the case, such as plaintiff")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Set an input by hand: claims_rate=0.08, certified=yes"),
]
DrawsOption = Annotated[int, typer.Option("--draws", min=1, help="At least this many draws of the amounts")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same figures")]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print the result")]


@app.command()
def check(case: CaseArgument, scenario: ScenarioOption = "", settings: SetOption = None) -> None:
    """Check a case file; print its problems with file:line, or a summary of its inputs."""
    from collections import Counter

    from damages.case.load import load
    from damages.report.tables import inputs_table

    studied = load(case, scenario, settings or ())
    typer.echo(inputs_table(studied).without("source"))
    roles = Counter(given.role for given in studied.inputs.values())
    kinds = Counter(given.source.kind for given in studied.inputs.values())
    typer.echo(
        f"\n{studied.title}: no problems. {len(studied.inputs)} inputs ({_counted(roles)}); sources: {_counted(kinds)}."
    )


def _counted(counts: Any) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.most_common())


@app.command()
def estimate(
    case: CaseArgument,
    scenario: ScenarioOption = "",
    settings: SetOption = None,
    draws: DrawsOption = 131_072,
    seed: SeedOption = 0,
    precision: Annotated[
        str, typer.Option("--precision", metavar="SHARE", help="Go on until each headline is this sure: 0.5%")
    ] = "",
    replicate: Annotated[bool, typer.Option("--replicate", help="Run a second seed and compare the headlines")] = False,
    independent: Annotated[
        bool, typer.Option("--independent", help="What if correlated inputs did not move together")
    ] = False,
    format: FormatOption = Format.text,
) -> None:
    """Estimate a case: the three headlines, every line, and what the draws say."""
    from functools import partial

    from damages.analysis.paths import estimate as estimate_case
    from damages.analysis.simulate import simulate
    from damages.case.load import load

    studied = load(case, scenario, settings or ())
    drawn = partial(simulate, studied, draws, precision=_share(precision), independent=independent)
    result, simulation = estimate_case(studied), drawn(seed)
    if format == Format.text:
        from damages.report.sentences import convergence, headlines, replicated, title
        from damages.report.tables import (
            chances_table,
            headline_table,
            lines_table,
            outcome_table,
            replication_table,
        )

        lines = lines_table(result, simulation).without("authority")
        parts = [
            title(studied),
            headlines(result, simulation),
            headline_table(result, simulation),
            lines,
            outcome_table(simulation),
            chances_table(simulation),
            convergence(simulation),
        ]
        if replicate:
            again = drawn(seed + 1)
            parts += [replication_table(simulation, again), replicated(simulation, again)]
        typer.echo("\n\n".join(filter(None, map(str, parts))))
        return
    from damages.report.figures import as_json, figures

    rows = figures(result, simulation)
    if format == Format.json:
        typer.echo(json.dumps(as_json(studied, rows, simulation), indent=2))
    else:
        _write_csv(rows)


def _share(text: str) -> float | None:
    """A share written as 0.5% or 0.005; None where nothing is written."""
    if not text:
        return None
    number, percent = text.removesuffix("%"), text.endswith("%")
    try:
        share = float(number) / (100 if percent else 1)
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise typer.BadParameter(f"'{text}' is not a precision; write --precision 0.5%, or 0.005.")
    return share


def _write_csv(rows: list[dict[str, Any]]) -> None:
    import csv

    writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


@app.command()
def report(
    case: CaseArgument,
    scenario: Annotated[
        list[str] | None, typer.Option("--scenario", metavar="NAME", help="A scenario; several are shown side by side")
    ] = None,
    settings: SetOption = None,
    to: Annotated[str, typer.Option("--to", help="Formats, with commas: html, pdf, xlsx, docx")] = "html,pdf,xlsx",
    out: Annotated[Path | None, typer.Option("--out", help="The folder; reports/<case> when left out")] = None,
    notebook: Annotated[str, typer.Option("--notebook", help="Another notebook as a page, or all of them")] = "",
    draws: DrawsOption = 131_072,
    seed: SeedOption = 0,
) -> None:
    """Render the report of a case into reports/<case>/, or other notebooks as pages."""
    from damages.report import render

    if notebook:
        pages = render.notebook_pages(case, notebook, (scenario or [""])[0], settings or [], out, draws, seed, _tell)
        for page in pages:
            typer.echo(_shown(page))
        return
    folder = render.report(case, scenario or [], settings or [], to.split(","), out, draws, seed, progress=True)
    for file in sorted(folder.iterdir()):
        typer.echo(_shown(file))


def _tell(what: str, done: int, of: int) -> None:
    """One line of progress on the error stream, rewritten in place on a terminal."""
    end = "\n" if done >= of or not sys.stderr.isatty() else "\r"
    print(f"[{done}/{of}] {what}", end=end, file=sys.stderr, flush=True)


def _shown(path: Path) -> str:
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else str(path)


@app.command()
def workbook(
    case: CaseArgument,
    scenario: ScenarioOption = "",
    settings: SetOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file; reports/<case>/workbook.xlsx when left out")
    ] = None,
) -> None:
    """Write the workbook of a case: live formulas, with a choice of scenarios."""
    from damages.report.render import workbook as write

    typer.echo(_shown(write(case, scenario, settings or [], out)))


@app.command()
def new(name: Annotated[str, typer.Argument(help="A name for the file: small letters, digits and _")]) -> None:
    """Start a case: copy the template to params/NAME.yaml."""
    from damages.case.load import start_case

    path = start_case(name)
    typer.echo(
        f"{_shown(path)} is ready. Open it, change its numbers and its sources, then run: damages check {_shown(path)}"
    )


@app.command()
def schema(
    scenario: Annotated[bool, typer.Option("--scenario", help="The schema of a scenario file instead")] = False,
) -> None:
    """Print the JSON Schema of a case file, for editors."""
    from damages.case.editors import case_schema, scenario_schema

    typer.echo(json.dumps(scenario_schema() if scenario else case_schema(), indent=2))


@app.command()
def statutes(
    name: Annotated[str, typer.Argument(help="One statute in full, such as sca", metavar="[NAME]")] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="The version in force on a day: 2023-01-01")
    ] = "",
) -> None:
    """Print the registry of statutory damages, or one statute of it."""
    from damages.case.load import the_registry
    from damages.case.statutes import day_of, statute_named
    from damages.report.tables import statute_table, statutes_table

    day, known = day_of(as_of), the_registry()
    if not name:
        typer.echo(statutes_table(known, day))
        return
    statute = statute_named(known, name)
    typer.echo(statute_table(statute, statute.as_of(day)))


@app.command()
def judgments(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Case files with published figures; all of params/judgments when none is named"),
    ] = None,
    format: FormatOption = Format.text,
) -> None:
    """Work published judgments out again and print them beside the model's figures; exit 1 if one differs."""
    from damages.analysis.judgments import reproduce
    from damages.report.tables import judgments_table

    found = reproduce(files)
    table = judgments_table(found)
    if format == Format.text:
        typer.echo(table)
    elif format == Format.json:
        typer.echo(json.dumps(list(table.rows), indent=2))
    else:
        _write_csv(list(table.rows))
    if not all(one.holds for one in found):
        raise typer.Exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        from damages import __version__

        typer.echo(f"damages {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version")
    ] = False,
) -> None:
    """What a class action is worth: pleaded, exposure, expected; with a source beside every number."""


def main() -> None:
    """Run a command; a user's mistake becomes a message and exit code 1."""
    from damages.case.problems import DamagesError

    try:
        app()
    except DamagesError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
