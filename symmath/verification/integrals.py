"""Check a primitive.

It is judged as a function, on the real intervals on which the integrand is real, and in the complex
plane where it never is. Branches are the principal ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from flint import acb, ctx

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import evaluate, variable, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.cuts import has_cuts
from symmath.expr.hidden import hidden_bits
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import Tokens
from symmath.verification.check import (
    BITS_A_DIGIT,
    DIGITS,
    MAX_HIDDEN_BITS,
    MIN_AGREEING,
    SCREEN_BITS,
    Check,
    Residual,
    Sample,
    Verdict,
    compare,
    is_proved_zero,
)
from symmath.verification.points import (
    UNIT,
    at,
    complex_points,
    random_source,
    real_points,
    screening_points,
)

_MIN_SCREEN_BITS = 20
_LOOK_AGAIN_BITS = 2048


class Places(NamedTuple):
    """Where a primitive is looked at.

    Attributes
    ----------
    real : sequence of int
        In units of 1 / UNIT, ascending.
    complex : sequence of acb
    has_branches : bool
        Whether there are functions that could explain why complex points differ where real ones agree.
    """

    real: Sequence[int]
    complex: Sequence[acb]
    has_branches: bool


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

    rng = random_source(source, target)
    if _is_refuted_at_once(sides, screening_points(rng)):
        return Check(Verdict.REFUTED, reason="the derivative differs at every point tried")
    places = Places(real_points(rng), complex_points(rng, 4 * MIN_AGREEING), has_cuts(source, target))
    found = _locate(sides, value, SCREEN_BITS, places)
    if found.verdict is Verdict.REFUTED and found.domain:
        # Where exp(x**2) is huge, 64 bits don't show a wrong branch of a small term beside it.
        found = _locate(sides, value, _LOOK_AGAIN_BITS, places)
    if found.verdict is Verdict.REFUTED:
        return Check(Verdict.REFUTED, reason=found.reason)
    if found.verdict is not Verdict.NUMERIC:
        return found
    if is_proved_zero(answer.diff(X) - integrand):
        return Check(Verdict.PROVED, found.domain, "the residual reduces to zero")

    def all_that_shows(point: acb) -> tuple[acb, acb]:
        with working_precision(ctx.prec + _hidden(source, target, point)):
            return sides(point)

    return _locate(all_that_shows, value, SCREEN_BITS, places)


def _hidden(source: Tokens, target: Tokens, point: acb) -> int:
    """Return the bits needed beyond the usual ones before every term of both sides shows at a point.

    Raises
    ------
    PrefixError
        If they are too many, so that the point says nothing.
    """
    bits = hidden_bits(target, {"x": variable(point, 2)}, 2)
    bits += hidden_bits(source, {"x": variable(point, 1)}, 1)
    if bits > MAX_HIDDEN_BITS:
        raise PrefixError(f"terms are smaller than others by {bits} bits")
    return bits


def _locate(sides: Residual, value: Callable[[acb], acb], bits: int, places: Places) -> Check:
    """Find the real points at which both sides agree to about `bits` bits, and confirm them.

    A refuted check has a domain where only high precision told the two sides apart.
    """
    real = {x: _judge_real(sides, value, x, bits) for x in places.real}
    agreeing = [x for x, sample in real.items() if sample is Sample.AGREES]
    differing = [x for x, sample in real.items() if sample is Sample.DIFFERS]
    points = [at(x) for x in agreeing[:: max(1, len(agreeing) // MIN_AGREEING)]]
    if differing and not places.has_branches:
        # What is analytic and vanishes on an interval vanishes everywhere.
        return Check(Verdict.REFUTED, reason="the derivative differs")
    if agreeing and differing:
        domain = _intervals(real)
    elif differing:
        return Check(Verdict.REFUTED, reason="the derivative differs wherever the integrand is real")
    else:
        domain = "all real x where the integrand is" if agreeing else "complex plane"
    if not differing:
        # Where nothing is real, half of the points may lie beyond a cut.
        points += places.complex[: MIN_AGREEING if agreeing else None]
    confirmed, is_everywhere = confirm(sides, points, places.has_branches)
    if not agreeing and not is_everywhere:
        domain = "a part of the complex plane"
    if confirmed is Verdict.REFUTED:
        domain = domain if agreeing else ""
        return Check(Verdict.REFUTED, domain, "the derivative differs in high precision")
    if confirmed is Verdict.UNDECIDED:
        return Check(Verdict.UNDECIDED, reason="too few points at which both sides are defined")
    return Check(Verdict.NUMERIC, domain, f"to {DIGITS[-1]} digits at random points")


def _is_refuted_at_once(sides: Residual, points: Sequence[acb]) -> bool:
    """Whether the two sides differ at all of a few points, real and complex."""
    with working_precision(SCREEN_BITS):
        met = 0
        for point in points:
            sample = compare(sides, point, _MIN_SCREEN_BITS)
            if sample is Sample.AGREES:
                return False
            met += sample is Sample.DIFFERS
        return met >= 3


def _judge_real(sides: Residual, value: Callable[[acb], acb], x: int, bits: int) -> Sample:
    """Compare at a real point; silent where the integrand isn't real."""
    with working_precision(bits):
        try:
            if not value(at(x)).imag.contains(0):
                return Sample.SILENT
        except PrefixError:
            return Sample.SILENT
        return compare(sides, at(x), _MIN_SCREEN_BITS)


