"""What a subscription's price bought: the price over time, the steps to a loss, measures of it side by side."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from damages.case.lines import line
from damages.case.schema import Case
from damages.case.theories import Lost, SubscriptionValue
from damages.characters import capital
from damages.engine.estimate import Estimate
from damages.report.charts.bars import by_group
from damages.report.charts.chart import COLOURS, chart
from damages.report.charts.marks import (
    LINES,
    legend_below,
    usd_axis,
)
from damages.report.table import Column, Table, usd
from damages.report.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CAPTION = "A member's loss by each measure in the case; the damages use one of them."


def price_path(case: Case) -> View:
    """The list price of each group from day to day over the class period; empty without a period or a subscription."""
    return View(None, _price_path(case), _prices)


def loss(estimate: Estimate) -> View:
    """The steps from price to loss, by group, for each theory that measures a loss."""
    return View(None, _loss(estimate))


def measures(estimate: Estimate) -> View:
    """The loss of a member by each measure side by side, for each group, with the measure that is used."""
    return View(None, _measures(estimate), by_group, caption=CAPTION)


def measure_fits(case: Case) -> View:
    """What each measure assumes, which theory it fits, and where this case uses it."""
    return View(None, _measure_fits(case))


# Field of a method → its name, what it takes to be true, and where it fits.
MEASURES: dict[str, tuple[str, str, str]] = {
    "whole": (
        "Full refund",
        "The product was worth nothing to the buyer, including the parts that worked",
        "Rescission. As expectation damages it is too high unless nothing of value was delivered",
    ),
    "share": (
        "Price premium",
        "Part of the market price paid for the promise; without it, everyone's price would have been that much lower",
        "Contract, and restitution of what the defendant received; it fits a class if one share holds for all",
    ),
    "comparator": (
        "Price difference",
        "A plan without the feature, or the price after the disclosure, is otherwise the same in all that buyers pay for",
        "Contract and restitution, where such a price is observed",
    ),
    "usd_per_month": (
        "A worth a month: benefit of the bargain, or cost of cover",
        "As a benefit: buyers lost what they would have paid. As cover: a substitute sold elsewhere is equivalent",
        "Contract (expectation). Willingness to pay measures demand only: as a price effect it overstates unless supply is modeled too",
    ),
    "usd_per_member": (
        "Out of pocket",
        "Each member spent a further sum because of the breach",
        "A loss beyond the price itself; rarely the same for all members",
    ),
}


def _price_path(case: Case) -> Table:
    """The list price of each group from day to day over the class period; empty without a period or a subscription."""
    period = case.class_period
    name = next((theory.price for theory in case.theories.values() if isinstance(theory, SubscriptionValue)), None)
    rows: list[dict[str, Any]] = []
    for group, shape in case.shapes[name].items() if name and period else ():
        for day, price in _steps(shape.spec, shape.base, period.start if period else datetime.date.min):
            if period and day <= period.end:
                low, high = (float(shape.quantile(np.array([level]))[0]) for level in (0.05, 0.95))
                fixed = shape.is_fixed
                rows.append(
                    {
                        "group": group,
                        "label": case.groups.get(group, "All plans"),
                        "date": max(day, period.start),
                        "until": period.end,
                        "usd": price,
                        "low": price if fixed else low,
                        "high": price if fixed else high,
                    }
                )
    columns = [
        Column("label", "Plan"),
        Column("date", "From"),
        Column("usd", "USD a month", "usd_per_month"),
        Column("low", "5%", "usd_per_month"),
        Column("high", "95%", "usd_per_month"),
    ]
    return Table.of(case, "List price over the class period", columns, rows)


def _steps(spec: Any, base: float, start: datetime.date) -> list[tuple[datetime.date, float]]:
    """The dated steps of a price, in order; one step from the start where it has no dates."""
    dated = spec.get("dated") if isinstance(spec, Mapping) else None
    if not dated:
        return [(start, base)]
    steps = sorted((datetime.date.fromisoformat(str(day)), float(usd)) for day, usd in dated.items())
    before = [step for step in steps if step[0] <= start]
    return [*before[-1:], *(step for step in steps if step[0] > start)]


@chart()
def _prices(table: Table, ax: Axes) -> str:
    """What each plan cost a month, from day to day over the class period; a band where the price has a range."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

    said = []
    dates: Any = date2num
    for j, label in enumerate(dict.fromkeys(table["label"])):
        rows = [row for row in table.rows if row["label"] == label]
        days = [*(row["date"] for row in rows), rows[-1]["until"] + datetime.timedelta(days=1)]
        prices, low, high = (np.array([*(row[key] for row in rows), rows[-1][key]]) for key in ("usd", "low", "high"))
        if np.any(high > low):
            ax.fill_between(dates(days), low, high, step="post", color=COLOURS[j % 5], alpha=0.15, lw=0)
        ax.plot(dates(days), prices, drawstyle="steps-post", color=COLOURS[j % 5], ls=LINES[j % 5], lw=2.2, label=label)
        changes = [f"{usd(row['usd'])} from {row['date']}" for row in rows]
        between = f" (90% between {usd(low[0])} and {usd(high[0])})" if high[0] > low[0] else ""
        said.append(f"{label}: {', then '.join(changes)}{between}.")
    locator = AutoDateLocator()
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    ax.set_ylim(0, max(table["high"]) * 1.15)
    usd_axis(ax.yaxis)
    ax.set_ylabel("USD a month")
    ax.set_xlabel(
        "Class period"
        + ("; band: 5th to 95th percentile" if any(row["high"] > row["low"] for row in table.rows) else "")
    )
    ax.grid(True, axis="y", lw=0.5)
    legend_below(ax)
    return " ".join(said)


