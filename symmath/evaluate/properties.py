"""Properties of an integrand that can be told by its values: symmetries, and the scale of its argument."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import symengine
from flint import acb

from symmath.errors import PrefixError
from symmath.expr.balls import evaluate, variable, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr, X

_BITS = 128
_AGREEING = 4
_TRIES = 24
_ACCURATE_BITS = 40


def _value(tokens: list[str], point: acb) -> acb | None:
    try:
        value = evaluate(tokens, {"x": variable(point, 1)}, 1)[0]
    except PrefixError:
        return None
    return value if value.is_finite() and value.rel_accuracy_bits() > _ACCURATE_BITS else None


@working_precision(_BITS)
def _agree(e: Expr, move: Callable[[acb], acb], sign: int) -> bool:
    """Whether e(move(x)) = sign * e(x) at points near the real axis, at four of them at least.

    On it, where an absolute value or a sign is: off it they have no value.
    """
    tokens = canonical_tokens(e)
    rng = random.Random(0)
    breadth = 0.0 if {"abs", "sign"} & set(tokens) else 0.2
    agreeing = 0
    for _ in range(_TRIES):
        point = acb(rng.uniform(0.1, 2.0), rng.uniform(-breadth, breadth))
        here, there = _value(tokens, point), _value(tokens, move(point))
        if here is None or there is None:
            continue
        if not here.overlaps(sign * there):
            return False
        agreeing += 1
        if agreeing == _AGREEING:
            return True
    return False


def is_even(e: Expr) -> bool:
    """Whether f(-x) = f(x)."""
    return _agree(e, lambda x: -x, 1)


def is_odd(e: Expr) -> bool:
    """Whether f(-x) = -f(x)."""
    return _agree(e, lambda x: -x, -1)


def is_periodic(e: Expr) -> bool:
    """Whether f(x + 2 pi) = f(x), for an f that isn't constant."""
    return X in e.free_symbols and _agree(e, lambda x: x + 2 * acb.pi(), 1)


def is_scaled(e: Expr) -> bool:
    """Whether x stands everywhere beside the same factor k other than 1, so that e is f(k*x)."""
    found: set[Expr] = set()
    _collect_scales(e, found)
    return len(found) == 1 and found != {symengine.Integer(1)}


def _collect_scales(e: Expr, found: set[Expr]) -> None:
    if e == X:
        found.add(symengine.Integer(1))
    elif type(e) is symengine.Mul and X in e.args and not (e / X).free_symbols:
        found.add(e / X)
    else:
        for argument in e.args:
            _collect_scales(argument, found)


PROPERTIES: Mapping[str, Callable[[Expr], bool]] = {
    "even": is_even,
    "odd": is_odd,
    "periodic": is_periodic,
    "scaled": is_scaled,
}
