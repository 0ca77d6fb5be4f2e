"""Check a solution of an ordinary differential equation, explicit or implicit.

The residual has to vanish at random values of x and of the constants. Points at which branches of
roots and logarithms differ are left out, as long as enough others are left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import combinations
from math import factorial

import symengine
from flint import acb, arb, ctx

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import Series, constant, evaluate, variable, working_precision
from symmath.expr.breaks import Breaks, breaks
from symmath.expr.canonical import canonical_tokens
from symmath.expr.hidden import hidden_bits
from symmath.expr.operators import CONSTANTS_OF_INTEGRATION, DERIVATIVES, SYMBOL_EXPRS, Expr, parameters_in
from symmath.expr.prefix import Tokens
from symmath.expr.reals import UNDEFINED
from symmath.expr.rules import AREA_COSINES_AS_LOGARITHMS, rewritten
from symmath.expr.signs import derivative
from symmath.expr.special import derivatives, slope_of
from symmath.verification.check import (
    BITS_A_DIGIT,
    DIGITS,
    MAX_HIDDEN_BITS,
    MIN_AGREEING,
    SCREEN_BITS,
    Check,
    Sample,
    Verdict,
    is_proved_zero,
)
from symmath.verification.domain import WHERE_DEFINED
from symmath.verification.independence import has_full_rank
from symmath.verification.jumps import jumps
from symmath.verification.parameters import verify_family
from symmath.verification.places import Found, Places, Point, is_real

_UNKNOWNS = tuple(SYMBOL_EXPRS[name] for name in DERIVATIVES)
_Y, _DY, _DDY = _UNKNOWNS[:3]

_BITS = SCREEN_BITS // 3
_TYPICAL = dict(
    zip(CONSTANTS_OF_INTEGRATION, (symengine.Rational(k, k + 2) for k in (5, 11, 13, 17)), strict=True)
)
_NAMES_OF_DERIVATIVES = ("it", "its slope", "its second derivative", "its third derivative")
Judge = Callable[[Point, int], Sample]
"""What a point says at a precision in bits."""


def verify_ode(equation: Expr, answer: Expr, order: int) -> Check:
    """Check that `answer` solves an equation, and whether it is the general solution.

    Parameters
    ----------
    equation : Expr
        In x, y and its derivatives; it should vanish.
    answer : Expr
        y in x and as many constants as the order; or, if it holds y, for order 1 and 2, an expression
        in x, y and, for order 2, c2, that is constant on every solution.
    order : int
        1 to 4.

    Returns
    -------
    Check
    """
    if parameters_in(equation, answer):
        return verify_family(equation, answer, partial(verify_ode, order=order), _is_proved)
    if _Y in answer.free_symbols:
        if order > 2:
            return Check(Verdict.UNDECIDED, reason=f"an implicit solution of order {order}")
        return _verify_implicit(equation, answer, order)
    try:
        source, target = canonical_tokens(equation), canonical_tokens(answer)
    except (UnsupportedError, PrefixError) as error:
        return Check(Verdict.UNDECIDED, reason=str(error))
    judge = partial(_judge_explicit, source, target)
    held = [name for name in CONSTANTS_OF_INTEGRATION if name in target or name in source]
    constants = tuple(dict.fromkeys((*CONSTANTS_OF_INTEGRATION[:order], *held)))
    places = Places.of(("x", *constants), source, target)
    found = _found(places, judge)
    if isinstance(found, Check):
        if found.verdict is Verdict.UNDECIDED and is_constant_solution(equation, answer):
            return Check(Verdict.PROVED, WHERE_DEFINED, "the residual is zero", False)
        return found
    answer = differentiable(answer)
    rows = derivatives(answer, order - 1)
    general = any(
        has_full_rank([[slope_of(row, SYMBOL_EXPRS[c]) for c in some] for row in rows], found.agreeing)
        for some in combinations(constants, order)
    )
    again = partial(_judge_all_that_shows, source, target, judge)
    check = _verdict(_residual(equation, answer), general, found, places, again)
    return _with_jumps(check, answer, order)


def is_constant_solution(equation: Expr, answer: Expr) -> bool:
    """Whether a number solves an equation as it stands, like y = 0 one with abs(y), which no ball shows."""
    if answer.free_symbols:
        return False
    values = {**dict.fromkeys(_UNKNOWNS, symengine.Integer(0)), _Y: answer}
    with suppress(RuntimeError, NotImplementedError):
        return bool(_value(equation, values) == 0)
    return False


def _value(e: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Substitute from the inside, as 0*sign(1/y) is no zero where 1/y is none.

    Raises
    ------
    RuntimeError
        If a part has no value.
    """
    found = e.func(*(_value(argument, values) for argument in e.args)) if e.args else values.get(e, e)
    if found in UNDEFINED:
        raise RuntimeError(f"{e} is {found}")
    return found


def _is_proved(equation: Expr, answer: Expr) -> bool:
    return is_proved_zero(_residual(equation, answer))


