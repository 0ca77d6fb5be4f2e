"""What a task is: a record of functions. Nothing inherits from it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from symmath.ansatz.found import Fit
from symmath.expr.conditions import Condition
from symmath.expr.operators import TOKENS, Expr
from symmath.expr.prefix import Tokens
from symmath.expr.tidy import continuous_forms, shorter_forms
from symmath.odes.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something to solve.

    Attributes
    ----------
    task : str
        Name in `symmath.tasks.TASKS`.
    expr : Expr
        The integrand in x; or an expression in x, y, y', y'' that equals zero.
    variable, function : str
        What the user calls x and y.
    conditions : tuple of Condition
        Initial conditions of a differential equation.
    parameters : tuple of str
        What the user calls `operators.PARAMETERS`, in that order; empty if there are none.
    """

    task: str
    expr: Expr
    variable: str = "x"
    function: str = "y"
    conditions: tuple[Condition, ...] = ()
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A problem and its answer.

    Attributes
    ----------
    source : Tokens
        Prefix tokens of the problem's expression, in the presentation shown to the model.
    target : Tokens
        Prefix tokens of the answer.
    shape : Tokens
        Prefix tokens of the problem's expression in canonical form, whose skeleton decides the split.
    """

    source: Tokens
    target: Tokens
    shape: Tokens


class Rejection(StrEnum):
    """Why a proposed pair was not written."""

    UNREPRESENTABLE = "unrepresentable"
    CONSTANT = "constant"
    TOO_LONG = "too long"
    LARGE_INTEGER = "large integer"
    UNSOLVED = "unsolved"
    UNVERIFIED = "unverified"
    DUPLICATE = "duplicate"
    ALREADY_SOLVED = "already solved"
    HELD_OUT = "held out"


WRITABLE = frozenset(TOKENS) - {"I"}
"""What pairs may hold. symengine writes log(-2) as log(2) + I*pi, which nobody poses."""

Draw = Callable[[random.Random, int], Expr]
"""``draw(rng, operators)``: a random expression in x with that many operators before simplification."""

Propose = Callable[[Draw, random.Random], "Pair | Rejection"]


def _only_itself(expr: Expr, limit: int) -> Sequence[Expr]:
    return (expr,)


def _nothing(expr: Expr, candidates: Sequence[Expr]) -> Iterator[Fit]:
    return iter(())


def _no_forms(answer: Expr) -> Sequence[Expr]:
    return ()


def _as_it_is(answer: Expr) -> Expr:
    return answer


def _unchanged(expr: Expr) -> Sequence[Change]:
    return ()


def _no_remainders(expr: Expr) -> Iterator[tuple[Expr, Expr]]:
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A kind of problem.

    Attributes
    ----------
    name : str
        "integrate", "ode1", ...
    mark : str
        The token that opens a source sequence.
    answer_symbols : tuple of str
        Names an answer may hold.
    residual : Callable
        ``residual(problem, answer)``: zero if and only if `answer` solves `problem`.
    generators : mapping of str to Callable
        Each call makes a fresh `Propose`; its memory, if any, is local to it.
    order : int
        Order of the equation, which is also the number of constants of a general answer; 0 for
        an integral.
    presentations : Callable
        ``presentations(expr, limit)``: at most `limit` equal forms of a problem, the canonical first.
    fit : Callable
        ``fit(expr, candidates)``: answers by undetermined coefficients over the terms of
        candidates and of the problem; of the problem alone if there are no candidates.
    reduce : Callable
        ``reduce(expr)``: partial answers, each with the simpler problem that is left; the answer
        is the sum of the partial one and the simpler problem's.
    changes : Callable
        ``changes(expr)``: an equation for other unknowns and in other variables, the shortest first, each
        with its way back.
    normal : Callable
        ``normal(answer)``: the answer without what says nothing, such as a constant beside ``+ C``.
    shorter : Callable
        ``shorter(answer)``: forms of an answer for people to read, the shortest first. They have yet to
        be verified.
    wider : Callable
        ``wider(answer)``: forms of an answer that may hold where it doesn't, or go on where it
        jumps, to be verified too.
    turned : Callable
        ``turned(answer)``: forms of an answer that are its negative in a part of the line, likewise.
    """

    name: str
    mark: str
    answer_symbols: tuple[str, ...]
    residual: Callable[[Problem, Expr], Expr]
    generators: Mapping[str, Callable[[], Propose]]
    order: int = 0
    presentations: Callable[[Expr, int], Sequence[Expr]] = _only_itself
    fit: Callable[[Expr, Sequence[Expr]], Iterator[Fit]] = _nothing
    reduce: Callable[[Expr], Iterator[tuple[Expr, Expr]]] = _no_remainders
    changes: Callable[[Expr], Sequence[Change]] = _unchanged
    normal: Callable[[Expr], Expr] = _as_it_is
    shorter: Callable[[Expr], Sequence[Expr]] = shorter_forms
    wider: Callable[[Expr], Sequence[Expr]] = continuous_forms
    turned: Callable[[Expr], Sequence[Expr]] = _no_forms

    def encode(self, tokens: Tokens) -> Tokens:
        """Return the source sequence of a problem given as prefix tokens."""
        return [self.mark, *tokens]
