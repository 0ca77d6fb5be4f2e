"""Problems, limits and solutions, from text or SymPy's expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from numbers import Number
from typing import Any, NamedTuple

import symengine

from symmath.errors import ParseError, UnsupportedError
from symmath.expr.bridge import SympyExpr, from_sympy, to_sympy
from symmath.expr.conditions import Condition, is_infinite, parse_conditions, points_of
from symmath.expr.operators import CONSTANTS_OF_INTEGRATION, SYMBOL_EXPRS, Expr, X
from symmath.expr.parse import (
    names_in,
    order_of,
    parse_equation,
    parse_expression,
    parse_solution,
)
from symmath.expr.systems import ParsedSystem, parse_system, split_equations
from symmath.expr.variables import choose_variable, is_usual_variable, stand_in_constants
from symmath.expr.vast import refuse_vast_constants
from symmath.tasks.task import Problem

Conditions = str | Sequence[str] | Mapping[SympyExpr, SympyExpr]
"""Initial conditions: text, or values by what has them, as SymPy's dsolve takes them."""


def _parameters_of(s: SympyExpr, *others: str) -> list[str]:
    """Return the names a SymPy expression holds beside its variable and other ones."""
    return sorted(_names_in(s) - set(others))


def _as_sympy(given: SympyExpr | float) -> SympyExpr:
    """Return a number, of NumPy's too, as SymPy's; what is SymPy's as it is."""
    import sympy

    return sympy.sympify(given) if isinstance(given, Number) else given


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
        integrand = _as_sympy(integrand)
        if getattr(integrand, "is_Relational", False):
            raise UnsupportedError("an integrand was expected, not an equation")
        names = _names_in(integrand)
        if name is None:
            name = choose_variable(names) if names else "x"
        if parameters is None:
            parameters = _parameters_of(integrand, name)
        expr = from_sympy(integrand, name, symbols=(), parameters=parameters)
    refuse_vast_constants(expr)
    return Problem(task="integrate", expr=expr, variable=name, parameters=tuple(parameters))


def is_equation(text: str) -> bool:
    """Whether a text is no expression, but a differential equation."""
    try:
        parse_expression(text, parameters=None)
    except UnsupportedError:
        return False
    except ParseError:
        with suppress(ParseError, UnsupportedError):
            parse_equation(text)
            return True
    return False


def read_primitive(problem: Problem, answer: SympyExpr | str) -> Expr:
    """Read a claimed primitive; names that the integrand lacks are constants, but for variables'.

    Raises
    ------
    ParseError, UnsupportedError
        As `read_integrand`.
    """
    names = read_integrand(answer, problem.variable).parameters
    others = [n for n in names if n not in problem.parameters and not is_usual_variable(n)]
    return read_integrand(answer, problem.variable, (*problem.parameters, *others)).expr


def read_limit(limit: SympyExpr | str | float) -> SympyExpr:
    """Return a limit of integration: a SymPy number, or an expression of parameters.

    Text may be ``oo``, ``inf`` or ``∞``, with a sign.

    Raises
    ------
    ParseError, UnsupportedError
        If it can't be read.
    """
    import sympy

    if limit is None:
        raise UnsupportedError("both limits are needed; there is oo")
    if not isinstance(limit, str):
        number = sympy.sympify(limit)
        # Parameters are told by their names.
        number = number.xreplace({symbol: sympy.Symbol(symbol.name) for symbol in number.free_symbols})
        # As in integrands, a decimal number is the rational that it is printed as.
        decimals = {f: sympy.Rational(str(f)) for f in number.atoms(sympy.Float) if f.is_finite}
        return number.xreplace(decimals)
    size = limit.strip().lstrip("+-")
    if size in ("oo", "inf", "infinity", "∞", "\\infty") and len(limit.strip()) <= len(size) + 1:
        return -sympy.oo if limit.strip().startswith("-") else sympy.oo
    # Which of its names is called the variable makes no difference.
    parsed = parse_expression(limit, "x", parameters=None)
    return to_sympy(parsed.expr, "x", parameters=parsed.parameters)


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


def _order_in(equation: SympyExpr) -> int:
    """Return the order of the highest derivative in a SymPy expression."""
    import sympy

    return max((int(d.derivative_count) for d in equation.atoms(sympy.Derivative)), default=0)


