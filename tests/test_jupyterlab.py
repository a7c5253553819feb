"""Every notebook as readers meet it: run in JupyterLab, exported by nbconvert, looked at by a real browser.

JupyterLab and the pages of nbconvert typeset what lies between two dollar signs. Here every notebook ends
with a cell that they do typeset, so that a page on which nothing is typeset at all is no proof.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
import pytest
from browser import ARGUMENTS, Watched, free_port, serving
from bs4 import BeautifulSoup
from conftest import IN_CI, ROOT, program
from lab import TOKEN, copied, environment_of, jupyterlab

from damages.report.page import html_body

pytestmark = pytest.mark.slow

NAMES = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
LONGEST = ("05_sensitivity", "report", "04_damages")  # first, so that nothing waits for them at the end
WIDTH, TALLEST = 1400, 12_000  # pixels; a taller page than this is several pictures
PROBE = 'from IPython.display import HTML\nHTML("<p>Between $1 and $2.</p>")'
WHOLE = ".jp-Cell { content-visibility: visible !important; }"  # else what is off the screen has no size yet
HARMLESS = ("Could not restore the debugger state",)  # JupyterLab's, when a kernel ends while it is asked

# In JupyterLab: opens notebooks, runs all of each, saves it and ends its kernel; two at a time.
RUN = """async names => {
    const { commands, restored } = window.jupyterapp, waiting = [...names];
    await restored;
    window.panels = {};
    const work = async () => {
        for (let name; (name = waiting.shift());) {
            const panel = await commands.execute("docmanager:open", { path: `notebooks/${name}.ipynb` });
            await Promise.all([panel.revealed, panel.context.ready, panel.sessionContext.ready]);
            await commands.execute("notebook:run-all-cells", { semanticWidget: panel.id });
            await panel.context.save();
            await panel.sessionContext.shutdown();
            window.panels[name] = panel;
        }
    };
    const late = new Promise((_, fail) => setTimeout(() => fail(Error("not done in ten minutes")), 600_000));
    await Promise.race([Promise.all([work(), work()]), late]);
}"""
# Opens a notebook as it is; whether JupyterLab trusts what its cells show.
OPEN = """async name => {
    const { commands } = window.jupyterapp;
    const panel = window.panels[name] = await commands.execute("docmanager:open", { path: `notebooks/${name}.ipynb` });
    await Promise.all([panel.revealed, panel.context.ready]);
    return [...panel.content.model.cells].some(cell => cell.trusted && cell.type === "code");
}"""
SHOW = "name => window.jupyterapp.shell.activateById(window.panels[name].id)"
# What is wrong with what a page shows, each with the text it is seen on.
WRONG = """name => {
    const root = window.panels?.[name].node ?? document.body;
    const wrong = [], all = selector => [...root.querySelectorAll(selector)];
    const say = (what, node) => wrong.push(`${what}: ${node.textContent.trim().slice(0, 160)}`);
    const last = all(".jp-Cell, .cell").at(-1), typeset = all("mjx-container, script[type^='math/tex']");
    for (const one of typeset) if (!last.contains(one)) say("typeset as mathematics", one.parentElement);
    if (!typeset.some(one => last.contains(one))) say("what should be typeset is not", last);
    for (const one of all(".jp-CodeCell .jp-InputPrompt")) if (!/\\d/.test(one.textContent)) say("did not run", one.parentElement);
    for (const one of all("[data-mime-type*=stderr], [data-mime-type*=error]")) say("error or warning", one);
    const tables = all("table.damages");
    for (const cell of tables.flatMap(table => [...table.querySelectorAll("th, td")])) {
        const number = cell.classList.contains("number"), side = getComputedStyle(cell).textAlign;
        if (side !== (number ? "right" : "left")) say(`aligned ${side}`, cell);
        const range = document.createRange(), text = cell.textContent;
        range.selectNodeContents(cell);
        const lines = new Set([...range.getClientRects()].map(one => Math.round(one.top)));
        if (lines.size > 1 && /^[-$\\d.,%]+$/.test(text)) say(`in ${lines.size} lines`, cell);
    }
    for (const box of all(".table-box")) if (box.scrollWidth > box.clientWidth) say("table wider than its page", box);
    return wrong;
}"""


@pytest.fixture(scope="module")
def screenshots(tmp_path_factory):
    """Where pictures go, for people to look at."""
    folder = Path(os.environ.get("DAMAGES_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    chromium = program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield made
        made.close()


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project whose notebooks end with something to typeset, and with a label of two dollar signs."""
    folder = copied(tmp_path_factory.mktemp("project"))
    case = folder / "params" / "linkedin.yaml"
    text, label = case.read_text(encoding="utf-8"), "The $1,000 needs actual damages first"
    assert label in text
    case.write_text(text.replace(label, "The $1,000 needs a $1 of actual damages"), encoding="utf-8")
    for name in NAMES:
        notebook = nbformat.read(folder / "notebooks" / f"{name}.ipynb", as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell(PROBE))
        for cell in notebook.cells:  # fewer draws show the same
            cell.source = cell.source.replace("draws: int = 131_072", "draws: int = 4_096")
        nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(browser, project, screenshots, tmp_path_factory):
    """What is wrong with each notebook after Run All in JupyterLab, which leaves it saved; and with JupyterLab."""
    home, watched, wrong = tmp_path_factory.mktemp("jupyter"), Watched(browser, WIDTH, HARMLESS), {}
    page = watched.page
    with jupyterlab(project, environment_of(project, home), home / "log") as address:
        page.goto(f"{address}/lab?token={TOKEN}")
        page.wait_for_function("window.jupyterapp", timeout=60_000)
        page.evaluate(RUN, [*LONGEST, *(name for name in NAMES if name not in LONGEST)])
        page.add_style_tag(content=WHOLE)
        sent = nbformat.read(project / "notebooks" / "report.ipynb", as_version=4)
        sent.cells.pop(0)  # a notebook that was run elsewhere, which loses its scripts and styles
        nbformat.write(sent, project / "notebooks" / "sent.ipynb")
        assert not page.evaluate(OPEN, "sent")
        page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell:last-child mjx-container").wait_for()
        for name in [*NAMES, "sent"]:
            page.evaluate(SHOW, name)
            wrong[name] = page.evaluate(WRONG, name)
            pane = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer"
            if os.environ.get("DAMAGES_SCREENSHOTS"):
                photograph(page, pane, screenshots / f"{name}.png")
    return wrong, [*watched.elsewhere, *watched.errors]


