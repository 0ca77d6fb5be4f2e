"""Equations of order 3 and 4: linear ones, and those that y doesn't occur in.

A fundamental system comes from the roots of a polynomial, from an equation of lower order for a derivative
or a first integral, or from solutions found by undetermined coefficients, each of which lowers the order by
one. A particular solution comes from undetermined coefficients, or from variation of constants.

References
----------
Kamke (1959), "Differentialgleichungen: Lösungsmethoden und Lösungen", part A, sections 17, 18 and 22.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations
from math import comb

import symengine

from symmath.ansatz.fit import solve
from symmath.ansatz.modular import vanishes
from symmath.ansatz.parametric import solve_over_parameters
from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr, X, parameters_in
from symmath.expr.prefix import length
from symmath.expr.signs import has_signs
from symmath.expr.special import derivatives, slope_of
from symmath.expr.waves import with_single_angles
from symmath.odes.characteristic import by_characteristic_roots
from symmath.odes.constants import CONSTANTS
from symmath.odes.equation import UNKNOWNS, Y, holds_symbol
from symmath.odes.forms import ONE, ZERO, exponential, is_zero, shortest, spread, tidy
from symmath.odes.integral import integral
from symmath.odes.linear import closure, homogeneous_basis, simplest, solutions_among, usual_terms
from symmath.odes.operator import LinearOperator
from symmath.odes.system import solve_square

Solutions = list[Expr]
"""As many independent ones as the order."""


def general_solution(operator: LinearOperator) -> Iterator[Expr]:
    """Yield the general solution of a linear equation, in x and as many constants as its order."""
    basis = fundamental_system(operator.coefficients)
    special = None if basis is None else particular(operator, basis)
    if basis is not None and special is not None:
        terms = zip(CONSTANTS, _shortened(basis), strict=False)
        yield symengine.Add(*(c * y for c, y in terms)) + special


def _shortened(basis: Solutions) -> Solutions:
    """Put sum and difference of two solutions in their place, where they are shorter."""
    found = [simplest(y) for y in basis]
    for i, j in combinations(range(len(found)), 2):
        sums = (found[i] + found[j], found[i] - found[j])
        others = [simplest(shortest(e)) for e in sums]
        if sum(map(length, others)) < length(found[i]) + length(found[j]):
            found[i], found[j] = others
    return found


def fundamental_system(coefficients: Sequence[Expr], terms: Sequence[Expr] = ()) -> Solutions | None:
    """Return independent solutions of a homogeneous linear equation, as many as its order; or None.

    Parameters
    ----------
    coefficients : sequence of Expr
        Of y, y', ... in x; the last is not zero.
    terms : sequence of Expr
        Known solutions, if there are some.
    """
    if len(coefficients) == 2:
        area = integral(tidy(coefficients[0] / coefficients[1]))
        return None if area is None else [exponential(-area)]
    if len(coefficients) == 3:
        q, p = (tidy(c / coefficients[2]) for c in coefficients[:2])
        basis = homogeneous_basis(p, q, terms)
        return None if basis is None else list(basis[:2])
    searches: tuple[Callable[[Sequence[Expr]], Solutions | None], ...] = (
        by_characteristic_roots,
        _without_y,
        _of_products,
        _exact,
        partial(_by_reduction_of_order, terms=terms),
    )
    for search in searches:
        try:
            found = search(coefficients)
        except (UnsupportedError, RuntimeError):
            continue
        if found is not None:
            return found
    return None


def _without_y(coefficients: Sequence[Expr]) -> Solutions | None:
    """Solve for y' where y is missing."""
    if coefficients[0] != 0:
        return None
    slopes = fundamental_system(coefficients[1:])
    found = None if slopes is None else [integral(slope) for slope in slopes]
    return None if found is None or None in found else [ONE, *(y for y in found if y is not None)]


def _of_products(coefficients: Sequence[Expr]) -> Solutions | None:
    """Solve an equation of order 3 for products of two solutions of one of order 2, Kamke's 17.1(n)."""
    if len(coefficients) != 4:
        return None
    rest, slope, bend = (tidy(c / coefficients[-1]) for c in coefficients[:-1])
    p = tidy(bend / 3)
    q = tidy((slope - 2 * p**2 - p.diff(X)) / 4)
    if not is_zero(tidy(rest - 4 * p * q - 2 * q.diff(X))):
        return None
    basis = homogeneous_basis(p, q)
    if basis is None:
        return None
    first, second, _ = basis
    products = [first**2, first * second, second**2]
    sums = (first**2 + second**2, first * second, first**2 - second**2)
    waves = [simplest(shortest(with_single_angles(spread(e)))) for e in sums]
    return min(waves, products, key=lambda ys: sum(map(length, ys)))


