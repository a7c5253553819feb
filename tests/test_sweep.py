"""Sweeps: what is planned, what is kept, what is done again, and that workers change nothing."""

from __future__ import annotations

import csv
import itertools
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas
import pytest
from conftest import ROOT

import damages
from damages.engine.headlines import HEADLINES
from damages.engine.sweep import MOST_RUNS, plan_file, plan_grid
from damages.engine.workers import Failed, WorkerError, executor_for, run_all
from damages.errors import CaseError, RenderError
from damages.report import sweep as on_disk
from damages.report.sweep import sweep
from damages.report.views import sweep as shown_of

TEMPLATE = "params/template.yaml"
GRID = ["claims_rate=0.02:0.10:3", "liability=yes,0.3"]


def plan(grid=GRID, case=TEMPLATE, **more):
    return plan_grid(str(case), grid, draws=100, **more)


def refusal(plan_it, *words, **more):
    with pytest.raises(CaseError) as caught:
        plan_it(*words, **more)
    return str(caught.value)


# --- Planning ---------------------------------------------------------------------------------


def test_every_combination_the_last_grid_fastest():
    runs = plan()
    assert [run.name for run in runs][:3] == [
        "claims_rate=0.02, liability=yes",
        "claims_rate=0.02, liability=0.3",
        "claims_rate=0.06, liability=yes",
    ]
    assert len({run.key for run in runs}) == len(runs) == 6
    assert runs[3].settings == ("claims_rate=0.06", "liability=0.3")


def test_scenarios_are_a_grid_too():
    runs = plan(["scenario=base,plaintiff,defence"], "params/linkedin.yaml", settings=["claims_rate=0.05"])
    assert [run.scenario for run in runs] == ["", "plaintiff", "defence"]
    assert runs[1].load().scenario == "linkedin_plaintiff"
    assert runs[1].load().inputs["claims_rate"].value == 0.05


def test_every_problem_of_the_grids_at_once():
    assert refusal(plan, ["claim_rate", "x=1:2:1", "liability=yes,yes", "claims_rate=1", "claims_rate=2"]) == (
        "--grid has 4 problems.\n"
        "  --grid  'claim_rate' is written NAME=VALUE,VALUE,… or NAME=LOW:HIGH:COUNT, such as claims_rate=0.02,0.05.\n"
        "  --grid  x: 1 is not a number of steps; from 2 to 10,000, such as 1:2:5.\n"
        "  --grid  liability: has yes more than once.\n"
        "  --grid  claims_rate: is set twice. Name it once."
    )
    assert refusal(plan, ["claim_rate=1", "scenario=plantiff"], "params/linkedin.yaml") == (
        "params/linkedin.yaml has 2 problems.\n"
        "  --grid  scenario: 'plantiff' is not a scenario of this case. Did you mean plaintiff?\n"
        "  --grid  claim_rate: is not an input of this case. Did you mean claims_rate?"
    )
    assert "is set twice" in refusal(plan, ["claims_rate=0.1"], settings=["claims_rate=0.2"])
    many = ["claims_rate=0:1:200", "liability=0:1:200"]
    assert f"makes 40,000 runs; a sweep has at most {MOST_RUNS:,}." in refusal(plan, many)


def test_a_file_of_runs(tmp_path):
    path = tmp_path / "runs.yaml"
    path.write_text(
        "runs:\n  few: {scenario: plaintiff, set: {claims_rate: 0.02}}\n"
        "  wide:\n    set:\n      claims_rate: {low: 0.01, likely: 0.05, high: 0.2}\n      certified_sca: yes\n  plain:\n"
    )
    runs = plan_file("params/linkedin.yaml", str(path), draws=100)
    assert [run.name for run in runs] == ["few", "wide", "plain"]
    assert runs[1].settings == ("claims_rate={low: 0.01, likely: 0.05, high: 0.2}", "certified_sca=yes")
    assert runs[1].load().inputs["certified_sca"].chance == 1.0
    assert runs[2].varied == {}


