"""Primitives of rational functions whose denominators split only over radicals.

A factor ``g(x**m)`` with g linear, or quadratic with real roots, has the roots
``|z|**(1/m) * exp(i*theta)`` with angles theta that are rational multiples of pi, for each root z of g.
Residues there give the logarithms and arctangents in closed form; what is left of the function has
smaller factors, which undetermined coefficients settle.

References
----------
Bronstein (2005), "Symbolic Integration I", section 2.4 (the logarithmic part, over the splitting field).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import Any, NamedTuple

import symengine
from flint import fmpq, fmpq_poly, fmpz_poly

from symmath.errors import UnsupportedError
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.rational import terms_of

MAX_POWER = 12

Poly = Any
"""A flint ``fmpq_poly``."""


class _Roots(NamedTuple):
    """The roots of ``x**m = z`` and the value of g' at z."""

    power: int
    value: Expr
    slope: Expr


def logarithmic_part(integrand: Expr) -> tuple[Expr, Expr] | None:
    """Split a rational function f of x as ``F' + r`` with F by residues, r with smaller denominator.

    Returns
    -------
    tuple of (Expr, Expr), or None
        F and r; None if `integrand` is no rational function of x over the rationals, or no simple
        factor of its denominator is of the kind.
    """
    try:
        field = Field.of([integrand, X])
        if list(field.kernels) != [X]:
            return None
        num, den = (_univariate(side) for side in field.fraction(integrand))
    except UnsupportedError:
        return None
    total = symengine.Integer(0)
    for factor, multiplicity in fmpz_poly([int(c) for c in den.coeffs()]).factor()[1]:
        poly = fmpq_poly(factor)
        roots = list(_roots_of(poly)) if int(multiplicity) == 1 and poly.degree() > 2 else []
        if not roots:
            continue
        den //= poly
        # num/(den*poly) = R/poly + rest/den, with R of lower degree than poly.
        numerator = num * den.xgcd(poly)[1] % poly
        num = (num - numerator * den) // poly
        total += symengine.Add(*(_sum_over(numerator, root) for root in roots))
    if total == 0:
        return None
    return total, _expr(num) / _expr(den)


def _univariate(poly: Any) -> Poly:
    terms = {int(exponents[0]): fmpq(c) for exponents, c in terms_of(poly)}
    return fmpq_poly([terms.get(k, fmpq(0)) for k in range(max(terms, default=0) + 1)])


def _expr(poly: Poly) -> Expr:
    return symengine.Add(*(_rational(c) * X**k for k, c in enumerate(poly.coeffs())))


def _rational(c: fmpq) -> Expr:
    return symengine.Rational(int(c.p), int(c.q))


def _roots_of(factor: Poly) -> Iterator[_Roots]:
    """Yield where ``g(x**m) = 0``, for g of degree 1, or 2 with real roots; nothing for others."""
    terms = {k: c for k, c in enumerate(factor.coeffs()) if c}
    m = gcd(*terms)
    g = {k // m: _rational(c) for k, c in terms.items()}
    if m < 2 or m > MAX_POWER or 0 not in g:
        return
    if max(g) == 1:
        yield _Roots(m, -g[0] / g[1], g[1])
    elif max(g) == 2:
        a, b, c = g[2], g.get(1, symengine.Integer(0)), g[0]
        discriminant = b**2 - 4 * a * c
        if discriminant > 0:
            for width in (symengine.sqrt(discriminant), -symengine.sqrt(discriminant)):
                yield _Roots(m, (width - b) / (2 * a), width)


def _sum_over(numerator: Poly, roots: _Roots) -> Expr:
    """Sum residue times logarithm over the roots, conjugate ones together.

    At a root t of the factor, where its derivative is ``m * z * g'(z) / t``, the residue is
    ``t * R(t) / (m * z * g'(z))``.
    """
    m, z, slope = roots
    is_positive = float(z.n(real=True)) > 0
    radius = (z if is_positive else -z) ** symengine.Rational(1, m)
    scale = 1 / (m * z * slope)
    terms = []
    for k in range(m):
        turn = symengine.Rational(2 * k + (not is_positive), m)
        if turn > 1:
            continue
        real = imaginary = symengine.Integer(0)
        for power, c in enumerate(numerator.coeffs(), start=1):
            size = _rational(c) * radius**power * scale
            real += size * symengine.cos(turn * power * symengine.pi)
            imaginary += size * symengine.sin(turn * power * symengine.pi)
        across = radius * symengine.cos(turn * symengine.pi)
        up = radius * symengine.sin(turn * symengine.pi)
        if up == 0:
            terms.append(real * symengine.log(X - across))
            continue
        terms.append(real * symengine.log(X**2 - 2 * across * X + radius**2))
        terms.append(-2 * imaginary * symengine.atan((X - across) / up))
    return symengine.Add(*terms)
