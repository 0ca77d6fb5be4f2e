"""Write equal kernels equally, so that a zero test over the kernels sees their identities.

Trigonometric and hyperbolic functions become exponentials, inverse functions powers of what they
invert where they meet, and functions of equal arguments written differently become functions of one
of them. Every identity used holds on the whole complex plane on principal branches: ``log(c*u) =
log(c) + log(u)`` for c > 0, never ``log(u*v) = log(u) + log(v)``.

Which arguments might be equal is seen from their values at two points; that they are is proved.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import symengine
from flint import arb, fmpq, fmpz

from symmath.errors import UnsupportedError
from symmath.expr.balls import working_precision
from symmath.expr.bessel import of_least_order
from symmath.expr.branches import Branches, Parts
from symmath.expr.kernels import Field
from symmath.expr.operators import BY_TOKEN, Expr
from symmath.expr.plan import split_coefficient, split_sum
from symmath.expr.rational import terms_of
from symmath.expr.rules import AREA_COSINES_AS_LOGARITHMS, HYPERBOLIC_AS_EXPONENTIALS, Rules
from symmath.expr.shape import factors_of, summands_of
from symmath.expr.values import BITS, Values

_RATIO_BITS = 80
_LARGEST_RATIO = 10**10
_LARGEST_FACTORED = 10**15
_DIVISIONS = (1, 2, 3, 4, 6)
_ONE = symengine.Integer(1)
_HALF = symengine.Rational(1, 2)
_I, _E, _PI = symengine.I, symengine.E, symengine.pi


def _sine(u: Expr) -> Expr:
    return (symengine.exp(_I * u) - symengine.exp(-_I * u)) / (2 * _I)


def _cosine(u: Expr) -> Expr:
    return (symengine.exp(_I * u) + symengine.exp(-_I * u)) / 2


_EXPONENTIALS: Rules = {
    symengine.sin: _sine,
    symengine.cos: _cosine,
    symengine.tan: lambda u: -_I * (symengine.exp(2 * _I * u) - 1) / (symengine.exp(2 * _I * u) + 1),
    **HYPERBOLIC_AS_EXPONENTIALS,
}
_LOGARITHMS: Rules = {
    symengine.asinh: lambda u: symengine.log(u + symengine.sqrt(u**2 + 1)),
    **AREA_COSINES_AS_LOGARITHMS,
    symengine.atanh: lambda u: (symengine.log(1 + u) - symengine.log(1 - u)) / 2,
    symengine.acos: lambda u: _PI / 2 - symengine.asin(u),
}
"""Kahan (1987), "Branch cuts for complex elementary functions"; Arb has the same conventions."""


class Unifier:
    """Rewrites the expressions of one zero test; remembers the arguments it has met.

    Parameters
    ----------
    branches : Branches, optional
        The point near which logarithms and powers of products, and inverse functions, are taken apart;
        what is proved then holds near that point.
    """

    def __init__(self, branches: Branches | None = None) -> None:
        self._branches = branches
        self._done: dict[Expr, Expr] = {}
        self._met: dict[str, list[Expr]] = {}
        self._values = Values()

    def unify(self, e: Expr) -> Expr:
        """Return an expression equal to `e` wherever both are defined.

        Raises
        ------
        UnsupportedError
            If something would grow too large.
        """
        if not e.args or e.is_Number:
            return e
        known = self._done.get(e)
        if known is None:
            known = self._done[e] = self._rebuilt(e)
        return known

    def _rebuilt(self, e: Expr) -> Expr:
        kind = type(e)
        if kind in _LOGARITHMS:
            return self.unify(_LOGARITHMS[kind](e.args[0]))
        if kind in _EXPONENTIALS:
            # The argument is unified with the exponentials it becomes part of.
            return self.unify(_EXPONENTIALS[kind](e.args[0]))
        if kind is symengine.Pow:
            return self._power(*e.args)
        arguments = [self.unify(argument) for argument in e.args]
        if kind is symengine.log:
            return self._logarithm(arguments[0])
        if kind in (symengine.Add, symengine.Mul):
            return kind(*arguments)
        if kind is symengine.FunctionSymbol:
            # Special functions; of Bessel's orders alone are identities used.
            return of_least_order(e.get_name(), *arguments) if len(arguments) == 2 else e.func(*arguments)
        return self._function(kind, arguments[0])

    def _function(self, build: Callable[..., Expr], u: Expr) -> Expr:
        """Return asin, atan, abs or sign of the first argument met that is the same up to a factor."""
        if self._branches is not None and build in (symengine.asin, symengine.atan):
            unwound = self._unwound(build(u), self._branches)
            if unwound is not None:
                return unwound
        ratio, base = self._known(build.__name__, u)
        if build is symengine.Abs:
            return abs(ratio) * build(base)
        sign = 1 if ratio > 0 else -1
        if build is symengine.sign:
            return sign * BY_TOKEN["sign"].build(base)
        return sign * build(abs(ratio) * base)

    def _unwound(self, arc: Expr, branches: Branches) -> Expr | None:
        """Return an arc of a function of an angle as that angle and half turns, or None."""
        # The square of exp(I*atan(u)) has no root in it.
        turned = self._turned(arc) ** (2 if type(arc) is symengine.atan else 1)
        parts = branches.parts(self.unify(turned), self._known)
        if parts is None or any(not base.is_Rational for base in parts.powers):
            return None
        logarithm = self._sum_of_logarithms(parts)
        return logarithm / (2 * _I if type(arc) is symengine.atan else _I)

    def _sum_of_logarithms(self, parts: Parts) -> Expr:
        logarithms = (
            times * (_number_logarithm(base) if base.is_Rational else symengine.log(base))
            for base, times in parts.powers.items()
        )
        return symengine.Add(parts.exponent, _I * _PI * parts.half_turns, *logarithms)

    def _logarithm(self, u: Expr) -> Expr:
        if u.is_Rational:
            return symengine.log(u) if u <= 0 else _number_logarithm(u)
        parts = None if self._branches is None else self._branches.parts(u, self._known)
        if parts is not None:
            return self._sum_of_logarithms(parts)
        if type(u) is symengine.Pow and u.args[1].is_Rational and -1 < u.args[1] <= 1:
            return u.args[1] * self._logarithm(u.args[0])
        ratio, base = self._known("power", u)
        if ratio < 0:
            ratio, base = _ONE, u
        return _number_logarithm(ratio) + symengine.log(base)

    def _power(self, base: Expr, exponent: Expr) -> Expr:
        if exponent.is_Integer:
            return self.unify(base) ** exponent
        base, exponent = self.unify(base), self.unify(exponent)
        if base == _E:
            return symengine.Mul(*(self._exponential(term) for term in self._terms(exponent)))
        if base.is_Number and not base.is_Rational:
            return base**exponent
        if type(base) is symengine.Pow and base.args[1].is_Rational and -1 < base.args[1] <= 1:
            return self._power(base.args[0], base.args[1] * exponent)
        if exponent.is_Rational:
            return self._scaled_power(base, exponent)
        return symengine.Mul(*(self._scaled_power(base, term) for term in self._terms(exponent)))

    def _terms(self, exponent: Expr) -> list[Expr]:
        """Return the terms of an exponent, each a multiple of one that was met before if there is one."""
        if exponent.is_Rational:
            return [exponent]
        parts = summands_of(exponent)
        whole = symengine.Add(*(term for part in parts for term in _monomials(part)))
        terms = (_scale(coefficient) * atom for coefficient, atom in split_sum(whole))
        return [ratio * atom for ratio, atom in (self._known("exponent", term) for term in terms)]

    def _exponential(self, term: Expr) -> Expr:
        """Return exp(term); of a multiple of a logarithm or of an arc it is a power."""
        factors = factors_of(term)
        for i, factor in enumerate(factors):
            others = symengine.Mul(*factors[:i], *factors[i + 1 :])
            if type(factor) is symengine.log:
                return self._power(factor.args[0], others)
            if type(factor) in (symengine.asin, symengine.atan):
                turns = others / _I
                if turns.is_Integer:
                    return self._turned(factor) ** turns
            if factor == _PI:
                turns = others / _I
                if turns.is_Rational:
                    return _root_of_unity(turns)
        return symengine.exp(term)

    def _turned(self, arc: Expr) -> Expr:
        """Return exp(I*arc) for an arcsine or arctangent."""
        u = arc.args[0]
        if type(arc) is symengine.asin:
            return _I * u + self._power(1 - u**2, _HALF)
        return (1 + _I * u) / self._power(1 + u**2, _HALF)

    def _scaled_power(self, base: Expr, exponent: Expr) -> Expr:
        """Return ``base**exponent`` with positive factors of the base taken out."""
        if base.is_Rational:
            return base**exponent if base <= 0 else _number_power(base, exponent)
        parts = None if self._branches is None else self._branches.parts(base, self._known)
        if parts is not None:
            factors = (
                _number_power(part, times * exponent) if part.is_Rational else part ** (times * exponent)
                for part, times in parts.powers.items()
            )
            turned = _I * _PI * parts.half_turns * exponent
            return symengine.Mul(self._power(_E, parts.exponent * exponent + turned), *factors)
        ratio, known = self._known("power", base)
        if ratio < 0:
            ratio, known = _ONE, base
        # exp(w) of an exponent made of sums must stay apart from its terms: it was split before.
        return _number_power(ratio, exponent) * known**exponent

    def _known(self, kind: str, u: Expr) -> tuple[Expr, Expr]:
        """Return c and v with ``u = c*v``, c rational, v the first such expression met of that kind."""
        coefficient, atom = split_coefficient(u)
        scale = _scale(coefficient)
        if kind == "power" and coefficient < 0:
            scale, atom = -scale, -atom
        met = self._met.setdefault(kind, [])
        for other in met:
            if atom == other:
                return scale, other
        if atom.is_Rational:
            return scale, atom
        for other in met:
            ratio = self._ratio(atom, other)
            if ratio is not None and (ratio > 0 or kind != "power") and self._is_zero(atom - ratio * other):
                return scale * ratio, other
        met.append(atom)
        return scale, atom

    def _ratio(self, u: Expr, v: Expr) -> Expr | None:
        """Return the rational number that u/v is at both points, or None."""
        above, below = self._values.at_points(u), self._values.at_points(v)
        if above is None or below is None:
            return None
        with working_precision(BITS):
            first, second = (a / b for a, b in zip(above, below, strict=True))
            is_real = first.is_finite() and first.imag.contains(0)
            return _rational(first.real) if is_real and first.overlaps(second) else None

    def _is_zero(self, e: Expr) -> bool:
        """Whether an expression made of unified ones is zero."""
        try:
            return bool(e == 0) or Field.of([e]).is_zero(e)
        except (UnsupportedError, RuntimeError):
            return False


def _monomials(part: Expr) -> list[Expr]:
    """Multiply out a term whose sums are all above the fraction bar."""
    factors = factors_of(part)
    if not any(type(f.args[0] if type(f) is symengine.Pow else f) is symengine.Add for f in factors):
        return [part]
    try:
        field = Field.of([part])
        num, den = field.fraction(part)
    except (UnsupportedError, RuntimeError):
        return [part]
    if len(den) != 1:
        return [part]
    below = field.expr(den)
    return [field.monomial(n, c) / below for n, c in terms_of(num)]


def _scale(coefficient: fmpq) -> Expr:
    return symengine.Integer(int(coefficient.p)) / symengine.Integer(int(coefficient.q))


def _root_of_unity(half_turns: Expr) -> Expr:
    """Return exp(I*pi*half_turns), by square roots where symengine knows them."""
    if int(half_turns.q) in _DIVISIONS:
        angle = half_turns * _PI
        return symengine.cos(angle) + _I * symengine.sin(angle)
    return symengine.Integer(-1) ** half_turns


def _rational(value: arb) -> Expr | None:
    """Return the simple rational number in a narrow ball, or None."""
    if value.rad() * arb(2) ** _RATIO_BITS > 1 or abs(value) > _LARGEST_RATIO:
        return None
    mantissa, exponent = value.mid().man_exp()
    exact = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    near = exact.limit_denominator(_LARGEST_RATIO)
    if near == 0 or not value.overlaps(arb(near.numerator) / near.denominator):
        return None
    return symengine.Integer(near.numerator) / symengine.Integer(near.denominator)


def _primes(number: Expr) -> list[tuple[int, int]]:
    """Return the prime factors of a positive rational number with their exponents."""
    numerator, denominator = (int(part) for part in number.get_num_den())
    factors: list[tuple[int, int]] = []
    for part, sign in ((numerator, 1), (denominator, -1)):
        if part > _LARGEST_FACTORED:
            factors.append((part, sign))
        elif part > 1:
            factors += [(int(prime), sign * int(n)) for prime, n in fmpz(part).factor()]
    return factors


def _number_logarithm(number: Expr) -> Expr:
    return symengine.Add(*(n * symengine.log(symengine.Integer(p)) for p, n in _primes(number)))


def _number_power(number: Expr, exponent: Expr) -> Expr:
    return symengine.Mul(*(symengine.Integer(p) ** (n * exponent) for p, n in _primes(number)))
