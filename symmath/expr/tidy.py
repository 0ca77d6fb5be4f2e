"""Shorter equal forms of an answer, for people to read."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import symengine
from flint import fmpq_poly, fmpz_poly

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.corners import joined_at_corners
from symmath.expr.half_angles import in_whole_angles
from symmath.expr.kernels import Field
from symmath.expr.logarithms import (
    RATIOS,
    by_roots,
    joined,
    without_area_tangents,
    without_content,
    without_tangents,
)
from symmath.expr.operators import Expr, X
from symmath.expr.plan import split_coefficient, split_sum
from symmath.expr.prefix import length
from symmath.expr.present import present
from symmath.expr.rational import terms_of
from symmath.expr.reals import with_real_roots
from symmath.expr.rules import AREA_COSINES_ON_BOTH_SIDES, rewritten
from symmath.expr.shape import base_and_exponent, factors_of, summands_of
from symmath.expr.signs import content, with_absolute_values
from symmath.expr.winding import unwound

MAX_HALVED = 400
"""The same of half angles that are written as whole ones."""
FORMS = ("expanded", "together", "factored", "apart")


def _shortest(e: Expr) -> Expr:
    """Return the shortest presentation of `e`; `e` itself if none is shorter.

    But a**2 - x**2 rather than (a - x)*(a + x).
    """
    forms = [e, *(form for form in (present(e, name) for name in FORMS) if form is not None)]
    best = min(forms, key=length)
    if [type(factor) for factor in factors_of(best)].count(symengine.Add) == 2:
        return next((f for f in forms if type(f) is symengine.Add and len(f.args) == 2), best)
    return best


def _inside(e: Expr) -> Expr:
    """Shorten the arguments of functions and the bases and exponents of powers, inside first."""
    if not e.args or e.is_Number:
        return e
    arguments = [_inside(argument) for argument in e.args]
    if type(e) is symengine.Mul:
        return _with_tangents(arguments)
    if type(e) is symengine.Add:
        return _without_squares(arguments)
    arguments = [_shortest(a) if type(a) in (symengine.Add, symengine.Mul) else a for a in arguments]
    return e.func(*arguments)


_ADDING_TO_ONE = {symengine.sin: (symengine.cos, 1), symengine.sinh: (symengine.cosh, -1)}
"""``cos(u)**2 + sin(u)**2`` and ``cosh(u)**2 - sinh(u)**2``."""


def _without_squares(terms: Sequence[Expr]) -> Expr:
    """Add up; squares of a sine and its cosine with one cofactor are that cofactor."""
    left, gained = list(terms), []
    for term in terms:
        for factor in factors_of(term):
            sine, n = base_and_exponent(factor)
            cosine, sign = _ADDING_TO_ONE.get(type(sine), (None, 1))
            if cosine is None or n != 2 or term not in left:
                continue
            cofactor = sign * term / factor
            if (other := cofactor * cosine(sine.args[0]) ** 2) in left:
                left.remove(term)
                left.remove(other)
                gained.append(cofactor)
    return symengine.Add(*left, *gained)


_TANGENTS = {
    symengine.sin: (symengine.cos, symengine.tan),
    symengine.sinh: (symengine.cosh, symengine.tanh),
}


def _with_tangents(factors: Sequence[Expr]) -> Expr:
    """Multiply; ``sin(u)**n/cos(u)**n`` is a power of the tangent, ``tan(u)**n*cos(u)**n`` of the sine."""
    exponents = {base: n for base, n in map(base_and_exponent, factors)}
    for tangent, n in exponents.items():
        sine, cosine = RATIOS.get(type(tangent), (None, None))
        if sine is not None and exponents.get(cosine(tangent.args[0])) == n:
            (angle,) = tangent.args
            return symengine.Mul(*factors) * (sine(angle) / (tangent * cosine(angle))) ** n
    for sine, n in list(exponents.items()):
        cosine, tangent = _TANGENTS.get(type(sine), (None, None))
        if cosine is not None and exponents.get(cosine(sine.args[0])) == -n:
            return symengine.Mul(*factors) * (tangent(sine.args[0]) * cosine(sine.args[0]) / sine) ** n
    return symengine.Mul(*factors)


def _collected(e: Expr) -> Expr:
    """Add up the terms of a sum that differ by a rational function of x: ``(x + 1)*u`` for ``x*u + u``."""
    if type(e) is not symengine.Add:
        return e
    cofactors: dict[Expr, list[Expr]] = {}
    for term in e.args:
        factors = factors_of(term)
        shared = symengine.Mul(*(f for f in factors if not _is_rational(f)))
        cofactors.setdefault(shared, []).append(symengine.Mul(*filter(_is_rational, factors)))
    return symengine.Add(*(_gathered(shared, rest) for shared, rest in cofactors.items()))


def _gathered(shared: Expr, cofactors: Sequence[Expr]) -> Expr:
    """Multiply by a sum, which a root in the denominator may divide: ``x*sqrt(u)`` for ``x*u/sqrt(u)``."""
    total = symengine.Add(*cofactors)
    if len(cofactors) == 1 or (shared == 1 and all(map(_is_polynomial, cofactors))):
        return shared * total
    forms = [shared * _shortest(total)]
    for factor in factors_of(shared):
        if type(factor) is symengine.Pow and factor.args[1].is_Rational and factor.args[1] < 0:
            forms.append(shared * factor.args[0] * _shortest(total / factor.args[0]))
    return min(forms, key=length)


def _is_polynomial(e: Expr) -> bool:
    """Whether a rational function has no denominator as it is written."""
    if type(e) is symengine.Pow and X in e.free_symbols:
        return bool(e.args[1] > 0)
    return all(map(_is_polynomial, e.args))


def _is_rational(e: Expr) -> bool:
    """Whether an expression is a rational function of x; its coefficients may be irrational."""
    if type(e) in (symengine.Add, symengine.Mul):
        return all(map(_is_rational, e.args))
    if type(e) is symengine.Pow and e.args[1].is_Integer:
        return _is_rational(e.args[0])
    return e == X or not e.free_symbols


def shorter_forms(e: Expr) -> list[Expr]:
    """Return forms of an expression with fewer tokens, the shortest first.

    Each is equal to `e` as a function of a real variable; that is for the caller to verify.
    """
    plain = with_absolute_values(e)
    inner = _inside(plain)
    shortest = _shortest(inner)
    apart = present(inner, "apart") or inner
    others = () if inner == plain else (_shortest(plain), inner)
    forms = (shortest, _collected(shortest), _collected(apart), _out_of_roots(shortest), *others, plain)
    found: list[Expr] = []
    turned = _turned(e)
    for form in sorted(dict.fromkeys(_turned(with_absolute_values(form)) for form in forms), key=length):
        try:
            canonical_tokens(form)
        except (PrefixError, UnsupportedError):
            continue
        if length(form) < length(e) or form == turned != e:
            found.append(form)
    return found


def _out_of_roots(e: Expr) -> Expr:
    """Draw positive rationals out of roots: ``sqrt(2)*sqrt(2 - 2*x**2)`` is ``2*sqrt(1 - x**2)``."""
    if not e.args or e.is_Number:
        return e
    arguments = [_out_of_roots(argument) for argument in e.args]
    if type(e) is symengine.Pow and e.args[1].is_Rational and type(arguments[0]) is symengine.Add:
        common = content(arguments[0])
        inner = symengine.Add(*(term / common for term in arguments[0].args))
        return common ** e.args[1] * inner ** e.args[1]
    return e.func(*arguments)


def _turned(e: Expr) -> Expr:
    """Write ``-2*(-u + v)`` as ``2*(u - v)`` and ``(-u - v)*w`` as ``-(u + v)*w``, term by term."""
    terms = summands_of(e)
    return symengine.Add(*map(_turned_product, terms))


def _turned_product(term: Expr) -> Expr:
    if type(term) is not symengine.Mul:
        return term
    is_negative = split_coefficient(term)[0] < 0
    for factor in term.args:
        if type(factor) is symengine.Add:
            negative = sum(coefficient < 0 for coefficient, _ in split_sum(factor))
            if 2 * negative >= len(factor.args) if is_negative else negative == len(factor.args):
                return -term / factor * symengine.Add(*(-part for part in factor.args))
    return term


def shorter_primitives(e: Expr) -> list[Expr]:
    """Return forms of a primitive for people to read, the best first, equal to `e` up to a constant."""
    varying = without_constants(without_area_tangents(apart_from_numbers(with_real_roots(e))))
    # The first pass may make the cosine that the second needs.
    forms = [joined(without_tangents(without_tangents(varying))), varying]
    forms.append(_completed_power(varying))
    if length(varying) <= MAX_HALVED:
        forms += [joined(in_whole_angles(form)) for form in forms]
    best = min(dict.fromkeys(forms), key=length)
    # Multiplied out, (x + 1)**2*(2*x + 7) has a constant again.
    found = list(map(_varying_terms, (*shorter_forms(best), best, *shorter_forms(varying), varying)))
    # Over one denominator logarithms may have one multiple that was written in several ways.
    found = [joined(found[0]), *found]
    apart = apart_from_numbers(found[0])
    by_root = by_roots(apart)
    return [form for form in dict.fromkeys((found[0] if by_root == apart else by_root, *found)) if form != e]


def _completed_power(e: Expr) -> Expr:
    """Add the constant that makes a power of a polynomial in x, as in (x**2 - 4)**6/12."""
    if e.free_symbols != {X} or e.atoms(symengine.Function):
        return e
    try:
        field = Field.of([e, X])
        fraction = field.fraction(e)
    except UnsupportedError:
        return e
    if field.kernels != (X,) or fraction.den.total_degree() > 0:
        return e
    terms = {exponents[0]: int(c) for exponents, c in terms_of(fraction.num)}
    whole = fmpq_poly([terms.get(n, 0) for n in range(max(terms) + 1)])
    factors = whole.derivative().numer().factor()[1]
    for times in sorted({n for _, n in factors if n > 1}, reverse=True):
        base = fmpq_poly(prod((factor for factor, n in factors if n == times), start=fmpz_poly([1])))
        left, rest = divmod(whole - whole % base, base ** (times + 1))
        if (whole % base).degree() < 1 and rest.degree() < 0:
            return _in_x(left) * _in_x(base) ** (times + 1) / field.expr(fraction.den)
    return e


def _in_x(poly: fmpq_poly) -> Expr:
    return symengine.Add(
        *(symengine.Rational(int(c.p), int(c.q)) * X**n for n, c in enumerate(poly.coeffs()))
    )


def apart_from_numbers(e: Expr) -> Expr:
    """Multiply the sums in a sum out that only numbers stand before."""
    terms: list[Expr] = []
    for term in summands_of(e):
        factors = factors_of(term)
        varying = [f for f in factors if f.free_symbols]
        if len(varying) == 1 and type(varying[0]) is symengine.Add:
            terms += [term / varying[0] * part for part in varying[0].args]
        else:
            terms.append(term)
    return symengine.Add(*terms)


def without_constants(e: Expr) -> Expr:
    """Drop what the constant of integration takes: constant terms, and numbers that logarithms make such."""
    return symengine.Add(*map(without_content, summands_of(_varying_terms(e))))


def _varying_terms(e: Expr) -> Expr:
    """Drop the terms without x, also from a sum that only a number stands before."""
    terms = summands_of(apart_from_numbers(e) if type(e) is symengine.Mul else e)
    varying = [term for term in terms if X in term.free_symbols]
    return e if len(varying) == len(terms) else symengine.Add(*varying)


def continuous_forms(e: Expr) -> list[Expr]:
    """Return a form of an answer that may go on where it jumps."""
    form = unwound(e)
    return [] if form == e else [form]


def wider_primitives(e: Expr) -> list[Expr]:
    """Return forms of a primitive that may hold where it doesn't, or go on where it jumps.

    ``acosh(u)`` is only right for u > 1, ``log(u + sqrt(u**2 - 1))`` for u < -1 as well.
    """
    wider = rewritten(e, AREA_COSINES_ON_BOTH_SIDES)
    joined = joined_at_corners(unwound(e))
    return [form for form in dict.fromkeys((wider, joined, *continuous_forms(e))) if form != e]
