"""Equations in other words, and rounds with a network that knows what a table says."""

from collections.abc import Mapping, Sequence

import pytest
from symengine import cos, exp

from symmath.deadline import Deadline
from symmath.expr.canonical import canonical_tokens
from symmath.expr.operators import SYMBOL_EXPRS, Expr, X
from symmath.expr.parse import parse_equation, parse_expression
from symmath.expr.prefix import Tokens, decode
from symmath.odes.changes import USUAL_UNKNOWNS, USUAL_VARIABLES, changes
from symmath.odes.constants import C1, C2, eliminate
from symmath.odes.equation import Y, normal_form
from symmath.odes.operator import linear_operator
from symmath.solve.rounds import solutions
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


@pytest.mark.parametrize("outer", USUAL_UNKNOWNS, ids=str)
def test_a_solution_for_another_unknown_leads_back(outer: Expr) -> None:
    u = C1 * cos(X) + X**3
    equation = eliminate(outer.xreplace({Y: u}), (C1,))
    assert equation is not None
    found = [change for change in changes(equation, 1) if change.outer == outer and change.variable == X]
    assert len(found) == 1
    assert solves(found[0].equation, 1, u) and solves(equation, 1, found[0].back(u))


@pytest.mark.parametrize(("x", "t"), USUAL_VARIABLES, ids=str)
def test_a_solution_in_another_variable_leads_back(x: Expr, t: Expr) -> None:
    u = C1 + C2 * exp(X) + X**3 + X**2
    equation = eliminate(u.xreplace({X: t}), (C2, C1))
    assert equation is not None
    found = [change for change in changes(equation, 2) if change.variable == t and change.outer == Y]
    assert len(found) == 1
    assert solves(found[0].equation, 2, u) and solves(equation, 2, found[0].back(u))


def test_changes_are_distinct_and_the_shortest_come_first() -> None:
    equation = parse_equation("y' = y^2/x + log(y)").residual
    lengths = [len(canonical_tokens(change.equation)) for change in changes(equation, 1)]
    equations = [tuple(canonical_tokens(change.equation)) for change in changes(equation, 1)]
    assert lengths == sorted(lengths) and len(set(equations)) == len(equations) > 10


def test_an_equation_is_solved_in_other_words() -> None:
    # For u = 1/y it is u' + u = x.
    known = {"y' + y = x": "x - 1 + c1*exp(-x)"}
    assert is_solved("y' = y - x*y^2", 1, in_rounds("y' = y - x*y^2", 1, [], known))


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
    ],
)
def test_solutions_are_added_up(text: str, order: int, answers: list[str], known: dict[str, str]) -> None:
    assert is_solved(text, order, in_rounds(text, order, answers, known))


def test_a_multiple_of_a_solution_is_no_second_one() -> None:
    assert in_rounds("y'' - y = 0", 2, ["c1*exp(x) + 2*c2*exp(x)"], {}) == []


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
