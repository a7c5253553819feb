"""A sweep on disk: one small file for each finished run, one table of all of them, one page.

A run's file is written under a temporary name and put in place when it is whole, so that an
interrupted sweep resumes where it stopped, and a half-written run is repeated.
"""

from __future__ import annotations

import importlib.util
import json
import shlex
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from damages.case.load import find
from damages.engine.estimate import estimate
from damages.engine.simulate import simulate
from damages.engine.sound import load
from damages.engine.sweep import Run
from damages.engine.workers import Failed, run_all
from damages.files import whole, write_rows
from damages.project import written_to
from damages.report import render
from damages.report.figures import figures
from damages.report.folder import PutInPlace
from damages.report.formats import FORMATS, check_formats
from damages.report.page import html_page
from damages.report.picture import Picture
from damages.report.provenance import machine, provenance, record
from damages.report.table import Column, Table, Words
from damages.report.views import sweep as shown_of
from damages.report.views.case_file import title

Rows = list[dict[str, Any]]
Told = Callable[[str, int, int, int], None]  # the run, how many are done, of how many, how many were there before


class Finished(NamedTuple):
    """What one run came to: its figures, and the files of its report when one was asked for."""

    figures: Rows
    files: dict[str, bytes]


class Swept(NamedTuple):
    """A sweep's folder, the figures of each run that finished, and why the others did not."""

    folder: Path
    results: dict[Run, Rows]
    failed: dict[Run, str]


def work(formats: tuple[str, ...], run: Run) -> Finished:
    """One run, on whatever machine it lands; its report comes home as bytes."""
    case = run.load()
    rows = figures(estimate(case), simulate(case, draws=run.draws, seed=run.seed))
    if not formats:
        return Finished(rows, {})
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report"
        chosen = [run.scenario] if run.scenario else []
        render.report(run.case, chosen, run.settings, formats, out, run.draws, run.seed)
        return Finished(rows, {file.name: file.read_bytes() for file in sorted(out.iterdir())})


def sweep(
    runs: Sequence[Run],
    out: Path | None = None,
    formats: Sequence[str] = (),
    executor: Executor | None = None,
    told: Told | None = None,
    command: str = "",
) -> Swept:
    """Do the runs that are not done yet, then write the table and the page of all of them.

    Parameters
    ----------
    runs : from `plan_grid` or `plan_file`
    out : the folder; ``reports/sweeps/<case>`` when left out
    formats : formats of a report of each run; none when empty
    executor : any ``concurrent.futures`` executor; the files are the same with and without
    told : is told of each run as it finishes

    Raises
    ------
    RenderError : an unknown format, before anything runs
    """
    check_formats(formats)
    folder = Path(out) if out else written_to("reports", "sweeps", find(runs[0].case).stem)
    (folder / "runs").mkdir(parents=True, exist_ok=True)
    known = {run: _known(folder, run, formats) for run in runs}
    results = {run: rows for run, rows in known.items() if rows is not None}
    before, failed = len(results), {}
    for run, outcome in run_all([run for run in runs if run not in results], partial(work, tuple(formats)), executor):
        if isinstance(outcome, Failed):
            failed[run] = outcome.message
        else:
            _keep(folder, run, outcome)
            results[run] = outcome.figures
        if told:
            told(run.name + (" failed" if run in failed else ""), len(results) + len(failed), len(runs), before)
    in_order = {run: results[run] for run in runs if run in results}
    if not in_order:  # what an earlier sweep left here is not of these runs
        for name in ("index.html", "results.csv", "results.parquet", "chart.svg", "chart.png", "run.json"):
            (folder / name).unlink(missing_ok=True)
    else:
        _write(folder, in_order, {run: failed[run] for run in runs if run in failed}, formats, command)
    return Swept(folder, in_order, {run: failed[run] for run in runs if run in failed})


