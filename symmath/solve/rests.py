"""What rounds have in common: rests, spelled as prefix tokens, and whether nothing is left."""

from __future__ import annotations

import symengine
from flint import acb, arb

from symmath.errors import UNUSABLE
from symmath.expr.balls import evaluate, variable, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.expansion import expand
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import Tokens
from symmath.expr.shape import factors_of
from symmath.expr.signs import content

NOTHING: Tokens = ["+", "0"]
_BITS = 128
_POINTS = ((37, 101), (-59, 83))
"""Of 64ths, real and imaginary part: where a rest is looked at for being zero."""


def split_constant(e: Expr) -> tuple[Expr, Expr]:
    """Return the constant factor of a term, and the rest of it."""
    if type(e) is symengine.Add:
        scale = content(e)
        return scale, symengine.Add(*(term / scale for term in e.args))
    factors = factors_of(e)
    constant = symengine.Mul(*(factor for factor in factors if X not in factor.free_symbols))
    return constant, symengine.Mul(*(factor for factor in factors if X in factor.free_symbols))


def coefficients(e: Expr) -> dict[Expr, Expr]:
    """Return the rational coefficient of each term of an expanded sum."""
    # symengine gives a sum without a constant term one of coefficient zero.
    return {term: share for term, share in expand(e).as_coefficients_dict().items() if share != 0}


def share_left(whole: Expr, left: Expr) -> Expr | None:
    """Return the rational c with ``left = c*whole``, 1 excepted; None if there is none."""
    try:
        terms, rest = coefficients(whole), coefficients(left)
    except UNUSABLE:
        return None
    if terms.keys() != rest.keys():
        return None
    shares = {rest[term] / terms[term] for term in terms}
    return None if len(shares) != 1 or shares == {1} else shares.pop()


def length(rest: Tokens) -> int:
    """Return how long a rest is; 0 for `NOTHING`."""
    return 0 if rest == NOTHING else len(rest)


def spell(rest: Expr) -> Tokens | None:
    """Write a rest as tokens, expanded if that is shorter; `NOTHING` if it vanishes, None if unspellable."""
    shortest: Tokens | None = None
    for form in (expand, lambda e: e):
        try:
            tokens = canonical_tokens(form(rest))
            if _vanishes(tokens):
                return NOTHING
        except UNUSABLE:
            continue
        if shortest is None or len(tokens) < len(shortest):
            shortest = tokens
    return shortest


def _vanishes(tokens: Tokens) -> bool:
    """Whether an expression is zero at two points, to many digits; who gets the answer proves it."""
    with working_precision(_BITS):
        for real, imaginary in _POINTS:
            point = variable(acb(arb(real) / 64, arb(imaginary) / 64), 1)
            value = evaluate(tokens, {"x": point}, 1)[0]
            if not value.contains(0) or not value.rad() < 2**-40:
                return False
    return True
