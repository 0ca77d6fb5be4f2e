"""The only time limit: calls that can hang run in a worker process that can be killed.

Workers are started once, reused, and replaced in the background when they had to be killed. A worker
is a fresh interpreter that imports what it is asked for, never the caller's main script, so scripts
need no guard around their top level. What solving asks of it doesn't import torch. Each thread that
calls at the same time gets a worker of its own, so no call waits for another one.
"""

from __future__ import annotations

import atexit
import math
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from itertools import count
from multiprocessing.connection import Connection, Pipe
from numbers import Real
from typing import Any, TypeVar

from symmath.errors import SymMathError, TimeLimitError
from symmath.worker import drop, item

DEFAULT_MEMORY_MB = 2048
_START_SECONDS = 30.0
_STOP_SECONDS = 0.1
_DROP_SECONDS = 1.0
_LONGEST_WAIT = 1e6
"""Seconds; the system call behind a wait can't take more than 24 days."""
_R = TypeVar("_R")
_numbers = count()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on the monotonic clock, in seconds."""

    moment: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the moment that many seconds from now.

        Raises
        ------
        ValueError
            If that is no number.
        """
        if not isinstance(seconds, Real) or math.isnan(seconds):
            raise ValueError(f"a number of seconds was expected, not {seconds!r}")
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
    """A child process that calls functions for this one, one at a time.

    Parameters
    ----------
    memory_mb : int
        Its address space, in MiB.
    modules : sequence of str
        What it imports before the first call.
    starter : ThreadPoolExecutor
        Starts the process. The kernel ends a worker with the thread that started it, so that has to
        be one that lives as long as the caller's process.
    """

    def __init__(self, memory_mb: int, modules: Sequence[str], starter: ThreadPoolExecutor) -> None:
        self._connection, theirs = Pipe()
        self._patience = Deadline.after(_START_SECONDS)
        self._is_ready = False
        self._is_killed = False
        self._process: Future[subprocess.Popen[bytes]] = starter.submit(_start, theirs, memory_mb, modules)

    @property
    def is_usable(self) -> bool:
        """Whether a call can be made: it is alive, or still starting and not overdue."""
        if self._is_killed or not (self._is_ready or not self._patience.has_passed):
            return False
        if not self._process.done():
            return True
        return self._process.exception() is None and self._process.result().poll() is None

    def call(
        self,
        function: Callable[..., _R],
        args: tuple[Any, ...],
        deadline: Deadline,
        stop: threading.Event | None = None,
    ) -> _R:
        """Call a function in the child; see `run`. A worker that was killed is not usable again."""
        message = pickle.dumps((function, args))
        self._await_start(deadline)
        with ExitStack() as failure:
            # An interrupt, too, leaves a call unanswered: the next one must not read its answer.
            failure.callback(self.kill)
            try:
                self._connection.send_bytes(message)
                if not self._answers(deadline, stop):
                    raise TimeLimitError("no result in time")
                is_result, value = pickle.loads(self._connection.recv_bytes())
            except TimeLimitError:
                # Comes first, because a TimeoutError is an OSError.
                raise
            except (EOFError, OSError) as error:
                raise MemoryError("the worker died, most likely of memory") from error
            failure.pop_all()
        if is_result:
            return value
        raise value

    def _answers(self, deadline: Deadline, stop: threading.Event | None) -> bool:
        """Wait for an answer; return whether there is one in time, and before it isn't wanted any more."""
        if stop is None:
            return self._connection.poll(_wait(deadline))
        while not (stop.is_set() or deadline.has_passed):
            if self._connection.poll(min(_STOP_SECONDS, deadline.remaining)):
                return True
        return False

    def _await_start(self, deadline: Deadline) -> None:
        """Wait until the child says that it is ready; if it doesn't in time, it goes on starting."""
        if self._is_ready:
            return
        try:
            self._process.result(_wait(deadline))
            if not self._connection.poll(_wait(deadline)):
                raise TimeLimitError("no worker in time")
            self._connection.recv_bytes()
        except FutureTimeoutError as error:
            # TimeLimitError is one of these too.
            raise TimeLimitError("no worker in time") from error
        except (EOFError, OSError) as error:
            self.kill()
            raise MemoryError("no worker could be started, most likely for lack of memory") from error
        self._is_ready = True

    def kill(self) -> None:
        """End the child, whatever it does."""
        self._is_killed = True
        if not self._process.cancel():
            with suppress(OSError):
                process = self._process.result()
                process.kill()
                process.wait()
        self._connection.close()


def _wait(deadline: Deadline) -> float:
    return min(deadline.remaining, _LONGEST_WAIT)