def photograph(page, pane, path):
    """All that can be scrolled to, in as many pictures as it takes."""
    page.set_viewport_size({"width": WIDTH, "height": 1000})
    height = page.evaluate("pane => document.querySelector(pane).scrollHeight", pane)
    page.set_viewport_size({"width": WIDTH, "height": min(height + 120, TALLEST)})
    for part in range(-(-height // TALLEST)):
        page.evaluate("([pane, top]) => document.querySelector(pane).scrollTo(0, top)", [pane, part * TALLEST])
        page.screenshot(path=path.with_stem(f"{path.stem}_{part + 1}" if part else path.stem))


def test_every_notebook_in_jupyterlab(lab):
    wrong, elsewhere = lab
    assert {name: found for name, found in wrong.items() if found} == {}
    assert elsewhere == []


@pytest.mark.parametrize("name", [name for name in NAMES if name != "explore"])
def test_what_ran_says_nothing_else_and_every_figure_has_alt_text(lab, project, name):
    executed = nbformat.read(project / "notebooks" / f"{name}.ipynb", as_version=4)
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert not [output for cell in code for output in cell.outputs if output.output_type in ("error", "stream")]
    page = BeautifulSoup(html_body(executed), "html.parser")
    assert page.find_all("img")
    assert all(image["alt"] for image in page.find_all("img"))
    assert page.h1
    assert "Hypothetical." in page.get_text()


@pytest.mark.parametrize(("template", "names"), [("lab", NAMES), ("classic", LONGEST)], ids=["lab", "classic"])
def test_every_page_of_nbconvert(browser, lab, project, screenshots, template, names, tmp_path):
    """What the cells show is the same in both templates, so the second is for the notebooks that show most."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name=template, mathjax_url=mathjax())
    page, wrong = Watched(browser, WIDTH).page, {}
    for name in names:
        address = tmp_path / f"{name}.html"
        address.write_text(exporter.from_filename(project / "notebooks" / f"{name}.ipynb")[0], encoding="utf-8")
        page.goto(address.as_uri())
        page.evaluate("() => new Promise(done => MathJax.Hub.Queue(done))")
        wrong[name] = page.evaluate(WRONG, name)
        if os.environ.get("DAMAGES_SCREENSHOTS"):
            photograph(page, "html", screenshots / f"{name}_{template}.png")
    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_page_of_voila(browser, project, screenshots, tmp_path):
    pytest.importorskip("voila") if not IN_CI else None
    watched, port = Watched(browser, WIDTH), free_port()
    notebook = nbformat.read(project / "notebooks" / "04_damages.ipynb", as_version=4)
    notebook.cells = [*notebook.cells[:10], notebook.cells[-1]]  # a title, sentences, a table and a chart
    nbformat.write(notebook, project / "notebooks" / "voila.ipynb")
    command = [sys.executable, "-m", "voila", str(project / "notebooks" / "voila.ipynb"), "--no-browser"]
    command += [f"--port={port}", "--Voila.ip=127.0.0.1"]
    with serving(command, port, environment_of(project, tmp_path), tmp_path / "voila.log"):
        watched.page.goto(f"http://127.0.0.1:{port}/", timeout=120_000)
        watched.page.locator("mjx-container").wait_for(timeout=60_000)
        assert watched.page.evaluate(WRONG) == []
        watched.page.screenshot(path=screenshots / "voila.png", full_page=True)


def mathjax():
    """MathJax 2 on this machine, which a page of nbconvert loads from elsewhere."""
    import jupyter_server_mathjax

    script = Path(jupyter_server_mathjax.__file__).parent / "static" / "MathJax.js"
    return f"{script.as_uri()}?config=TeX-AMS-MML_HTMLorMML-full,Safe"
