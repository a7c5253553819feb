"""Every notebook: kept clean, one tagged cell, and run from top to bottom."""

from __future__ import annotations

import ast
import json
import re

import pytest
from conftest import CASES, ROOT

from damages.errors import RenderError
from damages.report import render

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
PAGES = [path for path in NOTEBOOKS if path.stem != "explore"]  # which is widgets: run in real browsers
COMMON = {"case", "scenario", "settings", "draws", "seed"}


def cells(path, kind="code"):
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


def test_the_set():
    assert {
        "01_case",
        "02_class_size",
        "03_subscription_value",
        "04_damages",
        "05_sensitivity",
        "06_scenarios",
        "07_judgments",
        "08_conjoint",
        "09_validation",
        "report",
        "explore",
    } <= set(NAMES)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_kept_without_outputs(path):
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells(path))
    assert "papermill" not in path.read_text()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_no_dollar_sign_in_markdown(path):
    """Two of them are mathematics in JupyterLab, whatever stands before them: a sum in Markdown is in words."""
    for cell in cells(path, "markdown"):
        assert "$" not in re.sub(r"`[^`]*`", "", "".join(cell["source"]))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_one_parameters_cell_of_annotated_literals_with_help(path):
    tagged = [cell for cell in cells(path) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    source = "".join(tagged[0]["source"])
    names = set()
    for statement, line in zip(ast.parse(source).body, source.splitlines(), strict=True):
        assert isinstance(statement, ast.AnnAssign), line
        ast.literal_eval(statement.value)
        assert re.search(r"  # \w", line), f"no help beside {line!r}"
        names.add(statement.target.id)
    assert names >= COMMON


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_papermill_sees_every_parameter(path):
    import papermill

    source = "".join(next(cell for cell in cells(path) if "parameters" in cell["metadata"].get("tags", []))["source"])
    names = {statement.target.id for statement in ast.parse(source).body}
    known = papermill.inspect_notebook(str(path))
    assert set(known) == names
    assert all(parameter["help"] for parameter in known.values())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_it_shows_and_the_library_computes(path):
    imports = 0
    for cell in cells(path):
        source = "".join(cell["source"])
        tree = ast.parse(source)
        importing = any(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body)
        assert importing or len(source.splitlines()) <= 12, source
        imports += importing
        assert not [
            node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef | ast.BinOp)
        ], source
        assert not re.search(r"sys\.path|!pip|%|warnings|/home|/work|/tmp|C:\\", source)
    assert imports == 1


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path.stem != "report"], ids=lambda path: path.stem)
def test_it_asks_one_question_first(path):
    first = "".join(cells(path, "markdown")[0]["source"])
    assert first.startswith("# ")
    assert len(re.findall(r"\*\*.+\?\*\*", first)) == 1


@pytest.mark.parametrize("path", [path for path in PAGES if path.stem != "report"], ids=lambda path: path.stem)
def test_it_ends_with_checks_and_provenance(path):
    sources = ["".join(cell["source"]) for cell in cells(path)]
    assert sources[-1].startswith("damages.provenance(")
    assert sources[-2].startswith("damages.reconcile(")


@pytest.mark.slow
def test_it_runs_from_another_folder(tmp_path, monkeypatch):
    """One of them; all run in `test_jupyterlab.py` on this case, and from another folder in `test_wheel.py` on another."""
    monkeypatch.chdir(tmp_path)
    executed = render.run_notebook(
        ROOT / "notebooks" / "04_damages.ipynb", {"case": "params/linkedin.yaml", "draws": 512}
    )
    assert all(cell.execution_count for cell in executed.cells if cell.cell_type == "code")


def test_all_of_them_with_progress(tmp_path, monkeypatch):
    """Each in its turn, told as it is done; the notebooks themselves run in `test_wheel.py`."""
    told = []
    monkeypatch.setattr(render, "run_notebook", lambda path, parameters: path.stem)
    monkeypatch.setattr(render, "html_body", lambda executed: f"<h1>{executed}</h1>")
    pages = render.notebook_pages(
        "params/template.yaml", "all", draws=512, out=tmp_path, progress=lambda *step: told.append(step)
    )
    assert [page.stem for page in pages] == [path.stem for path in PAGES]
    assert [done for _, done, _ in told] == list(range(1, len(pages) + 1))
    assert all(f"<h1>{page.stem}</h1>" in page.read_text(encoding="utf-8") for page in pages)


def test_unknown_parameters_are_refused():
    with pytest.raises(RenderError, match=r"notebooks/report\.ipynb has no parameter 'drwas'\. Did you mean draws\?"):
        render.run_notebook(ROOT / "notebooks" / "report.ipynb", {"drwas": 5})


@pytest.mark.parametrize(
    ("tags", "words"), [(0, "has 0 cells tagged 'parameters'"), (2, "has 2 cells tagged 'parameters'")]
)
def test_a_lost_or_doubled_tag_is_refused(tmp_path, tags, words):
    notebook = json.loads((ROOT / "notebooks" / "report.ipynb").read_text())
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for i, cell in enumerate(code):
        cell["metadata"]["tags"] = ["parameters"] if i < tags else []
    path = tmp_path / "report.ipynb"
    path.write_text(json.dumps(notebook))
    with pytest.raises(RenderError, match=words):
        render.run_notebook(path, {"draws": 5})


def test_an_unknown_notebook_is_refused():
    with pytest.raises(RenderError, match=r"notebooks/ has no 'reprot'\. Did you mean report\?"):
        render.notebook_pages(CASES / "good.yaml", "reprot")


@pytest.mark.slow
def test_a_users_mistake_is_one_message(tmp_path):
    with pytest.raises(RenderError) as caught:
        render.run_notebook(ROOT / "notebooks" / "01_case.ipynb", {"case": "params/nowhere.yaml"})
    assert "CaseError" in str(caught.value)
    assert "params/nowhere.yaml  does not exist." in str(caught.value)
