"""Integrals that are zero since a reflection of the range turns the integrand into its negative."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flint import acb, arb

from symmath.expr.prefix import Tokens
from symmath.solve.quadrature import function_of
from symmath.verification.points import random_source

POINTS = 12
_NONE = arb(2) ** -200
"""Beside a value, what two that cancel may leave of it."""
Reflection = Callable[[arb], tuple[arb, arb]]


def is_odd(integrand: Tokens, low: arb, high: arb) -> bool:
    """Whether one half of an integral is the negative of the other, seen at random points.

    By x -> a + b - x between finite limits, -x on the line, 1/x from 0 to infinity.
    """
    function, rng = function_of(integrand), random_source(integrand)
    for reflect in _reflections(low, high):
        pairs = []
        for _ in range(POINTS):
            share = arb(rng.randint(1, 2**60)) / arb(2) ** 60
            x = low + (high - low) * share if high.is_finite() and low.is_finite() else share / (1 - share)
            image, slope = reflect(x)
            pairs.append((function(acb(x), False).real, slope * function(acb(image), False).real))
        if all(first.is_finite() and abs(first + second) < _NONE * abs(first) for first, second in pairs):
            return True
    return False


def _reflections(low: arb, high: arb) -> Iterator[Reflection]:
    """Yield reflections of a range with the sizes of their slopes."""
    if low.is_finite() and high.is_finite():
        yield lambda x: (low + high - x, arb(1))
    elif not low.is_finite() and not high.is_finite():
        yield lambda x: (-x, arb(1))
    elif low == 0:
        yield lambda x: (1 / x, 1 / x**2)
