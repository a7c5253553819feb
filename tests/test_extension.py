"""A made-up charge, measure, view and format, each written into the files that CONTRIBUTING names and no other.

They are written into a copy of the project, as a contributor would write them. Everything that people read must follow.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys

import openpyxl
import pytest
from build import number, question, theory, written
from conftest import ROOT

from damages.model.charges import CHARGES

# What it is → its files: what is written there, and before what; at the end when nothing is named.
MADE_UP = {
    "A charge on a fund": {
        "damages/case/terms.py": (
            "    administration: Administration | None = None\n",
            "    special_master: ClassUsd | None = None\n",
        ),
        "damages/case/lines.py": (
            '    "administration_usd": Line(',
            '    "special_master_usd": Line("Special master\'s fee", "usd", gets="Special master"),\n',
        ),
        "damages/model/charges.py": (
            '@charge("administration_usd")',
            '@charge("special_master_usd")\ndef special_master(terms, of, lines):\n'
            "    return of(terms.special_master)\n\n\n",
        ),
    },
    "A theory with a new measure": {
        "damages/case/theories.py": (
            "if TYPE_CHECKING:\n    Theory",
            'class UnpaidHours(TheoryBase):\n    measure: Literal["unpaid_hours"]\n'
            "    hours: Count\n    usd_per_hour: UsdPerMember\n\n\n",
        ),
        "damages/model/losses.py": (
            "",
            '\n\n@measures("unpaid_hours")\ndef unpaid_hours(name, theory, case, given, lines):\n'
            "    return given[theory.hours] * given[theory.usd_per_hour]\n",
        ),
    },
    "A format of the report": {
        "damages/report/formats.py": (
            "",
            '\n\n@of_notebook("txt", "report.txt")\ndef txt(document, path):\n'
            "    path.write_text(document.title + document.body)\n",
        ),
    },
}
METHOD = {  # a method of sensitivity, its result and how that shows itself
    "damages/sensitivity/hours.py": """
from dataclasses import dataclass
from typing import Any

from damages.sensitivity.registry import method
from damages.shows import Shows


@dataclass(frozen=True)
class Hours(Shows):
    case: Any
    hours: float


@method
def hours_of(case, *, draws: int = 10):
    \"\"\"The hours that a method counts.\"\"\"
    return Hours(case, float(draws))
""",
    "damages/report/views/hours.py": """
from damages.report.charts.chart import chart
from damages.report.table import Column, Table, Words
from damages.report.view import View, view
from damages.sensitivity.hours import Hours


@chart(2.0)
def bar(table, ax):
    ax.barh([0], table["hours"])
    return f"{table['hours'][0]:g} hours."


@view(Hours)
def hours(result):
    table = Table.of(result.case, "Hours", [Column("hours", "Hours", "count")], [{"hours": result.hours}])
    return View(Words(("Ten hours a member.",)), table, bar)
""",
}
# 1,000 members × 10 hours × $20 = $200,000, of which a quarter is the fee.
MASTER, AMPLE, EMPTY = 5_000, (200_000, 50_000, 10_000, 5_000, 135_000), (200_000, 50_000, 10_000, 140_000, 0)


def added(project, before, text, path):
    """Write a text into a file of the copy, before the one place that holds another."""
    file = project / path
    whole = file.read_text(encoding="utf-8")
    assert not before or whole.count(before) == 1, f"{path} has no single {before!r}; mend this test"
    at = whole.index(before) if before else len(whole)
    file.write_text(whole[:at] + text + whole[at:], encoding="utf-8")


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What the extended project shows, and the folder with its files."""
    project, out = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("out")
    (out / "empty").mkdir()
    for name in ("damages", "params", "notebooks"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    for files in MADE_UP.values():
        for path, (before, text) in files.items():
            added(project, before, text, path)
    for path, text in METHOD.items():
        (project / path).parent.mkdir(exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    written(
        project / "params" / "small.yaml",
        theories={"wages": theory("unpaid_hours", hours="hours", usd_per_hour="wage", needs=["won"])},
        inputs={
            "hours": number("count", 10),
            "wage": number("usd_per_member", 20),
            "won": question(0.5),
            "quarter": number("share", 0.25),
            "costs": number("usd", 10_000),
            "master": number("usd", MASTER),
        },
        settlement={"fee_share": "quarter", "costs": "costs", "special_master": "master"},
    )
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "extended.py"), str(project), str(out)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(project)},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), out


def test_contributing_names_every_file_that_is_touched():
    entries = re.findall(
        r"^\*\*(.+?)\*\*(.+?)(?=^\*\*|\Z)", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL | re.M
    )
    said = dict(entries)
    for what, files in {**MADE_UP, "A method of sensitivity": METHOD}.items():
        named = set(re.findall(r"`([\w/]+\.py)`", said[what]))
        assert {path.replace("hours", "tornado") for path in files} <= named, what
        assert len({path for path in named if path.startswith("damages/")}) <= 3, what


