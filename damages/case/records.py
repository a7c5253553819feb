"""Account records → exact counts of people and months, by rules that are stated and reported.

A row is one spell of one account: ``account_id, person_id, plan, state, start, end`` and, where
they exist, ``trial_until, sent, received``. Dates are written 2024-01-31; an empty end means that
the account is still open. Rules, in this order; each row set aside is counted under its reason:

1. a row without person and account is set aside; without a person its account is the person;
2. a row whose start is missing, or whose dates cannot be read, or which ends before it starts, is set aside;
3. a spell outside the class period is set aside;
4. a spell that never left its free trial is set aside; another's trial days cost nothing and are not counted;
5. where messages are needed, an account that neither sent nor received one is set aside;
6. a row that repeats another to the letter is counted once;
7. a person is counted once, whatever the number of accounts, under the plan with the most days
   (equal days: the first of the case's groups), in the State of the latest spell;
8. days on which a person's spells overlap are counted once.

People are told apart by a 64-bit hash; among ten million the chance that any two coincide is about
three in a million. Rows go through files on disk in parts, so memory does not grow with the file.
"""

from __future__ import annotations

import datetime
import importlib.util
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from damages.case.problems import CaseError, Problem, did_you_mean

REQUIRED = ("account_id", "person_id", "plan", "state", "start", "end")
BATCH_ROWS = 500_000
PARTS = 32
DAYS_PER_MONTH = 365.25 / 12
EPOCH = datetime.date(1970, 1, 1)
OPEN = np.int32(2**20)  # an end that has not come
UNREADABLE = np.int32(-(2**20))
ROW = np.dtype([("person", "u8"), ("account", "u8"), ("start", "i4"), ("end", "i4"), ("plan", "i2"), ("state", "i2")])

Batch = dict[str, Any]

NOBODY = "no person and no account"
NO_DATE = "no start, or a date that cannot be read"
BACKWARDS = "ends before it starts"
OUTSIDE = "outside the class period"
TRIAL = "free trial only"
SILENT = "neither sent nor received a message"
OTHER_PLAN = "a plan that is not a group of the case"
REPEATED = "repeats another row"


@dataclass(frozen=True)
class RecordCount:
    """What a file of accounts says about a class period.

    Attributes
    ----------
    people : plan → different people in the period
    at_end : plan → people on its last day
    months : plan → months of subscription in the period, overlaps counted once
    by_state : State → different people
    rows : rows read
    set_aside : reason → rows
    without_person : rows counted although they name no person
    several_accounts : people with more than one account
    overlapping_days : days on which a person had several spells, beyond the first
    """

    people: dict[str, int]
    at_end: dict[str, int]
    months: dict[str, float]
    by_state: dict[str, int]
    rows: int
    set_aside: dict[str, int]
    without_person: int
    several_accounts: int
    overlapping_days: int

    @property
    def total(self) -> int:
        return sum(self.people.values())


@dataclass
class _Tally:
    """What is counted along the way."""

    codes: dict[str, dict[str, int]]
    rows: int = 0
    without_person: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)


def count_records(
    path: Path, start: datetime.date, end: datetime.date, plans: Sequence[str] = (), need_messages: bool = False
) -> RecordCount:
    """Count the people of a file of accounts in a class period.

    Parameters
    ----------
    path : a CSV, plain or gzipped
    start, end : the first and last day of the class period
    plans : the plans to count, in the order that settles ties; all of the file when empty
    need_messages : whether an account must have sent or received a message

    Raises
    ------
    CaseError : a file that is not there, or lacks a column
    """
    _check_columns(path, need_messages)
    tally = _Tally({"plan": {plan: i for i, plan in enumerate(plans)}, "state": {}})
    first, last = (np.int32((day - EPOCH).days) for day in (start, end))
    with tempfile.TemporaryDirectory() as folder:
        parts = [Path(folder) / f"{i}.rows" for i in range(PARTS)]
        files = [part.open("wb") for part in parts]
        try:
            for batch in _batches(path, need_messages):
                kept = _kept(batch, tally, first, last, bool(plans), need_messages)
                which = (kept["person"] % np.uint64(PARTS)).astype(np.uint8)
                kept = kept[np.argsort(which, kind="stable")]
                for file, rows in zip(
                    files, np.split(kept, np.cumsum(np.bincount(which, minlength=PARTS))[:-1]), strict=True
                ):
                    rows.tofile(file)
        finally:
            for file in files:
                file.close()
        counts = [_count_part(np.fromfile(part, dtype=ROW), tally, first, last) for part in parts]
    return _together(counts, tally)


def _check_columns(path: Path, need_messages: bool) -> None:
    import pandas

    def refuse(sentence: str) -> CaseError:
        return CaseError(path.name, [Problem(path.name, "", sentence)])

    if not path.is_file():
        raise refuse("does not exist beside the case file.")
    try:
        columns = list(pandas.read_csv(path, nrows=0, encoding="utf-8-sig").columns)
    except (UnicodeDecodeError, pandas.errors.ParserError, pandas.errors.EmptyDataError) as error:
        raise refuse(f"is not a CSV: {error}.") from None
    for name in (*REQUIRED, *(("sent", "received") if need_messages else ())):
        if name not in columns:
            raise refuse(f"has no column {name}.{did_you_mean(name, columns)}")


