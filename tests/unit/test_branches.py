import json

import pytest

import symmath
from symmath.odes.branches import unmet
from symmath.questions import read_equation, read_solution
from tests.unit.test_command_line import shell


@pytest.mark.parametrize(
    ("equation", "answer", "left"),
    [
        ("y'^2 = 1", "c1 + x", ["y' = -1"]),
        ("y'^2 = y^2", "c1*exp(-x)", ["y' = y"]),
        ("y'^2 = a^2*x", "c1 - 2*a*x^(3/2)/3", ["y' = sqrt(a^2*x)"]),
        ("(y' - y)*(y' - x)*y = 0", "c1*exp(x)", ["y' = x"]),
        ("y''^2 = 1", "x^2/2 + c1*x + c2", ["y'' = -1"]),
        # One family of solutions meets both signs of the root, each on a part of the line.
        ("x*y'^2 = y", "(c1 + 2*sqrt(x))^2/4", []),
        ("y'^2 + y^2 = 1", "sin(c1 + x)", []),
        # The others have no real slope.
        ("y'^3 = 1", "x + c1", []),
        ("y' = y", "c1*exp(x)", []),
    ],
)
def test_what_an_answer_leaves_of_an_equation(equation: str, answer: str, left: list[str]) -> None:
    problem = read_equation(equation)
    found = unmet(problem.expr, read_solution(problem, answer), int(problem.task[-1]))
    expected = [read_equation(text).expr for text in left]
    assert [(e - f).expand() for e, f in zip(found, expected, strict=True)] == [0] * len(expected)


def test_each_equation_that_one_falls_into_has_its_solution() -> None:
    solution = symmath.dsolve("y'^2 = 1", mode="fit")
    (other,) = solution.branches
    assert {str(solution.expr), str(other.expr)} == {"c1 + x", "c1 - x"}
    assert solution.verdict == other.verdict == "proved"
    for text in ("c1 + x", "c1 - x"):
        assert symmath.verify_solution("y'^2 = 1", text).verdict == "proved"
    fixed = symmath.dsolve("y'^2 = 1", ics="y(0)=2", mode="fit")
    assert {str(fixed.expr), str(fixed.branches[0].expr)} == {"x + 2", "2 - x"}
    assert symmath.dsolve("x*y'^2 = y", mode="fit").branches == ()


def test_branches_are_printed_and_those_without_solution_named() -> None:
    both = shell("dsolve", "y'^2 = y^2", "--engine", "fit")
    assert sorted(both.stdout.splitlines()) == ["y = c1*exp(-x)", "y = c1*exp(x)"]
    assert json.loads(shell("dsolve", "y'^2 = 1", "--engine", "fit", "--json").stdout)["branches"] == [
        "c1 - x"
    ]
    one = shell("dsolve", "(f' - f)*(f' - cos(t*f)) = 0", "--engine", "fit")
    assert one.stdout == "f = c1*exp(t)\n"
    assert "not found: the solutions of f' = cos(t*f(t))" in one.stderr
