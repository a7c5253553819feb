"""Every notebook as readers meet it: run in JupyterLab and exported by nbconvert, looked at by a real browser.

JupyterLab and the pages of nbconvert typeset what lies between two dollar signs. The last cell of every
notebook here is one that they should typeset, so that a page on which nothing is typeset is no proof.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import nbformat
import pytest
from browser import ARGUMENTS, Watched
from conftest import ROOT, program
from lab import TOKEN, copied, environment_of, jupyterlab

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("explorer")]

NAMES = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
LONGEST = ("05_sensitivity", "report", "04_damages")  # first, so that no one waits for them at the end
AT_ONCE = 2
WIDTH, TALLEST = 1400, 12_000  # pixels; a taller page than this is two pictures
PROBE = 'from IPython.display import HTML\nHTML("<p>Between $1 and $2.</p>")'
DONE = """() => {
    const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map(one => one.textContent);
    const failed = document.querySelector("[data-mime-type='application/vnd.jupyter.error']");
    return failed !== null || prompts.length > 0 && prompts.every(text => /\\d/.test(text))
        && document.querySelector(".jp-CodeCell:last-of-type mjx-container, .jp-Cell:last-child mjx-container") !== null;
}"""
# What is wrong with what a page shows, each with the text it is seen on.
WRONG = """() => {
    const wrong = [], say = (what, node) => wrong.push(`${what}: ${node.textContent.trim().slice(0, 160)}`);
    const cells = [...document.querySelectorAll(".jp-Cell, .cell")], last = cells.at(-1);
    const found = [...document.querySelectorAll("mjx-container, .MathJax, .MathJax_CHTML, .mjx-chtml")];
    for (const one of found) if (!last.contains(one)) say("typeset as mathematics", one.parentElement);
    if (!found.some(one => last.contains(one))) say("the probe is not typeset", last);
    for (const one of document.querySelectorAll("[data-mime-type='application/vnd.jupyter.error']")) say("error", one);
    for (const one of document.querySelectorAll("[data-mime-type='application/vnd.jupyter.stderr']")) say("stderr", one);
    for (const cell of document.querySelectorAll("table.damages :is(th, td)")) {
        const side = getComputedStyle(cell).textAlign, wanted = cell.classList.contains("number") ? "right" : "left";
        if (side !== wanted && !(side === "start" && wanted === "left")) say(`aligned ${side}`, cell);
        const range = document.createRange();
        range.selectNodeContents(cell);
        const lines = new Set([...range.getClientRects()].map(one => Math.round(one.top))).size;
        if (lines > 1 && (wanted === "right" || /^\\d{4}-\\d\\d-\\d\\d$/.test(cell.textContent)) && cell.tagName === "TD") say("wrapped", cell);
    }
    const pane = document.querySelector(".jp-WindowedPanel-outer") ?? document.documentElement;
    if (pane.scrollWidth > pane.clientWidth + 1) say(`wider than the page by ${pane.scrollWidth - pane.clientWidth}`, pane);
    return wrong;
}"""


@pytest.fixture(scope="module")
def screenshots(tmp_path_factory):
    folder = Path(os.environ.get("DAMAGES_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project whose notebooks end with something to typeset."""
    folder = copied(tmp_path_factory.mktemp("project"))
    for path in (folder / "notebooks").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell(PROBE))
        nbformat.write(notebook, path)
    return folder


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    chromium = program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield made
        made.close()


class Slot:
    """A tab of JupyterLab that runs one notebook after another."""

    def __init__(self, watched, address):
        self.address, self.page, self.name = address, watched.context.new_page(), ""

    def start(self, name):
        """Open a notebook and run all of it; comes back while it runs."""
        self.name = name
        page = self.page
        page.set_viewport_size({"width": WIDTH, "height": 1200})
        page.goto(f"{self.address}/lab/workspaces/{name}/tree/notebooks/{name}.ipynb?token={TOKEN}")
        page.wait_for_selector("#jupyterlab-splash", state="detached", timeout=60_000)
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)  # else it asks which kernel
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.began = time.monotonic()

    def finish(self, folder):
        """What is wrong with it, once it has been looked at, saved and its kernel has ended."""
        page = self.page
        print(f"{self.name} {time.monotonic() - self.began:.1f} s")
        page.keyboard.press("ControlOrMeta+s")
        wrong = page.evaluate(WRONG)
        photograph(page, ".jp-WindowedPanel-outer", folder / f"{self.name}.png")
        return wrong


def photograph(page, pane, path):
    """The whole of a page, in as many pictures as it takes."""
    height = page.evaluate("pane => document.querySelector(pane).scrollHeight", pane)
    page.set_viewport_size({"width": WIDTH, "height": min(height + 120, TALLEST)})
    for part in range(-(-height // TALLEST)):
        page.evaluate("([pane, top]) => document.querySelector(pane).scrollTo(0, top)", [pane, part * TALLEST])
        page.screenshot(path=path.with_stem(f"{path.stem}{f'-{part + 1}' if part else ''}"))


def test_every_notebook_in_jupyterlab(browser, project, screenshots, tmp_path):
    watched = Watched(browser, WIDTH)
    waiting = [*LONGEST, *(name for name in NAMES if name not in LONGEST)]
    only = os.environ.get("ONLY")
    waiting = only.split(",") if only else waiting
    wrong = {}
    with jupyterlab(project, environment_of(project, tmp_path), tmp_path / "lab.log") as address:
        idle, running = [Slot(watched, address) for _ in range(AT_ONCE)], []
        while waiting or running:
            while waiting and idle:
                running.append(idle.pop())
                running[-1].start(waiting.pop(0))
            for slot in [slot for slot in running if slot.page.evaluate(DONE)]:
                wrong[slot.name] = slot.finish(screenshots)
                running.remove(slot)
                idle.append(slot)
            time.sleep(0.1)
    for name, found in wrong.items():
        print(name, len(found), *found[:400], sep="\n   ")
    assert not {name: found for name, found in wrong.items() if found}
    assert watched.elsewhere == []
