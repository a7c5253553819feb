"""The workbook against Python: recalculated by other programs, after changing inputs, a question and the scenario."""

from __future__ import annotations

import numpy as np
import openpyxl
import pytest
from conftest import CASES, program
from spreadsheet import (
    by_formulas,
    by_libreoffice,
    cached,
    change,
    changes,
    errors,
    named,
    place_of,
    places,
    recalculated,
)

import damages
from damages.engine.paths import answers_for_class, base_values, lines_by_path
from damages.report.render import workbook

LINES = [
    "pleaded_usd",
    "full_recovery_usd",
    "exposure_usd",
    "expected_usd",
    "class_members_total",
    "class_award_usd",
    "award_after_due_process_usd",
    "prejudgment_interest_usd",
    "judgment_usd",
    "attorney_fee_usd",
    "administration_usd",
    "net_fund_usd",
    "claimants",
    "usd_per_claimant",
    "defendant_pays_usd",
]


def python_says(case):
    """The headlines at base values; the other lines with every question answered for the class, as the sheet Model has them."""
    at_base = damages.estimate(case).at_base
    (lines,) = lines_by_path(case, base_values(case), [answers_for_class(case)])
    return {name: float(np.ravel(at_base.get(name, lines.get(name, 0.0)))[0]) for name in LINES}


def equal_to_the_cent(got, expected):
    for name in LINES:
        assert got[name] == pytest.approx(expected[name], abs=0.005, rel=1e-11), name  # a sheet writes expm1 as EXP − 1


@pytest.fixture(scope="module")
def linkedin_book(tmp_path_factory):
    return workbook("params/linkedin.yaml", out=tmp_path_factory.mktemp("book") / "linkedin.xlsx")


@pytest.fixture(scope="module")
def good_book(tmp_path_factory):
    return workbook(CASES / "good.yaml", out=tmp_path_factory.mktemp("book") / "good.xlsx")


def test_the_cached_values_are_pythons(linkedin_book, linkedin):
    equal_to_the_cent(cached(linkedin_book, LINES), python_says(linkedin))


def changed_good(book, tmp_path):
    """Three numbers, a question's chance and a choice changed by hand, as a reader would."""
    target = tmp_path / "changed.xlsx"
    settings = {"kept_share": 0.55, "claims_rate": 0.11, "liable": 0.9, "arm": "fees_paid", "required": 0.2}
    cells = {}
    for name, value in settings.items():
        sheet, cell = place_of(book, name)
        cells[sheet, cell.replace("E", "F")] = value  # the yellow column beside the one in use
    sheet, cell = place_of(book, "price_basic")
    cells[sheet, cell.replace("E", "F")] = 12.5
    change(book, target, cells)
    case = damages.load(CASES / "good.yaml", settings={**settings, "price": {"basic": 12.5, "plus": 50}})
    return target, case


@pytest.mark.slow
def test_formulas_finds_pythons_figures_after_changes(good_book, tmp_path):
    target, case = changed_good(good_book, tmp_path)
    assert python_says(case)["expected_usd"] != pytest.approx(
        python_says(damages.load(CASES / "good.yaml"))["expected_usd"], rel=0.05
    )
    found = by_formulas(target, [*LINES, "checks_failed", "inputs_changed"])
    equal_to_the_cent(found, python_says(case))
    assert (found["checks_failed"], found["inputs_changed"]) == (0, 6)


@pytest.mark.slow
def test_libreoffice_finds_pythons_figures_after_changes(good_book, tmp_path):
    target, case = changed_good(good_book, tmp_path)
    equal_to_the_cent(by_libreoffice(program("soffice"), target, tmp_path, LINES), python_says(case))


