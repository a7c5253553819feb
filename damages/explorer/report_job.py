"""A report made in a process of its own, with its progress: the page stays free to be moved."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO
from urllib.parse import quote

from damages.project import written_to

STEP = re.compile(r"(\d+)/(\d+)")


class ReportJob:
    """`damages report …` running beside the page.

    Attributes
    ----------
    files : what it wrote, once it is done
    error : what it said, if it failed
    """

    def __init__(self, words: Sequence[str], tell: Callable[[int, int], None], done: Callable[[ReportJob], None]):
        self.words, self._tell, self._done = list(words), tell, done
        self.files: list[Path] = []
        self.error = ""
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin; ``tell`` hears every step and ``done`` the end."""
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it has begun and not ended."""
        return self._thread.is_alive()

    def wait(self) -> None:
        """Until it has ended."""
        self._thread.join()

    def _run(self) -> None:
        words, folder = [sys.executable, "-m", "damages", *self.words[1:]], written_to()
        env = {**os.environ, "PYTHONUTF8": "1", "DAMAGES_PARENT": str(os.getpid())}
        pipe = subprocess.PIPE
        with subprocess.Popen(
            words, cwd=folder, stdout=pipe, stderr=pipe, text=True, encoding="utf-8", env=env
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            said = self._listen(process.stderr)
            listed = process.stdout.read()
        if process.returncode == 0:
            self.files = [folder / line for line in listed.split("\n") if line.strip()]
        else:
            self.error = " ".join(said[-6:]) or "The report was not made."
        self._done(self)

    def _listen(self, stream: IO[str]) -> list[str]:
        """Follow the progress bar, which rewrites its line; the lines that are not of it."""
        said, part = [], ""
        while character := stream.read(1):
            part += character
            if character in "\r\n" or (character == "[" and STEP.search(part)):
                step = STEP.search(part)
                if step:
                    self._tell(int(step[1]), int(step[2]))
                elif part.strip():
                    said.append(part.strip())
                part = ""
        return [*said, *filter(None, [part.strip()])]


def in_voila() -> bool:
    """Whether this kernel serves a page without code."""
    return os.environ.get("SERVER_SOFTWARE", "").lower().startswith("voila")


def links(files: Sequence[Path]) -> str:
    """A list of links to files, as the page that is open can follow them."""
    items = []
    for file in files:
        if in_voila():
            base = os.environ.get("VOILA_BASE_URL", "/").rstrip("/")
            address = f"{base}/voila/files/{quote(file.relative_to(written_to()).as_posix())}"
        else:  # beside the notebook; JupyterLab follows such a link to the file
            address = quote(Path(os.path.relpath(file, Path.cwd())).as_posix())
        items.append(f'<li><a href="{address}" target="_blank">{file.name}</a></li>')
    return f'<ul class="damages-files">{"".join(items)}</ul>'
