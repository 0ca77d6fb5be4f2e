"""The branches y(x) of a curve F(x, y) = 0, as far as all of them are known."""

from __future__ import annotations

from typing import NamedTuple

import symengine
from flint import acb, fmpq

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import constant, evaluate
from symmath.expr.breaks import roots_and_poles
from symmath.expr.canonical import canonical_tokens
from symmath.expr.kernels import Field
from symmath.expr.operators import PARAMETERS, SYMBOL_EXPRS, Expr, X
from symmath.expr.prefix import Tokens, decode, encode
from symmath.expr.rational import factorised
from symmath.odes.equation import holds_symbol, numerator
from symmath.odes.roots import occurrences, roots_of
from symmath.verification.parameters import positive_choices, with_numbers
from symmath.verification.points import random_source

_Y = SYMBOL_EXPRS["y"]
_CHOICES = 4
"""Choices of the parameters at which a branch is looked for."""
_POINTS = tuple(
    sign * fmpq(k**2, 16) for k in (1, 2, 3, 4, 5, 7, 9, 12, 17, 25, 40, 101, 1001) for sign in (1, -1)
)
_ONE_TO_ONE = tuple(
    type(function(_Y))
    for function in (
        symengine.log,
        symengine.sinh,
        symengine.tanh,
        symengine.asinh,
        symengine.atan,
        symengine.asin,
        symengine.acos,
        symengine.acosh,
        symengine.atanh,
    )
)


class Branches(NamedTuple):
    """The functions whose graphs make up a curve.

    Attributes
    ----------
    functions : list of Tokens
        Those that aren't known to be real nowhere.
    is_complete : bool
        Whether there are no others.
    """

    functions: list[Tokens]
    is_complete: bool


def branches_of(phi: Tokens) -> Branches:
    """Solve ``phi = 0`` for y, factor by factor.

    Raises
    ------
    UnsupportedError
        If it is beyond exact arithmetic.
    """
    field, poly = numerator(decode(phi), _Y)
    functions, is_complete = [], True
    for factor, _ in factorised(poly)[1]:
        e = field.expr(factor)
        if not holds_symbol(e, _Y) or _is_nowhere_real(e):
            continue
        roots = roots_of(e, _Y, _Y)
        is_complete = is_complete and bool(roots) and _has_no_other(e)
        for root in (root for root in roots if not root.has(symengine.zoo)):
            if _is_seen_off(e, root):
                is_complete = False
            else:
                functions.append(canonical_tokens(root))
    return Branches(functions, is_complete)


def _has_no_other(e: Expr) -> bool:
    """Whether `roots_of` finds all real roots: y enters by powers, or once, through what has one inverse."""
    if occurrences(e, _Y) != 1:
        return all(part == _Y or not holds_symbol(part, _Y) for part in _insides(e))
    while e != _Y:
        inner = next(part for part in e.args if holds_symbol(part, _Y))
        if type(e) is symengine.Pow and inner == e.args[0] and inner != _Y and e.args[1].is_Integer:
            if e.args[1] % 2 == 0:
                return False
        elif not isinstance(e, (symengine.Add, symengine.Mul, symengine.Pow, *_ONE_TO_ONE)):
            return False
        e = inner
    return True


def _insides(e: Expr) -> list[Expr]:
    """Return what sums, products and whole powers are made of."""
    if isinstance(e, (symengine.Add, symengine.Mul)):
        return [part for arg in e.args for part in _insides(arg)]
    return _insides(e.args[0]) if type(e) is symengine.Pow and e.args[1].is_Integer else [e]


def _is_nowhere_real(e: Expr) -> bool:
    """Whether a quadratic in y is known to have real roots at separate points at most."""
    if e.free_symbols - {X, _Y}:
        return False
    a, b, c = symengine.expand(e.diff(_Y, 2)) / 2, e.diff(_Y).subs({_Y: 0}), e.subs({_Y: 0})
    if a == 0 or holds_symbol(a, _Y):
        return False
    discriminant = symengine.expand(b**2 - 4 * a * c)
    try:
        field = Field.of([discriminant, X])
        num, den = field.fraction(discriminant)
        odd = [factor for factor, power in factorised(num * den)[1] if power % 2]
    except UnsupportedError:
        return False
    if any(_has_real_root(field.expr(factor)) for factor in odd):
        return False
    return bool(complex(discriminant.subs({X: symengine.Rational(1, 7)}).n(53)).real < 0)


def _has_real_root(e: Expr) -> bool:
    """Whether a polynomial in x may have one."""
    return bool(roots_and_poles([e]).places) or not roots_and_poles([e]).is_complete


def _is_seen_off(phi: Expr, root: Expr) -> bool:
    """Whether a root is real, but on the curve at no point that is tried, as squaring makes some."""
    try:
        tokens, residual = canonical_tokens(root), canonical_tokens(phi.subs({_Y: root}))
        for choice in positive_choices(len(PARAMETERS), _CHOICES, random_source(tokens)):
            numbers = dict(zip(PARAMETERS, choice, strict=True))
            value, rest = (encode(with_numbers(decode(side), numbers)) for side in (tokens, residual))
            seen = [_is_on_curve(value, rest, point) for point in _POINTS]
            if True in seen or False not in seen:
                return False
    except (PrefixError, UnsupportedError):
        return True
    return True


def _is_on_curve(root: Tokens, residual: Tokens, point: fmpq) -> bool | None:
    """Whether the residual is zero where a root is real; None where it isn't."""
    try:
        values = [evaluate(side, {"x": constant(acb(point), 1)}, 1)[0] for side in (root, residual)]
    except PrefixError:
        return None
    if not all(value.is_finite() for value in values) or not values[0].imag.contains(0):
        return None
    return bool(values[1].contains(0))
