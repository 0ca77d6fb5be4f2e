"""Differentiation: the free task. Its pairs cost nothing, so it can teach an encoder to read expressions.

A pair is held out where its derivative's skeleton is, so that no held-out integral is seen from behind.
"""

from __future__ import annotations

import random

from symmath.expr.operators import Expr, X
from symmath.tasks.integrate import MAX_TARGET_TOKENS, written
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
        sides = written(e.diff(X), e, rng, longest=MAX_TARGET_TOKENS)
        if isinstance(sides, Rejection):
            return sides
        target, source = sides
        return Pair(source=source, target=target, shape=target)

    return propose


TASK = Task(
    name="differentiate",
    mark="<differentiate>",
    answer_symbols=("x",),
    residual=residual,
    generators={"tree": _tree},
)
