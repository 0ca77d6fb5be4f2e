"""Linear systems of differential equations with constant coefficients.

The exponential of the matrix is a sum of its powers, with functions that solve the characteristic equation
for coefficients (Leonard, 1996, "The matrix exponential", SIAM Review 38). Constants are chosen so that
one function of the solution is the simplest.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, islice
from math import lcm
from typing import NamedTuple

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.operators import MAX_ORDER, Expr, X
from symmath.expr.prefix import length
from symmath.expr.shape import factors_of, summands_of
from symmath.expr.systems import unknown
from symmath.expr.waves import with_single_angles
from symmath.odes.characteristic import by_characteristic_roots
from symmath.odes.constants import CONSTANTS
from symmath.odes.equation import holds_symbol
from symmath.odes.forms import ONE, ZERO, is_zero, shortest, spread, tidy
from symmath.odes.integral import integral
from symmath.odes.system import solve_square

Matrix = list[list[Expr]]
_MAX_CHOICES = 500


class LinearSystem(NamedTuple):
    """``u' = matrix*u + forcing``.

    Attributes
    ----------
    matrix : list of list of Expr
        Free of x.
    forcing : list of Expr
        In x.
    places : list of tuple of int
        Of which function, by number, each entry of u is which derivative.
    """

    matrix: Matrix
    forcing: list[Expr]
    places: list[tuple[int, int]]


def linear_system(residuals: Sequence[Expr]) -> LinearSystem:
    """Return equations, as many as functions, as one for a vector.

    Raises
    ------
    UnsupportedError
        If they are not linear with constant coefficients, can't be solved for the highest derivatives, or
        are of a higher order together than `MAX_ORDER`.
    """
    functions, orders = range(len(residuals)), orders_of(residuals)
    if sum(orders) > MAX_ORDER or 0 in orders:
        raise UnsupportedError(f"a system of order {sum(orders)}; up to {MAX_ORDER} are supported")
    places = [(k, n) for k in functions for n in range(orders[k])]
    state, top = [unknown(*place) for place in places], [unknown(k, orders[k]) for k in functions]
    rows = [[tidy(e.diff(symbol)) for symbol in (*top, *state)] for e in residuals]
    if any(entry.free_symbols & {X, *top, *state} for row in rows for entry in row):
        raise UnsupportedError("the system is not linear with constant coefficients and doesn't come apart")
    rest = [-e.subs(dict.fromkeys((*top, *state), ZERO)) for e in residuals]
    leading = [row[: len(top)] for row in rows]
    columns = [[-row[len(top) + j] for row in rows] for j in range(len(state))]
    solved = [solve_square(leading, column) for column in (*columns, rest)]
    if any(column is None for column in solved):
        raise UnsupportedError("the system can't be solved for its highest derivatives")
    matrix, forcing = [], []
    for k, n in places:
        if n + 1 < orders[k]:
            matrix.append([ONE if place == (k, n + 1) else ZERO for place in places])
            forcing.append(ZERO)
        else:
            values = [column[k] for column in solved if column is not None]
            matrix.append(values[:-1])
            forcing.append(values[-1])
    return LinearSystem(matrix, forcing, places)


def orders_of(residuals: Sequence[Expr]) -> list[int]:
    """Return the order of the highest derivative of each function in a system; 0 if it has none."""

    def holds(symbol: Expr) -> bool:
        return any(holds_symbol(e, symbol) for e in residuals)

    return [
        max(n for n in range(MAX_ORDER + 1) if n == 0 or holds(unknown(k, n))) for k in range(len(residuals))
    ]


def general_solution(system: LinearSystem) -> tuple[list[Expr], list[list[Expr]]] | None:
    """Return a particular solution and a fundamental system, whose columns belong to the constants.

    Returns
    -------
    list of Expr, list of list of Expr
        By entries of the vector. None if roots of the characteristic polynomial have no form, or integrals
        were not found.
    """
    size = len(system.matrix)
    basis = by_characteristic_roots(_characteristic(system.matrix))
    if basis is None:
        return None
    weights = _weights(system.matrix, basis)
    exponential = [
        [symengine.Add(*(w * y for w, y in zip(column, basis, strict=True))) for column in row]
        for row in weights
    ]
    special = _particular(system, exponential)
    if special is None:
        return None
    inverses = (_inverse(weights[i], size) for i in range(size))
    change = next(filter(None, inverses), None) or _eigenvectors(weights, size) or _unit(size)
    fundamental = [
        [tidy_sum([exponential[h][j] * change[j][m] for j in range(size)]) for m in range(size)]
        for h in range(size)
    ]
    return special, fundamental


def tidy_sum(terms: Sequence[Expr]) -> Expr:
    """Return a sum in its shortest form, products of sines and cosines as sums among them."""
    total = symengine.Add(*terms)
    return min(shortest(total), shortest(with_single_angles(spread(total))), key=length)


def with_constants(special: Sequence[Expr], fundamental: Sequence[Sequence[Expr]]) -> list[Expr]:
    """Return the general solution in x, c1, c2, ..."""
    pairs = zip(special, fundamental, strict=True)
    return [symengine.Add(e, *(c * y for c, y in zip(CONSTANTS, row, strict=False))) for e, row in pairs]


def _unit(size: int) -> Matrix:
    return [[ONE if i == j else ZERO for j in range(size)] for i in range(size)]


def _product(a: Matrix, b: Matrix) -> Matrix:
    columns = list(zip(*b, strict=True))
    return [
        [tidy(symengine.Add(*(x * y for x, y in zip(row, c, strict=True)))) for c in columns] for row in a
    ]


def _characteristic(matrix: Matrix) -> list[Expr]:
    """Return the coefficients of the characteristic polynomial, the constant first (Faddeev, Le Verrier)."""
    size = len(matrix)
    coefficients, power = [ONE], _unit(size)
    for k in range(1, size + 1):
        product = _product(matrix, power)
        trace = symengine.Add(*(product[i][i] for i in range(size)))
        coefficients.insert(0, tidy(-trace / k))
        power = [
            [e + coefficients[0] * int(i == j) for j, e in enumerate(row)] for i, row in enumerate(product)
        ]
    return coefficients


def _weights(matrix: Matrix, basis: Sequence[Expr]) -> list[list[list[Expr]]]:
    """Return of each entry of the matrix exponential its coefficients by `basis`."""
    size = len(basis)
    start = [[y.diff(X, n).subs({X: ZERO}) if n else y.subs({X: ZERO}) for y in basis] for n in range(size)]
    shares = [solve_square(start, unit) for unit in _unit(size)]
    powers = [_unit(size)]
    while len(powers) < size:
        powers.append(_product(powers[-1], matrix))
    return [
        [
            [
                tidy(symengine.Add(*(powers[n][h][j] * share[i] for n, share in enumerate(shares) if share)))
                for i in range(size)
            ]
            for j in range(size)
        ]
        for h in range(size)
    ]


def _inverse(row: Sequence[Sequence[Expr]], size: int) -> Matrix | None:
    """Return which initial values make one entry of the vector each function of the basis."""
    table = [[row[j][i] for j in range(size)] for i in range(size)]
    columns = [solve_square(table, unit) for unit in _unit(size)]
    if any(column is None for column in columns):
        return None
    return [[column[j] for column in columns if column is not None] for j in range(size)]


def _eigenvectors(weights: Sequence[Sequence[Sequence[Expr]]], size: int) -> Matrix | None:
    """Return initial values whose solutions are multiples of one function, if there are such.

    Of a matrix that can be made diagonal they are eigenvectors.
    """
    columns = [[weights[h][j][i] for h in range(size)] for i in range(size) for j in range(size)]
    columns = [column for column in columns if any(e != 0 for e in column)]
    for chosen in islice(combinations(map(_whole, columns), size), _MAX_CHOICES):
        table = [[column[h] for column in chosen] for h in range(size)]
        if not is_zero(symengine.DenseMatrix(table).det()):
            return table
    return None


def _whole(column: Sequence[Expr]) -> list[Expr]:
    """Return a multiple without fractions, of a vector of rationals."""
    if not all(e.is_Rational for e in column):
        return list(column)
    return [e * lcm(*(int(e.get_num_den()[1]) for e in column)) for e in column]


def _particular(system: LinearSystem, exponential: Matrix) -> list[Expr] | None:
    """Return a solution with the forcing: constant, like the forcing, or by variation of constants."""
    if all(g == 0 for g in system.forcing):
        return [ZERO] * len(system.forcing)
    if not any(holds_symbol(g, X) for g in system.forcing):
        found = solve_square(system.matrix, [-g for g in system.forcing])
        if found is not None:
            return found
    trial = _by_trial(system)
    if trial is not None:
        return trial
    parts: list[Expr] = []
    for row in exponential:
        terms = (e.subs({X: -X}) * g for e, g in zip(row, system.forcing, strict=True))
        part = integral(tidy_sum(list(terms)))
        if part is None:
            return None
        parts.append(part)
    return [tidy_sum([e * part for e, part in zip(row, parts, strict=True)]) for row in exponential]


class _Wave(NamedTuple):
    """``exp(rate*x)`` times cosine and sine of an angle, whose slope is the speed; of none it is zero."""

    rate: Expr
    angle: Expr

    @property
    def speed(self) -> Expr:
        return self.angle.diff(X)


def _by_trial(system: LinearSystem) -> list[Expr] | None:
    """Return a solution like a forcing by exponentials, sines and cosines; None if there is none."""
    size = len(system.matrix)
    forced: dict[_Wave, tuple[list[Expr], list[Expr]]] = {}
    for row, entry in enumerate(system.forcing):
        for term in () if entry == 0 else summands_of(spread(entry)):
            found = _wave_of(term)
            if found is None:
                return None
            wave, coefficient, is_sine = found
            forced.setdefault(wave, ([ZERO] * size, [ZERO] * size))[is_sine][row] += coefficient
    total = [ZERO] * size
    for wave, amplitudes in forced.items():
        table = [
            [entry - (wave.rate if i == j else ZERO) for j, entry in enumerate(row)]
            for i, row in enumerate(system.matrix)
        ]
        right = [-f for f in amplitudes[0]]
        if wave.angle != 0:
            speeds = [[wave.speed if i == j else ZERO for j in range(size)] for i in range(size)]
            above = [[*row, *(-v for v in speed)] for row, speed in zip(table, speeds, strict=True)]
            below = [[*speed, *row] for row, speed in zip(table, speeds, strict=True)]
            table, right = above + below, [*right, *(-f for f in amplitudes[1])]
        found_amplitudes = solve_square(table, right)
        if found_amplitudes is None:
            return None
        growth, waves = symengine.exp(wave.rate * X), (symengine.cos(wave.angle), symengine.sin(wave.angle))
        for i in range(size):
            parts = zip(found_amplitudes[i::size], waves, strict=False)
            total[i] += growth * symengine.Add(*(amplitude * form for amplitude, form in parts))
    return total


def _wave_of(term: Expr) -> tuple[_Wave, Expr, bool] | None:
    """Return a term as a multiple of a wave and whether it is its sine; None if it is none."""
    rate, angle, coefficient, is_sine = ZERO, ZERO, ONE, False
    for factor in factors_of(term):
        kind, inner = type(factor), factor.args[-1] if factor.args else factor
        is_linear = not holds_symbol(spread(inner.diff(X)), X)
        if not holds_symbol(factor, X):
            coefficient *= factor
        elif kind is symengine.Pow and factor.args[0] == symengine.E and is_linear:
            slope = spread(inner.diff(X))
            rate += slope
            coefficient *= symengine.exp(spread(inner - slope * X))
        elif kind in (symengine.sin, symengine.cos) and angle == 0 and is_linear:
            angle, is_sine = inner, kind is symengine.sin
        else:
            return None
    return _Wave(rate, angle), coefficient, is_sine
