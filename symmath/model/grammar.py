"""Which piece may come next, so that every hypothesis is a well-formed prefix expression.

A BPE piece is a run of tokens, so it can end inside a number or leave arguments open. What a piece
needs and what it leaves is worked out once for the vocabulary; a step is then three comparisons.

Shape suffixes: N hypotheses, V pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import torch
from torch import Tensor

from symmath.expr.operators import BY_TOKEN, CONSTANTS, DIGITS, SIGNS, SYMBOLS
from symmath.expr.prefix import Tokens
from symmath.expr.vocab import END, Vocabulary

_IMPOSSIBLE = 10_000
_DIGITS = frozenset(DIGITS)


class Number(IntEnum):
    """Where a sequence stands with respect to a number."""

    OUTSIDE = 0
    AFTER_SIGN = 1
    AFTER_DIGIT = 2


@dataclass(frozen=True, slots=True)
class State:
    """What each hypothesis still owes.

    Attributes
    ----------
    open_N : int64 tensor of shape (N,)
        Arguments still to be written; 0 when the expression is complete.
    number_N : int64 tensor of shape (N,)
        A `Number`.
    """

    open_N: Tensor
    number_N: Tensor

    @classmethod
    def start(cls, hypotheses: int, device: torch.device) -> State:
        """Return the state before the first piece."""
        open_N = torch.ones(hypotheses, dtype=torch.int64, device=device)
        return cls(open_N, torch.zeros_like(open_N))

    def select(self, rows_N: Tensor) -> State:
        """Keep some rows, in the order given."""
        return State(self.open_N[rows_N], self.number_N[rows_N])


@dataclass(frozen=True, slots=True)
class _Piece:
    """A walk over the tokens of one piece from a given number state."""

    needs: int
    leaves: int
    number: Number


def _walk(tokens: Tokens, number: Number, allowed: frozenset[str]) -> _Piece | None:
    """Return what `tokens` need and leave, or None where they can't follow `number`."""
    needs = 1 if number is Number.OUTSIDE else 0
    balance = 0
    for token in tokens:
        if token in _DIGITS:
            if number is Number.OUTSIDE:
                return None
            number = Number.AFTER_DIGIT
            continue
        if number is Number.AFTER_SIGN or token not in allowed:
            return None
        # Before this token, 1 - balance arguments must have been open for it to have a place.
        needs = max(needs, 1 - balance)
        if token in SIGNS:
            balance -= 1
            number = Number.AFTER_SIGN
        else:
            operator = BY_TOKEN.get(token)
            balance += operator.arity - 1 if operator else -1
            number = Number.OUTSIDE
    return _Piece(needs, balance, number)


class Grammar:
    """The transition table of a vocabulary.

    Parameters
    ----------
    vocabulary : Vocabulary
    symbols : sequence of str
        Names an answer may hold ("x"; "x", "c1"; ...).
    device : str
    """

    def __init__(self, vocabulary: Vocabulary, symbols: Sequence[str], *, device: str = "cpu") -> None:
        if unknown := set(symbols) - set(SYMBOLS):
            raise ValueError(f"not in the operator table: {sorted(unknown)}")
        allowed = frozenset((*symbols, *CONSTANTS, *SIGNS, *BY_TOKEN))
        size = len(vocabulary)
        self._needs_3V = torch.full((3, size), _IMPOSSIBLE, dtype=torch.int64)
        self._leaves_V = torch.zeros(size, dtype=torch.int64)
        self._number_V = torch.zeros(size, dtype=torch.int64)
        for index, tokens in enumerate(vocabulary.pieces):
            if not tokens:
                continue
            for number in Number:
                piece = _walk(tokens, number, allowed)
                if piece is not None:
                    self._needs_3V[number, index] = piece.needs
                    self._leaves_V[index] = piece.leaves
                    self._number_V[index] = piece.number
        self._needs_3V = self._needs_3V.to(device)
        self._leaves_V = self._leaves_V.to(device)
        self._number_V = self._number_V.to(device)

    def allowed(self, state: State, room: int) -> Tensor:
        """Return which pieces may come next.

        Parameters
        ----------
        state : State
        room : int
            Pieces that may still be written, the end excluded. Pieces that would leave more
            arguments open than there is room for are refused.

        Returns
        -------
        bool tensor of shape (N, V)
        """
        open_N1 = state.open_N[:, None]
        needs_NV = self._needs_3V[state.number_N]
        # Each open argument takes a piece more, and so does the digit that a sign asks for.
        owed_NV = open_N1 + self._leaves_V + (self._number_V == Number.AFTER_SIGN)
        allowed_NV = (needs_NV <= open_N1) & (owed_NV <= room - 1)
        allowed_NV[:, END] = (state.open_N == 0) & (state.number_N != Number.AFTER_SIGN)
        return allowed_NV

    def advance(self, state: State, pieces_N: Tensor) -> State:
        """Return the state after one more piece each; the end leaves it as it is."""
        ended_N = pieces_N == END
        open_N = torch.where(ended_N, state.open_N, state.open_N + self._leaves_V[pieces_N])
        number_N = torch.where(ended_N, state.number_N, self._number_V[pieces_N])
        return State(open_N, number_N)
