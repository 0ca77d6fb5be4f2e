"""What the shipped model finds by itself: no fitting, no other engine."""

import pytest

from symmath.expr.parse import parse_expression
from symmath.solve.solver import Mode, Solver, shipped
from symmath.tasks.task import Problem

INTEGRANDS = (
    "x", "x**3", "1/x", "exp(2*x)", "log(x)", "sin(x)**2", "cos(x)**3", "tan(x)", "x*exp(x)", "x**2*exp(x)",
    "x*log(x)", "x*sin(x)", "1/(1+x**2)", "1/(1-x**2)", "1/(x**2+2*x+5)", "x/(1+x**2)", "sqrt(x)",
    "sqrt(1-x**2)",
    "1/sqrt(1+x**2)", "exp(x)*sin(x)", "log(x)/x", "atan(x)", "x*atan(x)", "sinh(x)*exp(x)", "1/(x*log(x))",
)  # fmt: skip
LEAST_SOLVED = 20


@pytest.fixture(scope="module")
def solver() -> Solver:
    return Solver.load(shipped())


def is_solved(solver: Solver, text: str) -> bool:
    problem = Problem(task="integrate", expr=parse_expression(text).expr)
    return solver.solve(problem, mode=Mode.NEURAL, timeout=60.0, rounds=0).candidate is not None


def test_the_network_alone_solves_the_first_example(solver: Solver) -> None:
    assert is_solved(solver, "x*cos(x)")


def test_the_network_alone_solves_most_of_a_textbook_page(solver: Solver) -> None:
    unsolved = [text for text in INTEGRANDS if not is_solved(solver, text)]
    assert len(INTEGRANDS) - len(unsolved) >= LEAST_SOLVED, unsolved
