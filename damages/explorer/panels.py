"""What the explorer shows, as HTML and charts made from a session: no widget is known here."""

from __future__ import annotations

import html
from collections.abc import Callable

import matplotlib as mpl
from matplotlib.figure import Figure

from damages.case.lines import line
from damages.characters import capital
from damages.explorer.controls import Row
from damages.explorer.session import Reading, Session
from damages.report.picture import STYLE, WIDTH, picture
from damages.report.table import percent, usd, write
from damages.report.view import View
from damages.report.views import headlines, outcomes
from damages.report.views.tornado import amounts

SWINGS = 8  # the widest; the report shows more
LESS = ("class_members_total", "usd_per_claimant", "defendant_pays_usd")
WORDS = {
    "pleaded_usd": ("Pleaded", "members × the pleaded sum"),
    "full_recovery_usd": ("Full recovery", "every claim won, nothing cut"),
    "exposure_usd": ("Exposure", "the judgment if the class wins"),
    "expected_usd": ("Expected", "over all answers and amounts"),
}


def difference(now: float, before: float, unit: str = "usd") -> str:
    """How far a figure is from what it was, in words.

    >>> difference(150e6, 100e6), difference(0.25, 0.35, "share"), difference(7.0, 7.0)
    ('+$50 million (+50%)', '-10 points', 'no change')
    """
    if abs(now - before) <= 1e-9 * max(abs(now), abs(before)):
        return "no change"
    sign = "+" if now > before else "-"
    if unit == "share":
        return f"{sign}{percent(abs(now - before)).removesuffix('%')} points"
    size = usd(abs(now - before)) if unit.startswith("usd") else write(abs(now - before), unit)
    share = f" ({sign}{percent(abs(now / before - 1.0))})" if before else ""
    return f"{sign}{size}{share}"


def headline(session: Session, compare: bool) -> str:
    """The four headlines together, and the chance of any judgment."""
    now, before = session.now.estimate, session.before.estimate
    cards = [
        (*WORDS[name], usd(value), difference(value, before.headlines[name])) for name, value in now.headlines.items()
    ]
    chance = now.chance_of_recovery
    said = difference(chance, before.chance_of_recovery, "share")
    cards.append(("Chance", "of any judgment for the class", percent(chance), said))
    shown = "".join(_card(*card, compare) for card in cards)
    return f'<div class="damages-cards{_stale(session)}">{shown}</div>'


def members(session: Session, compare: bool) -> str:
    """How many members could recover, what each claimant gets and what the defendant pays, every question answered for the class."""
    now, before, rows = session.now.estimate, session.before.estimate, []
    for name in LESS:
        words = line(now.case, name)
        new, old = float(now.lines[name]), float(before.lines[name])
        short = usd(new) if words.unit == "usd" else write(new, words.unit)
        change = f" <b>{html.escape(difference(new, old, words.unit))}</b>" if compare else ""
        rows.append(f"<li>{html.escape(words.label)}: {html.escape(short)}{change}</li>")
    return f'<ul class="damages-less{_stale(session)}">{"".join(rows)}</ul>'


def _stale(session: Session) -> str:
    return " damages-stale" if session.problem else ""


def _card(name: str, what: str, value: str, change: str, compare: bool) -> str:
    extra = f'<span class="damages-change">{html.escape(change)}</span>' if compare else ""
    return (
        f'<div class="damages-card"><span class="damages-name">{name}</span>'
        f'<span class="damages-figure">{value}</span><span class="damages-what">{what}</span>{extra}</div>'
    )


def plain(session: Session) -> str:
    """The same in one sentence."""
    now = session.now.estimate
    said = ", ".join(f"{WORDS[name][0].lower()} {usd(value)}" for name, value in now.headlines.items())
    return f"{capital(said)}; chance of any judgment {percent(now.chance_of_recovery)}. {count(session)}"


def count(session: Session) -> str:
    """How many inputs are set otherwise than in the files."""
    moved = len(session.changed)
    start = f"scenario {session.scenario}" if session.scenario else "the base case"
    return f"{moved or 'No'} {'change' if moved == 1 else 'changes'} from {start}."


def status(session: Session) -> str:
    """That sentence where a screen reader speaks it, and a warning where there is one."""
    warning = ""
    if session.problem:
        warning = f"Not possible: {session.problem} The figures are those before this change. Undo it, or change another input."
    elif session.caution:
        warning = f"Caution: {session.caution}"
    shown = warned(warning) if warning else ""
    return f'<div role="status" aria-live="polite"><p class="damages-status">{html.escape(plain(session))}</p>{shown}</div>'


def warned(sentence: str) -> str:
    """A sentence that must be seen."""
    return f'<p class="damages-warning">{html.escape(sentence)}</p>'


def note(sentence: str) -> str:
    """A sentence in passing."""
    return f'<p class="damages-note">{html.escape(sentence)}</p>'


def steps(session: Session, compare: bool) -> str:
    """From the pleaded sum to the expected one, step by step."""
    shown = headlines.steps(session.now.estimate)
    return _chart(shown, 0.52 * len(shown.rows) + 0.95, 0.5)


def chances(session: Session, compare: bool) -> str:
    """The chance of exceeding a sum, with the curve before the changes when asked for."""
    simulation = session.now.simulation
    found = {label: simulation.outcomes[name] for name, label in outcomes.CURVES.items()}
    if compare and session.now is not session.before:
        session.before.draw(session.now.quick)  # the same draws, so that a difference is no noise
        found["Judgment before the changes"] = session.before.simulation.outcomes["judgment_usd"]
    shown = outcomes.curves(session.now.case, found, 80)
    return _chart(shown, 4.2, 0.75 + 0.19 * len(found), (0.145, 0.97))


def swings(session: Session, compare: bool) -> str:
    """What moves the expected judgment most."""
    shown = amounts(session.now.tornado, most=SWINGS)
    return _chart(shown, 0.52 * min(len(shown.rows), SWINGS) + 0.95, 0.5)


PANELS: dict[str, Callable[[Session, bool], str]] = {
    "Steps": steps,
    "Chances": chances,
    "Sensitivity": swings,
}


def draws_words(reading: Reading) -> str:
    """With how many draws the curve was made."""
    few = " Fewer draws while you move inputs; every setting uses the same ones." if reading.quick else ""
    return note(f"{reading.simulation.draws:,} draws, seed {reading.seed}.{few}")


def _chart(view: View, inches: float, below: float, sides: tuple[float, float] = (0.03, 0.9)) -> str:
    """A chart on a fixed frame: laying it out anew each time would take longer than drawing it."""
    left, right = sides
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, inches))
        ax = figure.add_axes((left, below / inches, right - left, 1 - (below + 0.4) / inches))
    shown = picture(view.plot(ax), as_text=True)
    return shown._repr_html_() if shown else '<p class="damages-note">Nothing to show: no input changes it.</p>'


def about(row: Row) -> str:
    """Under a control: what it means and where its value comes from."""
    link = f' <a href="{html.escape(row.url)}" target="_blank" rel="noreferrer">source</a>' if row.url else ""
    kind, _, cite = row.source.partition(": ")
    return (
        f'<details class="damages-about"><summary>{html.escape(row.meaning)} <i>{html.escape(kind)}</i></summary>'
        f"{html.escape(cite)}{link}</details>"
    )


def tooltip(row: Row) -> str:
    """The same for a pointer that rests on the control."""
    return f"{row.meaning} {row.source}"
