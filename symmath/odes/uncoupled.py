"""Systems that come down to equations for one function each, or to constant coefficients.

One function after another, where each equation holds no more than one that isn't known yet: ``x' = -x**2``,
``y' = x*y``. ``u' = f(x)*M*u``, which has constant coefficients in the time that f measures. And two
equations of which one gives a function by the other's derivative: of ``x' = t*y``, ``y' = x`` is left
``y'' = t*y``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, permutations, product

import symengine

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.operators import MAX_ORDER, PARAMETERS, SYMBOL_EXPRS, Expr, X, parameters_in
from symmath.expr.special import derivatives, total_derivative
from symmath.expr.systems import unknown
from symmath.odes.constants import CONSTANTS
from symmath.odes.coupled import general_solution, linear_system, with_constants
from symmath.odes.equation import DY, UNKNOWNS, Y, holds_symbol
from symmath.odes.forms import shortest, tidy
from symmath.odes.integral import integral
from symmath.odes.roots import roots_of
from symmath.odes.solve import solve_first_order, solve_higher_order, solve_second_order
from symmath.odes.system import solve_square

_MAX_PROPOSALS = 3
"""For one function: each is followed up."""


def one_after_another(
    residuals: Sequence[Expr], known: Mapping[int, Expr] | None = None, used: int = 0
) -> Iterator[list[Expr]]:
    """Yield proposals for a system of which some equation holds one unknown function alone, and so on.

    Parameters
    ----------
    residuals : sequence of Expr
        In x and `unknown`; they should vanish.
    known : mapping of int to Expr, optional
        Functions found so far, by number.
    used : int
        How many constants they hold.

    Yields
    ------
    list of Expr
        The functions, in x, c1, c2, ...
    """
    known = known or {}
    if len(known) == len(residuals):
        yield [known[k] for k in range(len(residuals))]
        return
    for e in residuals:
        left = {k for k in range(len(residuals)) if k not in known and _order(e, k) is not None}
        if len(left) != 1:
            continue
        (k,) = left
        order = _order(e, k) or 0
        if 0 < order <= len(CONSTANTS) - used:
            for y in islice(_solutions(_with_known(e, known), k, order, used), _MAX_PROPOSALS):
                yield from one_after_another(residuals, {**known, k: y}, used + order)
            return


def _order(e: Expr, k: int) -> int | None:
    """Return the order of the highest derivative of a function in an equation; None if it holds none."""
    return next((n for n in range(MAX_ORDER, -1, -1) if holds_symbol(e, unknown(k, n))), None)


def _with_known(e: Expr, known: Mapping[int, Expr]) -> Expr:
    values: dict[Expr, Expr] = {}
    for k, y in known.items():
        for n in range(MAX_ORDER + 1):
            values[unknown(k, n)] = y
            y = y.diff(X)
    return e.xreplace(values)


def _solutions(e: Expr, k: int, order: int, used: int) -> Iterator[Expr]:
    """Yield explicit solutions of an equation for one function, with constants after those used before."""
    free = [p for p in map(SYMBOL_EXPRS.__getitem__, PARAMETERS) if p not in parameters_in(e)]
    if len(free) < used:
        raise UnsupportedError("more names than there are parameters")
    # For this equation, the constants of others are given.
    given = dict(zip(CONSTANTS[:used], free, strict=False))
    equation = e.xreplace({**given, **{unknown(k, n): UNKNOWNS[n] for n in range(MAX_ORDER + 1)}})
    if order == 1:
        found = solve_first_order(equation)
    elif order == 2:
        found = solve_second_order(equation)
    else:
        found = solve_higher_order(equation, order=order)
    back = {parameter: constant for constant, parameter in given.items()}
    own = dict(zip(CONSTANTS, CONSTANTS[used:], strict=False))
    for y in found:
        if not holds_symbol(y, Y):
            yield y.xreplace({**back, **own})


def in_own_time(residuals: Sequence[Expr]) -> list[Expr] | None:
    """Return the solution of a system whose coefficients are constants times one function of x, or None.

    Parameters
    ----------
    residuals : sequence of Expr
        Of order 1, without forcing.
    """
    size = len(residuals)
    state, top = ([unknown(k, n) for k in range(size)] for n in (0, 1))
    rows = [[tidy(e.diff(symbol)) for symbol in (*top, *state)] for e in residuals]
    symbols = {*top, *state}
    rest = [e.subs(dict.fromkeys(symbols, symengine.Integer(0))) for e in residuals]
    if any(entry.free_symbols & symbols for row in rows for entry in row) or any(r != 0 for r in rest):
        return None
    leading = [row[:size] for row in rows]
    columns = [solve_square(leading, [-row[size + j] for row in rows]) for j in range(size)]
    entries = [entry for column in columns if column is not None for entry in column]
    speed = next((entry for entry in entries if entry != 0), None)
    if speed is None or len(entries) != size * size:
        return None
    matrix = [[tidy(entry / speed) for entry in column] for column in columns if column is not None]
    time = integral(speed)
    if time is None or any(holds_symbol(entry, X) for column in matrix for entry in column):
        return None
    rows = [[column[i] * u for column, u in zip(matrix, state, strict=True)] for i in range(size)]
    steady = [slope - symengine.Add(*row) for slope, row in zip(top, rows, strict=True)]
    found = general_solution(linear_system(steady))
    return None if found is None else [shortest(e.subs({X: time})) for e in with_constants(*found)]


def by_elimination(residuals: Sequence[Expr]) -> Iterator[list[Expr]]:
    """Yield proposals for two equations of order 1 by one of order 2 for one of the functions.

    Yields
    ------
    list of Expr
        Both functions, in x, c1 and c2.
    """
    if len(residuals) != 2 or any(_order(e, k) not in (0, 1, None) for e in residuals for k in (0, 1)):
        return
    for kept, (first, second) in product((0, 1), permutations(residuals)):
        gone = unknown(1 - kept)
        own = {unknown(kept, n): UNKNOWNS[n] for n in range(3)}
        if holds_symbol(first, unknown(1 - kept, 1)):
            continue
        for value in roots_of(first.xreplace(own), gone, gone):
            slope = total_derivative(value)
            equation = second.xreplace({**own, unknown(1 - kept, 1): slope, gone: value})
            for y in islice(solve_second_order(equation), _MAX_PROPOSALS):
                if not holds_symbol(y, Y):
                    other = shortest(value.subs({DY: derivatives(y, 1)[1]}).subs({Y: y}))
                    yield [y, other] if kept == 0 else [other, y]


def _is_linear_in_slopes(e: Expr) -> bool:
    slopes = [s for s in e.free_symbols if str(s).endswith("'")]
    return not any(holds_symbol(e.diff(s), t) for s in slopes for t in slopes)


def proposals(residuals: Sequence[Expr]) -> Iterator[list[Expr]]:
    """Yield what may solve a system without constant coefficients, in x and c1, c2, ...

    None of one that falls into several, such as ``x'**2 = 1``.
    """
    if not all(map(_is_linear_in_slopes, residuals)):
        return
    try:
        found = in_own_time(residuals)
        yield from () if found is None else (found,)
        yield from one_after_another(residuals)
        yield from by_elimination(residuals)
    except (UnsupportedError, PrefixError, RuntimeError):
        return
