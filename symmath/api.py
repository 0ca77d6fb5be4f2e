"""The Python API: thin wrappers over `Solver`."""

from __future__ import annotations

from functools import cache

from symmath.expr.bridge import SympyExpr, from_sympy
from symmath.expr.parse import parse_expression
from symmath.solve.solution import Solution
from symmath.solve.solver import DEFAULT_BEAM_SIZE, DEFAULT_TIMEOUT, Mode, Solver, shipped
from symmath.tasks.task import Problem
from symmath.verification import Check
from symmath.verification import verify as verify_problem


@cache
def default_solver() -> Solver:
    """Return the solver of the shipped checkpoint, loaded once."""
    return Solver.load(shipped())


def read_integrand(integrand: SympyExpr | str, var: SympyExpr | str | None) -> Problem:
    """Return the integration problem of a text or a SymPy expression.

    Raises
    ------
    ParseError
        If a text is not an expression.
    UnsupportedError
        If the expression holds what the vocabulary can't represent.
    """
    name = None if var is None else str(var)
    if isinstance(integrand, str):
        parsed = parse_expression(integrand, name)
        return Problem(task="integrate", expr=parsed.expr, variable=parsed.variable)
    return Problem(task="integrate", expr=from_sympy(integrand, name or "x"), variable=name or "x")


def integrate(
    integrand: SympyExpr | str,
    var: SympyExpr | str | None = None,
    *,
    mode: Mode | str = Mode.AUTO,
    beam_size: int = DEFAULT_BEAM_SIZE,
    timeout: float = DEFAULT_TIMEOUT,
    solver: Solver | None = None,
) -> Solution:
    """Find a verified primitive.

    Parameters
    ----------
    integrand : sympy.Expr or str
        In one variable.
    var : sympy.Symbol or str, optional
        The variable; by default x, or the only name in a text.
    mode : {"auto", "ansatz", "fit", "neural"}
        What may propose answers; see `symmath.solve.solver.Mode`.
    beam_size : int
        Answers decoded for each presentation of the integrand.
    timeout : float
        Seconds.
    solver : Solver, optional
        By default that of the shipped checkpoint.

    Returns
    -------
    Solution
        ``solution.expr`` is a SymPy expression, or None when nothing verified was found.

    Raises
    ------
    ParseError, UnsupportedError
        If the integrand can't be read or represented.

    Examples
    --------
    >>> import symmath
    >>> symmath.integrate("x*cos(x)").expr  # doctest: +SKIP
    x*sin(x) + cos(x)
    """
    problem = read_integrand(integrand, var)
    chosen = solver or default_solver()
    return chosen.solve(problem, mode=Mode(mode), beam_size=beam_size, timeout=timeout)


def verify(integrand: SympyExpr | str, answer: SympyExpr | str, var: SympyExpr | str | None = None) -> Check:
    """Check whether `answer` is a primitive of `integrand`.

    Returns
    -------
    Check
        Its verdict is proved, numeric, refuted or undecided.

    Raises
    ------
    ParseError, UnsupportedError
        If either can't be read or represented.
    """
    problem = read_integrand(integrand, var)
    claimed = read_integrand(answer, problem.variable)
    return verify_problem(problem, claimed.expr)
