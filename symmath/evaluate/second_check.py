"""A second opinion on an answer, sharing no code with the verifier: mpmath on SymPy expressions.

It differentiates numerically in 30 digits at a few dozen random points. It proves nothing; it
exists to disagree, and a disagreement is reported.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from symmath.expr.bridge import to_sympy
from symmath.expr.prefix import Tokens, decode

POINTS = 24
_DIGITS = 30
_TOLERANCE = 1e-9
_SEED = 271828

Number = Any
"""An mpmath number."""


def second_check(task: str, problem: Tokens, answer: Tokens) -> str:
    """Judge an answer at random points.

    Parameters
    ----------
    task : str
    problem, answer : Tokens

    Returns
    -------
    str
        "agrees": at every point that could be evaluated; "partly": at some of them, as where
        branches change; "differs": at none; "silent": no point could be evaluated.
    """
    import mpmath

    with mpmath.workdps(_DIGITS):
        if task == "integrate":
            heard = list(_integral(problem, answer))
        elif "y" in answer:
            heard = list(_implicit(problem, answer))
        else:
            heard = list(_equation(problem, answer, 2 if "y''" in problem else 1))
    if not heard:
        return "silent"
    if all(heard):
        return "agrees"
    return "partly" if any(heard) else "differs"


def _function(tokens: Tokens, names: tuple[str, ...]) -> Callable[..., Number]:
    """Compile tokens to an mpmath function of the named symbols; y stands for y(x)."""
    import sympy

    expr = to_sympy(decode(tokens))
    x = sympy.Symbol("x")
    y = sympy.Function("y")(x)
    for order in (2, 1):
        expr = expr.subs(sympy.Derivative(y, (x, order)), sympy.Symbol("y" + "'" * order))
    expr = expr.subs(y, sympy.Symbol("y"))
    dummies = {sympy.Symbol(name): sympy.Symbol(f"v{i}") for i, name in enumerate(names)}
    return sympy.lambdify(list(dummies.values()), expr.subs(dummies), "mpmath")


def _points(rng: random.Random, *, real: bool) -> Iterator[Number]:
    import mpmath

    for _ in range(POINTS):
        size = rng.choice((0.6, 1.5, 4.0))
        value = mpmath.mpf(rng.uniform(-size, size))
        yield value if real else mpmath.mpc(value, rng.uniform(0.1, 1.0))


def _close(left: Number, right: Number, scale: Number) -> bool:
    return bool(abs(left - right) <= _TOLERANCE * (abs(scale) + abs(left) + abs(right)))


_UNDEFINED = (ValueError, ZeroDivisionError, OverflowError, TypeError, ArithmeticError)
"""What mpmath raises at poles and overflows."""


def _is_real(value: Number) -> bool:
    import mpmath

    return bool(mpmath.isfinite(value)) and abs(mpmath.im(value)) <= _TOLERANCE * (1 + abs(value))


def _integral(problem: Tokens, answer: Tokens) -> Iterator[bool]:
    """Yield, where the integrand is real, whether the derivative is the integrand; else complex."""
    import mpmath

    f, primitive = _function(problem, ("x",)), _function(answer, ("x",))
    rng = random.Random(_SEED)
    for real in (True, False):
        count = 0
        for x in _points(rng, real=real):
            try:
                value = f(x)
                if not mpmath.isfinite(value) or (real and not _is_real(value)):
                    continue
                slope = mpmath.diff(primitive, x)
            except _UNDEFINED:
                continue
            count += 1
            yield _close(slope, value, 0)
        if count:
            return


def _equation(problem: Tokens, answer: Tokens, order: int) -> Iterator[bool]:
    """Yield, at random x and constants, whether the residual vanishes beside one for a wrong y''."""
    import mpmath

    constants = ("c1", "c2")[:order]
    residual = _function(problem, ("x", "y", "y'", "y''"))
    y = _function(answer, ("x", *constants))
    rng = random.Random(_SEED)
    for x in _points(rng, real=False):
        values = [mpmath.mpc(rng.uniform(-1, 2), rng.uniform(-0.5, 0.5)) for _ in constants]
        try:
            at = [mpmath.diff(lambda t, v=values: y(t, *v), x, n) if n else y(x, *values) for n in range(3)]
            zero = residual(x, *at)
            at[order] += 0.01 * (1 + abs(at[order]))
            moved = residual(x, *at)
            if not (mpmath.isfinite(zero) and mpmath.isfinite(moved)):
                continue
        except _UNDEFINED:
            continue
        yield _close(zero, 0, moved)


def _implicit(problem: Tokens, answer: Tokens) -> Iterator[bool]:
    """Yield, at random x and y, whether the slope of the level curve satisfies a first-order equation."""
    import mpmath

    if "y''" in problem:
        return
    residual = _function(problem, ("x", "y", "y'", "y''"))
    phi = _function(answer, ("x", "y"))
    rng = random.Random(_SEED)
    for x in _points(rng, real=False):
        y = mpmath.mpc(rng.uniform(-1, 2), rng.uniform(-0.5, 0.5))
        try:
            across = mpmath.diff(lambda t, y=y: phi(t, y), x)
            slope = -across / mpmath.diff(lambda t, x=x: phi(x, t), y)
            zero, moved = residual(x, y, slope, 0), residual(x, y, slope * mpmath.mpf("1.01") + 0.01, 0)
            if not (mpmath.isfinite(zero) and mpmath.isfinite(moved)):
                continue
        except _UNDEFINED:
            continue
        yield _close(zero, 0, moved)
