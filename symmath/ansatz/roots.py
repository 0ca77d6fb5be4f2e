"""Substitutions that rationalise roots of linear and quadratic expressions and of binomials."""

from __future__ import annotations

from collections.abc import Iterator, Set
from math import isqrt, lcm

import symengine

from symmath.expr.expansion import expand
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.rational import factorised, terms_of

MAX_DEGREE = 12

Substitution = tuple[Expr, Expr]
"""A new integrand in x, and the inner function: F(inner(x)) is a primitive if F is one of the first."""

_T = symengine.Symbol("root")
_S = symengine.Symbol("first")
_ONE = symengine.Integer(1)
_HALF = symengine.Rational(1, 2)


def tidy(e: Expr, *, is_factored: bool = True) -> Expr:
    """Return one cancelled fraction with both sides factored, or expanded: a factor may hold other powers.

    Raises
    ------
    UnsupportedError
        If `e` is beyond exact arithmetic.
    """
    field = Field.of([e, X])
    return (field.factored if is_factored else field.expr)(field.fraction(e))


def radicals(e: Expr, found: dict[Expr, None], symbols: Set[Expr] = frozenset({X})) -> None:
    """Collect the outermost fractional powers that hold one of some symbols."""
    if type(e) is symengine.Pow and e.args[1].is_Rational and not e.args[1].is_Integer:
        if symbols & e.free_symbols:
            found[e] = None
        return
    for argument in e.args:
        radicals(argument, found, symbols)


def root_of_quotient(integrand: Expr) -> Iterator[Substitution]:
    """Take ``t = u**(1/n)`` for roots of one quotient u of linear expressions."""
    found: dict[Expr, None] = {}
    radicals(integrand, found)
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


