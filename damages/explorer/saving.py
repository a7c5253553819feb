"""Keeping what was found: saved as a scenario, and rendered as a report."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

from damages.errors import DamagesError
from damages.explorer.panels import note, warned
from damages.explorer.report_job import ReportJob, links
from damages.explorer.session import Session, one_line
from damages.explorer.widgets import widgets


class Keeping:
    """The part of the page that writes files.

    Attributes
    ----------
    box : what is shown
    job : the report that is being made, or was made last
    """

    def __init__(self, saved: Callable[[Path], None]):
        w = widgets
        self._saved = saved
        self.session: Session | None = None
        self.job: ReportJob | None = None
        wide = {"description_width": "initial"}
        self._name = w.Text(description="Name", placeholder="fewer_members", style=wide, continuous_update=True)
        self._why = w.Text(description="Reason", placeholder="Why these values: one sentence", style=wide)
        self._replace = w.Checkbox(description="Replace the scenario of that name", indent=False, value=False)
        self._replace.layout.display = "none"
        self._save = w.Button(description="Save as scenario", button_style="primary", layout={"width": "auto"})
        self._said, self._command = w.HTML(), w.HTML()
        self._render = w.Button(description="Render report", layout={"width": "auto"})
        self._progress = w.IntProgress(min=0, max=1, description="Report", style=wide)
        self._progress.layout.display = "none"
        self._files = w.Output()
        keep = w.VBox([self._name, self._why, self._replace, self._save, self._said])
        show = w.VBox([self._command, self._render, self._progress, self._files])
        self.box = w.Accordion(children=[w.VBox([keep, show])], selected_index=None)
        self.box.set_title(0, "Save as a scenario, render a report")
        self.box.add_class("damages-keep")
        self._save.on_click(lambda _: self._write())
        self._render.on_click(lambda _: self._start())

    def follow(self, session: Session) -> None:
        """Show the command of a session as it stands."""
        self.session = session
        self._command.value = f"{note('This renders what you see:')}<p><code>{html.escape(session.command)}</code></p>"
        self._save.disabled = not session.changed or bool(session.problem)
        self._render.disabled = bool(session.problem) or (self.job is not None and self.job.running)

    def _write(self) -> None:
        assert self.session is not None
        session, name = self.session, self._name.value
        try:
            path = session.save(name, self._why.value, self._replace.value)
        except DamagesError as error:
            self._said.value = warned(one_line(error))
            taken = session.taken(name)
            self._replace.layout.display = "" if taken else "none"
            return
        self._replace.value = False
        self._replace.layout.display = "none"
        self._saved(path)
        self._said.value = note(f"Saved as params/scenarios/{path.name}. The settings now start from it.")

    def _start(self) -> None:
        assert self.session is not None
        self._render.disabled = True
        self._progress.layout.display = ""
        self._progress.value, self._progress.bar_style = 0, ""
        self._files.outputs = ()
        self.job = ReportJob(self.session.words(), self._tell, self._done)
        self.job.start()

    def _tell(self, done: int, of: int) -> None:
        self._progress.max, self._progress.value = of, done
        self._progress.description = f"Report, step {done} of {of}"

    def _done(self, job: ReportJob) -> None:
        self._progress.bar_style = "danger" if job.error else "success"
        self._progress.value = self._progress.max
        self._progress.description = "Failed" if job.error else "Done"
        said = warned(job.error) if job.error else links(job.files)
        self._files.outputs = ({"output_type": "display_data", "data": {"text/html": said}, "metadata": {}},)
        self._render.disabled = False
