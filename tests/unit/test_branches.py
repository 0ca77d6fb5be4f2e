import json
import math
from dataclasses import replace

import pytest

import symmath
from symmath.deadline import Deadline
from symmath.odes.branches import unsolved_branches
from symmath.questions import read_equation, read_solution
from symmath.solve.branches import other_branches
from tests.unit.test_command_line import shell

_FIVE = {"c1 + x", "c1 - x", "c1 + 2*x", "c1 + 3*x", "c1 - 3*x"}


@pytest.mark.parametrize(
    ("equation", "answer", "left"),
    [
        ("y'^2 = 1", "c1 + x", ["y' = -1"]),
        ("y'^2 = y^2", "c1*exp(-x)", ["y' = y"]),
        ("y'^2 = a^2*x", "c1 - 2*a*x^(3/2)/3", ["y' = a*sqrt(x)"]),
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
    found = unsolved_branches(problem.expr, read_solution(problem, answer).expr, int(problem.task[-1]))
    expected = [read_equation(text).expr for text in left]
    assert [(e - f).expand() for e, f in zip(found, expected, strict=True)] == [0] * len(expected)


@pytest.mark.parametrize(
    ("equation", "conditions", "solutions"),
    [
        # What meets an equation elsewhere needn't do so at the initial point.
        ("y'^2 = 4*y", "y(0)=1", {"(x - 1)**2", "(x + 1)**2"}),
        ("y'^2 = 1 - y^2", "y(0)=0", {"sin(x)", "-sin(x)"}),
        ("y'^2 = 1", "y(0)=2", {"x + 2", "2 - x"}),
        ("y''^2 = 1", "y(0)=0, y'(0)=1", {"x**2/2 + x", "-x**2/2 + x"}),
        # Slopes with I hide no others.
        ("y'^4 = 1", None, {"c1 + x", "c1 - x"}),
        (
            "(y'^2 - 1)*(y' - 2)*(y'^2 - 9) = 0",
            None,
            {"c1 + x", "c1 - x", "c1 + 2*x", "c1 + 3*x", "c1 - 3*x"},
        ),
        # The other sign of a root with a constant in it; not of Clairaut's, which solves another equation.
        (
            "2*x*y + 1 + (x^2 + 2*y)*y' = 0",
            None,
            {"-x**2/2 + sqrt(c1 + x**4 - 4*x)/2", "-x**2/2 - sqrt(c1 + x**4 - 4*x)/2"},
        ),
        ("y = x*y' + sqrt(1 + y'^2)", None, {"c1*x + sqrt(c1**2 + 1)"}),
        # Squares come out of roots.
        ("y'^2 = 2*y^2", None, {"c1*exp(-sqrt(2)*x)", "c1*exp(sqrt(2)*x)"}),
        ("y'^2 = a*y^2", None, {"c1*exp(-sqrt(a)*x)", "c1*exp(sqrt(a)*x)"}),
        # Nowhere real near zero.
        ("(y' - 1)*(y' - sqrt(x - 6)) = 0", None, {"c1 + x", "c1 + 2*(x - 6)**(3/2)/3"}),
        ("y'^2 = a*y", None, {"a*(c1 - x)**2/4"}),
        ("x*y'^2 = y", None, {"(c1 + 2*sqrt(x))**2/4"}),
        # Negatives of what has one sign.
        ("y' = -x/y", None, {"sqrt(c1 - x**2)", "-sqrt(c1 - x**2)"}),
        ("y' = -x/y", "y(0)=-1", {"-sqrt(1 - x**2)"}),
        ("y*y'' + y'^2 = 0", None, {"sqrt(2)*sqrt(c1 + c2*x)", "-sqrt(2)*sqrt(c1 + c2*x)"}),
        ("y' = 2*x*y", None, {"c1*exp(x**2)"}),
        ("y'^2*y^2 = 1", None, {f"{sign}sqrt(c1 {s} 2*x)" for sign in ("", "-") for s in "+-"}),
        # Roots that are one at the initial point.
        ("y'^2 = x^2", "y(0)=1", {"x**2/2 + 1", "1 - x**2/2"}),
        ("y'^2 = 1 - y^2", "y(0)=1", {"cos(x)"}),
        ("y'^4 = y^2", None, {"(c1 + x)**2/4", "-(c1 + x)**2/4"}),
    ],
)
def test_each_equation_that_one_falls_into_has_its_solution(
    equation: str, conditions: str | None, solutions: set[str]
) -> None:
    solution = symmath.dsolve(equation, ics=conditions, mode="fit")
    assert {str(solution.expr), *(str(branch.expr) for branch in solution.branches)} == solutions
    assert all(branch.verdict == "proved" for branch in (solution, *solution.branches))


def test_branches_are_printed_each_with_what_is_known_of_it() -> None:
    both = shell("dsolve", "y'^2 = y^2", "--engine", "fit")
    assert sorted(both.stdout.splitlines()) == ["y = c1*exp(-x)", "y = c1*exp(x)"]
    record = json.loads(shell("dsolve", "y'^2 = 1", "--engine", "fit", "--json").stdout)
    (branch,) = record["branches"]
    assert {record["answer"], branch["answer"]} == {"c1 + x", "c1 - x"}
    assert (branch["input"], branch["verdict"]) in (("y' = 1", "proved"), ("y' = -1", "proved"))
    one = shell("dsolve", "(f' - f)*(f' - cos(t*f)) = 0", "--engine", "fit")
    assert one.stdout == "f = c1*exp(t)\n"
    assert "not found: the solutions of f' = cos(t*f(t)): " in one.stderr
    mixed = shell("dsolve", "(y' - y)*(y' - 1/(x + y)) = 0", "--engine", "fit").stderr
    assert "general, explicit" in mixed and "general, implicit" in mixed


@pytest.mark.parametrize(
    ("equation", "conditions", "solutions"),
    [
        ("y' = abs(y) + x", None, {"c1*exp(x) - x - 1", "c1*exp(-x) + x - 1"}),
        ("y' = abs(y)", "y(0)=-1", {"-exp(-x)"}),
        ("y' + sqrt(abs(y)) = 0", "y(0)=1", {"(x - 2)**2/4"}),
    ],
)
def test_either_sign_of_the_unknown_has_its_solution(equation, conditions, solutions) -> None:
    solution = symmath.dsolve(equation, ics=conditions, mode="fit")
    found = [solution, *solution.branches]
    assert {one.text() for one in found} == solutions
    # Each solves the equation where it has that sign.
    assert all(one.verdict is symmath.Verdict.NUMERIC for one in found)


@pytest.mark.parametrize(
    ("equation", "solution"),
    [
        ("y' = abs(y)", "0"),
        # y = 0 would hold everywhere, but says less.
        ("y' = sqrt(y)", "x**2/4"),
    ],
)
def test_at_a_corner_of_the_equation(equation: str, solution: str) -> None:
    found = symmath.dsolve(equation, ics="y(0)=0", mode="fit")
    assert (found.text(), found.verdict) == (solution, symmath.Verdict.PROVED)


def test_a_switched_force_moves_what_was_at_rest() -> None:
    found = symmath.dsolve("y'' + y = sign(x - 1) + 1", ics="y(0)=0, y'(0)=0", mode="fit")
    at_rest, moved = (found.expr.subs("x", x) for x in (0.5, 2))
    assert abs(at_rest.evalf()) < 1e-12
    assert moved.evalf() == pytest.approx(2 - 2 * math.cos(1))


def test_what_there_is_no_time_for_is_not_passed_over() -> None:
    late = Deadline.after(0.0)
    solution = symmath.dsolve("y'^2 = 1", mode="fit")
    (other,) = other_branches(replace(solution, branches=()), pytest.fail, late)
    assert (other.expr, other.reason) == (None, "others were not looked for: no time is left")
    # So y' = -y, beside y' = y.
    (other,) = other_branches(
        replace(symmath.dsolve("y' = abs(y)", mode="fit"), branches=()), pytest.fail, late
    )
    assert other.expr is None
    # An equation of degree 1 falls into no others.
    assert other_branches(symmath.dsolve("y' = y", mode="fit"), pytest.fail, late) == ()


def test_what_names_are_taken_for_is_said_where_the_variable_is_not_shown() -> None:
    told = shell("dsolve", "m' = -m/(u*(1 - v^2))", "--engine", "fit").stderr
    assert "m is taken for a function of x, u and v for given" in told
    assert "taken for" not in shell("dsolve", "m' = -m/v", "--var", "v", "--engine", "fit").stderr
