"""Exact arithmetic of rational functions: reduced quotients of integer polynomials (python-flint).

Sizes are checked before the work is done, so that no operation can run away. What the variables
of the polynomials mean is the business of `kernels.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import comb, prod
from typing import Any, NamedTuple

from flint import Ordering, fmpq, fmpz, fmpz_mpoly_ctx

from symmath.errors import UnsupportedError

Poly = Any
"""A flint ``fmpz_mpoly``. python-flint's hints are partial, so this alias carries the meaning."""

MAX_TERMS = 2000
MAX_BITS = 20_000
MAX_EXPONENT = 1100
_WORK_FACTOR = 50
_GCD_WORK = 40_000


class Fraction(NamedTuple):
    """``num / den``: coprime integer polynomials, the leading coefficient of `den` positive."""

    num: Poly
    den: Poly


class Arithmetic:
    """The rational functions in a fixed number of variables over the rationals.

    Parameters
    ----------
    variables : int
    max_terms : int
        Largest number of terms a polynomial may have; beyond it `UnsupportedError` is raised.
    """

    def __init__(self, variables: int, max_terms: int = MAX_TERMS) -> None:
        self.variables = variables
        self.max_terms = max_terms
        # Contexts are interned by flint and can't have zero variables.
        self.context = fmpz_mpoly_ctx.get(("k", max(variables, 1)), Ordering.degrevlex)
        self._origin = (0,) * max(variables, 1)
        self.one: Poly = self.context.constant(1)
        self.zero: Poly = self.context.constant(0)

    def constant(self, value: int | fmpz | fmpq) -> Fraction:
        """Return a rational number as a fraction."""
        if isinstance(value, fmpq):
            return Fraction(self.context.constant(value.p), self.context.constant(value.q))
        return Fraction(self.context.constant(value), self.one)

    def polynomial(self, terms: dict[tuple[int, ...], Any]) -> Poly:
        """Return the polynomial of a dictionary from exponents to integer coefficients."""
        return self.context.from_dict(terms)

    def generator(self, index: int) -> Poly:
        """Return the variable number `index`."""
        return self.context.gen(index)

    def monomial(self, coefficient: fmpq, exponents: list[int]) -> Fraction:
        """Return ``coefficient * k0**exponents[0] * ...``; exponents may be negative."""
        if not exponents or min(exponents) >= 0:
            above = tuple(exponents) or self._origin
            below = self._origin
        else:
            above = tuple(n if n > 0 else 0 for n in exponents)
            below = tuple(-n if n < 0 else 0 for n in exponents)
        return Fraction(
            self.context.from_dict({above: coefficient.p}), self.context.from_dict({below: coefficient.q})
        )

    def cancel(self, num: Poly, den: Poly) -> Fraction:
        """Return the reduced fraction ``num / den``.

        Raises
        ------
        UnsupportedError
            If `den` is zero, or the polynomials are too large for a greatest common divisor.
        """
        if den.is_zero():
            raise UnsupportedError("division by an expression that is zero")
        if num.is_zero():
            return Fraction(num, self.one)
        if not den.is_one():
            divisor = self.gcd(num, den)
            if not divisor.is_one():
                num, den = num / divisor, den / divisor
            if den.leading_coefficient() < 0:
                num, den = -num, -den
        return Fraction(num, den)

    def gcd(self, a: Poly, b: Poly) -> Poly:
        """Return the greatest common divisor, content included."""
        if a.is_one() or b.is_one():
            return self.one
        if len(a) * len(b) > _GCD_WORK:
            raise UnsupportedError(f"a common divisor of {len(a)} and {len(b)} terms is too much work")
        return a.gcd(b)

    def product(self, a: Poly, b: Poly) -> Poly:
        """Multiply two polynomials within the size limit."""
        if len(a) * len(b) > self.max_terms * _WORK_FACTOR:
            raise UnsupportedError(f"a product of {len(a)} by {len(b)} terms is beyond the limit")
        return self._checked(a * b)

    def power(self, a: Poly, n: int) -> Poly:
        """Raise a polynomial to a power ``n >= 0`` within the size limit."""
        if n == 1 or a.is_one():
            return a
        if n > MAX_EXPONENT:
            raise UnsupportedError(f"the exponent {n} is beyond {MAX_EXPONENT}")
        if len(a) > 1:
            sparse = comb(len(a) + n - 1, n)
            dense = prod(int(degree) * n + 1 for degree in a.degrees())
            if min(sparse, dense) > self.max_terms:
                raise UnsupportedError(f"{len(a)} terms to the power {n} are beyond the limit")
        height = max((abs(int(c)) for c in a.coeffs()), default=0)
        if height.bit_length() * n > MAX_BITS:
            raise UnsupportedError("coefficients beyond the limit")
        return self._checked(a**n)

    def multiply(self, a: Fraction, b: Fraction) -> Fraction:
        """Return ``a * b``, reduced."""
        left, right = self.gcd(a.num, b.den), self.gcd(b.num, a.den)
        num, other_num, den, other_den = a.num, b.num, a.den, b.den
        if not left.is_one() and not left.is_zero():
            num, other_den = num / left, other_den / left
        if not right.is_one() and not right.is_zero():
            other_num, den = other_num / right, den / right
        return self._signed(self.product(num, other_num), self.product(den, other_den))

    def raise_to(self, a: Fraction, n: int) -> Fraction:
        """Return ``a**n`` for any integer n.

        Raises
        ------
        UnsupportedError
            If `a` is zero and n negative, or the result is too large.
        """
        if n >= 0:
            return Fraction(self.power(a.num, n), self.power(a.den, n))
        if a.num.is_zero():
            raise UnsupportedError("division by an expression that is zero")
        return self._signed(self.power(a.den, -n), self.power(a.num, -n))

    def total(self, fractions: Iterable[Fraction]) -> Fraction:
        """Return the sum of reduced fractions, reduced."""
        groups: list[Fraction] = []
        for fraction in fractions:
            for i, group in enumerate(groups):
                if group.den == fraction.den:
                    groups[i] = Fraction(group.num + fraction.num, group.den)
                    break
            else:
                groups.append(fraction)
        if not groups:
            return Fraction(self.zero, self.one)
        # Small denominators first: the large ones then enter the running sum once.
        groups.sort(key=lambda group: len(group.den))
        reduced = [self.cancel(*group) for group in groups]
        result = reduced[0]
        for group in reduced[1:]:
            result = self._add(result, group)
        return result

    def _add(self, a: Fraction, b: Fraction) -> Fraction:
        """Add by Henrici's rule: only the common part of the denominators can cancel."""
        common = self.gcd(a.den, b.den)
        if common.is_one():
            num = self.product(a.num, b.den) + self.product(b.num, a.den)
            return Fraction(num, self.product(a.den, b.den)) if num else Fraction(num, self.one)
        a_rest, b_rest = a.den / common, b.den / common
        num = self.product(a.num, b_rest) + self.product(b.num, a_rest)
        if num.is_zero():
            return Fraction(num, self.one)
        divisor = self.gcd(num, common)
        den = self.product(self.product(a_rest, b_rest), common / divisor)
        return self._signed(num / divisor, den)

    def _signed(self, num: Poly, den: Poly) -> Fraction:
        if den.leading_coefficient() < 0:
            return Fraction(-num, -den)
        return Fraction(num, den)

    def _checked(self, a: Poly) -> Poly:
        if len(a) > self.max_terms:
            raise UnsupportedError(f"a polynomial of {len(a)} terms is beyond {self.max_terms}")
        return a

    def reduce_power(self, poly: Poly, index: int, degree: int, value: Fraction) -> Fraction:
        """Rewrite `poly` with ``k**degree = value``, where k is the variable number `index`.

        Returns
        -------
        Fraction
            Not reduced; its numerator is of degree below `degree` in k when `value` is free of k.
        """
        if poly.degrees()[index] < degree:
            return Fraction(poly, self.one)
        pieces: dict[int, dict[tuple[int, ...], Any]] = {}
        for exponents, coefficient in poly.terms():
            multiple, rest = divmod(int(exponents[index]), degree)
            reduced = (*exponents[:index], rest, *exponents[index + 1 :])
            pieces.setdefault(multiple, {})[reduced] = coefficient
        top = max(pieces)
        num = self.zero
        for multiple, terms in pieces.items():
            factor = self.product(self.power(value.num, multiple), self.power(value.den, top - multiple))
            num = self._checked(num + self.product(self.polynomial(terms), factor))
        return Fraction(num, self.power(value.den, top))


def terms_of(poly: Poly) -> Iterator[tuple[tuple[int, ...], int]]:
    """Iterate over (exponents, coefficient) of a polynomial, leading term first."""
    for exponents, coefficient in poly.terms():
        yield tuple(int(n) for n in exponents), int(coefficient)


def factorised(poly: Poly) -> tuple[int, list[tuple[Poly, int]]]:
    """Return the content, with its sign, and the factors of a polynomial with their multiplicities.

    They are irreducible, but where coefficients are so large that python-flint can't sort the
    factors: then they may be of a coarser kind, squarefree or the polynomial itself.
    """
    for factor in (poly.factor, poly.factor_squarefree):
        try:
            content, found = factor()
        except OverflowError:
            continue
        return int(content), [(part, int(n)) for part, n in found]
    return 1, [(poly, 1)]
