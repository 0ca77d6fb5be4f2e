"""Check a primitive.

It is judged as a function, on the real intervals on which the integrand is real, and in the complex
plane where it never is. Branches are the principal ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

import symengine
from flint import acb, ctx

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import ON_THE_REAL_LINE, UNARY, Series, evaluate, variable, working_precision
from symmath.expr.breaks import Breaks, breaks
from symmath.expr.canonical import canonical_tokens
from symmath.expr.cuts import cuts, has_cuts
from symmath.expr.hidden import hidden_bits
from symmath.expr.operators import Expr, parameters_in
from symmath.expr.prefix import Tokens
from symmath.expr.signs import signed, with_constants
from symmath.expr.special import slope_of
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
from symmath.verification.domain import COMPLEX_PLANE, EVERYWHERE, NOWHERE, Extent, part
from symmath.verification.domains import beside, described, stretches
from symmath.verification.jumps import jumps
from symmath.verification.parameters import verify_family
from symmath.verification.points import (
    at,
    complex_points,
    random_source,
    real_points,
    screening_points,
)

_MIN_SCREEN_BITS = 20
_LOOK_AGAIN_BITS = 2048
_MAX_SIGNS = 4
_REAL_WITH_CUTS = frozenset(("abs", "sign", "atan", "asinh"))
"""Of the functions with cuts, those that are real on the whole line."""
_DERIVED_ON_A_HALF_PLANE = "acosh"
"""symengine's derivative of it holds on the right half plane only."""


class PointSet(NamedTuple):
    """Where a primitive is looked at.

    Attributes
    ----------
    real : sequence of int
        In units of 1 / UNIT.
    complex : sequence of acb
    wanted : int
        So many of each are looked at in high precision.
    breaks : Breaks
        Between which nothing changes its branch on the real line.
    has_branches : bool
        Whether there are functions that could explain why complex points differ where real ones agree.
    """

    real: Sequence[int]
    complex: Sequence[acb]
    wanted: int
    breaks: Breaks
    has_branches: bool


class Claim(NamedTuple):
    """A primitive's derivative and the integrand, as functions of a point.

    Attributes
    ----------
    source, target : Tokens
        Of the integrand and of the primitive.
    shows_all : bool
        Whether precision is raised until every term shows.
    """

    source: Tokens
    target: Tokens
    shows_all: bool = False

    def value(self, point: acb) -> acb:
        """Return the integrand's value."""
        return evaluate(self.source, {"x": variable(point, 1)}, 1, unary=_functions(point))[0]

    def slope(self, point: acb) -> acb:
        """Return the derivative's value."""
        return evaluate(self.target, {"x": variable(point, 2)}, 2, unary=_functions(point))[1]

    def sides(self, point: acb) -> tuple[acb, acb]:
        """Return both."""
        if not self.shows_all:
            return self.slope(point), self.value(point)
        with working_precision(ctx.prec + self._hidden(point)):
            return self.slope(point), self.value(point)

    def _hidden(self, point: acb) -> int:
        """Return the bits needed beyond the usual ones before every term of both sides shows.

        Raises
        ------
        PrefixError
            If they are too many, so that the point says nothing.
        """
        unary = _functions(point)
        bits = hidden_bits(self.target, {"x": variable(point, 2)}, 2, unary=unary)
        bits += hidden_bits(self.source, {"x": variable(point, 1)}, 1, unary=unary)
        if bits > MAX_HIDDEN_BITS:
            raise PrefixError(f"terms are smaller than others by {bits} bits")
        return bits


def _functions(point: acb) -> Mapping[str, Callable[[Series], Series]]:
    return ON_THE_REAL_LINE if point.imag == 0 else UNARY


