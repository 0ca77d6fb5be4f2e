"""Two solutions of ``y'' + p*y' + q*y = 0``: from two that are found, or from one."""

from __future__ import annotations

from typing import NamedTuple

import symengine

from symmath.expr.logarithms import by_roots
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import length
from symmath.expr.shape import summands_of
from symmath.odes.forms import exponential, number_of, shortest, spread, tidy
from symmath.odes.integral import integral


class Basis(NamedTuple):
    """Two solutions of the homogeneous equation, and their Wronskian."""

    first: Expr
    second: Expr
    wronskian: Expr


def pair(p: Expr, *solutions: Expr) -> Basis | None:
    """Return two solutions as a basis; their Wronskian is a multiple of ``exp(-integral of p)``."""
    first, second = solutions
    if all(_is_polynomial(y) for y in solutions):
        sums = (tidy(first + second), tidy(first - second))
        first, second = sorted((*solutions, *sums), key=length)[:2]
    area = integral(p)
    decay = None if area is None else exponential(-area)
    wronskian = first * second.diff(X) - second * first.diff(X)
    multiple = None if decay is None else number_of(wronskian / decay)
    return Basis(first, second, tidy(wronskian) if multiple is None else multiple * decay)


def _is_polynomial(e: Expr) -> bool:
    powers = (p for p in e.atoms(symengine.Pow) if X in p.free_symbols)
    return not e.atoms(symengine.Function) and all(p.args[1].is_Integer and p.args[1] > 0 for p in powers)


def reduced_order(p: Expr, y: Expr) -> Basis | None:
    """Return a basis from one solution: the other is y times the integral of W / y**2."""
    area = integral(p)
    if area is None:
        return None
    decay = exponential(-area)
    ratio = integral(tidy(decay / y**2))
    return None if ratio is None else Basis(y, _multiplied(y, ratio), decay)


def _multiplied(y: Expr, ratio: Expr) -> Expr:
    """Return a product but for a multiple of y, what holds no functions over one denominator if shorter."""
    terms = summands_of(by_roots(ratio if type(ratio) is symengine.Add else spread(ratio)))
    plain = [term for term in terms if not term.atoms(symengine.Function)]
    others = symengine.Add(*(term for term in terms if term not in plain))
    apart = tidy(y * symengine.Add(*plain)) + y * others
    return min(shortest(y * symengine.Add(*terms)), apart, key=length)
