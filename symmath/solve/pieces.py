"""Where a primitive jumps though its integrand is bounded, and its exact values on either side.

atan(tan(x)/2) jumps at pi/2, and sign(x - 1)*x at 1. Newton and Leibniz' formula holds from one jump to
the next, with one-sided limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from flint import acb, arb

from symmath.errors import NoSolutionError
from symmath.expr.bridge import SympyExpr
from symmath.solve.quadrature import Function, Quadrature, shown

MAX_JUMPS = 32
_FAR = 2**24
"""Beyond it no jumps are looked for."""
_EDGE = arb(2) ** -40
_SHORT = arb(2) ** -30
"""In a cell so short the integral doesn't count beside a jump."""
_NARROW = arb(2) ** -130
_SPLIT = arb("0.4871")
"""Not a half: jumps are at round numbers, where a primitive may have no value."""
_NEGLIGIBLE = arb(2) ** -60
_DIGITS = 30
_BESIDE = arb(2) ** -100
_STEEP = 10**15
_FAR_ORDER = 45
"""Logarithm of a size that goes to infinity."""
_ORDERS_BESIDE = 60
"""How near a place is looked at, or how far out, in powers of ten: a fourth root there is steep."""
_NAMED = 5
_NONE: Mapping[SympyExpr, SympyExpr] = MappingProxyType({})


def find_jumps(primitive: Function, quadrature: Quadrature, low: arb, high: arb, scale: arb) -> list[arb]:
    """Return where a primitive jumps, from left to right; `scale` is about that of the integral.

    Raises
    ------
    NoSolutionError
        If that can't be told, or at too many places.
    """
    far = arb(_FAR)
    low, high = (low if low > -far else -far), (high if high < far else far)
    low, high = low + (high - low) * _EDGE, high - (high - low) * _EDGE
    found: list[arb] = []
    cells = [(low, high, arb(0))]
    while cells:
        left, right, jump = cells.pop()
        step = abs(primitive(acb(right), False) - primitive(acb(left), False))
        if right - left > _SHORT:
            part = quadrature.plain(left, right, scale)
            step = abs(primitive(acb(right), False) - primitive(acb(left), False) - part)
            jump = 2 * step
            if step.is_finite() and not step > scale * _NEGLIGIBLE:
                continue
        elif not step > jump / 4:
            continue
        middle = (left + (right - left) * _SPLIT).mid()
        if right - left < _NARROW * max(arb(1), abs(middle)):
            found.append(middle)
            if len(found) > MAX_JUMPS:
                raise NoSolutionError(f"the primitive jumps at x = {named(found)}, at too many places")
            continue
        cells += [(middle, right, jump), (left, middle, jump)]
    return found


def named(points: list[arb]) -> str:
    """Print points, the first few of many."""
    return ", ".join(map(shown, points[:_NAMED])) + (", ..." if len(points) > _NAMED else "")


def exact_forms(point: arb) -> Iterator[SympyExpr]:
    """Yield the simple exact numbers that a point may be, to all digits that are known."""
    import mpmath
    import sympy

    with mpmath.workdps(_DIGITS):
        value = mpmath.mpf(point.mid().str(_DIGITS + 5, radius=False))
        near = mpmath.mpf(10) ** (3 - _DIGITS) * max(1, abs(value))
        if abs(value) < near:
            # No integer relation holds zero.
            yield sympy.Integer(0)
            return

        def fraction(of: Any, largest: int) -> Any:
            found = Fraction(str(of)).limit_denominator(largest)
            return sympy.Rational(found.numerator, found.denominator)

        linear = mpmath.pslq([value, mpmath.pi, mpmath.mpf(1)], maxcoeff=10**4, maxsteps=10**4)
        quadratic = mpmath.findpoly(value, 2, maxcoeff=1000, tol=near * 1000)
        guesses = [fraction(value, 1000), sympy.pi * fraction(value / mpmath.pi, 120)]
        if linear and linear[0]:
            guesses.append(-(linear[1] * sympy.pi + linear[2]) / sympy.Integer(linear[0]))
        if quadratic:
            x = sympy.Symbol("x")
            guesses += sympy.roots(sum(int(c) * x**k for k, c in enumerate(reversed(quadratic))), x)
        if abs(value) < 50:
            guesses.append(sympy.log(fraction(mpmath.exp(value), 1000)))
        for guess in guesses:
            if guess.is_real and abs(mpmath.mpf(str(sympy.N(guess, _DIGITS + 5))) - value) < near:
                yield guess


def values_beside(
    e: SympyExpr,
    variable: SympyExpr,
    at: SympyExpr,
    side: str,
    numbers: Mapping[SympyExpr, SympyExpr] = _NONE,
) -> Iterator[SympyExpr]:
    """Yield what may be the one-sided limit of an expression; `side` is "+" or "-".

    Signs that depend on parameters are taken as they are where those are `numbers`.
    """
    import sympy

    def is_value(value: SympyExpr) -> bool:
        is_constant = value.is_number or (numbers and not value.has(variable, sympy.Limit))
        return bool(is_constant and not value.has(sympy.nan, sympy.zoo, sympy.AccumBounds))

    def at_it(form: SympyExpr) -> Iterator[SympyExpr]:
        value = form.subs(variable, at)
        # SymPy leaves 0**(1 - a) as it is.
        is_decided = not any(power.base == 0 for power in value.atoms(sympy.Pow))
        if is_value(value) and value.is_finite is not False and is_decided:
            yield value

    if at.is_finite:
        yield from at_it(e)
    branch = _branch(e, variable, at, side, numbers)
    if at.is_finite:
        yield from at_it(branch)
    try:
        limit = sympy.limit(branch, variable, at, dir=side)
    except (NotImplementedError, ValueError, TypeError, AttributeError, RecursionError):
        return
    if is_value(limit):
        yield limit


