"""Set-up: the lock, environment.yml, run.py, GitHub's files, the reference, the README's commands and tree."""

from __future__ import annotations

import functools
import importlib.util
import inspect
import operator
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, kept_files
from packaging.specifiers import SpecifierSet
from typer.main import get_command

import damages
from damages import cli

spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
run = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run)
README = (ROOT / "README.md").read_text(encoding="utf-8")


def pins():
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [line.rstrip(" \\") for line in lines if re.match(r"[A-Za-z0-9]", line)]


def test_every_pin_has_a_hash_and_no_address_is_in_the_lock():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert all("--hash=sha256:" in block for block in blocks)
    assert all("==" in pin for pin in pins())


def test_one_numpy_and_one_scipy_for_all_pythons():
    names = [pin.partition("==")[0] for pin in pins()]
    for name in ("numpy", "scipy", "pandas", "matplotlib"):
        assert names.count(name) == 1, name
        assert ";" not in next(pin for pin in pins() if pin.startswith(f"{name}=="))


def test_the_lock_holds_what_is_asked_for():
    locked = {pin.partition("==")[0].lower().replace("_", "-") for pin in pins()}
    assert {name.lower() for name in asked_for()} <= locked


CONDA_NAMES = {
    "matplotlib": "matplotlib-base",
    "playwright": "playwright-python",
    "typst": "typst-py",
    "types-PyYAML": "types-pyyaml",
}
NOT_ON_CONDA_FORGE = {"axe-playwright-python", "xlogit"}


