"""Check that a solution meets initial conditions, on the branch that is taken there.

A family of solutions can solve an equation on one branch of a root and meet a condition on another;
so the equation is looked at beside the initial point itself, on the real line.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, product

import symengine
from flint import acb

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import constant, evaluate, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.conditions import Condition, Term, highest_order, is_infinite, points_of
from symmath.expr.operators import CONSTANTS_OF_INTEGRATION, SYMBOL_EXPRS, Expr, parameters_in
from symmath.expr.prefix import Tokens
from symmath.expr.special import slope_of
from symmath.verification.check import Sample
from symmath.verification.equations import (
    differentiable,
    implicit_slopes,
    is_constant_solution,
    judge_zero,
    order_in,
    with_derivatives,
)
from symmath.verification.limits import approach, goes_on, judge_limit
from symmath.verification.parameters import with_numbers

_FEW_BITS, _BITS, _AGREEING_BITS = 320, 1200, 100
"""The more are for what the few don't show.

Close beside a point, ``cos(x)/x - sin(x)/x**2`` loses 600; its second derivative more.
"""
_STEPS = (1.37 * 2.0**-20, 1.21 * 2.0**-12)
"""How far beside the point: a solution may live on a short interval only."""
_SIZES = (
    (731, 1922, 3414, 577, 2617, 1208),
    (1922, 731, 284, 4190, 437, 2294),
    (5130, 371, 1283, 2714, 629, 3857),
    (371, 5130, 863, 1489, 3166, 541),
    (11700, 3290, 7121, 619, 2903, 4451),
)
"""Of the parameters, in units of 1/1009: any two come in both orders, and beyond a half-turn."""
_FEW_SIGNS = 4
_MAX_SIGNS = 4
"""Parameters whose signs are chosen freely; others take these again."""
_CONSTANTS = dict(zip(CONSTANTS_OF_INTEGRATION, map(acb, (0.8125, -1.3125, 0.4375, -0.6875)), strict=True))
"""Values of constants that the conditions leave free."""
_Y, _DY, _DDY = (SYMBOL_EXPRS[name] for name in ("y", "y'", "y''"))


def meets(equation: Expr, answer: Expr, conditions: Sequence[Condition]) -> bool:
    """Whether an answer is seen to take the values asked for; see `judge`."""
    return judge(equation, answer, conditions) is Sample.AGREES


def judge(equation: Expr, answer: Expr, conditions: Sequence[Condition]) -> Sample:
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
    Sample
        Agrees if it does at all numbers tried for the parameters, if there are any, at which the equation
        is real, and at one at least; differs if it doesn't at one; else silent.
    """
    sides = [
        *points_of(conditions, are_finite=True),
        *(side for c in conditions for side in (c.value, *(term.factor for term in c.others))),
    ]
    said: list[Sample] = []
    precisions = _FEW_BITS, _BITS * max(1, highest_order(conditions))
    for numbers in _draws(parameters_in(equation, answer, *sides)):
        for bits in precisions:
            with working_precision(bits):
                told = _judge_at(numbers, equation, answer, conditions)
            if told is Sample.AGREES or (told is Sample.OUTSIDE and bits == _FEW_BITS):
                break
        if told is Sample.DIFFERS:
            return Sample.DIFFERS
        said.append(told)
    return Sample.AGREES if Sample.AGREES in said else Sample.SILENT


def _judge_at(
    numbers: Mapping[str, Expr], equation: Expr, answer: Expr, conditions: Sequence[Condition]
) -> Sample:
    """Judge at numbers for the parameters; outside, where no real answer is at points with real values."""
    judge_one = _on_curve if _Y in answer.free_symbols else _explicit
    try:
        asked = [_with_numbers(c, numbers) for c in conditions]
        found = with_numbers(answer, numbers)
        if numbers and judge_one is _explicit and not _is_real_beside(found, asked):
            # With -1 for H, (sqrt(H) - x)**2 is on another branch of what is not asked for.
            return Sample.OUTSIDE
        return judge_one(with_numbers(equation, numbers), found, asked)
    except (UnsupportedError, PrefixError, RuntimeError):
        return Sample.SILENT


