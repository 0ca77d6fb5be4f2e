"""Numbers that an exact integral is checked against: limits and integrals in balls, values to 40 digits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise, product
from types import MappingProxyType

import symengine
from flint import acb, arb, fmpq

from symmath.deadline import Deadline
from symmath.errors import NoSolutionError, PrefixError, UnsupportedError
from symmath.expr.balls import evaluate as evaluate_balls
from symmath.expr.balls import working_precision
from symmath.expr.breaks import troubles
from symmath.expr.bridge import SympyExpr, from_sympy
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import encode
from symmath.solve.oscillating import tail_of
from symmath.solve.pieces import values_beside
from symmath.solve.quadrature import (
    BITS,
    GOAL_BITS,
    Integral,
    NotConvergedError,
    Quadrature,
    function_of,
    total,
)
from symmath.solve.recognise import integers_in, recognise
from symmath.verification.parameters import positive_choices
from symmath.verification.points import random_source

DIGITS = 40
MAX_LIMIT_BITS = 20_000
CHOICES = 7
"""Choices of small and large numbers for parameters."""
RECOGNISING_DIGITS = 70
_LONG = 12
"""A value of more operations may be a known constant."""
_SLOW = 10**6
_LARGEST_DENOMINATOR, _ROUNDED = 1000, 1e-13
_OSCILLATING_SHARE = 0.1
"""Of the time, for what oscillates to infinity."""


def magnitude(limit: SympyExpr) -> int:
    """Return the binary order of magnitude of a limit that is a real number.

    Raises
    ------
    UnsupportedError
        If it isn't.
    """
    import mpmath
    import sympy

    if not (limit.is_number and limit.is_extended_real):
        raise UnsupportedError(f"a real number or oo was expected as a limit, not {limit}")
    if limit.is_infinite or limit == 0:
        return 0
    bits = int(mpmath.mag(mpmath.mpmathify(sympy.N(limit, 15))))
    if bits > MAX_LIMIT_BITS:
        raise UnsupportedError(f"a limit of more than {MAX_LIMIT_BITS} bits")
    return max(bits, 0)


def ball(limit: SympyExpr) -> arb:
    """Return a ball around a limit."""
    import sympy

    if limit.is_infinite:
        return arb("inf") if limit.is_extended_positive else arb("-inf")
    if limit.is_Rational:
        return arb(fmpq(int(limit.p), int(limit.q)))
    try:
        return evaluate_balls(encode(from_sympy(limit)), {}, 1)[0].real
    except (UnsupportedError, PrefixError):
        # Not elementary, such as the gamma function of 1/3.
        digits = 100
        value = arb(str(sympy.N(limit, digits)))
        return value + abs(value) * arb(0, 1) * arb(10) ** (2 - digits)


def _with_factored_radicands(e: Expr) -> Expr:
    """Write sqrt((x - 1)**2) for sqrt(x**2 - 2*x + 1), whose ball around 1 knows nothing of the square."""
    written: dict[Expr, Expr] = {}
    for power in e.atoms(symengine.Pow):
        base, exponent = power.args
        if type(base) is symengine.Add and exponent.is_Rational and not exponent.is_Integer:
            with suppress(UnsupportedError):
                field = Field.of([base])
                written[base] = field.factored(field.fraction(base))
    return e.xreplace(written)


def _in_half_angles(e: Expr) -> Expr:
    """Write 2*cos(x/2)**2 for 1 + cos(x), which loses half its digits where it is nearly zero."""
    written: dict[Expr, Expr] = {}
    for base in e.atoms(symengine.Add):
        number, wave = base.args[0], base.args[-1]
        factor = number / wave.args[0] if type(wave) is symengine.Mul and len(wave.args) == 2 else number
        function = wave.args[-1] if type(wave) is symengine.Mul else wave
        if len(base.args) == 2 and factor in (1, -1) and isinstance(function, (symengine.sin, symengine.cos)):
            angle = function.args[0]
            angle = angle if type(function) is symengine.cos else symengine.pi / 2 - angle
            half = (symengine.cos if factor == 1 else symengine.sin)(angle / 2)
            written[base] = 2 * number * half**2
    return e.xreplace(written)


def integral_of(integrand: Expr, low: arb, high: arb, deadline: Deadline, bits: int = GOAL_BITS) -> Integral:
    """Integrate by quadrature, to so many bits; over a long range by log(x) where the integrand holds that.

    Raises
    ------
    NotConvergedError
    NoSolutionError
        If the integrand has a pole or is not real between the limits.
    """
    integrand = _in_half_angles(_with_factored_radicands(integrand))
    logarithm = symengine.log(X)
    is_long = low >= 0 and not high < _SLOW * max(low, arb(1))
    if is_long and integrand.has(logarithm):
        w = symengine.Symbol("w")
        in_w = integrand.xreplace({logarithm: w}).subs({X: symengine.exp(w)}) * symengine.exp(w)
        by_logarithm = function_of(encode(in_w.subs({w: X})))
        start = arb("-inf") if low == 0 else low.log()
        end = high.log() if high.is_finite() else high
        try:
            return Quadrature(by_logarithm, deadline, bits).over(start, end)
        except NotConvergedError:
            pass
    if not (low.is_finite() and high.is_finite()) and integrand.atoms(symengine.sin, symengine.cos):
        with suppress(NotConvergedError):
            if (found := _with_tails(integrand, low, high, deadline, bits)) is not None:
                return found
        # What oscillates for ever may take for ever, while its primitive can tell.
        if bits == GOAL_BITS:
            deadline = deadline.earlier(_OSCILLATING_SHARE * deadline.remaining)
    quadrature = Quadrature(function_of(encode(integrand)), deadline, bits)
    try:
        return quadrature.over(low, high)
    except NoSolutionError:
        # Beside a corner, a removable singularity or an integrable one it may go on.
        places = troubles(encode(integrand), between=(float(low), float(high))).places
        corners = [place for place in map(_meant, places) if low < place < high]
        if corners:
            with suppress(NoSolutionError):
                return total([quadrature.over(*ends) for ends in pairwise([low, *corners, high])])
        raise


def _with_tails(integrand: Expr, low: arb, high: arb, deadline: Deadline, bits: int) -> Integral | None:
    """Integrate what falls off slowly as it oscillates; None if it isn't seen to."""
    # Both ends as the upper one, of the integrand or of its mirror image.
    ends = {1: (integrand, low, high), -1: (integrand.subs({X: -X}), -high, -low)}
    parts, cut = [], {1: high, -1: -low}
    for side, (e, begin, end) in ends.items():
        if end.is_finite():
            continue
        if (tail := tail_of(e)) is None:
            return None
        cut[side] = begin if begin > tail.start else arb(tail.start)
        parts.append(tail.integral(cut[side], deadline, bits))
    if -cut[-1] < cut[1]:
        parts.append(integral_of(integrand, -cut[-1], cut[1], deadline, bits))
    return total(parts)


