"""Bessel's functions of orders that differ by whole numbers: two of them give all, in the whole plane.

Two whose derivatives hold no others are partners; so are Airy's and their derivatives.

References
----------
NIST Digital Library of Mathematical Functions, 10.6(i) and 10.29(i).
"""

from __future__ import annotations

import symengine

from symmath.errors import UnsupportedError
from symmath.expr.operators import BESSEL, BY_TOKEN, Expr, whole_part

_MAX_STEPS = 12
_SIGNS: dict[str, tuple[int, int]] = {
    "besselj": (1, -1),
    "bessely": (1, -1),
    "besseli": (-1, 1),
    "besselk": (1, 1),
}
"""Of 2*n/u*F(n, u) and F(n - 1, u), which add up to F(n + 1, u)."""


def partner(e: Expr) -> Expr | None:
    """Return the other function that the derivative of Airy's or Bessel's holds; None for other ones."""
    name = e.get_name() if type(e) is symengine.FunctionSymbol else ""
    if name in BESSEL:
        order, u = e.args
        return BY_TOKEN[name].build(order + (-1 if whole_part(order) % 2 else 1), u)
    if name.startswith("airy"):
        other = name.removesuffix("prime") if name.endswith("prime") else f"{name}prime"
        return BY_TOKEN[other].build(*e.args)
    return None


def of_least_order(name: str, order: Expr, u: Expr) -> Expr:
    """Write one of Bessel's functions by two whose orders without symbols are from 0 to 2.

    Raises
    ------
    UnsupportedError
        If its order is far from there.
    """
    steps = whole_part(order)
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
