"""The only time limit: calls that can hang run in a worker process that can be killed.

Workers are started once, reused, and replaced when they had to be killed. A worker never imports
torch, so starting one takes a fraction of a second.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from functools import cache
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from symmath.errors import TimeLimitError

DEFAULT_MEMORY_MB = 2048
_P = ParamSpec("_P")
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


def _limit_memory(megabytes: int) -> None:
    limit = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


@cache
def _pool(memory_mb: int) -> ProcessPool:
    return ProcessPool(
        max_workers=1,
        context=multiprocessing.get_context("forkserver"),
        initializer=_limit_memory,
        initargs=(memory_mb,),
    )


def run(function: Callable[..., _R], *args: Any, timeout: float, memory_mb: int = DEFAULT_MEMORY_MB) -> _R:
    """Call a function in a worker that is killed when its time is over.

    Parameters
    ----------
    function : Callable
        Importable by name.
    *args
        Picklable.
    timeout : float
        Seconds.
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
        If the worker died, most likely of memory.
    """
    future = _pool(memory_mb).schedule(function, args=args, timeout=timeout)
    try:
        return future.result()
    except FutureTimeoutError as error:
        raise TimeLimitError(f"no result within {timeout:g} s") from error
    except ProcessExpired as error:
        raise MemoryError(f"the worker died: {error}") from error
