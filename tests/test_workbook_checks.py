"""The workbook refuses what a cell may not hold, and its checks find what was pasted past that."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import openpyxl
import pytest
from conftest import CASES, ROOT, program
from spreadsheet import cached, changes, checks_by_libreoffice, place_of, places

import damages
from damages.errors import RenderError
from damages.report.checks import ReconciliationError, agreements, reconcile
from damages.report.render import workbook
from damages.report.workbook import model, write_workbook
from damages.report.workbook.allowed import bounds

SHIPPED = [
    path
    for folder in ("params", "params/judgments")
    for path in sorted((ROOT / folder).glob("*.yaml"))
    if path.stem not in ("statutes", "authorities")
]
ALL_PASS = "All checks pass"
# good.yaml with two ways to count people, a weighted average of them, regions left out, and two ways of giving notice
METHODS = (
    (
        "  people: people\n",
        """  methods:
    lists: {kind: lists, label: From two lists, first: first_list, second: second_list, both: both_lists}
    stated: {kind: stated, label: Stated, people: people, exclude: [abroad, minors]}
  use: method
  weights: {lists: weight_of_lists, stated: weight_of_stated}
""",
    ),
    (
        "  payout:\n    claims_rate: claims_rate\n",
        "",
    ),
    (
        "  named_plaintiffs: named\ninputs:\n",
        """  named_plaintiffs: named
  fund: settled
  channels:
    mail: {share: mail_share, claims_rate: claims_rate}
    press: {share: press_share, claims_rate: claims_rate}
inputs:
  settled: {label: Settlement fund, role: fact, unit: usd, value: 2_000_000, source: {kind: assumption, cite: Made up}}
  first_list: {label: On the first list, role: fact, unit: people, value: 200, source: {kind: assumption, cite: Made up}}
  second_list: {label: On the second list, role: fact, unit: people, value: 250, source: {kind: assumption, cite: Made up}}
  both_lists: {label: On both lists, role: fact, unit: people, value: 50, source: {kind: assumption, cite: Made up}}
  abroad: {label: Abroad, role: fact, unit: share, value: 0.3, source: {kind: assumption, cite: Made up}}
  minors: {label: Minors, role: fact, unit: share, value: 0.1, source: {kind: assumption, cite: Made up}}
  method: {label: Method, role: choice, unit: choice, value: lists, options: {lists: Lists, stated: Stated, combined: Both}, source: {kind: assumption, cite: Made up}}
  weight_of_lists: {label: Weight of lists, role: fact, unit: share, value: 0.5, source: {kind: assumption, cite: Made up}}
  weight_of_stated: {label: Weight of stated, role: fact, unit: share, value: 0.5, source: {kind: assumption, cite: Made up}}
  mail_share: {label: Reached by mail, role: fact, unit: share, value: 0.6, source: {kind: assumption, cite: Made up}}
  press_share: {label: Reached by press, role: fact, unit: share, value: 0.4, source: {kind: assumption, cite: Made up}}
