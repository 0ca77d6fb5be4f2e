"""Integrals in balls: adaptive quadrature whose error is an enclosure (Arb's acb_calc_integrate).

A finite enclosure over a finite range is a proof that the integrand has no pole there. At an infinite
limit, or one where the integrand grows without bound, x is an exponential of a new variable, and what is
left over at the end of the integral is estimated from its last parts.

References
----------
Johansson (2018), arXiv:1802.07942.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flint import acb, arb

from symmath.deadline import Deadline
from symmath.errors import NoSolutionError, PrefixError
from symmath.expr.balls import BINARY, Series, constant, evaluate
from symmath.expr.operators import POLYLOGARITHMS
from symmath.expr.prefix import Tokens

BITS = 384
GOAL_BITS = 80
"""Minus the binary logarithm of the relative error that is aimed at."""
_LOST_BITS, _SPARE_BITS = 30, 18
"""So much less is good enough, and so much less is nothing beside the whole."""
MAX_EVALUATIONS = 100_000
_MAX_FOR_NOTHING = 5_000
"""Evaluations for a part of an infinite range that by its samples doesn't count."""
MAX_PARTS = 120
MAX_SINGULAR = 6
SAMPLES = 64
_NARROW = arb(2) ** -60
_POINT = arb(2) ** -300
"""A ball so small is a point, as near zero as quadrature goes."""
_NICE = (-1, 0, 1)
_STEP = 4
_PARTS_BEFORE_ROUNDING = 40
"""So far a part is not too near a point for the working precision."""
_PATIENCE = 15
"""Parts in a row, each no smaller than the one before, after which an integral diverges."""
_DIVERGENT = "quadrature did not converge"

Function = Callable[[acb, bool], acb]
"""``f(z, analytic)``: not finite if `analytic` is asked for and `f` is not analytic on the whole ball."""


class NotConvergedError(NoSolutionError):
    """Quadrature did not converge."""


class _Stop(NamedTuple):
    """What was wrong, and where: a singularity, or a value that is not real."""

    at: arb
    is_singular: bool


class Integral(NamedTuple):
    """An integral by quadrature.

    Attributes
    ----------
    value : acb
        A ball around it.
    scale : arb
        About the integral of the absolute value.
    """

    value: acb
    scale: arb


def _off(is_cut: Callable[[acb], bool], function: Callable[[acb], acb]) -> Function:
    """Return a function that is not finite on its branch cuts where it has to be analytic."""
    return lambda z, analytic: acb("nan") if analytic and is_cut(z) else function(z)


def _is_beyond_one(along: arb, across: arb) -> bool:
    return across.contains(0) and not abs(along) < 1


def _cosine(z: acb) -> acb:
    """Return the cosine, tight near 1 and -1: sqrt(1 - cos(x)) is analytic beside 0."""
    if z.real.rad() < _POINT and z.imag.rad() < _POINT:
        return z.cos()
    half = z / 2
    return 1 - 2 * half.sin() ** 2 if z.mid().cos().real > 0 else 2 * half.cos() ** 2 - 1


def _sine(z: acb) -> acb:
    is_flat = z.mid().cos().real.mid() ** 2 < arb("0.5")
    return _cosine(z - acb.pi() / 2) if is_flat else z.sin()


_FUNCTIONS: Mapping[str, Function] = {
    **{
        name: lambda z, _, name=name: getattr(z, name)()  # type: ignore[misc]
        for name in ("exp", "tan", "sinh", "cosh", "tanh")
    },
    "sin": lambda z, _: _sine(z),
    "cos": lambda z, _: _cosine(z),
    "neg": lambda z, _: -z,
    "sqrt": lambda z, analytic: z.sqrt(analytic=analytic),
    "log": lambda z, analytic: z.log(analytic=analytic),
    "abs": lambda z, analytic: z.real_abs(analytic=analytic),
    "sign": lambda z, analytic: z.real_sgn(analytic=analytic),
    "asin": _off(lambda z: _is_beyond_one(z.real, z.imag), acb.asin),
    "acos": _off(lambda z: _is_beyond_one(z.real, z.imag), acb.acos),
    "atanh": _off(lambda z: _is_beyond_one(z.real, z.imag), acb.atanh),
    "atan": _off(lambda z: _is_beyond_one(z.imag, z.real), acb.atan),
    "asinh": _off(lambda z: _is_beyond_one(z.imag, z.real), acb.asinh),
    "acosh": _off(lambda z: z.imag.contains(0) and not z.real > 1, acb.acosh),
    "erf": lambda z, _: z.erf(),
    "erfi": lambda z, _: z.erfi(),
    "Si": lambda z, _: z.si(),
    "Shi": lambda z, _: z.shi(),
    "fresnels": lambda z, _: z.fresnel_s(),
    "fresnelc": lambda z, _: z.fresnel_c(),
    "Ei": _off(lambda z: z.imag.contains(0) and not z.real > 0, acb.ei),
    "Ci": _off(lambda z: z.imag.contains(0) and not z.real > 0, acb.ci),
    "Chi": _off(lambda z: z.imag.contains(0) and not z.real > 0, acb.chi),
    "li": _off(lambda z: z.imag.contains(0) and not z.real > 1, acb.li),
    **{
        name: _off(lambda z: z.imag.contains(0) and not z.real < 1, lambda z, n=order: z.polylog(n))  # type: ignore[misc]
        for order, name in POLYLOGARITHMS.items()
    },
}


