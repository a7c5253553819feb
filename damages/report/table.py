"""A labelled table, and how numbers are written. Rounding happens here and nowhere else."""

from __future__ import annotations

import datetime
import html
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from damages.case.schema import Case
from damages.reader.digits import PLACES, settled
from damages.report.block import HtmlBlock, cell

if TYPE_CHECKING:
    import pandas

HYPOTHETICAL = "hypothetical"
CENTS = 2  # places of a sum of money: what is left of a difference of large sums may be rounding


def usd(amount: float) -> str:
    """Dollars for a sentence or a chart, to three figures: $1.2 billion, not 1.2e9.

    >>> usd(1_234_567_890), usd(127_624_189), usd(17.1718), usd(0), usd(-2_500)
    ('$1.23 billion', '$128 million', '$17.17', '$0', '-$2,500')
    """
    if not math.isfinite(amount):
        return "not finite"
    sign, size = ("-" if amount < 0 else ""), abs(amount)
    for one, word in ((1e12, " trillion"), (1e9, " billion"), (1e6, " million")):
        if size >= one * 0.9995:
            return f"{sign}${_three_figures(size / one)}{word}"
    if size >= 1_000:
        return f"{sign}${round(size, -1) if size >= 10_000 else round(size):,.0f}"
    return f"{sign}${size:,.2f}" if size and size % 1 else f"{sign}${size:,.0f}"


def _three_figures(number: float) -> str:
    places = 2 if number < 9.995 else 1 if number < 99.95 else 0
    text = f"{number:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """A share in percent, to three figures.

    >>> percent(0.3), percent(0.0327), percent(0.00434175), percent(0.0000217), percent(0)
    ('30%', '3.27%', '0.434%', '0.00217%', '0%')
    """
    value = share * 100
    places = 1 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{places}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def write(value: Any, unit: str) -> str:
    """A value as a table shows it.

    >>> write(127624189.1235, "usd"), write(17.1718, "usd_per_member"), write(1276241.9, "people"), write(0.0327, "per_month")
    ('$127,624,189', '$17.17', '1,276,242', '3.27% a month')
    """
    if value is None:
        return ""
    if isinstance(value, str | datetime.date):
        return str(value)
    if isinstance(value, tuple | list):
        return " · ".join(write(part, unit) for part in value)
    if not math.isfinite(value):
        return "not finite"
    if unit == "usd":
        return f"-${-value:,.0f}" if value <= -0.5 else f"${abs(value):,.0f}"
    if unit in ("usd_per_member", "usd_per_unit", "usd_per_month", "cents"):
        return f"-${-value:,.2f}" if value <= -0.005 else f"${abs(value):,.2f}"
    if unit in ("share", "answer"):
        return percent(value)
    if unit in ("per_month", "per_year"):
        return f"{percent(value)} a {unit.removeprefix('per_')}"
    if unit == "utility":
        return f"{value:.4f}"
    if unit in ("people", "count"):
        return f"{value:,.0f}"
    if unit == "figure":  # of a statistic: five figures
        return f"{value:.5g}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def listed(words: Sequence[str], last: str = "and") -> str:
    """Words in a sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


@dataclass(frozen=True)
class Column:
    """A column: the key of its values, its heading, and the unit they are written in ('row': the row says)."""

    key: str
    heading: str
    unit: str = "text"

    @property
    def is_number(self) -> bool:
        return self.unit != "text"


