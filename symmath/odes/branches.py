"""What else an equation falls into: y'^2 = 1 is y' = 1 or y' = -1, and c1 + x solves the first only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product
from math import factorial

import symengine
from flint import acb, acb_series, fmpq

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import constant, evaluate, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import CONSTANTS_OF_INTEGRATION, DERIVATIVES, PARAMETERS, Expr, X
from symmath.expr.prefix import Tokens
from symmath.odes.constants import CONSTANTS
from symmath.odes.equation import UNKNOWNS, Y, holds_symbol
from symmath.odes.first_order import slopes

MAX_BRANCHES = 8
_BITS = 128
_PLACES = (-4.0703125, -1.6796875, -0.7109375, 0.3203125, 0.7265625, 1.4140625, 2.8671875, 5.3984375)
"""Values of x, and of y where it is free: such as no equation was made for."""
_VALUES = (
    (0.8828125, -1.3359375, 1.1171875, -0.6484375),
    (-1.3359375, 2.2734375, -0.6484375, 1.1171875),
    (-3.4453125, 0.4609375, 1.8203125, 0.2734375),
    (2.2734375, 3.5, -1.7265625, 1.4140625),
)
"""Of the constants."""
_BESIDE = (-(2.0**-10), 2.0**-10)
"""Steps from an initial point, at which itself several roots may be one."""
_SIZES = (0.7314453125, 1.9228515625, 3.4140625, 0.5771484375, 2.6171875, 1.2080078125)
"""Of the parameters."""

_Point = dict[str, acb]
"""Values of x, y, its derivatives and the constants, by name."""


def unsolved_branches(equation: Expr, answer: Expr, order: int, at: Expr | None = None) -> list[Expr]:
    """Return the equations that an equation falls into and an answer solves nowhere.

    Parameters
    ----------
    equation : Expr
        In x, y and its derivatives; it should vanish.
    answer : Expr
        y in x and constants; or, for order 1, what is constant on every solution. (2*sqrt(x) + c1)^2 solves
        both y' = 2*sqrt(y/x) and y' = -2*sqrt(y/x), one of them where the root is negative.
    order : int
        Of the equation.
    at : Expr, optional
        Where initial conditions are given; a branch is one that the answer doesn't take beside it.

    Returns
    -------
    list of Expr
        ``y' - f(x, y)``, ``y'' - f(x, y, y')``, ... each, `MAX_BRANCHES` at most: the roots of the equation's
        factors as a polynomial in its highest derivative, without those that hold I.
    """
    top = UNKNOWNS[order]
    try:
        found = list(islice(_spelled(equation, top), MAX_BRANCHES))
        if len(found) < 2:
            return []
        with working_precision(_BITS):
            points = _points(answer, order, at)
            return [top - f for f, tokens in found if points and _is_unmet(tokens, points, str(top))]
    except (UnsupportedError, PrefixError):
        return []


def is_one_signed(answer: Expr, order: int) -> bool:
    """Whether an explicit answer has real values of one sign only, such as sqrt(c1 - x^2)."""
    try:
        with working_precision(_BITS):
            values = [] if holds_symbol(answer, Y) else [p["y"].real for p in _points(answer, order, None)]
    except (UnsupportedError, PrefixError):
        return False
    return bool(values) and (all(y > 0 for y in values) or all(y < 0 for y in values))


def with_other_root(answer: Expr) -> Expr | None:
    """Return an explicit answer with the other sign of a root that x and a constant stand under.

    Of ``c1*x + sqrt(c1**2 + x)``, too, but not where another constant gives the same. None if there is none.
    """
    constants = set(CONSTANTS)
    powers = [p for p in answer.atoms(symengine.Pow) if p.args[1].is_Rational and p.args[1].q == 2]
    roots = [p for p in powers if X in p.free_symbols and constants & p.free_symbols]
    if holds_symbol(answer, Y) or len({p.args[0] for p in roots}) != 1:
        return None
    other = answer.xreplace({p: -p for p in roots})
    same = (answer.xreplace({c: -c}) for c in constants)
    return None if other == answer or other in same else other


def _spelled(equation: Expr, top: Expr) -> Iterator[tuple[Expr, Tokens]]:
    """Yield the equation's roots with their tokens."""
    for f in dict.fromkeys(slopes(equation, top)):
        try:
            tokens = canonical_tokens(f)
        except (UnsupportedError, PrefixError):
            continue
        if "I" not in tokens and not holds_symbol(f, top):
            yield f, tokens


def _points(answer: Expr, order: int, at: Expr | None) -> list[_Point]:
    """Return points of solutions, where y and y' are real if they are anywhere."""
    found: list[_Point] = []
    if holds_symbol(answer, Y):
        found += _points_of_curves(answer) if order == 1 else ()
    else:
        tokens = canonical_tokens(answer)
        if at is not None:
            place = evaluate(canonical_tokens(at), _environment(_sizes(), 1), 1)[0]
            found += _points_of_functions(tokens, order, [place + step for step in _BESIDE])
        found = found or list(_points_of_functions(tokens, order, list(map(acb, _PLACES))))
    return [p for p in found if _is_real(p["y"]) and _is_real(p["y'"])] or found


def _points_of_functions(answer: Tokens, order: int, places: Sequence[acb]) -> Iterator[_Point]:
    """Yield points of y(x) with its derivatives there."""
    for place, constants in product(places, _VALUES):
        values = {**_sizes(), **dict(zip(CONSTANTS_OF_INTEGRATION, map(acb, constants), strict=True))}
        environment = _environment(values, order + 1)
        series = evaluate(answer, {**environment, "x": acb_series([place, 1], prec=order + 1)}, order + 1)
        derivatives = {DERIVATIVES[k]: factorial(k) * series[k] for k in range(order + 1)}
        if all(value.is_finite() for value in derivatives.values()):
            yield {**values, "x": place, **derivatives}


def _points_of_curves(phi: Expr) -> Iterator[_Point]:
    """Yield points of the curves on which an expression in x and y is constant, with their slope."""
    slope = canonical_tokens(-phi.diff(X) / phi.diff(Y))
    for x, y in product(_PLACES, _PLACES[1::2]):
        values = {**_sizes(), "x": acb(x), "y": acb(fmpq(17, 16)) * acb(y)}
        value = evaluate(slope, _environment(values, 1), 1)[0]
        if value.is_finite():
            yield {**values, "y'": value}


def _sizes() -> _Point:
    return dict(zip(PARAMETERS, map(acb, _SIZES), strict=True))


def _environment(values: _Point, order: int) -> dict[str, acb_series]:
    return {name: constant(value, order) for name, value in values.items()}


def _is_unmet(f: Tokens, points: Sequence[_Point], top: str) -> bool:
    """Whether y' = f holds at none of the points."""
    values = [evaluate(f, _environment(point, 1), 1)[0] for point in points]
    return not any(v.is_finite() and (v - p[top]).contains(0) for v, p in zip(values, points, strict=True))


def _is_real(value: acb) -> bool:
    return bool(value.imag.contains(0))
