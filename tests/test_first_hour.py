"""A newcomer's first hour: every command of the documents runs, and each mistake on the way is answered."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, kept_files
from typer.testing import CliRunner

import damages
from damages import cli
from damages.counting.synthetic import write_accounts
from damages.report.gallery import FOLDER

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "params" / "README.md").read_text(encoding="utf-8")
DOCUMENTS = {"README.md": README, "CONTRIBUTING.md": (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")}
DOCUMENTS |= {
    "params/README.md": GUIDE,
    "reports/README.md": (ROOT / "reports" / "README.md").read_text(encoding="utf-8"),
}


@pytest.fixture(scope="session")
def copy(tmp_path_factory):
    """The project as it is kept, in a folder of its own, so that nothing is written into this one."""
    folder = tmp_path_factory.mktemp("project")
    for name in kept_files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    return folder


def run(copy, *words, code=0):
    """A command in the copy, with the copy's library."""
    here = {"PYTHONPATH": str(copy), "HOME": str(copy), "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        words, cwd=copy, capture_output=True, text=True, timeout=180, env={**os.environ, **here, "PATH": path}
    )
    assert done.returncode == code, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    return done


def make(copy, verb):
    """A verb of run.py in the copy, in this environment instead of a fresh one."""
    here = (
        f"import run, pathlib; run.set_up = lambda: None; run.BIN = pathlib.Path({str(Path(sys.executable).parent)!r})"
    )
    return run(copy, sys.executable, "-c", f"{here}; run.VERBS[{verb!r}]()")


# --- Every command ----------------------------------------------------------------------------


def commands(text):
    """The commands of a document: lines of its shell blocks, and what stands in backticks in its sentences."""
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        yield from (line.partition("  #")[0].partition(" # ")[0].strip() for line in block.splitlines())
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for quoted in re.findall(r"`([^`]+)`", prose):
        if re.match(r"(make|damages|python|conda|apt|dask|pip|papermill) [\w-]", quoted) and " import " not in quoted:
            yield quoted


# These would set up another environment, or need a program of the system or a page that stays open: that the verb
# is there and what it starts is looked at instead.
ONLY_LOOKED_AT = {
    "make report", "make test", "make check", "make lab", "make explore", "make lock", "make bench",
    "python run.py report", "python run.py test",
    "conda env create -f environment.yml",
    "apt install chromium libreoffice-calc-nogui poppler-utils",
    ". .venv/bin/activate",
    "pip install .",
    "cd matters && damages report params/linkedin.yaml",  # test_wheel runs it
}  # fmt: skip
# What a document leaves for the reader to fill in.
FILLED_IN = {
    "damages new NAME": "damages new another",
    "damages check": "damages check params/template.yaml",
    "damages check FILE": "damages check params/template.yaml",
    "damages estimate FILE --independent": "damages estimate params/linkedin.yaml --independent",
    "damages judgments FILE": "damages judgments params/judgments/visalus.yaml",
    "damages statutes NAME": "damages statutes tcpa",
    "damages records FILE --start DATE --end DATE": "damages records accounts.csv --start 2021-01-21 --end 2024-09-18",
    "damages sweep params/linkedin.yaml --grid …": "damages sweep params/linkedin.yaml --grid claims_rate=0.02,0.05",
    "damages sweep CASE --runs FILE": "damages sweep params/linkedin.yaml --runs runs.yaml",
}
# Run with fewer draws, and a report in one format: what they do is the same.
QUICKER = {
    "estimate": ["--draws", "500"],
    "report": ["--draws", "500", "--to", "html"],
    "sweep": ["--draws", "500", "--workers", "1"],
}
# Run elsewhere: the fixture `rendered` makes the LinkedIn report, and test_report compares the sample with it.
ELSEWHERE = {"make sample", "damages report params/linkedin.yaml"}
# Made by the test of the robocall case, and by the test of the gallery.
IN_ORDER = {f"damages {verb} params/acme.yaml" for verb in ("check", "estimate", "report")} | {"make gallery"}
ALL = sorted({command.partition(" ARGS=")[0] for text in DOCUMENTS.values() for command in commands(text) if command})
RUN = [command for command in ALL if command not in ONLY_LOOKED_AT | ELSEWHERE | IN_ORDER]


def test_every_command_is_known():
    assert set(ALL) >= ONLY_LOOKED_AT, "a command that no document names any more"
    assert set(ALL) >= set(FILLED_IN) | IN_ORDER | ELSEWHERE
    assert len(RUN) > 15


