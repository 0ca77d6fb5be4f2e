"""New variables in which coefficients of ``y'' + p*y' + q*y = 0`` are rational: exp(x), sin(x), ..."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import symengine

from symmath.expr.kernels import Field
from symmath.expr.operators import Expr, X
from symmath.expr.rationalise import rationalise
from symmath.odes.equation import holds_symbol
from symmath.odes.forms import ONE, ZERO, as_for_positive, tidy

_CIRCULAR = (symengine.sin, symengine.cos, symengine.tan)
_HYPERBOLIC = (symengine.sinh, symengine.cosh, symengine.tanh)


class Variable(NamedTuple):
    """An equation in a new variable, which is written x.

    Attributes
    ----------
    p, q : Expr
        Its coefficients.
    t : Expr
        The new variable in x.
    partner, square : Expr
        The cosine of what t is the sine of, and so on, and its square in t; 0 if there is none.
    """

    p: Expr
    q: Expr
    t: Expr
    partner: Expr
    square: Expr

    def back(self, y: Expr) -> Expr:
        """Return a solution in x, but for a constant factor, which all its terms should have."""
        squares = {self.square, symengine.expand(-self.square)} - {ZERO}
        roots = {e: self.partner ** (2 * e.args[1]) for e in y.atoms(symengine.Pow) if e.args[0] in squares}
        return as_for_positive(y.xreplace({**roots, X: self.t}))


class _Change(NamedTuple):
    """The new variable t in x with its partner, and in t dx/dt and what else is to be replaced."""

    t: Expr
    pace: Expr
    values: dict[Expr, Expr]
    partner: Expr = ZERO
    square: Expr = ZERO


def other_variables(p: Expr, q: Expr) -> Iterator[Variable]:
    """Yield an equation in other variables; whether it is rational then is left to be seen.

    Raises
    ------
    UnsupportedError
        If the coefficients are too large.
    """
    for form in dict.fromkeys(((p, q), (rationalise(p), rationalise(q)))):
        for t, pace, values, *partner in _changes(*form):
            p_there, q_there = (as_for_positive(e.xreplace(values)) for e in form)
            p_there, q_there = tidy(p_there * pace - pace.diff(X) / pace), tidy(q_there * pace**2)
            yield Variable(p_there, q_there, t, *partner)


def _changes(p: Expr, q: Expr) -> Iterator[_Change]:
    kernels = [kernel for kernel in Field.of([p, q]).kernels if holds_symbol(kernel, X)]
    for functions, sign in ((_CIRCULAR, -1), (_HYPERBOLIC, 1)):
        angles = {kernel.args[0] for kernel in kernels if type(kernel) in functions}
        if len(angles) == 1 and all(type(kernel) in functions for kernel in kernels):
            yield from _by_angle(angles.pop(), functions, sign)
    roots = [kernel for kernel in kernels if type(kernel) is symengine.Pow]
    if len(roots) == 1 or kernels == [X]:
        root = roots[0] if roots else X
        yield from _by_root(root)
        # Where solutions hold a root of the new variable.
        yield from _by_root(root.args[0] ** (root.args[1] / 2) if roots else symengine.sqrt(X))
    logarithm = symengine.log(X)
    if logarithm in kernels:
        yield _Change(logarithm, symengine.exp(X), {X: symengine.exp(X), logarithm: X})


def _by_angle(angle: Expr, functions: tuple[type[Expr], ...], sign: int) -> Iterator[_Change]:
    """Yield the sine and the cosine of an angle, or those of an area."""
    slope = angle.diff(X)
    if holds_symbol(slope, X):
        return
    sine, cosine, tangent = (function(angle) for function in functions)
    square = 1 + sign * X**2
    width = symengine.sqrt(square)
    values = {sine: X, cosine: width, tangent: X / width}
    yield _Change(sine, 1 / (slope * width), values, cosine, square)
    square = symengine.expand(sign * (X**2 - 1))
    width = symengine.sqrt(square)
    values = {cosine: X, sine: width, tangent: width / X}
    yield _Change(cosine, sign / (slope * width), values, sine, square)


def _by_root(root: Expr) -> Iterator[_Change]:
    """Yield an exponential or a root with a linear argument."""
    base, power = root.args if root != X else (X, ONE)
    linear = power if base == symengine.E else base
    slope = linear.diff(X)
    if slope == 0 or holds_symbol(slope, X):
        return
    start = linear.subs({X: 0})
    if base == symengine.E:
        x, pace = (symengine.log(X) - start) / slope, ONE / (slope * X)
    else:
        x, pace = (X ** (ONE / power) - start) / slope, X ** (ONE / power - 1) / (power * slope)
    yield _Change(root, pace, {root: X, X: x})
