"""Forward pairs: short random integrands, solved by ansatz fitting without any network.

The integrands are random small trees and the kinds that fill textbooks, with random numbers; the
answers are whatever exact linear algebra finds, so they can be much longer than the integrand,
which differentiating random answers hardly ever produces.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import symengine

from symmath.ansatz.primitive import primitives
from symmath.expr.operators import Expr, X
from symmath.tasks.task import Draw

MAX_OPERATORS = 7

_OUTER: tuple[Callable[[Expr], Expr], ...] = (
    symengine.exp,
    symengine.log,
    symengine.sin,
    symengine.cos,
    symengine.tan,
    symengine.atan,
    symengine.asin,
    symengine.acos,
    symengine.sinh,
    symengine.cosh,
    symengine.tanh,
    symengine.asinh,
    symengine.acosh,
    symengine.atanh,
)


def _linear(rng: random.Random) -> Expr:
    if rng.random() < 0.6:
        return X
    return rng.choice((1, 1, 2, 3, 4, 5, -1)) * X + rng.choice((0, 0, 0, 1, -1, 2, 3))


def _polynomial(rng: random.Random, degree: int, t: Expr = X) -> Expr:
    if rng.random() < 0.5:
        return t**degree
    coefficients = [rng.choice((0, 1, 1, -1, 2, -2, 3, 4, 5)) for _ in range(degree)] + [rng.randint(1, 4)]
    return symengine.Add(*(c * t**k for k, c in enumerate(coefficients)))


def _quadratic(rng: random.Random) -> Expr:
    sign, constant = rng.choice((1, 1, -1)), rng.choice((1, 1, 4, 9, 2, 3, 5, 6, -1, -4))
    return sign * rng.choice((1, 1, 1, 4, 2)) * X**2 + rng.choice((0, 0, 0, 1, 2, -2, 4)) * X + constant


def _times_function(draw: Draw, rng: random.Random) -> Expr:
    return _polynomial(rng, rng.randint(0, 3)) * rng.choice(_OUTER)(_linear(rng)) ** rng.choice((1, 1, 1, 2))


def _rational(draw: Draw, rng: random.Random) -> Expr:
    below = symengine.Integer(1)
    for _ in range(rng.choice((1, 1, 2, 2, 3))):
        factor = _quadratic(rng) if rng.random() < 0.4 else _linear(rng) + rng.randint(-3, 3)
        below *= factor ** rng.choice((1, 1, 2))
    return _polynomial(rng, rng.randint(0, 3)) / below


def _rational_in_kernel(draw: Draw, rng: random.Random) -> Expr:
    t = rng.choice(
        (symengine.exp, symengine.sqrt, symengine.sin, symengine.cos, symengine.tan, symengine.log)
    )(_linear(rng))
    below = _polynomial(rng, rng.choice((1, 1, 2)), t) + rng.randint(-2, 4)
    factor = rng.choice((symengine.Integer(1), t.diff(X), X))
    return factor * _polynomial(rng, rng.randint(0, 2), t) / below


def _trigonometric(draw: Draw, rng: random.Random) -> Expr:
    first, second = rng.choice(
        (
            (symengine.sin, symengine.cos),
            (symengine.sin, symengine.cos),
            (symengine.tan, symengine.cos),
            (symengine.sinh, symengine.cosh),
        )
    )
    u, v = _linear(rng), _linear(rng)
    power = rng.choice((0, 1, 2, 3, 4, -1, -2))
    return first(u) ** rng.randint(0, 4) * second(u if rng.random() < 0.7 else v) ** power


def _oscillation(draw: Draw, rng: random.Random) -> Expr:
    wave = rng.choice((symengine.sin, symengine.cos, symengine.sinh, symengine.cosh))(_linear(rng))
    return X ** rng.choice((0, 0, 1, 2)) * symengine.exp(_linear(rng)) * wave


def _radical(draw: Draw, rng: random.Random) -> Expr:
    root = symengine.sqrt(_quadratic(rng) if rng.random() < 0.7 else _linear(rng))
    return X ** rng.randint(-2, 3) * root ** rng.choice((1, -1, -1, 3, -3))


def _logarithmic(draw: Draw, rng: random.Random) -> Expr:
    log = symengine.log(_linear(rng) if rng.random() < 0.6 else _quadratic(rng))
    return X ** rng.randint(-2, 4) * log ** rng.choice((1, 1, 2, 3, -1))


def _composed(draw: Draw, rng: random.Random) -> Expr:
    """Draw g'(x) h(g(x)), a substitution."""
    inner = rng.choice(
        (symengine.sqrt(X), X**2, X**3, 1 / X, symengine.exp(X), symengine.log(X), _quadratic(rng))
    )
    return inner.diff(X) * rng.choice(_OUTER)(inner) ** rng.choice((1, 1, 2))


def _tree(draw: Draw, rng: random.Random) -> Expr:
    return draw(rng, rng.randint(1, MAX_OPERATORS))


_KINDS: tuple[Callable[[Draw, random.Random], Expr], ...] = (
    _tree,
    _tree,
    _tree,
    _times_function,
    _rational,
    _rational_in_kernel,
    _trigonometric,
    _oscillation,
    _radical,
    _logarithmic,
    _composed,
)


def draw_integrand(draw: Draw, rng: random.Random) -> Expr:
    """Draw a short integrand: one kind, or the sum of two."""
    integrand = rng.choice(_KINDS)(draw, rng)
    if rng.random() < 0.15:
        integrand += rng.choice((1, -1, 2, 3)) * rng.choice(_KINDS)(draw, rng)
    if rng.random() < 0.2:
        integrand *= symengine.Rational(rng.randint(1, 9), rng.randint(1, 5))
    return integrand


def find_primitive(integrand: Expr) -> Expr | None:
    """Return a primitive found by ansatz fitting from the integrand alone, or None.

    Sums are not tried term by term: that is half of all time, and other generators add known pairs.
    """
    return next(primitives(integrand, by_terms=False), None)