@pytest.mark.slow
@pytest.mark.parametrize("command", RUN)
def test_it_runs(command, copy):
    words = FILLED_IN.get(command, command).split()
    if words[0] == "python":
        run(copy, sys.executable, *words[1:])
        return
    if words[0] == "make":
        make(copy, words[1])
        return
    if "--runs" in words:
        (block,) = re.findall(r"```yaml\n(runs:.*?)```", GUIDE, re.DOTALL)
        (copy / "runs.yaml").write_text(block)
    if words[1] == "records":
        write_accounts(copy / "accounts.csv", people=200)
    if words[1] == "new":
        (copy / "params" / f"{words[2]}.yaml").unlink(missing_ok=True)
    if "--install-completion" in words:  # it asks which shell it is in; a test is in none
        words.append("bash")
        done = run(copy, sys.executable, "-c", INSTALL)
        assert "bash completion installed" in done.stdout
        return
    run(copy, sys.executable, "-m", "damages.cli", *words[1:], *QUICKER.get(words[1], []))


INSTALL = (
    "from damages import cli; import sys, os; os.environ['_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION'] = '1';"
    "sys.argv = ['damages', '--install-completion', 'bash']; cli.main()"
)


@pytest.mark.parametrize("command", sorted(ONLY_LOOKED_AT))
def test_it_is_there(command):
    words = command.split()
    if words[0] == "make":
        done = subprocess.run(["make", "-n", words[1]], cwd=ROOT, capture_output=True, text=True, check=True)
        assert f"run.py {words[1]}" in done.stdout
    elif words[:2] == ["python", "run.py"]:
        assert f"def verb_{words[2]}(" in (ROOT / "run.py").read_text()
    elif words[0] == "conda":
        assert (ROOT / words[-1]).is_file()
    elif words[0] == "apt":
        assert set(words[2:]) <= set((ROOT / ".ci" / "run").read_text().split())
    else:  # test_wheel installs the library and runs the last
        assert command in ("pip install .", ". .venv/bin/activate", "cd matters && damages report params/linkedin.yaml")


# --- A case of one's own ----------------------------------------------------------------------


def yaml_blocks(section):
    return re.findall(r"```yaml\n(.*?)```", GUIDE.split(f"## {section}\n")[1].split("\n## ")[0], re.DOTALL)


@pytest.mark.slow
def test_the_robocall_case_from_the_template(copy):
    (copy / "params" / "acme.yaml").unlink(missing_ok=True)
    assert "params/acme.yaml is ready." in run(copy, "damages", "new", "acme").stdout
    path, (theory, inputs) = copy / "params" / "acme.yaml", yaml_blocks("From the template to a robocall case")
    text = path.read_text()
    text = re.sub(r"(?<=^theories:\n).*?(?=^pleaded:)", theory + "\n", text, flags=re.DOTALL | re.MULTILINE)
    path.write_text(text.replace("  pleaded_usd_per_person:\n", f"{inputs}  pleaded_usd_per_person:\n"))
    assert "no problems." in run(copy, "damages", "check", "params/acme.yaml").stdout
    # 105,000 × 0.7 × 0.5 members × 3.8333 calls × $500 × 3 times, if all is answered for the class; and the guide's own table
    printed = run(copy, "damages", "estimate", "params/acme.yaml", "--draws", "500").stdout
    figures = re.findall(r"\| \$([\d,]+) (?:if every|expected)", GUIDE)
    assert figures == ["211,312,500", "39,445,000"]
    assert all(f"${figure}" in printed for figure in figures)
    run(copy, "damages", "report", "params/acme.yaml", "--draws", "500", "--to", "html")
    assert "Telephone Consumer Protection Act" in (copy / "reports" / "acme" / "report.html").read_text()


def test_one_number_changed_is_seen(copy):
    path = copy / "params" / "mine.yaml"
    path.write_text((ROOT / "params" / "template.yaml").read_text().replace("chance: 0.4", "chance: 0.2"))
    assert damages.estimate(damages.load(path)).expected_usd == pytest.approx(7_350_000, rel=1e-6)


def test_every_measure_is_in_the_guide():
    import typing

    from damages.case.theories import Theory

    measures = {
        name
        for kind in typing.get_args(typing.get_args(Theory)[0])
        for name in typing.get_args(kind.model_fields["measure"].annotation)
    }
    table = GUIDE.split("## A theory\n")[1].split("\n\n")[0]
    assert measures <= set(re.findall(r"`(\w+)`", table))


