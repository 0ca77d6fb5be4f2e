"""Square systems of linear equations whose coefficients are expressions."""

from __future__ import annotations

from collections.abc import Sequence

from symmath.expr.operators import Expr
from symmath.odes.forms import is_zero, tidy


def solve_square(rows: Sequence[Sequence[Expr]], right: Sequence[Expr]) -> list[Expr] | None:
    """Solve a system by elimination, each entry kept as one cancelled fraction.

    Parameters
    ----------
    rows : sequence of sequence of Expr
        A square matrix.
    right : sequence of Expr

    Returns
    -------
    list of Expr or None
        None if the matrix is singular.
    """
    size = len(rows)
    table = [[*map(tidy, row), tidy(value)] for row, value in zip(rows, right, strict=True)]
    for k in range(size):
        # What is short is cheap to divide by.
        candidates = sorted(range(k, size), key=lambda i: len(str(table[i][k])))
        pivot = next((i for i in candidates if not is_zero(table[i][k])), None)
        if pivot is None:
            return None
        table[k], table[pivot] = table[pivot], table[k]
        head = [tidy(entry / table[k][k]) for entry in table[k]]
        table[k] = head
        for i in range(size):
            if i != k and table[i][k] != 0:
                factor = table[i][k]
                table[i] = [tidy(a - factor * b) for a, b in zip(table[i], head, strict=True)]
    return [row[-1] for row in table]
