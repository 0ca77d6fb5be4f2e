"""What a function approaches at points where it has no value, or far away, and whether it goes on between."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

import symengine
from flint import acb, arb

from symmath.errors import PrefixError
from symmath.expr.balls import constant, evaluate
from symmath.expr.breaks import troubles
from symmath.expr.conditions import is_infinite
from symmath.expr.operators import BESSEL, Expr, X
from symmath.expr.prefix import Tokens
from symmath.verification.check import Sample
from symmath.verification.equations import derivative_at, judge_zero

_BESIDE = (2.0**-200, 2.0**-240, 2.0**-280, 2.0**-300)
_FAR = (1.37 * 2.0**880, 1.93 * 2.0**920, 1.21 * 2.0**960, 1.63 * 2.0**1000)
"""Ever nearer to a limit, and where what approaches one like a power of x is near it."""
_SHRINKING, _STAYING = 0.9, 0.99
_DISTANCES = (1e-3, 1e-6, 1e-9)
"""From a place where a function may have a pole, a logarithm's end or a jump."""
_GROWING, _JUMP = 0.8, 0.01
_PARTS, _EXTENT = 17, 100.0
"""Parts of the way between two points, at whose ends a function has to be real; how far infinity is."""


def approach(
    answer: Expr, target: Tokens, order: int, point: Expr, place: acb, side: int, constants: Mapping[str, acb]
) -> list[acb]:
    """Return a derivative's value at a point, alone; or without one, values ever nearer to it.

    Parameters
    ----------
    answer, target : Expr, Tokens
        The same.
    order : int
    point, place : Expr, acb
        The same; of infinity the number is not used.
    side : int
        From which side values are taken, 1 or -1.
    constants : mapping of str to acb
        Values of the constants of integration.
    """

    def at(x: acb) -> acb:
        return derivative_at(target, {**constants, "x": x}, order)

    if is_infinite(point):
        return [at((1 if point == symengine.oo else -1) * acb(x)) for x in _FAR]
    with suppress(PrefixError):
        value = at(place)
        if value.is_finite() or not _may_be_limit(answer, point):
            return [value]
    return [at(place + side * step) for step in _BESIDE]


def _may_be_limit(answer: Expr, point: Expr) -> bool:
    """Whether there zero has a negative exponent or a fraction, or log or a Bessel function is of zero."""
    powers = (p.args for p in answer.atoms(symengine.Pow))
    bases = [base for base, n in powers if n.is_Rational and (n < 0 or not n.is_Integer)]
    bases += [logarithm.args[0] for logarithm in answer.atoms(symengine.log)]
    bases += [f.args[1] for f in answer.atoms(symengine.FunctionSymbol) if f.get_name() in BESSEL]
    return any(base.subs({X: point}) == 0 for base in bases)


def judge_limit(distances: Sequence[acb], bits: int) -> Sample:
    """Say whether values, less what they should approach, go to zero.

    Parameters
    ----------
    distances : sequence of acb
        One, if it is to be zero, or several in turn.
    bits : int
        The last has to be smaller than as many say.

    Returns
    -------
    Sample
        Silent where they shrink, but slowly: like a root of low degree, or a logarithm's inverse.
    """
    if len(distances) == 1:
        return judge_zero(distances[0], bits)
    sizes = [abs(distance) for distance in distances]
    if not all(size.is_finite() for size in sizes):
        return Sample.SILENT
    is_small = sizes[-1].upper() * arb(2) ** bits < 1
    shrinks = all(b.upper() < _SHRINKING * a.upper() for a, b in zip(sizes, sizes[1:], strict=False))
    if is_small and (shrinks or sizes[-1].contains(0)):
        return Sample.AGREES
    stays = sizes[-1].lower() > _STAYING * sizes[0].upper()
    return Sample.DIFFERS if stays else Sample.SILENT


def goes_on(target: Tokens, low: float, high: float, constants: Mapping[str, acb]) -> bool:
    """Whether a function is seen to be real, and to have neither pole nor jump, between two numbers.

    Parameters
    ----------
    target : Tokens
        y in x.
    low, high : float
        One of them, or both, may be infinite.
    constants : mapping of str to acb
        Values of the constants of integration.
    """

    def at(x: float) -> acb | None:
        place = {name: constant(value, 1) for name, value in {**constants, "x": acb(x)}.items()}
        try:
            value = evaluate(target, place, 1)[0]
        except PrefixError:
            return None
        return value if value.is_finite() else None

    places = (place for place in troubles(target, (low, high)).places if low < place < high)
    if any(_is_broken(at, place) for place in places):
        return False
    values = map(at, _between(low, high))
    return not any(value is not None and not value.imag.contains(0) for value in values)


def _is_broken(at: Callable[[float], acb | None], place: float) -> bool:
    """Whether values grow towards a place like a power's or a logarithm's, or differ on its sides."""
    nearest: list[acb] = []
    for side in (1, -1):
        values = [at(place + side * distance * max(1.0, abs(place))) for distance in _DISTANCES]
        far, middle, near = values
        if far is None or middle is None or near is None:
            continue
        change, last = abs(middle - far), abs(near - middle)
        if last.lower() > _GROWING * change.upper():
            return True
        nearest.append(near)
    if len(nearest) < 2:
        return False
    return bool(abs(nearest[0] - nearest[1]).lower() > _JUMP * (1 + abs(nearest[0]).upper()))


def _between(low: float, high: float) -> Iterator[float]:
    """Yield places between two numbers; towards infinity, as far as `_EXTENT` from the other one."""
    if math.isinf(low):
        low = (0.0 if math.isinf(high) else high) - _EXTENT
    if math.isinf(high):
        high = low + _EXTENT
    yield from (low + (high - low) * k / _PARTS for k in range(1, _PARTS))
