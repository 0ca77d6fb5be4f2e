"""Check an answer: exact algebra where it proves something, ball arithmetic everywhere else.

An answer to an integral is judged as a function, on the real intervals on which the integrand is
real, and in the complex plane where it never is. Branches are the principal ones. Every number
compared is a ball that holds the true value, so agreement is never an artefact of rounding.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from flint import acb, arb

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import Series, constant, evaluate, variable, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.kernels import Field
from symmath.expr.operators import SYMBOL_EXPRS, Expr, X
from symmath.expr.prefix import Tokens
from symmath.expr.rationalise import rationalise
from symmath.tasks import TASKS
from symmath.tasks.task import Problem

SCREEN_BITS = 64
_LOOK_AGAIN_BITS = 2048
DIGITS = (60, 120)
MIN_AGREEING = 8
MAX_PROOF_TOKENS = 500
_BITS_A_DIGIT = 3.33
_MIN_SCREEN_BITS = 20
_SEED = 20191202

GRID = 128
"""Points are whole multiples of 1 / GRID, so that they are exact at any precision."""

# Dense near the origin, where poles, roots and turning points of textbook problems lie.
_SIZES = (5, 13, 31, 43, 61, 83, 99, 117, 157, 199, 239, 295, 355, 443, 593, 773, 1003, 1337, 1917, 2549)
_REAL_POINTS = tuple(sorted(sign * size for size in _SIZES for sign in (-1, 1)))
_SCREEN = tuple(_REAL_POINTS[i] for i in (21, 24, 27, 30, 14, 34))


def _at(real: int, imaginary: int = 0) -> acb:
    """Return the exact point (real + i imaginary) / GRID."""
    return acb(arb(real) / GRID, arb(imaginary) / GRID)


class Verdict(StrEnum):
    """What a check found.

    proved: the residual reduces to zero by exact algebra. numeric: it vanishes to 120 digits at
    random points. refuted: it certainly doesn't vanish. undecided: neither could be shown.
    """

    PROVED = "proved"
    NUMERIC = "numeric"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Check:
    """The outcome of a check.

    Attributes
    ----------
    verdict : Verdict
    domain : str
        Where the answer was found to hold; empty if it doesn't.
    reason : str
        What the verdict rests on.
    is_general : bool
        For a differential equation, whether the answer has as many independent constants as the
        order; otherwise it is a particular solution.
    """

    verdict: Verdict
    domain: str = ""
    reason: str = ""
    is_general: bool = True


class _Sample(StrEnum):
    """What one point says."""

    AGREES = "agrees"
    DIFFERS = "differs"
    SILENT = "silent"


Residual = Callable[[acb], tuple[acb, acb]]
"""Both sides of what should be equal, at a point."""


def verify(problem: Problem, answer: Expr) -> Check:
    """Check an answer to a problem of any task.

    Parameters
    ----------
    problem : Problem
    answer : Expr
        In the problem's answer symbols.

    Returns
    -------
    Check
    """
    order = TASKS[problem.task].order
    return verify_ode(problem.expr, answer, order) if order else verify_integral(problem.expr, answer)


def _compare(sides: Residual, point: acb, bits: int) -> _Sample:
    """Compare both sides at a point; silent where they are undefined or too inaccurate."""
    try:
        left, right = sides(point)
    except PrefixError:
        return _Sample.SILENT
    if not (left.is_finite() and right.is_finite()):
        return _Sample.SILENT
    if not left.overlaps(right):
        return _Sample.DIFFERS
    scale = max(abs(left).upper(), abs(right).upper())
    width = max(left.rad(), right.rad())
    # A wide ball overlaps everything: it is no evidence.
    return _Sample.AGREES if width * arb(2) ** bits < scale or scale == 0 else _Sample.SILENT


def verify_integral(integrand: Expr, answer: Expr) -> Check:
    """Check that `answer` is a primitive of `integrand`.

    Parameters
    ----------
    integrand, answer : Expr
        In x.

    Returns
    -------
    Check
    """
    try:
        source, target = canonical_tokens(integrand), canonical_tokens(answer)
    except (UnsupportedError, PrefixError) as error:
        return Check(Verdict.UNDECIDED, reason=str(error))

    def sides(point: acb) -> tuple[acb, acb]:
        slope = evaluate(target, {"x": variable(point, 2)}, 2)[1]
        return slope, evaluate(source, {"x": variable(point, 1)}, 1)[0]

    def value(point: acb) -> acb:
        return evaluate(source, {"x": variable(point, 1)}, 1)[0]

    if _is_refuted_at_once(sides):
        return Check(Verdict.REFUTED, reason="the derivative differs at every point tried")
    found = _locate(sides, value, SCREEN_BITS)
    if found.verdict is Verdict.REFUTED and found.domain:
        # Where exp(x**2) is huge, 64 bits don't show a wrong branch of a small term beside it.
        found = _locate(sides, value, _LOOK_AGAIN_BITS)
    if found.verdict is Verdict.REFUTED:
        return Check(Verdict.REFUTED, reason=found.reason)
    if found.verdict is Verdict.NUMERIC and _is_proved(integrand, answer):
        return Check(Verdict.PROVED, found.domain, "the residual reduces to zero")
    return found


def _locate(sides: Residual, value: Callable[[acb], acb], bits: int) -> Check:
    """Find the real points at which both sides agree to about `bits` bits, and confirm them.

    A refuted check has a domain where only high precision told the two sides apart.
    """
    real = {x: _judge_real(sides, value, x, bits) for x in _REAL_POINTS}
    agreeing = [x for x, sample in real.items() if sample is _Sample.AGREES]
    differing = [x for x, sample in real.items() if sample is _Sample.DIFFERS]
    points = [_at(x) for x in agreeing[:: max(1, len(agreeing) // MIN_AGREEING)]]
    if agreeing and differing:
        domain = _intervals(real)
    elif differing:
        return Check(Verdict.REFUTED, reason="the derivative differs wherever the integrand is real")
    else:
        domain = "all real x where the integrand is" if agreeing else "complex plane"
    if not differing:
        points = [*points, *_complex_points(MIN_AGREEING)]
    confirmed = _confirm(sides, points)
    if confirmed is Verdict.REFUTED:
        domain = domain if agreeing else ""
        return Check(Verdict.REFUTED, domain, "the derivative differs in high precision")
    if confirmed is Verdict.UNDECIDED:
        return Check(Verdict.UNDECIDED, reason="too few points at which both sides are defined")
    return Check(Verdict.NUMERIC, domain, f"to {DIGITS[-1]} digits at random points")


def _is_refuted_at_once(sides: Residual) -> bool:
    """Whether the two sides differ at all of a few points, real and complex."""
    with working_precision(SCREEN_BITS):
        met = 0
        for point in (*_complex_points(2), *map(_at, _SCREEN)):
            sample = _compare(sides, point, _MIN_SCREEN_BITS)
            if sample is _Sample.AGREES:
                return False
            met += sample is _Sample.DIFFERS
        return met >= 3


def _judge_real(sides: Residual, value: Callable[[acb], acb], x: int, bits: int) -> _Sample:
    """Compare at a real point; silent where the integrand isn't real."""
    with working_precision(bits):
        try:
            if not value(_at(x)).imag.contains(0):
                return _Sample.SILENT
        except PrefixError:
            return _Sample.SILENT
        return _compare(sides, _at(x), _MIN_SCREEN_BITS)


