"""What a stranger can reach: the explorer's server from outside, and a spreadsheet through a cell of text."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

import openpyxl
import pytest
from browser import free_port, serving
from conftest import IN_CI, ROOT, program
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

import damages
from damages.files import inert, write_rows
from damages.report.figures import figures
from damages.report.render import workbook
from damages.report.results import write_results

SERVED = [sys.executable, "-P", "-m", "damages.explorer.serve", "--no-browser"]
# The server with bounds that a test can reach.
SMALL = (
    "from damages.explorer import serve\n"
    "serve.MOST_KERNELS, serve.SECONDS_WITHOUT_A_PAGE, serve.SECONDS_BETWEEN_LOOKS = 1, 2, 1\n"
    "serve.main()"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Fresh folders for everything Jupyter writes."""
    pytest.importorskip("voila") if not IN_CI else None
    folder = tmp_path_factory.mktemp("jupyter")
    own = {f"JUPYTER_{name}": str(folder / name) for name in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")}
    return {**os.environ, **own, "IPYTHONDIR": str(folder / "ipython"), "TMPDIR": str(tmp_path_factory.mktemp("tmp"))}


@pytest.fixture(scope="module")
def server(home, tmp_path_factory):
    """The port of a server as `make explore` starts it, on a copy with files that must not leave."""
    import shutil

    project = tmp_path_factory.mktemp("project")
    for name in ("damages", "notebooks", "params", "jupyter"):
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    (project / "README.md").write_text("secret")
    (project / "reports-old").mkdir()
    (project / "reports-old" / "a.txt").write_text("secret")
    reports = project / "reports"
    (reports / "case" / ".hidden").mkdir(parents=True)
    (reports / "case" / "report.html").write_text("<script>served()</script>")
    (reports / "case" / "report.pdf").write_bytes(b"%PDF served")
    (reports / "case" / "report.ipynb").write_text("{}")
    (reports / "case" / ".hidden" / "a.txt").write_text("secret")
    (reports / "case" / ".env").write_text("secret")
    (reports / "case" / "out.md").symlink_to(project / "README.md")
    (reports / "case" / "up").symlink_to(project)
    (reports / "case" / "round").symlink_to("round")
    (reports / "case" / "same.html").symlink_to("report.html")
    os.mkfifo(reports / "case" / "pipe")
    port, env = free_port(), {**home, "PYTHONPATH": str(project), "DAMAGES_PROJECT": str(project)}
    with serving([*SERVED, f"--port={port}"], port, env, tmp_path_factory.mktemp("log") / "server"):
        yield port


def ask(port, path, method="GET", host="", **headers):
    """The answer to a request whose path nobody makes tidy on the way: status, head, body."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host or f'localhost:{port}'}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        said = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = said.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode("latin-1"), body


FILES = "/voila/files/"
OUTSIDE = [
    "reports/x/../../README.md", "reports/case/../../params/linkedin.yaml", "reports/..%2f..%2fREADME.md",
    "..%2f..%2fparams/linkedin.yaml", "reports/%2e%2e/README.md", "reports/..%5c..%5cREADME.md", "params/linkedin.yaml",
    "README.md", "reports-old/a.txt", "reports/../reports-old/a.txt", "/etc/passwd", "%2fetc%2fpasswd",
    "reports//etc/passwd", "reports/case/.env", "reports/case/.hidden/a.txt", "reports/case/out.md",
    "reports/case/up/README.md", "reports/case/round", "reports/case/pipe", "reports/case", "reports/case/", "reports",
    "", "reports/case/report.html%00.md", "REPORTS/case/report.html/../../../README.md", "reports/nothing",
]  # fmt: skip


@pytest.mark.slow
def test_only_files_of_reports_are_served(server):
    for path in OUTSIDE:
        status, _, body = ask(server, FILES + path)
        assert status in (403, 404), (path, status)
        assert b"secret" not in body
        assert b"root:" not in body
    for name, first in (
        ("report.html", b"<script>"),
        ("same.html", b"<script>"),
        ("report.pdf", b"%PDF"),
        ("report.ipynb", b"{}"),
    ):
        status, head, body = ask(server, f"{FILES}reports/case/{name}")
        assert (status, body[: len(first)]) == (200, first), name
        assert ("Content-Security-Policy: sandbox" in head) == (not name.endswith(".pdf"))
        assert "allow-same-origin" not in head  # a script in it is another site's
    for path in ("/voila/static/../../../README.md", "/voila/templates/../static/../../../README.md"):
        status, _, body = ask(server, path)
        assert status >= 400
        assert b"secret" not in body


@pytest.mark.slow
def test_only_this_machines_names_and_the_page_itself_are_answered(server):
    file, own = f"{FILES}reports/case/report.html", f"http://localhost:{server}"
    for host in (f"localhost:{server}", f"127.0.0.1:{server}", f"[::1]:{server}", "LOCALHOST"):
        assert ask(server, file, host=host)[0] == 200, host
    for host in (
        "evil.example",
        f"evil.example:{server}",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "0.0.0.0",
        "127.1",
    ):
        for path in (file, "/", "/voila/static/voila.js", "/api/kernels/x/channels"):
            status, _, body = ask(server, path, host=host)
            assert status == 403, (host, path)
            assert body.startswith(b"The explorer answers only on this machine, as localhost,")
    channel = f"/api/kernels/{'0' * 8}-0000-0000-0000-{'0' * 12}/channels"
    upgrade = {"Upgrade": "websocket", "Sec_WebSocket_Version": "13", "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    for origin in ("http://evil.example", "null", f"http://localhost:{server + 1}", f"http://127.0.0.1:{server}"):
        assert ask(server, channel, Origin=origin, **upgrade)[0] == 403, origin
        assert ask(server, "/voila/api/shutdown/x", "POST", Origin=origin, Content_Length="0")[0] == 403, origin
    # Ours, and there is no such kernel: its page may connect, and ask for its end when it closes, which it does without a cookie.
    assert ask(server, channel, Origin=own, **upgrade)[0] == 404
    assert ask(server, f"/voila/api/shutdown/{'0' * 8}", "POST", Origin=own, Content_Length="0")[0] == 404
    embedded = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Dest": "image"}
    assert ask(server, "/", **embedded)[0] == 403  # an image of another site's page would start a kernel
    assert ask(server, "/", **{**embedded, "Sec_Fetch_Dest": "iframe"})[0] == 403
    assert ask(server, file, **{**embedded, "Sec_Fetch_Dest": "document"})[0] == 200  # a link


def message(kind, **content):
    """A message of Jupyter's to a kernel."""
    header = {"msg_id": kind, "msg_type": kind, "session": "a", "username": "", "version": "5.3", "date": ""}
    parts = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    return json.dumps(parts)


@pytest.mark.slow
def test_a_page_cannot_send_code_to_its_kernel(server, tmp_path):
    """Messages of widgets pass; the answer to a question sent after the code says that the kernel never saw it."""
    status, _, page = ask(server, "/")
    assert status == 200
    (kernel,) = re.findall(rb'"kernelId": ?"([\w-]+)"', page)
    address = f"ws://localhost:{server}/api/kernels/{kernel.decode()}/channels"

    async def talk():
        channel = await websocket_connect(HTTPRequest(address, headers={"Origin": f"http://localhost:{server}"}))
        code = f"open({str(tmp_path / 'written')!r}, 'w')"
        await channel.write_message(message("execute_request", code=code, silent=False))
        await channel.write_message(message("kernel_info_request"))
        answers = []
        while "kernel_info_reply" not in answers:
            answers.append(json.loads(await channel.read_message())["msg_type"])
        channel.close()
        while await channel.read_message() is not None:
            pass  # until it is closed
        return answers

    assert "execute_reply" not in asyncio.run(asyncio.wait_for(talk(), 60))
    assert not (tmp_path / "written").exists()


def children(parent):
    """The processes that a process started, and theirs."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = dict(map(int, line.split()) for line in listed.splitlines())
    found = {pid for pid, above in parents.items() if above == parent}
    return found.union(*map(children, found))


def lives(pid):
    """Whether a process runs; one that has ended and waits to be noticed does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return bool(state.strip()) and not state.startswith("Z")


def wait_until(holds, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def visited(port, server):
    """A page is opened, as soon as there is room for one: the process of its kernel."""
    wait_until(lambda: ask(port, "/")[0] == 200, "no room for another page")
    (process,) = children(server)
    return process


@pytest.mark.slow
def test_kernels_are_few_and_end_with_their_page_and_with_whatever_started_the_server(home, tmp_path):
    """One kernel at most, for this test: a second page is refused while there is a first, and served once it is gone.

    The server's parent is then killed, and so cannot tell it: server and kernel end all the same.
    """
    port = free_port()
    line = [sys.executable, "-c", SMALL, "--no-browser", f"--port={port}"]
    starter = "import subprocess, sys; subprocess.call(sys.argv[1:])"
    log = tmp_path / "log"
    with serving([sys.executable, "-c", starter, *line], port, {**home, "TMPDIR": str(tmp_path)}, log) as starting:
        parent = starting.pid
        (server,) = children(parent)
        process = visited(port, server)
        status, head, body = ask(port, "/")
        assert status == 503
        assert "Pages of the explorer open, the most there can be: 1. Close one." in head + body.decode()
        wait_until(lambda: not lives(process), "a kernel without a page stays")
        visited(port, server)
        everything = children(parent)
        assert len(everything) == 2
        os.kill(parent, signal.SIGKILL)
        wait_until(lambda: not any(map(lives, everything)), "the server or its kernel stays")
    assert "Traceback" not in log.read_text()
    assert not list(tmp_path.glob("voila_*"))  # it tidied up before it went


# --- Spreadsheets -----------------------------------------------------------------------------

LIVE = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
    "-inf",
]
TAME = ["-0.3", "+5", "-1e-3", "-12%", "−1", "Fee", "1-2", "a@b", "", "'=1", "(=1)"]


def test_text_that_a_spreadsheet_would_work_out_is_written_as_text():
    assert [inert(cell) for cell in LIVE] == ["'" + re.sub(r"\s", " ", cell) for cell in LIVE]
    assert inert("Fee\r\n=1+1\t=2") == "Fee =1+1 =2"  # each would begin a cell in some program
    assert [inert(cell) for cell in TAME] == TAME
    assert [inert(cell) for cell in (-0.3, -1, None, True)] == [-0.3, -1, None, True]
    out = io.StringIO()
    write_rows([{"=name": "=1+1", "amount": -2.5}, {"=name": "Fee", "amount": 1}], out)
    assert out.getvalue() == "'=name,amount\n'=1+1,-2.5\nFee,1\n"
    write_rows([], empty := io.StringIO())
    assert empty.getvalue().strip() == ""


def test_every_table_is_written_by_one_function():
    """What is made up here (a simulated list of accounts) is written by pandas, and holds no words of a user's."""
    writers = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "damages").rglob("*.py"))
        if re.search(r"csv\.(writer|DictWriter)|\.to_csv\(", path.read_text(encoding="utf-8"))
    ]
    assert writers == ["damages/counting/synthetic.py", "damages/files.py"]