def _batches(path: Path, need_messages: bool) -> Iterator[Batch]:
    """The file in batches: hashes of the names, days as numbers, words as codes. polars reads faster, where it is installed."""
    wanted = [*REQUIRED, "trial_until", *(("sent", "received") if need_messages else ())]
    read = _pandas_batches if importlib.util.find_spec("polars") is None else _polars_batches
    return read(path, wanted)


def _polars_batches(path: Path, wanted: Sequence[str]) -> Iterator[Batch]:
    import polars as pl

    def words(name: str) -> pl.Expr:
        return pl.col(name).str.strip_chars().fill_null("")

    scanned = pl.scan_csv(path, infer_schema=False, encoding="utf8-lossy", truncate_ragged_lines=True)
    present = [name for name in wanted if name in scanned.collect_schema().names()]
    made = []
    for name in present:
        if name.endswith("_id"):
            made += [words(name).hash(seed=0).alias(name), (words(name) == "").alias(f"no {name}")]
        elif name in ("sent", "received"):
            made.append(pl.col(name).cast(pl.Int64, strict=False).fill_null(0))
        elif name in ("plan", "state"):
            made.append(words(name))
        else:
            days = words(name).str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32).fill_null(int(UNREADABLE))
            made.append(pl.when(words(name) == "").then(int(OPEN)).otherwise(days).alias(name))
    for frame in scanned.select(made).collect_batches(chunk_size=BATCH_ROWS, maintain_order=True):
        batch: Batch = {name: frame[name].to_numpy() for name in frame.columns if name not in ("plan", "state")}
        for name in ("plan", "state"):
            known = frame[name].unique(maintain_order=True).to_list()
            batch[name] = (frame[name].cast(pl.Enum(known)).to_physical().to_numpy().astype(np.intp), known)
        yield batch


def _pandas_batches(path: Path, wanted: Sequence[str]) -> Iterator[Batch]:
    import pandas

    reader = pandas.read_csv(
        path,
        chunksize=BATCH_ROWS,
        dtype="str",
        keep_default_na=False,
        encoding="utf-8-sig",
        encoding_errors="replace",
        usecols=lambda name: name in wanted,
    )
    for frame in reader:
        batch: Batch = {}
        for name in frame.columns:
            words = frame[name].str.strip()
            empty = (words == "").to_numpy(dtype=bool)
            if name.endswith("_id"):
                batch[name] = pandas.util.hash_array(words.to_numpy(dtype=object), categorize=False)
                batch[f"no {name}"] = empty
            elif name in ("sent", "received"):
                batch[name] = pandas.to_numeric(words, errors="coerce").fillna(0).to_numpy(dtype=np.int64)
            elif name in ("plan", "state"):
                codes, known = pandas.factorize(words)
                batch[name] = (codes, list(known))
            else:
                days = pandas.to_datetime(words, format="%Y-%m-%d", errors="coerce")
                numbers = (days - pandas.Timestamp(EPOCH)) // pandas.Timedelta(days=1)
                batch[name] = np.where(empty, OPEN, numbers.fillna(int(UNREADABLE)).to_numpy(dtype=np.int32))
        yield batch


def _kept(
    batch: Batch, tally: _Tally, first: np.int32, last: np.int32, known_plans: bool, need_messages: bool
) -> np.ndarray:
    """The rows of a batch that the rules keep; the others are counted under their reason."""
    start, end = batch["start"], batch["end"]
    trial = batch.get("trial_until", np.full(len(start), OPEN))
    paid_from = np.where((trial != OPEN) & (trial != UNREADABLE), np.maximum(start, trial + 1), start)
    plan = _coded(batch["plan"], tally.codes["plan"], grow=not known_plans)
    nobody = batch["no person_id"] & batch["no account_id"]
    reasons = [
        (NOBODY, nobody),
        (NO_DATE, (start == OPEN) | (start == UNREADABLE) | (end == UNREADABLE) | (trial == UNREADABLE)),
        (BACKWARDS, end < start),
        (OTHER_PLAN, plan < 0),
        (OUTSIDE, (start > last) | (end < first)),
        (TRIAL, (paid_from > np.minimum(end, last)) | (end < paid_from)),
    ]
    if need_messages:
        reasons.append((SILENT, batch["sent"] + batch["received"] <= 0))
    keep = np.ones(len(start), dtype=bool)
    for reason, holds in reasons:
        tally.set_aside[reason] += int(np.count_nonzero(keep & holds))
        keep &= ~holds
    tally.rows += len(start)
    tally.without_person += int(np.count_nonzero(keep & batch["no person_id"]))
    rows = np.empty(int(np.count_nonzero(keep)), dtype=ROW)
    rows["person"] = np.where(
        batch["no person_id"], batch["account_id"] ^ np.uint64(0x9E3779B97F4A7C15), batch["person_id"]
    )[keep]
    rows["account"] = batch["account_id"][keep]
    rows["start"], rows["end"], rows["plan"] = paid_from[keep], end[keep], plan[keep]
    rows["state"] = _coded(batch["state"], tally.codes["state"], grow=True)[keep]
    return rows


