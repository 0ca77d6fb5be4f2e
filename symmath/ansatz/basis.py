"""Terms a primitive may be a linear combination of.

Two sources: the additive terms of candidates (what the network proposes), and the integrand
itself (no network). The second follows Norman and Risch's parallel method: with the integrand a
rational function of its kernels, the primitive's numerator has monomials close to the
integrand's, its denominator loses one power of each factor, and new logarithms, arctangents and
arcsines come from the factors of the denominator and from the radicands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product
from typing import Any

import symengine

from symmath.ansatz.arcs import arcs_at_pole, arcs_of_root, arctangents
from symmath.errors import UnsupportedError
from symmath.expr import bessel
from symmath.expr.expansion import expand
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.rational import factorised, terms_of
from symmath.expr.shape import summands_of
from symmath.expr.special import slope_of

MAX_TERMS = 400
MAX_KERNELS = 14
MAX_ROUNDS = 3
_PARTNERS = {
    symengine.sin: symengine.cos,
    symengine.cos: symengine.sin,
    symengine.sinh: symengine.cosh,
    symengine.cosh: symengine.sinh,
}
_ONE = symengine.Integer(1)
PRIMITIVE_LIKE = frozenset(
    {
        symengine.log,
        symengine.atan,
        symengine.asin,
        symengine.acos,
        symengine.asinh,
        symengine.acosh,
        symengine.atanh,
        symengine.FunctionSymbol,
    }
)
"""Functions whose derivative is simpler than they are: the primitive may hold one power more."""


def without_coefficient(term: Expr) -> Expr:
    """Drop the rational coefficient of a term."""
    if type(term) is symengine.Mul and term.args[0].is_Rational:
        return term / term.args[0]
    return term


def additive_terms(e: Expr) -> Iterator[Expr]:
    """Yield the terms of a sum that depend on x, without rational coefficients."""
    for term in summands_of(e):
        if X in term.free_symbols:
            yield without_coefficient(term)


def distinct(terms: Iterable[Expr], limit: int = MAX_TERMS) -> list[Expr]:
    """Keep the first `limit` different terms."""
    return list(islice(dict.fromkeys(terms), limit))


def terms_of_integrand(integrand: Expr) -> list[Expr]:
    """Return the terms an integrand suggests, the likeliest first; empty where there are none."""
    try:
        return distinct(IntegrandBasis(integrand).terms())
    except (UnsupportedError, RuntimeError):
        # RuntimeError: symengine met an undefined result, such as 0**-1.
        return []


def forms(e: Expr) -> Iterator[Expr]:
    """Yield an expression as it stands and expanded, where that is not too long."""
    yield e
    try:
        yield expand(e)
    except UnsupportedError:
        return


def terms_of_candidates(candidates: Sequence[Expr]) -> list[Expr]:
    """Return the additive terms of candidates as they stand and expanded, best candidate first."""
    return distinct(term for e in candidates for form in forms(e) for term in additive_terms(form))


def _written_powers(e: Expr) -> Iterator[Expr]:
    """Yield one power less of denominators as they are written.

    Where roots of numbers stand in them, polynomials over the rationals don't factor into them again.
    """
    if type(e) is symengine.Pow and type(e.args[0]) is symengine.Add:
        base, exponent = e.args
        if exponent.is_Integer and exponent < -1 and X in base.free_symbols:
            yield base ** (exponent + 1)
    for argument in e.args:
        yield from _written_powers(argument)


def _closed_field(integrand: Expr) -> Field | None:
    """Return a field that holds the integrand, its kernels' derivatives and their partners."""
    exprs: dict[Expr, None] = {integrand: None, X: None}
    field = None
    for _ in range(MAX_ROUNDS):
        field = Field.of(list(exprs))
        if len(field.kernels) > MAX_KERNELS:
            return None
        before = len(exprs)
        for kernel in field.kernels:
            partner = _PARTNERS.get(type(kernel))
            if partner is not None:
                exprs[partner(kernel.args[0])] = None
            exprs[slope_of(kernel)] = None
        if len(exprs) == before:
            break
    return field


