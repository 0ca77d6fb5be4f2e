"""Definite integrals: a verified primitive, checked along the path and against quadrature.

Newton and Leibniz' formula needs a primitive that is continuous between the limits. Of one that jumps
(atan(tan(x)/2), say) the one-sided limits are taken. Nothing is an answer that doesn't agree with an
enclosure of the integral, unless the primitive is continuous on the whole line by its form.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from flint import acb, arb

from symmath.deadline import Deadline, run
from symmath.errors import (
    FAILURES,
    NoSolutionError,
    PrefixError,
    SymMathError,
    TimeLimitError,
    UnsupportedError,
)
from symmath.expr.balls import constant, working_precision
from symmath.expr.balls import evaluate as evaluate_balls
from symmath.expr.breaks import breaks
from symmath.expr.bridge import SympyExpr, to_sympy
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import PARAMETERS, SYMBOL_EXPRS
from symmath.expr.prefix import Tokens, decode
from symmath.expr.show import show_sympy
from symmath.solve.closed_form import closed_form
from symmath.solve.enclosure import (
    DIGITS,
    agrees,
    ball,
    differences,
    integral_of,
    magnitude,
    numeric,
    simplified,
)
from symmath.solve.improper import without_quadrature
from symmath.solve.parametric import evaluate_family
from symmath.solve.pieces import find_jumps, named, sum_over_jumps
from symmath.solve.quadrature import BITS, Integral, NotConvergedError, Quadrature, function_of
from symmath.solve.solution import Solution
from symmath.tasks.task import Problem
from symmath.verification import Verdict
from symmath.verification.domain import Extent

T = TypeVar("T")

QUADRATURE_SHARE = 0.5
JUMPS_SHARE = 0.3
SIMPLIFYING_SHARE = 0.8
_UNFORESEEN = (*FAILURES, AttributeError)
"""What SymPy and python-flint raise at unforeseen expressions, and Python at integers too long to print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefiniteIntegral:
    """The value of a definite integral.

    Attributes
    ----------
    expr : SympyExpr
        Exact, by the primitive's values or one-sided limits.
    value : str
        In decimals, 15 digits; empty if it depends on parameters.
    quadrature : str
        The same by numerical quadrature; empty with parameters, and if that didn't converge, where the
        primitive is proved and continuous on the whole real line.
    domain : str
        For which parameters it holds, and at how many choices of them quadrature agreed; empty if there
        are none.
    primitive : Solution
    is_by_primitive : bool
        Whether it is the primitive's; otherwise it is SymPy's, and quadrature agrees.
    """

    expr: SympyExpr
    value: str
    quadrature: str
    primitive: Solution
    domain: str = ""
    is_by_primitive: bool = True

    def _repr_latex_(self) -> str:
        return f"${show_sympy(self.expr, 'latex')}$"


def definite(
    primitive: Solution,
    lower: SympyExpr,
    upper: SympyExpr,
    *,
    timeout: float,
    negative: Collection[str] = (),
) -> DefiniteIntegral:
    """Evaluate a definite integral by a verified primitive.

    Parameters
    ----------
    primitive : Solution
        Of the integrand.
    lower, upper : SympyExpr
        Real numbers, plus or minus infinity, or expressions of parameters, which stand for positive numbers.
    timeout : float
        Seconds.
    negative : collection of str
        Names of parameters that stand for negative numbers instead.

    Returns
    -------
    DefiniteIntegral

    Raises
    ------
    NoSolutionError
        If there is no primitive, the integrand has a pole between the limits, the primitive jumps there by
        what is not known exactly, or quadrature doesn't converge or disagrees.
    UnsupportedError
        If a limit is no real number or infinity, or holds the variable.
    TimeLimitError
    """
    deadline = Deadline.after(timeout)
    candidate = primitive.raise_for_verdict().candidate
    assert candidate is not None and candidate.check is not None
    tokens = canonical_tokens(primitive.problem.expr), canonical_tokens(candidate.expr)
    where = candidate.check.where
    is_proved = primitive.verdict is Verdict.PROVED and where.extent is Extent.WHOLE and not where.jumps
    if names := _parameters(primitive.problem, lower, upper):
        return _family(primitive, names, (lower, upper), negative, is_proved, deadline)
    # SymPy's limits and simplifications can take for ever, and so can its opinion of a limit's sign.
    arguments = (*tokens, primitive.problem.variable, lower, upper, is_proved, timeout)
    expr, value, quadrature, scale = _evaluated(evaluate, arguments, deadline.remaining)
    with suppress(TimeLimitError, *_UNFORESEEN):
        expr = run(simplified, expr, scale, timeout=SIMPLIFYING_SHARE * deadline.remaining)
    return DefiniteIntegral(expr=expr, value=value, quadrature=quadrature, primitive=primitive)