def test_a_file_of_runs_says_every_problem_with_its_line(tmp_path):
    path = tmp_path / "runs.yaml"
    path.write_text("draws: 5\nruns:\n  few:\n    sett: {claims_rate: 0.02}\n  many: 3\n")
    assert refusal(plan_file, TEMPLATE, str(path)).replace(str(path), "runs.yaml") == (
        "runs.yaml has 3 problems.\n"
        "  runs.yaml:1  draws: is not a key of a file of runs. Known here: runs.\n"
        "  runs.yaml:4  runs.few.sett: is not a key of a run. Did you mean set?\n"
        "  runs.yaml:5  runs.many: is written {scenario: NAME, set: {INPUT: VALUE}}, either or both."
    )
    path.write_text("runs:\n  a: {scenario: plantiff}\n  b:\n    set:\n      clams_rate: 1\n")
    assert refusal(plan_file, "params/linkedin.yaml", str(path)).replace(str(path), "runs.yaml") == (
        "params/linkedin.yaml has 2 problems.\n"
        "  runs.yaml:2  scenario: 'plantiff' is not a scenario of this case. Did you mean plaintiff?\n"
        "  runs.yaml:5  clams_rate: is not an input of this case. Did you mean claims_rate?"
    )
    path.write_text("runs: []\n")
    assert "must name each run" in refusal(plan_file, TEMPLATE, str(path))


def test_a_value_the_case_refuses_is_told_with_its_line(tmp_path):
    path = tmp_path / "runs.yaml"
    path.write_text("runs:\n  a: {set: {claims_rate: 0.1}}\n  b:\n    set:\n      claims_rate: 1.5\n")
    swept = sweep(plan_file(TEMPLATE, str(path), draws=100), tmp_path / "out")
    assert [run.name for run in swept.results] == ["a"]
    (why,) = swept.failed.values()
    assert f"{path}:5  inputs.claims_rate.value: the value is 1.5, but a share lies between 0 and 1." in why


# --- Keeping ----------------------------------------------------------------------------------


def results(folder):
    return {
        path.name: path.read_bytes() for path in Path(folder).iterdir() if path.is_file() and path.name != "run.json"
    }


def test_the_table_holds_what_the_library_computes(tmp_path):
    swept = sweep(plan(), tmp_path)
    rows = list(csv.DictReader((tmp_path / "results.csv").read_text().splitlines()))
    assert list(rows[0])[:7] == ["run", "claims_rate", "liability", "line", "group", "label", "unit"]
    case = damages.load(TEMPLATE, settings=["claims_rate=0.06", "liability=0.3"])
    estimate, simulation = damages.estimate(case), damages.simulate(case, draws=100)
    found = {row["line"]: row for row in rows if row["run"] == "claims_rate=0.06, liability=0.3"}
    assert float(found["usd_per_claimant"]["value"]) == pytest.approx(estimate.lines["usd_per_claimant"], abs=5e-5)
    assert float(found["expected_usd"]["p95"]) == pytest.approx(simulation.lines["expected_usd"][0.95].value, abs=0.005)
    frame = pandas.read_parquet(tmp_path / "results.parquet")
    assert len(frame) == len(rows)
    assert frame["value"].dtype == float
    assert list(frame["run"]) == [row["run"] for row in rows]
    assert shown_of.runs(case, swept.results).table["expected_usd"][3] == round(
        simulation.lines["expected_usd"].mean.value, 2
    )


@pytest.mark.slow
def test_finished_runs_are_not_done_again_and_half_written_ones_are(tmp_path, monkeypatch):
    done, work = [], on_disk.work
    monkeypatch.setattr(on_disk, "work", lambda formats, run: (done.append(run.name), work(formats, run))[1])
    runs = plan()
    sweep(runs[:2], tmp_path)  # interrupted after two
    whole = sorted((tmp_path / "runs").iterdir())
    assert len(whole) == len(done) == 2
    whole[0].write_text(whole[0].read_text()[:100])  # half a file
    (tmp_path / "runs" / f".{runs[2].key[:16]}.json.part").write_text("{}")  # a temporary name left behind
    halved = next(run.name for run in runs if run.key.startswith(whole[0].stem))
    done.clear()
    told = []
    sweep(runs, tmp_path, told=lambda *step: told.append(step))
    assert sorted(done) == sorted([halved, *(run.name for run in runs[2:])])
    assert [step[1:] for step in told] == [(n, 6, 1) for n in (2, 3, 4, 5, 6)]
    done.clear()
    before = results(tmp_path)
    sweep(runs, tmp_path)
    assert not done
    assert results(tmp_path) == before
    sweep(runs, tmp_path / "fresh")
    assert results(tmp_path / "fresh") == before


