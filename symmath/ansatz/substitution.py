"""Classical substitutions that turn an integrand into a rational function.

``t = tan(x/2)`` (Weierstrass) for rational functions of sines and cosines, ``t**n = a*x + b`` for
rational functions of roots of one linear expression.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr, X
from symmath.expr.rationalise import rationalise_with

MAX_DEGREE = 12


def substitutions(integrand: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield substitutions as (new integrand, inner function), both in x.

    If F is a primitive of the new integrand, F(inner(x)) is one of `integrand`, wherever the inner
    function can be inverted.
    """
    try:
        yield from _half_angle(integrand)
        yield from _root_of_linear(integrand)
    except UnsupportedError:
        return


def _half_angle(integrand: Expr) -> Iterator[tuple[Expr, Expr]]:
    rational, half_angles = rationalise_with(integrand)
    turning = [symbol for symbol, angle in half_angles.items() if X in angle.free_symbols]
    if len(turning) != 1 or X in rational.free_symbols:
        return
    t = turning[0]
    speed = half_angles[t].diff(X)
    if X in speed.free_symbols:
        return
    fixed = {s: symengine.tan(angle) for s, angle in half_angles.items() if s != t}
    new = (rational / ((1 + t**2) * speed)).xreplace({**fixed, t: X})
    yield new, symengine.tan(half_angles[t])


def _radicals(e: Expr, found: dict[Expr, None]) -> None:
    if type(e) is symengine.Pow and e.args[1].is_Rational and not e.args[1].is_Integer:
        if X in e.free_symbols:
            found[e] = None
        return
    for argument in e.args:
        _radicals(argument, found)


def _root_of_linear(integrand: Expr) -> Iterator[tuple[Expr, Expr]]:
    found: dict[Expr, None] = {}
    _radicals(integrand, found)
    bases = {radical.args[0] for radical in found}
    if len(bases) != 1:
        return
    base = bases.pop()
    slope = base.diff(X)
    if X in slope.free_symbols or slope == 0:
        return
    degree = lcm(*(int(radical.args[1].q) for radical in found))
    if degree > MAX_DEGREE:
        return
    t = symengine.Symbol("root")
    offset = base - slope * X
    replaced = integrand.xreplace(
        {**{radical: t ** (radical.args[1] * degree) for radical in found}, X: (t**degree - offset) / slope}
    )
    new = replaced * degree * t ** (degree - 1) / slope
    yield new.xreplace({t: X}), base ** symengine.Rational(1, degree)