def without_primitive(
    primitive: Solution,
    lower: SympyExpr,
    upper: SympyExpr,
    *,
    timeout: float,
    negative: Collection[str] = (),
) -> DefiniteIntegral:
    """Evaluate a definite integral for which there is no primitive, or one that doesn't help, by SymPy.

    Parameters, returns and errors are those of `definite`.
    """
    deadline = Deadline.after(timeout)
    if negative:
        raise NoSolutionError("without a primitive, parameters have to be positive")
    problem, names = primitive.problem, _parameters(primitive.problem, lower, upper)
    arguments = (canonical_tokens(problem.expr), (problem.variable, *names), lower, upper, timeout)
    expr, quadrature, checked = _evaluated(closed_form, arguments, deadline.remaining)
    with suppress(TimeLimitError, *_UNFORESEEN):
        expr = run(simplified, expr, "0", names, timeout=SIMPLIFYING_SHARE * deadline.remaining)
    domain = f"for general positive {', '.join(names)}, checked at {checked} choices" if names else ""
    return DefiniteIntegral(
        expr=expr,
        value="" if names else _decimals(expr),
        quadrature=quadrature,
        primitive=primitive,
        domain=domain,
        is_by_primitive=False,
    )


def _evaluated(function: Callable[..., T], arguments: Sequence[Any], seconds: float) -> T:
    """Evaluate in a worker; what it raises unforeseen is no answer."""
    try:
        return run(function, *arguments, timeout=seconds)
    except SymMathError:
        raise
    except _UNFORESEEN as error:
        raise NoSolutionError(f"the integral could not be evaluated: {error!r}") from error


def _parameters(problem: Problem, lower: SympyExpr, upper: SympyExpr) -> list[str]:
    """Return the parameters' names, those of the integrand first.

    Raises
    ------
    UnsupportedError
        If a limit holds the variable.
    """
    in_limits = {symbol.name for limit in (lower, upper) for symbol in limit.free_symbols}
    if problem.variable in in_limits:
        raise UnsupportedError(f"a limit can't hold the variable, {problem.variable}")
    return [*problem.parameters, *sorted(in_limits - set(problem.parameters))]


def _family(
    primitive: Solution,
    names: list[str],
    limits: tuple[SympyExpr, SympyExpr],
    negative: Collection[str],
    is_proved: bool,
    deadline: Deadline,
) -> DefiniteIntegral:
    """Evaluate a definite integral that depends on parameters; see `definite`."""
    import sympy

    assert primitive.candidate is not None
    seconds = deadline.remaining
    # Negative parameters are the negatives of positive ones, until the value is known.
    turned = {
        p: -p
        for name, p in zip(names, PARAMETERS, strict=False)
        if name in negative
        for p in [SYMBOL_EXPRS[p]]
    }
    turned_names = {sympy.Symbol(name): -sympy.Symbol(name) for name in names if name in negative}
    integrand, answer = (
        canonical_tokens(e.subs(turned)) for e in (primitive.problem.expr, primitive.candidate.expr)
    )
    lower, upper = (limit.subs(turned_names) for limit in limits)
    arguments = (integrand, answer, (primitive.problem.variable, *names), lower, upper, is_proved, seconds)
    expr, checked, none = _evaluated(evaluate_family, arguments, seconds)
    with suppress(TimeLimitError, *_UNFORESEEN):
        expr = run(simplified, expr, "1", names, timeout=SIMPLIFYING_SHARE * deadline.remaining)
    missing = f" (there is none for {none})" if none and not negative else ""
    which = f"for which there is an integral{missing}, " if none else ""
    # Of an interval of no length there is nothing to check.
    how = f", {which}checked at {checked} choices" if checked else ""
    domain = f"for general {_signed(names, negative)}{how}"
    value = expr.subs(turned_names)
    return DefiniteIntegral(expr=value, value="", quadrature="", primitive=primitive, domain=domain)


def _signed(names: Sequence[str], negative: Collection[str]) -> str:
    """Say which parameters are positive and which negative."""
    groups = {
        "positive": [n for n in names if n not in negative],
        "negative": [n for n in names if n in negative],
    }
    return " and ".join(f"{sign} {', '.join(group)}" for sign, group in groups.items() if group)


