"""Equations of order 3 and 4."""

from collections.abc import Callable
from math import factorial

import pytest
import symengine
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import symmath
from symmath.errors import ParseError
from symmath.evaluate.second_check import second_check
from symmath.expr.conditions import parse_conditions
from symmath.expr.operators import Expr, X
from symmath.expr.parse import parse_equation, parse_expression, parse_solution
from symmath.expr.show import show
from symmath.odes.characteristic import by_characteristic_roots
from symmath.odes.forms import is_zero
from symmath.odes.higher import fundamental_system
from symmath.odes.operator import linear_operator
from symmath.odes.system import solve_square
from symmath.verification import Verdict, verify_ode

ONE, ZERO = symengine.Integer(1), symengine.Integer(0)


@pytest.mark.parametrize(
    ("text", "order", "variable", "function"),
    [
        ("y''' = y", 3, "x", "y"),
        ("y'''' + y = x", 4, "x", "y"),
        ("y‴ = y", 3, "x", "y"),
        ("y⁗ = 1", 4, "x", "y"),
        (r"y^{(4)} - y = 0", 4, "x", "y"),
        ("y⁽³⁾ = x", 3, "x", "y"),
        (r"\frac{d^3 u}{dt^3} = u", 3, "t", "u"),
        ("d⁴y/dx⁴ + y = 0", 4, "x", "y"),
        (r"\dddot{x} + x = 0", 3, "t", "x"),
        ("Derivative(y(x), (x, 3)) = y(x)", 3, "x", "y"),
        ("Derivative(y(x), x, x, x, x) = 1", 4, "x", "y"),
    ],
)
def test_derivatives_are_read(text: str, order: int, variable: str, function: str) -> None:
    read = parse_equation(text)
    assert (read.order, read.variable, read.function) == (order, variable, function)


def test_a_power_in_one_pair_of_brackets_is_a_power() -> None:
    assert parse_equation("y' = y^(2)").residual == parse_equation("y' = y*y").residual


def test_conditions_and_answers_are_read() -> None:
    conditions, _ = parse_conditions("y(0) = 1, y'''(0) = 2, y^{(2)}(1) = 3")
    assert [c.order for c in conditions] == [0, 3, 2]
    assert parse_solution("A + B*x + C*x^2 + D*x^3") == parse_solution("c1 + c2*x + C_3*x^2 + C4*x^3")


SOLVED = [
    # Real and complex roots, several times the same, on the right side as well.
    "y''' = y",
    "y''' - 6*y'' + 11*y' - 6*y = exp(x)",
    "y'''' + 2*y'' + y = sin(x)",
    "y'''' = 24",
    "y'''' - 2*y''' + 5*y'' - 8*y' + 4*y = exp(x)",
    # Roots that are not rational: pure and biquadratic equations, Cardano's, Viète's.
    "y'''' + y = x",
    "y''' = 2*y",
    "y''' + 3*y'' + 3*y' + 3*y = 0",
    "y'''' - 10*y'' + y = 0",
    "y'''' - 5*y'' + 5*y = 0",
    "y''' + y' + y = 0",
    "y''' - 3*y' + y = 0",
    # Parameters.
    "EI*w'''' = q",
    "w'''' + 4*k^4*w = q",
    "w'''' = -k*w",
    "y''' + w^2*y' = A*sin(w*x)",
    # Euler's equation, and about another point.
    "x^3*y''' + x*y' - y = 0",
    "x^3*y''' + 2*x^2*y'' - x*y' + y = x",
    "(x + 1)^3*y''' = y",
    "x^4*y'''' + 6*x^3*y''' + 9*x^2*y'' + 3*x*y' + y = 0",
    # Lower order: without y, exact, from a solution that is found.
    "x*y''' = y''",
    "x^2*y''' + x*y'' = 1",
    "x*y''' + 3*y'' - x*y' - y = 0",
    "(x^2 + 1)*y''' - 2*x*y'' + 2*y' = 0",
    "(x - 1)*y''' - x*y'' + y' = 0",
    # Products of solutions of an equation of order 2.
    "y''' + 3*y''/x + 4*y' + 4*y/x = 0",
    # Variation of constants.
    "y''' + y' = sec(x)",
    "y''' + 3*y'' + 3*y' + y = exp(-x)*log(x)",
    # For y', no linear equation.
    "y''' = (y'')^2",
    "y'*y''' = (y'')^2",
]


