"""What the adapters that talk to a process share: failures, closing, reading the first usable answer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from symmath.engines.engine import Refusal
from symmath.engines.infix import CONSTANTS, Dialect, UnreadableError
from symmath.engines.process import Process, ProcessDiedError
from symmath.expr.operators import SPECIAL_FUNCTIONS, SYMBOL_EXPRS, Expr

VERSION_SECONDS = 20.0
_Y = SYMBOL_EXPRS["y"]
IMPLICIT = "implicit"
"""What an adapter lets the engine print after its explicit solutions, if it found any solution at all."""
_TELLING = (
    Refusal.NONE,
    Refusal.DIED,
    Refusal.UNSOLVED,
    Refusal.UNREADABLE,
    Refusal.NONELEMENTARY,
    Refusal.IMPLICIT,
)
"""Of several refusals the last of these is kept."""
_NAME = re.compile(r"'?[A-Za-z_%][A-Za-z0-9_%]*(?=[\[(])")
_STANDING = frozenset({"integrate", "integral", "int", "diff", "desolve", "D", "%at", "at", "ode2"})
"""What engines call an integral or a derivative that they left standing."""
_OF_POLYNOMIALS = frozenset({"rootOf", "rootof", "rootSum", "sum", "lsum", "root_of"})


class ChildEngine:
    """Base of the engines behind a `Process`."""

    name: str

    def __init__(self, process: Process, dialect: Dialect) -> None:
        self.refusal = Refusal.NONE
        self._process = process
        self._dialect = dialect

    def ask(self, question: str, timeout: float) -> str:
        """Return the engine's output, empty if it died or the question is too long for it.

        Raises
        ------
        TimeLimitError
        """
        self.refusal = Refusal.UNSOLVED
        try:
            return self._process.ask(question, timeout)
        except ProcessDiedError:
            self.refusal = Refusal.DIED
        except ValueError:
            self.refusal = Refusal.UNREADABLE
        return ""

    def warm(self, timeout: float) -> None:
        """See `Engine.warm`; with short time limits, do this before each question."""
        self._process.warm(timeout)

    def read_primitive(self, text: str | None) -> Expr | None:
        """Return an antiderivative, or None if it can't be read."""
        if text is None:
            return None
        try:
            answer = self._dialect.read(text)
        except UnreadableError:
            self.refusal = _refusal_of(text, self._dialect)
            return None
        self.refusal = Refusal.NONE
        return answer

    def read_solution(self, texts: Iterable[str], order: int) -> Expr | None:
        """Return the first of several explicit solutions that can be read and has all its constants."""
        for text in texts:
            try:
                e = self._dialect.read(text)
            except UnreadableError:
                self.refusal = max(self.refusal, _refusal_of(text, self._dialect), key=_TELLING.index)
                continue
            free = e.free_symbols
            if _Y not in free and all(c in free for c in CONSTANTS[:order]):
                self.refusal = Refusal.NONE
                return e
            if _Y in free:
                self.refusal = Refusal.IMPLICIT
        return None

    def close(self) -> None:
        """End the process; a later call starts a new one."""
        self._process.close()


def _refusal_of(text: str, dialect: Dialect) -> Refusal:
    """Say why a text could not be read."""
    if text.strip() == IMPLICIT:
        return Refusal.IMPLICIT
    if not text.strip():
        return Refusal.UNSOLVED
    elementary = set(dialect.functions) - {operator.token for operator in SPECIAL_FUNCTIONS}
    unknown = {name.lstrip("'") for name in _NAME.findall(text)} - elementary
    if unknown & _STANDING:
        return Refusal.UNSOLVED
    return Refusal.NONELEMENTARY if unknown - _OF_POLYNOMIALS else Refusal.UNREADABLE


def marked_lines(output: str, mark: str) -> list[str]:
    """Return what follows `mark` on each line that starts with it."""
    return [line[len(mark) :] for line in output.splitlines() if line.startswith(mark)]
