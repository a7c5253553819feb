"""Where files are: those that a person names, and those that a case file names, which stay inside its own folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from damages.characters import clipped, refused
from damages.errors import CaseError, Problem
from damages.project import homes

LONGEST_STEP = 200  # characters in the name of a file or folder; systems end at 255 bytes
NAME_OF_FILE = r"[a-z][a-z0-9_]{0,59}"  # of a case or a scenario that is written here
OUTSIDE = "DAMAGES_ALLOW_OUTSIDE"  # set by `damages --allow-outside`, so that notebooks and workers know it too

_outside: ContextVar[bool] = ContextVar("outside", default=False)


def find(name: str | Path) -> Path:
    """The file or folder of that name, looked for from here upwards, in the project, and in the library's data.

    So ``params/linkedin.yaml`` means the same from the project's root, from ``notebooks/`` and
    from a test's temporary folder.

    Raises
    ------
    CaseError : a name that no file can have
    """
    wrong = cannot_be(str(name))
    try:
        path = Path(name).expanduser()
    except RuntimeError:
        wrong = "begins with ~ and a user whom this machine does not know. Write the whole path."
    if wrong:
        raise CaseError(clipped(name), [Problem(clipped(name), "", wrong)])
    if path.is_absolute():
        return path
    for folder in (Path.cwd(), *Path.cwd().parents, *homes()):
        if (folder / path).exists():
            return folder / path
    return path


def shown(path: Path) -> str:
    """A path as short as it can be written, without the folders of this machine."""
    for folder in (Path.cwd(), *homes()):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.name


@contextmanager
def outside_allowed(allowed: bool) -> Iterator[None]:
    """Whether the case files read here may name files outside their own folder and the project."""
    before = _outside.set(allowed or _outside.get())
    try:
        yield
    finally:
        _outside.reset(before)


def named(path: Path) -> str:
    """A path as it is found on any machine: from the project's root, or from the library's data, where it lies there."""
    path = path.resolve()
    for home in homes():
        if path.is_relative_to(home.resolve()):
            name = path.relative_to(home.resolve()).as_posix()
            if find(name).resolve() == path:  # no nearer file has that name
                return name
    return str(path)


def beside(name: str, folder: Path, *allowed: Path) -> Path:
    """The path of a file that a case file names, looked for in the case's folder.

    A case may come from somebody else. So it reaches only files inside its own folder (for a scenario, the folder
    of its case), inside the project and inside the library's data, wherever links lead; whether anything lies outside is not told.

    Parameters
    ----------
    folder : where the name begins
    allowed : the folders the file may lie in; ``folder`` when none is given

    Raises
    ------
    ValueError, with a sentence that says what is wrong with the name
    """
    wrong = cannot_be(name)
    if wrong:
        raise ValueError(f"'{clipped(name)}' {wrong}")
    path = folder / name
    try:
        real = path.resolve()
    except (OSError, RuntimeError):  # links in a circle
        raise ValueError(f"'{clipped(name)}' leads nowhere.") from None
    if not (_outside.get() or os.environ.get(OUTSIDE)):
        within = [*(home.resolve() for home in homes()), *(home_of(home).resolve() for home in (allowed or (folder,)))]
        if not any(real.is_relative_to(home) for home in within):
            raise ValueError(
                f"'{clipped(name)}' lies outside the folder of the case. Copy the file beside the case, "
                "or allow it: `damages --allow-outside …`, in Python `load(…, outside=True)`."
            )
    return path


def home_of(folder: Path) -> Path:
    """The folder that a case's files may lie in: a scenario's is that of its case."""
    return folder.parent if folder.name == "scenarios" else folder


def cannot_be(name: str) -> str:
    """Why no file can have this name; nothing where one can."""
    found = refused(name.replace("\n", "\x00").replace("\t", "\x00"))
    if found:
        return f"holds the character {found}, which the name of a file cannot have."
    longest = max((len(step) for step in Path(name).parts), default=0)
    if longest > LONGEST_STEP or len(name) > 3_000:
        return f"is too long for the name of a file: at most {LONGEST_STEP} characters."
    return ""
