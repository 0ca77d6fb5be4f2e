"""The one signature of the computer algebra systems symmath can ask.

An engine's answer is a proposal like any other: the caller verifies it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from symmath.expr.operators import Expr


class Refusal(StrEnum):
    """Why a call returned None."""

    NONE = ""
    """It returned an answer."""
    UNSOLVED = "unsolved"
    """The engine gave up, or left an integral standing."""
    NONELEMENTARY = "nonelementary"
    """It answered by functions outside the operator table."""
    IMPLICIT = "implicit"
    """It answered by an equation between x and y."""
    UNREADABLE = "unreadable"
    """It answered something the adapter can't read."""
    DIED = "died"
    """Its process ended, most likely of memory."""


class Engine(Protocol):
    """A computer algebra system behind a process that can be killed.

    Attributes
    ----------
    name : str
        Key in `symmath.engines.ENGINES`.
    refusal : Refusal
        Why the last call returned None.
    """

    name: str
    refusal: Refusal

    def warm(self, timeout: float) -> None:
        """Start the process unless it runs, so that the next call need not.

        Raises
        ------
        TimeLimitError
            If it did not start in `timeout` seconds.
        ProcessDiedError, MemoryError
            If it ended at once.
        """
        ...

    def integrate(self, integrand: Expr, timeout: float) -> Expr | None:
        """Return a primitive in x, or None.

        Parameters
        ----------
        integrand : Expr
            In x.
        timeout : float
            Seconds.

        Returns
        -------
        Expr or None
            None if the engine found none, or none in the elementary functions of the operator table.

        Raises
        ------
        TimeLimitError
            If it did not answer in time; the next call gets a fresh process.
        """
        ...

    def dsolve(self, equation: Expr, order: int, timeout: float) -> Expr | None:
        """Return y(x) with as many free constants, c1, c2, ..., as its order, or None.

        Parameters
        ----------
        equation : Expr
            In x, y and its derivatives; it equals zero.
        order : int
            1 to 4.
        timeout : float
            Seconds.

        Returns
        -------
        Expr or None
            None if the engine found no explicit solution in elementary functions.

        Raises
        ------
        TimeLimitError
            If it did not answer in time; the next call gets a fresh process.
        """
        ...

    def version(self) -> str:
        """Return the version the system reports, or "unknown"."""
        ...

    def close(self) -> None:
        """End the process; a later call starts a new one."""
        ...
