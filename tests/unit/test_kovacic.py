"""Liouvillian solutions of linear equations with rational coefficients."""

import pytest
import symengine
import sympy

from symmath.ansatz.modular import vanishes
from symmath.expr.operators import Expr, X
from symmath.expr.parse import parse_equation, parse_expression
from symmath.odes.forms import number_of, tidy
from symmath.odes.kovacic import liouvillian
from symmath.odes.linear import Linear, homogeneous_basis, linear_form
from symmath.odes.variables import other_variables


def form_of(text: str) -> Linear:
    form = linear_form(parse_equation(text).residual)
    assert form is not None
    return form


def solves(form: Linear, y: Expr) -> bool:
    """Whether a function that is no zero solves the homogeneous equation, at random points."""
    return not vanishes(y) and vanishes(tidy(form.apply(y) / y))


@pytest.mark.parametrize(
    "text",
    [
        # Spherical waves, Hermite's and Legendre's functions with two elementary solutions, Euler's equation.
        "y'' + (1 - 6/x^2)*y = 0",
        "y'' = (1 + 12/x^2)*y",
        "x^2*y'' + x*y' + (x^2 - 25/4)*y = 0",
        "(1 - x^2)*y'' - x*y' + 9*y = 0",
        "x^2*(x - 1)^2*y'' = 2*y",
        "(2*x + 1)*y'' - 4*(x + 1)*y' + 4*y = 0",
        # Irregular at 0.
        "x^4*y'' = y",
        "x^4*y'' + 2*x^3*y' + y = 0",
        "x^2*y'' + (2*x - 1)*y' - 2*y = 0",
        # Roots of numbers.
        "y'' = (2 + 2/x^2)*y",
        "y'' + (2 - 6/x^2)*y = 0",
        # By the product of two solutions: poles that aren't rational, roots of x, Kovacic's second example.
        "(x^2 + 1)^2*y'' = 5*y",
        "(x^2 + 2*x + 5)^2*y'' + 4*y = 0",
        "(x^2 - x - 1)^2*y'' = 5*y",
        "y'' = (1/x - 3/(16*x^2))*y",
        "y'' = (5/(16*x^2) + x)*y",
        # Parameters, and a constant that is none.
        "y'' = (a^2 + 2/x^2)*y",
        "(x^2 + a^2)^2*y'' + b^2*y = 0",
        "(a*x + b)^4*y'' = y",
        "y'' + (pi^2 - 2/x^2)*y = 0",
    ],
)
def test_two_solutions(text: str) -> None:
    form = form_of(text)
    first, second = liouvillian(form.p, form.q)
    assert solves(form, first)
    assert solves(form, second)
    assert number_of(second / first) is None


@pytest.mark.parametrize(
    "text",
    [
        # Kovacic's first example.
        "y'' = (4*x^6 - 8*x^5 + 12*x^4 + 4*x^3 + 7*x^2 - 20*x + 4)/(4*x^4)*y",
        "y'' = (x^4 + 2*x)*y",
        "y'' = (x^2 - 5)*y",
        "(1 - x^2)*y'' - 2*x*y' + 20*y = 0",
        "x*y'' + (1 - x)*y' + 3*y = 0",
        "y'' = (w^2*x^2 - 3*w)*y",
    ],
)
def test_one_solution(text: str) -> None:
    form = form_of(text)
    (y,) = liouvillian(form.p, form.q)
    assert solves(form, y)


@pytest.mark.parametrize(
    "text",
    [
        "y'' = x*y",
        "x*y'' + y' + x*y = 0",
        "x^2*y'' + x*y' + (x^2 - 1)*y = 0",
        "y'' = (x^2 + 2)*y",
        "x*y'' + (1 - x)*y' + y/2 = 0",
        "x^2*(x^2 - 1)*y'' = 2*y",
        "exp(x)*y'' = y",
    ],
)
def test_no_liouvillian_solution(text: str) -> None:
    # Airy's functions, Bessel's of order 0 and 1, and others of which there is none.
    form = form_of(text)
    assert liouvillian(form.p, form.q) == ()


