"""Classical substitutions that make an integrand simpler.

Those for circular and hyperbolic functions (`angles`); ``t**n = (a*x + b)/(c*x + d)`` for rational functions
of its roots; Euler's for the root of a quadratic; ``t = x**n``; and any inner function whose derivative
divides the integrand.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

import symengine

from symmath.ansatz.angles import half_angle, odd, tangent, tangent_beside_sign
from symmath.ansatz.reciprocal import sum_with_reciprocal
from symmath.ansatz.roots import (
    Substitution,
    binomial,
    euler,
    innermost_root,
    root_of_quotient,
    roots_of_two_lines,
    tidy,
)
from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr, X
from symmath.expr.present import present

MAX_INNER = 8
_T = symengine.Symbol("inner")


def substitutions(integrand: Expr) -> Iterator[Substitution]:
    """Yield substitutions; where the inner function can't be inverted, what they lead to may not hold."""
    met: set[Substitution] = set()
    for search in _SEARCHES:
        try:
            for found in search(integrand):
                if found not in met:
                    met.add(found)
                    yield found
        except (UnsupportedError, RuntimeError):
            # RuntimeError is how symengine reports an undefined result.
            continue


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
    e = tidy(X * integrand, is_factored=False)
    found: set[int] = set()
    _powers_of_x(e, found)
    n = gcd(*found) if found and 0 not in found else 1
    for m in range(n, 1, -1):
        if n % m == 0:
            yield tidy(_with_powers_divided(e, m) / (m * X)), X**m


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
        new = _named(tidy(integrand / inner.diff(X)), inner)
        if X not in new.free_symbols and _T in new.free_symbols:
            yield new.xreplace({_T: X}), inner


def _named(e: Expr, inner: Expr) -> Expr:
    """Write t for an inner function, and t**n for exp(n*u) if that is exp(u)."""
    if type(inner) is not symengine.Pow or inner.args[0] != symengine.E:
        return e.xreplace({inner: _T})
    if type(e) is symengine.Pow and e.args[0] == symengine.E:
        ratio = e.args[1] / inner.args[1]
        return _T**ratio if ratio.is_Integer else e
    return e.func(*(_named(a, inner) for a in e.args)) if e.args and not e.is_Number else e


def _exponential(integrand: Expr) -> Iterator[Substitution]:
    """Take t = exp(u) after writing hyperbolic functions of u by exponentials."""
    form = present(integrand, "exponential")
    if form is not None:
        yield from _derivative_divides(form)


_SEARCHES = (
    _power,
    _derivative_divides,
    tangent,
    half_angle,
    # After the half angle: log(tan(x/2)) is real where log(cos(x) - 1) isn't.
    odd,
    tangent_beside_sign,
    _exponential,
    root_of_quotient,
    roots_of_two_lines,
    binomial,
    innermost_root,
    euler,
    sum_with_reciprocal,
)
