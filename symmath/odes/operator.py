"""Linear equations as operators: ``L(y) = g``, with the coefficients of the normal form."""

from __future__ import annotations

from typing import NamedTuple

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr, X
from symmath.odes.equation import UNKNOWNS, by_powers, numerator


class LinearOperator(NamedTuple):
    """A linear equation.

    Attributes
    ----------
    coefficients : tuple of Expr
        Of y, y', ..., up to the highest derivative's.
    right : Expr
        What is on the right side, g.
    """

    coefficients: tuple[Expr, ...]
    right: Expr

    @property
    def order(self) -> int:
        """Of the highest derivative."""
        return len(self.coefficients) - 1

    @property
    def top(self) -> Expr:
        """The symbol of the highest derivative."""
        return UNKNOWNS[self.order]

    def apply(self, y: Expr) -> Expr:
        """Return L(y) for a function of x."""
        total = symengine.Integer(0)
        for coefficient in self.coefficients:
            total += coefficient * y
            y = y.diff(X)
        return total

    def equation(self, right: Expr) -> Expr:
        """Return the equation ``L(y) - right``, as an expression in x, y and its derivatives."""
        terms = zip(self.coefficients, UNKNOWNS, strict=False)
        return symengine.Add(*(coefficient * symbol for coefficient, symbol in terms)) - right


def linear_operator(equation: Expr, order: int) -> LinearOperator | None:
    """Return an equation in x, y and its derivatives as an operator; None for one that isn't linear."""
    symbols = UNKNOWNS[: order + 1]
    try:
        field, poly = numerator(equation, symbols[-1])
        groups = by_powers(field, poly, *UNKNOWNS)
        parts = {field.monomial(key, 1): field.expr(part) for key, part in groups.items()}
    except UnsupportedError:
        return None
    one = symengine.Integer(1)
    if symbols[-1] not in parts or not set(parts) <= {one, *symbols}:
        return None
    zero = symengine.Integer(0)
    return LinearOperator(tuple(parts.get(s, zero) for s in symbols), -parts.get(one, zero))
