"""Primes to do exact linear algebra modulo.

A prime p is safe, (p - 1) / 2 is prime, so every odd root is unique, and -1 is no square.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import islice

import symengine
from flint import fmpz

from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr

PRIMES: tuple[int, ...] = (
    2147454839,
    2147365919,
    2147363039,
    2147345639,
    2147155799,
    2147146559,
    2147139959,
    2147091119,
)
"""Safe primes below 2**31 modulo which 2, 3, 5, 7, 11 and 13 are squares."""

_HAVE_ROOTS = frozenset({2, 3, 5, 7, 11, 13})
MAX_FACTORED = 10**18
_BLOCK = 4000
_BLOCKS = 50


@cache
def _safe_primes(block: int) -> tuple[int, ...]:
    """Return the safe primes among the numbers 3 modulo 4 of a block below the largest prime here."""
    first = PRIMES[0] - 4 * _BLOCK * block
    return tuple(
        candidate
        for candidate in range(first, first - 4 * _BLOCK, -4)
        if fmpz(candidate // 2).is_prime() and fmpz(candidate).is_prime()
    )


@cache
def _primes_with_roots(numbers: frozenset[int]) -> tuple[int, ...]:
    """Return safe primes modulo which all of `numbers` are squares; fewer if they are hard to find."""
    candidates = (prime for block in range(_BLOCKS) for prime in _safe_primes(block))
    with_roots = (p for p in candidates if all(pow(n, (p - 1) // 2, p) == 1 for n in numbers))
    return tuple(islice(with_roots, len(PRIMES)))


def primes_for(exprs: Iterable[Expr]) -> tuple[int, ...]:
    """Return the primes to work with: those modulo which all square roots of rationals exist."""
    numbers: set[int] = set()
    # Derivatives of terms share most of their parts: each is looked at once.
    seen: set[Expr] = set()
    for e in exprs:
        stack = [e]
        while stack:
            part = stack.pop()
            if part in seen or part.is_Number:
                continue
            seen.add(part)
            stack.extend(part.args)
            if type(part) is symengine.Pow and part.args[0].is_Rational and not part.args[1].is_Integer:
                for n in (int(part.args[0].p), int(part.args[0].q)):
                    numbers.update(factor for factor, _ in prime_powers(abs(n)))
    return PRIMES if numbers <= _HAVE_ROOTS else _primes_with_roots(frozenset(numbers))


def prime_powers(n: int) -> Iterable[tuple[int, int]]:
    """Return the prime factors of a positive integer with their powers."""
    if n < 1 or n > MAX_FACTORED:
        raise UnsupportedError(f"{n} is not factored here")
    return [(int(prime), int(power)) for prime, power in fmpz(n).factor()]
