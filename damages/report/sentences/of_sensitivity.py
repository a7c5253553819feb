"""What sensitivity says, in plain words: built from results, never typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from damages.engine.paths import Estimate
from damages.report.table import Words, usd
from damages.validation.known_answers import Check

SMALL = 0.05  # of a part: less is not worth a sentence


def across_scenarios(estimates: Mapping[str, Estimate]) -> Words:
    """The range of the expected judgment over the scenarios."""
    sums = {name: one.expected_usd for name, one in estimates.items()}
    low, high = min(sums, key=lambda name: sums[name]), max(sums, key=lambda name: sums[name])
    return Words(
        (
            f"Over {len(sums)} scenarios the expected judgment ranges from {usd(sums[low])} ({low}) to {usd(sums[high])} ({high}).",
        )
    )


def validated(checks: Sequence[Check]) -> Words:
    """How many known answers the library reproduces, and which it does not."""
    agree = sum(check.holds for check in checks)
    groups = list(dict.fromkeys(check.group for check in checks))
    failed = [check.what for check in checks if not check.holds]
    parts = [f"{agree} of {len(checks)} figures agree with what is known, in {len(groups)} groups: {_listed(groups)}."]
    return Words((*parts, f"These do not agree: {_listed(failed)}.") if failed else tuple(parts))


def _listed(words: Sequence[str], last: str = "and") -> str:
    """a, b and c."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"
