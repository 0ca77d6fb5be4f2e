"""Equations that become linear in u = phi(y).

First order: ``y' = f`` is linear in u if ``phi'(y)*f`` is affine in phi. Second order:
``y'' + a(y)*y'**2 + p(x)*y' + g(x, y) = 0`` loses its square by ``phi' = exp(integral of a)``.
"""

from __future__ import annotations

from collections.abc import Iterator

import symengine

from symmath.ansatz.basis import distinct
from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr
from symmath.odes.constants import C1, C2
from symmath.odes.equation import DDY, DY, Y, by_derivatives, holds_symbol
from symmath.odes.forms import ONE, ZERO, exponential, tidy
from symmath.odes.integral import integral
from symmath.odes.linear import Linear, general_solution
from symmath.odes.roots import isolate, occurrences, roots_of

MAX_INNER = 16
_VALUE = symengine.Symbol("u")


def inner_functions(f: Expr) -> list[Expr]:
    """Return functions of y that an equation holds or that its roots of y suggest."""
    found: dict[Expr, None] = {}
    stack = [f]
    while stack:
        e = stack.pop()
        stack.extend(e.args)
        if e.args and e.free_symbols == {Y} and type(e) not in (symengine.Add, symengine.Mul):
            found[e] = None
            if type(e) is symengine.Pow and e.args[1].is_Rational:
                area = integral(1 / e, Y)
                found.update({} if area is None else {area: None})
    for usual in (1 / Y, symengine.log(Y), symengine.exp(Y), symengine.exp(-Y)):
        found[usual] = None
    return distinct(found, MAX_INNER)


def affine(e: Expr, phi: Expr) -> tuple[Expr, Expr] | None:
    """Return q and r, free of y, with ``e = q*phi + r``; None if there are none."""
    q = tidy(e.diff(Y) / phi.diff(Y))
    if holds_symbol(q, Y):
        return None
    r = tidy(e - q * phi)
    return None if holds_symbol(r, Y) else (q, r)


def inverses(phi: Expr, u: Expr) -> Iterator[Expr]:
    """Yield y with ``phi(y) = u``."""
    try:
        for y in roots_of(phi - _VALUE, Y, Y):
            yield y.xreplace({_VALUE: u})
    except UnsupportedError:
        y = isolate(phi, Y, u) if occurrences(phi, Y) == 1 else None
        if y is not None:
            yield y


def linear_in_function(f: Expr) -> Iterator[tuple[Expr, Expr, Expr]]:
    """Yield phi, p and q with ``u' = p*u + q`` for u = phi(y) on solutions of ``y' = f``."""
    for phi in inner_functions(f):
        parts = affine(phi.diff(Y) * f, phi)
        if parts is not None:
            yield phi, *parts


def second_order_without_square(equation: Expr) -> Iterator[Expr]:
    """Yield solutions of a second-order equation that is linear in a function of y."""
    found = by_derivatives(equation)
    if found is None or DY**2 not in found[1]:
        return
    field, parts = found
    a, p, g = (
        field.factored(field.cancel(parts[m], parts[DDY])) if m in parts else ZERO for m in (DY**2, DY, ONE)
    )
    a, p = tidy(a), tidy(p)
    if a.free_symbols - {Y} or holds_symbol(p, Y):
        return
    area = integral(a, Y)
    phi = None if area is None else integral(tidy(exponential(area)), Y)
    if phi is None:
        return
    affinity = affine(phi.diff(Y) * g, phi)
    if affinity is None:
        return
    u = general_solution(Linear(p, affinity[0], -affinity[1]))
    if u is not None and {C1, C2} <= u.free_symbols:
        yield from inverses(phi, u)
