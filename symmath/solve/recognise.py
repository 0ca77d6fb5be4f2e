"""Closed forms of numbers that are known to many digits: fitted exactly, over an ansatz of constants.

A number is looked for as a rational combination of constants, or as a product of rational powers of some,
by an integer relation, which lattice reduction (LLL) finds. A relation counts where its coefficients are so
small that chance would hardly give such: it isn't derived, but to be wrong it has to agree with as many bits
as `SPARE_BITS` by accident.

References
----------
Lenstra, Lenstra and Lovasz (1982), Factoring polynomials with rational coefficients.
Bailey and Borwein (2011), High-precision numerical integration: progress and challenges.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache

import sympy
from flint import arb, fmpz_mat

from symmath.expr.bridge import SympyExpr

SPARE_BITS = 64
"""Bits of a number that its relation's coefficients don't account for."""
MAX_POWER = 48
"""Largest numerator and denominator of a power."""
MAX_PRIMES = 2
"""Of a problem's numbers beside 2, 3 and 5."""
MAX_PRIME = 1000
MAX_PARTS = 13
"""Of pi, whose sines take part."""
MAX_RATE, MAX_RATES = 30, 5
"""Of exponentials and arctangents of a problem's numbers."""
_DIGITS, _MAX_BITS = 100, 300
"""Of constants."""

_ONE, _PI, _TWO, _THREE, _FIVE = sympy.S.One, sympy.pi, *map(sympy.Integer, (2, 3, 5))
_LOG2, _LOG3, _LOG5 = map(sympy.log, (_TWO, _THREE, _FIVE))
_ROOT2, _ROOT3, _ROOT5 = map(sympy.sqrt, (_TWO, _THREE, _FIVE))
_GAMMA, _CATALAN, _ZETA3 = sympy.EulerGamma, sympy.Catalan, sympy.zeta(3)

_SUMS: Sequence[Sequence[SympyExpr]] = (
    (_ONE, _PI, _LOG2, _LOG3, _LOG5),
    (_ONE, _PI, _PI**2, _LOG2, _LOG2**2, _PI * _LOG2, _CATALAN),
    (_ONE, _GAMMA, _GAMMA**2, _PI**2, _LOG2, _GAMMA * _LOG2, _LOG2**2, sympy.log(_PI)),
    (_ONE, _PI, _PI * _ROOT2, _PI * _ROOT3, _ROOT2, _ROOT3, _ROOT5, sympy.log(1 + _ROOT2)),
    (_PI, _PI * _LOG2, _PI * _LOG3, _PI * _ROOT3, _PI**2, _LOG3, _LOG3**2, _LOG2 * _LOG3),
    (_PI**3, _PI**2 * _LOG2, _PI * _LOG2**2, _LOG2**3, _ZETA3, _PI * _CATALAN, _PI**2),
    (_PI**4, _PI**2 * _LOG2**2, _LOG2**4, _ZETA3 * _LOG2, _PI * _ZETA3, _PI**3 * _LOG2, _PI**3),
    (sympy.zeta(5), _PI**2 * _ZETA3, _PI**4 * _LOG2, _PI**5),
    (_PI**2, _ROOT3 * sympy.polygamma(1, sympy.Rational(1, 3)), _ROOT3 * _PI**2, _PI * _LOG2, _PI * _LOG3),
    (_ONE, _PI, _PI * sympy.coth(_PI), _PI / sympy.sinh(_PI)),
    (_ONE, sympy.E, 1 / sympy.E, sympy.E**2, sympy.E**-2, _PI),
    (_PI, _PI * _ROOT5, _PI * sympy.log((1 + _ROOT5) / 2), sympy.log((1 + _ROOT5) / 2), _ROOT5),
)
"""Constants whose rational combinations definite integrals often are; none is one of others."""
_FACTORS = (_ONE, sympy.sqrt(_PI), _ROOT2, _ROOT3, sympy.sqrt(2 * _PI), 1 / sympy.E)
"""What such a combination may be multiplied by."""
_POWERS: Sequence[Sequence[SympyExpr]] = (
    (_TWO, _THREE, _FIVE, _PI, sympy.E, *(sympy.gamma(sympy.Rational(1, n)) for n in (3, 4, 5))),
    (_TWO, _THREE, _FIVE, _PI, 1 + _ROOT2, 1 + _ROOT3, (1 + _ROOT5) / 2),
    (_TWO, _PI, sympy.exp(_PI), sympy.cosh(_PI / 2), sympy.sinh(_PI / 2), sympy.cosh(_PI)),
)
"""Constants whose products of rational powers definite integrals often are; none is one of others."""


