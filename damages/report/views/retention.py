"""How long subscribers stay: a cohort with its fit and forecast, and the flow through a class period."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from damages.case.derived import DAYS_PER_MONTH
from damages.case.schema import Case
from damages.characters import capital
from damages.counting.retention import Flow, Retention, effective_churn, flow_of
from damages.engine.estimate import Estimate
from damages.report.charts.chart import COLOURS, DARK, HATCHES, LIGHT, MID, chart, figure_of
from damages.report.charts.marks import (
    legend_below,
    percent_axis,
    short_count,
    whole_ticks,
)
from damages.report.table import Column, Table, percent, write
from damages.report.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def survival(
    fit: Retention,
    survivors: Sequence[float],
    later: Sequence[float] = (),
    renewals: int | None = None,
    cohort: str = "cohort",
    source: str = "",
) -> View:
    """The survivors of a cohort beside the model: its fit, and its forecast with the error of the estimates.

    Parameters
    ----------
    survivors : the counts that the model was fitted to, from the start on; percent serve as well
    later : counts in the same unit that it did not see
    renewals : how far to forecast; to the last count when left out
    cohort : its name for the title, such as "simulated cohort"
    source : where the counts come from, for a sentence under the chart
    """
    return View(None, _cohort(fit, survivors, later, renewals, cohort), _survival_chart, caption=source)


def flow(estimate: Estimate) -> View:
    """Subscribers month by month through the class period; nothing where the case has no turnover."""
    found = flow_of(estimate)
    return View(None, _flow(estimate.case, found) if found else None, _flow_chart)


def churn(estimate: Estimate, fits: Mapping[str, Retention], months_per_renewal: int = 12) -> View:
    """The class period at the churn of the case, and at that of each fitted cohort."""
    return View(None, _churn(estimate, fits, months_per_renewal))


LEVELS = (0.025, 0.975)


def _cohort(
    fit: Retention, survivors: Sequence[float], later: Sequence[float], renewals: int | None, cohort: str
) -> Table:
    """The survivors of a cohort beside the model: its fit, and its forecast with the error of the estimates."""
    counts = [*survivors, *later]
    last = max(renewals or 0, len(counts) - 1)
    model = fit.survival(last)
    low, high = np.quantile(fit.survival_draws(last), LEVELS, axis=0)
    rows = tuple(
        {
            "renewal": t,
            "observed": counts[t] / counts[0] if t < len(counts) else None,
            "used": "fitted" if t < len(survivors) else "holdout" if t < len(counts) else "forecast",
            "model": float(model[t]),
            "low": float(low[t]),
            "high": float(high[t]),
        }
        for t in range(last + 1)
    )
    columns = (
        Column("renewal", "Renewal", "count"),
        Column("observed", "Still subscribed", "share"),
        Column("used", "Used as"),
        Column("model", "Model", "share"),
        Column("low", "2.5%", "share"),
        Column("high", "97.5%", "share"),
    )
    note = (
        f"Shifted-beta-geometric model by maximum likelihood: alpha {fit.alpha:.3f} (standard error {fit.se_alpha:.3f}), "
        f"beta {fit.beta:.3f} ({fit.se_beta:.3f}), log-likelihood {fit.log_likelihood:,.1f}. "
        "The interval reflects the error of the estimates, not model error."
    )
    return Table(f"Retention: {cohort}", columns, rows, note)


@chart()
def _survival_chart(table: Table, ax: Axes) -> str:
    """The share of a cohort still subscribed after each renewal: counts, model, and forecast interval."""
    model = np.array(table["model"])
    ax.fill_between(
        table["renewal"], table["low"], table["high"], facecolor=LIGHT, alpha=0.5, lw=0, label="model, 95% interval"
    )
    ax.plot(table["renewal"], model, color=DARK, lw=1.8, label="model")
    said = []
    for used, fill, words in (
        ("fitted", DARK, "counts it was fitted to"),
        ("holdout", "white", "counts not used in the fit"),
    ):
        rows = [row for row in table.rows if row["used"] == used]
        if not rows:
            continue
        ax.plot(
            [row["renewal"] for row in rows],
            [row["observed"] for row in rows],
            "o" if used == "fitted" else "D",
            mfc=fill,
            mec=DARK,
            ms=6,
            label=words,
        )
        worst = max(abs(row["observed"] - row["model"]) for row in rows)
        said.append(f"The {words} lie within {percent(worst).removesuffix('%')} percentage points of the model.")
    last = table.rows[-1]
    ax.annotate(
        percent(last["model"]), (last["renewal"], last["model"]), (0, 9), textcoords="offset points", ha="center"
    )
    ax.set_ylim(0, 1.04)
    whole_ticks(ax.xaxis)
    percent_axis(ax.yaxis)
    ax.set_xlabel("Renewals")
    ax.set_ylabel("Share of the cohort still subscribed")
    legend_below(ax)
    return (
        f"The model retains {percent(float(model[1]))} after the first renewal and {percent(last['model'])} after renewal {last['renewal']}. "
        + " ".join(said)
    )


def _flow(case: Case, flow: Flow) -> Table:
    """Subscribers month by month through the class period: subscribed, joined, left."""
    period, who = case.class_period, case.class_size.counted.many
    rows = [
        {
            "month": i + 1,
            "from": period.start + datetime.timedelta(days=round(float(since) * DAYS_PER_MONTH)) if period else None,
            "stock": float(stock),
            "joined": float(joined),
            "left": float(left),
        }
        for i, (since, stock, joined, left) in enumerate(
            zip(flow.months, flow.stock, flow.joined, flow.left, strict=False)
        )
    ]
    columns = [
        Column("month", "Month", "count"),
        *([Column("from", "From")] if period else []),
        Column("stock", f"{capital(who)} at its start", "people"),
        Column("joined", "Joined", "people"),
        Column("left", "Left", "people"),
    ]
    note = (
        f"{write(flow.stock[0], 'people')} {who} on the first day and {write(float(flow.joined.sum()), 'people')} who joined are "
        f"{write(flow.people, 'people')} different {who}; together they make {write(flow.subscriber_months, 'count')} months, "
        f"{write(flow.months_per_member, 'months')} each. "
        + ("The last month is a partial month. " if flow.months[-1] % 1 else "")
        + "At base values, all groups together."
    )
    return Table.of(case, f"{capital(who)} month by month", columns, rows, note)


@chart(4.8)
def _flow_chart(table: Table, ax: Axes) -> str:
    """Subscribers at the start of each month above, those who joined and left in it below."""
    months, stock, joined, left = (np.array(table[key], dtype=float) for key in ("month", "stock", "joined", "left"))

    def people(count: float, _: float | None = None) -> str:
        return short_count(abs(count))

    ax.plot(months, stock, color=DARK, lw=2, marker="o", ms=3.5)
    for i, side in ((0, "left"), (-1, "right")):
        ax.annotate(short_count(stock[i]), (months[i], stock[i]), (0, 7), textcoords="offset points", ha=side)
    ax.set_ylim(0, float(stock.max()) * 1.2)
    ax.yaxis.set_major_formatter(people)
    ax.set_ylabel("At its start,\npeople")
    ax.tick_params(labelbottom=False)
    whole = ax.get_subplotspec()
    assert whole is not None  # a chart's Axes is always a subplot
    parts = whole.subgridspec(2, 1, height_ratios=(1, 0.9))
    ax.set_subplotspec(parts[0])
    below = figure_of(ax).add_subplot(parts[1], sharex=ax)
    below.bar(months, joined, color=MID, width=0.8, label="joined")
    below.bar(months, -left, color="white", edgecolor=COLOURS[1], hatch=HATCHES[1], width=0.8, label="left")
    below.axhline(0, color=DARK, lw=1)
    most = float(max(joined.max(), left.max())) or 1.0
    below.set_ylim(-most * 1.45, most * 1.45)
    for height, words in ((1.12, "joined"), (-1.35, "left")):
        below.text(months[0] - 0.4, most * height, words, fontsize=10)
    below.yaxis.set_major_formatter(people)
    whole_ticks(below.xaxis)
    below.set_ylabel("In the month,\npeople")
    below.set_xlabel("Month of the class period")
    return (
        f"Over {len(months)} months the number at its start goes from {write(stock[0], 'people')} to {write(stock[-1], 'people')}; "
        f"{write(float(joined.sum()), 'people')} joined and {write(float(left.sum()), 'people')} left."
    )


def _churn(estimate: Estimate, fits: Mapping[str, Retention], months_per_renewal: int) -> Table:
    """The class period at the churn of the case, and at that of each fitted cohort."""
    case, turnover = estimate.case, estimate.case.class_size.turnover
    rows = []
    if turnover:
        growth, own = (case.shapes[name][""].base for name in (turnover.growth, turnover.churn))
        churns = {"This case": own} | {
            label: effective_churn(fit, growth, months_per_renewal=months_per_renewal) for label, fit in fits.items()
        }
        for label, churn in churns.items():
            flow = flow_of(estimate, churn)
            assert flow is not None  # a case with turnover has a flow
            rows.append(
                {
                    "label": label,
                    "churn": churn,
                    "people": flow.people,
                    "months": flow.months_per_member,
                    "sold": flow.subscriber_months,
                }
            )
    columns = [
        Column("label", "Churn of"),
        Column("churn", "Churn a month", "per_month"),
        Column("people", "Different people", "people"),
        Column("months", "Months each", "months"),
        Column("sold", "Months sold", "count"),
    ]
    note = (
        "Months sold follow from the subscriber base and its growth, so churn changes only how many people share them."
    )
    return Table.of(case, "People and months at other churns", columns, rows, note)
