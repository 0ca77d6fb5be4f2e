"""Special functions that the parts of an integrand suggest, each with its derivative.

Their derivatives are rational functions of the integrand's own kernels: with a factor such as exp(c) before
them, also where an exponent or an angle is shifted by the constant that it is at a pole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import symengine

from symmath.ansatz.arcs import is_negative
from symmath.ansatz.basis import forms
from symmath.errors import UNUSABLE, UnsupportedError
from symmath.expr.expansion import expand
from symmath.expr.kernels import Field, square_root
from symmath.expr.operators import BY_TOKEN, POLYLOGARITHMS, Expr, X
from symmath.expr.rational import factorised
from symmath.expr.special import slope_of, special_parts

_POWERS = (1, 2, 3, 4, 5, 6, -1, -2, -3)
"""Of what a logarithm is of: the primitive of x**2/log(x) is Ei(3*log(x))."""
_MAX_DEGREE = 4
"""Of the polynomial beside a special function in an integrand, plus one."""
_PI, _ONE = symengine.pi, symengine.Integer(1)
_ERF, _ERFI, _EI, _LI, _SI, _CI, _SHI, _CHI, _S, _C, _DILOG = (
    BY_TOKEN[name].build
    for name in ("erf", "erfi", "Ei", "li", "Si", "Ci", "Shi", "Chi", "fresnels", "fresnelc", "dilog")
)


class Term(NamedTuple):
    """What a primitive may hold, and its derivative in the integrand's own kernels."""

    expr: Expr
    slope: Expr


class Parts(NamedTuple):
    """What an integrand is made of.

    Attributes
    ----------
    exponents : list of Expr
        Of E, in x.
    functions : list of Expr
        Sines, cosines, their hyperbolic counterparts and logarithms, of x.
    radicands : list of Expr
        Of square roots.
    factors : list of Expr
        Of the denominator, each once, and what logarithms are of.
    poles : list of Expr
        Roots of those that are linear in x.
    special : list of Expr
        Special functions.
    """

    exponents: list[Expr]
    functions: list[Expr]
    radicands: list[Expr]
    factors: list[Expr]
    poles: list[Expr]
    special: list[Expr]

    @classmethod
    def of(cls, integrand: Expr) -> Parts:
        """Take an integrand apart.

        Raises
        ------
        UnsupportedError
            If it is no rational function of its kernels.
        """
        exponents: dict[Expr, None] = {}
        functions: dict[Expr, None] = {}
        radicands: dict[Expr, None] = {}
        for form in forms(integrand):
            stack = [form]
            while stack:
                part = stack.pop()
                stack.extend(part.args)
                if X not in part.free_symbols:
                    continue
                if type(part) is symengine.Pow and part.args[0] == symengine.E:
                    exponents[part.args[1]] = None
                elif type(part) is symengine.Pow and part.args[1].is_Rational and part.args[1].q == 2:
                    radicands[part.args[0]] = None
                elif type(part) in _PARTNERS or type(part) is symengine.log:
                    functions[part] = None
        field = Field.of([integrand, X])
        factors = [field.expr(factor) for factor, _ in factorised(field.fraction(integrand).den)[1]]
        moving = [factor for factor in factors if X in factor.free_symbols]
        poles = _roots([*moving, *radicands])
        moving += [function.args[0] for function in functions if type(function) is symengine.log]
        beyond = dict.fromkeys(part for part in special_parts(integrand) if X in part.free_symbols)
        # Their derivatives hold exponentials and the like, which remain after integration by parts.
        for part in beyond:
            inner = cls.of(slope_of(part))
            exponents |= dict.fromkeys(inner.exponents)
            functions |= dict.fromkeys(inner.functions)
        return cls(list(exponents), list(functions), list(radicands), moving, poles, list(beyond))

    def holds_log_of(self, e: Expr) -> bool:
        """Whether a logarithm of an expression is there."""
        return symengine.log(e) in self.functions

    def shifts(self, inner: Expr) -> Iterator[Expr]:
        """Yield zero, and what an exponent or angle is at the poles."""
        found = {symengine.Integer(0): None}
        for pole in self.poles:
            with suppress(*UNUSABLE):
                found[expand(inner.subs({X: pole}))] = None
        yield from (value for value in found if not value.has(symengine.zoo))


def _roots(factors: Sequence[Expr]) -> list[Expr]:
    """Return the roots of factors that are linear in x."""
    found: dict[Expr, None] = {}
    for factor in factors:
        slope = expand(factor).diff(X)
        if slope != 0 and X not in slope.free_symbols:
            found[expand(-factor.subs({X: 0}) / slope)] = None
    return list(found)


def terms(parts: Parts) -> Iterator[Term]:
    """Yield special terms; those that can't be built are left out."""
    for makers in (
        *(_of_exponential(parts, exponent) for exponent in parts.exponents),
        *(_of_function(parts, function) for function in parts.functions),
        *(_polylogarithms(parts, factor) for factor in parts.factors),
        *(_of_special(part) for part in parts.special),
    ):
        for maker in makers:
            with suppress(*UNUSABLE):
                term = maker()
                if not (term.expr.has(symengine.zoo) or term.slope.has(symengine.zoo)):
                    yield term


