"""The same equation for another unknown or in another variable, which the network can be asked instead.

What it can't solve as ``y' = f(x, y)`` it may solve for u = 1/y or in t = log(x). The changes are those an
equation itself suggests (`symmath.odes.substitute`, functions of y inside it) and a few that are usual.
Logarithms and roots are taken apart as for positive numbers; the verifier says where an answer holds.

References
----------
Kamke (1959), "Differentialgleichungen: Lösungsmethoden und Lösungen", part A, sections 4 and 16.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

import symengine

from symmath.errors import UNUSABLE
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import Tokens, decode
from symmath.odes.equation import DDY, DY, Y, holds_symbol, normal_form
from symmath.odes.forms import as_for_positive
from symmath.odes.linearise import inner_functions, inverses
from symmath.odes.substitute import for_unknown, substitutions

MAX_TOKENS = 160
"""Longest equation that is worth asking."""
USUAL_UNKNOWNS = (
    1 / Y, X * Y, Y / X, symengine.exp(Y), symengine.log(Y), Y**2, symengine.sqrt(Y), X + Y, Y - X,
    X**2 * Y, Y / X**2, Y * symengine.exp(X), Y * symengine.exp(-X),
)  # fmt: skip
"""y in x and the new unknown u, which is written y."""
PLAIN_UNKNOWNS = (-Y, 2 * Y, Y + 1, Y - 1)
"""The same, for the case that the network reads one of two such equations better than the other."""
USUAL_VARIABLES = (
    (symengine.exp(X), symengine.log(X)), (1 / X, 1 / X), (symengine.log(X), symengine.exp(X)),
    (X**2, symengine.sqrt(X)), (symengine.sqrt(X), X**2),
)  # fmt: skip
"""x in the new variable t, and t in x; t is written x."""
PLAIN_VARIABLES = ((-X, -X), (2 * X, X / 2), (X / 2, 2 * X), (X + 1, X - 1), (X - 1, X + 1))


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
        return as_for_positive(self.outer.xreplace({Y: answer.xreplace({X: self.variable})}))


def changes(equation: Expr, order: int) -> list[Change]:
    """Return an equation in other words.

    Parameters
    ----------
    equation : Expr
        In x, y, y' and y''; it should vanish.
    order : int
        1 or 2.

    Returns
    -------
    list of Change
        First what the equation suggests, then what is usual, then scales and shifts, each from the shortest
        on. Their equations are distinct, in normal form, and none is the one given.
    """
    top = DY if order == 1 else DDY
    known = {tuple(_shown(equation, top) or ())}
    found: list[Change] = []
    usual, plain = (USUAL_UNKNOWNS, USUAL_VARIABLES), (PLAIN_UNKNOWNS, PLAIN_VARIABLES)
    for raw in (_suggested(equation), _listed(equation, *usual), _listed(equation, *plain)):
        ranked: dict[tuple[str, ...], Change] = {}
        for change in raw:
            tokens = tuple(_shown(change.equation, top) or ())
            if tokens and len(tokens) <= MAX_TOKENS and tokens not in known:
                ranked.setdefault(tokens, change._replace(equation=decode(tokens)))
        known |= ranked.keys()
        found += [ranked[tokens] for tokens in sorted(ranked, key=len)]
    return found


def _suggested(equation: Expr) -> Iterator[Change]:
    """Yield the changes of the unknown that an equation suggests, as far as they can be made."""
    sources: tuple[Callable[[], Iterator[Expr]], ...] = (
        lambda: (found.outer for found in substitutions(equation)),
        lambda: (y for inner in inner_functions(equation) for y in islice(inverses(inner, Y), 1)),
    )
    for source in sources:
        try:
            for outer in source():
                yield Change(for_unknown(equation, outer), outer, X)
        except UNUSABLE:
            continue


def _listed(
    equation: Expr, unknowns: tuple[Expr, ...], variables: tuple[tuple[Expr, Expr], ...]
) -> Iterator[Change]:
    for outer in unknowns:
        yield Change(for_unknown(equation, outer), outer, X)
    for x, t in variables:
        yield Change(_in_variable(equation, x), Y, t)


def _in_variable(equation: Expr, x: Expr) -> Expr:
    """Return an equation in the variable t, x = x(t)."""
    speed = x.diff(X)
    first = DY / speed
    second = (DDY - first * speed.diff(X)) / speed**2
    return equation.xreplace({X: x, DY: first, DDY: second})


def _shown(equation: Expr, top: Expr) -> Tokens | None:
    """Return the tokens of the normal form of an equation; None if it has none."""
    try:
        normal = as_for_positive(normal_form(as_for_positive(equation), top))
        return canonical_tokens(normal) if holds_symbol(normal, top) else None
    except UNUSABLE:
        return None
