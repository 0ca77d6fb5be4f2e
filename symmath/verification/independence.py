"""Whether constants of a family of solutions are independent: the rank of what changes with them."""

from __future__ import annotations

from collections.abc import Sequence

from flint import acb_mat, arb, ctx

from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.balls import constant, evaluate, working_precision
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import Expr
from symmath.expr.prefix import Tokens
from symmath.verification.places import Point, is_real

_PRECISIONS = (1, 4, 16)
"""Multiples at which a determinant that may be zero is computed."""
_ROUGH = 2.0**-16
"""A sum that may be zero is, if its terms are known to this share."""


def has_full_rank(matrix: Sequence[Sequence[Expr]], points: Sequence[Point]) -> bool:
    """Whether a square matrix is regular at every real point, if there are any that tell.

    With complex points alone one is enough: it may be for its branches that another is singular.
    """
    try:
        table = [[canonical_tokens(e) for e in row] for row in matrix]
    except (UnsupportedError, PrefixError):
        return False
    said = [(is_real(point), _is_regular(table, point)) for point in points]
    real = [regular for is_real, regular in said if is_real and regular is not None]
    return all(real) if real else any(regular for _, regular in said)


def _is_regular(table: Sequence[Sequence[Tokens]], point: Point) -> bool | None:
    """Whether a matrix is regular at a point; None if it has no value there, or too rough a one.

    Of ``cosh(u)**2 - sinh(u)**2`` nothing is left for large u but at high precision.
    """
    said: bool | None = None
    for factor in _PRECISIONS:
        with working_precision(factor * ctx.prec):
            said = _is_regular_as_far_as_known(table, point)
        if said is not False:
            break
    return said


def _is_regular_as_far_as_known(table: Sequence[Sequence[Tokens]], point: Point) -> bool | None:
    environment = {name: constant(value, 1) for name, value in point.items()}
    try:
        m = [[evaluate(tokens, environment, 1)[0] for tokens in row] for row in table]
    except PrefixError:
        return None
    determinant = acb_mat(m).det()
    if not determinant.is_finite():
        return None
    if not determinant.contains(0):
        return True
    size = arb(1)
    for row in m:
        size *= sum((abs(entry).mid() for entry in row), arb(0))
    return False if determinant.rad() <= size * _ROUGH or determinant == 0 else None