def recognise(value: arb, numbers: Sequence[int] = ()) -> SympyExpr | None:
    """Return a closed form of a number that isn't zero; None if none is found.

    Parameters
    ----------
    value : arb
        A ball around it; the smaller, the more is found.
    numbers : sequence of int
        The problem's; their prime factors take part.
    """
    if value.contains(0) or not value.rad() < abs(value).mid() * arb(2) ** -(2 * SPARE_BITS):
        return None
    return next(_forms(value, numbers), None)


def integers_in(*expressions: SympyExpr) -> list[int]:
    """Return the integers in expressions, and numerators and denominators."""
    return sorted({int(part) for e in expressions for n in e.atoms(sympy.Rational) for part in (n.p, n.q)})


def primes_of(numbers: Sequence[int]) -> list[int]:
    """Return the smallest primes of numbers that are in no sum of constants yet."""
    primes = {p for n in numbers if 1 < abs(n) for p in sympy.primefactors(abs(n), limit=MAX_PRIME)}
    return sorted(p for p in primes if 5 < p < MAX_PRIME)[:MAX_PRIMES]


def _forms(number: arb, numbers: Sequence[int]) -> Iterator[SympyExpr]:
    """Yield closed forms, products before sums."""
    primes = primes_of(numbers)
    with_primes = [[*constants, *map(sympy.Integer, primes)] for constants in _POWERS]
    for powers in (*with_primes, *_sines(primes)):
        exponents = relation(abs(number).log(), [value_of(sympy.log(power)) for power in powers])
        if exponents is not None and all(max(abs(q.p), q.q) <= MAX_POWER for q in exponents):
            sign = 1 if number > 0 else -1
            yield sign * sympy.prod(power**q for power, q in zip(powers, exponents, strict=True))
    for factor in _FACTORS:
        for constants in (*_SUMS, *_sums_with(primes), *_sums_of(numbers)):
            found = relation(number / value_of(factor), [value_of(constant) for constant in constants])
            if found is not None:
                yield sympy.expand(factor * sum(q * c for q, c in zip(found, constants, strict=True)))


def _sines(primes: Sequence[int]) -> list[Sequence[SympyExpr]]:
    """Return constants with the sines of parts of pi; all of them would be a root of the prime."""
    return [
        (_TWO, _THREE, _PI, sympy.Integer(p), *(sympy.sin(k * _PI / p) for k in range(1, p // 2)))
        for p in primes
        if p <= MAX_PARTS
    ]


def _sums_with(primes: Sequence[int]) -> list[Sequence[SympyExpr]]:
    """Return constants with a problem's primes."""
    if not primes:
        return []
    logarithms, roots = [sympy.log(p) for p in primes], [sympy.sqrt(p) for p in primes]
    return [
        (_ONE, _PI, _LOG2, _LOG3, *logarithms),
        (_PI, _PI * _LOG2, _PI * _LOG3, *(_PI * logarithm for logarithm in logarithms)),
        (_ONE, _PI, *roots, *(_PI * root for root in roots)),
    ]


def _sums_of(numbers: Sequence[int]) -> list[Sequence[SympyExpr]]:
    """Return constants with what exponents, rates and residues make of a problem's numbers."""
    sizes = set(map(abs, numbers))
    rates = sorted(n for n in range(1, MAX_RATE + 1) if n in sizes or n * n in sizes)
    sums: list[Sequence[SympyExpr]] = []
    for n in map(sympy.Integer, rates[:MAX_RATES]):
        sums.append((_ONE, _PI, sympy.exp(-n), _PI * sympy.exp(-n)))
        if n > 1:
            sums.append((_ONE, _PI, sympy.atan(1 / n), sympy.log(n), sympy.log(1 + n**2)))
    return sums


@cache
def value_of(constant: SympyExpr) -> arb:
    """Return the value of a real constant, to 100 digits."""
    return arb(str(sympy.N(constant, _DIGITS)))


def relation(number: arb, values: Sequence[arb]) -> list[sympy.Rational] | None:
    """Return rational coefficients of a combination of values that is a number.

    None if there is none, or only one that chance would give.
    """
    # A ball may be exact, and no constant is known to more than that.
    radius = max(number.rad(), arb(2) ** -_MAX_BITS)
    bits = -math.ceil(math.log2(float(radius)))
    shifted = [int((value * arb(2) ** bits).mid().floor().fmpz()) for value in (number, *values)]
    size = len(shifted)
    lattice = fmpz_mat(
        [[int(row == column) for column in range(size)] + [shifted[row]] for row in range(size)]
    ).lll()
    *found, rest = (int(lattice[0, column]) for column in range(size + 1))
    used = sum(math.log2(2 * abs(c) + 1) for c in found)
    # What was cut off of each value counts up to one in the rest.
    if found[0] == 0 or used > bits - SPARE_BITS or abs(rest) > 4 * sum(map(abs, found)):
        return None
    return [sympy.Rational(-c, found[0]) for c in found[1:]]
