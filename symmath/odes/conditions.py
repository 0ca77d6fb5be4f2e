"""Fix the constants of a general solution by initial conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, cycle, product
from operator import neg

import symengine
from flint import acb, arb

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import evaluate, variable, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.conditions import Condition, highest_order, is_infinite, points_of
from symmath.expr.operators import PARAMETERS, Expr, X
from symmath.expr.prefix import Tokens
from symmath.expr.reals import holds_i
from symmath.expr.signs import derivative
from symmath.expr.special import special_parts
from symmath.odes.constants import C1, C2, CONSTANTS
from symmath.odes.equation import UNKNOWNS, Y, holds_symbol
from symmath.odes.forms import shortest
from symmath.odes.limits import shortest_by_first_kind
from symmath.odes.regular import members_by_limit, regular_members
from symmath.odes.roots import roots_of
from symmath.odes.system import is_contradictory, values_of_constants

_CHECK_BITS = 200
_TOLERANCE_BITS = 100
_SIZES = (
    (0.7310585786300, 1.9221155140795, 3.4137931034483, 0.5773015873016, 2.6172839506173, 1.2083333333333),
    (1.9221155140795, 0.7310585786300, 0.2836879432624, 4.1904761904762, 0.4367816091954, 2.2941176470588),
    (5.1307142857143, 0.3714285714286, 1.2830188679245, 2.7142857142857, 0.6290322580645, 3.8571428571429),
    (0.3714285714286, 11.7071428571429, 0.8627450980392, 1.4893617021277, 3.1666666666667, 0.5412844036697),
)
"""Of the parameters: numbers that no condition was made for, any two of which come in both orders."""
_MAX_SIGNS = 4
"""Parameters whose signs are chosen freely; others take these again."""
_OTHER_ANGLES: Mapping[type[Expr], Callable[[Expr], Expr]] = {
    type(symengine.acos(X)): neg,
    type(symengine.acosh(X)): neg,
    type(symengine.asin(X)): lambda angle: symengine.pi - angle,
}
_ENTIRE = (symengine.sin, symengine.cos, symengine.sinh, symengine.cosh)
_FREE = dict(zip(map(str, CONSTANTS), (0.8125, -1.3125, 0.4375, -0.6875), strict=True))
"""Values of constants that the conditions leave free."""


def defects(solution: Expr, conditions: Sequence[Condition]) -> list[Expr]:
    """Return what has to vanish that an explicit solution meets conditions.

    Raises
    ------
    UnsupportedError
        If a special function has no value there; symengine, which knows the others' poles, writes Ei(0).
    """
    slopes = [solution]
    while len(slopes) <= highest_order(conditions):
        slopes.append(derivative(slopes[-1]))
    values = [c.defect(lambda n, point, _: slopes[n].subs({X: point})) for c in conditions]
    # Before they are put into the solution: zero times Bessel's function at zero is zero to symengine.
    terms = [term for condition in conditions for term in condition.terms]
    for part in {part.subs({X: t.point}) for t in terms for part in special_parts(slopes[t.order])}:
        if not part.free_symbols and not evaluate(canonical_tokens(part), {}, 1)[0].is_finite():
            raise UnsupportedError(f"{part} has no value")
    return values


def fix_constants(solution: Expr, conditions: Sequence[Condition]) -> Iterator[Expr]:
    """Yield the members of a family that satisfy initial conditions.

    Parameters
    ----------
    solution : Expr
        y in x, c1, c2, ...; or, if it holds y, an expression that is constant on every solution.
    conditions : sequence of Condition
        As many as there are constants, or fewer.

    Yields
    ------
    Expr
        A solution in the same form; an implicit one vanishes on the curve.
    """
    if holds_symbol(solution, Y):
        yield from _curve(solution, conditions)
        return
    solution = shortest_by_first_kind(solution)
    constants = [c for c in CONSTANTS if holds_symbol(solution, c)]
    is_found = False
    is_far = any(map(is_infinite, points_of(conditions)))
    for form in () if is_far else _on_both_sides(solution):
        for member in _members(form, conditions, constants):
            is_found = True
            yield member
        if is_found:
            return
    at_limits = members_by_limit(solution, conditions) if constants == [C1] else ()
    for member in chain(regular_members(solution, conditions), at_limits):
        is_found = True
        yield member
    if not is_found and not is_far and constants == [C1] and any(c.value.free_symbols for c in conditions):
        # Of y**2 = x**2 + A**2, one half has y(0) = A for positive A only, the other for negative.
        with suppress(RuntimeError, UnsupportedError):
            for integral in roots_of(Y - solution, C1, C1):
                yield from _curve(integral, conditions)


def _members(solution: Expr, conditions: Sequence[Condition], constants: Sequence[Expr]) -> Iterator[Expr]:
    """Yield the members of an explicit family that satisfy conditions, real ones of a real family."""
    is_complex = any(map(holds_i, (solution, *points_of(conditions), *(c.value for c in conditions))))
    try:
        for values in values_of_constants(defects(solution, conditions), constants):
            for branch in _branches(values):
                member = shortest(solution.subs(branch))
                # Of y' = 1/x there is log(x) - I*pi at -1, and log(abs(x)) is what is meant.
                if (is_complex or not holds_i(member)) and satisfies(member, conditions):
                    yield member
    except (RuntimeError, PrefixError, UnsupportedError):
        # symengine met an undefined result: the family is singular at the point.
        return


def _on_both_sides(solution: Expr) -> Iterator[Expr]:
    """Yield a solution as it is, and with logarithms that are real on both sides of zero."""
    yield solution
    logs = [u for u in solution.atoms(symengine.log) if X in u.free_symbols]
    if logs:
        yield solution.xreplace({u: symengine.log(symengine.Abs(u.args[0])) for u in logs})


def _branches(values: dict[Expr, Expr]) -> Iterator[dict[Expr, Expr]]:
    """Yield constants as they are, and by the other angle that has the same cosine, or sine."""
    yield values
    for constant, root in values.items():
        for kind, turned in _OTHER_ANGLES.items():
            for angle in root.atoms(kind):
                yield {**values, constant: root.xreplace({angle: turned(angle)})}


def _curve(integral: Expr, conditions: Sequence[Condition]) -> Iterator[Expr]:
    """Yield what vanishes on the curve through a point on which an expression in x and y is constant."""
    if not holds_symbol(integral, C2) and not any(c.others for c in conditions):
        yield from (integral - integral.subs({X: c.point, Y: c.value}) for c in conditions if c.order == 0)


def satisfies(solution: Expr, conditions: Sequence[Condition]) -> bool:
    """Whether an explicit solution takes the values asked for, by ball arithmetic.

    Parameters of an equation are tried with both signs and in several sizes: a solution for some of
    these is none.
    """
    try:
        values = [canonical_tokens(value) for value in defects(solution, conditions)]
        names = [name for name in PARAMETERS if any(name in value for value in values)]
        return all(_vanishes(value, numbers) for value in values for numbers in _numbers(names))
    except (PrefixError, UnsupportedError):
        return False


def _numbers(names: Sequence[str]) -> Iterator[dict[str, float]]:
    """Yield numbers for parameters, of both signs and in several sizes."""
    repeat = min(len(names), _MAX_SIGNS)
    for sizes, signs in product(_SIZES if names else _SIZES[:1], product((1, -1), repeat=repeat)):
        yield {name: sign * size for name, sign, size in zip(names, cycle(signs), sizes, strict=False)}


def _vanishes(value: Tokens, numbers: Mapping[str, float]) -> bool:
    with working_precision(_CHECK_BITS):
        place = {name: variable(acb(number), 1) for name, number in {**numbers, **_FREE}.items()}
        ball = evaluate(value, place, 1)[0]
        return ball.is_finite() and ball.contains(0) and ball.rad() * arb(2) ** _TOLERANCE_BITS < 1


def can_not_be_met(equation: Expr, solution: Expr, conditions: Sequence[Condition]) -> bool:
    """Whether no solution of an equation meets conditions: it is linear, and they contradict each other.

    Parameters
    ----------
    equation : Expr
        In x, y and its derivatives; it should vanish.
    solution : Expr
        The general one, explicit.
    conditions : sequence of Condition
        At points where it has values; with parameters, for general ones.
    """
    unknowns = [u for u in UNKNOWNS if holds_symbol(equation, u)]
    slopes = [equation.diff(u) for u in unknowns]
    if any(holds_symbol(slope, u) for slope in slopes for u in unknowns) or holds_symbol(solution, Y):
        return False
    if any(map(is_infinite, points_of(conditions))) or holds_symbol(slopes[-1], X):
        return False
    if not all(map(_is_entire, (*slopes, equation.subs(dict.fromkeys(unknowns, 0))))):
        # Where coefficients have no values, solutions of either side may be joined: of x*y' = 2*y.
        return False
    try:
        wanted = defects(solution, conditions)
        rows = [[e.diff(c) for c in CONSTANTS] for e in wanted]
        if any(holds_symbol(entry, c) for row in rows for entry in row for c in CONSTANTS):
            return False
        return is_contradictory(rows, [-e.subs(dict.fromkeys(CONSTANTS, 0)) for e in wanted])
    except (RuntimeError, PrefixError, UnsupportedError):
        return False


def _is_entire(e: Expr) -> bool:
    """Whether a function of x is seen to be analytic in the whole plane."""
    if not holds_symbol(e, X) or e == X:
        return True
    if type(e) is symengine.Pow:
        base, power = e.args
        is_power = power.is_Integer and power.is_positive
        return (is_power and _is_entire(base)) or (not holds_symbol(base, X) and _is_entire(power))
    return type(e) in (symengine.Add, symengine.Mul, *_ENTIRE) and all(map(_is_entire, e.args))
