"""Linear equations with constant coefficients, in x or (Euler-Cauchy) in log(x), with forcing.

The forcing term is drawn and the particular solution found by undetermined coefficients, resonance
included, so that the problems look as people write them; also Clairaut's equation, whose solution
needs no work at all.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import symengine

from symmath.expr.operators import Expr, X
from symmath.odes.constants import C1, C2, in_order
from symmath.odes.equation import DDY, DY, Y
from symmath.tasks.ode import encode_solution, pair_from_equation
from symmath.tasks.task import Draw, Pair, Propose, Rejection

Case = tuple[Expr, Expr]
"""An equation's expression and its general solution."""

_ZERO = symengine.Integer(0)
_MAX_POLYNOMIAL_DEGREE = 2


def particular(leading: tuple[Expr, Expr, Expr], forcing: list[Expr]) -> list[Expr]:
    """Solve ``a2*q'' + a1*q' + a0*q = p`` for a polynomial q.

    Parameters
    ----------
    leading : tuple of Expr
        The numbers a0, a1, a2, not all zero.
    forcing : list of Expr
        Coefficients of p, constant term first.

    Returns
    -------
    list of Expr
        Coefficients of q, constant term first.
    """
    a0, a1, a2 = leading
    shift = 0 if a0 != 0 else 1 if a1 != 0 else 2
    q: list[Expr] = [_ZERO] * (len(forcing) + 3)
    for k in reversed(range(len(forcing))):
        once, twice = (k + 1) * a1, (k + 2) * (k + 1) * a2
        if shift == 0:
            q[k] = (forcing[k] - once * q[k + 1] - twice * q[k + 2]) / a0
        elif shift == 1:
            q[k + 1] = (forcing[k] - twice * q[k + 2]) / once
        else:
            q[k + 2] = forcing[k] / twice
    return q


def _polynomial(coefficients: list[Expr], t: Expr) -> Expr:
    return symengine.Add(*(c * t**k for k, c in enumerate(coefficients) if c != 0))


def _draw_forcing(
    t: Expr, power: Callable[[Expr], Expr], a0: Expr, a1: Expr, a2: Expr, rng: random.Random
) -> Case:
    """Draw a forcing term for ``a2*D**2 + a1*D + a0``, D = d/dt.

    Parameters
    ----------
    t : Expr
        x or log(x).
    power : Callable
        ``power(a)`` is exp(a*t), simplified.
    a0, a1, a2 : Expr
    rng : random.Random

    Returns
    -------
    tuple of Expr
        The forcing and a particular solution.
    """
    rate = symengine.Integer(rng.choice((0, 0, 0, 1, -1, 2, -2, 3, -3)))
    turn = symengine.Integer(rng.choice((0, 0, 0, 1, 1, 2, 3)))
    if turn == 0 and rate == 0 and t != X:
        rate = symengine.Integer(rng.choice((1, 2, -1, 3)))
    degree = rng.choice((0, 0, 0, 1, 1, _MAX_POLYNOMIAL_DEGREE))
    if degree == _MAX_POLYNOMIAL_DEGREE and turn != 0:
        degree = 1
    scale = rng.choice((1, 1, 1, 2, 3, -1, -2, 4, 5, 10))
    p = [symengine.Integer(rng.choice((0, 0, 1, -1, 2))) for _ in range(degree)] + [symengine.Integer(scale)]
    alpha = rate + symengine.I * turn if turn != 0 else rate
    shifted = (alpha * alpha * a2 + alpha * a1 + a0, 2 * alpha * a2 + a1, a2)
    q = particular(shifted, p)
    envelope = power(rate)
    if turn == 0:
        return envelope * _polynomial(p, t), symengine.expand(envelope * _polynomial(q, t))
    real = _polynomial([c.real for c in q], t)
    imaginary = _polynomial([c.imag for c in q], t)
    cosine, sine = symengine.cos(turn * t), symengine.sin(turn * t)
    if rng.random() < 0.5:
        forcing, solution = cosine, real * cosine - imaginary * sine
    else:
        forcing, solution = sine, real * sine + imaginary * cosine
    return envelope * _polynomial(p, t) * forcing, symengine.expand(envelope * solution)


def _draw_case(
    t: Expr, power: Callable[[Expr], Expr], a0: Expr, a1: Expr, a2: Expr, rng: random.Random
) -> Case:
    """Draw a forcing of at most two terms, often none for a second-order equation."""
    count = rng.choices((0, 1, 2), (35, 50, 15) if a2 != 0 else (10, 65, 25))[0]
    forcing, solution = _ZERO, _ZERO
    for _ in range(count):
        f, u = _draw_forcing(t, power, a0, a1, a2, rng)
        forcing, solution = forcing + f, solution + u
    return forcing, solution


