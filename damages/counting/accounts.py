"""A file of accounts, or a simulated one, counted for a case."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path

from damages.case.load import find
from damages.case.schema import Case
from damages.counting.synthetic import write_accounts
from damages.records.counts import RecordCount, count_records

ALWAYS = (datetime.date(1970, 1, 1), datetime.date(2100, 1, 1))
SIMULATED = "a simulated list of accounts"


def count_accounts(case: Case, file: str = "") -> tuple[RecordCount, str]:
    """Count the people of a file of accounts in the class period of a case; of a simulated file when none is named.

    Returns the count and the name of what was counted, for titles. A case without a class period
    counts all of the file.
    """
    days = (case.class_period.start, case.class_period.end) if case.class_period else ALWAYS
    if file:
        return count_records(find(file), *days), Path(file).name
    with tempfile.TemporaryDirectory() as folder:
        return count_records(write_accounts(Path(folder) / "accounts.csv"), *days), SIMULATED
