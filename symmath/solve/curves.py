"""The branches y(x) of a curve F(x, y) = 0, as far as all of them are known."""

from __future__ import annotations

from typing import NamedTuple

import symengine
from flint import acb, fmpq

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import constant, evaluate
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import PARAMETERS, SYMBOL_EXPRS, Expr
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
        Those that are real somewhere.
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
        if not holds_symbol(e, _Y):
            continue
        roots = roots_of(e, _Y, _Y)
        is_complete = is_complete and bool(roots) and _has_no_other(e)
        functions += [tokens for root in roots if (tokens := _branch(e, root)) is not None]
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


def _branch(phi: Expr, root: Expr) -> Tokens | None:
    """Return a branch, or None if it isn't real and on the curve at any point that is tried."""
    try:
        tokens = canonical_tokens(root)
        residual = canonical_tokens(phi.subs({_Y: root}))
        for choice in positive_choices(len(PARAMETERS), _CHOICES, random_source(tokens)):
            numbers = dict(zip(PARAMETERS, choice, strict=True))
            value, rest = (encode(with_numbers(decode(side), numbers)) for side in (tokens, residual))
            if any(_is_on_curve(value, rest, point) for point in _POINTS):
                return tokens
    except (PrefixError, UnsupportedError):
        # Such as log(0), which is no branch.
        pass
    return None


def _is_on_curve(root: Tokens, residual: Tokens, point: fmpq) -> bool:
    """Whether a root is real at a point, and the residual zero."""
    try:
        values = [evaluate(side, {"x": constant(acb(point), 1)}, 1)[0] for side in (root, residual)]
    except PrefixError:
        return False
    if not all(value.is_finite() for value in values):
        return False
    return bool(values[0].imag.contains(0) and values[1].contains(0))
