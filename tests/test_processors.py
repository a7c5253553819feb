"""What is promised byte for byte is the same whatever the processor, its vector units and the number of threads."""

from __future__ import annotations

import math
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import matplotlib
import matplotlib.transforms
import numpy as np
import pytest
from conftest import ROOT
from matplotlib import font_manager

import damages
from damages.engine.figure import moving_inputs
from damages.engine.percentiles import over_paths
from damages.engine.simulate import LEAST_POWER, REPLICATES, plan_draws
from damages.ranges.laws import Normal
from damages.ranges.mixtures import Mixture
from damages.ranges.quantiles import QuantileTable
from damages.reader.digits import settled
from damages.report.picture import own_fonts_first
from damages.report.table import Column, Table
from damages.sensitivity import tornado as sensitivity
from damages.sensitivity.sample import replicate_power
from damages.sensitivity.tornado import ALONG
from damages.sensitivity.variance import PickFreeze, shapley_effects, sobol_indices

# BLAS as it comes on a processor with AVX-512, with AVX2, with AVX alone and with none of these; NumPy and the C library
# with and without their own; one, two and four threads.
FOUND = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
PLAIN = {
    "NPY_DISABLE_CPU_FEATURES": " ".join(FOUND),
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-FMA4",
}
SETTINGS = {
    "SkylakeX": {"OPENBLAS_NUM_THREADS": "2"},
    "Haswell": {"OPENBLAS_NUM_THREADS": "1"},
    "Sandybridge": {"OPENBLAS_NUM_THREADS": "2"},
    "Nehalem": {"OPENBLAS_NUM_THREADS": "4", **PLAIN},
}
WITH_PDF = ("Haswell", "Nehalem")
MULTIPLY = "import numpy as np; a = np.ones((64, 64)); a @ a"


