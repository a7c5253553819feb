"""The explorer in real browsers: JupyterLab and the page without code, moved by hand, compared with the library."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys

import pytest
from browser import ARGUMENTS, Watched, free_port, serving, violations
from conftest import IN_CI, program
from lab import TOKEN, copied, environment_of, jupyterlab

import damages
from damages.report.table import percent, usd
from damages.report.views import headlines

pytestmark = pytest.mark.slow

CASE = "params/linkedin.yaml"
US_SHARE = "Share of Premium subscribers in the United States"
CERTIFIED = "A damages class is certified under the Stored Communications Act"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The project in a folder of its own, so that what is saved and rendered there stays there."""
    pytest.importorskip("voila") if not IN_CI else None
    return copied(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def environment(project, tmp_path_factory):
    return environment_of(project, tmp_path_factory.mktemp("jupyter"))


@pytest.fixture(scope="module")
def voila(project, environment, tmp_path_factory):
    """The page without code, served as `make explore` serves it."""
    port = free_port()
    command = [sys.executable, "-P", "-m", "damages.explorer.serve", "--no-browser", f"--port={port}"]
    address = f"http://127.0.0.1:{port}/"
    with serving(command, port, environment, tmp_path_factory.mktemp("log") / "voila"):
        yield address


@pytest.fixture(scope="module")
def lab(project, environment, tmp_path_factory):
    """JupyterLab on the project."""
    with jupyterlab(project, environment, tmp_path_factory.mktemp("log") / "lab") as address:
        yield f"{address}/lab/tree/notebooks/explore.ipynb?token={TOKEN}&reset"


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    chromium = program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield made
        made.close()


def opened(browser, address, width):
    watched = Watched(browser, width)
    watched.page.goto(address)
    watched.page.wait_for_selector("img.damages-chart", timeout=60_000)
    watched.page.wait_for_selector(".noUi-handle[aria-label]", state="attached")
    return watched


def chart(page):
    return page.locator("img.damages-chart:visible")


def shows(page, settings=(), scenario=""):
    """Waits until the page shows what the library computes for the same settings: numbers and alt text."""
    case = damages.load(CASE, scenario, settings)
    estimate = damages.estimate(case)
    wanted = [*(usd(value) for value in estimate.headlines.values()), percent(estimate.chance_of_recovery)]
    alt = headlines.steps(estimate).chart.alt
    page.wait_for_function(
        """([figures, alt]) => {
            const shown = [...document.querySelectorAll('.damages-figure')].map(one => one.textContent);
            const chart = [...document.querySelectorAll('img.damages-chart')].find(one => one.offsetParent);
            return JSON.stringify(shown) === JSON.stringify(figures) && chart?.alt === alt;
        }""",
        arg=[wanted, alt],
        timeout=10_000,
    )
    said = page.locator("[role=status]").first.text_content()
    assert all(figure in said for figure in wanted)


def fold(page, name):
    page.locator(".damages-moved").get_by_text(name, exact=True).click()


def row(page, label):
    return page.locator(".damages-row", has_text=label)


def likely(percentage, low=0.20, high=0.50):
    share = round(percentage / 100, 12)
    return {"us_share": {"low": min(low, share), "likely": share, "high": max(high, share)}}


def move_by_all_means(page):
    """Keyboard, mouse, typing, a theory, an answer; after each the page shows what the library computes."""
    shows(page)
    fold(page, "The class")
    slider = row(page, US_SHARE)
    slider.locator(".noUi-handle").focus()
    page.keyboard.press("ArrowRight")
    shows(page, likely(30.5))

    box = slider.locator(".noUi-target").bounding_box()
    handle = slider.locator(".noUi-handle").bounding_box()
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, handle["y"] + handle["height"] / 2, steps=4)
    page.mouse.up()
    page.wait_for_function(
        "readout => parseFloat(readout.textContent) > 40", arg=slider.locator(".widget-readout").element_handle()
    )
    dragged = float(slider.locator(".widget-readout").text_content())
    shows(page, likely(dragged))

    slider.locator(".widget-readout").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    shows(page, likely(20.0))

    fold(page, "Theories and questions")
    row(page, "Unfair Competition Law").get_by_role("button", name="Dropped").click()
    shows(page, {**likely(20.0), "ucl_pleaded": "no"})
    row(page, CERTIFIED).get_by_role("button", name="Yes").click()
    shows(page, {**likely(20.0), "ucl_pleaded": "no", "certified_sca": "yes"})
    page.get_by_role("button", name="Undo").click()
    shows(page, {**likely(20.0), "ucl_pleaded": "no"})


def test_jupyterlab_runs_all_and_follows_every_means(browser, lab):
    watched = Watched(browser, 1280)
    page = watched.page
    page.goto(lab)
    page.wait_for_selector("#jupyterlab-splash", state="detached", timeout=60_000)
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=60_000)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)  # else it asks which kernel
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_selector("img.damages-chart", timeout=60_000)
    move_by_all_means(page)
    assert not page.locator(".jp-RenderedText[data-mime-type*=stderr], .jp-OutputArea-error").count()
    assert watched.elsewhere == []
    assert watched.errors == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_without_code(browser, voila, width):
    watched = opened(browser, voila, width)
    page = watched.page
    assert page.title() == "Explore a class action"
    assert page.evaluate("document.documentElement.lang") == "en"
    assert "Hypothetical." in page.inner_text("body")
    assert "damages.explore(" not in page.inner_text("body")  # no code
    move_by_all_means(page)
    for name in ("Chances", "Sensitivity", "Steps"):
        page.get_by_role("tab", name=name).click()
        chart(page).wait_for()
    page.get_by_label("Compare with base").check()
    page.wait_for_selector(".damages-change")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert watched.elsewhere == []
    assert watched.errors == []


