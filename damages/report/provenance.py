"""What a result was made from: files with their SHA-256, settings, seed, draws, versions."""

from __future__ import annotations

import platform
import shlex
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from damages import __version__
from damages.case.schema import Case
from damages.project import INSTALLED, LIBRARY
from damages.report.table import Column, Table

PACKAGES = ("numpy", "scipy", "matplotlib")


def record(case: Case, draws: int, seed: int, command: str = "") -> dict[str, Any]:
    """Everything needed to make the same figures again; the same on every machine with the same versions."""
    return {
        "case": case.name,
        "scenario": case.scenario or None,
        "files": dict(case.files),
        "settings": dict(case.settings),
        "draws": draws,
        "seed": seed,
        "versions": {"damages": __version__, **{name: version(name) for name in PACKAGES}},
        "command": command or command_for(case, draws, seed),
    }


def command_for(case: Case, draws: int, seed: int, verb: str = "report", more: Sequence[str] = ()) -> str:
    """The command that makes the report of a case again, or what another verb says of it."""
    words = ["damages", verb, f"params/{case.name}.yaml"]
    if case.scenario:
        words += ["--scenario", case.scenario]
    for name, value in case.settings.items():
        words += ["--set", f"{name}={value}"]
    return shlex.join([*words, "--draws", str(draws), "--seed", str(seed), *more])


def machine() -> dict[str, Any]:
    """What belongs to this run and not to the result: Python, system, and the state of the source."""
    return {"python": platform.python_version(), "system": platform.system(), "git_commit": git_commit()}


def git_commit() -> str | None:
    """The commit of the source, with a mark when files differ from it; None outside a checkout."""
    if INSTALLED.is_dir():  # a checkout around an installed library is somebody else's
        return None
    try:
        commit = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=LIBRARY, capture_output=True, text=True, check=True, timeout=10
        ).stdout.strip()
        changed = subprocess.run(
            ["git", "status", "--porcelain", ":/"], cwd=LIBRARY, capture_output=True, text=True, check=True, timeout=10
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    return f"{commit} with changes" if changed else commit


def provenance(case: Case, draws: int, seed: int, command: str = "") -> Table:
    """The record as a table: the last cell of every notebook.

    Parameters
    ----------
    draws, seed : what the figures were made with
    command : what made them; when left out, the command that would

    >>> import damages
    >>> case = damages.load("params/linkedin.yaml")
    >>> damages.provenance(case, draws=4_096, seed=0).title
    'Provenance'
    """
    made_of = record(case, draws, seed, command)
    rows = [
        ("Case", made_of["case"]),
        ("Scenario", made_of["scenario"] or "base"),
        *((f"SHA-256 of {name}", digest) for name, digest in made_of["files"].items()),
        ("Set by hand", "; ".join(f"{name} = {value}" for name, value in made_of["settings"].items()) or "nothing"),
        ("Draws", f"{draws:,}"),
        ("Seed", str(seed)),
        ("Versions", ", ".join(f"{name} {number}" for name, number in made_of["versions"].items())),
        ("Command", made_of["command"]),
    ]
    return Table(
        "Provenance",
        (Column("what", "What"), Column("value", "Value")),
        tuple({"what": what, "value": value} for what, value in rows),
    )
