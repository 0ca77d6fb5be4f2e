"""Definite integrals: a verified primitive, checked along the path and against quadrature.

Newton and Leibniz' formula needs a primitive that is continuous between the limits. A primitive with a
jump (atan(tan(x)/2), say) or an integrand with a pole makes the difference of its values wrong, so
both are looked for, and the result has to agree with numerical quadrature of the integrand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from symmath.deadline import run
from symmath.errors import NoSolutionError, UnsupportedError
from symmath.expr.bridge import SympyExpr, to_sympy
from symmath.solve.solution import Solution

DIGITS = 30
TOLERANCE = 1e-12
SAMPLES = 400
_BISECTIONS = 40
_STEEP = 60.0
"""A jump is a step between neighbours so many times the slope there times the distance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefiniteIntegral:
    """The value of a definite integral.

    Attributes
    ----------
    expr : SympyExpr
        Exact, by the primitive's values or one-sided limits.
    value : str
        In decimals, 15 digits.
    quadrature : str
        The same by numerical quadrature.
    primitive : Solution
    """

    expr: SympyExpr
    value: str
    quadrature: str
    primitive: Solution


def definite(primitive: Solution, lower: SympyExpr, upper: SympyExpr, *, timeout: float) -> DefiniteIntegral:
    """Evaluate a definite integral by a verified primitive.

    Parameters
    ----------
    primitive : Solution
        Of the integrand.
    lower, upper : SympyExpr
        Real numbers or plus or minus infinity.
    timeout : float
        Seconds.

    Returns
    -------
    DefiniteIntegral

    Raises
    ------
    NoSolutionError
        If there is no primitive, the integrand or the primitive is not continuous between the
        limits, or quadrature disagrees.
    UnsupportedError
        If a limit is no real number or infinity.
    TimeLimitError
    """
    primitive.raise_for_verdict()
    for limit in (lower, upper):
        if not (limit.is_number and limit.is_extended_real):
            raise UnsupportedError(f"a real number or oo was expected as a limit, not {limit}")
    name = primitive.problem.variable
    integrand = to_sympy(primitive.problem.expr, name)
    # SymPy's limits and simplifications can take forever.
    expr, value, quadrature = run(evaluate, integrand, primitive.expr, name, lower, upper, timeout=timeout)
    return DefiniteIntegral(expr=expr, value=value, quadrature=quadrature, primitive=primitive)


def evaluate(
    integrand: SympyExpr, primitive: SympyExpr, name: str, lower: SympyExpr, upper: SympyExpr
) -> tuple[SympyExpr, str, str]:
    """Return the exact value, its decimals and those of quadrature; see `definite`."""
    import mpmath
    import sympy

    variable = sympy.Symbol(name)
    with mpmath.workdps(DIGITS):
        f, antiderivative = (sympy.lambdify(variable, e, "mpmath") for e in (integrand, primitive))
        low, high = _number(lower), _number(upper)
        _refuse_a_break(f, antiderivative, low, high)
        try:
            quadrature = mpmath.quad(f, _path(low, high))
        except (ZeroDivisionError, ValueError, OverflowError):
            raise NoSolutionError("the integrand has no value at a point of the path") from None
        difference = _edge(primitive, variable, upper, "-") - _edge(primitive, variable, lower, "+")
        value = sympy.N(difference, DIGITS)
        if not value.is_number or value.has(sympy.nan, sympy.zoo, sympy.oo, -sympy.oo):
            raise NoSolutionError("the integral diverges, or the primitive has no value at a limit")
        if abs(mpmath.mpmathify(value) - quadrature) > TOLERANCE * (1 + abs(quadrature)):
            raise NoSolutionError(
                f"the primitive's values give {sympy.N(value, 15)}, quadrature "
                f"{mpmath.nstr(quadrature, 15)}: the primitive has a jump between the limits, or the "
                "integral converges slowly or not at all"
            )
        expr = min(difference, sympy.simplify(difference), key=sympy.count_ops)
        return expr, str(sympy.N(expr, 15)), mpmath.nstr(quadrature, 15)


def _number(limit: SympyExpr) -> Any:
    import mpmath
    import sympy

    if limit.is_infinite:
        return mpmath.inf if limit.is_extended_positive else -mpmath.inf
    return mpmath.mpmathify(sympy.N(limit, DIGITS))


def _edge(e: SympyExpr, variable: SympyExpr, at: SympyExpr, side: str) -> SympyExpr:
    """Return the value of a primitive at a limit, or its one-sided limit where it has none."""
    import sympy

    value = e.subs(variable, at) if at.is_finite else sympy.nan
    if value.is_finite:
        return value
    return sympy.limit(e, variable, at, dir=side)


def _path(low: Any, high: Any) -> list[Any]:
    """Return the limits with points between that help quadrature."""
    import mpmath

    if low > high:
        return _path(high, low)[::-1]
    inner = [p for p in (mpmath.mpf(-1), mpmath.mpf(0), mpmath.mpf(1)) if low < p < high]
    return [low, *inner, high]


def _samples(low: Any, high: Any) -> list[Any]:
    """Return points between the limits, denser near them where they are infinite."""
    import mpmath

    low, high = min(low, high), max(low, high)
    points = []
    for k in range(1, SAMPLES):
        s = mpmath.mpf(k) / SAMPLES
        if mpmath.isinf(low) and mpmath.isinf(high):
            points.append(mpmath.tan(mpmath.pi * (s - 0.5)))
        elif mpmath.isinf(high):
            points.append(low + s / (1 - s))
        elif mpmath.isinf(low):
            points.append(high - (1 - s) / s)
        else:
            points.append(low + s * (high - low))
    return points


def _refuse_a_break(f: Any, antiderivative: Any, low: Any, high: Any) -> None:
    """Refuse poles of the integrand, and jumps of the primitive, between the limits."""
    import mpmath

    before: tuple[Any, Any, Any] | None = None
    for x in _samples(low, high):
        try:
            slope, value = f(x), antiderivative(x)
        except (ZeroDivisionError, ValueError, OverflowError):
            raise NoSolutionError(f"the integrand has no value near {mpmath.nstr(x, 6)}") from None
        if abs(mpmath.im(slope)) > TOLERANCE * (1 + abs(slope)):
            raise NoSolutionError(f"the integrand is not real near {mpmath.nstr(x, 6)}")
        if before is not None:
            x0, slope0, value0 = before
            if mpmath.sign(slope) * mpmath.sign(slope0) < 0 and _is_pole(f, x0, x):
                raise NoSolutionError(f"the integrand has a pole near {mpmath.nstr((x + x0) / 2, 6)}")
            step = abs(value - value0)
            if step > _STEEP * (abs(slope) + abs(slope0) + 1e-6) * abs(x - x0):
                middle = mpmath.nstr((x + x0) / 2, 6)
                raise NoSolutionError(f"the integrand has a pole, or the primitive a jump, near {middle}")
        before = x, slope, value


def _is_pole(f: Any, low: Any, high: Any) -> bool:
    """Whether a function that changes sign between two points grows there instead of vanishing."""
    start, sign = abs(f(low)), f(low) > 0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        try:
            value = f(middle)
        except (ZeroDivisionError, ValueError, OverflowError):
            return True
        if value == 0:
            return False
        low, high = (middle, high) if (value > 0) == sign else (low, middle)
    return bool(abs(value) > start)