def test_what_makes_no_sense_is_one_line_and_can_be_undone(browser, voila):
    watched = opened(browser, voila, 1280)
    page = watched.page
    fold(page, "The class")
    readout = row(page, "Members elsewhere outside the United States").locator(".widget-readout")
    readout.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("95")
    page.keyboard.press("Enter")
    page.get_by_text("can take more than everyone").wait_for()
    assert "Traceback" not in page.inner_text("body")
    assert page.locator(".damages-stale").count()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("can take more than everyone").wait_for(state="detached")
    shows(page)
    page.get_by_label("Scenario", exact=True).select_option("plaintiff")
    shows(page, scenario="plaintiff")
    page.get_by_label("Case", exact=True).select_option("Doe v. Example Corp. (made up)")
    page.get_by_role("heading", name="Doe v. Example Corp. (made up)").wait_for()
    assert watched.errors == []


def test_a_scenario_is_saved_checked_and_rendered(browser, voila, project, environment):
    watched = opened(browser, voila, 1280)
    page = watched.page
    row(page, CERTIFIED).get_by_role("button", name="Yes").click()
    row(page, "Contract, subscription value").get_by_role("button", name="Dropped").click()
    shows(page, {"certified_sca": "yes", "contract_pleaded": "no"})
    page.get_by_text("Save as a scenario, render a report").click()
    page.get_by_label("Name", exact=True).fill("certified")
    page.get_by_role("button", name="Save as scenario").click()
    page.get_by_text("gives no reason").wait_for()
    page.get_by_label("Reason", exact=True).fill('A "certified" class: what if?')
    page.get_by_role("button", name="Save as scenario").click()
    page.get_by_text("Saved as params/scenarios/linkedin_certified.yaml").wait_for()
    saved = project / "params" / "scenarios" / "linkedin_certified.yaml"
    checked = [sys.executable, "-m", "damages.cli", "check", CASE, "--scenario", "certified"]
    subprocess.run(checked, cwd=project, env=environment, check=True, capture_output=True, timeout=60)
    assert "theories:\n  contract: {pleaded: false}\ninputs:\n  certified_sca:\n    chance: 1\n" in saved.read_text()
    shows(page, {"certified_sca": "yes", "contract_pleaded": "no"})
    assert "damages report params/linkedin.yaml --scenario certified" in page.inner_text(".damages-keep code")

    row(page, CERTIFIED).get_by_role("button", name="No", exact=True).click()
    page.get_by_label("Name", exact=True).fill("plaintiff")
    page.get_by_role("button", name="Save as scenario").click()
    page.get_by_text("already exists").wait_for()
    page.get_by_label("Replace the scenario of that name").wait_for()
    page.get_by_role("button", name="Undo").click()

    page.get_by_role("button", name="Render report").click()
    page.get_by_text(re.compile(r"Report, step \d+ of \d+")).wait_for(timeout=60_000)
    row(page, CERTIFIED).locator(".noUi-handle").press("ArrowLeft")  # the page is not frozen
    page.get_by_text("1 change from scenario certified").first.wait_for(timeout=10_000)
    link = page.get_by_role("link", name="report.html")
    link.wait_for(timeout=120_000)
    with watched.context.expect_page() as opening:
        link.click()
    report = opening.value
    report.wait_for_load_state()
    assert report.title() == "De La Torre v. LinkedIn Corp."
    case = damages.load(CASE, "", {"certified_sca": "yes", "contract_pleaded": "no"})
    assert usd(damages.estimate(case).expected_usd) in report.inner_text("main")
    for width in (1280, 390):
        report.set_viewport_size({"width": width, "height": 900})
        assert violations(report) == []
        assert report.evaluate("document.documentElement.scrollWidth") <= width
    assert watched.elsewhere == []
    assert watched.errors == []


TIMED = """([handle, key]) => new Promise(done => {
    const read = selector => {
        const seen = [...document.querySelectorAll(selector)].find(one => one.offsetParent);
        return seen?.alt ?? seen?.textContent;
    };
    const asked = [".damages-cards", "img.damages-chart"], before = asked.map(read), times = [0, 0];
    const start = performance.now();
    const watch = new MutationObserver(() => {
        asked.forEach((selector, i) => { times[i] ||= read(selector) === before[i] ? 0 : performance.now() - start; });
        if (times.every(Boolean)) { watch.disconnect(); done(times); }
    });
    watch.observe(document.body, {childList: true, subtree: true, characterData: true, attributes: true});
    handle.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
})"""


def test_how_long_it_takes_to_follow(browser, voila, capsys):
    """From letting go of a slider to the change in the page; printed, since a busy machine says little of a quiet one."""
    page = opened(browser, voila, 1280).page
    fold(page, "The class")
    handle = row(page, US_SHARE).locator(".noUi-handle").element_handle()
    said = []
    for name in ("Steps", "Sensitivity"):
        page.get_by_role("tab", name=name).click()
        chart(page).wait_for()
        times = []
        for i in range(4):
            times.append(page.evaluate(TIMED, [handle, "ArrowRight" if i % 3 else "ArrowLeft"]))
            page.wait_for_timeout(150)
        headlines, drawn = (statistics.median(both) for both in zip(*times, strict=True))
        said.append(f"{name}: headlines {headlines:.0f} ms, chart {drawn:.0f} ms")
        assert 0 < headlines <= drawn
    with capsys.disabled():
        print("\nFrom a key on a slider to the page, medians of 4:", "; ".join(said))
