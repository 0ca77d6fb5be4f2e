"""Integrands with constants that are not rational, such as ``1/(x + I)`` or ``sqrt(3*x - pi*x**2)``.

A basis and its coefficients are rational numbers or parameters. So each such constant can be given
the name of a parameter, and put back into what is found. What is found for all values of a parameter
may be undefined for these, as it is for ``exp(I*x)*cos(x)``; so the real and the imaginary part can be
asked for one by one, too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import symengine

from symmath.expr.expansion import expand
from symmath.expr.operators import PARAMETERS, SYMBOL_EXPRS, Expr, X
from symmath.expr.reals import holds_i

_NAMES = [SYMBOL_EXPRS[name] for name in PARAMETERS]
_LARGEST_POWER = 8


def is_irrational(e: Expr) -> bool:
    """Whether an expression is or holds a constant that is no rational, but for the base of exponentials."""
    if not e.args or e.is_Number:
        return not (e.is_Rational or e.is_Symbol)
    if e.args[0] == symengine.E:
        return is_irrational(e.args[1])
    return X not in e.free_symbols or any(map(is_irrational, e.args))


def name_constants(
    e: Expr, is_named: Callable[[Expr], bool] = holds_i
) -> tuple[Expr, dict[Expr, Expr]] | None:
    """Give names to the largest parts without x that hold I, or for which something else is true.

    Returns
    -------
    (Expr, dict) or None
        The named form, and the constant of each name; None if there is nothing to name, or are
        more constants than names, or the names are taken.
    """
    if not is_named(e) or e.free_symbols & set(_NAMES):
        return None
    found: dict[Expr, Expr] = {}

    def named(part: Expr) -> Expr:
        if not is_named(part):
            return part
        if X not in part.free_symbols:
            return found.setdefault(part, _NAMES[min(len(found), len(_NAMES) - 1)])
        if part.args[0] == symengine.E:
            return symengine.exp(named(part.args[1]))
        return part.func(*map(named, part.args))

    shown = named(e)
    return None if len(found) > len(_NAMES) else (shown, {name: value for value, name in found.items()})


def split(e: Expr) -> tuple[Expr, Expr] | None:
    """Split what is a polynomial in I and in exponentials, for real x and parameters.

    Returns
    -------
    (Expr, Expr) or None
        The real and the imaginary part; None if I is elsewhere.
    """
    if not holds_i(e):
        return e, symengine.Integer(0)
    if e.is_Number:
        return e.real_part(), e.imaginary_part()
    if isinstance(e, symengine.Pow):
        return _split_power(*e.args)
    if not isinstance(e, symengine.Add | symengine.Mul):
        return None
    parts = [split(arg) for arg in e.args]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    return reduce(_add if isinstance(e, symengine.Add) else _multiply, found)


def _add(u: tuple[Expr, Expr], v: tuple[Expr, Expr]) -> tuple[Expr, Expr]:
    return u[0] + v[0], u[1] + v[1]


def _multiply(u: tuple[Expr, Expr], v: tuple[Expr, Expr]) -> tuple[Expr, Expr]:
    return expand(u[0] * v[0] - u[1] * v[1]), expand(u[0] * v[1] + u[1] * v[0])


def _split_power(base: Expr, exponent: Expr) -> tuple[Expr, Expr] | None:
    if base == symengine.E:
        arg = split(exponent)
        if arg is None:
            return None
        size = symengine.exp(arg[0])
        return size * symengine.cos(arg[1]), size * symengine.sin(arg[1])
    if exponent.is_Integer and 0 < exponent <= _LARGEST_POWER:
        factor = split(base)
        return factor and reduce(_multiply, [factor] * int(exponent))
    return None