@pytest.mark.parametrize(
    ("coefficient", "variable"),
    [
        ("6/cosh(x)^2 - 1", "sinh(x)"),
        ("cos(x)^2 - 2/sin(x)^2", "cos(x)"),
        ("exp(2*x) - 1/4", "exp(x)"),
        ("1/(1 + sqrt(2*x + 1))", "sqrt(2*x + 1)"),
    ],
)
def test_other_variables(coefficient: str, variable: str) -> None:
    q, t = (parse_expression(text).expr for text in (coefficient, variable))
    other = next(other for other in other_variables(symengine.Integer(0), q) if other.t == t)
    # With y = t**3 both sides are known in x, and in t.
    there = 6 * X + other.p * 3 * X**2 + other.q * X**3
    here = (t**3).diff(X, 2) + q * t**3
    assert vanishes(there.xreplace({X: t}) * t.diff(X) ** 2 - here)


@pytest.mark.parametrize(
    "text",
    [
        "y'' + (6/cosh(x)^2 - 1)*y = 0",
        "y'' = (6/sin(x)^2 - 1)*y",
        "y'' + (exp(2*x) - 1/4)*y = 0",
        "y'' = (exp(2*x) + 9/4)*y",
        "4*x*y'' + 2*y' = (1 + 2/x)*y",
    ],
)
def test_bases_in_other_variables(text: str) -> None:
    form = form_of(text)
    basis = homogeneous_basis(form.p, form.q)
    assert basis is not None
    assert solves(form, basis.first)
    assert solves(form, basis.second)
    slopes = basis.first.diff(X), basis.second.diff(X)
    assert vanishes(basis.first * slopes[1] - basis.second * slopes[0] - basis.wronskian)


def test_a_polynomial_of_high_degree() -> None:
    # Chebyshev's of degree 12.
    form = form_of("(1 - x^2)*y'' - x*y' + 144*y = 0")
    polynomial = symengine.sympify(sympy.chebyshevt(12, sympy.Symbol("x")))
    assert any(number_of(y / polynomial) is not None for y in liouvillian(form.p, form.q))


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("square", ["x^2 + 1", "x^2 - 1"])
def test_wronskians_of_solutions_with_roots(square: str, n: int) -> None:
    form = form_of(f"({square})*y'' + x*y' - {n**2}*y = 0")
    basis = homogeneous_basis(form.p, form.q)
    assert basis is not None
    slopes = basis.first.diff(X), basis.second.diff(X)
    assert vanishes(basis.first * slopes[1] - basis.second * slopes[0] - basis.wronskian)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 1 + sin(x)**2 is no cos(x)**2.
        (
            "(1+sin(x)^2)^2*y'' = 4*(5*sin(x)^2*cos(x)^2 + sin(x)^2 + sin(x)^4 - cos(x)^2)*y",
            "1/(1 + sin(x)^2)^2",
        ),
        # Polynomials in their shortest combination.
        ("(x^2 - 1)*y'' - 2*x*y' + 2*y = 0", "x"),
        # Roots of sums of parameters.
        ("y'' = (a - b + 2/x^2)*y", "exp(sqrt(a - b)*x)*((a - b)*x - sqrt(a - b))/x"),
    ],
)
def test_one_of_a_basis(text: str, expected: str) -> None:
    form = form_of(text)
    basis = homogeneous_basis(form.p, form.q)
    assert basis is not None
    y = parse_expression(expected, "x", parameters=("a", "b")).expr
    assert any(number_of(tidy(solution / y)) is not None for solution in basis[:2])


def test_names_of_constants_stand_for_positive_ones() -> None:
    form = form_of("y'' = (log(2) - 1 + 2/x^2)*y")
    assert liouvillian(form.p, form.q) == ()
