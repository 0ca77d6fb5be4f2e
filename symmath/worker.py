"""What a worker process does: the other end of `deadline.py`."""

from __future__ import annotations

import ctypes
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from symmath.errors import SymMathError

MAX_MESSAGE_MB = 64
"""Largest result; reading one takes time after the deadline's last look at the clock."""
MAX_OPEN = 4
"""Iterators that are kept for the next item to be asked for; of older ones the items are made again."""
_PR_SET_PDEATHSIG = 1
_R = TypeVar("_R")
_open: dict[int, Iterator[Any]] = {}


def serve(descriptor: int, memory_mb: int, modules: Sequence[str], caller: int) -> None:
    """Answer calls until the caller is gone; the main function of a worker."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory_mb * 1024 * 1024
    # Inside another worker its limit holds as well.
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        # A stuck computation would outlive a caller that was killed.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != caller:
            return
    for module in modules:
        with suppress(ImportError):
            import_module(module)
    connection: Connection[Any, Any] = Connection(descriptor)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        connection.send_bytes(b"ready")
        while True:
            connection.send_bytes(_answer(connection.recv_bytes()))


def _answer(message: bytes) -> bytes:
    """Carry out one call; its result or error, pickled."""
    try:
        # Fails where the caller's main script defines the function, say.
        function, args = pickle.loads(message)
        answer = pickle.dumps((True, function(*args)))
        if len(answer) > MAX_MESSAGE_MB * 1024 * 1024:
            raise MemoryError(f"a result of more than {MAX_MESSAGE_MB} MiB")
        return answer
    except SystemExit:
        return _packed(SymMathError("the function asked to exit"))
    except Exception as error:  # Whatever it is, it is the caller's to handle.
        return _packed(error)


def _packed(error: Exception) -> bytes:
    """Pickle an error as itself, or as the nearest of its base classes that survives the journey."""
    try:
        answer = pickle.dumps((False, error))
        pickle.loads(answer)
        return answer
    except Exception:  # An error's own constructor and state can fail in any way.
        for base in type(error).__mro__[1:]:
            with suppress(Exception):
                answer = pickle.dumps((False, base(str(error))))
                pickle.loads(answer)
                return answer
        raise


def item(number: int, position: int, function: Callable[..., Iterable[_R]], *args: Any) -> tuple[_R] | None:
    """Return what a function yields at a position, made no sooner than it is asked for; None at the end.

    Parameters
    ----------
    number : int
        Which of the caller's iterations it is.
    position : int
        From 0; one more than the last time.
    function : Callable
    *args
    """
    # Another worker may have been asked for the items before.
    items = _open.pop(number, None) or islice(function(*args), position, None)
    for found in items:
        _open[number] = items
        for old in list(_open)[:-MAX_OPEN]:
            del _open[old]
        return (found,)
    return None


def drop(number: int) -> None:
    """Forget an iteration."""
    _open.pop(number, None)
