"""What fitting found, with the terms and coefficients it is made of, for a person to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import symengine

from symmath.expr.operators import Expr, X
from symmath.expr.plan import split_coefficient
from symmath.expr.shape import summands_of


@dataclass(frozen=True, slots=True)
class Combination:
    """A sum of terms whose coefficients were found.

    Attributes
    ----------
    expr : Expr
        In x, which stands for `inner`.
    inner : Expr
        What was substituted; x itself if nothing was.
    """

    expr: Expr
    inner: Expr = X

    def terms(self) -> list[tuple[Expr, Expr]]:
        """Return the coefficients, each with its term."""
        parts = map(split_coefficient, summands_of(self.expr))
        return [(symengine.Rational(int(c.p), int(c.q)), term) for c, term in parts]


@dataclass(frozen=True, slots=True)
class Fit:
    """A proposed answer.

    Attributes
    ----------
    expr : Expr
    combination : Combination or None
        How it was made; None where an answer is no such sum.
    """

    expr: Expr
    combination: Combination | None = None

    @classmethod
    def of(cls, combination: Expr) -> Fit:
        """Return the answer that is a sum of terms as it stands."""
        return cls(combination, Combination(combination))

    def substituted(self, inner: Expr, tidied: Callable[[Expr], Expr] = lambda e: e) -> Fit:
        """Put a function in place of x, and rewrite the result."""
        change, made = {X: inner}, self.combination
        combination = None if made is None else Combination(made.expr, made.inner.subs(change))
        return Fit(tidied(self.expr.subs(change)), combination)


def without_combinations(
    solve: Callable[[Expr, Sequence[Expr]], Iterator[Expr]],
) -> Callable[[Expr, Sequence[Expr]], Iterator[Fit]]:
    """Return a function that says of answers no more than what they are."""
    return lambda e, candidates: map(Fit, solve(e, candidates))
