"""Solutions that no constant of a general one gives."""

import json

import pytest
from typer.testing import CliRunner

import symmath
from symmath.cli import app
from symmath.expr.operators import SYMBOL_EXPRS
from symmath.expr.parse import parse_equation, parse_expression
from symmath.odes.equation import DY, Y
from symmath.odes.forms import is_zero
from symmath.odes.singular import singular_solutions


@pytest.mark.parametrize(
    ("equation", "answer", "expected"),
    [
        # Envelopes of Clairaut's lines.
        ("y = x*y' + y'^2", "c1*x + c1^2", ["-x^2/4"]),
        ("y = x*y' - exp(y')", "c1*x - exp(c1)", ["x*log(x) - x"]),
        ("y = x*y' + sqrt(1 + y'^2)", "c1*x + sqrt(c1^2 + 1)", ["sqrt(1 - x^2)"]),
        ("x*y'^2 - 2*y*y' + 4*x = 0", "c1*x^2/8 + 8/c1", ["2*x", "-2*x"]),
        # Roots that lose their uniqueness, equilibria, limits for infinite constants.
        ("y' = 3*y^(2/3)", "(x + c1)^3", ["0"]),
        ("y' = sqrt(1 - y^2)", "sin(x + c1)", ["1", "-1"]),
        ("y' = (y - x)^(2/3) + 1", "x + (c1 + x)^3/27", ["x"]),
        ("y' = (y - x)^2 + 1", "(x^2 + c1*x - 1)/(x + c1)", ["x"]),
        ("y' = y^2", "-1/(x + c1)", ["0"]),
        ("y' = a*y*(1 - y/b)", "b*exp(a*x)/(exp(a*x) + c1)", ["0"]),
        # The constants of an implicit one that are infinite.
        ("y' = cos(y)^2", "x - tan(y)", ["pi/2"]),
        # Members: 1 where c1 is 0, -1 where it is 0 of a line.
        ("y' = 1 + y^2", "tan(x + c1)", []),
        ("y' = y*log(y)", "exp(c1*exp(x))", []),
        ("y' = x/y", "sqrt(c1 + x^2)", []),
        # Nothing beside the general solution of a linear equation.
        ("y' = x*y", "c1*exp(x^2/2)", []),
        ("x*y' = y - x", "c1*x - x*log(x)", []),
    ],
)
def test_what_the_constant_does_not_give(equation: str, answer: str, expected: list[str]) -> None:
    residual = parse_equation(equation).residual
    family = parse_expression(answer, symbols=("c1", "y"), parameters=("a", "b")).expr
    wanted = [parse_expression(text).expr for text in expected]
    found = singular_solutions(residual, family)
    assert len(found) == len(wanted)
    assert all(any(is_zero(y - other) for other in found) for y in wanted)
    assert all(is_zero(residual.subs({DY: y.diff(SYMBOL_EXPRS["x"])}).subs({Y: y})) for y in found)


def test_a_member_that_meets_the_same_conditions_is_told() -> None:
    found = symmath.dsolve("y' = 3*y^(2/3)", ics="y(0) = 0", mode="fit")
    assert str(found.expr) == "x**3"
    assert [str(one.expr) for one in found.singular] == ["0"]
    assert all(one.verdict == "proved" for one in found.singular)
    assert not symmath.dsolve("y' = 3*y^(2/3)", ics="y(0) = 1", mode="fit").singular


def test_the_command_line_prints_them() -> None:
    arguments = ["dsolve", "y = x*y' + y'^2", "--engine", "fit"]
    assert "y = -x**2/4\n" in CliRunner().invoke(app, arguments).output
    record = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert [one["answer"] for one in record["singular"]] == ["-x**2/4"]
