import pytest

import symmath
from symmath.expr.parse import parse_expression
from symmath.odes.hyperbolic import hyperbolic_forms


@pytest.mark.parametrize(
    ("equation", "conditions", "solution"),
    [
        ("y' = 1 - y^2", "y(0)=0", "tanh(x)"),
        ("m*v' = m*g - k*v^2", "v(0)=0", "sqrt(g*k*m)*tanh(x*sqrt(g*k*m)/m)/k"),
        ("y'' = k^2*y", "y(0)=A, y'(0)=0", "A*cosh(k*x)"),
        ("x*y'' + 2*y' - k^2*x*y = 0", "y(0)=1, y'(0)=0", "sinh(k*x)/(k*x)"),
        ("y'' = y - y^3", "y(0)=sqrt(2), y'(0)=0", "sqrt(2)/cosh(x)"),
        # These are shorter by exponentials.
        ("y' = y*(1 - y)", "y(0)=1/2", "exp(x)/(exp(x) + 1)"),
        ("y'' = 4*y", "y(0)=1, y'(0)=2", "exp(2*x)"),
    ],
)
def test_solutions_are_written_by_hyperbolic_functions_if_shorter(
    equation: str, conditions: str, solution: str
) -> None:
    assert str(symmath.dsolve(equation, ics=conditions, mode="fit").expr) == solution


@pytest.mark.parametrize(
    "text", ["exp(x) + exp(x^2)", "exp(x) + exp(sqrt(2)*x)", "sin(x)", "exp(9*x) - exp(x)"]
)
def test_other_exponentials_are_left_alone(text: str) -> None:
    assert list(hyperbolic_forms(parse_expression(text).expr)) == []


@pytest.mark.parametrize(
    ("equation", "condition", "solution"),
    [
        ("y' = 3 - 2*y", "y(0) = 1", "3/2 - exp(-2*x)/2"),
        ("y' = exp(x - y)", "y(0) = 0", "x"),
        ("y' = 1 - y^2", "y(0) = 0", "tanh(x)"),
    ],
)
def test_forms_that_people_write(equation: str, condition: str, solution: str) -> None:
    assert str(symmath.dsolve(equation, ics=condition, mode="fit").expr) == solution
