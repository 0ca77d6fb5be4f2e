"""Equations in other words, and rounds with a network that knows what a table says."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from symengine import cos, exp, log, sqrt

from symmath.deadline import Deadline
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import SYMBOL_EXPRS, Expr, X
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.prefix import Tokens, decode
from symmath.odes.changes import (
    PLAIN_UNKNOWNS,
    PLAIN_VARIABLES,
    USUAL_UNKNOWNS,
    USUAL_VARIABLES,
    changes,
)
from symmath.odes.constants import C1, C2, eliminate
from symmath.odes.equation import Y, holds_symbol, normal_form
from symmath.odes.operator import linear_operator
from symmath.questions import read_equation
from symmath.solve.rounds import solutions
from symmath.solve.solution import Candidate
from symmath.solve.solver import Mode, Solver
from symmath.solve.superpose import MAX_QUESTIONS, begin, questions
from symmath.tasks.task import Problem
from symmath.verification import Verdict, verify

TOPS = (Y, SYMBOL_EXPRS["y'"], SYMBOL_EXPRS["y''"])


def expr(text: str) -> Expr:
    return parse_expression(text, symbols=("x", "c1", "c2")).expr


def shown(text: str, order: int) -> tuple[str, ...]:
    """Return what the network is shown of an equation."""
    return tuple(canonical_tokens(normal_form(parse_equation(text).residual, TOPS[order])))


def solves(equation: Expr, order: int, answer: Expr) -> bool:
    check = verify(Problem(task=f"ode{order}", expr=equation), answer)
    return check.verdict in (Verdict.PROVED, Verdict.NUMERIC) and check.is_general


def in_rounds(
    text: str, order: int, answers: Sequence[str], known: Mapping[str, str], rounds: int = 4
) -> list[Tokens]:
    """Return the solutions that rounds complete."""
    table = {shown(equation, order): [canonical_tokens(expr(answer))] for equation, answer in known.items()}
    found = solutions(
        Problem(task=f"ode{order}", expr=parse_equation(text).residual),
        [canonical_tokens(expr(answer)) for answer in answers],
        lambda problems: [table.get(tuple(problem), []) for problem in problems],
        rounds=rounds,
        deadline=Deadline.after(60),
    )
    return [whole for part in found for whole in part]


def is_solved(text: str, order: int, found: Sequence[Tokens]) -> bool:
    equation = parse_equation(text).residual
    return any(solves(equation, order, decode(answer)) for answer in found)


@pytest.mark.parametrize("outer", USUAL_UNKNOWNS + PLAIN_UNKNOWNS, ids=str)
def test_a_solution_for_another_unknown_leads_back(outer: Expr) -> None:
    u = C1 * cos(X) + X**3
    equation = eliminate(outer.xreplace({Y: u}), (C1,))
    assert equation is not None
    found = [change for change in changes(equation, 1) if change.outer == outer and change.variable == X]
    assert len(found) == 1
    assert solves(found[0].equation, 1, u) and solves(equation, 1, found[0].back(u))


@pytest.mark.parametrize(("x", "t"), USUAL_VARIABLES + PLAIN_VARIABLES, ids=str)
def test_a_solution_in_another_variable_leads_back(x: Expr, t: Expr) -> None:
    u = C1 + C2 * exp(X) + X**3 + X**2
    equation = eliminate(u.xreplace({X: t}), (C2, C1))
    assert equation is not None
    found = [change for change in changes(equation, 2) if change.variable == t and change.outer == Y]
    assert len(found) == 1
    assert solves(found[0].equation, 2, u) and solves(equation, 2, found[0].back(u))


def test_changes_are_distinct() -> None:
    equation = parse_equation("y' = y^2/x + log(y)").residual
    equations = [tuple(canonical_tokens(change.equation)) for change in changes(equation, 1)]
    assert len(set(equations)) == len(equations) > 10


@pytest.mark.parametrize(
    ("text", "order", "outer", "variable", "expected"),
    [
        ("y' = y*log(y)", 1, exp(Y), X, "y' = y"),
        ("y' = x*sqrt(y) + y", 1, Y**2, X, "2*y' = x + y"),
        ("x^2*y'' + x*y' + y = log(x)", 2, Y, log(X), "y'' + y = x"),
        ("x*y' = sqrt(x)*y + 1", 1, Y, sqrt(X), "x*y' = 2*x*y + 2"),
        ("y' = y/x + tan(y/x)", 1, X * Y, X, "x*y' = tan(y)"),
    ],
)
def test_a_change_makes_an_equation_simpler(
    text: str, order: int, outer: Expr, variable: Expr, expected: str
) -> None:
    found = {change[1:]: change.equation for change in changes(parse_equation(text).residual, order)}
    assert tuple(canonical_tokens(found[outer, variable])) == shown(expected, order)


def test_what_an_equation_suggests_comes_first() -> None:
    assert changes(parse_equation("y' = y/x + tan(y/x)").residual, 1)[0].outer == X * Y


@pytest.mark.parametrize("text", ["y' = sin((y + exp(y))^200)", "y' = x + exp((y + log(y))^160)"])
def test_an_inner_function_without_inverse_costs_only_itself(text: str) -> None:
    assert len(changes(parse_equation(text).residual, 1)) > 5


def test_an_equation_is_solved_in_other_words() -> None:
    # For u = 1/y it is u' + u = x.
    known = {"y' + y = x": "x - 1 + c1*exp(-x)"}
    assert is_solved("y' = y - x*y^2", 1, in_rounds("y' = y - x*y^2", 1, [], known))


def test_what_is_left_in_other_words_is_asked_too() -> None:
    # For u = sqrt(y) it is 2*u' - u = x; the answer to that leaves 1.
    known = {"2*y' - y = x": "-x - 1 + c1*exp(x/2)", "2*y' - y = 1": "-1 + c1*exp(x/2)"}
    text = "y' = x*sqrt(y) + y"
    assert is_solved(text, 1, in_rounds(text, 1, [], known))


@pytest.mark.parametrize(
    ("text", "order", "answers", "known"),
    [
        # The part with the constant is right; what is left, x, is known.
        ("y' + y = exp(x) + x", 1, ["exp(x)/2 + c1*exp(-x)"], {"y' + y = x": "x - 1 + c1*exp(-x)"}),
        # Each term is known, up to a factor, and the homogeneous equation.
        (
            "y'' + y = 3*exp(x) - 5*x",
            2,
            ["x"],
            {"y'' + y = exp(x)": "exp(x)/2", "y'' + y = x": "x", "y'' + y = 0": "c1*sin(x) + c2*cos(x)"},
        ),
        # The answer is right but for a factor.
        ("x*y' + y = 3*x^2", 1, ["2*x^2 + c1/x"], {}),
        # The two solutions of the homogeneous equation come from different answers.
        ("y'' - y = 0", 2, ["c1*exp(x) + c2*x", "c1*exp(-x)"], {}),
        # Constants may enter as they like.
        ("y'' + y = x^2 + 2", 2, ["c1*(c2*sin(x) + cos(x)) + x", "x^2 + c1*x"], {}),
        ("x*y' + y = 2*x", 1, ["x + 1/(c1*x)"], {}),
        # What is left of one term is asked in the next round, though the term has a factor.
        (
            "y' + y = 12*x*exp(2*x) + x",
            1,
            ["c1*exp(-x)"],
            {
                "y' + y = x*exp(2*x)": "x*exp(2*x)/3 - 4*exp(2*x)/9",
                "y' + y = exp(2*x)": "exp(2*x)/3",
                "y' + y = x": "x - 1",
            },
        ),
    ],
)
def test_solutions_are_added_up(text: str, order: int, answers: list[str], known: dict[str, str]) -> None:
    assert is_solved(text, order, in_rounds(text, order, answers, known))


@pytest.mark.parametrize(
    ("text", "answer"),
    [("y'' - y = 0", "c1*exp(x) + 2*c2*exp(x)"), ("x*y'' + y' = 0", "c1*log(x) + c2*log(x^2)")],
)
def test_a_multiple_of_a_solution_is_no_second_one(text: str, answer: str) -> None:
    found = in_rounds(text, 2, [answer], {})
    assert found and not any(holds_symbol(decode(whole), C2) for whole in found)


def test_questions_of_later_states_are_asked_in_later_rounds() -> None:
    text = "y'' + y = log(x) + x*exp(x) + sqrt(x) + 1/x + x^17"
    equation = canonical_tokens(parse_equation(text).residual)
    answers = [canonical_tokens(expr(f"c1*sin(x) + c2*cos(x) + x^{k}")) for k in range(2, 14)]
    begun = begin(2, equation, answers)
    assert begun is not None
    known: set[tuple[str, ...]] = set()
    for _ in range(2):
        new = {tuple(question.shown) for question in questions(2, equation, begun[1], known)} - known
        assert 0 < len(new) <= MAX_QUESTIONS
        known |= new
    assert len(known) > MAX_QUESTIONS


def test_answers_that_come_late_are_missing() -> None:
    problem = Problem(task="ode1", expr=parse_equation("y' + y = exp(x) + x").residual)
    deadline = Deadline.after(60)
    assert list(solutions(problem, [], lambda _: [], rounds=3, deadline=deadline))
    assert list(solutions(problem, [], lambda _: [], rounds=3, deadline=Deadline.after(0))) == []


def test_no_rounds_ask_nothing() -> None:
    assert in_rounds("y' = y - x*y^2", 1, [], {"y' + y = x": "x - 1 + c1*exp(-x)"}, rounds=0) == []


def test_only_linear_equations_are_operators() -> None:
    linear = linear_operator(parse_equation("x*y'' = exp(x)*y - 1/x").residual, 2)
    assert linear is not None and linear.order == 2
    assert linear.apply(X**2) - linear.right == linear.equation(linear.right).subs(
        dict(zip(TOPS, (X**2, 2 * X, 2), strict=True))
    )
    assert linear_operator(parse_equation("y' = y^2").residual, 1) is None
    assert linear_operator(parse_equation("y'*y = x").residual, 1) is None


class Knowing:
    """A network that answers what a table says, and to the problem itself a particular solution."""

    def __init__(self, first: Expr, known: Mapping[tuple[str, ...], Tokens]) -> None:
        self._first = first
        self._known = known

    def decode(self, *_: object, **__: object) -> list[Candidate]:
        return [Candidate(self._first, 0.0, "neural")]

    def answers(self, task: str, problems: Sequence[Tokens], *_: object) -> list[list[Tokens]]:
        return [[self._known[tuple(p)]] if tuple(p) in self._known else [] for p in problems]


@pytest.mark.parametrize("conditions", ["", "y(0)=1, y'(0)=0"])
def test_the_solver_asks_in_rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, conditions: str) -> None:
    known = {"y'' + y = x": "x", "y'' + y = exp(x)": "exp(x)/2", "y'' + y = 0": "c1*sin(x) + c2*cos(x)"}
    table = {shown(equation, 2): canonical_tokens(expr(answer)) for equation, answer in known.items()}
    problem = read_equation("y'' + y = 3*exp(x) - 5*x", None, conditions or None)
    solver = Solver(tmp_path)
    # A particular solution that nobody asked for is no reason to stop.
    monkeypatch.setattr(solver, "_network", Knowing(expr("3*exp(x)/2 - 5*x"), table))
    first = solver.solve(problem, mode=Mode.NEURAL, rounds=0)
    assert not first.is_general
    found = solver.solve(problem, mode=Mode.NEURAL)
    assert found.verdict is Verdict.PROVED and found.engine == "neural"
    assert found.is_general is not bool(conditions)
    solver.close()
