"""Ansatz fitting (undetermined coefficients): find the combination of terms with a given derivative.

The network, or the integrand itself, supplies structure; linear algebra supplies numbers. The sum
of c_i g_i' = f is solved for rational c_i over a finite field and lifted to the rationals, so that
nothing is rounded. The result is a proposal for the verifier.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isqrt

import numpy as np
import symengine
from flint import nmod_mat

from symmath.ansatz.modular import Points, Residues
from symmath.ansatz.primes import primes_for
from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr
from symmath.expr.special import slope_of

SPARE_ROWS = 12
OVERSAMPLING = (1, 4, 16)
"""Points a row needed, the next where the one before leaves too few."""
MAX_COEFFICIENT_BITS = 180

_Sample = tuple[Residues, list[Residues], list[int]]
"""Values of the target and of the columns, row by row, and which columns they are."""


def combine(integrand: Expr, terms: Sequence[Expr]) -> Expr | None:
    """Find a rational combination of `terms` whose derivative is the integrand.

    Parameters
    ----------
    integrand : Expr
    terms : sequence of Expr
        Earlier terms are preferred where several combinations would do.

    Returns
    -------
    Expr or None
        None if there is no such combination, or its coefficients are no small rationals.
    """
    found = solve(integrand, [slope_of(term) for term in terms])
    return None if found is None else symengine.Add(*(c * terms[i] for i, c in found.items()))


def solve(target: Expr, columns: Sequence[Expr]) -> dict[int, Expr] | None:
    """Find rationals with ``sum of c_i * columns[i] = target``, as functions.

    Parameters
    ----------
    target : Expr
    columns : sequence of Expr
        Earlier ones are preferred where several combinations would do.

    Returns
    -------
    dict of int to Expr, or None
        The non-zero coefficients; None if there are none, or they are no small rationals.
    """
    primes, kept = _primes(target, columns)
    support = _solve(target, [columns[i] for i in kept], primes[0]) if primes else None
    if support is None:
        return None
    indices = [kept[position] for position in sorted(support)]
    modulus, values = primes[0], [support[position] for position in sorted(support)]
    for prime in primes[1:]:
        again = _solve(target, [columns[i] for i in indices], prime)
        if again is None:
            return None
        values = [
            _chinese(value, modulus, again.get(position, 0), prime) for position, value in enumerate(values)
        ]
        modulus *= prime
        rationals = [_rational(value, modulus) for value in values]
        if all(r is not None for r in rationals):
            return {i: symengine.Rational(*r) for r, i in zip(rationals, indices, strict=True) if r and r[0]}
    return None


def _primes(target: Expr, columns: Sequence[Expr]) -> tuple[tuple[int, ...], list[int]]:
    """Return the primes to work with, and which columns hold no number that is too large for them."""
    everything = list(range(len(columns)))
    try:
        return primes_for((target, *columns)), everything
    except UnsupportedError:
        kept = [i for i in everything if _is_within_reach(columns[i])]
    try:
        return primes_for((target, *(columns[i] for i in kept))), kept
    except UnsupportedError:
        return (), []


def _is_within_reach(e: Expr) -> bool:
    try:
        return bool(primes_for((e,)))
    except UnsupportedError:
        return False


def relations(columns: Sequence[Expr]) -> Iterator[dict[int, Expr]]:
    """Yield rational relations ``sum of c_i * columns[i] = 0``; together they span all of them."""
    primes, reached = _primes(symengine.Integer(0), columns)
    within = [columns[i] for i in reached]
    sampled = _sample(symengine.Integer(0), within, primes[0]) if primes else None
    if sampled is None:
        return
    _, values, kept = sampled
    kept = [reached[position] for position in kept]
    matrix = np.column_stack(values)
    rows = len(matrix)
    reduced, rank = nmod_mat(rows, len(kept), matrix.reshape(-1).tolist(), primes[0]).rref()
    pivots = [next(j for j in range(row, len(kept)) if int(reduced[row, j])) for row in range(rank)]
    for free in sorted(set(range(len(kept))) - set(pivots)):
        before = [kept[j] for j in pivots if j < free]
        if not any(int(reduced[row, free]) for row in range(rank)):
            # It is zero by itself.
            yield {kept[free]: symengine.Integer(1)}
            continue
        found = solve(columns[kept[free]], [columns[i] for i in before])
        if found is not None:
            yield {**{before[i]: -c for i, c in found.items()}, kept[free]: symengine.Integer(1)}


def _solve(target: Expr, exprs: Sequence[Expr], prime: int) -> dict[int, int] | None:
    """Return the non-zero coefficients by column, modulo `prime`, or None."""
    sampled = _sample(target, exprs, prime)
    if sampled is None:
        return None
    right, columns, kept = sampled
    rows = len(right)
    matrix = np.column_stack([*columns, right])
    reduced, rank = nmod_mat(rows, len(kept) + 1, matrix.reshape(-1).tolist(), prime).rref()
    coefficients: dict[int, int] = {}
    for row in range(rank):
        pivot = next(j for j in range(row, len(kept) + 1) if int(reduced[row, j]))
        if pivot == len(kept):
            return None
        if value := int(reduced[row, len(kept)]):
            coefficients[kept[pivot]] = value
    return coefficients


def _sample(target: Expr, exprs: Sequence[Expr], prime: int) -> _Sample | None:
    """Evaluate everything at enough points at which all of it is defined.

    Columns that can't be evaluated, or are defined at too few points, are left out.
    """
    # Hardly a point is lost but by a root, which half of all numbers have. The first points are the
    # same however many there are, so a few that are enough give what many would.
    for oversampling in OVERSAMPLING:
        points = Points((len(exprs) + SPARE_ROWS) * oversampling, prime=prime)
        sampled = _sample_at(points, target, exprs, is_last=oversampling == OVERSAMPLING[-1])
        if sampled is not None:
            return sampled
    return None


def _sample_at(points: Points, target: Expr, exprs: Sequence[Expr], *, is_last: bool) -> _Sample | None:
    """Evaluate everything at these points; None if they are too few.

    Only the last points may leave a column out because it is defined at too few of them.
    """
    needed = len(exprs) + SPARE_ROWS
    try:
        right = points.value(target)
    except UnsupportedError:
        return None
    columns: list[Residues] = []
    kept: list[int] = []
    for index, expr in enumerate(exprs):
        before = points.good.copy()
        try:
            column = points.value(expr)
        except UnsupportedError:
            points.good = before
            continue
        if points.good.sum() < needed:
            if not is_last:
                return None
            points.good = before
            continue
        columns.append(column)
        kept.append(index)
    rows = np.flatnonzero(points.good)[: len(kept) + SPARE_ROWS]
    if not kept or len(rows) < len(kept) + SPARE_ROWS:
        return None
    return right[rows], [column[rows] for column in columns], kept


def _chinese(a: int, m: int, b: int, n: int) -> int:
    """Return the number that is a modulo m and b modulo n."""
    return a + m * ((b - a) * pow(m, -1, n) % n)


def _rational(value: int, modulus: int) -> tuple[int, int] | None:
    """Return the small fraction that is `value` modulo `modulus`, or None.

    References
    ----------
    Wang (1981), "A p-adic algorithm for univariate partial fractions", rational reconstruction.
    """
    bound = isqrt(modulus // 2)
    r0, r1, s0, s1 = modulus, value % modulus, 0, 1
    while r1 > bound:
        quotient = r0 // r1
        r0, r1 = r1, r0 - quotient * r1
        s0, s1 = s1, s0 - quotient * s1
    if s1 == 0 or abs(s1) > bound:
        return None
    # A random residue would need a numerator and denominator of the modulus' full length.
    if abs(r1).bit_length() + abs(s1).bit_length() > min(MAX_COEFFICIENT_BITS, modulus.bit_length() - 16):
        return None
    return (r1, s1) if s1 > 0 else (-r1, -s1)
