"""The files that a report can be made of besides its figures, each by a function of its own, so that one can fail and cost no other.

A page, a PDF and a Word document are made from the executed notebook; a workbook from the case, while the notebook runs.
The command line lists them, so this module loads nothing until a file is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from damages.errors import RenderError, did_you_mean

if TYPE_CHECKING:
    from damages.case.schema import Case
    from damages.report.document import Document

Write = Callable[[Any, Path], None]


@dataclass(frozen=True)
class Subject:
    """The case of a report, the file that it came from, and what was set."""

    case: Case
    path: str | Path
    settings: Sequence[str] = ()


@dataclass(frozen=True)
class Format:
    """One file of a report.

    Attributes
    ----------
    made_of : the executed ``notebook`` (a `damages.report.document.Document`), or the ``case`` (a `Subject`)
    file : its name in the report's folder
    write : writes it, of one of the two, to a path
    standard : whether it is made when no format is named
    """

    made_of: Literal["notebook", "case"]
    file: str
    write: Write
    standard: bool


FORMATS: dict[str, Format] = {}


def _format(
    made_of: Literal["notebook", "case"], name: str, file: str, standard: bool = False
) -> Callable[[Write], Write]:
    def register(write: Write) -> Write:
        FORMATS[name] = Format(made_of, file, write, standard)
        return write

    return register


of_notebook, of_case = partial(_format, "notebook"), partial(_format, "case")


def standard_formats() -> tuple[str, ...]:
    """What is made when no format is named."""
    return tuple(name for name, known in FORMATS.items() if known.standard)


def check_formats(formats: Sequence[str]) -> None:
    """Refuses a format that a report does not have (RenderError)."""
    for name in formats:
        if name not in FORMATS:
            raise RenderError(f"'{name}' is not a format of a report.{did_you_mean(name, FORMATS)}")


@of_notebook("html", "report.html", standard=True)
def page(document: Document, path: Path) -> None:
    """A page that asks nothing of the network."""
    from damages.report.page import html_page

    path.write_text(html_page(document.body, document.title), encoding="utf-8")


@of_notebook("pdf", "report.pdf", standard=True)
def pdf(document: Document, path: Path) -> None:
    """A tagged PDF."""
    from damages.report.document import write_pdf

    write_pdf(document.blocks, path, document.title)


@of_case("xlsx", "workbook.xlsx", standard=True)
def workbook(subject: Subject, path: Path) -> None:
    """A workbook with the subject first, then the base and every scenario of the same structure."""
    from damages.report.workbook import workbook_cases, write_workbook

    write_workbook(workbook_cases(subject.case, subject.path, subject.settings), path)


@of_notebook("docx", "report.docx")
def docx(document: Document, path: Path) -> None:
    """A Word document."""
    from damages.report.document import write_docx

    write_docx(document.blocks, path, document.title)