def _complex_points(count: int) -> list[acb]:
    """Return points off the axes, where no usual branch cut lies; the same at every call."""
    rng = random.Random(_SEED)
    return [
        _at(rng.randint(-2 * GRID, 2 * GRID), rng.choice((-1, 1)) * rng.randint(GRID // 9, 3 * GRID // 2))
        for _ in range(count)
    ]


def _intervals(samples: Mapping[int, _Sample]) -> str:
    """Describe the stretches of the real line on which the two sides agree."""
    heard = [(x, sample) for x, sample in samples.items() if sample is not _Sample.SILENT]
    parts: list[str] = []
    for sample, group in groupby(heard, key=lambda item: item[1]):
        if sample is not _Sample.AGREES:
            continue
        xs = [x for x, _ in group]
        low = xs[0] if xs[0] != heard[0][0] else None
        high = xs[-1] if xs[-1] != heard[-1][0] else None
        if low is not None and high is None and 0 < low < GRID / 10:
            parts.append("x > 0")
        elif high is not None and low is None and -GRID / 10 < high < 0:
            parts.append("x < 0")
        elif low is None:
            parts.append(f"x <= {high / GRID:.3g} at least" if high is not None else "all real x")
        elif high is None:
            parts.append(f"x >= {low / GRID:.3g} at least")
        else:
            parts.append(f"{low / GRID:.3g} <= x <= {high / GRID:.3g} at least")
    return ", ".join(parts)


def _confirm(sides: Residual, points: Sequence[acb]) -> Verdict:
    """Recheck at two high precisions; differing complex points alone are a matter of branches."""
    agreeing = 0
    for digits in DIGITS:
        bits = int(digits * _BITS_A_DIGIT)
        with working_precision(bits + SCREEN_BITS):
            samples = [_confirm_at(sides, point, bits) for point in points]
        agreeing = samples.count(_Sample.AGREES)
        if agreeing == 0 and _Sample.DIFFERS in samples:
            return Verdict.REFUTED
        if any(s is _Sample.DIFFERS and p.imag == 0 for s, p in zip(samples, points, strict=True)):
            return Verdict.REFUTED
    return Verdict.NUMERIC if agreeing >= min(MIN_AGREEING, len(points)) > 2 else Verdict.UNDECIDED


def _confirm_at(sides: Residual, point: acb, bits: int) -> _Sample:
    """Compare to `bits` bits, with twice the working precision where digits cancel."""
    sample = _compare(sides, point, bits)
    if sample is _Sample.SILENT:
        with working_precision(3 * bits):
            sample = _compare(sides, point, bits)
    return sample


def _is_proved(integrand: Expr, answer: Expr) -> bool:
    """Whether exact algebra in the field of the kernels shows that the residual is zero."""
    residual = answer.diff(X) - integrand
    if residual == 0:
        return True
    try:
        if len(canonical_tokens(residual)) > MAX_PROOF_TOKENS:
            return False
        return _is_zero(residual)
    except (UnsupportedError, PrefixError, RuntimeError):
        # RuntimeError is how symengine reports an undefined result.
        return False


def _is_zero(e: Expr) -> bool:
    """Whether algebra proves that an expression vanishes wherever it is defined."""
    rational = rationalise(e)
    return rational == 0 or Field.of([rational]).is_zero(rational)


# Differential equations ---------------------------------------------------------------------------

_CONSTANTS = ("c1", "c2")


def verify_ode(equation: Expr, answer: Expr, order: int) -> Check:
    """Check that `answer` solves an equation, and whether it is the general solution.

    Parameters
    ----------
    equation : Expr
        In x, y, y' and y''; it should vanish.
    answer : Expr
        y in x and the constants c1, c2.
    order : int
        1 or 2.

    Returns
    -------
    Check
    """
    try:
        source, target = canonical_tokens(equation), canonical_tokens(answer)
    except (UnsupportedError, PrefixError) as error:
        return Check(Verdict.UNDECIDED, reason=str(error))
    points = list(_family_points(order))
    agreeing = 0
    for digits in (SCREEN_BITS / _BITS_A_DIGIT / 3, *DIGITS):
        bits = int(digits * _BITS_A_DIGIT)
        with working_precision(2 * bits + SCREEN_BITS):
            samples = [_judge_family(source, target, point, bits) for point in points]
        agreeing = samples.count(_Sample.AGREES)
        if not agreeing:
            break
        points = [p for p, s in zip(points, samples, strict=True) if s is _Sample.AGREES]
    if not agreeing:
        heard = _Sample.DIFFERS in samples
        return Check(
            Verdict.REFUTED if heard else Verdict.UNDECIDED,
            reason="the equation doesn't hold" if heard else "too few points at which it is defined",
        )
    if agreeing < MIN_AGREEING:
        return Check(Verdict.UNDECIDED, reason=f"it holds at {agreeing} points only")
    general = _has_independent_constants(answer, order, points)
    proved = _is_family_proved(equation, answer)
    return Check(
        Verdict.PROVED if proved else Verdict.NUMERIC,
        "where both are defined" if proved else "near the points tried",
        "the residual reduces to zero" if proved else f"to {DIGITS[-1]} digits at random points",
        general,
    )


def _family_points(order: int) -> Iterator[dict[str, acb]]:
    rng = random.Random(_SEED)
    for number in range(4 * MIN_AGREEING):
        turn = 0 if number % 2 else 1
        point = {"x": _at(rng.randint(GRID // 6, 2 * GRID), turn * rng.randint(GRID // 20, GRID))}
        for name in _CONSTANTS[:order]:
            point[name] = _at(rng.randint(-GRID // 2, 2 * GRID), turn * rng.randint(-GRID // 2, GRID // 2))
        yield point


def _judge_family(source: Tokens, target: Tokens, point: Mapping[str, acb], bits: int) -> _Sample:
    environment: dict[str, Series] = {name: constant(value, 3) for name, value in point.items()}
    environment["x"] = variable(point["x"], 3)
    try:
        y = evaluate(target, environment, 3)
        values = {"x": point["x"], "y": y[0], "y'": y[1], "y''": 2 * y[2]}
        residual = evaluate(source, {name: constant(v, 1) for name, v in values.items()}, 1)[0]
    except PrefixError:
        return _Sample.SILENT
    if not residual.is_finite():
        return _Sample.SILENT
    if not residual.contains(0):
        return _Sample.DIFFERS
    return _Sample.AGREES if residual.rad() * arb(2) ** bits < 1 else _Sample.SILENT


def _has_independent_constants(answer: Expr, order: int, points: Sequence[Mapping[str, acb]]) -> bool:
    """Whether (y, y') depends on all constants independently: full rank of its derivative."""
    rows = [answer, answer.diff(X)][:order]
    try:
        table = [[canonical_tokens(row.diff(SYMBOL_EXPRS[c])) for c in _CONSTANTS[:order]] for row in rows]
    except (UnsupportedError, PrefixError):
        return False
    for point in points:
        environment = {name: constant(value, 1) for name, value in point.items()}
        try:
            m = [[evaluate(tokens, environment, 1)[0] for tokens in row] for row in table]
        except PrefixError:
            continue
        determinant = m[0][0] if order == 1 else m[0][0] * m[1][1] - m[0][1] * m[1][0]
        if determinant.is_finite() and not determinant.contains(0):
            return True
    return False


def _is_family_proved(equation: Expr, answer: Expr) -> bool:
    slope = answer.diff(X)
    substitution = dict(zip(("y", "y'", "y''"), (answer, slope, slope.diff(X)), strict=True))
    residual = equation.subs({SYMBOL_EXPRS[name]: e for name, e in substitution.items()})
    try:
        if len(canonical_tokens(residual)) > MAX_PROOF_TOKENS:
            return False
        return _is_zero(residual)
    except (UnsupportedError, PrefixError, RuntimeError):
        return False
