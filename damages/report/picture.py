"""How charts look, and how one is shown: as a picture whose alt text is worked out from its data."""

from __future__ import annotations

import base64
import html
import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from damages.report.block import HtmlBlock
from damages.report.charts.chart import figure_of

STYLE: Any = {
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": "#dddddd",
    "figure.dpi": 100,
    "svg.hashsalt": "damages",
    "legend.frameon": False,
    "text.parse_math": False,  # a dollar sign is a dollar sign
}
WIDTH = 6.2
MARKS_TO_RASTERISE = 2_000


def own_fonts_first() -> None:
    """Let charts take the DejaVu that Matplotlib brings, whichever fonts the machine has.

    Matplotlib keeps a list of fonts in the user's folder. Made while it was being installed, or before, the list lacks its
    own, and a machine's DejaVu of another build numbers its glyphs otherwise.
    """
    own = sorted(Path(mpl.get_data_path(), "fonts", "ttf").glob("DejaVuSans*.ttf"))
    listed = font_manager.fontManager.ttflist
    known = {entry.fname for entry in listed}
    for path in own:
        if str(path) not in known:
            font_manager.fontManager.addfont(path)
    wanted = set(map(str, own))
    listed.sort(key=lambda entry: entry.fname not in wanted)


own_fonts_first()


class _SettledLayout(ConstrainedLayoutEngine):
    """The constrained layout, its axes on a grid: what lies between differs with the last bits that a processor rounds."""

    GRID = 9973  # of the figure's width or height; a prime, so that nothing measured in pixels ends up halfway

    def execute(self, fig: Figure) -> None:
        super().execute(fig)
        for ax in fig.axes:
            ax._set_position(Bbox(np.round(ax.get_position(original=True).get_points() * self.GRID) / self.GRID))  # type: ignore[attr-defined]


def styled() -> Any:
    """The style of every chart, while it is drawn."""
    return mpl.rc_context(STYLE)


def blank(inches: float) -> Axes:
    """Axes on a figure of their own, of that height."""
    return Figure(figsize=(WIDTH, inches), layout=_SettledLayout()).subplots()


@dataclass(frozen=True)
class Picture(HtmlBlock):
    """A chart ready to be shown, in a notebook and in every report made from it.

    Attributes
    ----------
    as_text : letters as text in the reader's own fonts, which is quicker and a quarter of the size; else as
        outlines, the same everywhere
    """

    axes: Axes
    caption: str = ""
    as_text: bool = False

    @cached_property
    def alt(self) -> str:
        return str(figure_of(self.axes).get_label())

    @cached_property
    def svg(self) -> bytes:
        drawn = _settled_svg(self._drawn())
        # Letters kept as text keep the spaces that hold a label off its bar.
        return drawn.replace(b"*{", b"text{white-space: pre} *{", 1) if self.as_text else drawn

    def png(self, dpi: int = 200) -> bytes:
        buffer = io.BytesIO()
        with styled(), _boxes_for_missing_glyphs():
            figure_of(self.axes).savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
        return buffer.getvalue()

    def _drawn(self) -> bytes:
        """The figure as SVG. `savefig` would draw it twice, the first time for its layout alone."""
        figure, text = figure_of(self.axes), io.StringIO()
        before, dpi = figure.canvas, figure.dpi
        style = {**STYLE, "svg.fonttype": "none" if self.as_text else "path"}
        with mpl.rc_context(style), _boxes_for_missing_glyphs():
            try:
                FigureCanvasSVG(figure).print_svg(text, metadata={"Date": None, "Creator": None})
            finally:
                figure.dpi = dpi
                figure.set_canvas(before)
        return text.getvalue().encode()

    @property
    def lacking(self) -> str:
        """The characters of the chart that its font cannot draw, in order: Chinese, Korean, Thai, emoji."""
        letters = {letter for text in figure_of(self.axes).findobj(Text) for letter in text.get_text()}
        drawn = get_font(findfont(FontProperties())).get_charmap()
        return "".join(sorted(letter for letter in letters if ord(letter) not in drawn and letter.isprintable()))

    def _html(self) -> str:
        data = base64.b64encode(self.svg).decode("ascii")
        boxes = (
            ""
            if self.as_text or not self.lacking
            else f"Drawn as boxes, since the font of the chart lacks them: {self.lacking}"
        )
        words = ". ".join(filter(None, [self.caption.rstrip("."), boxes])) if boxes else self.caption
        caption = f"<figcaption>{html.escape(words)}</figcaption>" if words else ""
        return f'<figure><img class="damages-chart" alt="{html.escape(self.alt)}" src="data:image/svg+xml;base64,{data}">{caption}</figure>'

    def __repr__(self) -> str:
        return self.alt


def _settled_svg(svg: bytes) -> bytes:
    """An SVG whose clip paths, markers and hatches are numbered, and whose coordinates have no zero below zero.

    Matplotlib names them by a hash of all bits of their coordinates, of which it writes six decimals; the last bits
    belong to the processor.
    """
    names = {name: b"d%d" % i for i, name in enumerate(dict.fromkeys(_HASHED.findall(svg)), start=1)}
    named = re.sub(rb'(?<=["#])[a-z][0-9a-f]{10}(?=[")])', lambda found: names.get(found[0], found[0]), svg)
    return re.sub(rb"(?<=[MLCQ\d] )-0(?= )", b"0", named)


_HASHED = re.compile(rb' id="([a-z][0-9a-f]{10})"')


def picture(axes: Axes | None, caption: str = "", as_text: bool = False) -> Picture | None:
    """A chart as a picture: the last line of a notebook's cell. Nothing, where there was nothing to draw."""
    return Picture(axes, caption, as_text) if axes is not None else None


@contextmanager
def _boxes_for_missing_glyphs() -> Iterator[None]:
    """A character that the font lacks is drawn as a box without a warning; `Picture.lacking` says which."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font")
        yield
