"""`make bench`: how long the reference model takes, beside the same model written by hand. Ratios of one run.

Every simulation reads four figures, mean and five percentiles of each, as the scripts do; here each comes with its
error. Times are of the processor for one process and of the clock for several; the shortest of several rounds counts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scripts
from beside import aims  # noqa: F401  # prints each beside its aim

import damages

HERE = Path(__file__).resolve().parent
REFERENCE = HERE / "reference.yaml"
FOUR = ["net_fund_usd"]  # beside the three headlines

WAYS: dict[str, Callable[[Any, int], object]] = {
    "whole arrays": lambda case, draws: scripts.whole_arrays(draws),
    "in blocks": lambda case, draws: scripts.in_blocks(draws),
    "damages": lambda case, draws: damages.simulate(case, draws=draws, lines=FOUR),
    "damages, every line": lambda case, draws: damages.simulate(case, draws=draws),
}


@pytest.fixture(scope="module")
def reference() -> damages.Case:
    return damages.load(REFERENCE)


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=get_context("fork" if os.name == "posix" else "spawn")) as two:
        yield two


@pytest.mark.benchmark(timer=time.process_time, group="100,000 draws")
@pytest.mark.parametrize("way", WAYS)
def bench_a_hundred_thousand(benchmark, reference, way):
    benchmark.name = way
    benchmark.pedantic(WAYS[way], (reference, 100_000), rounds=25, warmup_rounds=2)


@pytest.mark.benchmark(timer=time.perf_counter, group="1,000,000 draws, by the clock")
@pytest.mark.parametrize("way", WAYS)
def bench_a_million(benchmark, reference, way):
    benchmark.name = way
    benchmark.pedantic(WAYS[way], (reference, 1_000_000), rounds=6, warmup_rounds=1)


@pytest.mark.benchmark(timer=time.perf_counter, group="10,000,000 draws, by the clock")
@pytest.mark.parametrize("way", ["whole arrays", "in blocks", "damages", "damages, two processes"])
def bench_ten_million(benchmark, reference, pool, way):
    benchmark.name = way
    run = WAYS.get(way, lambda case, draws: damages.simulate(case, draws=draws, executor=pool, lines=FOUR))
    benchmark.pedantic(run, (reference, 10_000_000), rounds=2)


@pytest.mark.benchmark(timer=time.process_time, group="Expected net fund to 0.1%")
def bench_error_by_hand(benchmark):
    """The time of a million draws, times the millions that are needed."""
    draws = 1_000_000
    benchmark.name = "whole arrays"
    found = benchmark.pedantic(lambda: scripts.figures(scripts.draw(np.random.default_rng(0), draws))["net"], rounds=3)
    benchmark.extra_info["times"] = (1.96 * found.std() / found.mean() / 0.001) ** 2 / draws


@pytest.mark.benchmark(timer=time.process_time, group="Expected net fund to 0.1%")
def bench_error(benchmark, reference):
    run = partial(damages.simulate, reference, draws=8 * 2**9, lines=FOUR, precision=0.001)
    benchmark.name = "damages"
    simulation = benchmark.pedantic(run, rounds=3)
    assert not simulation.not_converged
    benchmark.extra_info["note"] = f"{simulation.draws:,} draws"


@pytest.mark.benchmark(timer=time.perf_counter, group="100,000,000 draws, by the clock")
def bench_a_hundred_million(benchmark):
    """In a process of its own, so that the memory is its own."""
    run = f"import damages; damages.simulate(damages.load({str(REFERENCE)!r}), draws=10**8, lines={FOUR})"
    peak = "print(*(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    words = [sys.executable, "-c", f"{run}; {peak}"]
    benchmark.name = "damages"
    done = benchmark.pedantic(partial(subprocess.run, words, capture_output=True, text=True, check=True), rounds=1)
    benchmark.extra_info["note"] = f"{int(done.stdout) / 2**20:.2f} GB"


SENSITIVITY = {
    "all bars of a tornado": damages.tornado,
    "Sobol' indices at 2^14, with intervals": partial(damages.sobol, draws=2**14),
    "Shapley effects of 12 groups": partial(damages.variance_by_source, by="input"),
}


@pytest.mark.benchmark(timer=time.process_time)
@pytest.mark.parametrize("method", SENSITIVITY)
@pytest.mark.parametrize("name", ["the reference model, uncorrelated", "LinkedIn"])
def bench_sensitivity(benchmark, reference, name, method):
    alone = reference.model_copy(update={"correlations": []})
    case = damages.load("params/linkedin.yaml") if name == "LinkedIn" else alone
    benchmark.group, benchmark.name = f"Sensitivity of {name}", method
    benchmark.pedantic(SENSITIVITY[method], (case,), rounds=2)
