"""Normal form of a differential equation ``e = 0``: cleared, expanded, without common factors.

The equation is a polynomial in kernels (`symmath.expr.kernels`), so equal equations get equal
forms as long as no identity between different functions is needed.
"""

from __future__ import annotations

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.kernels import Field
from symmath.expr.operators import DERIVATIVES, SYMBOL_EXPRS, Expr, X
from symmath.expr.prefix import Tokens, encode
from symmath.expr.rational import Poly
from symmath.expr.shape import factors_of, summands_of

_WORKING_TERMS = 150
_MAX_SQUARED_TERMS = 10
_ZERO = symengine.Integer(0)
_HALF = symengine.Rational(1, 2)
UNKNOWNS: tuple[Expr, ...] = tuple(SYMBOL_EXPRS[name] for name in DERIVATIVES)
"""y and its derivatives, by order."""
Y, DY, DDY = UNKNOWNS[:3]


def holds_symbol(e: Expr, symbol: Expr) -> bool:
    """Say whether `symbol` occurs in `e`."""
    return e == symbol or symbol in e.free_symbols


def total_derivative(e: Expr) -> Expr:
    """Differentiate by x an expression in x, y and y'."""
    slope = e.diff(X) + e.diff(Y) * DY
    return slope + e.diff(DY) * DDY if holds_symbol(e, DY) else slope


def by_powers(field: Field, poly: Poly, *symbols: Expr) -> dict[tuple[int, ...], Poly]:
    """Collect a polynomial by the powers of the kernels that hold any of `symbols`."""
    inside = [
        i for i, kernel in enumerate(field.kernels) if any(holds_symbol(kernel, symbol) for symbol in symbols)
    ]
    groups: dict[tuple[int, ...], dict[tuple[int, ...], int]] = {}
    zero = [0] * len(field.kernels)
    for exponents, coefficient in poly.terms():
        rest, key = list(exponents), zero.copy()
        for i in inside:
            key[i], rest[i] = int(rest[i]), 0
        groups.setdefault(tuple(key), {})[tuple(rest)] = coefficient
    context = poly.context()
    return {key: context.from_dict(group) for key, group in groups.items()}


def by_derivatives(equation: Expr) -> tuple[Field, dict[Expr, Poly]] | None:
    """Return the coefficients of y'', y'**2, y' and 1 in an equation, as far as they are in it.

    Returns
    -------
    (Field, dict) or None
        None for an equation that is no such combination, or is beyond exact arithmetic.
    """
    try:
        field, poly = numerator(equation, DDY)
    except UnsupportedError:
        return None
    parts = {field.monomial(key, 1): part for key, part in by_powers(field, poly, DY, DDY).items()}
    is_known = set(parts) <= {DDY, DY**2, DY, symengine.Integer(1)}
    return (field, parts) if DDY in parts and is_known else None


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
        if kernel.args[1] != _HALF:
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
    field = Field.of([e], max_terms=_WORKING_TERMS)
    poly = field.fraction(e).num
    return field, _without_roots(field, primitive_part(field, poly, top), top)


def _spread(e: Expr) -> Expr:
    """Distribute a number over a sum."""
    if type(e) is symengine.Mul and len(e.args) == 2 and e.args[0].is_Rational:
        return symengine.Add(*(e.args[0] * term for term in summands_of(e.args[1])))
    return e


def expanded_length(field: Field, poly: Poly) -> int:
    """Estimate the number of tokens of a polynomial without building it."""
    lengths = [len(encode(kernel)) for kernel in field.kernels]
    total = -1
    for exponents, coefficient in poly.terms():
        total += 1 if abs(coefficient) == 1 else len(str(coefficient)) + 2
        for n, length in zip(exponents, lengths, strict=True):
            if n:
                total += length + 1 if n == 1 else length + 4
    return total