def _with_numbers(condition: Condition, numbers: Mapping[str, Expr]) -> Condition:
    def at(point: Expr) -> Expr:
        return point if is_infinite(point) else with_numbers(point, numbers)

    others = (Term(with_numbers(factor, numbers), order, at(x)) for factor, order, x, _ in condition.others)
    value = with_numbers(condition.value, numbers)
    return Condition(condition.order, at(condition.point), value, tuple(others))


def _draws(parameters: Sequence[Expr]) -> Iterator[Mapping[str, Expr]]:
    """Yield numbers for the parameters by name, of all signs and several sizes."""
    if not parameters:
        yield {}
        return
    all_signs = list(product((1, -1), repeat=min(len(parameters), _MAX_SIGNS)))
    for i, signs in enumerate(all_signs):
        # Of many signs, those that aren't all positive come with two of the sizes in turn.
        few = [_SIZES[i % len(_SIZES)], _SIZES[(i + 2) % len(_SIZES)]]
        for sizes in few if len(all_signs) > _FEW_SIGNS and i else _SIZES:
            yield {
                str(p): symengine.Rational(sign * size, 1009)
                for p, sign, size in zip(parameters, cycle(signs), sizes, strict=False)
            }


def _is_real_beside(answer: Expr, conditions: Sequence[Condition]) -> bool:
    """Whether a function is real on one side at least of every point where a real value is asked for."""
    tokens = canonical_tokens(answer)
    for at, given in ((term.point, c.value) for c in conditions for term in c.terms):
        if is_infinite(at):
            continue
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
    sides = [[_judge_condition(answer, target, c, side) for c in conditions] for side in (1, -1)]
    is_met = [all(sample is Sample.AGREES for sample in samples) for samples in sides]
    finite = [_number(point) for point in points_of(conditions, are_finite=True)]
    # sqrt(x)*besselj(-1/4, x**2/2) is a solution for positive x only, and has a slope at zero.
    other = -1 if is_met[0] else 1
    is_one_sided = any(is_met) and all(_is_complex(target, x + other * _STEPS[0]) for x in finite)
    if not (all(is_met) or is_one_sided):
        unmet = [samples for samples, met in zip(sides, is_met, strict=True) if not met]
        return Sample.DIFFERS if all(Sample.DIFFERS in samples for samples in unmet) else Sample.SILENT
    if is_constant_solution(equation, answer):
        return Sample.AGREES
    if not _goes_on_between(target, points_of(conditions)):
        return Sample.DIFFERS
    beside = [_beside(source, target, point) for point in finite]
    return next((s for s in beside if s is not Sample.AGREES), Sample.AGREES)


def _judge_condition(answer: Expr, target: Tokens, condition: Condition, side: int) -> Sample:
    """Judge a condition, by limits from one side where an answer has no value at the point."""
    terms = [
        [_number(factor) * value for value in _approached(answer, target, order, point, side)]
        for factor, order, point, _ in condition.terms
    ]
    count, asked = max(map(len, terms)), _number(condition.value)
    rows = zip(*(values if len(values) == count else values * count for values in terms), strict=True)
    return judge_limit([sum(row, acb(0)) - asked for row in rows], _AGREEING_BITS)


def _approached(answer: Expr, target: Tokens, order: int, point: Expr, side: int) -> list[acb]:
    place = acb(0) if is_infinite(point) else _number(point)
    return approach(answer, target, order, point, place, side, _CONSTANTS)


def _goes_on_between(target: Tokens, points: Sequence[Expr]) -> bool:
    """Whether a function goes on from the first to the last of some points, if these are real."""
    places = [math.copysign(math.inf, 1 if p == symengine.oo else -1) for p in points if is_infinite(p)]
    finite = [_number(point) for point in points if not is_infinite(point)]
    if len(points) < 2 or any(not place.imag.contains(0) for place in finite):
        return True
    places += [float(place.real) for place in finite]
    with working_precision(_FEW_BITS):
        return goes_on(target, min(places), max(places), _CONSTANTS)


def _is_complex(answer: Tokens, point: acb) -> bool:
    place = {name: constant(value, 1) for name, value in {**_CONSTANTS, "x": point}.items()}
    value = evaluate(answer, place, 1)[0]
    return bool(value.is_finite() and not value.imag.contains(0))


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
    starts = [c for c in conditions if c.order == 0]
    if len(starts) != 1 or any(c.others or c.point != starts[0].point for c in conditions):
        # Two points may be on two pieces of the curve.
        return Sample.SILENT
    condition = starts[0]
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
