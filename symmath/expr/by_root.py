"""Rational functions of x and the root r of a line, written by r alone, in which x is a polynomial.

``(x + 2*sqrt(x) + 1)/(x - 1)`` is ``(sqrt(x) + 1)/(sqrt(x) - 1)``.
"""

from __future__ import annotations

from math import prod
from typing import NamedTuple

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.plan import split_sum
from symmath.expr.rational import Fraction, Poly, factorised, terms_of
from symmath.expr.shape import base_and_exponent, factors_of

_HALF = symengine.Rational(1, 2)
_POWERS = (2, 3, 4)
_R, _T = symengine.Symbol("r"), symengine.Symbol("t")


class _ByRoot(NamedTuple):
    """A rational function of r, the root of a line divided by the scale."""

    field: Field
    fraction: Fraction
    root: Expr
    scale: Expr


def by_root(e: Expr) -> Expr:
    """Return an expression by the root of a line, but for a positive factor; itself if it is no such thing.

    Parameters
    ----------
    e : Expr
        Rational in x, parameters and ``sqrt(a*x + b)``, or that times roots of numbers; or the same in an
        exponential or a power of x for x.
    """
    found = _by_root(e)
    if found is None:
        return e
    above, below = (_product(found, side) for side in found.fraction)
    contents = (factorised(side)[0] for side in found.fraction)
    return _negative(above / below) if prod(contents) < 0 else above / below


def _negative(e: Expr) -> Expr:
    """Return the negative of a quotient of products, of that of its sums which has a negative term."""
    for factor in factors_of(e):
        base, exponent = base_and_exponent(factor)
        is_odd = exponent.is_Integer and exponent % 2 == 1
        if type(base) is symengine.Add and is_odd and any(c < 0 for c, _ in split_sum(base)):
            return e / factor * symengine.Add(*(-term for term in base.args)) ** exponent
    return -e


def doubled(u: Expr) -> Expr | None:
    """Return ``2*atan(v)``, but for a constant ``atan(u)``, for ``u = (v - 1/v)/2``, v a multiple of a root.

    Its negative for ``u = (1/v - v)/2``; None for others.
    """
    found = _by_root(u)
    if found is None or len(found.field.kernels) > 1:
        return None
    above, below = (dict(terms_of(side)) for side in found.fraction)
    if set(above) != {(2,), (0,)} or set(below) != {(1,)}:
        return None
    square, number, slope = above[2,], -above[0,], below[1,]
    if slope**2 != 4 * square * number:
        return None
    ratio = symengine.sqrt(symengine.Rational(square, number))
    return (2 if square * slope > 0 else -2) * symengine.atan(ratio * found.root / found.scale)


def _by_root(e: Expr) -> _ByRoot | None:
    exponents = [u for u in _exponents(e) if X in u.free_symbols]
    if not exponents:
        return _of_line(e) or next(filter(None, (_of_power(e, n) for n in _POWERS)), None)
    # That of the root comes first, if there is one.
    inner = [u for p in e.atoms(symengine.Pow) if abs(p.args[1]) == _HALF for u in _exponents(p.args[0])]
    first = min(inner or exponents, key=str)
    written = {symengine.exp(u): _T ** (u / first) for u in exponents}
    plain = e.xreplace(written)
    if X in plain.free_symbols:
        return None
    found = _of_line(plain.xreplace({_T: X}))
    return found and found._replace(root=found.root.xreplace({X: symengine.exp(first)}))


def _of_power(e: Expr, n: int) -> _ByRoot | None:
    powers = [p for p in e.atoms(symengine.Pow) if p.args[0] == X]
    if not powers or not all((p.args[1] / n).is_Integer for p in powers):
        return None
    plain = e.xreplace({p: _T ** (p.args[1] / n) for p in powers})
    found = None if X in plain.free_symbols else _of_line(plain.xreplace({_T: X}))
    return found and found._replace(root=found.root.xreplace({X: X**n}))


def _exponents(e: Expr) -> list[Expr]:
    return [p.args[1] for p in e.atoms(symengine.Pow) if p.args[0] == symengine.E]


def _of_line(e: Expr) -> _ByRoot | None:
    roots = [p for p in e.atoms(symengine.Pow) if abs(p.args[1]) == _HALF]
    lines = {p.args[0] for p in roots if X in p.args[0].free_symbols}
    numbers = sorted({p.args[0] for p in roots if not p.args[0].free_symbols}, key=str)
    if len(lines) != 1 or not all(number.is_Rational and number > 0 for number in numbers):
        return None
    (line,) = lines
    slope = line.diff(X)
    if X in slope.free_symbols:
        return None
    # With sqrt(line) = scale*r, in which the roots of numbers are, the two leave no root.
    scale = symengine.Mul(*map(symengine.sqrt, numbers))
    there = {p: (scale * _R) ** (2 * p.args[1]) for p in roots if p.args[0] == line}
    x = (symengine.Mul(*numbers) * _R**2 - line.subs({X: 0})) / slope
    try:
        inner = e.xreplace(there).xreplace({X: x})
        field = Field.of([inner, _R])
        fraction = field.fraction(inner)
    except (UnsupportedError, RuntimeError):
        return None
    if not all(kernel.is_Symbol and kernel != X for kernel in field.kernels):
        return None
    return _ByRoot(field, fraction, symengine.sqrt(line), scale)


def _product(found: _ByRoot, poly: Poly) -> Expr:
    """Return a polynomial in r as a product of such in the root, each times a power of the scale."""
    field, _, root, scale = found
    product, index = symengine.Integer(1), field.kernels.index(_R)
    for factor, n in factorised(poly)[1]:
        degree = int(factor.degrees()[index])
        terms: list[Expr] = []
        for exponents, c in terms_of(factor):
            k = exponents[index]
            others = field.monomial([0 if i == index else m for i, m in enumerate(exponents)], c)
            terms.append(others * root**k * scale ** (degree - k))
        if degree:
            product *= symengine.Add(*terms) ** n
    return product
