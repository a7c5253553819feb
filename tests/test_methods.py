"""`damages sensitivity`: every method speaks in words and shows a table, for any case."""

from __future__ import annotations

import json

import pytest
from conftest import CASES
from damages.report.methods import METHODS, Asked, answer, as_json
from test_cli import run
from typer.testing import CliRunner

import damages
from damages.cli import app
from damages.reader.digits import settled
from damages.report.table import Table, Words


@pytest.fixture(scope="module")
def decision():
    return damages.load(CASES / "decision.yaml")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_says_something(decision, method):
    sums = {"information": None, "break-even": 48_000.0}
    names = ("units", "rate") if method == "grid" else ()
    all_of_it = {"draws": 1_024, "inputs": names, "above": sums.get(method, 150_000.0)}
    asked = Asked(**{name: value for name, value in all_of_it.items() if name in METHODS[method].reads})
    said = answer(decision, method, asked)
    assert isinstance(said[0], Words)
    assert all(paragraph.endswith(".") for part in said if isinstance(part, Words) for paragraph in part.paragraphs)
    (table, *_) = [part for part in said if isinstance(part, Table)]
    assert table.rows
    assert table.hypothetical
    assert json.dumps(as_json(decision, method, said))


@pytest.mark.parametrize("method", [name for name in METHODS if name not in ("grid", "scenarios")])
def test_every_method_on_a_small_case(method):
    """One without a range for everything, and without costs of going on: nothing in a method is one case's own."""
    asked = Asked(draws=256) if "draws" in METHODS[method].reads else Asked()
    said = answer(damages.load("params/template.yaml"), method, asked)
    assert repr(said[0])


def test_methods_agree_with_the_library(decision):
    _, table = answer(decision, "target", Asked(above=150_000.0))
    found = damages.conditional(damages.sample(decision, ["exposure_usd"]), "exposure_usd", 150_000.0)
    assert table["width"] == [settled(one.width) for one in found]
    words, table = answer(decision, "break-even", Asked(above=48_000.0))
    assert repr(words) == (
        "With the others at base, a single input brings the expected judgment to $48,000: “Units” at 2,400 or “Rate” at $60.00."
    )
    assert table["value"] == pytest.approx([2_400.0, 60.0])


def test_three_inputs_make_a_block_for_each_value_of_the_third(linkedin):
    names = ("us_share", "standing_share", "due_process_share")
    _, table = answer(linkedin, "grid", Asked(inputs=names))
    assert len(set(table["panel"])) == 3
    held = damages.grids(linkedin, *names)
    alone = damages.load("params/linkedin.yaml", overrides={"due_process_share": held[1].third["due_process_share"]})
    one = damages.grid(alone, *names[:2], steps=7)
    assert held[1].usd == pytest.approx(one.usd, rel=1e-9)


@pytest.mark.parametrize(
    ("method", "asked", "words"),
    [
        ("tornadoo", Asked(), r"'tornadoo' is not a method\. Did you mean tornado\?"),
        ("draws", Asked(line="judgement_usd"), r"'judgement_usd' is not a line .* Did you mean judgment_usd\?"),
        ("tornado", Asked(line="judgment_usd"), "this method moves a headline: pleaded_usd"),
        ("grid", Asked(inputs=("units",)), r"a grid needs two or three inputs: --input NAME --input NAME; got 1\."),
        ("grid", Asked(inputs=("units", "units")), "a grid needs different inputs; got units, units"),
        ("box", Asked(line="judgment_usd"), "judgment_usd depends on answers to questions; boxes work only for"),
        ("information", Asked(side="judge"), r"'judge' is not a side\. Known here: defendant, plaintiffs\."),
        (
            "tornado",
            Asked(above=1e9),
            "--above is not for tornado; it is for target, break-even, stress, box, information",
        ),
        ("sobol", Asked(inputs=("units",)), "--input is not for sobol; it is for grid, break-even"),
        ("information", Asked(line="expected_usd"), "--line is not for information; it is for tornado"),
        ("break-even", Asked(inputs=("people",)), "people is not an input with a range"),
    ],
)
def test_what_cannot_be_asked_is_told(decision, method, asked, words):
    with pytest.raises(damages.CaseError, match=words):
        answer(decision, method, asked)


def test_the_verb():
    case = (CASES / "decision.yaml").as_posix()

    def said(*words):
        done = CliRunner().invoke(app, ["sensitivity", case, *words])
        assert done.exit_code == 0, done.output
        return done.stdout

    text = said("--method", "answers")
    assert text.startswith("Good v. Example\n")
    assert "HYPOTHETICAL" in text
    assert "The expected judgment if decided (hypothetical)" in text
    found = json.loads(said("--method", "stress", "--above", "200000", "--format", "json"))
    assert list(found) == ["case", "scenario", "hypothetical", "method", "words", "tables"]
    assert {row["name"] for row in found["tables"][0]["rows"]} == {"units", "rate"}
    rows = said("--method", "tornado", "--format", "csv", "--set", "liable=yes").splitlines()
    assert rows[0].startswith("name,label,low,high")
    assert len(rows) == 3
    done = run("sensitivity", case, "--method", "sobl", code=1)
    assert "'sobl' is not a method. Did you mean sobol?" in done.stderr


def test_better_evidence_is_held_by_whom_the_case_says_or_the_source_suggests(decision, linkedin):
    assert decision.inputs["liable"].holder == "plaintiffs"
    assert decision.inputs["units"].holder == "defendant"
    assert decision.inputs["rate"].holder == "expert"
    assert linkedin.inputs["sca_covers"].holder == "court"
    assert linkedin.inputs["disclosed"].holder == "defendant"
    text = (CASES / "decision.yaml").read_text()
    assert "held_by: plaintiffs" in text


def test_an_unknown_holder_is_told(write_case):
    path = write_case(("held_by: plaintiffs", "held_by: plaintiff"), base="decision.yaml")
    with pytest.raises(damages.CaseError, match=r"'plaintiff' is not one of .* Did you mean plaintiffs\?"):
        damages.load(path)
