"""Account records → exact counts of people and months, by rules that are stated and reported.

A row is one spell of one account: ``account_id, person_id, plan, state, start, end`` and, where
they exist, ``trial_until, sent, received``. Dates are written 2024-01-31; an empty end means that
the account is still open. Rules, in this order; each row set aside is counted under its reason:

1. a row without person and account is set aside; without a person its account is the person;
2. a row whose start is missing, or with a date that cannot be read, or which ends before it starts, is set aside;
3. a row of a plan that is not asked for is set aside;
4. a spell outside the class period is set aside;
5. a spell that in the period never left its free trial is set aside; another's trial days cost nothing and are
   not counted;
6. where messages are needed, a row without one sent or received is set aside, and so is one whose numbers cannot be read;
7. a row that repeats another (person, account, plan, State, first and last paid day) is counted once;
8. a person is counted once, whatever the number of accounts, under the plan with the most days
   (equal days: the first of the plans asked for), in the State of the spell that started last;
9. days on which a person's spells overlap are counted once, for the plan of the spell that started first.

People are told apart by a 64-bit hash; among ten million the chance that any two coincide is about
three in a million. Rows go through files on disk in parts, so memory does not grow with the file.
"""

from __future__ import annotations

import datetime
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from damages.records.files import EPOCH, OPEN, UNREADABLE, Batch, Coded, batches
from damages.records.lines import refusal

PARTS = 64
MOST_ROWS = 1_500_000  # of one part; of ten million rows of different people a part has some 160,000
MOST_WORDS = 1_000  # different plans, or States: with more, the column holds something else
DAYS_PER_MONTH = 365.25 / 12
ROW = np.dtype([("person", "u8"), ("account", "u8"), ("start", "i4"), ("end", "i4"), ("plan", "i2"), ("state", "i2")])

NOBODY = "no person and no account"
NO_DATE = "no start, or a date that cannot be read"
BACKWARDS = "ends before it starts"
OUTSIDE = "outside the class period"
TRIAL = "free trial only, in the class period"
SILENT = "no message sent or received"
NO_COUNT = "a number of messages that cannot be read"
OTHER_PLAN = "a plan that was not asked for"
REPEATED = "repeats another row"
TOO_MANY = (
    f"has more than {MOST_ROWS:,} rows in one of {PARTS} parts by person: one person_id is in very many rows, or the file has "
    "some 90 million. Look at person_id; or split the file so that all rows of a person stay together, and count each part."
)
REASONS = (NOBODY, NO_DATE, BACKWARDS, OTHER_PLAN, OUTSIDE, TRIAL, SILENT, NO_COUNT, REPEATED)


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
        """Different people in the period."""
        return sum(self.people.values())


@dataclass
class _Tally:
    """What is counted along the way."""

    codes: dict[str, dict[str, int]]
    rows: int = 0
    without_person: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)


def count_records(
    path: Path,
    start: datetime.date,
    end: datetime.date,
    plans: Sequence[str] = (),
    need_messages: bool = False,
    reader: str = "",
) -> RecordCount:
    """Count the people of a file of accounts in a class period.

    Parameters
    ----------
    path : a CSV, plain or gzipped
    start, end : the first and last day of the class period
    plans : the plans to count, in the order that settles ties; all of the file when empty
    need_messages : whether an account must have sent or received a message
    reader : polars or pandas; left out, polars where it is installed

    Raises
    ------
    CaseError : a file that is not there, is no CSV, lacks a column or rows, or a period that ends before it starts
    """
    if end < start:
        raise refusal(path, [f"cannot be counted from {start} to {end}: the period ends before it starts."])
    plans = tuple(dict.fromkeys(plans))
    tally = _Tally({"plan": {plan: i for i, plan in enumerate(plans)}, "state": {}})
    first, last = ((day - EPOCH).days for day in (start, end))
    with tempfile.TemporaryDirectory() as folder:
        parts = [Path(folder) / f"{i}.rows" for i in range(PARTS)]
        files, in_parts = [part.open("wb") for part in parts], np.zeros(PARTS, dtype=np.int64)
        try:
            for batch in batches(path, need_messages, reader):
                in_parts += _spread(_kept(batch, tally, first, last, not plans), files)
                if in_parts.max() > MOST_ROWS:
                    raise refusal(path, [TOO_MANY])
                if max(len(codes) for codes in tally.codes.values()) > MOST_WORDS:
                    raise refusal(
                        path, [f"has more than {MOST_WORDS:,} different plans or States. Are the columns right?"]
                    )
        finally:
            for file in files:
                file.close()
        if not tally.rows:
            raise refusal(path, ["has headings and no rows."])
        counts = [_count_part(np.fromfile(part, dtype=ROW), tally, first, last) for part in parts]
    return _together(counts, tally)


def _spread(rows: np.ndarray, files: Sequence[Any]) -> np.ndarray:
    """Write each row to the file of its person, in the order of the file; how many went to each."""
    which = (rows["person"] % np.uint64(PARTS)).astype(np.uint8)
    sorted_rows = rows[np.argsort(which, kind="stable")]
    counts = np.bincount(which, minlength=PARTS)
    for file, part in zip(files, np.split(sorted_rows, np.cumsum(counts)[:-1]), strict=True):
        part.tofile(file)
    return counts


