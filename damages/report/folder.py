"""Files put in place whole: made under another name beside their place, then renamed into it.

A report's folder is exchanged as one: whoever looks finds the old report or the new one, never some of both. What else
lies in it comes along. A run that is killed leaves its folder under the other name; the next run clears it away.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from damages.files import naming

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

MADE = re.compile(r"\.(?P<name>.+)-[0-9a-f]{8}\.(?P<kind>made|old)")
SECONDS_OF_A_DAY = 86_400


class PutInPlace:
    """A folder to work in, that takes the place of the wanted one when all went well and vanishes when not.

    Files that the wanted folder holds already stay in it, unless they are made again or named in ``dropped``. A folder
    that is more than a report's (it holds other folders, is someone else's, or is where the command was typed) stays
    itself, and its files are replaced one after the other.
    """

    def __init__(self, folder: Path, dropped: Collection[str] = ()):
        self.folder, self.dropped = Path(os.path.realpath(folder)), dropped

    def __enter__(self) -> Path:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(self.folder.parent):
            _clear(self.folder.parent)
            self.work = _beside(self.folder, "made")
            self.work.mkdir()
            self._held = _lock(self.work)
        return self.work

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        try:
            with naming(self.work, self.folder):
                if error is not None:
                    raise error
                with _alone(self.folder.parent):
                    self._put()
        finally:
            if self._held is not None:
                os.close(self._held)
            shutil.rmtree(self.work, ignore_errors=True)

    def _put(self) -> None:
        if not self.folder.exists():
            os.rename(self.work, self.folder)
        elif not _is_a_reports(self.folder, self.work):
            for file in sorted(self.work.iterdir()):
                os.replace(file, self.folder / file.name)
            for name in self.dropped:
                (self.folder / name).unlink(missing_ok=True)
        else:
            shutil.copymode(self.folder, self.work)
            _bring_along(self.folder, self.work, self.dropped)
            old = _beside(self.folder, "old")
            os.rename(self.folder, old)
            try:
                os.rename(self.work, self.folder)
            except BaseException:
                os.rename(old, self.folder)
                raise
            _bring_along(old, self.folder, self.dropped)  # what came in meanwhile
            shutil.rmtree(old, ignore_errors=True)


def _beside(folder: Path, kind: str) -> Path:
    return folder.with_name(f".{folder.name}-{secrets.token_hex(4)}.{kind}")


def _is_a_reports(folder: Path, work: Path) -> bool:
    """Whether a folder may be exchanged for another: files alone, of the same owner, and nobody's working folder."""
    ours, theirs = work.stat(), folder.stat()
    alike = (ours.st_uid, ours.st_gid, ours.st_dev) == (theirs.st_uid, theirs.st_gid, theirs.st_dev)
    inner = [entry for entry in folder.iterdir() if entry.is_dir() and entry.name != ".ipynb_checkpoints"]
    return alike and not inner and not Path.cwd().is_relative_to(folder)


def _bring_along(source: Path, target: Path, dropped: Collection[str]) -> None:
    """What lies in one folder and not in another, in both: as the same file where the file system can."""
    for entry in source.iterdir():
        there = target / entry.name
        if entry.name in dropped or os.path.lexists(there):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, there, symlinks=True, copy_function=_link)
        else:
            _link(entry, there)


def _link(source: Any, target: Any, **_: Any) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _clear(parent: Path) -> None:
    """Remove what runs that were killed left in a folder; a report that was being exchanged goes back to its place."""
    for entry in parent.iterdir():
        named = MADE.fullmatch(entry.name)
        if named is None or entry.is_symlink() or not entry.is_dir() or _in_use(entry):
            continue
        if named["kind"] == "old":
            place = parent / named["name"]
            if not place.exists():
                os.rename(entry, place)
                continue
            _bring_along(entry, place, [])
        shutil.rmtree(entry, ignore_errors=True)


def _in_use(folder: Path) -> bool:
    """Whether the run that works in a folder lives: it holds a lock, which ends with it. Without locks, a day will do."""
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        return True  # not ours to clear away
    held = _lock(folder)
    if held is None:
        return time.time() - folder.stat().st_mtime < SECONDS_OF_A_DAY
    os.close(held)
    return False


def _lock(folder: Path, wait: bool = False) -> int | None:
    """A lock on a folder, as a file to close; None where another run holds it or the system has none."""
    if fcntl is None:
        return None
    try:
        held = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(held)
        return None
    return held


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other run clears or exchanges anything in a folder meanwhile."""
    held = _lock(folder, wait=True)
    try:
        yield
    finally:
        if held is not None:
            os.close(held)
