import math

import pytest
import sympy

import symmath
from symmath.expr.parse import parse_expression
from symmath.expr.show import show
from symmath.expr.winding import unwound


@pytest.mark.parametrize(
    ("jumping", "continuous"),
    [
        ("atan(5*tan(x/2)/3 + 4/3)", "x/2 + atan(cos(x)/(sin(x) + 2))"),
        ("atan(tan(x/2)/sqrt(3))", "x/2 - atan(sin(x)/(cos(x) + sqrt(3) + 2))"),
        ("atan(3*sin(x)/(2*cos(x)))", "x + atan(sin(2*x)/(5 - cos(2*x)))"),
        ("atan(sin(x)/(sqrt(3)*(cos(x) + 1)))", "x/2 - atan(sin(x)/(cos(x) + sqrt(3) + 2))"),
        (
            "atan((3*tan(x) + 1)/(tan(x) - 2))",
            "-x - atan((5*sin(2*x) + 2*cos(2*x))/(29 + 2*sin(2*x) - 5*cos(2*x)))",
        ),
        ("atan(tan(x^2)/2)", "x^2 - atan(sin(2*x^2)/(cos(2*x^2) + 3))"),
        ("atan(tan(x))", "x"),
        ("atan(1/tan(x))", "-x"),
    ],
)
def test_arctangents_of_tangents_are_unwound(jumping: str, continuous: str) -> None:
    found = unwound(parse_expression(jumping, "x").expr)
    assert sympy.simplify(sympy.sympify(show(found)) - sympy.sympify(continuous.replace("^", "**"))) == 0
    before, after = (
        sympy.lambdify(sympy.Symbol("x"), sympy.sympify(text))
        for text in (jumping.replace("^", "**"), show(found))
    )
    places = [k / 500 for k in range(-1500, 1500)]
    assert max(abs(after(a) - after(b)) for a, b in zip(places, places[1:], strict=False)) < 0.1
    for x in (-2.9, -1.3, 0.4, 1.1, 2.2):
        slopes = [(f(x + 1e-6) - f(x - 1e-6)) / 2e-6 for f in (before, after)]
        assert math.isclose(*slopes, rel_tol=1e-6, abs_tol=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "atan(x)",
        "atan(sin(x))",
        "atan(tan(x)^2)",
        "atan(x*tan(x))",
        "atan(tan(x) + tan(2*x))",
        # The sign of a decides which way it winds.
        "atan(a*tan(x))",
    ],
)
def test_others_stay_as_they_are(text: str) -> None:
    e = parse_expression(text, "x", parameters=("a",)).expr
    assert unwound(e) == e


# Of the second, the proof as it stands is too much work.
@pytest.mark.parametrize("integrand", ["1/(2 + cos(x))", "1/(2 + sin(x) + cos(x))^2"])
def test_answers_go_on_and_are_proved(integrand: str) -> None:
    solution = symmath.integrate(integrand, mode="fit")
    assert (solution.verdict, solution.domain) == (
        symmath.Verdict.PROVED,
        "all real x where the integrand is",
    )


def test_answers_go_on_where_the_integrand_does() -> None:
    solution = symmath.integrate("1/(2 + cos(x))", mode="fit")
    assert solution.domain == "all real x where the integrand is"
    value = solution.expr.subs("x", 20) - solution.expr.subs("x", 0)
    assert float(symmath.integrate_between("1/(2 + cos(x))", 0, 20, mode="fit").quadrature) == pytest.approx(
        float(value)
    )


def test_solutions_go_on_from_their_initial_values() -> None:
    solution = symmath.dsolve("y' = (1 + y)/(5 + 4*sin(x))", ics="y(0)=1", mode="fit")
    assert "jumps" not in solution.domain
    assert float(solution.expr.subs("x", 0)) == pytest.approx(1)
    # Over a period the exponent grows by 2*pi/3.
    assert float(solution.expr.subs("x", 2 * sympy.pi)) == pytest.approx(2 * math.exp(2 * math.pi / 3) - 1)


@pytest.mark.parametrize(
    ("integrand", "primitive"),
    [
        ("abs(x)*cos(x)", "(x*sin(x) + cos(x) - 1)*sign(x)"),
        ("abs(x^2 - 1)", "(x**3/3 - x)*sign(x**2 - 1) + 2*sign(x - 1)/3 + 2*sign(x + 1)/3"),
        ("exp(-abs(x))", "sign(x) - exp(-Abs(x))*sign(x)"),
        ("x*abs(x)", "x**2*Abs(x)/3"),
    ],
)
def test_primitives_go_on_at_corners(integrand: str, primitive: str) -> None:
    solution = symmath.integrate(integrand, mode="fit")
    assert solution.text() == primitive
    assert "jumps" not in solution.domain


def test_solutions_go_on_at_corners() -> None:
    solution = symmath.dsolve("y'' + y = abs(x)", mode="fit")
    assert solution.text() == "c1*cos(x) + c2*sin(x) + (x - sin(x))*sign(x)"
    assert "jumps" not in solution.domain
