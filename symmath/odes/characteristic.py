"""Solutions of linear equations of any order by the roots of a polynomial: constant coefficients, Euler's.

The polynomial is factored over the rationals and the parameters; factors of degree 3 are solved by Cardano's
or Viète's formula, of degree 4 where they are biquadratic after a shift or a resolvent has a rational root,
so that real equations have real solutions.

References
----------
Kamke (1959), "Differentialgleichungen: Lösungsmethoden und Lösungen", part A, sections 22.1 to 22.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb
from typing import NamedTuple

import symengine

from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.rational import factorised
from symmath.odes.equation import Y, by_powers, holds_symbol
from symmath.odes.forms import (
    ONE,
    ZERO,
    exponential,
    is_positive,
    is_zero,
    number_of,
    root,
    shortest,
    spread,
    tidy,
)

_R = Y
"""What the polynomial is in."""
_HALF, _THIRD, _QUARTER = (symengine.Rational(1, n) for n in (2, 3, 4))
_MAX_TERMS = 150


class Mode(NamedTuple):
    """A root of the polynomial, or a pair of them: `rate` plus and minus i times `frequency`."""

    rate: Expr
    frequency: Expr = ZERO


def by_characteristic_roots(coefficients: Sequence[Expr]) -> list[Expr] | None:
    """Return as many independent solutions of a homogeneous equation as its order, or None.

    Parameters
    ----------
    coefficients : sequence of Expr
        Of y, y', ... in x. Constant up to a common factor; or each u**k times a constant for the derivative
        of order k, where u is linear in x.

    Returns
    -------
    list of Expr or None
        None if the coefficients are others, or a root of the polynomial has no form with real roots.
    """
    leading = coefficients[-1]
    ratios = [tidy(c / leading) for c in coefficients]
    if not any(holds_symbol(ratio, X) for ratio in ratios):
        polynomial = symengine.Add(*(ratio * _R**k for k, ratio in enumerate(ratios)))
        return _solutions(polynomial, X)
    u = _base(ratios)
    if u is None:
        return None
    order = len(ratios) - 1
    numbers = [number_of(ratio * u ** (order - k)) for k, ratio in enumerate(ratios)]
    if any(number is None for number in numbers):
        return None
    polynomial = symengine.Add(*(number * _falling(k) for k, number in enumerate(numbers)))
    return _solutions(polynomial, symengine.log(u))


def _base(ratios: Sequence[Expr]) -> Expr | None:
    """Return x - s, if the ratios to the leading coefficient can only be powers of it."""
    order = len(ratios) - 1
    for k in range(order - 1, -1, -1):
        if ratios[k] != 0:
            # c/(x - s)**n has the logarithmic derivative -n/(x - s).
            slope = tidy(ratios[k].diff(X) / ratios[k])
            place = None if slope == 0 else number_of(X - tidy((k - order) / slope))
            return None if place is None else X - place
    return None


def _falling(k: int) -> Expr:
    """Return r*(r - 1)*...*(r - k + 1), what x**k times the derivative of order k makes of x**r."""
    return symengine.expand(symengine.Mul(ONE, *(_R - j for j in range(k))))


def _solutions(polynomial: Expr, t: Expr) -> list[Expr] | None:
    """Return exp(r*t) for the roots r, times powers of t for those that are several times there."""
    field = Field.of([polynomial], max_terms=_MAX_TERMS)
    found: list[Expr] = []
    for factor, multiplicity in factorised(field.fraction(polynomial).num)[1]:
        by_degree = by_powers(field, factor, _R)
        degree = {sum(key): field.expr(part) for key, part in by_degree.items()}
        if max(degree) == 0:
            continue
        modes = list(_modes([degree.get(k, ZERO) for k in range(max(degree) + 1)]))
        if not modes:
            return None
        found += [t**j * y for j in range(multiplicity) for mode in modes for y in _waves(mode, t)]
    return found


def _waves(mode: Mode, t: Expr) -> list[Expr]:
    decay = exponential(mode.rate * t)
    if mode.frequency == 0:
        return [decay]
    angle = mode.frequency * t
    return [decay * symengine.cos(angle), decay * symengine.sin(angle)]


def _modes(coefficients: Sequence[Expr]) -> Iterator[Mode]:
    """Yield the roots of an irreducible polynomial; nothing if they have no such form."""
    *lower, leading = coefficients
    degree = len(lower)
    shift = tidy(-lower[-1] / (degree * leading))
    # The polynomial in r + shift: its next to highest coefficient is nothing.
    depressed = [
        tidy(
            symengine.Add(*(c * comb(n, k) * shift ** (n - k) for n, c in enumerate(coefficients) if n >= k))
            / leading
        )
        for k in range(degree)
    ]
    centred: Iterator[Mode] = iter(())
    if degree == 1:
        centred = iter((Mode(ZERO),))
    elif degree == 2:
        centred = _of_square(-depressed[0])
    elif degree == 3:
        centred = _of_cubic(depressed[1], depressed[0])
    elif degree == 4:
        s, q, p = depressed[:3]
        centred = _of_biquadratic(p, s) if q == 0 else _of_quartic(p, q, s)
    for rate, frequency in centred:
        yield Mode(shortest(shift + rate), shortest(frequency))


def _of_square(square: Expr) -> Iterator[Mode]:
    """Yield the roots of r**2 = `square`."""
    if is_positive(square):
        size = root(square)
        yield from (Mode(size), Mode(-size))
    else:
        yield Mode(ZERO, root(spread(-square)))


def _cube_root(cube: Expr) -> Expr:
    """Return the real cube root."""
    sign = 1 if is_positive(cube) else -1
    return sign * spread(sign * cube) ** _THIRD


def _of_cubic(p: Expr, q: Expr) -> Iterator[Mode]:
    """Yield the roots of r**3 + p*r + q = 0, by Cardano's formula, or Viète's for three real ones.

    Of one with parameters only where p = 0, as their size decides which.
    """
    if p == 0:
        size = _cube_root(-q)
        yield from (Mode(size), Mode(-size / 2, size * symengine.sqrt(3) / 2))
        return
    discriminant = tidy(q**2 / 4 + p**3 / 27)
    if discriminant.free_symbols:
        return
    if is_positive(discriminant):
        width = symengine.sqrt(discriminant)
        parts = [_cube_root(-q / 2 + sign * width) for sign in (1, -1)]
        yield Mode(symengine.Add(*parts))
        yield Mode(-symengine.Add(*parts) / 2, symengine.sqrt(3) / 2 * (parts[0] - parts[1]))
        return
    size = 2 * root(tidy(-p / 3))
    angle = symengine.acos(tidy(3 * q / (p * size))) / 3
    yield from (Mode(size * symengine.cos(angle - 2 * symengine.pi * k * _THIRD)) for k in range(3))


def _of_quartic(p: Expr, q: Expr, s: Expr) -> Iterator[Mode]:
    """Yield the roots of r**4 + p*r**2 + q*r + s = 0, if a root of Ferrari's resolvent is rational.

    Then the polynomial is (r**2 + m*r + a)*(r**2 - m*r + b), with the square root m of it.
    """
    resolvent = _R**3 + 2 * p * _R**2 + (p**2 - 4 * s) * _R - q**2
    field = Field.of([resolvent], max_terms=_MAX_TERMS)
    for factor, _ in factorised(field.fraction(resolvent).num)[1]:
        by_degree = {sum(key): field.expr(part) for key, part in by_powers(field, factor, _R).items()}
        square = tidy(-by_degree.get(0, ZERO) / by_degree[1]) if max(by_degree) == 1 else ZERO
        if square == 0 or not is_positive(square):
            continue
        m = root(square)
        for sign in (1, -1):
            a = (p + square - sign * q / m) / 2
            for rate, frequency in _of_square(spread(square / 4 - a)):
                yield Mode(-sign * m / 2 + rate, frequency)
        return


def _of_biquadratic(p: Expr, q: Expr) -> Iterator[Mode]:
    """Yield the roots of r**4 + p*r**2 + q = 0."""
    if p == 0 and is_positive(q):
        size = (q / 4) ** _QUARTER
        yield from (Mode(sign * size, size) for sign in (1, -1))
        return
    discriminant = tidy(p**2 - 4 * q)
    n = root(q) if is_positive(q) else None
    is_square = n is not None and not any(e.args[1] == _HALF for e in n.atoms(symengine.Pow))
    is_real = is_zero(discriminant) or is_positive(discriminant)
    if n is None or (is_real and not (is_square and is_positive(spread(2 * n - p)))):
        width = root(discriminant)
        for sign in (1, -1):
            yield from _of_square(spread((sign * width - p) / 2))
        return
    # (r**2 + m*r + n)*(r**2 - m*r + n): no roots under roots.
    m = root(spread(2 * n - p))
    for sign in (1, -1):
        for rate, frequency in _of_square(spread(-(2 * n + p) / 4)):
            yield Mode(sign * m / 2 + rate, frequency)
