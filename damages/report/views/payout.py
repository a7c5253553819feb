"""From the fund to the class: what is left after each charge, who receives what, and relief that is not money."""

from __future__ import annotations

from damages.case.lines import line
from damages.case.lines import parties as parties_of
from damages.case.schema import Case
from damages.engine.estimate import Estimate
from damages.model.charges import taken_from_fund
from damages.report.charts.bars import shares as shares_of_a_whole
from damages.report.charts.bars import waterfall
from damages.report.table import Column, Table, Words, usd, write
from damages.report.view import View


def fund(estimate: Estimate) -> View:
    """What is left of the fund after each charge, down to what reaches the class, and where unclaimed money goes."""
    return View(_unclaimed(estimate), _fund(estimate), waterfall)


def parties(estimate: Estimate) -> View:
    """What each party receives of what the defendant pays."""
    return View(None, _parties(estimate), shares_of_a_whole, {"label": "party"})


def relief(case: Case) -> View:
    """Nonmonetary relief, reported separately and never added to the sums."""
    return View(None, _relief(case))


def _unclaimed(estimate: Estimate) -> Words:
    """Where the money goes that nobody claims."""
    lines, case = estimate.lines, estimate.case
    fund, residue = float(lines["net_fund_usd"]), float(lines["residue_usd"])
    where = {"reversion": "back to the defendant"}.get(case.residue, "to a cy pres recipient")
    if fund == 0.0:
        return Words(("No net fund is left to distribute.",))
    if residue <= 0.005:
        shared = ", who share what the other members do not claim" if case.settlement.fund else ""
        paid = f"{write(float(lines['claimants']), 'people')} {case.class_size.counted.many}{shared}."
        return Words((f"The whole net fund of {usd(fund)} goes to {paid}", *_fee_against_lodestar(estimate)))
    awarded = (
        ""
        if case.settlement.fund
        else f" A judgment pays {usd(float(lines['usd_per_claimant']))} to each, the award less its share of the fee and the costs."
    )
    first = f"Of a net fund of {usd(fund)}, {usd(residue)} goes unclaimed and is paid {where}.{awarded}"
    return Words((first, *_fee_against_lodestar(estimate)))


MOST_MULTIPLE = 4.0  # of a lodestar; an assumption from practice


def _fee_against_lodestar(estimate: Estimate) -> list[str]:
    """A warning where the fee is many times what the hours would come to."""
    multiple = float(estimate.lines.get("lodestar_multiple", 0.0))
    if multiple <= MOST_MULTIPLE:
        return []
    return [
        f"If the class wins, the fee is {multiple:.1f} times the lodestar. Courts seldom go beyond {MOST_MULTIPLE:g} (practice, unverified); "
        "on a large fund the share is usually lowered."
    ]


def _fund(estimate: Estimate) -> Table:
    """What is left of the fund after each charge, down to what reaches the class."""
    case, lines = estimate.case, estimate.lines
    left = float(lines["fund_usd"])
    rows = [{"name": "fund_usd", "label": "Fund", "left_usd": left}]
    for name in taken_from_fund():
        left -= float(lines[name])
        if float(lines[name]):
            rows.append({"name": name, "label": f"After {line(case, name).label.lower()}", "left_usd": max(left, 0.0)})
    rows.append(
        {"name": "paid_to_class_usd", "label": "Paid to the class", "left_usd": float(lines["paid_to_class_usd"])}
    )
    note = "At base values, if the class wins."
    return Table.of(
        case, "From the fund to the class", [Column("label", "Step"), Column("left_usd", "Left", "usd")], rows, note
    )


def _parties(estimate: Estimate) -> Table:
    """What each party receives of what the defendant pays, and where unclaimed money goes."""
    case, lines = estimate.case, estimate.lines
    parts = {name: party for name, party in parties_of(case).items() if name in lines}
    total = sum(float(lines[name]) for name in parts)
    rows = [
        {
            "name": name,
            "party": party,
            "usd": float(lines[name]),
            "share": float(lines[name]) / total if total else 0.0,
            "error": 0.0,
        }
        for name, party in parts.items()
    ]
    columns = [Column("party", "Who"), Column("usd", "USD", "usd"), Column("share", "Share", "share")]
    note = "At base values, if the class wins."
    return Table.of(case, "Distribution of what the defendant pays", columns, rows, note)


def _relief(case: Case) -> Table:
    """Nonmonetary relief, reported separately and never added to the sums."""
    rows = [
        {
            "label": item.label,
            "needs": "; ".join(case.inputs[name].label for name in item.needs) or "Nothing",
            "cost": case.shapes[item.cost][""].base if item.cost else None,
            "source": item.source.cite,
        }
        for item in case.relief.values()
    ]
    columns = [
        Column("label", "Relief"),
        Column("needs", "Needs"),
        Column("cost", "Cost to the defendant", "usd"),
        Column("source", "Source"),
    ]
    return Table.of(case, "Nonmonetary relief", columns, rows)
