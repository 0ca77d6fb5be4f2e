"""Integration by parts, where a logarithm or an inverse function is to be differentiated."""

from __future__ import annotations

from collections.abc import Iterator

import symengine

from symmath.ansatz.basis import PRIMITIVE_LIKE
from symmath.ansatz.modular import vanishes
from symmath.ansatz.roots import tidy
from symmath.errors import UNUSABLE
from symmath.expr.operators import Expr, X
from symmath.expr.special import slope_of

_T = symengine.Symbol("kernel")


def factors(integrand: Expr) -> Iterator[tuple[Expr, Expr, Expr]]:
    """Yield u, v' and w for an integrand ``u*v' + w``, u having a simpler derivative; v' and w hold no u."""
    found: dict[Expr, None] = {}
    stack = [integrand]
    while stack:
        part = stack.pop()
        stack.extend(part.args)
        if type(part) in PRIMITIVE_LIKE and X in part.free_symbols:
            found[part] = None
    for kernel in found:
        named = integrand.xreplace({kernel: _T})
        slope = named.diff(_T)
        if _T not in slope.free_symbols:
            yield kernel, slope, named.subs({_T: 0})
    yield from _beside_functions(integrand)


def _beside_functions(integrand: Expr) -> Iterator[tuple[Expr, Expr, Expr]]:
    """Yield x, v' and w of ``x*v' + w`` with functions v' and w: ``(x + sin(x))/(1 + cos(x))``."""
    names: dict[Expr, Expr] = {}
    named = _named(integrand, names)
    slope = named.diff(X)
    if slope != 0 and X not in slope.free_symbols:
        functions = {name: function for function, name in names.items()}
        yield X, slope.xreplace(functions), named.subs({X: 0}).xreplace(functions)


def _named(e: Expr, names: dict[Expr, Expr]) -> Expr:
    """Give names to the functions of x in a rational expression."""
    if not e.args or X not in e.free_symbols:
        return e
    if type(e) in (symengine.Add, symengine.Mul) or (type(e) is symengine.Pow and e.args[1].is_Integer):
        return e.func(*(_named(argument, names) for argument in e.args))
    return names.setdefault(e, symengine.Symbol(f"function{len(names)}"))


def left(kernel: Expr, primitive: Expr, other: Expr) -> Expr:
    """Return what is left to integrate of ``u*v' + w`` beside ``u*v``, in its simplest form."""
    rest = other - primitive * slope_of(kernel)
    if vanishes(rest):
        return symengine.Integer(0)
    try:
        return tidy(rest)
    except UNUSABLE:
        return rest
