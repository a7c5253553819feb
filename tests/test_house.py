"""The house: rooms import one way, the model is NumPy alone, modules stay small, nothing is unfinished."""

from __future__ import annotations

import ast
import re

import pytest
from conftest import ROOT

GROUND = [
    "__version__",
    "characters",
    "errors",
    "files",
    "project",
    "shows",
]  # at the root: every room may use them, and they use nothing
ROOMS = [
    "reader",
    "law",
    "ranges",
    "records",
    "case",
    "model",
    "engine",
    "decisions",
    "sensitivity",
    "precedents",
    "counting",
    "survey",
    "report",
    "explorer",
]
MODULES = sorted((ROOT / "damages").rglob("*.py"))
IDS = [path.relative_to(ROOT).as_posix() for path in MODULES]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "damages":
            yield from (f"damages.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def rooms_of(path):
    """The rooms that a module imports, itself among them for the ground and left out for what is outside the house."""
    names = (name.split(".") for name in imports(path) if name.startswith("damages."))
    return {name[1] for name in names}


def test_every_folder_is_a_room():
    folders = {path.relative_to(ROOT / "damages").parts[0] for path in MODULES if path.parent != ROOT / "damages"}
    assert folders == set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_imports_run_one_way(path):
    room = path.relative_to(ROOT / "damages").with_suffix("").parts[0]
    if room in GROUND:
        assert rooms_of(path) <= set(GROUND)
    elif room in ROOMS:
        allowed = {*GROUND, *ROOMS[: ROOMS.index(room) + 1]}
        assert rooms_of(path) <= allowed, f"{path.name} imports {rooms_of(path) - allowed}"


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name == "model"], ids=lambda path: path.name)
def test_the_model_imports_numpy_alone(path):
    allowed = {"numpy", "typing", "__future__", "collections.abc", "functools"}
    assert {name for name in imports(path) if not name.startswith("damages.model")} <= allowed


def test_only_the_reader_reads_yaml():
    assert [path.name for path in MODULES if "yaml" in set(imports(path))] == ["read.py"]


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_a_module_is_one_to_three_screens(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 350
    assert ast.get_docstring(ast.parse(text)), "no docstring"


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_public_functions_have_a_docstring(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


def test_nothing_is_unfinished():
    for path in [*MODULES, *(ROOT / "tests").glob("*.py"), *(ROOT / "notebooks").glob("*.ipynb")]:
        if path.name != "test_house.py":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", text), path.name