def without_root(field: Field, poly: Poly, top: Expr) -> Expr | None:
    """Square the root of y or y' away that an equation is linear in; the result holds on both branches.

    Returns
    -------
    Expr or None
        None if there isn't exactly one such root, or squaring would make the equation long.
    """
    roots = [
        i
        for i, kernel in enumerate(field.kernels)
        if type(kernel) is symengine.Pow
        and kernel.args[1] == _HALF
        and (holds_symbol(kernel, Y) or holds_symbol(kernel, DY))
        and poly.degrees()[i] == 1
    ]
    if len(roots) != 1 or len(poly) > _MAX_SQUARED_TERMS:
        return None
    kernel = field.kernels[roots[0]]
    groups = by_powers(field, poly, kernel)
    if len(groups) != 2:
        return None
    plain, linear = groups[min(groups)], groups[max(groups)]
    return field.expr(plain) ** 2 - field.expr(linear) ** 2 * kernel.args[0]


def _quotient(field: Field, num: Poly, den: Poly) -> Expr:
    """Return a quotient as a sum of terms if `den` is one term, factored otherwise."""
    fraction = field.cancel(num, den)
    if len(fraction.den) > 1:
        return _spread(field.factored(fraction))
    below = field.expr(fraction.den)
    return symengine.Add(*(term / below for term in summands_of(field.expr(fraction.num))))


def solved(field: Field, poly: Poly, top: Expr, *, is_split: bool) -> Expr | None:
    """Divide an equation that is linear in its highest derivative by the coefficient of that.

    Parameters
    ----------
    field : Field
    poly : Poly
    top : Expr
    is_split : bool
        Whether to collect the rest by powers of y and its derivatives.

    Returns
    -------
    Expr or None
        ``top + rest``, or None if the equation isn't linear in `top`.
    """
    groups = by_powers(field, poly, top)
    powers = [key for key in groups if any(key)]
    if len(powers) != 1 or sum(powers[0]) != 1 or top not in field.kernels:
        return None
    leading = groups[powers[0]]
    rest = groups.get((0,) * len(powers[0]), poly.context().constant(0))
    if not is_split:
        return top + _quotient(field, rest, leading)
    parts = [
        _quotient(field, coefficient, leading) * field.monomial(key, 1)
        for key, coefficient in by_powers(field, rest, Y, DY).items()
    ]
    return top + symengine.Add(*parts)


def collected(field: Field, poly: Poly, top: Expr) -> Expr:
    """Return the equation by powers of `top`, with factored coefficients."""
    parts = [
        _spread(field.factored(coefficient)) * field.monomial(key, 1)
        for key, coefficient in by_powers(field, poly, top).items()
    ]
    return symengine.Add(*(term for part in parts for term in summands_of(part)))


def _exponent(term: Expr) -> Expr:
    """Return u for a term that holds the factor exp(u), else 0."""
    for factor in factors_of(term):
        if type(factor) is symengine.Pow and factor.args[0] == symengine.E:
            return factor.args[1]
    return _ZERO


def with_unit(e: Expr, top: Expr) -> Expr:
    """Fix the sign of an equation and the power of exp in it, by its shortest term that holds `top`.

    That term becomes positive and free of exponential factors, as in ``y' - 3*y - exp(-2*x)``.
    """
    best: tuple[tuple[int, Tokens], bool, Expr] | None = None
    for term in summands_of(e):
        if not holds_symbol(term, top):
            continue
        is_negative = type(term) is symengine.Mul and bool(term.args[0].is_Rational and term.args[0] < 0)
        tokens = encode(-term if is_negative else term)
        if best is None or (len(tokens), tokens) < best[0]:
            best = (len(tokens), tokens), is_negative, term
    if best is None:
        return e
    exponent = _exponent(best[2])
    if holds_symbol(exponent, top) or (exponent == 0 and not best[1]):
        return e
    unit = symengine.exp(-exponent)
    if best[1]:
        unit = -unit
    return symengine.Add(*(unit * term for term in summands_of(e)))


def normal_form(e: Expr, top: Expr) -> Expr:
    """Return an equation cleared, expanded and without superfluous factors; see `numerator`, `with_unit`."""
    field, poly = numerator(e, top)
    return with_unit(field.expr(poly), top)
