"""Second-order equations that a substitution turns into first-order ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import symengine

from symmath.ansatz.modular import vanishes
from symmath.errors import UnsupportedError
from symmath.expr.operators import OTHER_SYMBOLS, SYMBOL_EXPRS, Expr, X
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


def _integral_of_family(e: Expr) -> Expr | None:
    """Integrate what holds the constant c2; with c2**2 in its place where that takes an arctangent."""
    for family in (e, e.xreplace({C2: C2**2}), e.xreplace({C2: -(C2**2)})):
        found = integral(family)
        if found is not None:
            return found
    return None


def _without_y(equation: Expr) -> Iterator[Expr]:
    """Solve for v = y' where y is missing, and integrate."""
    if holds_symbol(equation, Y):
        return
    for v in _explicit_slopes(equation.xreplace({DY: Y, DDY: DY})):
        y = _integral_of_family(v)
        if y is not None:
            yield shortest(y) + C1


def _autonomous(equation: Expr) -> Iterator[Expr]:
    """Solve for v(y) = y' where x is missing: y'' = v*dv/dy."""
    if holds_symbol(equation, X):
        return
    # y plays the part of the variable: y -> x, y' -> y, y'' -> y*y'.
    for v in _explicit_slopes(equation.xreplace({DDY: Y * DY, DY: Y, Y: X})):
        if v == 0:
            continue
        time = _integral_of_family(tidy(1 / v))
        if time is None:
            continue
        phi = time.xreplace({X: Y}) - X
        solved = list(explicit(phi))
        yield from solved
        if not solved:
            yield level(phi)


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
    # The constant is a parameter, whose integrals are arctangents where those of c2 aren't found.
    unused = (SYMBOL_EXPRS[name] for name in OTHER_SYMBOLS)
    constant = next((symbol for symbol in unused if not holds_symbol(equation, symbol)), C2)
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
