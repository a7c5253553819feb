"""Many mutants over several processes, and a table of what came of them; failures are saved.

python -m fuzz --mutants 50000 --seed 1 (from tests/, or `make fuzz`)
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fuzz.mutants import ROOT, mutant
from fuzz.outcome import ACCEPTED, FAILED, WITH_LINE, WITHOUT_LINE, Outcome, judge, workshop

SECONDS, MEGABYTES = 2.0, 500.0
CHUNK = 250


def judged(seed: int, first: int, count: int) -> list[tuple[int, str, str, Outcome]]:
    """The outcomes of some mutants, one after another in a process of their own: number, kind, base, outcome."""
    found = []
    with tempfile.TemporaryDirectory() as place:
        folder = workshop(Path(place))
        judge(mutant(seed, 0), folder, 60.0)  # imports and tables are not the first mutant's
        for number in range(first, first + count):
            made = mutant(seed, number)
            outcome = judge(made, folder, SECONDS)
            if outcome.kind != FAILED and outcome.megabytes > MEGABYTES:
                outcome = outcome._replace(kind=FAILED, words=f"took {outcome.megabytes:.0f} MB ({outcome.kind})")
            found.append((number, made.kind, made.base.name, outcome))
    return found


def main(arguments: list[str]) -> int:
    """Judge mutants and print the table; 1 when any failed."""
    parser = argparse.ArgumentParser(prog="make fuzz", description="Mutants of the shipped files, judged.")
    parser.add_argument("--mutants", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="one mutant: print its text and what comes of it")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=ROOT / "reports" / "fuzz", help="where failures are saved")
    asked = parser.parse_args(arguments)
    if asked.only is not None:
        made = mutant(asked.seed, asked.only)
        print(made.text, *(f"settings: {made.settings}" for _ in [0] if made.settings), sep="\n")
        with tempfile.TemporaryDirectory() as place:
            print(made.kind, made.base.name, judge(made, workshop(Path(place)), SECONDS))
        return 0
    starts = range(0, asked.mutants, CHUNK)
    counts, failures, slowest = Counter[tuple[str, str]](), 0, (0.0, -1)
    with ProcessPoolExecutor(asked.workers, max_tasks_per_child=1) as pool:
        todo = [pool.submit(judged, asked.seed, first, min(CHUNK, asked.mutants - first)) for first in starts]
        for done, one in enumerate(todo, start=1):
            for number, kind, base, outcome in one.result():
                counts[kind, outcome.kind] += 1
                slowest = max(slowest, (outcome.seconds, number))
                if outcome.kind == FAILED:
                    failures += 1
                    print(f"\r{number}  {kind}  {base}  {outcome.words}", flush=True)
                    _save(asked.seed, number, asked.out)
            print(f"\r{done * CHUNK:,} of {asked.mutants:,}, {failures} failed", end="", file=sys.stderr)
    print(file=sys.stderr)
    print("\n".join(_table(counts)))
    print(f"slowest: {slowest[0]:.2f} s of the processor, number {slowest[1]}; seed {asked.seed}")
    return 1 if failures else 0


def _table(counts: Counter[tuple[str, str]]) -> Iterator[str]:
    """How many of each kind of mutant came to what."""
    outcomes = (ACCEPTED, WITH_LINE, WITHOUT_LINE, FAILED)
    yield f"{'mutated':<12}" + "".join(f"{outcome:>24}" for outcome in outcomes)
    for kind in (*sorted({kind for kind, _ in counts}), "all"):
        yield f"{kind:<12}" + "".join(
            f"{sum(n for (k, o), n in counts.items() if o == outcome and kind in (k, 'all')):>24,}"
            for outcome in outcomes
        )


def _save(seed: int, number: int, out: Path) -> None:
    """The text of a mutant, to be looked at."""
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{seed}-{number}.yaml").write_bytes(mutant(seed, number).text.encode("utf-8", "surrogatepass"))
