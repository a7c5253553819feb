"""A file of accounts, plain or gzipped, in pieces of whole lines, so that memory does not grow with what is in it.

Two megabytes of gzip can hold one line of two gigabytes, and a CSV any number of columns. The bounds here lie far
beyond any export of accounts, and every reader gets its lines through them.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from damages.errors import CaseError, Problem

PIECE_BYTES = 2**24
PIECE_ROWS = 500_000
LONGEST_LINE = 100_000  # bytes
MOST_COLUMNS = 1_000
MOST_TIMES = 200  # a gzipped file unpacks to; one of accounts to about ten times its size
ROOM = 2**26  # bytes that any gzipped file may unpack to
GZIPPED = b"\x1f\x8b"


class Piece(NamedTuple):
    """Whole lines of a file: their bytes, and how many lines of the file lie before them."""

    text: bytes
    before: int


def refusal(path: Path, sentences: Sequence[str]) -> CaseError:
    """The error for a file of accounts that cannot be counted."""
    return CaseError(path.name, [Problem("", "", sentence) for sentence in sentences])


def pieces(path: Path) -> Iterator[Piece]:
    """The headings of a file, which are its first line, and then its other lines.

    Raises
    ------
    CaseError : a line that is too long, or a gzipped file that is broken or unpacks to far more than its size
    """
    rest, before, headings = b"", 0, False
    for block in _blocks(path):
        text = rest + block
        ends = _line_ends(text)
        lengths = np.diff(ends, prepend=0, append=len(text))
        if lengths.max() > LONGEST_LINE:
            raise _too_long(path, before + int(np.argmax(lengths > LONGEST_LINE)) + 1)
        at = 0
        if not headings and len(ends):
            at = int(ends[0])
            headings = True
            yield Piece(text[:at], 0)
        for end in (*ends[PIECE_ROWS::PIECE_ROWS].tolist(), *ends[-1:].tolist()):
            if end > at:
                yield Piece(text[at:end], before + int(np.searchsorted(ends, at, side="right")))
                at = int(end)
        rest, before = text[at:], before + len(ends)
    if rest:
        yield Piece(rest, before)


def _blocks(path: Path) -> Iterator[bytes]:
    """What is in a file, unpacked where it is gzipped; blank lines before its headings are left out."""
    with path.open("rb") as file:
        packed = file.read(2) == GZIPPED
    unpacked, most, begun = 0, max(ROOM, MOST_TIMES * path.stat().st_size), False
    with gzip.open(path, "rb") if packed else path.open("rb") as opened:
        try:
            while block := opened.read(PIECE_BYTES):
                unpacked += len(block)
                if packed and unpacked > most:
                    raise refusal(
                        path,
                        [
                            f"unpacks to more than {MOST_TIMES} times its size, which no list of accounts does. If it is one, unpack it and name the CSV."
                        ],
                    )
                block = block if begun else block.lstrip(b"\r\n")
                begun = begun or bool(block)
                if block:
                    yield block
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise refusal(
                path,
                [f"is not a whole gzip file: {str(error).rstrip('.')}. Make it again, or unpack it and name the CSV."],
            ) from None


def _line_ends(text: bytes) -> np.ndarray:
    """Where each line ends, its line feed included; one within quotes does not end a line."""
    data = np.frombuffer(text, dtype=np.uint8)
    ends = data == ord("\n")
    if b'"' in text:
        ends &= np.bitwise_xor.accumulate(data == ord('"')) == 0
    return np.flatnonzero(ends) + 1


def _too_long(path: Path, line: int) -> CaseError:
    if line == 1:
        return refusal(path, [f"has headings of more than {LONGEST_LINE:,} bytes. Keep the columns that are counted."])
    where = f"has more than {LONGEST_LINE:,} bytes on line {line:,}"
    return refusal(path, [f"{where}. Each account is on a line of its own; is a quotation mark not closed there?"])