@pytest.mark.slow
def test_the_scenario_selector(linkedin_book, tmp_path):
    """Each scenario's figures, and one with two inputs and a question on top; all checks pass, and changes are counted."""
    where, settings = places(linkedin_book), {"us_share": 0.37, "standing_share": 0.61, "actual_damages_required": 0.15}
    own = {(where[name][0], where[name][1].replace("E", "F")): value for name, value in settings.items()}
    cases = {"plaintiff": {}, "defence": {}, "mediator": {}, "plaintiff_changed": settings}
    targets = {tmp_path / f"{name}.xlsx": {where["scenario"]: name.partition("_")[0]} for name in cases}
    targets[tmp_path / "plaintiff_changed.xlsx"] |= own
    changes(linkedin_book, targets)
    books = recalculated(program("soffice"), list(targets), tmp_path)
    for (name, changed), book in zip(cases.items(), books, strict=True):
        scenario = name.partition("_")[0]
        assert not errors(book), name
        equal_to_the_cent(
            {line: float(named(book, line)) for line in LINES},
            python_says(damages.load("params/linkedin.yaml", scenario, changed)),
        )
        assert named(book, "checks") == "All checks pass"
        heads = {cell.value: cell.column - 1 for cell in book["Inputs"][1]}
        rows = list(book["Inputs"].iter_rows(min_row=2, values_only=True))
        differ = {row[:3] for row in rows if row[0] in changed or row[heads[scenario]] != row[heads["base"]]}
        assert named(book, "inputs_changed") == len(differ) >= 4  # a chance that depends on an answer has two cells


@pytest.mark.slow
def test_a_planted_wrong_value_is_caught(good_book, good, tmp_path):
    """A cached value that is not what its formula gives is found by recalculating."""
    import zipfile

    planted = tmp_path / "planted.xlsx"
    right = cached(good_book, ["judgment_usd"])["judgment_usd"]
    with zipfile.ZipFile(good_book) as old, zipfile.ZipFile(planted, "w") as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename.startswith("xl/worksheets/"):
                data = data.replace(f"<v>{right!r}</v>".encode(), b"<v>999</v>").replace(
                    f"<v>{right:.16G}</v>".encode(), b"<v>999</v>"
                )
            new.writestr(item, data)
    assert cached(planted, ["judgment_usd"])["judgment_usd"] == 999
    with pytest.raises(AssertionError):
        equal_to_the_cent(cached(planted, LINES), python_says(good))
    equal_to_the_cent(by_formulas(planted, LINES), python_says(good))


def test_every_figure_is_a_formula(linkedin_book):
    book = openpyxl.load_workbook(linkedin_book)
    for sheet, first_row, first_column in (("Model", 2, 5), ("Path model", 2, 5)):
        cells = [
            cell
            for row in book[sheet].iter_rows(min_row=first_row, min_col=first_column)
            for cell in row
            if cell.value is not None
        ]
        assert len(cells) > 100
        assert all(str(cell.value).startswith("=") for cell in cells), sheet
    for name in ("pleaded_usd", "exposure_usd", "expected_usd", "checks"):
        sheet, cell = place_of(linkedin_book, name)
        assert str(book[sheet][cell].value).startswith("="), name


def test_no_macro_no_link_no_add_in(linkedin_book):
    import zipfile

    with zipfile.ZipFile(linkedin_book) as archive:
        names = archive.namelist()
        text = b"".join(archive.read(name) for name in names)
    assert not [name for name in names if "vba" in name.lower() or "externalLink" in name]
    assert b"_xll" not in text


def test_every_named_line_of_python_is_a_name_of_the_workbook(linkedin_book, linkedin):
    names = set(openpyxl.load_workbook(linkedin_book).defined_names)
    lines = set(damages.estimate(linkedin).lines)
    assert {name for name in lines if not name.endswith("_full_recovery_usd")} <= names  # those have a sheet
    assert {
        "pleaded_usd",
        "full_recovery_usd",
        "exposure_usd",
        "expected_usd",
        "scenario",
        "us_share",
        "list_price_usd_per_month_career",
    } <= names


def test_it_says_hypothetical(linkedin_book):
    summary = openpyxl.load_workbook(linkedin_book)["Summary"]
    texts = [str(cell.value) for row in summary.iter_rows() for cell in row if cell.value]
    assert sum("hypothetical" in text.lower() for text in texts) == 5  # the banner and the four headlines


def test_the_same_bytes_twice(tmp_path):
    first, second = (workbook("params/template.yaml", out=tmp_path / f"{name}.xlsx").read_bytes() for name in "ab")
    assert first == second


def test_a_scenario_of_another_structure_is_left_out(tmp_path, write_case):
    from damages.errors import RenderError
    from damages.report.workbook import write_workbook

    other = damages.load(write_case(("limit: [standing_share]", "limit: [standing_share, harmed_share]")))
    with pytest.raises(RenderError, match="changes the structure of the case"):
        write_workbook({"base": damages.load(CASES / "good.yaml"), "other": other}, tmp_path / "x.xlsx")
