"""New functions of a primitive: arctangents, arcsines and logarithms from quadratic expressions.

Factors of the integrand's denominator and radicands of its roots say which.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import symengine
from flint import fmpq

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.expansion import expand
from symmath.expr.kernels import Field, square_root
from symmath.expr.operators import Expr, X
from symmath.expr.rational import Fraction, factorised, terms_of

_ONE = symengine.Integer(1)
_SMALL_PRIMES = (2, 3, 5, 7, 11, 13)


def arcs_of_root(root: Expr) -> Iterator[Expr]:
    """Yield arcsines, arctangents and logarithms whose derivatives hold the root of a quadratic."""
    try:
        inner = Field.of([root.args[0], X])
        radicand = inner.fraction(root.args[0])
    except UnsupportedError:
        return
    yield from _arcs_of_square(inner, radicand, root)
    if not radicand.den.is_one():
        return
    for index, kernel in enumerate(inner.kernels):
        parts = _quadratic(radicand.num, index)
        if parts is None:
            continue
        a, b, c = (inner.expr(part) for part in parts)
        slope = 2 * a * kernel + b
        if is_negative(a):
            discriminant = expand(b**2 - 4 * a * c)
            both = (
                _guarded(lambda s=slope, d=discriminant: symengine.asin(-s / symengine.sqrt(d)), a),
                _guarded(lambda s=slope, a=a, r=root: symengine.atan(s / (2 * square_root(-a) * r)), a),
            )
            # With parameters, an arcsine's root would be another one.
            yield from chain(*(both[::-1] if (discriminant.free_symbols | a.free_symbols) - {X} else both))
        else:
            yield from _guarded(lambda s=slope, a=a, r=root: symengine.log(s + 2 * square_root(a) * r), a)
        # The root of a root is in no basis.
        is_plain = c.is_Rational or not c.atoms(symengine.Pow) or bool(c.free_symbols)
        if c != 0 and is_plain and X not in c.free_symbols:
            yield from _guarded(
                lambda c=c, b=b, k=kernel, r=root: symengine.log(
                    (2 * c + b * k + 2 * square_root(c) * r) / k
                ),
                c,
            )
            yield from _guarded(
                lambda c=c, b=b, k=kernel, r=root: symengine.atan(
                    (2 * c + b * k) / (2 * square_root(-c) * r)
                ),
                c,
            )


def arcs_at_pole(root: Expr, factor: Expr) -> Iterator[Expr]:
    """Yield the arc that a linear factor of the denominator brings beside the root of a quadratic.

    With the pole at p, v the radicand there and w its slope, that is the logarithm of
    ``(2*v + w*(x - p) + 2*sqrt(v)*root) / (x - p)``, or an arctangent where v is negative.
    """
    slope = factor.diff(X)
    radicand = expand(root.args[0])
    if not slope.is_Rational or slope == 0 or radicand.diff(X, 3) != 0:
        return
    pole = -factor.subs({X: 0}) / slope
    v, w = radicand.subs({X: pole}), radicand.diff(X).subs({X: pole})
    if not v.is_Rational or v == 0:
        return
    line = expand(2 * v + w * (X - pole))
    base = root.args[0] ** (_ONE / 2)
    if v > 0:
        yield from _guarded(lambda: symengine.log((line + 2 * symengine.sqrt(v) * base) / (X - pole)), v)
    else:
        yield from _guarded(lambda: symengine.atan(line / (2 * symengine.sqrt(-v) * base)), v)


def is_negative(e: Expr) -> bool:
    """Whether an expression is a negative number, or for positive parameters one by its sign."""
    coefficient = e.args[0] if type(e) is symengine.Mul else e
    return bool(coefficient.is_Rational and coefficient < 0)


def _guarded(build: Any, square: Expr | int = 1) -> Iterator[Expr]:
    """Yield what `build` makes, or nothing where it is undefined.

    Where the square root of `square` is irrational, that multiple comes first: the derivative of
    atan(x/sqrt(3)) has an irrational coefficient, that of sqrt(3)*atan(x/sqrt(3)) has not. So does a part
    by the root of another constant, such as pi.
    """
    try:
        term = build()
    except (RuntimeError, ZeroDivisionError, PrefixError, UnsupportedError):
        return
    number = symengine.Integer(1) * square
    scale = symengine.sqrt(abs(number)) if number.is_Rational else _ONE
    if not scale.is_Rational:
        yield scale * term
    elif not number.is_Rational and not number.free_symbols:
        yield term / symengine.sqrt(number)
    yield term


def _quadratic(poly: Any, index: int) -> tuple[Any, Any, Any] | None:
    """Return a, b, c of ``a k**2 + b k + c`` in kernel `index`, or None if it isn't of degree 2."""
    if poly.degrees()[index] != 2:
        return None
    zero = poly - poly
    parts = [zero, zero, zero]
    ring = poly.context()
    for exponents, coefficient in terms_of(poly):
        degree = exponents[index]
        rest = tuple(0 if i == index else n for i, n in enumerate(exponents))
        parts[degree] += ring.from_dict({rest: coefficient})
    return parts[2], parts[1], parts[0]


