"""Classical methods for first-order equations ``y' = f(x, y)``.

Each method takes the slope f and yields first integrals Phi, constant on every solution, or
solutions y(x, c1) directly. A method that doesn't apply yields nothing.

References
----------
Kamke (1959), "Differentialgleichungen: Lösungsmethoden und Lösungen", part A, section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, product

import symengine

from symmath.ansatz.modular import vanishes
from symmath.errors import UnsupportedError
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.rational import factorised
from symmath.expr.shape import factors_of, summands_of
from symmath.expr.signs import with_constants
from symmath.expr.special import slope_of
from symmath.odes.constants import C1
from symmath.odes.equation import DY, UNKNOWNS, Y, by_powers, holds_symbol, numerator
from symmath.odes.first_integral import from_terms
from symmath.odes.forms import (
    ONE,
    ZERO,
    exponential,
    is_zero,
    number_of,
    shortest,
    spread,
    tidy,
)
from symmath.odes.integral import integral
from symmath.odes.invert import explicit, level
from symmath.odes.linear import homogeneous_basis
from symmath.odes.linearise import inverses, linear_in_function
from symmath.odes.roots import roots_of
from symmath.odes.substitute import Substitution, substitutions

_ANCHORS = (ZERO, ONE, symengine.Integer(2))
_MAX_SIGNS = 2
_WEIGHTS = tuple(
    symengine.Rational(p, q) for p, q in ((1, 1), (-1, 1), (2, 1), (-2, 1), (1, 2), (-1, 2), (3, 1))
)

Integrals = Iterator[Expr]
"""First integrals Phi(x, y)."""


def slopes(equation: Expr, top: Expr = DY) -> Iterator[Expr]:
    """Yield the right-hand sides f for which ``y' = f(x, y)`` solves an equation; or ``top = f``.

    An absolute value that holds y gives two, one for either sign.
    """
    try:
        field, poly = numerator(equation, top)
        factors = [factor for factor, _ in factorised(poly)[1]] if len(poly) > 1 else [poly]
    except UnsupportedError:
        return
    for factor in factors:
        e = field.expr(factor)
        if holds_symbol(e, top):
            try:
                yield from (side for f in roots_of(e, top, top) for side in _sides(tidy(f)))
            except UnsupportedError:
                continue


def _sides(f: Expr) -> Iterator[Expr]:
    signs: dict[Expr, Expr] = {}
    plain = with_constants(f, signs)
    of_x = {symbol: sign for sign, symbol in signs.items() if sign.free_symbols.isdisjoint(UNKNOWNS)}
    of_y = [symbol for symbol in signs.values() if symbol not in of_x]
    if not 0 < len(of_y) <= _MAX_SIGNS:
        yield f
        return
    for values in product((ONE, -ONE), repeat=len(of_y)):
        yield tidy(plain.xreplace({**of_x, **dict(zip(of_y, values, strict=True))}))


def polynomial_in_y(e: Expr) -> dict[Expr, Expr] | None:
    """Return coefficients by powers of y, or None if its denominator or a kernel holds it."""
    try:
        field = Field.of([e])
        num, den = field.fraction(e)
    except UnsupportedError:
        return None
    if holds_symbol(field.expr(den), Y):
        return None
    return {
        field.monomial(key, 1): field.factored(field.cancel(part, den))
        for key, part in by_powers(field, num, Y).items()
    }


def _linear(f: Expr) -> Iterator[Expr]:
    """Solve ``y' = p*y + q`` by an integrating factor."""
    coefficients = polynomial_in_y(f)
    if coefficients is None or not set(coefficients) <= {Y, ONE}:
        return
    yield from linear_solution(coefficients.get(Y, ZERO), coefficients.get(ONE, ZERO))


def linear_solution(p: Expr, q: Expr) -> Iterator[Expr]:
    """Yield the solution y(x, c1) of ``y' = p*y + q``."""
    area = integral(p)
    if area is None:
        return
    growth = exponential(area)
    forced = integral(tidy(q / growth)) if q != 0 else ZERO
    if forced is None:
        forced = integral(spread(q * exponential(-area)))
    if forced is not None:
        yield C1 * growth + shortest(growth * forced)


