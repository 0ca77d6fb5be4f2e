"""What else an equation falls into: y'^2 = 1 is y' = 1 or y' = -1, and c1 + x solves the first only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from flint import acb, acb_series

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import constant, evaluate, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import PARAMETERS, Expr
from symmath.expr.prefix import Tokens
from symmath.odes.equation import DDY, DY, holds_symbol
from symmath.odes.first_order import slopes

MAX_BRANCHES = 4
_BITS = 128
_PLACES = (-4.0703125, -1.6796875, -0.7109375, 0.3203125, 0.7265625, 1.4140625, 2.8671875, 5.3984375)
_CONSTANTS = (
    (0.8828125, -1.3359375),
    (-1.3359375, 2.2734375),
    (-3.4453125, 0.4609375),
    (2.2734375, 3.5546875),
)
_SIZES = (0.7314453125, 1.9228515625)
"""Of the parameters, as places are of x and constants of c1 and c2: what no equation was made for."""


def unmet(equation: Expr, answer: Expr, order: int) -> list[Expr]:
    """Return the equations that an equation falls into and an explicit answer solves nowhere.

    Parameters
    ----------
    equation : Expr
        In x, y and its derivatives; it should vanish.
    answer : Expr
        y in x and constants. (2*sqrt(x) + c1)^2 solves both y' = 2*sqrt(y/x) and y' = -2*sqrt(y/x), one of
        them where the root is negative.
    order : int
        Of the equation, 1 or 2.

    Returns
    -------
    list of Expr
        ``y' - f(x, y)`` or ``y'' - f(x, y, y')`` each; none if the equation doesn't fall into such, or not
        provably so, or the answer can't be evaluated.
    """
    top = DY if order == 1 else DDY
    try:
        found = dict.fromkeys(slopes(equation, top))
        if not 1 < len(found) <= MAX_BRANCHES or any(holds_symbol(f, top) for f in found):
            return []
        tokens = canonical_tokens(answer)
        spelled = {f: canonical_tokens(f) for f in found}
        with working_precision(_BITS):
            points = list(_points(tokens, order))
            return [top - f for f in found if _is_unmet(spelled[f], points, str(top))]
    except (UnsupportedError, PrefixError):
        return []


def _points(answer: Tokens, order: int) -> Iterator[dict[str, acb]]:
    """Yield x, y and its derivatives at the places where the answer has real values; anywhere if none has."""
    found = []
    for place, constants in product(_PLACES, _CONSTANTS):
        values = dict(zip(("c1", "c2"), map(acb, constants), strict=True))
        values |= dict(zip(PARAMETERS, map(acb, _SIZES), strict=True))
        environment = {name: constant(value, order + 1) for name, value in values.items()}
        series = evaluate(answer, {**environment, "x": acb_series([place, 1], prec=order + 1)}, order + 1)
        derivatives = [series[0], series[1], 2 * series[2] if order == 2 else acb(0)]
        if all(value.is_finite() for value in derivatives):
            found.append(
                {**values, "x": acb(place), **dict(zip(("y", "y'", "y''"), derivatives, strict=True))}
            )
    real = [p for p in found if _is_real(p["y"]) and _is_real(p["y'"])]
    yield from real or found


def _is_unmet(f: Tokens, points: Sequence[dict[str, acb]], top: str) -> bool:
    """Whether y' = f holds at none of the points, where it is real as the solution is."""
    values = [evaluate(f, {name: constant(v, 1) for name, v in p.items()}, 1)[0] for p in points]
    known = [(p, value) for p, value in zip(points, values, strict=True) if value.is_finite()]
    is_met = any((value - p[top]).contains(0) for p, value in known)
    return not is_met and any(_is_real(value) or not _is_real(p["y"]) for p, value in known)


def _is_real(value: acb) -> bool:
    return bool(value.imag.contains(0))