def _power(base: acb, exponent: acb, analytic: bool) -> acb:
    # The only integer in a ball, if it has a radius, is one of many numbers there.
    integer = exponent.unique_fmpz() if exponent.rad() == 0 else None
    if integer is not None:
        return base ** int(integer) if integer >= 0 else 1 / base ** -int(integer)
    return base.pow(exponent, analytic=analytic)


def _lifted(function: Function, analytic: bool) -> Callable[[Series], Series]:
    return lambda s: constant(function(s[0], analytic), 1)


_UNARY = {
    analytic: {name: _lifted(function, analytic) for name, function in _FUNCTIONS.items()}
    for analytic in (False, True)
}


def _lifted_power(analytic: bool) -> Callable[[Series, Series], Series]:
    return lambda a, b: constant(_power(a[0], b[0], analytic), 1)


_BINARY = {
    analytic: {
        **BINARY,
        "div": lambda a, b: constant(a[0] / b[0], 1),
        "pow": _lifted_power(analytic),
    }
    for analytic in (False, True)
}


def function_of(tokens: Tokens) -> Function:
    """Return the function of a prefix expression in x."""

    def function(z: acb, analytic: bool) -> acb:
        try:
            environment = {"x": constant(z, 1)}
            return evaluate(tokens, environment, 1, unary=_UNARY[analytic], binary=_BINARY[analytic])[0]
        except PrefixError:
            return acb("nan")

    return function


