"""Solutions of second-order equations without x through one point with one slope.

Of ``y'' = 2*y**3`` the energy ``y'**2 - y**4`` is constant, and the general solution an elliptic function;
through a point where y and y' are 1 there is one of ``y' = y**2``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import symengine

from symmath.ansatz.primitive import square_of_half_angle
from symmath.errors import UnsupportedError
from symmath.expr.conditions import Condition, points_of
from symmath.expr.operators import Expr, X
from symmath.odes.conditions import fix_constants
from symmath.odes.constants import C2
from symmath.odes.equation import DY, Y, holds_symbol
from symmath.odes.first_order import first_order
from symmath.odes.forms import is_zero, root, shortest, spread, tidy
from symmath.odes.roots import roots_of
from symmath.odes.second_order import slopes_by_y


def through_point(equation: Expr, conditions: Sequence[Condition]) -> Iterator[Expr]:
    """Yield proposals for an equation of order 2 and a value and a slope at one point.

    Parameters
    ----------
    equation : Expr
        In y, y' and y''; it should vanish. Of one in x nothing is yielded.
    conditions : sequence of Condition

    Yields
    ------
    Expr
        y in x; or, if it holds y, an expression that vanishes on the solution's curve.
    """
    by_order = {condition.order: condition for condition in conditions}
    is_initial = not any(c.others for c in conditions) and len(points_of(conditions)) == 1
    if not is_initial or len(conditions) != 2 or set(by_order) != {0, 1}:
        return
    height, slope = by_order[0].value, by_order[1].value
    for family in slopes_by_y(equation):
        for speed in _speeds(family, height, slope):
            for found in first_order(DY - speed):
                yield from fix_constants(found, [by_order[0]])


def _speeds(family: Expr, height: Expr, slope: Expr) -> Iterator[Expr]:
    """Yield the members y'(y) of a family with the constant c2 that have a slope at a height."""
    at_height = family.subs({X: height})
    if not holds_symbol(at_height, C2):
        constants = [C2] if is_zero(at_height - slope) and not holds_symbol(family, C2) else []
    else:
        try:
            constants = roots_of(at_height - slope, C2, C2)
        except (UnsupportedError, RuntimeError):
            return
    for constant in constants:
        if is_zero(at_height.subs({C2: constant}) - slope):
            speed = shortest(family.subs({C2: constant})).xreplace({X: Y})
            plain = _without_squares(speed)
            signed = (form for form in (plain, -plain) if is_zero(form.subs({Y: height}) - slope))
            yield next(signed, speed)


def _without_squares(speed: Expr) -> Expr:
    """Take squares out of roots, as for positive numbers: 2*cos(y/2) for sqrt(2 + 2*cos(y))."""
    written: dict[Expr, Expr] = {}
    for power in speed.atoms(symengine.Pow):
        base, exponent = power.args
        if exponent.is_Rational and exponent.q == 2 and holds_symbol(base, Y):
            half = square_of_half_angle(spread(base))
            size = root(tidy(base)) if half is None else symengine.sqrt(half[0]) * half[1]
            written[power] = size ** (2 * exponent)
    return speed.xreplace(written)
