"""Classical substitutions that make an integrand simpler.

``t = tan(x/2)`` (Weierstrass) for rational functions of sines and cosines; ``t**n = (a*x + b)/(c*x + d)``
for rational functions of its roots; Euler's for the root of a quadratic; ``t = x**n``; and any inner
function whose derivative divides the integrand.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd, isqrt, lcm

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.expansion import expand
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.rationalise import rationalise_with

MAX_DEGREE = 12
MAX_INNER = 8
_T = symengine.Symbol("root")
_HALF = symengine.Rational(1, 2)

Substitution = tuple[Expr, Expr]
"""A new integrand in x, and the inner function: F(inner(x)) is a primitive if F is one of the first."""


def substitutions(integrand: Expr) -> Iterator[Substitution]:
    """Yield substitutions; where the inner function can't be inverted, what they lead to may not hold."""
    for search in (_power, _derivative_divides, _half_angle, _root_of_quotient, _euler):
        try:
            yield from search(integrand)
        except (UnsupportedError, RuntimeError):
            # RuntimeError is how symengine reports an undefined result.
            continue


def _tidy(e: Expr) -> Expr:
    field = Field.of([e, X])
    return field.factored(field.fraction(e))


def _powers_of_x(e: Expr, found: set[int]) -> None:
    """Collect the exponents of all powers of x; 1 for a bare one, 0 for one that isn't whole."""
    if e == X:
        found.add(1)
    elif type(e) is symengine.Pow and e.args[0] == X:
        found.add(int(e.args[1]) if e.args[1].is_Integer else 0)
    else:
        for argument in e.args:
            _powers_of_x(argument, found)


def _with_powers_divided(e: Expr, n: int) -> Expr:
    if type(e) is symengine.Pow and e.args[0] == X:
        return X ** (e.args[1] / n)
    return e.func(*(_with_powers_divided(a, n) for a in e.args)) if e.args and not e.is_Number else e


def _power(integrand: Expr) -> Iterator[Substitution]:
    """Take t = x**n where x*f(x) is a function of x**n."""
    e = _tidy(X * integrand)
    found: set[int] = set()
    _powers_of_x(e, found)
    n = gcd(*found) if found and 0 not in found else 1
    for m in range(n, 1, -1):
        if n % m == 0:
            yield _tidy(_with_powers_divided(e, m) / (m * X)), X**m


def _inner_functions(e: Expr) -> Iterator[Expr]:
    stack = [e]
    while stack:
        part = stack.pop()
        stack.extend(part.args)
        if part.args and X in part.free_symbols and type(part) not in (symengine.Add, symengine.Mul):
            yield part
            inner = part.args[1] if part.args[0] == symengine.E else part.args[0]
            if inner != X and inner.args:
                yield inner


def _derivative_divides(integrand: Expr) -> Iterator[Substitution]:
    """Take t = g(x) where f/g' is a function of g alone."""
    for inner in list(dict.fromkeys(_inner_functions(integrand)))[:MAX_INNER]:
        if type(inner) is symengine.Pow and inner.args[0] == X:
            continue
        new = _tidy(integrand / inner.diff(X)).xreplace({inner: _T})
        if X not in new.free_symbols and _T in new.free_symbols:
            yield new.xreplace({_T: X}), inner


def _half_angle(integrand: Expr) -> Iterator[Substitution]:
    rational, half_angles = rationalise_with(integrand)
    turning = [symbol for symbol, angle in half_angles.items() if X in angle.free_symbols]
    if len(turning) != 1 or X in rational.free_symbols:
        return
    t = turning[0]
    speed = half_angles[t].diff(X)
    if X in speed.free_symbols:
        return
    fixed = {s: symengine.tan(angle) for s, angle in half_angles.items() if s != t}
    new = (rational / ((1 + t**2) * speed)).xreplace({**fixed, t: X})
    yield new, symengine.tan(half_angles[t])


def _radicals(e: Expr, found: dict[Expr, None]) -> None:
    if type(e) is symengine.Pow and e.args[1].is_Rational and not e.args[1].is_Integer:
        if X in e.free_symbols:
            found[e] = None
        return
    for argument in e.args:
        _radicals(argument, found)


