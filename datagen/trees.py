"""Random expressions: uniform unary-binary trees, filled from the operator table.

After Lample & Charton (2019), appendix C: every tree shape with n internal nodes is equally
likely, then operators are drawn by weight and leaves are x or a small integer.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import TypeVar

import symengine

from symmath.errors import PrefixError
from symmath.expr.operators import OPERATORS, POWER_WEIGHTS, Expr, Operator, X
from symmath.expr.prefix import apply

_T = TypeVar("_T")

VARIABLE_LEAF_SHARE = 0.75
MAX_LEAF_INTEGER = 5
_MAX_TRIES = 100


def _is_unary(operator: Operator) -> bool:
    """Whether it takes one argument in a tree; so does pow, by a constant (pow2..pow5 of the seed paper)."""
    return operator.arity == 1 or operator.token == "pow"


# Each as often as its weight says, so that one index draws it.
_BINARY = [o for o in OPERATORS if not _is_unary(o) for _ in range(o.weight)]
_UNARY = [o for o in OPERATORS if _is_unary(o) for _ in range(o.weight)]
_POWERS = [symengine.Integer(exponent) for exponent, weight in POWER_WEIGHTS.items() for _ in range(weight)]
_INTEGERS = [symengine.Integer(n) for n in range(-MAX_LEAF_INTEGER, MAX_LEAF_INTEGER + 1) if n]


@cache
def tree_count(empty: int, operators: int) -> int:
    """Count the ways to grow `operators` internal nodes from `empty` open places (appendix C.2)."""
    if empty == 0:
        return 0
    if operators == 0:
        return 1
    return (
        tree_count(empty - 1, operators)
        + tree_count(empty, operators - 1)
        + tree_count(empty + 1, operators - 1)
    )


@cache
def _next_node(empty: int, operators: int) -> tuple[list[tuple[int, int]], list[int]]:
    """Return the choices (leaves before the next operator, its arity) and their counts, added up."""
    choices = [(skipped, arity) for skipped in range(empty) for arity in (1, 2)]
    weights = [tree_count(empty - skipped + arity - 1, operators - 1) for skipped, arity in choices]
    return choices, list(accumulate(weights))


def _choose(rng: random.Random, items: Sequence[_T]) -> _T:
    return items[int(rng.random() * len(items))]


def draw_arities(rng: random.Random, operators: int) -> list[int]:
    """Draw a uniform unary-binary tree as the arities of its nodes in prefix order."""
    arities: list[int] = []
    empty = 1
    for left in range(operators, 0, -1):
        choices, sums = _next_node(empty, left)
        skipped, arity = choices[bisect(sums, rng.random() * sums[-1], 0, len(choices) - 1)]
        arities += [0] * skipped
        arities.append(arity)
        empty += arity - 1 - skipped
    return arities + [0] * empty


def _leaf(rng: random.Random) -> Expr:
    return X if rng.random() < VARIABLE_LEAF_SHARE else _choose(rng, _INTEGERS)


def _apply(operator: Operator, arguments: list[Expr]) -> Expr:
    """Build a node; refuse infinities and imaginary numbers, which the tasks don't pose."""
    e = apply(operator, arguments)
    # Only functions and powers make an imaginary factor where none was; to look takes as long as to build.
    head = e.args[0] if type(e) is symengine.Mul and _is_unary(operator) else e
    if head.is_Number and not head.is_Rational:
        raise PrefixError(f"{e} is not a real expression")
    return e


def _fill(rng: random.Random, arities: list[int]) -> Expr:
    stack: list[Expr] = []
    for arity in reversed(arities):
        if arity == 0:
            stack.append(_leaf(rng))
        elif arity == 1:
            operator = _choose(rng, _UNARY)
            arguments = [stack.pop()]
            if operator.token == "pow":
                arguments.append(_choose(rng, _POWERS))
            stack.append(_apply(operator, arguments))
        else:
            operator = _choose(rng, _BINARY)
            stack.append(_apply(operator, [stack.pop(), stack.pop()]))
    return stack[0]


def draw(rng: random.Random, operators: int) -> Expr:
    """Draw a random expression that depends on x.

    Parameters
    ----------
    rng : random.Random
    operators : int
        Internal nodes of the tree; the expression can be smaller after automatic simplification.

    Returns
    -------
    Expr
        x itself if no tree that depends on x came up (only for very few operators).
    """
    for _ in range(_MAX_TRIES):
        try:
            e = _fill(rng, draw_arities(rng, operators))
        except PrefixError:
            continue
        if X in e.free_symbols:
            return e
    return X
