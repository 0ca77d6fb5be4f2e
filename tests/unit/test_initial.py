import pytest
import sympy

import symmath
from symmath.expr.conditions import parse_conditions
from symmath.expr.operators import Expr
from symmath.expr.parse import parse_equation, parse_expression
from symmath.odes.constants import C1
from symmath.odes.equation import Y
from symmath.verification.initial import meets


def read(text: str) -> Expr:
    """Read an answer; y stands for itself."""
    parsed = parse_expression(text.replace("y", "c1"), "x", symbols=("c1", "c2"))
    return parsed.expr.xreplace({C1: Y}) if "y" in text else parsed.expr


@pytest.mark.parametrize(
    ("equation", "answer", "conditions", "is_met"),
    [
        ("y' = y", "2*exp(x)", "y(0)=2", True),
        ("y' = y", "2*exp(x)", "y(0)=3", False),
        ("y' = -sqrt(y^2-1)", "cosh(x + acosh(5/4))", "y(0)=5/4", False),
        ("y' = -sqrt(y^2-1)", "cosh(x - acosh(5/4))", "y(0)=5/4", True),
        ("y'' = -sqrt(y'^2-1)", "sinh(x + asinh(3/4)) - 3/4", "y(0)=0, y'(0)=5/4", False),
        # Real nowhere, and at the point alone.
        ("y' = -x/y", "sqrt(-x^2)", "y(0)=0", False),
        ("y'' = y", "c2*exp(-x) + (E - c2)*exp(x-2)", "y(1)=1", True),
        # A curve that is a vertical line, and one that has a vertical tangent.
        ("y' = 1/(x*(1+y^4))", "x*exp(-y^5/5 - y)", "y(0)=1", False),
        ("y' = -x/y", "x^2 + y^2 - 1", "y(1)=0", False),
        ("y' = -x/y", "x^2 + y^2 - 1", "y(0)=1", True),
        ("y' = -x/y", "x^2 + y^2 - 1", "y(0)=2", False),
    ],
)
def test_conditions_are_checked_on_the_branch_at_the_point(
    equation: str, answer: str, conditions: str, is_met: bool
) -> None:
    asked = parse_conditions(conditions)[0]
    assert meets(parse_equation(equation).residual, read(answer), asked) is is_met


@pytest.mark.parametrize(
    ("equation", "conditions"),
    [
        ("y' = 1/(y+1)", "y(0)=A"),
        ("y' = -x/(y+3)", "y(0)=A"),
        ("y' = x/y", "y(0)=B^2-A^2"),
        ("y' = 1/cos(y)", "y(0)=A"),
        ("y' = sin(y)", "y(0)=A"),
    ],
)
def test_what_holds_for_some_values_of_a_parameter_is_a_curve(equation: str, conditions: str) -> None:
    solution = symmath.dsolve(equation, ics=conditions, mode="fit")
    assert solution.is_implicit and not solution.is_general


@pytest.mark.parametrize(
    ("equation", "conditions"),
    [
        ("y' = 1/(x*(1+y^4))", "y(0)=1"),
        ("y' = -x/y", "y(0)=0"),
    ],
)
def test_a_family_without_the_branch_asked_for_is_no_answer(equation: str, conditions: str) -> None:
    assert symmath.dsolve(equation, ics=conditions, mode="fit").candidate is None


def test_the_branch_at_the_point_is_found() -> None:
    import sympy

    found = symmath.dsolve("y' = -sqrt(y^2-1)", ics="y(0)=5/4", mode="fit").expr
    assert found is not None
    assert float(found.diff(sympy.Symbol("x")).subs(sympy.Symbol("x"), 0)) == pytest.approx(-0.75)
    assert str(symmath.dsolve("y' = 1/x", ics="y(-1)=0", mode="fit").expr) == "log(Abs(x))"


@pytest.mark.parametrize(
    ("equation", "conditions", "answer", "is_general"),
    [
        ("y' = y^(1/3)", "y(0) = 1", "(2*x/3 + 1)**(3/2)", False),
        ("x*y' = y", "y(0) = 0", "c1*x", True),
    ],
)
def test_conditions_for_powers_and_for_no_constant(
    equation: str, conditions: str, answer: str, is_general: bool
) -> None:
    solution = symmath.dsolve(equation, ics=conditions, mode="fit")
    difference = solution.expr - sympy.sympify(answer)
    assert abs(complex(difference.subs({"x": 0.7, "c1": 1.3}))) < 1e-12
    assert solution.is_general is is_general