def run(core: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Python as on a processor with this core."""
    clean = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    env = {**clean, **SETTINGS[core], "OPENBLAS_CORETYPE": core, "OPENBLAS_VERBOSE": "2", "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, *map(str, arguments)], env=env, cwd=ROOT, capture_output=True, text=True)


def has_avx512() -> bool:
    return any(name in FOUND for name in ("X86_V4", "AVX512_SKX"))


@pytest.mark.slow
@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="the cores are those of x86 processors")
def test_the_same_bytes_on_every_processor(tmp_path):
    tried = {core: run(core, "-c", MULTIPLY) for core in SETTINGS}
    cores = [core for core, done in tried.items() if done.returncode != -signal.SIGILL]
    assert set(SETTINGS) - set(cores) == (set() if has_avx512() else {"SkylakeX"})
    # Each setting is in force: BLAS names the core that it works for.
    for core in cores:
        assert re.findall(r"^Core: (\w+)$", tried[core].stderr, re.MULTILINE)[0] == core, tried[core].stderr
    script = ROOT / "tests" / "promised.py"
    with ThreadPoolExecutor(2) as pool:
        wanted = {core: (script, tmp_path / core, *(["pdf"] if core in WITH_PDF else [])) for core in cores}
        done = dict(zip(cores, pool.map(lambda core: run(core, *wanted[core]), cores), strict=True))
    assert {core: one.stderr for core, one in done.items() if one.returncode} == {}
    made = {core: files(tmp_path / core) for core in cores}
    assert len(made["Haswell"]) > 90
    for core in cores:
        assert differing(made["Haswell"], made[core]) == [], core
    for folder in ("gallery", "sample"):  # the repository's own were made on yet another machine
        ours = (
            files(ROOT / "reports" / "sample" / folder) if folder == "gallery" else files(ROOT / "reports" / "sample")
        )
        assert differing(ours, files(tmp_path / "Haswell" / folder)) == [], f"run `make {folder}`"
    assert made["Haswell"].keys() == made["Nehalem"].keys()


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def differing(one, other):
    """The files that both have and that are not the same."""
    return [name for name in sorted(one.keys() & other.keys()) if one[name] != other[name]]


def stirred(numbers, salt=0):
    """The numbers as another processor would round them: the last bit moves, save of what is exact."""
    numbers = np.ascontiguousarray(numbers, dtype=float)
    bits = (numbers.view(np.uint64) + np.uint64(salt)) * np.uint64(0xBF58476D1CE4E5B9)
    step = ((bits >> np.uint64(40)) % np.uint64(3)).astype(float) - 1.0
    return np.where(np.round(numbers, 6) == numbers, numbers, numbers * (1.0 + step * 2.0**-52))


def test_a_chart_does_not_depend_on_the_last_bits_of_its_coordinates(linkedin, monkeypatch):
    """Matplotlib puts its transformations together with BLAS, and names clip paths by all bits of what comes out."""

    def drawn():
        return damages.spider(linkedin).chart.svg

    before, dot, inverse = drawn(), np.dot, matplotlib.transforms.inv
    monkeypatch.setattr(np, "dot", lambda a, b: stirred(dot(a, b)))
    monkeypatch.setattr(matplotlib.transforms, "inv", lambda matrix: stirred(inverse(matrix)))
    assert drawn() == before


def test_charts_take_the_font_that_comes_with_matplotlib(monkeypatch, tmp_path):
    """Also where the list of fonts lacks it, or names the machine's own first."""
    manager = font_manager.fontManager
    own = [entry for entry in manager.ttflist if entry.fname.startswith(matplotlib.get_data_path())]
    # Files that are there: for one that is not, Matplotlib makes its list, and the user's copy of it, anew.
    other = [replace(entry, fname=shutil.copy(entry.fname, tmp_path)) for entry in own]
    for listed in (other, [*other, *own]):
        monkeypatch.setattr(manager, "ttflist", list(listed))
        own_fonts_first()
        for weight in ("normal", "bold"):
            manager._findfont_cached.cache_clear()
            found = manager.findfont(font_manager.FontProperties(family="DejaVu Sans", weight=weight))
            assert Path(found).is_relative_to(matplotlib.get_data_path())
    manager._findfont_cached.cache_clear()


def test_a_table_keeps_the_digits_that_processors_agree_on():
    columns = (Column("share", "Share", "share"), Column("usd", "Sum", "usd"), Column("low", "Low", "row"))
    noise = 1.0 + 3e-15
    rows = [
        {"share": 1.1e-16, "usd": 3.1e-10, "low": (0.3, 0.1 + 0.2), "unit": "usd_per_member", "left_out": 1e9 / 3.0},
        {"share": -0.1 / 3, "usd": 2e9 / 3, "low": None, "unit": "share", "left_out": -0.0},
    ]
    other = [{k: v * noise if isinstance(v, float) else v for k, v in row.items()} for row in rows]
    one, two = (Table("", columns, tuple(these)).rows for these in (rows, other))
    assert repr(one) == repr(two)
    assert one[0] == {"share": 0.0, "usd": 0.0, "low": (0.3, 0.3), "unit": "usd_per_member", "left_out": 333333333.333}
    assert one[1] == {"share": -0.0333333333, "usd": 666666666.67, "low": None, "unit": "share", "left_out": 0.0}


@pytest.mark.parametrize("number", [np.inf, -np.inf, 1e-300, 1e300, -0.0, 123.0])
def test_a_settled_number_is_settled(number):
    assert repr(settled(settled(number))) == repr(settled(number))
    assert settled(number) == (0.0 if number == 1e-300 else number)


def test_numbers_of_draws_do_not_go_through_logarithms(monkeypatch):
    """A logarithm of 8 to the base 2 may come out below 3."""
    for module in (math, np):
        monkeypatch.setattr(module, "log2", lambda x, exact=module.log2: exact(x) * (1.0 - 1e-15))
    least = (REPLICATES, LEAST_POWER)
    assert [plan_draws(draws) for draws in (1, REPLICATES * 2**LEAST_POWER, 131_072)] == [
        least,
        least,
        (REPLICATES, 14),
    ]
    assert [replicate_power(draws, 4) for draws in (1, 128, 129, 65_536)] == [4, 4, 5, 13]
    seen = set()
    sobol_indices(PickFreeze.of_function(lambda u: seen.add(u.shape[1]) or u[0], 1), power=10)
    assert seen == {2**7}


@pytest.mark.parametrize("seed", range(4))
def test_a_figure_that_does_not_vary_has_no_variance_to_share_out(seed):
    """Its average over the paths is summed path by path; BLAS rounds the last columns otherwise than the first."""
    rng = np.random.default_rng(seed)
    chances, usd = rng.dirichlet(np.ones(7)), 1e6 * rng.random()
    flat = np.repeat(1e6 * rng.random((7, 1)), 4_099, axis=1)
    assert len(np.unique(over_paths(chances, flat))) == 1
    constant = PickFreeze(
        ("a", "b"),
        2,
        lambda uniform: {"a": uniform[0], "b": uniform[1]},
        lambda values: np.full((7, 1), usd),
        questions=("q",),
        path_pairs=lambda shared: np.diag(chances) if shared else np.outer(chances, chances),
    )
    assert sobol_indices(constant).why_not
    assert shapley_effects(constant, {"a": ["a"], "b": ["b"], "q": ["q"]}) == {}


def test_of_two_equal_swings_the_first_in_the_file_comes_first(linkedin, monkeypatch):
    names = moving_inputs(linkedin)
    widths = [0.1 + 0.2 if i % 2 else 0.3 for i in range(len(names))]
    along = [width * step / (len(ALONG) - 1) for width in widths for step in range(len(ALONG))]
    monkeypatch.setattr(sensitivity.Held, "figures", lambda *_: along)
    assert [swing.name for swing in sensitivity.tornado(linkedin, of="pleaded_usd").swings] == names


class OtherProcessor:
    """A law whose functions come out otherwise in their last bit."""

    def __init__(self, law, salt):
        self.law, self.salt = law, salt

    def __getattr__(self, name):
        found = getattr(self.law, name)
        return (lambda at: stirred(found(at), self.salt)) if name in ("cdf", "sf", "ppf", "isf", "pdf") else found


@pytest.mark.parametrize("centers", [(-8.0, 8.0), (0.0, 20.0)])
def test_a_symmetric_law_is_split_at_the_same_place(centers):
    """Its two worst cells are equally bad but for their last bits."""
    law = Mixture((0.5, 0.5), tuple(Normal(center, 1.0) for center in centers))
    chances = np.linspace(0.001, 0.999, 999)
    here = QuantileTable(law)
    assert here.error <= 1e-6
    for salt in (1, 2):
        there = QuantileTable(OtherProcessor(law, salt))
        np.testing.assert_allclose(there(chances), here(chances), rtol=1e-12, atol=1e-12)
