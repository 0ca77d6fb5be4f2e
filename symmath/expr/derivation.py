"""A derivative written out rule by rule, for a person to follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import symengine

from symmath.expr.operators import Expr, X
from symmath.expr.signs import derivative

MAX_STEPS = 40

Step = tuple[int, str, Expr, Expr]
"""Depth, name of the rule, an expression and its derivative."""


def steps(e: Expr, depth: int = 0) -> Iterator[Step]:
    """Yield the steps of differentiating by x, the whole before its parts.

    Yields
    ------
    tuple of (int, str, Expr, Expr)
    """
    name, parts = _rule(e)
    yield depth, name, e, derivative(e)
    for part in parts:
        yield from steps(part, depth + 1)


def _rule(e: Expr) -> tuple[str, list[Expr]]:
    """Return the rule by which an expression is differentiated, and what remains to be."""
    if X not in e.free_symbols:
        return "constant", []
    if e == X:
        return "identity", []
    kind = type(e)
    if kind is symengine.Add:
        return "sum", [term for term in e.args if X in term.free_symbols and term != X]
    if kind is symengine.Mul:
        moving = [factor for factor in e.args if X in factor.free_symbols]
        if len(moving) == 1:
            return "constant multiple", _unless_bare(moving)
        return "product", _unless_bare(moving)
    if kind is symengine.Pow:
        base, exponent = e.args
        if X not in exponent.free_symbols:
            return ("power" if base == X else "power and chain"), _unless_bare([base])
        name = "exponential" if exponent == X else "exponential and chain"
        return (name, _unless_bare([exponent])) if X not in base.free_symbols else ("logarithmic", [])
    name = e.get_name() if kind is symengine.FunctionSymbol else kind.__name__.lower()
    return (name if e.args[-1] == X else f"{name} and chain"), _unless_bare([e.args[-1]])


def _unless_bare(parts: list[Expr]) -> list[Expr]:
    return [part for part in parts if part != X]


def written_out(e: Expr, show: Callable[[Expr], str]) -> list[str]:
    """Return the steps as lines of text.

    Parameters
    ----------
    e : Expr
    show : Callable
        Prints an expression.
    """
    lines = [
        f"{'  ' * depth}({show(part)})' = {show(slope)}   [{name}]" for depth, name, part, slope in steps(e)
    ]
    left = len(lines) - MAX_STEPS
    return lines if left <= 0 else [*lines[:MAX_STEPS], f"... and {left} more"]