class IntegrandBasis:
    """The terms an integrand suggests.

    Parameters
    ----------
    integrand : Expr

    Raises
    ------
    UnsupportedError
        If the integrand is no rational function of a manageable number of kernels.
    """

    def __init__(self, integrand: Expr) -> None:
        field = _closed_field(integrand)
        if field is None:
            raise UnsupportedError(f"more than {MAX_KERNELS} kernels")
        self._field = field
        self._integrand = integrand
        self._fraction = field.fraction(integrand)
        self._factors = factorised(self._fraction.den)[1]
        self._index = {kernel: i for i, kernel in enumerate(field.kernels)}
        others = ((i, self._index.get(bessel.partner(kernel))) for kernel, i in self._index.items())
        self._pairs = [(i, other) for i, other in others if other is not None and i < other]

    def terms(self) -> Iterator[Expr]:
        """Yield terms, the likeliest first."""
        for form in forms(self._integrand):
            yield from additive_terms(form)
        yield from _written_powers(self._integrand)
        yield from self._powers()
        yield from self._logarithms()
        yield from self._arcs()
        denominators = list(self._denominators())
        monomials = list(islice(self._monomials(), MAX_TERMS))
        for denominator in denominators:
            for monomial in monomials:
                term = without_coefficient(monomial / denominator)
                if X in term.free_symbols:
                    yield term

    def _powers(self) -> Iterator[Expr]:
        """Yield what a product of powers with such a derivative would be.

        Each factor of the numerator but the largest is left over from a power one higher.
        """
        factors = factorised(self._fraction.num)[1]
        largest = max((len(factor) for factor, _ in factors), default=0)
        above = _ONE
        for factor, n in factors:
            if len(factor) < largest or n > 1:
                above *= self._field.expr(factor) ** (n if self._keeps_power(factor) else n + 1)
        below = next(self._denominators())
        for term in (above / below, X * above / below):
            if X in term.free_symbols:
                yield without_coefficient(term)

    def _logarithms(self) -> Iterator[Expr]:
        for factor, _ in self._factors:
            e = self._field.expr(factor)
            if X in e.free_symbols:
                yield symengine.log(e)
        for kernel in self._field.kernels:
            if X not in kernel.free_symbols:
                continue
            yield kernel
            if type(kernel) is not symengine.Pow:
                yield symengine.log(kernel)
            yield from self._special(kernel)

    def _special(self, kernel: Expr) -> Iterator[Expr]:
        """Yield logarithms of polynomials that divide their own derivative, and of new denominators."""
        if type(kernel) is symengine.tan:
            yield symengine.log(1 + kernel**2)
        elif type(kernel) is symengine.tanh:
            yield symengine.log(1 - kernel**2)
        try:
            slope = self._field.fraction(slope_of(kernel))
        except UnsupportedError:
            return
        for factor, _ in factorised(slope.den)[1]:
            e = self._field.expr(factor)
            if X in e.free_symbols:
                yield symengine.log(e)
                yield from arctangents(self._field, factor)

    def _arcs(self) -> Iterator[Expr]:
        """Yield arctangents of quadratic factors, arcsines and logarithms of quadratic radicands."""
        for factor, _ in self._factors:
            yield from arctangents(self._field, factor)
        for kernel in self._field.kernels:
            if type(kernel) is symengine.Pow and kernel.args[1].is_Rational and X in kernel.free_symbols:
                yield from arcs_of_root(kernel)
                for factor, _ in self._factors:
                    yield from arcs_at_pole(kernel, self._field.expr(factor))

    def _denominators(self) -> Iterator[Expr]:
        """Yield the denominator with each factor down by one power, then lower ones."""
        field = self._field
        full = _ONE
        for factor, n in self._factors:
            full *= field.expr(factor) ** (n if self._keeps_power(factor) else n - 1)
        yield full
        if full != _ONE:
            yield _ONE
        for factor, n in self._factors:
            e = field.expr(factor)
            for power in range(1, n + 1 if self._keeps_power(factor) else n):
                if e**power != full:
                    yield e**power

    def _keeps_power(self, factor: Any) -> bool:
        """Whether differentiation leaves the power of a factor: constants, exponentials and roots."""
        kernel = self._field.expr(factor)
        if X not in kernel.free_symbols:
            return True
        return type(kernel) is symengine.Pow and kernel in self._index

    def _monomials(self) -> Iterator[Expr]:
        """Yield divisors of the numerator's monomials, sines and cosines exchanged, and x times them."""
        seen: dict[tuple[int, ...], None] = {}
        exponents = sorted({e for e, _ in terms_of(self._fraction.num)}, key=sum)
        inside = [max((e[i] for e in exponents), default=0) > 0 for i in range(len(self._index))]
        growing = [
            (i, 1)
            for k, i in self._index.items()
            # x, logarithms and the like, and what the derivatives of the kernels bring in.
            if k == X or type(k) in PRIMITIVE_LIKE or (not inside[i] and X in k.free_symbols)
        ]
        if self._pairs or any(type(k) is symengine.Pow and k.args[1].is_Rational for k in self._index):
            # A root can leave the primitive, as in the integral of sqrt(1 - x**2)*asin(x).
            growing.append((self._index[X], 2))
        for top in exponents:
            if _count(top) > MAX_TERMS:
                continue
            for lower in sorted(product(*(range(n + 1) for n in top)), key=sum, reverse=True):
                for swapped in self._swaps(lower):
                    seen.setdefault(swapped)
                    for index, extra in growing:
                        seen.setdefault(tuple(n + extra * (i == index) for i, n in enumerate(swapped)))
        for term in sorted(seen, key=sum):
            yield self._field.monomial(term, 1)

    def _swaps(self, exponents: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Yield the monomial, with one sine made a cosine or back, or Bessel's functions made partners."""
        yield exponents
        for first, second in self._pairs:
            degree = exponents[first] + exponents[second]
            for n in range(degree + 1):
                shared = list(exponents)
                shared[first], shared[second] = n, degree - n
                yield tuple(shared)
        for kernel, index in self._index.items():
            partner = _PARTNERS.get(type(kernel))
            if partner is None or not exponents[index]:
                continue
            other = self._index.get(partner(kernel.args[0]))
            if other is not None:
                swapped = list(exponents)
                swapped[index] -= 1
                swapped[other] += 1
                yield tuple(swapped)


def _count(exponents: tuple[int, ...]) -> int:
    count = 1
    for n in exponents:
        count *= n + 1
    return count