def _meant(place: float) -> arb:
    """Return the rational number or the multiple of pi that is meant by a float, or itself."""
    for unit in (arb(1), arb.pi()):
        ratio = Fraction(float(place / unit)).limit_denominator(_LARGEST_DENOMINATOR)
        exact = unit * arb(fmpq(ratio.numerator, ratio.denominator))
        if abs(exact - place) < _ROUNDED * (1 + abs(place)):
            return exact
    return arb(place)


def numeric(e: SympyExpr, digits: int = DIGITS) -> acb | None:
    """Return a ball around a constant; None if it has no finite value."""
    import sympy

    value = sympy.N(e, digits)
    real, imaginary = value.as_real_imag()
    if not (real.is_Number and imaginary.is_Number and real.is_finite and imaginary.is_finite):
        return None
    found = acb(arb(str(real)), arb(str(imaginary)))
    return found + acb(arb(0, 1), arb(0, 1)) * abs(found) * arb(10) ** (2 - digits)


def agrees(e: SympyExpr, integral: Integral) -> bool:
    """Whether a constant can be the value of an integral, by all digits that are known of both."""
    value = numeric(e)
    if value is None:
        return False
    slack = integral.scale * arb(10) ** (2 - DIGITS)
    return bool(abs(value - integral.value).lower() <= slack)


