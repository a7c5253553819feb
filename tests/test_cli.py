"""The command line, run as a user runs it."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

import damages
from damages import cli

PROGRAM = str(Path(sys.executable).with_name("damages"))


def run(*words, cwd=ROOT, code=0):
    done = subprocess.run([PROGRAM, *words], cwd=cwd, capture_output=True, text=True, timeout=120)
    assert done.returncode == code, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def refused(capsys, monkeypatch):
    """What the command says when it refuses, asked in this process: a new one takes a second to say the same."""

    def asked(*words, code):
        monkeypatch.setattr("sys.argv", ["damages", *words])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        assert stopped.value.code == code
        return " ".join(capsys.readouterr().err.split())

    return asked


def test_help_lists_the_verbs_and_loads_nothing_heavy():
    text = run("--help").stdout
    for verb in ("check", "estimate", "report", "workbook", "new", "schema"):
        assert verb in text
    heavy = "import sys, damages.cli; print([m for m in ('numpy', 'scipy', 'pandas', 'matplotlib', 'pydantic', 'yaml') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_version():
    assert run("--version").stdout.strip() == f"damages {damages.__version__}"


@pytest.mark.slow
def test_check_shows_the_inputs():
    text = run("check", "params/linkedin.yaml").stdout
    assert "Premium subscription revenue over twelve months" in text
    assert f"no problems. {len(damages.load('params/linkedin.yaml').inputs)} inputs" in text


def test_a_users_mistake_is_exit_1_with_a_message():
    done = run("check", "tests/bad_params/unknown_unit.yaml", code=1)
    assert done.stdout == ""
    assert done.stderr.startswith("CaseError: tests/bad_params/unknown_unit.yaml has 1 problem.\n")
    assert "unknown_unit.yaml:4  inputs.claims_rate.unit: 'percent' is not a unit." in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["estimat"],
        ["estimate"],
        ["estimate", "params/linkedin.yaml", "--draws", "0"],
        ["estimate", "params/linkedin.yaml", "--format", "xml"],
    ],
)
def test_wrong_usage_is_exit_2(words, refused):
    assert refused(*words, code=2)


@pytest.mark.slow
def test_estimate_as_text():
    text = run("estimate", "params/linkedin.yaml", "--draws", "1000").stdout
    assert text.startswith("De La Torre v. LinkedIn Corp.\n")
    assert "HYPOTHETICAL. Voluntarily dismissed" in text
    assert "Pleaded: subscribers × the pleaded sum" in text


@pytest.mark.slow
def test_estimate_as_json_is_the_librarys():
    result = json.loads(
        run(
            "estimate",
            "params/linkedin.yaml",
            "--draws",
            "1000",
            "--seed",
            "3",
            "--format",
            "json",
            "--scenario",
            "defence",
        ).stdout
    )
    assert list(result) == ["case", "scenario", "lines", "simulation", "provenance"]
    case = damages.load("params/linkedin.yaml", "defence")
    estimate, simulation = damages.estimate(case), damages.simulate(case, draws=1000, seed=3)
    assert result["scenario"] == "linkedin_defence"
    assert result["lines"]["judgment_usd"]["value"] == pytest.approx(estimate.at_base["exposure_usd"], abs=0.005)
    assert result["lines"]["exposure_usd"]["value"] == pytest.approx(
        simulation.lines["exposure_usd"].mean.value, abs=0.005
    )
    assert result["lines"]["class_award_usd"]["authority"] == "CACI No. 3934"
    assert result["simulation"]["draws"] == simulation.draws == 1024
    drawn = result["simulation"]["lines"]["exposure_usd"]
    assert drawn["mean"] == pytest.approx(simulation.lines["exposure_usd"].mean.value, abs=0.005)
    assert drawn["p95_error"] == pytest.approx(simulation.lines["exposure_usd"][0.95].error, abs=0.005)
    assert result["provenance"]["seed"] == 3


@pytest.mark.slow
def test_estimate_as_csv():
    rows = list(
        csv.DictReader(io.StringIO(run("estimate", "params/template.yaml", "--draws", "100", "--format", "csv").stdout))
    )
    assert {row["line"]: row["value"] for row in rows}["judgment_usd"] == "36750000.0"  # 105,000 × 0.7 × 0.5 × $1,000


@pytest.mark.slow
def test_set_changes_the_estimate():
    def expected(*words):
        return json.loads(run("estimate", "params/template.yaml", "--draws", "100", "--format", "json", *words).stdout)[
            "lines"
        ]["expected_usd"]["value"]

    assert expected("--set", "liability=yes") == pytest.approx(36_750_000, rel=2e-3)  # 100 draws
    assert expected(
        "--set", "liability=0.2", "--set", "standing_share={low: 0.1, likely: 0.25, high: 0.5}"
    ) == pytest.approx(0.2 * 105e6 * 0.7 * (0.1 + 4 * 0.25 + 0.5) / 6, rel=5e-3)


@pytest.mark.slow
def test_new_starts_a_case_that_passes_check(tmp_path):
    path = ROOT / "params" / "made_by_a_test.yaml"
    try:
        assert "params/made_by_a_test.yaml is ready" in run("new", "made_by_a_test").stdout
        assert path.read_bytes() == (ROOT / "params" / "template.yaml").read_bytes()
        run("check", "params/made_by_a_test.yaml")
        assert "already exists" in run("new", "made_by_a_test", code=1).stderr
    finally:
        path.unlink(missing_ok=True)
    assert "is not a name for a case" in run("new", "../evil", code=1).stderr


@pytest.mark.slow
def test_statutes_all_one_and_as_of():
    assert "740 ILCS 14/20" in run("statutes").stdout
    assert "In force from                2024-08-02" in run("statutes", "bipa").stdout
    earlier = run("statutes", "bipa", "--as-of", "2023-01-01").stdout
    assert "Counted for each             violation" in earlier
    assert "100 to $750" in run("statutes", "--as-of", "2023-01-01").stdout
    assert "Did you mean bipa?" in run("statutes", "bippa", code=1).stderr
    assert "'soon' is not a day; write 2023-01-01." in run("statutes", "--as-of", "soon", code=1).stderr


@pytest.mark.slow
def test_judgments_agree_and_a_wrong_one_is_exit_1(tmp_path):
    assert "51 of 51 figures agree" in run("judgments").stdout
    assert len(json.loads(run("judgments", "params/judgments/visalus.yaml", "--format", "json").stdout)) == 1
    text = (ROOT / "params" / "judgments" / "visalus.yaml").read_text()
    (tmp_path / "wrong.yaml").write_text(text.replace("value: 925_220_000", "value: 925_220_001"))
    assert "0 of 1 figures agree" in run("judgments", str(tmp_path / "wrong.yaml"), code=1).stdout


@pytest.mark.slow
def test_workbook_writes_where_it_is_told(tmp_path):
    run("workbook", str(ROOT / "params" / "template.yaml"), "--out", str(tmp_path / "t.xlsx"), cwd=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["t.xlsx"]


def test_report_refuses_an_unknown_format_before_it_starts(refused):
    said = refused("report", "params/linkedin.yaml", "--to", "pdff", code=1)
    assert "'pdff' is not a format of a report. Did you mean pdf?" in said


@pytest.mark.slow
def test_the_committed_schemas_are_the_librarys():
    for words, name in ((["schema"], "case"), (["schema", "--scenario"], "scenario")):
        committed = (ROOT / "params" / f"{name}.schema.json").read_text(encoding="utf-8")
        assert run(*words).stdout == committed, "run `make schema`"


def test_the_schema_accepts_what_the_library_accepts():
    import yaml
    from jsonschema import Draft202012Validator

    from damages.case.editors import case_schema, scenario_schema

    class Words(yaml.SafeLoader):
        """YAML whose yes and no are words and whose dates are text, as JSON has them."""

    Words.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if not tag.endswith((":bool", ":timestamp"))]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def truth(value):
        if isinstance(value, dict):
            return {str(key): truth(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [truth(inner) for inner in value]
        return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value

    case, scenario = Draft202012Validator(case_schema()), Draft202012Validator(scenario_schema())
    for path in [
        ROOT / "params" / "linkedin.yaml",
        ROOT / "params" / "template.yaml",
        *(ROOT / "params" / "scenarios").glob("*.yaml"),
    ]:
        content = truth(yaml.load(path.read_text(encoding="utf-8"), Loader=Words))
        problems = [error.message for error in (scenario if "why" in content else case).iter_errors(content)]
        assert not problems, (path.name, problems)
    broken = truth(yaml.load((ROOT / "params" / "template.yaml").read_text(encoding="utf-8"), Loader=Words))
    broken["inputs"]["claims_rate"]["unit"] = "percent"
    del broken["title"]
    assert len(list(case.iter_errors(broken))) == 2


def test_it_runs_from_anywhere(tmp_path):
    assert "no problems" in run("check", "params/linkedin.yaml", cwd=tmp_path).stdout


def test_a_case_outside_the_project(tmp_path):
    shutil.copy(ROOT / "params" / "template.yaml", tmp_path / "mine.yaml")
    assert "no problems" in run("check", "mine.yaml", cwd=tmp_path).stdout


@pytest.mark.slow
def test_plain_papermill_works_too(tmp_path):
    words = [sys.executable, "-m", "papermill", str(ROOT / "notebooks" / "report.ipynb"), str(tmp_path / "out.ipynb")]
    words += ["-p", "case", "params/template.yaml", "-p", "draws", "500"]
    subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, timeout=120, env={**os.environ})
    assert "Doe v. Example Corp." in (tmp_path / "out.ipynb").read_text()


@pytest.mark.slow
def test_a_precision_a_second_seed_and_no_correlations():
    asked = run("estimate", "tests/bench/reference.yaml", "--precision", "0.5%", "--replicate", "--independent").stdout
    assert "Converged: every headline's mean is known to within 0.5% after 131,072 draws." in asked
    assert "A second run with seed 1 agrees: the intervals of all headlines overlap." in asked
    assert "Correlations are left out." in asked


@pytest.mark.parametrize("text", ["often", "0", "100%", "-1%"])
def test_what_is_no_precision(text, refused):
    said = refused("estimate", "params/template.yaml", f"--precision={text}", code=2)
    assert "is not a precision; write --precision 0.5%, or 0.005." in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["judgments", "params/template.yaml"], "has no published figures to recompute"),
        (
            ["sensitivity", "params/template.yaml", "--method", "scenario-box", "--above", "nan"],
            "--above is a figure of 0 or more",
        ),
        (
            ["sensitivity", "params/template.yaml", "--method", "target", "--above", "-5"],
            "--above is a figure of 0 or more",
        ),
        (["estimate", "params/template.yaml", "--replicate", "--format", "json"], "--replicate prints text only"),
        (["estimate", "params/template.yaml", "--draws", "99999999999"], "draws must be at most 1,073,741,824"),
        (["sweep", "params/template.yaml", "--grid", "claims_rate=0.1:0.2"], "NAME=LOW:HIGH:COUNT"),
        (["sweep", "params/template.yaml", "--grid", "claims_rate=0.1,,0.2"], "NAME=LOW:HIGH:COUNT"),
    ],
)
def test_what_cannot_be_asked_is_refused(words, said, refused):
    assert said in refused(*words, code=1)


def test_a_folder_that_is_a_file_is_one_line(tmp_path, refused):
    (tmp_path / "file").write_text("mine")
    assert "file" in refused("workbook", "params/template.yaml", "--out", str(tmp_path / "file" / "b.xlsx"), code=1)
    assert (tmp_path / "file").read_text() == "mine"
