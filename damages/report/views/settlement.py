"""What each side would take or give today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from damages.case.schema import Case
from damages.decisions.litigation import SettlementZone
from damages.report.charts.chart import DARK, LIGHT, chart
from damages.report.charts.marks import (
    short_usd,
)
from damages.report.table import Column, Table, Words, usd
from damages.report.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def zone(case: Case, found: SettlementZone | None) -> View:
    """What each side would take or give; the words alone where the case names no litigation costs."""
    return View(_says(found), _sides(case, found), _line)


def _says(zone: SettlementZone | None) -> Words:
    """What the expected figures say about settling."""
    if zone is None:
        return Words(("The case file gives no litigation costs, so no settlement range is estimated.",))
    if not zone.exists:
        return Words(
            (
                f"There is no settlement range: plaintiffs would accept no less than {usd(zone.plaintiffs_usd)}, and the defendant would pay no more than {usd(zone.defendant_usd)}.",
            )
        )
    return Words(
        (
            f"Settlement range: {usd(zone.plaintiffs_usd)} to {usd(zone.defendant_usd)}. Any settlement within it leaves both sides better off than litigating, "
            f"mostly because it saves the costs of litigation.",
        )
    )


def _sides(case: Case, zone: SettlementZone | None) -> Table | None:
    """What each side would take or give today; None where the case names no litigation costs."""
    if zone is None:
        return None
    rows = [
        {"label": "The least the plaintiffs would accept", "usd": zone.plaintiffs_usd},
        {"label": "The most the defendant would pay", "usd": zone.defendant_usd},
    ]
    note = "Present value of the expected judgment, less the plaintiffs' further costs and plus the defendant's. Both sides are assumed to be risk-neutral."
    return Table.of(case, "Settlement range", [Column("label", "Side"), Column("usd", "Sum", "usd")], rows, note)


@chart(2.4)
def _line(table: Table, ax: Axes) -> str:
    """What the plaintiffs would accept and the defendant would pay, on one line."""
    least, most = (float(amount) for amount in table["usd"])
    exists = least <= most
    ax.barh(
        0,
        most - least,
        left=least,
        color=LIGHT if exists else "white",
        edgecolor=DARK,
        hatch="" if exists else "xx",
        height=0.4,
    )
    for amount, words, side in (
        (least, "plaintiffs would accept at least", -0.55),
        (most, "the defendant would pay at most", 0.55),
    ):
        ax.plot([amount, amount], [-0.3, 0.3], color=DARK, lw=2)
        ax.text(amount, side, f"{words}\n{usd(amount)}", ha="center", va="center", fontsize=9.5)
    spread = max(abs(most), abs(least)) or 1.0
    ax.set_xlim(min(least, most) - 0.4 * spread, max(least, most) + 0.4 * spread)
    ax.set_ylim(-0.95, 0.95)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_formatter(lambda amount, _: short_usd(amount) if amount >= 0 else "")
    ax.set_xlabel("USD today")
    gap = "" if exists else " There is no settlement range."
    return f"Plaintiffs would accept at least {usd(least)}; the defendant would pay at most {usd(most)}.{gap}"
