"""Numbers that are not real, and how to do without them."""

from __future__ import annotations

import symengine

from symmath.expr.expansion import expand
from symmath.expr.operators import Expr
from symmath.expr.plan import split_sum
from symmath.expr.shape import factors_of

UNDEFINED = frozenset({symengine.zoo, symengine.nan, symengine.oo, -symengine.oo})
"""What symengine makes of a division by zero and the like."""
_I = symengine.I


def holds_i(e: Expr) -> bool:
    """Whether a number in an expression is not real."""
    if not e.args or e.is_Number:
        return e.is_Number and not e.is_Rational
    return any(map(holds_i, e.args))


def with_real_roots(e: Expr) -> Expr:
    """Write ``atan(u/sqrt(-a**2 - b**2))/sqrt(-a**2 - b**2)`` by atanh, which is real for real a and b.

    Parameters
    ----------
    e : Expr

    Returns
    -------
    Expr
        `e` itself where no root is that of a negative number for all real arguments, or I would be left.
    """
    # Building an expression anew turns signs, so that is for where there is something to gain.
    turned = _turned(e) if any(map(_is_imaginary, e.atoms(symengine.Pow))) else e
    return e if holds_i(turned) else turned


def _turned(e: Expr) -> Expr:
    if not e.args or e.is_Number:
        return e
    arguments = [_turned(argument) for argument in e.args]
    if type(e) is symengine.atan and not holds_i(-_I * arguments[0]):
        return _I * symengine.atanh(-_I * arguments[0])
    if _is_imaginary(e):
        return _I ** (2 * arguments[1]) * expand(-arguments[0]) ** arguments[1]
    return e.func(*arguments)


def _is_imaginary(e: Expr) -> bool:
    """Whether an expression is an odd power of the square root of what is negative for all real arguments."""
    if type(e) is not symengine.Pow or e.args[1].is_Integer or not (2 * e.args[1]).is_Integer:
        return False
    return _is_negative(e.args[0])


def _is_negative(e: Expr) -> bool:
    """Whether all terms of a sum are negative multiples of even powers; not where there are none."""
    if not e.free_symbols:
        return False
    return all(c < 0 and _is_square(rest) for c, rest in split_sum(e))


def _is_square(e: Expr) -> bool:
    factors = factors_of(e)
    return all(
        f.is_Rational or (type(f) is symengine.Pow and f.args[1].is_Integer and int(f.args[1]) % 2 == 0)
        for f in factors
    )
