"""Every error symmath raises on purpose.

::

    SymMathError
    |-- ParseError (ValueError)             text that is not an expression or equation
    |-- Reject                              the same while it is read; becomes a `ParseError`
    |-- UnsupportedError (ValueError)       an expression the vocabulary can't represent
    |-- PrefixError (ValueError)            a malformed prefix sequence
    |-- ShardError (ValueError)             a corrupt, truncated or mismatched shard
    |-- CheckpointError (ValueError)        a corrupt or mismatched checkpoint
    |-- SuiteError (ValueError)             a suite of problems, or results of one, that can't be read
    |-- LostRankError                       another process of a training run is gone
    |-- ProcessDiedError                    another system's process ended before it answered
    |-- NotStartedError                     a contestant of an evaluation that can't be started
    |-- UnreadableError (ValueError)        another system's answer that is no elementary expression
    |-- UnreadableTextError (ValueError)    text that the second checker can't read
    |-- TimeLimitError (TimeoutError)       a deadline passed
    `-- NoSolutionError                     `Solution.raise_for_verdict` on an unsolved problem
        `-- NotConvergedError               quadrature did not converge

What belongs to one module is defined there, not here.
"""

from __future__ import annotations

FAILURES = (MemoryError, ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)
"""What symengine, python-flint and NumPy raise at expressions nobody foresaw."""


class SymMathError(Exception):
    """Base of all errors of this package."""


class ParseError(SymMathError, ValueError):
    """Text that is not an expression or equation of the accepted language.

    Parameters
    ----------
    message : str
        What was wrong and what was expected instead.
    text : str
        The whole input.
    position : int
        Offset of the offending character in `text`.
    """

    def __init__(self, message: str, text: str, position: int) -> None:
        super().__init__(message)
        self.text = text
        self.position = position

    def caret(self, width: int = 72) -> str:
        """Two lines: a window of the input and a caret under the offending character."""
        start = max(0, self.position - width // 2)
        window = self.text[start : start + width].replace("\n", " ").replace("\t", " ")
        return f"{window}\n{' ' * (self.position - start)}^"


class UnsupportedError(SymMathError, ValueError):
    """An expression that holds something the vocabulary can't represent."""


class PrefixError(SymMathError, ValueError):
    """A token sequence that is not one well-formed prefix expression."""


class ShardError(SymMathError, ValueError):
    """A shard that is corrupt, truncated or made for another vocabulary."""


class CheckpointError(SymMathError, ValueError):
    """A checkpoint that is corrupt or does not fit its vocabulary."""


class LostRankError(SymMathError):
    """Another process of a training run is gone; resume the run from its folder."""


class TimeLimitError(SymMathError, TimeoutError):
    """A deadline passed before the work was done."""


class NoSolutionError(SymMathError):
    """No verified solution was found."""


UNUSABLE = (SymMathError, *FAILURES)
"""What an expression may raise that costs itself, not what else is tried."""
