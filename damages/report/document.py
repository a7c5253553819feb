"""An executed notebook → blocks → PDF and Word. The notebook is the one document; nothing is written twice.

The notebook's HTML body is read back as a list of blocks: headings, paragraphs, lists, tables,
figures. Each block carries its text as data, so that no character of it can become markup: the PDF
is set by a fixed typst template that reads the blocks from JSON, and Word gets plain runs.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

from damages.errors import RenderError

TEMPLATES = Path(__file__).parent / "templates"
Block = dict[str, Any]


@dataclass(frozen=True)
class Document:
    """A rendered notebook, from which pages are made."""

    body: str
    title: str

    @cached_property
    def blocks(self) -> list[Block]:
        return blocks_of(self.body)


def blocks_of(body: str) -> list[Block]:
    """The blocks of a notebook's HTML body, in order."""
    return _blocks(BeautifulSoup(body, "html.parser"))


def _blocks(parent: Tag) -> list[Block]:
    blocks: list[Block] = []
    for node in parent.children:
        if not isinstance(node, Tag):
            continue
        kind = node.name
        if kind in ("h1", "h2", "h3", "h4"):
            blocks.append({"kind": "heading", "level": int(kind[1]), "runs": _runs(node)})
        elif kind == "p":
            styles: Any = node.get("class") or []
            if node.get_text(strip=True):
                blocks.append({"kind": "paragraph", "style": styles[0] if styles else "", "runs": _runs(node)})
        elif kind in ("ul", "ol"):
            items = [_runs(item) for item in node.find_all("li", recursive=False)]
            blocks.append({"kind": "list", "ordered": kind == "ol", "items": items})
        elif kind == "table":
            blocks.append(_table(node))
        elif kind == "figure":
            blocks.append(_figure(node))
        elif kind not in ("style", "script"):
            blocks += _blocks(node)
    return blocks


def _runs(node: PageElement, marks: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The text of a node as runs of characters with the same marks."""
    if isinstance(node, NavigableString):
        text = " ".join(str(node).split())
        before = " " if str(node)[:1].isspace() else ""
        after = " " if text and str(node)[-1:].isspace() else ""
        return [{"text": f"{before}{text}{after}", "marks": list(marks)}] if text or before else []
    mark = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "code": "code"}.get(getattr(node, "name", ""), "")
    marks = (*marks, mark) if mark else marks
    return [run for child in getattr(node, "children", []) for run in _runs(child, marks)]


def _table(node: Tag) -> Block:
    rows = [
        [(cell.get_text(" ", strip=True), "number" in (cell.get("class") or [])) for cell in row.find_all(["th", "td"])]
        for row in node.find_all("tr")
    ]
    head, body = rows[0], rows[1:]
    caption = node.find("caption")
    return {
        "kind": "table",
        "caption": caption.get_text(" ", strip=True) if caption else "",
        "head": [text for text, _ in head],
        "numbers": [number for _, number in head],
        "rows": [[text for text, _ in row] for row in body],
        "widths": _widths([[text for text, _ in row] for row in rows]),
    }


def _widths(rows: list[list[str]]) -> list[float]:
    """A share of the page for each column: what its words need at least, the rest by how much it holds."""
    longest_word = [
        max(max((len(word) for word in row[j].split()), default=1) for row in rows) for j in range(len(rows[0]))
    ]
    held = [sum(len(row[j]) for row in rows) / len(rows) for j in range(len(rows[0]))]
    wanted = [max(word * 1.15, min(cell, 38.0)) for word, cell in zip(longest_word, held, strict=True)]
    return [width / sum(wanted) for width in wanted]


def _figure(node: Tag) -> Block:
    image, caption = node.find("img"), node.find("figcaption")
    data = str(image["src"]).partition("base64,")[2] if image else ""
    return {
        "kind": "figure",
        "svg": base64.b64decode(data),
        "alt": str(image.get("alt", "")) if image else "",
        "caption": caption.get_text(" ", strip=True) if caption else "",
    }


BOX = "▯"  # in place of a letter that the fonts of a PDF lack


def write_pdf(blocks: list[Block], path: Path, title: str) -> None:
    """Set the blocks as a tagged PDF (PDF/UA-1: every figure has alt text); the same bytes every time.

    Only typst's own fonts are used, so that the bytes do not depend on the machine. They have no Chinese, Korean,
    Thai or emoji: such a letter becomes a box, and a note at the end says which ones did.

    Raises
    ------
    RenderError : what cannot be set, in typst's words
    """
    import typst

    lacking: list[str] = []
    for _ in range(3):
        try:
            return _set_pdf(_boxed(blocks, lacking), path, title)
        except typst.TypstError as error:
            found = _not_displayed(error.diagnostic)
            if not found:
                raise RenderError(f"{path.name} cannot be set: {error.message.strip()}") from None
            lacking += found
    raise RenderError(f"{path.name} cannot be set: its fonts lack {' '.join(lacking)}.")


def _not_displayed(diagnostic: str) -> list[str]:
    """The pieces of text that typst's fonts lack, from its message."""
    quoted = re.findall(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed', diagnostic)
    found = [re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), text) for text in quoted]
    return sorted(dict.fromkeys(found), key=len, reverse=True)