def _residual(equation: Expr, answer: Expr) -> Expr:
    """Return what vanishes if an answer solves an equation."""
    answer = differentiable(answer)
    if _Y in answer.free_symbols:
        slope, curvature = implicit_slopes(answer)
        return equation.xreplace({_DY: slope, _DDY: curvature})
    order = max(k for k, unknown in enumerate(_UNKNOWNS) if k == 0 or unknown in equation.free_symbols)
    return equation.xreplace(dict(zip(_UNKNOWNS, derivatives(answer, order), strict=False)))


def implicit_slopes(phi: Expr) -> tuple[Expr, Expr]:
    """Return y' and y'' in x and y on the curves on which an expression is constant."""
    slope = -slope_of(phi) / slope_of(phi, _Y)
    return slope, slope_of(slope) + slope_of(slope, _Y) * slope


def differentiable(e: Expr) -> Expr:
    """Write acosh by its logarithm: symengine's derivative of it holds on the right half plane only."""
    return rewritten(e, AREA_COSINES_AS_LOGARITHMS)


def _verify_implicit(equation: Expr, phi: Expr, order: int) -> Check:
    """Check that an expression in x and y is constant on every solution."""
    phi = differentiable(phi)
    upward = slope_of(phi, _Y)
    try:
        slope, curvature = implicit_slopes(phi)
        residual = equation.xreplace({_DY: slope, _DDY: curvature})
        tokens = canonical_tokens(residual)
    except (UnsupportedError, PrefixError, RuntimeError) as error:
        return Check(Verdict.UNDECIDED, reason=str(error))
    judge = partial(_judge_residual, tokens)
    places = Places.of(("x", "y", "c2")[: order + 1], tokens)
    found = _found(places, judge)
    if isinstance(found, Check):
        return found
    inner = [] if order == 1 else [slope_of(slope, SYMBOL_EXPRS["c2"])]
    general = all(has_full_rank([[e]], found.agreeing) for e in (upward, *inner))
    again = partial(_judge_all_that_shows, tokens, None, judge)
    return _verdict(residual, general, found, places, again)


def _verdict(residual: Expr, general: bool, found: Found, places: Places, judge: Judge) -> Check:
    """Prove it, or look again at every term however small."""
    if is_proved_zero(residual):
        return Check(Verdict.PROVED, WHERE_DEFINED, "the residual reduces to zero", general)
    # A complex point is on no cut, so that the branches are the same all around it.
    near = [point for point in found.agreeing if not is_real(point)][:1]
    is_proved = any(is_proved_zero(residual, near=point) for point in near)
    edges = _edges(residual, places)
    heard = _beside(found, places.beside(edges), judge)
    points = heard.on_whole_stretches(edges)
    is_rejected = not points or Found(points, heard.differing).is_wrong_where_real
    if is_proved:
        where = Found(near if is_rejected else points, heard.differing).where(edges, places.occurring)
        reason = "the residual reduces to zero on the branches taken there"
        return Check(Verdict.PROVED, where, reason, general)
    if is_rejected:
        return _rejected(bool(heard.differing))
    again = _confirmed(points, judge, places.has_branches)
    if isinstance(again, Check):
        return again
    where = Found(again, heard.differing).where(edges, places.occurring)
    return Check(Verdict.NUMERIC, where, f"to {DIGITS[-1]} digits at random points", general)


def _edges(residual: Expr, places: Places) -> Breaks:
    """Return where branches change along x, for an equation with its answer in it if not for each alone."""
    if not places.has_branches:
        return Breaks((), True)
    edges = breaks(*places.sequences)
    try:
        return edges if edges.is_complete else breaks(canonical_tokens(residual))
    except (UnsupportedError, PrefixError):
        return edges


def _with_jumps(check: Check, answer: Expr, order: int) -> Check:
    """Say in the domain where an explicit answer jumps, or a derivative below the equation's order."""
    if check.verdict not in (Verdict.PROVED, Verdict.NUMERIC):
        return check
    clauses: list[str] = []
    value = answer.subs({SYMBOL_EXPRS[name]: number for name, number in _TYPICAL.items()})
    for name in _NAMES_OF_DERIVATIVES[:order]:
        try:
            slope = derivative(value)
            clauses += jumps(slope, canonical_tokens(value), name)
            value = slope
        except (UnsupportedError, PrefixError, RuntimeError):
            break
    return replace(check, where=replace(check.where, jumps=tuple(clauses)))


def _beside(found: Found, points: Sequence[Point], judge: Judge) -> Found:
    """Add what points say."""
    with working_precision(2 * _BITS + SCREEN_BITS):
        samples = [judge(point, _BITS) for point in points]
    said = list(zip(points, samples, strict=True))
    return Found(
        [*found.agreeing, *(p for p, s in said if s is Sample.AGREES)],
        [*found.differing, *(p for p, s in said if s is Sample.DIFFERS)],
    )