def _kept(batch: Batch, tally: _Tally, first: int, last: int, any_plan: bool) -> np.ndarray:
    """The rows of a batch that the rules keep; the others are counted under their reason."""
    start, end = batch["start"], batch["end"]
    trial = batch.get("trial_until", np.full(len(start), OPEN))
    paid_from = np.where(trial != OPEN, np.maximum(start, trial + 1), start)
    plan = _coded(batch["plan"], tally.codes["plan"], grow=any_plan)
    (account, no_account), (person, no_person) = batch["account_id"], batch["person_id"]
    unreadable = (end == UNREADABLE) | (trial == UNREADABLE)
    reasons = [
        (NOBODY, no_person & no_account),
        (NO_DATE, (start == OPEN) | (start == UNREADABLE) | unreadable),
        (BACKWARDS, end < start),
        (OTHER_PLAN, plan < 0),
        (OUTSIDE, (start > last) | (end < first)),
        (TRIAL, paid_from > np.minimum(end, last)),
    ]
    if "sent" in batch:
        none = np.maximum(batch["sent"], 0) + np.maximum(batch["received"], 0) == 0
        unread = (batch["sent"] == UNREADABLE) | (batch["received"] == UNREADABLE)
        reasons += [(SILENT, none & ~unread), (NO_COUNT, none)]
    keep = np.ones(len(start), dtype=bool)
    for reason, holds in reasons:
        tally.set_aside[reason] += int(np.count_nonzero(keep & holds))
        keep &= ~holds
    tally.rows += len(start)
    tally.without_person += int(np.count_nonzero(keep & no_person))
    rows = np.empty(int(np.count_nonzero(keep)), dtype=ROW)
    rows["person"] = np.where(no_person, account ^ np.uint64(0x9E3779B97F4A7C15), person)[keep]
    rows["account"] = account[keep]
    rows["start"], rows["end"], rows["plan"] = paid_from[keep], end[keep], plan[keep]
    rows["state"] = _coded(batch["state"], tally.codes["state"], grow=True)[keep]
    return rows


def _coded(column: Coded, codes: dict[str, int], grow: bool) -> np.ndarray:
    """Words as small numbers, the same in every batch; −1 for a word that is not known and may not be added."""
    numbers, words = column
    if grow:  # in the order of the file, whatever order a reader keeps its words in
        known, first = np.unique(numbers, return_index=True)
        for number in known[first.argsort()]:
            codes.setdefault(words[number], len(codes))
    return np.array([codes.get(word, -1) for word in words] or [0])[numbers]


def _count_part(rows: np.ndarray, tally: _Tally, first: int, last: int) -> dict[str, Any]:
    """People, days and plans of one part; all rows of a person are in the same part."""
    plans, states = len(tally.codes["plan"]), len(tally.codes["state"])
    if len(rows) == 0:
        return {}
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
    before = np.where(starts_person, first - 1, np.concatenate([[0], so_far[:-1]]))
    days = np.maximum(end - np.maximum(start - 1, before), 0)
    of_person = _plan_of_most_days(who, rows["plan"], days)
    open_at_end = np.bincount(who, weights=(rows["start"] <= last) & (rows["end"] >= last), minlength=count) > 0
    latest = np.flatnonzero(np.append(starts_person[1:], True))
    first_account = rows["account"][starts_person]
    several = np.bincount(who, weights=rows["account"] != first_account[who], minlength=count) > 0
    return {
        "people": np.bincount(of_person, minlength=plans),
        "at_end": np.bincount(of_person[open_at_end], minlength=plans),
        "days": np.bincount(rows["plan"], weights=days, minlength=plans),
        "states": np.bincount(rows["state"][latest], minlength=states),
        "several": int(np.count_nonzero(several)),
        "overlap": int((end - start + 1).sum() - days.sum()),
    }


def _plan_of_most_days(who: np.ndarray, plan: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The plan of each person; of equal days the first. A table of people by plans could be far larger than the file."""
    order = np.lexsort((plan, who))
    who, plan, days = who[order], plan[order], days[order]
    first = np.flatnonzero(np.append(True, (who[1:] != who[:-1]) | (plan[1:] != plan[:-1])))
    who, plan, days = who[first], plan[first], np.add.reduceat(days, first)
    order = np.lexsort((plan, -days, who))
    return np.asarray(plan[order][np.append(True, who[1:] != who[:-1])])


def _once(rows: np.ndarray, tally: _Tally) -> np.ndarray:
    """The rows without repetitions. Only rows of one person that start on the same day can repeat each other."""
    beside = (rows["person"][1:] == rows["person"][:-1]) & (rows["start"][1:] == rows["start"][:-1])
    places = np.flatnonzero(np.append(beside, False) | np.append(False, beside))
    if len(places) == 0:
        return rows
    doubtful = rows[places]
    order = np.lexsort([doubtful[name] for name in ("state", "plan", "account", "end", "start", "person")])
    doubtful = doubtful[order]
    again = places[order][np.append(False, doubtful[1:] == doubtful[:-1])]
    tally.set_aside[REPEATED] += len(again)
    return np.delete(rows, again)


def _together(counts: list[dict[str, Any]], tally: _Tally) -> RecordCount:
    plans, states = list(tally.codes["plan"]), list(tally.codes["state"])

    def summed(key: str, names: list[str]) -> dict[str, float]:
        added = sum((count[key] for count in counts if count), np.zeros(len(names)))
        return dict(zip(names, np.asarray(added, dtype=float).tolist(), strict=True))

    return RecordCount(
        people={name: int(value) for name, value in summed("people", plans).items()},
        at_end={name: int(value) for name, value in summed("at_end", plans).items()},
        months={name: value / DAYS_PER_MONTH for name, value in summed("days", plans).items()},
        by_state={name: int(value) for name, value in sorted(summed("states", states).items()) if value},
        rows=tally.rows,
        set_aside={reason: tally.set_aside[reason] for reason in REASONS},
        without_person=tally.without_person,
        several_accounts=sum(count.get("several", 0) for count in counts),
        overlapping_days=sum(count.get("overlap", 0) for count in counts),
    )
