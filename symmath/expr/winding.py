"""Arctangents of tangents without jumps: 2*atan(tan(x/2)/sqrt(3)) goes on where tan(x/2) has a pole.

As w grows, (cos(w), sin(w)) goes round a circle, and a linear map takes it round an ellipse. The angle
of the image is w or -w, a constant that turns the map into a stretching, and what is left: an arctangent
whose denominator is positive, so that it never jumps.

References
----------
Jeffrey and Rich (1994), "The evaluation of trigonometric integrals avoiding spurious discontinuities",
ACM Transactions on Mathematical Software 20, who add steps instead.
"""

from __future__ import annotations

from typing import NamedTuple

import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import evaluate
from symmath.expr.expansion import expand
from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.prefix import encode
from symmath.expr.signs import content

_C, _S = symengine.Symbol("cos w"), symengine.Symbol("sin w")
_WAVES = (symengine.tan, symengine.sin, symengine.cos)
_ONE = symengine.Integer(1)


class _Map(NamedTuple):
    """Numerator ``p*sin(w) + q*cos(w)`` and denominator ``r*sin(w) + s*cos(w)``."""

    p: Expr
    q: Expr
    r: Expr
    s: Expr


def unwound(e: Expr) -> Expr:
    """Write arctangents of tangents as multiples of x and arctangents that don't jump.

    Parameters
    ----------
    e : Expr

    Returns
    -------
    Expr
        Equal to `e` but for a constant between any two places where `e` jumps; `e` itself if it holds no
        arctangent of a quotient of linear forms in the sine and cosine of one real angle.
    """
    if not e.args or e.is_Number:
        return e
    arguments = [unwound(argument) for argument in e.args]
    built = e.func(*arguments)
    if type(built) is not type(symengine.atan(X)):
        return built
    return _unwound(built.args[0]) or built


def _unwound(u: Expr) -> Expr | None:
    angles = {wave.args[0] for wave in u.atoms(*_WAVES)}
    if len(angles) != 1:
        return None
    (w,) = angles
    t = _S / _C
    whole = {symengine.tan(w): t, symengine.sin(w): _S, symengine.cos(w): _C}
    halved = {
        symengine.tan(w): 2 * t / (1 - t**2),
        symengine.sin(w): 2 * t / (1 + t**2),
        symengine.cos(w): (1 - t**2) / (1 + t**2),
    }
    try:
        for angle, waves in ((w, whole), (expand(w / 2), halved)):
            found = _linear_map(u.xreplace(waves))
            if found is not None:
                return _angle(found, angle)
    except (UnsupportedError, PrefixError, RuntimeError):
        pass
    return None


def _linear_map(in_waves: Expr) -> _Map | None:
    """Read an expression as a quotient of linear forms in the sine and cosine of an angle."""
    if X in in_waves.free_symbols:
        return None
    field = Field.of([in_waves, _S, _C])
    num, den = (field.expr(part) for part in field.fraction(in_waves))
    found = _Map(num.diff(_S), num.diff(_C), den.diff(_S), den.diff(_C))
    is_linear = expand(num - found.p * _S - found.q * _C) == expand(den - found.r * _S - found.s * _C) == 0
    return found if is_linear and not any(part.free_symbols for part in found) else None


def _angle(ellipse: _Map, w: Expr) -> Expr | None:
    """Return the angle of the ellipse's point at w, less a constant, as a continuous function."""
    p, q, r, s = ellipse
    orientation = _sign(p * s - q * r)
    if orientation < 0:
        p, r, w = -p, -r, -w
    elif orientation == 0:
        return None
    # The rotation that is nearest to the map, but for its length: what is left is symmetric.
    a, b = s + p, q - r
    along, across = a * _C - b * _S, b * _C + a * _S
    x, y = s * _C + r * _S, q * _C + p * _S
    above, below = (_in_double_angle(form) for form in (along * y - across * x, along * x + across * y))
    scale = next((part for part in above if part != 0), None)
    if scale is None:
        return expand(w)
    double = expand(2 * w)
    waves = (_ONE, symengine.cos(double), symengine.sin(double))
    num, den = (
        symengine.Add(*(_constant(part / scale) * wave for part, wave in zip(parts, waves, strict=True)))
        for parts in (above, below)
    )
    shared, sign = content(num + expand(_C * den)), _sign(scale)
    return expand(w) + sign * symengine.atan(expand(num / shared) / expand(sign * den / shared))


def _in_double_angle(form: Expr) -> tuple[Expr, Expr, Expr]:
    """Return a quadratic form as multiples of 1, the cosine and the sine of the double angle."""
    form = expand(form)
    cc, ss, cs = form.diff(_C, 2) / 2, form.diff(_S, 2) / 2, form.diff(_C).diff(_S)
    return expand(cc + ss), expand(cc - ss), expand(cs)


def _constant(e: Expr) -> Expr:
    """Return a number without roots in its denominator."""
    import sympy

    return e if e.is_Rational else expand(symengine.sympify(sympy.radsimp(sympy.sympify(e))))


def _sign(number: Expr) -> int:
    """Return the sign of a real number; 0 for one that isn't, or may be zero."""
    value = evaluate(encode(number), {}, 1)[0]
    return bool(value.real > 0) - bool(value.real < 0) if value.imag.contains(0) else 0
