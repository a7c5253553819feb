"""How the command line meets its user: verbs under headings, the Tab key, progress with time left. Loads nothing heavy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import typer.core

from damages.characters import harmless

GROUPS = {
    "One case": ("check", "estimate", "sensitivity", "scenarios", "report", "workbook", "sweep"),
    "Your own case": ("init", "new", "records", "schema"),
    "The law and real judgments": ("statutes", "judgments"),
}


class Grouped(typer.core.TyperGroup):
    """The verbs under headings, in the order of a first day; a verb without a heading stands under the last."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        grouped = {name for names in GROUPS.values() for name in names}
        rest = tuple(name for name in self.list_commands(ctx) if name not in grouped)
        for heading, names in {**GROUPS, "Further": rest}.items():
            found = [(name, self.commands[name].get_short_help_str(200)) for name in names if name in self.commands]
            if found:
                with formatter.section(heading):
                    formatter.write_dl(found)


class Harmless:
    """A stream that shows what could steer a terminal, such as ESC, as its number: labels and names are others' text."""

    def __init__(self, plain: Any):
        self.plain = plain

    def write(self, text: str) -> int:
        self.plain.write("\r".join(harmless(part) for part in text.split("\r")))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plain, name)


def offers(what: str) -> Callable[[Any, list[str], str], list[str]]:
    """A function of `damages.case.complete` for the Tab key, loaded when the key is pressed."""

    def offered(ctx: Any, args: list[str], incomplete: str) -> list[str]:
        from damages.case import complete

        found: list[str] = getattr(complete, what)(ctx, args, incomplete)
        return found

    return offered


def tell(what: str, done: int, of: int) -> None:
    """One line of progress on the error stream, rewritten in place on a terminal."""
    on_terminal, plain = sys.stderr.isatty(), getattr(sys.stderr, "plain", sys.stderr)
    end = "\r" if on_terminal and done < of else "\n"
    print(f"{chr(27)}[K" * on_terminal + f"[{done}/{of}] {harmless(what)}", end=end, file=plain, flush=True)


def tell_time_left() -> Callable[[str, int, int, int], None]:
    """Tells how far the runs are, and how long the rest takes at the pace so far."""
    began = monotonic()

    def told(name: str, done: int, of: int, before: int) -> None:
        left = (monotonic() - began) / (done - before) * (of - done)
        tell(f"{name}{f', {in_words(left)} left' if done < of else ''}", done, of)

    return told


def in_words(seconds: float) -> str:
    """A time to wait, as one says it.

    >>> in_words(4.2), in_words(75), in_words(4000)
    ('about 5 s', 'about 1 min', 'about 1 h 7 min')
    """
    if seconds < 60:
        return f"about {5 * max(1, round(seconds / 5))} s"
    minutes = round(seconds / 60)
    return f"about {minutes} min" if minutes < 60 else f"about {minutes // 60} h {minutes % 60} min"


def write_csv(rows: list[dict[str, Any]]) -> None:
    """Rows on the output, comma-separated, with a heading."""
    from damages.files import write_rows

    write_rows(rows, sys.stdout)


def shown(path: Path) -> str:
    """A path as short as it can be typed here."""
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else str(path)
