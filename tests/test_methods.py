"""`damages sensitivity`: every method speaks in words and shows a table, for any case; its options are its function's keywords."""

from __future__ import annotations

import json

import pytest
from conftest import CASES
from test_cli import run
from typer.testing import CliRunner

import damages
from damages.cli import app
from damages.reader.digits import settled
from damages.report.table import Words
from damages.sensitivity.registry import ask, methods, options_of

METHODS = methods()


@pytest.fixture(scope="module")
def decision():
    return damages.load(CASES / "decision.yaml")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_says_something(decision, method):
    all_of_it = {"draws": 1_024, "above": 150_000.0, "target": 48_000.0}
    all_of_it |= {"inputs": ("units", "rate")} if method == "grid" else {}
    view = ask(decision, method, {k: v for k, v in all_of_it.items() if k in options_of(METHODS[method])}).view
    if method != "spider":  # whose chart speaks for itself
        assert isinstance(view.words, Words)
        assert all(paragraph.endswith(".") for paragraph in view.words.paragraphs)
    assert view.table.rows
    assert view.table.hypothetical
    assert list(view.frame()) == [column.key for column in view.table.columns]
    assert "(hypothetical)" in view.chart.alt
    assert json.dumps(view.as_json())


@pytest.mark.parametrize("method", [name for name in METHODS if name != "grid"])
def test_every_method_on_a_small_case(method):
    """One without a range for everything, and without litigation costs: nothing in a method is one case's own."""
    options = {"draws": 256} if "draws" in options_of(METHODS[method]) else {}
    found = ask(damages.load("params/template.yaml"), method, options)
    assert found._repr_html_()
    assert str(found.view)


OF_ANY_LINE = [  # not of a decision, nor of a headline alone
    name
    for name, method in METHODS.items()
    if "of" in options_of(method) and name not in ("rank-correlations", "reverse-stress", "scenario-box")
]


@pytest.mark.parametrize("method", OF_ANY_LINE)
def test_any_line_can_be_asked_about(linkedin, method):
    """The natural questions of a mediator: what moves what each claimant is paid, and what the defendant pays?"""
    keywords = options_of(METHODS[method])
    more = {"above": 20.0} if "above" in keywords else {}
    reachable = damages.simulate(linkedin, draws=512).lines["usd_per_claimant"].mean.value * 1.05
    more |= {"target": reachable} if "target" in keywords else {}
    more |= {"draws": 512} if "draws" in keywords else {}
    found = ask(linkedin, method, {"of": "usd_per_claimant", **more})
    assert found.of == "usd_per_claimant"
    if method == "sobol":  # LinkedIn's inputs are correlated, which the answer says
        assert "Shapley effects hold there too" in str(found.words)
        return
    said = f"{found.words} {found.table.title} {found.table.note}"
    assert "aid to each claimant" in said
    assert found.chart is not None


@pytest.mark.parametrize("method", [name for name in METHODS if "of" in options_of(METHODS[name])])
def test_a_line_that_is_not_there_is_told_in_python_too(decision, method):
    with pytest.raises(damages.CaseError, match=r"'judgement_usd' is not a line .* Did you mean judgment_usd\?"):
        METHODS[method](decision, of="judgement_usd")


@pytest.mark.parametrize("method", METHODS)
def test_what_a_method_can_be_asked_is_an_option(method):
    """A keyword that the command line lacks could not be asked there."""
    offered = {name.lstrip("-") for one in sensitivity_options() for name in one.opts}
    wanted = {"input" if name == "inputs" else name for name in options_of(METHODS[method])} - {"levels", "steps"}
    assert wanted <= offered
    assert METHODS[method].__doc__.strip().splitlines()[0].endswith(".")


def sensitivity_options():
    from typer.main import get_command

    return get_command(app).commands["sensitivity"].params


def test_methods_agree_with_the_library(decision):
    found = damages.conditional(decision, of="exposure_usd", above=150_000.0)
    assert ask(decision, "target", {"above": 150_000.0}).table["width"] == [settled(one.width) for one in found.rows]
    view = ask(decision, "break-even", {"target": 48_000.0}).view
    assert str(view.words) == (
        "While the others vary, a single input brings the expected judgment to $48,000: “Units” at 2,400 or “Rate” at $60.00."
    )
    assert view.table["value"] == pytest.approx([2_400.0, 60.0])


