"""A notebook and a case → `reports/<case>/`. Refuses what papermill would let pass; leaves nothing half-written.

papermill only logs a misspelt parameter, and when a notebook's ``parameters`` tag is lost its
defaults silently win. So a notebook is inspected first. All files are written under a temporary
name and put in place together at the end.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from damages.analysis.paths import estimate
from damages.analysis.simulate import DRAWS, simulate
from damages.case.characters import clipped
from damages.case.load import ROOT, find, load, scenarios
from damages.case.places import shown
from damages.case.problems import RenderError, did_you_mean
from damages.case.schema import Case
from damages.report.document import TEMPLATES, blocks_of, write_docx, write_pdf
from damages.report.figures import figures
from damages.report.provenance import machine, record
from damages.report.workbook import structure, write_workbook

FORMATS = {"html": "report.html", "pdf": "report.pdf", "xlsx": "workbook.xlsx", "docx": "report.docx"}  # and its file
DEFAULT_FORMATS = ("html", "pdf", "xlsx")
NOTEBOOKS = ROOT / "notebooks"
Progress = Callable[[str, int, int], None]


def silent(what: str, done: int, of: int) -> None:
    """Tells nobody how far the work is."""


def check_formats(formats: Sequence[str]) -> None:
    """Refuses a format that a report does not have (RenderError)."""
    for name in formats:
        if name not in FORMATS:
            raise RenderError(f"'{name}' is not a format of a report.{did_you_mean(name, FORMATS)}")


def report(
    case: str | Path,
    chosen: Sequence[str] = (),
    settings: Sequence[str] = (),
    formats: Sequence[str] = DEFAULT_FORMATS,
    out: Path | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    progress: bool = False,
) -> Path:
    """Render the report of a case and everything that goes with it; returns its folder.

    Parameters
    ----------
    case : path of a case file
    chosen : names of scenarios; the first is the subject, all are shown side by side
    settings : overrides such as ``claims_rate=0.08``
    formats : some of html, pdf, xlsx, docx
    out : the folder; ``reports/<case>`` when left out

    Raises
    ------
    CaseError, RenderError : before anything is written
    """
    check_formats(formats)
    chosen = list(dict.fromkeys(chosen))
    subject = load(case, chosen[0] if chosen else "", settings)
    folder = (
        Path(out)
        if out
        else ROOT / "reports" / "+".join([load(case, name).known_as for name in chosen] or [subject.known_as])
    )
    with PutInPlace(folder) as work:
        parameters: dict[str, Any] = {
            "case": _named(case),
            "scenario": chosen[0] if chosen else "",
            "beside": list(chosen),
            "settings": list(settings),
        }
        parameters |= {"draws": draws, "seed": seed}
        executed = run_notebook(NOTEBOOKS / "report.ipynb", parameters, work / "report.ipynb", progress)
        body = html_body(executed)
        makers: dict[str, Callable[[Path], object]] = {
            "html": lambda path: path.write_text(html_page(body, subject.title), encoding="utf-8"),
            "pdf": lambda path: write_pdf(blocks_of(body), path, subject.title),
            "docx": lambda path: write_docx(blocks_of(body), path, subject.title),
            "xlsx": lambda path: write_workbook(workbook_cases(subject, case, settings), path),
        }
        failed = {
            name: error
            for name in FORMATS
            if name in formats and (error := failure(makers[name], work / FORMATS[name]))
        }
        simulation = simulate(subject, draws, seed)
        write_results(subject, figures(estimate(subject), simulation), work / "results.csv")
        run = {**record(subject, simulation.draws, seed), "machine": machine()}
        (work / "run.json").write_text(json.dumps(run, indent=2, default=str) + "\n", encoding="utf-8")
    for name in set(FORMATS) - (
        set(formats) - set(failed)
    ):  # an earlier run's report would show other figures than run.json says
        (folder / FORMATS[name]).unlink(missing_ok=True)
    if failed:
        made = [FORMATS[name] for name in formats if name not in failed] + ["results.csv"]
        raise RenderError(" ".join([*failed.values(), f"In {shown(folder)}: {', '.join(made)}."]))
    return folder


def failure(make: Callable[[Path], object], path: Path) -> str:
    """Make one format of a report. Where that fails, why; the format is left out, and the others are made."""
    try:
        make(path)
    except OSError:  # a full disk is no fault of the format
        raise
    except Exception as error:
        path.unlink(missing_ok=True)
        said = str(error).strip().splitlines() or [type(error).__name__]
        return f"{path.name} could not be made: {clipped(said[0].rstrip('.'), 300)}."
    return ""


def notebook_pages(
    case: str | Path,
    notebook: str,
    scenario: str = "",
    settings: Sequence[str] = (),
    out: Path | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Progress = silent,
) -> list[Path]:
    """Render one notebook, or ``all`` of them two at a time, as pages; returns the pages."""
    from concurrent.futures import ThreadPoolExecutor

    known = {path.stem: path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if path.stem != "explore"}
    if notebook != "all" and notebook not in known:
        raise RenderError(f"notebooks/ has no '{notebook}'.{did_you_mean(notebook, ['all', *known])}")
    subject = load(case, scenario, settings)
    folder = Path(out) if out else ROOT / "reports" / subject.known_as
    chosen = list(known) if notebook == "all" else [notebook]
    parameters = {"case": _named(case), "scenario": scenario, "settings": list(settings), "draws": draws, "seed": seed}
    done = 0

    def page(name: str, work: Path) -> None:
        nonlocal done
        body = html_body(run_notebook(known[name], parameters))
        (work / f"{name}.html").write_text(html_page(body, f"{subject.title}: {name}"), encoding="utf-8")
        done += 1
        progress(name, done, len(chosen))

    with PutInPlace(folder) as work, ThreadPoolExecutor(2) as pool:
        # The work is done by the notebooks' own kernels; these two threads only wait for them.
        for finished in [pool.submit(page, name, work) for name in chosen]:
            finished.result()
    return [folder / f"{name}.html" for name in chosen]


def workbook(case: str | Path, scenario: str = "", settings: Sequence[str] = (), out: Path | None = None) -> Path:
    """Write the workbook of a case alone; returns its path."""
    subject = load(case, scenario, settings)
    path = Path(out) if out else ROOT / "reports" / subject.known_as / "workbook.xlsx"
    if path.suffix != ".xlsx":
        raise RenderError(f"a workbook is an .xlsx file; got {path.name}. Write --out {path.stem}.xlsx.")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        write_workbook(workbook_cases(subject, case, settings), part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _named(case: str | Path) -> str:
    """A case's path as a notebook can find it on any machine: from the project's root where it lies in the project."""
    path = find(case).resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


class PutInPlace:
    """A temporary folder beside the wanted one, that takes its place when all went well and vanishes when not."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __enter__(self) -> Path:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self.work = Path(tempfile.mkdtemp(prefix=f".{self.folder.name}-", dir=self.folder.parent))
        return self.work

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is not None:
            shutil.rmtree(self.work, ignore_errors=True)
            return
        self.work.chmod(0o755)
        if self.folder.exists():
            # Files of ours are replaced; what else lies in the folder stays.
            for file in self.work.iterdir():
                os.replace(file, self.folder / file.name)
            self.work.rmdir()
        else:
            os.replace(self.work, self.folder)