def _exact(coefficients: Sequence[Expr]) -> Solutions | None:
    """Solve a first integral, an equation of lower order that is one of the right side's integral."""
    lower = [ZERO]
    for coefficient in coefficients[:0:-1]:
        lower.append(tidy(coefficient - lower[-1].diff(X)))
    if not is_zero(tidy(coefficients[0] - lower[-1].diff(X))):
        return None
    operator = LinearOperator(tuple(lower[:0:-1]), ONE)
    found = fundamental_system(operator.coefficients)
    special = None if found is None else particular(operator, found)
    return None if found is None or special is None else [*found, special]


def _by_reduction_of_order(coefficients: Sequence[Expr], terms: Sequence[Expr]) -> Solutions | None:
    """Find solutions among usual terms if none are known, and the others by y = v times one of them."""
    if coefficients[0] == 0 and not terms:
        # Of these y = 1 is one, which leads to the equation for y' again.
        return None
    operator = LinearOperator(tuple(coefficients), ZERO)
    leading = coefficients[-1]
    terms = terms or usual_terms(*(tidy(c / leading) for c in coefficients[:-1]))
    known: Solutions = []
    for y in solutions_among(operator, terms):
        if are_independent([*known, y]):
            known.append(y)
        if len(known) == operator.order:
            return known
    for y, *others in (known[i:] + known[:i] for i in range(len(known))):
        hints = [tidy(slope_of(other / y)) for other in others]
        slopes = fundamental_system(_reduced(coefficients, y), hints)
        ratios = [None] if slopes is None else [integral(slope) for slope in slopes]
        if None not in ratios:
            return [y, *(shortest(y * ratio) for ratio in ratios if ratio is not None)]
    return None


def are_independent(functions: Sequence[Expr]) -> bool:
    """Whether no combination of functions with constant coefficients is zero, by Wronski's determinant."""
    return not vanishes(symengine.DenseMatrix(wronskian_rows(functions)).det())


def wronskian_rows(functions: Sequence[Expr]) -> list[list[Expr]]:
    """Return Wronski's matrix: functions, and below each its derivatives."""
    columns = [derivatives(y, len(functions) - 1) for y in functions]
    return [list(row) for row in zip(*columns, strict=True)]


def _reduced(coefficients: Sequence[Expr], y: Expr) -> list[Expr]:
    """Return the coefficients of the equation for v' that makes v*y a solution as y is."""
    order = len(coefficients) - 1
    slopes = derivatives(y, order)

    def of(j: int) -> Expr:
        terms = (comb(i, j) * coefficients[i] * slopes[i - j] for i in range(j, order + 1))
        return tidy(symengine.Add(*terms) / y)

    return [of(j) for j in range(1, order + 1)]


def particular(operator: LinearOperator, basis: Sequence[Expr]) -> Expr | None:
    """Return a solution of the inhomogeneous equation, or None."""
    g = operator.right
    if g == 0:
        return ZERO
    over = solve_over_parameters if parameters_in(g, *operator.coefficients) else solve
    # Terms with signs solve it on either side of a corner; integrals that go on there, across it.
    terms = [] if has_signs(g) else closure(tidy(g / operator.coefficients[-1]), basis)
    found = over(g, [operator.apply(term) for term in terms]) if terms else None
    if found is not None:
        return symengine.Add(*(tidy(c) * terms[i] for i, c in found.items()))
    return _by_variation_of_constants(operator, basis)


def _by_variation_of_constants(operator: LinearOperator, basis: Sequence[Expr]) -> Expr | None:
    """Return the sum of solutions times integrals of what Wronski's matrix makes of the right side."""
    rows = wronskian_rows(basis)
    right = [*[ZERO] * (operator.order - 1), operator.right / operator.coefficients[-1]]
    slopes = solve_square(rows, right)
    factors = [None] if slopes is None else [integral(tidy(slope)) for slope in slopes]
    if None in factors:
        return None
    return shortest(symengine.Add(*(y * v for y, v in zip(basis, factors, strict=True) if v is not None)))


def for_derivative(equation: Expr, order: int) -> Expr | None:
    """Return the equation for y', written y, of an equation without y; None for one with it."""
    if holds_symbol(equation, Y):
        return None
    return equation.xreplace({UNKNOWNS[k]: UNKNOWNS[k - 1] for k in range(1, order + 1)})
