"""Calls that nobody waits for longer than for their time."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

_LONGEST_WAIT = 1e6
_NAME = "symmath-background"
_R = TypeVar("_R")


def within(seconds: float, function: Callable[..., _R], *args: Any) -> _R | None:
    """Call a function in a thread of its own; return None if it takes longer, and let it end by itself.

    For work that a process can't be spared for.
    """
    future = begin(function, *args)
    wait((future,), min(seconds, _LONGEST_WAIT))
    return future.result() if future.done() else None


def begin(function: Callable[..., _R], *args: Any) -> Future[_R]:
    """Begin to call a function in a thread of its own.

    Each call has a new thread, so none waits for another's, in a fork neither. The end of the program does
    wait (see `exit_at_once`): torch aborts in a thread that is cut off.
    """
    executor = ThreadPoolExecutor(1, thread_name_prefix=_NAME)
    future = executor.submit(function, *args)
    executor.shutdown(wait=False)
    return future


def exit_at_once(status: int) -> None:
    """End the program if a call of `begin` still runs; workers end with it."""
    if any(thread.name.startswith(_NAME) for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