""",
    ),
)
# What is put into a cell (an input's own cell, its scenario's cell, a line or a named cell) and the checks that must fail.
OWN, GIVEN, CELL = "the reader's own cell", "the scenario's cell", "the cell of that name"
BAD = {
    "chance_of_300_percent": (OWN, {"liable": 3}, "Liable", "above 1"),
    "chance_below_0": (OWN, {"proven_liable_no": -0.1}, "Loss proven, liable no", "below 0"),
    "share_of_5": (OWN, {"claims_rate": 5}, "Claims rate", "above 1"),
    "share_below_0": (OWN, {"lost": -0.2}, "Share of value lost", "below 0"),
    "percent_as_text": (OWN, {"claims_rate": "5%"}, "Claims rate", "not a number"),
    "text": (OWN, {"people": "many"}, "People", "not a number"),
    "blank_text": (OWN, {"costs_usd": " "}, "Costs", "not a number"),
    "negative_money": (OWN, {"costs_usd": -5}, "Costs", "below 0"),
    "rate_above_its_bound": (OWN, {"interest_rate": 12}, "Interest", "above 1"),
    "answer_7": (OWN, {"answer_liable": 7}, "Answer: Liable", "not in the list"),
    "answer_between": (OWN, {"answer_binds": 0.5}, "Answer: Cap binds", "not in the list"),
    "answer_in_words": (OWN, {"answer_binds": "yes"}, "Answer: Cap binds", "not in the list"),
    "mistyped_choice": (OWN, {"arm": "fees_payd"}, "Arm of the cap", "not in the list"),
    "pattern_as_choice": (OWN, {"arm": "fees*"}, "Arm of the cap", "not in the list"),
    "number_as_method": (OWN, {"method": 1}, "Method", "not in the list"),
    "switch": (OWN, {"sca_pleaded": "maybe"}, "Statutory sum is pleaded", "not in the list"),
    "empty_number": (GIVEN, {"claims_rate": None}, "Claims rate", "empty"),
    "empty_choice": (GIVEN, {"arm": None}, "Arm of the cap", "empty"),
    "cleared": (CELL, {"notice_usd": None}, "Notice", "not a number"),
    "mistyped_scenario": (CELL, {"scenario": "bas"}, "Scenario shown", ""),
    "pattern_as_scenario": (CELL, {"scenario": "b*"}, "Scenario shown", ""),
    "no_scenario": (CELL, {"scenario": None}, "Scenario shown", ""),
    "mix": (OWN, {"mix_basic": 0.9}, "The mix sums to 1: Mix", ""),
    "no_weights": (OWN, {"weight_of_lists": 0, "weight_of_stated": 0}, "The weights of the methods are not all 0", ""),
    "left_out": (OWN, {"abroad": 0.95}, "Shares left out are not more than everyone: Stated", ""),
    "lists": (OWN, {"both_lists": 201}, "No more people are on both lists than on one: On the first list", ""),
    "notice": (OWN, {"mail_share": 0.7}, "The ways of notice do not reach more than everyone", ""),
    "class": (CELL, {"after_standing_share": 9e9}, "The class is never larger than the class as pleaded", ""),
    "parts": (CELL, {"class_award_usd": 1e6}, "The theories' parts sum to the class award", ""),
    "judgment": (CELL, {"judgment_usd": 1e6}, "The judgment is the award after due process", ""),
    "defendant": (CELL, {"defendant_pays_usd": 1.0}, "What the defendant pays is what the parties get", ""),
    "net_fund": (CELL, {"residue_usd": 1e9}, "The net fund is what is paid to the class", ""),
    "words_in_a_sum": (CELL, {"net_fund_usd": "?"}, "The net fund is what is paid to the class", ""),
    "line_below_0": (CELL, {"offsets": -1.0}, "No line is below 0: sheet Model", "first: lists_start"),
    "line_of_words": (CELL, {"fund_usd": "?"}, "Every line is a number: sheet Model", "first: fund_usd"),
    "path_line_below_0": (CELL, {"path": -1.0}, "No line is below 0: sheet Path model", "first: lists_start"),
    "branch": (CELL, {"branch": -0.1}, "No answer has a chance below 0", ""),
    "expected": (CELL, {"expected_usd": 1e15}, "The expected judgment is not above the largest judgment of a path", ""),
}
PLACES = {"offsets": ("Model", "E2"), "path": ("Path model", "E2"), "branch": ("Paths", "D2")}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checks")
    text = (CASES / "good.yaml").read_text(encoding="utf-8")
    for old, new in METHODS:
        assert text.count(old) == 1
        text = text.replace(old, new)
    (folder / "methods.yaml").write_text(text, encoding="utf-8")
    return workbook(folder / "methods.yaml", out=folder / "methods.xlsx")


def cells(book, kind, values):
    """Sheet and cell → value, for values by name."""
    found, known = {}, places(book) | PLACES
    for name, value in values.items():
        sheet, cell = known[name]
        found[sheet, cell.replace("E", {OWN: "F", GIVEN: "O", CELL: "E"}[kind]) if sheet == "Inputs" else cell] = value
    return found


@pytest.fixture(scope="module")
def found(book, tmp_path_factory):
    """What LibreOffice finds in each workbook with something bad in it, in good ones, and in those of all shipped cases."""
    folder = tmp_path_factory.mktemp("bad")
    allowed = {"arm": "fees_paid", "liable": 1, "people": 0, "costs_usd": 25_000}
    wanted = {name: (kind, values) for name, (kind, values, _, _) in BAD.items()} | {"three_changes": (OWN, allowed)}
    targets = {folder / f"{name}.xlsx": cells(book, kind, values) for name, (kind, values) in wanted.items()}
    changes(book, targets)
    paths = list(targets)
    paths.append(folder / "planted.xlsx")
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(paths[-1], "w") as new:
        for item in old.infolist():
            new.writestr(item, old.read(item).replace(b"<v>All checks pass</v>", b"<v>planted</v>"))
    paths += [workbook(path, out=folder / f"shipped_{path.parent.name}_{path.stem}.xlsx") for path in SHIPPED]
    paths.append(workbook(CASES / "rules.yaml", out=folder / "shipped_rules.xlsx"))
    return checks_by_libreoffice(program("soffice"), paths, folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", BAD)
def test_what_is_bad_turns_the_light_red_and_is_named(found, name):
    _, _, check, wrong = BAD[name]
    failed = found[name].failed
    assert found[name].light == (f"{len(failed)} checks fail" if len(failed) > 1 else "1 check fails")
    (named,) = [words for words in failed if words.startswith(check)]
    assert failed[named].startswith(wrong)
    assert found[name].first in failed


@pytest.mark.slow
def test_a_bad_cell_is_the_first_to_look_at(found):
    assert {name: found[name].first for name in ("text", "negative_money", "mistyped_scenario")} == {
        "text": "People",
        "negative_money": "Costs",
        "mistyped_scenario": "Scenario shown",
    }


@pytest.mark.slow
def test_what_is_allowed_keeps_it_green_and_is_counted(found):
    """A value that is the base's own is no change."""
    assert (found["three_changes"].light, found["three_changes"].changed) == (ALL_PASS, 3)
    assert found["three_changes"].first == "none"