def test_a_charge_is_named_in_its_two_places_alone():
    """Where one is named anywhere else in the library, the next one will be forgotten there."""
    modules = {path: path.read_text(encoding="utf-8") for path in (ROOT / "damages").rglob("*.py")}
    for charge in CHARGES:
        named = [path.relative_to(ROOT).as_posix() for path, text in modules.items() if f'"{charge}"' in text]
        assert sorted(named) == ["damages/case/lines.py", "damages/model/charges.py"]


def test_every_measure_has_its_loss():
    from damages.case.theories import TheoryBase
    from damages.model.losses import LOSSES

    kinds = [kind.model_fields["measure"].annotation.__args__ for kind in TheoryBase.__subclasses__()]
    assert {name for names in kinds for name in names} == {*LOSSES, "statutory"}


@pytest.mark.slow
@pytest.mark.parametrize(("which", "amounts"), [("ample", AMPLE), ("empty", EMPTY)])
def test_every_dollar_of_the_fund_has_one_place(shown, which, amounts):
    """A charge above what is left takes what is left, and the class gets nothing."""
    (fund, fee, costs, master, net), found = amounts, shown[0][which]
    assert found["lines"]["class_award_usd"] == found["lines"]["fund_usd"] == fund
    assert found["lines"]["special_master_usd"] == master
    assert found["lines"]["net_fund_usd"] == found["lines"]["paid_to_class_usd"] == net
    assert found["left"] == {
        "Fund": fund,
        "After attorneys' fee, out of the fund": fund - fee,
        "After plaintiffs' costs": fund - fee - costs,
        "After special master's fee": net,
        "Paid to the class": net,
    }
    paid = {party: amount for party, amount in found["parties"].items() if amount}
    expected = {"Class counsel: fee out of the fund": fee, "Class counsel: costs": costs, "Special master": master}
    assert paid == expected | ({"Class members who are paid": net} if net else {})
    assert sum(paid.values()) == found["lines"]["defendant_pays_usd"] == fund
    assert found["checked"] > 7  # reconcile() found nothing amiss, with the draws too


@pytest.mark.slow
def test_tables_charts_and_files_follow(shown):
    found, out = shown
    assert found["ample"]["labels"]["special_master_usd"] == "Special master's fee"
    assert "After special master's fee: $135,000" in found["ample"]["waterfall"]
    assert {"special_master_usd", "wages_loss_usd_per_member"} <= set(found["ample"]["named"])
    with (out / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["line"]: row for row in csv.DictReader(file)}
    assert (rows["special_master_usd"]["label"], rows["special_master_usd"]["unit"]) == ("Special master's fee", "usd")
    assert float(rows["special_master_usd"]["value"]) == MASTER
    assert float(rows["special_master_usd"]["mean"]) == MASTER / 2  # half of the paths have no fund
    assert float(rows["wages_loss_usd_per_member"]["value"]) == 200


@pytest.mark.slow
def test_the_workbook_follows(shown):
    path = shown[1] / "workbook.xlsx"
    formulas, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)

    def cell(book, name):
        return next(book[sheet][place.replace("$", "")] for sheet, place in book.defined_names[name].destinations)

    for name, amount in (("special_master_usd", MASTER), ("paid_to_class_usd", AMPLE[-1])):
        assert str(cell(formulas, name).value).startswith("=")
        assert cell(values, name).value == amount
    assert cell(values, "checks").value == "All checks pass"
    assert str(cell(formulas, "master").value).startswith("=")  # the input in use
    checks = {row[0].value: row for row in formulas["Checks"].iter_rows()}
    parties = checks["What the defendant pays is what the parties get"][2].value
    assert formulas.defined_names["special_master_usd"].attr_text.replace("'", "") in parties.replace("'", "")


@pytest.mark.slow
def test_a_result_shows_itself(shown):
    view = shown[0]["view"]
    assert view["rows"] == [{"hours": 10.0}]
    assert view["alt"].endswith("10 hours.")
    for part in ("Ten hours a member.", "<img", "<caption"):
        assert part in view["html"]


@pytest.mark.slow
def test_a_method_is_asked_by_its_name(shown):
    said = shown[0]["method"]
    assert "Ten hours a member." in said["text"]
    assert said["csv"].splitlines() == ["hours", "70.0"]
    assert "hours-of\n  The hours that a method counts.\n  --draws" in said["list"]
    assert "--above is not for hours-of" in said["refused"]


@pytest.mark.slow
def test_a_report_follows_its_formats(shown):
    said = shown[0]["formats"]
    assert said["seen"] == [
        ["report.html", "report.txt", "results.csv", "run.json"],
        ["report.html", "results.csv", "run.json"],  # the text of the first run would show other figures
    ]
    assert said["text"] == "Small v. Case<h1>A report</h1>"
    assert said["refused"] == "'nope' is not a format of a report. Known here: docx, html, pdf, txt, xlsx."
    assert "html, pdf, xlsx, docx, txt" in " ".join(said["help"].split())
