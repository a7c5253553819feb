"""What a file of accounts says: who was counted, and which rows were set aside and why."""

from __future__ import annotations

from damages.records.counts import RecordCount
from damages.report.charts.bars import bars
from damages.report.table import Column, Table, percent, write
from damages.report.view import View


def people(counted: RecordCount, name: str) -> View:
    """People in the period, people on its last day and months of subscription, by plan."""
    return View(None, _people(counted, name))


def states(counted: RecordCount, name: str) -> View:
    """People by State, each in the State of the spell that started last."""
    return View(None, _states(counted, name))


def set_aside(counted: RecordCount, name: str) -> View:
    """The rows that were not counted, by the rule that set them aside; every row is in one line."""
    return View(None, _set_aside(counted, name), bars, {"key": "rows"})


NOT_STATED = "(not stated)"


def _people(counted: RecordCount, name: str) -> Table:
    """People in the period, people on its last day and months of subscription, by plan."""
    rows = [
        {
            "plan": plan or NOT_STATED,
            "people": counted.people[plan],
            "at_end": counted.at_end[plan],
            "months": counted.months[plan],
        }
        for plan in counted.people
    ]
    total = {"plan": "All", "people": counted.total, "at_end": sum(counted.at_end.values())}
    rows.append({**total, "months": sum(counted.months.values())})
    columns = (
        Column("plan", "Plan"),
        Column("people", "Different people", "people"),
        Column("at_end", "of them on the last day", "people"),
        Column("months", "Months", "count"),
    )
    note = (
        "Each person is counted once, under the plan with the most days; a day with several spells is counted once. "
        f"{write(counted.several_accounts, 'people')} people have more than one account; "
        f"{write(counted.without_person, 'count')} rows name no person, so each such account counts as one person; "
        f"{write(counted.overlapping_days, 'count')} days fall in more than one spell."
    )
    return Table(f"People in {name}", columns, tuple(rows), note)


def _states(counted: RecordCount, name: str) -> Table:
    """People by State, each in the State of the spell that started last."""
    rows = tuple(
        {"state": state or NOT_STATED, "people": people, "share": people / counted.total}
        for state, people in counted.by_state.items()
    )
    columns = (
        Column("state", "State"),
        Column("people", "Different people", "people"),
        Column("share", "Share", "share"),
    )
    return Table(f"People by State in {name}", columns, rows)


def _set_aside(counted: RecordCount, name: str) -> Table:
    """The rows that were not counted, by the rule that set them aside; every row is in one line."""
    reasons = {reason: rows for reason, rows in counted.set_aside.items() if rows}
    kept = counted.rows - sum(reasons.values())
    rows = tuple(
        {"label": label, "rows": count, "share": count / counted.rows}
        for label, count in {**reasons, "counted": kept}.items()
        if counted.rows
    )
    columns = (Column("label", "Rows"), Column("rows", "Number of rows", "count"), Column("share", "Share", "share"))
    note = f"{write(counted.rows, 'count')} rows were read; {percent(kept / max(counted.rows, 1))} are counted."
    return Table(f"Rows excluded from {name}", columns, rows, note)
