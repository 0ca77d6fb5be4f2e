"""Shorter equal forms of an answer, for people to read."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from operator import truediv

import symengine
from flint import fmpq_poly, fmpz_poly

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.by_root import by_root, doubled
from symmath.expr.canonical import canonical_tokens
from symmath.expr.corners import joined_at_corners
from symmath.expr.expansion import expand
from symmath.expr.half_angles import in_whole_angles
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.plan import split_coefficient, split_sum
from symmath.expr.prefix import encode
from symmath.expr.present import present
from symmath.expr.rational import terms_of
from symmath.expr.reals import with_real_roots
from symmath.expr.rules import AREA_COSINES_ON_BOTH_SIDES, rewritten
from symmath.expr.shape import factors_of, summands_of
from symmath.expr.signs import content, with_absolute_values
from symmath.expr.winding import unwound

MAX_REWRITTEN = 120
"""Tokens of logarithms that are multiplied out to see whether that is shorter."""
MAX_HALVED = 400
"""The same of half angles that are written as whole ones."""
ROOT_TOKENS = 4
"""More that a logarithm of the root of a line alone may have than one of the line as well."""
FORMS = ("expanded", "together", "factored", "apart")


def _length(e: Expr) -> int:
    try:
        return len(encode(e))
    except (PrefixError, UnsupportedError):
        return 10**6


def _shortest(e: Expr) -> Expr:
    """Return the shortest presentation of `e`; `e` itself if none is shorter.

    But a**2 - x**2 rather than (a - x)*(a + x).
    """
    forms = [e, *(form for form in (present(e, name) for name in FORMS) if form is not None)]
    best = min(forms, key=_length)
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
            sine, n = _base_and_exponent(factor)
            cosine, sign = _ADDING_TO_ONE.get(type(sine), (None, 1))
            if cosine is None or n != 2 or term not in left:
                continue
            cofactor = sign * term / factor
            if (other := cofactor * cosine(sine.args[0]) ** 2) in left:
                left.remove(term)
                left.remove(other)
                gained.append(cofactor)
    return symengine.Add(*left, *gained)


_RATIOS = {
    symengine.tan: (symengine.sin, symengine.cos),
    symengine.tanh: (symengine.sinh, symengine.cosh),
}
_TANGENTS = {
    symengine.sin: (symengine.cos, symengine.tan),
    symengine.sinh: (symengine.cosh, symengine.tanh),
}


def _with_tangents(factors: Sequence[Expr]) -> Expr:
    """Multiply; ``sin(u)**n/cos(u)**n`` is a power of the tangent, ``tan(u)**n*cos(u)**n`` of the sine."""
    exponents = {base: n for base, n in map(_base_and_exponent, factors)}
    for tangent, n in exponents.items():
        sine, cosine = _RATIOS.get(type(tangent), (None, None))
        if sine is not None and exponents.get(cosine(tangent.args[0])) == n:
            (angle,) = tangent.args
            return symengine.Mul(*factors) * (sine(angle) / (tangent * cosine(angle))) ** n
    for sine, n in list(exponents.items()):
        cosine, tangent = _TANGENTS.get(type(sine), (None, None))
        if cosine is not None and exponents.get(cosine(sine.args[0])) == -n:
            return symengine.Mul(*factors) * (tangent(sine.args[0]) * cosine(sine.args[0]) / sine) ** n
    return symengine.Mul(*factors)


def _base_and_exponent(e: Expr) -> tuple[Expr, Expr]:
    return e.args if type(e) is symengine.Pow else (e, symengine.Integer(1))


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
    return min(forms, key=_length)


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
    for form in sorted(dict.fromkeys(_turned(with_absolute_values(form)) for form in forms), key=_length):
        try:
            canonical_tokens(form)
        except (PrefixError, UnsupportedError):
            continue
        if _length(form) < _length(e) or form == turned != e:
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
    """Return forms of a primitive with fewer tokens, the shortest first, equal to `e` up to a constant."""
    varying = without_constants(apart_from_numbers(with_real_roots(e)))
    # The first pass may make the cosine that the second needs.
    forms = [_joined(_without_tangents(_without_tangents(varying))), varying]
    forms.append(_completed_power(varying))
    if _length(varying) <= MAX_HALVED:
        forms += [_joined(in_whole_angles(form)) for form in forms]
    best = min(dict.fromkeys(forms), key=_length)
    # Multiplied out, (x + 1)**2*(2*x + 7) has a constant again.
    found = list(map(_varying_terms, (*shorter_forms(best), best, *shorter_forms(varying), varying)))
    # Over one denominator logarithms may have one multiple that was written in several ways.
    return [form for form in dict.fromkeys((_joined(found[0]), *found)) if form != e]


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
    return symengine.Add(*map(_without_content, summands_of(_varying_terms(e))))


def _varying_terms(e: Expr) -> Expr:
    """Drop the terms without x, also from a sum that only a number stands before."""
    terms = summands_of(apart_from_numbers(e) if type(e) is symengine.Mul else e)
    varying = [term for term in terms if X in term.free_symbols]
    return e if len(varying) == len(terms) else symengine.Add(*varying)


def _split_logarithm(term: Expr) -> tuple[Expr, Expr] | None:
    """Return the constant and the logarithm of which a term is the product; None if it isn't one."""
    factors = factors_of(term)
    varying = [f for f in factors if X in f.free_symbols]
    if len(varying) != 1 or type(varying[0]) is not symengine.log:
        return None
    return term / varying[0], varying[0]


