"""What --explain says of an answer."""

from pathlib import Path

import pytest
import symengine

from symmath.cli.explain import explanation
from symmath.expr.operators import X
from symmath.expr.parse import parse_equation, parse_expression
from symmath.solve.solution import Candidate
from symmath.solve.solver import Mode, Solver
from symmath.tasks.task import Problem


def explained(text: str, solver: Solver, variable: str = "x", mode: Mode = Mode.FIT) -> list[str]:
    problem = Problem(task="integrate", expr=parse_expression(text, variable).expr, variable=variable)
    return explanation(solver.solve(problem, mode=mode))


@pytest.mark.parametrize(
    ("text", "variable", "line"),
    [
        ("x*sin(x)", "x", "fitted: -1 * x*cos(x), 1 * sin(x)"),
        ("cos(t)/2", "t", "fitted: 1/2 * sin(t)"),
        ("(2*x+1)*exp(2*x+1)", "x", "fitted: 1/2 * t*exp(t), -1/2 * exp(t), where t = 2*x + 1"),
        ("(2*t+1)*exp(2*t+1)", "t", "fitted: 1/2 * u*exp(u), -1/2 * exp(u), where u = 2*t + 1"),
        ("abs(x)", "x", "fitted: 1/2 * x**2*sign(x)"),
        ("1/sqrt(x^2-1)", "x", "fitted: 1 * acosh(x)"),
    ],
)
def test_fitted_coefficients_are_shown(tmp_path: Path, text: str, variable: str, line: str) -> None:
    lines = explained(text, Solver(tmp_path), variable)
    assert lines[0].startswith("found by fit, after ")
    # The order in which symengine keeps the terms of a sum is nobody's promise.
    parts = line.removeprefix("fitted: ").split(", ")
    assert sorted(lines[1].removeprefix("fitted: ").split(", ")) == sorted(parts)
    assert lines[2] == "the check:"


def test_an_answer_of_the_network_has_its_rank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Network:
        def decode(self, *args, **options) -> list[Candidate]:
            proposed = (symengine.exp(X), symengine.exp(X), symengine.I * X, X**2 / 2)
            return [Candidate(e, -0.5 * n, "neural") for n, e in enumerate(proposed)]

    solver = Solver(tmp_path)
    monkeypatch.setattr(solver, "_network", Network())
    lines = explained("x", solver, mode=Mode.NEURAL)
    assert lines[0] == "found by neural, after 2 other proposals"
    assert lines[1].startswith("number 3 of the network's answers, best first; score -1.500")
    assert lines[2] == "the check:"


def test_a_solution_of_an_equation_is_substituted(tmp_path: Path) -> None:
    problem = Problem(task="ode1", expr=parse_equation("y' = y").residual)
    lines = explanation(Solver(tmp_path).solve(problem, mode=Mode.FIT))
    assert not any(line.startswith("fitted") for line in lines)
    assert "substituted into" in lines[-1]


def test_nothing_is_said_of_no_answer(tmp_path: Path) -> None:
    assert explained("exp(x^3)", Solver(tmp_path)) == []


def test_every_name_may_be_taken(tmp_path: Path) -> None:
    parsed = parse_expression("u*v*w*s*cos(t)", "t", parameters=None)
    problem = Problem(task="integrate", expr=parsed.expr, variable="t", parameters=parsed.parameters)
    lines = explanation(Solver(tmp_path).solve(problem, mode=Mode.FIT))
    assert any(line.startswith("fitted: ") for line in lines)
