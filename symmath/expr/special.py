"""Special functions: error functions, integrals of exponentials, sines and logarithms, Airy's, Bessel's.

symengine knows them by name only. They stand in answers, as terms with constant coefficients (by
Liouville's theorem and its extension by Singer, Saunders and Caviness, 1985, that is where primitives of
elementary functions need them), and their derivatives are elementary; those of Airy and Bessel are
solutions of equations, and their derivatives are made of such.
"""

from __future__ import annotations

from collections.abc import Iterator

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.operators import BY_TOKEN, DERIVATIVES, SYMBOL_EXPRS, Expr, X

_PREFIX = "special_"


def special_parts(e: Expr) -> Iterator[Expr]:
    """Yield the special functions of an expression that stand in no other, perhaps repeatedly."""
    if type(e) is symengine.FunctionSymbol:
        yield e
        return
    for argument in e.args:
        yield from special_parts(argument)


def holds_special(e: Expr) -> bool:
    """Whether an expression holds a special function."""
    return next(special_parts(e), None) is not None


def slope_of(e: Expr, variable: Expr = X) -> Expr:
    """Return the derivative of an expression that may hold special functions.

    Raises
    ------
    UnsupportedError
        If the order of one varies.
    """
    parts = dict.fromkeys(special_parts(e))
    if not parts:
        return e.diff(variable)
    names = {part: symengine.Symbol(f"{_PREFIX}{i}") for i, part in enumerate(parts)}
    plain = e.xreplace(names)
    total = plain.diff(variable)
    for part, name in names.items():
        rule = BY_TOKEN[part.get_name()].slope
        assert rule is not None, "every function that symengine only has the name of has a rule"
        *order, argument = part.args
        if any(variable in n.free_symbols for n in order):
            raise UnsupportedError(f"the derivative of {part} by its order")
        inner = slope_of(argument, variable)
        if inner != 0:
            total += plain.diff(name) * rule(*part.args) * inner
    return total.xreplace({name: part for part, name in names.items()})


def total_derivative(e: Expr) -> Expr:
    """Differentiate by x an expression in x, y and its derivatives.

    Raises
    ------
    UnsupportedError
        If the derivative of the highest order that there is a symbol of would be needed.
    """
    total = slope_of(e)
    unknowns = [SYMBOL_EXPRS[name] for name in DERIVATIVES]
    for unknown, above in zip(unknowns, [*unknowns[1:], None], strict=True):
        if unknown not in e.free_symbols:
            continue
        if above is None:
            raise UnsupportedError(f"the derivative of {unknown}")
        total += slope_of(e, unknown) * above
    return total


def derivatives(e: Expr, order: int) -> list[Expr]:
    """Return a function of x and its derivatives up to an order; see `slope_of`."""
    found = [e]
    while len(found) <= order:
        found.append(slope_of(found[-1]))
    return found
