"""From a first integral ``Phi(x, y) = c1`` to explicit solutions, where they can be had."""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr
from symmath.odes.constants import C1, roots_of, simplest_constants
from symmath.odes.equation import Y, holds_symbol, terms_of
from symmath.odes.quadrature import ZERO, exponential, factors_of, shortest, spread

MAX_SCALE = 12


def _logarithmic_scale(phi: Expr) -> int:
    """Return the number that makes the coefficients of logarithms of y whole; 0 if there are none."""
    denominators: list[int] = []
    for term in terms_of(phi):
        for factor in factors_of(term):
            if isinstance(factor, (symengine.log, symengine.atanh)) and holds_symbol(factor, Y):
                coefficient = term / factor
                if not coefficient.is_Rational:
                    return 0
                denominators.append(int(coefficient.q))
    scale = lcm(*denominators) if denominators else 0
    return scale if scale <= MAX_SCALE else 0


def forms(phi: Expr) -> Iterator[Expr]:
    """Yield first integrals that say the same: `phi`, and its exponential if it holds logarithms of y."""
    phi = spread(phi)
    scale = _logarithmic_scale(phi)
    if scale:
        for sign in (1, -1):
            yield exponential(sign * scale * phi)
    yield phi
    if not scale:
        yield from (1 / form for form in (phi,) if phi != 0)


def explicit(phi: Expr) -> Iterator[Expr]:
    """Yield solutions y(x, c1) of ``phi(x, y) = c1``, one a branch."""
    seen: dict[Expr, None] = {}
    for form in forms(phi):
        try:
            found = roots_of(form - C1, Y, Y)
        except (UnsupportedError, RuntimeError):
            continue
        for y in found:
            simple = simplest_constants(y, (C1,))
            seen.setdefault(shortest(simple if simple is not None else y))
        if seen:
            break
    yield from seen


def level(phi: Expr) -> Expr:
    """Return the shortest first integral equivalent to `phi`, for an implicit answer."""
    phi = symengine.Add(*(term for term in terms_of(spread(phi)) if term.free_symbols))
    candidates = [shortest(phi)]
    coefficient = next((t.args[0] for t in terms_of(phi) if type(t) is symengine.Mul), ZERO)
    if coefficient != 0 and coefficient.is_Rational:
        candidates.append(shortest(phi / coefficient))
    return min(candidates, key=lambda e: len(str(e)))