def run_notebook(
    notebook: Path, parameters: Mapping[str, Any], output: Path | None = None, progress: bool = False
) -> Any:
    """Execute a notebook strictly; returns it with its outputs, and writes it when told where.

    Raises
    ------
    RenderError : an unknown parameter, no cell or several tagged ``parameters``, or a cell that failed
    """
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    shown = notebook.relative_to(ROOT).as_posix() if notebook.is_relative_to(ROOT) else notebook.name
    if not notebook.is_file():
        raise RenderError(f"{shown} does not exist.")
    source = nbformat.read(notebook, as_version=4)
    tagged = [cell for cell in source.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise RenderError(
            f"{shown} has {len(tagged)} cells tagged 'parameters'; it needs exactly one, or its defaults would silently win."
        )
    known = papermill.inspect_notebook(str(notebook))
    for name in parameters:
        if name not in known:
            raise RenderError(f"{shown} has no parameter '{name}'.{did_you_mean(name, known)}")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "executed.ipynb"
        try:
            with _heartbeats_may_stumble():
                executed = papermill.execute_notebook(
                    str(notebook),
                    str(target),
                    parameters=dict(parameters),
                    kernel_name="python3",
                    progress_bar={"desc": shown, "leave": False} if progress else False,
                    request_save_on_cell_execute=False,
                    extra_arguments=["--log-level=50"],
                )
        except PapermillExecutionError as error:
            raise RenderError(f"{shown} failed in its cell {error.exec_count}: {error.ename}: {error.evalue}") from None
    _forget_the_run(executed)
    if output:
        nbformat.write(executed, output)
    return executed


@contextmanager
def _heartbeats_may_stumble() -> Iterator[None]:
    """Jupyter's heartbeat thread can outlive its socket by a moment; that says nothing about the report."""
    ordinary = threading.excepthook

    def told(stumbled: threading.ExceptHookArgs) -> None:
        if stumbled.thread is None or stumbled.thread.name != "Heartbeat":
            ordinary(stumbled)

    threading.excepthook = told
    try:
        yield
    finally:
        threading.excepthook = ordinary


def _forget_the_run(executed: Any) -> None:
    """Take out times and chance names, so that the same run gives the same notebook."""
    executed.metadata.pop("papermill", None)
    for cell in executed.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected"
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)


def html_body(executed: Any) -> str:
    """The body of a page from an executed notebook: no code, no parameters, no prompts."""
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    hidden = {"enabled": True, "remove_cell_tags": ["parameters", "injected-parameters", "remove-cell"]}
    exporter = HTMLExporter(
        template_name="basic",
        exclude_input=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        config=Config(TagRemovePreprocessor=hidden),
    )
    exporter.register_preprocessor("nbconvert.preprocessors.TagRemovePreprocessor", enabled=True)
    body, _ = exporter.from_notebook_node(executed)
    return str(body)


def html_page(body: str, title: str) -> str:
    """A whole page that asks nothing of the network."""
    from jinja2 import Environment

    template = Environment(autoescape=True).from_string((TEMPLATES / "page.html").read_text(encoding="utf-8"))
    from markupsafe import Markup

    return template.render(title=title, body=Markup(body))


def workbook_cases(subject: Case, case: str | Path, settings: Sequence[str] = ()) -> dict[str, Case]:
    """The cases of a workbook: its subject first, then the base and every scenario of the same structure."""
    cases = {subject.scenario or "base": subject}
    for name in ("", *scenarios(case)):
        other = load(case, name, settings)
        if other.scenario not in [known.scenario for known in cases.values()] and structure(other) == structure(
            subject
        ):
            cases[name or "base"] = other
    return cases


def write_results(case: Case, rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Every figure of a case as a plain table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