class Quadrature:
    """Integrates one function until its time is up.

    Parameters
    ----------
    function : Function
    deadline : Deadline
    bits : int
        Minus the binary logarithm of the relative error that is aimed at.
    """

    def __init__(self, function: Function, deadline: Deadline, bits: int = GOAL_BITS) -> None:
        self._function = function
        self._deadline = deadline
        self._goal = arb(2) ** -bits
        self._accepted = arb(2) ** (_LOST_BITS - bits)
        self._negligible = arb(2) ** (_SPARE_BITS - bits)
        self._stop: _Stop | None = None

    def over(self, low: arb, high: arb) -> Integral:
        """Integrate from `low` to `high`, which may be infinite.

        Raises
        ------
        NotConvergedError
        NoSolutionError
            If the integrand has a pole or is not real between them.
        """
        parts: list[Integral] = []
        if not high.is_finite():
            # At a finite limit the integrand may be singular.
            start = arb(1) if not low.is_finite() or low < 1 else 2 * low
            parts.append(self._tail(start))
            high = start
        if not low.is_finite():
            start = arb(-1) if high > -1 else 2 * high
            parts.append(self._tail(start))
            low = start
        if low is not high:
            parts.append(self._finite(low, high, MAX_SINGULAR))
        return total(parts)

    def plain(self, low: arb, high: arb, scale: arb) -> acb:
        """Integrate over a finite range in which nothing is wrong.

        Raises
        ------
        NotConvergedError
        NoSolutionError
            If something is wrong, or the integrand is not real.
        """
        value = self._integral(self._function, lambda x: x, low, high, scale)
        if self._stop is not None:
            raise _pole(self._stop.at)
        if not self._is_accurate(value, scale):
            raise NotConvergedError(_DIVERGENT)
        return value

    def _integral(
        self,
        function: Function,
        place: Callable[[arb], arb],
        low: arb,
        high: arb,
        scale: arb,
        limit: int = MAX_EVALUATIONS,
    ) -> acb:
        """Integrate until something is wrong; where, `_stop` says, in x by `place`."""
        self._stop = None
        narrow = _NARROW * min(arb(1), high - low)

        def watched(z: acb, analytic: bool) -> acb:
            if self._stop is not None or self._deadline.has_passed:
                return acb(0)
            value = function(z, analytic)
            if analytic:
                return value
            if not value.is_finite():
                if z.real.rad() < narrow:
                    self._stop = _Stop(place(z.real), True)
            elif z.imag == 0 and not value.imag.contains(0):
                self._stop = _Stop(place(z.real), False)
            return value

        smallest = arb(2) ** -(4 * BITS)
        value = acb.integral(
            watched,
            acb(low),
            acb(high),
            rel_tol=self._goal,
            abs_tol=scale * self._goal + smallest,
            eval_limit=limit,
        )
        if self._deadline.has_passed:
            raise NotConvergedError(_DIVERGENT)
        if self._stop is not None and not self._stop.is_singular:
            raise NoSolutionError(f"the integrand is not real near {shown(self._stop.at)}")
        return value

    def _finite(self, low: arb, high: arb, depth: int) -> Integral:
        """Integrate over a finite range, whose ends and -1, 0 and 1 may be singular."""
        scale = self._scale(low, high)
        value = self._integral(self._function, lambda x: x, low, high, scale)
        if self._stop is None:
            if not self._is_accurate(value, scale):
                raise NotConvergedError(_DIVERGENT)
            return Integral(value, scale)
        at = self._stop.at
        near = [p for p in (low, high, *map(arb, _NICE)) if abs(p - at) < 4 * _NARROW * (high - low)]
        if not near or not depth:
            raise _pole(at)
        end = near[0]
        if end is not low and end is not high:
            try:
                return total([self._finite(low, end, depth - 1), self._finite(end, high, depth - 1)])
            except NotConvergedError:
                raise _pole(end) from None
        middle = (low + high) / 2
        rest = (middle, high) if end is low else (low, middle)
        return total([self._finite(*rest, depth - 1), self._tail_to(end, middle)])

    def _scale(self, low: arb, high: arb, function: Function | None = None) -> arb:
        """Return about the integral of the absolute value, by samples."""
        function = function or self._function
        points = [low + (high - low) * (2 * k + 1) / (2 * SAMPLES) for k in range(SAMPLES)]
        sizes = [abs(function(acb(x), False)) for x in points]
        known = [size.mid() for size in sizes if size.is_finite()]
        return sum(known, arb(0)) * (high - low).mid() / SAMPLES

    def _tail(self, start: arb) -> Integral:
        """Integrate from `start`, 1 or more from zero, away from zero.

        In x = start*exp(w); then, since no ball holds what exp(x) is over such a range, in steps of one size.
        """

        def function(w: acb, analytic: bool) -> acb:
            x = start * w.exp()
            return self._function(x, analytic) * abs(start) * w.exp()

        def evenly(w: acb, analytic: bool) -> acb:
            return self._function(start + sign * w, analytic)

        try:
            return self._in_parts(function, lambda w: start * w.exp())
        except NotConvergedError:
            sign = 1 if start > 0 else -1
            return self._in_parts(evenly, lambda w: start + sign * w)

    def _tail_to(self, end: arb, middle: arb) -> Integral:
        """Integrate between a point and the end of the range; x = end + (middle - end)*exp(-w)."""
        length = middle - end

        def function(w: acb, analytic: bool) -> acb:
            shrunk = (-w).exp()
            return self._function(end + length * shrunk, analytic) * abs(length) * shrunk

        return self._in_parts(function, lambda w: end + length * (-w).exp())

    def _in_parts(self, function: Function, place: Callable[[arb], arb]) -> Integral:
        """Integrate from 0 to infinity, until the parts don't count any more.

        Raises
        ------
        NotConvergedError
            If they go on counting.
        """
        total, scale, last, not_smaller = acb(0), arb(0), arb("inf"), 0
        for k in range(MAX_PARTS):
            limits = arb(_STEP * k), arb(_STEP * (k + 1))
            # exp(-x) in steps of log(x) is hard to enclose where it is nothing; even steps do that.
            is_nothing = k and self._scale(*limits, function) <= scale * self._negligible
            limit = _MAX_FOR_NOTHING if is_nothing else MAX_EVALUATIONS
            part = self._integral(function, place, *limits, scale, limit)
            if self._stop is not None and k < _PARTS_BEFORE_ROUNDING:
                raise _pole(self._stop.at)
            if self._stop is not None or not self._is_accurate(part, scale):
                break
            size = arb(abs(part).upper())
            total, scale = total + part, scale + abs(part).mid()
            if size + last <= scale * self._negligible:
                rest = 16 * (size + last)
                return Integral(total + acb(arb(0, rest), arb(0)), scale)
            not_smaller = 0 if size < last else not_smaller + 1
            if not_smaller > _PATIENCE:
                break
            last = size
        raise NotConvergedError(_DIVERGENT)

    def _is_accurate(self, value: acb, scale: arb) -> bool:
        """Whether the error of a ball is small beside the integral, or beside that of the absolute value."""
        return bool(value.is_finite() and value.rad() <= self._accepted * max(abs(value).mid(), scale))


def total(parts: Sequence[Integral]) -> Integral:
    """Add integrals over neighbouring ranges."""
    return Integral(sum((p.value for p in parts), acb(0)), sum((p.scale for p in parts), arb(0)))


def _pole(x: arb) -> NoSolutionError:
    return NoSolutionError(f"the integrand has a pole, or no value, near {shown(x)}")


def shown(x: arb) -> str:
    """Print the middle of a ball, 6 digits."""
    return str(x.mid().str(6, radius=False))
