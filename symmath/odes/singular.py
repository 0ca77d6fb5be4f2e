"""Solutions of first-order equations that no constant of the general one gives.

Envelopes: of ``y = x*y' + y'**2`` the lines ``c1*x + c1**2`` touch ``-x**2/4``. Where a root loses its
uniqueness: of ``y' = 3*y**(2/3)`` the cubes ``(x + c1)**3`` touch ``y = 0``. And limits for infinite
constants: ``y = 0`` of ``y' = y**2``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain

import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import length
from symmath.expr.reals import holds_i
from symmath.expr.signs import derivative
from symmath.odes.constants import C1, CONSTANTS
from symmath.odes.equation import DY, Y, holds_symbol
from symmath.odes.forms import ZERO, as_for_positive, is_zero, shortest, spread, tidy
from symmath.odes.roots import roots_of

_PLACES = (ZERO, symengine.Integer(1), symengine.Integer(2))
_UNSOLVABLE = (UnsupportedError, PrefixError, RuntimeError)


def singular_solutions(equation: Expr, answer: Expr) -> list[Expr]:
    """Return proposals for solutions beside a general one, or beside one that meets conditions.

    Parameters
    ----------
    equation : Expr
        In x, y and y'; it should vanish.
    answer : Expr
        y in x and c1, or in x alone; or, if it holds y, what is constant on every solution.

    Returns
    -------
    list of Expr
        y in x; none of a linear equation.
    """
    if not any(holds_symbol(equation.diff(a), b) for a, b in ((Y, Y), (Y, DY), (DY, DY))):
        return []
    found: list[Expr] = []
    for proposal in chain(_envelopes(answer), _discriminants(equation), _equilibria(equation)):
        y = _solution(equation, proposal)
        if y is None or _is_member(answer, y):
            continue
        same = next((other for other in found if is_zero(other - y)), None)
        if same is None:
            found.append(y)
        elif length(y) < length(same):
            found[found.index(same)] = y
    return found


def _solution(equation: Expr, proposal: Expr) -> Expr | None:
    """Return a form of a proposal that is a real solution, or None."""
    for form in (_as_for_positive, shortest):
        try:
            y = form(proposal)
            is_function = not any(holds_symbol(y, s) for s in (Y, DY, *CONSTANTS)) and not holds_i(y)
            if is_function and is_zero(equation.subs({DY: derivative(y)}).subs({Y: y})):
                canonical_tokens(y)
                return y
        except _UNSOLVABLE:
            continue
    return None


def _as_for_positive(e: Expr) -> Expr:
    """Write ``exp(log(x))`` as x and ``sqrt(1 + x**2/(1 - x**2))`` as ``1/sqrt(1 - x**2)``."""
    roots = [p for p in e.atoms(symengine.Pow) if p.args[1].is_Rational and not p.args[1].is_Integer]
    written = {}
    for power in roots:
        above, below = tidy(power.args[0]).as_numer_denom()
        sign = -1 if above.is_Number and above < 0 else 1
        written[power] = (spread(sign * above) / spread(sign * below)) ** power.args[1]
    return shortest(as_for_positive(e.xreplace(written)))


def _roots(e: Expr, symbol: Expr) -> list[Expr]:
    """Return the roots that are found of an expression, those of its factors apart."""
    found: list[Expr] = []
    for factor in e.args if type(e) is symengine.Mul else (e,):
        if holds_symbol(factor, symbol):
            try:
                found += roots_of(factor, symbol, symbol)
            except _UNSOLVABLE:
                continue
    return found


def _envelopes(answer: Expr) -> Iterator[Expr]:
    """Yield what touches all members of an explicit family: where its derivative by the constant vanishes."""
    if not holds_symbol(answer, Y) and holds_symbol(answer, C1):
        for constant in _roots(answer.diff(C1), C1):
            if holds_symbol(constant, X):
                with suppress(RuntimeError):
                    yield answer.subs({C1: constant})


def _discriminants(equation: Expr) -> Iterator[Expr]:
    """Yield the curves on which two of an equation's slopes are one."""
    for slope in _roots(equation.diff(DY), DY):
        with suppress(RuntimeError):
            yield from _roots(equation.subs({DY: slope}), Y)


def _equilibria(equation: Expr) -> Iterator[Expr]:
    """Yield constants with slope zero, and curves on which the base of a power vanishes."""
    with suppress(RuntimeError):
        yield from (y for y in _roots(equation.subs({DY: ZERO}), Y) if not holds_symbol(y, X))
    for power in sorted(equation.atoms(symengine.Pow), key=str):
        if holds_symbol(power.args[0], Y):
            yield from _roots(power.args[0], Y)


def _is_member(answer: Expr, y: Expr) -> bool:
    """Whether some constant gives a solution, as far as that is found out."""
    if holds_symbol(answer, Y):
        try:
            value = shortest(answer.subs({Y: y}))
            canonical_tokens(value)
        except _UNSOLVABLE:  # It is infinite there.
            return False
        return not holds_symbol(value, X)
    if not holds_symbol(answer, C1):
        return is_zero(answer - y)
    if any(not holds_symbol(shortest(constant), X) for constant in _roots(answer - y, C1)):
        return True
    for place in _PLACES:
        at_place = (answer - y).subs({X: place})
        with suppress(*_UNSOLVABLE):
            if any(is_zero(answer.subs({C1: constant}) - y) for constant in _roots(at_place, C1)):
                return True
    return False
