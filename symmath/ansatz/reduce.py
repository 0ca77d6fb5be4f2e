"""Make an integrand simpler before its terms are fitted: linear changes of variable, sums split."""

from __future__ import annotations

from collections.abc import Iterator

import symengine
from flint import fmpz

from symmath.expr.operators import Expr, X

MAX_CHANGES = 6
_HIGH, _SPARE = 3, 12


def _length(e: Expr) -> int:
    """Count nodes, and digits of numbers: prefix tokens, but for symbols outside the vocabulary too."""
    if not e.args or e.is_Number:
        return len(str(e))
    return 1 + sum(map(_length, e.args))


def _linear_nodes(e: Expr, found: dict[Expr, None]) -> None:
    """Collect subexpressions a*x + b, and c**(1/n)*x for every c*x**n with such a root."""
    if not e.args or X not in e.free_symbols:
        return
    slope = e.diff(X)
    if slope.is_Rational and slope != 0:
        if e != X:
            found[e] = None
        return
    if type(e) is symengine.Mul and e.args[0].is_Integer:
        powers = [a for a in e.args if type(a) is symengine.Pow and a.args[0] == X and a.args[1].is_Integer]
        if len(powers) == 1 and (n := int(powers[0].args[1])) > 1:
            coefficient = abs(int(e.args[0]))
            root = int(fmpz(coefficient).root(n))
            if root > 1 and root**n == coefficient:
                found[root * X] = None
    for argument in e.args:
        _linear_nodes(argument, found)


def _collected(e: Expr) -> Expr:
    """Expand the subexpressions that are linear in x: a substitution leaves 2*(x/2 - 1) + 2 behind."""
    if not e.args or e.is_Number or X not in e.free_symbols:
        return e
    slope = e.diff(X)
    if slope.is_Rational:
        return symengine.expand(e)
    return e.func(*map(_collected, e.args))


def linear_change(integrand: Expr) -> tuple[Expr, Expr] | None:
    """Find u = a*x + b in which an integrand is shorter.

    Returns
    -------
    tuple of (Expr, Expr), or None
        The new integrand in x, and the inner function: if F is a primitive of the first, F(inner)
        is one of `integrand`. None if no such change shortens it.
    """
    found: dict[Expr, None] = {}
    _linear_nodes(integrand, found)
    powers = [p for p in integrand.atoms(symengine.Pow) if p.args[1].is_Integer]
    best: tuple[int, Expr, Expr] = (_length(integrand), integrand, X)
    for inner in list(found)[:MAX_CHANGES]:
        slope = inner.diff(X)
        outer = (X - inner.subs({X: 0})) / slope
        new = _collected(integrand.subs({X: outer})) / slope
        # A power of a sum is not to be multiplied out, for a few tokens.
        spare = _SPARE if any(p.args[0] == inner and p.args[1] > _HIGH for p in powers) else 0
        if _length(new) < best[0] + spare:
            best = (_length(new), new, inner)
    return None if best[2] == X else (best[1], best[2])


def parts(integrand: Expr) -> Iterator[Expr]:
    """Yield the terms of a sum, or of a product with one sum; nothing for other expressions."""
    if type(integrand) is symengine.Add:
        yield from integrand.args
    elif type(integrand) is symengine.Mul:
        sums = [a for a in integrand.args if type(a) is symengine.Add]
        if len(sums) == 1:
            others = integrand / sums[0]
            yield from (others * term for term in sums[0].args)


def groups(integrand: Expr) -> list[Expr]:
    """Split a sum into the sums of those terms that share functions, also by their derivatives.

    A derivative of a term holds no function but the term's own and their derivatives', so that groups
    with no function in common are integrable one by one, if they are together.
    """
    found: list[tuple[set[Expr], list[Expr]]] = []
    for term in integrand.args if type(integrand) is symengine.Add else ():
        shared, terms = _functions(term) | _functions(term.diff(X)), [term]
        others = []
        for functions, members in found:
            if functions & shared:
                shared, terms = shared | functions, terms + members
            else:
                others.append((functions, members))
        found = [*others, (shared, terms)]
    return [symengine.Add(*terms) for _, terms in found]


def _functions(e: Expr) -> set[Expr]:
    """Return what an expression is no rational function of x without."""
    if X not in e.free_symbols or not e.args:
        return set()
    inner = set().union(*map(_functions, e.args))
    is_rational = type(e) in (symengine.Add, symengine.Mul)
    if is_rational or (type(e) is symengine.Pow and e.args[1].is_Integer):
        return inner
    return inner | {e}
