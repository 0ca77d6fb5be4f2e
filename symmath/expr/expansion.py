"""Expand products and powers, but never into more terms than asked for.

symengine's own `expand` can't be interrupted and gladly makes millions of terms.
"""

from __future__ import annotations

from math import comb

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.operators import Expr

MAX_TERMS = 2000


def count_terms(e: Expr) -> int:
    """Bound the number of terms of the expanded form, before equal ones are collected.

    Returns
    -------
    int
        At least the count; of a function, 1 unless an argument has more than `MAX_TERMS`.
    """
    if not e.args:
        return 1
    counts = [count_terms(argument) for argument in e.args]
    if type(e) is symengine.Add:
        return sum(counts)
    if type(e) is symengine.Mul:
        product = 1
        for count in counts:
            product *= count
        return product
    if type(e) is symengine.Pow and e.args[1].is_Integer:
        power = abs(int(e.args[1]))
        count = comb(counts[0] + power - 1, power) if counts[0] > 1 else 1
        # A negative power is one term, over a denominator that is expanded too.
        return count if e.args[1] > 0 or count > MAX_TERMS else 1
    # A function or another power is one term, but its arguments are expanded too.
    return 1 if max(counts) <= MAX_TERMS else max(counts)


def expand(e: Expr) -> Expr:
    """Expand an expression and the arguments of the functions in it.

    Raises
    ------
    UnsupportedError
        If there could be more than `MAX_TERMS` terms.
    """
    if count_terms(e) > MAX_TERMS:
        raise UnsupportedError(f"the expanded form may have more than {MAX_TERMS} terms")
    return symengine.expand(e)
