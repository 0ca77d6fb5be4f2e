"""The Python API: thin wrappers over `Solver`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from symmath.deadline import Deadline
from symmath.errors import UnsupportedError
from symmath.expr.bridge import SympyExpr, from_sympy, to_sympy
from symmath.expr.names import choose_variable
from symmath.expr.operators import Expr
from symmath.expr.parse import Condition, order_of, parse_conditions, parse_equation, parse_expression
from symmath.expr.vast import refuse_vast_constants
from symmath.solve.calls import check
from symmath.solve.definite import DefiniteIntegral, definite
from symmath.solve.solution import Solution
from symmath.solve.solver import DEFAULT_BEAM_SIZE, DEFAULT_TIMEOUT, Mode, Solver
from symmath.tasks.task import Problem
from symmath.verification import Check, in_variable

_CONSTANTS = ("c1", "c2", "C1", "C2")


@cache
def default_solver(task: str = "integrate") -> Solver:
    """Return the solver of the checkpoint shipped for a task, loaded once."""
    return Solver.for_task(task)


def _parameters_of(s: SympyExpr, variable: str) -> list[str]:
    """Return the names a SymPy expression holds beside its variable and constants of integration."""
    return sorted(_names_in(s) - {variable, *_CONSTANTS})


def _names_in(s: SympyExpr) -> set[str]:
    symbols: set[SympyExpr] = getattr(s, "free_symbols", set())
    names = {symbol.name for symbol in symbols}
    if len(names) < len(symbols):
        raise UnsupportedError("two different symbols have one name")
    return names


def read_integrand(
    integrand: SympyExpr | str, var: SympyExpr | str | None, parameters: Sequence[str] | None = None
) -> Problem:
    """Return the integration problem of a text or a SymPy expression.

    Parameters
    ----------
    integrand : sympy.Expr or str
    var : sympy.Symbol, str or None
        The variable; None for the only name, x, t, or the only customary one.
    parameters : sequence of str, optional
        Names of the parameters, in order; by default whatever names there are beside the variable.

    Raises
    ------
    ParseError
        If a text is not an expression.
    UnsupportedError
        If the expression holds what the vocabulary can't represent.
    """
    name = None if var is None else str(var)
    if isinstance(integrand, str):
        parsed = parse_expression(integrand, name, parameters=parameters)
        expr, name, parameters = parsed.expr, parsed.variable, parsed.parameters
    else:
        names = _names_in(integrand)
        if name is None:
            name = choose_variable(names) if names else "x"
        if parameters is None:
            parameters = _parameters_of(integrand, name)
        expr = from_sympy(integrand, name, parameters=parameters)
    refuse_vast_constants(expr)
    return Problem(task="integrate", expr=expr, variable=name, parameters=tuple(parameters))


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
        In one variable, and at most two parameters.
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
    return chosen.solve(problem, mode=Mode(mode), beam_size=beam_size, timeout=timeout)


def read_limit(limit: SympyExpr | str | float) -> SympyExpr:
    """Return a limit of integration as a SymPy number; text may be ``oo``, ``inf`` or ``∞``, with a sign.

    Raises
    ------
    ParseError, UnsupportedError
        If it is no number.
    """
    import sympy

    if not isinstance(limit, str):
        number = sympy.sympify(limit)
        # As in integrands, a decimal number is the rational that it is printed as.
        decimals = {f: sympy.Rational(str(f)) for f in number.atoms(sympy.Float) if f.is_finite}
        return number.xreplace(decimals)
    size = limit.strip().lstrip("+-")
    if size in ("oo", "inf", "infinity", "∞") and len(limit.strip()) <= len(size) + 1:
        return -sympy.oo if limit.strip().startswith("-") else sympy.oo
    number = parse_expression(limit).expr
    if number.free_symbols:
        raise UnsupportedError(f"a number was expected as a limit, not {limit}")
    return to_sympy(number)


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
    """Evaluate a definite integral by a verified primitive, and check it by quadrature.

    Parameters
    ----------
    integrand : sympy.Expr or str
        In one variable.
    lower, upper : sympy.Expr, str or float
        Real numbers, or ``"oo"`` and ``"-oo"``.
    var : sympy.Symbol or str, optional
        The variable; by default x, or the only name in a text.
    mode : {"auto", "ansatz", "fit", "neural"}
    timeout : float
        Seconds for everything.
    solver : Solver, optional

    Returns
    -------
    DefiniteIntegral
        ``result.expr`` is exact, ``result.value`` decimal.

    Raises
    ------
    ParseError, UnsupportedError
        If something can't be read.
    NoSolutionError
        If there is no primitive, a pole or a jump lies between the limits, or quadrature disagrees.
    TimeLimitError

    Examples
    --------
    >>> import symmath
    >>> symmath.integrate_between("exp(-x)", 0, "oo").expr  # doctest: +SKIP
    1
    """
    deadline = Deadline.after(timeout)
    limits = read_limit(lower), read_limit(upper)
    problem = read_integrand(integrand, var, parameters=())
    solution = (solver or default_solver()).solve(problem, mode=Mode(mode), timeout=deadline.remaining)
    return definite(solution, *limits, timeout=deadline.remaining)


def _unknown_of(equation: SympyExpr | str, func: SympyExpr | str | None) -> tuple[str | None, str | None]:
    """Return name and variable of the unknown, as far as `func` or a SymPy equation's functions tell."""
    name, _, argument = ("" if func is None else str(func)).partition("(")
    if not argument and hasattr(equation, "atoms"):
        from sympy.core.function import AppliedUndef

        unknowns = [u for u in equation.atoms(AppliedUndef) if name in ("", u.func.__name__)]
        if len(unknowns) == 1:
            name, _, argument = str(unknowns[0]).partition("(")
    argument = argument.strip(" )")
    return name.strip() or None, argument if argument.isidentifier() else None


