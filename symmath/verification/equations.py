"""Check a solution of an ordinary differential equation, explicit or implicit.

The residual has to vanish at random values of x and of the constants. Points at which branches of
roots and logarithms differ are left out, as long as enough others are left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import symengine
from flint import acb, arb, ctx

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import Series, constant, evaluate, variable, working_precision
from symmath.expr.breaks import Breaks, breaks
from symmath.expr.canonical import canonical_tokens
from symmath.expr.hidden import hidden_bits
from symmath.expr.operators import SYMBOL_EXPRS, Expr, parameters_in
from symmath.expr.prefix import Tokens
from symmath.expr.reals import UNDEFINED
from symmath.expr.rules import AREA_COSINES_AS_LOGARITHMS, rewritten
from symmath.expr.signs import derivative
from symmath.expr.special import slope_of
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
from symmath.verification.jumps import jumps
from symmath.verification.parameters import verify_family
from symmath.verification.places import Found, Places, Point, is_real

_CONSTANTS = ("c1", "c2")
_Y, _DY, _DDY = (SYMBOL_EXPRS[name] for name in ("y", "y'", "y''"))

_BITS = SCREEN_BITS // 3
_TYPICAL = {"c1": symengine.Rational(5, 7), "c2": symengine.Rational(11, 13)}
_PRECISIONS = (1, 4, 16)
"""Multiples at which a determinant that may be zero is computed."""
_ROUGH = 2.0**-16
"""A sum that may be zero is, if its terms are known to this share."""
Judge = Callable[[Point, int], Sample]
"""What a point says at a precision in bits."""


def verify_ode(equation: Expr, answer: Expr, order: int) -> Check:
    """Check that `answer` solves an equation, and whether it is the general solution.

    Parameters
    ----------
    equation : Expr
        In x, y, y' and y''; it should vanish.
    answer : Expr
        y in x and the constants c1, c2; or, if it holds y, an expression in x, y and, for order 2,
        c2, that is constant on every solution.
    order : int
        1 or 2.

    Returns
    -------
    Check
    """
    if parameters_in(equation, answer):
        return verify_family(equation, answer, partial(verify_ode, order=order), _is_proved)
    if _Y in answer.free_symbols:
        return _verify_implicit(equation, answer, order)
    try:
        source, target = canonical_tokens(equation), canonical_tokens(answer)
    except (UnsupportedError, PrefixError) as error:
        return Check(Verdict.UNDECIDED, reason=str(error))
    judge = partial(_judge_explicit, source, target)
    places = Places.of(("x", *_CONSTANTS[:order]), source, target)
    found = _found(places, judge)
    if isinstance(found, Check):
        if found.verdict is Verdict.UNDECIDED and is_constant_solution(equation, answer):
            return Check(Verdict.PROVED, WHERE_DEFINED, "the residual is zero", False)
        return found
    answer = differentiable(answer)
    rows = [answer, slope_of(answer)][:order]
    general = _has_full_rank(
        [[slope_of(row, SYMBOL_EXPRS[c]) for c in _CONSTANTS[:order]] for row in rows], found.agreeing
    )
    again = partial(_judge_all_that_shows, source, target, judge)
    check = _verdict(_residual(equation, answer), general, found, places, again)
    return _with_jumps(check, answer, order)


def is_constant_solution(equation: Expr, answer: Expr) -> bool:
    """Whether a number solves an equation as it stands, like y = 0 one with abs(y), which no ball shows."""
    if answer.free_symbols:
        return False
    zero = symengine.Integer(0)
    with suppress(RuntimeError, NotImplementedError):
        return bool(_value(equation, {_Y: answer, _DY: zero, _DDY: zero}) == 0)
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
    slope = slope_of(answer)
    return equation.xreplace({_Y: answer, _DY: slope, _DDY: slope_of(slope)})


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
    general = all(_has_full_rank([[e]], found.agreeing) for e in (upward, *inner))
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
    """Say in the domain where an explicit answer jumps, or its slope where the equation is of order 2."""
    if check.verdict not in (Verdict.PROVED, Verdict.NUMERIC):
        return check
    clauses: list[str] = []
    value = answer.subs({SYMBOL_EXPRS[name]: number for name, number in _TYPICAL.items()})
    for name in ("it", "its slope")[:order]:
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


def _along(point: Point, terms: int = 3) -> dict[str, Series]:
    """Return the series of x and of the constants, by default to the second order."""
    constants = {name: constant(value, terms) for name, value in point.items()}
    return {**constants, "x": variable(point["x"], terms)}


def with_derivatives(target: Tokens, point: Point) -> dict[str, Series]:
    """Return x, y and its derivatives at a point."""
    y = evaluate(target, _along(point), 3)
    values = {"x": point["x"], "y": y[0], "y'": y[1], "y''": 2 * y[2]}
    return {name: constant(value, 1) for name, value in values.items()}


def derivative_at(target: Tokens, point: Point, order: int) -> acb:
    """Return one derivative of y at a point, of which no higher one need exist."""
    return evaluate(target, _along(point, order + 1), order + 1)[order] * (2 if order == 2 else 1)


def _judge_explicit(source: Tokens, target: Tokens, point: Point, bits: int) -> Sample:
    try:
        residual = evaluate(source, with_derivatives(target, point), 1)[0]
    except PrefixError:
        return Sample.SILENT
    return judge_zero(residual, bits)


def _judge_all_that_shows(
    source: Tokens, target: Tokens | None, judge: Judge, point: Point, bits: int
) -> Sample:
    """Judge in a precision in which every term shows; silent where that would be too high."""
    with working_precision(SCREEN_BITS):
        try:
            hidden = 0 if target is None else hidden_bits(target, _along(point), 3)
            values = {name: constant(value, 1) for name, value in point.items()}
            values = values if target is None else with_derivatives(target, point)
            hidden += hidden_bits(source, values, 1, is_exact=False)
        except PrefixError:
            return Sample.SILENT
    if hidden > MAX_HIDDEN_BITS:
        return Sample.SILENT
    with working_precision(ctx.prec + hidden):
        return judge(point, bits)


def _has_full_rank(matrix: Sequence[Sequence[Expr]], points: Sequence[Point]) -> bool:
    """Whether a matrix of at most two rows is regular at every real point, if there are any that tell.

    With complex points alone one is enough: it may be for its branches that another is singular.
    """
    try:
        table = [[canonical_tokens(e) for e in row] for row in matrix]
    except (UnsupportedError, PrefixError):
        return False
    said = [(is_real(point), _is_regular(table, point)) for point in points]
    real = [regular for is_real, regular in said if is_real and regular is not None]
    return all(real) if real else any(regular for _, regular in said)


def _is_regular(table: Sequence[Sequence[Tokens]], point: Point) -> bool | None:
    """Whether a matrix is regular at a point; None if it has no value there, or too rough a one.

    Of ``cosh(u)**2 - sinh(u)**2`` nothing is left for large u but at high precision.
    """
    said: bool | None = None
    for factor in _PRECISIONS:
        with working_precision(factor * ctx.prec):
            said = _is_regular_as_far_as_known(table, point)
        if said is not False:
            break
    return said


def _is_regular_as_far_as_known(table: Sequence[Sequence[Tokens]], point: Point) -> bool | None:
    environment = {name: constant(value, 1) for name, value in point.items()}
    try:
        m = [[evaluate(tokens, environment, 1)[0] for tokens in row] for row in table]
    except PrefixError:
        return None
    products = [m[0][0]] if len(m) == 1 else [m[0][0] * m[1][1], -m[0][1] * m[1][0]]
    determinant = sum(products, acb(0))
    if not determinant.is_finite():
        return None
    if not determinant.contains(0):
        return True
    size = sum((abs(term).mid() for term in products), arb(0))
    return False if determinant.rad() <= size * _ROUGH or determinant == 0 else None
