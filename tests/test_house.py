"""The house: rooms import one way, the model is NumPy alone, modules stay small, nothing is unfinished."""

from __future__ import annotations

import ast
import re

import pytest
from conftest import ROOT

ROOMS = ["case", "model", "analysis", "report"]
MODULES = sorted((ROOT / "damages").rglob("*.py"))
IDS = [path.relative_to(ROOT).as_posix() for path in MODULES]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_imports_run_one_way(path):
    room = path.relative_to(ROOT / "damages").parts[0]
    if room not in ROOMS:
        return
    for name in imports(path):
        if name.startswith("damages."):
            assert ROOMS.index(name.split(".")[1]) <= ROOMS.index(room), f"{path.name} imports {name}"


@pytest.mark.parametrize("path", [path for path in MODULES if path.parent.name == "model"], ids=lambda path: path.name)
def test_the_model_imports_numpy_alone(path):
    allowed = {"numpy", "typing", "__future__", "collections.abc", "functools"}
    assert {name for name in imports(path) if not name.startswith("damages.model")} <= allowed


def test_only_the_reader_reads_yaml():
    assert [path.name for path in MODULES if "yaml" in set(imports(path))] == ["read.py"]


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_a_module_is_one_to_three_screens(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
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