def test_every_key_is_in_the_guide():
    """Whatever a case file can say, the guide names."""
    from damages.case.schema import CaseFile

    schema = CaseFile.model_json_schema()
    keys = {key for part in (schema, *schema["$defs"].values()) for key in part.get("properties", {})}
    written = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL) + re.findall(r"`([^`\n]+)`", GUIDE)
    named = set(re.findall(r"\w+", " ".join(written)))
    assert sorted(keys - named) == []


def test_what_contributing_names_is_there():
    text = DOCUMENTS["CONTRIBUTING.md"]
    paths = [
        name for name in re.findall(r"`([\w./]+)`", text) if "/" in name and name != "site/"
    ]  # made by `make docs`
    assert [name for name in paths if not (ROOT / name).exists()] == []
    for name, file in re.findall(r"`(\w+)`[^`.;]{0,20} (?:in|of)\s+`([\w/]+\.py)`", text):
        assert re.search(rf"\b{name}\b", (ROOT / file).read_text()), f"{file} has no {name}"


# --- Mistakes on the way ------------------------------------------------------------------------

TYPED = [
    (["check", "zebra"], "CaseError: zebra has 1 problem.\n  zebra  does not exist. Known here: "),
    (["check", "linkedin"], "CaseError: linkedin has 1 problem.\n  linkedin  does not exist. Did you mean params/linkedin.yaml?"),
    (["check", "params"], "CaseError: params has 1 problem.\n  params  is a folder. Name the YAML file in it."),
    (
        ["estimate", "params/linkedin.yaml", "--scenario", "plantiff"],
        "CaseError: params/linkedin.yaml has 1 problem.\n  params/linkedin.yaml  has no scenario 'plantiff'. Did you mean plaintiff?",
    ),
    (
        ["estimate", "params/template.yaml", "--scenario", "plaintiff"],
        "CaseError: params/template.yaml has 1 problem.\n  params/template.yaml  has no scenario 'plaintiff'. "
        "Write one as params/scenarios/template_plaintiff.yaml; params/README.md shows how.",
    ),
    (
        ["estimate", "params/template.yaml", "--set", "claims_rate"],
        "CaseError: --set has 1 problem.\n  --set  'claims_rate' is written NAME=VALUE, such as claims_rate=0.08 or certified_sca=yes.",
    ),
    (
        ["estimate", "params/template.yaml", "--set", "claims_rate=8%"],
        "CaseError: params/template.yaml has 1 problem.\n  --set claims_rate  inputs.claims_rate.value: '8%' is read as text. Write 0.08.",
    ),
    (["new", "Acme"], "CaseError: Acme has 1 problem.\n  Acme  is not a name for a case: small letters, digits and _, a letter first, at most 60, such as acme_2026."),
    (["new", "template"], "CaseError: params/template.yaml has 1 problem.\n  params/template.yaml  already exists. Choose another name."),
    (["statutes", "tpca"], "Did you mean tcpa?"),
    (["report", "params/template.yaml", "--to", "word"], "RenderError: 'word' is not a format of a report. Known here: docx, html, pdf, xlsx."),
    (["report", "params/template.yaml", "--notebook", "4_damages"], "RenderError: notebooks/ has no '4_damages'. Did you mean 04_damages?"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "message"), TYPED, ids=[" ".join(words) for words, _ in TYPED])
