"""Propose primitives by undetermined coefficients, in steps of growing bases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import symengine

from symmath.ansatz.basis import distinct, terms_of_candidates, terms_of_integrand
from symmath.ansatz.fit import combine
from symmath.ansatz.substitution import substitutions
from symmath.errors import UnsupportedError
from symmath.expr.expansion import expand
from symmath.expr.operators import Expr, X

MAX_CONSTANTS = 4


def _constant_factors(e: Expr) -> list[Expr]:
    """Return the irrational constant factors of the terms of a sum, products of them included."""
    try:
        expanded = expand(e)
    except UnsupportedError:
        expanded = e
    found: dict[Expr, None] = {}
    for term in expanded.args if type(expanded) is symengine.Add else (expanded,):
        factors = term.args if type(term) is symengine.Mul else (term,)
        constant = symengine.Mul(*(f for f in factors if not f.is_Rational and X not in f.free_symbols))
        if constant != 1:
            found[constant] = None
    return list(found)[:MAX_CONSTANTS]


def _unwound(e: Expr) -> Expr:
    """Write atan(tan(u)) as u: the same up to jumps, and without them."""
    if not e.args:
        return e
    if type(e) is symengine.atan and type(e.args[0]) is symengine.tan:
        return e.args[0].args[0]
    return e.func(*map(_unwound, e.args))


def primitives(integrand: Expr, candidates: Sequence[Expr] = ()) -> Iterator[Expr]:
    """Yield proposals for a primitive; each has the right derivative up to branches.

    Parameters
    ----------
    integrand : Expr
    candidates : sequence of Expr
        Answers of the network, best first; their terms come before the integrand's own.
        Without any, the integrand alone suggests the terms.
    """
    proposed = terms_of_candidates(candidates)
    own = terms_of_integrand(integrand)
    steps = [proposed, own, distinct([*proposed, *own])] if proposed else [own]
    constants = _constant_factors(integrand)
    if constants:
        terms = steps[-1]
        steps.append(distinct([*terms, *(constant * term for constant in constants for term in terms)]))
    is_solved = False
    for terms in steps:
        found = combine(integrand, terms) if terms else None
        if found is not None:
            is_solved = True
            yield found
    if is_solved:
        return
    for new, inner in substitutions(integrand):
        found = combine(new, terms_of_integrand(new))
        if found is not None:
            yield _unwound(found.subs({X: inner}))
