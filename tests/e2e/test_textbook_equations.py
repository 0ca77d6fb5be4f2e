"""Forty equations that every course on differential equations has, with and without conditions."""

from __future__ import annotations

import pytest

import symmath
from symmath.verification import Verdict

SEPARABLE = (
    ("y' = x*y", None),
    ("y' = y*(1 - y)", "y(0)=1/2"),
    ("y' = x/y", "y(1)=-2"),
    ("y' = exp(x - y)", None),
    ("(1 + x^2) y' = 1 + y^2", None),
)
LINEAR = (
    ("y' + y = x", None),
    ("y' + 2y/x = x^2", None),
    ("y' - y tan(x) = cos(x)", None),
    ("x y' + y = sin(x)", "y(pi)=1"),
    ("y' + 3y = 6", "y(0)=0"),
)
BERNOULLI = (
    ("y' + y = y^2 exp(x)", None),
    ("x y' + y = y^2 log(x)", None),
    ("y' = y + x/y", None),
    ("y' + y/x = x^2 y^3", None),
)
EXACT = (
    ("2 x y + 1 + (x^2 + 3 y^2) y' = 0", None),
    ("(y cos(x) + 2 x exp(y)) + (sin(x) + x^2 exp(y) - 1) y' = 0", None),
    ("3 x^2 y + (x^3 + 2 y) y' = 0", None),
    ("y + (2x - y exp(y)) y' = 0", None),
)
HOMOGENEOUS = (
    ("y' = (x + y)/(x - y)", None),
    ("y' = y/x + tan(y/x)", None),
    ("x y' - y = sqrt(x^2 + y^2)", None),
    ("x^2 + y^2 - 2 x y y' = 0", None),
)
CONSTANT_COEFFICIENTS = (
    ("y'' + y = sin(x)", None),
    ("y'' + y' - 2y = exp(x)", None),
    ("y'' + 4y' + 4y = x exp(-2x)", None),
    ("y'' + 2y' + 5y = exp(-x) cos(2x)", "y(0)=1, y'(0)=0"),
    ("y'' - 2y' + y = exp(x)/x", None),
    ("y'' + y = 1/cos(x)", None),
    ("y'' + 4y = 0", "y(0)=1, y'(0)=2"),
    ("y'' - 3y' + 2y = x", "y(0)=0, y'(0)=0"),
)
EULER_CAUCHY = (
    ("x^2 y'' + x y' + y = 0", None),
    ("x^2 y'' - 3x y' + 4y = x", None),
    ("x^2 y'' - 2y = 0", "y(1)=1, y'(1)=0"),
    ("(x + 1)^2 y'' + (x + 1) y' - y = 0", None),
)
REDUCTION_OF_ORDER = (
    ("x y'' + 2 y' + x y = 0", None),
    ("(1 - x^2) y'' - 2x y' + 2y = 0", None),
    ("y'' = 1 + y'^2", None),
    ("y y'' = y'^2", None),
    ("y'' = 2 y y'", "y(0)=0, y'(0)=1"),
    ("y'' + y'^2 = 0", None),
)
EQUATIONS = (
    *SEPARABLE,
    *LINEAR,
    *BERNOULLI,
    *EXACT,
    *HOMOGENEOUS,
    *CONSTANT_COEFFICIENTS,
    *EULER_CAUCHY,
    *REDUCTION_OF_ORDER,
)
WANTED = 36
SECONDS = 10.0


def _is_solved(equation: str, conditions: str | None) -> bool:
    solution = symmath.dsolve(equation, ics=conditions, timeout=SECONDS)
    verified = solution.verdict in (Verdict.PROVED, Verdict.NUMERIC)
    return verified and solution.seconds < SECONDS and (solution.is_general or conditions is not None)


def test_textbook_equations_are_solved() -> None:
    assert len(EQUATIONS) == 40
    unsolved = [equation for equation, conditions in EQUATIONS if not _is_solved(equation, conditions)]
    assert len(EQUATIONS) - len(unsolved) >= WANTED, unsolved


@pytest.mark.parametrize(("equation", "conditions"), [case for case in EQUATIONS if case[1]])
def test_conditions_are_met(equation: str, conditions: str) -> None:
    import sympy

    solution = symmath.dsolve(equation, ics=conditions, mode="fit")
    assert solution.expr is not None, solution.reason
    x = sympy.Symbol("x")
    for condition in conditions.split(", "):
        left, value = condition.split("=")
        point = sympy.sympify(left[left.index("(") + 1 : -1])
        y = solution.expr.diff(x) if "'" in left else solution.expr
        assert sympy.simplify(y.subs(x, point) - sympy.sympify(value)) == 0