def decimals(e: SympyExpr) -> str:
    """Print a value; its exact form has to be printable too."""
    import sympy

    str(e)
    return str(sympy.N(sympy.re(sympy.N(e, DIGITS)), 15))


def in_decimals(integral: Integral) -> str:
    """Print an integral by quadrature."""
    import sympy

    middle = integral.value.real
    if middle.contains(0):
        return "0"
    return str(sympy.N(sympy.Float(middle.mid().str(25, radius=False), 25), 15))


def differences(
    primitive: SympyExpr,
    variable: SympyExpr,
    lower: SympyExpr,
    upper: SympyExpr,
    numbers: Mapping[SympyExpr, SympyExpr] = MappingProxyType({}),
) -> Iterator[SympyExpr]:
    """Yield differences of what may be the primitive's values or one-sided limits at the limits."""
    is_downward = bool(lower.subs(numbers) > upper.subs(numbers))
    ends = [
        list(values_beside(primitive, variable, at, side, numbers))
        for at, side in zip((upper, lower), "+-" if is_downward else "-+", strict=True)
    ]
    for above, below in product(*ends):
        if above.is_infinite is not True and below.is_infinite is not True:
            yield above - below


def _with_small_logarithms(e: SympyExpr) -> SympyExpr:
    """Write log(16777216) as 24*log(2); log(24) stays."""
    import sympy

    powers = {
        part: power[1] * sympy.log(power[0])
        for part in e.atoms(sympy.log)
        if part.args[0].is_Integer and (power := sympy.perfect_power(part.args[0]))
    }
    return e.xreplace(powers)


def as_known_constant(e: SympyExpr) -> SympyExpr | None:
    """Return a long number as the shorter constant that it is by `RECOGNISING_DIGITS`; None if it is none."""
    import sympy

    with working_precision(BITS):
        value = numeric(e, RECOGNISING_DIGITS) if sympy.count_ops(e) > _LONG else None
        found = recognise(value.real, integers_in(e)) if value is not None else None
    return found if found is not None and sympy.count_ops(found) < sympy.count_ops(e) else None


def simplified(e: SympyExpr, scale: str, parameters: Sequence[str] = ()) -> SympyExpr:
    """Return an expression or a shorter one of the same value.

    Parameters
    ----------
    e : SympyExpr
    scale : str
        Size beside which a value is nothing, in decimals: of zero there is no relative error.
    parameters : sequence of str
        Names of symbols that stand for positive numbers; the values are compared at some.
    """
    import sympy

    symbols = [sympy.Symbol(name, positive=True) for name in parameters]
    positive = e.xreplace(dict(zip(map(sympy.Symbol, parameters), symbols, strict=True)))
    positive = positive.rewrite(sympy.zeta) if positive.has(sympy.dirichlet_eta) else positive
    shorter = _with_small_logarithms(min(positive, sympy.simplify(positive), key=sympy.count_ops))
    choices = positive_choices(len(symbols), CHOICES, random_source([str(e)])) if symbols else [()]
    with working_precision(BITS):
        for choice in choices:
            numbers = dict(zip(symbols, map(sympy.sympify, choice), strict=True))
            first, second = numeric(positive.subs(numbers)), numeric(shorter.subs(numbers))
            if first is None or second is None:
                return e
            largest = arb(scale) if shorter.is_zero else abs(first)
            if not abs(first - second) < arb(10) ** -30 * largest:
                return e
    return shorter.xreplace(dict(zip(symbols, map(sympy.Symbol, parameters), strict=True)))
