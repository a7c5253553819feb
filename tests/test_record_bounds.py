"""Files of accounts that would take all memory: each bound has its message, and both readers are under it."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys

import pytest
from conftest import ROOT
from test_records import END, START

from damages.counting.synthetic import write_accounts
from damages.errors import CaseError
from damages.records import counts as records
from damages.records import lines as record_lines
from damages.records.counts import count_records

HEAD = b"account_id,person_id,plan,state,start,end"
ROW = b"a,p,career,CA,2023-01-01,\n"


@pytest.fixture(params=["polars", "pandas"])
def count(request, tmp_path):
    """Counts a file with this content, with each of the two readers."""

    def counted(content, name="accounts.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return count_records(path, START, END, reader=request.param)

    return counted


def with_columns(extra):
    return HEAD + b"".join(b",c%d" % i for i in range(extra)) + b"\n", ROW[:-1] + b"," * extra + b"\n"


@pytest.mark.parametrize("packed", [False, True])
def test_a_line_is_bounded(count, packed):
    content = HEAD + b"\n" + 3 * ROW + b"x" * 2**25
    with pytest.raises(
        CaseError, match=r"more than 100,000 bytes on line 5\..* is a quotation mark not closed there\?"
    ):
        count(gzip.compress(content) if packed else content, "accounts.csv.gz" if packed else "accounts.csv")
    unclosed = HEAD + b"\n" + ROW + b'a,"p,career,CA,2023-01-01,\n' + 10_000 * ROW
    with pytest.raises(CaseError, match="more than 100,000 bytes on line 3"):
        count(unclosed)


def test_headings_are_bounded(count):
    with pytest.raises(CaseError, match=r"has headings of more than 100,000 bytes\. Keep the columns that are counted"):
        count(gzip.compress(b"x" * 2**25), "accounts.csv.gz")
    assert count(b"".join(with_columns(record_lines.MOST_COLUMNS - 6))).total == 1
    with pytest.raises(CaseError, match=r"has more than 1,000 columns\. Keep those that are counted: account_id, "):
        count(b"".join(with_columns(record_lines.MOST_COLUMNS - 5)))


def test_what_a_gzipped_file_unpacks_to_is_bounded(count, monkeypatch):
    content = HEAD + b"\n" + 100_000 * ROW
    packed = gzip.compress(content)
    assert len(content) > record_lines.MOST_TIMES * len(packed)
    assert count(packed, "accounts.csv.gz").total == 1  # a small file may
    monkeypatch.setattr(record_lines, "ROOM", 2**20)
    monkeypatch.setattr(record_lines, "PIECE_BYTES", 2**18)
    with pytest.raises(CaseError, match=r"unpacks to more than 200 times its size.* unpack it and name the CSV"):
        count(packed, "accounts.csv.gz")
    assert count(content).total == 1


def test_a_broken_gzipped_file_is_refused(count):
    packed = gzip.compress(HEAD + b"\n" + 1_000 * ROW)
    for broken in (packed[:-20], packed[:40] + b"\0" * 10 + packed[50:]):
        with pytest.raises(CaseError, match="is not a whole gzip file: "):
            count(broken, "accounts.csv.gz")


def test_rows_of_a_part_are_bounded(count, monkeypatch):
    monkeypatch.setattr(records, "MOST_ROWS", 1_000)
    assert count(HEAD + b"\n" + 1_000 * ROW).rows == 1_000
    with pytest.raises(
        CaseError, match=r"rows in one of 64 parts by person: .* split the file so that all rows of a pers"
    ):
        count(HEAD + b"\n" + 1_001 * ROW)


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["polars", "pandas"])
def test_pieces_of_any_size_say_the_same(tmp_path, monkeypatch, reader):
    """Line feeds within quotes, blank lines, a byte order mark and a last line without its end, on either side of every cut."""
    lines = write_accounts(tmp_path / "a.csv", people=60, seed=3).read_bytes().splitlines()
    quoted = [b'"%s\nof ""two"" lines",' % line.split(b",")[0] + line.split(b",", 1)[1] for line in lines[1:]]
    path = tmp_path / "b.csv"
    body = lines[0] + b"\r\n" + b"\n".join(quoted)
    path.write_bytes(b"\xef\xbb\xbf" + body)
    marked = count_records(path, START, END, reader=reader)
    path.write_bytes(b"\r\n\n" + body)
    whole = count_records(path, START, END, reader=reader)
    assert marked == whole
    assert whole.rows == len(quoted)
    assert whole.total > 20
    for size in (7, 100, 1_000):
        monkeypatch.setattr(record_lines, "PIECE_BYTES", size)
        monkeypatch.setattr(record_lines, "PIECE_ROWS", size // 7)
        assert count_records(path, START, END, reader=reader) == whole


def test_a_line_that_does_not_fit_is_named_by_its_number_in_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(record_lines, "PIECE_ROWS", 100)
    path = tmp_path / "accounts.csv"
    path.write_bytes(HEAD + b"\n" + 250 * ROW + b"a,p,career,Portland, OR,2023-01-01,\n" + 100 * ROW)
    with pytest.raises(CaseError, match="Expected 6 fields in line 252, saw 7"):
        count_records(path, START, END, reader="pandas")


MEASURED = """
import datetime, json, resource, sys
from pathlib import Path
from damages.errors import CaseError
from damages.records.counts import count_records
said = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        found = count_records(path, datetime.date(2023, 1, 1), datetime.date(2023, 12, 31), reader=sys.argv[2])
        said[path.name] = str(found.total)
    except CaseError as error:
        said[path.name] = str(error)
status = Path("/proc/self/status")  # there ru_maxrss counts the process that started this one too
if status.exists():
    most = 1024 * int(status.read_text().split("VmHWM:")[1].split()[0])
else:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([said, most]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("reader", ["polars", "pandas"])
def test_memory_stays_below_a_gigabyte(tmp_path, reader):
    """Two megabytes that unpack to a line of two gigabytes, to 75 million equal rows; a million columns; the widest file."""
    pytest.importorskip("resource", reason="it measures the memory")
    xs, rows = gzip.compress(b"x" * 2**24), gzip.compress(2**19 * ROW)
    headings, row = with_columns(record_lines.MOST_COLUMNS - 6)
    contents = {
        "columns.csv": b"".join(with_columns(1_000_000)),
        "headings.csv.gz": 128 * xs,
        "line.csv.gz": gzip.compress(HEAD + b"\n") + 128 * xs,
        "rows.csv.gz": gzip.compress(HEAD + b"\n") + 143 * rows,
        "wide.csv": headings + 17_000 * row,
    }
    (tmp_path / "files").mkdir()
    for name, content in contents.items():
        (tmp_path / "files" / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, tmp_path / "files", reader],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    said, most = json.loads(done.stdout)
    wanted = ("headings of more than", "headings of more than", "on line 2", "rows in one of 64 parts")
    assert [words in sentence for words, sentence in zip(wanted, said.values(), strict=False)] == [True] * 4
    assert said["wide.csv"] == "1"
    assert most < 2**30
