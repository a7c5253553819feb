"""Seconds, processor seconds and peak memory of counting 10 million rows: both readers, and a plain pandas groupby beside them.

    python tests/bench/bench_records.py [rows]

The plain script reads the file whole and counts people and days by plan; it knows none of the rules.
Each count runs in a process of its own. Timing is shown here and never tested.
"""

from __future__ import annotations

import datetime
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

START, END = datetime.date(2021, 1, 21), datetime.date(2024, 9, 18)


def write_rows(path: Path, rows: int) -> None:
    """Made-up accounts, about a million rows at a time, each with people of its own."""
    from damages.counting.synthetic import synthetic_accounts

    written, seed = 0, 0
    while written < rows:
        frame = synthetic_accounts(600_000, seed).head(rows - written)
        for name in ("account_id", "person_id"):
            named = frame[name] != ""
            frame.loc[named, name] = frame.loc[named, name] + f"s{seed}"
        frame.to_csv(path, mode="a", header=seed == 0, index=False, lineterminator="\n")
        written, seed = written + len(frame), seed + 1


def count(way: str, path: Path) -> int:
    """The number of people by one of the ways."""
    if way != "plain groupby":
        from damages.records.counts import count_records

        return count_records(path, START, END, reader=way).total
    import pandas

    frame = pandas.read_csv(path)
    start, end = (pandas.to_datetime(frame[name], format="%Y-%m-%d", errors="coerce") for name in ("start", "end"))
    first, last = pandas.Timestamp(START), pandas.Timestamp(END)
    inside = frame[(start <= last) & ~(end < first)].assign(
        days=(end.fillna(last).clip(upper=last) - start.clip(lower=first)).dt.days + 1
    )
    by_plan = inside.groupby(["person_id", "plan"])["days"].sum().reset_index()
    return len(by_plan.sort_values("days").groupby("person_id")["plan"].last())


def apart(*words: object) -> list[float]:
    """What this script prints in a process of its own: memory is then this work's alone."""
    command = [sys.executable, __file__, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


def main() -> None:
    """Write the file, count it in each way, print a line for each."""
    if len(sys.argv) == 4 and sys.argv[1] == "write":
        write_rows(Path(sys.argv[2]), int(sys.argv[3]))
        return
    if len(sys.argv) == 4 and sys.argv[1] == "count":
        began = time.perf_counter()
        people = count(sys.argv[2], Path(sys.argv[3]))
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(people, time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "accounts.csv"
        apart("write", path, rows)
        print(f"{rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
        print(f"{'way':<14} {'people':>10} {'seconds':>8} {'ratio':>6} {'CPU':>7} {'ratio':>6} {'peak MB':>8}")
        plain: list[float] = []
        for way in ("plain groupby", "pandas", "polars"):
            people, seconds, cpu, peak = apart("count", way, path)
            plain = plain or [seconds, cpu]
            times = f"{seconds:>8.1f} {plain[0] / seconds:>6.2f} {cpu:>7.1f} {plain[1] / cpu:>6.2f}"
            print(f"{way:<14} {people:>10,.0f} {times} {peak:>8,.0f}", flush=True)


if __name__ == "__main__":
    main()
