"""Substitutions that rationalise roots of linear and quadratic expressions."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt, lcm

import symengine

from symmath.expr.expansion import expand
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X

MAX_DEGREE = 12

Substitution = tuple[Expr, Expr]
"""A new integrand in x, and the inner function: F(inner(x)) is a primitive if F is one of the first."""

_T = symengine.Symbol("root")
_S = symengine.Symbol("first")
_ONE = symengine.Integer(1)
_HALF = symengine.Rational(1, 2)


def tidy(e: Expr) -> Expr:
    """Return one cancelled fraction with both sides factored.

    Raises
    ------
    UnsupportedError
        If `e` is beyond exact arithmetic.
    """
    field = Field.of([e, X])
    return field.factored(field.fraction(e))


def _radicals(e: Expr, found: dict[Expr, None]) -> None:
    if type(e) is symengine.Pow and e.args[1].is_Rational and not e.args[1].is_Integer:
        if X in e.free_symbols:
            found[e] = None
        return
    for argument in e.args:
        _radicals(argument, found)


def root_of_quotient(integrand: Expr) -> Iterator[Substitution]:
    """Take ``t = u**(1/n)`` for roots of one quotient u of linear expressions."""
    found: dict[Expr, None] = {}
    _radicals(integrand, found)
    bases = {radical.args[0] for radical in found}
    if len(bases) != 1:
        return
    base = bases.pop()
    degree = lcm(*(int(radical.args[1].q) for radical in found))
    outer = _inverse_of_quotient(base, _T**degree) if degree <= MAX_DEGREE else None
    if outer is None:
        return
    replaced = integrand.xreplace({**{r: _T ** (r.args[1] * degree) for r in found}, X: outer})
    yield (replaced * outer.diff(_T)).xreplace({_T: X}), base ** symengine.Rational(1, degree)


def _inverse_of_quotient(base: Expr, value: Expr) -> Expr | None:
    """Solve ``base = value`` for x where base is (a*x + b)/(c*x + d); None for other bases."""
    field = Field.of([base, X])
    num, den = map(field.expr, field.fraction(base))
    a, c = num.diff(X), den.diff(X)
    if X in a.free_symbols or X in c.free_symbols:
        return None
    b, d = expand(num - a * X), expand(den - c * X)
    if expand(a * d - b * c) == 0:
        return None
    return (d * value - b) / (a - c * value)


def roots_of_two_lines(integrand: Expr) -> Iterator[Substitution]:
    """Take ``t = (q/p)**(1/n)`` for n-th roots of two linear expressions p and q."""
    found: dict[Expr, None] = {}
    _radicals(integrand, found)
    bases = list(dict.fromkeys(radical.args[0] for radical in found))
    if len(bases) != 2 or any(X in expand(base).diff(X).free_symbols for base in bases):
        return
    p, q = bases
    n = lcm(*(int(radical.args[1].q) for radical in found))
    outer = _inverse_of_quotient(q / p, _T**n) if n <= MAX_DEGREE else None
    if outer is None:
        return
    # p**(1/n) is S, q**(1/n) is S*T; what is left of S has to be whole powers of p.
    values = {p: _S, q: _S * _T}
    inside = integrand.xreplace({r: expand(values[r.args[0]] ** (r.args[1] * n)) for r in found})
    field = Field.of([inside, X, _S, _T])
    num, den = field.fraction(inside)
    index = field.kernels.index(_S)
    degrees = {int(e[index]) - int(d[index]) for e, _ in num.terms() for d, _ in den.terms()}
    if len(degrees) != 1 or (degree := degrees.pop()) % n:
        return
    rational = field.expr(num) / field.expr(den) / _S**degree
    new = rational.xreplace({_S: symengine.Integer(1)}) * p ** (degree // n)
    yield tidy((new.xreplace({X: outer}) * outer.diff(_T)).xreplace({_T: X})), (q / p) ** (_ONE / n)


def _square_root(e: Expr) -> Expr | None:
    """Return the root of a rational that is a square, else None."""
    if not e.is_Rational or e <= 0:
        return None
    p, q = isqrt(int(e.p)), isqrt(int(e.q))
    return symengine.Rational(p, q) if p * p == e.p and q * q == e.q else None


def euler(integrand: Expr) -> Iterator[Substitution]:
    """Take Euler's substitutions for rational functions of x and sqrt(a*x**2 + b*x + c)."""
    found: dict[Expr, None] = {}
    _radicals(integrand, found)
    bases = {radical.args[0] for radical in found}
    if len(bases) != 1 or any(radical.args[1].q != 2 for radical in found):
        return
    new = integrand.xreplace({r: _T ** (2 * r.args[1]) for r in found})
    quadratic = expand(bases.pop())
    a = quadratic.diff(X, 2) / 2
    c = quadratic.subs({X: 0})
    b = expand(quadratic - a * X**2 - c) / X
    if a == 0 or X in a.free_symbols or X in expand(b).free_symbols:
        return
    b = expand(b)
    root = quadratic**_HALF
    leading, last = _square_root(a), _square_root(c)
    if leading is not None:
        # sqrt(quadratic) = t - leading*x
        x = (_T**2 - c) / (b + 2 * leading * _T)
        value, inner = _T - leading * x, root + leading * X
    elif last is not None:
        # sqrt(quadratic) = x*t + last
        x = (2 * last * _T - b) / (a - _T**2)
        value, inner = x * _T + last, (root - last) / X
    else:
        return
    yield tidy((new.xreplace({_T: value, X: x}) * x.diff(_T)).xreplace({_T: X})), inner
