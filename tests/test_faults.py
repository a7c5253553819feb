"""What goes wrong around the project: a kill, a full disk, an output that nobody reads, two runs at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import ROOT

from damages.files import whole
from damages.report import folder as folders
from damages.report.folder import PutInPlace

CLI = [sys.executable, "-m", "damages.cli"]
TEMPLATE = "params/template.yaml"


def write(folder, dropped=(), **files):
    """A report of files, name=content, put in place."""
    with PutInPlace(folder, dropped) as work:
        for name, content in files.items():
            (work / name).write_text(content)


def content(folder):
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


# --- Put in place -----------------------------------------------------------------------------


def test_a_folder_is_exchanged_as_one_and_keeps_what_is_not_a_reports(tmp_path):
    report, mine = tmp_path / "report", tmp_path / "report" / "mine.txt"
    write(report, page="old", table="old", chart="old")
    mine.write_text("mine")
    (report / "link").symlink_to("mine.txt")
    (report / ".ipynb_checkpoints").mkdir()
    (report / ".ipynb_checkpoints" / "kept").write_text("kept")
    report.chmod(0o750)
    before, file = report.stat().st_ino, mine.stat().st_ino
    write(report, ["chart"], page="new", table="new")
    assert content(report) == {"page": "new", "table": "new", "mine.txt": "mine", "link": "mine"}
    assert (report / "link").is_symlink()
    assert (report / ".ipynb_checkpoints" / "kept").read_text() == "kept"
    assert report.stat().st_ino != before  # another folder,
    assert mine.stat().st_ino == file  # the very same file
    assert report.stat().st_mode & 0o777 == 0o750
    assert list(tmp_path.iterdir()) == [report]


def test_whoever_looks_finds_one_report_or_the_other(tmp_path, monkeypatch):
    """At every rename the old report or the new is whole under some name, and no file of either is written again."""
    report, seen, rename = tmp_path / "report", [], os.rename
    write(report, page="old", table="old")

    def looked(source, target):
        rename(source, target)
        seen.append([set(content(path).values()) for path in sorted(tmp_path.iterdir())])

    monkeypatch.setattr(os, "rename", looked)
    write(report, page="new", table="new")
    assert len(seen) == 2
    assert all(len(values) == 1 for looks in seen for values in looks)
    assert content(report) == {"page": "new", "table": "new"}


def test_an_exchange_that_fails_midway_is_taken_back(tmp_path, monkeypatch):
    report, rename = tmp_path / "report", os.rename
    write(report, page="old")

    def fails(source, target):
        if str(source).endswith(".made"):
            raise PermissionError(13, "open in another program", str(target))
        rename(source, target)

    monkeypatch.setattr(os, "rename", fails)
    with pytest.raises(PermissionError):
        write(report, page="new")
    assert content(report) == {"page": "old"}
    assert list(tmp_path.iterdir()) == [report]


def test_what_a_user_saves_during_the_exchange_is_not_lost(tmp_path, monkeypatch):
    report, bring = tmp_path / "report", folders._bring_along
    write(report, page="old")

    def saves(source, target, dropped):
        bring(source, target, dropped)
        if source == report:
            (report / "late.txt").write_text("late")

    monkeypatch.setattr(folders, "_bring_along", saves)
    write(report, page="new")
    assert content(report) == {"page": "new", "late.txt": "late"}


@pytest.mark.parametrize("kind", ["a folder in it", "typed there"])
def test_a_folder_that_is_more_than_a_reports_stays_itself(kind, tmp_path, monkeypatch):
    report = tmp_path / "case"
    write(report, page="old", chart="old")
    if kind == "a folder in it":
        (report / "evidence").mkdir()
    else:
        monkeypatch.chdir(report)
    before = report.stat().st_ino
    write(report if kind == "a folder in it" else report.relative_to(report), ["chart"], page="new")
    assert report.stat().st_ino == before
    assert content(report) == {"page": "new"}
    assert list(tmp_path.iterdir()) == [report]


def test_a_link_to_a_folder_stays_a_link(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "report").symlink_to("far")
    write(tmp_path / "report", page="one")
    write(tmp_path / "report", page="two")
    assert (tmp_path / "report").is_symlink()
    assert content(tmp_path / "far") == {"page": "two"}


def test_what_killed_runs_left_is_cleared_and_what_runs_is_not(tmp_path):
    left, lost, twice = (tmp_path / name for name in (".a-01234567.made", ".b-01234567.old", ".c-01234567.old"))
    for path in (left, lost, twice, tmp_path / "c", tmp_path / ".mine-0123456.made", tmp_path / ".git"):
        path.mkdir()
        (path / "page").write_text(path.name)
    (twice / "mine.txt").write_text("mine")
    with PutInPlace(tmp_path / "a") as running:
        (running / "page").write_text("new")
        write(tmp_path / "other", page="other")  # another run, which clears
        assert running.is_dir()
    assert not left.exists()
    assert content(tmp_path / "a") == {"page": "new"}
    assert content(tmp_path / "b") == {"page": lost.name}  # killed between the two renames: put back
    assert content(tmp_path / "c") == {"page": "c", "mine.txt": "mine"}
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b", "c", "other", ".mine-0123456.made", ".git"}


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_the_umask_is_respected(umask, tmp_path):
    before = os.umask(umask)
    try:
        write(tmp_path / "new" / "report", page="page")
        write(tmp_path / "new" / "report", page="page")
        with whole(tmp_path / "one") as part:
            part.write_text("one")
    finally:
        os.umask(before)
    for path, most in (
        (tmp_path / "new" / "report", 0o777),
        (tmp_path / "new" / "report" / "page", 0o666),
        (tmp_path / "one", 0o666),
    ):
        assert path.stat().st_mode & 0o777 == most & ~umask


FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no /dev/full")


@FULL
def test_a_full_disk_is_reported_with_the_folders_name_and_leaves_what_was_there(tmp_path):
    report = tmp_path / "report"
    write(report, page="old")

    def fill(path):
        path.symlink_to("/dev/full")
        path.write_text("new")

    with pytest.raises(OSError, match="No space left on device") as caught, PutInPlace(report) as work:
        fill(work / "page")
    assert caught.value.filename == str(report)
    with pytest.raises(OSError, match="No space left on device") as caught, whole(tmp_path / "one") as part:
        fill(part)
    assert caught.value.filename == str(tmp_path / "one")
    assert content(report) == {"page": "old"}
    assert list(tmp_path.iterdir()) == [report]


def test_another_mistake_keeps_its_own_words(tmp_path):
    with pytest.raises(FileNotFoundError) as caught, PutInPlace(tmp_path / "report"):
        (tmp_path / "nothing").read_text()
    assert caught.value.filename == str(tmp_path / "nothing")
    with pytest.raises(KeyboardInterrupt), PutInPlace(tmp_path / "report"):
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


# --- The command ------------------------------------------------------------------------------


def ended(words, **more):
    done = subprocess.run(words, cwd=ROOT, stderr=subprocess.PIPE, text=True, timeout=120, **more)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done.returncode, done.stderr


@FULL
@pytest.mark.slow
def test_an_output_that_takes_nothing_is_one_line():
    estimate = ["estimate", TEMPLATE, "--draws", "64", "--format", "csv"]
    with open("/dev/full", "w") as full:
        for words in (["schema"], ["--help"], estimate):
            assert ended([*CLI, *words], stdout=full) == (1, "the output: No space left on device.\n"), words
        code, said = ended([*CLI, "estimat"], stdout=full)
        assert code == 2
        assert "Did you mean" in said
    closed = ["sh", "-c", '"$@" >&-', "sh", *CLI, *estimate]
    assert ended(closed) == (1, "the output is closed.\n")
    read, written = os.pipe()
    os.close(read)  # as by `head`, which has enough
    assert ended([*CLI, *estimate], stdout=written) == (1, "")
    os.close(written)


@pytest.mark.slow
def test_a_file_that_cannot_grow_is_one_line(tmp_path):
    limited = ["sh", "-c", 'ulimit -f 2; exec "$@"', "sh", *CLI]
    words = [
        "sweep",
        TEMPLATE,
        "--grid",
        "liability=0.1,0.2",
        "--draws",
        "64",
        "--workers",
        "1",
        "--out",
        str(tmp_path),
    ]
    code, said = ended([*limited, *words], stdout=subprocess.DEVNULL)
    assert code == 1
    assert said.startswith(str(tmp_path / "runs"))
    assert said.endswith(".json: File too large.\n")
    assert not list((tmp_path / "runs").iterdir())


def family(parent):
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    found = [pid for pid, above in (map(int, line.split()) for line in listed.splitlines()) if above == parent]
    return [*found, *(pid for child in found for pid in family(child))]


def lives(pid):
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_a_sweep_that_is_killed(how, tmp_path):
    words = ["sweep", TEMPLATE, "--grid", "liability=0.01:0.99:60", "--draws", "60000", "--out", str(tmp_path)]
    started = subprocess.Popen([*CLI, *words, "--workers", "2"], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    with started:
        while not started.stderr.readline().startswith("[2/60]"):
            assert started.poll() is None
        workers = family(started.pid)
        assert len(workers) >= 2
        started.send_signal(how)
        started.wait(30)
    deadline = time.monotonic() + 30
    while any(map(lives, workers)):
        assert time.monotonic() < deadline, "workers stay"
        time.sleep(0.1)
    assert not list((tmp_path / "runs").glob(".*"))


@pytest.mark.slow
def test_a_report_ends_with_the_page_that_asked_for_it(tmp_path):
    """As the explorer starts it; its parent is killed, and what was half made is removed."""
    words = [*CLI, "report", TEMPLATE, "--draws", "64", "--to", "html", "--out", str(tmp_path / "report")]
    page = "import os, subprocess, sys; subprocess.call(sys.argv[1:], env={**os.environ, 'DAMAGES_PARENT': str(os.getpid())})"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = subprocess.Popen([sys.executable, "-c", page, *words], cwd=ROOT, **quiet)
    deadline = time.monotonic() + 60
    while not list(tmp_path.iterdir()) or len(family(started.pid)) < 2:  # the report, and its notebook's kernel
        assert time.monotonic() < deadline
        time.sleep(0.1)
    report = family(started.pid)
    started.kill()
    started.wait()
    while any(map(lives, report)):
        assert time.monotonic() < deadline, "the report goes on"
        time.sleep(0.1)
    assert not list(tmp_path.iterdir())


@FULL
@pytest.mark.slow
def test_a_workbook_on_a_full_disk_is_one_failure():
    """Nothing is left to be written when the archive is thrown away."""
    words = (
        "import damages, pathlib; from damages.report.workbook import write_workbook\n"
        "case = damages.load('params/template.yaml')\n"
        "try: write_workbook({'base': case}, pathlib.Path('/dev/full'))\n"
        "except OSError as error: raise SystemExit(error.strerror)"
    )
    assert ended([sys.executable, "-c", words]) == (1, "No space left on device\n")
