"""Powers and products of sines and cosines as sums of single ones."""

from __future__ import annotations

import symengine

from symmath.expr.expansion import count_terms, expand
from symmath.expr.operators import Expr
from symmath.expr.shape import factors_of, summands_of

MAX_DEGREE = 6
"""Of a product of sines and cosines that is written out."""
MAX_TERMS = 24
"""Of an expanded sum in which products are written out."""
_ZERO, _ONE = symengine.Integer(0), symengine.Integer(1)

Waves = dict[Expr, tuple[Expr, Expr]]
"""A sum of p*cos(u) + q*sin(u): p and q of each angle u."""


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
