"""Classical families of solutions: what random trees rarely hit and people often ask.

Each ``first_*`` and ``second_*`` function draws a family in x and its constants, from which the
equation is found by elimination.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import symengine

from symmath.expr.operators import Expr, X
from symmath.odes.constants import C1, C2
from symmath.tasks.task import Draw

_Function = Callable[[Expr], Expr]

_HALF = symengine.Rational(1, 2)

_OUTER: tuple[tuple[int, _Function], ...] = (
    # The first three have algebraic derivatives; `second_missing` counts on that.
    (4, lambda u: 1 / u),
    (3, symengine.sqrt),
    (4, symengine.log),
    (3, symengine.tan),
    (2, symengine.exp),
    (1, symengine.sin),
    (1, symengine.cos),
    (1, symengine.tanh),
    (1, symengine.atan),
    (1, symengine.asin),
    (1, symengine.sinh),
    (2, lambda u: u**2),
    (1, lambda u: u**3),
    (1, lambda u: 1 / u**2),
    (1, lambda u: 1 / symengine.sqrt(u)),
    (1, lambda u: u ** symengine.Rational(1, 3)),
)
"""Functions with elementary inverses: y = k(c1 + h(x)) makes a separable equation."""
_OUTER_WEIGHTS = [weight for weight, _ in _OUTER]


def small_integer(rng: random.Random, largest: int = 5) -> Expr:
    """Draw a non-zero integer, mostly small."""
    return symengine.Integer(rng.choice((-1, 1)) * rng.randint(1, rng.choice((1, 2, largest))))


def small_rational(rng: random.Random) -> Expr:
    """Draw a non-zero rational, mostly an integer."""
    return small_integer(rng) / rng.choice((1, 1, 1, 1, 2, 3))


def _outer(rng: random.Random) -> _Function:
    return rng.choices(_OUTER, _OUTER_WEIGHTS)[0][1]


def monomial(rng: random.Random) -> Expr:
    """Draw a power of x."""
    return X ** rng.choice((1, 1, 1, 2, 2, 3, -1, -2, _HALF))


def simple_function(rng: random.Random) -> Expr:
    """Draw a function of x as textbooks use them."""
    kind = rng.random()
    if kind < 0.3:
        return small_rational(rng) * monomial(rng)
    if kind < 0.5:
        return symengine.exp(small_integer(rng, 3) * X ** rng.choice((1, 1, 1, 2)))
    if kind < 0.7:
        function = rng.choice((symengine.sin, symengine.cos, symengine.sin, symengine.cos, symengine.tan))
        return function(abs(small_integer(rng, 4)) * X)
    if kind < 0.8:
        return symengine.log(X)
    if kind < 0.9:
        return X + small_integer(rng)
    return X ** rng.choice((1, 2)) * rng.choice((symengine.exp(X), symengine.log(X), symengine.exp(-X)))


def _function(draw: Draw, rng: random.Random, most: int = 3) -> Expr:
    """Draw a short function of x: textbook-like or a random tree."""
    if rng.random() < 0.6:
        f = simple_function(rng)
        if rng.random() < 0.3:
            f += small_rational(rng) * simple_function(rng)
        return f
    return draw(rng, rng.randint(1, most))


def first_linear(draw: Draw, rng: random.Random) -> Expr:
    """Draw y = u + c1*h: linear equations with forcing."""
    h = _function(draw, rng)
    if rng.random() < 0.3:
        h = symengine.exp(_function(draw, rng, 2))
    u = _function(draw, rng)
    return h * (C1 + u) if rng.random() < 0.5 else C1 * h + u


def first_separable(draw: Draw, rng: random.Random) -> Expr:
    """Draw y = k(c1 + h), sometimes scaled and shifted."""
    inner = _function(draw, rng)
    y = _outer(rng)(C1 + inner if rng.random() < 0.75 else C1 * inner)
    if rng.random() < 0.25:
        y = _outer(rng)(y)
    if rng.random() < 0.4:
        y *= small_rational(rng)
    if rng.random() < 0.25:
        y += small_integer(rng)
    return y


def first_exact(draw: Draw, rng: random.Random) -> Expr:
    """Draw the level lines of a potential that can be solved for y."""
    f, g = _function(draw, rng, 2), _function(draw, rng, 2)
    kind = rng.random()
    if kind < 0.5:
        sign = rng.choice((-1, 1))
        return -f + sign * symengine.sqrt(symengine.expand(f**2) + g + C1)
    return _outer(rng)((C1 + g) / f)


def first_bernoulli(draw: Draw, rng: random.Random) -> Expr:
    """Draw y**(1 - n) = h*(c1 + v)."""
    h, v = _function(draw, rng, 2), _function(draw, rng, 2)
    exponent = rng.choice((-1, -1, -1, -_HALF, _HALF, 2, symengine.Rational(-1, 3), symengine.Rational(1, 3)))
    inner = h * (C1 + v) if rng.random() < 0.5 else C1 * h + v
    return inner**exponent


def first_homogeneous(draw: Draw, rng: random.Random) -> Expr:
    """Draw y = x*k(c1 + log(x)) or x*k(c1*x**m): equations in y/x."""
    if rng.random() < 0.45:
        inner = C1 + small_rational(rng) * symengine.log(X)
    else:
        inner = C1 * X ** small_integer(rng, 3)
        if rng.random() < 0.5:
            inner += small_rational(rng)
    v = _outer(rng)(inner)
    if rng.random() < 0.3:
        v = small_rational(rng) * v + small_integer(rng, 3)
    return X * v


def first_riccati(draw: Draw, rng: random.Random) -> Expr:
    """Draw y = u + 1/(h*(c1 + v)), with the particular solution u."""
    u, h, v = _function(draw, rng, 1), _function(draw, rng, 1), _function(draw, rng, 1)
    below = h * (C1 + v) if rng.random() < 0.6 else C1 * h + v
    return u + small_integer(rng, 3) / below


def first_shifted(draw: Draw, rng: random.Random) -> Expr:
    """Draw y = k(x + c1) - a*x - b: equations in a*x + y."""
    y = _outer(rng)(small_integer(rng, 3) * X + C1) * small_rational(rng)
    return y + small_rational(rng) * X + rng.choice((0, small_integer(rng)))


def second_basis(draw: Draw, rng: random.Random) -> Expr:
    """Draw y = u + h*(c1 + c2*v): linear equations by reduction of order."""
    h, v = simple_function(rng), simple_function(rng)
    if rng.random() < 0.3:
        v = draw(rng, rng.randint(1, 2))
    if rng.random() < 0.3:
        h = symengine.Integer(1)
    u = simple_function(rng) if rng.random() < 0.4 else symengine.Integer(0)
    return u + C1 * h + symengine.expand(C2 * h * v)


def second_integral(draw: Draw, rng: random.Random) -> Expr:
    """Draw y = u + c1*x + c2: y'' = f(x)."""
    u = _function(draw, rng) if rng.random() < 0.3 else draw(rng, rng.randint(2, 8))
    return u + C1 * X + C2


def second_autonomous(draw: Draw, rng: random.Random) -> Expr:
    """Draw families whose equation lacks x: y = k(c1*x + c2), c1*k(x + c2) and k(c1*exp(x) + c2)."""
    kind = rng.random()
    a, b = small_rational(rng), small_rational(rng)
    if kind < 0.4:
        inner = C1 * X + C2
    elif kind < 0.7:
        inner = C1 * _outer(rng)(a * X + C2)
    else:
        inner = C1 * symengine.exp(a * X) + C2
    if rng.random() < 0.5:
        inner = _outer(rng)(inner)
        if rng.random() < 0.6:
            inner = b * inner + small_integer(rng)
    y = _outer(rng)(inner)
    return y if rng.random() < 0.5 else b * y + rng.choice((0, small_integer(rng)))


def second_missing(draw: Draw, rng: random.Random) -> Expr:
    """Draw y = c2 + k(c1, x): equations without y, most of them solvable for c1."""
    f, g = _function(draw, rng, 1), _function(draw, rng, 2)
    kind = rng.random()
    if kind < 0.25:
        return C2 + C1 * f + g
    if kind < 0.6:
        shifted = _outer(rng)(small_rational(rng) * X + C1)
        return C2 + small_rational(rng) * shifted + rng.choice((0, 0, g))
    outer = rng.choices(_OUTER[:3], _OUTER_WEIGHTS[:3])[0][1]
    return C2 + outer(rng.choice((C1 + f, C1 * f + g, C1 * X + f))) * rng.choice((1, 1, small_rational(rng)))


def second_transformed(draw: Draw, rng: random.Random) -> Expr:
    """Draw y = k(c1*h + c2*g): linear equations in disguise."""
    h = rng.choice((symengine.Integer(1), X, simple_function(rng)))
    return _outer(rng)(C1 * h + C2 * simple_function(rng))


Families = Sequence[tuple[str, Callable[[Draw, random.Random], Expr]]]

FIRST: Families = (
    ("linear", first_linear),
    ("separable", first_separable),
    ("exact", first_exact),
    ("bernoulli", first_bernoulli),
    ("homogeneous", first_homogeneous),
    ("riccati", first_riccati),
    ("shifted", first_shifted),
)
SECOND: Families = (
    ("basis", second_basis),
    ("integral", second_integral),
    ("autonomous", second_autonomous),
    ("missing", second_missing),
    ("transformed", second_transformed),
)
