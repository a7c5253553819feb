"""Who does the work: this process, processes of this machine, or the machines of a Dask scheduler."""

from __future__ import annotations

import importlib.util
import logging
import multiprocessing
import os
import re
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from damages.engine.parent import end_with_parent, leave_at_once
from damages.errors import DamagesError

SECONDS_TO_ANSWER = 10
ADDRESS = re.compile(r"((tcp|tls)://)?(?P<host>\[[0-9a-f:.]+\]|[\w.-]+):(?P<port>\d{1,5})", re.IGNORECASE)
SUCH_AS = "such as --dask tcp://127.0.0.1:8786"
Item = TypeVar("Item")
Result = TypeVar("Result")


class WorkerError(DamagesError):
    """Workers that cannot be had."""


@contextmanager
def executor_for(workers: int = 1, dask: str = "") -> Iterator[Executor | None]:
    """An executor for a block of work; None, so that the work is done here, for one worker.

    Parameters
    ----------
    workers : processes on this machine
    dask : the address of a scheduler, such as ``tcp://10.0.0.5:8786``; its workers need the same version
        of the project and the same case files at the same place under it

    Raises
    ------
    WorkerError : dask.distributed is not installed, or no scheduler answers
    """
    if dask:
        with _dask_executor(dask) as executor:
            yield executor
    elif workers == 1:
        yield None
    else:
        os.environ.setdefault("OMP_NUM_THREADS", "1")  # the processes share the cores already
        pool = _pool(workers)
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)


def _pool(workers: int) -> Executor:
    """Processes that leave Ctrl-C, which a terminal sends to all of them, to this one, and that end when it is killed.

    They inherit that Ctrl-C is ignored.
    """
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, spawn, initializer=end_with_parent, initargs=(leave_at_once,))
    if threading.current_thread() is not threading.main_thread():
        return pool
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for _ in range(workers):
            pool.submit(os.getpid)  # starts a process
    finally:
        signal.signal(signal.SIGINT, before)
    return pool


@contextmanager
def _dask_executor(address: str) -> Iterator[Executor]:
    parts = ADDRESS.fullmatch(address)
    if parts is None or int(parts["port"]) > 65_535:
        raise WorkerError(f"'{address}' is not the address of a scheduler: write tcp://HOST:PORT, {SUCH_AS}.")
    if importlib.util.find_spec("distributed") is None:
        raise WorkerError("--dask needs dask.distributed: pip install 'damages[cluster]'.")
    try:
        # Dask would try for as long as it may wait, and leaves a client that cannot be closed.
        socket.create_connection((parts["host"].strip("[]"), int(parts["port"])), SECONDS_TO_ANSWER).close()
        client = _client(address)
    except (OSError, ValueError, TypeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise WorkerError(
            f"no Dask scheduler answers at {address} ({reason}). Start one with `dask scheduler`, "
            f"workers with `dask worker ADDRESS`, and give the address it prints, {SUCH_AS}."
        ) from None
    with client:
        yield client.get_executor(pure=False)


def _client(address: str) -> Any:
    import dask
    from distributed import Client

    if address.lower().startswith("tls:") and not dask.config.get("distributed.comm.tls.ca-file"):
        raise ValueError("tls:// needs certificates in Dask's configuration, distributed.comm.tls")
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # that it is gone is our own message
    return Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)


class Failed(NamedTuple):
    """Why a run did not finish, in one message."""

    message: str


def run_all(
    runs: Iterable[Item], work: Callable[[Item], Result], executor: Executor | None = None
) -> Iterator[tuple[Item, Result | Failed]]:
    """Each run with what it came to, in the order in which they finish; a run that fails stops no other.

    Parameters
    ----------
    runs : what to do
    work : a function at the top of a module, since it travels to the workers
    executor : any ``concurrent.futures`` executor; one run after the other without

    Raises
    ------
    WorkerError : those who do the work are gone
    """
    if executor is None:
        for run in runs:
            yield run, attempt(work, run)
        return
    waiting = {executor.submit(attempt, work, run): run for run in runs}
    try:
        for future in as_completed(waiting):
            run = waiting.pop(future)
            if future.cancelled():  # by nobody here
                raise WorkerError(
                    "the scheduler of the workers ended. Finished runs are kept; run the same command to resume."
                )
            error = future.exception()
            yield run, future.result() if error is None else Failed(f"{type(error).__name__}: {error}")
    finally:
        for future in waiting:
            future.cancel()


def attempt(work: Callable[[Item], Result], run: Item) -> Result | Failed:
    """What a run comes to, or why it does not."""
    try:
        return work(run)
    except DamagesError as error:
        return Failed(str(error))
    except Exception as error:  # whatever stops one run must not stop the others; the list at the end tells it
        return Failed(f"{type(error).__name__}: {error}")
