"""What kind of problem it is, by the functions in it; for counting, not for solving."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import symengine

from symmath.expr.operators import Expr, X
from symmath.tasks.task import Problem

_FAMILIES: Mapping[type, str] = {
    type(function(X)): family
    for family, functions in {
        "logarithmic": (symengine.log,),
        "trigonometric": (symengine.sin, symengine.cos, symengine.tan),
        "hyperbolic": (symengine.sinh, symengine.cosh, symengine.tanh),
        "inverse": (
            symengine.asin,
            symengine.acos,
            symengine.atan,
            symengine.asinh,
            symengine.acosh,
            symengine.atanh,
        ),
        "absolute value": (symengine.Abs, symengine.sign),
    }.items()
    for function in functions
}


def kind_of(problem: Problem) -> str:
    """Return "rational", "algebraic", one family of functions, or "mixed"; constants don't count."""
    families = set(_families(problem.expr))
    transcendental = families - {"algebraic"}
    if len(transcendental) > 1:
        return "mixed"
    return next(iter(transcendental or families), "rational")


def _families(e: Expr) -> Iterator[str]:
    if not e.free_symbols:
        return
    if type(e) in _FAMILIES:
        yield _FAMILIES[type(e)]
    elif type(e) is symengine.Pow and e.args[1].free_symbols:
        yield "exponential"
    elif type(e) is symengine.Pow and not e.args[1].is_Integer:
        yield "algebraic"
    for argument in e.args:
        yield from _families(argument)