def test_a_mistake_on_the_command_line(words, message, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["damages", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (1, "")
    whole = message.startswith(("CaseError", "RenderError")) and not message.endswith(" ")
    assert said.err.strip() == message if whole else message in said.err


WRITTEN = [
    ("measure: statutory\n", "measure: statutory\n    units: calls\n", "21", "theories.sca.units: must be a group of `key: value` lines, not text. Its keys: per_member, counted_by."),
    ("measure: statutory\n", "measure: statutory\n    multiplier: {times: 3}\n", "21", "theories.sca.multiplier.times: is the name of an input, not a number. Write the number under `inputs` as an input of unit times, and its name here."),
    ("needs: [liability]", "needs: [willfulness]", "31", "theories.sca.needs.0: 'willfulness' is not a question of this case. Add it under `inputs`, with role question, or name one of: liability."),
    ("people: subscribers  ", "people: callers  ", "22", "class_size.people: 'callers' is not an input of this case. Add it under `inputs`, with unit people or count, or name one of: named_plaintiffs, subscribers."),
    ("statute: sca ", "statute: tpca ", "30", "theories.sca.statute: 'tpca' is not a statute of this case. Did you mean tcpa?"),
    ("    role: question\n", "", "", "inputs.liability.role: is missing. Write one of fact, uncertain, question, choice."),
    ("value: 0.25", "value: 25%", "", "inputs.fee_share.value: '25%' is read as text. Write 0.25."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "message"), WRITTEN, ids=[row[3][:40] for row in WRITTEN])
def test_a_mistake_in_the_file(old, new, line, message, tmp_path):
    text = (ROOT / "params" / "template.yaml").read_text()
    assert old in text
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(damages.CaseError) as caught:
        damages.load(path)
    number = (
        next(
            i
            for i, row in enumerate(path.read_text().splitlines(), 1)
            if new.splitlines() and new.splitlines()[-1].strip() in row
        )
        if new
        else 0
    )
    first = str(caught.value.problems[0])
    assert first.endswith(message)
    assert not number or f"mine.yaml:{number}  " in first


# --- What is shown ------------------------------------------------------------------------------


def test_the_words_hold_the_headlines():
    words = README.split("## Glossary\n")[1].split("\n## ")[0]
    explained = set(re.findall(r"^\| \*\*(.+?)\*\* \|", words, re.MULTILINE))
    assert {"Judgment", "Paid to each claimant", "Claims rate", "Answer path", "Tornado", "±"} <= explained
    assert set(re.findall(r"\*\*([\w ]+)\*\* \|", README.split("## Four headlines")[1].split("##")[0])) == {
        "Pleaded",
        "Full recovery",
        "Exposure",
        "Expected",
    }


def test_the_readmes_pictures_are_there():
    paths = re.findall(r"!\[[^]]+\]\(([^)]+)\)", README)
    assert sorted(paths) == sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / FOLDER).glob("*.svg"))
    assert len(paths) == 8


@pytest.mark.slow
def test_the_gallery_is_the_one_that_is_made(copy):
    """The same pictures byte for byte, and the same alt texts in the README."""
    kept = {path.name: path.read_bytes() for path in (ROOT / FOLDER).glob("*.svg")}
    shutil.rmtree(copy / FOLDER)
    (copy / "README.md").write_text(re.sub(r"(?<=!\[)[^]]+", "", README), encoding="utf-8")
    make(copy, "gallery")
    assert {path.name: path.read_bytes() for path in (copy / FOLDER).iterdir()} == kept, "run `make gallery`"
    assert (copy / "README.md").read_text(encoding="utf-8") == README, "run `make gallery`"


def test_the_citation_file():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["cff-version"] == "1.2.0"
    assert {"message", "title", "type", "license", "authors", "abstract"} <= cited.keys()
    assert cited["authors"] == [{"name": "The damages authors"}]
    assert cited["version"] == damages.__version__


# --- The shell ----------------------------------------------------------------------------------


def offered(line):
    words = {"COMP_WORDS": line, "COMP_CWORD": str(line.count(" ")), "_DAMAGES_COMPLETE": "complete_bash"}
    return CliRunner().invoke(cli.app, prog_name="damages", env=words).stdout.split()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("damages est", ["estimate"]),
        ("damages check params/tem", ["params/template.yaml"]),
        ("damages estimate params/linkedin.yaml --scenario p", ["per_message", "plaintiff"]),
        ("damages estimate params/template.yaml --set claims", ["claims_rate="]),
        ("damages statutes tcpa_", ["tcpa_do_not_call"]),
        ("damages estimate nowhere.yaml --set claims", []),
    ],
)
def test_the_tab_key(line, words):
    assert offered(line) == words


def test_the_completion_script():
    done = subprocess.run(
        [str(Path(sys.executable).with_name("damages")), "--show-completion", "bash"],
        env={**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "complete -o default -F _damages_completion damages" in done.stdout
    assert subprocess.run(["bash", "-n"], input=done.stdout, text=True, check=False).returncode == 0


def test_every_verb_has_a_heading_and_a_whole_sentence():
    from damages.cli import app
    from damages.shell import GROUPS

    names = {command.callback.__name__ for command in app.registered_commands}
    assert names == {name for verbs in GROUPS.values() for name in verbs}
    help_text = subprocess.run(
        [sys.executable, "-m", "damages.cli", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert all(f"{heading}:" in help_text for heading in GROUPS)
    assert "..." not in help_text.split("One case:")[1]