@pytest.mark.parametrize("text", SOLVED)
def test_general_solutions(text: str) -> None:
    found = symmath.dsolve(text, mode="fit", timeout=20)
    assert found.candidate is not None, found.reason
    assert found.is_general and not found.is_implicit
    if not found.problem.parameters:
        problem, answer = (show(e, "sympy") for e in (found.problem.expr, found.candidate.expr))
        assert second_check(found.problem.task, problem, answer).verdict in ("agrees", "partly")


@pytest.mark.parametrize("text", ["y''' - x*y' - y = 0", "y''' + x*y = 0", "y''' = y^2"])
def test_what_has_no_elementary_solution(text: str) -> None:
    assert symmath.dsolve(text, mode="fit", timeout=10).candidate is None


@pytest.mark.parametrize(
    ("equation", "answer", "is_general"),
    [
        ("y''' = y'", "c1 + c2*exp(x) + c3*exp(-x)", True),
        ("y''' = y'", "c1 + c2*cosh(x) + c3*exp(-x)", True),
        ("y''' = y'", "c1 + c2*cosh(x) + c3*(exp(x) + exp(-x))", False),
        ("y''' = y'", "c1 + c2*exp(x)", False),
        ("y'''' = 0", "c1 + c2*x + c3*x^2 + c4*(1 + x)^2", False),
    ],
)
def test_right_answers_are_judged(equation: str, answer: str, is_general: bool) -> None:
    read = parse_equation(equation)
    (family,) = parse_solution(answer)
    check = verify_ode(read.residual, family, read.order)
    assert (check.verdict, check.is_general) == (Verdict.PROVED, is_general)


@pytest.mark.parametrize(
    ("equation", "answer"),
    [
        ("y''' = y'", "c1 + c2*exp(x) + c3*exp(-2*x)"),
        ("y'''' = y", "c1*exp(x) + c2*exp(-x) + c3*sin(x) + c4*cos(2*x)"),
    ],
)
def test_wrong_answers_are_refuted(equation: str, answer: str) -> None:
    read = parse_equation(equation)
    (family,) = parse_solution(answer)
    assert verify_ode(read.residual, family, read.order).verdict is Verdict.REFUTED


def test_solutions_with_special_functions() -> None:
    found = symmath.dsolve("y''' + x*y'' - y' = 0", mode="fit", timeout=20)
    assert found.is_general and found.expr.has(sympy.erf)


@pytest.mark.parametrize(
    ("equation", "conditions", "expected"),
    [
        ("y''' = y'", "y(0) = 2, y'(0) = 0, y''(0) = 1", "1 + cosh(x)"),
        ("y'''' = 24", "y(0) = 0, y'(0) = 0, y(1) = 0, y'(1) = 0", "x^2*(1 - x)^2"),
        ("y''' + y' = 0", "y(0) = 1, y'(0) = 1, y''(0) = 0", "1 + sin(x)"),
        ("x^3*y''' = 6*y", "y(1) = 1, y'(1) = 3, y''(1) = 6", "x^3"),
    ],
)
def test_initial_and_boundary_values(equation: str, conditions: str, expected: str) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit", timeout=20)
    assert found.candidate is not None, found.reason
    assert is_zero(found.candidate.expr - parse_expression(expected).expr)


def test_a_beam_with_hinged_ends() -> None:
    found = symmath.dsolve("EI*w'''' = q", ics="w(0)=0, w''(0)=0, w(L)=0, w''(L)=0", mode="fit", timeout=20)
    x, q, length, stiffness = sympy.symbols("x q L EI")
    expected = q * x * (length**3 - 2 * length * x**2 + x**3) / (24 * stiffness)
    assert sympy.expand(found.expr - expected) == 0


def test_too_few_conditions_leave_constants() -> None:
    found = symmath.dsolve("y''' + w^2*y' = 0", ics="y(0) = A", mode="fit", timeout=20)
    w, at = sympy.symbols("w A")
    assert sympy.simplify(found.expr.subs("x", 0) - at) == 0
    assert {sympy.Symbol("c2"), sympy.Symbol("c3")} < found.expr.free_symbols | {w}


