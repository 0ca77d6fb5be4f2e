"""Members of a linear family that go on through a point where most others are infinite.

Of ``c1 + c2/x`` the constants are finite at zero, of ``c1*sin(x)/x + c2*cos(x)/x`` the multiples of
``sin(x)/x``: what is asked for at the centre of a ball. Of ``(c1 - cos(x))/x`` it is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.bridge import from_sympy, to_sympy
from symmath.expr.conditions import Condition, highest_order, points_of
from symmath.expr.operators import PARAMETERS, Expr, X
from symmath.expr.prefix import length
from symmath.expr.special import derivatives
from symmath.odes.constants import CONSTANTS
from symmath.odes.forms import ZERO, is_zero, shortest, spread
from symmath.odes.system import values_of_constants

MAX_TOKENS = 80
"""Of a solution: finding a limit can take for ever."""


def regular_members(solution: Expr, conditions: Sequence[Condition]) -> Iterator[Expr]:
    """Yield the member of a family, linear in its constants, that is finite at conditions' points.

    Parameters
    ----------
    solution : Expr
        y in x, c1, c2, ...
    conditions : sequence of Condition

    Yields
    ------
    Expr
        A solution without constants, or with those that the conditions leave free; values and slopes at the
        points are limits from the right.
    """
    parts = [part for part in (solution.diff(constant) for constant in CONSTANTS) if part != 0]
    nothing = solution.subs(dict.fromkeys(CONSTANTS, ZERO))
    terms = symengine.Add(*(c * solution.diff(c) for c in CONSTANTS))
    if not parts or spread(solution - terms - nothing) != 0 or length(solution) > MAX_TOKENS:
        return
    for point in points_of(conditions):
        columns: list[tuple[Expr, list[Expr]]] = []
        for i, part in enumerate(parts):
            found = _limits((part, *_less_singular(part, parts[i + 1 :], point)), conditions)
            columns += [found] if found is not None else []
        special = _limits((nothing, *_less_singular(nothing, parts, point)), conditions)
        if special is None:
            continue
        constants = CONSTANTS[: len(columns)]
        wanted = [
            symengine.Add(*(c * column[row] for c, (_, column) in zip(constants, columns, strict=True)))
            + special[1][row]
            - condition.value
            for row, condition in enumerate(conditions)
        ]
        for values in values_of_constants(wanted, constants):
            if all(is_zero(e.subs(values)) for e in wanted):
                member = symengine.Add(
                    special[0], *(values.get(c, c) * y for c, (y, _) in zip(constants, columns, strict=True))
                )
                yield shortest(member)
                return


def _less_singular(e: Expr, parts: Sequence[Expr], point: Expr) -> Iterator[Expr]:
    """Yield an expression less such multiples of others that it may be finite at a point."""
    for part in parts:
        ratio = _limit(e / part, point)
        if ratio is not None and ratio != 0:
            yield e - ratio * part


def _limits(forms: Sequence[Expr], conditions: Sequence[Condition]) -> tuple[Expr, list[Expr]] | None:
    """Return the first of some functions that is finite where conditions are, with what they are on."""
    for e in forms:
        slopes = derivatives(e, highest_order(conditions))
        limits = [[_limit(slopes[term.order], term.point) for term in c.terms] for c in conditions]
        if not any(None in row for row in limits):
            pairs = [zip(c.terms, row, strict=True) for c, row in zip(conditions, limits, strict=True)]
            return e, [symengine.Add(*(term.factor * value for term, value in row)) for row in pairs]
    return None


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
