"""Substitutions for circular and hyperbolic functions of one angle.

``t = tan(u)``, ``cos(u)`` or ``sin(u)`` (Bioche's rules) and ``t = tan(u/2)`` (Weierstrass), or the same with
hyperbolic functions. Multiples of the angle are written out before. Under roots, too: as sines and cosines of
an even degree are functions of the tangent alone, ``sin(2u)**(1/2)`` is a cosine times ``(2*tan(u))**(1/2)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd, lcm
from typing import NamedTuple

import symengine

from symmath.ansatz.roots import Substitution, radicals, tidy
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.rational import Poly, terms_of
from symmath.expr.rationalise import rationalise_with, split_angle

MAX_MULTIPLE = 8
_T, _C, _S = symengine.symbols("tangent cosine sine")


class _Kind(NamedTuple):
    """Circular or hyperbolic functions: ``cosine**2 + sign*sine**2 = 1``."""

    sine: type[Expr]
    cosine: type[Expr]
    tangent: type[Expr]
    sign: int


_KINDS = (
    _Kind(symengine.sin, symengine.cos, symengine.tan, 1),
    _Kind(symengine.sinh, symengine.cosh, symengine.tanh, -1),
)


class _Form(NamedTuple):
    """An integrand in the symbols for sine and cosine of one angle.

    Attributes
    ----------
    kind : _Kind
    angle, speed : Expr
        The angle and its constant derivative.
    e : Expr
    """

    kind: _Kind
    angle: Expr
    speed: Expr
    e: Expr


def _forms(integrand: Expr) -> Iterator[_Form]:
    """Yield the integrand by sine and cosine of one angle, if x occurs nowhere else."""
    for kind in _KINDS:
        found: dict[Expr, None] = {}
        _collect(integrand, kind, found)
        angles = [split_angle(function.args[0]) for function in found]
        if not angles or {len(angle) for angle in angles} != {1}:
            continue
        units = {unit for ((_, unit),) in angles}
        if len(units) != 1 or X in (slope := (unit := units.pop()).diff(X)).free_symbols:
            continue
        parts = lcm(*(int(multiple.q) for ((multiple, _),) in angles))
        times = [int(multiple * parts) for ((multiple, _),) in angles]
        common = gcd(*times)
        if max(map(abs, times)) > MAX_MULTIPLE * common:
            continue
        values = {f: _written_out(f, kind, n // common) for f, n in zip(found, times, strict=True)}
        if X not in (e := integrand.xreplace(values)).free_symbols:
            yield _Form(kind, unit * common / parts, slope * common / parts, e)


def _collect(e: Expr, kind: _Kind, found: dict[Expr, None]) -> None:
    if type(e) in kind[:3] and X in e.free_symbols:
        found[e] = None
        return
    for argument in e.args:
        _collect(argument, kind, found)


def _written_out(function: Expr, kind: _Kind, times: int) -> Expr:
    """Write a function of a multiple of the angle by sine and cosine of the angle."""
    cosine, sine = _C, _S
    for _ in range(abs(times) - 1):
        cosine, sine = cosine * _C - kind.sign * sine * _S, sine * _C + cosine * _S
    sine = sine if times > 0 else -sine
    cosine, sine = symengine.expand(cosine), symengine.expand(sine)
    if type(function) is kind.tangent:
        return sine / cosine
    return sine if type(function) is kind.sine else cosine


def tangent(integrand: Expr) -> Iterator[Substitution]:
    """Take t = tan(u), or tanh(u), where sines and cosines of u make an even degree together."""
    return _tangents(integrand, is_exact=True)


def tangent_beside_sign(integrand: Expr) -> Iterator[Substitution]:
    """Take it where that holds for positive cosines only, as in ``cos(u)*sin(2*u)**(1/2)``."""
    return _tangents(integrand, is_exact=False)


def _tangents(integrand: Expr, *, is_exact: bool) -> Iterator[Substitution]:
    for kind, angle, speed, e in _forms(integrand):
        square = 1 + kind.sign * _T**2
        named = _with_named_roots(e, square)
        # dx = C**2*dt/speed.
        found = None if named is None else _homogeneous(named.e * _C**2, square)
        if found is None or named is None or found[1] % 2 or named.is_exact is not is_exact:
            continue
        new = (found[0] * square ** (-found[1] // 2)).xreplace(named.roots)
        yield tidy((new / speed).xreplace({_T: X})), kind.tangent(angle)


class _Named(NamedTuple):
    """An expression in which symbols stand for the roots, with these in the tangent.

    Attributes
    ----------
    e : Expr
    roots : dict of Expr to Expr
    is_exact : bool
        Whether no odd power of the cosine was drawn out of a root, where it is taken for positive.
    """

    e: Expr
    roots: dict[Expr, Expr]
    is_exact: bool


def _with_named_roots(e: Expr, square: Expr) -> _Named | None:
    """Write each root of sine and cosine by the tangent, times a power of the cosine, if all are such."""
    found: dict[Expr, None] = {}
    radicals(e, found, {_C, _S})
    values, roots, is_exact = {}, {}, True
    for number, root in enumerate(found):
        base, exponent = root.args
        split = _homogeneous(base, square)
        if split is None or not (degree := split[1] * exponent).is_Integer:
            return None
        symbol = symengine.Symbol(f"root_{number}")
        values[root], roots[symbol] = symbol * _C**degree, split[0] ** exponent
        is_exact &= int(degree) % 2 == 0
    return _Named(e.xreplace(values), roots, is_exact)


def _homogeneous(e: Expr, square: Expr) -> tuple[Expr, int] | None:
    """Write a rational function of sine and cosine as a function of the tangent times a power of the cosine.

    Returns
    -------
    tuple of (Expr, int), or None
        The function and the power; None if its degrees aren't all even, or all odd.
    """
    field = Field.of([e, _C, _S])
    above, below = (_side(side, field, square) for side in field.fraction(e))
    if above is None or below is None:
        return None
    return tidy(above[0] / below[0]), above[1] - below[1]


def _side(poly: Poly, field: Field, square: Expr) -> tuple[Expr, int] | None:
    sine, cosine = field.kernels.index(_S), field.kernels.index(_C)
    degrees = [int(exponents[sine]) + int(exponents[cosine]) for exponents, _ in terms_of(poly)]
    top = max(degrees, default=0)
    if any((top - degree) % 2 for degree in degrees):
        return None
    terms = [
        field.monomial(exponents, coefficient) * square ** ((top - degree) // 2)
        for (exponents, coefficient), degree in zip(terms_of(poly), degrees, strict=True)
    ]
    return symengine.Add(*terms).xreplace({_S: _T, _C: symengine.Integer(1)}), top


def odd(integrand: Expr) -> Iterator[Substitution]:
    """Take t = cos(u) where sines of u have an odd degree, t = sin(u) where cosines have; or cosh, sinh."""
    for kind, angle, speed, e in _forms(integrand):
        # C**2 + sign*S**2 = 1, and C' = -sign*S.
        sign = kind.sign
        for new, other, square, factor, inner in (
            (_C, _S, sign * (1 - _C**2), -sign, kind.cosine(angle)),
            (_S, _C, 1 - sign * _S**2, 1, kind.sine(angle)),
        ):
            even = _with_squares(tidy(e / other, is_factored=False), other, square)
            if other not in even.free_symbols:
                yield tidy((factor * even / speed).xreplace({new: X})), inner


def _with_squares(e: Expr, symbol: Expr, square: Expr) -> Expr:
    """Replace even powers of a symbol."""
    if type(e) is symengine.Pow and e.args[0] == symbol and e.args[1].is_Integer and int(e.args[1]) % 2 == 0:
        return square ** (e.args[1] / 2)
    return e.func(*(_with_squares(a, symbol, square) for a in e.args)) if e.args and not e.is_Number else e


def half_angle(integrand: Expr) -> Iterator[Substitution]:
    """Take t = tan(u/2) for rational functions of sines and cosines of one angle."""
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
