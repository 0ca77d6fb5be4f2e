"""What kind of problem it is, by the functions in it; for counting, not for solving."""

from __future__ import annotations

import symengine

from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr
from symmath.tasks.task import Problem

_FAMILIES = {
    "exponential": {"exp"},
    "logarithmic": {"log"},
    "trigonometric": {"sin", "cos", "tan"},
    "hyperbolic": {"sinh", "cosh", "tanh"},
    "inverse": {"asin", "acos", "atan", "asinh", "acosh", "atanh"},
    "absolute value": {"abs", "sign"},
}


def kind_of(problem: Problem) -> str:
    """Return "rational", "algebraic", one family of functions, or "mixed"."""
    tokens = set(canonical_tokens(problem.expr))
    families = [name for name, functions in _FAMILIES.items() if tokens & functions]
    if len(families) > 1:
        return "mixed"
    if families:
        return families[0]
    return "algebraic" if _has_root(problem.expr) else "rational"


def _has_root(e: Expr) -> bool:
    return (type(e) is symengine.Pow and not e.args[1].is_Integer) or any(map(_has_root, e.args))
