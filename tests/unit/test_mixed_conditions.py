"""Conditions that combine values of the unknown: Robin's, periodic ones, equal values at several points."""

import pytest
import sympy

import symmath
from symmath.errors import ParseError
from symmath.expr.conditions import Condition, Term, parse_conditions
from symmath.expr.operators import SYMBOL_EXPRS
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.systems import split_off_conditions
from symmath.questions import read_equation
from symmath.verification.initial import meets

ZERO, ONE = (parse_expression(text).expr for text in "01")


def test_a_condition_is_a_value_or_a_combination() -> None:
    (condition,), _ = parse_conditions("3 = 2*y(0) - 4*y'(1)")
    assert condition == Condition(0, ZERO, 3 * ONE / 2, (Term(-2 * ONE, 1, ONE),))
    assert parse_conditions("2y(0) = 4")[0] == parse_conditions("y(0) = 2")[0]
    assert parse_conditions("y(0) = y(1) = 3")[0] == parse_conditions("y(0) = 3, y(1) = 3")[0]
    (condition,), names = parse_conditions("-k*T'(L) = h*(T(L) - T_a)", "T")
    k, h, end, beyond = (SYMBOL_EXPRS["abpq"[names.index(name)]] for name in ("k", "h", "L", "T_a"))
    assert {term[1:] for term in condition.terms} == {(0, end), (1, end)}
    # Divided by the factor of the first term, whichever that is.
    by_order = {term.order: term.factor for term in condition.terms}
    assert (by_order[1] / by_order[0] - k / h).expand() == 0
    assert (condition.value / by_order[0] - beyond).expand() == 0


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("y(0)^2 = 4", 0, "linear"),
        ("y(0)*y'(0) = 4", 0, "linear"),
        ("y(0) - y(0) = 1", 0, "a condition such as"),
        ("y(0) = 1, 2 = 3", 10, "a condition such as"),
        ("y(y(0)) = 1", 2, "a number was expected"),
        ("x*y(0) = 1", 0, "a number was expected"),
        ("y(x) = 1", 2, "a number was expected"),
        ("y(0) + y''''(1) = 1", 7, "up to order 3"),
    ],
)
def test_what_is_none_is_pointed_at(text: str, position: int, message: str) -> None:
    with pytest.raises(ParseError, match=message) as caught:
        parse_conditions(text)
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("equation", "conditions", "expected"),
    [
        ("y'' = 0", "y(0) = 0, y'(1) + y(1) = 3", "3*x/2"),
        ("y'' + y = 0", "y(0) = y(pi/2) = 1", "sin(x) + cos(x)"),
        ("y' + y = sin(x)", "y(0) = y(2*pi)", "sin(x)/2 - cos(x)/2"),
        ("y'' + 4*y = sin(x)", "y(0) = y(2*pi), y'(0) = y'(2*pi)", "c1*cos(2*x) + c2*sin(2*x) + sin(x)/3"),
        ("y' = y^2", "y(0) = 2*y(1)", "-1/(x + 1)"),
        ("x^2*y'' + x*y' - y = 0", "y(1) = 1, y(2) = y'(2)", "4/x - 3*x"),
        ("T'' = 0", "T(0) = 1, -k*T'(L) = h*T(L)", "1 - h*x/(k + h*L)"),
        ("u'' = -s/k", "u(0) = 0, k*u'(L) = q", "(q + s*L)*x/k - s*x^2/(2*k)"),
        ("x*y'' + 2*y' + x*y = 0", "y(0) + y'(0) = 3", "3*sin(x)/x"),
    ],
)
def test_combinations_fix_constants(equation: str, conditions: str, expected: str) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit", timeout=20)
    assert found.expr is not None and found.candidate.is_verified
    names = {name: sympy.Symbol(name) for name in "ExTkhLsqu"}
    assert sympy.simplify(found.expr - sympy.sympify(expected.replace("^", "**"), names)) == 0


@pytest.mark.parametrize(
    ("equation", "conditions"),
    [("y'' = x", "y(0) = y(1), y'(0) + y'(1) = 2"), ("y' = y", "y(0) = 1, y(1) = 2*y(0)")],
)
def test_what_no_member_meets(equation: str, conditions: str) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit", timeout=20)
    assert found.expr is None and "meets the conditions" in found.reason


def test_combinations_are_verified() -> None:
    equation, answer = parse_equation("y'' = 0").residual, parse_expression("3*x/2").expr
    assert meets(equation, answer, parse_conditions("y(0) = 0, y'(1) + y(1) = 3")[0])
    assert not meets(equation, answer, parse_conditions("y(0) = 0, y'(1) + y(1) = 4")[0])
    assert not meets(equation, answer, parse_conditions("y'(1) - y(1) = 3")[0])
    curve = parse_expression("x^2 + y^2 - 1", symbols=("y",)).expr
    assert not meets(parse_equation("y' = -x/y").residual, curve, parse_conditions("y(0) + y(1/2) = 1")[0])


def test_conditions_beside_equations() -> None:
    texts = [
        "y'' + y = 0",
        "y(0) = y(2*pi)",
        "-k*y'(L) = h*y(L)",
        "y' = sin(2)*y",
        "y = k*(1 - x)",
        "d^2x/dt^2 = x",
    ]
    assert split_off_conditions(texts)[1] == ["y(0) = y(2*pi)", "-k*y'(L) = h*y(L)"]


def test_combinations_as_sympy_writes_them() -> None:
    x, end = sympy.symbols("x L")
    y = sympy.Function("y")
    slope = y(x).diff(x)
    given = [sympy.Eq(y(0), y(1) + 2), sympy.Eq(slope.subs(x, end) / 2, 3 - y(end))]
    asked = read_equation(sympy.Eq(slope.diff(x), 0), ics=given)
    assert asked.conditions == read_equation("y'' = 0", ics="y(0) = y(1) + 2, y'(L)/2 = 3 - y(L)").conditions


def test_conditions_of_systems() -> None:
    found = symmath.dsolve_system(["x' = y", "y' = -x"], ics="x(0) - 2*x'(0) = 1, y(0) = 1")
    t = sympy.Symbol("t")
    expected = {"x": 3 * sympy.cos(t) + sympy.sin(t), "y": sympy.cos(t) - 3 * sympy.sin(t)}
    assert {name: sympy.expand(expr) for name, expr in found.exprs.items()} == expected
