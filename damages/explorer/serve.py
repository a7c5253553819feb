"""The explorer as a page without code, for this machine alone: ``python -m damages.explorer.serve``.

Voila serves the notebook. What it leaves open is closed here: the server answers to this machine's names and to no
page of another site, hands out files of ``reports/`` and no others, keeps few kernels and none without a page, and
ends with whatever started it. Options are Voila's own, such as ``--no-browser`` and ``--port``.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher
from tornado.web import HTTPError, RequestHandler, StaticFileHandler
from traitlets.config import Config
from voila.app import Voila
from voila.static_file_handler import AllowListFileHandler

from damages.engine.parent import end_with_parent
from damages.project import PROJECT, shipped, written_to

MOST_KERNELS = 8
SECONDS_WITHOUT_A_PAGE = 60  # a page that loads or reloads is back sooner
SECONDS_TO_LOAD = 15  # in which a page that was just made asks for its kernel
SECONDS_AT_REST = 8 * 3600  # of a page that stays open
SECONDS_BETWEEN_LOOKS = 10
NAMES = ("localhost", "127.0.0.1", "[::1]")


class Stranger(Matcher):
    """Matches what no page of this server asks: another host's name, or a request that another site's page makes.

    A name that an attacker points at 127.0.0.1 still arrives as that name. A link from elsewhere may open the page;
    an image, a frame, a form or a script may not.
    """

    def __init__(self, names: tuple[str, ...]):
        self.names = names

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """An empty dict, which is a match, or None."""
        headers = request.headers
        origin = headers.get("Origin", headers.get("Sec-Websocket-Origin"))
        elsewhere = origin is not None and urlsplit(origin).netloc.lower() != request.host.lower()
        asked_by = headers.get("Sec-Fetch-Site", "none")
        embedded = asked_by not in ("none", "same-origin") and headers.get("Sec-Fetch-Dest") != "document"
        return {} if request.host_name not in self.names or elsewhere or embedded else None


class Refused(RequestHandler):
    """Says no to a stranger, whatever it asks."""

    def prepare(self) -> None:
        """Answers before any method would."""
        self.set_status(403)
        self.finish("The explorer answers only on this machine, as localhost, and only to its own page.\n")


class ReportFiles(StaticFileHandler):
    """Regular files that lie under ``reports/``, whatever way the path is written and wherever links lead."""

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """The file's path, or an error: outside, hidden, or nothing to serve."""
        if "\0" in absolute_path:
            raise HTTPError(404)
        reports, file = Path(os.path.realpath(Path(root) / "reports")), Path(os.path.realpath(absolute_path))
        if not file.is_relative_to(reports) or any(part.startswith(".") for part in file.relative_to(reports).parts):
            raise HTTPError(403, "only files of reports/ are served")
        return super().validate_absolute_path(str(reports), str(file))

    def set_extra_headers(self, path: str) -> None:
        """A page of a report stands alone: a script in it would else act as the explorer's own page."""
        if not path.endswith(".pdf"):  # which browsers do not show in a sandbox
            self.set_header("Content-Security-Policy", "sandbox allow-scripts allow-popups")
        self.set_header("X-Content-Type-Options", "nosniff")


class Kernels(AsyncMappingKernelManager):
    """At most `MOST_KERNELS`; one whose page was closed ends soon, one whose page stays open after a day of rest."""

    async def start_kernel(self, **wanted: Any) -> str:  # type: ignore[override] # as in its base class
        """A new kernel; where there are too many, in the place of one that has no page."""
        while len({*self._kernels, *self._pending_kernels}) >= MOST_KERNELS:
            left = {known: self._seconds_left_alone(known) for known in self._kernels}
            longest = max(left, key=lambda known: left[known], default="")
            if left.get(longest, 0.0) < SECONDS_TO_LOAD:
                raise HTTPError(
                    503, reason=f"Pages of the explorer open, the most there can be: {MOST_KERNELS}. Close one."
                )
            await self.shutdown_kernel(longest, now=True)
        return await super().start_kernel(**wanted)

    def _open(self, kernel_id: str) -> bool:
        return bool(self._kernel_connections.get(kernel_id))

    def _seconds_left_alone(self, kernel_id: str) -> float:
        """How long a kernel has had neither a page nor work."""
        kernel: Any = self.get_kernel(kernel_id)
        if self._open(kernel_id) or getattr(kernel, "execution_state", "") != "idle":
            return 0.0
        return (utcnow() - kernel.last_activity).total_seconds()

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that rested too long for what its page does."""
        self.cull_idle_timeout = SECONDS_AT_REST if self._open(kernel_id) else SECONDS_WITHOUT_A_PAGE
        await super().cull_kernel_if_idle(kernel_id)


class ExplorerServer(Voila):  # type: ignore[misc] # Voila carries no types
    """Voila on the explorer's notebook, with its doors closed."""

    def initialize(self, argv: list[str] | None = None) -> None:
        """Read the options; a signal to stop, a closed terminal and the end of the parent all end it in order."""
        super().initialize(argv)
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number and signal.getsignal(number) is not signal.SIG_IGN:  # as nohup leaves a closed terminal
                signal.signal(number, self._handle_signal_stop)
        end_with_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))

    def _handle_signal_stop(self, sig: int, frame: Any) -> None:
        if hasattr(self, "ioloop"):
            self.ioloop.add_callback_from_signal(self.ioloop.stop)
        else:  # it does not serve yet
            sys.exit(128 + sig)

    def init_handlers(self) -> list[Any]:
        """Voila's, with ours for files, behind the refusal of strangers."""
        ours = [
            (pattern, ReportFiles, {"path": self.root_dir})
            if handler is AllowListFileHandler
            else (pattern, handler, *rest)
            for pattern, handler, *rest in super().init_handlers()
        ]
        return [(Stranger((*NAMES, self.ip)), Refused), *ours]


def main() -> None:
    """Serve until something ends it."""
    root = written_to()
    notebook = root / "notebooks" / "explore.ipynb"
    if not notebook.is_file():
        sys.exit(f"{root.name}/ has no notebooks/explore.ipynb. Make a project: damages init FOLDER; and go there.")
    os.environ[PROJECT] = str(root)  # its kernels begin in notebooks/
    os.environ["JUPYTER_PATH"] = str(shipped("jupyter"))  # the page's template
    settings = {
        "Voila": {
            "ip": "127.0.0.1",
            "root_dir": str(root),
            "notebook_path": str(notebook),
            # A page that closes asks for its kernel's end without Tornado's cookie, which Voila never sets; whether a
            # request comes from our own page is settled before (`Stranger`).
            "tornado_settings": {"disable_check_xsrf": True},
        },
        "VoilaConfiguration": {
            "template": "damages",
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "multi_kernel_manager_class": Kernels,
        },
        "MappingKernelManager": {
            "cull_idle_timeout": SECONDS_WITHOUT_A_PAGE,
            "cull_interval": SECONDS_BETWEEN_LOOKS,
            "cull_connected": True,
        },
    }
    ExplorerServer.launch_instance(config=Config(settings))


if __name__ == "__main__":
    main()
