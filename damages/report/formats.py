"""What a report is made of, each file by a function of its own, so that one can fail and cost no other.

A page, a PDF and a Word document are made from the executed notebook; the workbook and the table of figures from the case.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from damages.case.load import scenarios
from damages.case.schema import Case
from damages.engine.paths import estimate
from damages.engine.simulate import simulate
from damages.engine.sound import load
from damages.report.csv_file import write_rows
from damages.report.document import TEMPLATES, Block, blocks_of, write_docx, write_pdf
from damages.report.figures import figures
from damages.report.kernel import notebook_tools
from damages.report.provenance import machine, record
from damages.report.workbook import structure, write_workbook


@dataclass(frozen=True)
class Document:
    """A rendered notebook, from which pages are made."""

    body: str
    title: str

    @cached_property
    def blocks(self) -> list[Block]:
        return blocks_of(self.body)


def page(document: Document, path: Path) -> None:
    """A page that asks nothing of the network."""
    path.write_text(html_page(document.body, document.title), encoding="utf-8")


def pdf(document: Document, path: Path) -> None:
    """A tagged PDF."""
    write_pdf(document.blocks, path, document.title)


def docx(document: Document, path: Path) -> None:
    """A Word document."""
    write_docx(document.blocks, path, document.title)


FROM_DOCUMENT: dict[str, Callable[[Document, Path], None]] = {"html": page, "pdf": pdf, "docx": docx}


def case_workbook(subject: Case, case: str | Path, settings: Sequence[str], path: Path) -> None:
    """A workbook with the subject first, then the base and every scenario of the same structure."""
    write_workbook(workbook_cases(subject, case, settings), path)


def results_and_record(subject: Case, draws: int, seed: int, folder: Path) -> None:
    """Every figure as a table, and what all were made from."""
    simulation = simulate(subject, draws, seed)
    write_results(subject, figures(estimate(subject), simulation), folder / "results.csv")
    run = {**record(subject, simulation.draws, seed), "machine": machine()}
    (folder / "run.json").write_text(json.dumps(run, indent=2, default=str) + "\n", encoding="utf-8")


def html_body(executed: Any, exporter: Any = None) -> str:
    """The body of a page from an executed notebook: no code, no parameters, no prompts."""
    body, _ = (exporter or page_exporter()).from_notebook_node(executed)
    return str(body)


def page_exporter() -> Any:
    """What makes a page of a notebook, with its templates read: half a second's work that need not wait for a notebook."""
    nbformat, _ = notebook_tools()
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    hidden = {"enabled": True, "remove_cell_tags": ["parameters", "injected-parameters", "remove-cell"]}
    exporter = HTMLExporter(
        template_name="basic",
        exclude_input=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
        optimistic_validation=True,
        config=Config(TagRemovePreprocessor=hidden),
    )
    exporter.register_preprocessor("nbconvert.preprocessors.TagRemovePreprocessor", enabled=True)
    exporter.from_notebook_node(nbformat.v4.new_notebook())
    return exporter


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
        write_rows(rows, file)
