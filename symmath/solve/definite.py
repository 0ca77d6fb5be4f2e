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

from symmath.deadline import Deadline, run
from symmath.errors import (
    FAILURES,
    NoSolutionError,
    SymMathError,
    TimeLimitError,
    UnsupportedError,
)
from symmath.expr.bridge import SympyExpr
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import PARAMETERS, SYMBOL_EXPRS
from symmath.expr.show import show_sympy
from symmath.solve.by_primitive import decimals, evaluate
from symmath.solve.closed_form import by_quadrature, closed_form
from symmath.solve.enclosure import (
    simplified,
)
from symmath.solve.parametric import evaluate_family
from symmath.solve.solution import Solution
from symmath.tasks.task import Problem
from symmath.verification import Verdict
from symmath.verification.domain import Extent

T = TypeVar("T")

PRIMITIVE_SHARE, VALUES_SHARE = 0.4, 0.5
"""Of the time, where SymPy may have the rest."""
LAST_SECONDS = 1.0
"""For a value in decimals, where there is no other."""
SIMPLIFYING_SHARE = 0.8
_UNFORESEEN = (*FAILURES, AttributeError)
"""What SymPy and python-flint raise at unforeseen expressions, and Python at integers too long to print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefiniteIntegral:
    """The value of a definite integral.

    Attributes
    ----------
    expr : SympyExpr
        Exact, by the primitive's values or one-sided limits, or SymPy's.
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

    @property
    def found_by(self) -> str:
        """Which engine found the primitive, or the value itself."""
        return self.primitive.engine or "" if self.is_by_primitive else "sympy"

    @property
    def support(self) -> str:
        """What the value rests on, in words."""
        checked = self.domain or f"quadrature {self.quadrature or 'did not converge, but nothing jumps'}"
        if not self.is_by_primitive:
            return f"{checked}; SymPy's, without a primitive"
        return f"{checked}; primitive {self.primitive.text()}, {self.primitive.verdict}"


def integral_between(
    solve: Callable[[float], Solution],
    lower: SympyExpr,
    upper: SympyExpr,
    *,
    timeout: float,
    negative: Collection[str] = (),
    may_ask_sympy: bool = False,
) -> DefiniteIntegral:
    """Evaluate a definite integral by a primitive, or else ask SymPy for its value.

    Parameters
    ----------
    solve : Callable
        ``solve(seconds)`` looks for a primitive that long.
    lower, upper, timeout, negative
        See `definite`, whose errors these are, too.
    may_ask_sympy : bool
    """
    deadline = Deadline.after(timeout)
    primitive = solve(PRIMITIVE_SHARE * timeout if may_ask_sympy else timeout)
    try:
        seconds = (VALUES_SHARE if may_ask_sympy else 1.0) * deadline.remaining
        return definite(primitive, lower, upper, timeout=seconds, negative=negative)
    except (NoSolutionError, TimeLimitError) as error:
        if may_ask_sympy:
            with suppress(NoSolutionError, TimeLimitError):
                return _by_sympy(primitive, (lower, upper), negative, deadline)
        value = _at_least(primitive.problem, lower, upper)
        told = type(error)(f"{error}; quadrature gives {value}") if value else error
        raise told from None


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


def _at_least(problem: Problem, lower: SympyExpr, upper: SympyExpr) -> str:
    """Return a value in decimals for want of an exact one; empty if there is none, or are parameters."""
    if _parameters(problem, lower, upper):
        return ""
    arguments = canonical_tokens(problem.expr), lower, upper, LAST_SECONDS
    with suppress(SymMathError, *_UNFORESEEN):
        return run(by_quadrature, *arguments, timeout=2 * LAST_SECONDS)
    return ""


def _by_sympy(
    primitive: Solution, limits: tuple[SympyExpr, SympyExpr], negative: Collection[str], deadline: Deadline
) -> DefiniteIntegral:
    """Return the value that SymPy gives and quadrature agrees with, where no primitive helps."""
    if negative:
        raise NoSolutionError("without a primitive, parameters have to be positive")
    problem, names = primitive.problem, _parameters(primitive.problem, *limits)
    seconds = deadline.remaining
    arguments = (canonical_tokens(problem.expr), (problem.variable, *names), *limits, seconds)
    found = _evaluated(closed_form, arguments, seconds)
    expr = found.expr
    with suppress(TimeLimitError, *_UNFORESEEN):
        expr = run(simplified, expr, "0", names, timeout=SIMPLIFYING_SHARE * deadline.remaining)
    # Where quadrature doesn't converge there may be no integral, as of 1/(1 + x**n) for small n.
    which = "general" if found.checked == found.tried else "some"
    domain = f"for {which} positive {', '.join(names)}, checked at {found.checked} of {found.tried} choices"
    return DefiniteIntegral(
        expr=expr,
        value="" if names else decimals(expr),
        quadrature=found.quadrature,
        primitive=primitive,
        domain=domain if names else "",
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
