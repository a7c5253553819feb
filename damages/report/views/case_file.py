"""The case as it was written: its head, summary, dates, inputs, authorities, and what its figures leave out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel

from damages.case.derived import plus_years
from damages.case.schema import Case
from damages.law.authorities import Authority, cited_in
from damages.reader.words import Source
from damages.report.charts.chart import DARK, LIGHT, chart
from damages.report.table import Column, Table, Title, Words, percent
from damages.report.view import View, view

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@view(Case)
def whole(case: Case) -> View:
    """What the case is about, its dates and every input."""
    return View(
        summary(case).words, inputs(case).table, _timeline_chart, drawn=timeline(case).table, title=title(case).title
    )


def title(case: Case, what: str = "") -> View:
    """The head of a page about a case."""
    return View(title=_title(case, what))


def summary(case: Case) -> View:
    """What the case is about, in the words of its file."""
    return View(Words((" ".join((case.summary or case.disposition).split()),)))


def timeline(case: Case) -> View:
    """The dates of the case."""
    return View(None, _timeline(case), _timeline_chart)


def inputs(case: Case, roles: Sequence[str] = ("fact", "uncertain", "question", "choice")) -> View:
    """Every input with its value, its range and its source."""
    return View(None, _inputs(case, roles))


def authorities(case: Case, known: Sequence[Authority]) -> View:
    """The authorities that a case cites: what each stands for, and how far it was checked."""
    return View(None, _authorities(case, known))


def limits(case: Case) -> View:
    """What the figures do not say."""
    return View(_limits(case))


def _title(case: Case, what: str = "") -> Title:
    """The head of a page about a case."""
    scenario = f"Scenario: {case.scenario_title}. {' '.join(case.scenario_why.split())}" if case.scenario_title else ""
    valued = f"Valued on {case.valued_on.day} {case.valued_on:%B %Y}" if case.valued_on else ""
    subtitle = ". ".join(filter(None, [what, case.docket, valued, scenario]))
    return Title(case.title, subtitle, " ".join(case.disposition.split()) if case.hypothetical else "")


def _timeline(case: Case) -> Table:
    """The dates of the case."""
    rows = [
        {"date": event.date, "event": event.event, "source": event.source.cite}
        for event in sorted(case.timeline, key=lambda event: event.date)
    ]
    columns = (Column("date", "Date"), Column("event", "Event"), Column("source", "Source"))
    return Table("Timeline", columns, tuple(rows))


@chart(lambda rows, columns: 0.72 * rows + 0.9)
def _timeline_chart(table: Table, ax: Axes) -> str:
    """The dates of a case in order, evenly spaced, with the days between them."""
    dates, events = table["date"], table["event"]
    places = np.arange(len(dates))[::-1]
    ax.vlines(0, places.min(), places.max(), color=LIGHT, lw=2)
    ax.plot(np.zeros(len(dates)), places, "o", color=DARK, ms=8)
    for place, date, event in zip(places, dates, events, strict=True):
        ax.text(-0.03, place, f"{date.day} {date:%b %Y}", ha="right", va="center", fontweight="bold")
        ax.text(0.03, place, textwrap.fill(event, 46), ha="left", va="center")
    for place, first, second in zip(places, dates, dates[1:], strict=False):
        ax.text(
            -0.03, place - 0.5, f"{(second - first).days:,} days", ha="right", va="center", fontsize=9, color="#555555"
        )
    ax.set_xlim(-0.3, 1)
    ax.set_ylim(-0.6, len(dates) - 0.4)
    ax.axis("off")
    return " ".join(f"{date}: {event}." for date, event in zip(dates, events, strict=True))


KIND_WORDS = {
    "statute": "statute",
    "opinion": "court opinion",
    "record": "record of the case",
    "study": "study",
    "press": "press",
    "derived": "worked out from other figures",
    "assumption": "assumption",
}
# What an input is called by who could supply better evidence on it.
HOLDER_WORDS = {
    "defendant": "the defendant's records",
    "plaintiffs": "the plaintiffs and their counsel",
    "public": "public sources",
    "expert": "an expert or a survey",
    "court": "the court",
}


def _inputs(case: Case, roles: Sequence[str] = ("fact", "uncertain", "question", "choice")) -> Table:
    """Every input with its value, its range and its source."""
    rows = []
    for name, given in case.inputs.items():
        if given.role not in roles:
            continue
        checked = " (unverified)" if given.source.checked == "unverified" else ""
        rows.append(
            {
                "name": name,
                "label": given.label,
                "value": _input_value(case, name),
                "range": _range_words(case, name),
                "kind": KIND_WORDS[given.source.kind] + checked,
                "source": " ".join(given.source.cite.split()),
                "unit": given.unit,
            }
        )
    return Table.of(
        case,
        "Inputs",
        [
            Column("label", "Input"),
            Column("value", "Base value", "row"),
            Column("range", "Range"),
            Column("kind", "Kind of source"),
            Column("source", "Source"),
        ],
        rows,
    )


def _input_value(case: Case, name: str) -> Any:
    given = case.inputs[name]
    if given.role == "choice":
        return (given.options or {}).get(given.value, given.value)
    if given.role == "question":
        return _chance_words(case, given.chance) if isinstance(given.chance, dict) else given.chance
    return [shape.base for shape in case.shapes[name].values()]


def _chance_words(case: Case, chance: Any) -> str:
    """A chance of yes that depends on earlier answers."""
    if not isinstance(chance, dict):
        return percent(float(chance))
    yes, no = (_chance_words(case, chance[answer]) for answer in ("yes", "no"))
    return f"{yes} if “{case.inputs[chance['given']].label}”, else {no}"


def _ends_words(ends: Any) -> str:
    if isinstance(ends, dict):
        return f"{_ends_words(ends['yes'])}, else {_ends_words(ends['no'])}"
    return f"{percent(float(ends[0]))} to {percent(float(ends[1]))}"


def _range_words(case: Case, name: str) -> str:
    given = case.inputs[name]
    if given.role == "question":
        return _ends_words(given.range) if given.range is not None else "yes or no"
    if given.role == "choice":
        return "a choice"
    if not case.has_range(name):
        return "one value"
    shapes = case.shapes[name]
    return "; ".join(f"{case.groups[group]}: {shape}" if group else str(shape) for group, shape in shapes.items())


def _authorities(case: Case, known: Sequence[Authority]) -> Table:
    """The authorities that a case cites: what each stands for, and how far it was checked."""
    text = " ".join(source.cite for source in _sources(case))
    rows = [{"cite": one.cite, "point": one.point, "checked": one.checked} for one in cited_in(text, known)]
    columns = [Column("cite", "Authority"), Column("point", "What it stands for here"), Column("checked", "Checked")]
    return Table(
        "Authorities",
        tuple(columns),
        tuple(rows),
        "text: the authority itself was read; secondary: a secondary source was read; unverified: not checked.",
    )


def _sources(part: Any) -> Iterator[Source]:
    """Every source in a part of a case."""
    if isinstance(part, Source):
        yield part
    elif isinstance(part, BaseModel):
        for field in type(part).model_fields:
            yield from _sources(getattr(part, field))
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _sources(inner)


def _ended(case: Case) -> list[str]:
    """The theories whose time to sue, counted from discovery, has ended for a class that is not filed yet."""
    found = []
    for name, theory in case.theories.items():
        terms, provision = theory.limitation, case.provisions.get(name)
        years = terms and (terms.years or (provision.limitation.years if provision else None))
        if not terms or not terms.discovered or not years or not case.valued_on:
            continue
        last = plus_years(terms.discovered, years)
        if last < case.valued_on:
            found.append(
                f"{theory.label}: the time to sue, {years:g} years from discovery on {terms.discovered.day} {terms.discovered:%B %Y}, "
                f"ended on {last.day} {last:%B %Y}, before this valuation; a class that was not filed by then is late."
            )
    return found


def _limits(case: Case) -> Words:
    """What the figures do not say."""
    assumed = [given.label for given in case.inputs.values() if given.source.kind == "assumption"]
    unverified = [given.label for given in case.inputs.values() if given.source.checked == "unverified"]
    paragraphs = [
        f"{len(assumed)} of {len(case.inputs)} inputs are assumptions; the table of inputs marks each. The estimate is no better than its assumptions.",
        "The chances of the questions are professional judgment, not law. The Monte Carlo error measures sampling error only; it does not say whether the inputs are right.",
        "This is an estimate from stated inputs, not legal advice and not a prediction of what any court will do.",
    ]
    paragraphs[1:1] = [" ".join(caveat.split()) for caveat in case.caveats]
    paragraphs += _ended(case)
    if unverified:
        paragraphs.insert(1, f"These inputs rest on unverified sources: {'; '.join(unverified)}.")
    return Words(tuple(paragraphs))