def _intervals(samples: Mapping[int, Sample]) -> str:
    """Describe the stretches of the real line on which the two sides agree."""
    heard = [(x, sample) for x, sample in samples.items() if sample is not Sample.SILENT]
    parts: list[str] = []
    for sample, group in groupby(heard, key=lambda item: item[1]):
        if sample is not Sample.AGREES:
            continue
        xs = [x for x, _ in group]
        low = xs[0] if xs[0] != heard[0][0] else None
        high = xs[-1] if xs[-1] != heard[-1][0] else None
        if low is not None and high is None and 0 < low < UNIT / 10:
            parts.append("x > 0")
        elif high is not None and low is None and -UNIT / 10 < high < 0:
            parts.append("x < 0")
        elif low is None:
            parts.append(f"x <= {high / UNIT:.3g} at least" if high is not None else "all real x")
        elif high is None:
            parts.append(f"x >= {low / UNIT:.3g} at least")
        else:
            parts.append(f"{low / UNIT:.3g} <= x <= {high / UNIT:.3g} at least")
    return ", ".join(parts)


def confirm(sides: Residual, points: Sequence[acb], has_branches: bool) -> tuple[Verdict, bool]:
    """Recheck at two high precisions; also return whether no point differed.

    Differing complex points alone are a matter of branches, where there are any.
    """
    agreeing, kept = 0, list(points)
    for digits in DIGITS:
        bits = int(digits * BITS_A_DIGIT)
        with working_precision(bits + SCREEN_BITS):
            samples = [_confirm_at(sides, point, bits) for point in kept]
        agreeing = samples.count(Sample.AGREES)
        if agreeing == 0 and Sample.DIFFERS in samples:
            return Verdict.REFUTED, False
        differing = [p for p, s in zip(kept, samples, strict=True) if s is Sample.DIFFERS]
        if any(not has_branches or p.imag == 0 for p in differing):
            return Verdict.REFUTED, False
        kept = [p for p, s in zip(kept, samples, strict=True) if s is not Sample.DIFFERS]
    is_enough = agreeing >= min(MIN_AGREEING, len(kept)) > 2
    return Verdict.NUMERIC if is_enough else Verdict.UNDECIDED, len(kept) == len(points)


def _confirm_at(sides: Residual, point: acb, bits: int) -> Sample:
    """Compare to `bits` bits, with twice the working precision where digits cancel."""
    sample = compare(sides, point, bits)
    if sample is Sample.SILENT:
        with working_precision(3 * bits):
            sample = compare(sides, point, bits)
    return sample