def read_equation(
    equation: SympyExpr | str,
    func: SympyExpr | str | None = None,
    ics: Conditions | None = None,
    var: SympyExpr | str | None = None,
) -> Problem:
    """Return the problem of a differential equation, which may have parameters, in text or SymPy.

    Raises
    ------
    ParseError
        If a text is not an equation, or `ics` are not conditions.
    UnsupportedError
        If the equation holds what the vocabulary can't represent, or is not of order 1 to 4.
    """
    is_text = isinstance(equation, str)
    if isinstance(equation, (list, tuple)) or (is_text and len(split_equations(equation)) > 1):
        raise UnsupportedError("several equations are for dsolve_system, conditions are given apart")
    name, argument = _unknown_of(equation, func)
    variable = argument if var is None else str(var)
    if argument not in (None, variable):
        raise UnsupportedError(f"{name}({argument}) is no function of {variable}")
    parameters: Sequence[str]
    if isinstance(equation, str):
        parsed = parse_equation(equation, variable, name)
        expr, order, variable, name = parsed.residual, parsed.order, parsed.variable, parsed.function
        parameters = parsed.parameters
    else:
        variable, name = variable or "x", name or "y"
        equation = _as_sympy(equation)
        if not hasattr(equation, "atoms"):
            raise UnsupportedError(f"{type(equation).__name__} is not supported")
        constants = CONSTANTS_OF_INTEGRATION[: _order_in(equation)]
        parameters = _parameters_of(equation, variable, *constants, *map(str.upper, constants))
        expr = from_sympy(equation, variable, name, symbols=constants, parameters=parameters)
        order = order_of(expr)
        if not order:
            raise UnsupportedError(f"no derivative of {name}({variable}) is left in this equation")
    if variable == name:
        raise UnsupportedError(f"{variable} can't be both the variable and the function")
    refuse_vast_constants(expr)
    conditions: tuple[Condition, ...] = ()
    if ics is not None:
        conditions, parameters = parse_conditions(_as_text(ics), name, variable, parameters)
    return Problem(
        task=f"ode{order}",
        expr=expr,
        variable=variable,
        function=name,
        conditions=conditions,
        parameters=tuple(parameters),
    )


def read_system(
    equations: Sequence[SympyExpr | str], ics: Conditions | None = None, var: SympyExpr | str | None = None
) -> tuple[list[str], ParsedSystem, tuple[Condition, ...], tuple[str, ...]]:
    """Return equations for several functions as text and as read, conditions, parameters.

    Raises
    ------
    ParseError
        If a text is no equation, or `ics` are not conditions on these functions.
    """
    texts = [str(equation) for equation in equations]
    system = parse_system(texts, None if var is None else str(var))
    conditions: tuple[Condition, ...] = ()
    names = system.parameters
    if ics is not None and (given := _as_text(ics)).strip():
        conditions, names = parse_conditions(given, system.functions, system.variable, names)
        if any(map(is_infinite, points_of(conditions))):
            raise UnsupportedError("conditions at infinity are for one equation")
    return texts, system, conditions, names


def _as_text(conditions: Conditions) -> str:
    """Write initial conditions as text.

    Raises
    ------
    UnsupportedError
        If they are no text, no sequence of texts or SymPy equations, and no mapping.
    """
    if isinstance(conditions, str):
        return conditions
    if isinstance(conditions, Mapping):
        return _written(conditions)
    given: Any = [conditions] if hasattr(conditions, "lhs") else conditions
    if isinstance(given, Sequence):
        texts = [_written({c.lhs: c.rhs}) if hasattr(c, "lhs") else c for c in given]
        if all(isinstance(text, str) for text in texts):
            return ", ".join(texts)
    raise UnsupportedError(f"conditions such as 'y(0) = 1' were expected, not {conditions!r}")


def _written(conditions: Mapping[SympyExpr, SympyExpr]) -> str:
    """Write initial conditions as SymPy's dsolve takes them as text; what has a value may be text.

    Raises
    ------
    UnsupportedError
        If something else than y or a derivative of it is given a value at a point.
    """
    for left, right in conditions.items():
        if not any(isinstance(side, str) or _applied(side) for side in (left, right)):
            raise UnsupportedError(f"{left} is no value of the unknown or its derivative at a point")
    return ", ".join(f"{_with_primes(left)} = {_with_primes(right)}" for left, right in conditions.items())


def _applied(side: SympyExpr | float) -> set[SympyExpr]:
    """Return the unknown functions of a side of a condition, as they are applied in it."""
    from sympy.core.function import AppliedUndef

    return set(side.atoms(AppliedUndef)) if hasattr(side, "atoms") else set()


