"""A second opinion on an answer, sharing no code with the rest of symmath: text in, mpmath numbers out.

It reads both texts with Python's own grammar by a whitelist of its own, so that a mistake of the
parser, of the prefix codec or of the ball arithmetic can't hide itself. It differentiates numerically
at random points, for integrals also at some far from zero and near it. It proves nothing; it exists to
disagree, and a disagreement is reported.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import mpmath

from symmath.evaluate.numeric_text import CONSTANTS, UNKNOWNS, Function, UnreadableTextError, compiled

REAL_POINTS = 20
COMPLEX_POINTS = 10
LEAST_HEARD = 3
"""Fewer points than this say nothing."""
_TRIES = 120
_DIGITS = 30
_MANY_DIGITS = 300
_TOLERANCE = 1e-9
_REAL_TOLERANCE = 1e-20
"""Much less: a small imaginary part beside a large real one still puts a point outside the domain."""
_FAR_AND_NEAR = (1e-6, 1e-3, 30.0, 150.0, 1e3, 1e6)
_FAR_DIGITS = (60, 120)
_FAR_TOLERANCE = 1e-30
_FAR_SIZES = (1e-20, 1e30)
_STEP = 1e-3
_SEED = 271828

Number = Any
"""An mpmath number."""
_UNDEFINED = (ValueError, ZeroDivisionError, OverflowError, TypeError, ArithmeticError)
"""What mpmath raises at poles and overflows."""


class Opinion(NamedTuple):
    """What the second checker says.

    Attributes
    ----------
    verdict : str
        "agrees": at every point that could be evaluated; "partly": at some of them, as where
        branches change; "differs": at none; "silent": too few points could be evaluated.
    points : str
        The counts it rests on.
    on_line : bool
        Whether it agrees at all real points.
    """

    verdict: str
    points: str = ""
    on_line: bool = False


def second_check(task: str, problem: str, answer: str, variable: str = "x") -> Opinion:
    """Judge an answer at random points.

    Parameters
    ----------
    task : str
        "integrate", "ode1", ..., "ode4".
    problem : str
        In SymPy's syntax: the integrand, or an expression in x, y(x) and its derivatives.
    answer : str
        In x (and c1, c2, ...); with y in it, an expression that is constant on every solution.
    variable : str
        What the problem calls x.

    Returns
    -------
    Opinion
        An integral is judged on the real line where the integrand is real, and in the complex
        plane if that is nowhere; a differential equation at real and complex points together.
    """
    try:
        source, target = compiled(problem, variable), compiled(answer)
    except UnreadableTextError as error:
        return Opinion("silent", str(error))
    if task == "integrate" and (names := source.names | target.names) > {"x"}:
        return Opinion("silent", f"{', '.join(sorted(names))} are given no values")
    with mpmath.workdps(_DIGITS):
        rng = random.Random(_SEED)
        real = list(_heard(task, source, target, rng, is_real=True))
        off = list(_heard(task, source, target, rng, is_real=False))
        if task == "integrate":
            real += _heard_far_and_near(source, target, rng)
    if task != "integrate":
        decisive = real + off
    else:
        decisive = real if len(real) >= LEAST_HEARD else off
    points = f"{sum(real)}/{len(real)} real, {sum(off)}/{len(off)} complex"
    if len(decisive) < LEAST_HEARD:
        return Opinion("silent", points)
    if all(decisive):
        return Opinion("agrees", points)
    return Opinion("partly" if any(decisive) else "differs", points, len(real) >= LEAST_HEARD and all(real))


Judge = Callable[[Number, random.Random], bool | None]
"""Says whether an answer holds at a point and at constants drawn there; None where it says nothing."""


def _heard(
    task: str, source: Function, target: Function, rng: random.Random, *, is_real: bool
) -> Iterator[bool]:
    """Yield, point by point, whether the answer holds there; points where it is undefined are passed."""
    if task == "integrate":
        judge = _slope_judge(source, target, is_real=is_real)
    elif "y" in target.names:
        if task != "ode1":
            return
        judge = _level_curve_judge(source, target, is_real=is_real)
    else:
        judge = _solution_judge(source, target, is_real=is_real)
    wanted = REAL_POINTS if is_real else COMPLEX_POINTS
    for _ in range(_TRIES):
        # Together with the constants, so that a no is asked for again at the same ones.
        point, seed = _point(rng, is_real=is_real), rng.getrandbits(64)
        try:
            heard = judge(point, random.Random(seed))
            if heard is False:
                # Large values that cancel leave no digit of a difference.
                with mpmath.workdps(_MANY_DIGITS):
                    heard = judge(point, random.Random(seed))
        except _UNDEFINED:
            continue
        if heard is not None:
            yield heard
            wanted -= 1
            if wanted == 0:
                return


def _heard_far_and_near(source: Function, target: Function, rng: random.Random) -> Iterator[bool]:
    """Yield whether a primitive holds at real points of unusual size, where that can be told."""
    for size in (sign * size for size in _FAR_AND_NEAR for sign in (-1, 1)):
        x = mpmath.mpf(size * rng.uniform(1.0, 3.0))
        try:
            coarse, fine = (_sides(source, target, x, digits) for digits in _FAR_DIGITS)
        except _UNDEFINED:
            continue
        # Where large values cancel, what is left is noise, another at every precision; and beside a
        # number of usual size, what is tiny is lost at any.
        is_sharp = all(_is_close(a, b) for a, b in zip(coarse, fine, strict=True))
        is_usual = all(_FAR_SIZES[0] < abs(side) < _FAR_SIZES[1] for side in fine)
        if is_sharp and is_usual and _is_real(fine[1]):
            yield _is_close(*fine)


def _sides(source: Function, target: Function, x: Number, digits: int) -> tuple[Number, Number]:
    """Return a primitive's slope and the integrand."""
    with mpmath.workdps(digits):
        return mpmath.diff(lambda t: target(x=t), x), source(x=x)


