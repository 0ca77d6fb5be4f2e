"""Primitives of integrands with corners, so that they go on where the argument of a sign is zero."""

from __future__ import annotations

from collections.abc import Iterator
from math import factorial, lcm

import symengine
from flint import fmpz_poly

from symmath.expr.expansion import expand
from symmath.expr.kernels import square_root
from symmath.expr.operators import BY_TOKEN, Expr, X, parameters_in
from symmath.expr.reals import UNDEFINED, holds_i
from symmath.expr.shape import summands_of
from symmath.expr.signs import with_absolute_values, with_constants

MAX_DEGREE = 8
_ONE = symengine.Integer(1)


def joined_at_corners(e: Expr) -> Expr:
    """Add constants times signs to a primitive, so that it goes on where the argument of a sign is zero.

    ``x*exp(-x)*sign(1 - x)`` jumps at 1, by two times what is added. Arguments are seen to that are
    polynomials whose real roots are those of factors of degree 1 and 2, and such of degree 1 with parameters.
    """
    gaps = _gaps(e, is_real=False)
    if any(map(holds_i, gaps)):
        # The logarithm of what is negative at a corner.
        e, gaps = _with_real_logarithms(e), _gaps(e, is_real=True)
    return with_absolute_values(e - symengine.Add(*gaps)) if any(gap != 0 for gap in gaps) else e


def _gaps(e: Expr, *, is_real: bool) -> list[Expr]:
    """Return half of what an expression's value jumps by at each corner, times a sign that changes there."""
    signs: dict[Expr, Expr] = {}
    plain = with_constants(e, signs)
    gaps: list[Expr] = []
    for sign, symbol in signs.items():
        above, below = (plain.xreplace({symbol: value}) for value in (_ONE, -_ONE))
        # Term by term, so that what is the same in both goes: it may have a pole at the corner.
        terms = summands_of(below)
        half = symengine.Add(above, *(-term for term in terms)) / 2
        half = _with_real_logarithms(half) if is_real else half
        for corner, rising in _corners(sign.args[0]):
            try:
                # Their values before that of x, for what has a pole there may have a factor of zero.
                others = {other: outer.subs({X: corner}) for outer, other in signs.items() if other != symbol}
                gap = half.xreplace(others).subs({X: corner})
            except RuntimeError:
                continue
            # Infinite where it has a pole.
            if not UNDEFINED & gap.atoms(symengine.Number):
                gaps.append(gap * rising)
    return gaps


def _with_real_logarithms(e: Expr) -> Expr:
    if not e.args or e.is_Number:
        return e
    arguments = [_with_real_logarithms(argument) for argument in e.args]
    if type(e) is symengine.log and X in e.free_symbols:
        return symengine.log(symengine.Abs(arguments[0]))
    return e.func(*arguments)


def _corners(u: Expr) -> list[tuple[Expr, Expr]]:
    """Return where a polynomial changes its sign, with signs that change there as its own."""
    slope = u.diff(X)
    if slope != 0 and X not in slope.free_symbols:
        # It may hold parameters.
        return [(expand(-u.subs({X: 0}) / slope), BY_TOKEN["sign"].build(u))]
    if parameters_in(u) and slope.diff(X) != 0 and X not in slope.diff(X).free_symbols:
        return list(_corners_of_quadratic(u))
    return [
        (root, _rising(u, root, times) * BY_TOKEN["sign"].build(X - root))
        for factor, times in _factors(u)
        for root in _roots(factor)
        if times % 2
    ]


def _corners_of_quadratic(u: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield the same for one with parameters whose roots are rational functions of them: x**2 - a**2."""
    slope = u.diff(X)
    a, b, c = slope.diff(X) / 2, slope.subs({X: 0}), u.subs({X: 0})
    width = square_root(expand(b**2 - 4 * a * c))
    if not any(power.args[1].is_Rational and power.args[1].q > 1 for power in width.atoms(symengine.Pow)):
        sign = BY_TOKEN["sign"].build
        for side in (1, -1):
            root = expand((side * width - b) / (2 * a))
            yield root, sign(side * width) * sign(X - root)


def _factors(u: Expr) -> list[tuple[fmpz_poly, int]]:
    """Return the factors of a rational polynomial in x with their multiplicities; none of anything else."""
    coefficients, rest = [], u
    try:
        for n in range(MAX_DEGREE + 1):
            coefficients.append(rest.subs({X: 0}) / factorial(n))
            rest = rest.diff(X)
            if rest == 0:
                break
    except RuntimeError:
        # What has a pole at zero is no polynomial.
        return []
    if rest != 0 or not all(c.is_Rational for c in coefficients):
        return []
    common = lcm(*(int(c.q) for c in coefficients))
    return [(f, int(n)) for f, n in fmpz_poly([int(c * common) for c in coefficients]).factor()[1]]


def _roots(factor: fmpz_poly) -> list[Expr]:
    """Return the real roots of an irreducible polynomial of degree 1 or 2."""
    if factor.degree() > 2:
        return []
    c, b, a = (symengine.Integer(int(factor[n])) for n in range(3))
    if a == 0:
        return [-c / b]
    discriminant = b**2 - 4 * a * c
    return [(side * symengine.sqrt(discriminant) - b) / (2 * a) for side in (1, -1) if discriminant > 0]


def _rising(u: Expr, root: Expr, times: int) -> int:
    """Return 1 where a polynomial rises at a root of so many times, -1 where it falls."""
    return 1 if float(u.diff(X, times).subs({X: root}).n(60, real=True)) > 0 else -1
