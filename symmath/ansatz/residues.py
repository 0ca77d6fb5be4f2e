"""Primitives of rational functions whose denominators split only over radicals.

An irreducible factor of ``x**n - a`` has the roots ``|a|**(1/n) * exp(i*theta)`` with angles theta that
are rational multiples of pi, and so has ``g(x**m)`` with g quadratic and real roots; those of ``g(x**2)``
with complex roots of g are square roots of them. A quartic whose resolvent cubic has a rational root is the
product of two quadratics over a square root (Ferrari). All this up to a shift of x. Residues there give
the logarithms and arctangents in closed form; what is left of the function has smaller factors, which
undetermined coefficients settle. Before, multiple factors are reduced to simple ones.

References
----------
Bronstein (2005), "Symbolic Integration I", sections 2.2 (Hermite reduction, Mack's linear version) and 2.4
(the logarithmic part, over the splitting field).
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator, Sequence
from math import gcd
from typing import Any, NamedTuple

import symengine
from flint import fmpq, fmpq_poly, fmpz, fmpz_poly

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


_Size = tuple[Expr, Expr]
"""An absolute value: base and exponent."""


class _Root(NamedTuple):
    """A root, with its conjugate if it is not real.

    Attributes
    ----------
    powers : sequence of (Expr, Expr)
        Real and imaginary part of its powers, from the zeroth to one less than the polynomial's degree.
    square : Expr
        The square of its absolute value.
    """

    powers: Sequence[tuple[Expr, Expr]]
    square: Expr


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
    total, num, den = _reduced(*sides)
    is_split = False
    for poly, _ in _factors(den):
        shift, roots = _roots_after_shift(poly) if poly.degree() > 2 else (fmpq(0), [])
        if not roots:
            continue
        is_split = True
        den //= poly
        # num/(den*poly) = R/poly + rest/den, with R of lower degree than poly.
        numerator = num * den.xgcd(poly)[1] % poly
        num = (num - numerator * den) // poly
        residues = numerator * poly.derivative().xgcd(poly)[1] % poly
        total += _sum_over(residues(_line(-shift)), roots).subs({X: X + _rational(shift)})
    return (total, _expr(num) / _expr(den)) if is_split else None


def _roots_after_shift(poly: Poly) -> tuple[fmpq, list[_Root]]:
    """Return c and the roots of ``poly(x - c)``; none if it is of neither kind for any c."""
    centre = poly[poly.degree() - 1] / (poly.degree() * poly[poly.degree()])
    for shift in (fmpq(0), centre):
        roots = list(_roots_of(poly(_line(-shift))))
        if roots:
            return shift, roots
    return fmpq(0), []


def _line(c: fmpq) -> Poly:
    """Return x + c."""
    return fmpq_poly([c, 1])


def _reduced(num: Poly, den: Poly) -> tuple[Expr, Poly, Poly]:
    """Reduce multiple factors of a denominator: F, a and d with ``num/den = F' + a/d``, d square-free."""
    total = symengine.Integer(0)
    left = den.gcd(den.derivative())
    simple = den // left
    while left.degree() > 0:
        lower = left.gcd(left.derivative())
        factor = left // lower
        slope = -(simple * left.derivative() // left) % factor
        b = num * slope.xgcd(factor)[1] % factor
        c = (num + b * (simple * left.derivative() // left)) // factor
        num = c - b.derivative() * (simple // factor)
        total += _expr(b) / _expr(left)
        left = lower
    return total, num, simple


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
    terms = {k: _rational(c) for k, c in enumerate(factor.coeffs()) if c}
    if terms.keys() <= {0, 2, 4} and factor.degree() == 4:
        a, b, c = (terms.get(k, symengine.Integer(0)) for k in (4, 2, 0))
        if b**2 < 4 * a * c:
            yield from _roots_of_pair(b / (2 * a), c / a)
            return
    if factor.degree() == 4 and 1 in terms and 3 not in terms:
        yield from _roots_of_quartic(*(terms.get(k, symengine.Integer(0)) / terms[4] for k in (2, 1, 0)))
    remainder = fmpq_poly([0, 1])
    for n in range(2, MAX_ORDER + 1):
        remainder = remainder * fmpq_poly([0, 1]) % factor
        if remainder.degree() == 0:
            for radius, turn in _among(factor, n, _rational(remainder[0])):
                yield _turned(radius, turn, factor.degree())
            return
    m = gcd(*terms)
    if factor.degree() != 2 * m or m > MAX_POWER:
        return
    a, b, c = terms[2 * m], terms.get(m, symengine.Integer(0)), terms[0]
    discriminant = b**2 - 4 * a * c
    if discriminant > 0:
        for width in (_surd(discriminant), -_surd(discriminant)):
            value = (width - b) / (2 * a)
            size = _root_of_sum(m, abs(b / (2 * a)), c / a, value)
            for turn in _turns(m, value):
                yield _turned(size, turn, factor.degree())


def _roots_of_pair(half: Expr, last: Expr) -> Iterator[_Root]:
    """Yield the roots of ``x**4 + 2*half*x**2 + last`` above the real line, which are not imaginary."""
    square = _surd(last)
    second = (-half, _surd(last - half**2))
    up = symengine.sqrt((square + half) / 2)
    for sign in (1, -1):
        across = sign * symengine.sqrt((square - half) / 2)
        # The second power's imaginary part is 2*across*up, which leaves the third one radical a part.
        third = (-across * (square + 2 * half), up * (square - 2 * half))
        powers = [
            (symengine.Integer(1), symengine.Integer(0)),
            (across, up),
            (second[0], sign * second[1]),
            third,
        ]
        yield _Root(powers, square)


def _roots_of_quartic(c2: Expr, c1: Expr, c0: Expr) -> Iterator[_Root]:
    """Yield the roots of ``x**4 + c2*x**2 + c1*x + c0``, if it splits over the square root of a rational."""
    coefficients = [-(c1**2), c2**2 - 4 * c0, 2 * c2, symengine.Integer(1)]
    resolvent = fmpq_poly([fmpq(int(c.p), int(c.q)) for c in coefficients])
    for z in (_rational(root) for root, _ in resolvent.roots() if root > 0):
        p = _surd(z)
        for sign in (1, -1):
            centre, last = -sign * p / 2, (z + c2 - sign * c1 * p / z) / 2
            width = z / 4 - last
            if _is_positive(width):
                for way in (1, -1):
                    yield _by_powers(centre + way * symengine.sqrt(width), symengine.Integer(0))
            else:
                yield _by_powers(centre, symengine.sqrt(-width))
        return


def _by_powers(across: Expr, up: Expr) -> _Root:
    """Return a root of a quartic by its real and imaginary part."""
    powers = [(symengine.Integer(1), symengine.Integer(0))]
    for _ in range(3):
        real, imaginary = powers[-1]
        powers.append(
            (
                symengine.expand(real * across - imaginary * up),
                symengine.expand(real * up + imaginary * across),
            )
        )
    return _Root(powers, symengine.expand(across**2 + up**2))


def _surd(square: Expr) -> Expr:
    """Return the square root of a positive rational, with its square factors drawn out."""
    outside, inside = symengine.Integer(1), int(square.p * square.q)
    for prime, power in fmpz(inside).factor():
        outside *= int(prime) ** (int(power) // 2)
        inside //= int(prime) ** (int(power) // 2 * 2)
    return outside / square.q * symengine.sqrt(symengine.Integer(inside))


def _turned(radius: _Size, turn: Expr, count: int) -> _Root:
    """Return the root ``radius * exp(i*pi*turn)`` with so many powers."""
    directions = [_direction(turn * power) for power in range(count)]
    sizes = [_power(radius, k) for k in range(max(count, 3))]
    powers = [(size * cosine, size * sine) for size, (cosine, sine) in zip(sizes, directions, strict=False)]
    return _Root(powers, sizes[2])


def _power(size: _Size, k: int) -> Expr:
    """Return a power with its whole part multiplied out."""
    base, exponent = size
    whole = int(k * exponent.p) // int(exponent.q)
    outside, inside = symengine.expand(base**whole), base ** (k * exponent - whole)
    # Term by term, or symengine puts both together again.
    return (
        symengine.Add(*(term * inside for term in outside.args))
        if type(outside) is symengine.Add
        else outside * inside
    )


def _turns(n: int, a: Expr) -> Iterator[Expr]:
    """Yield the angles, in half turns, at which ``x**n = a`` for a real number a."""
    for k in range(n):
        turn = symengine.Rational(2 * k + (not _is_positive(a)), n)
        if turn <= 1:
            yield turn


def _is_positive(a: Expr) -> bool:
    return float(a.n(real=True)) > 0


def _root(n: int, a: Expr) -> _Size:
    """Return the n-th root of a positive rational; the sixth one of 4 is the third one of 2."""
    for k in range(n, 1, -1):
        above, below = (fmpz(int(side)).root(k) for side in (a.p, a.q))
        if n % k == 0 and (symengine.Rational(int(above), int(below))) ** k == a:
            return symengine.Rational(int(above), int(below)), symengine.Rational(k, n)
    return a, symengine.Rational(1, n)


def _root_of_sum(n: int, half: Expr, product: Expr, a: Expr) -> _Size:
    """Return the n-th root of the absolute value of a, a root of ``x**2 +- 2*half*x + product``."""
    value = a if _is_positive(a) else -a
    if n % 2 == 0 and product > 0 and (mean := _surd(product)).is_Rational:
        # Both roots together: the sum of their squares is 2*half, their product the mean.
        middle, width = _surd((half + mean) / 2), _surd((half - mean) / 2)
        root = middle + width if _is_positive(value - half) else middle - width
        return root, symengine.Rational(2, n)
    return symengine.expand(value), symengine.Rational(1, n)


def _among(factor: Poly, n: int, a: Expr) -> Iterator[tuple[_Size, Expr]]:
    """Yield radius and angle of the roots of a factor of ``x**n - a``."""
    size = max(abs(float(c.p) / float(c.q)) for c in factor.coeffs())
    radius = _root(n, abs(a))
    for turn in _turns(n, a):
        point = cmath.rect(float(_power(radius, 1).n(real=True)), math.pi * float(turn))
        value = sum(float(c.p) / float(c.q) * point**k for k, c in enumerate(factor.coeffs()))
        if abs(value) < _SMALL * size * max(1.0, abs(point)) ** factor.degree():
            yield radius, turn


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
    for powers, square in roots:
        shares = [_rational(c) for c in residues.coeffs()]
        real, imaginary = (
            _shorter(symengine.Add(*(c * power[side] for c, power in zip(shares, powers, strict=False))))
            for side in (0, 1)
        )
        across, up = powers[1]
        if up == 0:
            terms.append(real * symengine.log(X - across))
            continue
        terms.append(real * symengine.log(X**2 - 2 * across * X + square))
        terms.append(-2 * imaginary * symengine.atan((X - across) / up))
    return symengine.Add(*terms)


def _shorter(constant: Expr) -> Expr:
    return min(constant, symengine.expand(constant), key=lambda e: len(str(e)))