def _is_close(a: Number, b: Number) -> bool:
    return bool(
        mpmath.isfinite(a) and mpmath.isfinite(b) and abs(a - b) <= _FAR_TOLERANCE * (abs(a) + abs(b))
    )


def _point(rng: random.Random, *, is_real: bool) -> Number:
    size = rng.choice((0.6, 1.5, 4.0, 9.0))
    value = mpmath.mpf(rng.uniform(-size, size))
    return value if is_real else mpmath.mpc(value, rng.uniform(0.1, 1.0))


def _random_value(rng: random.Random, *, is_real: bool) -> Number:
    value = mpmath.mpf(rng.uniform(-1.0, 2.0))
    return value if is_real else mpmath.mpc(value, rng.uniform(-0.5, 0.5))


def _slope_judge(source: Function, target: Function, *, is_real: bool) -> Judge:
    """Compare the primitive's derivative with the integrand."""

    def judge(x: Number, _: random.Random) -> bool | None:
        if not is_real and not (source.is_analytic and target.is_analytic):
            return None
        value = source(x=x)
        if not mpmath.isfinite(value) or (is_real and not _is_real(value)):
            return None
        slope = mpmath.diff(lambda t: target(x=t), x)
        if not mpmath.isfinite(slope):
            return None
        return bool(abs(slope - value) <= _TOLERANCE * (abs(slope) + abs(value)))

    return judge


def _solution_judge(source: Function, target: Function, *, is_real: bool) -> Judge:
    """Put y and its derivatives, at random constants, into a differential equation."""

    def judge(x: Number, rng: random.Random) -> bool | None:
        if not is_real and not (source.is_analytic and target.is_analytic):
            return None
        constants = {name: _random_value(rng, is_real=is_real) for name in CONSTANTS}
        orders = [n for n, name in enumerate(UNKNOWNS) if n < 3 or name in source.names]
        values = {UNKNOWNS[n]: mpmath.diff(lambda t: target(x=t, **constants), x, n) for n in orders}
        return _is_zero(source, {"x": x, **values})

    return judge


def _level_curve_judge(source: Function, target: Function, *, is_real: bool) -> Judge:
    """Put the slope of a level curve into a first-order equation."""

    def judge(x: Number, rng: random.Random) -> bool | None:
        if not is_real and not (source.is_analytic and target.is_analytic):
            return None
        y = _random_value(rng, is_real=is_real)
        across = mpmath.diff(lambda t: target(x=t, y=y), x)
        slope = -across / mpmath.diff(lambda t: target(x=x, y=t), y)
        return _is_zero(source, {"x": x, "y": y, "y'": slope})

    return judge


def _is_zero(residual: Function, values: dict[str, Number]) -> bool | None:
    """Whether a residual is tiny beside what it becomes when any one of its arguments moves a little.

    Terms are not at hand here, so this is how the size of what cancels is known.
    """
    zero = residual(**values)
    scale = mpmath.mpf(0)
    for name, value in values.items():
        moved = residual(**{**values, name: value * (1 + _STEP) + _STEP})
        scale += abs(moved - zero) / _STEP
    if not mpmath.isfinite(scale) or not mpmath.isfinite(zero) or scale == 0:
        return None
    return bool(abs(zero) <= _TOLERANCE * scale)


def _is_real(value: Number) -> bool:
    return bool(abs(mpmath.im(value)) <= _REAL_TOLERANCE * abs(value))
