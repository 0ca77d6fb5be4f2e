"""Members of a family at a point where it has no value as it is written, though it may have limits.

Of ``c1 + c2/x`` the constants are finite at zero, of ``c1*sin(x)/x + c2*cos(x)/x`` the multiples of
``sin(x)/x``: what is asked for at the centre of a ball. Of ``(c1 - cos(x))/x`` it is one. And there are
quotients of Bessel's functions, such as solve ``y' = x**2 + y**2``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.bridge import from_sympy, to_sympy
from symmath.expr.conditions import Condition, highest_order, is_infinite, points_of
from symmath.expr.operators import BESSEL, PARAMETERS, Expr, X
from symmath.expr.prefix import length
from symmath.expr.special import derivatives, special_parts
from symmath.odes.constants import C1, CONSTANTS
from symmath.odes.equation import holds_symbol
from symmath.odes.forms import ZERO, is_zero, shortest, spread, tidy
from symmath.odes.limits import by_first_kind, by_first_terms, far_away
from symmath.odes.roots import roots_of
from symmath.odes.system import values_of_constants

MAX_TOKENS, MAX_TOKENS_OF_QUOTIENT = 80, 120
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
    solution = by_first_kind(solution)
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


def members_by_limit(solution: Expr, conditions: Sequence[Condition]) -> Iterator[Expr]:
    """Yield the members of a family by Bessel's functions that have a value as a limit.

    Parameters
    ----------
    solution : Expr
        y in x and c1.
    conditions : sequence of Condition
        One value of y.
    """
    is_bessel = any(part.get_name() in BESSEL for part in special_parts(solution))
    if (
        not is_bessel
        or any(map(is_infinite, points_of(conditions)))
        or len(conditions) != 1
        or conditions[0].order
        or conditions[0].others
    ):
        return
    point, value = conditions[0].point, conditions[0].value
    family = tidy(by_first_kind(solution))
    # A member may be the limit for infinite constants.
    for form in (family, tidy(family.subs({C1: 1 / C1}))):
        if length(form) > MAX_TOKENS_OF_QUOTIENT:
            continue
        right, left = (_constants_at(side, point, value) for side in (form, form.subs({X: 2 * point - X})))
        for i, constant in enumerate(right):
            if i < len(left) and not is_zero(left[i] - constant):
                # Even functions of x, such as make odd ones, go on by another constant on the other side.
                mean, half = (constant + left[i]) / 2, (constant - left[i]) / 2
                constant = shortest(mean) + shortest(half) * symengine.sign(X - point)
            yield shortest(form.subs({C1: constant}))


def _constants_at(family: Expr, point: Expr, value: Expr) -> list[Expr]:
    """Return the values of the constant for which a family has a limit from the right."""
    reached = _limit(family, point)
    if reached is None or not holds_symbol(reached, C1):
        return []
    try:
        return [c for c in roots_of(reached - value, C1, C1) if c != symengine.zoo]
    except (UnsupportedError, RuntimeError):
        return []


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


@lru_cache(maxsize=256)
def _limit(e: Expr, point: Expr) -> Expr | None:
    """Return the limit from the right at a point, by SymPy; None if it is infinite or not found."""
    import sympy

    if X not in e.free_symbols:
        return e
    try:
        x, function = sympy.Symbol("x"), to_sympy(e, parameters=PARAMETERS)
        positive = {symbol: sympy.Dummy(symbol.name, positive=True) for symbol in function.free_symbols}
        plain = {dummy: symbol for symbol, dummy in positive.items()}
        if is_infinite(point):
            # Whether exp(-k*x) goes to zero depends on k; which sign was meant is checked.
            del positive[x]
            far = sympy.oo if point == symengine.oo else -sympy.oo
            found = sympy.limit(far_away(function.xreplace(positive)), x, far).xreplace(plain)
        else:
            if point == 0:
                function = by_first_terms(function.xreplace(positive)).xreplace(plain)
            found = sympy.limit(function, x, to_sympy(point, parameters=PARAMETERS))
        is_value = found.is_finite is not False and not found.has(
            x, sympy.Limit, sympy.nan, sympy.AccumBounds
        )
        return from_sympy(found, parameters=PARAMETERS) if is_value else None
    except (NotImplementedError, ValueError, TypeError, RecursionError, UnsupportedError):
        return None