def read_equation(
    equation: SympyExpr | str,
    func: SympyExpr | str | None = None,
    ics: str | None = None,
    var: SympyExpr | str | None = None,
) -> Problem:
    """Return the problem of a differential equation, which may have parameters, in text or SymPy.

    Raises
    ------
    ParseError
        If a text is not an equation, or `ics` are not conditions.
    UnsupportedError
        If the equation holds what the vocabulary can't represent, or is not of order 1 or 2.
    """
    name, argument = _unknown_of(equation, func)
    variable = argument if var is None else str(var)
    if argument not in (None, variable):
        raise UnsupportedError(f"{name}({argument}) is no function of {variable}")
    if variable is not None and variable == (name or "y"):
        raise UnsupportedError(f"{variable} can't be both the variable and the function")
    parameters: Sequence[str]
    if isinstance(equation, str):
        parsed = parse_equation(equation, variable, name)
        expr, order, variable, name = parsed.residual, parsed.order, parsed.variable, parsed.function
        parameters = parsed.parameters
    else:
        variable, name = variable or "x", name or "y"
        parameters = _parameters_of(equation, variable)
        expr = from_sympy(equation, variable, name, parameters=parameters)
        order = order_of(expr)
        if not order:
            raise UnsupportedError(f"no derivative of {name}({variable}) is left in this equation")
    refuse_vast_constants(expr)
    conditions: tuple[Condition, ...] = ()
    if ics is not None:
        conditions, parameters = parse_conditions(ics, name, variable, parameters)
    return Problem(
        task=f"ode{order}",
        expr=expr,
        variable=variable,
        function=name,
        conditions=conditions,
        parameters=tuple(parameters),
    )


def dsolve(
    equation: SympyExpr | str,
    func: SympyExpr | str | None = None,
    *,
    ics: str | None = None,
    mode: Mode | str = Mode.AUTO,
    beam_size: int = DEFAULT_BEAM_SIZE,
    timeout: float = DEFAULT_TIMEOUT,
    solver: Solver | None = None,
) -> Solution:
    """Find a verified solution of an ordinary differential equation of order 1 or 2.

    Parameters
    ----------
    equation : sympy.Eq, sympy.Expr or str
        Such as ``"y'' + y = sin(x)"``, with at most two parameters; an expression is equated to zero.
    func : sympy function or str, optional
        The unknown, such as ``f`` or ``f(t)``; by default the only one there is, or y in x.
    ics : str, optional
        Initial conditions, such as ``"y(0)=1, y'(0)=0"``; names in them are parameters, too.
    mode : {"auto", "ansatz", "fit", "neural"}
        What may propose answers; see `symmath.solve.solver.Mode`.
    beam_size : int
        Answers decoded for each presentation of the equation.
    timeout : float
        Seconds.
    solver : Solver, optional
        By default that of the shipped checkpoint for differential equations.

    Returns
    -------
    Solution
        ``solution.expr`` is y as a SymPy expression in x, c1 and c2, an equation if the solution is
        implicit, or None. ``solution.is_general`` says whether it has all constants.

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
    return chosen.solve(problem, mode=Mode(mode), beam_size=beam_size, timeout=timeout)


def _checked(problem: Problem, claimed: Expr, timeout: float) -> Check:
    found = check(problem, claimed, Deadline.after(timeout))
    return replace(found, domain=in_variable(found.domain, problem.variable))


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
    claimed = read_integrand(answer, problem.variable, problem.parameters)
    return _checked(problem, claimed.expr, timeout)


def verify_solution(
    equation: SympyExpr | str,
    answer: SympyExpr | str,
    *,
    var: SympyExpr | str | None = None,
    timeout: float = DEFAULT_TIMEOUT,
) -> Check:
    """Check whether `answer` solves a differential equation.

    Parameters
    ----------
    equation : sympy.Eq, sympy.Expr or str
    answer : sympy.Expr or str
        y in x and the constants c1, c2; text may begin with ``y =`` or ``y(x) =``.
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
    problem = read_equation(equation, var=var)
    if isinstance(answer, str):
        unknown, variable = re.escape(problem.function), re.escape(problem.variable)
        answer = re.sub(rf"^\s*{unknown}\s*(\(\s*{variable}\s*\)\s*)?=(?!=)", "", answer)
        names = problem.parameters
        claimed = parse_expression(answer, problem.variable, symbols=("c1", "c2"), parameters=names).expr
    else:
        claimed = from_sympy(answer, problem.variable, parameters=problem.parameters)
    return _checked(problem, claimed, timeout)
