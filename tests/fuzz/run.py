"""Many mutants over several processes, and a table of what came of them; failures are saved.

`make fuzz ARGS="--mutants 50000 --seed 1"`; `ARGS="--seed 1 --only 815"` shows one.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fuzz.mutants import ROOT, mutant
from fuzz.outcome import ACCEPTED, FAILED, WITH_LINE, WITHOUT_LINE, Outcome, judge, workshop

SECONDS, MEGABYTES = 2.0, 500.0
CHUNK = 250  # mutants of one process


def main(arguments: list[str]) -> int:
    """Judge mutants and print the table; 1 when any failed."""
    parser = argparse.ArgumentParser(prog="make fuzz", description="Mutants of the shipped files, judged.")
    parser.add_argument("--mutants", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="one mutant: print its text and what comes of it")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=ROOT / "reports" / "fuzz", help="where failures are saved")
    parser.add_argument("--chunk", type=int, nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.chunk:
        _chunk(asked.seed, *asked.chunk)
        return 0
    if asked.only is not None:
        made = mutant(asked.seed, asked.only)
        print(
            made.text, *([f"settings: {made.settings}"] if made.settings else []), made.kind, made.base.name, sep="\n"
        )
        _chunk(asked.seed, asked.only, 1)
        return 0
    return _all(asked.seed, asked.mutants, asked.workers, asked.out)


def _all(seed: int, mutants: int, workers: int, out: Path) -> int:
    counts, failures, slowest = Counter[tuple[str, str]](), 0, (0.0, -1)
    chunks = [(first, min(CHUNK, mutants - first)) for first in range(0, mutants, CHUNK)]
    with ThreadPoolExecutor(workers) as pool:
        for (first, count), found in zip(chunks, pool.map(lambda chunk: _judged(seed, *chunk), chunks), strict=True):
            for number, kind, outcome in found:
                counts[kind, outcome.kind] += 1
                slowest = max(slowest, (outcome.seconds, number))
                if outcome.kind == FAILED:
                    failures += 1
                    _save(seed, number, outcome, out)
            print(f"\r{first + count:,} of {mutants:,}, {failures} failed", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print("\n".join(_table(counts)))
    print(f"slowest: {slowest[0]:.2f} s of the processor, number {slowest[1]}; seed {seed}")
    return 1 if failures else 0


def _save(seed: int, number: int, outcome: Outcome, out: Path) -> None:
    """A failure in a line, and its text to be looked at."""
    made = mutant(seed, number)
    print(f"{number}  {made.kind}  {made.base.name}  {outcome.words}", flush=True)
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{seed}-{number}.yaml").write_bytes(made.text.encode("utf-8", "surrogatepass"))


def _judged(seed: int, first: int, count: int) -> list[tuple[int, str, Outcome]]:
    """The outcomes of some mutants, judged in a process of their own; one that ends the process is a failure."""
    found: list[tuple[int, str, Outcome]] = []
    while len(found) < count:
        start, left = first + len(found), count - len(found)
        command = [sys.executable, "-m", "fuzz", "--seed", str(seed), "--chunk", str(start), str(left)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        found += [(number, kind, Outcome(*outcome)) for number, kind, outcome in lines]
        if len(lines) < left:
            words = f"ended the process with code {done.returncode}: {done.stderr.strip().splitlines()[-1:]}"
            found.append((first + len(found), mutant(seed, first + len(found)).kind, Outcome(FAILED, words)))
    return found


def _chunk(seed: int, first: int, count: int) -> None:
    """Judge some mutants, and print each as a line of JSON: number, kind, outcome."""
    with tempfile.TemporaryDirectory() as place:
        folder = workshop(Path(place))
        judge(mutant(seed, 0), folder, 60.0)  # imports and tables are not the first mutant's
        for number in range(first, first + count):
            made = mutant(seed, number)
            outcome = judge(made, folder, SECONDS)
            if outcome.kind != FAILED and outcome.megabytes > MEGABYTES:
                outcome = outcome._replace(kind=FAILED, words=f"took {outcome.megabytes:.0f} MB ({outcome.kind})")
            print(json.dumps([number, made.kind, outcome]), flush=True)


def _table(counts: Counter[tuple[str, str]]) -> Iterator[str]:
    """How many of each kind of mutant came to what."""
    outcomes = (ACCEPTED, WITH_LINE, WITHOUT_LINE, FAILED)
    yield f"{'mutated':<12}" + "".join(f"{outcome:>24}" for outcome in outcomes)
    for kind in (*sorted({kind for kind, _ in counts}), "all"):
        yield f"{kind:<12}" + "".join(
            f"{sum(n for (k, o), n in counts.items() if o == outcome and kind in (k, 'all')):>24,}"
            for outcome in outcomes
        )
