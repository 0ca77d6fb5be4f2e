"""The equation for eigenvalues, from a solution that meets all conditions of a problem but one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import symengine
from flint import acb

from symmath.errors import PrefixError
from symmath.expr.balls import constant, evaluate, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.conditions import Condition
from symmath.expr.operators import BESSEL, Expr, X, parameters_in
from symmath.expr.prefix import Tokens
from symmath.expr.shape import base_and_exponent, factors_of
from symmath.odes.conditions import defects
from symmath.odes.constants import CONSTANTS
from symmath.odes.equation import holds_symbol
from symmath.odes.forms import ONE, spread, tidy

_WAVES = (symengine.sin, symengine.cos)
_SIZES = (1.37, 0.83, 1.71, 1.13, 0.59, 1.91)
"""Of the other parameters, while an eigenvalue is looked for."""
_SCANNED = tuple(0.05 + 0.05 * k for k in range(240))
_PLACES = (0.31, 0.77)
_HALVINGS, _BITS, _NOTHING = 50, 80, 1e-9


def eigenfunction(solution: Expr, condition: Condition) -> tuple[Expr, Expr] | None:
    """Return what meets a homogeneous condition for some parameters, and what vanishes for these.

    Parameters
    ----------
    solution : Expr
        A function of x times one constant.
    condition : Condition

    Returns
    -------
    tuple of Expr or None
        A multiple of the function, without denominators that may vanish with the condition; and an expression
        in the parameters, of its factors those with sines, cosines or Bessel functions, of which a root was
        seen at which the function isn't zero. None if there is none, or the condition asks for a value.
    """
    constants = [c for c in CONSTANTS if holds_symbol(solution, c)]
    if len(constants) != 1 or condition.value != 0:
        return None
    function = solution.diff(constants[0])
    if holds_symbol(function, constants[0]) or spread(solution - constants[0] * function) != 0:
        return None
    function = _without_denominators(function)
    (defect,) = defects(function, [condition])
    factors = [base_and_exponent(factor) for factor in factors_of(tidy(defect))]
    waves = [base for base, power in factors if power.is_positive and _holds_wave(base)]
    where = symengine.Mul(*waves)
    if not waves or not _has_root(where, function):
        return None
    return constants[0] * function, where


def _holds_wave(e: Expr) -> bool:
    functions = e.atoms(symengine.FunctionSymbol)
    return bool(e.atoms(*_WAVES)) or any(f.get_name() in BESSEL for f in functions)


def _without_denominators(function: Expr) -> Expr:
    """Return a multiple without denominators free of x that hold waves."""
    tangents = {t: symengine.sin(t.args[0]) / symengine.cos(t.args[0]) for t in function.atoms(symengine.tan)}
    plain = tidy(function.xreplace({t: q for t, q in tangents.items() if not holds_symbol(t, X)}))
    below = ONE
    for factor in factors_of(plain):
        base, power = base_and_exponent(factor)
        if power.is_negative and not holds_symbol(base, X) and _holds_wave(base):
            below *= base ** (-power)
    return tidy(plain * below)


def _has_root(where: Expr, function: Expr) -> bool:
    """Whether an expression is seen to be zero for some positive parameters, and a function isn't there."""
    try:
        tokens, target = canonical_tokens(where), canonical_tokens(function)
        with working_precision(_BITS):
            return any(_is_seen(tokens, target, str(p), where, function) for p in parameters_in(where))
    except PrefixError:
        return False


def _is_seen(where: Tokens, function: Tokens, name: str, *exprs: Expr) -> bool:
    others = [str(p) for p in parameters_in(*exprs) if str(p) != name]
    sizes = dict(zip(others, _SIZES, strict=False))

    def at(value: float) -> float:
        return float(_value(where, {**sizes, name: value}).real)

    for root in _roots(at, _SCANNED):
        places = ({**sizes, name: root, "x": x} for x in _PLACES)
        if abs(at(root)) < _NOTHING and any(abs(_value(function, p)) > _NOTHING**0.5 for p in places):
            return True
    return False


def _value(tokens: Tokens, numbers: dict[str, float]) -> acb:
    return evaluate(tokens, {name: constant(acb(n), 1) for name, n in numbers.items()}, 1)[0]


def _roots(f: Callable[[float], float], places: Sequence[float]) -> Iterator[float]:
    """Yield where a function changes its sign, by halving."""
    for low, high in pairwise(places):
        if not f(low) * f(high) < 0:
            continue
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if f(low) * f(middle) <= 0 else (middle, high)
        yield (low + high) / 2
