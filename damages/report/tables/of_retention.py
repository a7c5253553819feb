"""Tables about how long subscribers stay: a cohort with its fit and forecast, and the flow through a class period."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import numpy as np

from damages.case.derived import DAYS_PER_MONTH
from damages.case.schema import Case
from damages.counting.retention import Flow, Retention, effective_churn, flow_of
from damages.engine.paths import Estimate
from damages.report.table import Column, Table, write

LEVELS = (0.025, 0.975)


def retention_table(
    fit: Retention,
    survivors: Sequence[float],
    later: Sequence[float] = (),
    renewals: int | None = None,
    cohort: str = "cohort",
) -> Table:
    """The survivors of a cohort beside the model: its fit, and its forecast with the error of the estimates.

    Parameters
    ----------
    survivors : the counts that the model was fitted to, from the start on; percent serve as well
    later : counts in the same unit that it did not see
    renewals : how far to forecast; to the last count when left out
    cohort : its name for the title, such as "simulated cohort"
    """
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


def flow_table(case: Case, flow: Flow) -> Table:
    """Subscribers month by month through the class period: subscribed, joined, left."""
    period = case.class_period
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
        Column("stock", "Subscribers at its start", "people"),
        Column("joined", "Joined", "people"),
        Column("left", "Left", "people"),
    ]
    note = (
        f"{write(flow.stock[0], 'people')} subscribers on the first day and {write(float(flow.joined.sum()), 'people')} who joined are "
        f"{write(flow.people, 'people')} different people; they paid for {write(flow.subscriber_months, 'count')} months, "
        f"{write(flow.months_per_member, 'months')} each. "
        + ("The last month is a partial month. " if flow.months[-1] % 1 else "")
        + "At base values, all groups together."
    )
    return Table.of(case, "Subscribers month by month", columns, rows, note)


def churn_table(estimate: Estimate, fits: Mapping[str, Retention], months_per_renewal: int = 12) -> Table:
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
