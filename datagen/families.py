"""Integrands of the kinds textbooks ask for, with small random coefficients."""

from __future__ import annotations

import random
from collections.abc import Callable

import symengine

from symmath.expr.operators import Expr, X

Family = Callable[[random.Random], Expr]

_TRIG = (symengine.sin, symengine.cos)
_HYPERBOLIC = (symengine.sinh, symengine.cosh)
_INVERSE = (symengine.asin, symengine.acos, symengine.atan, symengine.asinh, symengine.acosh, symengine.atanh)
_ONE = symengine.Integer(1)


def _small(rng: random.Random) -> Expr:
    """Draw a non-zero integer, most often 1 or close to it."""
    return symengine.Integer(rng.choice((1, 1, 1, -1)) * rng.randint(1, rng.choice((1, 3, 5, 10))))


def _linear(rng: random.Random) -> Expr:
    """Draw x, a*x, x + b or a*x + b."""
    kind = rng.random()
    if kind < 0.35:
        return X
    if kind < 0.6:
        return _small(rng) * X / rng.choice((1, 1, 1, 2, 3))
    return abs(_small(rng)) * X + _small(rng)


def _polynomial(rng: random.Random, degree: int, t: Expr = X) -> Expr:
    terms = [_small(rng) * t**k for k in range(degree) if rng.random() < 0.6]
    return symengine.Add(_small(rng) * t**degree, *terms)


def _quadratic(rng: random.Random, t: Expr = X) -> Expr:
    """Draw a quadratic; often t^2 + c, or one with simple roots."""
    kind = rng.random()
    if kind < 0.4:
        return t**2 + _small(rng) ** rng.choice((1, 2)) * rng.choice((1, -1))
    if kind < 0.55:
        return _small(rng) ** 2 - t**2
    if kind < 0.75:
        return symengine.expand((t + _small(rng)) * (abs(_small(rng)) * t + _small(rng)))
    return abs(_small(rng)) * t**2 + _small(rng) * t + _small(rng)


def _times_exponential(rng: random.Random) -> Expr:
    return _polynomial(rng, rng.randint(0, 3)) * symengine.exp(_linear(rng))


def _times_logarithm(rng: random.Random) -> Expr:
    inner = rng.choice((_linear, _linear, _quadratic))(rng)
    power = rng.choice((1, 1, 1, 2, 3))
    factor = X ** rng.choice((-3, -2, -1, symengine.Rational(1, 2), symengine.Rational(-1, 2)))
    return symengine.log(inner) ** power * rng.choice((_polynomial(rng, rng.randint(0, 3)), factor))


def _times_trigonometric(rng: random.Random) -> Expr:
    return _polynomial(rng, rng.randint(0, 3)) * rng.choice(_TRIG)(_linear(rng)) ** rng.choice((1, 1, 1, 2))


def _exponential_trigonometric(rng: random.Random) -> Expr:
    e = symengine.exp(_linear(rng)) * rng.choice(_TRIG)(_linear(rng)) ** rng.choice((1, 1, 2))
    return e * X if rng.random() < 0.25 else e


def _factors(rng: random.Random, t: Expr) -> Expr:
    denominator = _ONE
    for _ in range(rng.choice((1, 2, 2, 3))):
        base = t + _small(rng) * rng.choice((0, 1, 1, 1)) if rng.random() < 0.6 else _quadratic(rng, t)
        denominator *= base ** rng.choice((1, 1, 1, 2))
    return denominator


def _rational(rng: random.Random, t: Expr = X) -> Expr:
    numerator = _polynomial(rng, rng.randint(0, 3), t)
    kind = rng.random()
    if kind < 0.15:
        return numerator / (t ** rng.choice((3, 4)) + _small(rng))
    denominator = _factors(rng, t)
    return numerator / (symengine.expand(denominator) if kind < 0.5 else denominator)


def _trigonometric(rng: random.Random) -> Expr:
    t = _linear(rng) if rng.random() < 0.5 else X
    s, c, tangent = symengine.sin(t), symengine.cos(t), symengine.tan(t)
    kind = rng.randrange(8)
    if kind == 0:
        return s ** rng.randint(0, 5) * c ** rng.randint(0, 5)
    if kind == 1:
        return tangent ** rng.randint(1, 5) / c ** rng.choice((0, 0, 1, 2, 3))
    if kind == 2:
        return rng.choice(_TRIG)(abs(_small(rng)) * X) * rng.choice(_TRIG)(abs(_small(rng)) * X)
    if kind == 3:
        return _polynomial(rng, rng.choice((0, 0, 1)), rng.choice((s, c))) / (
            _small(rng) + _small(rng) * rng.choice((s, c, tangent))
        )
    if kind == 4:
        return _ONE / (s ** rng.randint(0, 3) * c ** rng.randint(0, 3))
    if kind == 5:
        return s ** rng.randint(0, 4) / c ** rng.randint(1, 4)
    if kind == 6:
        return c ** rng.randint(0, 4) / s ** rng.randint(1, 4)
    return _ONE / (_small(rng) * s + _small(rng) * c + rng.choice((0, 1)) * _small(rng))


