"""Makes, in a process of its own, what the project promises byte for byte: `python tests/promised.py FOLDER [pdf]`.

`test_processors.py` runs it as on other processors. The gallery and the sample are those of the repository.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

import damages
from damages.cli import write_csv
from damages.engine.sweep import plan_grid
from damages.report import render, results
from damages.report.figures import figures
from damages.report.gallery import gallery
from damages.report.sweep import sweep
from damages.sensitivity.registry import methods, options_of

LINKEDIN, BNSF = "params/linkedin.yaml", "params/bnsf.yaml"


def make(folder: Path, pdf: bool) -> None:
    """Write everything into a folder."""
    (folder / "gallery").mkdir(parents=True)
    for name, picture in gallery().items():
        (folder / "gallery" / f"{name}.svg").write_bytes(picture.svg)
    if pdf:
        render.report(LINKEDIN, formats=("pdf", "xlsx"), out=folder / "sample")
        (folder / "sample" / "run.json").unlink()  # says on which machine, and when
    else:
        (folder / "sample").mkdir()
        render.workbook(LINKEDIN, out=folder / "sample" / "workbook.xlsx")
        case = damages.load(LINKEDIN)
        rows = figures(damages.estimate(case), damages.simulate(case))
        results.write_results(rows, folder / "sample" / "results.csv")
    runs = plan_grid(LINKEDIN, ["scenario=plaintiff,defence", "share_of_value_lost=0.05,0.25"], draws=16_384)
    sweep(runs, folder / "sweep")
    (folder / "sweep" / "run.json").unlink()
    (folder / "methods").mkdir()
    for path, draws in ((LINKEDIN, 4_096), (BNSF, 16_384)):
        case = damages.load(path)
        for name, method in methods().items():
            view = method(case, **({"draws": draws} if "draws" in options_of(method) else {})).view
            out = folder / "methods" / f"{case.known_as} {name}"
            out.with_suffix(".json").write_text(json.dumps(view.as_json()), encoding="utf-8")
            out.with_suffix(".txt").write_text(str(view), encoding="utf-8")
            with out.with_suffix(".csv").open("w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
                write_csv(list(view.table.rows) if view.table else [])


if __name__ == "__main__":
    make(Path(sys.argv[1]), "pdf" in sys.argv[2:])
