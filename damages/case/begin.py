"""A new project, and a new case in a project."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from damages.characters import clipped
from damages.errors import CaseError, Problem
from damages.project import project, shipped
from damages.reader.places import NAME_OF_FILE, find, shown

PARTS = (
    "params/linkedin.yaml",
    "params/scenarios/linkedin_*.yaml",
    "params/shared/*.yaml",
    "params/template.yaml",
    "params/README.md",
    "params/*.schema.json",
    "notebooks/*.ipynb",
)


def start_project(folder: Path) -> Path:
    """A new project: a case with its scenarios, the template, the notebooks, and a place for reports; returns its folder.

    Raises
    ------
    CaseError : something is there already
    """
    folder = folder.expanduser()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise _refusal(clipped(folder.name), "already exists and is not empty. Choose another name.")
    for pattern in PARTS:
        for file in sorted(shipped().glob(pattern)):
            copy = folder / file.relative_to(shipped())
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    (folder / "reports").mkdir()
    return folder


def start_case(name: str) -> Path:
    """A new case file from the template; its path.

    Raises
    ------
    CaseError : a name that is not one, or that is taken; or no project to put it in
    """
    if not re.fullmatch(NAME_OF_FILE, name):
        words = "is not a name for a case: small letters, digits and _, a letter first, at most 60, such as acme_2026."
        raise _refusal(clipped(name), words)
    home = project()
    if home is None:
        raise _refusal(name, "needs a project, a folder with params/. Make one: damages init FOLDER; and go there.")
    path = home / "params" / f"{name}.yaml"
    if path.exists():
        raise _refusal(shown(path), "already exists. Choose another name.")
    path.write_bytes(find("params/template.yaml").read_bytes())
    return path


def _refusal(file: str, sentence: str) -> CaseError:
    return CaseError(file, [Problem(file, "", sentence)])
