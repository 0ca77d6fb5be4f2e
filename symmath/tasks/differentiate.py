"""Differentiation: the free task. Its pairs cost nothing, so it can teach an encoder to read expressions.

A pair is held out where its derivative's skeleton is, so that no held-out integral is seen from behind.
"""

from __future__ import annotations

import random

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X
from symmath.tasks.integrate import MAX_DIGIT_RUN, MAX_TARGET_TOKENS, holds, longest_digit_run
from symmath.tasks.task import Draw, Pair, Problem, Propose, Rejection, Task

_MAX_OPERATORS = 9


def residual(problem: Problem, answer: Expr) -> Expr:
    """Return the derivative of the problem less `answer`."""
    return problem.expr.diff(X) - answer


def _tree() -> Propose:
    seen: set[Expr] = set()

    def propose(draw: Draw, rng: random.Random) -> Pair | Rejection:
        e = draw(rng, rng.randint(1, _MAX_OPERATORS))
        if X not in e.free_symbols:
            return Rejection.CONSTANT
        if e in seen:
            return Rejection.DUPLICATE
        seen.add(e)
        try:
            source, target = canonical_tokens(e), canonical_tokens(e.diff(X))
        except (UnsupportedError, PrefixError):
            return Rejection.UNREPRESENTABLE
        if "I" in source or "I" in target:
            return Rejection.UNREPRESENTABLE
        if max(len(source), len(target)) > MAX_TARGET_TOKENS:
            return Rejection.TOO_LONG
        if max(longest_digit_run(source), longest_digit_run(target)) > MAX_DIGIT_RUN:
            return Rejection.LARGE_INTEGER
        if not holds(target, source, rng):
            return Rejection.UNVERIFIED
        return Pair(source=source, target=target, shape=target)

    return propose


TASK = Task(
    name="differentiate",
    mark="<differentiate>",
    answer_symbols=("x",),
    residual=residual,
    generators={"tree": _tree},
)
