"""Eigenfunctions of homogeneous boundary value problems."""

import json

import pytest
import sympy
from typer.testing import CliRunner

import symmath
from symmath.cli import app
from symmath.expr.conditions import parse_conditions
from symmath.expr.parse import parse_expression
from symmath.odes.eigen import eigenfunction


@pytest.mark.parametrize(
    ("equation", "conditions", "function", "where"),
    [
        ("X'' + l^2*X = 0", "X(0) = X(L) = 0", "sin(l*x)", "sin(L*l)"),
        ("X'' + l^2*X = 0", "X'(0) = X'(L) = 0", "cos(l*x)", "sin(L*l)"),
        ("X'' + l^2*X = 0", "X(-L) = 0, X(L) = 0", "sin(l*x + L*l)", "sin(2*L*l)/2"),  # With the even ones.
        ("X'' + l^2*X = 0", "X(0) = 0, h*X(L) + X'(L) = 0", "sin(l*x)", "h*sin(L*l) + l*cos(L*l)"),
        ("K*w'' + P*w = 0", "w(0) = 0, w(L) = 0", "sin(x*sqrt(P/K))", "sin(L*sqrt(P/K))"),
        ("r^2*R'' + r*R' + k^2*r^2*R = 0", "R'(0) = 0, R(a) = 0", "besselj(0, k*r)", "besselj(0, a*k)"),
    ],
)
def test_what_meets_homogeneous_conditions(equation: str, conditions: str, function: str, where: str) -> None:
    found = symmath.dsolve(equation, ics=conditions, mode="fit", timeout=30)
    assert found.expr == 0
    (one,) = found.eigenfunctions
    assert one.function.candidate.is_verified
    names = {name: sympy.Symbol(name) for name in "XlLhxrkaPK"}
    ratio = sympy.simplify(one.function.expr / sympy.sympify(function, names))
    (constant,) = ratio.free_symbols
    assert constant.name in ("c1", "c2") and ratio == constant
    assert sympy.simplify(one.condition.lhs - sympy.sympify(where, names)) == 0


@pytest.mark.parametrize(
    ("equation", "conditions"),
    [
        ("X'' - l^2*X = 0", "X(0) = X(L) = 0"),  # Nothing goes up and down.
        ("X'' + l^2*X = 0", "X(0) = X(L), X'(0) = X'(L)"),  # Two functions at each eigenvalue.
        ("X'' + l^2*X = 0", "X(0) = 0, X'(0) = 0"),  # Initial values.
        ("X'' + l^2*X = 0", "X(0) = 0, X(L) = 1"),
        ("X'' + 4*X = 0", "X(0) = 0, X(1) = 0"),
        ("r*R'' + R' - k^2*r*R = 0", "R'(0) = 0, R(a) = 0"),  # I has no zero on the line.
    ],
)
def test_where_there_is_none(equation: str, conditions: str) -> None:
    assert symmath.dsolve(equation, ics=conditions, mode="fit", timeout=30).eigenfunctions == ()


def test_what_is_no_multiple_of_one_function() -> None:
    (condition,), _ = parse_conditions("y(1) = 0")
    for text in ("c1*sin(a*x) + 1", "c1*sin(a*x) + c2*cos(a*x)", "c1^2*sin(a*x)", "sin(a*x)"):
        e = parse_expression(text, symbols=("c1", "c2"), parameters=("a",)).expr
        assert eigenfunction(e, condition) is None


def test_the_command_line_prints_them() -> None:
    arguments = ["dsolve", "X'' + l^2*X = 0", "--ic", "X(0)=X(L)=0", "--engine", "fit"]
    run = CliRunner().invoke(app, arguments)
    assert run.exit_code == 0 and "c2*sin(l*x)" in run.output and "where sin(L*l) = 0" in run.output
    record = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert record["eigenfunctions"] == [{"answer": "c2*sin(l*x)", "where": "sin(L*l) = 0"}]
