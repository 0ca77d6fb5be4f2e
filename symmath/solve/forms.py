"""Forms in which an integrand is easier to answer for a network that was trained on simple ones.

Roots of numbers leave it with the variable: in t = (x + 1/20)*20/sqrt(39), 1/sqrt(10*x^2 + x + 1) is a
multiple of 1/sqrt(t^2 + 1), as acos(x/sqrt(7)) is acos(t) in t = x/sqrt(7). Powers and products of sines and
cosines become sums of single ones.
"""

from __future__ import annotations

import symengine

from symmath.expr.expansion import count_terms, expand
from symmath.expr.operators import Expr, X
from symmath.expr.shape import factors_of, summands_of
from symmath.expr.signs import content

MAX_DEGREE = 6
"""Of a product of sines and cosines that is written out."""
MAX_TERMS = 24
"""Of an expanded sum in which products are written out."""
_HALF = symengine.Rational(1, 2)
_ZERO, _ONE = symengine.Integer(0), symengine.Integer(1)

Waves = dict[Expr, tuple[Expr, Expr]]
"""A sum of p*cos(u) + q*sin(u): p and q of each angle u."""


def in_unit_variable(e: Expr) -> tuple[Expr, Expr] | None:
    """Complete the square of the first quadratic, or name the first irrational multiple of x.

    Parameters
    ----------
    e : Expr

    Returns
    -------
    tuple of (Expr, Expr), or None
        The new integrand in x, and the inner function: if F is a primitive of the first, F(inner) is one
        of `e`. None if there is neither, or nothing would change.
    """
    found = _line(e)
    if found is None:
        return None
    shift, width = found
    return width * _changed(e, shift, width), (X + shift) / width


def _quadratic(e: Expr) -> tuple[Expr, Expr, Expr] | None:
    """Return a, b, c of a*x**2 + b*x + c with rational coefficients and a != 0."""
    if type(e) is not symengine.Add or X not in e.free_symbols:
        return None
    slope = e.diff(X)
    a = slope.diff(X) / 2
    if a == 0 or not a.is_Rational:
        return None
    b, c = slope.subs({X: 0}), e.subs({X: 0})
    return (a, b, c) if b.is_Rational and c.is_Rational else None


def _line(e: Expr) -> tuple[Expr, Expr] | None:
    """Return h and w for x = w*t - h; None if nothing would change."""
    if not e.args or X not in e.free_symbols:
        return None
    if (found := _quadratic(e)) is not None:
        a, b, c = found
        root = abs(b**2 - 4 * a * c) ** _HALF
        shift, width = b / (2 * a), root / (2 * abs(a))
        return None if root == 0 or (shift, width) == (0, 1) else (shift, width)
    slope = e.diff(X)
    if X not in slope.free_symbols:
        return None if slope.is_Rational else (e.subs({X: 0}) / slope, 1 / slope)
    return next((line for line in map(_line, e.args) if line is not None), None)


def _changed(e: Expr, shift: Expr, width: Expr) -> Expr:
    """Put x = w*t - h, and take the positive factors of quadratics out of powers and logarithms."""
    if not e.args or X not in e.free_symbols:
        return width * X - shift if e == X else e
    if _quadratic(e) is not None:
        # The linear term is gone from every quadratic around the same middle.
        inside = expand(e.subs({X: width * X - shift}))
        factor = content(inside)
        return factor * expand(inside / factor)
    if X not in e.diff(X).free_symbols:
        return expand(e.subs({X: width * X - shift}))
    arguments = [_changed(argument, shift, width) for argument in e.args]
    if type(e) is symengine.log and type(arguments[0]) is symengine.Mul:
        number = symengine.Mul(*(factor for factor in arguments[0].args if not factor.free_symbols))
        if number != 1 and _is_positive(number):
            return symengine.log(number) + symengine.log(arguments[0] / number)
    return e.func(*arguments)


def _is_positive(number: Expr) -> bool:
    value = complex(number.n(53, real=False))
    return value.imag == 0 and value.real > 0


def with_single_angles(e: Expr) -> Expr:
    """Expand, with one sine or cosine in each term at most, and exponents without constant terms.

    An expression that would become long is returned as it is.
    """
    if count_terms(e) > MAX_TERMS:
        return e
    terms = symengine.expand(e, deep=False)
    return symengine.Add(*map(_with_single_angle, summands_of(terms)))


def _with_single_angle(term: Expr) -> Expr:
    """Return one term of an expanded sum as a sum of such; itself if its degree is too high."""
    waves: Waves = {_ZERO: (_ONE, _ZERO)}
    others, degree = _ONE, 0
    for factor in factors_of(term):
        base, power = factor.args if type(factor) is symengine.Pow else (factor, _ONE)
        if _is_wave(base) and power.is_Integer and power > 0:
            degree += int(power)
            if degree > MAX_DEGREE:
                return term
            for _ in range(int(power)):
                waves = _product(waves, base)
        elif base == symengine.E and type(power) is symengine.Add:
            # E**(u + 1) is a multiple of E**u, but not in symengine's eyes.
            constant = symengine.Add(*(part for part in power.args if not part.free_symbols))
            others *= symengine.exp(constant) * symengine.exp(power - constant)
        else:
            others *= factor
    if not degree:
        return others
    found = ((p * symengine.cos(u), q * symengine.sin(u)) for u, (p, q) in waves.items())
    return symengine.Add(*(others * part for both in found for part in both))


def _is_wave(e: Expr) -> bool:
    return type(e) in (symengine.sin, symengine.cos) and count_terms(e.args[0]) <= MAX_TERMS


def _product(waves: Waves, function: Expr) -> Waves:
    """Multiply by a sine or a cosine: 2*cos(u)*cos(v) = cos(u - v) + cos(u + v), and so on."""
    angle = function.args[0]
    found: Waves = {}
    for u, (p, q) in waves.items():
        for v, sign in ((expand(u + angle), 1), (expand(u - angle), -1)):
            if type(function) is symengine.sin:
                # cos(u)*sin(v) and sin(u)*sin(v).
                new = (-sign * q / 2, sign * p / 2)
            else:
                new = (p / 2, q / 2)
            old = found.get(v, (_ZERO, _ZERO))
            found[v] = (old[0] + new[0], old[1] + new[1])
    return found
