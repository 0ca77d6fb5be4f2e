"""The terms of sums and the factors of products, and what else is seen by looking at a tree."""

from __future__ import annotations

import symengine

from symmath.expr.operators import Expr


def summands_of(e: Expr) -> tuple[Expr, ...]:
    """Return the terms of a sum; of anything else itself."""
    return e.args if type(e) is symengine.Add else (e,)


def factors_of(e: Expr) -> tuple[Expr, ...]:
    """Return the factors of a product; of anything else itself."""
    return e.args if type(e) is symengine.Mul else (e,)


def base_and_exponent(e: Expr) -> tuple[Expr, Expr]:
    """Return those of a power; of anything else itself and 1."""
    return e.args if type(e) is symengine.Pow else (e, symengine.Integer(1))


def holds_bare_e(e: Expr) -> bool:
    """Whether Euler's number stands elsewhere than under an exponent."""
    if e == symengine.E:
        return True
    arguments = e.args[1:] if type(e) is symengine.Pow and e.args[0] == symengine.E else e.args
    return any(map(holds_bare_e, arguments))
