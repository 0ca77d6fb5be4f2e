"""Check that a solution meets initial conditions, on the branch that is taken there.

A family of solutions can solve an equation on one branch of a root and meet a condition on another;
so the equation is looked at beside the initial point itself, on the real line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import cycle, product

import symengine
from flint import acb, arb

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import constant, evaluate, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.conditions import Condition, Term, highest_order, points_of
from symmath.expr.operators import BESSEL, CONSTANTS_OF_INTEGRATION, SYMBOL_EXPRS, Expr, X, parameters_in
from symmath.expr.prefix import Tokens
from symmath.expr.special import slope_of
from symmath.verification.check import Sample
from symmath.verification.equations import (
    derivative_at,
    differentiable,
    implicit_slopes,
    is_constant_solution,
    judge_zero,
    order_in,
    with_derivatives,
)
from symmath.verification.parameters import with_numbers

_BITS, _AGREEING_BITS = 1200, 100
"""Beside a point, at `_CORNER`, ``cos(x)/x - sin(x)/x**2`` loses 600; its second derivative more."""
_STEPS = (1.37 * 2.0**-20, 1.21 * 2.0**-12)
"""How far beside the point: a solution may live on a short interval only."""
_CORNER = 2.0**-300
_SIZES = (
    (731, 1922, 3414, 577, 2617, 1208),
    (1922, 731, 284, 4190, 437, 2294),
    (5130, 371, 1283, 2714, 629, 3857),
    (371, 5130, 863, 1489, 3166, 541),
    (11700, 3290, 7121, 619, 2903, 4451),
)
"""Of the parameters, in units of 1/1009: any two come in both orders, and beyond a half-turn."""
_MAX_SIGNS = 4
"""Parameters whose signs are chosen freely; others take these again."""
_CONSTANTS = dict(zip(CONSTANTS_OF_INTEGRATION, map(acb, (0.8125, -1.3125, 0.4375, -0.6875)), strict=True))
"""Values of constants that the conditions leave free."""
_Y, _DY, _DDY = (SYMBOL_EXPRS[name] for name in ("y", "y'", "y''"))


def meets(equation: Expr, answer: Expr, conditions: Sequence[Condition]) -> bool:
    """Check that an answer takes the values asked for, and solves the equation beside them.

    Parameters
    ----------
    equation : Expr
        In x, y and its derivatives; it should vanish.
    answer : Expr
        y in x; or, if it holds y, an expression that vanishes on the solution's curve.
    conditions : sequence of Condition

    Returns
    -------
    bool
        Whether it does at all numbers tried for the parameters, if there are any, at which the equation
        is real; and at one at least.
    """
    sides = [
        *points_of(conditions),
        *(side for c in conditions for side in (c.value, *(term.factor for term in c.others))),
    ]
    judge = _on_curve if _Y in answer.free_symbols else _explicit
    said: list[Sample] = []
    for numbers in _draws(parameters_in(equation, answer, *sides)):
        try:
            asked = [_with_numbers(c, numbers) for c in conditions]
            with working_precision(_BITS * max(1, highest_order(conditions))):
                found = with_numbers(answer, numbers)
                if numbers and judge is _explicit and not _is_real_beside(found, asked):
                    # With -1 for H, (sqrt(H) - x)**2 is on another branch of what is not asked for.
                    said.append(Sample.OUTSIDE)
                    continue
                said.append(judge(with_numbers(equation, numbers), found, asked))
        except (UnsupportedError, PrefixError, RuntimeError):
            said.append(Sample.SILENT)
        if said[-1] is Sample.DIFFERS:
            return False
    return Sample.AGREES in said


def _with_numbers(condition: Condition, numbers: Mapping[str, Expr]) -> Condition:
    others = tuple(
        Term(with_numbers(factor, numbers), order, with_numbers(point, numbers))
        for factor, order, point in condition.others
    )
    point, value = with_numbers(condition.point, numbers), with_numbers(condition.value, numbers)
    return Condition(condition.order, point, value, others)


def _draws(parameters: Sequence[Expr]) -> Iterator[Mapping[str, Expr]]:
    """Yield numbers for the parameters by name, of all signs and several sizes."""
    if not parameters:
        yield {}
        return
    for sizes in _SIZES:
        for signs in product((1, -1), repeat=min(len(parameters), _MAX_SIGNS)):
            yield {
                str(p): symengine.Rational(sign * size, 1009)
                for p, sign, size in zip(parameters, cycle(signs), sizes, strict=False)
            }


def _is_real_beside(answer: Expr, conditions: Sequence[Condition]) -> bool:
    """Whether a function is real on one side at least of every point where a real value is asked for."""
    tokens = canonical_tokens(answer)
    for at, given in ((term.point, c.value) for c in conditions for term in c.terms):
        point, value = _number(at), _number(given)
        if not (point.imag.contains(0) and value.imag.contains(0)):
            continue
        beside = (point + side * _STEPS[0] for side in (1, -1))
        places = ({**_CONSTANTS, "x": x} for x in beside)
        values = [
            evaluate(tokens, {name: constant(value, 1) for name, value in place.items()}, 1)[0]
            for place in places
        ]
        if all(value.is_finite() and not value.imag.contains(0) for value in values):
            return False
    return True


def _number(e: Expr) -> acb:
    return evaluate(canonical_tokens(e), {}, 1)[0]


def _explicit(equation: Expr, answer: Expr, conditions: Sequence[Condition]) -> Sample:
    source, target = canonical_tokens(equation), canonical_tokens(answer)
    sides = [[_is_met(answer, target, condition, side) for condition in conditions] for side in (1, -1)]
    if not any(map(all, sides)):
        return Sample.DIFFERS
    if not all(map(all, sides)):
        # sqrt(x)*besselj(-1/4, x**2/2) is a solution for positive x only, and has a slope at zero.
        other = -1 if all(sides[0]) else 1
        if not all(
            _is_complex(target, _number(point) + other * _STEPS[0]) for point in points_of(conditions)
        ):
            return Sample.DIFFERS
    if is_constant_solution(equation, answer):
        return Sample.AGREES
    beside = [_beside(source, target, _number(point)) for point in points_of(conditions)]
    return next((s for s in beside if s is not Sample.AGREES), Sample.AGREES)


def _is_met(answer: Expr, target: Tokens, condition: Condition, side: int) -> bool:
    """Whether a condition is met, by limits from one side where an answer has no value at the point."""
    left = acb(0)
    for factor, order, point in condition.terms:
        is_limit = _holds_zero_power(answer, point)
        left += _number(factor) * _reached(target, _number(point), order, side, is_limit=is_limit)
    return judge_zero(left - _number(condition.value), _AGREEING_BITS) is Sample.AGREES


def _is_complex(answer: Tokens, point: acb) -> bool:
    place = {"x": constant(point, 1), **{name: constant(c, 1) for name, c in _CONSTANTS.items()}}
    value = evaluate(answer, place, 1)[0]
    return bool(value.is_finite() and not value.imag.contains(0))


def _holds_zero_power(answer: Expr, point: Expr) -> bool:
    """Whether there zero has a negative exponent or a fraction, or log or a Bessel function is of zero."""
    powers = (p.args for p in answer.atoms(symengine.Pow))
    bases = [base for base, n in powers if n.is_Rational and (n < 0 or not n.is_Integer)]
    bases += [logarithm.args[0] for logarithm in answer.atoms(symengine.log)]
    bases += [f.args[1] for f in answer.atoms(symengine.FunctionSymbol) if f.get_name() in BESSEL]
    return any(base.subs({X: point}) == 0 for base in bases)


def _reached(answer: Tokens, point: acb, order: int, side: int, *, is_limit: bool) -> acb:
    """Return a derivative's value at a point; at a corner, or if it may be a limit, one close by, widened.

    Limits are values at the ends of roots, and those of ``sin(x)/x`` at 0, where a solution goes on.
    """

    def at(place: acb) -> acb:
        return derivative_at(answer, {**_CONSTANTS, "x": place}, order)

    with suppress(PrefixError):
        value = at(point)
        if value.is_finite() or not is_limit:
            return value
    change = acb(arb(0, 2.0**-140), arb(0, 2.0**-140))
    return at(point + side * _CORNER) + change


def _beside(source: Tokens, target: Tokens, point: acb) -> Sample:
    """Say whether the equation holds on one side of a point at least, and is real there."""
    sides = [[_at(source, target, point + side * step) for step in _STEPS] for side in (1, -1)]
    if any(all(s is Sample.AGREES for s in side) for side in sides):
        return Sample.AGREES
    return Sample.DIFFERS if any(Sample.DIFFERS in side for side in sides) else Sample.SILENT


def _at(source: Tokens, target: Tokens, point: acb) -> Sample:
    """Judge at a point; outside, where the solution of a real equation is complex."""
    try:
        values = with_derivatives(target, {**_CONSTANTS, "x": point}, order_in(source))
        sample = judge_zero(evaluate(source, values, 1)[0], _AGREEING_BITS)
    except PrefixError:
        return Sample.SILENT
    is_real = "I" in source or all(values[name][0].imag.contains(0) for name in ("y", "y'"))
    return sample if is_real or sample is Sample.DIFFERS else Sample.OUTSIDE


def _on_curve(equation: Expr, answer: Expr, conditions: Sequence[Condition]) -> Sample:
    """Judge the curve at the point itself, where it has to be the graph of a function."""
    if any(c.others for c in conditions):
        return Sample.SILENT
    (condition,) = [c for c in conditions if c.order == 0]
    place = {"x": _number(condition.point), "y": _number(condition.value), **_CONSTANTS}
    environment = {name: constant(value, 1) for name, value in place.items()}
    phi = differentiable(answer)
    height, upward = (evaluate(canonical_tokens(e), environment, 1)[0] for e in (phi, slope_of(phi, _Y)))
    if judge_zero(height, _AGREEING_BITS) is not Sample.AGREES:
        return Sample.DIFFERS
    if not upward.is_finite() or upward.contains(0):
        return Sample.DIFFERS
    slope, curvature = implicit_slopes(phi)
    for asked in (c for c in conditions if c.order):
        if asked.order > 2:
            return Sample.SILENT
        reached = evaluate(canonical_tokens((slope, curvature)[asked.order - 1]), environment, 1)[0]
        if judge_zero(reached - _number(asked.value), _AGREEING_BITS) is not Sample.AGREES:
            return Sample.DIFFERS
    residual = canonical_tokens(equation.xreplace({_DY: slope, _DDY: curvature}))
    return judge_zero(evaluate(residual, environment, 1)[0], _AGREEING_BITS)