def _start(theirs: Connection[Any, Any], memory_mb: int, modules: Sequence[str]) -> subprocess.Popen[bytes]:
    descriptor = theirs.fileno()
    arguments = f"{descriptor}, {memory_mb}, {list(modules)!r}, {os.getpid()}"
    try:
        return subprocess.Popen(
            [sys.executable, "-c", f"from symmath.worker import serve; serve({arguments})"],
            # Sets have one order in all workers, so that one can go on where another was.
            env={
                **os.environ,
                "PYTHONHASHSEED": "0",
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            },
            pass_fds=[descriptor],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    finally:
        theirs.close()


class _Pool:
    """The workers of one memory limit."""

    def __init__(self, memory_mb: int) -> None:
        self._memory_mb = memory_mb
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._modules: dict[str, None] = {}
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="symmath-workers")
        atexit.register(self.close)

    def run(
        self,
        function: Callable[..., _R],
        args: tuple[Any, ...],
        deadline: Deadline,
        stop: threading.Event | None = None,
        rather: Worker | None = None,
        module: str | None = None,
    ) -> tuple[_R, Worker]:
        """Call a function in an idle worker, in that one if it is idle, or in a new one; return which."""
        worker = self._take(rather)
        try:
            return worker.call(function, args, deadline, stop), worker
        finally:
            self._give_back(worker, module or getattr(function, "__module__", None))

    def forget(self, number: int, worker: Worker) -> None:
        """Let a worker drop an iteration that nobody asks for any more, if it is idle."""
        with self._lock:
            if worker not in self._idle:
                return
        with suppress(SymMathError, MemoryError):
            self.run(drop, (number,), Deadline.after(_DROP_SECONDS), rather=worker)

    def start(self, modules: Sequence[str]) -> None:
        """Start a worker that imports some modules, unless one runs."""
        with self._lock:
            self._modules.update(dict.fromkeys(modules))
            if not (self._idle or self._busy):
                self._idle.append(self._new())

    def _take(self, rather: Worker | None) -> Worker:
        with self._lock:
            if rather in self._idle:
                # The last is taken first.
                self._idle.remove(rather)
                self._idle.append(rather)
            while self._idle:
                worker = self._idle.pop()
                if worker.is_usable:
                    break
                worker.kill()
            else:
                worker = self._new()
            self._busy.add(worker)
            return worker

    def _give_back(self, worker: Worker, module: str | None) -> None:
        with self._lock:
            self._busy.discard(worker)
            if module and module != "__main__":
                self._modules[module] = None
            # A replacement starts at once, so that the next call finds it warm; not while Python ends.
            with suppress(RuntimeError):
                self._idle.append(worker if worker.is_usable else self._new())

    def _new(self) -> Worker:
        return Worker(self._memory_mb, tuple(self._modules), self._starter)

    def close(self) -> None:
        """End all workers; those of a process that was forked from are not ours to end."""
        if os.getpid() != self._owner:
            return
        with self._lock:
            for worker in (*self._idle, *self._busy):
                worker.kill()
            self._idle.clear()


@cache
def _pools() -> dict[tuple[int, int], _Pool]:
    return {}


def _pool(memory_mb: int) -> _Pool:
    # After a fork the parent's workers answer the parent. Threads that come at once all get the first pool.
    key = (os.getpid(), memory_mb)
    return _pools().get(key) or _pools().setdefault(key, _Pool(memory_mb))


def run(
    function: Callable[..., _R],
    *args: Any,
    timeout: float,
    memory_mb: int = DEFAULT_MEMORY_MB,
    stop: threading.Event | None = None,
) -> _R:
    """Call a function in a worker that is killed when its time is over.

    Parameters
    ----------
    function : Callable
        Importable by name.
    *args
        Picklable.
    timeout : float
        Seconds; the start of a worker is part of them (see `warm`).
    memory_mb : int
        Address space of the worker, in MiB.
    stop : threading.Event, optional
        Set by another thread that the result isn't wanted any more; then time is up.

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
    deadline = Deadline.after(timeout)
    if deadline.has_passed:
        raise TimeLimitError("no time is left")
    return _pool(memory_mb).run(function, args, deadline, stop)[0]


def iterate(
    function: Callable[..., Iterable[_R]],
    *args: Any,
    timeout: float,
    until: Deadline | None = None,
    memory_mb: int = DEFAULT_MEMORY_MB,
) -> Iterator[_R]:
    """Yield what a function yields in a worker, each when it is asked for.

    Parameters
    ----------
    function : Callable
        Importable by name. It is called again, and as many items as were yielded are skipped, if the worker
        is lost to others meanwhile; so it should yield the same each time.
    *args
        Picklable.
    timeout : float
        Seconds for all items together, without what passes between them.
    until : Deadline, optional
        When to end in any case.
    memory_mb : int
        Address space of the worker, in MiB.

    Raises
    ------
    TimeLimitError, MemoryError
        See `run`; also any exception of the function.
    """
    number, pool, left = next(_numbers), _pool(memory_mb), timeout
    worker: Worker | None = None
    module = getattr(function, "__module__", None)
    try:
        for position in count():
            begin, deadline = time.monotonic(), Deadline.after(left)
            deadline = deadline if until is None else deadline.earlier(until.remaining)
            if deadline.has_passed:
                raise TimeLimitError("no time is left")
            asked = number, position, function, *args
            found, worker = pool.run(item, asked, deadline, rather=worker, module=module)
            left -= time.monotonic() - begin
            if found is None:
                worker = None
                return
            yield found[0]
    finally:
        if worker is not None:
            pool.forget(number, worker)


def start(*modules: str, memory_mb: int = DEFAULT_MEMORY_MB) -> None:
    """Start a worker unless one runs, and don't wait until it is ready.

    Parameters
    ----------
    *modules : str
        What it and all later ones import before they are ready.
    memory_mb : int
        Address space of the worker, in MiB.
    """
    _pool(memory_mb).start(modules)


def warm(memory_mb: int = DEFAULT_MEMORY_MB) -> None:
    """Start a worker unless one runs, and wait until it is ready."""
    run(int, timeout=_START_SECONDS, memory_mb=memory_mb)
