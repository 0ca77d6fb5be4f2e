"""Constants that SymPy takes for ever to evaluate.

SymPy decides signs while it builds and prints an expression, and evaluates constants for that to as many
digits as it takes: the cosine of a number with 10**23 digits, or the minimal polynomial of a nested
radical that is zero. Balls say in no time which constants those are.
"""

from __future__ import annotations

from collections.abc import Iterator

import symengine
from flint import acb, arb

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import evaluate, working_precision
from symmath.expr.operators import Expr
from symmath.expr.prefix import encode

MAX_BITS = 10_000
"""Largest binary order of magnitude of a constant inside a function or a power."""
MAX_RADICALS = 8
"""Most radicals of a sum that can't be told from zero."""
_BITS = 256
_LONGEST_SHOWN = 80


def refuse_vast_constants(e: Expr) -> None:
    """Refuse an expression with a constant that SymPy might never be done with.

    Raises
    ------
    UnsupportedError
        If a constant inside a function or a power is too large, has no value, or is a sum of many
        radicals that can't be told from zero.
    """
    with working_precision(_BITS):
        for constant in _inner_constants(e, is_inside=False):
            value = _value(constant)
            if value is None:
                continue
            if not (value.is_finite() and abs(value) < arb(2) ** MAX_BITS):
                raise UnsupportedError(f"a constant that is too large or has no value: {_shown(constant)}")
            if value.contains(0) and len(_radicals(constant)) > MAX_RADICALS:
                raise UnsupportedError(f"a constant that can't be told from zero: {_shown(constant)}")


def _inner_constants(e: Expr, *, is_inside: bool) -> Iterator[Expr]:
    """Yield constants inside functions and powers, and sums of constants anywhere; innermost first."""
    if not e.args or e.is_Number:
        return
    is_sum_or_product = type(e) in (symengine.Add, symengine.Mul)
    for argument in e.args:
        yield from _inner_constants(argument, is_inside=is_inside or not is_sum_or_product)
    if not e.free_symbols and (is_inside or type(e) is symengine.Add):
        yield e


def _value(constant: Expr) -> acb | None:
    """Return an enclosure, not finite if nothing is known; None if balls can't say."""
    try:
        return evaluate(encode(constant), {}, 1)[0]
    except (PrefixError, UnsupportedError):
        return None


def _radicals(e: Expr) -> set[Expr]:
    own = {e} if type(e) is symengine.Pow and e.args[1].is_Rational else set()
    return own.union(*(_radicals(argument) for argument in e.args)) if e.args else own


def _shown(e: Expr) -> str:
    text = str(e)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."
