"""What is left out for speed changes nothing: the quick way beside the plain one. Nothing here is timed."""

from __future__ import annotations

import io
import subprocess
import sys
from concurrent.futures import Future

import matplotlib as mpl
import numpy as np
import pytest
from conftest import CASES, ROOT
from scipy import stats

import damages
from damages.engine import traced
from damages.engine.draws import Sampler, uniforms
from damages.engine.figure import figures_by_path
from damages.engine.paths import answer_paths
from damages.errors import CaseError
from damages.ranges.points import Points
from damages.report import picture, render
from damages.report.charts.chart import figure_of
from damages.sensitivity import ranks
from damages.sensitivity import scenario_box as box

LINES = ("pleaded_usd", "exposure_usd", "expected_usd", "judgment_usd", "net_fund_usd", "class_members_total")


@pytest.mark.parametrize(
    "path", ["params/linkedin.yaml", "params/bnsf.yaml", CASES / "good.yaml", CASES / "rules.yaml"]
)
@pytest.mark.parametrize("many_paths", [0, 256], ids=["untraced", "traced"])
def test_a_traced_line_is_the_models_own(path, many_paths, monkeypatch):
    """To the last bit, on every answer path."""
    monkeypatch.setattr(traced, "MANY_PATHS", many_paths)
    case = damages.load(path)
    sampler, paths = Sampler(case), answer_paths(case)
    uniform = uniforms(1, 0, 6, len(sampler.columns))
    found = traced.figures_of(case, sampler, paths, LINES)(sampler.sample(uniform))
    for line in LINES:
        plain = figures_by_path(case, paths, sampler.values(uniform), line)
        np.testing.assert_array_equal(found[line], np.broadcast_to(plain, found[line].shape), err_msg=line)
        assert found[line].shape == (1 if line in damages.engine.simulate.HEADLINES else len(paths), 64)


def test_ranks_are_those_of_scipy():
    values = np.array([3.0, 1.0, 3.0, 2.0, 3.0, 1.0])
    np.testing.assert_array_equal(ranks._ranks(values), stats.rankdata(values))


def test_the_starts_of_the_search_for_the_most_likely_point_are_scipys():
    theirs = stats.qmc.Sobol(5, rng=np.random.default_rng(0)).random_base2(6) + 2.0**-31
    np.testing.assert_array_equal(next(Points((0,), 6, 5).blocks(6)).T, theirs)


@pytest.mark.parametrize("count", [1, 2, 7, 100, 1001])
def test_where_a_box_is_cut(count):
    rising = np.sort(np.random.default_rng(count).lognormal(size=count))
    for level in (0.05, 0.95):
        assert box._quantile(rising, level) == pytest.approx(np.quantile(rising, level), rel=1e-14)


def test_a_chart_drawn_once_is_the_one_that_matplotlib_saves(linkedin):
    def chart():
        return damages.tornado(linkedin).plot(most=5)

    theirs = io.BytesIO()
    with mpl.rc_context(picture.STYLE):
        figure_of(chart()).savefig(theirs, format="svg", metadata={"Date": None, "Creator": None})
    ours = picture.Picture(chart())
    before = figure_of(ours.axes).dpi
    assert ours._drawn() == theirs.getvalue()
    assert figure_of(ours.axes).dpi == before


def modules(source: str) -> set[str]:
    """What a piece of source loads, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{source}\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return set(done.stdout.split())


@pytest.mark.slow
def test_what_a_report_does_not_load():
    """Not half a second of scipy.stats, and not pandas."""
    loaded = modules(
        "import damages\n"
        "case = damages.load('params/template.yaml')\n"
        "damages.reverse_stress(case, draws=512), damages.rank_correlations(case, draws=512)\n"
        "damages.variance_by_source(case, draws=1024)\n"
        "from damages.report.views import case_file, class_size, headlines, outcomes, paths, payout, precedents, scenarios, settlement"
    )
    assert "damages.sensitivity.stress" in loaded
    assert not loaded & {"scipy.stats", "pandas", "matplotlib.pyplot"}


@pytest.mark.slow
def test_what_a_terminal_prints_needs_no_matplotlib():
    """Half a second of each verb; a view loads it when its chart is drawn."""
    printed = (
        "import damages\n"
        "from damages.report.views import case_file, headlines, outcomes, precedents, records, scenarios, statutes\n"
        "case = damages.load('params/template.yaml')\n"
        "str(damages.estimate(case).view), str(damages.simulate(case, draws=64).view), str(damages.tornado(case).view)\n"
    )
    assert "matplotlib" not in modules(printed)
    assert "matplotlib.figure" in modules(printed + "damages.tornado(case).chart")


@pytest.mark.slow
def test_a_notebook_is_read_without_a_grammar_of_addresses():
    source = "from damages.report.kernel import notebook_tools\nnbformat, papermill = notebook_tools()"
    loaded = modules(source)
    assert {"nbformat", "papermill", "jsonschema"} <= loaded
    assert not loaded & {"rfc3987_syntax", "lark"}
    # Whoever wants it later still gets it, where it is installed.
    assert "rfc3987_syntax" in modules(source + "\nimport rfc3987_syntax")


def test_a_kernel_that_started_ahead_ends_with_a_wrong_case(tmp_path, monkeypatch):
    """The case is read while the kernel starts; a mistake in it ends both, and leaves no folder."""
    started = []
    ahead = render.kernel_ahead

    def watched():
        started.append(ahead())
        return started[0]

    from jupyter_client.manager import AsyncKernelManager

    ends, end = [], AsyncKernelManager.shutdown_kernel

    async def shutdown(self, **options):
        await end(self, **options)
        ends.append(await self.is_alive())

    monkeypatch.setattr(AsyncKernelManager, "shutdown_kernel", shutdown)
    monkeypatch.setattr(render, "kernel_ahead", watched)
    with pytest.raises(CaseError):
        render.report(CASES.parent / "bad_params" / "wrong_unit.yaml", out=tmp_path / "out")
    assert len(started) == 1
    assert ends == [False]
    assert not list(tmp_path.iterdir())


def test_what_fails_costs_that_format_when_all_else_is_made(tmp_path):
    bad, asked = Future(), []
    bad.set_exception(RuntimeError("no room"))

    class Slow(Future):
        def exception(self, timeout=None):
            asked.append("waited")

    failed = render._failures({"pdf": bad, "xlsx": Slow()}, tmp_path)
    assert failed == {"pdf": "report.pdf could not be made: no room."}
    assert asked == ["waited"]
