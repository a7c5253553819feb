"""A real browser on one page, and the servers it looks at."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import time

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@contextlib.contextmanager
def open_page(chromium: str, url: str, width: int, height: int = 900):
    """The page, every address it asked for, and every error it logged."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            page = browser.new_page(viewport={"width": width, "height": height})
            requests, errors = [], []
            page.on("request", lambda request: requests.append(request.url))
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
            page.goto(url)
            page.wait_for_load_state("load")
            yield page, requests, errors
        finally:
            browser.close()


@contextlib.contextmanager
def serving(command, port, environment, log):
    """A server of ours on this machine, from its first answer until the block ends."""
    with log.open("w") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 60
        while True:
            assert process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline, log.read_text()[-2000:]
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                break
            time.sleep(0.2)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Watched:
    """A page that can reach this machine alone: what it asked of others, and every error it logged."""

    def __init__(self, browser, width, harmless=()):
        self.context = browser.new_context(viewport={"width": width, "height": 900})
        self.elsewhere, self.errors = [], []
        self.context.route(lambda url: not url.startswith(OURS), self._refuse)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: self._heard(said, harmless))

    def _refuse(self, route):
        self.elsewhere.append(route.request.url)
        route.abort()

    def _heard(self, said, harmless):
        if said.type == "error" and not any(words in said.text for words in harmless):
            self.errors.append(said.text)


OURS = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:", "file:")


def violations(page):
    """What axe-core finds that is serious or worse, each with the first element it is found on."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']} ({len(one['nodes'])}, first {one['nodes'][0]['html'][:160]})"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