@pytest.fixture(scope="module")
def live_case(tmp_path_factory):
    """A case whose labels a spreadsheet would work out."""
    text = (ROOT / "tests" / "cases" / "good.yaml").read_text(encoding="utf-8")
    for old, new in (
        ("label: Contract\n", "label: '=1+1'\n"),
        ("label: Statutory sum", "label: '@SUM(1,1)'"),
        ("{label: People,", "{label: '+1+1',"),
        ("{label: Claims rate,", "{label: '-1+1',"),
        ("groups: {basic: Basic, plus: Plus}", "groups: {basic: '=2+2', plus: '-2+2'}"),
        ("title: Good v. Example", "title: '=3+3'"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = tmp_path_factory.mktemp("live") / "live.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.slow
def test_no_cell_of_text_is_a_formula_in_a_spreadsheet(live_case, tmp_path):
    """Figures and workbook of such a case, and every live text as it is, opened by LibreOffice."""
    case = damages.load(live_case)
    rows = figures(damages.estimate(case), damages.simulate(case, draws=256))
    write_results(rows, tmp_path / "figures.csv")
    with (tmp_path / "texts.csv").open("w", encoding="utf-8", newline="") as file:
        write_rows([{"text": text, "number": -1.5} for text in [*LIVE, *TAME]], file)
    # The same without our writer: LibreOffice does make formulas, so the test can fail.
    with (tmp_path / "plain.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([text] for text in LIVE)
    workbook(live_case, out=tmp_path / "workbook.xlsx")
    opened = tmp_path / "opened"
    words = [program("soffice"), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    words += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(opened)]
    files = [tmp_path / name for name in ("figures.csv", "texts.csv", "plain.csv", "workbook.xlsx")]
    subprocess.run([*words, *map(str, files)], check=True, capture_output=True, timeout=120)

    def cells(name):
        book = openpyxl.load_workbook(opened / f"{name}.xlsx")
        return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]

    assert [cell for cell in cells("plain") if cell.data_type == "f"]
    for name in ("figures", "texts"):
        assert not [cell for cell in cells(name) if cell.data_type == "f"], name
    assert {cell.value for cell in cells("texts")} >= {-1.5, -0.3, "'=1+1"}
    texts = ("=1+1: ", "@SUM(1,1)", "+1+1", "-1+1", "=2+2", "-2+2", "=3+3")
    shown = {text: [cell for cell in cells("workbook") if str(cell.value).startswith(text)] for text in texts}
    assert all(shown.values())
    assert {cell.data_type for found in shown.values() for cell in found} == {"s"}