_Makers = Iterator[Callable[[], Term]]


def _of_exponential(parts: Parts, p: Expr) -> _Makers:
    """Yield exponential integrals and error functions for exp(p)."""
    for shift in parts.shifts(p):
        yield partial(_exponential_integral, p, shift)
    yield partial(_error_function_of_square, p)
    for radicand in parts.radicands:
        yield partial(_error_function_of_root, p, radicand)


def _of_special(part: Expr) -> _Makers:
    """Yield what is left of a special function times a polynomial after integration by parts."""
    slope = slope_of(part)
    for power in range(_MAX_DEGREE + 1):
        for e in (X**power * part, X**power * slope):
            yield partial(Term, e, slope_of(e))


def _exponential_integral(p: Expr, shift: Expr) -> Term:
    inner = expand(p - shift) if shift != 0 else p
    return Term(symengine.exp(shift) * _EI(inner), p.diff(X) * symengine.exp(p) / inner)


def _square_and_rest(p: Expr) -> tuple[Expr, Expr, Expr]:
    """Return a, u and c of p = a*u**2 + c, for a polynomial of degree 2 or a multiple of a square.

    Raises
    ------
    UnsupportedError
        If p is neither.
    """
    if (width := expand(p).diff(X, 2)) != 0 and X not in width.free_symbols:
        a, b = width / 2, expand(p).diff(X).subs({X: 0})
        return a, X + b / (2 * a), expand(p.subs({X: 0}) - b**2 / (4 * a))
    field = Field.of([p])
    sides = [factorised(side) for side in field.fraction(p)]
    a = symengine.Integer(sides[0][0]) / symengine.Integer(sides[1][0])
    root = [_ONE, _ONE]
    for which, (_, factors) in enumerate(sides):
        for factor, n in factors:
            e = field.expr(factor)
            if X not in e.free_symbols:
                a *= e ** (n if which == 0 else -n)
            elif n % 2:
                raise UnsupportedError(f"{p} is no multiple of a square")
            else:
                root[which] *= e ** (n // 2)
    return a, root[0] / root[1], symengine.Integer(0)


def _error_function(p: Expr, a: Expr, u: Expr, c: Expr) -> Term:
    function, size = (_ERF, square_root(expand(-a))) if is_negative(a) else (_ERFI, square_root(a))
    scale = symengine.exp(c) * symengine.sqrt(_PI) / (2 * size)
    return Term(scale * function(size * u), u.diff(X) * symengine.exp(p))


def _error_function_of_square(p: Expr) -> Term:
    return _error_function(p, *_square_and_rest(p))


def _error_function_of_root(p: Expr, radicand: Expr) -> Term:
    """Return the error function of a root that an exponent is linear in."""
    a, c = _line_in(p, radicand)
    return _error_function(p, a, symengine.sqrt(radicand), c)


def _line_in(p: Expr, u: Expr) -> tuple[Expr, Expr]:
    """Return a and c of p = a*u + c.

    Raises
    ------
    UnsupportedError
        If p is nothing like that.
    """
    ratio = p.diff(X) / u.diff(X)
    field = Field.of([ratio])
    a = field.expr(field.fraction(ratio))
    c = expand(p - a * u)
    if a == 0 or X in a.free_symbols or X in c.free_symbols:
        raise UnsupportedError(f"{p} is not linear in {u}")
    return a, c


class _Pair(NamedTuple):
    """Two integrals of a function over its argument, and how the function is shifted.

    A sine of v + c is cos(c)*sin(v) + sin(c)*cos(v), and a cosine cos(c)*cos(v) - sin(c)*sin(v).
    """

    odd: Callable[[Expr], Expr]
    even: Callable[[Expr], Expr]
    odd_function: Callable[[Expr], Expr]
    even_function: Callable[[Expr], Expr]
    sign: int

    def shifted(self, v: Expr, c: Expr, is_odd: bool) -> Expr:
        cosine, sine = self.even_function(c), self.odd_function(c)
        if is_odd:
            return cosine * self.odd(v) + sine * self.even(v)
        return cosine * self.even(v) + self.sign * sine * self.odd(v)


_CIRCULAR = _Pair(_SI, _CI, symengine.sin, symengine.cos, -1)
_HYPERBOLIC = _Pair(_SHI, _CHI, symengine.sinh, symengine.cosh, 1)
_FRESNEL = _Pair(_S, _C, symengine.sin, symengine.cos, -1)
_PARTNERS = {
    symengine.sin: _CIRCULAR,
    symengine.cos: _CIRCULAR,
    symengine.sinh: _HYPERBOLIC,
    symengine.cosh: _HYPERBOLIC,
}


def _of_function(parts: Parts, function: Expr) -> _Makers:
    """Yield special functions for a sine, a cosine, or a logarithm."""
    w = function.args[0]
    if type(function) is symengine.log:
        for power in _POWERS:
            yield partial(_logarithmic_integral, parts, w, power)
            if function in parts.radicands:
                yield partial(_error_function_of_logarithm, w, power)
        for pole in parts.poles:
            yield partial(_dilogarithm_at_pole, w, pole)
        return
    pair = _PARTNERS[type(function)]
    for shift in parts.shifts(w):
        for is_odd in (True, False):
            yield partial(_over_argument, pair, w, shift, is_odd)
    if pair is _CIRCULAR:
        for is_odd in (True, False):
            yield partial(_fresnel_of_square, w, is_odd)
            for radicand in parts.radicands:
                yield partial(_fresnel_of_root, w, radicand, is_odd)


def _over_argument(pair: _Pair, w: Expr, shift: Expr, is_odd: bool) -> Term:
    v = expand(w - shift) if shift != 0 else w
    function = pair.odd_function if is_odd else pair.even_function
    return Term(pair.shifted(v, shift, is_odd), w.diff(X) * function(w) / v)


def _fresnel(w: Expr, a: Expr, u: Expr, c: Expr, is_odd: bool) -> Term:
    function = symengine.sin if is_odd else symengine.cos
    sign = symengine.Integer(1)
    if is_negative(a):
        a, c, sign = -a, -c, symengine.Integer(-1 if is_odd else 1)
    size = square_root(2 * a) / symengine.sqrt(_PI)
    return Term(sign * _FRESNEL.shifted(size * u, c, is_odd) / size, u.diff(X) * function(w))


def _fresnel_of_square(w: Expr, is_odd: bool) -> Term:
    return _fresnel(w, *_square_and_rest(w), is_odd)


def _fresnel_of_root(w: Expr, radicand: Expr, is_odd: bool) -> Term:
    a, c = _line_in(w, radicand)
    return _fresnel(w, a, symengine.sqrt(radicand), c, is_odd)


def _logarithmic_integral(parts: Parts, w: Expr, n: int) -> Term:
    """Return li(w) for a denominator log(w), which is Ei(log(w)), and the like of w**n and for log(w) + c."""
    log = symengine.log(w)
    shifts = (expand(factor - log) for factor in parts.factors)
    c = next((shift for shift in shifts if X not in shift.free_symbols), symengine.Integer(0))
    primitive = _LI(w) if n == 1 and c == 0 else symengine.exp(-n * c) * _EI(n * (log + c))
    return Term(primitive, w ** (n - 1) * w.diff(X) / (log + c))


def _error_function_of_logarithm(w: Expr, n: int) -> Term:
    root, size = symengine.sqrt(symengine.log(w)), symengine.sqrt(abs(n))
    function = _ERFI if n > 0 else _ERF
    return Term(symengine.sqrt(_PI) / size * function(size * root), w ** (n - 1) * w.diff(X) / root)


def _dilogarithm_at_pole(w: Expr, pole: Expr) -> Term:
    """Return what gives log(w)/(x - pole) for a line w."""
    slope, value = w.diff(X), expand(w.subs({X: pole}))
    if X in slope.free_symbols or value == 0:
        raise UnsupportedError("the logarithm has to be of a line, without a root at the pole")
    log = symengine.log(w)
    if is_negative(value):
        primitive = _DILOG(expand(w / value)) + log * symengine.log(expand(1 - w / value))
    else:
        primitive = symengine.log(value) * symengine.log(X - pole) - _DILOG(expand(1 - w / value))
    return Term(primitive, log / (X - pole))


def _polylogarithms(parts: Parts, factor: Expr) -> _Makers:
    """Yield dilogarithms of exponentials, for a denominator a + b*exp(k*x)."""
    for p in parts.exponents:
        exponential = symengine.exp(p)
        b = _coefficient(factor, exponential)
        if b is not None:
            a, k = expand(factor - b * exponential), p.diff(X)
            inner = b / a * exponential
            if not parts.holds_log_of(factor) and not is_negative(k):
                # What decays for large x has limits there.
                inner, k = 1 / inner, -k
            log = symengine.log(1 + inner)
            found = (log, *(BY_TOKEN[name].build(-inner) for name in POLYLOGARITHMS.values()))
            for order, function in enumerate(found):
                for power in range(len(found) - order):
                    if order or power:
                        e = X**power * function / k ** (order + 1)
                        yield partial(Term, e, slope_of(e))


def _coefficient(factor: Expr, exponential: Expr) -> Expr | None:
    """Return b of a + b*exp(k*x), for constants a, b and k."""
    named = factor.xreplace({exponential: symengine.Symbol("special")})
    b = expand(named).diff(symengine.Symbol("special"))
    k = exponential.args[1].diff(X)
    is_line = b != 0 and X not in b.free_symbols and X not in k.free_symbols
    return b if is_line and X not in expand(factor - b * exponential).free_symbols else None