def test_what_a_run_rests_on_is_in_its_key(tmp_path):
    case = tmp_path / "mine.yaml"
    text = (ROOT / TEMPLATE).read_text()
    sampled = text.replace("value: {low: 0.02, likely: 0.05, high: 0.12}", "value: {sample: rates.csv}")
    assert sampled != text
    case.write_text(sampled)
    (tmp_path / "rates.csv").write_text("0.02\n0.04\n")

    def key(**more):
        given = {"draws": 100, "seed": 0, **more}
        return plan_grid(str(case), ["liability=0.3"], **given)[0].key

    first = key()
    assert key() == first
    assert key(seed=1) != first
    assert key(draws=200) != first
    assert key(settings=["service_award_usd=1"]) != first
    (tmp_path / "rates.csv").write_text("0.02\n0.05\n")
    data_changed = key()
    assert data_changed != first
    case.write_text(sampled.replace("value: 0.25", "value: 0.30"))
    assert key() not in (first, data_changed)


def test_a_case_edited_while_the_sweep_runs_is_refused(tmp_path):
    case = tmp_path / "mine.yaml"
    case.write_text((ROOT / TEMPLATE).read_text())
    runs = plan(["liability=0.2,0.3"], case)
    case.write_text(case.read_text().replace("value: 0.25", "value: 0.30"))
    swept = sweep(runs, tmp_path / "out")
    assert not swept.results
    assert all("is not what it was when the sweep began" in why for why in swept.failed.values())
    assert not list((tmp_path / "out" / "runs").iterdir())


def fails_on_two(run):
    if run.name == "liability=0.2":
        raise ZeroDivisionError("no")
    return run.name


@pytest.mark.parametrize("threads", [0, 2])
def test_a_run_that_fails_stops_no_other(threads):
    runs = plan(["liability=0.1,0.2,0.3"])
    if threads:
        with ThreadPoolExecutor(threads) as executor:
            found = dict(run_all(runs, fails_on_two, executor))
    else:
        found = dict(run_all(runs, fails_on_two))
    assert [found[run] for run in runs] == ["liability=0.1", Failed("ZeroDivisionError: no"), "liability=0.3"]


def test_an_unknown_format_is_refused_before_anything_runs(tmp_path):
    with pytest.raises(RenderError, match=r"'pdff' is not a format of a report\. Did you mean pdf\?"):
        sweep(plan(), tmp_path / "out", ["pdff"])
    assert not (tmp_path / "out").exists()


# --- Showing ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_small_multiples_show_each_combination(tmp_path):
    runs = plan(["standing_share=0.1,0.5,0.9", "liability=yes,no"])
    swept = sweep(runs, tmp_path)
    case = damages.load(TEMPLATE)
    panels = shown_of.panels(case, swept.results)
    table = panels.table
    assert [column.heading for column in table.columns[2:]] == ["10%", "50%", "90%"]
    assert dict.fromkeys(table["panel"]) == {"The defendant is liable: yes": None, "The defendant is liable: no": None}
    shown = panels.chart
    assert shown.alt == (
        "The four headlines, by share whose messages were disclosed (hypothetical). "
        "The defendant is liable: yes: pleaded $73.5 million. The defendant is liable: yes: full recovery from $7.35 "
        "million to $66.1 million. The defendant is liable: yes: exposure from $7.35 million to $66.1 million. The "
        "defendant is liable: yes: expected from $7.35 million to $66.1 million. "
        "The defendant is liable: no: pleaded $73.5 million. The defendant is liable: no: full recovery $0. The defendant "
        "is liable: no: exposure $0. The defendant is liable: no: expected $0."
    )
    assert shown.svg == (tmp_path / "chart.svg").read_bytes()
    page = (tmp_path / "index.html").read_text()
    assert "Hypothetical." in page
    assert "A sweep of 6 runs" in page
    gap = {run: rows for run, rows in swept.results.items() if run is not runs[0]}
    assert "(1 not worked out)" in shown_of.panels(case, gap).chart.alt