def _bernoulli(f: Expr) -> Iterator[Expr]:
    """Solve ``y' = p*y + q*y**n`` through u = y**(1 - n)."""
    coefficients = polynomial_in_y(f) if not holds_root(f) else _powers_of_y(f)
    if coefficients is None or len(coefficients) not in (1, 2):
        return
    powers = {_exponent_of_y(monomial): c for monomial, c in coefficients.items()}
    if None in powers:
        return
    for n in [n for n in powers if n is not None and n != 1 and n != 0]:
        if not set(powers) <= {n, 1}:
            continue
        for u in linear_solution((1 - n) * powers.get(1, ZERO), (1 - n) * powers[n]):
            exponent = 1 / (1 - n)
            yield u**exponent
            if exponent.is_Rational and int(exponent.q) % 2 == 0:
                yield -(u**exponent)


def holds_root(f: Expr) -> bool:
    """Whether y occurs in a denominator or to a fractional power."""
    coefficients = polynomial_in_y(f)
    return coefficients is None or any(_exponent_of_y(monomial) is None for monomial in coefficients)


def _powers_of_y(f: Expr) -> dict[Expr, Expr]:
    """Collect the terms of an expanded sum by their power of y."""
    collected: dict[Expr, Expr] = {}
    for term in summands_of(spread(f)):
        inside = symengine.Mul(*(factor for factor in factors_of(term) if holds_symbol(factor, Y)))
        collected[inside] = collected.get(inside, ZERO) + term / inside
    return collected


def _exponent_of_y(monomial: Expr) -> Expr | None:
    if monomial == 1:
        return ZERO
    if monomial == Y:
        return ONE
    if type(monomial) is symengine.Pow and monomial.args[0] == Y:
        exponent = monomial.args[1]
        return None if {X, Y} & exponent.free_symbols else exponent
    return None


def separated(f: Expr) -> tuple[Expr, Expr] | None:
    """Return g(x) and h(y) with f = g*h, or None."""
    g, h = ONE, ONE
    mixed: list[Expr] = []
    for factor in factors_of(tidy(f)):
        names = factor.free_symbols & {X, Y}
        if len(names) == 2:
            mixed.append(factor)
        elif Y in names:
            h *= factor
        else:
            g *= factor
    if not mixed:
        return g, h
    rest = symengine.Mul(*mixed)
    for x0 in _ANCHORS:
        for y0 in _ANCHORS:
            try:
                corner, along_x, along_y = (
                    rest.subs({X: x0, Y: y0}),
                    rest.subs({Y: y0}),
                    rest.subs({X: x0}),
                )
                if corner == 0 or not corner.is_finite:
                    continue
            except RuntimeError:
                continue
            if vanishes(rest * corner - along_x * along_y):
                return g * along_x, h * along_y / corner
    return None


def _separable(f: Expr) -> Integrals:
    parts = separated(f)
    if parts is None:
        return
    g, h = parts
    left, right = integral(tidy(1 / h), Y), integral(g)
    if left is not None and right is not None:
        yield left - right


def _linear_in_function(f: Expr) -> Iterator[Expr]:
    """Solve an equation that is linear in a function of y."""
    for phi, p, q in linear_in_function(f):
        for u in linear_solution(p, q):
            yield from inverses(phi, u)
            return


def _isobaric(f: Expr) -> Integrals:
    """Separate the variables by y = v*x**n where f is homogeneous of weight n; n = 1 is the usual case."""
    for n in _WEIGHTS:
        # A square keeps every root of x single-valued in the test.
        square = X**2
        scaled = f.xreplace({X: square, Y: Y * square**n}) / square ** (n - 1)
        speed = f.subs({X: ONE})
        if not vanishes(scaled - speed):
            continue
        left = integral(tidy(1 / (speed - n * Y)), Y) if not is_zero(speed - n * Y) else None
        if left is not None:
            yield left.subs({Y: Y / X**n}) - symengine.log(X)
        return


def _about_a_point(f: Expr) -> Integrals:
    """Separate the variables where f is homogeneous seen from the point in which two of its lines meet."""
    for (a, b, c), (d, e, g) in combinations(_lines(f), 2):
        if a * e == b * d:
            continue
        x0, y0 = ((b * g - c * e) / (a * e - b * d), (c * d - a * g) / (a * e - b * d))
        if (x0, y0) != (ZERO, ZERO):
            moved = tidy(f.xreplace({X: X + x0, Y: Y + y0}))
            yield from (found.xreplace({X: X - x0, Y: Y - y0}) for found in _isobaric(moved))
        return