@pytest.mark.slow
def test_libreoffice_works_the_light_out(found):
    assert found["planted"].light == ALL_PASS


@pytest.mark.slow
def test_every_shipped_case_passes(found):
    shipped = {name: checks for name, checks in found.items() if name.startswith("shipped_")}
    assert len(shipped) == len(SHIPPED) + 1 >= 28
    assert {name: checks.failed for name, checks in shipped.items() if checks.light != ALL_PASS} == {}
    assert min(len(checks.results) for checks in shipped.values()) >= 17
    assert {checks.changed for checks in shipped.values()} == {0}


def test_the_cached_light_is_green(book):
    names = ["checks", "checks_failed", "first_failed", "inputs_changed"]
    assert cached(book, names) == dict(zip(names, (ALL_PASS, 0, "none", 0), strict=True))


def open_cells(path):
    """Each unlocked cell of a workbook with its validations."""
    for sheet in openpyxl.load_workbook(path):
        assert sheet.protection.sheet
        rules = [(rule.sqref, rule) for rule in sheet.data_validations.dataValidation]
        for row in sheet.iter_rows():
            for cell in row:
                if not cell.protection.locked:
                    yield sheet, cell, [rule for where, rule in rules if cell.coordinate in where]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param("params/linkedin.yaml", marks=pytest.mark.slow),
        "params/template.yaml",
        "params/judgments/aranda.yaml",
    ],
)
def test_every_open_cell_refuses_what_it_may_not_hold(case, tmp_path):
    loaded, number = damages.load(case), 0
    for sheet, cell, rules in open_cells(workbook(case, out=tmp_path / "book.xlsx")):
        number += 1
        (rule,) = rules
        assert (rule.errorStyle or "stop", rule.showErrorMessage, rule.showInputMessage) == ("stop", True, True)
        assert rule.errorTitle
        assert rule.error
        assert rule.promptTitle
        assert rule.prompt
        if sheet.title == "Summary":
            assert (rule.type, rule.formula1) == ("list", "scenario_names")
            continue
        name = sheet.cell(cell.row, 1).value
        given = loaded.inputs[name.removeprefix("answer_")]
        if name.startswith("answer_") or given.role == "choice":
            (options,) = sheet[rule.formula1]
            wanted = [1, 0] if given.role == "question" else list(given.options)
            assert (rule.type, [option.value for option in options]) == ("list", wanted)
        elif bounds(loaded, name)[1] <= 1:
            assert (rule.type, rule.operator or "between") == ("decimal", "between")
            assert (float(rule.formula1), float(rule.formula2)) == bounds(loaded, name)
        else:
            assert (rule.type, float(rule.formula1)) == ("decimal", bounds(loaded, name)[0])
    assert number > len(loaded.inputs)


