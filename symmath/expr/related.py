"""A planner that knows identities between kernels, for zero tests.

Everything used here holds on the principal branches at every complex point where both sides are
defined:

- sin, cos and tan of a sum of rational multiples of some angles are rational functions of the
  tangents of half angles;
- sinh, cosh and tanh are exponentials; ``exp(a + b) = exp(a) exp(b)``; ``exp(c log v) = v**c``;
  ``b**u = exp(u log b)``; ``exp(I u) = cos u + I sin u``;
- sin, cos and exp of inverse functions are algebraic; ``acos = pi/2 - asin``;
- positive rational factors come out of roots and logarithms;
- arguments of functions are normalised by the same arithmetic, and odd functions pass the sign.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import symengine
from flint import fmpq

from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr
from symmath.expr.plan import Planner
from symmath.expr.rational import Fraction

MAX_DEPTH = 8
_ONE = fmpq(1)
_UNIT = symengine.Integer(1)
_I = symengine.I
_ODD = (symengine.asin, symengine.atan, symengine.asinh, symengine.atanh, symengine.sign)
_EVEN = (symengine.Abs,)
# Denominators d for which symengine writes sin(pi/d) with square roots.
_CLOSED_ANGLES = frozenset((1, 2, 3, 4, 6, 12))


class Normalised(Protocol):
    """What the planner needs of a field: its kernels and the way back to expressions."""

    kernels: tuple[Expr, ...]

    def expr(self, element: Any) -> Expr:
        """Return a polynomial or fraction as an expression."""

    def monomial(self, exponents: Any, coefficient: int) -> Expr:
        """Return one term as an expression."""


Normal = Callable[[Expr, Planner], tuple[Normalised, Fraction]]


class Term(tuple[fmpq, Expr, bool]):
    """A term of an argument: rational coefficient, the rest, and whether it is times I."""

    __slots__ = ()


class RelatedPlanner(Planner):
    """A planner that rewrites functions as far as identities go.

    Parameters
    ----------
    normal : callable
        Builds a field from an expression and a fresh planner, and returns it with the fraction.
    depth : int
        How many arguments of functions this planner is inside of.
    memo : dict, optional
        Normal forms found so far, shared between depths.
    """

    def __init__(
        self, normal: Normal, depth: int = 0, memo: dict[Expr, tuple[Normalised, Fraction]] | None = None
    ) -> None:
        super().__init__()
        self._normal = normal
        self._depth = depth
        self._memo = {} if memo is None else memo

    def normalise(self, e: Expr) -> tuple[Normalised, Fraction]:
        """Return `e` as a fraction of a field of its own."""
        known = self._memo.get(e)
        if known is None:
            if self._depth >= MAX_DEPTH:
                raise UnsupportedError(f"functions nested deeper than {MAX_DEPTH}")
            inner = RelatedPlanner(self._normal, self._depth + 1, self._memo)
            known = self._memo[e] = self._normal(e, inner)
        return known
