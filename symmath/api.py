"""The Python API: thin wrappers over `Solver`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from symmath.deadline import Deadline
from symmath.errors import ParseError, UnsupportedError
from symmath.expr.bridge import SympyExpr
from symmath.expr.operators import Expr
from symmath.expr.systems import split_equations
from symmath.questions import (
    Conditions,
    read_equation,
    read_integrand,
    read_limit,
    read_primitive,
    read_solution,
    read_sympy_solution,
    read_system,
    variable_by_answer,
)
from symmath.solve.calls import check, check_curve, unmet
from symmath.solve.solution import Solution
from symmath.solve.solver import CHECKPOINTS, DEFAULT_BEAM_SIZE, DEFAULT_TIMEOUT, Mode, Solver
from symmath.solve.systems import SystemSolution, solve_system
from symmath.tasks.task import Problem
from symmath.verification import Check

if TYPE_CHECKING:
    from symmath.solve.definite import DefiniteIntegral


def _symbols_of(given: SympyExpr | str | float) -> tuple[SympyExpr, ...]:
    """Return the symbols of a SymPy expression, which answers are to hold; of text none."""
    return tuple(getattr(given, "free_symbols", ()))


def _negative_among(symbols: Iterable[SympyExpr]) -> set[str]:
    """Return the names of the symbols that are declared negative.

    Raises
    ------
    UnsupportedError
        If one can neither be positive nor negative, or two have one name.
    """
    given = list(symbols)
    if len({symbol.name for symbol in given}) < len(given):
        raise UnsupportedError("two different symbols have one name")
    negative = {symbol.name for symbol in given if symbol.is_negative}
    for symbol in given:
        if symbol.is_positive is False and symbol.name not in negative:
            raise UnsupportedError(f"{symbol} is declared as what is neither positive nor negative")
    return negative


def default_solver(task: str = "integrate") -> Solver:
    """Return the solver of the checkpoint shipped for a task, loaded once; or one without network."""
    return _solver_of(CHECKPOINTS.get(task))


@cache
def _solver_of(checkpoint: str | None) -> Solver:
    task = next((task for task, name in CHECKPOINTS.items() if name == checkpoint), None)
    return Solver(None) if task is None else Solver.for_task(task)


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
        In one variable, and at most six parameters.
    var : sympy.Symbol or str, optional
        The variable; by default x, or the only name in a text.
    mode : {"auto", "ansatz", "fit", "neural"}
        What may propose answers; see `symmath.solve.solver.Mode`. The network doesn't know parameters.
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
    solution = chosen.solve(problem, mode=Mode(mode), beam_size=beam_size, timeout=timeout)
    return replace(solution, symbols=_symbols_of(integrand))


def integrate_between(
    integrand: SympyExpr | str,
    lower: SympyExpr | str | float,
    upper: SympyExpr | str | float,
    var: SympyExpr | str | None = None,
    *,
    mode: Mode | str = Mode.AUTO,
    timeout: float = DEFAULT_TIMEOUT,
    solver: Solver | None = None,
) -> DefiniteIntegral:
    """Evaluate a definite integral by a verified primitive or by its digits, in mode auto by SymPy, too.

    Parameters
    ----------
    integrand : sympy.Expr or str
        In one variable, and at most six parameters, which stand for positive numbers, SymPy's symbols
        that are declared negative for negative ones.
    lower, upper : sympy.Expr, str or float
        Real numbers, ``"oo"`` or ``"-oo"``, or expressions of parameters.
    var : sympy.Symbol or str, optional
        The variable; by default x, or the only name in a text.
    mode : {"auto", "ansatz", "fit", "neural"}
    timeout : float
        Seconds for everything.
    solver : Solver, optional

    Returns
    -------
    DefiniteIntegral
        ``result.expr`` is exact, ``result.value`` decimal; ``result.support`` says how it was found, with
        parameters ``result.domain`` for which.

    Raises
    ------
    ParseError, UnsupportedError
        If something can't be read, or a symbol is declared imaginary, zero or not positive.
    NoSolutionError
        If no way leads to a value, a pole or a jump lies between the limits, or quadrature disagrees.
    TimeLimitError
    """
    import sympy

    from symmath.solve.definite import integral_between

    limits = read_limit(lower), read_limit(upper)
    problem = read_integrand(integrand, var)
    symbols = tuple({*_symbols_of(upper), *_symbols_of(lower), *_symbols_of(integrand)})
    negative = _negative_among(symbol for symbol in symbols if symbol.name != problem.variable)

    def solve(seconds: float) -> Solution:
        solution = (solver or default_solver()).solve(problem, mode=Mode(mode), timeout=seconds)
        return replace(solution, symbols=symbols)

    may_ask_sympy = Mode(mode) is Mode.AUTO
    found = integral_between(
        solve, problem, *limits, timeout=timeout, negative=negative, may_ask_sympy=may_ask_sympy
    )
    return replace(found, expr=found.expr.xreplace({sympy.Symbol(symbol.name): symbol for symbol in symbols}))


def dsolve(
    equation: SympyExpr | str,
    func: SympyExpr | str | None = None,
    *,
    ics: Conditions | None = None,
    mode: Mode | str = Mode.AUTO,
    beam_size: int = DEFAULT_BEAM_SIZE,
    timeout: float = DEFAULT_TIMEOUT,
    solver: Solver | None = None,
) -> Solution:
    """Find a verified solution of an ordinary differential equation of order 1 to 4.

    Parameters
    ----------
    equation : sympy.Eq, sympy.Expr or str
        Such as ``"y'' + y = sin(x)"``, with at most six parameters; an expression is equated to zero.
    func : sympy function or str, optional
        The unknown, such as ``f`` or ``f(t)``; by default the only one there is, or y in x.
    ics : str or mapping, optional
        Conditions: initial or boundary values, such as ``"y(0)=1, y'(0)=0"``, and what is linear in such,
        ``"y(0) = y(1), k*y'(2) = -h*y(2)"``; or, as for SymPy,
        ``{y(0): 1, y(x).diff(x).subs(x, 0): 0}``; names in them are parameters, too.
    mode : {"auto", "ansatz", "fit", "neural"}
        What may propose answers; see `symmath.solve.solver.Mode`.
    beam_size : int
        Answers decoded for each presentation of the equation.
    timeout : float
        Seconds.
    solver : Solver, optional
        By default that of the shipped checkpoint for differential equations, of order 1 and 2.

    Returns
    -------
    Solution
        ``solution.expr`` is y as a SymPy expression in x, c1, c2, ..., an equation if the solution is
        implicit, or None. ``solution.is_general`` says whether it has all constants; of an equation that
        falls into several, such as ``"y'^2 = 1"``, it solves one, and ``solution.branches`` the others;
        what no constant gives, such as y = 0 of ``"y' = y^2"``, is in ``solution.singular``.

    Raises
    ------
    ParseError, UnsupportedError
        If the equation or the conditions can't be read or represented.

    Examples
    --------
    >>> import symmath
    >>> symmath.dsolve("y' + y = x", ics="y(0)=0").expr  # doctest: +SKIP
    x - 1 + exp(-x)
    """
    problem = read_equation(equation, func, ics)
    chosen = solver or default_solver(problem.task)
    solution = chosen.solve(problem, mode=Mode(mode), beam_size=beam_size, timeout=timeout)
    symbols = _symbols_of(equation)
    branches, singular = (
        tuple(replace(one, symbols=symbols) for one in others)
        for others in (solution.branches, solution.singular)
    )
    return replace(solution, symbols=symbols, branches=branches, singular=singular)


def dsolve_system(
    equations: Sequence[SympyExpr | str] | str,
    *,
    ics: Conditions | None = None,
    var: SympyExpr | str | None = None,
    timeout: float = DEFAULT_TIMEOUT,
) -> SystemSolution:
    """Find a verified solution of a linear system with constant coefficients.

    Parameters
    ----------
    equations : str, or sequence of str or sympy.Eq
        Such as ``["x' = y", "y' = -x"]`` or ``"x' = y; y' = -x"``, one for each function, of order 4
        together at most, with at most six parameters.
    ics : str or mapping, optional
        Conditions, as for `dsolve`: ``"x(0)=1, y(0)=0"``.
    var : str or sympy.Symbol, optional
        The variable; by default what the equations show, else t where a function is called x, else x.
    timeout : float
        Seconds.

    Returns
    -------
    SystemSolution
        ``solution.exprs`` holds SymPy expressions by the functions' names, none if nothing was found.

    Raises
    ------
    ParseError, UnsupportedError
        If the equations or the conditions can't be read.

    Examples
    --------
    >>> import symmath
    >>> symmath.dsolve_system(["x' = y", "y' = -x"], ics="x(0)=1, y(0)=0").exprs  # doctest: +SKIP
    {'x': cos(t), 'y': -sin(t)}
    """
    given = split_equations(equations) if isinstance(equations, str) else equations
    texts, system, conditions, names = read_system(given, ics, var)
    return solve_system(texts, system, conditions, names, timeout)


def _checked(problem: Problem, claimed: Expr, timeout: float) -> Check:
    return _in_names(problem, check(problem, claimed, Deadline.after(timeout)))


def _in_names(problem: Problem, found: Check) -> Check:
    return replace(found, where=found.where.in_names(problem.variable, problem.function))


def verify(
    integrand: SympyExpr | str,
    answer: SympyExpr | str,
    var: SympyExpr | str | None = None,
    *,
    timeout: float = DEFAULT_TIMEOUT,
) -> Check:
    """Check whether `answer` is a primitive of `integrand`.

    Parameters
    ----------
    integrand, answer : sympy.Expr or str
    var : sympy.Symbol or str, optional
    timeout : float
        Seconds, after which the verdict is undecided.

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
    return _checked(problem, read_primitive(problem, answer), timeout)


