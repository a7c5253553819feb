"""Made-up accounts with the troubles of real ones, to try counting on. Nobody in them exists."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas

PLANS = {"career": 0.75, "business": 0.20, "sales": 0.05}
STATES = ("CA", "NY", "TX", "FL", "WA", "IL")


def synthetic_accounts(
    people: int = 5_000, seed: int = 0, plans: Mapping[str, float] | None = None
) -> pandas.DataFrame:
    """Accounts of made-up subscribers, some of them with what goes wrong in records.

    Among them: second accounts, spells that overlap, rows that repeat, trials that were never paid
    for, accounts outside any period of interest, missing people and dates that cannot be read.
    """
    import pandas

    rng = np.random.default_rng(seed)
    plans = plans or PLANS
    spells = rng.choice([1, 1, 1, 2, 3], size=people)
    person = np.repeat(np.arange(people), spells)
    rows = len(person)
    start = np.datetime64("2019-01-01") + rng.integers(0, 365 * 6, rows).astype("timedelta64[D]")
    length = rng.geometric(1 / 420, rows).astype("timedelta64[D]")
    end = (start + length).astype(str)
    end[rng.random(rows) < 0.25] = ""
    frame = pandas.DataFrame(
        {
            "account_id": [f"a{i:07d}" for i in range(rows)],
            "person_id": [f"p{i:06d}" for i in person],
            "plan": rng.choice(list(plans), size=rows, p=list(plans.values())),
            "state": rng.choice(STATES, size=rows),
            "start": start.astype(str),
            "end": end,
            "trial_until": (start + np.timedelta64(29, "D")).astype(str),
            "sent": rng.poisson(1.5, rows),
            "received": rng.poisson(2.0, rows),
        }
    )
    frame = pandas.concat([frame, frame.sample(frac=0.01, random_state=seed)], ignore_index=True)
    trouble = rng.permutation(len(frame))
    frame.loc[trouble[:40], "person_id"] = ""
    frame.loc[trouble[40:60], "start"] = "unknown"
    frame.loc[trouble[60:75], ["start", "end"]] = ["2023-05-01", "2022-05-01"]
    frame.loc[trouble[75:80], ["person_id", "account_id"]] = ""
    return frame


def write_accounts(path: Path, people: int = 5_000, seed: int = 0) -> Path:
    """Write such accounts to a file; the same seed gives the same bytes."""
    synthetic_accounts(people, seed).to_csv(path, index=False, lineterminator="\n")
    return path


if __name__ == "__main__":
    import sys

    print(write_accounts(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("accounts.csv")))