def _radical(rng: random.Random) -> Expr:
    root = symengine.sqrt(_quadratic(rng))
    below = rng.choice((X, X, X**2, _linear(rng)))
    return rng.choice(
        (
            _polynomial(rng, rng.randint(0, 2)) * root,
            _polynomial(rng, rng.randint(0, 3)) / root,
            _ONE / (below * root),
            root / below,
            _polynomial(rng, rng.randint(0, 2)) * root ** rng.choice((-3, 3)),
        )
    )


def _root_of_linear(rng: random.Random) -> Expr:
    root = _linear(rng) ** symengine.Rational(1, rng.choice((2, 2, 2, 3)))
    return rng.choice(
        (
            _polynomial(rng, rng.randint(0, 2)) * root ** rng.choice((1, -1, 3)),
            _polynomial(rng, rng.randint(0, 1)) / (root + _small(rng)),
            root / _factors(rng, X),
            _ONE / (root * _quadratic(rng)),
            rng.choice((symengine.exp, symengine.sin, symengine.cos, symengine.atan))(root),
            (root + _small(rng)) / (root + _small(rng)),
        )
    )


def _inverse(rng: random.Random) -> Expr:
    inner = rng.choice((_linear(rng), X / abs(_small(rng)), symengine.sqrt(X), X ** rng.choice((2, -1))))
    factor = rng.choice((_polynomial(rng, rng.randint(0, 2)), X ** rng.choice((-3, -2, -1)), _ONE))
    return factor * rng.choice(_INVERSE)(inner) ** rng.choice((1, 1, 1, 1, 2))


def _hyperbolic(rng: random.Random) -> Expr:
    f = rng.choice(_HYPERBOLIC)(_linear(rng))
    t = symengine.Integer(abs(_small(rng))) * X
    kind = rng.random()
    if kind < 0.4:
        return _polynomial(rng, rng.randint(0, 2)) * f
    if kind < 0.7:
        return symengine.sinh(t) ** rng.randint(0, 4) * symengine.cosh(t) ** rng.randint(-3, 4)
    if kind < 0.85:
        return f * rng.choice((symengine.exp, *_TRIG, *_HYPERBOLIC))(_linear(rng))
    return symengine.tanh(t) ** rng.randint(1, 3)


def _of_exponential(rng: random.Random) -> Expr:
    return _rational(rng, symengine.exp(abs(symengine.Integer(rng.choice((1, 1, 1, 2)))) * X))


def _of_logarithm(rng: random.Random) -> Expr:
    t = symengine.log(rng.choice((X, X, _linear(rng))))
    f = rng.choice(
        (
            t ** rng.randint(-3, 4),
            symengine.sin(t),
            symengine.cos(t),
            _ONE / _quadratic(rng, t),
            symengine.sqrt(t + _small(rng)),
            symengine.atan(t),
            _polynomial(rng, 2, t),
        )
    )
    return f * rng.choice((_ONE, X, _ONE / X, _ONE / X))


def _by_substitution(rng: random.Random) -> Expr:
    """Draw g(u)*u' for an inner u whose derivative stays visible."""
    u = rng.choice(
        (X**2, X**3, _quadratic(rng), symengine.sin(X), symengine.exp(X), symengine.sqrt(X), _ONE / X)
    )
    family = rng.choice(
        (_times_exponential, _times_logarithm, _radical, _inverse, _times_trigonometric, _rational)
    )
    return family(rng).subs({X: u}) * u.diff(X)


FAMILIES: tuple[Family, ...] = (
    _times_exponential,
    _times_logarithm,
    _times_trigonometric,
    _exponential_trigonometric,
    _rational,
    _rational,
    _trigonometric,
    _trigonometric,
    _radical,
    _radical,
    _root_of_linear,
    _inverse,
    _inverse,
    _hyperbolic,
    _of_exponential,
    _of_logarithm,
    _by_substitution,
    _by_substitution,
)


def draw_textbook(rng: random.Random) -> Expr:
    """Draw a textbook-like integrand: one family, sometimes scaled, sometimes a sum of two."""
    e = rng.choice(FAMILIES)(rng)
    if rng.random() < 0.2:
        e *= _small(rng) / symengine.Integer(rng.choice((1, 1, 2, 3, 4)))
    if rng.random() < 0.12:
        e += rng.choice(FAMILIES)(rng)
    return e
