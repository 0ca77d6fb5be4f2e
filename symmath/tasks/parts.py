"""Known primitives, and integration by parts over them (Lample & Charton 2019, section 4.2).

If a primitive of u' v is known, u v minus it is one of u v'. Each pair that is found makes the
table larger. Pairs are not checked here.
"""

from __future__ import annotations

import random
from contextlib import suppress
from functools import cache

import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.operators import Expr, X
from symmath.tasks.task import Draw

Known = tuple[Expr, Expr]
"""An integrand and its primitive."""

_TABLE_SIZE = 20_000
_COMMON_ROUNDS = 40_000
_TRIES = 40
_FRESH_SHARE = 0.2
_KEPT_FACTORS = 10_000


def without_constant(e: Expr) -> Expr:
    """Drop the additive terms that don't depend on x."""
    if type(e) is not symengine.Add:
        return e
    terms = e.args
    kept = [term for term in terms if term.has(X)]
    return e if len(kept) == len(terms) else symengine.Add(*kept)


def _split_coefficient(e: Expr) -> tuple[Expr, Expr]:
    """Return the rational coefficient of `e` and the rest."""
    if type(e) is symengine.Mul and e.args[0].is_Rational:
        coefficient = e.args[0]
        return coefficient, e / coefficient
    return symengine.Integer(1), e


class Factors:
    """Small random expressions with their derivatives, mostly such as were drawn before.

    Drawing one takes longer than trying it, and one in twenty products can be integrated.
    """

    def __init__(self) -> None:
        self._drawn: dict[int, list[tuple[Expr, Expr]]] = {}

    def choose(self, draw: Draw, rng: random.Random, operators: int) -> tuple[Expr, Expr]:
        """Draw an expression of so many operators, and its derivative."""
        drawn = self._drawn.setdefault(operators, [])
        if drawn and rng.random() >= _FRESH_SHARE:
            return rng.choice(drawn)
        e = draw(rng, operators)
        if len(drawn) < _KEPT_FACTORS:
            drawn.append((e, e.diff(X)))
            return drawn[-1]
        return e, e.diff(X)


class Table:
    """Known primitives by integrand, up to a rational factor; grows to a fixed size.

    Parameters
    ----------
    known : Table, optional
        What it begins with.

    Attributes
    ----------
    factors : Factors
        What is tried in finding more.
    """

    def __init__(self, known: Table | None = None) -> None:
        self._primitives: dict[Expr, Expr] = dict(known._primitives) if known is not None else {}
        self._integrands: list[Expr] = list(self._primitives)
        self.factors = Factors()

    def add(self, integrand: Expr, primitive: Expr) -> None:
        """Put a pair in, unless the table is full or knows it."""
        coefficient, rest = _split_coefficient(integrand)
        if len(self._integrands) < _TABLE_SIZE and rest not in self._primitives:
            self._primitives[rest] = primitive / coefficient
            self._integrands.append(rest)

    def find(self, integrand: Expr) -> Expr | None:
        """Return a primitive, None if it isn't known."""
        coefficient, rest = _split_coefficient(integrand)
        primitive = self._primitives.get(rest)
        return None if primitive is None else coefficient * primitive

    def choose(self, rng: random.Random) -> Known:
        """Draw a known pair."""
        rest = rng.choice(self._integrands)
        return rest, self._primitives[rest]


@cache
def common_table(draw: Draw) -> Table:
    """Make the table that all others begin with, once a process; it must not be changed.

    Its random stream is its own, so it is the same in every process. A table that begins empty
    fills with the same simple pairs, and finds the same pairs by them, in every chunk of data.
    """
    table, rng = Table(), random.Random("known primitives")
    for _ in range(_COMMON_ROUNDS):
        # symengine signals an undefined result by RuntimeError.
        with suppress(PrefixError, UnsupportedError, RuntimeError):
            _learn(table, draw, rng)
            _try_parts(table, draw, rng)
    return table


def by_parts(table: Table, draw: Draw, rng: random.Random) -> Known | None:
    """Find u v' whose counterpart u' v is known; None if the tries ran out."""
    tries = (_try_parts(table, draw, rng) for _ in range(_TRIES))
    return next((known for known in tries if known is not None), None)


def _learn(table: Table, draw: Draw, rng: random.Random) -> None:
    """Put one small backward pair into the table."""
    primitive = without_constant(draw(rng, rng.randint(0, 3)))
    if X in primitive.free_symbols:
        table.add(symengine.expand(primitive.diff(X)), primitive)


def _try_parts(table: Table, draw: Draw, rng: random.Random) -> Known | None:
    """Draw u and v; if just one of u' v and u v' is known, solve the other and put it into the table."""
    u, slope_u = table.factors.choose(draw, rng, rng.randint(0, 2))
    v, slope_v = table.factors.choose(draw, rng, rng.randint(0, 3))
    left, right = symengine.expand(slope_u * v), symengine.expand(u * slope_v)
    known_left, known_right = table.find(left), table.find(right)
    if (known_left is None) == (known_right is None):
        return None
    if X not in left.free_symbols or X not in right.free_symbols:
        return None
    if known_left is not None:
        integrand, primitive = right, u * v - known_left
    else:
        integrand, primitive = left, u * v - known_right
    primitive = symengine.expand(primitive)
    table.add(integrand, primitive)
    return integrand, primitive