def test_equations_of_sympy() -> None:
    x, y = sympy.Symbol("x"), sympy.Function("y")
    equation = sympy.Eq(y(x).diff(x, 3), y(x).diff(x))
    found = symmath.dsolve(equation, ics={y(0): 2, y(x).diff(x, 2).subs(x, 0): 1, y(x).diff(x).subs(x, 0): 0})
    assert sympy.simplify((found.expr - sympy.cosh(x) - 1).rewrite(sympy.exp)) == 0


def test_higher_orders_are_refused() -> None:
    with pytest.raises(ParseError, match="order 5"):
        symmath.dsolve("y''''' = y")


@pytest.mark.parametrize("factor", [lambda x: ONE, lambda x: x, symengine.exp])
def test_a_common_factor_makes_no_difference(factor: Callable[[Expr], Expr]) -> None:
    coefficients = [factor(X) * c for c in (ONE * -1, ZERO, ZERO, ONE)]
    found = by_characteristic_roots(coefficients)
    assert found is not None and len(found) == 3
    assert all(is_zero(y.diff(X, 3) - y) for y in found)


@pytest.mark.parametrize("text", ["y''' + x*y = 0", "(x^2 + 1)*y''' + x*y' + y = 0"])
def test_other_coefficients_have_no_characteristic_roots(text: str) -> None:
    operator = linear_operator(parse_equation(text).residual, 3)
    assert operator is not None and by_characteristic_roots(operator.coefficients) is None


def test_solutions_of_lower_order() -> None:
    assert fundamental_system([X, ONE]) == [symengine.exp(-(X**2) / 2)]
    found = fundamental_system([ONE, ZERO, ONE])
    assert found is not None and all(is_zero(y.diff(X, 2) + y) for y in found)


def test_square_systems() -> None:
    rows = [[ZERO, X, ONE], [ONE, X**2, ZERO], [symengine.exp(X), ONE, X]]
    wanted = [X, 1 / X, ONE * 3]
    right = [symengine.Add(*(a * b for a, b in zip(row, wanted, strict=True))) for row in rows]
    found = solve_square(rows, right)
    assert found is not None and all(is_zero(a - b) for a, b in zip(found, wanted, strict=True))


def test_a_singular_system_has_no_solution() -> None:
    wave, turned = symengine.sin(X) ** 2, 1 - symengine.cos(X) ** 2
    assert solve_square([[wave, ONE], [turned, ONE]], [ONE, ZERO]) is None


@given(
    reals=st.lists(st.tuples(st.integers(-3, 3), st.integers(1, 2)), max_size=4),
    pair=st.tuples(st.integers(-2, 2), st.integers(1, 3)),
)
@settings(max_examples=40, deadline=None)
def test_roots_are_found_again(reals: list[tuple[int, int]], pair: tuple[int, int]) -> None:
    r = symengine.Symbol("r")
    factors = [(r - pair[0]) ** 2 + pair[1], *(n * r - m for m, n in reals)]
    polynomial = symengine.expand(symengine.Mul(*factors))
    coefficients = [polynomial.diff(r, k).subs({r: 0}) / factorial(k) for k in range(len(factors) + 2)]
    found = by_characteristic_roots(coefficients)
    assert found is not None and len(found) == len(factors) + 1
    for y in found:
        slopes = [y.diff(X, k) if k else y for k in range(len(coefficients))]
        assert is_zero(symengine.Add(*(c * slope for c, slope in zip(coefficients, slopes, strict=True))))


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("y^{(iv)} = y", 4),
        ("y^{(IV)} = y", 4),
        ("y(x)^{(4)} = y(x)", 4),
        ("y^{'''} = y", 3),
        ("x^{(4)} + x = 0", 4),
        # Powers of what is no unknown function, and in Python.
        ("x^{(2)}*y' = 1", 1),
        ("y' = a^{(2)}*y", 1),
        ("y' = y**((2))", 1),
    ],
)
def test_orders_in_brackets(text: str, order: int) -> None:
    assert parse_equation(text).order == order


@pytest.mark.parametrize(
    ("equation", "answer"),
    [
        ("y''' = c_3*y'", "c1 + c2*exp(sqrt(c_3)*x) + c3*exp(-sqrt(c_3)*x)"),
        ("y' = c_3*y", "c1*exp(c_3*x)"),
        ("y' = y", "C3*exp(x)"),
        ("y'' = 0", "c3*x + c4"),
        ("y''' = 0", "c1 + c2*x + c4*x^2"),
        ("y''' = 0", "A + B*x + C*x^2 + D"),
        ("y''' = 0", "y - c1 - c2*x - c3*x^2 = 0"),
    ],
)
def test_names_of_constants(equation: str, answer: str) -> None:
    check = symmath.verify_solution(equation, answer)
    assert check.verdict is Verdict.PROVED and check.is_general