def test_bounds_are_those_of_the_unit_and_the_use(linkedin):
    assert bounds(linkedin, "monthly_churn") == (0.0, 1.0)
    assert bounds(linkedin, "monthly_growth") == (-0.5, 1.0)
    assert bounds(linkedin, "disclosed") == (0.0, 1.0)
    assert bounds(damages.load("params/judgments/ramirez.yaml"), "most_ratio")[1] == 9.0


def test_each_check_leads_to_its_cell(book):
    loaded = openpyxl.load_workbook(book)
    sheet, places = loaded["Checks"], 0
    for row in sheet.iter_rows(min_row=8):
        if row[2].value is not None:
            where, _, cell = row[6].hyperlink.location.replace("'", "").rpartition("!")
            assert loaded[where][cell].value is not None or (where, cell[0]) == ("Inputs", "F")
            places += 1
    assert places > 50


def test_words_of_a_case_stay_words(tmp_path, write_case):
    """A label that begins as a formula does, and is longer than what a validation may say."""
    label = "=HYPERLINK(1)" + " and more" * 30
    path = workbook(write_case(("label: Costs,", f'label: "{label}",')), out=tmp_path / "book.xlsx")
    loaded = openpyxl.load_workbook(path)
    texts = [cell for sheet in loaded for row in sheet.iter_rows() for cell in row if cell.value == label]
    assert [cell.parent.title for cell in texts] == ["Inputs", "Checks"]
    assert {(cell.data_type, cell.quotePrefix) for cell in texts} == {("s", True)}
    for _, _, (rule,) in open_cells(path):
        assert max(len(rule.prompt), len(rule.error)) <= 255
        assert max(len(rule.promptTitle), len(rule.errorTitle)) <= 32


def test_an_input_named_like_a_cell_or_a_name_of_the_workbook(tmp_path, write_case):
    text = (CASES / "good.yaml").read_text(encoding="utf-8")
    text = text.replace("costs: costs_usd", "costs: scenario_number").replace("  costs_usd:", "  scenario_number:")
    text = text.replace("named_plaintiffs: named\n", "named_plaintiffs: ab12\n").replace("  named:", "  ab12:")
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    path = workbook(tmp_path / "case.yaml", out=tmp_path / "book.xlsx")
    assert place_of(path, "scenario_number")[0] == "Summary"
    assert {place_of(path, f"input_{name}")[0] for name in ("scenario_number", "ab12")} == {"Inputs"}


def test_more_paths_than_a_sheet_has_columns_are_refused(good, tmp_path, monkeypatch):
    monkeypatch.setattr(model, "MOST_COLUMNS", 20)
    with pytest.raises(RenderError, match=r"paths in 2 groups, more than the 20 columns of a sheet"):
        write_workbook({"base": good}, tmp_path / "book.xlsx")


def test_figures_that_do_not_agree_are_refused(good):
    estimate = damages.estimate(good)
    assert len(reconcile(estimate).rows) == 8
    for line in [agreed.line for agreed in agreements(good, estimate.lines)]:
        wrong = "class_members" if line == "class_members_total" else line
        lines = estimate.lines | {wrong: estimate.lines[wrong] * 2 + 1.0}
        with pytest.raises(ReconciliationError):
            reconcile(replace(estimate, lines=lines))
