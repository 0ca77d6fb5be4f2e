"""The substitutions ``t = x + 1/x`` and ``t = x - 1/x``, under roots too.

``sqrt(x**4 + 1)`` is ``x*sqrt(t**2 - 2)``. They turn some integrals that look elliptic into elementary
ones (Euler).
"""

from __future__ import annotations

from collections.abc import Iterator

import symengine

from symmath.ansatz.roots import Substitution, radicals, tidy
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.rational import Poly, terms_of

_T = symengine.Symbol("sum")
_ONE = symengine.Integer(1)


def sum_with_reciprocal(integrand: Expr) -> Iterator[Substitution]:
    """Take ``t = x + 1/x`` or ``t = x - 1/x`` where ``f/t'`` is a function of t, for positive x."""
    found: dict[Expr, None] = {}
    radicals(integrand, found)
    for sign in (1, -1):
        values, roots = {}, {}
        for number, root in enumerate(found):
            base, exponent = root.args
            degree = _half_degree(base)
            inside = None if degree is None else _in_sum(base / X**degree, sign)
            if inside is None or degree is None or not (power := degree * exponent).is_Integer:
                break
            symbol = symengine.Symbol(f"root_{number}")
            values[root], roots[symbol] = symbol * X**power, inside**exponent
        if len(values) == len(found):
            new = _in_sum(integrand.xreplace(values) / (1 - sign / X**2), sign)
            if new is not None:
                yield tidy(new.xreplace(roots).xreplace({_T: X})), X + sign / X


def _half_degree(base: Expr) -> int | None:
    """Return half the degree of a polynomial in x; None for other expressions and odd degrees."""
    field = Field.of([base, X])
    if set(field.kernels) != {X} or not (fraction := field.fraction(base)).den.is_one():
        return None
    degree = int(fraction.num.degrees()[0])
    return degree // 2 if degree % 2 == 0 else None


def _in_sum(e: Expr, sign: int) -> Expr | None:
    """Write a rational function of x as one of ``t = x + sign/x``; None if it is none."""
    field = Field.of([e, X])
    # With x**2 = t*x - sign both sides are linear in x: (a + b*x)/(c + d*x) is free of x if a*d = b*c.
    (a, b), (c, d) = (_linear(side, field, sign) for side in field.fraction(e))
    if not Field.of([a, b, c, d, _T]).is_zero(a * d - b * c):
        return None
    return tidy(b / d) if not Field.of([d, _T]).is_zero(d) else tidy(a / c)


def _linear(poly: Poly, field: Field, sign: int) -> tuple[Expr, Expr]:
    """Return a and b, functions of t, with ``a + b*x`` for a polynomial in x."""
    index = field.kernels.index(X)
    powers = [(_ONE, symengine.Integer(0))]
    constant = slope = symengine.Integer(0)
    for exponents, coefficient in terms_of(poly):
        degree = int(exponents[index])
        while len(powers) <= degree:
            a, b = powers[-1]
            powers.append((symengine.expand(-sign * b), symengine.expand(a + _T * b)))
        rest = field.monomial([0 if i == index else n for i, n in enumerate(exponents)], coefficient)
        constant, slope = constant + rest * powers[degree][0], slope + rest * powers[degree][1]
    return constant, slope
