"""Sums of logarithms, and of arctangents, in shorter forms that are equal up to a constant."""

from __future__ import annotations

from operator import truediv

import symengine

from symmath.expr.by_root import by_root, doubled
from symmath.expr.expansion import expand
from symmath.expr.operators import Expr, X
from symmath.expr.plan import split_coefficient, split_sum
from symmath.expr.prefix import length
from symmath.expr.shape import base_and_exponent, factors_of, summands_of
from symmath.expr.signs import content

MAX_REWRITTEN = 120
"""Tokens of logarithms that are multiplied out to see whether that is shorter."""
ROOT_TOKENS = 4
"""More that a logarithm of the root of a line alone may have than one of the line as well."""
RATIOS = {
    symengine.tan: (symengine.sin, symengine.cos),
    symengine.tanh: (symengine.sinh, symengine.cosh),
}


def _split_logarithm(term: Expr) -> tuple[Expr, Expr] | None:
    """Return the constant and the logarithm of which a term is the product; None if it isn't one."""
    factors = factors_of(term)
    varying = [f for f in factors if X in f.free_symbols]
    if len(varying) != 1 or type(varying[0]) is not symengine.log:
        return None
    return term / varying[0], varying[0]


def joined(e: Expr) -> Expr:
    """Write logarithms of one multiple as one if shorter: log(x - 1) + log(x + 1) as log(x^2 - 1)."""
    sums = [factor for factor in factors_of(e) if type(factor) is symengine.Add and X in factor.free_symbols]
    if type(e) is symengine.Mul and len(sums) == 1:
        return e / sums[0] * joined(sums[0])
    by_scale: dict[Expr, list[Expr]] = {}
    for term in e.args if type(e) is symengine.Add else ():
        split = _split_logarithm(term)
        if split is not None:
            by_scale.setdefault(split[0], []).append(split[1])
    for scale, logarithms in by_scale.items():
        apart = symengine.Add(*logarithms)
        if len(logarithms) < 2 or length(apart) > MAX_REWRITTEN:
            continue
        product = symengine.Mul(*(u.args[0] for u in logarithms))
        tangents = product.atoms(symengine.tan, symengine.tanh)
        ratios = {t: truediv(*(part(t.args[0]) for part in RATIOS[type(t)])) for t in tangents}
        together = symengine.log(min(expand(product), expand(product.xreplace(ratios)), key=length))
        if length(together) < length(apart):
            replaced = {scale * logarithm for logarithm in logarithms}
            e = symengine.Add(scale * together, *(term for term in e.args if term not in replaced))
    return e


def without_content(term: Expr) -> Expr:
    """Write ``c*log(2*u + 2)`` as ``c*log(u + 1)``, ``log(sqrt(u))`` as ``log(u)/2``, if it is one."""
    split = _split_logarithm(term)
    if split is None:
        return term
    scale, logarithm = split
    base, exponent = base_and_exponent(_primitive_part(logarithm.args[0]))
    if not exponent.is_Rational or exponent.is_Integer:
        base, exponent = base**exponent, symengine.Integer(1)
    return scale * exponent * symengine.log(_primitive_part(base))


def by_roots(e: Expr) -> Expr:
    """Write logarithms and arctangents with the root of a line by that root alone.

    ``log((x + 2*sqrt(x) + 1)/(x - 1))`` is ``log((sqrt(x) + 1)/(sqrt(x) - 1))``, and but for a constant
    ``atan((x - 1)/(2*sqrt(x)))`` is ``2*atan(sqrt(x))``, ``atan(1/sqrt(u))`` is ``-atan(sqrt(u))``. What
    stands in several terms stays as it is.
    """
    terms = summands_of(e)
    met = [function for term in terms for function in term.atoms(symengine.log, symengine.atan)]
    alone = {function for function in met if met.count(function) == 1}
    free = [bool(alone & set(factors_of(term))) for term in terms]
    whole, split = (
        symengine.Add(
            *(_by_root(t, is_split) if is_free else t for t, is_free in zip(terms, free, strict=True))
        )
        for is_split in (False, True)
    )
    return split if length(split) < length(whole) else whole


def _by_root(term: Expr, is_split: bool) -> Expr:
    """Write a term by roots; ``log(sqrt(x)*u)`` as ``log(x)/2 + log(u)`` if it is to be split."""
    split = _split_logarithm(term)
    if split is None:
        return _arctangent_of_root(term)
    scale, logarithm = split
    (u,) = logarithm.args
    simple = by_root(u)
    if length(simple) > length(u) + ROOT_TOKENS:
        simple = u
    for factor in factors_of(simple) if is_split else ():
        base, exponent = base_and_exponent(factor)
        if exponent.is_Rational and not exponent.is_Integer:
            return scale * exponent * symengine.log(base) + scale * symengine.log(simple / factor)
    if simple == u:
        return term
    quotients = [f for f in factors_of(simple) if base_and_exponent(f)[1] == -1]
    if len(quotients) == 1 and quotients[0] != simple and split_coefficient(scale)[0] < 0:
        return -scale * symengine.log(1 / simple)
    base, exponent = base_and_exponent(simple)
    if exponent.is_Integer and all(coefficient > 0 for coefficient, _ in split_sum(base)):
        return scale * exponent * symengine.log(base)
    return scale * symengine.log(simple)


def _arctangent_of_root(term: Expr) -> Expr:
    varying = [f for f in factors_of(term) if X in f.free_symbols]
    if len(varying) != 1 or type(varying[0]) is not symengine.atan:
        return term
    (u,) = varying[0].args
    written = doubled(u)
    inverse = [f for f in factors_of(u) if X in f.free_symbols]
    if len(inverse) == 1 and base_and_exponent(inverse[0])[1] == -symengine.Rational(1, 2):
        written = -symengine.atan(1 / u)
    return term if written is None else term / varying[0] * written


def without_area_tangents(e: Expr) -> Expr:
    """Write log(1 - u) + atanh(u) as log(1 - u**2)/2, and log(1 + u) - atanh(u)."""
    splits = map(_split_logarithm, summands_of(e))
    scales = {split[1].args[0]: split[0] for split in splits if split is not None}
    for area in e.atoms(symengine.atanh):
        (u,) = area.args
        for beside, sign in ((1 - u, 1), (u - 1, 1), (1 + u, -1)):
            scale = scales.get(beside)
            if scale is not None and sign * scale * area in summands_of(e):
                return e + scale * (symengine.log(1 - u**2) / 2 - symengine.log(beside) - sign * area)
    return e


def without_tangents(e: Expr) -> Expr:
    """Write log(1 - tanh(u)**2) by cosh(u), and log(tan(u)) - log(tan(u)**2 + 1)/2 as log(sin(u)).

    So is log(tan(u)) + log(cos(u)), and the same with hyperbolic functions.
    """
    splits = map(_split_logarithm, summands_of(e))
    scales = {split[1]: split[0] for split in splits if split is not None}
    for logarithm, scale in scales.items():
        ratio = logarithm.args[0]
        sine, cosine = RATIOS.get(type(ratio), (None, None))
        if sine is not None and scales.get(other := symengine.log(cosine(ratio.args[0]))) == scale:
            e += scale * (symengine.log(sine(ratio.args[0])) - logarithm - other)
        square = logarithm.args[0] - 1
        base, exponent = base_and_exponent(square if type(square) is symengine.Pow else -square)
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