def _boxed(blocks: list[Block], lacking: list[str]) -> list[Block]:
    """The blocks with a box for each piece of text that cannot be shown, and a note of which; alt texts stay."""
    if not lacking:
        return blocks

    def boxed(part: Any) -> Any:
        if isinstance(part, str):
            for piece in lacking:
                part = part.replace(piece, BOX)
            return part
        if isinstance(part, dict):
            return {key: value if key in ("alt", "svg") else boxed(value) for key, value in part.items()}
        return [boxed(one) for one in part] if isinstance(part, list) else part

    codes = [" + ".join(f"U+{ord(letter):04X}" for letter in piece) for piece in lacking]
    shown = ", ".join(sorted(codes)[:30]) + (f" and {len(codes) - 30} more" if len(codes) > 30 else "")
    text = f"{BOX} stands for a character that the fonts of this file lack: {shown}. The HTML page shows them."
    note = {"kind": "paragraph", "style": "table-note", "runs": [{"text": text, "marks": []}]}
    return [*boxed(blocks), note]


def _set_pdf(blocks: list[Block], path: Path, title: str) -> None:
    import typst

    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copy(TEMPLATES / "report.typ", work / "report.typ")
        written = []
        for number, block in enumerate(blocks):
            if block["kind"] == "figure":
                (work / f"{number}.svg").write_bytes(block["svg"])
                block = {**block, "svg": f"{number}.svg"}
            written.append(block)
        (work / "report.json").write_text(json.dumps({"title": title, "blocks": written}), encoding="utf-8")
        typst.compile(str(work / "report.typ"), output=str(path), ignore_system_fonts=True, pdf_standards=["ua-1"])


def write_docx(blocks: list[Block], path: Path, title: str) -> None:
    """Write the blocks as a Word document with headings, real tables, and pictures with alt text."""
    import datetime
    import io

    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Inches, Pt

    document = docx.Document()
    document.core_properties.title = title
    document.core_properties.created = document.core_properties.modified = datetime.datetime(2000, 1, 1)
    for block in blocks:
        if block["kind"] == "heading":
            document.add_heading("".join(run["text"] for run in block["runs"]), level=block["level"] - 1)
        elif block["kind"] == "paragraph":
            _docx_runs(document.add_paragraph(), block["runs"])
        elif block["kind"] == "list":
            for item in block["items"]:
                _docx_runs(document.add_paragraph(style="List Number" if block["ordered"] else "List Bullet"), item)
        elif block["kind"] == "figure":
            shape = document.add_picture(io.BytesIO(_png(block["svg"])), width=Inches(6.0))
            shape._inline.docPr.set("descr", block["alt"])
        elif block["kind"] == "table":
            document.add_paragraph(block["caption"], style="Caption")
            table = document.add_table(rows=1, cols=len(block["head"]), style="Light Grid Accent 1")
            for row_number, texts in enumerate([block["head"], *block["rows"]]):
                cells = table.rows[0].cells if row_number == 0 else table.add_row().cells
                for cell, text, is_number in zip(cells, texts, block["numbers"], strict=True):
                    cell.text = text
                    cell.paragraphs[0].runs[0].font.size = Pt(8.5)
                    if is_number:
                        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.save(str(path))


def _docx_runs(paragraph: Any, runs: list[dict[str, Any]]) -> None:
    for run in runs:
        added = paragraph.add_run(run["text"])
        added.bold, added.italic = "strong" in run["marks"], "em" in run["marks"]


def _png(svg: bytes) -> bytes:
    """A chart as pixels, for programs that do not draw SVG."""
    import typst

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "chart.svg").write_bytes(svg)
        source = '#set page(width: auto, height: auto, margin: 0pt)\n#image("chart.svg", alt: "", width: 160mm)'
        (Path(folder) / "chart.typ").write_text(source, encoding="utf-8")
        return bytes(typst.compile(str(Path(folder) / "chart.typ"), format="png", ppi=200.0))
