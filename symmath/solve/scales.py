"""Definite integrals with parameters that are only scales of the variable.

With x = u/a the integral of ``x**3/(exp(a*x) - 1)`` from 0 to infinity is ``a**-4`` times one without a
parameter. What the variable is to be measured in, the integrand's own terms and the limits tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import sympy

from symmath.expr.bridge import SympyExpr

MAX_SCALES = 6


class Scaled(NamedTuple):
    """A sum of integrals without parameters, with coefficients that hold them.

    Attributes
    ----------
    terms : sequence of pairs of SympyExpr
        Coefficients and integrands.
    limits : pair of SympyExpr
        Of all of them.
    """

    terms: Sequence[tuple[SympyExpr, SympyExpr]]
    limits: tuple[SympyExpr, SympyExpr]


def without_parameters(
    integrand: SympyExpr, variable: SympyExpr, limits: tuple[SympyExpr, SympyExpr]
) -> Iterator[Scaled]:
    """Yield what an integral is in scaled variables, where no integral keeps a parameter.

    Parameters
    ----------
    integrand, variable : SympyExpr
        All other symbols are parameters, declared positive.
    limits : pair of SympyExpr
    """
    for scale in _scales(integrand, variable, limits):
        ends = [sympy.simplify(limit / scale) for limit in limits]
        if any(end.free_symbols for end in ends):
            continue
        scaled = scale * integrand.subs(variable, scale * variable)
        scaled = sympy.powdenest(sympy.expand_log(sympy.factor(scaled, deep=True)))
        pairs = [addend.as_independent(variable, as_Add=False) for addend in _addends(scaled, variable)]
        if all(rest.free_symbols <= {variable} for _, rest in pairs):
            yield Scaled(_collected(pairs), (ends[0], ends[1]))


def _addends(e: SympyExpr, variable: SympyExpr) -> Iterator[SympyExpr]:
    """Yield addends in which no factor is a sum with parameters."""
    for addend in sympy.Add.make_args(e):
        factors = sympy.Mul.make_args(addend)
        sums = [factor for factor in factors if factor.is_Add and factor.free_symbols - {variable}]
        rest = sympy.Mul(*(factor for factor in factors if factor not in sums))
        for part in sympy.Add.make_args(sympy.expand(sympy.Mul(*sums))):
            yield part * rest


def _collected(pairs: Sequence[tuple[SympyExpr, SympyExpr]]) -> list[tuple[SympyExpr, SympyExpr]]:
    """Add integrands of the same coefficient up to numbers: apart they may diverge."""
    sums: dict[SympyExpr, SympyExpr] = {}
    for coefficient, integrand in pairs:
        number, symbols = coefficient.as_independent(*coefficient.free_symbols, as_Add=False)
        sums[symbols] = sums.get(symbols, sympy.Integer(0)) + number * integrand
    return list(sums.items())


def _scales(
    integrand: SympyExpr, variable: SympyExpr, limits: tuple[SympyExpr, SympyExpr]
) -> Iterator[SympyExpr]:
    """Yield expressions of the parameters that the variable may be measured in."""
    found = [size for limit in limits for size in (limit, -limit) if size.free_symbols]
    for e in sympy.preorder_traversal(integrand):
        for addend in sympy.Add.make_args(e.args[0]) if isinstance(e, (sympy.Function, sympy.exp)) else ():
            if (monomial := _monomial(addend, variable)) and monomial[1]:
                found.append(monomial[0] ** (-1 / monomial[1]))
        if isinstance(e, sympy.Add):
            monomials = [m for addend in e.args if (m := _monomial(addend, variable))]
            for (first, low), (second, high) in combinations(monomials, 2):
                if low != high:
                    found.append((first / second) ** (1 / (high - low)))
    useful = [sympy.powdenest(scale) for scale in found if scale.free_symbols and scale.is_positive]
    yield from list(dict.fromkeys(useful))[:MAX_SCALES]


def _monomial(e: SympyExpr, variable: SympyExpr) -> tuple[SympyExpr, SympyExpr] | None:
    """Return the size of the coefficient, and the exponent, of a multiple of a power; None of others."""
    coefficient, rest = e.as_independent(variable, as_Add=False)
    base, exponent = rest.as_base_exp()
    if rest == 1:
        return abs(coefficient), sympy.Integer(0)
    if base not in (variable, abs(variable)) or not exponent.is_Rational:
        return None
    return abs(coefficient), exponent
