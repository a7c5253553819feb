"""Verbs that start a case or look something up, beside those that work one out (`damages.cli`)."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from damages.options import DAY, Format, FormatOption
from damages.shell import offers, shown, write_csv


def new(name: Annotated[str, typer.Argument(help="A name for the file: small letters, digits and _")]) -> None:
    """Start a case: copy the template to params/NAME.yaml."""
    from damages.case.begin import start_case

    path = start_case(name)
    typer.echo(
        f"{shown(path)} is ready. Open it, change its numbers and its sources, then run: damages check {shown(path)}"
    )


def init(folder: Annotated[Path, typer.Argument(help="A new folder, or an empty one", metavar="FOLDER")]) -> None:
    """Make a project: a folder with a case, its scenarios, the template and the notebooks."""
    from damages.case.begin import start_project

    made = start_project(folder)
    typer.echo(f"{shown(made)} is ready. Now: cd {made} && damages report params/linkedin.yaml")


def schema(
    scenario: Annotated[bool, typer.Option("--scenario", help="The schema of a scenario file instead")] = False,
) -> None:
    """Print the JSON Schema of a case file, for editors."""
    from damages.case.editors import case_schema, scenario_schema

    typer.echo(json.dumps(scenario_schema() if scenario else case_schema(), indent=2))


def records(
    file: Annotated[
        Path, typer.Argument(help="A CSV of accounts, plain or gzipped; params/README.md says which columns")
    ],
    start: Annotated[datetime, typer.Option("--start", metavar="DATE", formats=DAY, help="First day: 2021-01-21")],
    end: Annotated[datetime, typer.Option("--end", metavar="DATE", formats=DAY, help="Last day: 2024-09-18")],
    plans: Annotated[
        str, typer.Option("--plans", metavar="A,B", help="Only these plans; the order settles ties. All when left out")
    ] = "",
    need_messages: Annotated[
        bool, typer.Option("--need-messages", help="Only accounts that sent or received a message")
    ] = False,
    format: FormatOption = Format.text,
) -> None:
    """Count the people of a file of accounts; print what was set aside, and why."""
    from dataclasses import asdict

    from damages.records.counts import count_records
    from damages.report.views import records as shown_of

    wanted = [plan.strip() for plan in plans.split(",") if plan.strip()]
    counted = count_records(file, start.date(), end.date(), wanted, need_messages)
    if format == Format.json:
        period = {"start": str(start.date()), "end": str(end.date())}
        typer.echo(json.dumps({"file": file.name, **period, **asdict(counted)}, indent=2))
    elif format == Format.csv:
        write_csv(list(shown_of.people(counted, file.name).rows))
    else:
        made = (show(counted, file.name) for show in (shown_of.people, shown_of.states, shown_of.set_aside))
        typer.echo("\n\n".join(map(str, made)))


def statutes(
    name: Annotated[
        str,
        typer.Argument(
            help="One statute in full, such as sca", metavar="[NAME]", autocompletion=offers("statute_names")
        ),
    ] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="The version in force on a day: 2023-01-01")
    ] = "",
    unit: Annotated[
        str, typer.Option("--unit", metavar="UNIT", help="Only sums counted for each person, violation, email …")
    ] = "",
    state: Annotated[
        str, typer.Option("--state", metavar="STATE", help="Only one State's, such as CA; federal for the rest")
    ] = "",
    format: FormatOption = Format.text,
) -> None:
    """Print the registry of statutory damages, or one statute."""
    from damages.case.load import of_the_project, the_registry
    from damages.law.statutes import day_of, statute_named, version_of
    from damages.report.views import statutes as shown_of

    day, known = day_of(as_of), the_registry()
    if name:
        statute = statute_named(known, name)
        made = shown_of.one(statute, version_of(statute, day))
    else:
        made = shown_of.registry(known, day, unit, state)
    if format == Format.json:
        typer.echo(json.dumps(list(made.rows), indent=2))
    elif format == Format.csv:
        write_csv(list(made.rows))
    else:
        typer.echo("\n\n".join([str(made), *(() if name else of_the_project())]))


def judgments(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Case files with published figures; all of params/judgments when none is named"),
    ] = None,
    format: FormatOption = Format.text,
) -> None:
    """Recompute published judgments; exit 1 if a figure differs."""
    from damages.precedents.judgments import reproduce
    from damages.report.views import precedents

    found = reproduce(files)
    shown = precedents.judgments(found)
    rows = list(shown.rows)
    if format == Format.text:
        typer.echo(shown.table)
    elif format == Format.json:
        typer.echo(json.dumps(rows, indent=2))
    else:
        write_csv(rows)
    if not all(one.holds for one in found):
        raise typer.Exit(1)
