"""What solutions of ``z'' = r*z`` can be near the poles of a rational r and at infinity.

References
----------
Kovacic (1986), "An algorithm for solving second order linear homogeneous differential equations", 3 and 4.
"""

from __future__ import annotations

from math import factorial
from typing import NamedTuple

import symengine

from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.rational import factorised
from symmath.odes.forms import ONE, ZERO, is_positive, root, spread, tidy

_HALF = symengine.Rational(1, 2)
_FLAT = 3
"""An order of r at infinity beyond which it makes no difference."""
Coefficients = list[Expr]
"""Of a polynomial or a series, from the lowest power or the leading term on."""


class Rate(NamedTuple):
    """A number or function ``real + I*imaginary``."""

    real: Expr
    imaginary: Expr

    def times(self, factor: Expr) -> Rate:
        """Return the product with something real."""
        return Rate(self.real * factor, self.imaginary * factor)

    def plus(self, other: Rate) -> Rate:
        """Return the sum."""
        return Rate(self.real + other.real, self.imaginary + other.imaginary)


class Branch(NamedTuple):
    """How solutions may behave at a pole c or at infinity: the principal part of w, and the exponent."""

    principal: Rate
    exponent: Rate


class Pole(NamedTuple):
    """An irreducible factor g of r's denominator.

    Attributes
    ----------
    logarithm : Expr
        ``g'/g``.
    degree : int
        Of g.
    branches : list of Branch
        None of them if its exponents differ at its roots.
    orders : list of int
        Twice the exponents that a product of two solutions may have.
    """

    logarithm: Expr
    degree: int
    branches: list[Branch]
    orders: list[int]


class NormalForm(NamedTuple):
    """``z'' = r*z`` by its poles and what is at infinity, the same with ``1/x`` for g."""

    r: Expr
    poles: list[Pole]
    infinity: Pole


_NOTHING = Rate(ZERO, ZERO)


