"""Solve an equation for a symbol: where it occurs once, through one kernel, or beside one square root.

After Lample & Charton (2019), section 4.2: a symbol that occurs once is isolated by inverting the path
from the root of the expression to it. Beyond the paper, one that enters an equation through a power of
one function or root, or through a quadratic, is isolated as well, however often it occurs. Inversion takes
one branch, and squaring may add a root; whether it was the right one is for the caller to check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import symengine

from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.rational import Poly, factorised
from symmath.odes.equation import by_powers, holds_symbol, numerator

_ZERO = symengine.Integer(0)
_HALF = symengine.Rational(1, 2)
_MAX_FACTORED = 60
"""Terms of a polynomial that squares are looked for in."""

_INVERSES: dict[type[Expr], Callable[[Expr], Expr]] = {
    type(getattr(symengine, name)(X)): getattr(symengine, inverse)
    for a, b in (
        ("log", "exp"),
        ("sin", "asin"),
        ("cos", "acos"),
        ("tan", "atan"),
        ("sinh", "asinh"),
        ("cosh", "acosh"),
        ("tanh", "atanh"),
    )
    for name, inverse in (((a, b),) if a == "log" else ((a, b), (b, a)))
} | {
    # What symengine makes of tan(x + pi/2).
    type(symengine.cot(X)): lambda value: symengine.pi / 2 - symengine.atan(value)
}


def occurrences(e: Expr, symbol: Expr) -> int:
    """Count the places of `symbol` in the tree of `e`."""
    if not holds_symbol(e, symbol):
        return 0
    return 1 if e == symbol else sum(occurrences(arg, symbol) for arg in e.args)


def isolate(e: Expr, symbol: Expr, value: Expr) -> Expr | None:
    """Solve ``e = value`` for a symbol that occurs once in `e`, on one branch.

    Parameters
    ----------
    e : Expr
    symbol : Expr
    value : Expr
        Free of `symbol`.

    Returns
    -------
    Expr or None
        None if an operator on the path can't be inverted.
    """
    while e != symbol:
        kind = type(e)
        if kind in (symengine.Add, symengine.Mul):
            others = [arg for arg in e.args if not holds_symbol(arg, symbol)]
            (e,) = (arg for arg in e.args if holds_symbol(arg, symbol))
            other = kind(*others)
            value = value - other if kind is symengine.Add else value / other
        elif kind is symengine.Pow:
            base, exponent = e.args
            if holds_symbol(base, symbol):
                e, value = base, value ** (1 / exponent)
            else:
                e, value = exponent, symengine.log(value)
                if base != symengine.E:
                    value /= symengine.log(base)
        elif kind in _INVERSES:
            e, value = e.args[0], _INVERSES[kind](value)
        else:
            return None
    return value


def _square_root(field: Field, poly: Poly) -> Expr:
    """Return one of the two square roots, with what is a square before the root."""
    if len(poly) > _MAX_FACTORED or poly.is_zero():
        return symengine.sqrt(field.expr(poly))
    content, factors = factorised(poly)
    outside, inside = poly.context().constant(1), poly.context().constant(content)
    for factor, power in factors:
        outside *= factor ** (power // 2)
        inside *= factor ** (power % 2)
    return field.expr(outside) * symengine.sqrt(field.expr(inside))


def _squared(field: Field, groups: Mapping[tuple[int, ...], Poly]) -> Expr | None:
    """Return ``p**2 - q**2*r`` for ``p + q*sqrt(r)``; None if there is no square root, or several."""
    inside = {i for key in groups for i, n in enumerate(key) if n}
    roots = [i for i in inside if field.kernels[i].args[1:] == (_HALF,)]
    if len(roots) != 1:
        return None
    (index,) = roots
    parts = [_ZERO, _ZERO]
    for key, group in groups.items():
        power, is_odd = divmod(key[index], 2)
        rest = field.monomial((*key[:index], 2 * power, *key[index + 1 :]), 1)
        parts[is_odd] += field.expr(group) * rest
    return parts[0] ** 2 - parts[1] ** 2 * field.kernels[index].args[0]


def roots_of(e: Expr, symbol: Expr, top: Expr) -> list[Expr]:
    """Solve ``e = 0`` for a symbol that occurs once, or through one kernel in a power of it or a quadratic.

    One square root is squared away first.

    Parameters
    ----------
    e : Expr
    symbol : Expr
    top : Expr
        A symbol of the equation; factors of `e` without it are taken to be non-zero.

    Returns
    -------
    list of Expr
        One root a branch; empty if the symbol enters otherwise.

    Raises
    ------
    UnsupportedError
        If `e` is beyond exact arithmetic.
    """
    field, poly = numerator(e, top)
    groups = by_powers(field, poly, symbol)
    indices = {i for key in groups for i, n in enumerate(key) if n}
    if len(indices) != 1:
        # A power 3/2 is two kernels.
        if occurrences(e, symbol) == 1:
            root = isolate(e, symbol, _ZERO)
            return [] if root is None else [root]
        squared = _squared(field, groups)
        return [] if squared is None else roots_of(squared, symbol, top)
    (index,) = indices
    kernel = field.kernels[index]
    if occurrences(kernel, symbol) != 1:
        return []
    by_degree = {key[index]: group for key, group in groups.items()}
    zero = poly.context().constant(0)
    degrees = sorted(degree for degree in by_degree if degree)
    if degrees == [2] and kernel == symbol:
        root = _square_root(field, -by_degree.get(0, zero) * by_degree[2]) / field.expr(by_degree[2])
        return [root, -root]
    if len(degrees) == 1:
        values = [field.expr(field.cancel(-by_degree.get(0, zero), by_degree[degrees[0]]))]
    elif degrees[1:] == [2 * degrees[0]]:
        a, b, c = by_degree[degrees[1]], by_degree[degrees[0]], by_degree.get(0, zero)
        root = _square_root(field, b * b - 4 * a * c)
        values = [(sign * root - field.expr(b)) / (2 * field.expr(a)) for sign in (1, -1)]
    else:
        return []
    found = [isolate(kernel ** degrees[0], symbol, value) for value in values]
    if degrees[0] % 2 == 0:
        found += [isolate(kernel, symbol, -(value ** symengine.Rational(1, degrees[0]))) for value in values]
    return [root for root in found if root is not None]


def solve_for(e: Expr, symbol: Expr, top: Expr) -> Expr | None:
    """Return the first of `roots_of`, or None."""
    return next(iter(roots_of(e, symbol, top)), None)