def verify_integral(integrand: Expr, answer: Expr) -> Check:
    """Check that `answer` is a primitive of `integrand`.

    Parameters
    ----------
    integrand, answer : Expr
        In x, and perhaps parameters.

    Returns
    -------
    Check
    """
    if parameters_in(integrand, answer):
        return verify_family(integrand, answer, verify_integral, _is_proved)
    try:
        source, target = canonical_tokens(integrand), canonical_tokens(answer)
    except (UnsupportedError, PrefixError) as error:
        return Check(Verdict.UNDECIDED, reason=str(error))
    claim, rng = Claim(source, target), random_source(source, target)
    if _is_refuted_at_once(claim, screening_points(rng)):
        return Check(Verdict.REFUTED, reason="the derivative differs at every point tried")
    is_proved = _is_proved(integrand, answer)
    real, off = real_points(rng), complex_points(rng, 4 * MIN_AGREEING)
    has_branches = has_cuts(source, target)
    if is_proved and _DERIVED_ON_A_HALF_PLANE not in target:
        # What is proved holds wherever both sides are defined: few points tell where that is.
        few = PointSet(real[::2], off, MIN_AGREEING // 2, Breaks((), True), has_branches)
        found = _locate(claim, SCREEN_BITS, few)
        if found.verdict is Verdict.NUMERIC and found.where == EVERYWHERE:
            where = replace(EVERYWHERE, jumps=jumps(integrand, target))
            return Check(Verdict.PROVED, where, "the residual reduces to zero")
    edges = breaks(source, target) if has_branches else Breaks((), True)
    real += beside(edges.places, rng)
    found = _checked_everywhere(claim, PointSet(real, off, MIN_AGREEING, edges, has_branches), is_proved)
    if found.where.extent is not Extent.NONE and found.where != COMPLEX_PLANE:
        return replace(found, where=replace(found.where, jumps=jumps(integrand, target)))
    return found


def _is_proved(integrand: Expr, answer: Expr) -> bool:
    """Whether exact algebra shows that the derivative is the integrand, whatever sign what has one has."""
    arguments = {*signed(integrand), *signed(answer)}
    try:
        if any(map(_may_be_complex, map(canonical_tokens, arguments))):
            return False
    except (UnsupportedError, PrefixError):
        return False
    signs: dict[Expr, Expr] = {}
    primitive, value = with_constants(answer, signs), with_constants(integrand, signs)
    if len(signs) > _MAX_SIGNS:
        return False
    for choice in product(map(symengine.Integer, (1, -1)), repeat=len(signs)):
        values = dict(zip(signs.values(), choice, strict=True))
        try:
            # 1/(1 - sign(x)) has no value for x > 0, which its derivative doesn't tell.
            canonical_tokens(primitive.xreplace(values))
        except (UnsupportedError, PrefixError, RuntimeError):
            return False
        if not is_proved_zero(slope_of(primitive.xreplace(values)) - value.xreplace(values)):
            return False
    return True


def _may_be_complex(u: Tokens) -> bool:
    return any(name not in _REAL_WITH_CUTS for name, _ in cuts(u))


def _checked_everywhere(claim: Claim, places: PointSet, is_proved: bool) -> Check:
    """Check a primitive on both sides of every break."""
    found = _locate(claim, SCREEN_BITS, places)
    if found.verdict is Verdict.REFUTED and found.where != NOWHERE:
        # Where exp(x**2) is huge, 64 bits don't show a wrong branch of a small term beside it.
        found = _locate(claim, _LOOK_AGAIN_BITS, places)
    if found.verdict is Verdict.REFUTED:
        return Check(Verdict.REFUTED, reason=found.reason)
    if found.verdict is Verdict.NUMERIC and is_proved:
        return replace(found, verdict=Verdict.PROVED, reason="the residual reduces to zero")
    if found.verdict is Verdict.NUMERIC:
        return _locate(claim._replace(shows_all=True), SCREEN_BITS, places)
    return found


def _locate(claim: Claim, bits: int, places: PointSet) -> Check:
    """Find the real points at which both sides agree to about `bits` bits, and confirm them.

    A refuted check has a domain where only high precision told the two sides apart.
    """
    samples = {x: _judge_real(claim, x, bits) for x in places.real}
    parts = stretches(samples, places.breaks)
    agreeing = [stretch for stretch in parts if stretch.sample is Sample.AGREES]
    differs = any(stretch.sample is Sample.DIFFERS for stretch in parts)
    if differs and not agreeing:
        return Check(Verdict.REFUTED, reason="the derivative differs wherever the integrand is real")
    real = _chosen([stretch.points for stretch in agreeing], places.wanted)
    points = [at(x) for xs in real for x in xs]
    if not differs:
        # Where nothing is real, half of the points may lie beyond a cut.
        points += places.complex[: places.wanted if agreeing else None]
    verdict, confirmed = confirm(claim.sides, points, places.wanted, places.has_branches)
    where = COMPLEX_PLANE if Sample.DIFFERS not in confirmed else part("a part of the complex plane")
    if agreeing:
        heard = iter(confirmed)
        is_heard = [Sample.AGREES in [next(heard) for _ in xs] for xs in real]
        unheard = {p for p, heard_there in zip(agreeing, is_heard, strict=True) if not heard_there}
        parts = [replace(p, sample=Sample.SILENT) if p in unheard else p for p in parts]
        where = described(parts, places.breaks)
    if verdict is Verdict.REFUTED:
        where = where if agreeing else NOWHERE
        return Check(Verdict.REFUTED, where, "the derivative differs in high precision")
    if verdict is Verdict.UNDECIDED or where == NOWHERE:
        return Check(Verdict.UNDECIDED, reason="too few points at which both sides are defined")
    return Check(Verdict.NUMERIC, where, f"to {DIGITS[-1]} digits at random points")


def _chosen(columns: Sequence[Sequence[int]], wanted: int) -> list[list[int]]:
    """Return some points of each stretch, two at least, and a few more than wanted together."""
    total = min(wanted + wanted // 2, sum(map(len, columns)))
    each = 2
    while sum(min(each, len(points)) for points in columns) < total:
        each += 1
    return [_spread(points, each) for points in columns]


def _spread(points: Sequence[int], count: int) -> list[int]:
    """Return some of the points, evenly, the ends left out if there are enough."""
    if len(points) <= count:
        return list(points)
    return [points[(2 * i + 1) * len(points) // (2 * count)] for i in range(count)]


def _is_refuted_at_once(claim: Claim, points: Sequence[acb]) -> bool:
    """Whether the two sides differ at all of a few points, real and complex."""
    with working_precision(SCREEN_BITS):
        met = 0
        for point in points:
            sample = compare(claim.sides, point, _MIN_SCREEN_BITS)
            if sample is Sample.AGREES:
                return False
            met += sample is Sample.DIFFERS
        return met >= 3


def _judge_real(claim: Claim, x: int, bits: int) -> Sample:
    """Compare at a real point."""
    point = at(x)
    with working_precision(bits):
        try:
            value = claim.value(point)
        except PrefixError:
            return Sample.SILENT
        if not value.imag.contains(0):
            return Sample.OUTSIDE
        if claim.shows_all:
            return compare(claim.sides, point, _MIN_SCREEN_BITS)
        return compare(lambda point: (claim.slope(point), value), point, _MIN_SCREEN_BITS)


def confirm(
    sides: Residual, points: Sequence[acb], wanted: int, has_branches: bool
) -> tuple[Verdict, list[Sample]]:
    """Recheck at two high precisions; also return what each point says in the end.

    Differing complex points alone are a matter of branches, where there are any.
    """
    said = [Sample.SILENT for _ in points]
    for digits in DIGITS:
        bits = int(digits * BITS_A_DIGIT)
        with working_precision(bits + SCREEN_BITS):
            said = [
                s if s is Sample.DIFFERS else _confirm_at(sides, point, bits)
                for s, point in zip(said, points, strict=True)
            ]
        differing = [p for p, s in zip(points, said, strict=True) if s is Sample.DIFFERS]
        is_excused = has_branches and Sample.AGREES in said and all(p.imag != 0 for p in differing)
        if differing and not is_excused:
            return Verdict.REFUTED, said
    agreeing, kept = said.count(Sample.AGREES), len(said) - said.count(Sample.DIFFERS)
    is_enough = agreeing >= min(wanted, kept) > 2
    return Verdict.NUMERIC if is_enough else Verdict.UNDECIDED, said


def _confirm_at(sides: Residual, point: acb, bits: int) -> Sample:
    """Compare to `bits` bits, with twice the working precision where digits cancel."""
    sample = compare(sides, point, bits)
    if sample is Sample.SILENT:
        with working_precision(3 * bits):
            sample = compare(sides, point, bits)
    return sample
