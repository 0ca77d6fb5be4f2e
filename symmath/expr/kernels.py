"""Expressions as rational functions of their kernels, in exact arithmetic.

A `Field` is built once for a list of expressions; inside it an expression is a reduced fraction of
integer polynomials in the kernels, and equality is decided by algebra. Branches are respected:
``sqrt(u)**2 = u`` and ``exp(log(u)) = u`` hold everywhere and are used, ``sqrt(a*b) =
sqrt(a)*sqrt(b)`` and ``log(x**2) = 2*log(x)`` don't and are not.

Every function keeps the form it was written in; for a zero test that should know the identities of
trigonometric and hyperbolic functions, pass the expression through `rationalise.py` first.
"""

from __future__ import annotations

from collections.abc import Sequence

import symengine
from flint import fmpq

from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr
from symmath.expr.plan import Planner, Product, Sum
from symmath.expr.rational import MAX_EXPONENT, MAX_TERMS, Arithmetic, Fraction, Poly, factorised, terms_of

_MAX_ROUNDS = 4


class Field:
    """The rational functions in the kernels of some expressions.

    Build it with `Field.of`. It is never changed afterwards.

    Attributes
    ----------
    kernels : tuple of Expr
        What each variable of the polynomials stands for.
    """

    def __init__(self, planner: Planner, max_terms: int) -> None:
        self._planner = planner
        planner.is_frozen = True
        self._units = [kernel.unit for kernel in planner.kernels]
        self.kernels: tuple[Expr, ...] = tuple(kernel.expr() for kernel in planner.kernels)
        self._arithmetic = Arithmetic(len(self.kernels), max_terms)
        # Plans are kept alive by the planner, so the identity of a factor is a safe key.
        self._values: dict[int, Fraction] = {}
        self._relations: dict[int, tuple[int, Fraction]] = {}
        for index, kernel in enumerate(planner.kernels):
            # A kernel that only occurs to integer powers is its base: the relation is of degree 1.
            if kernel.relation is not None:
                self._relations[index] = (kernel.denominators, self._product(kernel.relation))

    @classmethod
    def of(cls, exprs: Sequence[Expr], *, max_terms: int = MAX_TERMS) -> Field:
        """Build the field that holds all of `exprs`.

        Parameters
        ----------
        exprs : sequence of Expr
        max_terms : int
            Largest number of terms of a polynomial in this field.

        Raises
        ------
        UnsupportedError
            If an expression holds something that is no element of a field (an infinity, a
            floating-point number) or divides by zero.
        """
        planner = Planner()
        for e in exprs:
            planner.plan(e)
        return cls(planner, max_terms)

    def fraction(self, e: Expr) -> Fraction:
        """Return an expression of this field as a reduced fraction.

        Raises
        ------
        UnsupportedError
            If `e` holds a kernel this field lacks, divides by zero, or is too large.
        """
        return self._reduced(self._product(self._planner.plan(e)))

    def is_zero(self, e: Expr) -> bool:
        """Tell whether algebra proves that `e` is zero.

        True is a proof that `e` vanishes wherever it is defined. False means only that no proof
        was found: kernels may satisfy relations that the field does not know.
        """
        return bool(self.fraction(e).num.is_zero())

    def expr(self, element: Fraction | Poly) -> Expr:
        """Return a fraction or a polynomial as a symengine expression, expanded."""
        if isinstance(element, Fraction):
            if element.den.is_one():
                return self.expr(element.num)
            return self.expr(element.num) / self.expr(element.den)
        return symengine.Add(*[self.monomial(n, c) for n, c in terms_of(element)])

    def factored(self, element: Fraction | Poly) -> Expr:
        """Return a fraction or a polynomial as an expression with both sides factored."""
        if isinstance(element, Fraction):
            if element.den.is_one():
                return self.factored(element.num)
            return self.factored(element.num) / self.factored(element.den)
        content, factors = factorised(element)
        powers = [self.expr(factor) ** n for factor, n in factors]
        return symengine.Mul(symengine.Integer(content), *powers)

    def monomial(self, exponents: Sequence[int], coefficient: int) -> Expr:
        """Return one term as an expression."""
        parts = [self.kernels[i] ** n if n != 1 else self.kernels[i] for i, n in enumerate(exponents) if n]
        if coefficient != 1 or not parts:
            parts.append(symengine.Integer(coefficient))
        return symengine.Mul(*parts) if len(parts) > 1 else parts[0]

    def cancel(self, num: Poly, den: Poly) -> Fraction:
        """Return the reduced fraction of two polynomials of this field."""
        return self._reduced(self._arithmetic.cancel(num, den))

    def _product(self, product: Product) -> Fraction:
        ring = self._arithmetic
        result = ring.monomial(product.coefficient, self._exponents(product))
        for factor, n in product.factors:
            value = self._factor(factor)
            if n < 0 and self._relations:
                value = self._reduced(value)
            if n != 1:
                value = ring.raise_to(value, n)
            result = ring.multiply(result, value)
        return result

    def _exponents(self, product: Product) -> list[int]:
        exponents = [0] * len(self.kernels)
        for index, exponent in product.powers:
            exponents[index] += self._multiple(index, exponent)
        if product.powers and max(map(abs, exponents)) > MAX_EXPONENT:
            raise UnsupportedError(f"an exponent is beyond {MAX_EXPONENT}")
        return exponents

    def _multiple(self, index: int, exponent: fmpq) -> int:
        """Return `exponent` as a multiple of the kernel's unit."""
        count = exponent / self._units[index]
        if count.q != 1:
            raise UnsupportedError(f"the exponent {exponent} of {self.kernels[index]} is not in the field")
        return int(count.p)

    def _factor(self, factor: Sum) -> Fraction:
        known = self._values.get(id(factor))
        if known is None:
            known = self._values[id(factor)] = self._sum(factor)
        return known

    def _sum(self, total: Sum) -> Fraction:
        """Add up; plain monomials go into one polynomial at once."""
        plain: dict[tuple[int, ...], int] = {}
        others: list[Fraction] = []
        for term in total.terms:
            if not term.factors and term.coefficient.q == 1 and self.kernels:
                exponents = self._exponents(term)
                if min(exponents) >= 0:
                    key = tuple(exponents)
                    plain[key] = plain.get(key, 0) + int(term.coefficient.p)
                    continue
            others.append(self._product(term))
        ring = self._arithmetic
        if plain:
            others.append(Fraction(ring.polynomial(plain), ring.one))
        return ring.total(others)

    def _reduced(self, fraction: Fraction) -> Fraction:
        """Rewrite roots by their relations until nothing changes, and cancel."""
        ring = self._arithmetic
        for _ in range(_MAX_ROUNDS if self._relations else 0):
            num, den, is_changed = *fraction, False
            # Roots come after the kernels of their bases: from the last to the first is enough.
            for index in sorted(self._relations, reverse=True):
                degree, value = self._relations[index]
                if max(num.degrees()[index], den.degrees()[index]) < degree:
                    continue
                above = ring.reduce_power(num, index, degree, value)
                below = ring.reduce_power(den, index, degree, value)
                num = ring.product(above.num, below.den)
                den = ring.product(below.num, above.den)
                is_changed = True
            if not is_changed:
                break
            fraction = ring.cancel(num, den)
        return fraction


def square_root(e: Expr) -> Expr:
    """Return a square root of a rational function, that of a product of squares without a root sign."""
    if e.is_Rational:
        return symengine.sqrt(e)
    field = Field.of([e])
    fraction = field.fraction(e)
    if not fraction.den.is_one():
        return square_root(field.expr(fraction.num)) / square_root(field.expr(fraction.den))
    content, factors = factorised(fraction.num)
    outside = symengine.Mul(*(field.expr(factor) ** (n // 2) for factor, n in factors))
    inside = symengine.Mul(*(field.expr(factor) ** (n % 2) for factor, n in factors))
    return outside * symengine.sqrt(field.expr(field.fraction(content * inside)))
