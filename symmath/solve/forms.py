"""Forms in which an integrand is easier to answer for a network that was trained on simple ones.

Roots of numbers leave it with the variable: in t = (x + 1/20)*20/sqrt(39), 1/sqrt(10*x^2 + x + 1) is a
multiple of 1/sqrt(t^2 + 1), as acos(x/sqrt(7)) is acos(t) in t = x/sqrt(7).
"""

from __future__ import annotations

import symengine

from symmath.expr.expansion import expand
from symmath.expr.operators import Expr, X
from symmath.expr.signs import content

_HALF = symengine.Rational(1, 2)
_ZERO, _ONE = symengine.Integer(0), symengine.Integer(1)


def in_unit_variable(e: Expr) -> tuple[Expr, Expr] | None:
    """Complete the square of the first quadratic, or name the first irrational multiple of x.

    Parameters
    ----------
    e : Expr

    Returns
    -------
    tuple of (Expr, Expr), or None
        The new integrand in x, and the inner function: if F is a primitive of the first, F(inner) is one
        of `e`. None if there is neither, or nothing would change.
    """
    found = _line(e)
    if found is None:
        return None
    shift, width = found
    return width * _changed(e, shift, width), (X + shift) / width


def _quadratic(e: Expr) -> tuple[Expr, Expr, Expr] | None:
    """Return a, b, c of a*x**2 + b*x + c with rational coefficients and a != 0."""
    if type(e) is not symengine.Add or X not in e.free_symbols:
        return None
    slope = e.diff(X)
    a = slope.diff(X) / 2
    if a == 0 or not a.is_Rational:
        return None
    b, c = slope.subs({X: 0}), e.subs({X: 0})
    return (a, b, c) if b.is_Rational and c.is_Rational else None


def _line(e: Expr) -> tuple[Expr, Expr] | None:
    """Return h and w for x = w*t - h; None if nothing would change."""
    if not e.args or X not in e.free_symbols:
        return None
    if (found := _quadratic(e)) is not None:
        a, b, c = found
        root = abs(b**2 - 4 * a * c) ** _HALF
        shift, width = b / (2 * a), root / (2 * abs(a))
        return None if root == 0 or (shift, width) == (0, 1) else (shift, width)
    slope = e.diff(X)
    if X not in slope.free_symbols:
        return None if slope.is_Rational else (e.subs({X: 0}) / slope, 1 / slope)
    return next((line for line in map(_line, e.args) if line is not None), None)


def _changed(e: Expr, shift: Expr, width: Expr) -> Expr:
    """Put x = w*t - h, and take the positive factors of quadratics out of powers and logarithms."""
    if not e.args or X not in e.free_symbols:
        return width * X - shift if e == X else e
    if _quadratic(e) is not None:
        # The linear term is gone from every quadratic around the same middle.
        inside = expand(e.subs({X: width * X - shift}))
        factor = content(inside)
        return factor * expand(inside / factor)
    if X not in e.diff(X).free_symbols:
        return expand(e.subs({X: width * X - shift}))
    arguments = [_changed(argument, shift, width) for argument in e.args]
    if type(e) is symengine.log and type(arguments[0]) is symengine.Mul:
        number = symengine.Mul(*(factor for factor in arguments[0].args if not factor.free_symbols))
        if number != 1 and _is_positive(number):
            return symengine.log(number) + symengine.log(arguments[0] / number)
    return e.func(*arguments)


def _is_positive(number: Expr) -> bool:
    value = complex(number.n(53, real=False))
    return value.imag == 0 and value.real > 0
