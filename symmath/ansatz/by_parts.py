"""Integration by parts, where a logarithm or an inverse function is to be differentiated."""

from __future__ import annotations

from collections.abc import Iterator

import symengine

from symmath.ansatz.basis import PRIMITIVE_LIKE
from symmath.ansatz.roots import tidy
from symmath.errors import UNUSABLE
from symmath.expr.operators import Expr, X

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
    if type(integrand) is symengine.Mul and X in integrand.args:
        yield X, integrand / X, symengine.Integer(0)


def left(kernel: Expr, primitive: Expr, other: Expr) -> Expr:
    """Return what is left to integrate of ``u*v' + w`` beside ``u*v``, in its simplest form."""
    rest = other - primitive * kernel.diff(X)
    try:
        return tidy(rest)
    except UNUSABLE:
        return rest
