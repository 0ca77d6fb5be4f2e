"""Equal forms of an integrand in which fitting may find a primitive that it doesn't in the given one.

Roots are taken for real and positive, as in ``sqrt(a)*sqrt(b) = sqrt(a*b)``; what is found is verified
against what was asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

import symengine

from symmath.errors import UNUSABLE, UnsupportedError
from symmath.expr.expansion import expand
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.rational import factorised
from symmath.expr.shape import factors_of

_HALF = symengine.Rational(1, 2)
_MAX_CONJUGATES = 3
_EXPONENTIALS: dict[type[Expr], Callable[[Expr], Expr]] = {
    symengine.atanh: lambda u: ((1 + u) / (1 - u)) ** _HALF,
    symengine.asinh: lambda u: u + (u**2 + 1) ** _HALF,
    symengine.acosh: lambda u: u + (u**2 - 1) ** _HALF,
}
"""What the exponentials of inverse hyperbolic functions are."""


def equal_forms(e: Expr) -> Iterator[Expr]:
    """Yield other forms of an integrand, with one change after the other."""
    for change in (_one_exponential, _powers_of_inverses, _joined_roots, _by_conjugates):
        try:
            new = _everywhere(e, change)
        except UNUSABLE:
            continue
        if new != e:
            e = new
            yield e


def _everywhere(e: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Change all subexpressions in which x occurs, from the inside out."""
    if not e.args or e.is_Number or X not in e.free_symbols:
        return e
    return change(e.func(*(_everywhere(argument, change) for argument in e.args)))


def _one_exponential(e: Expr) -> Expr:
    """Write a product of exponentials, as of ``2**x*exp(x)``, as one of a multiple of x."""
    if type(e) is not symengine.Mul:
        return e
    powers = [a for a in e.args if type(a) is symengine.Pow and X not in a.args[0].free_symbols]
    exponent = symengine.Add(*(u if b == symengine.E else u * symengine.log(b) for b, u in _split(powers)))
    slope = exponent.diff(X)
    if len(powers) < 2 or X in slope.free_symbols:
        return e
    others = [a for a in e.args if a not in powers]
    return symengine.exp(slope * X + exponent.subs({X: 0})) * symengine.Mul(*others)


def _split(powers: list[Expr]) -> Iterator[tuple[Expr, Expr]]:
    for power in powers:
        base, exponent = power.args
        yield base, exponent


def _powers_of_inverses(e: Expr) -> Expr:
    """Write the exponential of a multiple of an inverse hyperbolic function as a power."""
    if type(e) is not symengine.Pow or e.args[0] != symengine.E:
        return e
    for inverse in factors_of(e.args[1]):
        rule = _EXPONENTIALS.get(type(inverse))
        if rule is not None and (factor := e.args[1] / inverse).is_Rational:
            base, exponent = rule(inverse.args[0]), factor
            if type(base) is symengine.Pow:
                base, exponent = base.args[0], base.args[1] * factor
            return base**exponent
    return e


def _joined_roots(e: Expr) -> Expr:
    """Join the roots of a product, and draw whole powers out of them."""
    if type(e) not in (symengine.Mul, symengine.Pow):
        return e
    factors = factors_of(e)
    roots = [a for a in factors if _is_root(a)]
    if not roots:
        return e
    powers: dict[Expr, Expr] = defaultdict(lambda: symengine.Integer(0))
    for base, exponent in _split(roots):
        for factor, multiplicity in _factors(base):
            powers[factor] += multiplicity * exponent
    groups: dict[Expr, list[Expr]] = defaultdict(list)
    for factor, exponent in powers.items():
        groups[exponent].append(factor)
    joined = [_group(*group) for group in groups.items()]
    is_simpler = sum(map(_is_root, joined)) <= len(roots) and _size(joined) < _size(roots)
    return symengine.Mul(*(a for a in factors if a not in roots), *joined) if is_simpler else e


def without_roots_below(e: Expr) -> Expr:
    """Write ``1/(sqrt(x + 1) + sqrt(x))`` as ``sqrt(x + 1) - sqrt(x)``, where no sum is left below a line."""
    try:
        new = _everywhere(e, _by_conjugates)
    except UNUSABLE:
        return e
    return e if any(map(_is_below, new.atoms(symengine.Pow))) else new


def _is_below(e: Expr) -> bool:
    return bool(type(e.args[0]) is symengine.Add and e.args[1].is_Rational and e.args[1] < 0)


def _by_conjugates(e: Expr) -> Expr:
    """Multiply what is under a sum with square roots by its conjugates."""
    if type(e) is not symengine.Pow or type(e.args[0]) is not symengine.Add or not e.args[1].is_Integer:
        return e
    if not -_MAX_CONJUGATES <= e.args[1] < 0:
        return e
    (below, exponent), above = e.args, symengine.Integer(1)
    for _ in range(_MAX_CONJUGATES):
        roots = (a for a in below.atoms(symengine.Pow) if _is_root(a) and a.args[1] == _HALF)
        root = next((a for a in sorted(roots, key=str) if X in a.free_symbols), None)
        if root is None:
            return expand(expand(above**-exponent) * below**exponent)
        conjugate = below.xreplace({root: -root})
        # The squares of roots are sums themselves.
        above, below = above * conjugate, expand(expand(below * conjugate))
    return e


def _size(powers: list[Expr]) -> int:
    """Return how long what stands under roots is."""
    return sum(len(str(power.args[0])) for power in powers if _is_root(power))


def _is_root(e: Expr) -> bool:
    return type(e) is symengine.Pow and bool(e.args[1].is_Rational) and not e.args[1].is_Integer


def _factors(e: Expr) -> Iterator[tuple[Expr, int]]:
    """Yield the factors of a fraction with their multiplicities, the number first."""
    field = Field.of([e])
    for side, sign in zip(field.fraction(e), (1, -1), strict=True):
        content, factors = factorised(side)
        if content != 1:
            yield symengine.Integer(content), sign
        for factor, multiplicity in factors:
            yield field.expr(factor), sign * multiplicity


def _group(exponent: Expr, factors: list[Expr]) -> Expr:
    """Return the power of a product.

    Raises
    ------
    UnsupportedError
        If that is an imaginary number.
    """
    if exponent.is_Integer:
        return symengine.Mul(*factors) ** exponent
    base = expand(symengine.Mul(*factors))
    if base.is_Rational and base < 0:
        raise UnsupportedError("the root of a negative number")
    return base**exponent
