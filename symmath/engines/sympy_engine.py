"""SymPy, in a worker that can be killed.

Expressions travel as prefix tokens; the worker converts them node by node.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from symmath.deadline import run
from symmath.engines.engine import Refusal
from symmath.errors import PrefixError, UnsupportedError
from symmath.expr.bridge import SympyExpr, from_sympy, to_sympy
from symmath.expr.operators import PARAMETERS, Expr
from symmath.expr.prefix import Tokens, decode, encode

MEMORY_MB = 4096
Told = tuple[Tokens | None, Refusal]
"""What the worker says: tokens, or why not."""


def _told(s: SympyExpr) -> Told:
    """Write down a SymPy answer."""
    import sympy

    if s.has(sympy.Integral):
        return None, Refusal.UNSOLVED
    if s.has(sympy.RootSum, sympy.CRootOf):
        return None, Refusal.UNREADABLE
    try:
        e = from_sympy(s, parameters=PARAMETERS)
    except UnsupportedError:
        return None, Refusal.NONELEMENTARY
    try:
        return encode(e), Refusal.NONE
    except (UnsupportedError, PrefixError):
        return None, Refusal.UNREADABLE


def _typical_case(s: SympyExpr, given: SympyExpr) -> SympyExpr:
    """Replace case distinctions by the cases of a point where what was given is real."""
    import sympy

    x = sympy.Symbol("x")
    if not s.has(sympy.Piecewise):
        return s
    found = [
        _case_at(s, point) for point in map(sympy.Rational, _TYPICAL) if given.subs(x, point).evalf().is_real
    ]
    # What is only special-function notation, or an empty case, is told from an answer by its derivative.
    good = [e for e in found if e is not None and not e.has(sympy.meijerg, sympy.Piecewise)]
    return (good or [s.replace(sympy.Piecewise, lambda first, *rest: first[0])])[0]


def _case_at(s: SympyExpr, point: SympyExpr) -> SympyExpr | None:
    """Replace case distinctions by the first case that holds at a point."""
    import sympy

    def chosen(*cases: Any) -> SympyExpr:
        for expr, condition in cases:
            if condition.subs(sympy.Symbol("x"), point) == sympy.true:
                return expr
        return sympy.nan

    found: SympyExpr = s.replace(sympy.Piecewise, chosen)
    return None if found.has(sympy.nan) else found


def _integrate(tokens: Tokens, manual: bool) -> Told:
    """Integrate in the worker."""
    import sympy
    from sympy.integrals.manualintegrate import manualintegrate

    x = sympy.Symbol("x")
    integrand = to_sympy(decode(tokens))
    try:
        answer = manualintegrate(integrand, x) if manual else sympy.integrate(integrand, x)
        return _told(_typical_case(answer, integrand))
    except _sympy_errors():
        return None, Refusal.UNSOLVED


def _explicit(solutions: list[Any], unknown: SympyExpr) -> Iterator[SympyExpr]:
    import sympy

    for solution in solutions:
        if solution.lhs == unknown and not solution.rhs.has(unknown):
            yield _typical_case(solution.rhs, sympy.Integer(0))


def _dsolve(tokens: Tokens, order: int) -> Told:
    """Solve a differential equation in the worker."""
    try:
        return _general(tokens, order)
    except _sympy_errors():
        return None, Refusal.UNSOLVED


def _general(tokens: Tokens, order: int) -> Told:
    """Return the first explicit solution that has all constants."""
    import sympy

    unknown = sympy.Function("y")(sympy.Symbol("x"))
    solutions = sympy.dsolve(to_sympy(decode(tokens)), unknown)
    solutions = solutions if isinstance(solutions, list) else [solutions]
    refusal = Refusal.IMPLICIT
    for solution in _explicit(solutions, unknown):
        found, refusal = _told(solution)
        if found is not None and all(f"c{k}" in found for k in range(1, order + 1)):
            return found, refusal
    if any(solution.has(sympy.Integral) for solution in solutions):
        refusal = Refusal.UNSOLVED
    return None, refusal or Refusal.UNSOLVED


_TYPICAL = ("7/10", "13/7", "-3/5", "31/10", "-17/6", "57/10")


@cache
def _sympy_errors() -> tuple[type[Exception], ...]:
    """Return what SymPy is known to raise on problems it can't handle, beside what it documents."""
    from sympy.integrals.risch import NonElementaryIntegralException
    from sympy.polys.polyerrors import BasePolynomialError

    builtin = (ValueError, TypeError, NotImplementedError, AttributeError, LookupError, ArithmeticError)
    others = (RecursionError, AssertionError, UnsupportedError)
    return *builtin, *others, BasePolynomialError, NonElementaryIntegralException


class SymPy:
    """SymPy's own solvers.

    Parameters
    ----------
    manual : bool
        Integrate by `manualintegrate` (rules a person would use) instead of `integrate`.
    memory_mb : int
        Limit on the worker's address space.
    """

    def __init__(self, manual: bool = False, memory_mb: int = MEMORY_MB) -> None:
        self.name = "sympy-manual" if manual else "sympy"
        self.refusal = Refusal.NONE
        self._manual = manual
        self._memory_mb = memory_mb

    def integrate(self, integrand: Expr, timeout: float) -> Expr | None:
        """See `Engine.integrate`."""
        return self._run(_integrate, integrand, self._manual, timeout)

    def warm(self, timeout: float) -> None:
        """See `Engine.warm`."""
        run(_integrate, ["x"], self._manual, timeout=timeout, memory_mb=self._memory_mb)

    def dsolve(self, equation: Expr, order: int, timeout: float) -> Expr | None:
        """See `Engine.dsolve`."""
        return self._run(_dsolve, equation, order, timeout)

    def _run(self, function: Any, e: Expr, option: bool | int, timeout: float) -> Expr | None:
        self.refusal = Refusal.DIED
        try:
            told, self.refusal = run(function, encode(e), option, timeout=timeout, memory_mb=self._memory_mb)
            return told and decode(told)
        except UnsupportedError:
            self.refusal = Refusal.UNREADABLE
        except MemoryError:
            pass
        return None

    def version(self) -> str:
        """See `Engine.version`."""
        try:
            return version("sympy")
        except PackageNotFoundError:
            return "unknown"

    def close(self) -> None:
        """See `Engine.close`; the workers belong to `symmath.deadline`."""