@dataclass(frozen=True)
class Table(HtmlBlock):
    """Rows of values with the headings and units to write them; shows itself in a notebook and a terminal.

    Its figures have the digits that every processor agrees on, so that what is drawn or written from them does too.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]
    note: str = ""
    hypothetical: bool = False

    def __post_init__(self) -> None:
        units = {column.key: column.unit for column in self.columns}

        def cell(row: dict[str, Any], key: str) -> Any:
            unit = units.get(key)
            return _settled(row[key], CENTS if (row.get("unit") if unit == "row" else unit) == "usd" else PLACES)

        object.__setattr__(self, "rows", tuple({key: cell(row, key) for key in row} for row in self.rows))

    @staticmethod
    def of(case: Case, title: str, columns: Sequence[Column], rows: Sequence[dict[str, Any]], note: str = "") -> Table:
        """A table about a case, marked hypothetical where the case is."""
        return Table(title, tuple(columns), tuple(rows), note, case.hypothetical)

    @property
    def caption(self) -> str:
        return f"{self.title} ({HYPOTHETICAL})" if self.hypothetical else self.title

    def __getitem__(self, key: str) -> list[Any]:
        """One column's values."""
        return [row.get(key) for row in self.rows]

    def frame(self) -> pandas.DataFrame:
        """The values as a data frame, for work of one's own."""
        import pandas

        return pandas.DataFrame({column.key: self[column.key] for column in self.columns})

    def as_json(self) -> dict[str, Any]:
        """Title, note and rows, as data."""
        return {"title": self.title, "note": self.note, "rows": list(self.rows)}

    def text(self, row: dict[str, Any], column: Column) -> str:
        """One cell as it is shown."""
        return write(row.get(column.key), row["unit"] if column.unit == "row" else column.unit)

    def titled(self, title: str) -> Table:
        """The same table under another title."""
        return replace(self, title=title)

    def without(self, *keys: str) -> Table:
        """The same table with fewer columns."""
        return replace(self, columns=tuple(column for column in self.columns if column.key not in keys))

    def without_rows(self, *names: str) -> Table:
        """The same table without the rows of those names."""
        return replace(self, rows=tuple(row for row in self.rows if row.get("name") not in names))

    def keeping(self, names: Collection[str]) -> Table:
        """The same table with the rows of those names alone."""
        return replace(self, rows=tuple(row for row in self.rows if row.get("name") in names))

    def head(self, count: int) -> Table:
        """The first rows."""
        return replace(self, rows=self.rows[:count])

    def _html(self) -> str:
        esc = html.escape
        if not self.rows:
            return f"<p>{esc(self.caption)}: none.</p>"

        head = "".join(cell(esc(column.heading), column.is_number, "col") for column in self.columns)
        body = "".join(
            "<tr>"
            + "".join(
                cell(esc(self.text(row, column)), column.is_number, "" if i else "row")
                for i, column in enumerate(self.columns)
            )
            + "</tr>"
            for row in self.rows
        )
        note = f'<p class="table-note">{esc(self.note)}</p>' if self.note else ""
        return (
            f'<div class="table-box" style="overflow-x:auto" role="region" tabindex="0" aria-label="{esc(self.caption)}">'
            f'<table class="damages"><caption style="text-align:left;font-weight:600">{esc(self.caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{note}"
        )

    def __repr__(self) -> str:
        if not self.rows:
            return f"{self.caption}: none."
        cells = [
            [column.heading for column in self.columns],
            *([self.text(row, column) for column in self.columns] for row in self.rows),
        ]
        widths = [max(len(row[i]) for row in cells) for i in range(len(self.columns))]
        lines = [
            "  ".join(
                text.rjust(width) if c.is_number else text.ljust(width)
                for text, width, c in zip(row, widths, self.columns, strict=True)
            ).rstrip()
            for row in cells
        ]
        return "\n".join(
            [self.caption, lines[0], "-" * max(map(len, lines)), *lines[1:], *([self.note] if self.note else [])]
        )


def _settled(value: Any, places: int) -> Any:
    """A cell with the digits that every processor agrees on."""
    if isinstance(value, tuple | list):
        return type(value)(_settled(part, places) for part in value)
    return settled(value, places=places) if isinstance(value, float) and math.isfinite(value) else value


@dataclass(frozen=True)
class Words(HtmlBlock):
    """Sentences made from figures: shown as text, whatever characters they hold."""

    paragraphs: tuple[str, ...]
    kind: str = ""

    def _html(self) -> str:
        kind = f' class="{self.kind}"' if self.kind else ""
        return "".join(f"<p{kind}>{html.escape(paragraph)}</p>" for paragraph in self.paragraphs)

    def __repr__(self) -> str:
        return "\n\n".join(self.paragraphs)


@dataclass(frozen=True)
class Title(HtmlBlock):
    """The head of a page: the case's name, its docket, and a banner where it is hypothetical."""

    title: str
    subtitle: str
    banner: str = ""

    def _html(self) -> str:
        esc = html.escape
        banner = f'<p class="banner"><strong>Hypothetical.</strong> {esc(self.banner)}</p>' if self.banner else ""
        return f'<h1>{esc(self.title)}</h1><p class="subtitle">{esc(self.subtitle)}</p>{banner}'

    def __repr__(self) -> str:
        return "\n".join(
            filter(None, [self.title, self.subtitle, f"HYPOTHETICAL. {self.banner}" if self.banner else ""])
        )
