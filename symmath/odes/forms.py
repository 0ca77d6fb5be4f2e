"""Equal forms of an expression, tests for zero and for numbers, for the methods for differential equations.

Everything here is up to branches of roots and logarithms, as for positive numbers; the verifier
says where an answer holds.
"""

from __future__ import annotations

import symengine

from symmath.ansatz.modular import vanishes
from symmath.errors import UnsupportedError
from symmath.expr.expansion import expand
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.plan import split_sum
from symmath.expr.prefix import length
from symmath.expr.present import secants
from symmath.expr.rationalise import rationalise
from symmath.expr.shape import factors_of, summands_of
from symmath.odes.equation import Y

ZERO, ONE = symengine.Integer(0), symengine.Integer(1)
_ANCHORS = (ONE, ZERO, symengine.pi / 4)


def tidy(e: Expr) -> Expr:
    """Return an expression as one cancelled fraction with both sides factored, if that can be had."""
    try:
        field = Field.of([e])
        return field.factored(field.fraction(e))
    except (UnsupportedError, RuntimeError):
        return e


def spread(e: Expr) -> Expr:
    """Return an expression expanded, if that is not too long."""
    try:
        return expand(e)
    except UnsupportedError:
        return e


def shortest(e: Expr) -> Expr:
    """Return the form of `e` with the fewest tokens among itself, expanded and factored."""
    return min((e, spread(e), tidy(e)), key=length)


def is_zero(e: Expr) -> bool:
    """Whether an expression is zero, by exact algebra or at random points."""
    try:
        rational = rationalise(e)
        return rational == 0 or Field.of([rational]).is_zero(rational) or vanishes(e)
    except (UnsupportedError, RuntimeError):
        return vanishes(e)


def number_of(e: Expr) -> Expr | None:
    """Return the number, or what in parameters alone, an expression of x and y is in disguise; else None."""
    simple = tidy(e)
    if not simple.free_symbols & {X, Y}:
        return simple
    values = [value for anchor in _ANCHORS if (value := _value_at(simple, anchor)) is not None]
    # At 1 a number may come as one of sines and cosines of 1, which at 0 or pi/4 it doesn't.
    number = next((value for value in values if value.is_Rational), next(iter(values), None))
    return number if number is not None and vanishes(e - number) else None


def _value_at(e: Expr, anchor: Expr) -> Expr | None:
    try:
        return tidy(e.subs(dict.fromkeys(e.free_symbols, anchor)))
    except RuntimeError:
        return None


def is_positive(discriminant: Expr) -> bool:
    """Whether a real number is; with parameters, whether it isn't negative wherever they are positive."""
    if discriminant.free_symbols:
        return not all(coefficient < 0 for coefficient, _ in split_sum(spread(discriminant)))
    return float(discriminant.n(53, real=True)) > 0


def exponential(e: Expr) -> Expr:
    """Return exp(e) with logarithms turned into powers: ``exp(2*log(x) + x)`` is ``x**2*exp(x)``."""
    powers: dict[Expr, Expr] = {}
    rest: list[Expr] = []

    def multiply(base: Expr, power: Expr) -> None:
        powers[power] = powers.get(power, ONE) * base

    for term in summands_of(spread(e)):
        logarithms = [f for f in factors_of(term) if isinstance(f, symengine.log)]
        arcs = [f for f in factors_of(term) if isinstance(f, symengine.atanh)]
        others = symengine.Mul(*(f for f in factors_of(term) if f not in (*logarithms, *arcs)))
        if len(logarithms) == 1 and not others.free_symbols & {X, Y}:
            multiply(logarithms[0].args[0], others)
        elif arcs and not others.free_symbols & {X, Y}:
            u = arcs[0].args[0]
            multiply((1 + u) / (1 - u), others / 2)
        else:
            rest.append(term)
    factors = [_power(base, power) for power, base in powers.items()]
    return symengine.Mul(*factors, symengine.exp(symengine.Add(*rest)))


def _power(base: Expr, power: Expr) -> Expr:
    """Return a power of a product as one root, as for positive numbers: easier to integrate than many."""
    if power.is_Integer:
        return base**power
    base = secants(spread(base))
    if type(base) is symengine.Pow and base.args[1].is_Rational:
        return base.args[0] ** (base.args[1] * power)
    return base**power


def root(e: Expr) -> Expr:
    """Return the square root of a product of powers, as for positive numbers."""
    outside, inside = ONE, ONE
    for factor in factors_of(e):
        base, power = factor.args if type(factor) is symengine.Pow else (factor, ONE)
        if base == symengine.E:
            outside *= base ** (power / 2)
        elif power.is_Integer:
            half, odd = divmod(int(power), 2)
            outside, inside = outside * base**half, inside * base**odd
        else:
            outside *= base ** (power / 2)
    return outside * symengine.sqrt(spread(inside))


def as_for_positive(e: Expr) -> Expr:
    """Return an expression with logarithms and powers taken apart, as for positive numbers.

    ``log(x*exp(y))`` becomes ``y + log(x)``, ``sqrt(x*y**2)`` ``y*sqrt(x)``, ``exp(2*log(x))`` ``x**2``.
    """
    if not e.args or e.is_Number:
        return e
    args = [as_for_positive(arg) for arg in e.args]
    if isinstance(e, symengine.log):
        return _logarithm(args[0])
    if type(e) is not symengine.Pow:
        return e.func(*args)
    base, power = args
    if base == symengine.E:
        return exponential(power)
    if power.is_Integer or not power.is_Rational or any(f.is_Number and f < 0 for f in factors_of(base)):
        return base**power
    return symengine.Mul(*(_raised(factor, power) for factor in factors_of(base)))


def _logarithm(u: Expr) -> Expr:
    """Return log(u) with the exponents of exponentials and numbers as factors outside."""
    outside, inside = ZERO, ONE
    for factor in factors_of(u):
        base, power = factor.args if type(factor) is symengine.Pow else (factor, ONE)
        if base == symengine.E:
            outside += power
        elif power.is_Rational and power != ONE and base.free_symbols:
            outside += power * symengine.log(base)
        else:
            inside *= factor
    return outside + symengine.log(inside)


def _raised(factor: Expr, power: Expr) -> Expr:
    base, inner = factor.args if type(factor) is symengine.Pow else (factor, ONE)
    return base ** (inner * power)