def _known(folder: Path, run: Run, formats: Sequence[str]) -> Rows | None:
    """The figures of a run that is finished already; None where it is not, or its file is not whole."""
    rendered = folder / "rendered" / run.key[:16]
    if any(not (rendered / FORMATS[name].file).is_file() for name in formats):
        return None
    try:
        kept = json.loads((folder / "runs" / f"{run.key[:16]}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return kept["figures"] if isinstance(kept, dict) and kept.get("key") == run.key else None


def _keep(folder: Path, run: Run, outcome: Finished) -> None:
    if outcome.files:
        with PutInPlace(folder / "rendered" / run.key[:16]) as made:
            for name, content in outcome.files.items():
                (made / name).write_bytes(content)
    kept = {"key": run.key, "run": run.name, "scenario": run.scenario, "settings": run.settings, "draws": run.draws}
    with whole(folder / "runs" / f"{run.key[:16]}.json") as path:
        path.write_text(
            json.dumps({**kept, "seed": run.seed, "figures": outcome.figures}, indent=1) + "\n", encoding="utf-8"
        )


def _write(
    folder: Path, results: Mapping[Run, Rows], failed: Mapping[Run, str], formats: Sequence[str], command: str
) -> None:
    """results.csv, results.parquet, chart.svg, chart.png, index.html and run.json, all from the same figures."""
    first = next(iter(results))
    case = load(first.case)
    varied = dict.fromkeys(name for run in results for name in run.varied)
    rows = [
        {"run": run.name, **{name: run.varied.get(name, "") for name in varied}, **row}
        for run, found in results.items()
        for row in found
    ]
    with whole(folder / "results.csv") as path, path.open("w", encoding="utf-8", newline="") as file:
        write_rows(rows, file)
    if importlib.util.find_spec("pyarrow"):
        with whole(folder / "results.parquet") as path:
            _frame(rows).to_parquet(path, index=False)
    chart = shown_of.panels(case, results).chart
    assert chart is not None  # there is a run, so there is something to draw
    for name, content in (("chart.svg", chart.svg), ("chart.png", chart.png())):
        with whole(folder / name) as path:
            path.write_bytes(content)
    made_from = {**record(case, first.draws, first.seed, command), "runs": len(results), "failed": len(failed)}
    for run in {run.scenario: run for run in results}.values():
        made_from["files"] |= load(run.case, run.scenario).files
    with whole(folder / "run.json") as path:
        path.write_text(json.dumps({**made_from, "machine": machine()}, indent=2) + "\n", encoding="utf-8")
    with whole(folder / "index.html") as path:
        path.write_text(_page(results, failed, chart, formats, command), encoding="utf-8")


def _frame(rows: Rows) -> Any:
    """The rows as a data frame whose figures are numbers, and missing where there is none."""
    import pandas

    frame = pandas.DataFrame(rows)
    texts = ("line", "group", "label", "unit", "authority")
    numbers = [name for name in frame.columns[list(frame.columns).index("unit") + 1 :] if name not in texts]
    frame[numbers] = frame[numbers].apply(pandas.to_numeric)
    return frame


def _page(
    results: Mapping[Run, Rows], failed: Mapping[Run, str], chart: Picture, formats: Sequence[str], command: str
) -> str:
    import html

    first = next(iter(results))
    case = load(first.case)
    parts: list[Any] = [
        title(case, f"A sweep of {len(results) + len(failed)} runs"),
        chart,
        shown_of.runs(case, results),
    ]
    if failed:
        rows = tuple({"run": run.name, "why": why} for run, why in failed.items())
        parts.append(Table("Runs that failed", (Column("run", "Run"), Column("why", "Why")), rows))
    body = "".join(part._repr_html_() for part in parts)
    if formats:
        links = "".join(
            f'<li><a href="rendered/{run.key[:16]}/{FORMATS[formats[0]].file}">{html.escape(run.name)}</a></li>'
            for run in results
        )
        body += f"<h2>The report of each run</h2><ul>{links}</ul>"
    words = Words(
        (
            "Every figure of every run is in results.csv, one line for each figure; the files of all scenarios, with their SHA-256, are in run.json.",
        )
    )
    return html_page(
        body + words._repr_html_() + provenance(case, first.draws, first.seed, command)._repr_html_(),
        f"{case.title}: sweep",
    )


def command_of(
    case: str,
    grids: Sequence[str],
    runs: str,
    scenario: str,
    settings: Sequence[str],
    formats: Sequence[str],
    draws: int,
    seed: int,
) -> str:
    """The command that makes the same sweep again."""
    words = ["damages", "sweep", case]
    for option, values in (("--grid", grids), ("--runs", [runs]), ("--scenario", [scenario]), ("--set", settings)):
        for value in filter(None, values):
            words += [option, value]
    words += ["--report", "--to", ",".join(formats)] if formats else []
    return shlex.join([*words, "--draws", str(draws), "--seed", str(seed)])
