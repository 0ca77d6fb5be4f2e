"""Normal form of a differential equation ``e = 0``: cleared, expanded, without common factors.

The equation is a polynomial in kernels (`symmath.expr.kernels`), so equal equations get equal
forms as long as no identity between different functions is needed.
"""

from __future__ import annotations

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.canonical import canonical_tokens
from symmath.expr.kernels import Field
from symmath.expr.operators import SYMBOL_EXPRS, Expr, X
from symmath.expr.prefix import Tokens, encode
from symmath.expr.rational import Fraction, Poly, terms_of

MAX_TERMS = 70
"""An equation of more terms is over any length limit of the tasks."""

_WORKING_TERMS = 400
Y, DY, DDY = SYMBOL_EXPRS["y"], SYMBOL_EXPRS["y'"], SYMBOL_EXPRS["y''"]


def holds_symbol(e: Expr, symbol: Expr) -> bool:
    """Say whether `symbol` occurs in `e`."""
    return e == symbol or symbol in e.free_symbols


def total_derivative(e: Expr) -> Expr:
    """Differentiate by x an expression in x, y and y'."""
    slope = e.diff(X) + e.diff(Y) * DY
    return slope + e.diff(DY) * DDY if holds_symbol(e, DY) else slope


def by_powers(field: Field, poly: Poly, symbol: Expr) -> dict[tuple[int, ...], Poly]:
    """Collect a polynomial by the powers of the kernels that hold `symbol`."""
    is_in = [holds_symbol(kernel, symbol) for kernel in field.kernels]
    groups: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
    for exponents, coefficient in terms_of(poly):
        key = tuple(n if i else 0 for n, i in zip(exponents, is_in, strict=True))
        rest = tuple(0 if i else n for n, i in zip(exponents, is_in, strict=True))
        groups.setdefault(key, {})[rest] = coefficient
    context = poly.context()
    return {key: context.from_dict(group) for key, group in groups.items()}


def primitive_part(field: Field, poly: Poly, top: Expr) -> Poly:
    """Drop the factors of an equation that don't hold `top`, the highest derivative in it."""
    divisor = poly.context().constant(0)
    for coefficient in sorted(by_powers(field, poly, top).values(), key=len):
        divisor = divisor.gcd(coefficient)
        if divisor.is_one():
            return poly
    return poly if divisor.is_zero() else poly / divisor


def _without_roots(field: Field, poly: Poly, top: Expr) -> Poly:
    """Drop common factors that are roots, which ``sqrt(u)**2 = u`` hides."""
    for index, kernel in enumerate(field.kernels):
        if type(kernel) is not symengine.Pow or not kernel.args[1].is_Rational or poly.degrees()[index] < 1:
            continue
        if kernel.args[1] != symengine.Rational(1, 2):
            continue
        product = field.cancel(poly * poly.context().gen(index), poly.context().constant(1)).num
        product = primitive_part(field, product, top)
        if (len(product), product.total_degree()) < (len(poly), poly.total_degree()):
            poly = product
    return poly


def numerator(e: Expr, top: Expr) -> tuple[Field, Poly]:
    """Return the numerator of an equation over its kernels, without superfluous factors.

    Raises
    ------
    UnsupportedError
        If `e` is beyond exact arithmetic, or too long.
    """
    field = Field.of([e], relate=False, max_terms=_WORKING_TERMS)
    poly = field.fraction(e).num
    if len(poly) > _WORKING_TERMS:
        raise UnsupportedError("too many terms")
    return field, _without_roots(field, primitive_part(field, poly, top), top)


def solved(field: Field, poly: Poly, top: Expr) -> Expr | None:
    """Return ``top - value`` if the equation is linear in `top` and nothing else holds it."""
    groups = by_powers(field, poly, top)
    powers = [key for key in groups if any(key)]
    if len(powers) != 1 or sum(powers[0]) != 1 or top not in field.kernels:
        return None
    rest = symengine.Integer(0)
    for key, group in groups.items():
        if not any(key):
            rest = field.factored(Fraction(-group, groups[powers[0]]))
    return top - rest


def collected(field: Field, poly: Poly, top: Expr) -> Expr:
    """Return the equation by powers of `top`, with factored coefficients."""
    groups = by_powers(field, poly, top)
    return symengine.Add(*(field.factored(c) * field.monomial(key, 1) for key, c in groups.items()))


def _is_negative(tokens: Tokens) -> bool:
    return tokens[0] == "neg" or "-" in tokens[:3]


def with_sign(e: Expr, top: Expr) -> Expr:
    """Choose the sign of an equation: the shortest term that holds `top` is positive."""
    terms = [arg for arg in (e.args if type(e) is symengine.Add else (e,)) if holds_symbol(arg, top)]
    best: tuple[tuple[int, Tokens], bool] | None = None
    for term in terms:
        tokens, opposite = encode(term), encode(-term)
        is_negative = len(opposite) < len(tokens) or (len(opposite) == len(tokens) and "-" in tokens)
        shorter = opposite if is_negative else tokens
        if best is None or (len(shorter), shorter) < best[0]:
            best = (len(shorter), shorter), is_negative
    if best is None or not best[1]:
        return e
    return symengine.Add(*(-arg for arg in e.args)) if type(e) is symengine.Add else -e
