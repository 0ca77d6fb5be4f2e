"""Values of a definite integral by a primitive, in a worker: differences that quadrature agrees with."""

from __future__ import annotations

import math
from contextlib import suppress
from fractions import Fraction

from flint import acb, arb

from symmath.deadline import Deadline
from symmath.errors import NoSolutionError, PrefixError
from symmath.expr.balls import constant, working_precision
from symmath.expr.balls import evaluate as evaluate_balls
from symmath.expr.breaks import troubles
from symmath.expr.bridge import SympyExpr, to_sympy
from symmath.expr.cuts import cuts
from symmath.expr.prefix import Tokens, decode
from symmath.solve.enclosure import (
    agrees,
    ball,
    decimals,
    differences,
    in_decimals,
    integral_of,
    magnitude,
    numeric,
)
from symmath.solve.improper import without_quadrature
from symmath.solve.pieces import find_jumps, named, sum_over_jumps
from symmath.solve.quadrature import BITS, Integral, NotConvergedError, Quadrature, function_of

QUADRATURE_SHARE = 0.5
JUMPS_SHARE = 0.3
_LARGEST_DENOMINATOR = 1000
_NEAR, _NOTHING = 1e-9, arb(10) ** -60


def evaluate(
    problem: Tokens,
    answer: Tokens,
    name: str,
    lower: SympyExpr,
    upper: SympyExpr,
    is_proved: bool,
    seconds: float,
) -> tuple[SympyExpr, str, str, str]:
    """Return the exact value, its decimals, those of quadrature, and the integral's scale, "0" if unknown.

    See `definite`.
    """
    import sympy

    deadline = Deadline.after(QUADRATURE_SHARE * seconds)
    bits = BITS + max(magnitude(lower), magnitude(upper))
    with working_precision(bits):
        low, high = ball(lower), ball(upper)
        if lower == upper:
            with suppress(PrefixError):
                at = acb(low)
                if not at.is_finite() or evaluate_balls(problem, {"x": constant(at, 1)}, 1)[0].is_finite():
                    return sympy.Integer(0), "0", "0", "0"
            raise NoSolutionError("the integrand has no value at the limits, which are one point")
        if low > high:
            expr, value, shown, scale = evaluate(problem, answer, name, upper, lower, is_proved, seconds)
            return -expr, _negated(value), _negated(shown), scale
        variable, primitive = sympy.Symbol(name), to_sympy(decode(answer), name)
        try:
            integral = integral_of(decode(problem), low, high, deadline)
        except NotConvergedError:
            expr = without_quadrature(answer, primitive, variable, (lower, upper), is_proved=is_proved)
            return expr, decimals(expr), "", "0"
        expr = _difference(primitive, variable, lower, upper, integral)
        if expr is None:
            quadrature = Quadrature(function_of(problem), Deadline.after(JUMPS_SHARE * seconds))
            expr = _in_pieces(primitive, variable, answer, (lower, upper), (low, high), integral, quadrature)
        shown = in_decimals(integral)
        return expr, decimals(expr), shown, integral.scale.mid().str(10, radius=False)


def _negated(decimals: str) -> str:
    return decimals.removeprefix("-") if decimals.startswith("-") or decimals in ("", "0") else "-" + decimals


def _difference(
    primitive: SympyExpr, variable: SympyExpr, lower: SympyExpr, upper: SympyExpr, integral: Integral
) -> SympyExpr | None:
    """Return a difference of the primitive's values that agrees with quadrature."""
    if lower.is_finite and upper.is_finite:
        # No limit need be found.
        plain = primitive.subs(variable, upper) - primitive.subs(variable, lower)
        if plain.is_number and agrees(plain, integral):
            return plain
    found = differences(primitive, variable, lower, upper)
    return next((difference for difference in found if agrees(difference, integral)), None)


def _exactly(place: float, answer: Tokens) -> arb:
    """Return the multiple of pi that is meant by a number, if something changes its branch there."""
    multiple = Fraction(place / math.pi).limit_denominator(_LARGEST_DENOMINATOR)
    exact = arb.pi() * multiple.numerator / multiple.denominator
    if abs(exact - place) < _NEAR * max(1.0, abs(place)):
        for _, argument in cuts(answer):
            with suppress(PrefixError):
                if abs(evaluate_balls(argument, {"x": constant(acb(exact), 1)}, 1)[0]) < _NOTHING:
                    return exact
    return arb(place)


def _in_pieces(
    primitive: SympyExpr,
    variable: SympyExpr,
    answer: Tokens,
    limits: tuple[SympyExpr, SympyExpr],
    balls: tuple[arb, arb],
    integral: Integral,
    quadrature: Quadrature,
) -> SympyExpr:
    """Return the sum of the differences of a primitive's values from jump to jump.

    Raises
    ------
    NoSolutionError
        If it can't be had exactly, or doesn't agree with quadrature.
    """
    import sympy

    function = function_of(answer)
    try:
        jumps = find_jumps(function, quadrature, *balls, integral.scale)
    except NoSolutionError:
        # Where branches change, or at inner poles, the primitive may jump, and the integrand have a corner.
        low, high = balls
        found = troubles(answer, between=(float(low), float(high)))
        places = (_exactly(place, answer) for place in found.places)
        jumps = [place for place in places if low < place < high]
    between = sum_over_jumps(primitive, variable, function, jumps, numeric)
    ends = [end for end in differences(primitive, variable, *limits) if numeric(end) is not None]
    for difference in ends:
        if agrees(difference + between, integral):
            return difference + between
    if not ends:
        # Quadrature has a value, so there is a limit; SymPy finds none, or infinity less infinity.
        raise NotConvergedError("the primitive's limit is not found")
    raise NoSolutionError(
        f"the primitive's values give {sympy.N(ends[0] + between, 15)}, quadrature "
        f"{integral.value.real.str(15, radius=False)}: "
        + (f"it jumps at x = {named(jumps)}" if jumps else "it may jump between the limits")
    )
