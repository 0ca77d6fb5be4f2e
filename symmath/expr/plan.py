"""Read a symengine expression as a rational combination of kernels, before any polynomial exists.

A *kernel* is what polynomial arithmetic can't see into: x, ``sin(u)``, ``log(u)``, a fractional
power ``u**(1/q)``, an exponential ``b**a``, a constant. A `Planner` collects the kernels
of all expressions first, because the unit of a kernel (``exp(x/2)`` when both ``exp(x/2)`` and
``exp(2*x)`` occur) is only known at the end.
Kernels are taken as they are written: no identity between different ones is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd, lcm
from typing import Any, Literal, NamedTuple

import symengine
from flint import fmpq, fmpz

from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr
from symmath.expr.shape import factors_of, summands_of

KernelKind = Literal["plain", "root", "exponential"]
_LARGEST_FACTORED = 10**15
_ONE = fmpq(1)
_I = symengine.I
_E = symengine.E
_COMPLEX = type(2 * _I)


@dataclass(slots=True)
class Kernel:
    """One variable of a field.

    Attributes
    ----------
    kind : str
        "plain" (`base` itself), "root" (powers of `base`, relation ``k**q = base``),
        "exponential" (powers of ``base**atom``).
    base, atom : Expr
        As said under `kind`; `atom` is 1 where it has no meaning.
    relation : Product or None
        The plan of a root's base.
    numerators, denominators : int
        Greatest common divisor and least common multiple of those of all exponents met.
    """

    kind: KernelKind
    base: Expr
    atom: Expr
    relation: Product | None = None
    numerators: int = 0
    denominators: int = 1

    def meet(self, exponent: fmpq) -> None:
        """Widen the unit so that `exponent` is a multiple of it."""
        self.numerators = gcd(self.numerators, int(exponent.p))
        self.denominators = lcm(self.denominators, int(exponent.q))

    @property
    def unit(self) -> fmpq:
        """The exponent that the variable of the polynomials stands for."""
        if self.kind in ("plain", "root"):
            return fmpq(1, self.denominators)
        return fmpq(self.numerators or 1, self.denominators)

    def expr(self) -> Expr:
        """Return what the variable stands for."""
        if self.kind == "plain":
            return self.base
        unit = symengine.Rational(int(self.unit.p), int(self.unit.q))
        if self.kind == "root":
            return self.base**unit
        return self.base ** (unit * self.atom)


class Product(NamedTuple):
    """``coefficient`` times powers of kernels (by index) times integer powers of other factors."""

    coefficient: fmpq
    powers: tuple[tuple[int, fmpq], ...] = ()
    factors: tuple[tuple[Sum, int], ...] = ()


class Sum(NamedTuple):
    """A sum of products."""

    terms: tuple[Product, ...]


def _number(e: Expr) -> fmpq:
    if e.is_Integer:
        return fmpq(int(e))
    numerator, denominator = e.get_num_den()
    return fmpq(int(numerator), int(denominator))


def split_coefficient(term: Expr) -> tuple[fmpq, Expr]:
    """Split a term into its rational coefficient and the rest (1 for a number); I is no part of the first."""
    if term.is_Rational:
        return _number(term), symengine.Integer(1)
    first, *rest = factors_of(term)
    if type(first) is _COMPLEX and first.real_part() == 0:
        return _number(first.imaginary_part()), symengine.Mul(_I, *rest)
    if first.is_Rational:
        return _number(first), rest[0] if len(rest) == 1 else symengine.Mul(*rest)
    return _ONE, term


def split_sum(e: Expr) -> list[tuple[fmpq, Expr]]:
    """Split the terms of a sum into rational coefficient and rest; complex coefficients become two terms."""
    terms: list[tuple[fmpq, Expr]] = []
    for term in summands_of(e):
        first, *rest = factors_of(term)
        if type(first) is _COMPLEX and first.real_part() != 0:
            # symengine writes exp(x)*exp(-I*x) as exp((1 - I)*x).
            terms += [
                split_coefficient(symengine.Mul(part, *rest))
                for part in (first.real_part(), _I * first.imaginary_part())
            ]
        else:
            terms.append(split_coefficient(term))
    return terms


def multiply(products: list[Product]) -> Product:
    """Return the product of plans, none of them carried out."""
    coefficient = _ONE
    powers: list[tuple[int, fmpq]] = []
    factors: list[tuple[Sum, int]] = []
    for product in products:
        coefficient *= product.coefficient
        powers += product.powers
        factors += product.factors
    return Product(coefficient, tuple(powers), tuple(factors))


def raise_to(product: Product, n: int) -> Product:
    """Return the plan's n-th power for an integer n.

    Raises
    ------
    UnsupportedError
        If it divides by zero.
    """
    if n == 1:
        return product
    coefficient = product.coefficient
    if n < 0 and coefficient == 0:
        raise UnsupportedError("division by zero")
    if abs(n) > 1 and max(abs(coefficient.p), coefficient.q) > 1 and abs(n) > 1000:
        raise UnsupportedError(f"the exponent {n} is too large")
    return Product(
        coefficient**n,
        tuple((index, exponent * n) for index, exponent in product.powers),
        tuple((factor, count * n) for factor, count in product.factors),
    )


class Planner:
    """Collects the kernels of expressions.

    Attributes
    ----------
    kernels : list of Kernel
        In an order where a root comes after the kernels of its base.
    is_frozen : bool
        Once true, an expression with another kernel raises `UnsupportedError`.
    """

    def __init__(self) -> None:
        self.kernels: list[Kernel] = []
        self.is_frozen = False
        self._indices: dict[tuple[KernelKind, Expr, Expr], int] = {}
        self._plans: dict[Expr, Product] = {}

    def plan(self, e: Expr) -> Product:
        """Return the plan of an expression.

        Raises
        ------
        UnsupportedError
            If `e` holds an infinity, a floating-point number, or, once frozen, a new kernel.
        """
        known = self._plans.get(e)
        if known is None:
            known = self._plans[e] = self._HANDLERS.get(type(e), Planner._function)(self, e)
        return known

    def kernel(self, kind: KernelKind, base: Expr, atom: Expr, exponent: fmpq) -> int:
        """Return the index of a kernel that is about to be used with `exponent`."""
        key = (kind, base, atom)
        index = self._indices.get(key)
        if index is None:
            relation = self.plan(base) if kind == "root" else None
            if self.is_frozen:
                raise UnsupportedError(f"the kernel {base} ({kind}) is not in the field")
            index = self._indices[key] = len(self.kernels)
            self.kernels.append(Kernel(kind, base, atom, relation))
        if not self.is_frozen:
            self.kernels[index].meet(exponent)
        return index

    def single(self, kind: KernelKind, base: Expr, atom: Expr, exponent: fmpq) -> Product:
        """Return the plan of one kernel to a power."""
        return Product(_ONE, ((self.kernel(kind, base, atom, exponent), exponent),))

    def root(self, base: Expr, exponent: fmpq) -> Product:
        """Return the plan of the principal power ``base**exponent``."""
        if base.is_Rational:
            return self.number_root(_number(base), exponent)
        return self.single("root", base, symengine.Integer(1), exponent)

    def number_root(self, base: fmpq, exponent: fmpq) -> Product:
        """Return the plan of a power of a rational number, as powers of primes and of -1."""
        if base == 0:
            if exponent < 0:
                raise UnsupportedError("division by zero")
            return Product(fmpq(0))
        # (-a)**c == (-1)**c * a**c for a > 0 on principal branches.
        parts = [(-1, exponent)] if base < 0 else []
        for part, sign in ((abs(base.p), 1), (base.q, -1)):
            if part <= _LARGEST_FACTORED:
                parts += [(int(p), exponent * int(n) * sign) for p, n in fmpz(part).factor()]
            else:
                parts.append((int(part), exponent * sign))
        products = []
        for prime, power in parts:
            if power.q == 1:
                products.append(Product(fmpq(prime) ** int(power.p)))
            else:
                products.append(self.single("root", symengine.Integer(prime), symengine.Integer(1), power))
        return multiply(products)

    def exponential(self, base: Expr, exponent: Expr) -> Product:
        """Return the plan of ``base**exponent`` for an exponent that is no rational number."""
        products = []
        for coefficient, atom in split_sum(exponent):
            if atom == 1 and base != _E:
                products.append(self._rational_power(base, coefficient))
            else:
                products.append(self.single("exponential", base, atom, coefficient))
        return multiply(products)

    def _rational_power(self, base: Expr, exponent: fmpq) -> Product:
        if base == _E:
            return self.single("exponential", _E, symengine.Integer(1), exponent)
        if exponent.q == 1:
            return raise_to(self.plan(base), int(exponent.p))
        return self.root(base, exponent)

    def _power(self, e: Expr) -> Product:
        base, exponent = e.args
        if exponent.is_Rational:
            return self._rational_power(base, _number(exponent))
        return self.exponential(base, exponent)

    def _sum(self, e: Expr) -> Product:
        return Product(_ONE, (), ((Sum(tuple(self.plan(arg) for arg in e.args)), 1),))

    def _complex(self, e: Expr) -> Product:
        real, imaginary = _number(e.real_part()), _number(e.imaginary_part())
        turned = multiply([Product(imaginary), self.plan(_I)])
        if real == 0:
            return turned
        return Product(_ONE, (), ((Sum((Product(real), turned)), 1),))

    def _function(self, e: Expr) -> Product:
        if not (e.is_Symbol or e.is_Function or e == symengine.pi):
            raise UnsupportedError(f"{type(e).__name__} ({e}) is no part of exact arithmetic")
        return self.single("plain", e, symengine.Integer(1), _ONE)

    def _product(self, e: Expr) -> Product:
        return multiply([self.plan(arg) for arg in e.args])

    _HANDLERS: dict[type[Any], Callable[[Any, Expr], Product]] = {
        symengine.Add: _sum,
        symengine.Mul: _product,
        symengine.Pow: _power,
        type(_I): lambda self, e: self.number_root(fmpq(-1), fmpq(1, 2)),
        _COMPLEX: _complex,
        type(_E): lambda self, e: self._rational_power(_E, _ONE),
        **{
            type(number): (lambda self, e: Product(_number(e)))
            for number in (
                symengine.Integer(5),
                symengine.Integer(0),
                symengine.Integer(1),
                symengine.Integer(-1),
                symengine.Rational(1, 2),
                symengine.Rational(2, 3),
            )
        },
    }
