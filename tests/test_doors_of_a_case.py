"""A case from somebody else: the files it may name, the letters it may hold, what it may do to a terminal or a report."""

from __future__ import annotations

import sys

import pytest
from conftest import CASES, ROOT

import damages
from damages.case.begin import start_case
from damages.case.load import scenario_file
from damages.case.merge import lay
from damages.characters import harmless
from damages.reader.places import find
from damages.reader.read import Tree, parsed
from damages.report.picture import picture

RATE = "{low: 0.02, likely: 0.05, high: 0.2}"
OUTSIDE = r"lies outside the folder of the case\. Copy the file beside the case, or allow it"


@pytest.fixture
def secret(tmp_path):
    """A file that no case should reach: beside the folder of the case."""
    path = tmp_path / "secret.csv"
    path.write_text("0.1\nroot:x:0:0\n")
    (tmp_path / "home").mkdir()
    return path


def case_in(folder, *replaced):
    text = (CASES / "good.yaml").read_text(encoding="utf-8")
    for old, new in replaced:
        text = text.replace(old, new)
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return folder / "case.yaml"


@pytest.mark.parametrize("how", ["absolute", "upwards", "link", "fit", "records", "set"])
def test_a_case_does_not_reach_files_outside_its_folder(secret, how):
    home, settings = secret.parent / "home", []
    name = {"absolute": str(secret), "link": "link.csv"}.get(how, "../secret.csv")
    if how == "link":
        (home / "link.csv").symlink_to(secret)
    value = f"{{fit: {{file: {name}, shape: beta}}}}" if how == "fit" else f"{{sample: {name}}}"
    path = case_in(home, (RATE, value) if how not in ("records", "set") else ("", ""))
    if how == "records":
        method = f"methods: {{one: {{label: x, kind: records, file: {name}, source: {{kind: record, cite: x}}}}}}"
        path = case_in(home, ("  people: people\n  mix", f"  {method}\n  mix"))
    if how == "set":
        settings = [f"claims_rate={value}"]
    with pytest.raises(damages.CaseError, match=OUTSIDE) as caught:
        damages.load(path, settings=settings)
    assert "root:x" not in str(caught.value)


def test_whether_a_file_outside_is_there_is_not_told(secret):
    said = set()
    for name in ("secret.csv", "nowhere.csv"):
        with pytest.raises(damages.CaseError) as caught:
            damages.load(case_in(secret.parent / "home", (RATE, f"{{sample: ../{name}}}")))
        said.add(str(caught.value).replace(name, ""))
    assert len(said) == 1


def test_a_case_extends_no_file_outside_its_folder(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "other.yaml").write_text("root: x\n")
    for name in ("../other.yaml", str(tmp_path / "other.yaml"), "/etc/passwd"):
        (home / "case.yaml").write_text(f"extends: {name}\n")
        with pytest.raises(damages.CaseError, match=rf"case\.yaml:1  extends: .*{OUTSIDE}"):
            damages.load(home / "case.yaml")


def test_a_scenario_extends_the_case_above_it_and_a_case_one_of_the_project(tmp_path):
    case_in(tmp_path)
    (tmp_path / "scenarios").mkdir()
    scenario = tmp_path / "scenarios" / "case_low.yaml"
    scenario.write_text("extends: ../case.yaml\ntitle: Low\nwhy: To see\ninputs:\n  claims_rate: {value: 0.01}\n")
    assert damages.load(tmp_path / "case.yaml", "low").scenario == "case_low"
    assert damages.load(scenario).scenario == "case_low"
    (tmp_path / "mine.yaml").write_text(f"extends: {CASES / 'good.yaml'}\n")
    assert damages.load(tmp_path / "mine.yaml").title == "Good v. Example"


def test_outside_is_open_to_who_says_so(secret, monkeypatch):
    secret.write_text("0.1\n0.2\n")
    path = case_in(secret.parent / "home", (RATE, "{sample: ../secret.csv}"))
    assert damages.load(path, outside=True).shapes["claims_rate"][""].high == 0.2
    with pytest.raises(damages.CaseError):
        damages.load(path)
    monkeypatch.setenv("DAMAGES_ALLOW_OUTSIDE", "1")
    assert damages.load(path).shapes["claims_rate"][""].high == 0.2


def test_the_command_line_opens_it_for_notebooks_and_workers_too(secret, monkeypatch, capsys):
    from damages import cli

    secret.write_text("0.1\n0.2\n")
    path = case_in(secret.parent / "home", (RATE, "{sample: ../secret.csv}"))
    monkeypatch.setenv("DAMAGES_ALLOW_OUTSIDE", "")
    for words, code in (([], 1), (["--allow-outside"], 0)):
        monkeypatch.setattr(sys, "argv", ["damages", *words, "check", str(path)])
        monkeypatch.setattr(sys, "stdout", sys.stdout), monkeypatch.setattr(sys, "stderr", sys.stderr)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert (ended.value.code or 0) == code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("~nouser/x", "begins with ~ and a user whom this machine does not know"),
        ("x" * 300, "is too long for the name of a file"),
        ("a/" * 2_000, "is too long for the name of a file"),
        ("a\x00b", r"holds the character U\+0000 \(NUL\)"),
        ("a\x1b]0;b", r"holds the character U\+001B \(ESC\)"),
    ],
)
def test_a_name_that_no_file_can_have(name, words):
    for look in (find, damages.load, damages.scenarios):
        with pytest.raises(damages.CaseError, match=words):
            look(name)
    with pytest.raises(damages.CaseError, match="is not a name for a case"):
        start_case(name)


