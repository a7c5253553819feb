"""The explorer: a case whose inputs can be moved, with the figures and charts that follow."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from damages.case.load import find
from damages.case.schema import Case
from damages.engine.estimate import Estimate
from damages.engine.simulate import DRAWS
from damages.errors import DamagesError
from damages.explorer import panels
from damages.explorer.saving import Keeping
from damages.explorer.session import Session, case_files, one_line, scenario_names
from damages.explorer.widgets import accordion, widgets
from damages.report.block import NO_MATH
from damages.report.views.case_file import title

STYLE = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
CURVE = list(panels.PANELS).index("Chances")


def explore(
    case: str | Path = "params/linkedin.yaml",
    scenario: str = "",
    settings: Mapping[str, Any] | Iterable[str] = (),
    draws: int = DRAWS,
    seed: int = 0,
) -> Explorer:
    """A page to explore a case: the last line of a notebook's cell.

    Parameters
    ----------
    case, scenario, settings : where to start, as for `damages.load`
    draws : at least this many when the curve is drawn in full
    seed : common to every setting, so that a difference is a difference and not noise

    Raises
    ------
    CaseError : a case that cannot be used
    """
    return Explorer(case, scenario, settings, draws, seed)


class Explorer:
    """Controls for every input of a case, and what follows from them; shows itself in a notebook.

    Attributes
    ----------
    session : what has been set so far
    box : the page, as a widget
    """

    def __init__(self, case: str | Path, scenario: str, settings: Any, draws: int, seed: int):
        self.draws, self.seed = draws, seed
        self.session = Session(case, scenario, settings, seed, draws)
        self._choosing = False
        self._make()
        self._open()

    @property
    def case(self) -> Case:
        """The case as it is set now, for work of one's own in the next cell."""
        return self.session.now.case

    @property
    def estimate(self) -> Estimate:
        """Its figures at base values."""
        return self.session.now.estimate

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.box)

    def __repr__(self) -> str:
        return f"Explorer of {self.session.path}: {panels.plain(self.session)}"

    # --- Layout --------------------------------------------------------------------------------

    def _make(self) -> None:
        w = widgets
        wide = {"description_width": "initial"}
        self._title, self._headline, self._status, self._count, self._members = (w.HTML() for _ in range(5))
        self._case = w.Dropdown(description="Case", style=wide)
        self._scenario = w.Dropdown(description="Scenario", style=wide)
        self._compare = w.Checkbox(description="Compare with base", indent=False, value=False)
        self._undo = w.Button(description="Undo", tooltip="Undo the last change")
        self._reset = w.Button(description="Reset", tooltip="Undo every change")
        self._charts = [w.HTML() for _ in panels.PANELS]
        self._note, self._full = w.HTML(), w.Button(description="Draw in full", tooltip="Use all draws for this curve")
        held: list[Any] = list(self._charts)
        held[CURVE] = w.VBox([self._charts[CURVE], w.HBox([self._note, self._full]).add_class("damages-bar")])
        self._tabs = w.Tab(children=held)
        for i, name in enumerate(panels.PANELS):
            self._tabs.set_title(i, name)
        self._controls = w.VBox()
        self._keeping = Keeping(self._saved)
        bar = w.HBox([self._case, self._scenario, self._compare, self._undo, self._reset, self._count])
        head = w.VBox([self._headline, self._status]).add_class("damages-head")
        seen = w.VBox([self._members, self._tabs, self._keeping.box]).add_class("damages-seen")
        desk = w.Box([head, seen, self._controls.add_class("damages-moved")]).add_class("damages-desk")
        self.box = w.VBox([w.HTML(f"<style>{STYLE}</style>"), self._title, bar.add_class("damages-bar"), desk])
        for name in ("damages-explorer", *NO_MATH):
            self.box.add_class(name)
        self._case.observe(self._other_case, "value")
        self._scenario.observe(self._other_scenario, "value")
        self._compare.observe(lambda _: self._refresh(), "value")
        self._undo.on_click(lambda _: self._after(self.session.undo))
        self._reset.on_click(lambda _: self._after(self.session.reset))
        self._full.on_click(lambda _: self._refine())
        self._tabs.observe(lambda _: self._draw(), "selected_index")

    # --- Opening a case ------------------------------------------------------------------------

    def _open(self) -> None:
        """Fill the page for a session that begins."""
        self._choosing = True
        try:
            files = {path: name for name, path in case_files().items()}
            files.setdefault(self.session.path, self.session.base.title)
            self._case.options = [(name, path) for path, name in files.items()]
            self._case.value = self.session.path
            names = [(name or "Base case", name) for name in scenario_names(self.session.case_file)]
            if self.session.scenario not in dict(names).values():
                names.append((Path(self.session.scenario).stem, self.session.scenario))
            self._scenario.options = names
            self._scenario.value = self.session.scenario
        finally:
            self._choosing = False
        self._title.value = title(self.session.base)._repr_html_()
        made, self._rows = accordion(self.session, self._moved)
        self._controls.children = [made]
        self._refresh()
        # What is slow the first time is done while the reader looks at the page.
        threading.Thread(target=self.session.before.warm, daemon=True).start()

    def _other_case(self, change: Any) -> None:
        if not self._choosing:
            self._begin(change["new"], "")

    def _other_scenario(self, change: Any) -> None:
        if not self._choosing:
            self._begin(self.session.case_file, change["new"])

    def _begin(self, case: str | Path, scenario: str) -> None:
        """Start over from a case and a scenario; a file with problems says so and changes nothing else."""
        try:
            self.session = Session(case, scenario, (), self.seed, self.draws)
        except DamagesError as error:
            self._status.value = panels.warned(f"{find(case).name} cannot be used: {one_line(error)}")
            return
        self._open()

    def _saved(self, path: Path) -> None:
        """A scenario was saved: continue from it."""
        self._begin(self.session.case_file, self.session.short_name(path))

    # --- Following a hand ----------------------------------------------------------------------

    def _moved(self) -> None:
        self._refresh()

    def _after(self, move: Any) -> None:
        move()
        self._refresh()

    def _refine(self) -> None:
        self._full.disabled = True
        self._note.value = panels.note(f"Simulating {self.draws:,} draws …")
        self.session.now.draw(quick=False)
        self._draw()

    def _refresh(self) -> None:
        """Figures first, then the controls that moved with others, then the chart that is seen."""
        self._headline.value = panels.headline(self.session, self._compare.value)
        self._status.value = panels.status(self.session)
        self._members.value = panels.members(self.session, self._compare.value)
        self._count.value = panels.note(panels.count(self.session))
        self._undo.disabled, self._reset.disabled = not self.session.past, not self.session.changed
        for row in self._rows:
            row.follow()
        self._keeping.follow(self.session)
        self._draw()

    def _draw(self) -> None:
        """Only the chart that is seen; another is drawn when it is opened."""
        seen = self._tabs.selected_index or 0
        panel = list(panels.PANELS.values())[seen]
        self._charts[seen].value = panel(self.session, self._compare.value)
        if seen == CURVE:
            self._note.value = panels.draws_words(self.session.now)
            self._full.disabled = not self.session.now.quick
