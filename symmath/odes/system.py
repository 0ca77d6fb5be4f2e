"""Systems of equations whose coefficients are expressions: square linear ones, and those for constants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from symmath.errors import UnsupportedError
from symmath.expr.expansion import expand
from symmath.expr.operators import Expr
from symmath.odes.equation import holds_symbol
from symmath.odes.forms import is_zero, tidy
from symmath.odes.roots import roots_of


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


def is_contradictory(rows: Sequence[Sequence[Expr]], right: Sequence[Expr]) -> bool:
    """Whether a linear system has no solution, by elimination; `rows` need not be square."""
    table = [[*map(tidy, row), tidy(value)] for row, value in zip(rows, right, strict=True)]
    width = len(table[0]) - 1 if table else 0
    for k in range(width):
        pivot = next((row for row in table if not is_zero(row[k])), None)
        if pivot is None:
            continue
        table.remove(pivot)
        table = [[tidy(a - row[k] / pivot[k] * b) for a, b in zip(row, pivot, strict=True)] for row in table]
    return any(not is_zero(row[-1]) for row in table)


def _linear(equations: Sequence[Expr], constants: Sequence[Expr]) -> dict[Expr, Expr] | None:
    """Solve as many equations as there are constants, if they are linear in these, or None."""
    rows = [[e.diff(c) for c in constants] for e in equations]
    if any(holds_symbol(entry, c) for row in rows for entry in row for c in constants):
        return None
    found = solve_square(rows, [-e.subs(dict.fromkeys(constants, 0)) for e in equations])
    return None if found is None else dict(zip(constants, found, strict=True))


def values_of_constants(equations: Sequence[Expr], constants: Sequence[Expr]) -> Iterator[dict[Expr, Expr]]:
    """Yield values of the constants that make all equations vanish, one a branch."""
    # What holds for all constants, such as y(0) = 0 of y = c1*x, asks for none.
    equations = [e for e in equations if expand(e) != 0]
    if not equations or not constants:
        yield {}
        return
    if len(equations) == len(constants) > 1:
        found = _linear(equations, constants)
        if found is not None:
            yield found
            return
    for first, *rest in permutations(equations):
        for constant in constants:
            if not holds_symbol(first, constant):
                continue
            try:
                roots = roots_of(first, constant, constant)
            except (UnsupportedError, RuntimeError):
                continue
            for root in roots:
                others = [c for c in constants if c != constant]
                for more in values_of_constants([e.subs({constant: root}) for e in rest], others):
                    yield {constant: root.subs(more) if more else root, **more}
