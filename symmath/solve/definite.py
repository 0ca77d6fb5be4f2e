"""Definite integrals: a verified primitive, checked along the path and against quadrature.

Newton and Leibniz' formula needs a primitive that is continuous between the limits. Of one that jumps
(atan(tan(x)/2), say) the one-sided limits are taken. Nothing is an answer that doesn't agree with an
enclosure of the integral, unless the primitive is continuous on the whole line by its form.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

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
from symmath.solve.background import begin
from symmath.solve.by_primitive import evaluate
from symmath.solve.closed_form import ClosedForm, by_quadrature, closed_form, recognised_form
from symmath.solve.enclosure import RECOGNISING_DIGITS, as_known_constant, decimals, simplified
from symmath.solve.parametric import evaluate_family
from symmath.solve.solution import Solution
from symmath.tasks.task import Problem
from symmath.verification import Verdict
from symmath.verification.domain import Extent

T = TypeVar("T")
Limits = tuple[SympyExpr, SympyExpr]

FIRST_SHARE, AGAIN_SHARE, VALUES_SHARE = 0.25, 0.5, 0.5
"""Of the time that is left: for a primitive, once more for one that took longer, for its values."""
HEAD_START = 1.0
"""Seconds after which the integral's digits are looked at beside the search for a primitive."""
RECOGNISING_SHARE = 0.6
LAST_SECONDS = 1.0
"""For a value in decimals, where there is no other."""
SIMPLIFYING_SHARE = 0.8
_CUT_OFF = 0.9
"""What took so much of its time had too little."""
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
    source : {"primitive", "recognised", "sympy"}
        What it was found by; if not by the primitive's values, quadrature agrees.
    digits : int
        By how many digits it was recognised, or a long difference of a primitive's values written as it is.
    """

    expr: SympyExpr
    value: str
    quadrature: str
    primitive: Solution
    domain: str = ""
    source: Literal["primitive", "recognised", "sympy"] = "primitive"
    digits: int = 0

    def _repr_latex_(self) -> str:
        return f"${show_sympy(self.expr, 'latex')}$"

    @property
    def found_by(self) -> str:
        """Which engine found the primitive, or the value itself."""
        return self.primitive.engine or "" if self.source == "primitive" else self.source

    @property
    def support(self) -> str:
        """What the value rests on, in words."""
        checked = self.domain or f"quadrature {self.quadrature or 'did not converge, but nothing jumps'}"
        if self.source == "sympy":
            return f"{checked}; SymPy's, without a primitive"
        if self.source == "recognised":
            return f"{checked}; recognised by {self.digits} digits, not derived"
        written = f"; by {self.digits} digits the difference of its values" if self.digits else ""
        return f"{checked}; primitive {self.primitive.text()}, {self.primitive.verdict}{written}"


class _Digits:
    """What a definite integral's digits tell, looked at beside a search that takes longer than a moment."""

    def __init__(self, problem: Problem, names: Sequence[str], limits: Limits, seconds: float) -> None:
        self._is_decided, self._is_forgotten = threading.Event(), threading.Event()
        arguments = canonical_tokens(problem.expr), (problem.variable, *names), *limits, seconds
        self._found = begin(self._look, arguments, seconds)

    def _look(self, arguments: Sequence[Any], seconds: float) -> ClosedForm:
        self._is_decided.wait(HEAD_START)
        if self._is_forgotten.is_set():
            raise NoSolutionError("not asked for any more")
        return _evaluated(recognised_form, arguments, seconds, self._is_forgotten)

    def forget(self) -> None:
        """Don't begin, or end if it has begun."""
        self._is_forgotten.set()
        self._is_decided.set()

    def found(self) -> ClosedForm:
        """Wait for it.

        Raises
        ------
        NoSolutionError, TimeLimitError
        """
        self._is_decided.set()
        return self._found.result()


