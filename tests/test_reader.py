"""The strict reader: one bad file for each mistake, with the words its message must contain."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from conftest import CASES, ROOT

import damages
from damages.reader.numerals import number_hint

BAD = ROOT / "tests" / "bad_params"
with (BAD / "expected.csv").open(encoding="utf-8", newline="") as _file:
    EXPECTED = {row["file"]: row["words"] for row in csv.DictReader(_file)}


def test_every_bad_file_is_listed():
    assert sorted(EXPECTED) == sorted(path.name for path in BAD.glob("*.yaml"))
    assert len(EXPECTED) >= 30


@pytest.mark.parametrize("file", EXPECTED)
def test_bad_file(file):
    with pytest.raises(damages.CaseError) as caught:
        damages.load(BAD / file)
    assert len(caught.value.problems) == 1, str(caught.value)
    line, colon, words = EXPECTED[file].partition(": ")
    if colon and line.isdigit():
        assert f"{file}:{line}  {words}" in str(caught.value)
    else:
        assert EXPECTED[file] in str(caught.value)


def test_all_problems_at_once_in_the_order_of_the_file(tmp_path):
    path = tmp_path / "many.yaml"
    path.write_text(
        f"extends: {CASES / 'good.yaml'}\ninputs:\n  people: {{value: 1e6}}\n  claims_rate: {{value: 12}}\n  liable: {{chance: 2}}\n"
    )
    with pytest.raises(damages.CaseError) as caught:
        damages.load(path)
    assert [re.search(r":(\d+)$", problem.place)[1] for problem in caught.value.problems] == ["3", "4", "5"]
    assert str(caught.value).startswith(f"{path} has 3 problems.\n")


def test_a_folder(tmp_path):
    with pytest.raises(damages.CaseError, match="is a folder"):
        damages.load(tmp_path)


def test_a_file_that_is_not_there():
    with pytest.raises(damages.CaseError, match=r"params/nowhere\.yaml  does not exist"):
        damages.load("params/nowhere.yaml")


def test_a_file_of_50_megabytes(tmp_path):
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    with pytest.raises(damages.CaseError, match="has 50,000,000 bytes; a case file has at most 500,000"):
        damages.load(path)


@pytest.mark.parametrize("text", ["[" * 5000, "{a: " * 3000, "a: " + "[" * 200 + "]" * 200])
def test_deep_nesting(tmp_path, text):
    path = tmp_path / "deep.yaml"
    path.write_text(text)
    with pytest.raises(damages.CaseError):
        damages.load(path)


@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object/apply:os.system ['true']\n",
        "a: !mine x\n",
        "a: \x00\n",
        "? [a, b]\n: c\n",
        "a: 9" + "9" * 400 + "\n",
    ],
)
def test_what_yaml_would_let_pass(tmp_path, text):
    path = tmp_path / "odd.yaml"
    path.write_text(text)
    with pytest.raises(damages.CaseError):
        damages.load(path)


def test_yes_and_no_stay_words_and_dates_stay_dates(tmp_path):
    from damages.reader.read import read_text

    content = read_text("answer: no\nwhen: 2025-01-21\nclock: 12:30\n", "x.yaml").content
    assert content["answer"] == "no"
    assert content["when"].isoformat() == "2025-01-21"
    assert content["clock"] == "12:30"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("1e6", "1_000_000"),
        ("5%", "0.05"),
        ("$5", "5"),
        ("$1,250.50", "1_250.5"),
        ("1,000", "1_000"),
        ("USD 20", "20"),
        ("2.5e-3", "0.0025"),
    ],
)
def test_how_to_write_a_number(text, hint):
    assert number_hint(text) == f" Write {hint}."


def test_overrides_are_checked_like_the_file():
    with pytest.raises(
        damages.CaseError, match=r"--set claims_rate  inputs\.claims_rate\.value: the value is 3, but a share"
    ):
        damages.load("params/linkedin.yaml", settings=["claims_rate=3"])
    with pytest.raises(
        damages.CaseError, match=r"clams_rate is not an input of this case\. Did you mean claims_rate\?"
    ):
        damages.load("params/linkedin.yaml", settings=["clams_rate=0.3"])
    with pytest.raises(damages.CaseError, match="'claims_rate' is written NAME=VALUE"):
        damages.load("params/linkedin.yaml", settings=["claims_rate"])


def test_an_override_may_be_a_distribution():
    case = damages.load(
        "params/linkedin.yaml", settings=["claims_rate={low: 0.1, likely: 0.2, high: 0.4}", "certified_sca=yes"]
    )
    assert case.shapes["claims_rate"][""].base == pytest.approx(1.3 / 6)  # (low + 4 likely + high) ÷ 6
    assert case.inputs["certified_sca"].chance == 1.0
    assert case.inputs["claims_rate"].source.cite == "Set by hand for this run"


def test_a_scenario_does_not_keep_the_source_of_a_value_it_changed():
    base, plaintiff = damages.load("params/linkedin.yaml"), damages.load("params/linkedin.yaml", "plaintiff")
    assert base.inputs["due_process_share"].source.kind == "opinion"
    changed = plaintiff.inputs["due_process_share"].source
    assert changed.kind == "assumption"
    assert changed.cite.startswith("A cut leaves what deters a company of this size")
    assert changed.url is None


def test_scenarios_by_name_by_file_and_unknown():
    by_name, by_file = (
        damages.load("params/linkedin.yaml", "defence"),
        damages.load("params/scenarios/linkedin_defence.yaml"),
    )
    assert by_name.inputs == by_file.inputs
    assert by_file.scenario == "linkedin_defence"
    assert damages.scenarios("params/linkedin.yaml") == ["defence", "mediator", "per_message", "plaintiff"]
    with pytest.raises(damages.CaseError, match=r"has no scenario 'defense'\. Did you mean defence\?"):
        damages.load("params/linkedin.yaml", "defense")


def test_a_scenario_of_another_case(tmp_path):
    with pytest.raises(damages.CaseError, match="does not extend"):
        damages.load("params/template.yaml", str(ROOT / "params/scenarios/linkedin_defence.yaml"))


def test_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert damages.load("params/linkedin.yaml").title == "De La Torre v. LinkedIn Corp."


def test_every_shipped_case_is_good():
    files = [*(ROOT / "params").glob("*.yaml"), *(ROOT / "params" / "scenarios").glob("*.yaml")]
    cases = [file for file in files if file.stem not in ("statutes", "authorities")]
    assert len(cases) >= 5
    for file in cases:
        assert damages.load(file).inputs, file


def test_a_sample_beside_the_case(write_case, tmp_path):
    (tmp_path / "rates.csv").write_text("rate\n0.02\n0.04\n0.06\n0.08\n")
    case = damages.load(write_case(("{low: 0.02, likely: 0.05, high: 0.2}", "{sample: rates.csv}")))
    shape = case.shapes["claims_rate"][""]
    assert (shape.low, shape.base, shape.high) == (0.02, 0.05, 0.08)
    (tmp_path / "rates.csv").write_text("rate\n0.02\nmany\n")
    with pytest.raises(damages.CaseError, match=r"line 3 of the sample rates\.csv is 'many', not a number"):
        damages.load(tmp_path / "case.yaml")


def test_an_own_word_for_an_implied_input(write_case):
    """A case may state what would otherwise follow: a statute's sum, the length of the class period."""
    said = "  named: {label: Named"
    own = "  sca_statutory_usd: {label: Sum, role: fact, unit: usd_per_member, value: 500, source: {kind: assumption, cite: Made up}}\n"
    case = damages.load(write_case((said, own + said)))
    assert damages.estimate(case).lines["sca_usd_per_entitled"][0] == 500.0


def test_messages_have_no_path_of_this_machine(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(damages.CaseError) as caught:
        damages.load("tests/bad_params/unused_input.yaml")
    assert str(Path.home()) not in str(caught.value)
    assert str(ROOT) not in str(caught.value)
