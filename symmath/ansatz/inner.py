"""Fit the numbers inside functions: sin(2*x) where a candidate says sin(3*x).

Linear coefficients are eliminated at every step (variable projection), so that only the few numbers
inside functions are searched, by damped Gauss-Newton steps in double precision. What is found is
made rational; exact fitting and the verifier decide about it.

References
----------
Golub and Pereyra (1973), "The differentiation of pseudo-inverses and nonlinear least squares
problems whose variables separate".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import symengine

from symmath.ansatz.basis import additive_terms
from symmath.expr.operators import Expr, X

MAX_NUMBERS = 4
MAX_STEPS = 15
MAX_DENOMINATOR = 60
_POINTS = 48
_MAX_TERMS = 20
_SEED = 5
_FOUND = 1e-9
"""Residual beside the integrand at which the numbers are taken to be found."""
_NEAR = 1e-5
_DIFFERENCE = 1e-6
_FAR = 1e6
"""Residual where something is not finite: no step goes there."""

Array = np.ndarray


class _Shape(NamedTuple):
    """A candidate with symbols in place of the numbers inside its functions."""

    expr: Expr
    symbols: list[Expr]
    start: list[float]


def retuned(integrand: Expr, candidate: Expr) -> Expr | None:
    """Change the numbers inside a candidate's functions so that its terms combine to a primitive.

    Parameters
    ----------
    integrand, candidate : Expr

    Returns
    -------
    Expr or None
        The candidate with other numbers, its linear coefficients not yet fitted; None if there are
        no numbers to change, too many, or no change of them leads there.
    """
    shape = _parametrised(candidate)
    if not 0 < len(shape.symbols) <= MAX_NUMBERS:
        return None
    terms = list(additive_terms(shape.expr))
    if not 0 < len(terms) <= _MAX_TERMS:
        return None
    try:
        with np.errstate(all="ignore"):
            numbers = _searched(integrand, terms, shape)
    except (RuntimeError, ValueError, np.linalg.LinAlgError):
        # RuntimeError: symengine can't evaluate something; LinAlgError: a value was not finite.
        return None
    if numbers is None or numbers == shape.start:
        return None
    rational = [Fraction(number).limit_denominator(MAX_DENOMINATOR) for number in numbers]
    if any(abs(float(r) - number) > _NEAR for r, number in zip(rational, numbers, strict=True)):
        return None
    values = (symengine.Rational(r.numerator, r.denominator) for r in rational)
    return shape.expr.xreplace(dict(zip(shape.symbols, values, strict=True)))


def _parametrised(e: Expr) -> _Shape:
    """Replace the numbers inside functions by symbols; equal arguments get equal symbols."""
    symbols: dict[Expr, float] = {}

    def fresh(value: Expr) -> Expr:
        symbol = symengine.Symbol(f"number{len(symbols)}")
        symbols[symbol] = float(value)
        return symbol

    arguments: dict[Expr, Expr] = {}

    def inside(u: Expr) -> Expr:
        if u.is_Rational:
            return fresh(u)
        if type(u) is symengine.Pow and u.args[1].is_Rational:
            return inside(u.args[0]) ** u.args[1] if u.args[0] != X else u
        if type(u) is symengine.Mul and not u.args[0].is_Rational:
            return fresh(symengine.Integer(1)) * u
        return u.func(*map(inside, u.args)) if u.args else u

    def walk(part: Expr) -> Expr:
        if not part.args or part.is_Number or X not in part.free_symbols:
            return part
        if type(part) in (symengine.Add, symengine.Mul):
            return part.func(*map(walk, part.args))
        if type(part) is symengine.Pow and part.args[1].is_Integer:
            return walk(part.args[0]) ** part.args[1]
        return part.func(*(_argument(u) for u in part.args))

    def _argument(u: Expr) -> Expr:
        if X not in u.free_symbols:
            return u
        if u not in arguments:
            arguments[u] = fresh(symengine.Integer(1)) * X if u == X else inside(u)
        return arguments[u]

    expr = walk(e)
    return _Shape(expr, list(symbols), list(symbols.values()))


def _searched(integrand: Expr, terms: Sequence[Expr], shape: _Shape) -> list[float] | None:
    """Return the numbers at which the integrand is a combination of the terms' derivatives."""
    columns = [term.diff(X) for term in terms]
    evaluate = symengine.Lambdify([X, *shape.symbols], [integrand, *columns], real=False)
    rng = np.random.default_rng(_SEED)
    points = rng.uniform(0.3, 1.7, _POINTS) + 1j * rng.uniform(0.05, 0.5, _POINTS)

    def residual(numbers: Array) -> Array:
        inputs = np.column_stack([points, np.tile(numbers, (len(points), 1))])
        values = np.asarray(evaluate(inputs))
        right, left = values[:, 0], values[:, 1:]
        if not np.isfinite(values).all():
            return np.full(2 * len(points), _FAR)
        scale = np.abs(right)
        right, left = right / scale, left / scale[:, None]
        # Coefficients are real: real and imaginary parts are rows of their own.
        matrix = np.concatenate([left.real, left.imag])
        target = np.concatenate([right.real, right.imag])
        solution = np.linalg.lstsq(matrix, target, rcond=None)[0]
        return matrix @ solution - target

    count = len(shape.start)
    # One wrong number is likelier than several, and several may stand for one: log(a*x + b).
    choices = [[i] for i in range(count)] + ([list(range(count))] if count > 1 else [])
    found = (_descended(residual, np.array(shape.start), free) for free in choices)
    return next((numbers for numbers in found if numbers is not None), None)


def _descended(residual: Callable[[Array], Array], numbers: Array, free: Sequence[int]) -> list[float] | None:
    """Take damped Gauss-Newton steps with some of the numbers."""
    directions = np.eye(len(numbers))[list(free)]
    error, damping = residual(numbers), 1e-3
    size = float(np.sqrt(np.mean(error**2)))
    for _ in range(MAX_STEPS):
        if size < _FOUND:
            return [float(number) for number in numbers]
        moved = (residual(numbers + _DIFFERENCE * direction) for direction in directions)
        slopes = np.column_stack([(ahead - error) / _DIFFERENCE for ahead in moved])
        normal = slopes.T @ slopes
        for _ in range(4):
            damped = normal + damping * np.diag(np.diag(normal) + 1e-12)
            trial = numbers - np.linalg.solve(damped, slopes.T @ error) @ directions
            ahead = residual(trial)
            ahead_size = float(np.sqrt(np.mean(ahead**2)))
            if ahead_size < size:
                numbers, error, size, damping = trial, ahead, ahead_size, damping / 10
                break
            damping *= 10
        else:
            return None
    return None
