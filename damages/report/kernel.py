"""A notebook's kernel, started while the case is still being read, and the tools that run a notebook in it.

Half of what a report waits for is no work of its own: a kernel takes a second to start, and papermill as long to load.
Here both happen at once, and beside the reading and checking of the case.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ARGUMENTS = ["--log-level=50", "--HistoryManager.hist_file=:memory:"]

ONE_BLAS_THREAD = {
    "OPENBLAS_NUM_THREADS": "1"
}  # the matrices are small: a second thread only spins, on a core that is needed


@contextmanager
def kernel_ahead() -> Iterator[Any]:
    """A kernel that is starting, for papermill's ``km``; ended at once on the way out, whatever became of the work."""
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_core.utils import run_sync

    class Manager(AsyncKernelManager):
        """Remembers its clients: nbclient leaves closing them to whoever started the kernel."""

        def client(self, **options: Any) -> Any:
            clients.append(super().client(**options))
            return clients[-1]

    clients: list[Any] = []
    manager = Manager(kernel_name="python3")
    run_sync(manager.start_kernel)(extra_arguments=ARGUMENTS, env=ONE_BLAS_THREAD | os.environ)
    try:
        yield manager
    finally:
        for client in clients:
            client.stop_channels()
        run_sync(manager.shutdown_kernel)(now=True)


def notebook_tools() -> tuple[Any, Any]:
    """nbformat and papermill, loaded without what takes half of their time.

    jsonschema, which nbformat loads, builds a grammar of international addresses (RFC 3987) when it finds one: a second's
    work on an old laptop, for a format that no notebook uses.
    """
    grammar = "rfc3987_syntax"
    hidden = grammar not in sys.modules and "jsonschema" not in sys.modules
    if hidden:
        sys.modules[grammar] = None  # type: ignore[assignment]  # to Python: not installed
    try:
        import nbformat
        import papermill
    finally:
        if hidden:
            del sys.modules[grammar]
    return nbformat, papermill
