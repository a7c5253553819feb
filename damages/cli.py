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

    from damages.engine.paths import estimate as estimate_case
    from damages.engine.simulate import simulate
    from damages.engine.sound import load
    from damages.errors import ArgumentError

    if replicate and format != Format.text:
        raise ArgumentError("--replicate prints text only; drop --format.")
    studied = load(case, scenario, settings or ())
    simulated = partial(simulate, studied, draws, precision=_share(precision), independent=independent)
    result, simulation = estimate_case(studied), simulated(seed)
    if format == Format.text:
        from damages.report.sentences import convergence, headlines, replicated
        from damages.report.tables import (
            chances_table,
            headline_table,
            lines_table,
            outcome_table,
            replication_table,
        )
        from damages.report.views import case_file

        lines = lines_table(result, simulation).without("authority")
        parts = [
            case_file.title(studied),
            headlines(result, simulation),
            headline_table(result, simulation),
            lines,
            outcome_table(simulation),
            chances_table(simulation),
            convergence(simulation),
        ]
        if replicate:
            again = simulated(seed + 1)
            parts += [replication_table(simulation, again), replicated(simulation, again)]
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


@app.command()
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
    view = ask(studied, method, given, lambda name: f"--{name.removesuffix('s') if name == 'inputs' else name}").view
    if format == Format.text:
        from damages.report.views.case_file import title

        typer.echo(f"{title(studied)}\n\n{view}")
    elif format == Format.json:
        typer.echo(json.dumps({**_about(studied), "method": method, **view.as_json()}, indent=2))
    else:
        write_csv(list(view.table.rows) if view.table else [])


def _about(case: Any) -> dict[str, Any]:
    """Which case a result is about, as data."""
    return {"case": case.title, "scenario": case.scenario, "hypothetical": case.hypothetical}


@app.command()
def scenarios(case: CaseArgument, settings: SetOption = None, format: FormatOption = Format.text) -> None:
    """All scenarios of a case side by side."""
    from damages.engine.paths import estimate as estimate_case
    from damages.engine.sound import load_beside
    from damages.report import sentences, tables
    from damages.report.views import case_file

    cases = load_beside(case, [], settings or ())
    estimates = {name: estimate_case(one) for name, one in cases.items()}
    words, table = sentences.across_scenarios(estimates), tables.scenario_table(estimates)
    by_theory = tables.theories_by_scenario(estimates)
    if format == Format.text:
        parts = (case_file.title(next(iter(cases.values()))), words, table, by_theory)
        typer.echo("\n\n".join(map(str, parts)))
    elif format == Format.json:
        tables_of = [table.as_json(), by_theory.as_json()]
        about = _about(next(iter(cases.values())))
        typer.echo(json.dumps({**about, "words": list(words.paragraphs), "tables": tables_of}, indent=2))
    else:
        write_csv(list(table.rows))


def _list_methods() -> None:
    """Every method with the first sentence of what it finds, and what it can be asked."""
    from damages.sensitivity.registry import methods, options_of

    for name, function in methods().items():
        words = (function.__doc__ or "").strip().splitlines()[0]
        options = " ".join(
            f"--{option.removesuffix('s') if option == 'inputs' else option}" for option in options_of(function)
        )
        typer.echo(f"{name}\n  {words}\n  {options}".rstrip())


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


for verb in (init, new, schema, records, statutes, judgments):
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
