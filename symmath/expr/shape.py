"""The terms of sums and the factors of products."""

from __future__ import annotations

import symengine

from symmath.expr.operators import Expr


def summands_of(e: Expr) -> tuple[Expr, ...]:
    """Return the terms of a sum; of anything else itself."""
    return e.args if type(e) is symengine.Add else (e,)


def factors_of(e: Expr) -> tuple[Expr, ...]:
    """Return the factors of a product; of anything else itself."""
    return e.args if type(e) is symengine.Mul else (e,)
