"""What the adapters that talk to a process share: failures, closing, reading the first usable answer."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Self

from symmath.engines.infix import CONSTANTS_OF_INTEGRATION, Dialect, UnreadableError
from symmath.engines.process import Process, ProcessDiedError
from symmath.expr.operators import SYMBOL_EXPRS, Expr

VERSION_SECONDS = 20.0
_Y = SYMBOL_EXPRS["y"]


class ChildEngine:
    """Base of the engines behind a `Process`."""

    name: str

    def __init__(self, process: Process, dialect: Dialect) -> None:
        self._process = process
        self._dialect = dialect

    def ask(self, question: str, timeout: float) -> str:
        """Return the engine's output, empty if it died or the question is too long for it.

        Raises
        ------
        TimeLimitError
        """
        try:
            return self._process.ask(question, timeout)
        except (ProcessDiedError, ValueError):
            return ""

    def warm(self, timeout: float) -> None:
        """Start the process unless it runs; with short time limits, do this before each question.

        Raises
        ------
        TimeLimitError
            If it did not start in `timeout` seconds.
        """
        with suppress(ProcessDiedError):
            self._process.warm(timeout)

    def read_primitive(self, text: str | None) -> Expr | None:
        """Return an antiderivative, or None if it can't be read."""
        if text is None:
            return None
        try:
            return self._dialect.read(text)
        except UnreadableError:
            return None

    def read_solution(self, texts: Iterable[str], order: int) -> Expr | None:
        """Return the first of several explicit solutions that can be read and has all its constants."""
        for text in texts:
            try:
                e = self._dialect.read(text)
            except UnreadableError:
                continue
            free = e.free_symbols
            if _Y not in free and all(c in free for c in CONSTANTS_OF_INTEGRATION[:order]):
                return e
        return None

    def close(self) -> None:
        """End the process; a later call starts a new one."""
        self._process.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def marked_lines(output: str, mark: str) -> list[str]:
    """Return what follows `mark` on each line that starts with it."""
    return [line[len(mark) :] for line in output.splitlines() if line.startswith(mark)]
