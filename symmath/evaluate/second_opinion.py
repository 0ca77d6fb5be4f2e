"""A second opinion on an answer, by mpmath: no line of the verifier's own arithmetic is used.

Derivatives are finite differences of the value in high precision, points are random. It is slow and
proves nothing; it tells an error of the verifier from an edit that happens to be right, and so has to
be stricter than `second_check.py`: a point counts only if every term of a sum shows at it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import mpmath
from mpmath import mp

from symmath.expr.operators import DIGITS, SIGNS

_DIGITS_OF_PRECISION = 60
_AGREEING = 1e-20
_SHOWING = 1e15
_NOISE = (1e-12, 1e9)
_REAL_POINTS = 30
_COMPLEX_POINTS = 20
_SEED = 7
_MIN_AGREEING = 3

Number = Any
"""An mpmath number; mpmath ships no type hints."""


class Judgement(StrEnum):
    """What mpmath makes of an answer."""

    RIGHT = "right"
    IN_PART = "right on a part"
    WRONG = "wrong"
    UNKNOWN = "can't be evaluated"


def _sign(z: Number) -> Number:
    if mp.im(z) != 0 or z == 0:
        raise ValueError("the sign of a complex number")
    return mp.sign(z)


def _showing(b: Number, a: Number) -> Number:
    """Return b; a point at which one of two terms doesn't show beside the other is no evidence."""
    if a != 0 and b != 0:
        ratio = min(abs(a / b), abs(b / a))
        # What is left where equal terms cancelled is rounding noise, not a small term.
        is_noise = _NOISE[0] * mp.eps < ratio < _NOISE[1] * mp.eps
        if ratio * _SHOWING < 1 and not is_noise:
            raise ValueError("a term that doesn't show")
    return b


_UNARY: dict[str, Callable[[Number], Number]] = {
    "neg": lambda z: -z,
    "abs": lambda z: z * _sign(z),
    "sign": _sign,
    **{name: getattr(mp, name) for name in ("sqrt", "exp", "log", "sin", "cos", "tan", "asin", "acos")},
    **{name: getattr(mp, name) for name in ("atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh")},
}
_BINARY: dict[str, Callable[[Number, Number], Number]] = {
    "add": lambda a, b: a + _showing(b, a),
    "sub": lambda a, b: a - _showing(b, a),
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: mp.power(a, b),
}
_CONSTANTS: dict[str, Callable[[], Number]] = {
    "pi": lambda: +mp.pi,
    "E": lambda: +mp.e,
    "I": lambda: mp.mpc(0, 1),
}


def _value(tokens: Sequence[str], environment: Mapping[str, Number], start: int = 0) -> tuple[Number, int]:
    """Evaluate the subexpression at `start`; also return where it ends."""
    token, start = tokens[start], start + 1
    if token in SIGNS:
        end = start
        while end < len(tokens) and tokens[end] in DIGITS:
            end += 1
        return mp.mpf(int(token + "".join(tokens[start:end]))), end
    if token in _UNARY:
        inner, end = _value(tokens, environment, start)
        return _UNARY[token](inner), end
    if token in _BINARY:
        left, middle = _value(tokens, environment, start)
        right, end = _value(tokens, environment, middle)
        return _BINARY[token](left, right), end
    return (environment[token] if token in environment else _CONSTANTS[token]()), start


def _largest_term(tokens: Sequence[str], environment: Mapping[str, Number], start: int = 0) -> Number:
    """Return the largest absolute value among the terms of a sum, multiplied out."""
    token = tokens[start]
    if token in ("add", "sub", "mul", "div"):
        _, middle = _value(tokens, environment, start + 1)
        left = _largest_term(tokens, environment, start + 1)
        if token == "div":
            return left / abs(_value(tokens, environment, middle)[0])
        right = _largest_term(tokens, environment, middle)
        return left * right if token == "mul" else max(left, right)
    if token == "neg":
        return _largest_term(tokens, environment, start + 1)
    return abs(_value(tokens, environment, start)[0])


def _judge(is_zero: Callable[[Number, random.Random], bool]) -> Judgement:
    """Ask at random points, first real, then complex ones."""
    rng = random.Random(_SEED)
    real = [mp.mpf(rng.uniform(-6, 6)) for _ in range(_REAL_POINTS)]
    points = real + [mp.mpc(rng.uniform(-2, 2), rng.uniform(-2, 2)) for _ in range(_COMPLEX_POINTS)]
    votes: list[bool] = []
    with mpmath.workdps(_DIGITS_OF_PRECISION):
        for point in points:
            try:
                votes.append(is_zero(point, rng))
            except (ValueError, ZeroDivisionError, OverflowError):
                continue
    if not votes:
        return Judgement.UNKNOWN
    if all(votes):
        return Judgement.RIGHT
    return Judgement.IN_PART if sum(votes) >= _MIN_AGREEING else Judgement.WRONG


def _is_small(difference: Number, scale: Number) -> bool:
    if not mp.isfinite(difference) or not mp.isfinite(scale):
        raise ValueError("not finite")
    return bool(abs(difference) <= _AGREEING * scale)


def judge_integral(integrand: Sequence[str], answer: Sequence[str]) -> Judgement:
    """Compare the finite difference of an answer with the integrand, both as prefix tokens."""

    def is_zero(point: Number, rng: random.Random) -> bool:
        value = _value(integrand, {"x": point})[0]
        slope = mp.diff(lambda x: _value(answer, {"x": x})[0], point)
        return _is_small(slope - value, max(abs(slope), abs(value)))

    return _judge(is_zero)


def judge_ode(equation: Sequence[str], answer: Sequence[str]) -> Judgement:
    """Put an explicit answer y(x, c1, c2) and its finite differences into an equation."""
    order = 2 if "y''" in equation else 1

    def is_zero(point: Number, rng: random.Random) -> bool:
        constants = {name: mp.mpf(rng.uniform(0.1, 2)) for name in ("c1", "c2")}

        def y(x: Number) -> Number:
            return _value(answer, {"x": x, **constants})[0]

        environment = {"x": point, "y": y(point), "y'": mp.diff(y, point)}
        if order == 2:
            environment["y''"] = mp.diff(y, point, 2)
        return _is_small(_value(equation, environment)[0], _largest_term(equation, environment))

    return _judge(is_zero)
