"""A notebook and a case → `reports/<case>/`. Refuses what papermill would let pass; leaves nothing half-written.

papermill only logs a misspelt parameter, and when a notebook's ``parameters`` tag is lost its
defaults silently win. So a notebook is inspected first. All files are written under a temporary
name and put in place together at the end.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from damages.characters import clipped
from damages.engine.simulate import DRAWS
from damages.engine.sound import load
from damages.errors import RenderError, did_you_mean
from damages.files import whole
from damages.project import files, written_to
from damages.reader.places import find, named, shown
from damages.report.document import Document
from damages.report.folder import PutInPlace
from damages.report.formats import FORMATS, Subject, check_formats, standard_formats
from damages.report.kernel import ARGUMENTS, kernel_ahead, notebook_tools
from damages.report.page import html_body, html_page, page_exporter
from damages.report.results import results_and_record

Progress = Callable[[str, int, int], None]


def silent(what: str, done: int, of: int) -> None:
    """Tells nobody how far the work is."""


def report(
    case: str | Path,
    chosen: Sequence[str] = (),
    settings: Sequence[str] = (),
    formats: Sequence[str] | None = None,
    out: Path | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    progress: bool = False,
    kernel: Any = None,
) -> Path:
    """Render the report of a case and everything that goes with it; returns its folder.

    Parameters
    ----------
    case : path of a case file
    chosen : names of scenarios; the first is the subject, all are shown side by side
    settings : settings such as ``claims_rate=0.08``
    formats : some of `damages.report.formats.FORMATS`; the standard ones when left out
    out : the folder; ``reports/<case>`` when left out
    kernel : one that is starting (`damages.report.kernel.kernel_ahead`); else one is started while the case is read

    Raises
    ------
    CaseError, RenderError : before anything is written
    """
    formats = standard_formats() if formats is None else formats
    check_formats(formats)
    with nullcontext(kernel) if kernel else kernel_ahead() as ready:
        return _report(case, chosen, settings, formats, out, draws, seed, progress, ready)


def _report(
    case: str | Path,
    chosen: Sequence[str],
    settings: Sequence[str],
    formats: Sequence[str],
    out: Path | None,
    draws: int,
    seed: int,
    progress: bool,
    kernel: Any,
) -> Path:
    chosen = list(dict.fromkeys(chosen))
    subject = load(case, chosen[0] if chosen else "", settings)
    folder = (
        Path(out)
        if out
        else written_to("reports", "+".join([load(case, name).known_as for name in chosen] or [subject.known_as]))
    )
    parameters: dict[str, Any] = {
        "case": named(find(case)),
        "scenario": chosen[0] if chosen else "",
        "beside": list(chosen),
        "settings": list(settings),
        "draws": draws,
        "seed": seed,
    }
    # What an earlier run made in another format would show other figures than run.json says.
    dropped = [known.file for name, known in FORMATS.items() if name not in formats]
    with PutInPlace(folder, dropped) as work, ThreadPoolExecutor(2) as pool:
        # What needs no notebook is made while the notebook runs in the kernel's process; the rest after it, side by side.
        exporter = pool.submit(page_exporter)
        results = pool.submit(results_and_record, subject, draws, seed, work)
        making: dict[str, Future[None]] = {}

        def start(made_of: str, source: Any) -> None:
            for name, known in FORMATS.items():
                if name in formats and known.made_of == made_of:
                    making[name] = pool.submit(known.write, source, work / known.file)

        start("case", Subject(subject, case, settings))
        executed = run_notebook(_notebooks()["report"], parameters, work / "report.ipynb", progress, kernel)
        start("notebook", Document(html_body(executed, exporter.result()), subject.title))
        results.result()
        failed = _failures(making, work)
        dropped += [FORMATS[name].file for name in failed]
    if failed:
        made = [FORMATS[name].file for name in formats if name not in failed]
        raise RenderError(" ".join([*failed.values(), f"In {shown(folder)}: {', '.join([*made, 'results.csv'])}."]))
    return folder


def _failures(making: Mapping[str, Future[None]], work: Path) -> dict[str, str]:
    """Waits for every format; for each that could not be made, why. It is left out, and the others are kept."""
    failed = {}
    for name, one in making.items():
        error = one.exception()
        if isinstance(error, OSError):  # a full disk is no fault of the format
            raise error
        if error is not None:
            (work / FORMATS[name].file).unlink(missing_ok=True)
            said = str(error).strip().splitlines() or [type(error).__name__]
            failed[name] = f"{FORMATS[name].file} could not be made: {clipped(said[0].rstrip('.'), 300)}."
    return failed


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
    known = {name: path for name, path in _notebooks().items() if name != "explore"}
    if notebook != "all" and notebook not in known:
        raise RenderError(f"notebooks/ has no '{notebook}'.{did_you_mean(notebook, ['all', *known])}")
    subject = load(case, scenario, settings)
    folder = Path(out) if out else written_to("reports", subject.known_as)
    chosen = list(known) if notebook == "all" else [notebook]
    parameters = {
        "case": named(find(case)),
        "scenario": scenario,
        "settings": list(settings),
        "draws": draws,
        "seed": seed,
    }
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
    path = Path(out) if out else written_to("reports", subject.known_as, FORMATS["xlsx"].file)
    if path.suffix != ".xlsx":
        raise RenderError(f"a workbook is an .xlsx file; got {path.name}. Write --out {path.stem}.xlsx.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as part:
        FORMATS["xlsx"].write(Subject(subject, case, settings), part)
    return path


def _notebooks() -> dict[str, Path]:
    """The notebooks by name: the project's own, and the library's for those that it does not hold."""
    return {path.stem: path for path in files("notebooks", "*.ipynb").values()}


def run_notebook(
    notebook: Path,
    parameters: Mapping[str, Any],
    output: Path | None = None,
    progress: bool = False,
    kernel: Any = None,
) -> Any:
    """Execute a notebook strictly; returns it with its outputs, and writes it when told where.

    ``kernel`` is one that is starting (`damages.report.kernel.kernel_ahead`); papermill starts one when left out.

    Raises
    ------
    RenderError : an unknown parameter, no cell or several tagged ``parameters``, or a cell that failed
    """
    nbformat, papermill = notebook_tools()
    from papermill.exceptions import PapermillExecutionError

    name = shown(notebook)
    if not notebook.is_file():
        raise RenderError(f"{name} does not exist.")
    source = nbformat.read(notebook, as_version=4)
    tagged = [cell for cell in source.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise RenderError(
            f"{name} has {len(tagged)} cells tagged 'parameters'; it needs exactly one, or its defaults would silently win."
        )
    known = papermill.inspect_notebook(str(notebook))
    for parameter in parameters:
        if parameter not in known:
            raise RenderError(f"{name} has no parameter '{parameter}'.{did_you_mean(parameter, known)}")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "executed.ipynb"
        try:
            with _heartbeats_may_stumble():
                executed = papermill.execute_notebook(
                    str(notebook),
                    str(target),
                    parameters=dict(parameters),
                    kernel_name="python3",
                    progress_bar={"desc": name, "leave": False} if progress else False,
                    request_save_on_cell_execute=False,
                    extra_arguments=ARGUMENTS,
                    km=kernel,
                )
        except PapermillExecutionError as error:
            raise RenderError(f"{name} failed in its cell {error.exec_count}: {error.ename}: {error.evalue}") from None
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