def roots_of_two_lines(integrand: Expr) -> Iterator[Substitution]:
    """Take ``t = (q/p)**(1/n)`` for roots of two linear expressions p and q, and of products of these."""
    found: dict[Expr, None] = {}
    radicals(integrand, found)
    split = {radical: factors for radical in found if (factors := _linear_factors(radical)) is not None}
    lines = list(dict.fromkeys(line for _, powers in split.values() for line in powers))
    if len(lines) != 2 or len(split) != len(found):
        return
    p, q = lines
    n = lcm(*(int(power.q) for _, powers in split.values() for power in powers.values()))
    outer = _inverse_of_quotient(q / p, _T**n) if n <= MAX_DEGREE else None
    if outer is None:
        return
    # p**(1/n) is S, q**(1/n) is S*T; what is left of S has to be whole powers of p.
    roots = {p: _S, q: _S * _T}
    values = {
        radical: scale
        * symengine.Mul(*(expand(roots[line] ** (power * n)) for line, power in powers.items()))
        for radical, (scale, powers) in split.items()
    }
    inside = integrand.xreplace(values)
    field = Field.of([inside, X, _S, _T])
    if any(_S in kernel.free_symbols for kernel in field.kernels if kernel != _S):
        # The logarithm of a sum of both roots isn't that of S times something.
        return
    num, den = field.fraction(inside)
    index = field.kernels.index(_S)
    degrees = {int(e[index]) - int(d[index]) for e, _ in num.terms() for d, _ in den.terms()}
    if len(degrees) != 1 or (degree := degrees.pop()) % n:
        return
    rational = field.expr(num) / field.expr(den) / _S**degree
    new = rational.xreplace({_S: symengine.Integer(1)}) * p ** (degree // n)
    yield tidy((new.xreplace({X: outer}) * outer.diff(_T)).xreplace({_T: X})), (q / p) ** (_ONE / n)


def _linear_factors(radical: Expr) -> tuple[Expr, dict[Expr, Expr]] | None:
    """Return a root as a constant and powers of linear expressions; None if it is no such product."""
    base, exponent = radical.args
    field = Field.of([base, X])
    scale, powers = _ONE, dict[Expr, Expr]()
    for side, sign in zip(field.fraction(base), (1, -1), strict=True):
        content, factors = factorised(side)
        lines = {field.expr(factor): int(multiplicity) for factor, multiplicity in factors}
        if any(X in line.diff(X).free_symbols for line in lines):
            return None
        if content < 0:
            # As it was written: (1 - 2*x)**(1/2), not I*(2*x - 1)**(1/2).
            odd = next((line for line, multiplicity in lines.items() if multiplicity % 2), None)
            if odd is None:
                return None
            lines[-odd] = lines.pop(odd)
        scale *= symengine.Integer(abs(content)) ** (sign * exponent)
        powers |= {line: sign * multiplicity * exponent for line, multiplicity in lines.items()}
    return scale, powers


def binomial(integrand: Expr) -> Iterator[Substitution]:
    """Take ``t = x/(a + b*x**n)**(1/n)``, the third case of Chebyshev's, for roots of one binomial."""
    found: dict[Expr, None] = {}
    radicals(integrand, found)
    bases = {radical.args[0] for radical in found}
    if len(bases) != 1:
        return
    base = bases.pop()
    a, n = base.subs({X: 0}), _degree(base)
    b = expand((base - a) / X**n)
    if a == 0 or not b.is_Rational or any(n % int(radical.args[1].q) for radical in found):
        return
    # With S = (a + b*x**n)**(1/n), x is S*T, S**n is a/(1 - b*T**n), and dx is S**(n + 1)/a*dT.
    inside = integrand.xreplace({**{r: _S ** (r.args[1] * n) for r in found}, X: _S * _T}) * _S ** (n + 1) / a
    new = _with_power(inside, n, a / (1 - b * _T**n))
    if new is not None:
        yield tidy(new.xreplace({_T: X})), X / base ** (_ONE / n)


def _with_power(e: Expr, n: int, value: Expr) -> Expr | None:
    """Write a value for the n-th power of S; None if other powers of S are left."""
    field = Field.of([e, _S])
    index = field.kernels.index(_S)
    fraction = field.fraction(e)
    first = min(int(exponents[index]) for exponents, _ in terms_of(fraction.den))
    # All exponents of S are taken relative to one of the denominator's.
    sides = []
    for side in fraction:
        terms = []
        for exponents, coefficient in terms_of(side):
            power = int(exponents[index]) - first
            if power % n:
                return None
            rest = [0 if i == index else k for i, k in enumerate(exponents)]
            terms.append(field.monomial(rest, coefficient) * value ** (power // n))
        sides.append(symengine.Add(*terms))
    return sides[0] / sides[1]


def _degree(base: Expr) -> int:
    """Return the exponent of x in a binomial ``a + b*x**n``; 1 for anything else."""
    powers = [part for part in base.args if X in part.free_symbols] if type(base) is symengine.Add else []
    if len(powers) != 1:
        return 1
    exponent = tidy(X * powers[0].diff(X) / powers[0])
    return int(exponent) if exponent.is_Integer and exponent > 0 else 1


def innermost_root(integrand: Expr) -> Iterator[Substitution]:
    """Take ``t = u**(1/n)`` for a linear u whose root stands under another root, or beside one."""
    found: dict[Expr, None] = {}
    stack = [integrand]
    while stack:
        part = stack.pop()
        stack.extend(part.args)
        if type(part) is symengine.Pow and part.args[1].is_Rational and not part.args[1].is_Integer:
            slope = expand(part.args[0]).diff(X)
            if slope != 0 and X not in slope.free_symbols:
                found[part] = None
    bases = {root.args[0] for root in found}
    if len(bases) != 1:
        return
    base = bases.pop()
    degree = lcm(*(int(root.args[1].q) for root in found))
    outer = _inverse_of_quotient(base, _T**degree) if degree <= MAX_DEGREE else None
    if outer is None:
        return
    replaced = _with_root(integrand, base, degree).xreplace({X: outer})
    yield (replaced * outer.diff(_T)).xreplace({_T: X}), base ** (_ONE / degree)


def _with_root(e: Expr, base: Expr, degree: int) -> Expr:
    """Write T for the root of that degree of a base, wherever it stands."""
    if not e.args or e.is_Number:
        return e
    if type(e) is symengine.Pow and e.args[0] == base and (e.args[1] * degree).is_Integer:
        return _T ** (e.args[1] * degree)
    return e.func(*(_with_root(argument, base, degree) for argument in e.args))


def _square_root(e: Expr) -> Expr | None:
    """Return the root of a rational that is a square, else None."""
    if not e.is_Rational or e <= 0:
        return None
    p, q = isqrt(int(e.p)), isqrt(int(e.q))
    return symengine.Rational(p, q) if p * p == e.p and q * q == e.q else None


def euler(integrand: Expr) -> Iterator[Substitution]:
    """Take Euler's substitutions for rational functions of x and sqrt(a*x**2 + b*x + c)."""
    found: dict[Expr, None] = {}
    radicals(integrand, found)
    bases = {radical.args[0] for radical in found}
    if len(bases) != 1 or any(radical.args[1].q != 2 for radical in found):
        return
    new = integrand.xreplace({r: _T ** (2 * r.args[1]) for r in found})
    quadratic = expand(bases.pop())
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
    yield tidy((new.xreplace({_T: value, X: x}) * x.diff(_T)).xreplace({_T: X})), inner
