"""Where a project is, what it adds to the library, and what never leaves it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib

import pytest
from conftest import ROOT

import damages
from damages.case.begin import start_case, start_project
from damages.case.load import of_the_project, the_authorities, the_registry
from damages.case.write import save_scenario
from damages.precedents import judgments
from damages.precedents.judgments import reproduce
from damages.project import files, project, shipped, written_to
from damages.reader.places import find, named

SUM = "mine: {name: My Act, cite: 1 Made Up § 2, versions: [{kind: floor, unit: person, sum_usd: [50], limitation: {years: 2, runs_from: discovery, checked: unverified}, needs_actual_damages: 'no', fees: shifted, checked: unverified}]}\n"


@pytest.fixture
def demo(tmp_path, monkeypatch):
    """A new project, with the working directory in it."""
    monkeypatch.delenv("DAMAGES_PROJECT", raising=False)
    monkeypatch.chdir(start_project(tmp_path / "demo"))
    return tmp_path / "demo"


def test_a_new_project_holds_a_case_the_template_and_the_notebooks(demo):
    cases = {path.relative_to(demo).as_posix() for path in (demo / "params").rglob("*.yaml")}
    scenarios = {f"params/scenarios/{path.name}" for path in (ROOT / "params" / "scenarios").glob("linkedin_*.yaml")}
    assert cases == {"params/linkedin.yaml", "params/template.yaml", "params/shared/defaults.yaml"} | scenarios
    assert {path.name for path in (demo / "notebooks").iterdir()} >= {"report.ipynb", "explore.ipynb"}
    assert list((demo / "reports").iterdir()) == []
    with pytest.raises(damages.CaseError, match="already exists and is not empty"):
        start_project(demo)


def test_it_is_found_upwards_and_by_name(demo, tmp_path, monkeypatch):
    monkeypatch.chdir(demo / "params" / "scenarios")
    assert project() == demo
    assert written_to("reports") == demo / "reports"
    assert named(find("params/linkedin.yaml")) == "params/linkedin.yaml"
    assert find("params/linkedin.yaml") == demo / "params" / "linkedin.yaml"
    assert find("params/bnsf.yaml") == ROOT / "params" / "bnsf.yaml"
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert project() is None
    assert written_to("reports") == tmp_path / "empty" / "reports"
    with pytest.raises(damages.CaseError, match=r"needs a project.*damages init FOLDER"):
        start_case("acme")
    monkeypatch.setenv("DAMAGES_PROJECT", str(demo))
    assert project() == demo
    assert start_case("acme") == demo / "params" / "acme.yaml"
    monkeypatch.setenv("DAMAGES_PROJECT", str(tmp_path / "empty"))
    with pytest.raises(damages.CaseError, match="is no project: it has no folder params/"):
        project()


def test_its_statutes_add_to_the_librarys_and_win(demo):
    assert of_the_project() == []
    before = the_registry()
    own = demo / "params" / "statutes.yaml"
    own.write_text(SUM + SUM.replace("mine:", "sca:", 1))
    assert the_registry().keys() == before.keys() | {"mine"}
    assert the_registry()["sca"].name == "My Act"
    (said,) = of_the_project()
    assert said == "From this project's params/statutes.yaml: mine (added); sca (used instead of the library's)."
    case = damages.load("params/linkedin.yaml")
    assert case.inputs["sca_statutory_usd"].value == 50
    assert case.files["statutes.yaml"] == hashlib.sha256(own.read_bytes()).hexdigest()
    own.write_text("mine: {name: My Act}\n")
    with pytest.raises(damages.CaseError, match=r"params/statutes\.yaml"):
        damages.load("params/linkedin.yaml")


def test_the_same_statutes_again_are_not_of_the_project(demo):
    shutil.copy(ROOT / "params" / "statutes.yaml", demo / "params")
    assert of_the_project() == []
    assert "statutes.yaml" not in damages.load("params/linkedin.yaml").files


def test_its_authorities_add_to_the_librarys_and_win(demo):
    first = the_authorities()[0]
    entry = "  - {{cite: '{}', point: Mine, checked: unverified, source: My desk}}\n"
    text = "authorities:\n" + entry.format(first.cite) + entry.format("Good v. Example, 1 Made Up 2")
    (demo / "params" / "authorities.yaml").write_text(text)
    now = the_authorities()
    assert [a.point for a in now if a.cite == first.cite] == ["Mine"]
    assert now[-1].cite == "Good v. Example, 1 Made Up 2"


def test_its_judgments_are_worked_out_beside_the_librarys(demo):
    (demo / "params" / "judgments").mkdir()
    shutil.copy(ROOT / "params" / "judgments" / "visalus.yaml", demo / "params" / "judgments" / "mine.yaml")
    names = [path.stem for path in judgments.judgment_files()]
    assert names == sorted([*(path.stem for path in (ROOT / "params" / "judgments").glob("*.yaml")), "mine"])


def test_judgments_with_nothing_to_check_is_an_error(monkeypatch):
    monkeypatch.setattr(judgments, "judgment_files", list)
    for chosen in (None, []):
        with pytest.raises(damages.CaseError, match="nothing was checked"):
            reproduce(chosen)


def test_a_scenario_is_not_saved_beside_a_case_of_the_library(demo):
    case = damages.load("params/bnsf.yaml")
    with pytest.raises(damages.CaseError, match=r"belongs to the library\. Copy it into params/ first"):
        save_scenario(case, "params/bnsf.yaml", {next(iter(case.questions)): 1.0}, "made_by_a_test", "Why")
    assert not (ROOT / "params" / "scenarios" / "bnsf_made_by_a_test.yaml").exists()


def test_a_case_reaches_nothing_outside_where_there_is_no_project(tmp_path, monkeypatch):
    """Without a project the working directory is no home: it may be all that a person has."""
    (tmp_path / "case").mkdir()
    (tmp_path / "secret.yaml").write_text("title: Secret\n")
    (tmp_path / "case" / "case.yaml").write_text("extends: ../secret.yaml\ntitle: T\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(damages.CaseError, match="lies outside the folder of the case"):
        damages.load("case/case.yaml")


def test_of_two_alike_the_projects_file_is_taken(demo):
    (demo / "notebooks" / "01_case.ipynb").unlink()
    found = files("notebooks", "*.ipynb")
    assert found["report.ipynb"] == demo / "notebooks" / "report.ipynb"
    assert found["01_case.ipynb"] == shipped("notebooks", "01_case.ipynb")


def test_the_version_is_written_once():
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert about["project"]["dynamic"] == ["version"]
    assert "version" not in about["project"]
    assert about["tool"]["hatch"]["version"]["path"] == "damages/__init__.py"


@pytest.mark.slow
def test_as_a_module_and_with_no_metadata(tmp_path):
    """From a bare copy of the source, and named by --project."""
    for name in ("damages", "params", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    code = "import importlib.metadata as m, sys\nreal = m.version\n"
    code += "def version(name):\n    assert name != 'damages'\n    return real(name)\n"
    code += "m.version = version\nfrom damages.report.provenance import record\nimport damages\n"
    code += "print(record(damages.load('params/linkedin.yaml'), 1, 0)['versions']['damages'])"
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    quiet = {"cwd": tmp_path, "env": env, "capture_output": True, "text": True, "timeout": 60}
    done = subprocess.run([sys.executable, "-P", "-c", code], **quiet)
    assert done.stdout.strip() == damages.__version__, done.stderr
    done = subprocess.run([sys.executable, "-P", "-m", "damages", "--version"], **quiet)
    assert done.stdout.strip() == f"damages {damages.__version__}"
    words = ["-P", "-m", "damages", "--project", str(tmp_path), "new", "acme"]
    done = subprocess.run([sys.executable, *words], **{**quiet, "cwd": "/"})
    assert "acme.yaml is ready" in done.stdout, done.stderr
    assert (tmp_path / "params" / "acme.yaml").is_file()


def test_a_case_of_another_project_is_read_as_there(tmp_path, monkeypatch):
    """Its file of defaults is known for one from wherever one stands: what a case leaves of it is no mistake."""
    begun = start_project(tmp_path / "other")
    assert any((begun / "params" / "shared").iterdir())
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.delenv("DAMAGES_PROJECT", raising=False)
    case = damages.load(begun / "params" / "linkedin.yaml")
    assert case.inputs == damages.load("params/linkedin.yaml").inputs