@pytest.mark.parametrize(
    ("equation", "condition", "solution"),
    [
        ("y' = abs(x)", "y(0)=0", "x*Abs(x)/2"),
        ("y' = sign(x)", "y(0)=2", "Abs(x) + 2"),
        ("y' = sqrt(x)", "y(0)=0", "2*x**(3/2)/3"),
        ("y' = 1/sqrt(x)", "y(0)=2", "2*sqrt(x) + 2"),
    ],
)
def test_conditions_at_corners(equation: str, condition: str, solution: str) -> None:
    assert str(symmath.dsolve(equation, ics=condition, mode="fit").expr) == solution


@pytest.mark.parametrize(
    ("equation", "conditions", "solution"),
    [
        ("x*y'' + 2*y' = 0", "y(0)=1, y'(0)=0", "1"),
        ("x*y'' + 2*y' + x*y = 0", "y(0)=1, y'(0)=0", "sin(x)/x"),
        ("x*y'' + 2*y' = x", "y(0)=1, y'(0)=0", "x**2/6 + 1"),
        ("(1 - x^2)*y'' - 2*x*y' + 2*y = 0", "y(1)=1", "x"),
        # Laguerre's equation; the other solution holds Ei(x).
        ("x*y'' + (1 - x)*y' + 2*y = 0", "y(0)=1", "x**2/2 - 2*x + 1"),
        # Its constant is what makes it finite.
        ("x*y' + y = sin(x)", "y(0)=0", "(1 - cos(x))/x"),
        ("x*y' + y = exp(k*x)", "y(0)=1", "(exp(k*x) - 1)/(k*x)"),
    ],
)
def test_what_is_finite_at_a_singular_point(equation: str, conditions: str, solution: str) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit")
    assert (str(found.expr), found.verdict) == (solution, symmath.Verdict.PROVED)


@pytest.mark.parametrize(
    ("equation", "conditions"),
    [("x*y'' + 2*y' = 0", "y(0)=1, y'(0)=1"), ("x*y' = 2*y", "y(0)=1"), ("x*y' + y = sin(x)", "y(0)=1")],
)
def test_what_is_not_met_at_a_singular_point(equation: str, conditions: str) -> None:
    assert symmath.dsolve(equation, ics=conditions, mode="fit").expr is None


@pytest.mark.parametrize(("equation", "is_met"), [("y' = abs(y)", True), ("y' = y*sign(1/y)", False)])
def test_zero_is_a_solution_where_the_equation_has_a_value(equation: str, is_met: bool) -> None:
    assert (symmath.dsolve(equation, ics="y(0)=0", mode="fit").expr is not None) is is_met


def test_an_equation_without_a_value_is_no_error() -> None:
    check = symmath.verify_solution("y' = exp(-1/y)", "0")
    assert check.verdict is symmath.Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("equation", "conditions", "solution"),
    [
        ("x^2*y'' - 2*y = 0", "y(0)=0, y(1)=1", "x**2"),
        ("x^2*y'' - 6*y = 0", "y(0)=0, y'(0)=0", "c1*x**3"),
        ("x^2*y'' + x*y' - 4*y = 0", "y(0)=0", "c1*x**2"),
        ("x*y'' + 2*y' + x*y = 0", "y(0)=0", "0"),
    ],
)
def test_what_conditions_at_a_singular_point_leave_free(
    equation: str, conditions: str, solution: str
) -> None:
    assert str(symmath.dsolve(equation, ics=conditions, mode="fit").expr) == solution


@pytest.mark.parametrize(
    ("equation", "conditions", "solution"),
    [
        ("(1 - x^2)*y'' - x*y' + 2*y = 0", "y(0)=1, y'(0)=0", "cos(sqrt(2)*asin(x))"),
        ("x*(1 - x)*y'' + (1/2 - x)*y' + y/9 = 0", "y(1/2)=1, y'(1/2)=0", "cos(asin(2*x - 1)/3)"),
    ],
)
def test_solutions_are_real_between_singular_points(equation: str, conditions: str, solution: str) -> None:
    assert str(symmath.dsolve(equation, ics=conditions, mode="fit").expr) == solution
