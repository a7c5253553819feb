"""The whole report, made once: its HTML parsed, its PDF's text read back, its numbers equal everywhere."""

from __future__ import annotations

import csv
import errno
import json
import re
import subprocess

import docx
import openpyxl
import pypdf
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, program
from spreadsheet import cached

import damages
from damages.report import render
from damages.report.table import write

pytestmark = pytest.mark.slow
HEADLINES = ("pleaded_usd", "full_recovery_usd", "exposure_usd", "expected_usd")


@pytest.fixture(scope="module")
def page(rendered):
    return BeautifulSoup((rendered / "report.html").read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def pdf_text(rendered):
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(rendered / "report.pdf").pages).split())


def test_the_files(rendered):
    names = {"report.ipynb", "report.html", "report.pdf", "report.docx", "workbook.xlsx", "results.csv", "run.json"}
    assert {path.name for path in rendered.iterdir()} == names


def test_the_numbers_are_equal_everywhere(rendered, page, pdf_text, linkedin):
    with (rendered / "results.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["line"]: row for row in csv.DictReader(file) if not row["group"]}
    said = subprocess.run(
        [program("damages"), "estimate", "params/linkedin.yaml", "--format", "json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines, drawn = json.loads(said)["lines"], json.loads(said)["simulation"]["lines"]
    book, html, word = cached(rendered / "workbook.xlsx", list(HEADLINES)), page.get_text(" "), _docx_text(rendered)
    at_base = damages.estimate(linkedin).at_base
    for name in HEADLINES:
        value = float(rows[name]["value"])
        assert value == float(rows[name]["mean"])
        assert lines[name]["value"] == value
        assert drawn[name]["mean"] == float(rows[name]["mean"])
        assert book[name] == pytest.approx(at_base[name], abs=0.005)
        shown = write(value, "usd")
        assert shown in html, name
        assert shown in pdf_text, name
        assert shown in word, name
        assert write(float(rows[name]["mean"]), "usd") in html


def _docx_text(rendered):
    document = docx.Document(str(rendered / "report.docx"))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_every_line_of_the_csv_is_the_librarys(rendered, linkedin):
    estimate, simulation = damages.estimate(linkedin), damages.simulate(linkedin)
    with (rendered / "results.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 60
    for row in rows:
        if row["mean"]:
            assert float(row["mean"]) == pytest.approx(simulation.lines[row["line"]].mean.value, abs=0.006)
        if row["group"]:
            j = list(linkedin.groups).index(row["group"])
            assert float(row["value"]) == pytest.approx(estimate.lines[row["line"]][j], abs=0.006)


def test_the_page_asks_nothing_of_the_network(page, rendered):
    text = (rendered / "report.html").read_text(encoding="utf-8")
    assert not page.find_all("script")
    assert not page.find_all("link")
    assert not re.search(r"""(src|href)=["']https?://""", text)
    assert not re.search(r"url\(\s*['\"]?https?:", text)
    assert all(image["src"].startswith("data:image/svg+xml;base64,") for image in page.find_all("img"))


def test_every_figure_has_alt_text_worked_out_from_its_data(page, linkedin):
    images = page.find_all("img")
    assert len(images) >= 12
    assert all(len(image["alt"]) > 60 for image in images)
    alts = [image["alt"] for image in images]
    assert len(set(alts)) == len(alts)
    assert any("Pleaded: $3.21 billion." in alt for alt in alts)
    assert all("(hypothetical)" in alt for alt in alts if not alt.startswith("Timeline"))  # dates are facts


def test_every_table_says_hypothetical_and_has_headings(page):
    tables = page.find_all("table")
    assert len(tables) >= 10
    facts = (
        "Provenance",
        "What was checked",
        "The statutes behind the theories",
        "Timeline",
        "Authorities",
        "The scenarios",
    )
    about_the_case = [table for table in tables if table.caption.get_text() not in facts]
    assert all("(hypothetical)" in table.caption.get_text() for table in about_the_case)
    assert all(table.find("th", scope="col") and table.find("th", scope="row") for table in tables)


def test_the_code_is_hidden(page):
    text = page.get_text()
    assert "damages.load(" not in text
    assert "import damages" not in text
    assert page.html["lang"] == "en"
    assert len(page.find_all("h1")) == 1


def test_the_three_headlines_stand_together(page):
    for table in page.find_all("table"):
        text = table.get_text(" ")
        if "Pleaded:" in text and "headline" in table.caption.get_text():
            assert "Exposure:" in text
            assert "Expected:" in text


def test_the_pdf_is_tagged_and_its_figures_have_alt_text(rendered, page):
    reader = pypdf.PdfReader(rendered / "report.pdf")
    assert (
        reader.trailer["/Root"]["/MarkInfo"]["/Marked"] is True
        or reader.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    )
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.metadata.title == "De La Torre v. LinkedIn Corp."
    alts = []

    def walk(node):
        node = node.get_object()
        if not hasattr(node, "get"):
            return
        if node.get("/S") == "/Figure":
            alts.append(str(node.get("/Alt", "")))
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            if hasattr(child, "get_object") and hasattr(child.get_object(), "get"):
                walk(child)

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    images = [image["alt"] for image in page.find_all("img")]
    assert len(alts) == len(images)
    assert all(alts)


def test_what_drives_it_takes_two_pages(rendered):
    """From its heading to the next, which may stand in the first quarter of the page after."""
    reader = pypdf.PdfReader(rendered / "report.pdf")
    sections = reader.outline[1]
    at = next(i for i, one in enumerate(sections) if one.title == "Sensitivity")
    starts = [
        (reader.get_destination_page_number(one), float(reader.pages[0].mediabox.height) - float(one.top))
        for one in sections[at : at + 2]
    ]
    (first, down), (after, then_down) = starts
    assert after - first < 2 or (after - first == 2 and then_down <= max(down, 60) + 210), starts


def test_the_pdf_reads_like_the_page(pdf_text, page):
    for heading in page.find_all("h2"):
        assert " ".join(heading.get_text().split()) in pdf_text
    for words in ("Hypothetical.", "Voluntarily dismissed without prejudice on 30 January 2025", "not legal advice"):
        assert words in pdf_text


def test_word_has_alt_texts_and_real_tables(rendered, page):
    document = docx.Document(str(rendered / "report.docx"))
    alts = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert len(alts) == len(page.find_all("img"))
    assert all(alts)
    assert len(document.tables) == len(page.find_all("table"))


def test_the_executed_notebook_is_whole(rendered):
    notebook = json.loads((rendered / "report.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code)
    assert not [output for cell in code for output in cell["outputs"] if output["output_type"] in ("error", "stream")]
    assert str(ROOT) not in json.dumps(notebook)


def test_the_provenance(rendered, page):
    import hashlib

    run = json.loads((rendered / "run.json").read_text())
    digest = hashlib.sha256((ROOT / "params" / "linkedin.yaml").read_bytes()).hexdigest()
    shared = hashlib.sha256((ROOT / "params" / "shared" / "defaults.yaml").read_bytes()).hexdigest()
    assert run["files"] == {"defaults.yaml": shared, "linkedin.yaml": digest}
    assert (run["seed"], run["draws"], run["scenario"]) == (0, 131_072, None)
    assert run["command"] == "damages report params/linkedin.yaml --draws 131072 --seed 0"
    assert digest in page.get_text()


def test_the_sample_in_the_repository_is_this_report(rendered):
    sample = ROOT / "reports" / "sample"
    for name in ("results.csv", "report.pdf"):
        assert (sample / name).read_bytes() == (rendered / name).read_bytes(), "run `make sample`"


def test_nothing_is_left_behind_by_half_a_run(tmp_path, monkeypatch):
    def fails(*_):
        raise OSError(errno.ENOSPC, "the disk is full")

    monkeypatch.setattr("damages.report.document.write_pdf", fails)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "mine.txt").write_text("mine")
    with pytest.raises(OSError, match="the disk is full"):
        render.report("params/template.yaml", out=tmp_path / "kept", draws=512)
    assert [path.name for path in tmp_path.rglob("*")] == ["kept", "mine.txt"]


def test_a_second_run_replaces_the_first_and_keeps_what_is_not_ours(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    (tmp_path / "out" / "report.html").write_text("old")
    (tmp_path / "out" / "report.pdf").write_text("of other figures")
    render.report("params/template.yaml", out=tmp_path / "out", draws=512, formats=("html",))
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine"
    assert "Doe v. Example Corp." in (tmp_path / "out" / "report.html").read_text()
    assert not (tmp_path / "out" / "report.pdf").exists()


HOSTILE = '<script>alert(1)</script> <img src=x onerror=alert(1)> =HYPERLINK("http://evil") #eval("1") $x$ *b* `c` @ref \\ & "q" _i_'


def test_hostile_text_is_shown_as_text(tmp_path, write_case):
    """HTML, a script, a spreadsheet formula and typst markup in a title, labels and sources."""
    text = json.dumps(HOSTILE)
    path = write_case(
        ("title: Good v. Example", f"title: {text}"),
        ("summary: A case for the tests.", "summary: '= heading #strong[x] // comment'"),
        ("label: Statutory sum", f"label: {text}"),
        ("{label: People,", "{label: '=1+1',"),
        ("{label: Claims rate,", "{label: '+SUM(A1)',"),
        ("{label: Fee,", "{label: '@cmd',"),
        ("groups: {basic: Basic, plus: Plus}", f"groups: {{basic: {text}, plus: '= Plus'}}"),
        ("value: 60, source: {kind: record, cite: Made up}", f"value: 60, source: {{kind: record, cite: {text}}}"),
    )
    folder = render.report(path, out=tmp_path / "out", draws=512, formats=("html", "pdf", "xlsx", "docx"))
    html = (folder / "report.html").read_text(encoding="utf-8")
    parsed = BeautifulSoup(html, "html.parser")
    assert not parsed.find_all("script")
    assert not [image for image in parsed.find_all("img") if image.get("onerror")]
    assert "<script>alert(1)</script>" in parsed.get_text()
    pdf = "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(folder / "report.pdf").pages)
    for piece in (
        "<script>alert(1)</script>",
        '#eval("1")',
        "$x$*b*`c`@ref",
        "=heading#strong[x]//comment",
        "=1+1",
        "+SUM(A1)",
        "@cmd",
        "=Plus",
    ):
        assert "".join(piece.split()) in pdf, piece
    book = openpyxl.load_workbook(folder / "workbook.xlsx")
    inputs = {str(row[0].value): row for row in book["Inputs"].iter_rows(min_row=2)}
    for name, shown in (("people", "=1+1"), ("claims_rate", "+SUM(A1)"), ("fee_share", "@cmd")):
        assert inputs[name][1].value == shown
        assert inputs[name][1].data_type == "s"
    assert book["Summary"]["A1"].value == HOSTILE
    assert book["Summary"]["A1"].data_type == "s"
    assert HOSTILE.split()[0] in "".join(p.text for p in docx.Document(str(folder / "report.docx")).paragraphs)


def test_several_scenarios_side_by_side(tmp_path):
    folder = render.report(
        "params/linkedin.yaml", ["plaintiff", "defence"], out=tmp_path / "out", draws=512, formats=("html",)
    )
    page = BeautifulSoup((folder / "report.html").read_text(encoding="utf-8"), "html.parser")
    (table,) = [table for table in page.find_all("table") if "Scenarios side by side" in table.caption.get_text()]
    assert [head.get_text() for head in table.thead.find_all("th")] == ["Means", "plaintiff", "defence"]
    assert "As the plaintiffs would argue it" in page.find(class_="subtitle").get_text()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_a_phone_and_a_desk(rendered, width):
    from browser import open_page

    chromium = program("chromium", "chromium-browser", "google-chrome")
    with open_page(chromium, (rendered / "report.html").as_uri(), width) as (page, requests, errors):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not errors
        assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
        shown = page.evaluate(
            "[...document.images].map(image => [image.complete, image.naturalWidth > 0, image.clientWidth])"
        )
        assert all(complete and real and drawn <= width for complete, real, drawn in shown)


def test_a_heartbeat_that_stumbles_is_not_told_and_any_other_thread_is(capsys):
    import threading

    def fails():
        raise RuntimeError("the socket is gone")

    heard = []
    ordinary, threading.excepthook = threading.excepthook, lambda stumbled: heard.append(stumbled.thread.name)
    try:
        with render._heartbeats_may_stumble():
            for name in ("Heartbeat", "Another"):
                thread = threading.Thread(target=fails, name=name)
                thread.start()
                thread.join()
    finally:
        threading.excepthook = ordinary
    assert heard == ["Another"]