def _arcs_of_square(field: Field, radicand: Fraction, root: Expr) -> Iterator[Expr]:
    """Yield asin(u), asinh(u) and acosh(u) where the radicand is 1 - u**2, u**2 + 1 or u**2 - 1."""
    num, den = radicand.num, radicand.den
    below, scale = _square_root(den)
    if below is None:
        return
    kinds = ((symengine.asin, den - num), (symengine.asinh, num - den), (symengine.acosh, num + den))
    for function, square in kinds:
        above, content = _square_root(square)
        if above is None or content * scale < 0:
            continue
        u = field.expr(above) / field.expr(below) * symengine.sqrt(symengine.Rational(content, scale))
        yield from _guarded(lambda g=function, u=u: g(u), symengine.Rational(content, scale))
        if function is not symengine.asin:
            yield from _guarded(lambda u=u: symengine.log(u + root), symengine.Rational(content, scale))


def arctangents(field: Field, factor: Any) -> Iterator[Expr]:
    """Yield the arctangents and logarithms that a factor of a denominator brings."""
    yield from _of_biquadratic(field, factor)
    square, content = _square_root(factor - 1)
    if square is not None and content > 0:
        yield symengine.atan(field.expr(square) * symengine.sqrt(symengine.Integer(content)))
    for index, kernel in enumerate(field.kernels):
        # A parameter's arctangent, atan(a/x) for atan(x/a), would be as good but for its jump.
        parts = _quadratic(factor, index) if X in kernel.free_symbols else None
        if parts is None:
            continue
        a, b, c = parts
        root, content = _square_root(b * b - 4 * a * c)
        if root is None:
            slope = field.expr(2 * a) * kernel + field.expr(b)
            yield from _with_irrational_width(slope, field.expr(4 * a * c - b * b))
            continue
        slope = field.expr(2 * a) * kernel + field.expr(b)
        width = field.expr(root) * symengine.sqrt(symengine.Integer(abs(content)))
        if content < 0:
            yield from _guarded(lambda s=slope, w=width: symengine.atan(expand(s / w)), content)
        else:
            yield from _guarded(
                lambda s=slope, w=width: symengine.log(expand(s - w)) - symengine.log(expand(s + w)),
                content,
            )


def _with_irrational_width(slope: Expr, square: Expr) -> Iterator[Expr]:
    """Yield the arctangent or logarithm of ``slope**2 + square`` for a constant like pi.

    Parameters are left alone: their roots make an equation's solution longer than it need be.
    """
    if square.free_symbols:
        return
    if float(square.n(real=True)) > 0:
        width = symengine.sqrt(square)
        yield from _guarded(lambda: symengine.atan(slope / width) / width)
    else:
        across = symengine.sqrt(-square)
        yield from _guarded(lambda: (symengine.log(slope - across) - symengine.log(slope + across)) / across)


def _square_root(poly: Any) -> tuple[Any | None, int]:
    """Return s and r with ``poly = r * s**2``, r an integer; None where there is no such s."""
    if poly.is_zero():
        return None, 0
    content, factors = factorised(poly)
    root = poly.context().constant(1)
    for factor, n in factors:
        if n % 2:
            return None, 0
        root *= factor ** (int(n) // 2)
    if fmpq(content).q != 1:
        return None, 0
    content, square = int(content), 1
    for prime in _SMALL_PRIMES:
        while content % prime**2 == 0:
            content, square = content // prime**2, square * prime
    return root * square, content


def _of_biquadratic(field: Field, factor: Any) -> Iterator[Expr]:
    """Split ``a k**4 + b k**2 + c`` into two real quadratics with one irrational coefficient.

    With s = sqrt(c/a) rational, it is a (k**2 + s)**2 - (2 a s - b) k**2.
    """
    for index, k in enumerate(field.kernels):
        terms = {exponents[index]: (exponents, c) for exponents, c in terms_of(factor)}
        is_even = set(terms) <= {0, 2, 4} and 4 in terms and 0 in terms
        if not is_even or len(factor) != len(terms) or any(sum(e) != n for n, (e, _) in terms.items()):
            continue
        a, b, c = (symengine.Integer(int(terms[n][1]) if n in terms else 0) for n in (4, 2, 0))
        s = symengine.sqrt(c / a)
        width = (2 * a * s - b) / a if s.is_Rational else None
        if width is None or width <= 0:
            continue
        root = symengine.sqrt(width)
        rest = 4 * s - width
        for sign in (1, -1):
            quadratic = k**2 + sign * root * k + s
            yield from _guarded(lambda q=quadratic: symengine.log(q), width)
            if rest > 0:
                slope = 2 * k + sign * root
                yield from _guarded(
                    lambda u=slope, r=rest: symengine.atan(expand(u / symengine.sqrt(r))), rest
                )
