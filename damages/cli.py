"""The command line: ``damages check | estimate | report | …``. Thin: each verb loads what it needs when it runs.

Exit codes: 0 fine; 1 the user's input is wrong (a message, no traceback); 2 wrong usage.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from damages.cli_sensitivity import scenarios, sensitivity
from damages.lookups import init, judgments, new, records, schema, statutes
from damages.options import (
    CaseArgument,
    DrawsOption,
    Format,
    FormatOption,
    ScenarioOption,
    SeedOption,
    SetOption,
)
from damages.project import PROJECT
from damages.reader.places import OUTSIDE
from damages.report.formats import FORMATS, standard_formats
from damages.shell import Grouped, Harmless, offers, shown, tell, tell_time_left, write_csv

app = typer.Typer(
    cls=Grouped,
    help="What a class action is worth: pleaded, exposure, expected; with a source beside every number.",
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def check(case: CaseArgument, scenario: ScenarioOption = "", settings: SetOption = None) -> None:
    """Find what is wrong in a case file, with the line; or list its inputs."""
    from collections import Counter

    from damages.engine.sound import load
    from damages.report.views import case_file

    studied = load(case, scenario, settings or ())
    typer.echo(case_file.inputs(studied).without("source"))
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
        str,
        typer.Option(
            "--precision", metavar="SHARE", help="Draw until each headline's relative error is at most this: 0.5%"
        ),
    ] = "",
    replicate: Annotated[bool, typer.Option("--replicate", help="Run a second seed and compare the headlines")] = False,
    independent: Annotated[bool, typer.Option("--independent", help="Ignore the correlations between inputs")] = False,
    format: FormatOption = Format.text,
) -> None:
    """The three headlines, every line, and the simulation."""
    from functools import partial

    from damages.engine.estimate import estimate as estimate_case
    from damages.engine.simulate import simulate
    from damages.engine.sound import load
    from damages.errors import ArgumentError

    if replicate and format != Format.text:
        raise ArgumentError("--replicate prints text only; drop --format.")
    studied = load(case, scenario, settings or ())
    simulated = partial(simulate, studied, draws=draws, precision=_share(precision), independent=independent)
    result, simulation = estimate_case(studied), simulated(seed=seed)
    if format == Format.text:
        from damages.report.views import case_file, headlines, outcomes

        parts = [
            case_file.title(studied),
            headlines.figures(result, simulation),
            headlines.lines(result, simulation).without("authority"),
            outcomes.percentiles(simulation),
            outcomes.chances(simulation),
            outcomes.convergence(simulation),
        ]
        if replicate:
            again = simulated(seed=seed + 1)
            parts.append(outcomes.replication(simulation, again))
        typer.echo("\n\n".join(filter(None, map(str, parts))))
        return
    from damages.report.figures import as_json, figures

    rows = figures(result, simulation)
    if format == Format.json:
        typer.echo(json.dumps(as_json(studied, rows, simulation), indent=2))
    else:
        write_csv(rows)


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


def _words(text: str) -> list[str]:
    """What is written with commas between."""
    return [word.strip() for word in text.split(",")]


@app.command()
def report(
    case: CaseArgument,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            "--scenario",
            metavar="NAME",
            help="A scenario; several are shown side by side",
            autocompletion=offers("scenario_names"),
        ),
    ] = None,
    settings: SetOption = None,
    to: Annotated[str, typer.Option("--to", help=f"Formats, with commas: {', '.join(FORMATS)}")] = ",".join(
        standard_formats()
    ),
    out: Annotated[Path | None, typer.Option("--out", help="The folder; reports/<case> when left out")] = None,
    notebook: Annotated[str, typer.Option("--notebook", help="Another notebook as a page, or all of them")] = "",
    draws: DrawsOption = 131_072,
    seed: SeedOption = 0,
) -> None:
    """Render the report into reports/<case>/, or other notebooks as pages."""
    from damages.report.kernel import kernel_ahead

    if notebook:
        from damages.report import render

        pages = render.notebook_pages(case, notebook, (scenario or [""])[0], settings or [], out, draws, seed, tell)
        for page in pages:
            typer.echo(shown(page))
        return
    with kernel_ahead() as kernel:  # it starts while NumPy and the rest load
        from damages.report import render

        folder = render.report(case, scenario or [], settings or [], _words(to), out, draws, seed, True, kernel)
    for file in sorted(folder.iterdir()):
        typer.echo(shown(file))


@app.command()
def sweep(
    case: CaseArgument,
    grid: Annotated[
        list[str] | None,
        typer.Option(
            "--grid", metavar="NAME=…", help="Values of an input: NAME=A,B,C or NAME=LOW:HIGH:COUNT; or scenario=A,B"
        ),
    ] = None,
    runs: Annotated[str, typer.Option("--runs", metavar="FILE", help="A YAML file that names each run instead")] = "",
    scenario: ScenarioOption = "",
    settings: SetOption = None,
    report: Annotated[bool, typer.Option("--report", help="Render the report of each run too")] = False,
    to: Annotated[
        str, typer.Option("--to", help=f"Formats of these reports, with commas: {', '.join(FORMATS)}")
    ] = "html",
    out: Annotated[Path | None, typer.Option("--out", help="The folder; reports/sweeps/<case> when left out")] = None,
    draws: DrawsOption = 131_072,
    seed: SeedOption = 0,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes on this machine")] = os.cpu_count() or 1,
    dask: Annotated[str, typer.Option("--dask", metavar="ADDRESS", help="A Dask scheduler, for many machines")] = "",
) -> None:
    """Estimate every combination of settings; resume an earlier run that stopped."""
    from damages.engine.sweep import plan_file, plan_grid
    from damages.engine.workers import executor_for
    from damages.errors import CaseError, Problem
    from damages.report.sweep import command_of
    from damages.report.sweep import sweep as run_sweep

    if bool(grid) == bool(runs):
        raise CaseError(
            "damages sweep", [Problem("", "", "needs --grid NAME=VALUE,VALUE, or --runs FILE, and not both.")]
        )
    given, formats = settings or [], _words(to) if report else []
    plan = (
        plan_grid(case, grid, scenario, given, draws, seed)
        if grid
        else plan_file(case, runs, scenario, given, draws, seed)
    )
    command = command_of(case, grid or [], runs, scenario, given, formats, draws, seed)
    try:
        with executor_for(min(workers, len(plan)), dask) as executor:
            swept = run_sweep(plan, out, formats, executor, tell_time_left(), command)
    except KeyboardInterrupt:
        typer.echo("\nStopped. Finished runs are kept; run the same command to resume.", err=True)
        raise typer.Exit(130) from None
    for file in sorted(path for path in swept.folder.iterdir() if path.is_file()):
        typer.echo(shown(file))
    if swept.failed:
        typer.echo(f"{len(swept.failed)} of {len(plan)} runs failed:", err=True)
        for run, why in swept.failed.items():
            typer.echo(f"{run.name}: {why}", err=True)
        raise typer.Exit(1)


@app.command()
def workbook(
    case: CaseArgument,
    scenario: ScenarioOption = "",
    settings: SetOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="The file; reports/<case>/workbook.xlsx when left out")
    ] = None,
) -> None:
    """Write a workbook with live formulas and a choice of scenarios."""
    from damages.report.render import workbook as write

    typer.echo(shown(write(case, scenario, settings or [], out)))


for verb in (sensitivity, scenarios, init, new, schema, records, statutes, judgments):
    app.command()(verb)


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
    allow_outside: Annotated[
        bool,
        typer.Option("--allow-outside", help="Let a case file name files outside its own folder and the project"),
    ] = False,
    project: Annotated[
        str,
        typer.Option("--project", metavar="FOLDER", help="The project, a folder with params/; else the nearest above"),
    ] = "",
) -> None:
    """What a class action is worth: pleaded, exposure, expected; with a source beside every number."""
    if project:
        os.environ[PROJECT] = str(Path(project).expanduser().resolve())
    if allow_outside:
        os.environ[OUTSIDE] = "1"  # so that notebooks and workers know it too


def main() -> None:
    """Run a command; a user's mistake, or a fault of the system, becomes a message and exit code 1."""
    from damages.errors import DamagesError

    if sys.stdout is None:
        _fail("the output is closed.")
    _end_with_whoever_asked()
    sys.stdout, sys.stderr = Harmless(sys.stdout), Harmless(sys.stderr)
    try:
        try:
            app()
        finally:
            sys.stdout.flush()  # what does not reach its reader is a failure too
    except DamagesError as error:
        _fail(f"{type(error).__name__}: {error}")
    except OSError as error:  # a folder that is a file, a name too long, a full disk
        if error.filename is None:  # what waits to be written is dropped, so that Python does not try again
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # its reader has enough, as `head` has
            raise SystemExit(1) from None
        _fail(f"{error.filename or 'the output'}: {error.strerror or error}.")


def _fail(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise SystemExit(1) from None


def _end_with_whoever_asked() -> None:
    """A report that the explorer asked for ends with the explorer's page."""
    asked = os.environ.pop("DAMAGES_PARENT", "")
    if asked:
        from damages.engine.parent import end_with_parent, leave_in_order

        end_with_parent(leave_in_order, int(asked))


if __name__ == "__main__":
    main()