def _exponential(a: Expr) -> Expr:
    return symengine.exp(a * X)


def _power_of_x(a: Expr) -> Expr:
    return X**a


def _first(is_euler: bool, rng: random.Random) -> Case:
    """Draw ``y_t + k*y = f(t)``."""
    t, power = (symengine.log(X), _power_of_x) if is_euler else (X, _exponential)
    k = symengine.Integer(rng.choice((-1, 1)) * rng.randint(1, rng.choice((3, 9))))
    if rng.random() < 0.2:
        k = k / rng.choice((2, 3))
    forcing, u = _draw_case(t, power, k, symengine.Integer(1), _ZERO, rng)
    slope = X * DY if is_euler else DY
    return slope + k * Y - forcing, C1 * power(-k) + u


def _basis(
    t: Expr, power: Callable[[Expr], Expr], rng: random.Random
) -> tuple[Expr, Expr, tuple[Expr, Expr]]:
    """Draw ``y_tt + p*y_t + q*y`` as p, q and two solutions."""
    kind = rng.random()
    r, s = (symengine.Integer(rng.randint(-5, 5)) for _ in range(2))
    if kind < 0.4:
        if rng.random() < 0.15:
            r = r / 2
        if r == s:
            s = r + rng.choice((1, 2, 3))
        return -(r + s), r * s, (power(r), power(s))
    if kind < 0.55:
        return -2 * r, r * r, (power(r), t * power(r))
    if kind < 0.9:
        turn = symengine.Integer(rng.choice((1, 1, 2, 2, 3, 4, 5)))
        r = r if rng.random() < 0.6 else _ZERO
        envelope = power(r)
        pair = envelope * symengine.cos(turn * t), envelope * symengine.sin(turn * t)
        return -2 * r, r * r + turn**2, pair
    # Roots with a square root in them.
    p, radicand = 2 * symengine.Integer(rng.randint(-2, 2)), rng.choice((2, 3, 5, 6, 7))
    root = symengine.sqrt(radicand)
    if rng.random() < 0.5:
        pair = power(-p / 2 + root), power(-p / 2 - root)
        return p, p * p / 4 - radicand, pair
    envelope = power(-p / 2)
    return p, p * p / 4 + radicand, (envelope * symengine.cos(root * t), envelope * symengine.sin(root * t))


def _second(is_euler: bool, rng: random.Random) -> Case:
    """Draw ``y_tt + p*y_t + q*y = f(t)``."""
    t, power = (symengine.log(X), _power_of_x) if is_euler else (X, _exponential)
    p, q, (g, h) = _basis(t, power, rng)
    forcing, u = _draw_case(t, power, q, p, symengine.Integer(1), rng)
    left = X**2 * DDY + (p + 1) * X * DY + q * Y if is_euler else DDY + p * DY + q * Y
    return left - forcing, C1 * g + C2 * h + u


def _clairaut(rng: random.Random, draw: Draw) -> Case:
    """Draw ``y = x*y' + f(y')``, solved by the straight lines y = c1*x + f(c1)."""
    f = draw(rng, rng.randint(1, 4))
    return Y - X * DY - f.subs({X: DY}), C1 * X + f.subs({X: C1})


def _from_cases(draw_case: Callable[[Draw, random.Random], Case], order: int) -> Callable[[], Propose]:
    def propose(draw: Draw, rng: random.Random) -> Pair | Rejection:
        try:
            equation, solution = draw_case(draw, rng)
        except RuntimeError:
            # symengine signals an undefined result (a function at infinity) by RuntimeError.
            return Rejection.UNREPRESENTABLE
        target = encode_solution(in_order(solution) if order == 2 else solution)
        if isinstance(target, Rejection):
            return target
        return pair_from_equation(equation, target, order, rng)

    return lambda: propose


FIRST_LINEAR = {
    "constant": _from_cases(lambda draw, rng: _first(False, rng), 1),
    "euler": _from_cases(lambda draw, rng: _first(True, rng), 1),
    "clairaut": _from_cases(lambda draw, rng: _clairaut(rng, draw), 1),
}
SECOND_LINEAR = {
    "constant": _from_cases(lambda draw, rng: _second(False, rng), 2),
    "euler": _from_cases(lambda draw, rng: _second(True, rng), 2),
}