def _found(places: Places, judge: Judge) -> Found | Check:
    """Return points at which the equation holds in high precision, or why there are too few.

    Some points may differ only if there are branches that could explain it.
    """
    agreeing: list[Point] = []
    differing: list[Point] = []
    # An answer that holds on a small part only gets more chances to show where.
    for count in (4 * MIN_AGREEING, 12 * MIN_AGREEING):
        for point in places.points(count):
            with working_precision(2 * _BITS + SCREEN_BITS):
                sample = judge(point, _BITS)
            if sample is Sample.DIFFERS and not places.has_branches:
                return _rejected(is_heard=True)
            if sample in (Sample.AGREES, Sample.DIFFERS):
                (agreeing if sample is Sample.AGREES else differing).append(point)
        is_wrong = Found(agreeing, differing).is_wrong_where_real
        is_enough = len(agreeing) >= MIN_AGREEING and not is_wrong
        if not agreeing or is_enough:
            break
    if not agreeing or is_wrong:
        return _rejected(bool(differing))
    # High precision is dear, and these are enough.
    confirmed = _confirmed(agreeing[: 3 * MIN_AGREEING // 2], judge, places.has_branches)
    return confirmed if isinstance(confirmed, Check) else Found(confirmed, differing)


def _rejected(is_heard: bool) -> Check:
    if is_heard:
        return Check(Verdict.REFUTED, reason="the equation doesn't hold")
    return Check(Verdict.UNDECIDED, reason="too few points at which it is defined")


def _confirmed(points: Sequence[Point], judge: Judge, has_branches: bool) -> list[Point] | Check:
    """Return those of the points at which the equation holds in high precision, or why not."""
    agreeing = list(points)
    for digits in DIGITS:
        bits = int(digits * BITS_A_DIGIT)
        with working_precision(2 * bits + SCREEN_BITS):
            samples = [judge(point, bits) for point in agreeing]
        agreeing = [p for p, s in zip(agreeing, samples, strict=True) if s is Sample.AGREES]
        if not agreeing or (Sample.DIFFERS in samples and not has_branches):
            return _rejected(Sample.DIFFERS in samples)
    if len(agreeing) < MIN_AGREEING:
        return Check(Verdict.UNDECIDED, reason=f"it holds at {len(agreeing)} points only")
    return agreeing


def judge_zero(residual: acb, bits: int) -> Sample:
    """Say whether a ball shows that a number is zero, up to so many bits."""
    if not residual.is_finite():
        return Sample.SILENT
    if not residual.contains(0):
        return Sample.DIFFERS
    return Sample.AGREES if residual.rad() * arb(2) ** bits < 1 else Sample.SILENT


def _judge_residual(residual: Tokens, point: Point, bits: int) -> Sample:
    try:
        value = evaluate(residual, {name: constant(v, 1) for name, v in point.items()}, 1)[0]
    except PrefixError:
        return Sample.SILENT
    return judge_zero(value, bits)


def _along(point: Point, terms: int) -> dict[str, Series]:
    """Return the series of x and of the constants."""
    constants = {name: constant(value, terms) for name, value in point.items()}
    return {**constants, "x": variable(point["x"], terms)}


def with_derivatives(target: Tokens, point: Point, order: int) -> dict[str, Series]:
    """Return y and its derivatives up to an order at a point, and x and the constants there."""
    y = evaluate(target, _along(point, order + 1), order + 1)
    values = {**point, **{DERIVATIVES[k]: factorial(k) * y[k] for k in range(order + 1)}}
    return {name: constant(value, 1) for name, value in values.items()}


def order_in(equation: Tokens) -> int:
    """Return the order of the highest derivative in an equation, or 2: that of most."""
    return max((k for k, name in enumerate(DERIVATIVES) if k > 2 and name in equation), default=2)


def derivative_at(target: Tokens, point: Point, order: int) -> acb:
    """Return one derivative of y at a point, of which no higher one need exist."""
    series = evaluate(target, _along(point, order + 1), order + 1)
    # What has no value has no derivatives; flint may have some, as of li(1 + x**2) at 0.
    is_finite = all(series[k].is_finite() for k in range(order))
    return series[order] * factorial(order) if is_finite else acb("nan")


def _judge_explicit(source: Tokens, target: Tokens, point: Point, bits: int) -> Sample:
    try:
        residual = evaluate(source, with_derivatives(target, point, order_in(source)), 1)[0]
    except PrefixError:
        return Sample.SILENT
    return judge_zero(residual, bits)


def _judge_all_that_shows(
    source: Tokens, target: Tokens | None, judge: Judge, point: Point, bits: int
) -> Sample:
    """Judge in a precision in which every term shows; silent where that would be too high."""
    with working_precision(SCREEN_BITS):
        try:
            order = order_in(source)
            hidden = 0 if target is None else hidden_bits(target, _along(point, order + 1), order + 1)
            values = {name: constant(value, 1) for name, value in point.items()}
            values = values if target is None else with_derivatives(target, point, order)
            hidden += hidden_bits(source, values, 1, is_exact=False)
        except PrefixError:
            return Sample.SILENT
    if hidden > MAX_HIDDEN_BITS:
        return Sample.SILENT
    with working_precision(ctx.prec + hidden):
        return judge(point, bits)
