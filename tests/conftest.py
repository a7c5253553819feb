"""What the tests share: cases, their results, and one rendered report."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import hypothesis
import numpy as np
import pytest

import damages
from damages.report.kernel import notebook_tools

notebook_tools()  # before a test loads nbformat, and with it a grammar of addresses

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases"
IN_CI = bool(os.environ.get("DAMAGES_CI"))
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes start here; one of them compiles for the rest
LONGEST = ("jupyterlab", "fuzz", "explore_browser", "wheel", "processors", "sweep", "report", "first_hour")

hypothesis.settings.register_profile("project", deadline=None, derandomize=True, max_examples=60, print_blob=False)
hypothesis.settings.load_profile("project")
np.seterr(all="raise", under="ignore")


def kept_files() -> list[str]:
    """The files of the project: those that git keeps, or in a download without git all but what is made here."""
    if (ROOT / ".git").exists():
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        done = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True)
        return [name for name in done.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    made = re.compile(
        r"(^|/)(\.venv[\w-]*|__pycache__|\.\w+_cache|\.hypothesis|[\w.]+\.egg-info)/|^site/|^reports/(?!README|sample/)"
    )
    names = (path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file())
    return sorted(name for name in names if not made.search(name))


def program(*names: str) -> str:
    """The path of an installed program; the test is skipped without it, but never in CI."""
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    assert not IN_CI, f"{names[0]} should be installed by .ci/run"
    pytest.skip(f"needs {names[0]}: apt install {names[0]}")


def pytest_collection_modifyitems(items):
    """The files that take longest come first, so that no worker is left alone with one at the end."""
    rank = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(rank)))


@pytest.fixture(scope="session")
def linkedin():
    return damages.load("params/linkedin.yaml")


@pytest.fixture(scope="session")
def good():
    return damages.load(CASES / "good.yaml")


@pytest.fixture(scope="session")
def linkedin_simulation(linkedin):
    return damages.simulate(linkedin, draws=16_384)


@pytest.fixture(scope="session")
def rendered(tmp_path_factory):
    """The LinkedIn report in every format, made once from another working directory."""
    from damages.report.render import report

    folder = tmp_path_factory.mktemp("reports") / "linkedin"
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("elsewhere"))
    try:
        return report("params/linkedin.yaml", formats=("html", "pdf", "xlsx", "docx"), out=folder)
    finally:
        os.chdir(before)


@pytest.fixture
def write_case(tmp_path):
    """A case file in a folder of its own: the text of a shared case, with pieces replaced."""

    def write(*replaced: tuple[str, str], base: str = "good.yaml", name: str = "case.yaml") -> Path:
        text = (CASES / base).read_text(encoding="utf-8")
        for old, new in replaced:
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {base}"
            text = text.replace(old, new)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write
