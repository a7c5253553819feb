"""The library as it is installed: a wheel, away from the repository, used in a project of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, kept_files

pytestmark = pytest.mark.slow
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb") if path.stem != "explore")


def listed(folder):
    """Every file below a folder with its size; what Python compiles for itself aside."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The folder into which the wheel was installed; the other packages are those of this environment."""
    made, target = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("installed")
    quiet = {"cwd": ROOT, "check": True, "capture_output": True, "timeout": 120}
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)], **quiet)
    (wheel,) = made.glob("*.whl")
    words = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check", "--target"]
    subprocess.run([sys.executable, *words, str(target), str(wheel)], **quiet)
    return target


@pytest.fixture(scope="module")
def home(installed, tmp_path_factory):
    """An empty folder, and a way to run Python in it with the installed library alone."""
    folder, own = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("jupyter")
    given = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DAMAGES", "JUPYTER"))}
    env = {**given, "PYTHONPATH": str(installed), "JUPYTER_DATA_DIR": str(own), "IPYTHONDIR": str(own)}

    def run(*words, cwd="demo", code=0, python=("-P", "-m", "damages")):
        command = [sys.executable, *python, *map(str, words)]
        done = subprocess.run(command, cwd=folder / cwd, env=env, capture_output=True, text=True, timeout=500)
        assert done.returncode == code, done.stdout[-2000:] + done.stderr[-4000:]
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    where = run(cwd=".", python=("-P", "-c", "import damages; print(damages.__file__)"))
    assert Path(where.strip()) == installed / "damages" / "__init__.py"
    run("init", "demo", cwd=".")
    return folder, run


@pytest.fixture(scope="module", autouse=True)
def nothing_is_written_elsewhere(installed, home):
    before = listed(installed)
    yield
    assert listed(installed) == before
    assert [path.name for path in home[0].iterdir()] == ["demo"]


def test_the_wheel_holds_the_data_and_no_tests(installed):
    kept = [name for name in kept_files() if name.startswith("params/") and "made_by_a_test" not in name]
    assert {f"damages/data/{name}" for name in kept} <= listed(installed).keys()
    assert {f"damages/data/notebooks/{name}.ipynb" for name in [*NOTEBOOKS, "explore"]} <= listed(installed).keys()
    assert "damages/py.typed" in listed(installed)
    assert not [name for name in listed(installed) if "test_" in name or name.endswith((".lock", "run.py"))]


def test_a_report(home):
    folder, run = home
    run("report", "params/linkedin.yaml")
    made = {path.name for path in (folder / "demo" / "reports" / "linkedin").iterdir()}
    assert {"report.html", "report.pdf", "workbook.xlsx", "results.csv", "run.json"} <= made
    record = json.loads((folder / "demo" / "reports" / "linkedin" / "run.json").read_text())
    assert record["machine"]["git_commit"] is None
    assert "params/linkedin.yaml" in record["command"]


def test_every_notebook(home):
    """On a case without timeline, turnover, subscription or litigation: nothing in them is LinkedIn's own."""
    folder, run = home
    run("report", "params/template.yaml", "--notebook", "all", "--draws", "512")
    pages = {page.stem: page for page in (folder / "demo/reports/template").glob("*.html")}
    assert set(NOTEBOOKS) <= set(pages)
    for page in pages.values():
        text = page.read_text(encoding="utf-8")
        assert "Doe v. Example Corp." in text
        assert not re.findall(r'<img(?![^>]* alt="[^"])[^>]{,200}', text)


def test_every_verb(home):
    folder, run = home
    assert "acme.yaml is ready" in run("new", "acme")
    assert "no problems" in run("check", "params/acme.yaml")
    assert "Expected" in run("estimate", "params/linkedin.yaml", "--draws", "512")
    assert "Expected" in run(
        "estimate", "linkedin.yaml", "--scenario", "plaintiff", "--draws", "512", cwd="demo/params"
    )
    run("sensitivity", "params/linkedin.yaml")
    assert "reports/acme/workbook.xlsx" in run("workbook", "params/acme.yaml")
    run("sweep", "params/acme.yaml", "--grid", "liability=yes,no", "--draws", "128", "--workers", "1")
    assert (folder / "demo" / "reports" / "sweeps" / "acme" / "results.csv").is_file()
    run("accounts.csv", python=("-P", "-m", "damages.counting.synthetic"))
    assert "people" in run("records", "accounts.csv", "--start", "2021-01-21", "--end", "2024-09-18").lower()
    assert "740 ILCS 14/20" in run("statutes")
    assert re.search(r"(\d+) of \1 figures agree", run("judgments"))
    assert "title" in run("schema")


def test_a_case_of_the_library_is_read_and_not_written_to(home):
    folder, run = home
    run("workbook", "params/bnsf.yaml", cwd="demo/notebooks")
    assert (folder / "demo" / "reports" / "bnsf" / "workbook.xlsx").is_file()
    save = "import damages; from damages.case.write import save_scenario as save; c = 'params/bnsf.yaml'\n"
    save += "try: save(damages.load(c), c, {'x': 1.0}, 'mine', 'why')\nexcept damages.CaseError as error: print(error)"
    assert "belongs to the library. Copy it into params/ first." in run(python=("-P", "-c", save))
