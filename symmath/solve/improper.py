"""Definite integrals on which quadrature is too slow: of what oscillates for ever, or grows at an end."""

from __future__ import annotations

from itertools import pairwise

import symengine
from flint import acb, arb

from symmath.errors import NoSolutionError
from symmath.expr.breaks import troubles
from symmath.expr.bridge import SympyExpr
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import Tokens, decode
from symmath.solve.enclosure import ball, differences, numeric
from symmath.solve.pieces import values_beside
from symmath.solve.quadrature import Function, NotConvergedError, function_of

_STEPS = (4, 8, 12)
"""Powers of ten by which a primitive is looked at on its way to a limit."""
_LEAST = arb(10) ** -15
_WAVE, _STILL = 7, 0.01
"""Neighbouring places at which values are compared, and a spread that is none beside another."""
_CONTINUOUS = (
    symengine.sin,
    symengine.cos,
    symengine.sinh,
    symengine.cosh,
    symengine.tanh,
    symengine.asinh,
    symengine.atan,
    symengine.Abs,
)
_ENTIRE = ("erf", "erfi", "Si", "Shi", "fresnels", "fresnelc")


def without_quadrature(
    answer: Tokens,
    primitive: SympyExpr,
    variable: SympyExpr,
    limits: tuple[SympyExpr, SympyExpr],
    *,
    is_proved: bool,
) -> SympyExpr:
    """Return the difference of a primitive's values where no jump or pole can be between them.

    Parameters
    ----------
    answer : Tokens
        The primitive.
    primitive, variable : SympyExpr
        The primitive again, and its variable.
    limits : pair of SympyExpr
    is_proved : bool
        Whether it is proved to be a primitive wherever the integrand is real.

    Raises
    ------
    NoSolutionError
        If there may be a jump or pole, or the primitive isn't seen to settle towards its value at a limit.
    """
    lower, upper = limits
    ends = ((upper, "-"), (lower, "+"))
    is_whole = is_proved and is_continuous_by_form(decode(answer))
    if is_whole or (is_proved and _is_continuous_between(answer, limits)):
        function = function_of(answer)
        above, below = (
            _settled(function, primitive, variable, *end)
            if end[0].is_infinite or not is_whole
            else function(acb(ball(end[0])), False)
            for end in ends
        )
        if above is not None and below is not None:
            for difference in differences(primitive, variable, lower, upper):
                value = numeric(difference)
                if value is not None and abs(value - (above - below)) < _LEAST * (1 + abs(value)):
                    return difference
    for at, side in ends:
        values = list(values_beside(primitive, variable, at, side))
        if any(value.is_infinite for value in values):
            raise NoSolutionError("the integral diverges: the primitive is infinite at a limit")
        # What dies away as slowly as 1/log(x) moves as far as can be seen.
        is_open = at.is_infinite and all(numeric(value) is None for value in values)
        if is_open and _keeps_moving(function_of(answer), 1 if at.is_extended_positive else -1):
            raise NoSolutionError(f"the integral diverges: the primitive has no limit at {at}")
    raise NotConvergedError("quadrature did not converge, so that the primitive's values can't be checked")


def is_continuous_by_form(e: Expr) -> bool:
    """Whether an expression is continuous on the real line because all its parts are."""
    if e.is_Number or e in (symengine.pi, symengine.E) or e == X:
        return not hasattr(e, "imaginary_part") or bool(e.is_Rational)
    if not all(map(is_continuous_by_form, e.args)):
        return False
    if type(e) is symengine.Pow:
        base, exponent = e.args
        is_positive = base in (symengine.E, symengine.pi) or (base.is_Rational and base > 0)
        return bool(is_positive or (exponent.is_Integer and exponent > 0))
    if type(e) is symengine.FunctionSymbol:
        return e.get_name() in _ENTIRE
    return isinstance(e, (symengine.Add, symengine.Mul, *_CONTINUOUS))


def _is_continuous_between(answer: Tokens, limits: tuple[SympyExpr, SympyExpr]) -> bool:
    """Whether all places where a primitive may be discontinuous are known, and none is between the limits."""
    found = troubles(answer)
    low, high = map(ball, limits)
    return found.is_complete and not any(low < place < high for place in map(arb, found.places))


def _keeps_moving(function: Function, sign: int) -> bool:
    """Whether values far out differ as much as those nearer, as those of a sine do."""
    spreads = []
    for power in _STEPS:
        values = [function(acb(sign * (arb(10) ** power + step)), False).real for step in range(_WAVE)]
        if not all(value.is_finite() for value in values):
            return False
        spreads.append(max(map(float, values)) - min(map(float, values)))
    return min(spreads) > _STILL * max(spreads) and min(spreads) > _STILL


def _settled(
    function: Function, primitive: SympyExpr, variable: SympyExpr, at: SympyExpr, side: str
) -> acb | None:
    """Return what SymPy gives as a limit, if values on the way there come nearer and nearer to it."""
    sign = 1 if side == "-" else -1
    steps = [arb(10) ** power for power in _STEPS]
    places = [sign * step for step in steps] if at.is_infinite else [ball(at) - sign / step for step in steps]
    values = [function(acb(place), False) for place in places]
    for limit in map(numeric, values_beside(primitive, variable, at, side)):
        distances = [abs(value - limit) for value in values] if limit is not None else []
        if distances and all(
            far.upper() < arb("0.1") * near.upper() or far.upper() < _LEAST
            for near, far in pairwise(distances)
        ):
            return limit
    return None
