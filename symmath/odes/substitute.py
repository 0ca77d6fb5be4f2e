"""Changes of the unknown that an equation itself suggests: u = phi(x, y).

A function of x and y inside the equation suggests its argument, u = y/x in ``tan(y/x)``; a polynomial
in y suggests the shift that completes its power, u = y - s(x).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import symengine

from symmath.ansatz.basis import distinct
from symmath.errors import UnsupportedError
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.odes.equation import DDY, DY, Y, by_powers, holds_symbol
from symmath.odes.forms import ONE, ZERO, spread, tidy
from symmath.odes.roots import roots_of

MAX_SUBSTITUTIONS = 6
_VALUE = symengine.Symbol("u")


class Substitution(NamedTuple):
    """A new unknown.

    Attributes
    ----------
    inner : Expr
        u as a function of x and y.
    outer : Expr
        y as a function of x and u; u is written y.
    """

    inner: Expr
    outer: Expr

    def slope(self, f: Expr) -> Expr:
        """Return u' in x and u for ``y' = f(x, y)``."""
        speed = self.inner.diff(X) + self.inner.diff(Y) * f
        return tidy(speed.xreplace({Y: self.outer}))

    def equation(self, e: Expr) -> Expr:
        """Return an equation in x, y, y', y'' as one for u."""
        return for_unknown(e, self.outer)

    def back(self, found: Expr) -> Expr:
        """Return y for an answer u(x, c1, c2), or the first integral in x and y for one in x and u."""
        return found.xreplace({Y: self.inner}) if holds_symbol(found, Y) else self.outer.xreplace({Y: found})


def for_unknown(e: Expr, outer: Expr) -> Expr:
    """Return an equation in x, y, y', y'' as one for u, where y is `outer`, in x and u; u is written y."""
    first = outer.diff(X) + outer.diff(Y) * DY
    second = first.diff(X) + first.diff(Y) * DY + first.diff(DY) * DDY
    return e.xreplace({Y: outer, DY: first, DDY: second})


def _arguments(e: Expr) -> Iterator[Expr]:
    """Yield arguments of functions, and bases of roots, that hold both x and y."""
    stack = [e]
    while stack:
        part = stack.pop()
        stack.extend(part.args)
        if not part.args or type(part) in (symengine.Add, symengine.Mul):
            continue
        inner = part.args[1] if part.args[0] == symengine.E else part.args[0]
        names = inner.free_symbols
        if {X, Y} <= names and not names & {DY, DDY}:
            yield inner


def _shifts(e: Expr) -> Iterator[Expr]:
    """Yield y - s(x) for the coefficients of an equation that are polynomials in y."""
    try:
        field = Field.of([e])
        num, den = field.fraction(e)
    except UnsupportedError:
        return
    for poly in (num, den):
        for part in by_powers(field, poly, DY, DDY).values():
            by_degree = {field.monomial(key, 1): group for key, group in by_powers(field, part, Y).items()}
            powers = {Y**n: n for n in range(1, 9)}
            if not set(by_degree) <= {ONE, *powers}:
                continue
            n = max((powers.get(monomial, 0) for monomial in by_degree), default=0)
            below = Y ** (n - 1)
            if n >= 2 and below in by_degree:
                shift = field.factored(field.cancel(by_degree[below], by_degree[Y**n])) / n
                yield Y + spread(shift)


def substitutions(e: Expr) -> Iterator[Substitution]:
    """Yield new unknowns that an equation, or a slope f(x, y), suggests."""
    for inner in distinct((*_arguments(e), *_shifts(e)), MAX_SUBSTITUTIONS):
        simple = _without_constant(inner)
        try:
            found = roots_of(simple - _VALUE, Y, Y)
        except (UnsupportedError, RuntimeError):
            continue
        for outer in found[:1]:
            if holds_symbol(outer, X):
                yield Substitution(simple, outer.xreplace({_VALUE: Y}))


def _without_constant(inner: Expr) -> Expr:
    """Drop additive constants."""
    expanded = spread(inner)
    if type(expanded) is not symengine.Add:
        return inner
    constant = symengine.Add(*(term for term in expanded.args if not term.free_symbols))
    return inner if constant == ZERO else expanded - constant
