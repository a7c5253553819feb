"""Where the methods differ: the rank that each gives each input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from damages.case.schema import Case
from damages.characters import capital
from damages.report.table import Column, Table, Words
from damages.report.view import View


def rankings(case: Case, orders: Mapping[str, Sequence[str]], most: int = 10) -> View:
    """The inputs by the rank that each method gives them; ``orders`` is method → inputs, the most important first."""
    return View(_words(case, orders), _table(case, orders, most))


def _words(case: Case, orders: Mapping[str, Sequence[str]], among: int = 5) -> Words:
    """The input on which methods differ most, of those that any of them puts among the first."""
    first = dict.fromkeys(name for order in orders.values() for name in order[:among])
    places = {
        name: {method: order.index(name) + 1 for method, order in orders.items() if name in order} for name in first
    }
    if not first or len(orders) < 2:
        return Words(("There are no rankings to compare.",))
    name = max(places, key=lambda one: max(places[one].values()) - min(places[one].values()))
    best, worst = (pick(places[name], key=lambda one: places[name][one]) for pick in (min, max))
    if places[name][best] == places[name][worst]:
        return Words((f"All methods rank the first {among} inputs alike.",))
    return Words(
        (
            f"The methods differ most on “{case.inputs[name].label}”: rank {places[name][best]} by {best}, rank {places[name][worst]} by {worst}.",
        )
    )


def _table(case: Case, orders: Mapping[str, Sequence[str]], most: int) -> Table:
    """The rank that each method gives each input, the highest on average first."""
    names = list(dict.fromkeys(name for order in orders.values() for name in order if name in case.inputs))
    last = max((len(order) for order in orders.values()), default=0) + 1

    def place(name: str, order: Sequence[str]) -> int | None:
        return list(order).index(name) + 1 if name in order else None

    rows: list[dict[str, Any]] = [
        {"name": name, "label": case.inputs[name].label, **{key: place(name, order) for key, order in orders.items()}}
        for name in names
    ]
    rows.sort(key=lambda row: sum(row[key] or last for key in orders))
    columns = [Column("label", "Input"), *(Column(key, capital(key), "count") for key in orders)]
    note = "1 is the most important input by that method; empty where the method shows no effect."
    return Table.of(case, "Ranking of the inputs, by method", columns, rows[:most], note)
