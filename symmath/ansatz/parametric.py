"""Undetermined coefficients that are functions of parameters.

Which terms take part is found for numbers in place of the parameters, as in any other fit. Their
coefficients are then solved for over the rational functions of the parameters, by comparing
coefficients of the kernels that hold x.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import symengine

from symmath.ansatz.arcs import is_negative
from symmath.ansatz.fit import solve
from symmath.errors import UnsupportedError
from symmath.expr.expansion import expand
from symmath.expr.kernels import Field, square_root
from symmath.expr.operators import PARAMETERS, SYMBOL_EXPRS, Expr, X
from symmath.expr.rational import Poly, factorised, terms_of
from symmath.expr.signs import content
from symmath.expr.special import slope_of

MAX_SUPPORT = 12
MAX_ROOTS = 3
"""Square roots of parameters."""
_NUMBERS: Mapping[Expr, Expr] = dict(
    zip(
        (SYMBOL_EXPRS[name] for name in PARAMETERS),
        (symengine.Rational(*n) for n in ((49, 9), (121, 16), (169, 25), (361, 49), (529, 36), (289, 4))),
        strict=True,
    )
)
"""Numbers that stand for the parameters while terms are chosen: squares, whose roots are rational."""
_COFUNCTIONS: Mapping[type, tuple[type, int]] = {
    symengine.sin: (symengine.cos, -1),
    symengine.sinh: (symengine.cosh, 1),
}
"""The function whose square gives that of another: ``sin**2 = 1 - cos**2``, ``sinh**2 = -1 + cosh**2``."""
_QUOTIENTS: Mapping[type, tuple[type, type]] = {
    symengine.tan: (symengine.sin, symengine.cos),
    symengine.tanh: (symengine.sinh, symengine.cosh),
}

_Coefficients = dict[tuple[int, ...], dict[tuple[int, ...], int]]
"""Of the monomials in the kernels that hold x: polynomials in the other kernels."""


def combine(integrand: Expr, terms: Sequence[Expr]) -> Expr | None:
    """Find a combination of `terms`, with coefficients in the parameters, whose derivative is the integrand.

    Returns
    -------
    Expr or None
        None if there is none, or nothing was found in reasonable time.
    """
    coefficients = solve_over_parameters(integrand, [slope_of(term) for term in terms])
    return coefficients and symengine.Add(*(c * terms[i] for i, c in coefficients.items()))


def solve_over_parameters(target: Expr, columns: Sequence[Expr]) -> dict[int, Expr] | None:
    """Solve ``sum of c[i] * columns[i] = target`` for coefficients in the parameters.

    Returns
    -------
    dict of int to Expr or None
        The coefficients that are not zero, by column; None if there are none, or nothing was found in
        reasonable time.
    """
    try:
        support = solve(_with_numbers(target), [_with_numbers(column) for column in columns])
        if not support or len(support) > MAX_SUPPORT:
            return None
        chosen = sorted(support)
        coefficients = _solved(target, [columns[i] for i in chosen])
    except (UnsupportedError, RuntimeError):
        # RuntimeError: symengine met an undefined result.
        return None
    return None if coefficients is None else dict(zip(chosen, coefficients, strict=True))


def _with_numbers(e: Expr) -> Expr:
    """Return `e` with a number for each parameter, and one for each function of parameters alone."""
    if e.is_Symbol:
        return _NUMBERS.get(e, e)
    if not e.args or e.is_Number:
        return e
    if e.is_Function and X not in e.free_symbols:
        return symengine.Rational(random.Random(str(e)).randint(2, 10**6), 12)
    return e.func(*map(_with_numbers, e.args))


def _by_cosines(e: Expr) -> Expr:
    """Write tangents as quotients, and roots of quotients by constants as quotients of roots."""
    if not e.args or e.is_Number:
        return e
    arguments = [_by_cosines(argument) for argument in e.args]
    quotient = _QUOTIENTS.get(type(e))
    if quotient:
        return quotient[0](*arguments) / quotient[1](*arguments)
    if type(e) is symengine.Pow and e.args[1].is_Rational and not e.args[1].is_Integer:
        field = Field.of([arguments[0]])
        above, below = map(field.expr, field.fraction(arguments[0]))
        if X not in below.free_symbols:
            return above ** e.args[1] / below ** e.args[1]
    return e.func(*arguments)


def _solved(target: Expr, columns: Sequence[Expr]) -> list[Expr] | None:
    """Solve ``sum of c_i * columns[i] = target`` for c_i free of x."""
    exprs, roots = _with_root_symbols([_by_cosines(e) for e in (*columns, target)])
    field = Field.of([*exprs, *_partners(exprs)])
    fractions = [field.fraction(e) for e in exprs]
    common = fractions[0].den
    for fraction in fractions[1:]:
        common = common * fraction.den / common.gcd(fraction.den)
    # Expressions, so that squares of roots are seen for what they are.
    whole = [field.fraction(field.expr(f.num * (common / f.den))) for f in fractions]
    if not all(fraction.den.is_one() for fraction in whole):
        return None
    sides = [_by_monomials(field, fraction.num) for fraction in whole]
    constants = [i for i, kernel in enumerate(field.kernels) if X not in kernel.free_symbols]
    found = _solved_over([field.kernels[i] for i in constants], sides)
    return found and [_put_back(coefficient, roots) for coefficient in found]


def _with_root_symbols(exprs: list[Expr]) -> tuple[list[Expr], list[tuple[Expr, Expr]]]:
    """Write new symbols s for square roots sqrt(u) of the parameters' alone, and s**2 for u.

    For that a parameter that u is linear in is written by s. So coefficients are rational functions again.

    Returns
    -------
    list of Expr
    list of (Expr, Expr)
        The symbols and what they stand for, the first of which may be in the others.
    """
    found: list[tuple[Expr, Expr]] = []
    for number in range(MAX_ROOTS):
        square = next(filter(_linear_parameter, _squares(exprs)), None)
        if square is None:
            break
        parameter = _linear_parameter(square)
        assert parameter is not None
        root = symengine.Symbol(f"root{number}")
        slope = square.diff(parameter)
        value = (root**2 - square.subs({parameter: 0})) / slope
        powers = {p for e in exprs for p in e.atoms(symengine.Pow) if p.args[0] == square}
        written = {p: root ** (2 * p.args[1]) for p in powers if (2 * p.args[1]).is_Integer}
        exprs = [e.xreplace(written).xreplace({parameter: value}) for e in exprs]
        found.append((root, symengine.sqrt(square)))
    return exprs, found


def _squares(exprs: Sequence[Expr]) -> Iterator[Expr]:
    """Yield what is free of x under square roots."""
    powers = dict.fromkeys(power for e in exprs for power in e.atoms(symengine.Pow))
    for power in sorted(powers, key=str):
        base, exponent = power.args
        if exponent.is_Rational and exponent.q == 2 and X not in base.free_symbols:
            yield base


def _linear_parameter(square: Expr) -> Expr | None:
    """Return a parameter that an expression is linear in."""
    for symbol in sorted(square.free_symbols & set(_NUMBERS), key=str):
        slope = square.diff(symbol)
        if slope != 0 and symbol not in slope.free_symbols:
            return symbol
    return None


def _put_back(e: Expr, roots: Sequence[tuple[Expr, Expr]]) -> Expr:
    for symbol, root in reversed(roots):
        e = e.xreplace({symbol: root})
    return e


def _partners(exprs: Sequence[Expr]) -> Iterator[Expr]:
    """Yield the cosines that squares of sines turn into."""
    for kernel in Field.of(exprs).kernels:
        if type(kernel) in _COFUNCTIONS:
            yield _COFUNCTIONS[type(kernel)][0](*kernel.args)


def _by_monomials(field: Field, poly: Poly) -> _Coefficients:
    """Sort terms, without squares of sines, by their monomial in the kernels that hold x."""
    for index, kernel in enumerate(field.kernels):
        if type(kernel) in _COFUNCTIONS:
            build, sign = _COFUNCTIONS[type(kernel)]
            poly = _without_squares(poly, index, field.kernels.index(build(*kernel.args)), sign)
    holds_x = [X in kernel.free_symbols for kernel in field.kernels]
    found: _Coefficients = {}
    for exponents, coefficient in terms_of(poly):
        outer = tuple(n for n, is_outer in zip(exponents, holds_x, strict=True) if is_outer)
        inner = tuple(n for n, is_outer in zip(exponents, holds_x, strict=True) if not is_outer)
        found.setdefault(outer, {})[inner] = coefficient
    return found


def _without_squares(poly: Poly, index: int, partner: int, sign: int) -> Poly:
    """Replace the square of one variable by ``-sign + sign * partner**2``."""
    ring = poly.context()
    other = ring.gens()[partner]
    square = sign * other**2 - sign
    total = ring.constant(0)
    for exponents, coefficient in terms_of(poly):
        rest = list(exponents)
        rest[index] %= 2
        total += ring.from_dict({tuple(rest): coefficient}) * square ** (exponents[index] // 2)
    return total


def _solved_over(constants: Sequence[Expr], sides: Sequence[_Coefficients]) -> list[Expr] | None:
    """Solve the linear system whose columns, the right-hand side last, are given by monomials."""
    # SymPy's matrices over fields of rational functions; it takes half a second to import.
    from sympy import QQ
    from sympy.polys.matrices import DomainMatrix

    if not constants:
        return None
    over = QQ.frac_field(*(f"k{i}" for i in range(len(constants))))
    rows = dict.fromkeys(monomial for side in sides for monomial in side)
    matrix = [[_element(over, side.get(m, {})) for side in sides] for m in rows]
    reduced, pivots = DomainMatrix(matrix, (len(matrix), len(sides)), over).rref()
    unknowns = len(sides) - 1
    if pivots != tuple(range(unknowns)):
        return None
    return [_expr(reduced[i, unknowns].element, constants) for i in range(unknowns)]


def _element(over: Any, terms: Mapping[tuple[int, ...], int]) -> Any:
    return over(over.field.ring.from_dict({monomial: over.domain(c) for monomial, c in terms.items()}))


def _expr(quotient: Any, constants: Sequence[Expr]) -> Expr:
    """Return an element of the field of rational functions as an expression."""
    numerator, denominator = (_polynomial(side, constants) for side in (quotient.numer, quotient.denom))
    return numerator / denominator


def _polynomial(poly: Any, constants: Sequence[Expr]) -> Expr:
    return symengine.Add(
        *(
            symengine.Rational(int(c.numerator), int(c.denominator))
            * symengine.Mul(*(k**n for k, n in zip(constants, monomial, strict=True)))
            for monomial, c in poly.terms()
        )
    )


def arctangents(integrand: Expr) -> Iterator[Expr]:
    """Yield arctangents and logarithms of the factors of the denominator that are quadratic in x."""
    try:
        field = Field.of([integrand, X])
        index = field.kernels.index(X)
        factors = [f for f, _ in factorised(field.fraction(integrand).den)[1] if f.degrees()[index] == 2]
        quadratics = [expand(field.expr(factor)) for factor in factors]
        for e in quadratics:
            a, b, c = e.diff(X, 2) / 2, e.diff(X).subs({X: 0}), e.subs({X: 0})
            if X not in (a + b + c).free_symbols:
                # No factor of two is left.
                half = 1 if b == 0 or (content(expand(b)) / 2).is_Integer else 2
                width, slope = expand(half**2 * (a * c - b**2 / 4)), expand(half * (a * X + b / 2))
                if is_negative(width):
                    root = square_root(-width)
                    yield (symengine.log(slope - root) - symengine.log(slope + root)) / root
                else:
                    root = square_root(width)
                    yield symengine.atan(slope / root) / root
                yield symengine.log(e)
    except UnsupportedError:
        return
