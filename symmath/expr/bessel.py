"""Bessel's functions of orders that differ by whole numbers: two of them give all, in the whole plane.

References
----------
NIST Digital Library of Mathematical Functions, 10.6(i) and 10.29(i).
"""

from __future__ import annotations

from flint import fmpq

from symmath.errors import UnsupportedError
from symmath.expr.operators import BY_TOKEN, Expr
from symmath.expr.plan import split_sum

_MAX_STEPS = 12
_SIGNS: dict[str, tuple[int, int]] = {
    "besselj": (1, -1),
    "bessely": (1, -1),
    "besseli": (-1, 1),
    "besselk": (1, 1),
}
"""Of 2*n/u*F(n, u) and F(n - 1, u), which add up to F(n + 1, u)."""


def of_least_order(name: str, order: Expr, u: Expr) -> Expr:
    """Write one of Bessel's functions by two whose orders without symbols are from 0 to 2.

    Raises
    ------
    UnsupportedError
        If its order is far from there.
    """
    number = next((c for c, term in split_sum(order) if term == 1), fmpq(0))
    steps = int(number.p) // int(number.q)
    if abs(steps) > _MAX_STEPS:
        raise UnsupportedError(f"a function of order {order}")
    build, (sign, sign_before) = BY_TOKEN[name].build, _SIGNS[name]
    n = order - steps
    below, above = build(n, u), build(n + 1, u)
    for _ in range(steps):
        n += 1
        below, above = above, sign * 2 * n / u * above + sign_before * below
    for _ in range(-steps):
        below, above = sign_before * (above - sign * 2 * n / u * below), below
        n -= 1
    return below