def _joined(e: Expr) -> Expr:
    """Write logarithms of one multiple as one if shorter: log(x - 1) + log(x + 1) as log(x^2 - 1)."""
    sums = [factor for factor in factors_of(e) if type(factor) is symengine.Add and X in factor.free_symbols]
    if type(e) is symengine.Mul and len(sums) == 1:
        return e / sums[0] * _joined(sums[0])
    by_scale: dict[Expr, list[Expr]] = {}
    for term in e.args if type(e) is symengine.Add else ():
        split = _split_logarithm(term)
        if split is not None:
            by_scale.setdefault(split[0], []).append(split[1])
    for scale, logarithms in by_scale.items():
        apart = symengine.Add(*logarithms)
        if len(logarithms) < 2 or _length(apart) > MAX_REWRITTEN:
            continue
        product = symengine.Mul(*(u.args[0] for u in logarithms))
        tangents = product.atoms(symengine.tan, symengine.tanh)
        ratios = {t: truediv(*(part(t.args[0]) for part in _RATIOS[type(t)])) for t in tangents}
        together = symengine.log(min(expand(product), expand(product.xreplace(ratios)), key=_length))
        if _length(together) < _length(apart):
            replaced = {scale * logarithm for logarithm in logarithms}
            e = symengine.Add(scale * together, *(term for term in e.args if term not in replaced))
    return e


def _without_content(term: Expr) -> Expr:
    """Write ``c*log(2*u + 2)`` as ``c*log(u + 1)``, ``log(sqrt(u))`` as ``log(u)/2``, if it is one."""
    split = _split_logarithm(term)
    if split is None:
        return _with_doubled_angle(term)
    scale, logarithm = split
    (u,) = logarithm.args
    simple = by_root(u)
    if simple != u and _length(simple) <= _length(u) + ROOT_TOKENS:
        if split_coefficient(scale)[0] < 0:
            scale, simple = -scale, 1 / simple
        logarithm = symengine.log(simple)
    base, exponent = _base_and_exponent(_primitive_part(logarithm.args[0]))
    if not exponent.is_Rational or exponent.is_Integer:
        base, exponent = base**exponent, symengine.Integer(1)
    return scale * exponent * symengine.log(_primitive_part(base))


def _with_doubled_angle(term: Expr) -> Expr:
    """Write ``c*atan((x - 1)/(2*sqrt(x)))`` as ``2*c*atan(sqrt(x))``, which differs by a constant."""
    varying = [f for f in factors_of(term) if X in f.free_symbols]
    if len(varying) != 1 or type(varying[0]) is not symengine.atan:
        return term
    written = doubled(varying[0].args[0])
    return term if written is None else term / varying[0] * written


def _without_tangents(e: Expr) -> Expr:
    """Write log(1 - tanh(u)**2) by cosh(u), and log(tan(u)) - log(tan(u)**2 + 1)/2 as log(sin(u)).

    So is log(tan(u)) + log(cos(u)), and the same with hyperbolic functions.
    """
    splits = map(_split_logarithm, summands_of(e))
    scales = {split[1]: split[0] for split in splits if split is not None}
    for logarithm, scale in scales.items():
        ratio = logarithm.args[0]
        sine, cosine = _RATIOS.get(type(ratio), (None, None))
        if sine is not None and scales.get(other := symengine.log(cosine(ratio.args[0]))) == scale:
            e += scale * (symengine.log(sine(ratio.args[0])) - logarithm - other)
        square = logarithm.args[0] - 1
        base, exponent = _base_and_exponent(square if type(square) is symengine.Pow else -square)
        if exponent != 2 or base**2 not in (square, -square):
            continue
        if type(base) is symengine.tanh and square == -(base**2):
            e += -2 * scale * symengine.log(symengine.cosh(base.args[0])) - scale * logarithm
        if type(base) is symengine.tan and square == base**2:
            # With log(tan(u)) beside it, the next pass makes a sine of this.
            e += -2 * scale * symengine.log(symengine.cos(base.args[0])) - scale * logarithm
    return e


def _primitive_part(u: Expr) -> Expr:
    """Divide the sums in a product by the positive rational that is common to their terms."""
    if type(u) is symengine.Add:
        common = content(u)
        return u if common == 1 else symengine.Add(*(term / common for term in u.args))
    if type(u) is symengine.Pow and u.args[1].is_Rational:
        return _primitive_part(u.args[0]) ** u.args[1]
    if type(u) is not symengine.Mul:
        return u
    return symengine.Mul(*(_primitive_part(f) if not f.is_Number else f / abs(f) for f in u.args))


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