def normal_form(r: Expr) -> NormalForm:
    """Return ``z'' = r*z`` by what its solutions may be at the poles of r and at infinity.

    Parameters
    ----------
    r : Expr
        Rational in x and parameters.

    Raises
    ------
    UnsupportedError
        If it is too large.
    """
    field = Field.of([r, X])
    num, den = field.fraction(r)
    if num.is_zero():
        return NormalForm(r, [], _at_infinity([], _FLAT))
    above, below = (_coefficients(field.expr(side)) for side in (num, den))
    poles = []
    for factor, order in factorised(den)[1]:
        g = _coefficients(field.expr(factor))
        if len(g) > 1:
            poles.append(_pole(above, below, g, order))
    order = len(below) - len(above)
    head = _series(above[::-1], below[::-1], max(2, 2 - order // 2))
    return NormalForm(r, poles, _at_infinity(head, order))


def _coefficients(e: Expr) -> Coefficients:
    """Return the coefficients of a polynomial in x."""
    found = []
    n = 0
    while e != 0:
        found.append(e.subs({X: ZERO}) / factorial(n))
        e, n = spread(e.diff(X)), n + 1
    return found


def _polynomial(coefficients: Coefficients) -> Expr:
    return symengine.Add(*(c * X**n for n, c in enumerate(coefficients)))


def _series(above: Coefficients, below: Coefficients, count: int) -> Coefficients:
    """Return the first coefficients of the quotient of two power series."""
    found: Coefficients = []
    for n in range(count):
        known = sum((c * _at(below, n - i) for i, c in enumerate(found)), ZERO)
        found.append(tidy((_at(above, n) - known) / below[0]))
    return found


def _at(coefficients: Coefficients, n: int) -> Expr:
    return coefficients[n] if n < len(coefficients) else ZERO


def _square_root(series: Coefficients) -> tuple[Coefficients, bool]:
    """Return the square root of a series, or of its negative, which is said."""
    is_imaginary = not is_positive(series[0])
    series = [-c for c in series] if is_imaginary else series
    leading = root(series[0])
    found = [leading]
    for n in range(1, len(series)):
        known = sum((found[i] * found[n - i] for i in range(1, n)), ZERO)
        found.append(tidy((series[n] - known) / (2 * leading)))
    return found, is_imaginary


def _rate(value: Expr, is_imaginary: bool) -> Rate:
    return Rate(ZERO, value) if is_imaginary else Rate(value, ZERO)


def _pole(above: Coefficients, below: Coefficients, g: Coefficients, order: int) -> Pole:
    factor, degree = _polynomial(g), len(g) - 1
    logarithm = factor.diff(X) / factor
    if order == 1:
        return Pole(logarithm, degree, [Branch(_NOTHING, Rate(ONE, ZERO))], [4])
    if order == 2:
        b = _double(above, below, g)
        branches = [] if b is None else [Branch(_NOTHING, exponent) for exponent in _exponents(b)]
        return Pole(logarithm, degree, branches, [2] if b is None else _orders(b))
    if degree > 1 or order % 2:
        return Pole(logarithm, degree, [], [order])
    c = tidy(-g[0] / g[1])
    shifted = [_coefficients(spread(_polynomial(side).subs({X: X + c}))) for side in (above, below)]
    # Exact zeros may not look like it where c has parameters.
    half = order // 2
    head, is_imaginary = _square_root(_series(shifted[0], [tidy(e) for e in shifted[1][order:]], half))
    principal = symengine.Add(*(s * (X - c) ** (n - half) for n, s in enumerate(head[:-1])))
    branches = [
        Branch(
            _rate(sign * principal, is_imaginary),
            _rate(sign * head[-1], is_imaginary).plus(Rate(symengine.Rational(half, 2), ZERO)),
        )
        for sign in (1, -1)
    ]
    return Pole(logarithm, degree, branches, [order])


def _double(above: Coefficients, below: Coefficients, g: Coefficients) -> Expr | None:
    """Return b of ``b/(x - c)**2``, the same for all roots c of g; None if it isn't."""
    factor = _polynomial(g)
    others = _coefficients(spread(tidy(_polynomial(below) / factor**2)))
    slope = factor.diff(X)
    left = _remainder(above, g)
    right = _remainder(_coefficients(spread(_polynomial(others) * slope**2)), g)
    place = next(n for n, c in enumerate(right) if c != 0)
    b = tidy(_at(left, place) / right[place])
    return b if all(tidy(_at(left, n) - b * c) == 0 for n, c in enumerate(right)) else None


def _remainder(above: Coefficients, g: Coefficients) -> Coefficients:
    rest = list(above)
    while len(rest) >= len(g):
        ratio = rest[-1] / g[-1]
        shift = len(rest) - len(g)
        rest = [tidy(c - ratio * g[n - shift]) if n >= shift else c for n, c in enumerate(rest[:-1])]
    return rest + [ZERO] * (len(g) - 1 - len(rest))


def _exponents(b: Expr) -> list[Rate]:
    """Return the exponents ``(1 +- sqrt(1 + 4*b))/2``."""
    square = tidy(1 + 4 * b)
    if square == 0:
        return [Rate(_HALF, ZERO)]
    is_imaginary = not is_positive(square)
    width = root(tidy(-square) if is_imaginary else square) / 2
    return [_rate(sign * width, is_imaginary).plus(Rate(_HALF, ZERO)) for sign in (1, -1)]


def _orders(b: Expr) -> list[int]:
    """Return twice the sums of two exponents, as far as they are integers."""
    width = root(tidy(1 + 4 * b)) * 2
    return [2, *(2 + sign * int(width) for sign in (1, -1) if width.is_Integer and width != 0)]


def _at_infinity(head: Coefficients, order: int) -> Pole:
    if order >= _FLAT:
        choices = [Branch(_NOTHING, Rate(exponent, ZERO)) for exponent in (ZERO, ONE)]
        return Pole(ONE / X, 1, choices, [0, 2, 4])
    if order == 2:
        choices = [Branch(_NOTHING, exponent) for exponent in _exponents(head[0])]
        return Pole(ONE / X, 1, choices, _orders(head[0]))
    if order % 2:
        return Pole(ONE / X, 1, [], [order])
    half = -order // 2
    found, is_imaginary = _square_root(head)
    principal = symengine.Add(*(s * X ** (half - n) for n, s in enumerate(found[:-1])))
    shift = Rate(symengine.Rational(-half, 2), ZERO)
    return Pole(
        ONE / X,
        1,
        [
            Branch(_rate(sign * principal, is_imaginary), _rate(sign * found[-1], is_imaginary).plus(shift))
            for sign in (1, -1)
        ],
        [order],
    )
