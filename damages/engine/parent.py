"""Ending with the process that started this one, however that one ends: a kill leaves no worker, report or page behind.

A process that is killed cannot tell its children. A worker of a pool hears it from a pipe that closes; any other
process looks once a second whether it has been handed to another parent.
"""

from __future__ import annotations

import _thread
import multiprocessing
import os
import threading
import time
from collections.abc import Callable

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_TO_TIDY = 5.0


def end_with_parent(leave: Callable[[], None], parent: int | None = None) -> None:
    """Call ``leave`` from a thread of its own once the parent has ended.

    On Windows a process keeps its parent's number, so there only workers of a pool notice.

    Parameters
    ----------
    leave : what ends this process
    parent : the parent's number, from whoever knew it before this process began; the present one when left out
    """
    pool = multiprocessing.parent_process()
    parent = parent or os.getppid()

    def watch() -> None:
        if pool is not None:
            pool.join()
        else:
            while os.getppid() == parent:
                time.sleep(SECONDS_BETWEEN_LOOKS)
        leave()

    threading.Thread(target=watch, name="parent", daemon=True).start()


def leave_at_once() -> None:
    """End without tidying: nobody waits for what this process was doing."""
    os._exit(1)


def leave_in_order() -> None:
    """End as by Ctrl-C, so that what is half written is removed; at once where that takes too long."""
    _thread.interrupt_main()
    time.sleep(SECONDS_TO_TIDY)
    leave_at_once()
