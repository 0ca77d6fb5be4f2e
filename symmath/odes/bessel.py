"""Linear equations of order 2 that Airy's or Bessel's functions solve.

After the first derivative is removed, of ``u'' + r*u = 0``: r linear in x; r = B*x**m + C/x**2, by a power
of x as variable; r = B*exp(k*x) + C, by an exponential.

References
----------
NIST Digital Library of Mathematical Functions, 9.2, 10.13(iii) and (iv).
"""

from __future__ import annotations

from typing import NamedTuple

import symengine

from symmath.expr.operators import BY_TOKEN, Expr, X
from symmath.expr.shape import factors_of, summands_of
from symmath.odes.basis import Basis
from symmath.odes.equation import holds_symbol
from symmath.odes.forms import ONE, ZERO, exponential, is_positive, root, spread, tidy
from symmath.odes.integral import integral

_QUARTER, _THIRD = symengine.Rational(1, 4), symengine.Rational(1, 3)


class _Term(NamedTuple):
    """``coefficient * x**power * exp(rate*x)``."""

    coefficient: Expr
    power: Expr
    rate: Expr


def by_bessel(p: Expr, q: Expr) -> Basis | None:
    """Return two solutions of ``y'' + p*y' + q*y = 0`` by Airy's or Bessel's functions, or None.

    Parameters
    ----------
    p, q : Expr
        In x.
    """
    area = integral(p)
    rest = spread(tidy(q - p.diff(X) / 2 - p**2 / 4))
    terms = [_term_of(term) for term in summands_of(rest)]
    if area is None or rest == 0:
        return None
    decay = exponential(-area / 2)
    for search in (_airy, _by_power, _by_exponential):
        found = search([term for term in terms if term is not None]) if None not in terms else None
        if found is not None:
            first, second, wronskian = found
            return Basis(tidy(decay * first), tidy(decay * second), tidy(decay**2 * wronskian))
    return None


def _term_of(e: Expr) -> _Term | None:
    """Return a term as a number times powers, or None for another one."""
    coefficient, power, rate = ONE, ZERO, ZERO
    for factor in factors_of(e):
        base, exponent = factor.args if type(factor) is symengine.Pow else (factor, ONE)
        if not holds_symbol(factor, X):
            coefficient *= factor
        elif base == X and not holds_symbol(exponent, X):
            power += exponent
        elif base == symengine.E and not holds_symbol(tidy(exponent / X), X):
            rate += tidy(exponent / X)
        else:
            return None
    return _Term(coefficient, power, rate)


def _airy(terms: list[_Term]) -> Basis | None:
    """Solve ``u'' + (a*x + b)*u = 0``."""
    a, b = (_coefficient(terms, power, ZERO) for power in (ONE, ZERO))
    if a == 0 or any(term.rate != 0 or term.power not in (ONE, ZERO) for term in terms):
        return None
    sign = -1 if is_positive(a) else 1
    speed = sign * spread(-sign * a) ** _THIRD
    t = spread(speed * (X + b / a))
    first, second = (BY_TOKEN[name].build(t) for name in ("airyai", "airybi"))
    return Basis(first, second, speed / symengine.pi)


def _coefficient(terms: list[_Term], power: Expr, rate: Expr) -> Expr:
    found = (term.coefficient for term in terms if (term.power, term.rate) == (power, rate))
    return symengine.Add(*found)


def _by_power(terms: list[_Term]) -> Basis | None:
    """Solve ``u'' + (B*x**m + C/x**2)*u = 0``."""
    c = _coefficient(terms, -2 * ONE, ZERO)
    others = [term for term in terms if (term.power, term.rate) != (-2, ZERO)]
    if len(others) != 1 or others[0].rate != 0:
        return None
    speed = tidy((others[0].power + 2) / 2)
    found = _functions(others[0].coefficient, _QUARTER - c, speed, X**speed)
    if found is None:
        return None
    width = symengine.sqrt(X)
    return Basis(width * found.first, width * found.second, found.wronskian)


def _by_exponential(terms: list[_Term]) -> Basis | None:
    """Solve ``u'' + (B*exp(k*x) + C)*u = 0``."""
    c = _coefficient(terms, ZERO, ZERO)
    others = [term for term in terms if term.rate != 0]
    if len(others) != 1 or len(terms) != 1 + (c != 0) or others[0].power != 0:
        return None
    speed = others[0].rate / 2
    return _functions(others[0].coefficient, -c, speed, symengine.exp(speed * X))


def _functions(b: Expr, square: Expr, speed: Expr, power: Expr) -> Basis | None:
    """Return Bessel's functions of sqrt(abs(b))/speed*power, of order sqrt(square)/speed."""
    square = tidy(square)
    if square != 0 and not is_positive(square):
        return None
    is_wave = is_positive(b)
    size = root(spread(b if is_wave else -b)) / speed
    order = tidy(root(square) / speed)
    if not order.free_symbols and not is_positive(order + symengine.Rational(1, 10**6)):
        order = -order
    if not size.free_symbols and not is_positive(size):
        size = -size
    names = ("besselj", "bessely") if is_wave else ("besseli", "besselk")
    first, second = (BY_TOKEN[name].build(order, size * power) for name in names)
    return Basis(first, second, 2 * speed / symengine.pi if is_wave else -speed)