def test_three_inputs_make_a_block_for_each_value_of_the_third(linkedin):
    names = ("us_share", "standing_share", "due_process_share")
    cube = damages.grid(linkedin, inputs=names, steps=7)
    assert len(set(cube.table["panel"])) == 3
    alone = damages.load("params/linkedin.yaml", settings={"due_process_share": cube.values[2][1]})
    one = damages.grid(alone, inputs=names[:2], steps=7)
    assert cube.figures[1] == pytest.approx(one.figures[0], rel=2e-3)  # each beside the mean of its own simulation


@pytest.mark.parametrize(
    ("method", "options", "words"),
    [
        ("tornadoo", {}, r"'tornadoo' is not a method\. Did you mean tornado\?"),
        ("conditional", {"of": "judgement_usd"}, r"'judgement_usd' is not a line .* Did you mean judgment_usd\?"),
        ("tornado", {"of": "claims_rate"}, r"'claims_rate' is not a line of this case for the whole class\."),
        ("grid", {"inputs": ("units",)}, r"a grid needs two or three inputs: --input NAME --input NAME; got 1\."),
        ("grid", {"inputs": ("units", "units")}, "a grid needs different inputs; got units, units"),
        (
            "scenario-box",
            {"of": "judgment_usd"},
            "judgment_usd depends on answers to questions; boxes work only for",
        ),
        ("value-of-information", {"side": "judge"}, r"'judge' is not a side\. Known here: defendant, plaintiffs\."),
        (
            "variance-by-source",
            {"by": "holders"},
            r"'holders' is not a way to group the inputs\. Did you mean holder\?",
        ),
        (
            "tornado",
            {"above": 1e9},
            "above is not for tornado; it is for conditional, reverse-stress, scenario-box, target",
        ),
        ("sobol", {"inputs": ("units",)}, "inputs is not for sobol; it is for break-even, grid"),
        ("break-even", {"inputs": ("people",)}, "people is not an input with a range"),
        ("conditional", {"draws": 10**9}, r"keeps every draw, at most 4,194,304; got --draws 1,000,000,000\."),
    ],
)
def test_what_cannot_be_asked_is_told(decision, method, options, words):
    with pytest.raises(damages.CaseError, match=words):
        ask(decision, method, options)


@pytest.mark.slow
def test_the_verb():
    case = (CASES / "decision.yaml").as_posix()

    def said(*words):
        done = CliRunner().invoke(app, ["sensitivity", case, *words])
        assert done.exit_code == 0, done.output
        return done.stdout

    text = said("--method", "if-decided")
    assert text.startswith("Good v. Example\n")
    assert "HYPOTHETICAL" in text
    assert "The expected judgment if decided (hypothetical)" in text
    found = json.loads(said("--method", "reverse-stress", "--above", "200000", "--format", "json"))
    assert list(found) == ["case", "scenario", "hypothetical", "method", "words", "tables"]
    assert {row["name"] for row in found["tables"][0]["rows"]} == {"units", "rate"}
    rows = said("--method", "tornado", "--format", "csv", "--set", "liable=yes").splitlines()
    assert rows[0].startswith("name,label,low,high")
    assert len(rows) == 3
    assert "Paid to each claimant" in said("--method", "spider", "--of", "usd_per_claimant")
    listed = said("--method", "list").splitlines()
    assert [line for line in listed if not line.startswith(" ")] == list(METHODS)
    done = run("sensitivity", case, "--method", "sobl", code=1)
    assert "'sobl' is not a method. Did you mean sobol?" in done.stderr
    done = run("sensitivity", case, "--method", "tornado", "--above", "1e9", code=1)
    assert "--above is not for tornado; it is for conditional, reverse-stress, scenario-box, target." in done.stderr
    done = run("sensitivity", case, "--method", "sobol", "--input", "units", code=1)
    assert "--input is not for sobol; it is for break-even, grid." in done.stderr


def test_scenarios_side_by_side():
    done = CliRunner().invoke(app, ["scenarios", "params/linkedin.yaml", "--format", "json"])
    found = json.loads(done.stdout)
    by_theory = [row["label"] for row in found["tables"][1]["rows"]]
    assert by_theory == ["base", *damages.scenarios("params/linkedin.yaml")]
    assert found["words"][0].startswith(f"Over {len(by_theory)} scenarios")


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