def _lines(f: Expr) -> list[tuple[Expr, Expr, Expr]]:
    """Return a, b and c of the sums ``a*x + b*y + c`` in an expression."""
    found: dict[tuple[Expr, Expr, Expr], None] = {}
    stack = [f]
    while stack:
        e = stack.pop()
        stack.extend(e.args)
        if type(e) is symengine.Add and {X, Y} >= e.free_symbols:
            across, up = e.diff(X), e.diff(Y)
            if across.is_Rational and up.is_Rational:
                found[across, up, e.subs({X: ZERO, Y: ZERO})] = None
    return list(found)


def _shifted(f: Expr) -> Integrals:
    """Separate the variables of ``y' = F(y + k*x)`` by v = y + k*x."""
    across, up = f.diff(X), f.diff(Y)
    if up == 0 or across == 0:
        return
    k = number_of(across / up)
    if k is None or k.free_symbols:
        return
    speed = f.subs({X: ZERO}) + k
    left = integral(tidy(1 / speed), Y) if not is_zero(speed) else None
    if left is not None:
        yield left.subs({Y: Y + k * X}) - X


def _exact(f: Expr) -> Integrals:
    """Find a first integral among termwise primitives, with usual integrating factors."""
    yield from from_terms(f)


def _swapped(f: Expr) -> Integrals:
    """Solve for x as a function of y where that equation is linear or Bernoulli."""
    swap = {X: Y, Y: X}
    inverse = tidy(1 / f).xreplace(swap)
    for solve in (_linear, _bernoulli):
        for found in solve(inverse):
            x = found.xreplace(swap)
            try:
                yield from roots_of(x - X, C1, C1)[:1]
            except UnsupportedError:
                continue


def _riccati(f: Expr) -> Iterator[Expr]:
    """Solve ``y' = q0 + q1*y + q2*y**2`` through the linear equation of u with y = -u'/(q2*u)."""
    coefficients = polynomial_in_y(f)
    if coefficients is None or Y**2 not in coefficients or not set(coefficients) <= {Y**2, Y, ONE}:
        return
    q0, q1, q2 = (coefficients.get(power, ZERO) for power in (ONE, Y, Y**2))
    basis = homogeneous_basis(tidy(-q1 - q2.diff(X) / q2), tidy(q2 * q0))
    if basis is None:
        return
    u = basis.first + C1 * basis.second
    yield tidy(-slope_of(u) / (q2 * u))


_METHODS = (
    _linear,
    _separable,
    _bernoulli,
    _isobaric,
    _shifted,
    _exact,
    _linear_in_function,
    _swapped,
    _about_a_point,
    _riccati,
)


def clairaut(equation: Expr) -> Iterator[Expr]:
    """Solve ``y = x*y' + g(y')``: the lines y = c1*x + g(c1)."""
    try:
        heights = roots_of(equation, Y, Y)
    except UnsupportedError:
        return
    for height in heights:
        g = spread(height - X * DY)
        if X not in g.free_symbols:
            yield C1 * X + g.subs({DY: C1})


def first_order(equation: Expr) -> Iterator[Expr]:
    """Yield proposals for an equation in x, y and y'.

    Yields
    ------
    Expr
        y in x and c1; or, if it holds y, an expression that is constant on every solution.
    """
    yield from clairaut(equation)
    for f in slopes(equation):
        yield from _guarded(from_slope, f)


def from_slope(f: Expr, *, is_substituted: bool = False) -> Iterator[Expr]:
    """Yield proposals for ``y' = f(x, y)``, explicit ones first; after the methods, new unknowns."""
    implicit: list[Expr] = []
    is_solved = False
    for method in _METHODS:
        for found in _guarded(method, f):
            is_solved = True
            if not holds_symbol(found, Y):
                yield shortest(found)
                continue
            solved = list(explicit(found))
            yield from solved
            if not solved:
                implicit.append(level(found))
    yield from implicit
    if is_solved or is_substituted:
        return
    for substitution in substitutions(f):
        for found in _guarded(_after(substitution), f):
            yield shortest(found)


def _after(substitution: Substitution) -> Callable[[Expr], Iterator[Expr]]:
    def method(f: Expr) -> Iterator[Expr]:
        for found in from_slope(substitution.slope(f), is_substituted=True):
            yield substitution.back(found)

    return method


def _guarded(method: Callable[[Expr], Iterator[Expr]], f: Expr) -> Iterator[Expr]:
    """Yield what a method yields until it meets something unsupported."""
    try:
        yield from method(f)
    except (UnsupportedError, RuntimeError):
        # RuntimeError is how symengine reports an undefined result.
        return
