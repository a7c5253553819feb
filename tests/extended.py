"""What a copy of the project with made-up parts shows, as JSON: run in a process of its own by `test_extension.py`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from typer.testing import CliRunner

import damages
from damages.case.lines import figure_names
from damages.cli import app
from damages.files import write_rows
from damages.report import render
from damages.report.checks import reconcile
from damages.report.figures import figures
from damages.report.views import headlines, payout


def of_money(case, folder: Path) -> dict:
    """What the tables say of the fund, and how the checks end."""
    estimate, simulation = damages.estimate(case), damages.simulate(case, draws=512)
    fund = payout.fund(estimate)
    with (folder / "results.csv").open("w", encoding="utf-8", newline="") as file:
        write_rows(figures(estimate, simulation), file)
    return {
        "lines": {name: float(value) for name, value in estimate.lines.items() if getattr(value, "ndim", 0) == 0},
        "left": {row["label"]: row["left_usd"] for row in fund.rows},
        "parties": {row["party"]: row["usd"] for row in payout.parties(estimate).rows},
        "labels": {row["name"]: row["label"] for row in headlines.lines(estimate, simulation).rows},
        "waterfall": fund.chart.alt,
        "checked": len(reconcile(estimate, simulation).rows),
        "named": sorted(figure_names(case)),
    }


def of_formats(path: Path, folder: Path) -> dict:
    """What a report writes, takes away again and refuses; its notebook is not run here."""
    render.run_notebook = lambda *given, **options: None
    render.html_body = lambda executed, exporter=None: "<h1>A report</h1>"
    seen = []
    for formats in (("txt", "html"), ("html",)):
        render.report(path, formats=formats, out=folder / "report", draws=512, kernel=object())
        seen.append(sorted(entry.name for entry in (folder / "report").iterdir()))
        if not seen[1:]:
            text = (folder / "report" / "report.txt").read_text(encoding="utf-8")
    try:
        render.report(path, formats=("nope",), out=folder / "report")
    except damages.RenderError as error:
        refused = str(error)
    return {
        "seen": seen,
        "text": text,
        "refused": refused,
        "help": CliRunner().invoke(app, ["report", "--help"]).output,
    }


def of_a_method(path: Path) -> dict:
    """A method by its name on the command line: in words, as a table, in the list, and asked what it is not for."""

    def said(*words: str) -> str:
        done = CliRunner().invoke(app, ["sensitivity", str(path), "--method", *words])
        return done.output or str(done.exception)

    return {
        "text": said("hours-of"),
        "csv": said("hours-of", "--draws", "70", "--format", "csv"),
        "list": said("list"),
        "refused": said("hours-of", "--above", "5"),
    }


def main(project: Path, out: Path) -> None:
    """Everything, for the case `params/small.yaml` of the project, as JSON."""
    from damages.sensitivity.hours import Hours  # which the copy alone has

    assert Path(damages.__file__).is_relative_to(project), damages.__file__
    os.chdir(project)
    path = Path("params/small.yaml")
    case = damages.load(path)
    hours = Hours(case, 10.0)
    found = {
        "ample": of_money(case, out),
        "empty": of_money(damages.load(path, settings=["master=1_000_000"]), out / "empty"),
        "view": {"html": hours._repr_html_(), "alt": hours.chart.alt, "rows": hours.frame().to_dict("records")},
        "method": of_a_method(path),
        "formats": of_formats(path, out),
    }
    render.workbook(path, out=out / "workbook.xlsx")
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