def asked_for():
    """Every dependency of pyproject.toml, its extras and its development group, each with its floor."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    listed = [
        *project["project"]["dependencies"],
        *functools.reduce(operator.iadd, extras, []),
        *project["dependency-groups"]["dev"],
    ]
    return {name: floor for name, _, floor in (each.partition(">=") for each in listed)}


def test_every_dependency_has_a_floor():
    assert {name for name, floor in asked_for().items() if not re.fullmatch(r"\d+(\.\d+)+", floor)} == set()


def test_environment_yml_asks_for_what_pyproject_asks_for():
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, *conda, wheels = content["dependencies"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert content["channels"] == ["conda-forge"]
    assert python == f"python {project['project']['requires-python']}"
    wanted = asked_for()
    assert sorted(conda) == sorted(
        f"{CONDA_NAMES.get(name, name)} >={floor}" for name, floor in wanted.items() if name not in NOT_ON_CONDA_FORGE
    )
    *missing, library = wheels["pip"]
    assert sorted(missing) == sorted(f"{name}>={wanted[name]}" for name in NOT_ON_CONDA_FORGE)
    assert library == "-e ."


@pytest.mark.slow
def test_the_pip_step_of_environment_yml(tmp_path):
    """conda writes the pip lines to a file and hands it to pip, which must find that they and the library fit what is installed."""
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = tmp_path / "condaenv.requirements.txt"
    listed.write_text("\n".join(content["dependencies"][-1]["pip"]) + "\n")
    words = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--dry-run",
        "--no-index",
        "--no-build-isolation",
        "--disable-pip-version-check",
        "-r",
        str(listed),
    ]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    would = re.findall(r"^Would install (.*)$", done.stdout, re.MULTILINE)
    assert would in ([], ["damages-0.1.0"]), would


def test_no_download_address_of_a_registry_is_committed():
    for name in kept_files():
        if name.endswith((".pdf", ".png", ".svg")):
            continue
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        if name != "tests/test_setup.py":
            assert not re.search(r"files\.pythonhosted|pypi\.org/simple|registry\.npmjs", text), name
            assert not re.search(r"(?<![\w.])/(?:root|work|home|tmp)/[A-Za-z]", text), name


def test_the_stamp_follows_the_lock(tmp_path, monkeypatch):
    before = run.wanted_stamp()
    copy = tmp_path / "requirements.lock"
    copy.write_bytes((ROOT / "requirements.lock").read_bytes() + b"# changed\n")
    monkeypatch.setattr(run, "LOCK", copy)
    assert run.wanted_stamp() != before


def test_set_up_is_skipped_when_the_stamp_fits_and_done_when_not(tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(run, "STAMP", tmp_path / ".stamp")
    monkeypatch.setattr(run, "install_with_uv", lambda uv: done.append("uv") or False)
    monkeypatch.setattr(run, "install_with_pip", lambda: done.append("pip"))
    monkeypatch.setattr(run.shutil, "which", lambda name: "uv")
    monkeypatch.delenv("NO_UV", raising=False)
    run.set_up()
    assert done == ["uv", "pip"]  # uv did not manage, pip did
    run.set_up()
    assert done == ["uv", "pip"]  # the second time nothing is installed


def test_what_to_do_without_venv(monkeypatch):
    monkeypatch.setattr(run.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"sudo apt install python3\.\d+-venv"):
        run.install_with_pip()


def test_an_unfit_python_is_told_what_to_use(monkeypatch):
    monkeypatch.setattr(run.sys, "version_info", (3, 10, 2, "final", 0))
    with pytest.raises(SystemExit, match=r"runs on Python 3\.11, 3\.12 and 3\.13"):
        run.set_up()


def test_an_unknown_verb(monkeypatch):
    monkeypatch.setattr(run.sys, "argv", ["run.py", "reprot"])
    with pytest.raises(SystemExit, match="'reprot' is not a verb"):
        run.main()


def test_the_makefile_has_every_verb():
    (line,) = re.findall(r"^VERBS = (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(line.split()) == set(run.VERBS)
    assert all(function.__doc__ for function in run.VERBS.values())


def test_ci_runs_the_readmes_test_command():
    assert "make test\n" in (ROOT / ".ci" / "run").read_text()
    assert "make test " in README


# --- GitHub -----------------------------------------------------------------------------------

FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8"))
JOBS = WORKFLOW["jobs"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_workflow_runs_on_the_pythons_of_pyproject():
    named = {each.rpartition(" :: ")[2] for each in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", each)}
    assert set(JOBS["check"]["strategy"]["matrix"]["python"]) == named
    inside = SpecifierSet(PROJECT["requires-python"])
    assert {f"3.{minor}" for minor in range(20) if inside.contains(f"3.{minor}")} == named
    others = {
        step["with"]["python-version"] for step in JOBS["wheel"]["steps"] if "python-version" in step.get("with", {})
    }
    assert others <= named
    assert re.fullmatch(r"python:(3\.\d+)-bookworm", JOBS["everything"]["container"])[1] in named


def test_the_floors_are_tried_on_the_oldest_python():
    steps = JOBS["floors"]["steps"]
    (oldest,) = (step["with"]["python-version"] for step in steps if "setup-python" in step.get("uses", ""))
    assert PROJECT["requires-python"].startswith(f">={oldest},")
    lines = [step["run"] for step in steps if "run" in step]
    assert [line for line in lines if "--resolution lowest-direct" in line and "--all-extras --group dev" in line]


def test_a_clone_has_the_same_bytes_on_every_system():
    """git on Windows would else end lines its own way: hashes in reports would differ, and a shell could not read .ci/run."""
    every, *kept = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()[1:]
    assert every == "* text=auto eol=lf"
    written = {name for name in kept_files() if not name.endswith((".pdf", ".png"))}
    assert {f"{name} -text" for name in written if b"\r\n" in (ROOT / name).read_bytes()} == set(kept)


def test_the_workflow_calls_commands_that_exist():
    steps = [step for job in JOBS.values() for step in job["steps"]]
    lines = "\n".join(step.get("run", "") for step in steps)
    assert set(re.findall(r"run\.py (\S+)", lines)) == {"check"} <= set(run.VERBS)
    assert re.findall(r"^sh (\S+)", lines, re.MULTILINE) == [".ci/run"]
    verbs = re.findall(r"(?:^|&& )damages (\S+)", lines, re.MULTILINE)
    assert verbs == ["init", "report"]
    assert set(verbs) <= set(get_command(cli.app).commands)
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"]) for step in steps if "uses" in step)
    assert {*JOBS["check"]["strategy"]["matrix"]["os"]} == {"ubuntu-latest", "macos-latest", "windows-latest"}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_issue_forms(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    if path.stem == "config":
        assert form == {"blank_issues_enabled": True}
        return
    assert {"name", "description", "body"} <= form.keys()
    ids = [field["id"] for field in form["body"]]
    assert len(ids) == len(set(ids))
    for field in form["body"]:
        assert field["type"] in ("input", "textarea", "dropdown")
        assert field["attributes"]["label"]
        assert ("options" in field["attributes"]) == (field["type"] == "dropdown")


def test_a_wrong_figure_is_reported_with_its_source():
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "wrong_figure.yml").read_text(encoding="utf-8"))
    required = {field["id"] for field in form["body"] if field["validations"]["required"]}
    assert {"authority", "printed", "right", "source"} <= required


def test_pre_commit_calls_the_tools_of_the_environment_as_run_py_does():
    (own,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert own["repo"] == "local"
    hooks = {hook["id"]: shlex.split(hook["entry"]) for hook in own["hooks"]}
    assert set(hooks) == {"ruff", "ruff-format", "mypy", "nbstripout"}
    called = {Path(words[0]) for words in hooks.values()}
    assert {path.parent.as_posix() for path in called} == {".venv/bin"}
    assert {path.name for path in called} <= asked_for().keys()
    assert hooks["nbstripout"][1:] == ["--keep-id", "--extra-keys", run.STRIP_KEYS]


def test_security_md_names_what_is_there():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    files = set(re.findall(r"`([\w/]+\.(?:py|yaml|md))`", text))
    assert len(files) >= 5
    assert [name for name in files if not (ROOT / name).is_file()] == []
    commands = get_command(cli.app)
    verbs = set(re.findall(r"`damages (\w+)", text)) | {"estimate", "sensitivity", "workbook", "sweep"}
    assert verbs <= set(commands.commands)
    assert set(re.findall(r"`make (\w+)`", text)) <= set(run.VERBS)
    assert "--allow-outside" in {option for each in commands.params for option in each.opts}
    assert "@" not in text  # no address that nobody reads


def test_contributing_names_verbs_that_exist():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`make ([\w-]+)", text)) <= set(run.VERBS)


# --- The reference ----------------------------------------------------------------------------


@pytest.mark.slow
def test_the_reference_holds_every_public_name_and_needs_no_network(tmp_path):
    words = [sys.executable, "-W", "error::UserWarning", str(ROOT / "tests" / "reference.py"), str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout + done.stderr == ""
    page = (tmp_path / "damages.html").read_text(encoding="utf-8")
    modules = {name: thing for name in damages.__all__ if inspect.ismodule(thing := getattr(damages, name))}
    assert [name for name in damages.__all__ if name not in modules and f'id="{name}"' not in page] == []
    for module in modules.values():
        assert (tmp_path / f"{module.__name__.replace('.', '/')}.html").is_file()
        assert f'href="{module.__name__.replace(".", "/")}.html"' in page
    assert not re.search(r"<strong>\w+</strong> \(", page)  # what a parameter means, taken for its type
    for path in tmp_path.rglob("*.html"):
        assert not re.search(r"(?:src=|@import|<link[^>]*href=)\W*https?:", path.read_text(encoding="utf-8")), path


# --- README -----------------------------------------------------------------------------------


def test_the_tree_in_the_readme():
    """Every folder and file it names is there, and every top-level folder is named."""
    block = README.split("## The tree")[1].split("```")[1]
    stack, named = [], set()
    for line in block.strip().splitlines():
        depth, name = (len(line) - len(line.lstrip())) // 2, line.split()[0]
        stack = [*stack[:depth], name]
        path = ROOT / "".join(stack)
        assert path.exists(), path
        named.add(stack[0].rstrip("/"))
    folders = {name.split("/")[0] for name in kept_files() if "/" in name and not name.startswith(".")}
    assert folders <= named
    rooms = {path.parent.name for path in (ROOT / "damages").glob("*/__init__.py")}
    assert rooms == {name.strip("/") for name in re.findall(r"^  (\w+)/", block, re.MULTILINE)} & rooms


def test_the_readmes_python_runs():
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    scope = {}
    exec(code, scope)
    assert scope["estimate"].expected_usd > 0
    assert scope["simulation"].draws == 131_072