def test_sympys_parameters_may_be_called_like_constants_of_higher_orders() -> None:
    x, c = sympy.symbols("x C3")
    y = sympy.Function("y")
    found = symmath.dsolve(sympy.Eq(y(x).diff(x), c * y(x)), mode="fit", timeout=20)
    assert found.expr == sympy.Symbol("c1") * sympy.exp(c * x)


def test_sympys_conditions_at_a_symbolic_end() -> None:
    t, end = sympy.symbols("t L")
    u = sympy.Function("u")
    bends = {u(t).diff(t, 2).subs(t, place): 0 for place in (0, end)}
    found = symmath.dsolve(
        sympy.Eq(u(t).diff(t, 4), 24), ics={u(0): 0, u(end): 0, **bends}, mode="fit", timeout=20
    )
    assert sympy.expand(found.expr - t * (t - end) * (t**2 - end * t - end**2)) == 0


@pytest.mark.parametrize("conditions", ["y(0)=1, y''(0)=100", "y(0)=1, y'''(0)=7", "y(0)=1, y'(0)=7"])
def test_curves_meet_conditions_on_derivatives(conditions: str) -> None:
    found = symmath.dsolve("y' = 1/(exp(y) + y)", ics=conditions, mode="fit", timeout=20)
    assert found.candidate is None


@pytest.mark.parametrize(
    ("text", "solutions"),
    [
        ("y''' = abs(y'')", 2),
        ("y''''^2 = 1", 2),
        ("(y''' - y)*(y''' + y) = 0", 2),
        ("y'''^2 = y'^2", 2),
        ("y''' = abs(y)", 2),
    ],
)
def test_all_equations_that_one_falls_into(text: str, solutions: int) -> None:
    found = symmath.dsolve(text, mode="fit", timeout=40)
    assert found.is_general and len(found.branches) == solutions - 1
    assert all(branch.is_general for branch in found.branches)


@pytest.mark.parametrize(
    ("equation", "conditions", "expected"),
    [
        ("x*y''' + y'' = 0", "y(0)=1, y'(0)=2", "1 + 2*x"),
        ("x*y''' + 3*y'' - x*y' - y = 0", "y(0)=1, y'(0)=0, y''(0)=1/3", "sinh(x)/x"),
        (
            "x^2*y'' + 2*x*y' + (x^2 - 6)*y = 0",
            "y(0)=0, y''(0)=2/15",
            "(3/x^3 - 1/x)*sin(x) - 3*cos(x)/x^2",
        ),
    ],
)
def test_members_that_go_on_through_a_singular_point(equation: str, conditions: str, expected: str) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit", timeout=30)
    assert found.candidate is not None, found.reason
    assert is_zero(found.candidate.expr - parse_expression(expected).expr)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y''' = y", "c1*exp(x) + c2*exp(-x/2)*cos(sqrt(3)*x/2) + c3*exp(-x/2)*sin(sqrt(3)*x/2)"),
        ("y'''' + 4*y = 0", "c1*exp(x)*cos(x) + c2*exp(x)*sin(x) + c3*exp(-x)*cos(x) + c4*exp(-x)*sin(x)"),
        ("y''' + 3*y''/x + 4*y' + 4*y/x = 0", "c1/x + c2*sin(2*x)/x + c3*cos(2*x)/x"),
        ("y'''*y'' = 2", "c1*x + c3 + (c2 + 4*x)**(5/2)/60"),
    ],
)
def test_forms_of_textbooks(text: str, expected: str) -> None:
    assert str(symmath.dsolve(text, mode="fit", timeout=20).expr) == expected


@pytest.mark.parametrize(
    "text", ["y'''' + y''' + y'' + y' + y = 0", "y'''' + 2*y''' + 3*y'' + 2*y' + 2*y = 0"]
)
def test_quartics_whose_resolvent_has_a_rational_root(text: str) -> None:
    assert symmath.dsolve(text, mode="fit", timeout=20).is_general


def test_the_network_says_what_it_does_not_know() -> None:
    assert "no network knows" in symmath.dsolve("y''' = y", mode="neural").reason