def test_a_scenario_that_no_file_can_be():
    with pytest.raises(damages.CaseError, match=r"has no scenario 'x{60}…': it is too long"):
        scenario_file(ROOT / "params" / "linkedin.yaml", "x" * 300)


def test_a_scenario_is_not_saved_under_a_name_that_no_file_can_have(good):
    from damages.case.write import save_scenario

    for name, why in (("x" * 300, "why"), ("\x1b", "why"), ("low", "a\x1bb"), ("low", "x" * 1_001)):
        with pytest.raises(damages.CaseError, match=r"is not a name|gives a reason that is too long"):
            save_scenario(good, CASES / "good.yaml", {"claims_rate": 0.1}, name, why)


def test_what_could_steer_a_terminal_is_shown_as_its_number(monkeypatch, capsys):
    from damages import cli
    from damages.shell import Harmless

    monkeypatch.setattr(sys, "argv", ["damages", "check", "x\x1b]0;owned\x07"])
    monkeypatch.setattr(sys, "stdout", sys.stdout), monkeypatch.setattr(sys, "stderr", sys.stderr)
    with pytest.raises(SystemExit):
        cli.main()
    assert isinstance(sys.stdout, Harmless)
    assert isinstance(sys.stderr, Harmless)
    print("a\x1b]0;owned\x07b\u202e", end="\r\n")
    printed = capsys.readouterr()
    assert printed.out == "a[U+001B]]0;owned[U+0007]b[U+202E]\r\n"
    assert "\x1b" not in printed.err


def test_progress_still_moves_its_own_line(monkeypatch, capsys):
    from damages import shell

    monkeypatch.setattr(sys, "stderr", shell.Harmless(sys.stderr))
    monkeypatch.setattr(type(sys.stderr.plain), "isatty", lambda self: True, raising=False)
    shell.tell("a\x1b[2J", 1, 2)
    assert capsys.readouterr().err == "\x1b[K[1/2] a[U+001B][2J\r"


def test_every_message_is_harmless():
    error = damages.CaseError("f", [damages.errors.Problem("f:1", "a\x1b", "b\u202ec")])
    assert str(error) == harmless("f has 1 problem.\n  f:1  a\x1b: b\u202ec")
    assert "\x1b" not in str(error)


def test_laying_a_file_over_another_keeps_each_value_with_its_line():
    base = parsed("inputs:\n  a: {value: {low: 1, high: 2}, note: x}\n  b: {value: 3}\nlist: [1, 2, 3]\n", "base")
    over = parsed("list: [4]\ninputs:\n  a: {value: 9}\n  c: {value: 5}\n", "over")
    merged = Tree("merged", {})
    lay(base.content, merged, base)
    lay(over.content, merged, over)
    assert merged.content["inputs"] == {"a": {"value": 9, "note": "x"}, "b": {"value": 3}, "c": {"value": 5}}
    assert merged.lines[("list", "0")] == "over:1"
    assert ("list", "2") not in merged.lines
    assert ("inputs", "a", "value", "low") not in merged.lines
    assert [merged.lines[("inputs", name, "value")] for name in "abc"] == ["over:3", "base:3", "over:4"]
    assert merged.lines[("inputs", "a", "note")] == "base:2"
    assert base.content["inputs"]["a"]["value"] == {"low": 1, "high": 2}, "a tree is written to"


def test_a_letter_that_the_fonts_of_a_pdf_lack_becomes_a_box(tmp_path):
    import pypdf

    from damages.report.document import write_pdf

    run = {"text": "김 v. 株式会社 👨‍👩‍👧 ไทย Müller Смит €", "marks": []}
    head = {"kind": "heading", "level": 1, "runs": [run]}
    table = {"kind": "table", "caption": "中", "head": ["文"], "numbers": [False], "rows": [["😀"]], "widths": [1.0]}
    write_pdf([head, table], tmp_path / "a.pdf", "김 v. 株式会社")
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "a.pdf").pages)
    assert "▯ v. ▯▯▯▯" in text
    assert "Müller Смит €" in text
    assert "stands for a character that the fonts of this file lack" in text
    assert "U+AE40" in " ".join(text.split())
    write_pdf([head, table], tmp_path / "b.pdf", "김 v. 株式会社")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_a_letter_that_the_font_of_a_chart_lacks_becomes_a_box_and_is_named():
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    ax.set_title("적법 😀 Müller")
    shown = picture(ax, caption="A chart.")
    assert b"<svg" in shown.svg  # a warning would be an error here
    assert "A chart. Drawn as boxes, since the font of the chart lacks them: 법적" in shown._repr_html_()
    assert "Drawn as boxes" not in picture(ax, as_text=True)._repr_html_()


def test_a_format_that_fails_costs_that_format(tmp_path, monkeypatch):
    from damages.report import render

    def fail(*given):
        raise RuntimeError("failed to parse SVG\nand more")

    monkeypatch.setattr(render, "run_notebook", lambda *given, **options: None)
    monkeypatch.setattr(render, "html_body", lambda executed, exporter=None: "<h1>A report</h1>")
    monkeypatch.setattr("damages.report.document.write_pdf", fail)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.pdf").write_text("of an earlier run")
    with pytest.raises(
        damages.RenderError,
        match=r"report\.pdf could not be made: failed to parse SVG\. In .*: report\.html, workbook\.xlsx, report\.docx, results\.csv\.",
    ):
        render.report(CASES / "good.yaml", formats=("html", "pdf", "xlsx", "docx"), out=tmp_path / "out", draws=1_024)
    made = {path.name for path in (tmp_path / "out").iterdir()}
    assert made == {"report.html", "workbook.xlsx", "report.docx", "results.csv", "run.json"}
