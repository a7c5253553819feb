"""A row of the model's inputs as widgets. Only this module and `page` know of any."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import ipywidgets  # type: ignore[import-untyped]

from damages.explorer.controls import Row, Section, Slider
from damages.explorer.panels import about, tooltip
from damages.explorer.session import Session
from damages.report.block import unset

widgets: Any = ipywidgets
Changed = Callable[[], None]
ANSWERS = (("No", "no"), ("Uncertain", "uncertain"), ("Yes", "yes"))


class RowWidgets:
    """The widgets of one input, and how they follow a session.

    Attributes
    ----------
    box : what is shown
    """

    def __init__(self, row: Row, session: Session, changed: Changed):
        self.row, self.session, self._changed = row, session, changed
        self._following = False
        self.sliders = [(slider, self._slider(slider, len(row.sliders) > 1)) for slider in row.sliders]
        self.chosen = self._chooser()
        parts = [self.chosen] if self.chosen is not None else []
        if row.kind == "number" and len(self.sliders) > 1:
            parts.append(widgets.HTML(f'<p class="damages-title">{html.escape(row.label)}</p>'))
        parts += [widget for _, widget in self.sliders]
        self.box = widgets.VBox([*parts, widgets.HTML(about(row))])
        self.box.add_class("damages-row")

    def _slider(self, slider: Slider, one_of_many: bool) -> Any:
        number = self.session.number(slider)
        places = max(slider.places, min(3, _decimals(number)))
        widget = widgets.FloatSlider(
            value=number,
            min=min(slider.low, number),
            max=max(slider.high, number),
            step=slider.step,
            description=unset(slider.label),
            description_allow_html=True,
            tooltip=tooltip(self.row),
            readout_format=f".{places}f",
            continuous_update=False,
            style={"description_width": "initial"},
        )
        if one_of_many or self.row.kind == "question":
            widget.add_class("damages-part")
        widget.observe(lambda change: self._act(lambda: self.session.move(slider, change["new"])), "value")
        return widget

    def _chooser(self) -> Any:
        row, style = self.row, {"description_width": "initial"}
        if row.kind == "number":
            return None
        said: Callable[[str, Any], None] = self.session.set
        if row.kind == "question":
            made = widgets.ToggleButtons(options=ANSWERS, value=self.session.answered(row.name))
            said = self.session.answer
        elif row.kind == "theory":
            made = widgets.ToggleButtons(options=_options(row), value=self.session.spec(row.name))
        else:
            made = widgets.Dropdown(options=_options(row), value=self.session.spec(row.name))
        made.description, made.description_allow_html = unset(row.label), True
        made.style, made.tooltip = {**style}, tooltip(row)
        made.observe(lambda change: self._act(lambda: said(row.name, change["new"])), "value")
        return made

    def _act(self, move: Callable[[], None]) -> None:
        if not self._following:
            move()
            self._changed()

    def follow(self) -> None:
        """Show what the session says, without moving anything."""
        self._following = True
        try:
            for slider, widget in self.sliders:
                number = self.session.number(slider)
                if abs(widget.value - number) > 1e-9:
                    widget.value = number
            if self.row.kind == "question" and self.chosen.value != self.session.answered(self.row.name):
                self.chosen.value = self.session.answered(self.row.name)
            elif self.row.kind in ("choice", "theory") and self.chosen.value != self.session.spec(self.row.name):
                self.chosen.value = self.session.spec(self.row.name)
        finally:
            self._following = False
        moved = self.row.name in self.session.changed
        if moved != ("damages-changed" in self.box._dom_classes):
            (self.box.add_class if moved else self.box.remove_class)("damages-changed")


def _options(row: Row) -> list[tuple[str, str]]:
    return [(label, name) for name, label in row.options.items()]


def _decimals(number: float) -> int:
    """Decimals that a number is written with.

    >>> _decimals(30.0), _decimals(1.704), _decimals(29.99)
    (0, 3, 2)
    """
    return len(f"{number:.9f}".rstrip("0").partition(".")[2])


def accordion(session: Session, changed: Changed) -> tuple[Any, list[RowWidgets]]:
    """Every control in the order of the model, one fold for each step; the theories and questions open."""
    rows: list[RowWidgets] = []

    def fold(section: Section) -> Any:
        mine = [RowWidgets(row, session, changed) for row in section.rows]
        rows.extend(mine)
        return widgets.VBox([one.box for one in mine])

    made = widgets.Accordion(children=[fold(section) for section in session.sections])
    for i, section in enumerate(session.sections):
        made.set_title(i, section.title)
        if section.title == "Theories and questions":
            made.selected_index = i
    return made, rows