def evaluate(
    problem: Tokens,
    answer: Tokens,
    name: str,
    lower: SympyExpr,
    upper: SympyExpr,
    is_proved: bool,
    seconds: float,
) -> tuple[SympyExpr, str, str, str]:
    """Return the exact value, its decimals, those of quadrature, and the integral's scale, "0" if unknown.

    See `definite`.
    """
    import sympy

    deadline = Deadline.after(QUADRATURE_SHARE * seconds)
    bits = BITS + max(magnitude(lower), magnitude(upper))
    with working_precision(bits):
        low, high = ball(lower), ball(upper)
        if lower == upper:
            with suppress(PrefixError):
                at = acb(low)
                if not at.is_finite() or evaluate_balls(problem, {"x": constant(at, 1)}, 1)[0].is_finite():
                    return sympy.Integer(0), "0", "0", "0"
            raise NoSolutionError("the integrand has no value at the limits, which are one point")
        if low > high:
            expr, value, shown, scale = evaluate(problem, answer, name, upper, lower, is_proved, seconds)
            return -expr, _negated(value), _negated(shown), scale
        variable, primitive = sympy.Symbol(name), to_sympy(decode(answer), name)
        try:
            integral = integral_of(decode(problem), low, high, deadline)
        except NotConvergedError:
            expr = without_quadrature(answer, primitive, variable, (lower, upper), is_proved=is_proved)
            return expr, _decimals(expr), "", "0"
        expr = _difference(primitive, variable, lower, upper, integral)
        if expr is None:
            quadrature = Quadrature(function_of(problem), Deadline.after(JUMPS_SHARE * seconds))
            expr = _in_pieces(primitive, variable, answer, (lower, upper), (low, high), integral, quadrature)
        middle = integral.value.real
        shown = "0" if middle.contains(0) else _decimals(sympy.Float(middle.mid().str(25, radius=False), 25))
        return expr, _decimals(expr), shown, integral.scale.mid().str(10, radius=False)


def _decimals(e: SympyExpr) -> str:
    """Print a value; its exact form has to be printable too."""
    import sympy

    str(e)
    return str(sympy.N(sympy.re(sympy.N(e, DIGITS)), 15))


def _negated(decimals: str) -> str:
    return decimals.removeprefix("-") if decimals.startswith("-") or decimals in ("", "0") else "-" + decimals


def _difference(
    primitive: SympyExpr, variable: SympyExpr, lower: SympyExpr, upper: SympyExpr, integral: Integral
) -> SympyExpr | None:
    """Return a difference of the primitive's values that agrees with quadrature."""
    if lower.is_finite and upper.is_finite:
        # No limit need be found.
        plain = primitive.subs(variable, upper) - primitive.subs(variable, lower)
        if plain.is_number and agrees(plain, integral):
            return plain
    found = differences(primitive, variable, lower, upper)
    return next((difference for difference in found if agrees(difference, integral)), None)


def _in_pieces(
    primitive: SympyExpr,
    variable: SympyExpr,
    answer: Tokens,
    limits: tuple[SympyExpr, SympyExpr],
    balls: tuple[arb, arb],
    integral: Integral,
    quadrature: Quadrature,
) -> SympyExpr:
    """Return the sum of the differences of a primitive's values from jump to jump.

    Raises
    ------
    NoSolutionError
        If it can't be had exactly, or doesn't agree with quadrature.
    """
    import sympy

    function = function_of(answer)
    try:
        jumps = find_jumps(function, quadrature, *balls, integral.scale)
    except NotConvergedError:
        # Where branches change the primitive may jump, and there the integrand may have a corner.
        low, high = balls
        jumps = [arb(place) for place in breaks(answer).places if low < place < high]
    between = sum_over_jumps(primitive, variable, function, jumps, numeric)
    ends = list(differences(primitive, variable, *limits))
    for difference in ends:
        if agrees(difference + between, integral):
            return difference + between
    if not ends:
        raise NoSolutionError("the integral diverges, or the primitive has no value at a limit")
    raise NoSolutionError(
        f"the primitive's values give {sympy.N(ends[0] + between, 15)}, quadrature "
        f"{integral.value.real.str(15, radius=False)}: it jumps "
        + (f"at x = {named(jumps)}" if jumps else "between the limits")
    )