def test_no_two_sums_of_a_panel_are_written_over_each_other():
    from damages.report.views.sweep import ROOM, _labels

    ends = (1e4, 1e10)
    for amounts in ([5.3e9, 1.4e9, 9.2e7], [3e9, 1.5e8, 4.7e5], [7e7, 7e7, 0.0], [1e5, 1e5, 1e5], [2e4, 1.5e4, 1e4]):
        spans = []
        for amount, below in _labels(amounts, ends):
            at = (math.log10(max(amount, ends[0])) - 4) / 6
            spans.append((at - ROOM, at) if below else (at, at + ROOM))
        spans.sort()
        assert all(low[1] <= high[0] for low, high in itertools.pairwise(spans)), amounts
        assert max(amounts) in dict(_labels(amounts, ends))


@pytest.mark.slow
def test_more_panels_than_fit_are_counted():
    figures = [{"line": name, "group": "", "mean": 10.0} for name in HEADLINES]
    runs = plan(["claims_rate=0.01:0.15:15", "liability=0.1:0.9:14"])
    panels = shown_of.panels(damages.load(TEMPLATE), dict.fromkeys(runs, figures))
    table = panels.table
    assert len(table.columns) == 2 + 15  # the more varied input runs along the axis
    assert len(dict.fromkeys(table["panel"])) == 14
    assert "2 more panels are in the table." in panels.chart.alt


# --- The command, processes, machines -----------------------------------------------------------


