"""Where the library's own data are, and where a user's project is.

Data travel with the library: in the wheel they lie in ``damages/data``, in a clone at the root of the repository.
A project is any folder with ``params/``. What is written goes to the project, never beside the library's data.
"""

from __future__ import annotations

import os
from pathlib import Path

from damages.errors import CaseError, Problem

LIBRARY = Path(__file__).resolve().parent
INSTALLED = LIBRARY / "data"
PROJECT = "DAMAGES_PROJECT"  # set by `damages --project`, so that notebooks and workers know it too


def shipped(*steps: str) -> Path:
    """A file or folder that comes with the library, such as ``shipped("params", "statutes.yaml")``."""
    return (INSTALLED if INSTALLED.is_dir() else LIBRARY.parent).joinpath(*steps)


def project() -> Path | None:
    """The folder of the project: the one that was named, else the nearest above with ``params/``; None where there is none.

    Raises
    ------
    CaseError : a folder was named that holds no ``params/``
    """
    named = os.environ.get(PROJECT)
    if named:
        folder = Path(named).expanduser().resolve()
        if not (folder / "params").is_dir():
            raise CaseError(
                "--project",
                [Problem("", "", f"{named} is no project: it has no folder params/. Make one: damages init {named}")],
            )
        return folder
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if _is_project(folder)), None)


def _is_project(folder: Path) -> bool:
    return (folder / "params").is_dir() and folder.resolve() != INSTALLED


def written_to(*steps: str) -> Path:
    """Where output goes: into the project, or where there is none into the working directory."""
    return (project() or Path.cwd()).joinpath(*steps)


def homes() -> list[Path]:
    """The project, where there is one, and then the library's data: where a file is looked for, the nearer first."""
    return list(dict.fromkeys([*filter(None, [project()]), shipped()]))


def of_project(*steps: str) -> Path | None:
    """The project's own file of that name, which adds to the library's; None where it has none, or the same bytes."""
    here = project()
    own, ours = here and here.joinpath(*steps), shipped(*steps)
    if own is None or not own.is_file() or own.samefile(ours) or own.read_bytes() == ours.read_bytes():
        return None
    return own


def files(folder: str, pattern: str) -> dict[str, Path]:
    """The files of a folder of the project and of the library, by name in order; of two alike, the project's."""
    found = {path.name: path for home in reversed(homes()) for path in (home / folder).glob(pattern)}
    return dict(sorted(found.items()))
