"""The only time limit: calls that can hang run in a worker process that can be killed.

A worker is started once, reused, and replaced when it had to be killed. It is a fresh interpreter
that imports what it is asked for, never the caller's main script, so scripts need no guard around
their top level. It never imports torch.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection, Pipe
from typing import Any, TypeVar

from symmath.errors import TimeLimitError

DEFAULT_MEMORY_MB = 2048
_START_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock, in seconds."""

    moment: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the moment that many seconds from now."""
        return cls(time.monotonic() + seconds)

    @property
    def remaining(self) -> float:
        """Seconds left, 0 when it has passed."""
        return max(0.0, self.moment - time.monotonic())

    @property
    def has_passed(self) -> bool:
        """Whether the moment has passed."""
        return time.monotonic() >= self.moment

    def earlier(self, seconds: float) -> Deadline:
        """Return this moment, or that many seconds from now if that is earlier."""
        return min(self, Deadline.after(seconds), key=lambda deadline: deadline.moment)


class Worker:
    """A child process that calls functions for this one.

    Parameters
    ----------
    memory_mb : int
        Its address space, in MiB.
    """

    def __init__(self, memory_mb: int) -> None:
        self._memory_mb = memory_mb
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None
        self._lock = threading.Lock()

    def call(self, function: Callable[..., _R], args: tuple[Any, ...], deadline: Deadline) -> _R:
        """Call a function in the child; see `run`."""
        with self._lock:
            connection = self._running()
            try:
                connection.send((function, args))
                if not connection.poll(deadline.remaining):
                    raise TimeLimitError("no result in time")
                is_result, value = connection.recv()
            except TimeLimitError:
                self.kill()
                raise
            except (EOFError, OSError) as error:
                self.kill()
                raise MemoryError("the worker died, most likely of memory") from error
            except BaseException:
                # An interrupt leaves a call unanswered: the next one must not read its answer.
                self.kill()
                raise
        if is_result:
            return value
        raise value

    def _running(self) -> Connection[Any, Any]:
        if self._process is not None and self._process.poll() is not None:
            self.kill()
        if self._connection is None:
            self._start()
        assert self._connection is not None
        return self._connection

    def _start(self) -> None:
        ours, theirs = Pipe()
        code = f"from symmath.deadline import serve; serve({theirs.fileno()}, {self._memory_mb})"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()
        self._connection = ours
        # The start is not the caller's time: the worker says when it is ready.
        if not ours.poll(_START_SECONDS) or ours.recv() != "ready":
            self.kill()
            raise TimeLimitError(f"no worker within {_START_SECONDS:g} s")

    def kill(self) -> None:
        """End the child, whatever it does; a later call starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None


def serve(descriptor: int, memory_mb: int) -> None:
    """Answer calls until the caller is gone; the main function of a worker."""
    limit = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        # A stuck computation would outlive a caller that was killed.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    connection: Connection[Any, Any] = Connection(descriptor)
    connection.send("ready")
    while True:
        try:
            function, args = connection.recv()
        except EOFError:
            return
        except (AttributeError, ImportError) as error:
            # The function can't be found by its name, because the caller's main script defines it, say.
            connection.send((False, error))
            continue
        try:
            answer = (True, function(*args))
        except Exception as error:  # Whatever it is, it is the caller's to handle.
            answer = (False, error)
        connection.send(answer)


@cache
def _worker(memory_mb: int) -> Worker:
    worker = Worker(memory_mb)
    atexit.register(worker.kill)
    return worker


def run(function: Callable[..., _R], *args: Any, timeout: float, memory_mb: int = DEFAULT_MEMORY_MB) -> _R:
    """Call a function in a worker that is killed when its time is over.

    Parameters
    ----------
    function : Callable
        Importable by name.
    *args
        Picklable.
    timeout : float
        Seconds, not counting the start of the first worker.
    memory_mb : int
        Address space of the worker, in MiB.

    Returns
    -------
    The function's result; its exceptions are raised here.

    Raises
    ------
    TimeLimitError
        If it didn't return in time.
    MemoryError
        If it ran out of memory, or the worker died.
    """
    return _worker(memory_mb).call(function, args, Deadline.after(timeout))


def warm(memory_mb: int = DEFAULT_MEMORY_MB) -> None:
    """Start the worker unless it runs."""
    run(int, timeout=_START_SECONDS, memory_mb=memory_mb)