def _branch(
    e: SympyExpr, variable: SympyExpr, at: SympyExpr, side: str, numbers: Mapping[SympyExpr, SympyExpr]
) -> SympyExpr:
    """Write signs, absolute values and steep arctangents as what they are on one side of a point.

    And powers that depend on parameters as zero where they go there for these numbers.
    """
    import sympy

    sign = 1 if side == "+" else -1
    if at.is_finite:
        place = at.subs(numbers)
        scale = max(1, abs(sympy.N(place, 10)))
        nearness = sign * sympy.Rational(str(scale)) / 10**_ORDERS_BESIDE
        beside = sympy.Rational(str(sympy.N(place, 2 * _ORDERS_BESIDE))) + nearness
    else:
        beside = sympy.Integer(-sign * 10**_ORDERS_BESIDE)

    def value(u: SympyExpr) -> SympyExpr:
        return sympy.N(u.subs(numbers).subs(variable, beside), 2 * _ORDERS_BESIDE)

    def of_sign(u: SympyExpr) -> SympyExpr:
        found = value(u)
        return sympy.sign(found) if found.is_real and found != 0 else sympy.sign(u)

    def of_arctangent(u: SympyExpr) -> SympyExpr:
        found = value(u) if u.has(variable) else sympy.Integer(0)
        steep = found.is_real and abs(found) > _STEEP
        return sympy.sign(found) * sympy.pi / 2 if steep else sympy.atan(u)

    def of_power(base: SympyExpr, exponent: SympyExpr) -> SympyExpr:
        power = base**exponent
        if not (numbers and power.has(variable)) or exponent.is_number:
            return power
        size, order = abs(value(base)), value(exponent)
        if not (order.is_real and size.is_comparable and size != 0):
            return power
        logarithm = order * sympy.log(size)
        # A power of x itself is near nothing only where it goes there.
        is_constant = not exponent.has(variable)
        is_far = abs(sympy.log(size)) > _FAR_ORDER if is_constant else logarithm < -_STEEP
        return sympy.Integer(0) if is_far and logarithm < 0 else power

    replaced = e.replace(sympy.sign, lambda u: of_sign(u) if u.has(variable) else sympy.sign(u))
    replaced = replaced.replace(sympy.Abs, lambda u: u * of_sign(u) if u.has(variable) else sympy.Abs(u))
    if not at.is_finite and len(replaced.atoms(sympy.exp)) > 1:
        replaced = _term_by_term(replaced)
    replaced = replaced.replace(sympy.Pow, of_power)
    replaced = replaced.replace(sympy.exp, lambda u: of_power(sympy.E, u))
    return replaced.replace(sympy.atan, of_arctangent)


def _term_by_term(e: SympyExpr) -> SympyExpr:
    """Multiply exponentials into sums of such: (exp(2*x) + 1)*exp(-2*x) goes to 1, though a factor goes to 0.

    SymPy's `expand` would multiply exp(-x) into a denominator.
    """
    import sympy

    if e.is_Add:
        return sympy.Add(*map(_term_by_term, e.args))
    if e.is_Mul:
        others = list(e.args)
        for factor in e.args:
            if factor.is_Add and factor.has(sympy.exp):
                others.remove(factor)
                return sympy.Add(*(_term_by_term(sympy.Mul(term, *others)) for term in factor.args))
    return e


def value_beside(
    e: SympyExpr,
    variable: SympyExpr,
    at: SympyExpr,
    side: str,
    numeric: Callable[[SympyExpr], acb | None],
    near: acb,
    numbers: Mapping[SympyExpr, SympyExpr],
) -> SympyExpr | None:
    """Return the one-sided limit that agrees with a value of the primitive beside a point."""
    for value in values_beside(e, variable, at, side, numbers):
        ball = numeric(value.subs(numbers))
        if ball is not None and abs(ball - near) < (1 + abs(near)) / _STEEP:
            return value
    return None


def sum_over_jumps(
    e: SympyExpr,
    variable: SympyExpr,
    primitive: Function,
    jumps: list[arb],
    numeric: Callable[[SympyExpr], acb | None],
    numbers: Mapping[SympyExpr, SympyExpr] = _NONE,
) -> SympyExpr:
    """Return the sum of the left less the right limits of a primitive at its jumps, exactly.

    With parameters, these are where they are for some `numbers`, and so are the values of `primitive`.

    Raises
    ------
    NoSolutionError
        If one of them is not found.
    """
    import sympy

    total = sympy.Integer(0)
    for point in jumps:
        beside = _BESIDE * max(arb(1), abs(point))
        left, right = primitive(acb(point - beside), False), primitive(acb(point + beside), False)
        for form in exact_forms(point):
            below = value_beside(e, variable, form, "-", numeric, left, numbers)
            above = value_beside(e, variable, form, "+", numeric, right, numbers)
            if below is not None and above is not None:
                total += below - above
                break
        else:
            raise NoSolutionError(
                f"the primitive jumps at x = {named(jumps)}, and its one-sided limits at {shown(point)} "
                "were not found exactly"
            )
    return total
