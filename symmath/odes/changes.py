"""The same equation for another unknown or in another variable, which the network can be asked instead.

What it can't solve as ``y' = f(x, y)`` it may solve for u = 1/y or in t = log(x). The changes are those an
equation itself suggests (`symmath.odes.substitute`, functions of y inside it) and a few that are usual.

References
----------
Kamke (1959), "Differentialgleichungen: Lösungsmethoden und Lösungen", part A, sections 4 and 16.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import Tokens, decode
from symmath.odes.equation import DDY, DY, Y, holds_symbol, normal_form
from symmath.odes.linearise import inner_functions, inverses
from symmath.odes.substitute import Substitution, substitutions

MAX_TOKENS = 160
"""Longest equation that is worth asking."""
_HALF = symengine.Rational(1, 2)
USUAL_UNKNOWNS = (
    1 / Y, X * Y, Y / X, symengine.exp(Y), symengine.log(Y), Y**2, symengine.sqrt(Y), -Y, X + Y, Y - X,
    X**2 * Y, Y / X**2, 2 * Y, Y * symengine.exp(X), Y * symengine.exp(-X), Y + 1, Y - 1,
)  # fmt: skip
"""y in x and the new unknown u, which is written y."""
USUAL_VARIABLES = (
    (-X, -X), (symengine.exp(X), symengine.log(X)), (1 / X, 1 / X), (symengine.log(X), symengine.exp(X)),
    (X**2, symengine.sqrt(X)), (symengine.sqrt(X), X**2), (2 * X, X / 2), (X / 2, 2 * X), (X + 1, X - 1),
    (X - 1, X + 1),
)  # fmt: skip
"""x in the new variable t, and t in x; t is written x."""


class Change(NamedTuple):
    """An equation in other words.

    Attributes
    ----------
    equation : Expr
        In x, y and its derivatives, like every equation.
    outer : Expr
        The old unknown in x and the new one, y.
    variable : Expr
        The new variable in x.
    """

    equation: Expr
    outer: Expr
    variable: Expr

    def back(self, answer: Expr) -> Expr:
        """Return the solution of the old equation for one of the new."""
        return self.outer.xreplace({Y: answer.xreplace({X: self.variable})})


def _unknowns(equation: Expr) -> Iterator[Expr]:
    """Yield y in x and a new unknown, first what the equation suggests."""
    yield from (found.outer for found in substitutions(equation))
    for inner in inner_functions(equation):
        yield from islice(inverses(inner, Y), 1)
    yield from USUAL_UNKNOWNS


def _in_variable(equation: Expr, x: Expr) -> Expr:
    """Return an equation in the variable t, x = x(t)."""
    speed = x.diff(X)
    first = DY / speed
    second = (DDY - first * speed.diff(X)) / speed**2
    return equation.xreplace({X: x, DY: first, DDY: second})


def _raw(equation: Expr) -> Iterator[Change]:
    for outer in dict.fromkeys(_unknowns(equation)):
        yield Change(Substitution(Y, outer).equation(equation), outer, X)
    for x, t in USUAL_VARIABLES:
        yield Change(_in_variable(equation, x), Y, t)


def changes(equation: Expr, order: int) -> list[Change]:
    """Return an equation in other words, the shortest first.

    Parameters
    ----------
    equation : Expr
        In x, y, y' and y''; it should vanish.
    order : int
        1 or 2.

    Returns
    -------
    list of Change
        Their equations are distinct, in normal form, and none is the one given.
    """
    top = DY if order == 1 else DDY
    found: dict[tuple[str, ...], Change] = {}
    known = {tuple(_shown(equation, top) or ())}
    for change in _raw(equation):
        tokens = tuple(_shown(change.equation, top) or ())
        if not tokens or len(tokens) > MAX_TOKENS or tokens in known:
            continue
        known.add(tokens)
        found[tokens] = change._replace(equation=decode(tokens))
    return [found[tokens] for tokens in sorted(found, key=len)]


def _shown(equation: Expr, top: Expr) -> Tokens | None:
    """Return the tokens of the normal form of an equation; None if it has none."""
    try:
        normal = normal_form(equation, top)
        return canonical_tokens(normal) if holds_symbol(normal, top) else None
    except (UnsupportedError, PrefixError, RuntimeError):
        return None
