"""`make bench`: what people wait for at a command, beside what no command can do without. Ratios of one run.

A report is beside papermill on a notebook that only imports NumPy, pandas and Matplotlib; an estimate beside the
imports of what it rests on. Each is a process of its own, by the clock, its files warm; the shortest of some rounds
counts, and the processor time of the last is noted beside it.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from beside import aims  # noqa: F401  # prints each beside its aim

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
CASE = "params/linkedin.yaml"
IMPORTS = "import numpy, scipy.special, pydantic, yaml, typer"
READ = "import damages.case.load"

REPORT = {
    "papermill on an empty notebook": (BIN / "papermill", "{empty}", "{out}.ipynb"),
    "report": (BIN / "damages", "report", CASE, "--out", "{out}"),
    "notebook 05, Run All": (BIN / "papermill", "notebooks/05_sensitivity.ipynb", "{out}.ipynb"),
}
ESTIMATE = {
    "imports": (sys.executable, "-c", IMPORTS),
    "imports and load": (sys.executable, "-c", f"{IMPORTS}; {READ}; damages.case.load.load({CASE!r})"),
    "estimate": (BIN / "damages", "estimate", CASE),
    "help": (BIN / "damages", "--help"),
}


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("waiting")
    cell = {"cell_type": "code", "id": "a", "execution_count": None, "metadata": {}, "outputs": []}
    notebook = {
        "cells": [{**cell, "source": "import numpy, pandas, matplotlib.pyplot"}],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (folder / "empty.ipynb").write_text(json.dumps(notebook))
    return {"empty": str(folder / "empty.ipynb"), "out": str(folder / "out")}


def timed(benchmark, words, places: dict[str, str], rounds: int) -> None:
    filled = [str(word).format(**places) for word in words]
    env = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }  # compiled is warm too

    def run() -> None:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(filled, cwd=ROOT, env=env, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        benchmark.extra_info["note"] = f"{used:.1f} s of the processors"

    benchmark.pedantic(run, rounds=rounds, warmup_rounds=1)


@pytest.mark.benchmark(group="A report, by the clock")
@pytest.mark.parametrize("name", REPORT)
def bench_a_report(benchmark, places, name):
    benchmark.name = name
    timed(benchmark, REPORT[name], places, 3)


@pytest.mark.benchmark(group="An estimate, by the clock")
@pytest.mark.parametrize("name", ESTIMATE)
def bench_an_estimate(benchmark, places, name):
    benchmark.name = name
    timed(benchmark, ESTIMATE[name], places, 5)