def command(*words, code=0):
    done = subprocess.run(
        [sys.executable, "-m", "damages.cli", "sweep", *words], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.slow
def test_the_command_tells_its_progress_and_its_failures(tmp_path):
    words = [TEMPLATE, "--grid", "claims_rate=0.1,5%", "--draws", "100", "--out", str(tmp_path), "--workers", "1"]
    done = command(*words, code=1)
    told = re.sub(r"about .*? left", "… left", done.stderr)  # how long it takes is the machine's affair
    assert "[1/2] claims_rate=0.1, … left\n[2/2] claims_rate=5% failed\n1 of 2 runs failed:\n" in told
    assert "inputs.claims_rate.value: '5%' is read as text. Write 0.05." in done.stderr
    assert (tmp_path / "results.csv").is_file()
    assert json.loads((tmp_path / "run.json").read_text())["failed"] == 1
    assert "needs --grid NAME=VALUE,VALUE, or --runs FILE, and not both." in command(TEMPLATE, code=1).stderr


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_stopped_by_hand_it_goes_on_where_it_was(workers, tmp_path):
    words = [
        TEMPLATE,
        "--grid",
        "liability=0.01:0.99:20",
        "--draws",
        "20000",
        "--out",
        str(tmp_path),
        "--workers",
        workers,
    ]
    line = [sys.executable, "-m", "damages.cli", "sweep", *words]
    started = subprocess.Popen(
        line, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True
    )
    with started:
        while not started.stderr.readline().startswith("[3/20]"):
            assert started.poll() is None
        os.killpg(started.pid, signal.SIGINT)  # as Ctrl-C does: to the command and to all of its processes
        _, rest = started.communicate(timeout=120)
    assert started.returncode == 130
    assert "Stopped. Finished runs are kept; run the same command to resume." in rest
    assert "Traceback" not in rest
    kept = list((tmp_path / "runs").iterdir())
    assert 3 <= len(kept) < 20
    assert all(path.suffix == ".json" for path in kept)
    assert f"[{len(kept) + 1}/20]" in command(*words).stderr
    assert len(list((tmp_path / "runs").iterdir())) == 20


@pytest.mark.slow
def test_processes_change_nothing_and_reports_are_rendered(tmp_path):
    grid = "claims_rate=0.02,0.06"
    command(TEMPLATE, "--grid", grid, "--draws", "100", "--workers", "2", "--report", "--out", str(tmp_path / "two"))
    sweep(plan([grid]), tmp_path / "one")
    one, two = results(tmp_path / "one"), results(tmp_path / "two")
    assert {name: one[name] for name in one if name != "index.html"} == {n: two[n] for n in two if n != "index.html"}
    reports = sorted((tmp_path / "two" / "rendered").glob("*/report.html"))
    assert len(reports) == 2
    page = (tmp_path / "two" / "index.html").read_text()
    assert all(f"rendered/{report.parent.name}/report.html" in page for report in reports)


def test_a_scheduler_that_does_not_answer(monkeypatch):
    monkeypatch.setattr("damages.engine.workers.SECONDS_TO_ANSWER", 0.3)
    with (
        pytest.raises(WorkerError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9 "),
        executor_for(dask="tcp://127.0.0.1:9"),
    ):
        pass


@pytest.mark.parametrize(
    "address",
    ["file:///x", "x", "127.0.0.1", "tcp://127.0.0.1:99999", "inproc://1", "tcp://[::1", "http://127.0.0.1:80/"],
)
def test_an_address_that_is_none(address):
    with (
        pytest.raises(
            WorkerError, match=r"is not the address of a scheduler: write tcp://HOST:PORT, such as --dask tcp"
        ),
        executor_for(dask=address),
    ):
        pass


@pytest.fixture
def cluster(tmp_path):
    """A real scheduler and two workers, each a process of its own on loopback."""
    where = tmp_path / "scheduler.json"
    env = {**os.environ, "OMP_NUM_THREADS": "1", "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "3"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": env, "cwd": tmp_path}
    dask = [sys.executable, "-m", "dask"]
    flags = ["--host", "127.0.0.1", "--no-dashboard"]
    started = [subprocess.Popen([*dask, "scheduler", *flags, "--port", "0", "--scheduler-file", str(where)], **quiet)]
    try:
        deadline = time.monotonic() + 90
        while not where.is_file() or not where.read_text().strip():
            assert time.monotonic() < deadline, "the scheduler did not start"
            time.sleep(0.05)
        address = json.loads(where.read_text())["address"]
        words = [*dask, "worker", address, *flags, "--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path)]
        started += [subprocess.Popen(words, **quiet) for _ in range(2)]
        yield address, started[1:], started[0]
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


@pytest.mark.slow
def test_a_worker_killed_midway_loses_nothing(tmp_path, cluster):
    from distributed import Client

    address, workers, _ = cluster
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=90)
    runs = plan_grid(TEMPLATE, ["liability=0.05:0.95:16"], draws=20_000)
    killed = []

    def kill_one(name, done, of, before):
        if done == 4:
            workers[0].send_signal(signal.SIGKILL)
            killed.append(workers[0].wait())

    with executor_for(dask=address) as executor:
        swept = sweep(runs, tmp_path / "many", executor=executor, told=kill_one)
    assert killed == [-signal.SIGKILL]
    assert workers[1].poll() is None
    assert not swept.failed
    sweep(runs, tmp_path / "one")
    assert results(tmp_path / "many") == results(tmp_path / "one")
    kept = [
        sorted((path.name, path.read_bytes()) for path in (tmp_path / n / "runs").iterdir()) for n in ("one", "many")
    ]
    assert kept[0] == kept[1]


@pytest.mark.slow
def test_a_scheduler_killed_midway_is_a_message_and_what_is_finished_is_kept(tmp_path, cluster):
    address, _, scheduler = cluster
    words = [TEMPLATE, "--grid", "liability=0.05:0.95:30", "--draws", "20000", "--out", str(tmp_path / "out")]
    line = [sys.executable, "-m", "damages.cli", "sweep", *words, "--dask", address]
    with subprocess.Popen(line, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as started:
        while not started.stderr.readline().startswith("[2/30]"):
            assert started.poll() is None
        scheduler.kill()
        _, said = started.communicate(timeout=90)
    assert started.returncode == 1
    assert "Traceback" not in said
    assert (
        "WorkerError: the scheduler of the workers ended. Finished runs are kept; run the same command to resume."
        in said
    )
    assert 2 <= len(list((tmp_path / "out" / "runs").iterdir())) < 30


@pytest.mark.slow
def test_draws_on_a_dask_scheduler_are_the_same(cluster):
    case = damages.load(TEMPLATE)
    alone = damages.simulate(case, draws=4_096)
    with executor_for(dask=cluster[0]) as executor:
        other = damages.simulate(case, draws=4_096, executor=executor)
    assert other.lines == alone.lines
    assert other.if_recovered == alone.if_recovered


def test_when_every_run_fails_nothing_of_an_earlier_sweep_is_left_to_be_taken_for_theirs(tmp_path):
    sweep(plan_grid(TEMPLATE, ["claims_rate=0.1,0.2"], draws=512), tmp_path)
    assert (tmp_path / "results.csv").is_file()
    swept = sweep(plan_grid(TEMPLATE, ["claims_rate=4,5"], draws=512), tmp_path)
    assert len(swept.failed) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["runs"]
