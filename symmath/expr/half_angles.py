"""Rational functions of tan(x/2) and their logarithms, written by sines and cosines of x.

With t = tan(x/2), sin(x) = 2*t/(1 + t^2) and t = sin(x)/(1 + cos(x)): what is rational in t is
(a + b*sin(x))/c with polynomials a, b, c in cos(x), and that is mostly shorter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.expansion import expand
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.shape import factors_of, summands_of

_COSINE, _SINE = symengine.Symbol("cos"), symengine.Symbol("sin")
_ONE = symengine.Integer(1)
_SMALL = 0.03125


def in_whole_angles(e: Expr) -> Expr:
    """Write the terms of a sum that are rational in the tangent of a half angle, or logarithms of such.

    Parameters
    ----------
    e : Expr

    Returns
    -------
    Expr
        Equal to `e` but for constants that logarithms make; `e` itself if nothing gets shorter.
    """
    halves = list(e.atoms(symengine.tan))
    if len(halves) != 1:
        return e
    try:
        return symengine.Add(*_written(summands_of(e), halves[0]))
    except (UnsupportedError, RuntimeError):
        return e


def _written(terms: Sequence[Expr], half: Expr) -> Iterator[Expr]:
    """Yield the terms, those that are rational added up, logarithms of one multiple joined."""
    rational: list[Expr] = []
    factors: dict[Expr, Expr] = {}
    logarithms: dict[Expr, list[Expr]] = {}
    for term in terms:
        scale, rest = _split(term)
        if type(rest) is symengine.log and _is_rational_in(half, rest.args[0]):
            size = abs(scale) if scale.is_Rational else scale
            factors[size] = factors.get(size, symengine.Integer(1)) * rest.args[0] ** (scale / size)
            logarithms.setdefault(size, []).append(term)
        elif _is_rational_in(half, term):
            rational.append(term)
        else:
            yield _inside(term, half)
    yield _shorter(symengine.Add(*rational), _whole(symengine.Add(*rational), half))
    for size, product in factors.items():
        apart = symengine.Add(*logarithms[size])
        _, varying = _split(_whole(product, half))
        if type(varying) is symengine.Pow and varying.args[1].is_Integer:
            size, varying = size * varying.args[1], varying.args[0]
        yield _shorter(apart, size * symengine.log(_positive(varying)))


def _inside(e: Expr, half: Expr) -> Expr:
    """Write what is rational in the half angle's tangent inside functions and roots by the whole angle."""
    if half not in e.atoms(symengine.tan):
        return e
    if e != half and _is_rational_in(half, e):
        return _shorter(e, _whole(e, half))
    return e.func(*(_inside(argument, half) for argument in e.args))


def _positive(product: Expr) -> Expr:
    """Return a product or its negative, whichever is positive for small positive x if one is."""
    factors = list(product.args) if type(product) is symengine.Mul else [product]
    value = complex(product.subs({X: _SMALL}).n(real=False))
    sums = [i for i, factor in enumerate(factors) if type(factor) is symengine.Add]
    if value.real < 0 and sums:
        factors[sums[0]] = expand(-factors[sums[0]])
    return symengine.Mul(*factors)


def _split(term: Expr) -> tuple[Expr, Expr]:
    """Return a number and what it multiplies."""
    factors = factors_of(term)
    numbers = [f for f in factors if not f.free_symbols]
    return symengine.Mul(*numbers), symengine.Mul(*(f for f in factors if f.free_symbols))


def _is_rational_in(half: Expr, e: Expr) -> bool:
    return half in e.atoms(symengine.tan) and _is_rational(half, e)


def _is_rational(half: Expr, e: Expr) -> bool:
    if e == half or X not in e.free_symbols:
        return True
    is_power = type(e) is symengine.Pow and bool(e.args[1].is_Integer)
    is_built = is_power or type(e) in (symengine.Add, symengine.Mul)
    return is_built and all(_is_rational(half, argument) for argument in e.args)


def _whole(e: Expr, half: Expr) -> Expr:
    """Return a rational function of a half angle's tangent by the sine and cosine of the angle."""
    forms: list[Expr] = []
    for name, other in ((_COSINE, _SINE), (_SINE, _COSINE)):
        # One of the two is the root of what the other one leaves.
        root = symengine.sqrt(1 - name**2)
        sine, cosine = (root, name) if name == _COSINE else (name, root)
        in_name = e.xreplace({half: sine / (1 + cosine)})
        field = Field.of([in_name, root, name])
        num, den = (field.expr(part) for part in field.fraction(in_name))
        conjugate = den.xreplace({root: -root})
        above, below = (field.fraction(expand(part * conjugate)).num for part in (num, den))
        forms.append(field.factored(field.cancel(above, below)).xreplace({root: other}))
    angle = expand(2 * half.args[0])
    shortest = _with_squares(min(forms, key=lambda form: _length(_split(form)[1])))
    return shortest.xreplace({_COSINE: symengine.cos(angle), _SINE: symengine.sin(angle)})


def _with_squares(e: Expr) -> Expr:
    """Write ``(cos - 1)*(cos + 1)`` as ``-sin^2``."""
    powers = dict(f.args if type(f) is symengine.Pow else (f, _ONE) for f in e.args) if e.args else {}
    below, above = powers.get(_COSINE - 1), powers.get(_COSINE + 1)
    if type(e) is not symengine.Mul or below is None or above is None or below * above < 0:
        return e
    shared = min(below, above, key=abs)
    return e / ((_COSINE - 1) * (_COSINE + 1)) ** shared * (-1) ** shared * _SINE ** (2 * shared)


def _shorter(e: Expr, other: Expr) -> Expr:
    return min(other, e, key=_length)


def _length(e: Expr) -> int:
    return 1 + sum(map(_length, e.args))