def _loss(estimate: Estimate) -> Table:
    """The steps from price to loss, by group, for each theory that measures a loss."""
    case, rows = estimate.case, []
    for name, figures in estimate.lines.items():
        if not name.endswith(("_fees_usd_per_member", "_loss_usd_per_member")) and name != "months_per_member":
            continue
        words, per_group = line(case, name), np.broadcast_to(figures, (len(case.groups),))
        cells = {group: float(amount) for group, amount in zip(case.groups, per_group, strict=True)}
        rows.append({"name": name, "label": words.label, "unit": words.unit, **cells})
    columns = [Column("label", "Step"), *(Column(group, label, "row") for group, label in case.groups.items())]
    return Table.of(case, "From price paid to loss", columns, rows, "For one member, before any cap and any question.")


def _measures(estimate: Estimate) -> Table:
    """The loss of a member by each measure side by side, for each group, with the measure that is used."""
    case, rows = estimate.case, []
    for name, theory, key, method in _methods(case):
        figures = np.broadcast_to(estimate.lines[f"{name}_by_{key}_usd_per_member"], (len(case.groups),))
        used = theory.use is None or case.inputs[theory.use].value == key
        cells = {group: float(amount) for group, amount in zip(case.groups, figures, strict=True)}
        rows.append(
            {
                "name": f"{name}_by_{key}_usd_per_member",
                "label": f"{capital(method.label)}{' (used)' if used else ''}",
                **cells,
            }
        )
    columns = [
        Column("label", "Measure"),
        *(Column(group, label, "usd_per_member") for group, label in case.groups.items()),
    ]
    note = "For one member over the class period, less refunds, before any cap and any question."
    return Table.of(case, "Loss by measure", columns, rows, note)


def _measure_fits(case: Case) -> Table:
    """What each measure assumes, which theory it fits, and where this case uses it."""
    methods = [(theory.label, method) for _, theory, _, method in _methods(case)]
    rows = []
    for field, (measure, assumes, fits) in MEASURES.items():
        here = [f"{label}: {method.label}" for label, method in methods if getattr(method, field)]
        if field == "share":
            here += [t.label for t in case.theories.values() if isinstance(t, SubscriptionValue) and t.share_lost]
        rows.append(
            {"measure": measure, "assumes": assumes, "fits": fits, "here": "; ".join(here) or "Not in this case"}
        )
    columns = [
        Column("measure", "Measure"),
        Column("assumes", "What it assumes"),
        Column("fits", "Which theory it fits"),
        Column("here", "Here"),
    ]
    note = "How practitioners use the measures; the court decides which one a theory allows."
    return Table.of(case, "What each measure assumes", columns, rows, note)


def _methods(case: Case) -> list[tuple[str, SubscriptionValue, str, Lost]]:
    return [
        (name, theory, key, method)
        for name, theory in case.theories.items()
        if isinstance(theory, SubscriptionValue)
        for key, method in (theory.lost or {}).items()
    ]
