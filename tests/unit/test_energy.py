import pytest

import symmath
from symmath.odes.energy import through_point
from symmath.questions import read_equation
from symmath.verification.initial import meets


@pytest.mark.parametrize(
    ("equation", "conditions", "solution"),
    [
        ("y'' = 2*y^3", "y(0)=1, y'(0)=1", "-1/(x - 1)"),
        ("y'' = 6*y^2", "y(0)=1, y'(0)=-2", "(x + 1)**(-2)"),
        ("y'' = 2*y^3 - 2*y", "y(0)=0, y'(0)=1", "tanh(x)"),
        ("y'' = -1/y^3", "y(0)=1, y'(0)=0", "sqrt(1 - x**2)"),
        # The pendulum that comes to rest upside down.
        ("y'' + sin(y) = 0", "y(0)=0, y'(0)=2", "Eq(x - log((sin(y(x)/2) + 1)/cos(y(x)/2)), 0)"),
    ],
)
def test_where_the_general_solution_is_not_elementary(equation: str, conditions: str, solution: str) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit")
    assert (str(found.expr), found.verdict) == (solution, symmath.Verdict.PROVED)


@pytest.mark.parametrize(
    ("equation", "conditions"),
    [
        ("y'' = 2*y^3", "y(0)=1, y'(0)=3"),
        ("y'' = 2*y^3", "y(0)=1, y(1)=2"),
        ("y'' = 2*y^3", "y(0)=1"),
        ("y'' = x*y^3", "y(0)=1, y'(0)=1"),
    ],
)
def test_nothing_is_proposed_where_the_energy_does_not_help(equation: str, conditions: str) -> None:
    problem = read_equation(equation, ics=conditions)
    assert list(through_point(problem.expr, problem.conditions)) == []


def test_a_curve_has_the_slope_that_was_asked_for() -> None:
    equation = "y'' + sin(y) = 0"
    rising, falling = (read_equation(equation, ics=f"y(0)=0, y'(0)={slope}") for slope in (2, -2))
    curve = next(through_point(rising.expr, rising.conditions))
    assert meets(rising.expr, curve, rising.conditions)
    assert not meets(rising.expr, curve, falling.conditions)


def test_explicit_solutions_of_second_order() -> None:
    found = symmath.dsolve("y'' = exp(y)", mode="fit")
    assert found.is_general and not found.is_implicit and found.verdict is symmath.Verdict.PROVED