def _coded(column: tuple[np.ndarray, list[str]], codes: dict[str, int], grow: bool) -> np.ndarray:
    """Words as small numbers, the same in every batch; −1 for a word that is not known and may not be added."""
    numbers, words = column
    if grow:
        for word in words:
            codes.setdefault(word, len(codes))
    return np.array([codes.get(word, -1) for word in words] or [0], dtype=np.int16)[numbers]


def _count_part(rows: np.ndarray, tally: _Tally, first: np.int32, last: np.int32) -> dict[str, Any]:
    """People, days and plans of one part; all rows of a person are in the same part."""
    plans, states = len(tally.codes["plan"]), len(tally.codes["state"])
    if len(rows) == 0:
        return {
            "people": np.zeros(plans),
            "at_end": np.zeros(plans),
            "days": np.zeros(plans),
            "states": np.zeros(states),
            "several": 0,
            "overlap": 0,
        }
    rows = rows[np.lexsort((rows["start"], rows["person"]))]
    rows = _once(rows, tally)
    starts_person = np.ones(len(rows), dtype=bool)
    starts_person[1:] = rows["person"][1:] != rows["person"][:-1]
    who = np.cumsum(starts_person) - 1
    count = int(who[-1]) + 1
    start = np.maximum(rows["start"], first).astype(np.int64)
    end = np.minimum(rows["end"], last).astype(np.int64)
    # The latest end so far of the same person: people lie in rising order, so one running maximum serves them all.
    lift = who.astype(np.int64) << 24
    so_far = np.maximum.accumulate(end + lift) - lift
    before = np.where(starts_person, np.int64(first) - 1, np.concatenate([[0], so_far[:-1]]))
    days = np.maximum(end - np.maximum(start - 1, before), 0)
    by_plan = np.bincount(who * plans + rows["plan"], weights=days, minlength=count * plans).reshape(count, plans)
    of_person = by_plan.argmax(axis=1)
    open_at_end = np.bincount(who, weights=(rows["start"] <= last) & (rows["end"] >= last), minlength=count) > 0
    latest = np.flatnonzero(np.append(starts_person[1:], True))
    first_account = rows["account"][starts_person]
    several = np.bincount(who, weights=rows["account"] != first_account[who], minlength=count) > 0
    return {
        "people": np.bincount(of_person, minlength=plans),
        "at_end": np.bincount(of_person[open_at_end], minlength=plans),
        "days": by_plan.sum(axis=0),
        "states": np.bincount(rows["state"][latest], minlength=states),
        "several": int(np.count_nonzero(several)),
        "overlap": int((end - start + 1).sum() - days.sum()),
    }


def _once(rows: np.ndarray, tally: _Tally) -> np.ndarray:
    """The rows without repetitions. Only rows of one person that start on the same day can repeat each other."""
    beside = (rows["person"][1:] == rows["person"][:-1]) & (rows["start"][1:] == rows["start"][:-1])
    places = np.flatnonzero(np.append(beside, False) | np.append(False, beside))
    if len(places) == 0:
        return rows
    doubtful = rows[places]
    order = np.lexsort((doubtful["plan"], doubtful["account"], doubtful["end"], doubtful["start"], doubtful["person"]))
    doubtful = doubtful[order]
    again = places[order][np.append(False, doubtful[1:] == doubtful[:-1])]
    tally.set_aside[REPEATED] += len(again)
    return np.delete(rows, again)


def _together(counts: list[dict[str, Any]], tally: _Tally) -> RecordCount:
    plans, states = list(tally.codes["plan"]), list(tally.codes["state"])

    def summed(key: str, names: list[str]) -> dict[str, float]:
        added = sum(count[key] for count in counts)
        return dict(zip(names, np.asarray(added, dtype=float).tolist(), strict=True))

    return RecordCount(
        people={name: int(value) for name, value in summed("people", plans).items()},
        at_end={name: int(value) for name, value in summed("at_end", plans).items()},
        months={name: value / DAYS_PER_MONTH for name, value in summed("days", plans).items()},
        by_state={name: int(value) for name, value in sorted(summed("states", states).items()) if value},
        rows=tally.rows,
        set_aside={
            reason: tally.set_aside[reason]
            for reason in (NOBODY, NO_DATE, BACKWARDS, OTHER_PLAN, OUTSIDE, TRIAL, SILENT, REPEATED)
        },
        without_person=tally.without_person,
        several_accounts=sum(count["several"] for count in counts),
        overlapping_days=sum(count["overlap"] for count in counts),
    )
