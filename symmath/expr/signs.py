"""Absolute values written as people do: ``x**2*sign(x)`` as ``x*abs(x)``, ``x/abs(x)`` as ``sign(x)``.

For real arguments only; whoever shows the result to somebody has it verified first.
"""

from __future__ import annotations

from collections.abc import Iterator

import symengine
from flint import fmpq, fmpz

from symmath.expr.operators import BY_TOKEN, Expr, X
from symmath.expr.plan import split_coefficient, split_sum
from symmath.expr.shape import factors_of
from symmath.expr.special import slope_of

_SIGNED = (symengine.sign, symengine.Abs)
SIGN_PREFIX = "sign_"
"""How the names of symbols begin that are 1 or -1."""
_CIRCULAR = (symengine.tan, symengine.cos, symengine.sin)
_ONE = symengine.Integer(1)
MAX_TURNED = 7


def has_signs(e: Expr) -> bool:
    """Whether an expression holds a sign or an absolute value."""
    return type(e) in _SIGNED or any(map(has_signs, e.args))


def content(e: Expr) -> Expr:
    """Return the positive rational that all terms of a sum share; 1 for what has none."""
    return symengine.Rational(*_content(e)) if e != 0 else _ONE


def _content(e: Expr) -> tuple[int, int]:
    num, den = fmpz(0), fmpz(1)
    for coefficient, _ in split_sum(e):
        num, den = num.gcd(coefficient.p), den.lcm(coefficient.q)
    return int(num), int(den)


def with_absolute_values(e: Expr) -> Expr:
    """Write products with signs by absolute values, and logarithms of what has a sign likewise.

    Parameters
    ----------
    e : Expr

    Returns
    -------
    Expr
        Equal to `e` for real arguments, but for the imaginary part of logarithms.
    """
    if not has_signs(e):
        return e
    return _written(e, {_oriented(u)[1] for u in signed(e)})


def derivative(e: Expr) -> Expr:
    """Return the derivative by x, where signs are constant: symengine has none for absolute values."""
    if not has_signs(e):
        return slope_of(e)
    signs: dict[Expr, Expr] = {}
    slope = slope_of(with_constants(e, signs))
    return with_absolute_values(slope.xreplace({symbol: sign for sign, symbol in signs.items()}))


def with_constants(e: Expr, signs: dict[Expr, Expr]) -> Expr:
    """Write sign(u) as a constant, and abs(u) as u times that, which is right where u is real.

    Parameters
    ----------
    e : Expr
    signs : dict of Expr to Expr
        By sign, its constant; those of `e` are added.

    Returns
    -------
    Expr
    """
    if not e.args or e.is_Number:
        return e
    if type(e) not in _SIGNED:
        return e.func(*(with_constants(argument, signs) for argument in e.args))
    scale, u = _oriented(e.args[0])
    positive = signs.setdefault(BY_TOKEN["sign"].build(u), symengine.Symbol(f"{SIGN_PREFIX}{len(signs)}"))
    if type(e) is symengine.sign:
        return positive if scale > 0 else -positive
    # As s*(x - 2) whether it is written x - 2 or 2 - x: fitting makes logarithms of what is in it.
    return abs(scale) * positive * with_constants(u, signs)


def turned(e: Expr) -> list[Expr]:
    """Return a primitive times the sign of x and those of its circular functions.

    If it is the negative of one in a part of the line, one of these may not be: fitting takes
    ``sqrt(1 - cot(x)**2)`` for ``sqrt(tan(x)**2 - 1)/tan(x)``, which is right where the tangent is positive.
    """
    found: dict[Expr, None] = {X: None}
    stack = [e]
    while stack:
        part = stack.pop()
        stack.extend(part.args)
        if type(part) in _CIRCULAR and X in part.free_symbols:
            found.update((function(part.args[0]), None) for function in _CIRCULAR)
    return [e * BY_TOKEN["sign"].build(u) for u in list(found)[:MAX_TURNED]]


def signed(e: Expr) -> Iterator[Expr]:
    """Yield the arguments of signs and absolute values, innermost first."""
    for argument in e.args:
        yield from signed(argument)
    if type(e) in _SIGNED:
        yield e.args[0]


def _oriented(u: Expr) -> tuple[Expr, Expr]:
    """Return a rational and what it has to be multiplied by to make `u`: the same for u and -2*u."""
    if type(u) is not symengine.Add:
        coefficient, rest = split_coefficient(u)
        return symengine.Rational(int(coefficient.p), int(coefficient.q)), rest
    num, den = _content(u)
    terms = split_sum(u)
    leading, _ = max(terms, key=lambda term: (not term[1].is_Number, str(term[1])))
    scale = fmpq(num if leading > 0 else -num, den)
    rest = symengine.Add(*(symengine.Rational(int((c / scale).p), int((c / scale).q)) * r for c, r in terms))
    return symengine.Rational(int(scale.p), int(scale.q)), rest


def _written(e: Expr, signed: set[Expr]) -> Expr:
    if not e.args or e.is_Number:
        return e
    if type(e) is symengine.Mul:
        return _product([_written(factor, signed) for factor in e.args])
    arguments = [_written(argument, signed) for argument in e.args]
    built = BY_TOKEN["sign"].build(*arguments) if type(e) is symengine.sign else e.func(*arguments)
    if type(built) is symengine.log and _oriented(built.args[0])[1] in signed:
        return symengine.log(symengine.Abs(built.args[0]))
    if type(built) is symengine.log and _is_negative(built.args[0]):
        return symengine.log(-built.args[0])
    return _product([built]) if type(built) in (*_SIGNED, symengine.Pow) else built


def _is_negative(u: Expr) -> bool:
    """Whether an expression is minus a sum of absolute values and positive numbers."""
    return all(c < 0 and (rest == 1 or type(rest) is symengine.Abs) for c, rest in split_sum(u))


def _product(factors: list[Expr]) -> Expr:
    """Multiply; of every u that has a sign or an absolute value among the factors, make one of them."""
    flat = [part for f in factors for part in (factors_of(f))]
    powers = [f.args if type(f) is symengine.Pow else (f, _ONE) for f in flat]
    whole = [(base, int(n)) for base, n in powers if n.is_Integer]
    signed = {_oriented(base.args[0])[1] for base, _ in whole if type(base) in _SIGNED}
    exponents = dict.fromkeys(signed, 0)
    signs = dict.fromkeys(signed, 0)
    rest: list[Expr] = [base**n for base, n in powers if not n.is_Integer]
    for base, n in whole:
        scale, u = _oriented(base.args[0] if type(base) in _SIGNED else base)
        if u not in signed:
            rest.append(base**n)
        elif type(base) is symengine.sign:
            signs[u] += n
            rest.append(_ONE if scale > 0 else symengine.Integer(-1) ** n)
        else:
            is_absolute = type(base) is symengine.Abs
            exponents[u] += n
            signs[u] += n if is_absolute else 0
            rest.append((abs(scale) if is_absolute else scale) ** n)
    return symengine.Mul(
        *rest, *(_power(u, exponents[u], signs[u] % 2 == 1) for u in sorted(signed, key=str))
    )


def _power(u: Expr, exponent: int, is_odd: bool) -> Expr:
    """Return ``u**exponent``, times the sign of u if there is an odd number of signs."""
    if not is_odd:
        return u**exponent
    if exponent == 0:
        return BY_TOKEN["sign"].build(u)
    # abs(u) is u*sign(u), and 1/abs(u) is sign(u)/u.
    return u ** (exponent - 1) * symengine.Abs(u) if exponent > 0 else u ** (exponent + 1) / symengine.Abs(u)
