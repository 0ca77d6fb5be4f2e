"""Integrands that a change of unit frees of a parameter: of ``1/(x**4 + a**4)`` the variable is x/a."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

import symengine

from symmath.ansatz.roots import tidy
from symmath.errors import UnsupportedError
from symmath.expr.expansion import expand
from symmath.expr.kernels import Field
from symmath.expr.operators import PARAMETERS, SYMBOL_EXPRS, Expr, X, parameters_in
from symmath.expr.rational import factorised
from symmath.expr.shape import factors_of

MAX_DEGREE = 6


class Scaled(NamedTuple):
    """A primitive of the integrand is ``factor * F(x / unit)``, if F is one of `integrand`."""

    integrand: Expr
    factor: Expr
    unit: Expr

    def back(self, primitive: Expr) -> Expr:
        """Return the primitive of what was scaled."""
        return self.factor * primitive.subs({X: X / self.unit})


def scaled(integrand: Expr) -> Iterator[Scaled]:
    """Yield forms of an integrand in x over a parameter, or over a root that makes its binomials such."""
    yield from _over_parameters(integrand)
    for form, unit, root in _with_powers_for_coefficients(integrand):
        for found in _over_parameters(form):
            if found.unit == unit:
                yield Scaled(*(part.xreplace({unit: root}) for part in found))


def _over_parameters(integrand: Expr) -> Iterator[Scaled]:
    for parameter in parameters_in(integrand):
        try:
            form = tidy(integrand.subs({X: parameter * X}) * parameter)
        except (UnsupportedError, RuntimeError):
            continue
        powers = [f for f in factors_of(form) if parameter in f.free_symbols and X not in f.free_symbols]
        factor = symengine.Mul(*powers)
        if parameter not in (form / factor).free_symbols:
            yield Scaled(form / factor, factor, parameter)


def _with_powers_for_coefficients(integrand: Expr) -> Iterator[tuple[Expr, Expr, Expr]]:
    """Write ``a*x**n + a*u**n`` for ``a*x**n + b`` below, u a parameter that isn't there.

    Yields
    ------
    Expr
        The integrand with u.
    Expr
        u.
    Expr
        What it stands for.
    """
    unused = [SYMBOL_EXPRS[name] for name in PARAMETERS if SYMBOL_EXPRS[name] not in integrand.free_symbols]
    try:
        field = Field.of([integrand, X])
        factors = [field.expr(factor) for factor, _ in factorised(field.fraction(integrand).den)[1]]
    except UnsupportedError:
        return
    for e in factors if unused else ():
        # exp(1/x) has no value at zero, and nothing may be left of what a coefficient stands in.
        with suppress(RuntimeError):
            yield from _with_power(integrand, e, unused[0])


def _with_power(integrand: Expr, e: Expr, unit: Expr) -> Iterator[tuple[Expr, Expr, Expr]]:
    """Write a factor of a denominator so; see `_with_powers_for_coefficients`."""
    constant = e.subs({X: 0})
    degree = next((n for n in range(3, MAX_DEGREE + 1) if X not in ((e - constant) / X**n).free_symbols), 0)
    free = [p for p in parameters_in(constant) if expand(constant).diff(p, 2) == 0]
    if not degree or not free:
        return
    leading = expand((e - constant) / X**degree)
    slope = constant.diff(free[0])
    value = (leading * unit**degree - constant.subs({free[0]: 0})) / slope
    if free[0] not in leading.free_symbols:
        root = (constant / leading) ** (symengine.Integer(1) / degree)
        yield integrand.subs({free[0]: value}), unit, root