def _root_of_quotient(integrand: Expr) -> Iterator[Substitution]:
    found: dict[Expr, None] = {}
    _radicals(integrand, found)
    bases = {radical.args[0] for radical in found}
    if len(bases) != 1:
        return
    base = bases.pop()
    degree = lcm(*(int(radical.args[1].q) for radical in found))
    outer = _inverse_of_quotient(base, _T**degree) if degree <= MAX_DEGREE else None
    if outer is None:
        return
    replaced = integrand.xreplace({**{r: _T ** (r.args[1] * degree) for r in found}, X: outer})
    yield (replaced * outer.diff(_T)).xreplace({_T: X}), base ** symengine.Rational(1, degree)


def _inverse_of_quotient(base: Expr, value: Expr) -> Expr | None:
    """Solve ``base = value`` for x where base is (a*x + b)/(c*x + d); None for other bases."""
    field = Field.of([base, X])
    num, den = map(field.expr, field.fraction(base))
    a, c = num.diff(X), den.diff(X)
    if X in a.free_symbols or X in c.free_symbols:
        return None
    b, d = expand(num - a * X), expand(den - c * X)
    if expand(a * d - b * c) == 0:
        return None
    return (d * value - b) / (a - c * value)


def _as_one_root(integrand: Expr) -> tuple[Expr, Expr] | None:
    """Return the integrand with `_T` for the root of one quadratic, and the quadratic."""
    found: dict[Expr, None] = {}
    _radicals(integrand, found)
    if not found or any(radical.args[1].q != 2 for radical in found):
        return None
    bases = list(dict.fromkeys(radical.args[0] for radical in found))
    if len(bases) == 1:
        quadratic = bases[0]
        new = integrand.xreplace({r: _T ** (2 * r.args[1]) for r in found})
    else:
        # The root of a product, as for positive factors; one root is left for the others.
        if len(bases) != 2 or any(expand(base).diff(X, 2) != 0 for base in bases):
            return None
        quadratic = bases[0] * bases[1]
        roots = {bases[0]: symengine.Symbol("first"), bases[1]: symengine.Symbol("second")}
        new = integrand.xreplace({r: roots[r.args[0]] ** (2 * r.args[1]) for r in found})
        first, second = roots.values()
        field = Field.of([new, X, *bases, first, second])
        new = field.expr(field.fraction(new)).xreplace({second: _T / first})
        new = _tidy(new).xreplace({first**2: bases[0]})
        new = new.xreplace({first**-2: 1 / bases[0]})
        if first in new.free_symbols:
            return None
    return new, expand(quadratic)


def _square_root(e: Expr) -> Expr | None:
    """Return the root of a rational that is a square, else None."""
    if not e.is_Rational or e <= 0:
        return None
    p, q = isqrt(int(e.p)), isqrt(int(e.q))
    return symengine.Rational(p, q) if p * p == e.p and q * q == e.q else None


def _euler(integrand: Expr) -> Iterator[Substitution]:
    """Take Euler's substitutions for rational functions of x and sqrt(a*x**2 + b*x + c)."""
    one = _as_one_root(integrand)
    if one is None:
        return
    new, quadratic = one
    a = quadratic.diff(X, 2) / 2
    c = quadratic.subs({X: 0})
    b = expand(quadratic - a * X**2 - c) / X
    if a == 0 or X in a.free_symbols or X in expand(b).free_symbols:
        return
    b = expand(b)
    root = quadratic**_HALF
    leading, last = _square_root(a), _square_root(c)
    if leading is not None:
        # sqrt(quadratic) = t - leading*x
        x = (_T**2 - c) / (b + 2 * leading * _T)
        value, inner = _T - leading * x, root + leading * X
    elif last is not None:
        # sqrt(quadratic) = x*t + last
        x = (2 * last * _T - b) / (a - _T**2)
        value, inner = x * _T + last, (root - last) / X
    else:
        return
    yield _tidy((new.xreplace({_T: value, X: x}) * x.diff(_T)).xreplace({_T: X})), inner