def integral_between(
    solve: Callable[[float], Solution],
    problem: Problem,
    lower: SympyExpr,
    upper: SympyExpr,
    *,
    timeout: float,
    negative: Collection[str] = (),
    may_ask_sympy: bool = False,
) -> DefiniteIntegral:
    """Evaluate a definite integral by a primitive, or else by its digits, or else ask SymPy for its value.

    Parameters
    ----------
    solve : Callable
        ``solve(seconds)`` looks for a primitive that long.
    problem : Problem
        Whose primitive that is.
    lower, upper, timeout, negative
        See `definite`, whose errors these are, too.
    may_ask_sympy : bool
    """
    last = min(LAST_SECONDS, timeout / 2)
    deadline = Deadline.after(timeout - last)
    names, limits = _parameters(problem, lower, upper), (lower, upper)

    def by_primitive(primitive: Solution) -> DefiniteIntegral:
        seconds = VALUES_SHARE * deadline.remaining
        return definite(primitive, *limits, timeout=seconds, negative=negative)

    digits = _Digits(problem, names, limits, RECOGNISING_SHARE * timeout)
    too_long = Deadline.after(_CUT_OFF * FIRST_SHARE * timeout)
    try:
        primitive = solve(FIRST_SHARE * timeout)
        is_cut_off = too_long.has_passed
        try:
            return by_primitive(primitive)
        except (NoSolutionError, TimeLimitError) as error:
            if primitive.candidate is not None and type(error) is NoSolutionError:
                # Quadrature, which the other ways rest on, knows no better than a verified primitive.
                raise
            told: SymMathError = error
        if not negative:
            with suppress(NoSolutionError, TimeLimitError):
                return _without_primitive(digits.found(), primitive, names, deadline)
    finally:
        digits.forget()
    if is_cut_off and primitive.candidate is None:
        try:
            return by_primitive(solve((AGAIN_SHARE if may_ask_sympy else 1.0) * deadline.remaining))
        except (NoSolutionError, TimeLimitError) as error:
            told = error
    if may_ask_sympy and not negative:
        seconds = deadline.remaining
        arguments = canonical_tokens(problem.expr), (problem.variable, *names), *limits, seconds
        with suppress(NoSolutionError, TimeLimitError):
            return _without_primitive(_evaluated(closed_form, arguments, seconds), primitive, names, deadline)
    value = _at_least(problem, lower, upper, last)
    raise type(told)(f"{told}; quadrature gives {value}") if value else told from None


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
    constant = None
    with suppress(TimeLimitError, *_UNFORESEEN):
        expr = run(simplified, expr, scale, timeout=SIMPLIFYING_SHARE * deadline.remaining)
        constant = run(as_known_constant, expr, timeout=SIMPLIFYING_SHARE * deadline.remaining)
    return DefiniteIntegral(
        expr=expr if constant is None else constant,
        value=value,
        quadrature=quadrature,
        primitive=primitive,
        digits=RECOGNISING_DIGITS if constant is not None else 0,
    )


def _at_least(problem: Problem, lower: SympyExpr, upper: SympyExpr, seconds: float) -> str:
    """Return a value in decimals for want of an exact one; empty if there is none, or are parameters."""
    if _parameters(problem, lower, upper):
        return ""
    arguments = canonical_tokens(problem.expr), lower, upper, seconds
    with suppress(SymMathError, *_UNFORESEEN):
        return run(by_quadrature, *arguments, timeout=seconds)
    return ""


def _without_primitive(
    found: ClosedForm, primitive: Solution, names: Sequence[str], deadline: Deadline
) -> DefiniteIntegral:
    """Return a value that quadrature agrees with, found without the primitive."""
    expr = found.expr
    if names or not found.digits:
        with suppress(TimeLimitError, *_UNFORESEEN):
            expr = run(simplified, expr, "0", names, timeout=SIMPLIFYING_SHARE * deadline.remaining)
    # Where quadrature doesn't converge there may be no integral, as of 1/(1 + x**n) for small n.
    which = f"some positive {', '.join(names)}, not seen for {found.missing}" if found.missing else ""
    which = which or f"general positive {', '.join(names)}"
    domain = f"for {which}, checked at {found.checked} of {found.tried} choices"
    return DefiniteIntegral(
        expr=expr,
        value="" if names else decimals(expr),
        quadrature=found.quadrature,
        primitive=primitive,
        domain=domain if names else "",
        source="recognised" if found.digits else "sympy",
        digits=found.digits,
    )


def _evaluated(
    function: Callable[..., T],
    arguments: Sequence[Any],
    seconds: float,
    stop: threading.Event | None = None,
) -> T:
    """Evaluate in a worker; what it raises unforeseen is no answer."""
    try:
        return run(function, *arguments, timeout=seconds, stop=stop)
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
    limits: Limits,
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