def _with_primes(side: SympyExpr | str | float) -> str:
    """Write a side of a condition, with y'(0) for SymPy's derivative there.

    Raises
    ------
    UnsupportedError
        If it holds a derivative that is none of a function at a point.
    """
    import sympy

    if not isinstance(side, sympy.Basic):
        return str(side)
    written = {}
    # SymPy makes Derivative(y(L), L) of a slope at a symbol.
    for place in side.atoms(sympy.Subs, sympy.Derivative) | _applied(side):
        is_slope = isinstance(place, sympy.Subs)
        slope = place.expr if is_slope else place if isinstance(place, sympy.Derivative) else None
        unknown = place if slope is None else slope.expr
        try:
            (point,) = place.point if is_slope else unknown.args
            marks = "'" * (0 if slope is None else slope.derivative_count)
            written[place] = sympy.Symbol(f"{unknown.func.__name__}{marks}({point})")
        except (AttributeError, ValueError, TypeError):
            message = f"{place} is no value of the unknown or its derivative at a point"
            raise UnsupportedError(message) from None
    return str(side.xreplace(written))


class Claim(NamedTuple):
    """A claimed solution.

    Attributes
    ----------
    expr : Expr
        y in x and the constants; or, if it holds y, what is constant on curves.
    is_curve : bool
        Whether it is an equation without a constant: of the curves, the one on which `expr` vanishes.
    """

    expr: Expr
    is_curve: bool = False


def variable_by_answer(problem: Problem, text: str) -> str | None:
    """Return a variable that an answer shows and its equation doesn't: t of ``exp(k*t)`` for ``N' = k*N``."""
    if X in problem.expr.free_symbols:
        return None
    names = names_in(text) - {problem.function, *problem.parameters}
    # kt is k*t.
    names |= {name[1] for name in names if len(name) == 2 and name[0] in problem.parameters}
    shown = [name for name in names if is_usual_variable(name)]
    return shown[0] if len(shown) == 1 and shown != [problem.variable] else None


def read_solution(problem: Problem, text: str) -> Claim:
    """Read ``y = ...``, or an equation of x and y as what is constant on its curves: c1, if that is in it.

    Raises
    ------
    ParseError, UnsupportedError
        If it can't be read, or an equation not be solved for c1, or holds no y.
    """
    order = order_of(problem.expr)
    sides = parse_solution(text, problem.variable, problem.function, problem.parameters, order)
    return Claim(sides[0]) if len(sides) == 1 else _solved_for_constant(*sides)


def read_sympy_solution(problem: Problem, answer: SympyExpr) -> Claim:
    """Read a solution, or an equation of x and y as `read_solution` does, in SymPy's terms.

    Raises
    ------
    UnsupportedError
        If it can't be represented, or an equation not be solved for c1.
    """
    import sympy

    taken = {problem.variable, problem.function, *problem.parameters}
    stand_ins = stand_in_constants(_names_in(answer) - taken, order_of(problem.expr))
    renamed = {sympy.Symbol(name): sympy.Symbol(constant) for name, constant in stand_ins.items()}

    def read(side: SympyExpr) -> Expr:
        side = side.xreplace({s: renamed.get(sympy.Symbol(s.name), s) for s in side.free_symbols})
        return from_sympy(side, problem.variable, problem.function, parameters=problem.parameters)

    if not isinstance(answer, sympy.Equality):
        return Claim(read(answer))
    unknown = sympy.Function(problem.function)(sympy.Symbol(problem.variable))
    is_explicit = str(answer.lhs) in (str(unknown), problem.function)
    if is_explicit:
        return Claim(read(answer.rhs))
    return _solved_for_constant(read(answer.lhs), read(answer.rhs))


def _solved_for_constant(left: Expr, right: Expr) -> Claim:
    curve, c1, y = _without_absolute_logarithms(left - right), SYMBOL_EXPRS["c1"], SYMBOL_EXPRS["y"]
    if y not in curve.free_symbols:
        raise UnsupportedError("an equation without the unknown function is no solution")
    if curve.diff(y).is_Rational:
        return Claim(symengine.expand(y - curve / curve.diff(y)))
    powers = [p for p in curve.atoms(symengine.Pow) if p.args[0] == c1 and p.args[1].is_Rational]
    if len(powers) == 1 and c1 not in curve.xreplace({powers[0]: symengine.pi}).free_symbols:
        # The square of a constant is one.
        curve = curve.xreplace({powers[0]: c1})
    slope = curve.diff(c1)
    if c1 in slope.free_symbols:
        raise UnsupportedError("an implicit solution is to be linear in c1")
    return Claim(curve, True) if slope == 0 else Claim(-curve.subs({c1: 0}) / slope)


def _without_absolute_logarithms(e: Expr) -> Expr:
    """Write log(abs(u)) as log(u), which is a constant more on either side of zero."""
    if not e.args or e.is_Number:
        return e
    arguments = [_without_absolute_logarithms(argument) for argument in e.args]
    if type(e) is symengine.log and type(arguments[0]) is symengine.Abs:
        return symengine.log(arguments[0].args[0])
    return e.func(*arguments)
