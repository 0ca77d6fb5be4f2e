"""Real places at which an expression may change its branch: the roots and poles of what its cuts are of.

Roots of rational functions are certain to be all found; those of others are looked for by changes of
sign, and by touches of zero, on a scan over many scales, in floating-point numbers, and may be missed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import symengine
from flint import fmpz_poly

from symmath.errors import UNUSABLE
from symmath.expr.cuts import cuts, subexpressions
from symmath.expr.kernels import Field
from symmath.expr.operators import BESSEL, POLYLOGARITHMS, Expr, X
from symmath.expr.prefix import decode
from symmath.expr.rational import Poly, factorised, terms_of

_MAX_DEGREE = 60
_MAX_TERMS = 300
_MAX_BREAKS = 24
_LARGEST, _SMALLEST = 1e30, 1e-30
_SAME = 1e-7
_ROUNDING = 1e-13
_TOUCHING = 1e-11
_PIECES, _ROUNDS = 17, 9

_ZERO_WITH_ARGUMENT = (
    *(symengine.Abs, symengine.sign, symengine.sinh, symengine.tanh),
    *(symengine.asin, symengine.atan, symengine.asinh, symengine.atanh),
)
_BRANCH_POINTS: dict[str, tuple[int, ...]] = {
    **{name: (0,) for name in ("abs", "sign", "sqrt", "pow", "log", "atan", "asinh")},
    **{name: (-1, 1) for name in ("asin", "acos", "atanh", "acosh")},
    **{name: (0,) for name in ("Ei", "Ci", "Chi")},
    "li": (0, 1),
    **{name: (1,) for name in POLYLOGARITHMS.values()},
    **{name: (0,) for name in BESSEL},
}
"""Real arguments at which a function has a corner, or a cut begins. On the line, atan and asinh have none,
but where their arguments have poles atan jumps; those are found with the roots."""

_X_ALONE = {X}

Array = Any
"""A numpy array of float64."""


@dataclass(frozen=True, slots=True)
class Breaks:
    """Real numbers in ascending order, between which nothing changes its branch.

    Attributes
    ----------
    places : tuple of float
    is_complete : bool
        Whether there are certainly no others.
    """

    places: tuple[float, ...]
    is_complete: bool


def breaks(*sequences: Sequence[str], between: tuple[float, float] = (-math.inf, math.inf)) -> Breaks:
    """Find the real breaks in x of expressions.

    Parameters
    ----------
    *sequences : sequence of str
        Prefix tokens.
    between : pair of float
        Where they are of interest: of many, those nearest to zero are returned.

    Returns
    -------
    Breaks
    """
    shifted = {
        decode(argument) - value
        for tokens in sequences
        for name, argument in cuts(tokens)
        for value in _BRANCH_POINTS.get(name, ())
    }
    return roots_and_poles(shifted, between)


def troubles(tokens: Sequence[str], between: tuple[float, float] = (-math.inf, math.inf)) -> Breaks:
    """Find the real places at which an expression may be discontinuous: its breaks and its poles."""
    exprs: set[Expr] = set()
    for name, arguments in subexpressions(tokens):
        if name == "div":
            exprs.add(decode(arguments[1]))
        elif name == "tan":
            exprs.add(symengine.cos(decode(arguments[0])))
    poles = roots_and_poles({e for e in exprs if e.free_symbols}, between)
    return _joined(poles, breaks(tokens, between=between))


def _joined(first: Breaks, second: Breaks) -> Breaks:
    places = sorted({*first.places, *second.places})
    return Breaks(tuple(places), first.is_complete and second.is_complete)


def roots_and_poles(exprs: Iterable[Expr], between: tuple[float, float] = (-math.inf, math.inf)) -> Breaks:
    """Find the real roots and poles of expressions in x."""
    search = _Search()
    for e in exprs:
        search.look(e)
    return search.found(*between)


class _Search:
    """Collects roots and poles.

    Attributes
    ----------
    places : list of float
    is_complete : bool
    """

    def __init__(self) -> None:
        self.places: list[float] = []
        self.is_complete = True

    def found(self, low: float, high: float) -> Breaks:
        places: list[float] = []
        for place in sorted(p for p in self.places if low <= p <= high):
            apart = place - places[-1] if places else math.inf
            if apart > _SAME * (abs(place) + _SAME):
                places.append(place)
            elif apart > _ROUNDING * abs(place):
                # Two, but what is between them is too short to look at.
                self.is_complete = False
        if len(places) > _MAX_BREAKS:
            kept = sorted(places, key=abs)[:_MAX_BREAKS]
            return Breaks(tuple(sorted(kept)), False)
        return Breaks(tuple(places), self.is_complete)

    def look(self, e: Expr) -> None:
        """Look for the roots and poles of `e`, factor by factor; other symbols than x hide them."""
        if e.free_symbols != _X_ALONE:
            self.is_complete = self.is_complete and not e.free_symbols
            return
        try:
            for part in _parts(e):
                if isinstance(part, fmpz_poly):
                    roots: Any = part.complex_roots()
                    self._add(float(root.real.mid()) for root, _ in roots if root.imag == 0)
                else:
                    self._look_inside(part)
        except UNUSABLE:
            self._scan(e)

    def _look_inside(self, e: Expr) -> None:
        kind = type(e)
        if kind is symengine.Pow and e.args[0] == symengine.E:
            return
        if kind is symengine.Pow and e.args[1].is_Rational:
            self.look(e.args[0])
        elif kind is symengine.log:
            self.look(e.args[0] - 1)
        elif kind in _ZERO_WITH_ARGUMENT:
            self.look(e.args[0])
        else:
            self._scan(e)

    def _scan(self, e: Expr) -> None:
        self.is_complete = False
        try:
            self._add(0.0 if abs(place) < _ROUNDING else place for place in _zeros(e))
        except UNUSABLE:
            return

    def _add(self, places: Iterable[float]) -> None:
        for place in places:
            if abs(place) > _LARGEST:
                self.is_complete = False
            else:
                self.places.append(place if abs(place) > _SMALLEST else 0.0)


def _parts(e: Expr) -> Iterator[fmpz_poly | Expr]:
    """Yield the factors of an expression and of its denominator: polynomials in x, and others."""
    field = Field.of([e])
    fraction = field.fraction(e)
    if max(len(fraction.num), len(fraction.den)) > _MAX_TERMS:
        raise ValueError("too many terms to factor")
    for side in fraction:
        for factor, _ in factorised(side)[1]:
            yield _polynomial(factor, field) or field.expr(factor)


def _polynomial(poly: Poly, field: Field) -> fmpz_poly | None:
    """Return a polynomial in x alone as such."""
    degrees = [int(d) for d in poly.degrees()]
    used = [i for i, degree in enumerate(degrees) if degree]
    if len(used) != 1 or field.kernels[used[0]] != X or degrees[used[0]] > _MAX_DEGREE:
        return None
    coefficients = [0] * (degrees[used[0]] + 1)
    for exponents, coefficient in terms_of(poly):
        coefficients[exponents[used[0]]] = coefficient
    return fmpz_poly(coefficients)


@cache
def _grid() -> Array:
    """Return where signs are looked at: dense at the usual sizes, sparse to very large and small ones."""
    positive = np.concatenate(
        [np.geomspace(1e-7, 1e-2, 45), np.geomspace(1.03e-2, 1e2, 311), np.geomspace(1.3e2, 1e7, 44)]
    )
    return np.concatenate([-positive[::-1], positive])


def _zeros(e: Expr) -> list[float]:
    """Return where a real expression is found to change its sign, through zero or a pole, or touches zero."""
    compiled = symengine.Lambdify([X], [e], backend="lambda")

    def values(x: Array) -> Array:
        return compiled(x.reshape(-1, 1)).reshape(x.shape)

    x = _grid()
    y = values(x)
    exact = [float(place) for place in x[y == 0]]
    return [*exact, *_crossings(values, x, np.sign(y)), *_touches(values, x, np.abs(y))]


def _nearest(x: Array, at: Array) -> Array:
    return at[np.argsort(np.abs(x[at]), kind="stable")[: 2 * _MAX_BREAKS]]


def _crossings(values: Callable[[Array], Array], x: Array, signs: Array) -> list[float]:
    """Narrow down changes of sign between neighbours."""
    at = _nearest(x, np.flatnonzero(signs[:-1] * signs[1:] < 0))
    low, high, columns = x[at], x[at + 1], np.arange(len(at))
    for _ in range(_ROUNDS if len(at) else 0):
        inner = np.linspace(low, high, _PIECES)
        signs = np.sign(values(inner))
        first = np.argmax(signs[:-1] * signs[1:] <= 0, axis=0)
        low, high = inner[first, columns], inner[first + 1, columns]
    return ((low + high) / 2).tolist()


def _touches(values: Callable[[Array], Array], x: Array, sizes: Array) -> list[float]:
    """Narrow down the smallest sizes among neighbours, and keep those that are zero."""
    is_least = (sizes[1:-1] <= sizes[:-2]) & (sizes[1:-1] <= sizes[2:])
    at = _nearest(x, 1 + np.flatnonzero(is_least))
    low, high, columns = x[at - 1], x[at + 1], np.arange(len(at))
    scale = np.maximum(sizes[at - 1], sizes[at + 1])
    smallest, place = sizes[at], x[at]
    for _ in range(_ROUNDS if len(at) else 0):
        inner = np.linspace(low, high, _PIECES)
        found = np.abs(values(inner))
        least = np.clip(np.argmin(found, axis=0), 1, _PIECES - 2)
        smallest, place = found[least, columns], inner[least, columns]
        low, high = inner[least - 1, columns], inner[least + 1, columns]
    touching = np.isfinite(scale) & (smallest <= _TOUCHING * scale)
    # What touches zero is found to half of the digits.
    return [0.0 if abs(p) < _SAME else float(p) for p in place[touching]]
