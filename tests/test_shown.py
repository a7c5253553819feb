"""How the library shows itself: in a plain terminal, in a real kernel, and when a user makes a mistake."""

from __future__ import annotations

import re
import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT

import damages

TEMPLATE = "params/template.yaml"
TEMPLATE_USD = {  # by hand from the means of the ranges: 105,000 people, 70% in scope, $1,000 each; 50% have standing; 40% liable
    "pleaded_usd": 73_500_000.0,
    "full_recovery_usd": 36_750_000.0,
    "exposure_usd": 36_750_000.0,
    "expected_usd": 14_700_000.0,
}


def outputs(*sources, cwd=ROOT):
    """The outputs of cells run in a kernel of their own; one list for each cell."""
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = NotebookClient(
        notebook, allow_errors=True, kernel_name="python3", resources={"metadata": {"path": str(cwd)}}
    )
    client.execute()
    return [cell.outputs for cell in notebook.cells]


@pytest.fixture(scope="module")
def shown():
    """Three objects and two mistakes, each the last line of a cell."""
    cells = (
        f"import damages\ncase = damages.load('{TEMPLATE}')\ncase",
        "damages.estimate(case)",
        "damages.simulate(case, draws=100)",
        "{'base': case}",
        "damages.load('params/template.yaml', settings=['clams_rate=0.1'])",
        "damages.simulate(case, draws=-1)",
    )
    return outputs(*cells)


def test_a_plain_terminal():
    case = damages.load("params/linkedin.yaml", "defence")
    assert repr(case) == str(case)
    assert repr(case) == (
        "<Case linkedin_defence: De La Torre v. LinkedIn Corp. (hypothetical); "
        f"{len(case.inputs)} inputs, theories sca, contract, ucl>"
    )
    template = damages.load(TEMPLATE)
    first, *figures = repr(damages.estimate(template)).splitlines()
    assert (
        first == "Estimate of template: Doe v. Example Corp. (made up) (hypothetical): means over answers and amounts"
    )
    shown = {name: float(value) for name, value in map(str.split, figures)}
    assert list(shown) == list(TEMPLATE_USD)
    assert shown == pytest.approx(TEMPLATE_USD, rel=1e-5)
    assert all(re.fullmatch(r"  \w+ +\d\d_\d{3}_\d{3}\.\d+", line) for line in figures)
    assert len({len(re.match(r"  \w+ +", line)[0]) for line in figures}) == 1  # the figures begin in one column
    simulation = damages.simulate(template, draws=100)
    assert repr(simulation).splitlines()[0].endswith("(hypothetical), 512 draws, seed 0")
    mean = simulation.lines["expected_usd"].mean.value
    assert repr(simulation).splitlines()[-1] == f"  expected_usd       {mean:_} on average"


@pytest.mark.slow
def test_a_notebook_shows_tables(shown):
    wanted = (">Inputs (hypothetical)</caption>", ">The four headlines (hypothetical)</caption>", ">Simulation results")
    for (output,), caption in zip(shown, wanted, strict=False):
        assert re.search(f"<caption[^>]*{re.escape(caption)}", output.data["text/html"])
        assert "Hypothetical." in output.data["text/html"]
        assert output.data["text/plain"].startswith("Doe v. Example Corp. (made up)\n")
        assert " object at 0x" not in output.data["text/plain"]
    assert "$14,699,996" in shown[1][0].data["text/html"]  # $14,700,000 by hand; the draws miss it by $4
    (within,) = shown[3]
    assert within.data["text/plain"].startswith("{'base': <Case template: Doe v. Example Corp.")


@pytest.mark.slow
def test_a_mistake_in_a_notebook_is_one_message(shown):
    (wrong,) = shown[4]
    message = (
        "CaseError: --set has 1 problem.\n  --set  clams_rate is not an input of this case. Did you mean claims_rate?"
    )
    assert wrong.output_type == "error"
    assert wrong.traceback == [message]
    (wrong,) = shown[5]
    assert wrong.traceback == ["ArgumentError: draws must be 1 or more and seed 0 or more; got draws -1 and seed 0."]


@pytest.mark.slow
def test_an_edited_case_is_picked_up_by_running_the_cell_again(tmp_path):
    (tmp_path / "mine.yaml").write_text((ROOT / TEMPLATE).read_text())
    cell = "import damages\ndamages.estimate(damages.load('mine.yaml')).expected_usd"
    edit = "from pathlib import Path\nfile = Path('mine.yaml')\n_ = file.write_text(file.read_text().replace('chance: 0.4', 'chance: 0.2'))"
    before, _, after = outputs(cell, edit, cell, cwd=tmp_path)
    shown = [float(one[0].data["text/plain"]) for one in (before, after)]
    assert shown == pytest.approx([TEMPLATE_USD["expected_usd"], TEMPLATE_USD["expected_usd"] / 2], rel=1e-5)


@pytest.mark.slow
def test_papermill_tells_the_same_message(tmp_path):
    words = [sys.executable, "-m", "papermill", str(ROOT / "notebooks" / "01_case.ipynb"), str(tmp_path / "out.ipynb")]
    done = subprocess.run(
        [*words, "-p", "case", "params/lnkedin.yaml"], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1
    said = done.stderr[done.stderr.index("papermill.exceptions.PapermillExecutionError") :]
    assert "CaseError: params/lnkedin.yaml has 1 problem.\n  params/lnkedin.yaml  does not exist." in said
    kept = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    errors = [output for cell in kept.cells for output in cell.get("outputs", []) if output.output_type == "error"]
    assert [len(error.traceback) for error in errors] == [1]
    assert re.search(r"An Exception was encountered at", str(kept))
