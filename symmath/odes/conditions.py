"""Fix the constants of a general solution by initial conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from flint import arb

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import evaluate, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X
from symmath.expr.parse import Condition
from symmath.odes.constants import C1, C2, roots_of
from symmath.odes.equation import Y, holds_symbol
from symmath.odes.quadrature import shortest, tidy

_CHECK_BITS = 200
_TOLERANCE_BITS = 100


def _values(solution: Expr, conditions: Sequence[Condition]) -> list[Expr]:
    """Return what has to vanish."""
    slopes = (solution, solution.diff(X))
    return [slopes[c.order].subs({X: c.point}) - c.value for c in conditions]


def _linear(equations: Sequence[Expr], constants: Sequence[Expr]) -> dict[Expr, Expr] | None:
    """Solve two equations that are linear in two constants by Cramer's rule, or None."""
    rows = [[e.diff(c) for c in constants] for e in equations]
    if any(entry.free_symbols for row in rows for entry in row):
        return None
    (a, b), (c, d) = rows
    determinant = tidy(a * d - b * c)
    if determinant == 0:
        return None
    e, f = (equation.subs(dict.fromkeys(constants, 0)) for equation in equations)
    return {
        constants[0]: tidy((b * f - d * e) / determinant),
        constants[1]: tidy((c * e - a * f) / determinant),
    }


def _solutions(equations: Sequence[Expr], constants: Sequence[Expr]) -> Iterator[dict[Expr, Expr]]:
    """Yield values of the constants that make all equations vanish, one a branch."""
    if not equations or not constants:
        yield {}
        return
    if len(equations) == len(constants) == 2:
        found = _linear(equations, constants)
        if found is not None:
            yield found
            return
    for first, *rest in permutations(equations):
        for constant in constants:
            if not holds_symbol(first, constant):
                continue
            try:
                roots = roots_of(first, constant, constant)
            except (UnsupportedError, RuntimeError):
                continue
            for root in roots:
                others = [c for c in constants if c != constant]
                for more in _solutions([e.subs({constant: root}) for e in rest], others):
                    yield {constant: root.subs(more) if more else root, **more}


def fix_constants(solution: Expr, conditions: Sequence[Condition]) -> Iterator[Expr]:
    """Yield the members of a family that satisfy initial conditions.

    Parameters
    ----------
    solution : Expr
        y in x, c1 and c2; or, if it holds y, an expression that is constant on every solution.
    conditions : sequence of Condition
        As many as there are constants, or fewer.

    Yields
    ------
    Expr
        A solution in the same form; an implicit one vanishes on the curve.
    """
    if holds_symbol(solution, Y):
        (condition, *more) = conditions
        if not more and condition.order == 0:
            yield solution - solution.subs({X: condition.point, Y: condition.value})
        return
    constants = [c for c in (C1, C2) if holds_symbol(solution, c)]
    try:
        for values in _solutions(_values(solution, conditions), constants):
            fixed = shortest(solution.subs(values))
            if satisfies(fixed, conditions):
                yield fixed
    except RuntimeError:
        # symengine met an undefined result: the family is singular at the point.
        return


def satisfies(solution: Expr, conditions: Sequence[Condition]) -> bool:
    """Whether an explicit solution without constants meets the conditions, by ball arithmetic."""
    if holds_symbol(solution, Y):
        return True
    with working_precision(_CHECK_BITS):
        for value in _values(solution, conditions):
            try:
                ball = evaluate(canonical_tokens(value), {}, 1)[0]
            except (PrefixError, UnsupportedError):
                return False
            if not (ball.is_finite() and ball.contains(0) and ball.rad() * arb(2) ** _TOLERANCE_BITS < 1):
                return False
    return True
