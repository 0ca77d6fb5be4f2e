"""Solutions of differential equations by exact methods and undetermined coefficients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import symengine

from symmath.expr.operators import Expr, X
from symmath.expr.prefix import length
from symmath.expr.shape import summands_of
from symmath.odes.constants import C1, C2, CONSTANTS, in_order, simplest_constants
from symmath.odes.equation import UNKNOWNS, Y, holds_symbol
from symmath.odes.first_integral import from_candidates
from symmath.odes.first_order import first_order, slopes
from symmath.odes.forms import shortest, spread
from symmath.odes.higher import for_derivative, general_solution
from symmath.odes.integral import integral
from symmath.odes.invert import explicit, level
from symmath.odes.linear import linear_second_order
from symmath.odes.operator import linear_operator
from symmath.odes.second_order import reducible


def solve_first_order(equation: Expr, candidates: Sequence[Expr] = ()) -> Iterator[Expr]:
    """Yield proposals for a first-order equation.

    Parameters
    ----------
    equation : Expr
        In x, y and y'; it should vanish.
    candidates : sequence of Expr
        Answers y(x, c1) of the network, best first; the terms of their first integrals are pooled.
        Without any, the equation alone is asked.

    Yields
    ------
    Expr
        y in x and c1; or, if it holds y, an expression that is constant on every solution.
    """
    if not candidates:
        yield from map(_simple, first_order(equation))
        return
    for f in slopes(equation):
        for phi in from_candidates(f, candidates):
            solved = list(explicit(phi))
            yield from solved or [level(phi)]


def solve_second_order(equation: Expr, candidates: Sequence[Expr] = ()) -> Iterator[Expr]:
    """Yield proposals for a second-order equation; see `solve_first_order`.

    An answer that holds y is an expression in x, y and c2 that is constant on every solution.
    """
    is_solved = False
    for found in linear_second_order(equation, candidates):
        is_solved |= found.diff(C2) != 0
        yield in_order(found)
    if not candidates and not is_solved:
        yield from map(_simple, reducible(equation))


def solve_higher_order(equation: Expr, candidates: Sequence[Expr] = (), *, order: int) -> Iterator[Expr]:
    """Yield proposals for an equation of order 3 or 4, explicit ones; see `solve_first_order`."""
    if candidates:
        return
    operator = linear_operator(equation, order)
    if operator is not None:
        yield from general_solution(operator)
        return
    top = UNKNOWNS[order]
    for f in dict.fromkeys(slopes(equation, top)):
        factor = linear_operator(top - f, order)
        if factor is not None:
            yield from general_solution(factor)
    lower = for_derivative(equation, order)
    if lower is None:
        return
    below = solve_second_order(lower) if order == 3 else solve_higher_order(lower, order=order - 1)
    for slope in below:
        y = None if holds_symbol(slope, Y) else integral(slope)
        if y is not None:
            varying = symengine.Add(*(term for term in summands_of(spread(y)) if holds_symbol(term, X)))
            yield min((shortest(y), shortest(varying)), key=length) + CONSTANTS[order - 1]


def _simple(found: Expr) -> Expr:
    """Give the constants of an explicit answer their simplest form."""
    if holds_symbol(found, Y):
        return found
    constants = tuple(c for c in (C1, C2) if holds_symbol(found, c))
    forms = [simplest_constants(found, constants) or found]
    if len(constants) == 2:
        # tan(c1*c2 + c2*x) is tan(c1 + c2*x).
        forms += [spread(found.xreplace({C1: other})) for other in (C1 / C2, C1 * C2)]
    return min(forms, key=lambda e: len(str(e)))