def verify_solution(
    equation: SympyExpr | str,
    answer: SympyExpr | str,
    *,
    ics: Conditions | None = None,
    var: SympyExpr | str | None = None,
    timeout: float = DEFAULT_TIMEOUT,
) -> Check:
    """Check whether `answer` solves a differential equation, and meets conditions if there are some.

    Parameters
    ----------
    equation : sympy.Eq, sympy.Expr or str
    answer : sympy.Expr, sympy.Eq or str
        y in x and the constants c1, c2; text may begin with ``y =`` or ``y(x) =``, or be an equation of
        x and y, such as ``x**2 + y**2 = c1``. So may SymPy's equations, as its dsolve returns them.
    ics : str or mapping, optional
        As for `dsolve`.
    var : sympy.Symbol or str, optional
    timeout : float
        Seconds, after which the verdict is undecided.

    Returns
    -------
    Check
        ``check.is_general`` says whether the answer has all constants.

    Raises
    ------
    ParseError, UnsupportedError
        If either can't be read or represented.
    """
    problem = read_equation(equation, ics=ics, var=var)
    if isinstance(answer, str):
        if var is None and (shown := variable_by_answer(problem, answer)) is not None:
            with suppress(ParseError):
                # Where the equation names its variable, that it is.
                problem = read_equation(equation, ics=ics, var=shown)
        claimed = read_solution(problem, answer)
    else:
        claimed = read_sympy_solution(problem, answer)
    deadline = Deadline.after(timeout)
    found = check(problem, claimed.expr, deadline)
    if claimed.is_curve:
        found = check_curve(problem, claimed.expr, found, deadline)
    if found and (failed := unmet(problem, claimed.expr, deadline)) is not None:
        return failed
    found = _in_names(problem, found)
    return replace(found, is_general=found.is_general and not claimed.is_curve)
