"""What an editor and mypy know of the public names."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys

import pytest
from conftest import ROOT

import damages

HERE = ROOT / "damages"


def test_the_stub_and_the_lazy_table_name_the_same_things():
    stub = ast.parse((HERE / "__init__.pyi").read_text(encoding="utf-8"))
    named = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    said = {each.name: node.module for node in named for each in node.names}
    assert said == {**damages._HOMES, **{name: home.rpartition(".")[0] for name, home in damages._MODULES.items()}}
    assert all(each.asname == each.name for node in named for each in node.names)  # else mypy takes it for private
    assert (HERE / "py.typed").is_file()


@pytest.mark.slow
def test_mypy_knows_what_comes_back(tmp_path):
    pytest.importorskip("mypy")
    file = tmp_path / "own.py"
    file.write_text(
        "import damages\ncase = damages.load('params/linkedin.yaml')\nreveal_type(case)\n"
        "reveal_type(damages.simulate(case))\ndamages.load(1)\ndamages.laod\n"
    )
    words = ["-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(file)]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert 'Revealed type is "damages.case.schema.Case"' in done.stdout, done.stdout + done.stderr
    assert 'Revealed type is "damages.engine.simulate.Simulation"' in done.stdout
    assert 'Argument 1 to "load" has incompatible type "int"' in done.stdout
    assert 'Module has no attribute "laod"' in done.stdout


@pytest.mark.parametrize("name", sorted(damages._HOMES))
def test_a_public_function_says_what_it_takes_and_shows_an_example(name):
    """Its parameters with their units, and an example that runs with the tests; the explorer needs a notebook."""
    public = getattr(damages, name)
    if isinstance(public, type) or name == "explore":
        assert public.__doc__
        return
    keywords = [one for one in inspect.signature(public).parameters if one not in ("case", "estimate", "simulation")]
    if keywords:
        assert "Parameters\n" in public.__doc__
        said = public.__doc__.split("Parameters\n")[1]
        shared = {"seed": "any whole number"}  # said once, by `simulate`
        assert [word for word in keywords if not re.search(rf"\b{word}\b", said) and word not in shared] == []
    assert ">>> " in public.__doc__
