"""Angles that differ by a constant."""

import pytest
import symengine
import sympy

import symmath
from symmath.ansatz.shifts import without_shifts
from symmath.expr.operators import X
from symmath.expr.parse import parse_expression


@pytest.mark.parametrize(
    ("integrand", "angles"),
    [
        ("sin(x)/sin(x + 1)", {"x + 1"}),
        ("1/(sin(x + 1)*cos(x))", {"x + 1", "x"}),
        ("tan(x)*tan(x + 1)", {"x + 1", "x"}),
        ("sin(x - a)/sin(x + a)", {"a + x"}),
    ],
)
def test_primitives_by_one_angle(integrand: str, angles: set[str]) -> None:
    solution = symmath.integrate(integrand, mode="fit")
    assert solution.verdict is symmath.Verdict.PROVED
    waves = solution.expr.atoms(sympy.sin, sympy.cos, sympy.tan)
    assert {str(wave.args[0]) for wave in waves if wave.has(sympy.Symbol("x"))} == angles


@pytest.mark.parametrize(
    "text", ["sin(x)*cos(2*x + 1)", "sin(x + 1)*exp(x)", "tan(cos(log(x)))*sin(log(x))", "sin(4/x)*cos(x)"]
)
def test_what_differs_by_no_constant_stays(text: str) -> None:
    assert without_shifts(parse_expression(text).expr) is None


def test_names_are_put_back() -> None:
    shown = without_shifts(symengine.cos(X) * symengine.tan(2 - X))
    assert shown is not None and len(shown.constants) == 2
    back = shown.back(shown.expr)
    for point in (0.25, 1.5):
        value = float((back - symengine.cos(X) * symengine.tan(2 - X)).subs({X: point}).n(53, real=True))
        assert abs(value) < 1e-12
