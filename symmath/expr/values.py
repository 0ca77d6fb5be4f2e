"""Values of symengine expressions at a few points, each node of a tree evaluated once.

Only for expressions in which trigonometric and hyperbolic functions have become exponentials; for
any other, and for derivatives, see `balls.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import symengine
from flint import acb, arb, fmpq

from symmath.expr.balls import working_precision
from symmath.expr.operators import SYMBOL_EXPRS, Expr

BITS = 128

Point = Mapping[str, acb]

# Symbols take different values; no cut is near.
_POINTS: tuple[Point, ...] = tuple(
    {name: acb(37 + 11 * i + 5 * j, 101 - 7 * i + 13 * j) / 128 for i, name in enumerate(SYMBOL_EXPRS)}
    for j in (0, 3)
)
_CONSTANTS: Mapping[Expr, Callable[[], acb]] = {
    symengine.pi: acb.pi,
    symengine.E: lambda: acb(1).exp(),
}
_FUNCTIONS: Mapping[type[Any], Callable[[acb], acb]] = {
    symengine.log: acb.log,
    symengine.asin: acb.asin,
    symengine.atan: acb.atan,
}


class Values:
    """Evaluates at a few points, by default two; remembers what it has evaluated."""

    def __init__(self, points: Sequence[Point] = _POINTS) -> None:
        self._points = points
        self._values: dict[Expr, tuple[acb, ...] | None] = {}

    def at_points(self, e: Expr) -> tuple[acb, ...] | None:
        """Return the values of an expression, balls of `BITS` bits; None where one is undefined."""
        if e not in self._values:
            with working_precision(BITS):
                values = self._evaluate(e)
            is_defined = values is not None and all(value.is_finite() for value in values)
            self._values[e] = values if is_defined else None
        return self._values[e]

    def _evaluate(self, e: Expr) -> tuple[acb, ...] | None:
        if e.is_Number:
            return (_number(e),) * len(self._points) if _is_finite_number(e) else None
        if e.is_Symbol:
            return tuple(point[e.name] for point in self._points) if e.name in self._points[0] else None
        if e in _CONSTANTS:
            return (_CONSTANTS[e](),) * len(self._points)
        arguments: list[tuple[acb, ...]] = []
        for argument in e.args:
            values = self.at_points(argument)
            if values is None:
                return None
            arguments.append(values)
        return tuple(_apply(e, column) for column in zip(*arguments, strict=True)) if arguments else None


def _is_finite_number(e: Expr) -> bool:
    return bool(e.is_Rational) or hasattr(e, "imaginary_part")


def _number(e: Expr) -> acb:
    if e.is_Rational:
        numerator, denominator = e.get_num_den()
        return acb(arb(fmpq(int(numerator), int(denominator))))
    return _number(e.real_part()) + acb(0, 1) * _number(e.imaginary_part())


def _apply(e: Expr, arguments: tuple[acb, ...]) -> acb:
    """Return the value of a node; not finite where that is unknown."""
    if type(e) is symengine.Add:
        return sum(arguments, acb(0))
    if type(e) is symengine.Mul:
        product = acb(1)
        for value in arguments:
            product *= value
        return product
    if type(e) is symengine.Pow:
        base, exponent = arguments
        if e.args[0] == symengine.E:
            return exponent.exp()
        if e.args[1].is_Integer:
            n = int(e.args[1])
            return base**n if n >= 0 else 1 / base**-n
        return (exponent * base.log()).exp()
    function = _FUNCTIONS.get(type(e))
    return acb("nan") if function is None else function(arguments[0])
