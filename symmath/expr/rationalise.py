"""Rewrite trigonometric and hyperbolic functions so that their identities become plain algebra.

Sines, cosines and tangents of multiples and sums of angles become rational functions of the tangents
of half the base angles (Weierstrass), hyperbolic functions become exponentials. Both hold wherever
the two sides are defined, so a zero test afterwards is a proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import lcm

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.expansion import expand
from symmath.expr.operators import Expr
from symmath.expr.rules import HYPERBOLIC_AS_EXPONENTIALS, rewritten
from symmath.expr.shape import summands_of

MAX_MULTIPLE = 24
_ONE = symengine.Integer(1)
_TRIGONOMETRIC = (symengine.sin, symengine.cos, symengine.tan)


def split_angle(argument: Expr) -> list[tuple[Expr, Expr]]:
    """Return the terms of an expanded argument as (rational multiple, monomial)."""
    expanded = expand(argument)
    result: list[tuple[Expr, Expr]] = []
    for term in summands_of(expanded):
        if term.is_Rational:
            result.append((term, _ONE))
        elif type(term) is symengine.Mul and term.args[0].is_Rational:
            result.append((term.args[0], term / term.args[0]))
        else:
            result.append((_ONE, term))
    return result


def _functions(e: Expr, found: dict[Expr, None]) -> None:
    """Collect the trigonometric functions in an expression."""
    if type(e) in _TRIGONOMETRIC:
        found[e] = None
    for argument in e.args:
        _functions(argument, found)


def _multiple(base: tuple[Expr, Expr], times: int) -> tuple[Expr, Expr]:
    """Return cosine and sine of `times` an angle, times being positive."""
    cosine, sine = base
    for _ in range(times - 1):
        cosine, sine = cosine * base[0] - sine * base[1], sine * base[0] + cosine * base[1]
    return cosine, sine


def rationalise(e: Expr) -> Expr:
    """Return `e` with its outermost trigonometric functions rational in new symbols.

    Parameters
    ----------
    e : Expr

    Returns
    -------
    Expr
        Equal to `e` when each new symbol is read as the tangent of half its base angle.

    Raises
    ------
    UnsupportedError
        If a multiple angle is too large to write out.
    """
    return rationalise_with(e)[0]


def rationalise_with(e: Expr) -> tuple[Expr, dict[Expr, Expr]]:
    """Return what `rationalise` does, and the half angle whose tangent each new symbol stands for.

    Raises
    ------
    UnsupportedError
        If a multiple angle is too large to write out.
    """
    e = rewritten(e, HYPERBOLIC_AS_EXPONENTIALS)
    found: dict[Expr, None] = {}
    _functions(e, found)
    if not found:
        return e, {}
    denominators: dict[Expr, int] = {}
    for function in found:
        for multiple, monomial in split_angle(function.args[0]):
            denominators[monomial] = lcm(denominators.get(monomial, 1), int(multiple.q))
    bases = {monomial: symengine.Symbol(f"half_angle_{i}") for i, monomial in enumerate(denominators)}
    half_angles = {bases[monomial]: monomial / (2 * n) for monomial, n in denominators.items()}
    return e.xreplace({f: _rational(f, denominators, bases) for f in found}), half_angles


def _rational(function: Expr, denominators: Mapping[Expr, int], bases: Mapping[Expr, Expr]) -> Expr:
    cosine, sine = _ONE, symengine.Integer(0)
    for multiple, monomial in split_angle(function.args[0]):
        times = int(multiple * denominators[monomial])
        if abs(times) > MAX_MULTIPLE:
            raise UnsupportedError(f"the multiple angle {times} is written out up to {MAX_MULTIPLE} only")
        if times == 0:
            continue
        t = bases[monomial]
        c, s = _multiple(((1 - t**2) / (1 + t**2), 2 * t / (1 + t**2)), abs(times))
        s = -s if times < 0 else s
        cosine, sine = cosine * c - sine * s, sine * c + cosine * s
    if type(function) is symengine.tan:
        return sine / cosine
    return sine if type(function) is symengine.sin else cosine
