"""Members of a linear family that go on through a point where most others are infinite.

Of ``c1 + c2/x`` the constants are finite at zero, of ``c1*sin(x)/x + c2*cos(x)/x`` the multiples of
``sin(x)/x``: what is asked for at the centre of a ball. Of ``(c1 - cos(x))/x`` it is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symmath.errors import UnsupportedError
from symmath.expr.bridge import from_sympy, to_sympy
from symmath.expr.operators import PARAMETERS, Expr, X
from symmath.expr.parse import Condition
from symmath.expr.prefix import length
from symmath.expr.special import slope_of
from symmath.odes.constants import C1, C2, CONSTANTS
from symmath.odes.equation import holds_symbol
from symmath.odes.forms import ZERO, is_zero, shortest, spread

MAX_TOKENS = 80
"""Of a solution: finding a limit can take for ever."""


def regular_members(solution: Expr, conditions: Sequence[Condition]) -> Iterator[Expr]:
    """Yield the member of a family ``c1*u + w`` or ``c1*u + c2*v + w`` that is finite at conditions' points.

    Parameters
    ----------
    solution : Expr
        y in x, c1 and c2.
    conditions : sequence of Condition

    Yields
    ------
    Expr
        A solution without constants, or with c1 where the conditions leave it free; values and slopes at the
        points are limits from the right.
    """
    first, second = solution.diff(C1), solution.diff(C2)
    particular = solution.subs({C1: 0, C2: 0})
    is_linear = spread(solution - C1 * first - C2 * second - particular) == 0
    parts = [part for part in (first, second) if part != 0]
    has_more = any(holds_symbol(particular, constant) for constant in CONSTANTS)
    if not is_linear or has_more or not parts or length(solution) > MAX_TOKENS:
        return
    for point in dict.fromkeys(condition.point for condition in conditions):
        for special in (particular, *_less_singular(particular, parts, point)):
            for part in (*parts, *_less_singular(first, parts[1:], point), ZERO):
                scale = _scale(part, special, conditions)
                if scale is not None:
                    yield shortest(scale * part + special)
                    return


def _less_singular(e: Expr, parts: Sequence[Expr], point: Expr) -> Iterator[Expr]:
    """Yield an expression less such multiples of others that it may be finite at a point."""
    for part in parts:
        ratio = _limit(e / part, point)
        if ratio is not None and ratio != 0:
            yield e - ratio * part


def _scale(part: Expr, particular: Expr, conditions: Sequence[Condition]) -> Expr | None:
    """Return the multiple of a solution that meets conditions together with a particular one."""
    wanted: list[tuple[Expr, Expr]] = []
    for condition in conditions:
        own, other = (_limit(_derivative(e, condition.order), condition.point) for e in (part, particular))
        if own is None or other is None:
            return None
        wanted.append((own, condition.value - other))
    # What is nothing at all points is met by every multiple.
    free = C1 if part != 0 else ZERO
    scale = next((value / own for own, value in wanted if not is_zero(own)), free)
    return scale if all(is_zero(scale * own - value) for own, value in wanted) else None


def _derivative(e: Expr, order: int) -> Expr:
    for _ in range(order):
        e = slope_of(e)
    return e


def _limit(e: Expr, point: Expr) -> Expr | None:
    """Return the limit from the right at a point, by SymPy; None if it is infinite or not found."""
    import sympy

    if X not in e.free_symbols:
        return e
    try:
        x = sympy.Symbol("x")
        found = sympy.limit(to_sympy(e, parameters=PARAMETERS), x, to_sympy(point, parameters=PARAMETERS))
        is_value = found.is_finite is not False and not found.has(
            x, sympy.Limit, sympy.nan, sympy.AccumBounds
        )
        return from_sympy(found, parameters=PARAMETERS) if is_value else None
    except (NotImplementedError, ValueError, TypeError, RecursionError, UnsupportedError):
        return None
