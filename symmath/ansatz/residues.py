"""Primitives of rational functions whose denominators split only over radicals.

An irreducible factor of ``x**n - a`` has the roots ``|a|**(1/n) * exp(i*theta)`` with angles theta that
are rational multiples of pi, and so has ``g(x**m)`` with g quadratic and real roots. Residues there give
the logarithms and arctangents in closed form; what is left of the function has smaller factors, which
undetermined coefficients settle.

References
----------
Bronstein (2005), "Symbolic Integration I", section 2.4 (the logarithmic part, over the splitting field).
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator, Sequence
from math import gcd
from typing import Any, NamedTuple

import symengine
from flint import fmpq, fmpq_poly, fmpz_poly

from symmath.errors import UnsupportedError
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.rational import terms_of

MAX_POWER = 12
MAX_ORDER = 30
"""Largest n of ``x**n - a``."""
_SMALL = 1e-9
_HALF = symengine.Rational(1, 2)

Poly = Any
"""A flint ``fmpq_poly``."""


class _Root(NamedTuple):
    """The root ``radius * exp(i*pi*turn)``, with its conjugate if it is not real."""

    radius: Expr
    turn: Expr


def logarithmic_part(integrand: Expr) -> tuple[Expr, Expr] | None:
    """Split a rational function f of x as ``F' + r`` with F by residues, r with smaller denominator.

    Returns
    -------
    tuple of (Expr, Expr), or None
        F and r; None if `integrand` is no rational function of x over the rationals, or no simple
        factor of its denominator is of the kind.
    """
    sides = _sides(integrand)
    if sides is None:
        return None
    num, den = sides
    total = symengine.Integer(0)
    for poly, multiplicity in _factors(den):
        roots = list(_roots_of(poly)) if multiplicity == 1 and poly.degree() > 2 else []
        if not roots:
            continue
        den //= poly
        # num/(den*poly) = R/poly + rest/den, with R of lower degree than poly.
        numerator = num * den.xgcd(poly)[1] % poly
        num = (num - numerator * den) // poly
        total += _sum_over(numerator * poly.derivative().xgcd(poly)[1] % poly, roots)
    if total == 0:
        return None
    return total, _expr(num) / _expr(den)


def partial_fractions(e: Expr) -> list[Expr]:
    """Return the polynomial part of a rational function of x over the rationals, and its partial fractions.

    Denominators are powers of irreducible polynomials. Nothing is returned of another expression.
    """
    sides = _sides(e)
    if sides is None:
        return []
    num, den = sides
    whole, num = divmod(num, den)
    found = [_expr(whole)] if whole.degree() >= 0 else []
    for poly, multiplicity in _factors(den):
        power = poly**multiplicity
        above = num * (den // power).xgcd(power)[1] % power
        for exponent in range(multiplicity, 0, -1):
            above, digit = divmod(above, poly)
            if digit.degree() >= 0:
                found.append(_expr(digit) / _expr(poly) ** exponent)
    return found


def _sides(e: Expr) -> tuple[Poly, Poly] | None:
    """Return numerator and denominator of a rational function of x over the rationals."""
    try:
        field = Field.of([e, X])
        if list(field.kernels) != [X]:
            return None
        num, den = (_univariate(side) for side in field.fraction(e))
    except UnsupportedError:
        return None
    return num, den


def _factors(den: Poly) -> list[tuple[Poly, int]]:
    """Return the irreducible factors of a polynomial with integer coefficients, and how often each comes."""
    return [(fmpq_poly(f), int(n)) for f, n in fmpz_poly([int(c) for c in den.coeffs()]).factor()[1]]


def _univariate(poly: Any) -> Poly:
    terms = {int(exponents[0]): fmpq(c) for exponents, c in terms_of(poly)}
    return fmpq_poly([terms.get(k, fmpq(0)) for k in range(max(terms, default=0) + 1)])


def _expr(poly: Poly) -> Expr:
    return symengine.Add(*(_rational(c) * X**k for k, c in enumerate(poly.coeffs())))


def _rational(c: fmpq) -> Expr:
    return symengine.Rational(int(c.p), int(c.q))


def _roots_of(factor: Poly) -> Iterator[_Root]:
    """Yield the roots in the upper half-plane of an irreducible polynomial of either kind; none of others."""
    remainder = fmpq_poly([0, 1])
    for n in range(2, MAX_ORDER + 1):
        remainder = remainder * fmpq_poly([0, 1]) % factor
        if remainder.degree() == 0:
            yield from _among(factor, n, _rational(remainder[0]))
            return
    terms = {k: _rational(c) for k, c in enumerate(factor.coeffs()) if c}
    m = gcd(*terms)
    if factor.degree() != 2 * m or m > MAX_POWER:
        return
    a, b, c = terms[2 * m], terms.get(m, symengine.Integer(0)), terms[0]
    discriminant = b**2 - 4 * a * c
    if discriminant > 0:
        for width in (symengine.sqrt(discriminant), -symengine.sqrt(discriminant)):
            yield from _pure(m, (width - b) / (2 * a))


def _pure(n: int, a: Expr) -> Iterator[_Root]:
    """Yield where ``x**n = a`` for a real number a."""
    is_positive = float(a.n(real=True)) > 0
    radius = (a if is_positive else -a) ** symengine.Rational(1, n)
    for k in range(n):
        turn = symengine.Rational(2 * k + (not is_positive), n)
        if turn <= 1:
            yield _Root(radius, turn)


def _among(factor: Poly, n: int, a: Expr) -> Iterator[_Root]:
    """Yield the roots of a factor of ``x**n - a``."""
    size = max(abs(float(c.p) / float(c.q)) for c in factor.coeffs())
    for root in _pure(n, a):
        point = cmath.rect(float(root.radius.n(real=True)), math.pi * float(root.turn))
        value = sum(float(c.p) / float(c.q) * point**k for k, c in enumerate(factor.coeffs()))
        if abs(value) < _SMALL * size * max(1.0, abs(point)) ** factor.degree():
            yield root


def _direction(turn: Expr) -> tuple[Expr, Expr]:
    """Return cosine and sine of ``pi*turn``; of fifths of a right angle by radicals, which have proofs."""
    tenths = 10 * turn
    if not tenths.is_Integer or (2 * turn).is_Integer:
        return symengine.cos(turn * symengine.pi), symengine.sin(turn * symengine.pi)
    k = int(tenths)
    if k % 2:
        # A quarter turn ahead of a whole number of fifths.
        cosine, sine = _direction(symengine.Rational(k - 5, 10))
        return -sine, cosine
    fifths = (k // 2) % 10
    golden = (1 + symengine.sqrt(5)) / 4
    short = symengine.sqrt(10 - 2 * symengine.sqrt(5)) / 4
    cosine = (golden, golden - _HALF)[min(fifths, 10 - fifths, abs(5 - fifths)) - 1]
    sine = short if fifths in (1, 4, 6, 9) else 2 * golden * short
    return (cosine if fifths in (1, 2, 8, 9) else -cosine), (sine if fifths < 5 else -sine)


def _sum_over(residues: Poly, roots: Sequence[_Root]) -> Expr:
    """Sum residue times logarithm over the roots, conjugate ones together.

    Parameters
    ----------
    residues : Poly
        Its value at a root is the residue there.
    roots : sequence of _Root
    """
    terms = []
    for radius, turn in roots:
        real = imaginary = symengine.Integer(0)
        for power, c in enumerate(residues.coeffs()):
            cosine, sine = _direction(turn * power)
            real += _rational(c) * radius**power * cosine
            imaginary += _rational(c) * radius**power * sine
        cosine, sine = _direction(turn)
        across, up = radius * cosine, radius * sine
        if up == 0:
            terms.append(real * symengine.log(X - across))
            continue
        terms.append(real * symengine.log(X**2 - 2 * across * X + radius**2))
        terms.append(-2 * imaginary * symengine.atan((X - across) / up))
    return symengine.Add(*terms)
