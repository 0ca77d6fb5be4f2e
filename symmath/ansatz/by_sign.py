"""Integrands with absolute values and signs.

On an interval where no argument of one changes its sign, ``|u|`` is u times a constant whose square is 1. An
integrand is solved with such constants; where what is found isn't right for every choice of them, as 1 is no
value of s in ``1/(s - 1)``, it is solved for each choice apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import combinations, pairwise, product
from math import prod
from typing import NamedTuple

import symengine
from flint import acb, arb, fmpq_mat

from symmath.ansatz.found import Fit
from symmath.errors import UNUSABLE
from symmath.expr.balls import Series, constant, evaluate, working_precision
from symmath.expr.breaks import roots_and_poles
from symmath.expr.canonical import canonical_tokens
from symmath.expr.corners import joined_at_corners
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import decode
from symmath.expr.signs import with_constants

MAX_SIGNS = 3
"""Signs of which all choices may be tried."""
MAX_APART = 6
"""Choices that are solved apart."""
_ELSEWHERE = symengine.Rational(83, 101) + symengine.I * symengine.Rational(41, 101)
_BITS, _TOLERANCE = 256, arb(2) ** -30

Solve = Callable[[Expr, Sequence[Expr]], Iterator[Fit]]


class _Choice(NamedTuple):
    """What signs are at a point.

    Attributes
    ----------
    values : mapping of Expr to Expr
        1 or -1 for each of the symbols that stand for signs.
    point : Expr
    """

    values: Mapping[Expr, Expr]
    point: Expr


def fits(integrand: Expr, candidates: Sequence[Expr], solve: Solve) -> Iterator[Fit]:
    """Yield proposals for a primitive.

    Parameters
    ----------
    integrand : Expr
    candidates : sequence of Expr
    solve : Callable
        ``solve(integrand, candidates)`` yields those of what has no absolute values.
    """
    names: dict[Expr, Expr] = {}
    try:
        plain, *others = [with_constants(e, names) for e in (integrand, *candidates)]
    except NotImplementedError:
        # The sign of what is no real number, such as sqrt(-x)*x.
        return
    if not names:
        yield from solve(integrand, candidates)
        return
    signs = {symbol: sign for sign, symbol in names.items()}
    choices = _choices(signs)
    is_solved, in_part = False, []
    for found in solve(plain, others):
        is_right = [_is_right(plain, found.expr, choice) for choice in choices]
        # A sign would be that of a function of x amid terms in what was substituted.
        fit = Fit.of(_gathered(found.expr, signs).xreplace(signs))
        if all(is_right):
            is_solved = True
            yield fit
        elif any(is_right):
            in_part.append(fit)
    if not is_solved:
        yield from _apart(plain, signs, choices, solve)
        yield from in_part


def _choices(signs: Mapping[Expr, Expr]) -> list[_Choice]:
    """Return the choices of signs that are met on the real line; all, elsewhere, if that can't be told."""
    places = roots_and_poles(sign.args[0] for sign in signs.values()).places
    edges = [places[0] - 1, *places, places[-1] + 1] if places else [0.0, 1.0]
    met: dict[tuple[Expr, ...], Expr] = {}
    for low, high in pairwise(edges):
        point = symengine.Rational(*((0.6 * low + 0.4 * high).as_integer_ratio()))
        with suppress(RuntimeError):
            met.setdefault(tuple(sign.subs({X: point}) for sign in signs.values()), point)
    if not all(value.is_Integer for values in met for value in values):
        if len(signs) > MAX_SIGNS:
            return []
        units = map(symengine.Integer, (1, -1))
        met = dict.fromkeys(product(units, repeat=len(signs)), _ELSEWHERE)
    return [_Choice(dict(zip(signs, values, strict=True)), point) for values, point in met.items()]


def _is_right(integrand: Expr, primitive: Expr, choice: _Choice) -> bool:
    """Whether a primitive has the derivative it should have at a point."""
    others = sorted(integrand.free_symbols - {X, *choice.values}, key=str)
    numbers = {"x": choice.point} | {str(symbol): _ELSEWHERE + n for n, symbol in enumerate(others)}
    with working_precision(_BITS):
        try:
            place = {name: constant(_at(number, {}), 1) for name, number in numbers.items()}
            left, right, value = (
                _at(e.xreplace(choice.values), place) for e in (primitive.diff(X), integrand, primitive)
            )
        except UNUSABLE:
            # It has a pole there, or for all x.
            return False
        return bool(value.is_finite() and abs(left - right) <= _TOLERANCE * (1 + abs(right)))


def _at(e: Expr, place: Mapping[str, Series]) -> acb:
    return evaluate(canonical_tokens(e), place, 1)[0]


def _gathered(e: Expr, signs: Iterable[Expr]) -> Expr:
    """Draw out the signs that all terms of a sum share."""
    for sign in signs:
        positive, negative = (e.xreplace({sign: symengine.Integer(value)}) for value in (1, -1))
        if positive + negative == 0:
            e = sign * positive
    return e


def _apart(
    integrand: Expr, signs: Mapping[Expr, Expr], choices: Sequence[_Choice], solve: Solve
) -> Iterator[Fit]:
    """Yield one primitive made of those for each choice of signs that is met on the real line.

    Joined at corners, as far as it has values there, and as it is.
    """
    found: list[Expr] = []
    if not 0 < len(choices) <= MAX_APART:
        return
    for choice in choices:
        try:
            part = decode(canonical_tokens(integrand.xreplace(choice.values)))
        except UNUSABLE:
            return
        primitive = next(solve(part, ()), None) if X in part.free_symbols else Fit(part * X)
        if primitive is None:
            return
        found.append(primitive.expr)
    whole = _interpolated(found, choices, signs)
    joined = joined_at_corners(whole)
    yield Fit(joined)
    if joined != whole:
        yield Fit(whole)


def _interpolated(values: Sequence[Expr], choices: Sequence[_Choice], signs: Mapping[Expr, Expr]) -> Expr:
    """Return the sum of products of signs that takes the values for the choices."""
    columns: list[list[int]] = []
    terms: list[Expr] = []
    for size in range(len(signs) + 1):
        for symbols in combinations(signs, size):
            column = [prod(int(choice.values[symbol]) for symbol in symbols) for choice in choices]
            if fmpq_mat([*columns, column]).rank() > len(columns):
                columns.append(column)
                terms.append(symengine.Mul(*(signs[symbol] for symbol in symbols)))
    weights = fmpq_mat(columns).inv().tolist()
    return symengine.Add(
        *(
            value * symengine.Rational(int(weight.p), int(weight.q)) * term
            for value, row in zip(values, weights, strict=True)
            for weight, term in zip(row, terms, strict=True)
        )
    )
