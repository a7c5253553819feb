"""`make bench`: how long the reference model takes, beside the same model written by hand. Ratios of one run.

Each contender runs in turn, several times, and the shortest time of each counts, so that another program on the
machine slows them alike. Times are of the processor for one process and of the clock for several.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import scripts

import damages

HERE = Path(__file__).resolve().parent


def shortest(contenders: dict[str, Callable[[], object]], rounds: int, clock: Callable[[], float]) -> dict[str, float]:
    """The shortest time of each, in seconds; they take turns."""
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(rounds):
        for name, run in contenders.items():
            start = clock()
            run()
            best[name] = min(best[name], clock() - start)
    return best


def speed() -> None:
    case = damages.load(HERE / "reference.yaml")
    damages.simulate(case, 1_000)
    print("| draws | whole arrays | in blocks | headlines and what is paid | every line |")
    print("| --- | --- | --- | --- | --- |")
    for draws, rounds in ((100_000, 15), (1_000_000, 6)):
        took = shortest(
            {
                "whole": partial(scripts.whole_arrays, draws),
                "blocks": partial(scripts.in_blocks, draws),
                "paid": partial(damages.simulate, case, draws, lines=["net_fund_usd"]),
                "every": partial(damages.simulate, case, draws),
            },
            rounds,
            time.process_time,
        )
        print(f"| {draws:,} | {took['whole']:.3f} s | " + " | ".join(
            f"{took[name] / took['whole']:.2f} × ({took[name] / took['blocks']:.2f} × blocks)" for name in ("blocks", "paid", "every")
        ) + " |")  # fmt: skip
    draws = 10_000_000
    with ProcessPoolExecutor(2, mp_context=get_context("fork" if os.name == "posix" else "spawn")) as pool:
        took = shortest(
            {
                "whole": partial(scripts.whole_arrays, draws),
                "blocks": partial(scripts.in_blocks, draws),
                "one": partial(damages.simulate, case, draws, lines=["net_fund_usd"]),
                "two": partial(damages.simulate, case, draws, executor=pool, lines=["net_fund_usd"]),
            },
            2,
            time.perf_counter,
        )
    print(f"\nAt {draws:,} draws, by the clock: whole arrays {took['whole']:.2f} s; in blocks {took['blocks'] / took['whole']:.2f} ×; "
          f"one process {took['one'] / took['whole']:.2f} ×; two processes {took['two'] / took['whole']:.2f} ×.")  # fmt: skip


def error_per_second() -> None:
    """How long each takes to know the expected net fund to 0.1%, at the 95% level."""
    case = damages.load(HERE / "reference.yaml")
    start = time.process_time()
    simulation = damages.simulate(case, 8 * 2**9, lines=["net_fund_usd"], precision=0.001)
    ours, reached = time.process_time() - start, simulation.lines["net_fund_usd"].mean.relative_error
    draws = 1_000_000
    start = time.process_time()
    found = scripts.figures(scripts.draw(np.random.default_rng(0), draws))["net"]
    theirs = time.process_time() - start
    needed = (1.96 * found.std() / found.mean() / 0.001) ** 2
    print(f"\nExpected net to 0.1%: {simulation.draws:,} draws and {ours:.3f} s here (reached {reached:.4%}); "
          f"the plain script needs {needed / 1e6:.0f} million draws and {theirs * needed / draws:.0f} s: {theirs * needed / draws / ours:.0f} × longer.")  # fmt: skip


def sensitivity() -> None:
    """What the methods of sensitivity take, on the reference model without its correlations, and on LinkedIn."""
    reference = damages.load(HERE / "reference.yaml").model_copy(update={"correlations": []})
    linkedin = damages.load("params/linkedin.yaml")
    print("\n| | reference model | LinkedIn |")
    print("| --- | --- | --- |")
    for words, run in (
        ("all bars of a tornado", damages.tornado),
        ("Sobol' indices at 2^14, with intervals", partial(damages.sobol, power=14)),
        ("Shapley effects of 12 groups", partial(damages.evidence, by="input")),
    ):
        took = [shortest({"it": partial(run, case)}, 2, time.process_time)["it"] for case in (reference, linkedin)]
        print(f"| {words} | {took[0]:.2f} s | {took[1]:.2f} s |")


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    speed()
    error_per_second()
    sensitivity()
