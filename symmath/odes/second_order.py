"""Second-order equations that a substitution turns into first-order ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import symengine

from symmath.ansatz.modular import vanishes
from symmath.errors import UnsupportedError
from symmath.expr.operators import OTHER_PARAMETERS, SYMBOL_EXPRS, Expr, X
from symmath.odes.constants import C1, C2
from symmath.odes.equation import DDY, DY, Y, by_derivatives, holds_symbol, numerator
from symmath.odes.first_order import first_order
from symmath.odes.forms import ONE, ZERO, exponential, shortest, tidy
from symmath.odes.integral import integral
from symmath.odes.invert import explicit, level
from symmath.odes.linear import linear_second_order
from symmath.odes.linearise import second_order_without_square
from symmath.odes.substitute import substitutions

MAX_STAGES = 4
_FACTORS = (ONE, X, 1 / X, X**2, X**-2, Y, 1 / Y, Y**-2, X * Y, X / Y)
"""What makes equations exact, beside the coefficient of y''."""


def _explicit_slopes(equation: Expr) -> Iterator[Expr]:
    """Yield explicit solutions of a first-order equation, with c2 for the constant."""
    number = 0
    for found in first_order(equation):
        if not holds_symbol(found, Y):
            yield found.subs({C1: C2})
            number += 1
        if number == MAX_STAGES:
            return


def _integrals_of_family(e: Expr) -> list[Expr]:
    """Integrate what holds the constant c2, or c2**2 or -c2**2 in its place; those without its root first."""
    constant = _stand_in(e)
    families = (constant, constant**2, -(constant**2)) if holds_symbol(e, C2) else (constant,)
    found = [integral(e.xreplace({C2: family})) for family in families]
    return sorted((f.xreplace({constant: C2}) for f in found if f is not None), key=_holds_root_of_constant)


def _holds_root_of_constant(e: Expr) -> bool:
    return any(p.args[0] == C2 and not p.args[1].is_Integer for p in e.atoms(symengine.Pow))


def _integral_of_family(e: Expr) -> Expr | None:
    return next(iter(_integrals_of_family(e)), None)


def _stand_in(e: Expr) -> Expr:
    """Return a parameter for the constant c2: integrals are found of these that aren't of other symbols."""
    unused = (SYMBOL_EXPRS[name] for name in OTHER_PARAMETERS)
    return next((symbol for symbol in unused if not holds_symbol(e, symbol)), C2)


def _without_y(equation: Expr) -> Iterator[Expr]:
    """Solve for v = y' where y is missing, and integrate."""
    if holds_symbol(equation, Y):
        return
    for v in _explicit_slopes(equation.xreplace({DY: Y, DDY: DY})):
        y = _integral_of_family(v)
        if y is not None:
            yield shortest(y) + C1


def slopes_by_y(equation: Expr) -> Iterator[Expr]:
    """Yield families v = y' of an equation without x, in x for y and the constant c2: y'' = v*dv/dy."""
    if not holds_symbol(equation, X):
        # y plays the part of the variable: y -> x, y' -> y, y'' -> y*y'.
        yield from _explicit_slopes(equation.xreplace({DDY: Y * DY, DY: Y, Y: X}))


def _autonomous(equation: Expr) -> Iterator[Expr]:
    """Solve for v(y) = y' where x is missing."""
    for v in slopes_by_y(equation):
        if v == 0:
            continue
        curves = [time.xreplace({X: Y}) - X for time in _integrals_of_family(tidy(1 / v))]
        solved = next(filter(None, (list(explicit(phi)) for phi in curves)), None)
        yield from solved or [level(phi) for phi in curves[:1]]


def _homogeneous_in_y(equation: Expr) -> Iterator[Expr]:
    """Solve for z = y'/y where the equation is homogeneous in y and its derivatives."""
    k = symengine.Symbol("c2")
    try:
        field, poly = numerator(equation, DDY)
    except UnsupportedError:
        return
    e = field.expr(poly)
    scaled = e.xreplace({Y: k * Y, DY: k * DY, DDY: k * DDY})
    if not any(vanishes(scaled - k**n * e) for n in (1, 2, 3, 4)):
        return
    reduced = e.xreplace({Y: symengine.Integer(1), DY: Y, DDY: DY + Y**2})
    for z in _explicit_slopes(reduced):
        area = _integral_of_family(z)
        if area is not None:
            yield C1 * exponential(area)


def _exact(equation: Expr) -> Iterator[Expr]:
    """Solve a first integral ``p(x, y)*y' + r(x, y) = c2``, which usual factors may be needed for."""
    found = by_derivatives(equation)
    if found is None:
        return
    field, parts = found
    leading, *others = (field.expr(parts[m]) if m in parts else ZERO for m in (DDY, DY**2, DY, ONE))
    constant = _stand_in(equation)
    for p in dict.fromkeys(tidy(factor * first) for factor in _FACTORS for first in (leading, ONE)):
        r = _potential(p, *(tidy(p / leading * other) for other in others))
        if r is not None:
            yield from (solution.xreplace({constant: C2}) for solution in first_order(p * DY + r - constant))
            return


def _potential(p: Expr, square: Expr, linear: Expr, rest: Expr) -> Expr | None:
    """Return r with ``(p*y' + r)' = p*y'' + square*y'**2 + linear*y' + rest``, or None."""
    upward = tidy(linear - p.diff(X))
    if not vanishes(square - p.diff(Y)) or not vanishes(upward.diff(X) - rest.diff(Y)):
        return None
    along = integral(upward, Y)
    across = None if along is None else integral(tidy(rest - along.diff(X)))
    return None if along is None or across is None else along + across


_METHODS = (second_order_without_square, _without_y, _autonomous, _homogeneous_in_y, _exact)


def reducible(equation: Expr) -> Iterator[Expr]:
    """Yield proposals for an equation in x, y, y' and y''.

    Yields
    ------
    Expr
        y in x, c1 and c2; or, if it holds y, an expression in x, y and c2 that is constant on
        every solution.
    """
    is_solved = False
    for found in _reduced(equation):
        is_solved = True
        yield found
    if is_solved:
        return
    for substitution in substitutions(equation):
        try:
            new = substitution.equation(equation)
            for found in chain(linear_second_order(new), _reduced(new)):
                yield substitution.back(found)
        except (UnsupportedError, RuntimeError):
            continue


def _reduced(equation: Expr) -> Iterator[Expr]:
    for method in _METHODS:
        try:
            yield from method(equation)
        except (UnsupportedError, RuntimeError):
            continue
