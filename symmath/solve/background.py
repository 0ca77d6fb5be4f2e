"""Calls that nobody waits for longer than for their time."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

_LONGEST_WAIT = 1e6
_NAME = "symmath-background"
_R = TypeVar("_R")


def within(seconds: float, function: Callable[..., _R], *args: Any) -> _R | None:
    """Call a function in a thread of its own; return None if it takes longer, and let it end by itself.

    For work that a process can't be spared for. Each call has a new thread, so none waits for another's,
    in a fork neither. The end of the program does wait (see `exit_at_once`): torch aborts in a thread that
    is cut off.
    """
    results: SimpleQueue[tuple[_R | None, BaseException | None]] = SimpleQueue()

    def call() -> None:
        try:
            results.put((function(*args), None))
        except BaseException as error:
            results.put((None, error))

    threading.Thread(target=call, name=_NAME).start()
    try:
        result, error = results.get(timeout=min(seconds, _LONGEST_WAIT))
    except Empty:
        return None
    if error is not None:
        raise error
    return result


def exit_at_once(status: int) -> None:
    """End the program if a call of `within` still runs; workers end with it."""
    if any(thread.name == _NAME for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
