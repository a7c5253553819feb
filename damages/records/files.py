"""A CSV of accounts → batches of hashes, days and codes, the same from either reader.

polars reads faster, where it is installed; pandas reads everywhere. Both get the same pieces of the file, and hand
over text alone, so what a date or a number is gets decided here, once.
"""

from __future__ import annotations

import datetime
import importlib.util
import io
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from damages.errors import CaseError, did_you_mean
from damages.records.lines import MOST_COLUMNS, Piece, pieces, refusal

IDS = ("account_id", "person_id")
WORDS = ("plan", "state")
DAYS = ("start", "end", "trial_until")
COUNTS = ("sent", "received")
REQUIRED = ("account_id", "person_id", "plan", "state", "start", "end")
EPOCH = datetime.date(1970, 1, 1)
OPEN = 2**20  # an end that has not come
UNREADABLE = -(2**20)

AS_TEXT: Any = {"keep_default_na": False, "encoding": "utf-8-sig", "encoding_errors": "strict"}
Batch = dict[str, Any]
Coded = tuple[np.ndarray, list[str]]  # numbers, and the words they stand for


NOT_UTF8 = "is not UTF-8 text, so names could be taken for others. Save it as CSV in UTF-8."


def batches(path: Path, need_messages: bool, reader: str = "") -> Iterator[Batch]:
    """The file in batches: ids as 64-bit hashes, days since 1970, plans and States as coded words.

    ``reader`` is polars or pandas; left out, polars where it is installed.

    Raises
    ------
    CaseError : a file that is not there, is no CSV, or lacks a column
    """
    lines = pieces(path) if path.is_file() else iter(())
    headings = next(lines, Piece(b"", 0)).text
    columns = _columns(path, headings, [*REQUIRED, *(COUNTS if need_messages else ())])
    wanted = [name for name in (*IDS, *WORDS, *DAYS, *(COUNTS if need_messages else ())) if name in columns]
    known = {"polars": _polars_batch, "pandas": _pandas_batch}
    read = known[reader or ("polars" if importlib.util.find_spec("polars") else "pandas")]
    for piece in lines:
        yield read(path, headings, piece, wanted)


def _columns(path: Path, headings: bytes, required: Sequence[str]) -> list[str]:
    """The file's columns, once it is sure that it has those that are needed."""
    import pandas

    if path.is_dir():
        raise refusal(path, ["is a folder. Name the CSV in it."])
    if not path.is_file():
        raise refusal(path, ["does not exist."])
    if headings.count(b",") >= MOST_COLUMNS:
        raise refusal(
            path, [f"has more than {MOST_COLUMNS:,} columns. Keep those that are counted: {', '.join(required)}."]
        )
    try:
        columns = [str(name) for name in pandas.read_csv(io.BytesIO(headings), nrows=0, **AS_TEXT).columns]
    except UnicodeDecodeError:
        raise refusal(path, [NOT_UTF8]) from None
    except (pandas.errors.ParserError, pandas.errors.EmptyDataError) as error:
        raise refusal(path, [f"is not a CSV with a line of headings: {error}."]) from None
    other = next((mark for mark in (";", "\t", "|") if len(columns) == 1 and mark in columns[0]), None)
    if other:
        name = {";": "semicolons", "\t": "tabs", "|": "bars"}[other]
        raise refusal(path, [f"has {name} between its columns. Save it as CSV with commas."])
    missing = [f"has no column {name}.{did_you_mean(name, columns)}" for name in required if name not in columns]
    if missing:
        raise refusal(path, missing)
    return columns


def _polars_batch(path: Path, headings: bytes, piece: Piece, wanted: Sequence[str]) -> Batch:
    import polars as pl

    texts = [pl.col(name).fill_null("").str.strip_chars().alias(name) for name in wanted]
    try:
        # All columns are read: told which to use, it lets a line with too many fields pass.
        frame = pl.read_csv(headings + piece.text, infer_schema=False, encoding="utf8").select(texts)
    except pl.exceptions.PolarsError as error:
        if "utf-8" in str(error).lower() or "utf8" in str(error).lower():
            raise refusal(path, [NOT_UTF8]) from None
        raise _ragged(path, str(error), piece) from None
    batch: Batch = {}
    for name in wanted:
        column = frame[name]
        if name in IDS:
            batch[name] = (column.hash(seed=0).to_numpy(), (column == "").to_numpy())
        else:
            words = column.unique(maintain_order=True)
            numbers = column.cast(pl.Enum(words)).to_physical().to_numpy().astype(np.intp)
            batch[name] = _meant(name, (numbers, words.to_list()))
    return batch


def _pandas_batch(path: Path, headings: bytes, piece: Piece, wanted: Sequence[str]) -> Batch:
    import pandas

    # Words that come often are read as codes at once.
    kinds: dict[str, Any] = defaultdict(lambda: "object", {name: "category" for name in wanted if name not in IDS})
    try:
        frame = pandas.read_csv(io.BytesIO(headings + piece.text), dtype=kinds, **AS_TEXT)
    except UnicodeDecodeError:
        raise refusal(path, [NOT_UTF8]) from None
    except pandas.errors.ParserError as error:
        raise _ragged(path, str(error), piece) from None
    if not isinstance(frame.index, pandas.RangeIndex):
        raise _ragged(path, "every line has more fields than the headings", piece)
    batch: Batch = {}
    for name in wanted:
        if name in IDS:
            ids = [word.strip() if isinstance(word, str) else "" for word in frame[name].to_numpy(dtype=object)]
            texts = np.array(ids, dtype=object)
            batch[name] = (pandas.util.hash_array(texts, categorize=False), texts == "")
        else:
            numbers = frame[name].cat.codes.to_numpy(dtype=np.intp)
            words = [str(word).strip() for word in frame[name].cat.categories]
            # A field missing at the end of a line has the code −1, which is the last word: nothing.
            batch[name] = _meant(name, (numbers, [*words, ""] if numbers.min(initial=0) < 0 else words))
    return batch


def _ragged(path: Path, found: str, piece: Piece) -> CaseError:
    """The error for fields that do not fit; the reader counts lines from the headings that are put before each piece."""
    first = found.strip().splitlines()[0].rstrip(".")
    first = re.sub(r"\bline (\d+)", lambda line: f"line {int(line[1]) + max(piece.before - 1, 0)}", first)
    return refusal(
        path, [f"has lines that do not fit its headings: {first}. A field that holds a comma stands in quotes."]
    )


def _meant(name: str, column: Coded) -> Any:
    """What the words of a column mean: days and counts as numbers, plans and States as they are."""
    numbers, words = column
    if name in WORDS:
        return column
    meaning = _day if name in DAYS else _count
    return np.array([meaning(word) for word in words] or [0], dtype=np.int64)[numbers]


@lru_cache(maxsize=100_000)
def _day(word: str) -> int:
    """Days since 1970 of 2024-01-31; `OPEN` for nothing, `UNREADABLE` for anything else."""
    if not word:
        return OPEN
    try:
        return (datetime.datetime.strptime(word, "%Y-%m-%d").date() - EPOCH).days if len(word) == 10 else UNREADABLE
    except ValueError:
        return UNREADABLE


def _count(word: str) -> int:
    """A number of messages; 0 for nothing, `UNREADABLE` for anything else."""
    try:
        number = float(word or 0)
    except ValueError:
        return UNREADABLE
    return int(max(min(number, 2.0**40), -1.0)) if math.isfinite(number) else UNREADABLE
