"""First integrals of ``y' = f(x, y)`` by undetermined coefficients.

Phi = sum of a_i phi_i is constant on solutions if ``sum of a_i (d phi_i/dx + f d phi_i/dy) = 0``, which is
linear in the a_i. The terms phi_i come from the equation itself, multiplied by usual integrating
factors and integrated term by term, or from candidate solutions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import symengine

from symmath.ansatz.basis import additive_terms, distinct
from symmath.ansatz.fit import relations
from symmath.errors import UnsupportedError
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.shape import factors_of, summands_of
from symmath.odes.constants import C1
from symmath.odes.equation import Y, holds_symbol
from symmath.odes.forms import ONE, exponential, is_zero, spread, tidy
from symmath.odes.integral import integral
from symmath.odes.roots import roots_of

MAX_TERMS = 60
_POWERS = (-3, -2, -1, 0, 1, 2, 3)


def combine_terms(f: Expr, terms: Sequence[Expr]) -> Expr | None:
    """Return a combination of `terms` that is constant on every solution, or None."""
    flows = [term.diff(X) + f * term.diff(Y) for term in terms]
    for relation in relations(flows):
        phi = symengine.Add(*(c * terms[i] for i, c in relation.items()))
        if holds_symbol(phi, Y) and not is_zero(phi.diff(Y)):
            return phi
    return None


def _termwise(e: Expr, variable: Expr) -> Iterator[Expr]:
    """Yield the primitives of those terms of a sum whose variables separate."""
    other = Y if variable == X else X
    for term in summands_of(spread(e)):
        inside = symengine.Mul(*(factor for factor in factors_of(term) if holds_symbol(factor, variable)))
        if holds_symbol(inside, other):
            yield from _with_parameter(term, variable, other)
            continue
        found = integral(inside, variable)
        if found is not None:
            yield from (term / inside * part for part in summands_of(spread(found)))


def _with_parameter(term: Expr, variable: Expr, other: Expr) -> Iterator[Expr]:
    """Yield terms of the primitive of a term whose variables don't separate."""
    found = integral(term.xreplace({other: C1}), variable)
    if found is not None:
        yield from summands_of(spread(found.xreplace({C1: other})))


def _integrating_factors(above: Expr, below: Expr) -> Iterator[Expr]:
    """Yield factors that may make ``above dx - below dy`` exact, the simplest first."""
    yield ONE
    curl = spread(-above.diff(Y) - below.diff(X))
    if curl == 0:
        return
    for base, variable in ((below, X), (-above, Y)):
        rate = tidy((curl if variable == X else -curl) / base)
        if rate.free_symbols <= {variable}:
            area = integral(rate, variable)
            if area is not None:
                yield exponential(area)
    for i in _POWERS:
        for j in _POWERS:
            if (i, j) != (0, 0):
                yield X**i * Y**j


def from_terms(f: Expr) -> Iterator[Expr]:
    """Yield a first integral fitted over the equation's own terms, if there is one."""
    try:
        field = Field.of([f])
        num, den = field.fraction(f)
    except UnsupportedError:
        return
    above, below = field.expr(num), field.expr(den)
    for number, factor in enumerate(_integrating_factors(above, below)):
        if number >= 3 and not _is_exact(above * factor, below * factor):
            continue
        terms = distinct(
            (*_termwise(above * factor, X), *_termwise(below * factor, Y)),
            MAX_TERMS,
        )
        phi = combine_terms(f, terms) if terms else None
        if phi is not None:
            yield phi
            return


def _is_exact(above: Expr, below: Expr) -> bool:
    return spread(above.diff(Y) + below.diff(X)) == 0


def from_candidates(f: Expr, candidates: Sequence[Expr]) -> Iterator[Expr]:
    """Yield first integrals fitted over the terms of those of candidate solutions y(x, c1)."""
    pooled: list[Expr] = []
    for candidate in candidates:
        try:
            for phi in roots_of(candidate - Y, C1, C1)[:1]:
                shapes = dict.fromkeys((phi, spread(phi)))
                terms = [t for form in shapes for t in additive_terms_of_both(form)]
                found = combine_terms(f, distinct(terms, MAX_TERMS))
                if found is not None:
                    yield found
                pooled += terms
        except (UnsupportedError, RuntimeError):
            continue
    found = combine_terms(f, distinct(pooled, MAX_TERMS)) if pooled else None
    if found is not None:
        yield found


def additive_terms_of_both(phi: Expr) -> Iterator[Expr]:
    """Yield the terms of a sum that depend on x or y, without rational coefficients."""
    yield from additive_terms(phi)
    for term in summands_of(phi):
        if holds_symbol(term, Y) and X not in term.free_symbols:
            yield term / term.args[0] if type(term) is symengine.Mul and term.args[0].is_Rational else term
